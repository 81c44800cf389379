/*
 * fp8.h: 8-bit floats as RDNA4 has them: FP8 is OCP's E4M3 (no infinity, one NaN), BF8 its E5M2 (RDNA4 ISA, "FP8 and BF8").
 */
#ifndef EXO_SIM_ISA_FP8_H
#define EXO_SIM_ISA_FP8_H

#include <stdbool.h>
#include <stdint.h>

float fp8_to_f32(uint32_t byte);
float bf8_to_f32(uint32_t byte);

/* To nearest even. What is too large becomes a NaN (FP8) or infinity (BF8), or with `limit` the largest number. */
uint32_t f32_to_fp8(float value, bool limit);
uint32_t f32_to_bf8(float value, bool limit);

#endif
