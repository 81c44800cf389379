/*
 * mode.h: a wave's MODE register on the host (RDNA3 ISA, "Mode register"): rounding 1:0 and denormals 5:4 of single precision,
 * 3:2 and 7:6 of half and double; on gfx11 DX10_CLAMP 8 and IEEE 9, which gfx12 does not have.
 *
 * The host has one setting for all sizes. Single precision's is in force while a wave runs; instructions on other sizes change
 * to theirs and back, where the two differ. Who enters a wave saves the host's own state before and restores it after.
 */
#ifndef EXO_SIM_ISA_MODE_H
#define EXO_SIM_ISA_MODE_H

#include "wave.h"

#define MODE_DEFAULT 0x3f0u /* nearest even, denormals kept, DX10_CLAMP and IEEE: as compilers set it up */

/* wave.rules: MODE and the generation as vector instructions ask for them. All zero but the last two is what compilers set up. */
enum {
    RULE_WIDE = 1 << 0,          /* half and double have another setting than single */
    RULE_FLUSH_IN = 1 << 1,      /* single precision: denormal sources are zero … */
    RULE_FLUSH_OUT = 1 << 2,     /* … results too */
    RULE_WIDE_FLUSH_IN = 1 << 3, /* half and double */
    RULE_WIDE_FLUSH_OUT = 1 << 4,
    RULE_QUIET = 1 << 5,     /* IEEE: minimum and maximum answer a signalling NaN with a quiet one */
    RULE_CLAMP_NAN = 1 << 6, /* clamping makes 0 of a NaN */
    RULE_GFX12 = 1 << 7,
    RULE_WIDE_ODD = 1 << 8, /* half and double are not rounded to nearest even with denormals kept, or the host does not */
    RULE_LIMIT = 1 << 9,    /* FP16_OVFL: conversions to small floats stop at the largest number */
    RULE_FLUSH_ANY = RULE_FLUSH_IN | RULE_FLUSH_OUT | RULE_WIDE_FLUSH_IN | RULE_WIDE_FLUSH_OUT,
};

/* Writes MODE while the wave runs. */
void mode_set(struct wave *w, uint32_t mode);
/* Works out w->rules and sets the host's rounding and denormal handling for single precision. When a wave is entered. */
void mode_enter(struct wave *w);

/* The host's setting for half and double, and back. */
void mode_apply_wide(uint32_t mode);
void mode_apply(uint32_t mode);

/* The host's rounding in force, in MODE's numbering: 0 nearest even, 1 up, 2 down, 3 toward zero. */
uint32_t mode_rounding(void);

/* The host's state of this thread, and back. */
uint64_t mode_save(void);
void mode_restore(uint64_t saved);

#endif
