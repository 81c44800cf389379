/*
 * waits.h: strict waiting. The engine completes loads at once; hardware does not, and a kernel that uses a result before the
 * s_waitcnt (gfx12: s_wait_*) that covers it works here and fails there. With strict_waits every instruction is executed
 * through waits_exec, which knows what each register waits for; without it, nothing of this is on any path.
 */
#ifndef EXO_SIM_ISA_WAITS_H
#define EXO_SIM_ISA_WAITS_H

#include "wave.h"

struct pending {               /* what a register waits for: the number of the load among its kind, 0 for none */
    uint64_t vm, lgkm, km, pc; /* km: gfx12, where scalar loads have a counter of their own */
};

struct waits {
    uint64_t vm_issued, vm_done, lgkm_issued, lgkm_done, km_issued, km_done;
    uint64_t scalar_last; /* the last scalar load: those return in no order */
    struct pending vgpr[256], sgpr[128];
};

/* Executes i->exec_plain, if it touches no register that is still waited for. */
void waits_exec(struct wave *w, const struct inst *i);

#endif
