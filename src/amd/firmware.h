/*
 * firmware.h: the vendor's images that a card needs to boot, found, checked and cut into the pieces that its security
 * processor loads one by one.
 *
 * Owns the file contents; pieces point into them. The parse functions are pure and take foreign bytes (fuzzed). What is done
 * with the pieces is psp.c's business. Header formats: the Linux kernel's amdgpu_ucode.h, as byte offsets in wire_firmware.h.
 */
#ifndef EXO_AMD_FIRMWARE_H
#define EXO_AMD_FIRMWARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "amd/discovery.h"
#include "core/err.h"

#define FIRMWARE_MAX_PIECES 24
#define FIRMWARE_MAX_BOOT 12 /* PSP_FW_TYPE_MAX_INDEX */

struct firmware_piece {
    uint16_t type; /* GFX_FW_TYPE_... */
    const uint8_t *data;
    uint32_t size_bytes;
};

struct firmware_blob {
    char name[48];
    uint8_t *owned; /* NULL when it points at a built-in image */
    const uint8_t *data;
    size_t size_bytes;
};

enum firmware_file {
    FIRMWARE_SOS,
    FIRMWARE_SMU,
    FIRMWARE_SDMA,
    FIRMWARE_PFP,
    FIRMWARE_ME,
    FIRMWARE_MEC,
    FIRMWARE_IMU,
    FIRMWARE_RLC,
    FIRMWARE_FILES
};

/* Processors of the graphics core whose start address the driver sets. */
enum firmware_program { PROGRAM_PFP, PROGRAM_ME, PROGRAM_MEC, FIRMWARE_PROGRAMS };

struct firmware {
    struct firmware_blob blobs[FIRMWARE_FILES];
    struct firmware_piece boot[FIRMWARE_MAX_BOOT]; /* by PSP_FW_TYPE_...; size 0: not there */
    struct firmware_piece smu;
    struct firmware_piece pieces[FIRMWARE_MAX_PIECES]; /* in loading order, RLC_G last */
    uint32_t piece_count;
    uint64_t start[FIRMWARE_PROGRAMS]; /* byte address where each program starts */
    char source[256];                  /* the folder, or "built in" */
};

/* Takes one image apart and adds its pieces to fw. -EINVAL with a sentence for anything that does not add up. */
int firmware_parse(enum firmware_file kind, const void *bytes, size_t size_bytes, struct firmware *fw, struct err *e)
    __attribute__((warn_unused_result));

/* "psp_13_0_0_sos.bin": the file's name for this chip. */
void firmware_name(enum firmware_file kind, const struct discovery *d, char *name, size_t name_size);
/* Does a card of this generation take that file? */
bool firmware_is_wanted(enum firmware_file kind, enum generation generation);

/*
 * Finds all images: in `folder` if given, else $EXOSUIT_FIRMWARE_DIR, else /lib/firmware/amdgpu, else (allow_builtin) those
 * that come with the simulated card. -ENOENT names the first that is missing and where it was looked for.
 */
int firmware_load(struct firmware *fw, const struct discovery *d, enum generation generation, const char *folder,
                  bool allow_builtin, struct err *e) __attribute__((warn_unused_result));
void firmware_free(struct firmware *fw);

/* The simulated card's own image of that name; -ENOENT if there is none or the build has no simulated card. */
int amd_builtin_firmware(const char *name, const uint8_t **data_out, size_t *size_out);

#endif
