/*
 * rig.h: the smallest bring-up of the simulated card that its tests need, in steps that a test can leave out or do wrongly.
 * Knows the card only through sim.h and the tables of src/regs. Fixed places in VRAM, one page table, one compute queue.
 */
#ifndef EXO_TESTS_CARD_RIG_H
#define EXO_TESTS_CARD_RIG_H

/* cmocka.h wants the standard headers before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "sim/chip.h"
#include "sim/sim.h"

#define RIG_FB UINT64_C(0x8000000000)   /* MC address of VRAM */
#define RIG_VA UINT64_C(0x200000000000) /* where the test's address space starts */
#define RIG_MSG 0x100000u               /* VRAM offsets, all in the BAR */
#define RIG_CMD 0x300000u
#define RIG_FENCE 0x301000u
#define RIG_PSP_RING 0x310000u
#define RIG_TMR 0x2000000u
#define RIG_TABLES 0x4000000u
#define RIG_DATA 0x6000000u /* mapped 1:1 at RIG_VA: 32 MiB */
#define RIG_DATA_BYTES 0x2000000u
#define RIG_RING (RIG_DATA + 0x0) /* compute ring, 64 KiB; its VA is VA(RIG_RING) */
#define RIG_EOP (RIG_DATA + 0x20000)
#define RIG_SDMA_RING (RIG_DATA + 0x30000) /* 4 KiB */
#define RIG_SCRATCH (RIG_DATA + 0x100000)
#define RIG_INTERRUPTS (RIG_DATA + 0x180000)
#define VA(offset) (RIG_VA + (offset) - RIG_DATA)
#define RIG_HOST_VA (RIG_VA + UINT64_C(0x40000000)) /* host memory, 1 MiB */
#define RIG_HOST_BUS UINT64_C(0x80000000)
#define RIG_HOST_BYTES 0x100000u
#define RIG_RING_DWORDS 0x4000u
#define RIG_SDMA_RING_BYTES 0x1000u

struct rig {
    struct sim_card *card;
    const struct chip *chip;
    uint32_t *host;
    uint64_t tables_used; /* bytes behind RIG_TABLES */
    uint64_t wptr;        /* compute, dwords */
    uint64_t sdma_wptr;   /* bytes */
};

/* The chip that the environment's EXOSUIT_TEST_CHIP names; an RX 7900 XTX if there is none. */
void rig_open(struct rig *r, const char *fault);
enum generation rig_generation(void); /* of that chip */
void rig_close(struct rig *r);
uint32_t rig_address(struct rig *r, uint32_t id); /* dword */
uint32_t rig_read(struct rig *r, uint32_t id);
void rig_write(struct rig *r, uint32_t id, uint32_t value);
uint32_t rig_poll(struct rig *r, uint32_t id, uint32_t mask,
                  uint32_t value); /* the last value read; fails the test on time-out */
uint32_t rig_vram(struct rig *r, uint32_t offset);
void rig_set_vram(struct rig *r, uint32_t offset, uint32_t value);
const char *rig_verdict(struct rig *r); /* valid until the next call */
void rig_expect_clean(struct rig *r);
void rig_expect_verdict(struct rig *r, const char *part);

/* Boot steps in their right order; rig_boot does them all. */
void rig_wait_ready(struct rig *r);
const uint8_t *rig_firmware(const char *file, uint32_t *size_out);
/* The same for a file whose name carries the version of one of the chip's blocks. */
const uint8_t *rig_block_firmware(struct rig *r, const char *format, uint16_t hw_id, uint32_t *size_out);
bool rig_load_component(struct rig *r, uint32_t fw_type, uint32_t command);
void rig_start_sos(struct rig *r);
void rig_create_psp_ring(struct rig *r);
/* Queues a command of the secure OS and returns its fence value; rig_psp_command also waits for it. */
uint32_t rig_psp_submit(struct rig *r, const uint32_t *words, uint32_t count);
uint32_t rig_psp_command(struct rig *r, const uint32_t *words, uint32_t count); /* status */
uint32_t rig_load_toc(struct rig *r);
uint32_t rig_setup_tmr(struct rig *r);
uint32_t rig_load_fw(struct rig *r, uint32_t fw_type);
void rig_load_all_fw(struct rig *r);
uint32_t rig_autoload(struct rig *r);
void rig_init_hubs(struct rig *r);
void rig_map(struct rig *r, uint64_t va, uint64_t physical, uint64_t size, uint64_t flags);
/* Without what this generation wants in every page's entry. */
void rig_map_raw(struct rig *r, uint64_t va, uint64_t physical, uint64_t size, uint64_t flags);
void rig_flush_tlb(struct rig *r);
void rig_open_gates(struct rig *r); /* doorbell aperture, S2A entries, MEC range */
void rig_start_mec(struct rig *r);
void rig_setup_queue(struct rig *r);
void rig_setup_sdma(struct rig *r);
void rig_boot(struct rig *r);
void rig_boot_without_mec(struct rig *r); /* up to the open gates; no queue, no DMA engine */

void rig_flush_hdp(struct rig *r);
void rig_fill_ring(struct rig *r, const uint32_t *words, uint32_t count); /* the compute ring, flushed */
void rig_ring(struct rig *r);                                             /* its doorbell */
void rig_submit(struct rig *r, const uint32_t *words, uint32_t count);    /* into the compute ring, and its doorbell */
void rig_submit_sdma(struct rig *r, const uint32_t *words, uint32_t count);
void rig_place_interrupts(struct rig *r); /* their ring, at RIG_INTERRUPTS; what is enabled stays as it is */
bool rig_wait_host(struct rig *r, uint32_t index, uint32_t value); /* until host[index] has it; false after 2 s */
bool rig_wait_verdict(struct rig *r);                              /* until there is one; false after 2 s */
void rig_release_mem(uint32_t p[8], uint64_t va, uint32_t value);

#endif
