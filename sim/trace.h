/*
 * trace.h: what the card did, as a file for trace viewers: one JSON object a line, an array as a whole (Chrome's trace event
 * format, which Perfetto opens). Time is the virtual clock's (charge.h). Written by the engines' threads under a lock of its own;
 * a card that writes none pays one comparison per packet.
 */
#ifndef EXO_SIM_TRACE_H
#define EXO_SIM_TRACE_H

#include <stdint.h>

#include "isa/compute.h"
#include "model.h"

struct sim_card;
struct trace;

enum trace_track { TRACE_LINK = 1, TRACE_COMPUTE, TRACE_DISPATCHES, TRACE_SDMA0, TRACE_SDMA1 };

/* 0 or a negative errno. *trace_out is NULL where path is NULL or "". */
int trace_open(const char *path, const char *chip, struct trace **trace_out);
void trace_close(struct trace *t); /* NULL is allowed */

/* All of these take a card whose trace may be NULL, and do nothing then. */
void trace_packet(struct sim_card *card, enum trace_track track, const char *name, uint32_t dwords);
void trace_copy(struct sim_card *card, enum trace_track track, uint64_t bytes, uint64_t took_ps);
/* number: which of the card's dispatches it is, in the order of their packets. */
void trace_dispatch(struct sim_card *card, const struct compute_dispatch *d, uint64_t number, const struct compute_shape *shape,
                    const struct compute_counters *k, const struct model_time *time, uint64_t began_ps);
/* A doorbell was heard; the queue has done all there was. */
void trace_doorbell(struct sim_card *card, enum trace_track track);
void trace_idle(struct sim_card *card, enum trace_track track);

#endif
