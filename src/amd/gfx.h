/*
 * gfx.h: the graphics core's compute side: RLC, the MEC (compute command processor), its one queue by direct MQD/HQD,
 * doorbell routing for it. The hub must be set up before the MEC runs.
 */
#ifndef EXO_AMD_GFX_H
#define EXO_AMD_GFX_H

#include <stdbool.h>
#include <stdint.h>

struct amd;

int gfx_wait_firmware(struct amd *a) __attribute__((warn_unused_result)); /* until RLC has loaded everything */
int gfx_init(struct amd *a) __attribute__((warn_unused_result));          /* cold */
int gfx_restart(struct amd *a) __attribute__((warn_unused_result));       /* warm: clear what an earlier session left */
int gfx_stop(struct amd *a) __attribute__((warn_unused_result));          /* dequeues; no wave runs afterwards */
int gfx_start_queue(struct amd *a) __attribute__((warn_unused_result));
int gfx_enable_clock_gating(struct amd *a) __attribute__((warn_unused_result));

/* Routes doorbells of a port (S2A entry) inwards; without it they are dropped silently. */
int gfx_route_doorbells(struct amd *a, uint32_t port, uint32_t id, uint32_t offset, uint32_t size)
    __attribute__((warn_unused_result));

/* How far the compute queue is, from its registers: dwords of the ring, and of the command buffer that it runs. */
struct gfx_position {
    uint32_t heard, read; /* write pointer as doorbells brought it, read pointer; low 32 bits */
    uint32_t buffer_read, buffer_size;
};
int gfx_read_position(struct amd *a, struct gfx_position *position_out) __attribute__((warn_unused_result));

/* Where a wave sits, as interrupts name it; the shader engine is not among it. */
struct gfx_wave {
    uint32_t array, wgp, simd, slot;
};
/* The program counter of the wave there, halted by a fault, on any shader engine. 1, or 0 if there is none. Round trips. */
int gfx_find_wave(struct amd *a, const struct gfx_wave *wave, uint64_t *pc_out) __attribute__((warn_unused_result));

/* "MEC halted, PC 0x60b": for the report of a queue that does not answer. */
void gfx_describe_state(struct amd *a, char *text, uint32_t text_size);

#endif
