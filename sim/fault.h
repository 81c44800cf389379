/*
 * fault.h: what a simulated card and its link can be told to do wrong, one row per name: what needs chance, timing or breaks
 * something on purpose. What a card does anyway (caches, write buffers, gates) is never a fault and cannot be switched off.
 *
 * A list "NAME[=NUMBER],…" (sim_options.fault, `exosuit sim --fault`, fault= in a device URI) becomes an array of numbers;
 * 0 is "not asked for". Whoever implements a row reads its number through card_fault.
 */
#ifndef EXO_SIM_FAULT_H
#define EXO_SIM_FAULT_H

#include <stddef.h>
#include <stdint.h>

/* id, name, what its number is called ("": takes none), number if none is given (0: it must be), largest, facts, help */
#define SIM_FAULTS(ROW)                                                                                                          \
    ROW(ILLEGAL_AT, "illegal_at", "N", 0, UINT32_MAX, "Q-20", "dispatch N meets an illegal instruction")                         \
    ROW(PAGE_FAULT_AT, "page_fault_at", "N", 0, UINT32_MAX, "Q-09", "the code of dispatch N is not mapped")                      \
    ROW(HANG_AT, "hang_at", "N", 0, UINT32_MAX, "A-17", "dispatch N never ends")                                                 \
    ROW(LATE_START, "late_start", "US", 0, 900000, "P-02", "waves start so many microseconds after their packet was read")       \
    ROW(BAD_PACKET_AT, "bad_packet_at", "N", 0, UINT32_MAX, "Q-12", "dispatch N is an unknown packet")                           \
    ROW(DOORBELL_LOST_AT, "doorbell_lost_at", "N", 0, UINT32_MAX, "A-10", "doorbell N of the compute queues goes unheard")       \
    ROW(RESERVED_BITS, "reserved_bits", "", 1, 1, "Q-10", "a register write that sets unlisted bits is a verdict")

enum sim_fault_id {
#define SIM_FAULT_ID(id, name, argument, otherwise, most, facts, help) FAULT_##id,
    SIM_FAULTS(SIM_FAULT_ID)
#undef SIM_FAULT_ID
        FAULT_COUNT
};

struct sim_faults {
    uint64_t value[FAULT_COUNT];
};

/* Reads a list; NULL and "" are empty. 0, or -EINVAL with a sentence that names the word and what there is instead. */
int sim_faults_read(const char *list, struct sim_faults *faults_out, char *err, size_t err_size);

#endif
