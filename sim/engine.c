/* engine.c: the thread of an engine. It sleeps until rung, works until nothing is left, and can be stopped for a reset. */
#include <errno.h>
#include <sched.h>
#include <time.h>

#include "card.h"

#define SPINS 1000       /* looks at the bell before sleeping, some microseconds: a wake-up costs more */
#define EAGER_RETRIES 20 /* of a blocked engine, before it starts to nap */

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void nap(void)
{
    struct timespec t = {0, 20000};
    nanosleep(&t, NULL);
}

/* Waits for the next ring. card.lock held on entry and exit. False: the card is powered off. */
static bool wait_for_ring(struct engine *e)
{
    struct sim_card *card = e->card;
    pthread_mutex_unlock(&card->lock);
    for (int i = 0; i < SPINS && !atomic_load_explicit(&e->rung, memory_order_acquire); i++) {
        relax();
    }
    pthread_mutex_lock(&card->lock);
    atomic_store(&e->asleep, true);
    while (!atomic_load(&card->quit) && (!atomic_load(&e->rung) || atomic_load(&card->stopping))) {
        pthread_cond_wait(&e->wake, &card->lock);
    }
    atomic_store(&e->asleep, false);
    return !atomic_load(&card->quit);
}

static void *engine_main(void *arg)
{
    struct engine *e = arg;
    struct sim_card *card = e->card;
    uint32_t retries = 0;
    pthread_mutex_lock(&card->lock);
    while (wait_for_ring(e)) {
        e->busy = true;
        atomic_store(&e->rung, 0);
        pthread_mutex_unlock(&card->lock);
        if (e->step(e) == ENGINE_BLOCKED) {
            atomic_fetch_add(&e->rung, 1);
            if (++retries < EAGER_RETRIES) {
                sched_yield();
            } else {
                nap();
            }
        } else {
            retries = 0;
        }
        pthread_mutex_lock(&card->lock);
        e->busy = false;
        pthread_cond_broadcast(&card->idle);
    }
    pthread_mutex_unlock(&card->lock);
    return NULL;
}

int engine_start(struct engine *e, struct sim_card *card, const char *name, enum engine_result (*step)(struct engine *e))
{
    e->card = card;
    e->name = name;
    e->step = step;
    pthread_cond_init(&e->wake, NULL);
    int failed = pthread_create(&e->thread, NULL, engine_main, e);
    e->started = !failed;
    return -failed;
}

void engine_ring(struct engine *e)
{
    atomic_fetch_add_explicit(&e->rung, 1, memory_order_acq_rel);
    pthread_cond_signal(&e->wake);
}

void engine_join(struct engine *e)
{
    if (!e->started) {
        return;
    }
    pthread_mutex_lock(&e->card->lock);
    pthread_cond_broadcast(&e->wake);
    pthread_mutex_unlock(&e->card->lock);
    pthread_join(e->thread, NULL);
    pthread_cond_destroy(&e->wake);
    e->started = false;
}

bool engine_is_caller(const struct sim_card *card)
{
    const struct engine *all[] = {&card->mec.engine, &card->sdma[0].engine, &card->sdma[1].engine};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (all[i]->started && pthread_equal(all[i]->thread, pthread_self())) {
            return true;
        }
    }
    return false;
}
