/*
 * queue.h: a ring of command words in pinned host memory that one engine of the card reads, and its fence word.
 *
 * Pointers are cumulative and never start again at 0. A submission is: words into the ring, fence packet included by the
 * caller, one doorbell. What room is free follows from fences alone, so that nothing has to be read from the card.
 */
#ifndef EXO_AMD_QUEUE_H
#define EXO_AMD_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "amd/words.h"
#include "exosuit.h"

struct amd;

#define QUEUE_RING_BYTES (64u << 10)
#define QUEUE_RECORDS 512 /* submissions in flight */
#define QUEUE_MAX_WORDS 4096

struct queue_record {
    exo_fence fence;
    uint64_t end; /* write pointer behind it, in dwords */
};

struct queue {
    const char *name;
    uint32_t *ring;
    exo_va ring_va;
    uint32_t ring_dwords;
    uint64_t written, freed;          /* cumulative dwords; freed <= read by the card */
    uint64_t *write_word, *read_word; /* shared with the card: we write the first, it writes the second */
    exo_va write_word_va, read_word_va;
    uint32_t *fence_word; /* any thread may read it; the card writes it */
    exo_va fence_va;
    uint32_t fence_sent; /* value of the last submission */
    uint32_t doorbell_byte;
    uint8_t pointer_scale; /* what the engine counts its pointers in: 1 = dwords, 4 = bytes */
    bool whole_packets;    /* a packet may not cross the ring's end: pad with zeros */
    struct queue_record records[QUEUE_RECORDS];
    uint32_t record_head, record_count;
    uint32_t scratch[QUEUE_MAX_WORDS]; /* where a submission is put together */
};

/* Carves ring, pointers and fence word out of `control` memory at byte `offset` and clears them. Uses 64 KiB + 4 KiB. */
#define QUEUE_CONTROL_BYTES (QUEUE_RING_BYTES + 4096u)
struct amd_memory;
void queue_place(struct queue *q, const char *name, struct amd_memory *control, uint64_t offset);

/* Copies the words into the ring and rings the doorbell. Blocks, up to a deadline, only while the ring is full. */
int queue_submit(struct amd *a, struct queue *q, const struct words *w, exo_fence fence) __attribute__((warn_unused_result));

/* Dwords that a submission of `count` words will take, padding included; exposed for tests. */
uint32_t queue_room_needed(const struct queue *q, uint32_t count);

#endif
