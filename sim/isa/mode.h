/*
 * mode.h: a wave's MODE register on the host: rounding and denormals of single precision. Applied when a wave is entered and
 * when it changes MODE; the host's own state is put back by whoever called mode_enter. Single precision's setting also governs
 * the other sizes, since hosts have one setting for all.
 */
#ifndef EXO_SIM_ISA_MODE_H
#define EXO_SIM_ISA_MODE_H

#include <stdint.h>

#define MODE_DEFAULT 0xf0u /* nearest even, denormals kept */

/* Sets the host's rounding and denormal handling as MODE says. */
void mode_apply(uint32_t mode);

#endif
