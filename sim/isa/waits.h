/*
 * waits.h: waiting. The engine completes loads at once; hardware does not, and a kernel that uses a result before the s_waitcnt
 * (gfx12: s_wait_*) that covers it works here and fails there. It is a fault here as well.
 *
 * waits_describe says what one instruction waits for, touches, issues and brings. Two walk over that: waits_proven goes through a
 * program before it runs, along all of its branches at once, and finds for nearly every one that it never touches a register too
 * early: then nothing of this is on any path of its execution. A program for which it does not find that is decoded so that each
 * instruction executes through waits_exec, which keeps account of the wave's loads and decides.
 *
 * Nothing here locks; a wave, its account and its decoded code belong to one host thread.
 */
#ifndef EXO_SIM_ISA_WAITS_H
#define EXO_SIM_ISA_WAITS_H

#include "isa.h"

/* Counters, by what gfx11 calls them. gfx12: loadcnt, dscnt, and for scalar loads a counter of their own, kmcnt. */
enum waits_counter { WAITS_VM, WAITS_LGKM, WAITS_KM, WAITS_COUNTERS };

/* One numbering for all registers: scalar ones by operand number, then VGPRs. */
enum { WAITS_VGPR0 = 128, WAITS_REGISTERS = WAITS_VGPR0 + 256 };

enum {
    WAITS_COUNT_MAX = 63, /* what a counter holds at most; a wave that has so many loads on their way stalls */
    WAITS_NO_LIMIT = 255,
    WAITS_RANGES_MAX = 12
};

struct waits_range {
    uint16_t first, count; /* count 0: none */
    uint8_t ordered;       /* bits of counters: loads on these may be on their way to it, since they return in order */
};

struct waits_effect {
    uint8_t limit[WAITS_COUNTERS];                /* goes on when so many are on their way, or WAITS_NO_LIMIT */
    struct waits_range touches[WAITS_RANGES_MAX]; /* after that wait */
    uint32_t touched;                             /* of these */
    uint8_t issues;                               /* bits of counters it counts up … */
    bool any_order;                               /* … for what returns in no order */
    struct waits_range brings;                    /* registers that are written when it returns */
};

/* sgpr: the wave's, for instructions that choose registers by M0 or have a limit in a register. NULL: they may be any, so that
 * all registers are touched, and nothing is waited for. */
void waits_describe(const struct inst *i, bool wave64, const uint32_t *sgpr, struct waits_effect *effect_out);

struct waits_load {
    uint64_t number[WAITS_COUNTERS]; /* among those of its counter, from 1 on; 0: does not count there */
    uint64_t pc;
};

/* A wave's account. Zeroed: nothing is on its way. */
struct waits {
    uint64_t issued[WAITS_COUNTERS], done[WAITS_COUNTERS];
    uint64_t any_order_last; /* the last on lgkmcnt that returns in no order */
    struct waits_load last[WAITS_REGISTERS];
};

/* Executes i->exec_plain, if it touches no register that is still waited for; else the wave faults. */
void waits_exec(struct wave *w, const struct inst *i);

/* Whether no path from `pc` on touches a register before the wait for it. False also where that cannot be told: a jump to a
 * register's address, code that cannot be fetched, or more of it than is worth looking at. Decodes as for `w`, whose `waits` must
 * be NULL, and remembers the answer with the code. */
bool waits_proven(struct code_cache *cache, const struct wave *w, uint64_t pc);

#endif
