/*
 * stats.h: what the plug-in tells whoever started the program: a JSON object in the file that EXOSUIT_STATS names, with the
 * card's name, memory, state ("ready" or "lost"), the sentence of the first failure, the link's counters, what computing costs
 * the host's processor, and the same over the middle of the run. The file is replaced as a whole, at most once a second while
 * work is submitted, at once on a failure, and at the end. Without the variable nothing is measured and nothing is written.
 * Read by `exosuit serve` and `exosuit bench`.
 */
#ifndef EXO_BACKEND_STATS_H
#define EXO_BACKEND_STATS_H

#include <stdatomic.h>

#include "exosuit.h"

#define BK_SAMPLES 512 /* computations that are remembered */

/* Everything that is counted, as it stood before a computation was submitted. */
struct bk_sample {
    struct exo_counters link;
    uint64_t host_cpu_ns;                             /* processor time of threads inside the plug-in, waiting aside */
    uint64_t barriers;                                /* between dispatches */
    uint64_t plans_known, plans_compared, plans_made; /* found by ggml's mark; by content; not at all */
};

struct bk_stats {
    bool wanted;         /* is there somebody to tell? */
    uint64_t written_us; /* when the file was last written */
    uint64_t computes;   /* computations submitted so far */
    uint64_t barriers, plans_known, plans_compared, plans_made;
    _Atomic int64_t host_cpu_ns;
    _Atomic uint64_t weights_bytes, weights_us; /* brought to the card, and the time that took its caller */
    struct bk_sample *samples;                  /* ring of the last BK_SAMPLES computations; allocated when wanted */
};

void bk_stats_init(struct bk_stats *stats);
void bk_stats_free(struct bk_stats *stats);

/* True when a second has passed since the file was last written (the time is then renewed) and somebody wants it. */
bool bk_stats_due(struct bk_stats *stats);

/* Processor time of the calling thread from begin to end counts as the plug-in's; from pause to resume within, it does not. */
uint64_t bk_stats_begin(const struct bk_stats *stats);
void bk_stats_end(struct bk_stats *stats, uint64_t begun);
#define bk_stats_pause bk_stats_begin
void bk_stats_resume(struct bk_stats *stats, uint64_t paused);

/* Weights of so many bytes were written between `begun` (bk_stats_clock_us) and now. */
uint64_t bk_stats_clock_us(void);
void bk_stats_weights(struct bk_stats *stats, uint64_t bytes, uint64_t begun_us);

/* A computation is about to be submitted: notes the counters. */
void bk_stats_computing(struct bk_stats *stats, struct exo_device *device);

/* Writes the file. device may be NULL when it could not be opened; error is "" or the sentence of the failure. */
void bk_stats_write(struct bk_stats *stats, struct exo_device *device, const char *error);

#endif
