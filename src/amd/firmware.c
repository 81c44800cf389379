#include "amd/firmware.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "regs/soc.h"
#include "regs/wire_firmware.h"

#define IMAGE_MAX_BYTES (16u << 20)

struct image {
    const uint8_t *bytes;
    size_t size;
    uint32_t major, minor, code_offset, code_bytes;
    struct firmware *fw;
    struct err *err;
};

/* Cuts [offset, offset + size) out of the image. */
static int cut(const struct image *im, uint32_t type, uint32_t offset, uint32_t size, const char *what,
               struct firmware_piece *out)
{
    if (size == 0 || !bytes_fit(im->size, offset, size)) {
        return err_set(im->err, -EINVAL, "its %s should lie at bytes %u to %llu, but the file has %zu", what, offset,
                       (unsigned long long)offset + size, im->size);
    }
    *out = (struct firmware_piece){.type = (uint16_t)type, .data = im->bytes + offset, .size_bytes = size};
    return 0;
}

static int add(const struct image *im, uint32_t type, uint32_t offset, uint32_t size, const char *what)
{
    if (im->fw->piece_count >= FIRMWARE_MAX_PIECES) {
        return err_set(im->err, -ENOSPC, "more than %d firmware pieces", FIRMWARE_MAX_PIECES);
    }
    int rc = cut(im, type, offset, size, what, &im->fw->pieces[im->fw->piece_count]);
    im->fw->piece_count += rc == 0;
    return rc;
}

static int need_header(const struct image *im, uint32_t header_bytes)
{
    if (im->size >= header_bytes) {
        return 0;
    }
    return err_set(im->err, -EINVAL, "version %u.%u needs a header of %u bytes, but the file has %zu", im->major, im->minor,
                   header_bytes, im->size);
}

static int wrong_version(const struct image *im, const char *known)
{
    return err_set(im->err, -EINVAL, "its header has version %u.%u; this driver reads %s", im->major, im->minor, known);
}

static int parse_sos(const struct image *im)
{
    if (im->major != 2 || im->minor > 1) {
        return wrong_version(im, "2.0 and 2.1");
    }
    bool later = im->minor == 1;
    int rc = need_header(im, later ? PSP_FIRMWARE_HEADER_V2_1_BYTES : PSP_FIRMWARE_HEADER_V2_0_BYTES);
    if (rc) {
        return rc;
    }
    uint32_t count = get_u32(im->bytes, PSP_FIRMWARE_HEADER_V2_0_PSP_FW_BIN_COUNT);
    /* 2.1 lists a second set for other boards, as many parts as this number says (linux psp_init_sos_microcode). */
    uint32_t other = later ? get_u32(im->bytes, PSP_FIRMWARE_HEADER_V2_1_PSP_AUX_FW_BIN_INDEX) : 0;
    uint64_t list = later ? PSP_FIRMWARE_HEADER_V2_1_PSP_FW_BIN : PSP_FIRMWARE_HEADER_V2_0_PSP_FW_BIN;
    count -= other < count ? other : count;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t row = list + (uint64_t)i * PSP_FW_BIN_DESC_BYTES;
        if (!bytes_fit(im->size, row, PSP_FW_BIN_DESC_BYTES)) {
            return err_set(im->err, -EINVAL, "it claims %u parts, but the list is cut off after %u", count, i);
        }
        uint32_t type = get_u32(im->bytes, row + PSP_FW_BIN_DESC_FW_TYPE);
        uint64_t offset = (uint64_t)get_u32(im->bytes, row + PSP_FW_BIN_DESC_OFFSET_BYTES) + im->code_offset;
        if (type >= FIRMWARE_MAX_BOOT) {
            continue; /* parts for later chips */
        }
        rc = offset > UINT32_MAX ? err_set(im->err, -EINVAL, "its boot part %u should lie %llu bytes behind the start", i,
                                           (unsigned long long)offset)
                                 : cut(im, type, (uint32_t)offset, get_u32(im->bytes, row + PSP_FW_BIN_DESC_SIZE_BYTES),
                                       "boot part", &im->fw->boot[type]);
        if (rc) {
            return rc;
        }
    }
    if (im->fw->boot[PSP_FW_TYPE_PSP_SOS].size_bytes == 0 || im->fw->boot[PSP_FW_TYPE_PSP_TOC].size_bytes == 0) {
        return err_set(im->err, -EINVAL, "it holds no secure OS or no table of contents");
    }
    return 0;
}

static int parse_smu(const struct image *im)
{
    return cut(im, GFX_FW_TYPE_SMU, im->code_offset, im->code_bytes, "code", &im->fw->smu);
}

/* Version 2 (SDMA 6) has two threads, version 3 (SDMA 7) one program. */
static int parse_sdma(const struct image *im)
{
    if (im->major != 2 && im->major != 3) {
        return wrong_version(im, "2.0 and 3.0");
    }
    int rc = need_header(im, im->major == 2 ? SDMA_FIRMWARE_HEADER_V2_0_BYTES : SDMA_FIRMWARE_HEADER_V3_0_BYTES);
    if (rc || im->major == 3) {
        return rc ? rc
                  : add(im, GFX_FW_TYPE_SDMA_UCODE_TH0, im->code_offset,
                        get_u32(im->bytes, SDMA_FIRMWARE_HEADER_V3_0_UCODE_SIZE_BYTES), "code");
    }
    rc = add(im, GFX_FW_TYPE_SDMA_UCODE_TH1, get_u32(im->bytes, SDMA_FIRMWARE_HEADER_V2_0_CTL_UCODE_OFFSET),
             get_u32(im->bytes, SDMA_FIRMWARE_HEADER_V2_0_CTL_UCODE_SIZE_BYTES), "control thread");
    return rc ? rc
              : add(im, GFX_FW_TYPE_SDMA_UCODE_TH0, im->code_offset,
                    get_u32(im->bytes, SDMA_FIRMWARE_HEADER_V2_0_CTX_UCODE_SIZE_BYTES), "context thread");
}

/* Firmware of a processor of the RS64 kind: code, the stack of its first pipe, start address. */
static int parse_program(const struct image *im, enum firmware_program program, uint32_t code_type, uint32_t stack_type)
{
    if (im->major != 2) {
        return wrong_version(im, "2.0 (RS64)");
    }
    int rc = need_header(im, GFX_FIRMWARE_HEADER_V2_0_BYTES);
    rc = rc ? rc : add(im, code_type, im->code_offset, get_u32(im->bytes, GFX_FIRMWARE_HEADER_V2_0_UCODE_SIZE_BYTES), "code");
    rc = rc ? rc
            : add(im, stack_type, get_u32(im->bytes, GFX_FIRMWARE_HEADER_V2_0_DATA_OFFSET_BYTES),
                  get_u32(im->bytes, GFX_FIRMWARE_HEADER_V2_0_DATA_SIZE_BYTES), "stack");
    if (rc == 0) {
        im->fw->start[program] = get_u32(im->bytes, GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_LO) |
                                 (uint64_t)get_u32(im->bytes, GFX_FIRMWARE_HEADER_V2_0_UCODE_START_ADDR_HI) << 32;
    }
    return rc;
}

static int parse_pfp(const struct image *im)
{
    return parse_program(im, PROGRAM_PFP, GFX_FW_TYPE_RS64_PFP, GFX_FW_TYPE_RS64_PFP_P0_STACK);
}

static int parse_me(const struct image *im)
{
    return parse_program(im, PROGRAM_ME, GFX_FW_TYPE_RS64_ME, GFX_FW_TYPE_RS64_ME_P0_STACK);
}

static int parse_mec(const struct image *im)
{
    return parse_program(im, PROGRAM_MEC, GFX_FW_TYPE_RS64_MEC, GFX_FW_TYPE_RS64_MEC_P0_STACK);
}

static int parse_imu(const struct image *im)
{
    int rc = need_header(im, IMU_FIRMWARE_HEADER_V1_0_BYTES);
    if (rc) {
        return rc;
    }
    uint32_t code = get_u32(im->bytes, IMU_FIRMWARE_HEADER_V1_0_IMU_IRAM_UCODE_SIZE_BYTES);
    rc = add(im, GFX_FW_TYPE_IMU_I, im->code_offset, code, "instruction memory");
    return rc ? rc
              : add(im, GFX_FW_TYPE_IMU_D, im->code_offset + code,
                    get_u32(im->bytes, IMU_FIRMWARE_HEADER_V1_0_IMU_DRAM_UCODE_SIZE_BYTES), "data memory");
}

/* Parts of the RLC image by header version (2.minor); the main program RLC_G comes last. */
static const struct {
    uint8_t first_minor, last_minor;
    uint16_t type, size_at, offset_at, header_bytes;
} rlc_parts[] = {
    {1, 1, GFX_FW_TYPE_RLC_RESTORE_LIST_SRM_CNTL, RLC_FIRMWARE_HEADER_V2_1_SAVE_RESTORE_LIST_CNTL_SIZE_BYTES,
     RLC_FIRMWARE_HEADER_V2_1_SAVE_RESTORE_LIST_CNTL_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_1_BYTES},
    {1, 1, GFX_FW_TYPE_RLC_RESTORE_LIST_GPM_MEM, RLC_FIRMWARE_HEADER_V2_1_SAVE_RESTORE_LIST_GPM_SIZE_BYTES,
     RLC_FIRMWARE_HEADER_V2_1_SAVE_RESTORE_LIST_GPM_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_1_BYTES},
    {1, 1, GFX_FW_TYPE_RLC_RESTORE_LIST_SRM_MEM, RLC_FIRMWARE_HEADER_V2_1_SAVE_RESTORE_LIST_SRM_SIZE_BYTES,
     RLC_FIRMWARE_HEADER_V2_1_SAVE_RESTORE_LIST_SRM_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_1_BYTES},
    {2, 255, GFX_FW_TYPE_RLC_IRAM, RLC_FIRMWARE_HEADER_V2_2_RLC_IRAM_UCODE_SIZE_BYTES,
     RLC_FIRMWARE_HEADER_V2_2_RLC_IRAM_UCODE_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_2_BYTES},
    {2, 255, GFX_FW_TYPE_RLC_DRAM_BOOT, RLC_FIRMWARE_HEADER_V2_2_RLC_DRAM_UCODE_SIZE_BYTES,
     RLC_FIRMWARE_HEADER_V2_2_RLC_DRAM_UCODE_OFFSET_BYTES, RLC_FIRMWARE_HEADER_V2_2_BYTES},
    {3, 3, GFX_FW_TYPE_RLC_P, RLC_FIRMWARE_HEADER_V2_3_RLCP_UCODE_SIZE_BYTES, RLC_FIRMWARE_HEADER_V2_3_RLCP_UCODE_OFFSET_BYTES,
     RLC_FIRMWARE_HEADER_V2_3_BYTES},
    {3, 3, GFX_FW_TYPE_RLC_V, RLC_FIRMWARE_HEADER_V2_3_RLCV_UCODE_SIZE_BYTES, RLC_FIRMWARE_HEADER_V2_3_RLCV_UCODE_OFFSET_BYTES,
     RLC_FIRMWARE_HEADER_V2_3_BYTES},
};

static int parse_rlc(const struct image *im)
{
    if (im->major != 2) {
        return wrong_version(im, "2.0 to 2.4");
    }
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < sizeof rlc_parts / sizeof rlc_parts[0]; i++) {
        if (im->minor < rlc_parts[i].first_minor || im->minor > rlc_parts[i].last_minor) {
            continue;
        }
        rc = need_header(im, rlc_parts[i].header_bytes);
        rc = rc ? rc
                : add(im, rlc_parts[i].type, get_u32(im->bytes, rlc_parts[i].offset_at), get_u32(im->bytes, rlc_parts[i].size_at),
                      "RLC part");
    }
    return rc ? rc : add(im, GFX_FW_TYPE_RLC_G, im->code_offset, im->code_bytes, "code");
}

static int (*const parsers[FIRMWARE_FILES])(const struct image *im) = {
    [FIRMWARE_SOS] = parse_sos, [FIRMWARE_SMU] = parse_smu, [FIRMWARE_SDMA] = parse_sdma, [FIRMWARE_PFP] = parse_pfp,
    [FIRMWARE_ME] = parse_me,   [FIRMWARE_MEC] = parse_mec, [FIRMWARE_IMU] = parse_imu,   [FIRMWARE_RLC] = parse_rlc,
};

int firmware_parse(enum firmware_file kind, const void *bytes, size_t size_bytes, struct firmware *fw, struct err *e)
{
    if (size_bytes < COMMON_FIRMWARE_HEADER_BYTES) {
        return err_set(e, -EINVAL, "it has %zu bytes; the header alone has %d", size_bytes, COMMON_FIRMWARE_HEADER_BYTES);
    }
    struct image im = {.bytes = bytes, .size = size_bytes, .fw = fw, .err = e};
    uint32_t claimed = get_u32(bytes, COMMON_FIRMWARE_HEADER_SIZE_BYTES);
    if (claimed != size_bytes) {
        return err_set(e, -EINVAL, "its header says %u bytes, but the file has %zu; copy it again", claimed, size_bytes);
    }
    im.major = get_u16(bytes, COMMON_FIRMWARE_HEADER_HEADER_VERSION_MAJOR);
    im.minor = get_u16(bytes, COMMON_FIRMWARE_HEADER_HEADER_VERSION_MINOR);
    im.code_offset = get_u32(bytes, COMMON_FIRMWARE_HEADER_UCODE_ARRAY_OFFSET_BYTES);
    im.code_bytes = get_u32(bytes, COMMON_FIRMWARE_HEADER_UCODE_SIZE_BYTES);
    return parsers[kind](&im);
}

void firmware_name(enum firmware_file kind, const struct discovery *d, char *name, size_t name_size)
{
    const struct ip_version *gc = &d->blocks[BLOCK_GC].version;
    const struct {
        const char *prefix, *suffix;
        const struct ip_version *version;
    } rows[FIRMWARE_FILES] = {
        [FIRMWARE_SOS] = {"psp", "_sos", &d->blocks[BLOCK_MP0].version},
        [FIRMWARE_SMU] = {"smu", "", &d->blocks[BLOCK_MP1].version},
        [FIRMWARE_SDMA] = {"sdma", "", &d->sdma},
        [FIRMWARE_PFP] = {"gc", "_pfp", gc},
        [FIRMWARE_ME] = {"gc", "_me", gc},
        [FIRMWARE_MEC] = {"gc", "_mec", gc},
        [FIRMWARE_IMU] = {"gc", "_imu", gc},
        [FIRMWARE_RLC] = {"gc", "_rlc", gc},
    };
    const struct ip_version *v = rows[kind].version;
    snprintf(name, name_size, "%s_%u_%u_%u%s.bin", rows[kind].prefix, v->major, v->minor, v->revision, rows[kind].suffix);
}

bool firmware_is_wanted(enum firmware_file kind, enum generation generation)
{
    bool graphics = kind == FIRMWARE_PFP || kind == FIRMWARE_ME;
    return generation != GEN_GFX11 || !graphics; /* gfx11 runs the MEC without them (tinygrad's AMFirmware) */
}

/* -ENOENT when the file is not there. */
static int read_file(const char *path, struct firmware_blob *blob, struct err *e)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        return errno == ENOENT || errno == ENOTDIR ? -ENOENT : err_set(e, -EIO, "%s cannot be read: %s", path, strerror(errno));
    }
    int rc = 0;
    long size = -1;
    if (fseek(f, 0, SEEK_END) == 0) {
        size = ftell(f);
    }
    rewind(f);
    if (size <= 0 || size > (long)IMAGE_MAX_BYTES) {
        rc = err_set(e, -EINVAL, "%s has %ld bytes; a firmware image has 1 to %u", path, size, IMAGE_MAX_BYTES);
    } else if (!(blob->owned = malloc((size_t)size))) {
        rc = err_set(e, -ENOMEM, "no memory for %s (%ld bytes)", path, size);
    } else if (fread(blob->owned, 1, (size_t)size, f) != (size_t)size) {
        rc = err_set(e, -EIO, "%s ended early", path);
    }
    fclose(f);
    blob->data = blob->owned;
    blob->size_bytes = rc ? 0 : (size_t)size;
    return rc;
}

static int load_one(struct firmware *fw, enum firmware_file kind, const struct discovery *d, const char *folder, struct err *e)
{
    struct firmware_blob *blob = &fw->blobs[kind];
    char path[512];
    int rc;
    firmware_name(kind, d, blob->name, sizeof blob->name);
    if (folder) {
        snprintf(path, sizeof path, "%s/%s", folder, blob->name);
        rc = read_file(path, blob, e);
    } else {
        snprintf(path, sizeof path, "built-in %s", blob->name);
        rc = amd_builtin_firmware(blob->name, &blob->data, &blob->size_bytes);
    }
    if (rc == 0) {
        rc = firmware_parse(kind, blob->data, blob->size_bytes, fw, e);
        return rc ? err_prefix(e, rc, "firmware %s", path) : 0;
    }
    return rc;
}

/* All images from one place. -ENOENT: not all there, `missing` names the first. */
static int load_all(struct firmware *fw, const struct discovery *d, enum generation generation, const char *folder, char *missing,
                    size_t missing_size, struct err *e)
{
    for (int kind = 0; kind < FIRMWARE_FILES; kind++) {
        if (!firmware_is_wanted((enum firmware_file)kind, generation)) {
            continue;
        }
        int rc = load_one(fw, (enum firmware_file)kind, d, folder, e);
        if (rc) {
            snprintf(missing, missing_size, "%s", fw->blobs[kind].name);
            firmware_free(fw);
            return rc;
        }
    }
    snprintf(fw->source, sizeof fw->source, "%s", folder ? folder : "built in");
    return 0;
}

int firmware_load(struct firmware *fw, const struct discovery *d, enum generation generation, const char *folder,
                  bool allow_builtin, struct err *e)
{
    const char *from_environment = getenv("EXOSUIT_FIRMWARE_DIR");
    const char *chosen = folder ? folder : from_environment && *from_environment ? from_environment : NULL;
    const char *place = chosen ? chosen : "/lib/firmware/amdgpu";
    char missing[48] = "";
    *fw = (struct firmware){0};
    int rc = load_all(fw, d, generation, place, missing, sizeof missing, e);
    if (rc == -ENOENT && !chosen && allow_builtin) {
        rc = load_all(fw, d, generation, NULL, missing, sizeof missing, e);
    }
    if (rc == -ENOENT) {
        err_set(e, rc,
                "firmware %s is not in %s; install the amdgpu files of linux-firmware (Debian: firmware-amd-graphics) with "
                "`exosuit firmware install --from FOLDER`, or name their folder in EXOSUIT_FIRMWARE_DIR",
                missing, place);
    }
    return rc;
}

void firmware_free(struct firmware *fw)
{
    for (int i = 0; i < FIRMWARE_FILES; i++) {
        free(fw->blobs[i].owned);
    }
    *fw = (struct firmware){0};
}
