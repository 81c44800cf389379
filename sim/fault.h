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
    ROW(POISON, "poison", "SEED", 1, UINT32_MAX, "Q-21", "memory starts as random bits of this seed")                            \
    ROW(WRONG_COPY_AT, "wrong_copy_at", "N", 0, UINT32_MAX, "Q-12", "SDMA copy N moves wrong bytes; its fence completes")        \
    ROW(STALE_REPORT, "stale_report", "", 1, 1, "Q-05", "read pointers are not reported to memory, only registers have them")    \
    ROW(NO_ACK, "no_ack", "", 1, 1, "A-02", "the graphics hub never acknowledges a TLB invalidation")                            \
    ROW(POSTED, "posted", "US", 50, 1000000, "N-06", "BAR writes are held back so long, then doorbells first and memory last")   \
    ROW(READY_AFTER, "ready_after", "MS", 0, 100000, "A-03", "the card's own firmware is ready so late after power-on")          \
    ROW(RETRY_READS, "retry_reads", "N", 0, 100000, "T-42", "config reads that say \"retry\" after a reset; 3 unless asked")     \
    ROW(RESET_NOTHING, "reset_nothing", "", 1, 1, "T-21", "a reset says that it worked and does nothing")                        \
    ROW(SLEEP_AT, "sleep_at", "N", 0, UINT32_MAX, "T-50", "before access N the computer slept: powered anew, config cleared")    \
    ROW(UNPLUG_AT, "unplug_at", "N", 0, UINT32_MAX, "T-42", "at access N the card leaves the bus")                               \
    ROW(SEGMENTS, "segments", "N", 0, 32, "T-18", "host memory comes in so many pieces that do not touch")                       \
    ROW(DMA_MIB, "dma_mib", "N", 0, 65536, "T-31", "budget of host memory")                                                      \
    ROW(ALLOC_FAIL_AT, "alloc_fail_at", "N", 0, UINT32_MAX, "T-31", "allocation N of host memory fails")                         \
    ROW(HANG_REQUEST_AT, "hang_request_at", "N", 0, UINT32_MAX, "T-24", "request N over a socket is never answered")             \
    ROW(END_REQUEST_AT, "end_request_at", "N", 0, UINT32_MAX, "T-20", "the server dies at request N")                            \
    ROW(SPLIT_REPLIES, "split_replies", "", 1, 1, "T-22", "replies over a socket come byte by byte")

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
