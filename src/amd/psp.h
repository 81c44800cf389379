/*
 * psp.h: the platform security processor: starts its secure OS, then has it load every other engine's firmware.
 *
 * All buffers lie in VRAM (A-05: it silently fails on host memory); order and time limits from.
 */
#ifndef EXO_AMD_PSP_H
#define EXO_AMD_PSP_H

#include <stdbool.h>

struct amd;

int psp_is_alive(struct amd *a, bool *alive_out) __attribute__((warn_unused_result));
int psp_start(struct amd *a) __attribute__((warn_unused_result)); /* boot loader parts up to the secure OS */
int psp_create_ring(struct amd *a) __attribute__((warn_unused_result));
int psp_load_firmware(struct amd *a) __attribute__((warn_unused_result)); /* trusted region, all images, autoload */

#endif
