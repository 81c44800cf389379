#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "regs/pm4.h"
#include "regs/soc.h"
#include "regs/wire_firmware.h"
#include "regs/wire_psp.h"
#include "sim/firmware.h"

static const struct reg regs_by_id[] = {
#define ROW(block, name, seg11, off11, seg12, off12) {BLOCK_##block, {{seg11, off11}, {seg12, off12}}},
    CHIP_REGS(ROW)};

/* ---- access ------------------------------------------------------------------------------------------------------------ */

uint32_t rig_address(struct rig *r, uint32_t id)
{
    return chip_address(r->chip, regs_by_id[id]);
}

static bool beyond_bar(uint32_t address)
{
    return (uint64_t)address * 4 >= 512 * 1024;
}

uint32_t rig_read(struct rig *r, uint32_t id)
{
    uint32_t value = 0, address = rig_address(r, id);
    if (beyond_bar(address)) {
        rig_write(r, R_BIF_BX_PF0_RSMU_INDEX, address * 4);
        return rig_read(r, R_BIF_BX_PF0_RSMU_DATA);
    }
    assert_true(sim_bar_read(r->card, 5, (uint64_t)address * 4, &value, 4));
    return value;
}

void rig_write(struct rig *r, uint32_t id, uint32_t value)
{
    uint32_t address = rig_address(r, id);
    if (beyond_bar(address)) {
        rig_write(r, R_BIF_BX_PF0_RSMU_INDEX, address * 4);
        rig_write(r, R_BIF_BX_PF0_RSMU_DATA, value);
        return;
    }
    assert_true(sim_bar_write(r->card, 5, (uint64_t)address * 4, &value, 4));
}

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

uint32_t rig_poll(struct rig *r, uint32_t id, uint32_t mask, uint32_t value)
{
    uint64_t end = now_ms() + 2000;
    uint32_t last;
    while (((last = rig_read(r, id)) & mask) != value) {
        if (now_ms() > end) {
            fail_msg("register %u stayed at 0x%x, wanted 0x%x under mask 0x%x; verdict: %s", id, last, value, mask,
                     rig_verdict(r));
        }
    }
    return last;
}

uint32_t rig_vram(struct rig *r, uint32_t offset)
{
    uint32_t value = 0;
    assert_true(sim_bar_read(r->card, 0, offset, &value, 4));
    return value;
}

void rig_set_vram(struct rig *r, uint32_t offset, uint32_t value)
{
    assert_true(sim_bar_write(r->card, 0, offset, &value, 4));
}

void rig_flush_hdp(struct rig *r)
{
    (void)rig_vram(r, 0); /* writes to two BARs may pass each other until something is read (N-06) */
    rig_write(r, R_HDP_MEM_COHERENCY_FLUSH_CNTL, 0);
}

const char *rig_verdict(struct rig *r)
{
    static char text[512];
    sim_verdict(r->card, text, sizeof(text));
    return text;
}

void rig_expect_clean(struct rig *r)
{
    assert_string_equal(rig_verdict(r), "");
}

void rig_expect_verdict(struct rig *r, const char *part)
{
    const char *got = rig_verdict(r);
    if (!strstr(got, part)) {
        fail_msg("wanted a verdict with \"%s\", got \"%s\"", part, got);
    }
}

static const char *chip_name(void)
{
    const char *name = getenv("EXOSUIT_TEST_CHIP");
    return name ? name : "rx7900xtx";
}

enum generation rig_generation(void)
{
    const struct chip *chip = chip_find(chip_name());
    return chip ? chip->generation : GEN_GFX11; /* rig_open says that there is none */
}

void rig_open(struct rig *r, const char *fault)
{
    char err[256] = "";
    const struct sim_options options = {.chip = chip_name(), .fault = fault, .worker_threads = 1};
    memset(r, 0, sizeof(*r));
    r->chip = chip_find(options.chip);
    if (sim_card_create(&options, &r->card, err, sizeof(err)) != 0) {
        fail_msg("card: %s", err);
    }
    assert_int_equal(posix_memalign((void **)&r->host, 4096, RIG_HOST_BYTES), 0);
    memset(r->host, 0, RIG_HOST_BYTES);
    assert_int_equal(sim_iommu_map(r->card, RIG_HOST_BUS, r->host, RIG_HOST_BYTES), 0);
}

void rig_close(struct rig *r)
{
    sim_card_destroy(r->card);
    free(r->host);
}

/* ---- boot -------------------------------------------------------------------------------------------------------------- */

void rig_wait_ready(struct rig *r)
{
    sim_config_write(r->card, 4, 2, 6); /* memory, bus master */
    rig_poll(r, R_MP0_SMN_C2PMSG_33, 0x80000000, 0x80000000);
}

/* Vendor images from a folder, where the environment names one: kept until the process ends. */
static const uint8_t *vendor_firmware(const char *folder, const char *file, uint32_t *size_out)
{
    static struct {
        char path[512];
        uint8_t *data;
        uint32_t size;
    } cache[16];
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", folder, file);
    for (size_t i = 0; i < sizeof(cache) / sizeof(cache[0]); i++) {
        if (!cache[i].data) {
            FILE *f = fopen(path, "rb");
            if (!f || fseek(f, 0, SEEK_END) != 0) {
                fail_msg("%s cannot be read", path);
            }
            cache[i].size = (uint32_t)ftell(f);
            cache[i].data = malloc(cache[i].size);
            rewind(f);
            assert_int_equal(fread(cache[i].data, 1, cache[i].size, f), cache[i].size);
            fclose(f);
            strcpy(cache[i].path, path);
        }
        if (strcmp(cache[i].path, path) == 0) {
            *size_out = cache[i].size;
            return cache[i].data;
        }
    }
    fail_msg("too many firmware files");
    return NULL;
}

const uint8_t *rig_firmware(const char *file, uint32_t *size_out)
{
    const char *name, *folder = getenv("EXOSUIT_TEST_VENDOR_FIRMWARE");
    const uint8_t *data;
    size_t size;
    if (folder) {
        return vendor_firmware(folder, file, size_out);
    }
    for (int i = 0; sim_firmware_image(i, &name, &data, &size) == 0; i++) {
        if (strcmp(name, file) == 0) {
            *size_out = (uint32_t)size;
            return data;
        }
    }
    fail_msg("no firmware %s", file);
    return NULL;
}

static uint32_t get32(const uint8_t *at)
{
    uint32_t v;
    memcpy(&v, at, 4);
    return v;
}

const uint8_t *rig_block_firmware(struct rig *r, const char *format, uint16_t hw_id, uint32_t *size_out)
{
    char name[64];
    for (int i = 0; i < CHIP_IPS; i++) {
        if (r->chip->ips[i].hw_id == hw_id) {
            const struct ip_version v = r->chip->versions[r->chip->ips[i].version];
            snprintf(name, sizeof(name), format, v.major, v.minor, v.revision);
            return rig_firmware(name, size_out);
        }
    }
    fail_msg("this chip has no block %u", hw_id);
    return NULL;
}

/* A part of the security processor's file; NULL if it is not in there. */
static const uint8_t *sos_part(struct rig *r, uint32_t fw_type, uint32_t *size_out)
{
    uint32_t size;
    const uint8_t *file = rig_block_firmware(r, "psp_%u_%u_%u_sos.bin", MP0_HWID, &size);
    for (uint32_t i = 0; i < get32(file + PSP_FIRMWARE_HEADER_V2_0_PSP_FW_BIN_COUNT); i++) {
        const uint8_t *d = file + PSP_FIRMWARE_HEADER_V2_0_PSP_FW_BIN + i * PSP_FW_BIN_DESC_BYTES;
        if (get32(d + PSP_FW_BIN_DESC_FW_TYPE) != fw_type) {
            continue;
        }
        *size_out = get32(d + PSP_FW_BIN_DESC_SIZE_BYTES);
        return file + get32(file + COMMON_FIRMWARE_HEADER_UCODE_ARRAY_OFFSET_BYTES) + get32(d + PSP_FW_BIN_DESC_OFFSET_BYTES);
    }
    return NULL;
}

bool rig_load_component(struct rig *r, uint32_t fw_type, uint32_t command)
{
    uint32_t size;
    const uint8_t *part = sos_part(r, fw_type, &size);
    assert_non_null(part);
    rig_poll(r, R_MP0_SMN_C2PMSG_35, 0x80000000, 0x80000000);
    assert_true(sim_bar_write(r->card, 0, RIG_MSG, part, size));
    rig_flush_hdp(r);
    rig_write(r, R_MP0_SMN_C2PMSG_36, (uint32_t)((RIG_FB + RIG_MSG) >> 20));
    rig_write(r, R_MP0_SMN_C2PMSG_35, command);
    return (rig_poll(r, R_MP0_SMN_C2PMSG_35, 0x80000000, 0x80000000) & 0xffff) == 0;
}

void rig_start_sos(struct rig *r)
{
    assert_true(rig_load_component(r, PSP_FW_TYPE_PSP_KDB, PSP_BL_LOAD_KEY_DATABASE));
    uint32_t spl_size;
    if (sos_part(r, PSP_FW_TYPE_PSP_SPL, &spl_size)) { /* Navi 32's file has none */
        assert_true(rig_load_component(r, PSP_FW_TYPE_PSP_SPL, PSP_BL_LOAD_TOS_SPL_TABLE));
    }
    assert_true(rig_load_component(r, PSP_FW_TYPE_PSP_SYS_DRV, PSP_BL_LOAD_SYSDRV));
    assert_true(rig_load_component(r, PSP_FW_TYPE_PSP_SOS, PSP_BL_LOAD_SOSDRV));
    uint64_t end = now_ms() + 2000;
    while (rig_read(r, R_MP0_SMN_C2PMSG_81) == 0) {
        assert_true(now_ms() < end);
    }
}

void rig_create_psp_ring(struct rig *r)
{
    rig_poll(r, R_MP0_SMN_C2PMSG_64, 0x80000000, 0x80000000);
    rig_write(r, R_MP0_SMN_C2PMSG_69, (uint32_t)(RIG_FB + RIG_PSP_RING));
    rig_write(r, R_MP0_SMN_C2PMSG_70, (uint32_t)((RIG_FB + RIG_PSP_RING) >> 32));
    rig_write(r, R_MP0_SMN_C2PMSG_71, 0x10000);
    rig_write(r, R_MP0_SMN_C2PMSG_64, PSP_RING_TYPE_KM << 16);
    rig_poll(r, R_MP0_SMN_C2PMSG_64, 0x8000ffff, 0x80000000);
    rig_set_vram(r, RIG_FENCE, 0);
}

uint32_t rig_psp_submit(struct rig *r, const uint32_t *words, uint32_t count)
{
    uint32_t cmd[256] = {0}, frame[16] = {0}, wptr = rig_read(r, R_MP0_SMN_C2PMSG_67);
    cmd[PSP_GFX_CMD_RESP_CMD_ID / 4] = words[0];
    memcpy(&cmd[7], words + 1, (count - 1) * 4);
    frame[0] = (uint32_t)(RIG_FB + RIG_CMD), frame[1] = (uint32_t)((RIG_FB + RIG_CMD) >> 32);
    frame[3] = (uint32_t)(RIG_FB + RIG_FENCE), frame[4] = (uint32_t)((RIG_FB + RIG_FENCE) >> 32);
    frame[5] = wptr + 1;
    assert_true(sim_bar_write(r->card, 0, RIG_CMD, cmd, sizeof(cmd)));
    assert_true(sim_bar_write(r->card, 0, RIG_PSP_RING + wptr * 4, frame, sizeof(frame)));
    rig_flush_hdp(r);
    rig_write(r, R_MP0_SMN_C2PMSG_67, wptr + 16);
    return wptr + 1;
}

uint32_t rig_psp_command(struct rig *r, const uint32_t *words, uint32_t count)
{
    uint32_t fence = rig_psp_submit(r, words, count);
    uint64_t end = now_ms() + 2000;
    while (rig_vram(r, RIG_FENCE) != fence) {
        if (now_ms() > end) {
            fail_msg("PSP fence never came; verdict: %s", rig_verdict(r));
        }
    }
    return rig_vram(r, RIG_CMD + PSP_GFX_CMD_RESP_RESP_STATUS);
}

uint32_t rig_load_toc(struct rig *r)
{
    uint32_t size;
    const uint8_t *toc = sos_part(r, PSP_FW_TYPE_PSP_TOC, &size);
    assert_true(sim_bar_write(r->card, 0, RIG_MSG, toc, size));
    const uint32_t words[] = {GFX_CMD_ID_LOAD_TOC, (uint32_t)(RIG_FB + RIG_MSG), (uint32_t)((RIG_FB + RIG_MSG) >> 32), size};
    return rig_psp_command(r, words, 4);
}

uint32_t rig_setup_tmr(struct rig *r)
{
    uint32_t size = rig_vram(r, RIG_CMD + PSP_GFX_CMD_RESP_RESP_TMR_SIZE);
    const uint32_t words[] = {
        GFX_CMD_ID_SETUP_TMR, (uint32_t)(RIG_FB + RIG_TMR), (uint32_t)((RIG_FB + RIG_TMR) >> 32), size, 2, RIG_TMR, 0};
    return rig_psp_command(r, words, 7);
}

struct fw_place {
    uint32_t generations; /* as bits */
    uint32_t type;
    const char *file; /* with the version of hw_id */
    uint16_t hw_id;
    uint16_t offset_at, size_at; /* in the file's header; 0: the common header's words */
    bool after_first;            /* lies directly behind the part that begins at the microcode array */
};

#define G11 (1u << GEN_GFX11)
#define G12 (1u << GEN_GFX12)
#define GFX_CODE 0, GFX_FIRMWARE_HEADER_V2_0_UCODE_SIZE_BYTES
#define GFX_DATA GFX_FIRMWARE_HEADER_V2_0_DATA_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_DATA_SIZE_BYTES
#define RLC(part) RLC_FIRMWARE_HEADER_##part##_UCODE_OFFSET_BYTES, RLC_FIRMWARE_HEADER_##part##_UCODE_SIZE_BYTES

/* clang-format off */
static const struct fw_place fw_places[] = {
    {G11 | G12, GFX_FW_TYPE_SMU, "smu_%u_%u_%u.bin", MP1_HWID, 0, 0, false},
    {G11, GFX_FW_TYPE_SDMA_UCODE_TH1, "sdma_%u_%u_%u.bin", SDMA0_HWID, SDMA_FIRMWARE_HEADER_V2_0_CTL_UCODE_OFFSET,
     SDMA_FIRMWARE_HEADER_V2_0_CTL_UCODE_SIZE_BYTES, false},
    {G11, GFX_FW_TYPE_SDMA_UCODE_TH0, "sdma_%u_%u_%u.bin", SDMA0_HWID, 0, SDMA_FIRMWARE_HEADER_V2_0_CTX_UCODE_SIZE_BYTES, false},
    {G12, GFX_FW_TYPE_SDMA_UCODE_TH0, "sdma_%u_%u_%u.bin", SDMA0_HWID, 0, SDMA_FIRMWARE_HEADER_V3_0_UCODE_SIZE_BYTES, false},
    {G12, GFX_FW_TYPE_RS64_PFP, "gc_%u_%u_%u_pfp.bin", GC_HWID, GFX_CODE, false},
    {G12, GFX_FW_TYPE_RS64_PFP_P0_STACK, "gc_%u_%u_%u_pfp.bin", GC_HWID, GFX_DATA, false},
    {G12, GFX_FW_TYPE_RS64_ME, "gc_%u_%u_%u_me.bin", GC_HWID, GFX_CODE, false},
    {G12, GFX_FW_TYPE_RS64_ME_P0_STACK, "gc_%u_%u_%u_me.bin", GC_HWID, GFX_DATA, false},
    {G11 | G12, GFX_FW_TYPE_RS64_MEC, "gc_%u_%u_%u_mec.bin", GC_HWID, GFX_CODE, false},
    {G11 | G12, GFX_FW_TYPE_RS64_MEC_P0_STACK, "gc_%u_%u_%u_mec.bin", GC_HWID, GFX_DATA, false},
    {G11 | G12, GFX_FW_TYPE_IMU_I, "gc_%u_%u_%u_imu.bin", GC_HWID, 0, IMU_FIRMWARE_HEADER_V1_0_IMU_IRAM_UCODE_SIZE_BYTES, false},
    {G11 | G12, GFX_FW_TYPE_IMU_D, "gc_%u_%u_%u_imu.bin", GC_HWID, 0, IMU_FIRMWARE_HEADER_V1_0_IMU_DRAM_UCODE_SIZE_BYTES, true},
    {G11 | G12, GFX_FW_TYPE_RLC_IRAM, "gc_%u_%u_%u_rlc.bin", GC_HWID, RLC(V2_2_RLC_IRAM), false},
    {G11 | G12, GFX_FW_TYPE_RLC_DRAM_BOOT, "gc_%u_%u_%u_rlc.bin", GC_HWID, RLC(V2_2_RLC_DRAM), false},
    {G11, GFX_FW_TYPE_RLC_P, "gc_%u_%u_%u_rlc.bin", GC_HWID, RLC(V2_3_RLCP), false},
    {G11, GFX_FW_TYPE_RLC_V, "gc_%u_%u_%u_rlc.bin", GC_HWID, RLC(V2_3_RLCV), false},
    {G11 | G12, GFX_FW_TYPE_RLC_G, "gc_%u_%u_%u_rlc.bin", GC_HWID, 0, 0, false},
};
/* clang-format on */

uint32_t rig_load_fw(struct rig *r, uint32_t fw_type)
{
    const struct fw_place *p = fw_places;
    while (p->type != fw_type || !(p->generations >> r->chip->generation & 1)) {
        p++;
    }
    uint32_t file_size;
    const uint8_t *file = rig_block_firmware(r, p->file, p->hw_id, &file_size);
    uint32_t offset = get32(file + (p->offset_at ? p->offset_at : COMMON_FIRMWARE_HEADER_UCODE_ARRAY_OFFSET_BYTES));
    uint32_t size = get32(file + (p->size_at ? p->size_at : COMMON_FIRMWARE_HEADER_UCODE_SIZE_BYTES));
    if (p->after_first) {
        offset += get32(file + IMU_FIRMWARE_HEADER_V1_0_IMU_IRAM_UCODE_SIZE_BYTES);
    }
    assert_true(offset + size <= file_size);
    assert_true(sim_bar_write(r->card, 0, RIG_MSG, file + offset, size));
    const uint32_t words[] = {GFX_CMD_ID_LOAD_IP_FW, (uint32_t)(RIG_FB + RIG_MSG), (uint32_t)((RIG_FB + RIG_MSG) >> 32), size,
                              fw_type};
    return rig_psp_command(r, words, 5);
}

void rig_load_all_fw(struct rig *r)
{
    assert_int_equal(rig_load_toc(r), 0);
    if (r->chip->generation == GEN_GFX11) { /* on gfx12 the bootloader has set the region up */
        assert_int_equal(rig_setup_tmr(r), 0);
    }
    for (size_t i = 0; i < sizeof(fw_places) / sizeof(fw_places[0]); i++) {
        if (fw_places[i].generations >> r->chip->generation & 1) {
            assert_int_equal(rig_load_fw(r, fw_places[i].type), 0);
        }
    }
}

uint32_t rig_autoload(struct rig *r)
{
    const uint32_t words[] = {GFX_CMD_ID_AUTOLOAD_RLC};
    return rig_psp_command(r, words, 1);
}

/* ---- memory ------------------------------------------------------------------------------------------------------------ */

static uint32_t new_table(struct rig *r)
{
    static const uint8_t zero[4096];
    uint32_t at = RIG_TABLES + (uint32_t)r->tables_used;
    r->tables_used += 4096;
    assert_true(sim_bar_write(r->card, 0, at, zero, sizeof(zero)));
    return at;
}

#define HUB_INIT(P)                                                                                                              \
    do {                                                                                                                         \
        rig_write(r, R_##P##MC_VM_SYSTEM_APERTURE_LOW_ADDR, (uint32_t)(RIG_FB >> 18));                                           \
        rig_write(r, R_##P##MC_VM_SYSTEM_APERTURE_HIGH_ADDR, (uint32_t)((RIG_FB + r->chip->vram_bytes - 1) >> 18));              \
        rig_write(r, R_##P##MC_VM_MX_L1_TLB_CNTL, 1 | 3 << 3 | 1 << 6 | 3 << 11);                                                \
        rig_write(r, R_##P##VM_L2_CNTL, 1);                                                                                      \
        rig_write(r, R_##P##VM_CONTEXT0_PAGE_TABLE_BASE_ADDR_LO32, RIG_TABLES | 1);                                              \
        rig_write(r, R_##P##VM_CONTEXT0_PAGE_TABLE_BASE_ADDR_HI32, 0);                                                           \
        rig_write(r, R_##P##VM_CONTEXT0_PAGE_TABLE_START_ADDR_LO32, (uint32_t)(RIG_VA >> 12));                                   \
        rig_write(r, R_##P##VM_CONTEXT0_PAGE_TABLE_START_ADDR_HI32, (uint32_t)(RIG_VA >> 44));                                   \
        rig_write(r, R_##P##VM_CONTEXT0_PAGE_TABLE_END_ADDR_LO32, 0xffffffff);                                                   \
        rig_write(r, R_##P##VM_CONTEXT0_PAGE_TABLE_END_ADDR_HI32, 0x7);                                                          \
        rig_write(r, R_##P##VM_CONTEXT0_CNTL, 1 | 3 << 1);                                                                       \
        rig_write(r, R_##P##VM_INVALIDATE_ENG17_ADDR_RANGE_LO32, 0xffffffff);                                                    \
        rig_write(r, R_##P##VM_INVALIDATE_ENG17_ADDR_RANGE_HI32, 0x1f);                                                          \
    } while (0)

void rig_init_hubs(struct rig *r)
{
    if (r->tables_used == 0) {
        assert_int_equal(new_table(r), RIG_TABLES);
    }
    HUB_INIT(MM);
    HUB_INIT(GC);
}

static uint64_t entry_at(struct rig *r, uint32_t table, uint64_t va, uint32_t level)
{
    uint64_t at = table + ((va - RIG_VA) >> (12 + 9 * level) & 0x1ff) * 8;
    return rig_vram(r, (uint32_t)at) | (uint64_t)rig_vram(r, (uint32_t)at + 4) << 32;
}

static void set_entry(struct rig *r, uint32_t table, uint64_t va, uint32_t level, uint64_t entry)
{
    uint32_t at = table + (uint32_t)((va - RIG_VA) >> (12 + 9 * level) & 0x1ff) * 8;
    assert_true(sim_bar_write(r->card, 0, at, &entry, 8));
}

void rig_map(struct rig *r, uint64_t va, uint64_t physical, uint64_t size, uint64_t flags)
{
    uint64_t leaf = r->chip->generation == GEN_GFX12 ? AMDGPU_PTE_IS_PTE : 0;
    rig_map_raw(r, va, physical, size, flags ? flags | leaf : 0);
}

void rig_map_raw(struct rig *r, uint64_t va, uint64_t physical, uint64_t size, uint64_t flags)
{
    for (uint64_t done = 0; done < size; done += 4096) {
        uint32_t table = RIG_TABLES;
        for (uint32_t level = 3; level > 0; level--) {
            uint64_t e = entry_at(r, table, va + done, level);
            if (!(e & 1)) {
                e = new_table(r) | 1;
                set_entry(r, table, va + done, level, e);
            }
            table = (uint32_t)(e & 0xfffff000);
        }
        set_entry(r, table, va + done, 0, flags ? (physical + done) | flags : 0);
    }
}

void rig_flush_tlb(struct rig *r)
{
    uint32_t request = 1 | 0xf << 19 | 1 << 23;
    rig_flush_hdp(r);
    rig_write(r, R_GCVM_INVALIDATE_ENG17_REQ, request);
    rig_poll(r, R_GCVM_INVALIDATE_ENG17_ACK, 1, 1);
    rig_poll(r, R_MMVM_INVALIDATE_ENG17_SEM, 1, 1);
    rig_write(r, R_MMVM_INVALIDATE_ENG17_REQ, request);
    rig_poll(r, R_MMVM_INVALIDATE_ENG17_ACK, 1, 1);
    rig_write(r, R_MMVM_INVALIDATE_ENG17_SEM, 0);
}

/* ---- queues ------------------------------------------------------------------------------------------------------------ */

void rig_open_gates(struct rig *r)
{
    rig_write(r, R_RCC_DEV0_EPF0_RCC_DOORBELL_APER_EN, 1);
    rig_write(r, R_S2A_DOORBELL_ENTRY_0_CTRL, 0x30000007);
    rig_write(r, R_S2A_DOORBELL_ENTRY_3_CTRL, 0x3000000d);
    rig_write(r, R_S2A_DOORBELL_ENTRY_2_CTRL, 1 | 0xe << 1 | 0x200 << 7 | 20 << 17 | 3u << 28);
    rig_write(r, R_CP_MEC_DOORBELL_RANGE_LOWER, 0);
    rig_write(r, R_CP_MEC_DOORBELL_RANGE_UPPER, 0xf8);
}

void rig_start_mec(struct rig *r)
{
    rig_write(r, R_GRBM_GFX_CNTL, 1 << 2);
    rig_write(r, R_CP_MEC_RS64_PRGRM_CNTR_START, 0x70000 >> 2);
    rig_write(r, R_CP_MEC_RS64_PRGRM_CNTR_START_HI, 0);
    if (r->chip->generation == GEN_GFX12) { /* only there */
        rig_write(r, R_CP_MEC_RS64_CNTL, 1 << 30 | 1 << 16);
        rig_write(r, R_CP_MEC_RS64_CNTL, 1 << 30);
    }
    rig_write(r, R_CP_MEC_RS64_CNTL, 1 << 26);
    for (int i = 0; i < 200; i++) { /* 50 us of virtual time */
        rig_read(r, R_CP_MEC_RS64_CNTL);
    }
}

void rig_setup_queue(struct rig *r)
{
    rig_write(r, R_GRBM_GFX_CNTL, 1 << 2);
    rig_write(r, R_CP_HQD_VMID, 0);
    rig_write(r, R_CP_HQD_PQ_BASE, (uint32_t)(VA(RIG_RING) >> 8));
    rig_write(r, R_CP_HQD_PQ_BASE_HI, (uint32_t)(VA(RIG_RING) >> 40));
    rig_write(r, R_CP_HQD_PQ_RPTR_REPORT_ADDR, (uint32_t)(RIG_HOST_VA + 0x800));
    rig_write(r, R_CP_HQD_PQ_RPTR_REPORT_ADDR_HI, (uint32_t)((RIG_HOST_VA + 0x800) >> 32));
    rig_write(r, R_CP_HQD_PQ_CONTROL, 13 | 5 << 8); /* 2 << 13 dwords */
    rig_write(r, R_CP_HQD_EOP_BASE_ADDR, (uint32_t)(VA(RIG_EOP) >> 8));
    rig_write(r, R_CP_HQD_EOP_BASE_ADDR_HI, (uint32_t)(VA(RIG_EOP) >> 40));
    rig_write(r, R_CP_HQD_PQ_DOORBELL_CONTROL, 6 << 2 | 1 << 30);
    rig_write(r, R_CP_HQD_PQ_WPTR_LO, 0);
    rig_write(r, R_CP_HQD_PQ_WPTR_HI, 0);
    rig_write(r, R_CP_HQD_ACTIVE, 1);
    r->wptr = 0;
}

void rig_setup_sdma(struct rig *r)
{
    rig_write(r, r->chip->generation == GEN_GFX12 ? R_SDMA0_MCU_CNTL : R_SDMA0_F32_CNTL, 0);
    rig_write(r, R_SDMA0_QUEUE0_RB_RPTR, 0);
    rig_write(r, R_SDMA0_QUEUE0_RB_WPTR, 0);
    rig_write(r, R_SDMA0_QUEUE0_RB_BASE, (uint32_t)(VA(RIG_SDMA_RING) >> 8));
    rig_write(r, R_SDMA0_QUEUE0_RB_BASE_HI, (uint32_t)(VA(RIG_SDMA_RING) >> 40));
    rig_write(r, R_SDMA0_QUEUE0_RB_RPTR_ADDR_LO, (uint32_t)(RIG_HOST_VA + 0x900));
    rig_write(r, R_SDMA0_QUEUE0_RB_RPTR_ADDR_HI, (uint32_t)((RIG_HOST_VA + 0x900) >> 32));
    rig_write(r, R_SDMA0_QUEUE0_DOORBELL_OFFSET, 0x200 << 2);
    rig_write(r, R_SDMA0_QUEUE0_DOORBELL, 1 << 28);
    rig_write(r, R_SDMA0_QUEUE0_RB_CNTL, 1 | 10 << 1 | 1 << 12); /* 1 << 10 dwords */
    rig_write(r, R_SDMA0_QUEUE0_IB_CNTL, 1);
    r->sdma_wptr = 0;
}

void rig_boot(struct rig *r)
{
    rig_boot_without_mec(r);
    rig_start_mec(r);
    rig_setup_queue(r);
    rig_setup_sdma(r);
    rig_expect_clean(r);
}

void rig_boot_without_mec(struct rig *r)
{
    const uint64_t vram_flags = AMDGPU_PTE_VALID | AMDGPU_PTE_READABLE | AMDGPU_PTE_WRITEABLE | AMDGPU_PTE_EXECUTABLE;
    rig_wait_ready(r);
    rig_start_sos(r);
    rig_create_psp_ring(r);
    rig_load_all_fw(r);
    assert_int_equal(rig_autoload(r), 0);
    rig_poll(r, R_RLC_RLCS_BOOTLOAD_STATUS, 0x80000000, 0x80000000);
    rig_init_hubs(r);
    rig_map(r, RIG_VA, RIG_DATA, 0x400000, vram_flags);
    rig_map(r, RIG_HOST_VA, RIG_HOST_BUS, RIG_HOST_BYTES, vram_flags | AMDGPU_PTE_SYSTEM | AMDGPU_PTE_SNOOPED);
    rig_flush_tlb(r);
    rig_open_gates(r);
}

void rig_fill_ring(struct rig *r, const uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        rig_set_vram(r, RIG_RING + (uint32_t)((r->wptr + i) % RIG_RING_DWORDS) * 4, words[i]);
    }
    r->wptr += count;
    rig_flush_hdp(r);
}

void rig_ring(struct rig *r)
{
    assert_true(sim_bar_write(r->card, 2, 0x18, &r->wptr, 8));
}

void rig_submit(struct rig *r, const uint32_t *words, uint32_t count)
{
    rig_fill_ring(r, words, count);
    (void)rig_read(r, R_HDP_MEM_COHERENCY_FLUSH_CNTL); /* N-06 again */
    rig_ring(r);
}

void rig_submit_sdma(struct rig *r, const uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        rig_set_vram(r, RIG_SDMA_RING + (uint32_t)((r->sdma_wptr + i * 4) % RIG_SDMA_RING_BYTES), words[i]);
    }
    r->sdma_wptr += count * 4;
    rig_flush_hdp(r);
    (void)rig_read(r, R_HDP_MEM_COHERENCY_FLUSH_CNTL);
    assert_true(sim_bar_write(r->card, 2, 0x800, &r->sdma_wptr, 8));
}

void rig_place_interrupts(struct rig *r)
{
    rig_write(r, R_IH_RB_BASE, (uint32_t)((RIG_FB + RIG_INTERRUPTS) >> 8));
    rig_write(r, R_IH_RB_BASE_HI, (uint32_t)((RIG_FB + RIG_INTERRUPTS) >> 40));
    rig_write(r, R_IH_RB_CNTL, 1 | 10 << 1 | 4u << 28); /* on, 4 KiB, not by a virtual address */
}

bool rig_wait_host(struct rig *r, uint32_t index, uint32_t value)
{
    for (uint64_t end = now_ms() + 2000; now_ms() < end;) {
        if (__atomic_load_n(&r->host[index], __ATOMIC_ACQUIRE) == value) {
            return true;
        }
    }
    return false;
}

bool rig_wait_verdict(struct rig *r)
{
    for (uint64_t end = now_ms() + 2000; now_ms() < end;) {
        if (*rig_verdict(r)) {
            return true;
        }
    }
    return false;
}

void rig_release_mem(uint32_t p[8], uint64_t va, uint32_t value)
{
    const uint32_t packet[8] = {0xc0000000 | 6 << 16 | PACKET3_RELEASE_MEM << 8,
                                CACHE_FLUSH_AND_INV_TS_EVENT | EVENT_INDEX_MEC_RELEASE_MEM_END_OF_PIPE << 8,
                                1u << 29,
                                (uint32_t)va,
                                (uint32_t)(va >> 32),
                                value,
                                0,
                                0};
    memcpy(p, packet, sizeof(packet));
}
