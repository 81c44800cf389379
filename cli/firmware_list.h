/*
 * firmware_list.h: the vendor's images that each card needs, with the sums of those releases that were tried. Data only.
 */
#ifndef EXO_CLI_FIRMWARE_LIST_H
#define EXO_CLI_FIRMWARE_LIST_H

enum { FIRMWARE_MAX_SUMS = 4 };

struct firmware_sum {
    const char *release;
    const char *sha256;
};

struct firmware_row {
    const char *card;
    const char *name; /* as in linux-firmware's folder amdgpu */
    struct firmware_sum sums[FIRMWARE_MAX_SUMS];
};

extern const struct firmware_row firmware_rows[];
extern const int firmware_row_count;

#endif
