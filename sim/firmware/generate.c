/*
 * generate.c: makes the simulated card's own firmware images at build time: `generate DIR OUT.c` writes all files to DIR and the
 * same bytes as a C table. Each file has the header that linux-firmware's file of that name has; each part of it is an image as
 * the simulated security processor checks it (sim/image.h). Their bodies are a counting pattern: nothing executes them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regs/soc.h"
#include "regs/wire_firmware.h"
#include "sim/image.h"

#define FILE_HEADER_BYTES 256
#define MOST_PARTS 8
#define MOST_WORDS 12

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

struct file_spec {
    const char *name;
    uint16_t header_bytes, major, minor, ip_major, ip_minor;
    uint32_t version;
    struct part_spec parts[MOST_PARTS];
    struct word_spec words[MOST_WORDS];
};

#define BL(type) (IMAGE_KIND_BOOTLOADER + PSP_FW_TYPE_PSP_##type)
#define MEC_START 0x70000 /* where the vendor's MEC image starts, too */

/* clang-format off */
static const struct file_spec files[] = {
    {"smu_13_0_0.bin", SMC_FIRMWARE_HEADER_V2_1_BYTES, 2, 1, 13, 0, 0x4e8000,
     {{GFX_FW_TYPE_SMU, 0x4000, 0, 0}}, {{SMC_FIRMWARE_HEADER_V2_1_V1_0_UCODE_START_ADDR, 0x20000}}},
    {"sdma_6_0_0.bin", SDMA_FIRMWARE_HEADER_V2_0_BYTES, 2, 0, 6, 0, 0x18,
     {{GFX_FW_TYPE_SDMA_UCODE_TH0, 0x1000, 0, SDMA_FIRMWARE_HEADER_V2_0_CTX_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_SDMA_UCODE_TH1, 0x1000, SDMA_FIRMWARE_HEADER_V2_0_CTL_UCODE_OFFSET, SDMA_FIRMWARE_HEADER_V2_0_CTL_UCODE_SIZE_BYTES}},
     {{SDMA_FIRMWARE_HEADER_V2_0_UCODE_FEATURE_VERSION, 0x3c}}},
    {"gc_11_0_0_pfp.bin", GFX_FIRMWARE_HEADER_V2_0_BYTES, 2, 0, 11, 0, 0x1,
     {{GFX_FW_TYPE_RS64_PFP, 0x2000, GFX_FIRMWARE_HEADER_V2_0_UCODE_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RS64_PFP_P0_STACK, 0x1000, GFX_FIRMWARE_HEADER_V2_0_DATA_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_DATA_SIZE_BYTES}},
     {{GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_LO, MEC_START}}},
    {"gc_11_0_0_me.bin", GFX_FIRMWARE_HEADER_V2_0_BYTES, 2, 0, 11, 0, 0x1,
     {{GFX_FW_TYPE_RS64_ME, 0x2000, GFX_FIRMWARE_HEADER_V2_0_UCODE_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RS64_ME_P0_STACK, 0x1000, GFX_FIRMWARE_HEADER_V2_0_DATA_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_DATA_SIZE_BYTES}},
     {{GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_LO, MEC_START}}},
    {"gc_11_0_0_mec.bin", GFX_FIRMWARE_HEADER_V2_0_BYTES, 2, 0, 11, 0, 0x1,
     {{GFX_FW_TYPE_RS64_MEC, 0x4000, GFX_FIRMWARE_HEADER_V2_0_UCODE_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RS64_MEC_P0_STACK, 0x1000, GFX_FIRMWARE_HEADER_V2_0_DATA_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_DATA_SIZE_BYTES}},
     {{GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_LO, MEC_START}}},
    {"gc_11_0_0_imu.bin", IMU_FIRMWARE_HEADER_V1_0_BYTES, 1, 0, 11, 0, 0x1,
     {{GFX_FW_TYPE_IMU_I, 0x1000, 0, IMU_FIRMWARE_HEADER_V1_0_IMU_IRAM_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_IMU_D, 0x1000, 0, IMU_FIRMWARE_HEADER_V1_0_IMU_DRAM_UCODE_SIZE_BYTES}},
     {{IMU_FIRMWARE_HEADER_V1_0_IMU_DRAM_UCODE_OFFSET_BYTES, 0x1000}}},
    {"gc_11_0_0_rlc.bin", RLC_FIRMWARE_HEADER_V2_3_BYTES, 2, 3, 11, 0, 0x1,
     {{GFX_FW_TYPE_RLC_G, 0x1000, 0, 0},
      {GFX_FW_TYPE_RLC_IRAM, 0x1000, RLC_FIRMWARE_HEADER_V2_2_RLC_IRAM_UCODE_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_2_RLC_IRAM_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RLC_DRAM_BOOT, 0x1000, RLC_FIRMWARE_HEADER_V2_2_RLC_DRAM_UCODE_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_2_RLC_DRAM_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RLC_P, 0x800, RLC_FIRMWARE_HEADER_V2_3_RLCP_UCODE_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_3_RLCP_UCODE_SIZE_BYTES},
      {GFX_FW_TYPE_RLC_V, 0x800, RLC_FIRMWARE_HEADER_V2_3_RLCV_UCODE_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_3_RLCV_UCODE_SIZE_BYTES}},
     {{RLC_FIRMWARE_HEADER_V2_0_UCODE_FEATURE_VERSION, 1}}},
};

/* The security processor's file: its parts are listed by descriptors, not by fixed words. */
static const struct part_spec sos_parts[] = {
    {BL(SYS_DRV), 0x2000, 0, 0}, {BL(SOS), 0x4000, 0, 0}, {BL(TOC), 0x900, 0, 0},
    {BL(KDB), 0x1000, 0, 0},     {BL(SPL), 0x300, 0, 0},
};
/* clang-format on */

#define SOS_PARTS (sizeof(sos_parts) / sizeof(sos_parts[0]))

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

static uint8_t *make_sos(size_t *size_out)
{
    const struct file_spec f = {.header_bytes = 36, .major = 2, .minor = 0, .ip_major = 13, .ip_minor = 0, .version = 0x310032};
    size_t size = FILE_HEADER_BYTES, at = FILE_HEADER_BYTES;
    for (size_t i = 0; i < SOS_PARTS; i++) {
        size += sos_parts[i].bytes;
    }
    uint8_t *file = calloc(1, size);
    if (!file) {
        return NULL;
    }
    put32(file + PSP_FIRMWARE_HEADER_V2_0_PSP_FW_BIN_COUNT, SOS_PARTS);
    for (size_t i = 0; i < SOS_PARTS; i++) {
        uint8_t *desc = file + PSP_FIRMWARE_HEADER_V2_0_PSP_FW_BIN + i * PSP_FW_BIN_DESC_BYTES;
        make_part(file + at, &sos_parts[i]);
        put32(desc + PSP_FW_BIN_DESC_FW_TYPE, sos_parts[i].kind - IMAGE_KIND_BOOTLOADER);
        put32(desc + PSP_FW_BIN_DESC_FW_VERSION, 1);
        put32(desc + PSP_FW_BIN_DESC_OFFSET_BYTES, (uint32_t)(at - FILE_HEADER_BYTES));
        put32(desc + PSP_FW_BIN_DESC_SIZE_BYTES, sos_parts[i].bytes);
        at += sos_parts[i].bytes;
    }
    put_common(file, size, &f, (uint32_t)(size - FILE_HEADER_BYTES));
    *size_out = size;
    return file;
}

static int write_out(const char *dir, const char *name, const uint8_t *data, size_t size, int index, FILE *c)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0) {
        fprintf(stderr, "%s could not be written\n", path);
        return 1;
    }
    fprintf(c, "static const uint8_t image_%d[%zu] = {", index, size);
    for (size_t i = 0; i < size; i++) {
        fprintf(c, "%s%u,", i % 32 == 0 ? "\n" : "", data[i]);
    }
    fprintf(c, "\n};\n");
    return 0;
}

int main(int argc, char **argv)
{
    const int count = (int)(sizeof(files) / sizeof(files[0])) + 1;
    FILE *c = argc == 3 ? fopen(argv[2], "w") : NULL;
    if (!c) {
        fprintf(stderr, "usage: generate DIR OUT.c\n");
        return 2;
    }
    fprintf(c, "/* Made by sim/firmware/generate.c. */\n#include \"sim/firmware.h\"\n");
    int failed = 0;
    for (int i = 0; i < count && !failed; i++) {
        size_t size = 0;
        uint8_t *data = i == 0 ? make_sos(&size) : make_file(&files[i - 1], &size);
        failed = !data || write_out(argv[1], i == 0 ? "psp_13_0_0_sos.bin" : files[i - 1].name, data, size, i, c);
        free(data);
    }
    fprintf(
        c, "int sim_firmware_image(int index, const char **name, const uint8_t **data, size_t *size)\n{\n    switch (index) {\n");
    for (int i = 0; i < count; i++) {
        fprintf(c, "    case %d: *name = \"%s\"; *data = image_%d; *size = sizeof(image_%d); return 0;\n", i,
                i == 0 ? "psp_13_0_0_sos.bin" : files[i - 1].name, i, i);
    }
    fprintf(c, "    default: return -1;\n    }\n}\n");
    return fclose(c) != 0 || failed;
}
