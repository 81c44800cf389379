/*
 * firmware.h: the firmware images that come with the simulated card, so that it boots without the vendor's. Generated when the
 * project is built (sim/firmware/generate.c), with linux-firmware's names and headers; the same bytes lie in the build folder
 * under firmware/amdgpu. A real card does not accept them.
 */
#ifndef EXO_SIM_FIRMWARE_H
#define EXO_SIM_FIRMWARE_H

#include <stddef.h>
#include <stdint.h>

/* Image `index`: 0 and its file name and bytes (static), or -1 behind the last. */
int sim_firmware_image(int index, const char **name, const uint8_t **data, size_t *size);

#endif
