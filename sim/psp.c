/*
 * psp.c: the security processor. First its bootloader takes components one after the other through C2PMSG_35/36, the last of
 * which is the secure OS; that offers a ring (C2PMSG_64, 67, 69..71) of command frames, through which the memory of the other
 * processors' firmware is set up and loaded. It reads VRAM only, takes its time, and insists on the order.
 */
#include <string.h>

#include "card.h"
#include "image.h"
#include "regs/soc.h"
#include "regs/wire_psp.h"

#define READY 0x80000000u
#define POWER_ON_NS 2000000 /* until firmware-ready in C2PMSG_33 */
#define COMPONENT_NS 20000
#define SOS_START_NS 100000
#define RING_NS 20000
#define COMMAND_NS 10000
#define TMR_BYTES 0x1300000u

enum { /* answers of the secure OS */
       STATUS_OK = 0,
       STATUS_CORRUPT = 0x11,                   /* */
       STATUS_BAD_PARAMETERS = (int)0xffff0006, /* */
       STATUS_ORDER = (int)0xffff0007,          /* our own number */
       STATUS_UNKNOWN = (int)0xffff000a,        /* our own number */
};

/* ---- the bootloader ---------------------------------------------------------------------------------------------------- */

struct component {
    uint32_t command;
    uint32_t kinds[2]; /* images that are accepted; 0: none */
    uint32_t needs;    /* rows that must be loaded before, as bits */
    const char *name;
    uint8_t generations; /* as bits */
};

#define ALL_GENERATIONS (1u << GEN_GFX11 | 1u << GEN_GFX12)

/* On gfx11, SPL takes the key database as well: that is what tinygrad passes there. */
static const struct component components[] = {
    {PSP_BL_LOAD_KEY_DATABASE, {PSP_FW_TYPE_PSP_KDB, 0}, 0, "key database", ALL_GENERATIONS},
    {PSP_BL_LOAD_TOS_SPL_TABLE, {PSP_FW_TYPE_PSP_SPL, PSP_FW_TYPE_PSP_KDB}, 1 << 0, "SPL table", 1u << GEN_GFX11},
    {PSP_BL_LOAD_SYSDRV, {PSP_FW_TYPE_PSP_SYS_DRV, 0}, 1 << 0, "system driver", ALL_GENERATIONS},
    {PSP_BL_LOAD_SOCDRV, {PSP_FW_TYPE_PSP_SOC_DRV, 0}, 1 << 2, "SoC driver", ALL_GENERATIONS},
    {PSP_BL_LOAD_INTFDRV, {PSP_FW_TYPE_PSP_INTF_DRV, 0}, 1 << 2, "interface driver", ALL_GENERATIONS},
    {PSP_BL_LOAD_DBGDRV, {PSP_FW_TYPE_PSP_DBG_DRV, 0}, 1 << 2, "debug driver", ALL_GENERATIONS},
    {PSP_BL_LOAD_RASDRV, {PSP_FW_TYPE_PSP_RAS_DRV, 0}, 1 << 2, "RAS driver", ALL_GENERATIONS},
    {PSP_BL_LOAD_SOSDRV, {PSP_FW_TYPE_PSP_SOS, 0}, 1 << 2, "secure OS", ALL_GENERATIONS},
    {PSP_BL_LOAD_TOS_SPL_TABLE, {PSP_FW_TYPE_PSP_SPL, 0}, 1 << 0, "SPL table", 1u << GEN_GFX12},
    {PSP_BL_LOAD_IPKEYMGRDRV, {PSP_FW_TYPE_PSP_IPKEYMGR_DRV, 0}, 1 << 2, "key manager", 1u << GEN_GFX12},
};

/* What else differs: the secure OS's version (any but 0 means up, A-04), whether the trusted memory region is set up at boot
 * already (linux psp_v14_0.c, boot_time_tmr; a SETUP_TMR then gets no answer, not even its fence: mac-amdgpu on an R9700,
 * psp_setup_tmr), and what must be there before RLC_G, the last to be loaded, and with
 * it before autoload: what tinygrad's boot loads. */
#define MOST_BEFORE_RLC_G 12
static const struct psp_generation {
    uint32_t sos_version;
    bool boot_time_tmr;
    uint32_t before_rlc_g[MOST_BEFORE_RLC_G];
} psp_generations[GENERATIONS] = {
    [GEN_GFX11] = {0x00310032,
                   false,
                   {GFX_FW_TYPE_SDMA_UCODE_TH0, GFX_FW_TYPE_SDMA_UCODE_TH1, GFX_FW_TYPE_RS64_MEC, GFX_FW_TYPE_RS64_MEC_P0_STACK,
                    GFX_FW_TYPE_IMU_I, GFX_FW_TYPE_IMU_D, GFX_FW_TYPE_RLC_IRAM, GFX_FW_TYPE_RLC_DRAM_BOOT, GFX_FW_TYPE_RLC_P,
                    GFX_FW_TYPE_RLC_V}},
    [GEN_GFX12] = {0x003a0b14,
                   true,
                   {GFX_FW_TYPE_SDMA_UCODE_TH0, GFX_FW_TYPE_RS64_PFP, GFX_FW_TYPE_RS64_PFP_P0_STACK, GFX_FW_TYPE_RS64_ME,
                    GFX_FW_TYPE_RS64_ME_P0_STACK, GFX_FW_TYPE_RS64_MEC, GFX_FW_TYPE_RS64_MEC_P0_STACK, GFX_FW_TYPE_IMU_I,
                    GFX_FW_TYPE_IMU_D, GFX_FW_TYPE_RLC_IRAM, GFX_FW_TYPE_RLC_DRAM_BOOT}},
};

static const struct psp_generation *generation_of(const struct sim_card *card)
{
    return &psp_generations[card->chip->generation];
}

static void sos_started(struct sim_card *card, uint64_t arg)
{
    (void)arg;
    card->psp.sos_up = true;
    card->psp.tmr_up = generation_of(card)->boot_time_tmr;
    reg_set(card, R_MP0_SMN_C2PMSG_81, generation_of(card)->sos_version);
    reg_set(card, R_MP0_SMN_C2PMSG_64, READY);
}

static bool component_image_ok(struct sim_card *card, const struct component *c)
{
    uint64_t offset, address = (uint64_t)reg_get(card, R_MP0_SMN_C2PMSG_36) << 20;
    size_t size = 0;
    if (!gmc_mc_to_vram(card, address, &offset)) {
        card_verdict(card, "PSP bootloader: the %s at 0x%llx is not in VRAM (A-05)", c->name, (unsigned long long)address);
        return false;
    }
    uint64_t limit = card->vram.size - offset < PSP_1_MEG ? card->vram.size - offset : PSP_1_MEG;
    const uint8_t *image = vram_at(card, offset, limit);
    for (int k = 0; k < 2 && c->kinds[k]; k++) {
        if (image_check(image, 0, limit, IMAGE_KIND_BOOTLOADER + c->kinds[k], &size)) {
            hdp_check(card, offset, size, "the PSP bootloader");
            return true;
        }
    }
    card_verdict(card, "PSP bootloader: what lies at 0x%llx is not an intact %s", (unsigned long long)address, c->name);
    return false;
}

static void component_loaded(struct sim_card *card, uint64_t row)
{
    const struct component *c = &components[row];
    card->psp.bootloader_busy = false;
    if ((card->psp.loaded & c->needs) != c->needs) {
        card_verdict(card, "PSP bootloader: %s loaded out of order (A-06)", c->name);
    } else if (component_image_ok(card, c)) {
        card->psp.loaded |= 1u << row;
        reg_set(card, R_MP0_SMN_C2PMSG_35, READY);
        if (c->command == PSP_BL_LOAD_SOSDRV) {
            clock_after(card, SOS_START_NS, sos_started, 0);
        }
        return;
    }
    reg_set(card, R_MP0_SMN_C2PMSG_35, READY | 0x1); /* ready again, with an error code */
}

static void bootloader_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)index;
    if (!(old & READY) || card->psp.bootloader_busy) {
        card_verdict(card, "PSP bootloader: command 0x%x while it was not ready", value);
        reg_set(card, R_MP0_SMN_C2PMSG_35, old);
        return;
    }
    for (size_t i = 0; i < sizeof(components) / sizeof(components[0]); i++) {
        if (components[i].command == value && (components[i].generations >> card->chip->generation & 1)) {
            card->psp.bootloader_busy = true;
            clock_after(card, COMPONENT_NS, component_loaded, i); /* reads the image late: it must stay where it is */
            return;
        }
    }
    card_verdict(card, "PSP bootloader: unknown command 0x%x", value);
    reg_set(card, R_MP0_SMN_C2PMSG_35, READY | 0x1);
}

/* ---- the secure OS: commands ------------------------------------------------------------------------------------------- */

bool psp_has_firmware(const struct sim_card *card, uint32_t fw_type)
{
    return fw_type < 256 && (card->psp.firmware[fw_type / 32] >> (fw_type % 32) & 1);
}

static uint32_t get32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, 4);
    return value;
}

static uint64_t get_pair(const uint8_t *low, const uint8_t *high)
{
    return get32(low) | (uint64_t)get32(high) << 32;
}

static uint32_t image_status(struct sim_card *card, uint64_t address, uint32_t size, uint32_t kind, const char *what)
{
    uint64_t offset;
    size_t whole;
    if (!gmc_mc_to_vram(card, address, &offset) || size > card->vram.size - offset) {
        card_verdict(card, "PSP: %s (type 0x%x) at 0x%llx is not in VRAM (A-05)", what, kind, (unsigned long long)address);
        return (uint32_t)STATUS_BAD_PARAMETERS;
    }
    const uint8_t *image = vram_at(card, offset, size);
    hdp_check(card, offset, size, "the PSP");
    if (!image_check(image, size, size, kind, &whole) || image_crc32(0, image, size) != card->psp.image_crc) {
        card_verdict(card, "PSP: %s (type 0x%x) at 0x%llx is not intact, of another type, or was overwritten while it was loaded",
                     what, kind, (unsigned long long)address);
        return STATUS_CORRUPT;
    }
    return STATUS_OK;
}

static uint32_t load_toc(struct sim_card *card, uint8_t *cmd)
{
    uint64_t address = get_pair(cmd + PSP_GFX_CMD_RESP_CMD_CMD_LOAD_TOC_TOC_PHY_ADDR_LO,
                                cmd + PSP_GFX_CMD_RESP_CMD_CMD_LOAD_TOC_TOC_PHY_ADDR_HI);
    uint32_t status = image_status(card, address, get32(cmd + PSP_GFX_CMD_RESP_CMD_CMD_LOAD_TOC_TOC_SIZE),
                                   IMAGE_KIND_BOOTLOADER + PSP_FW_TYPE_PSP_TOC, "table of contents");
    if (status != STATUS_OK) {
        return status;
    }
    card->psp.toc_loaded = true;
    card->psp.tmr_bytes = TMR_BYTES;
    memcpy(cmd + PSP_GFX_CMD_RESP_RESP_TMR_SIZE, &card->psp.tmr_bytes, 4);
    return STATUS_OK;
}

static uint32_t setup_tmr(struct sim_card *card, uint8_t *cmd)
{
    uint64_t offset, address = get_pair(cmd + PSP_GFX_CMD_RESP_CMD_CMD_SETUP_TMR_BUF_PHY_ADDR_LO,
                                        cmd + PSP_GFX_CMD_RESP_CMD_CMD_SETUP_TMR_BUF_PHY_ADDR_HI);
    uint32_t size = get32(cmd + PSP_GFX_CMD_RESP_CMD_CMD_SETUP_TMR_BUF_SIZE);
    if (!card->psp.toc_loaded) {
        card_verdict(card, "PSP: SETUP_TMR before LOAD_TOC (A-06)");
        return (uint32_t)STATUS_ORDER;
    }
    if (!gmc_mc_to_vram(card, address, &offset) || address % PSP_TMR_ALIGNMENT || size < card->psp.tmr_bytes) {
        card_verdict(card,
                     "PSP: the trusted memory region at 0x%llx with 0x%x bytes is not in VRAM, not aligned to 1 MiB, or smaller "
                     "than the 0x%x that LOAD_TOC asked for",
                     (unsigned long long)address, size, card->psp.tmr_bytes);
        return (uint32_t)STATUS_BAD_PARAMETERS;
    }
    card->psp.tmr_up = true;
    return STATUS_OK;
}

static uint32_t missing_before_rlc_g(const struct sim_card *card)
{
    const uint32_t *types = generation_of(card)->before_rlc_g;
    for (size_t i = 0; i < MOST_BEFORE_RLC_G && types[i]; i++) {
        if (!psp_has_firmware(card, types[i])) {
            return types[i];
        }
    }
    return 0;
}

static uint32_t load_ip_fw(struct sim_card *card, uint8_t *cmd)
{
    uint64_t address = get_pair(cmd + PSP_GFX_CMD_RESP_CMD_CMD_LOAD_IP_FW_FW_PHY_ADDR_LO,
                                cmd + PSP_GFX_CMD_RESP_CMD_CMD_LOAD_IP_FW_FW_PHY_ADDR_HI);
    uint32_t type = get32(cmd + PSP_GFX_CMD_RESP_CMD_CMD_LOAD_IP_FW_FW_TYPE);
    if (type == GFX_FW_TYPE_NONE || type >= GFX_FW_TYPE_MAX) {
        return (uint32_t)STATUS_BAD_PARAMETERS;
    }
    if (type != GFX_FW_TYPE_SMU && !card->psp.tmr_up) {
        card_verdict(card, "PSP: firmware type 0x%x before SETUP_TMR; only the SMU's may come earlier (A-06)", type);
        return (uint32_t)STATUS_ORDER;
    }
    if (type == GFX_FW_TYPE_RLC_G && missing_before_rlc_g(card)) {
        card_verdict(card, "PSP: RLC_G must be the last, and firmware type 0x%x is missing (A-06)", missing_before_rlc_g(card));
        return (uint32_t)STATUS_ORDER;
    }
    /* The stacks of all MEC pipes come out of one image. */
    uint32_t kind = type >= GFX_FW_TYPE_RS64_MEC_P1_STACK && type <= GFX_FW_TYPE_RS64_MEC_P3_STACK ? GFX_FW_TYPE_RS64_MEC_P0_STACK
                    : type == GFX_FW_TYPE_RS64_PFP_P1_STACK                                        ? GFX_FW_TYPE_RS64_PFP_P0_STACK
                    : type == GFX_FW_TYPE_RS64_ME_P1_STACK                                         ? GFX_FW_TYPE_RS64_ME_P0_STACK
                                                                                                   : type;
    uint32_t status = image_status(card, address, get32(cmd + PSP_GFX_CMD_RESP_CMD_CMD_LOAD_IP_FW_FW_SIZE), kind, "firmware");
    if (status != STATUS_OK) {
        return status;
    }
    card->psp.firmware[type / 32] |= 1u << (type % 32);
    if (type == GFX_FW_TYPE_SMU) {
        smu_install(card);
    }
    return STATUS_OK;
}

static uint32_t autoload_rlc(struct sim_card *card, uint8_t *cmd)
{
    (void)cmd;
    if (!psp_has_firmware(card, GFX_FW_TYPE_RLC_G)) {
        card_verdict(card, "PSP: AUTOLOAD_RLC before RLC_G was loaded (A-06)");
        return (uint32_t)STATUS_ORDER;
    }
    rlc_autoload(card);
    return STATUS_OK;
}

static uint32_t accept(struct sim_card *card, uint8_t *cmd)
{
    (void)card, (void)cmd;
    return STATUS_OK;
}

static const struct {
    uint32_t id;
    uint32_t (*run)(struct sim_card *card, uint8_t *cmd);
} commands[] = {
    {GFX_CMD_ID_LOAD_TOC, load_toc},         {GFX_CMD_ID_SETUP_TMR, setup_tmr}, {GFX_CMD_ID_LOAD_IP_FW, load_ip_fw},
    {GFX_CMD_ID_AUTOLOAD_RLC, autoload_rlc}, {GFX_CMD_ID_DESTROY_TMR, accept},  {GFX_CMD_ID_BOOT_CFG, accept},
};

static uint32_t run_command(struct sim_card *card, uint8_t *cmd)
{
    uint32_t id = get32(cmd + PSP_GFX_CMD_RESP_CMD_ID);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (commands[i].id == id) {
            return commands[i].run(card, cmd);
        }
    }
    card_verdict(card, "PSP: unknown command 0x%x", id);
    return (uint32_t)STATUS_UNKNOWN;
}

/* ---- the secure OS: the ring ------------------------------------------------------------------------------------------- */

static uint8_t *psp_memory(struct sim_card *card, uint64_t mc, uint32_t size, const char *what)
{
    uint64_t offset;
    /* Not asked for here: an HDP flush. Linux makes one before it moves the ring pointer, tinygrad 0.14 (am/ip.py,
     * _ring_submit) does not, and is known to work on silicon: the buffer has emptied by itself until this slow one looks. For
     * images both flush, and image_status() wants it. */
    hdp_flush(card);
    uint8_t *at = gmc_mc_to_vram(card, mc, &offset) ? vram_at(card, offset, size) : NULL;
    if (!at) {
        card_verdict(card, "PSP: the %s at 0x%llx is not in VRAM (A-05)", what, (unsigned long long)mc);
    }
    return at;
}

static void next_frame(struct sim_card *card);

static uint8_t *frame_command(struct sim_card *card, const uint8_t *frame)
{
    return psp_memory(card, get_pair(frame + PSP_GFX_RB_FRAME_CMD_BUF_ADDR_LO, frame + PSP_GFX_RB_FRAME_CMD_BUF_ADDR_HI),
                      PSP_GFX_CMD_RESP_BYTES, "command buffer");
}

static void frame_done(struct sim_card *card, uint64_t frame_address)
{
    card->psp.ring_busy = false;
    const uint8_t *frame = psp_memory(card, frame_address, PSP_GFX_RB_FRAME_BYTES, "ring");
    uint8_t *cmd = frame ? frame_command(card, frame) : NULL;
    if (!cmd) {
        return;
    }
    if (generation_of(card)->boot_time_tmr && get32(cmd + PSP_GFX_CMD_RESP_CMD_ID) == GFX_CMD_ID_SETUP_TMR) {
        card_verdict(card, "PSP: SETUP_TMR dropped without an answer: the region was set up at boot");
        next_frame(card);
        return;
    }
    uint32_t status = run_command(card, cmd);
    memcpy(cmd + PSP_GFX_CMD_RESP_RESP_STATUS, &status, 4);
    uint8_t *fence =
        psp_memory(card, get_pair(frame + PSP_GFX_RB_FRAME_FENCE_ADDR_LO, frame + PSP_GFX_RB_FRAME_FENCE_ADDR_HI), 4, "fence");
    if (fence) {
        __atomic_store_n((uint32_t *)(void *)fence, get32(frame + PSP_GFX_RB_FRAME_FENCE_VALUE), __ATOMIC_RELEASE);
    }
    next_frame(card);
}

/* The checksum of the image when the command is taken: when it has been loaded the bytes must still be the same. */
static uint32_t crc_of_image(struct sim_card *card, const uint8_t *cmd)
{
    static const struct {
        uint32_t id, low, high, size;
    } rows[] = {
        {GFX_CMD_ID_LOAD_IP_FW, PSP_GFX_CMD_RESP_CMD_CMD_LOAD_IP_FW_FW_PHY_ADDR_LO,
         PSP_GFX_CMD_RESP_CMD_CMD_LOAD_IP_FW_FW_PHY_ADDR_HI, PSP_GFX_CMD_RESP_CMD_CMD_LOAD_IP_FW_FW_SIZE},
        {GFX_CMD_ID_LOAD_TOC, PSP_GFX_CMD_RESP_CMD_CMD_LOAD_TOC_TOC_PHY_ADDR_LO,
         PSP_GFX_CMD_RESP_CMD_CMD_LOAD_TOC_TOC_PHY_ADDR_HI, PSP_GFX_CMD_RESP_CMD_CMD_LOAD_TOC_TOC_SIZE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t offset;
        uint32_t size = get32(cmd + rows[i].size);
        if (get32(cmd + PSP_GFX_CMD_RESP_CMD_ID) != rows[i].id ||
            !gmc_mc_to_vram(card, get_pair(cmd + rows[i].low, cmd + rows[i].high), &offset)) {
            continue;
        }
        const uint8_t *image = size <= 16 * PSP_1_MEG ? vram_at(card, offset, size) : NULL;
        return image ? image_crc32(0, image, size) : 0;
    }
    return 0;
}

static void next_frame(struct sim_card *card)
{
    struct psp *psp = &card->psp;
    uint32_t wptr = reg_get(card, R_MP0_SMN_C2PMSG_67);
    if (!psp->ring_up || psp->ring_busy || psp->ring_rptr == wptr) {
        return;
    }
    uint64_t address = psp->ring_address + (uint64_t)psp->ring_rptr * 4;
    const uint8_t *frame = psp_memory(card, address, PSP_GFX_RB_FRAME_BYTES, "ring");
    const uint8_t *cmd = frame ? frame_command(card, frame) : NULL;
    psp->ring_rptr = (psp->ring_rptr + PSP_GFX_RB_FRAME_BYTES / 4) % (psp->ring_bytes / 4);
    if (!cmd) {
        return; /* there is nowhere to answer */
    }
    psp->image_crc = crc_of_image(card, cmd);
    psp->ring_busy = true;
    clock_after(card, COMMAND_NS, frame_done, address);
}

static void wptr_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)index, (void)old;
    if (!card->psp.ring_up) {
        return;
    }
    if (value >= card->psp.ring_bytes / 4 || value % (PSP_GFX_RB_FRAME_BYTES / 4)) {
        card_verdict(card, "PSP: ring write pointer 0x%x is not a frame of the ring", value);
    } else {
        next_frame(card);
    }
}

static void ring_answered(struct sim_card *card, uint64_t up)
{
    card->psp.ring_up = up;
    card->psp.ring_rptr = 0;
    reg_set(card, R_MP0_SMN_C2PMSG_67, 0);
    if (!up) {
        reg_set(card, R_MP0_SMN_C2PMSG_71, 0);
    }
    reg_set(card, R_MP0_SMN_C2PMSG_64, READY);
}

static void ring_command(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)index;
    struct psp *psp = &card->psp;
    if (!psp->sos_up || !(old & READY)) {
        card_verdict(card, "PSP: ring command 0x%x before the secure OS was ready (A-04)", value);
        return;
    }
    if ((value & GFX_CMD_ID_MASK) == GFX_CTRL_CMD_ID_INIT_GPCOM_RING) { /* ring type "kernel mode" */
        psp->ring_address = reg_get(card, R_MP0_SMN_C2PMSG_69) | (uint64_t)reg_get(card, R_MP0_SMN_C2PMSG_70) << 32;
        psp->ring_bytes = reg_get(card, R_MP0_SMN_C2PMSG_71);
        uint64_t offset;
        if (!gmc_mc_to_vram(card, psp->ring_address, &offset) || psp->ring_bytes < 4096 || psp->ring_bytes % 4096) {
            card_verdict(card, "PSP: the ring at 0x%llx with 0x%x bytes is not in VRAM or has no proper size (A-05)",
                         (unsigned long long)psp->ring_address, psp->ring_bytes);
            reg_set(card, R_MP0_SMN_C2PMSG_64, READY | 0x6);
            return;
        }
        clock_after(card, RING_NS, ring_answered, 1);
    } else if ((value & GFX_CMD_ID_MASK) == GFX_CTRL_CMD_ID_DESTROY_RINGS ||
               (value & GFX_CMD_ID_MASK) == GFX_CTRL_CMD_ID_DESTROY_GPCOM_RING) {
        clock_after(card, RING_NS, ring_answered, 0);
    } else {
        card_verdict(card, "PSP: unknown ring command 0x%x", value);
        reg_set(card, R_MP0_SMN_C2PMSG_64, READY | 0x6);
    }
}

/* ---- power-on ---------------------------------------------------------------------------------------------------------- */

static void powered_on(struct sim_card *card, uint64_t arg)
{
    (void)arg;
    card->ready = true;
    discovery_write(card);
    reg_set(card, R_MP0_SMN_C2PMSG_33, READY); /* */
    reg_set(card, R_MP0_SMN_C2PMSG_35, READY);
}

void psp_power_on(struct sim_card *card)
{
    card->ready = false;
    uint64_t late_ms = card_fault(card, FAULT_READY_AFTER);
    clock_after(card, late_ms ? late_ms * 1000000 : POWER_ON_NS, powered_on, 0);
}

static const struct part_hook psp_hooks[] = {
    {R_MP0_SMN_C2PMSG_35, 1, 0, bootloader_written, NULL},
    {R_MP0_SMN_C2PMSG_64, 1, 0, ring_command, NULL},
    {R_MP0_SMN_C2PMSG_67, 1, 0, wptr_written, NULL},
};

static void psp_reset(struct sim_card *card)
{
    memset(&card->psp, 0, sizeof(card->psp));
}

const struct part psp_part = {"psp", psp_hooks, sizeof(psp_hooks) / sizeof(psp_hooks[0]), psp_reset};
