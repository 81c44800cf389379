/*
 * stats.h: what the plug-in tells whoever started the program: a JSON object in the file that EXOSUIT_STATS names, with the
 * card's name, memory, state ("ready" or "lost"), the sentence of the first failure, and the link's counters. The file is
 * replaced as a whole, at most once a second while work is submitted, at once on a failure, and at the end. Without the
 * variable nothing is written. Read by `exosuit serve` and `exosuit bench`.
 */
#ifndef EXO_BACKEND_STATS_H
#define EXO_BACKEND_STATS_H

#include "exosuit.h"

/* True when a second has passed since *last_us (which is then renewed) and somebody wants the file. */
bool bk_stats_due(uint64_t *last_us);

/* The counters of the last two submissions with graphs: between them lies what one token costs, uploads of weights aside. */
struct bk_stats {
    uint64_t written_us; /* when the file was last written */
    struct exo_counters before, now;
};

/* Notes the counters, when somebody wants the file. */
void bk_stats_submitted(struct bk_stats *stats, struct exo_device *device);

/* Writes the file. device may be NULL when it could not be opened; error is "" or the sentence of the failure. */
void bk_stats_write(const struct bk_stats *stats, struct exo_device *device, const char *error);

#endif
