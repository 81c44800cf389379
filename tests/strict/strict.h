/*
 * strict.h: what the tests of strictness share: command streams for the rig's compute queue, and kernels of a few instructions.
 * The rig is a small driver that may leave a step out or do it wrongly; what then happens must be what happened on silicon.
 */
#ifndef EXO_TESTS_STRICT_STRICT_H
#define EXO_TESTS_STRICT_STRICT_H

#include "card/rig.h"
#include "strict/tests.h"

#define STREAM_WORDS 1024

/* GCR_CNTL of ACQUIRE_MEM, as linux gfx_v11_0_emit_mem_sync has it, and parts of it. */
enum {
    GCR_ALL = 0xc3b1,
    GCR_CODE = 0x1,
    GCR_SCALAR = 1 << 7,
    GCR_VECTOR = 1 << 8 | 1 << 9,
    GCR_L2_INV = 1 << 14,
    GCR_L2_WB = 1 << 15
};

struct stream {
    uint32_t words[STREAM_WORDS];
    uint32_t count;
};

void put(struct stream *s, const uint32_t *words, uint32_t count);
#define PUT(s, ...) put(s, (const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))
void put_flush(struct stream *s);                 /* CS_PARTIAL_FLUSH */
void put_acquire(struct stream *s, uint32_t gcr); /* ACQUIRE_MEM of everything */
void put_write(struct stream *s, uint64_t va, uint32_t value);
void put_fence(struct stream *s, uint32_t index, uint32_t value, uint32_t gcr); /* RELEASE_MEM to host word `index` */
/* One work-group of 32 work-items; user[]: the first scalar registers. */
void put_dispatch(struct stream *s, uint64_t code, const uint32_t *user, uint32_t user_count);

/* Release bits of RELEASE_MEM. */
enum { RELEASE_NOTHING = 0, RELEASE_ALL = 1 << 14 | 1 << 15 | 1 << 20 | 1 << 21 };

/* Kernels by place in VRAM, written by strict_open. All use 32 dwords. */
enum { KERNEL_COPY, KERNEL_FILL, KERNEL_ARGUMENTS, KERNEL_ATOMIC, KERNEL_GROUPS, KERNEL_HASTY, KERNEL_REGISTERS, KERNEL_COUNT };
uint64_t kernel_va(int kernel);
/* dst[lane] = src[lane] */
void put_copy(struct stream *s, uint64_t dst, uint64_t src);
/* dst[lane] = value */
void put_fill(struct stream *s, uint64_t dst, uint32_t value);
/* Arguments in memory: dst (8 bytes), value (4). dst[lane] = value */
void put_with_arguments(struct stream *s, uint64_t arguments);
/* Every lane adds 1 to *word, `times` times. */
void put_atomics(struct stream *s, uint64_t word, uint32_t times);

/* dst[group * 32 + lane] = group */
void put_groups(struct stream *s, uint64_t dst, uint32_t groups);
/* The copy again, which does not wait for what it loads. */
void put_hasty_copy(struct stream *s, uint64_t dst, uint64_t src);

/* A booted card with the kernels in it and nothing in its caches. */
void strict_open(struct rig *r, const char *fault);
/* Submits the stream, with a fence behind it, and waits; fails the test if it does not come. Empties the stream. */
void strict_run(struct rig *r, struct stream *s);
/* By SDMA, waited for. */
void strict_sdma_copy(struct rig *r, uint64_t dst, uint64_t src, uint32_t bytes);
/* 32 words of VRAM behind all caches: SDMA brings them to the host, which must be released before. */
uint32_t strict_word(struct rig *r, uint64_t va);

/* Scratch places, each of some KiB. */
#define AT(n) VA(RIG_SCRATCH + (n) * 0x4000u)
#define HOST_AT(n) (RIG_HOST_VA + 0x8000u + (n) * 0x1000u)
#define HOST_WORD(n) (0x2000u + (n) * 0x400u) /* index into rig.host */

#endif
