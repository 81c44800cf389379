/*
 * cost.h: what an executed wave instruction occupies: one class per instruction, found when it is decoded, counted per run of
 * decoded code and not per lane. The cost model (sim/model.h) turns the counts into time; nothing that executes looks here.
 *
 * A run is entered at one instruction and left behind another one. Both places keep a count, so an instruction's executions are
 * the entries up to it less the exits before it (interp.c): exact, for two increments a run.
 */
#ifndef EXO_SIM_ISA_COST_H
#define EXO_SIM_ISA_COST_H

#include <stdint.h>

#include "compute.h"

struct inst;

/*
 * The class of a decoded instruction (enum compute_class). Waits for memory depend on what stands before them: *pending holds the
 * loads that the straight code issued since the last wait, and starts as COST_PENDING_UNKNOWN at a run's first instruction.
 */
enum { COST_PENDING_VMEM = 1, COST_PENDING_LGKM = 2, COST_PENDING_UNKNOWN = 3 };
uint8_t cost_of(const struct inst *i, uint32_t *pending);

#endif
