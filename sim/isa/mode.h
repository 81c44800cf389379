/*
 * mode.h: a wave's MODE register on the host: rounding and denormals of single precision. Applied when a wave is entered and
 * when it changes MODE; who enters a wave saves the host's own state before and restores it after. Single precision's setting
 * also governs the other sizes, since hosts have one setting for all.
 */
#ifndef EXO_SIM_ISA_MODE_H
#define EXO_SIM_ISA_MODE_H

#include <stdint.h>

#define MODE_DEFAULT 0xf0u /* nearest even, denormals kept */

/* Sets the host's rounding and denormal handling as MODE says. */
void mode_apply(uint32_t mode);

/* The host's state of this thread, and back. */
uint64_t mode_save(void);
void mode_restore(uint64_t saved);

#endif
