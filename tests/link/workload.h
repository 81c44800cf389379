/*
 * workload.h: a whole life of a device through exosuit.h: open, upload, load a kernel, encode a graph, replay it, download,
 * check, close. What the fault walk and the socket tests run.
 */
#ifndef TESTS_LINK_WORKLOAD_H
#define TESTS_LINK_WORKLOAD_H

#include "exosuit.h"

struct workload {
    /* in */
    const char *uri;
    unsigned replays;
    /* Called right before the first replay and after the last one is waited for; may be NULL. */
    void (*around_replays)(void *user, bool before);
    void *user;
    /* out */
    const char *step; /* the one that failed; "" if none did */
    int rc;
    char err[EXO_ERROR_SIZE]; /* the sentence */
    bool lost;                /* what exo_is_lost said at the end */
    bool wrong_result;        /* all went well but the numbers are wrong */
    uint64_t longest_us;      /* the slowest call, and which */
    const char *longest_step;
    struct exo_counters before, after, end; /* before and after the replays, and after the download */
};

#define WORKLOAD_OPEN_TIMEOUT_US 20000000u
#define WORKLOAD_WAIT_TIMEOUT_US 5000000u

/* Runs it; always closes what was opened. Returns w->rc. */
int workload_run(struct workload *w);

#endif
