/*
 * overdue.h: why a fence is not reached: page fault, wave stopped by an error, packet the command processor refused, doorbell
 * that went unheard, engines that stand still. Reads hub registers, the interrupt ring and the queues' pointers, never before a
 * wait has lasted a second, since each register costs a round trip and long work is no fault.
 */
#ifndef EXO_AMD_OVERDUE_H
#define EXO_AMD_OVERDUE_H

#include <stdbool.h>

#include "exosuit.h"

struct amd;

/* The contract of engine_ops.check (core/engine.h). A fault breaks the card: -EIO from then on. */
int overdue_check(struct amd *a, exo_fence fence, bool last) __attribute__((warn_unused_result));

#endif
