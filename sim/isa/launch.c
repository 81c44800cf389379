/*
 * launch.c: the engine behind compute.h: host threads that take work-groups of one dispatch after the other. The caller's thread
 * works along, so a dispatch of one work-group wakes nobody; helpers look for work a little while before they sleep.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "group.h"

enum { THREADS_MAX = 64, SPINS_FOR_WORK = 50, SPINS_FOR_OTHERS = 300 };

struct compute_engine {
    struct compute_memory memory;
    uint64_t watchdog; /* instructions of a wave */
    uint32_t sequence; /* counts dispatches */
    uint32_t threads;  /* the caller's among them */
    struct runner *runner[THREADS_MAX];
    pthread_t thread[THREADS_MAX]; /* 1 .. threads - 1 */
    uint32_t started;

    _Atomic uint64_t job_number; /* changes with every job: what helpers wait for */
    _Atomic uint64_t next_group;
    _Atomic uint64_t ended_groups; /* since the engine was made */
    _Atomic bool stop, failed;
    const struct launch *launch;
    struct cache_l2 *l2;

    pthread_mutex_t mutex; /* the rest, and job_number's changes */
    pthread_cond_t work, done;
    bool open, quit;         /* open: helpers may still join the job */
    _Atomic uint32_t active; /* helpers in it; changes under the mutex */
    struct compute_fault fault;
    struct compute_counters counters;
};

struct helper_start {
    struct compute_engine *engine;
    struct runner *runner;
};

/* About a microsecond; then whoever else wants this core may have it, since it may be the one that is waited for. */
static void pause_briefly(void)
{
    for (int n = 0; n < 32; n++) {
#if defined(__x86_64__) || defined(__i386__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        __asm__ volatile("yield");
#endif
    }
    sched_yield();
}

static void counters_move(struct compute_counters *to, struct compute_counters *from)
{
    uint64_t *sum = (uint64_t *)to;
    const uint64_t *add = (const uint64_t *)from;
    _Static_assert(sizeof *to % sizeof *sum == 0, "struct compute_counters holds 64-bit counts and nothing else");
    for (size_t n = 0; n < sizeof *to / sizeof *sum; n++) {
        sum[n] += add[n];
    }
    *from = (struct compute_counters){0};
}

/* Into the runner's own counters: what its decoded code and its caches have counted meanwhile. */
static void runner_tally(struct runner *r)
{
    struct cache *cache = &r->worker.cache;
    code_cache_tally(r->code, r->worker.counters.by_class);
    r->worker.counters.l0_lines += cache->l0_lines;
    r->worker.counters.l2_lines += cache->l2_lines;
    r->worker.counters.mall_lines += cache->mall_lines;
    cache->l0_lines = cache->l2_lines = cache->mall_lines = 0;
}

/* The first fault of a dispatch wins; the others stop at their next work-group. */
static void report_fault(struct compute_engine *e, const struct compute_fault *fault)
{
    pthread_mutex_lock(&e->mutex);
    if (e->fault.kind == COMPUTE_OK) {
        e->fault = *fault;
    }
    pthread_mutex_unlock(&e->mutex);
    atomic_store(&e->failed, true);
}

static void take_groups(struct compute_engine *e, struct runner *r, const struct launch *launch)
{
    if (!runner_fits(r, launch)) {
        return;
    }
    if (runner_begin(r, launch) != 0) {
        report_fault(e,
                     &(struct compute_fault){.kind = COMPUTE_FAULT_ILLEGAL, .text = "no host memory for the waves' registers"});
        return;
    }
    while (!atomic_load_explicit(&e->failed, memory_order_relaxed)) {
        uint64_t number = atomic_fetch_add(&e->next_group, 1);
        if (number >= launch->groups) {
            return;
        }
        if (runner_group(r, launch, number) != 0) {
            report_fault(e, r->fault);
        }
        atomic_fetch_add_explicit(&e->ended_groups, 1, memory_order_relaxed);
    }
}

uint64_t compute_ended_groups(const struct compute_engine *engine)
{
    return atomic_load_explicit(&engine->ended_groups, memory_order_relaxed);
}

static void work_on_job(struct compute_engine *e, struct runner *r, const struct launch *launch)
{
    take_groups(e, r, launch);
    runner_tally(r);
}

static void *helper_main(void *argument)
{
    struct helper_start start = *(struct helper_start *)argument;
    struct compute_engine *e = start.engine;
    uint64_t seen = 0;
    free(argument);
    for (;;) {
        for (int n = 0; n < SPINS_FOR_WORK && atomic_load_explicit(&e->job_number, memory_order_relaxed) == seen; n++) {
            pause_briefly();
        }
        pthread_mutex_lock(&e->mutex);
        while (!e->quit && atomic_load(&e->job_number) == seen) {
            pthread_cond_wait(&e->work, &e->mutex);
        }
        seen = atomic_load(&e->job_number);
        bool joins = e->open, quits = e->quit;
        e->active += joins;
        pthread_mutex_unlock(&e->mutex);
        if (quits) {
            return NULL;
        }
        if (joins) {
            work_on_job(e, start.runner, e->launch);
            pthread_mutex_lock(&e->mutex);
            counters_move(&e->counters, &start.runner->worker.counters);
            e->active--;
            pthread_cond_signal(&e->done);
            pthread_mutex_unlock(&e->mutex);
        }
    }
}

static int start_helpers(struct compute_engine *e)
{
    for (uint32_t n = 1; n < e->threads; n++) {
        struct helper_start *start = malloc(sizeof *start);
        if (start == NULL) {
            return -ENOMEM;
        }
        *start = (struct helper_start){e, e->runner[n]};
        int failed = pthread_create(&e->thread[n], NULL, helper_main, start);
        if (failed != 0) {
            free(start);
            return -failed;
        }
        e->started++;
    }
    return 0;
}

int compute_create(const struct compute_memory *memory, uint32_t worker_threads, bool check_all,
                   struct compute_engine **engine_out)
{
    struct compute_engine *e = calloc(1, sizeof *e);
    if (e == NULL) {
        return -ENOMEM;
    }
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    e->threads = worker_threads != 0 ? worker_threads : cores > 0 ? (uint32_t)cores : 1;
    e->threads = e->threads > THREADS_MAX ? THREADS_MAX : e->threads;
    e->watchdog = UINT64_C(1) << 28;
    e->memory = *memory;
    pthread_mutex_init(&e->mutex, NULL);
    pthread_cond_init(&e->work, NULL);
    pthread_cond_init(&e->done, NULL);
    int failed = 0;
    e->l2 = cache_create();
    failed = e->l2 ? 0 : -ENOMEM;
    for (uint32_t n = 0; n < e->threads && failed == 0; n++) {
        failed = runner_create(&e->memory, n, check_all, &e->runner[n]);
        if (failed == 0) {
            e->runner[n]->worker.cache.l2 = e->l2;
        }
    }
    if (failed == 0) {
        failed = start_helpers(e);
    }
    if (failed != 0) {
        compute_destroy(e);
        return failed;
    }
    *engine_out = e;
    return 0;
}

void compute_destroy(struct compute_engine *e)
{
    if (e == NULL) {
        return;
    }
    pthread_mutex_lock(&e->mutex);
    e->quit = true;
    atomic_fetch_add(&e->job_number, 1);
    pthread_cond_broadcast(&e->work);
    pthread_mutex_unlock(&e->mutex);
    for (uint32_t n = 1; n <= e->started; n++) {
        pthread_join(e->thread[n], NULL);
    }
    for (uint32_t n = 0; n < e->threads; n++) {
        runner_destroy(e->runner[n]);
    }
    cache_destroy(e->l2);
    pthread_cond_destroy(&e->work);
    pthread_cond_destroy(&e->done);
    pthread_mutex_destroy(&e->mutex);
    free(e);
}

static void open_job(struct compute_engine *e, const struct launch *launch)
{
    e->launch = launch;
    e->fault = (struct compute_fault){0};
    e->counters = (struct compute_counters){0};
    atomic_store(&e->next_group, 0);
    atomic_store(&e->failed, false);
    if (launch->groups > 1 && e->threads > 1) {
        pthread_mutex_lock(&e->mutex);
        e->open = true;
        atomic_fetch_add(&e->job_number, 1);
        pthread_cond_broadcast(&e->work);
        pthread_mutex_unlock(&e->mutex);
    }
}

static void close_job(struct compute_engine *e)
{
    pthread_mutex_lock(&e->mutex);
    e->open = false;
    pthread_mutex_unlock(&e->mutex);
    for (int n = 0; n < SPINS_FOR_OTHERS && atomic_load_explicit(&e->active, memory_order_relaxed) != 0; n++) {
        pause_briefly(); /* the last work-groups end within microseconds of one another, sooner than a sleeper wakes */
    }
    pthread_mutex_lock(&e->mutex);
    while (e->active != 0) {
        pthread_cond_wait(&e->done, &e->mutex);
    }
    counters_move(&e->counters, &e->runner[0]->worker.counters);
    pthread_mutex_unlock(&e->mutex);
}

int compute_run(struct compute_engine *e, const struct compute_dispatch *dispatch, struct compute_counters *counters,
                struct compute_fault *fault_out)
{
    struct launch launch;
    *fault_out = (struct compute_fault){0};
    if (launch_prepare(&launch, dispatch, fault_out) != 0) {
        return -EIO;
    }
    atomic_store(&e->stop, false);
    launch.watchdog = e->watchdog;
    launch.sequence = e->sequence++;
    launch.stop = &e->stop;
    open_job(e, &launch);
    work_on_job(e, e->runner[0], &launch);
    close_job(e);
    counters_move(counters, &e->counters);
    *fault_out = e->fault;
    return e->fault.kind == COMPUTE_OK ? 0 : -EIO;
}

void compute_set_watchdog(struct compute_engine *e, uint64_t instructions)
{
    e->watchdog = instructions;
}

void compute_stop(struct compute_engine *e)
{
    atomic_store(&e->stop, true);
}

int compute_set_mall(struct compute_engine *e, uint64_t bytes)
{
    uint64_t banks = bytes / (CACHE_LINE_BYTES * CACHE_MALL_WAYS);
    uint32_t shift = 0;
    for (; banks != 0 && banks % 2 == 0; shift++) {
        banks /= 2;
    }
    free(e->l2->mall);
    e->l2->mall = NULL;
    if (banks == 0) {
        return 0;
    }
    e->l2->mall_shift = shift;
    e->l2->mall_banks = banks;
    e->l2->mall_inverse = (UINT64_C(1) << 34) / banks + 1;
    e->l2->mall = calloc(banks << shift, CACHE_MALL_WAYS * sizeof *e->l2->mall);
    return e->l2->mall != NULL ? 0 : -ENOMEM;
}

struct cache_l2 *compute_caches(struct compute_engine *e)
{
    return e->l2;
}

void compute_invalidate_icache(struct compute_engine *e)
{
    for (uint32_t n = 0; n < e->threads; n++) {
        code_cache_invalidate(e->runner[n]->code);
    }
}
