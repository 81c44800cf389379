/* What the driver reads that it did not write: discovery table, firmware headers, code objects; whole, cut off, and bent. */
#include <errno.h>

#include "amd/codeobject.h"
#include "amd/discovery.h"
#include "amd/firmware.h"
#include "amd/msgpack.h"
#include "check.h"
#include "core/bytes.h"
#include "regs/soc.h"
#include "regs/wire_discovery.h"
#include "regs/wire_firmware.h"
#include "vector_add_kernel.h"

/* Parsers get a copy of just the size, so that a sanitizer sees a read behind the end. */
static uint8_t *copy_of(const void *bytes, size_t size)
{
    uint8_t *p = malloc(size ? size : 1);
    assert_non_null(p);
    memcpy(p, bytes, size);
    return p;
}

/* ---- discovery --- */

static size_t put_ip(uint8_t *t, size_t at, uint16_t id, uint32_t base)
{
    put_u16(t, at + IP_V4_HW_ID, id);
    t[at + IP_V4_NUM_BASE_ADDRESS] = 2;
    t[at + IP_V4_MAJOR] = 11;
    put_u32(t, at + 8, base);
    put_u32(t, at + 12, base + 0x1000);
    return at + 16;
}

static size_t make_discovery(uint8_t *t)
{
    static const uint16_t ids[] = {GC_HWID, MMHUB_HWID, NBIF_HWID, MP0_HWID, MP1_HWID, HDP_HWID, OSSSYS_HWID, SDMA0_HWID};
    size_t ip_at = 64, gc_at = 512, die_at = ip_at + IP_DISCOVERY_HEADER_BYTES, size = gc_at + GC_INFO_V1_0_BYTES;
    memset(t, 0, size);
    put_u32(t, BINARY_HEADER_BINARY_SIGNATURE, BINARY_SIGNATURE);
    put_u16(t, BINARY_HEADER_BINARY_SIZE, (uint16_t)size);
    put_u16(t, BINARY_HEADER_TABLE_LIST + DISCOVERY_TABLE_IP_DISCOVERY * TABLE_INFO_BYTES, (uint16_t)ip_at);
    put_u16(t, BINARY_HEADER_TABLE_LIST + DISCOVERY_TABLE_GC * TABLE_INFO_BYTES, (uint16_t)gc_at);
    put_u32(t, ip_at + IP_DISCOVERY_HEADER_SIGNATURE, DISCOVERY_TABLE_SIGNATURE);
    put_u16(t, ip_at + IP_DISCOVERY_HEADER_NUM_DIES, 1);
    put_u16(t, ip_at + IP_DISCOVERY_HEADER_DIE_INFO + DIE_INFO_DIE_OFFSET, (uint16_t)die_at);
    put_u16(t, die_at + DIE_HEADER_NUM_IPS, sizeof ids / sizeof ids[0]);
    size_t at = die_at + DIE_HEADER_BYTES;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        at = put_ip(t, at, ids[i], 0x100 * (uint32_t)(i + 1));
    }
    put_u32(t, gc_at + GC_INFO_V1_0_HEADER_TABLE_ID, GC_TABLE_ID);
    put_u16(t, gc_at + GC_INFO_V1_0_HEADER_VERSION_MAJOR, 1);
    put_u32(t, gc_at + GC_INFO_V1_0_GC_NUM_SE, 6);
    put_u32(t, gc_at + GC_INFO_V1_0_GC_NUM_SA_PER_SE, 2);
    put_u32(t, gc_at + GC_INFO_V1_0_GC_NUM_WGP0_PER_SA, 4);
    return size;
}

static void discovery_gives_block_addresses_and_shader_counts(void **state)
{
    (void)state;
    uint8_t t[2048];
    struct discovery d;
    struct err e = {0};
    size_t size = make_discovery(t);
    check_eq(size, discovery_size(t));
    check_eq(0, discovery_parse(t, size, &d, &e));
    check_eq(0x100, d.blocks[BLOCK_GC].base[0]);
    check_eq(0x1100, d.blocks[BLOCK_GC].base[1]);
    check_eq(0x400, d.blocks[BLOCK_MP0].base[0]);
    check_eq(11, d.sdma.major);
    check_eq(96, d.compute_units);
}

static void discovery_refuses_every_cut(void **state)
{
    (void)state;
    uint8_t t[2048];
    size_t size = make_discovery(t);
    for (size_t n = 0; n < size; n++) {
        struct discovery d;
        struct err e = {0};
        uint8_t *cut = copy_of(t, n);
        check_eq(-EINVAL, discovery_parse(cut, n, &d, &e));
        assert_true(e.text[0] != 0);
        free(cut);
    }
}

static void discovery_survives_every_byte_bent(void **state)
{
    (void)state;
    uint8_t t[2048];
    size_t size = make_discovery(t);
    for (size_t i = 0; i < size; i++) {
        for (int bend = 1; bend < 256; bend = bend * 3 + 1) {
            struct discovery d;
            struct err e = {0};
            uint8_t *bent = copy_of(t, size);
            bent[i] ^= (uint8_t)bend;
            int rc = discovery_parse(bent, size, &d, &e);
            assert_true(rc == 0 || (rc == -EINVAL && e.text[0]));
            free(bent);
        }
    }
}

/* ---- firmware --- */

static void put_header(uint8_t *f, uint32_t size, uint16_t major, uint16_t minor, uint32_t code_at, uint32_t code)
{
    memset(f, 0, size);
    put_u32(f, COMMON_FIRMWARE_HEADER_SIZE_BYTES, size);
    put_u16(f, COMMON_FIRMWARE_HEADER_HEADER_VERSION_MAJOR, major);
    put_u16(f, COMMON_FIRMWARE_HEADER_HEADER_VERSION_MINOR, minor);
    put_u32(f, COMMON_FIRMWARE_HEADER_UCODE_ARRAY_OFFSET_BYTES, code_at);
    put_u32(f, COMMON_FIRMWARE_HEADER_UCODE_SIZE_BYTES, code);
}

static uint32_t make_mec(uint8_t *f)
{
    put_header(f, 1024, 2, 0, 256, 512);
    put_u32(f, GFX_FIRMWARE_HEADER_V2_0_UCODE_SIZE_BYTES, 512);
    put_u32(f, GFX_FIRMWARE_HEADER_V2_0_DATA_OFFSET_BYTES, 768);
    put_u32(f, GFX_FIRMWARE_HEADER_V2_0_DATA_SIZE_BYTES, 256);
    put_u32(f, GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_LO, 0x3000);
    put_u32(f, GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_HI, 0x7);
    return 1024;
}

static void mec_firmware_gives_code_stack_and_start(void **state)
{
    (void)state;
    uint8_t f[1024];
    struct firmware fw = {0};
    struct err e = {0};
    check_eq(0, firmware_parse(FIRMWARE_MEC, f, make_mec(f), &fw, &e));
    check_eq(2, fw.piece_count);
    check_eq(GFX_FW_TYPE_RS64_MEC, fw.pieces[0].type);
    check_eq(512, fw.pieces[0].size_bytes);
    check_eq(GFX_FW_TYPE_RS64_MEC_P0_STACK, fw.pieces[1].type);
    check_eq(768, fw.pieces[1].data - f);
    check_eq(0x700003000, fw.start[PROGRAM_MEC]);
}

static void graphics_processors_have_code_stack_and_start_of_their_own(void **state)
{
    (void)state;
    static const struct {
        enum firmware_file file;
        enum firmware_program program;
        uint16_t code, stack;
    } rows[] = {{FIRMWARE_PFP, PROGRAM_PFP, GFX_FW_TYPE_RS64_PFP, GFX_FW_TYPE_RS64_PFP_P0_STACK},
                {FIRMWARE_ME, PROGRAM_ME, GFX_FW_TYPE_RS64_ME, GFX_FW_TYPE_RS64_ME_P0_STACK}};
    for (size_t i = 0; i < 2; i++) {
        uint8_t f[1024];
        struct firmware fw = {0};
        struct err e = {0};
        check_eq(0, firmware_parse(rows[i].file, f, make_mec(f), &fw, &e));
        check_eq(rows[i].code, fw.pieces[0].type);
        check_eq(rows[i].stack, fw.pieces[1].type);
        check_eq(0x700003000, fw.start[rows[i].program]);
        check_eq(true, firmware_is_wanted(rows[i].file, GEN_GFX12));
        check_eq(false, firmware_is_wanted(rows[i].file, GEN_GFX11));
    }
}

static void dma_firmware_is_two_threads_or_one_program(void **state)
{
    (void)state;
    uint8_t f[1024];
    struct firmware two = {0}, one = {0};
    struct err e = {0};
    put_header(f, 1024, 2, 0, 256, 0);
    put_u32(f, SDMA_FIRMWARE_HEADER_V2_0_CTX_UCODE_SIZE_BYTES, 128);
    put_u32(f, SDMA_FIRMWARE_HEADER_V2_0_CTL_UCODE_OFFSET, 512);
    put_u32(f, SDMA_FIRMWARE_HEADER_V2_0_CTL_UCODE_SIZE_BYTES, 64);
    check_eq(0, firmware_parse(FIRMWARE_SDMA, f, 1024, &two, &e));
    check_eq(2, two.piece_count);
    check_eq(GFX_FW_TYPE_SDMA_UCODE_TH1, two.pieces[0].type);
    check_eq(512, two.pieces[0].data - f);
    put_header(f, 1024, 3, 0, 256, 0);
    put_u32(f, SDMA_FIRMWARE_HEADER_V3_0_UCODE_SIZE_BYTES, 300);
    check_eq(0, firmware_parse(FIRMWARE_SDMA, f, 1024, &one, &e));
    check_eq(1, one.piece_count);
    check_eq(GFX_FW_TYPE_SDMA_UCODE_TH0, one.pieces[0].type);
    check_eq(300, one.pieces[0].size_bytes);
    check_eq(256, one.pieces[0].data - f);
}

static void put_boot_part(uint8_t *f, uint32_t row, uint32_t type, uint32_t offset)
{
    put_u32(f, row + PSP_FW_BIN_DESC_FW_TYPE, type);
    put_u32(f, row + PSP_FW_BIN_DESC_OFFSET_BYTES, offset);
    put_u32(f, row + PSP_FW_BIN_DESC_SIZE_BYTES, 16);
}

/* linux psp_init_sos_microcode: of a 2.1 image's list, the second half is for other boards. */
static void the_second_list_of_a_security_image_is_left_alone(void **state)
{
    (void)state;
    uint8_t f[1024];
    struct firmware fw = {0};
    struct err e = {0};
    put_header(f, 1024, 2, 1, 256, 0);
    put_u32(f, PSP_FIRMWARE_HEADER_V2_1_PSP_FW_BIN_COUNT, 4);
    put_u32(f, PSP_FIRMWARE_HEADER_V2_1_PSP_AUX_FW_BIN_INDEX, 2);
    static const uint32_t types[] = {PSP_FW_TYPE_PSP_SOS, PSP_FW_TYPE_PSP_TOC, PSP_FW_TYPE_PSP_SOS, PSP_FW_TYPE_PSP_TOC};
    for (uint32_t i = 0; i < 4; i++) {
        put_boot_part(f, PSP_FIRMWARE_HEADER_V2_1_PSP_FW_BIN + i * PSP_FW_BIN_DESC_BYTES, types[i], 16 * i);
    }
    check_eq(0, firmware_parse(FIRMWARE_SOS, f, 1024, &fw, &e));
    check_eq(256, fw.boot[PSP_FW_TYPE_PSP_SOS].data - f);
    check_eq(256 + 16, fw.boot[PSP_FW_TYPE_PSP_TOC].data - f);
}

static void firmware_of_every_kind_refuses_every_cut_and_survives_bent_bytes(void **state)
{
    (void)state;
    uint8_t f[1024];
    for (int kind = 0; kind < FIRMWARE_FILES; kind++) {
        uint32_t size = make_mec(f);
        for (uint32_t n = 0; n < size; n++) {
            struct firmware fw = {0};
            struct err e = {0};
            uint8_t *cut = copy_of(f, n);
            check_eq(-EINVAL, firmware_parse((enum firmware_file)kind, cut, n, &fw, &e));
            assert_true(e.text[0] != 0);
            free(cut);
        }
        for (uint32_t i = 8; i < 256; i++) {
            struct firmware fw = {0};
            struct err e = {0};
            uint8_t *bent = copy_of(f, size);
            bent[i] ^= 0xff;
            int rc = firmware_parse((enum firmware_file)kind, bent, size, &fw, &e);
            assert_true(rc == 0 || e.text[0]);
            for (uint32_t p = 0; p < fw.piece_count; p++) {
                assert_true(fw.pieces[p].data >= bent && fw.pieces[p].data + fw.pieces[p].size_bytes <= bent + size);
            }
            free(bent);
        }
    }
}

static void missing_firmware_names_file_folder_and_cure(void **state)
{
    (void)state;
    struct discovery d = {.sdma = {6, 0, 0}};
    struct firmware fw;
    struct err e = {0};
    d.blocks[BLOCK_MP0].version = (struct ip_version){13, 0, 0};
    check_eq(-ENOENT, firmware_load(&fw, &d, GEN_GFX11, "/nowhere", false, &e));
    check_says(e.text, "psp_13_0_0_sos.bin");
    check_says(e.text, "/nowhere");
    check_says(e.text, "EXOSUIT_FIRMWARE_DIR");
}

/* ---- code objects --- */

static void code_object_gives_the_kernel_of_the_compiler(void **state)
{
    (void)state;
    struct codeobject co;
    struct err e = {0};
    check_eq(0, codeobject_parse(vector_add_kernel_gfx1100, sizeof vector_add_kernel_gfx1100, &co, &e));
    check_eq(0x41, co.machine);
    check_eq(1, co.kernel_count);
    assert_string_equal("vector_add", co.kernels[0].name);
    check_eq(28, co.kernels[0].kernarg_bytes);
    check_eq(28, co.kernels[0].explicit_bytes);
    check_eq(0, co.kernels[0].hidden_count);
    check_eq(1024, co.kernels[0].max_items);
    assert_true(co.kernels[0].properties & KERNEL_IS_WAVE32);
    assert_true(co.kernels[0].properties & KERNEL_WANTS_KERNARG);
    check_eq(0xf4, co.image[co.kernels[0].entry + 3] & 0xfc); /* the first instruction: s_load_b32 or b128 */
    codeobject_free(&co);
}

static void code_object_that_wants_traps_or_dynamic_registers_is_refused(void **state)
{
    (void)state;
    struct codeobject co = {0};
    struct err e = {0};
    uint8_t *elf = copy_of(vector_add_kernel_gfx1201, sizeof vector_add_kernel_gfx1201);
    check_eq(0, codeobject_parse(elf, sizeof vector_add_kernel_gfx1201, &co, &e));
    /* the descriptor's words are found by their values */
    uint32_t rsrc2 = co.kernels[0].rsrc2, rsrc1 = co.kernels[0].rsrc1;
    codeobject_free(&co);
    size_t at = 0;
    for (size_t i = 0; i + 8 <= sizeof vector_add_kernel_gfx1201; i += 4) {
        at = get_u32(elf, i) == rsrc1 && get_u32(elf, i + 4) == rsrc2 ? i + 4 : at;
    }
    assert_true(at);
    elf[at] |= 1u << 6;
    check_eq(-EINVAL, codeobject_parse(elf, sizeof vector_add_kernel_gfx1201, &co, &e));
    check_says(e.text, "trap handler");
    free(elf);
}

static void code_object_refuses_cuts_through_what_is_loaded(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof vector_add_kernel_gfx1100; n++) {
        struct codeobject co = {0};
        struct err e = {0};
        uint8_t *cut = copy_of(vector_add_kernel_gfx1100, n);
        int rc = codeobject_parse(cut, n, &co, &e);
        if (rc == 0) { /* what follows the segments is for debuggers */
            assert_true(n >= 0x880);
            codeobject_free(&co);
        } else {
            assert_true(rc == -EINVAL || rc == -ENOTSUP);
            assert_true(e.text[0] != 0);
        }
        free(cut);
    }
}

static void code_object_survives_every_byte_bent(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vector_add_kernel_gfx1100; i++) {
        for (int bend = 1; bend < 256; bend = bend * 5 + 2) {
            struct codeobject co = {0};
            struct err e = {0};
            uint8_t *bent = copy_of(vector_add_kernel_gfx1100, sizeof vector_add_kernel_gfx1100);
            bent[i] ^= (uint8_t)bend;
            int rc = codeobject_parse(bent, sizeof vector_add_kernel_gfx1100, &co, &e);
            assert_true(rc == 0 || e.text[0]);
            if (rc == 0) {
                for (uint32_t k = 0; k < co.kernel_count; k++) {
                    assert_true(co.kernels[k].entry < co.image_bytes);
                }
                codeobject_free(&co);
            }
            free(bent);
        }
    }
}

static void msgpack_with_endless_counts_ends(void **state)
{
    (void)state;
    const uint8_t bomb[] = {0xdd, 0xff, 0xff, 0xff, 0xff, 0xdf, 0xff, 0xff, 0xff, 0xff, 0x01};
    struct msgpack m = {bomb, bomb + sizeof bomb};
    assert_false(msgpack_skip(&m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(discovery_gives_block_addresses_and_shader_counts),
        cmocka_unit_test(discovery_refuses_every_cut),
        cmocka_unit_test(discovery_survives_every_byte_bent),
        cmocka_unit_test(mec_firmware_gives_code_stack_and_start),
        cmocka_unit_test(graphics_processors_have_code_stack_and_start_of_their_own),
        cmocka_unit_test(dma_firmware_is_two_threads_or_one_program),
        cmocka_unit_test(the_second_list_of_a_security_image_is_left_alone),
        cmocka_unit_test(firmware_of_every_kind_refuses_every_cut_and_survives_bent_bytes),
        cmocka_unit_test(missing_firmware_names_file_folder_and_cure),
        cmocka_unit_test(code_object_gives_the_kernel_of_the_compiler),
        cmocka_unit_test(code_object_that_wants_traps_or_dynamic_registers_is_refused),
        cmocka_unit_test(code_object_refuses_cuts_through_what_is_loaded),
        cmocka_unit_test(code_object_survives_every_byte_bent),
        cmocka_unit_test(msgpack_with_endless_counts_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
