/* smu.h: the power manager's mailbox: features, clocks, mode-1 reset (SMU 13.0.0; 13.0.7 speaks the same, A-15). */
#ifndef EXO_AMD_SMU_H
#define EXO_AMD_SMU_H

#include <stdbool.h>

struct amd;

int smu_is_alive(struct amd *a, bool *alive_out) __attribute__((warn_unused_result));
int smu_init(struct amd *a) __attribute__((warn_unused_result));
/* Resets everything but the PCIe link; returns after the 500 ms that the card needs. */
int smu_mode1_reset(struct amd *a) __attribute__((warn_unused_result));
/* Highest clocks for work, lowest for rest. */
int smu_set_clocks(struct amd *a, bool highest) __attribute__((warn_unused_result));

#endif
