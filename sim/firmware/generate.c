/*
 * generate.c: makes the simulated card's own firmware images at build time: `generate DIR OUT.c` writes all files to DIR and the
 * same bytes as a C table. Each file has the header that linux-firmware's file of that name has; each part of it is an image as
 * the simulated security processor checks it (sim/image.h). Their bodies are a counting pattern: nothing executes them.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regs/regs.h"
#include "regs/soc.h"
#include "regs/wire_firmware.h"
#include "sim/image.h"

#define FILE_HEADER_BYTES 256
#define MOST_PARTS 8
#define MOST_WORDS 12
#define MOST_SOS_PARTS 12

struct part_spec {
    uint32_t kind;
    uint32_t bytes;     /* with header and signature */
    uint16_t offset_at; /* where the file header says its offset (0: nowhere) and size */
    uint16_t size_at;
};

struct word_spec {
    uint16_t at;
    uint32_t value;
};

enum firmware_block { FW_PSP, FW_SMU, FW_SDMA, FW_GC, FW_BLOCKS }; /* whose version a file's name carries */

struct file_spec {
    enum generation generation;
    enum firmware_block block;
    const char *name; /* with %s for the version */
    uint16_t header_bytes, major, minor, ip_major, ip_minor;
    uint32_t version;
    struct part_spec parts[MOST_PARTS];
    struct word_spec words[MOST_WORDS];
};

#define BL(type) (IMAGE_KIND_BOOTLOADER + PSP_FW_TYPE_PSP_##type)
#define MEC_START 0x70000 /* where the vendor's MEC image starts, too */
#define START_GFX12_LO 0x3000
#define START_GFX12_HI 0x70000

/* clang-format off */
static const struct file_spec files[] = {
    {GEN_GFX11, FW_SMU, "smu_%s.bin", SMC_FIRMWARE_HEADER_V2_1_BYTES, 2, 1, 13, 0, 0x4e8000,
     {{GFX_FW_TYPE_SMU, 0x4000, 0, 0}}, {{SMC_FIRMWARE_HEADER_V2_1_V1_0_UCODE_START_ADDR, 0x20000}}},
    {GEN_GFX11, FW_SDMA, "sdma_%s.bin", SDMA_FIRMWARE_HEADER_V2_0_BYTES, 2, 0, 6, 0, 0x18,
     {{GFX_FW_TYPE_SDMA_UCODE_TH0, 0x1000, 0, SDMA_FIRMWARE_HEADER_V2_0_CTX_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_SDMA_UCODE_TH1, 0x1000, SDMA_FIRMWARE_HEADER_V2_0_CTL_UCODE_OFFSET, SDMA_FIRMWARE_HEADER_V2_0_CTL_UCODE_SIZE_BYTES}},
     {{SDMA_FIRMWARE_HEADER_V2_0_UCODE_FEATURE_VERSION, 0x3c}}},
    {GEN_GFX11, FW_GC, "gc_%s_pfp.bin", GFX_FIRMWARE_HEADER_V2_0_BYTES, 2, 0, 11, 0, 0x1,
     {{GFX_FW_TYPE_RS64_PFP, 0x2000, GFX_FIRMWARE_HEADER_V2_0_UCODE_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RS64_PFP_P0_STACK, 0x1000, GFX_FIRMWARE_HEADER_V2_0_DATA_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_DATA_SIZE_BYTES}},
     {{GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_LO, MEC_START}}},
    {GEN_GFX11, FW_GC, "gc_%s_me.bin", GFX_FIRMWARE_HEADER_V2_0_BYTES, 2, 0, 11, 0, 0x1,
     {{GFX_FW_TYPE_RS64_ME, 0x2000, GFX_FIRMWARE_HEADER_V2_0_UCODE_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RS64_ME_P0_STACK, 0x1000, GFX_FIRMWARE_HEADER_V2_0_DATA_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_DATA_SIZE_BYTES}},
     {{GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_LO, MEC_START}}},
    {GEN_GFX11, FW_GC, "gc_%s_mec.bin", GFX_FIRMWARE_HEADER_V2_0_BYTES, 2, 0, 11, 0, 0x1,
     {{GFX_FW_TYPE_RS64_MEC, 0x4000, GFX_FIRMWARE_HEADER_V2_0_UCODE_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RS64_MEC_P0_STACK, 0x1000, GFX_FIRMWARE_HEADER_V2_0_DATA_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_DATA_SIZE_BYTES}},
     {{GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_LO, MEC_START}}},
    {GEN_GFX11, FW_GC, "gc_%s_imu.bin", IMU_FIRMWARE_HEADER_V1_0_BYTES, 1, 0, 11, 0, 0x1,
     {{GFX_FW_TYPE_IMU_I, 0x1000, 0, IMU_FIRMWARE_HEADER_V1_0_IMU_IRAM_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_IMU_D, 0x1000, 0, IMU_FIRMWARE_HEADER_V1_0_IMU_DRAM_UCODE_SIZE_BYTES}},
     {{IMU_FIRMWARE_HEADER_V1_0_IMU_DRAM_UCODE_OFFSET_BYTES, 0x1000}}},
    {GEN_GFX11, FW_GC, "gc_%s_rlc.bin", RLC_FIRMWARE_HEADER_V2_3_BYTES, 2, 3, 11, 0, 0x1,
     {{GFX_FW_TYPE_RLC_G, 0x1000, 0, 0},
      {GFX_FW_TYPE_RLC_IRAM, 0x1000, RLC_FIRMWARE_HEADER_V2_2_RLC_IRAM_UCODE_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_2_RLC_IRAM_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RLC_DRAM_BOOT, 0x1000, RLC_FIRMWARE_HEADER_V2_2_RLC_DRAM_UCODE_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_2_RLC_DRAM_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RLC_P, 0x800, RLC_FIRMWARE_HEADER_V2_3_RLCP_UCODE_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_3_RLCP_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RLC_V, 0x800, RLC_FIRMWARE_HEADER_V2_3_RLCV_UCODE_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_3_RLCV_UCODE_SIZE_BYTES}},
     {{RLC_FIRMWARE_HEADER_V2_0_UCODE_FEATURE_VERSION, 1}}},
    {GEN_GFX12, FW_SMU, "smu_%s.bin", SMC_FIRMWARE_HEADER_V2_0_BYTES, 2, 0, 14, 0, 0x684400,
     {{GFX_FW_TYPE_SMU, 0x4000, 0, 0}}, {{SMC_FIRMWARE_HEADER_V2_0_V1_0_UCODE_START_ADDR, 0x20000}}},
    {GEN_GFX12, FW_SDMA, "sdma_%s.bin", SDMA_FIRMWARE_HEADER_V3_0_BYTES, 3, 0, 7, 0, 0x1,
     {{GFX_FW_TYPE_SDMA_UCODE_TH0, 0x1000, SDMA_FIRMWARE_HEADER_V3_0_UCODE_OFFSET_BYTES, SDMA_FIRMWARE_HEADER_V3_0_UCODE_SIZE_BYTES}},
     {{SDMA_FIRMWARE_HEADER_V3_0_UCODE_FEATURE_VERSION, 1}}},
    {GEN_GFX12, FW_GC, "gc_%s_pfp.bin", GFX_FIRMWARE_HEADER_V2_0_BYTES, 2, 0, 12, 0, 0x1,
     {{GFX_FW_TYPE_RS64_PFP, 0x2000, GFX_FIRMWARE_HEADER_V2_0_UCODE_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RS64_PFP_P0_STACK, 0x1000, GFX_FIRMWARE_HEADER_V2_0_DATA_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_DATA_SIZE_BYTES}},
     {{GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_LO, START_GFX12_LO}, {GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_HI, START_GFX12_HI}}},
    {GEN_GFX12, FW_GC, "gc_%s_me.bin", GFX_FIRMWARE_HEADER_V2_0_BYTES, 2, 0, 12, 0, 0x1,
     {{GFX_FW_TYPE_RS64_ME, 0x2000, GFX_FIRMWARE_HEADER_V2_0_UCODE_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RS64_ME_P0_STACK, 0x1000, GFX_FIRMWARE_HEADER_V2_0_DATA_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_DATA_SIZE_BYTES}},
     {{GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_LO, START_GFX12_LO}, {GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_HI, START_GFX12_HI}}},
    {GEN_GFX12, FW_GC, "gc_%s_mec.bin", GFX_FIRMWARE_HEADER_V2_0_BYTES, 2, 0, 12, 0, 0x1,
     {{GFX_FW_TYPE_RS64_MEC, 0x2000, GFX_FIRMWARE_HEADER_V2_0_UCODE_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RS64_MEC_P0_STACK, 0x1000, GFX_FIRMWARE_HEADER_V2_0_DATA_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_DATA_SIZE_BYTES}},
     {{GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_LO, START_GFX12_LO}, {GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_HI, START_GFX12_HI}}},
    {GEN_GFX12, FW_GC, "gc_%s_imu.bin", IMU_FIRMWARE_HEADER_V1_0_BYTES, 1, 0, 12, 0, 0x1,
     {{GFX_FW_TYPE_IMU_I, 0x1000, 0, IMU_FIRMWARE_HEADER_V1_0_IMU_IRAM_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_IMU_D, 0x1000, 0, IMU_FIRMWARE_HEADER_V1_0_IMU_DRAM_UCODE_SIZE_BYTES}},
     {{IMU_FIRMWARE_HEADER_V1_0_IMU_DRAM_UCODE_OFFSET_BYTES, 0x1000}}},
    {GEN_GFX12, FW_GC, "gc_%s_rlc.bin", RLC_FIRMWARE_HEADER_V2_2_BYTES, 2, 2, 12, 0, 0x1,
     {{GFX_FW_TYPE_RLC_G, 0x1000, 0, 0},
      {GFX_FW_TYPE_RLC_IRAM, 0x1000, RLC_FIRMWARE_HEADER_V2_2_RLC_IRAM_UCODE_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_2_RLC_IRAM_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RLC_DRAM_BOOT, 0x1000, RLC_FIRMWARE_HEADER_V2_2_RLC_DRAM_UCODE_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_2_RLC_DRAM_UCODE_SIZE_BYTES}},
     {{RLC_FIRMWARE_HEADER_V2_0_UCODE_FEATURE_VERSION, 1}}},
};

/* The security processor's file: its parts are listed by descriptors, not by fixed words. */
static const struct sos_spec {
    uint16_t ip_major;
    uint32_t version;
    struct part_spec parts[MOST_SOS_PARTS];
} sos_files[GENERATIONS] = {
    [GEN_GFX11] = {13, 0x310032, {{BL(SYS_DRV), 0x2000, 0, 0}, {BL(SOS), 0x4000, 0, 0}, {BL(TOC), 0x900, 0, 0}, {BL(KDB), 0x1000, 0, 0},
                                  {BL(SPL), 0x300, 0, 0}}},
    [GEN_GFX12] = {14, 0x3a0b14, {{BL(KDB), 0x1000, 0, 0}, {BL(SYS_DRV), 0x2000, 0, 0}, {BL(SOS), 0x4000, 0, 0}, {BL(SOC_DRV), 0x1000, 0, 0},
                                  {BL(INTF_DRV), 0x1000, 0, 0}, {BL(DBG_DRV), 0x1000, 0, 0}, {BL(TOC), 0x900, 0, 0},
                                  {BL(IPKEYMGR_DRV), 0x1000, 0, 0}, {BL(SPL), 0x340, 0, 0}, {BL(RAS_DRV), 0x1000, 0, 0}, {BL(RL), 0x400, 0, 0}}},
};

/* Whose files there are: the versions in their names. Chips of one generation share the bytes. */
static const struct chip_files {
    enum generation generation;
    const char *version[FW_BLOCKS]; /* by enum firmware_block */
} chips[] = {
    {GEN_GFX11, {"13_0_0", "13_0_0", "6_0_0", "11_0_0"}},    /* Navi 31 */
    {GEN_GFX11, {"13_0_10", "13_0_10", "6_0_3", "11_0_3"}},  /* Navi 32 */
    {GEN_GFX11, {"13_0_7", "13_0_7", "6_0_2", "11_0_2"}},    /* Navi 33 */
    {GEN_GFX12, {"14_0_3", "14_0_3", "7_0_1", "12_0_1"}},    /* Navi 48 */
    {GEN_GFX12, {"14_0_2", "14_0_2", "7_0_0", "12_0_0"}},    /* Navi 44 */
};
/* clang-format on */

#define COUNT(a) (int)(sizeof(a) / sizeof((a)[0]))

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value, at[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value), put16(at + 2, value >> 16);
}

static void put_common(uint8_t *file, size_t size, const struct file_spec *f, uint32_t ucode_bytes)
{
    put32(file + COMMON_FIRMWARE_HEADER_SIZE_BYTES, (uint32_t)size);
    put32(file + COMMON_FIRMWARE_HEADER_HEADER_SIZE_BYTES, f->header_bytes);
    put16(file + COMMON_FIRMWARE_HEADER_HEADER_VERSION_MAJOR, f->major);
    put16(file + COMMON_FIRMWARE_HEADER_HEADER_VERSION_MINOR, f->minor);
    put16(file + COMMON_FIRMWARE_HEADER_IP_VERSION_MAJOR, f->ip_major);
    put16(file + COMMON_FIRMWARE_HEADER_IP_VERSION_MINOR, f->ip_minor);
    put32(file + COMMON_FIRMWARE_HEADER_UCODE_VERSION, f->version);
    put32(file + COMMON_FIRMWARE_HEADER_UCODE_SIZE_BYTES, ucode_bytes);
    put32(file + COMMON_FIRMWARE_HEADER_UCODE_ARRAY_OFFSET_BYTES, FILE_HEADER_BYTES);
    put32(file + COMMON_FIRMWARE_HEADER_CRC32, image_crc32(0, file + FILE_HEADER_BYTES, size - FILE_HEADER_BYTES));
}

static void make_part(uint8_t *at, const struct part_spec *p)
{
    for (uint32_t i = 0; i < p->bytes; i++) {
        at[i] = (uint8_t)(i * 7 + p->kind);
    }
    image_seal(at, p->bytes, p->kind);
}

static uint8_t *make_file(const struct file_spec *f, size_t *size_out)
{
    size_t size = FILE_HEADER_BYTES, at = FILE_HEADER_BYTES;
    for (int i = 0; i < MOST_PARTS && f->parts[i].bytes; i++) {
        size += f->parts[i].bytes;
    }
    uint8_t *file = calloc(1, size);
    if (!file) {
        return NULL;
    }
    for (int i = 0; i < MOST_PARTS && f->parts[i].bytes; i++) {
        const struct part_spec *p = &f->parts[i];
        make_part(file + at, p);
        if (p->offset_at) {
            put32(file + p->offset_at, (uint32_t)at);
        }
        if (p->size_at) {
            put32(file + p->size_at, p->bytes);
        }
        at += p->bytes;
    }
    for (int i = 0; i < MOST_WORDS && f->words[i].at; i++) {
        put32(file + f->words[i].at, f->words[i].value);
    }
    /* RLC_G alone is "the microcode" of its file; elsewhere it is all parts together. */
    put_common(file, size, f, f->parts[0].kind == GFX_FW_TYPE_RLC_G ? f->parts[0].bytes : (uint32_t)(size - FILE_HEADER_BYTES));
    *size_out = size;
    return file;
}

static uint8_t *make_sos(enum generation generation, size_t *size_out)
{
    const struct sos_spec *sos = &sos_files[generation];
    const struct file_spec f = {.header_bytes = 36, .major = 2, .minor = 0, .ip_major = sos->ip_major, .version = sos->version};
    size_t size = FILE_HEADER_BYTES, at = FILE_HEADER_BYTES, count = 0;
    for (; count < MOST_SOS_PARTS && sos->parts[count].bytes; count++) {
        size += sos->parts[count].bytes;
    }
    uint8_t *file = calloc(1, size);
    if (!file) {
        return NULL;
    }
    put32(file + PSP_FIRMWARE_HEADER_V2_0_PSP_FW_BIN_COUNT, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        const struct part_spec *p = &sos->parts[i];
        uint8_t *desc = file + PSP_FIRMWARE_HEADER_V2_0_PSP_FW_BIN + i * PSP_FW_BIN_DESC_BYTES;
        make_part(file + at, p);
        put32(desc + PSP_FW_BIN_DESC_FW_TYPE, p->kind - IMAGE_KIND_BOOTLOADER);
        put32(desc + PSP_FW_BIN_DESC_FW_VERSION, 1);
        put32(desc + PSP_FW_BIN_DESC_OFFSET_BYTES, (uint32_t)(at - FILE_HEADER_BYTES));
        put32(desc + PSP_FW_BIN_DESC_SIZE_BYTES, p->bytes);
        at += p->bytes;
    }
    put_common(file, size, &f, (uint32_t)(size - FILE_HEADER_BYTES));
    *size_out = size;
    return file;
}

static int write_file(const char *dir, const char *name, const uint8_t *data, size_t size)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0) {
        fprintf(stderr, "%s could not be written\n", path);
        return 1;
    }
    return 0;
}

static void write_array(const uint8_t *data, size_t size, int index, FILE *c)
{
    fprintf(c, "static const uint8_t image_%d[%zu] = {", index, size);
    for (size_t i = 0; i < size; i++) {
        fprintf(c, "%s%u,", i % 32 == 0 ? "\n" : "", data[i]);
    }
    fprintf(c, "\n};\n");
}

/* One image: its bytes to `c` as an array, a file per chip of its generation, and a row of the table for each. */
static int write_image(const char *dir, int index, FILE *c, FILE *rows)
{
    bool is_sos = index < GENERATIONS;
    const struct file_spec sos = {.generation = (enum generation)index, .block = FW_PSP, .name = "psp_%s_sos.bin"};
    const struct file_spec *f = is_sos ? &sos : &files[index - GENERATIONS];
    size_t size = 0;
    uint8_t *data = is_sos ? make_sos(f->generation, &size) : make_file(f, &size);
    int failed = !data;
    if (data) {
        write_array(data, size, index, c);
    }
    for (int i = 0; i < COUNT(chips) && !failed; i++) {
        char name[64];
        if (chips[i].generation == f->generation) {
            snprintf(name, sizeof(name), f->name, chips[i].version[f->block]);
            fprintf(rows, "    {\"%s\", image_%d, sizeof(image_%d)},\n", name, index, index);
            failed = write_file(dir, name, data, size);
        }
    }
    free(data);
    return failed;
}

int main(int argc, char **argv)
{
    FILE *c = argc == 3 ? fopen(argv[2], "w") : NULL, *rows = tmpfile();
    if (!c || !rows) {
        fprintf(stderr, "usage: generate DIR OUT.c\n");
        return 2;
    }
    fprintf(c, "/* Made by sim/firmware/generate.c. */\n#include \"sim/firmware.h\"\n");
    int failed = 0;
    for (int i = 0; i < GENERATIONS + COUNT(files) && !failed; i++) {
        failed = write_image(argv[1], i, c, rows);
    }
    fprintf(c, "static const struct {\n    const char *name;\n    const uint8_t *data;\n    size_t size;\n} images[] = {\n");
    rewind(rows);
    for (int byte; (byte = fgetc(rows)) != EOF;) {
        fputc(byte, c);
    }
    fprintf(c, "};\nint sim_firmware_image(int index, const char **name, const uint8_t **data, size_t *size)\n{\n"
               "    if (index < 0 || (size_t)index >= sizeof(images) / sizeof(images[0])) {\n        return -1;\n    }\n"
               "    *name = images[index].name, *data = images[index].data, *size = images[index].size;\n    return 0;\n}\n");
    return fclose(c) != 0 || failed;
}
