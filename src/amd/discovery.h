/*
 * discovery.h: the table in which the card describes itself (IP discovery binary, format of the Linux kernel's discovery.h).
 *
 * discovery_parse is a pure function over foreign bytes: every offset is checked, nothing is trusted. Called by bring-up with
 * what was read from the top of VRAM, and by the fuzzer.
 */
#ifndef EXO_AMD_DISCOVERY_H
#define EXO_AMD_DISCOVERY_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "regs/regs.h"

#define DISCOVERY_SEGMENTS 8
#define DISCOVERY_OFFSET_FROM_TOP (64u << 10) /* where it lies, counted from the end of VRAM */
#define DISCOVERY_MAX_BYTES (10u << 10)

struct discovery_block {
    struct ip_version version;
    uint8_t segment_count;             /* 0: the card has no such block */
    uint32_t base[DISCOVERY_SEGMENTS]; /* dword addresses */
};

struct discovery {
    struct discovery_block blocks[BLOCK_COUNT];
    struct ip_version sdma;
    uint32_t shader_engines, arrays_per_engine, wgps_per_array;
    uint32_t scratch_slots_per_cu, lds_kib, waves_per_simd;
    uint32_t compute_units; /* of the full chip; harvested ones included */
};

/* Size of the whole binary as its header claims, 0 if the header is not one. `header` holds at least BINARY_HEADER_BYTES. */
size_t discovery_size(const void *header);

/* -EINVAL with a sentence for anything malformed or incomplete. */
int discovery_parse(const void *table, size_t size_bytes, struct discovery *out, struct err *e)
    __attribute__((warn_unused_result));

#endif
