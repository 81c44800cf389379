/*
 * host.c: runs the host build of the kernels: a work-group's items as fibres on one thread, wave by wave. An item runs until it
 * ends or needs other lanes; a wave runs until all its lanes ended or stand at the group's barrier. Lanes that can never meet
 * (an operation across the wave inside a branch) are a bug in the kernel and stop the process.
 */
#include "gpu.h"

#include "fibre.h"
#include "images.h"
#include "table.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { MAX_ITEMS = 256, MAX_WAVES = MAX_ITEMS / 32, SLOT_BYTES = 64, STACK_BYTES = 256 * 1024 };

enum item_state { ITEM_RUNNING, ITEM_AT_BARRIER, ITEM_ENDED };

struct host_wave {
    uint32_t arrived, generation;
    _Alignas(64) uint8_t slots[2][32 * SLOT_BYTES]; /* by parity of the generation: a lane is at most one exchange ahead */
};

struct host_worker {
    struct host_item now; /* the item being run */
    void (*body)(const void *args);
    const void *args;
    uint32_t items, at_barrier, barrier_generation;
    bool progress;
    enum item_state state[MAX_ITEMS];
    struct host_wave wave[MAX_WAVES];
    struct fibre main, fibre[MAX_ITEMS];
    uint8_t *stacks;
};

static _Thread_local struct host_worker *worker; /* the calling thread's own, made at its first group, freed at its end */
static pthread_key_t worker_key;
static pthread_once_t worker_once = PTHREAD_ONCE_INIT;

static void worker_free(void *p)
{
    struct host_worker *w = p;
    munmap(w->stacks, (size_t)MAX_ITEMS * STACK_BYTES);
    free(w);
}

static void worker_key_make(void)
{
    if (pthread_key_create(&worker_key, worker_free) != 0) {
        abort();
    }
}

static void worker_make(void)
{
    pthread_once(&worker_once, worker_key_make);
    struct host_worker *w = aligned_alloc(64, (sizeof(*w) + 63) & ~(size_t)63);
    if (!w) {
        abort();
    }
    memset(w, 0, sizeof(*w));
    w->stacks = mmap(NULL, (size_t)MAX_ITEMS * STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (w->stacks == MAP_FAILED) {
        abort();
    }
    for (uint32_t i = 0; i < MAX_ITEMS; i++) {
        w->fibre[i].stack = w->stacks + (size_t)i * STACK_BYTES;
        w->fibre[i].stack_bytes = STACK_BYTES;
    }
    pthread_setspecific(worker_key, w);
    worker = w;
}

const struct host_item *exo_host_item(void)
{
    return &worker->now;
}

static void item_yield(void)
{
    struct host_worker *w = worker;
    exo_fibre_switch(&w->fibre[w->now.item], &w->main, 0);
}

void exo_host_barrier(void)
{
    struct host_worker *w = worker;
    uint32_t generation = w->barrier_generation;
    w->state[w->now.item] = ITEM_AT_BARRIER;
    w->progress = true;
    if (++w->at_barrier == w->items) {
        w->at_barrier = 0;
        w->barrier_generation++;
        for (uint32_t i = 0; i < w->items; i++) {
            w->state[i] = ITEM_RUNNING;
        }
        return;
    }
    while (w->barrier_generation == generation) {
        item_yield();
    }
}

const uint8_t *exo_host_exchange(const void *in, uint32_t size)
{
    struct host_worker *w = worker;
    struct host_wave *wave = &w->wave[w->now.item / 32];
    uint32_t generation = wave->generation;
    uint8_t *slots = wave->slots[generation & 1];
    memcpy(slots + (w->now.item & 31) * SLOT_BYTES, in, size);
    w->progress = true;
    if (++wave->arrived == 32) {
        wave->arrived = 0;
        wave->generation++;
        return slots;
    }
    while (wave->generation == generation) {
        item_yield();
    }
    return slots;
}

static void item_entry(void)
{
    struct host_worker *w = worker;
    uint32_t item = w->now.item;
    exo_fibre_arrived(&w->fibre[item]);
    w->body(w->args);
    w->state[item] = ITEM_ENDED;
    w->progress = true;
    exo_fibre_switch(&w->fibre[item], &w->main, 1);
}

static bool wave_step(struct host_worker *w, uint32_t first) /* false: nothing left to run before the next barrier */
{
    bool running = false;
    for (uint32_t i = first; i < first + 32; i++) {
        if (w->state[i] == ITEM_RUNNING) {
            running = true;
            w->now.item = i;
            exo_fibre_switch(&w->main, &w->fibre[i], 0);
        }
    }
    return running;
}

static void run_group(void (*body)(const void *), const void *args, const uint32_t group[3], uint32_t items)
{
    if (!worker) {
        worker_make();
    }
    struct host_worker *w = worker;
    if (items == 0 || items > MAX_ITEMS || items % 32) {
        abort();
    }
    w->body = body;
    w->args = args;
    w->items = items;
    w->at_barrier = 0;
    memcpy(w->now.group, group, sizeof(w->now.group));
    for (uint32_t i = 0; i < items; i++) {
        w->state[i] = ITEM_RUNNING;
        exo_fibre_start(&w->fibre[i], item_entry);
    }
    for (uint32_t i = 0; i < items / 32; i++) {
        w->wave[i].arrived = 0;
    }
    for (bool more = true; more;) {
        more = false;
        for (uint32_t first = 0; first < items; first += 32) {
            w->progress = true;
            while (w->progress) {
                w->progress = false;
                if (!wave_step(w, first)) {
                    break;
                }
                more = true;
            }
        }
    }
    for (uint32_t i = 0; i < items; i++) {
        if (w->state[i] != ITEM_ENDED) {
            abort(); /* lanes wait for lanes that will not come */
        }
    }
}

#define X(symbol, args_type, count)                                                                                              \
    void exo_host_##symbol(const void *args);                                                                                    \
    static void run_##symbol(const void *args, const uint32_t group[3], const uint32_t groups[3], uint32_t items)                \
    {                                                                                                                            \
        (void)groups;                                                                                                            \
        run_group(exo_host_##symbol, args, group, items);                                                                        \
    }
EXO_KERNEL_ROWS(X)
#undef X

#define X(symbol, args_type, count) {#symbol, (uint32_t)sizeof(struct args_type), count, run_##symbol},
const struct kernel_host_entry kernel_host_entries[] = {EXO_KERNEL_ROWS(X)};
#undef X
const size_t kernel_host_entry_count = EXO_KERNEL_COUNT;
