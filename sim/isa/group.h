/*
 * group.h: one work-group from its first register to its last instruction: what the dispatcher in hardware does with the
 * COMPUTE_* registers. A runner belongs to one host thread and runs one work-group at a time; the waves of it take turns, so a
 * barrier needs no host thread to wait.
 */
#ifndef EXO_SIM_ISA_GROUP_H
#define EXO_SIM_ISA_GROUP_H

#include "isa.h"
#include "memory.h"
#include "waits.h"

enum { GROUP_WAVES_MAX = 32, LDS_BYTES_MAX = 65536 };

/* What follows from a dispatch's registers, worked out once. */
struct launch {
    const struct compute_dispatch *dispatch;
    uint32_t first[3], count[3]; /* work-groups */
    uint64_t groups;             /* all of them */
    uint32_t items, waves;       /* of a work-group */
    uint32_t wave_lanes;         /* 32 or 64 */
    uint32_t vgprs, lds_bytes;
    uint32_t scratch_wave_bytes; /* 0: no scratch */
    uint32_t scratch_waves;      /* how many have a slot in the ring */
    uint64_t watchdog;           /* instructions a wave may execute */
    uint32_t sequence;           /* counts dispatches: who wrote a line (cache.h) */
    const _Atomic bool *stop;    /* give up soon */
};

struct runner {
    struct worker worker;
    struct code_cache *code;
    uint32_t index; /* among the engine's: decides its scratch slots */
    uint8_t *lds;
    u32x32 *vgprs;
    size_t vgprs_capacity; /* in u32x32 */
    struct wave wave[GROUP_WAVES_MAX];
    bool check_all;                      /* instructions of proven programs too (compute_create) */
    struct waits *waits;                 /* GROUP_WAVES_MAX of them once they were needed, or NULL */
    u32x32 item_ids[GROUP_WAVES_MAX][2]; /* what v0 starts as: the same in every work-group */
    const struct compute_fault *fault;   /* of the work-group that stopped */
};

/* Works a dispatch's registers out. 0, or -EIO with *fault_out telling which of them cannot be. */
int launch_prepare(struct launch *launch, const struct compute_dispatch *dispatch, struct compute_fault *fault_out);

int runner_create(const struct compute_memory *memory, uint32_t index, bool check_all, struct runner **runner_out);
void runner_destroy(struct runner *r);
/* Before the first work-group of a dispatch. 0 or -ENOMEM. */
int runner_begin(struct runner *r, const struct launch *launch);
/* Whether the scratch ring has room for this runner's waves. */
bool runner_fits(const struct runner *r, const struct launch *launch);
/* Runs work-group `number` to its end. 0, or -EIO and r->fault says why. */
int runner_group(struct runner *r, const struct launch *launch, uint64_t number);

#endif
