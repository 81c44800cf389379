/*
 * seeds.c: writes the seeds of the firmware target: the smallest image of each kind and header version that is taken.
 * usage: fuzz_seeds CORPUS_FOLDER, the folder with firmware/ in it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "amd/firmware.h"
#include "core/bytes.h"
#include "regs/soc.h"
#include "regs/wire_firmware.h"

#define CODE_AT 0x140
#define PART 16
#define IMAGE_BYTES (CODE_AT + 12 * PART)

/* Two header fields of a part: where its offset and its size are written. */
struct part {
    uint16_t offset_at, size_at;
};

struct seed {
    const char *name;
    enum firmware_file kind;
    uint16_t major, minor;
    uint16_t code_size_at; /* a second field that holds the code's size; 0: none */
    struct part parts[8];
};

/* clang-format off */
#define RLC(v, name) {RLC_FIRMWARE_HEADER_##v##_##name##_OFFSET_BYTES, RLC_FIRMWARE_HEADER_##v##_##name##_SIZE_BYTES}
static const struct seed seeds[] = {
    {"smu", FIRMWARE_SMU, 1, 0, 0, {{0, 0}}},
    {"sdma", FIRMWARE_SDMA, 2, 0, SDMA_FIRMWARE_HEADER_V2_0_CTX_UCODE_SIZE_BYTES,
     {{SDMA_FIRMWARE_HEADER_V2_0_CTL_UCODE_OFFSET, SDMA_FIRMWARE_HEADER_V2_0_CTL_UCODE_SIZE_BYTES}}},
    {"mec", FIRMWARE_MEC, 2, 0, GFX_FIRMWARE_HEADER_V2_0_UCODE_SIZE_BYTES,
     {{GFX_FIRMWARE_HEADER_V2_0_DATA_OFFSET_BYTES, GFX_FIRMWARE_HEADER_V2_0_DATA_SIZE_BYTES}}},
    {"imu", FIRMWARE_IMU, 1, 0, IMU_FIRMWARE_HEADER_V1_0_IMU_IRAM_UCODE_SIZE_BYTES,
     {{0, IMU_FIRMWARE_HEADER_V1_0_IMU_DRAM_UCODE_SIZE_BYTES}}},
    {"rlc-2.0", FIRMWARE_RLC, 2, 0, 0, {{0, 0}}},
    {"rlc-2.1", FIRMWARE_RLC, 2, 1, 0,
     {RLC(V2_1, SAVE_RESTORE_LIST_CNTL), RLC(V2_1, SAVE_RESTORE_LIST_GPM), RLC(V2_1, SAVE_RESTORE_LIST_SRM)}},
    {"rlc-2.2", FIRMWARE_RLC, 2, 2, 0,
     {RLC(V2_1, SAVE_RESTORE_LIST_CNTL), RLC(V2_1, SAVE_RESTORE_LIST_GPM), RLC(V2_1, SAVE_RESTORE_LIST_SRM),
      RLC(V2_2, RLC_IRAM_UCODE), RLC(V2_2, RLC_DRAM_UCODE)}},
    {"rlc-2.3", FIRMWARE_RLC, 2, 3, 0,
     {RLC(V2_1, SAVE_RESTORE_LIST_CNTL), RLC(V2_1, SAVE_RESTORE_LIST_GPM), RLC(V2_1, SAVE_RESTORE_LIST_SRM),
      RLC(V2_2, RLC_IRAM_UCODE), RLC(V2_2, RLC_DRAM_UCODE), RLC(V2_3, RLCP_UCODE), RLC(V2_3, RLCV_UCODE)}},
    {"sos", FIRMWARE_SOS, 2, 0, 0, {{0, 0}}},
};
/* clang-format on */

static void add_sos_parts(uint8_t *image)
{
    static const uint32_t types[] = {PSP_FW_TYPE_PSP_SOS, PSP_FW_TYPE_PSP_TOC, 0xff};
    put_u32(image, PSP_FIRMWARE_HEADER_V2_0_PSP_FW_BIN_COUNT, 3);
    for (uint32_t i = 0; i < 3; i++) {
        size_t row = PSP_FIRMWARE_HEADER_V2_0_PSP_FW_BIN + i * PSP_FW_BIN_DESC_BYTES;
        put_u32(image, row + PSP_FW_BIN_DESC_FW_TYPE, types[i]);
        put_u32(image, row + PSP_FW_BIN_DESC_OFFSET_BYTES, i * PART);
        put_u32(image, row + PSP_FW_BIN_DESC_SIZE_BYTES, PART);
    }
}

/* The kind's byte, then the image. */
static void build(const struct seed *seed, uint8_t *bytes)
{
    uint8_t *image = bytes + 1;
    memset(bytes, 0, 1 + IMAGE_BYTES);
    memset(image + CODE_AT, 0x5a, IMAGE_BYTES - CODE_AT);
    bytes[0] = (uint8_t)seed->kind;
    put_u32(image, COMMON_FIRMWARE_HEADER_SIZE_BYTES, IMAGE_BYTES);
    put_u16(image, COMMON_FIRMWARE_HEADER_HEADER_VERSION_MAJOR, seed->major);
    put_u16(image, COMMON_FIRMWARE_HEADER_HEADER_VERSION_MINOR, seed->minor);
    put_u32(image, COMMON_FIRMWARE_HEADER_UCODE_SIZE_BYTES, PART);
    put_u32(image, COMMON_FIRMWARE_HEADER_UCODE_ARRAY_OFFSET_BYTES, CODE_AT);
    if (seed->code_size_at) {
        put_u32(image, seed->code_size_at, PART);
    }
    for (uint32_t i = 0; i < 8; i++) {
        if (seed->parts[i].offset_at) {
            put_u32(image, seed->parts[i].offset_at, CODE_AT + (i + 1) * PART);
        }
        if (seed->parts[i].size_at) {
            put_u32(image, seed->parts[i].size_at, PART);
        }
    }
    if (seed->kind == FIRMWARE_SOS) {
        add_sos_parts(image);
    }
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++) {
        uint8_t bytes[1 + IMAGE_BYTES];
        static struct firmware fw;
        struct err e = {0};
        char path[1024];
        build(&seeds[i], bytes);
        fw = (struct firmware){0};
        if (firmware_parse(seeds[i].kind, bytes + 1, IMAGE_BYTES, &fw, &e)) {
            fprintf(stderr, "seed %s is not taken: %s\n", seeds[i].name, e.text);
            return 1;
        }
        snprintf(path, sizeof path, "%s/firmware/%s", argc > 1 ? argv[1] : ".", seeds[i].name);
        FILE *file = fopen(path, "wb");
        if (!file || fwrite(bytes, sizeof bytes, 1, file) != 1 || fclose(file)) {
            perror(path);
            return 1;
        }
    }
    return 0;
}
