/*
 * posted.c: writes through BARs that are held back until a read pushes them or some time has passed, and that arrive in another
 * order than they were made (N-06: a pointer in memory and the doorbell behind it passed each other). Order holds within one BAR
 * only. Doorbells arrive first and memory last, which is worst for who relies on the order. Only with the fault "posted": links
 * that keep all writes in order are what drivers were seen to work on.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "card.h"

static const uint8_t order[] = {BAR_DOORBELLS, BAR_REGISTERS, BAR_VRAM};
#define ORDER_BARS 3
#define HEAD_START_MS 200

struct held_write {
    struct held_write *next;
    uint64_t offset;
    size_t size;
    uint8_t data[];
};

struct posted {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool started, quit, any;
    struct held_write *first[ORDER_BARS], **end[ORDER_BARS];
};

static bool is_at_work(struct sim_card *card)
{
    const struct engine *all[] = {&card->mec.engine, &card->sdma[0].engine, &card->sdma[1].engine};
    bool at_work = false;
    pthread_mutex_lock(&card->lock);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        at_work |= all[i]->busy || atomic_load(&all[i]->rung);
    }
    pthread_mutex_unlock(&card->lock);
    return at_work;
}

/* Until the engines that doorbells have woken are through with what they found; those that wait for memory keep at it. */
static void give_head_start(struct sim_card *card)
{
    const struct timespec t = {0, 1000000};
    for (int ms = 0; ms < HEAD_START_MS && is_at_work(card); ms++) {
        nanosleep(&t, NULL);
    }
}

static void push_locked(struct sim_card *card)
{
    struct posted *p = card->posted;
    bool rang = false;
    for (int i = 0; i < ORDER_BARS; i++) {
        if (i == 1 && rang && (p->first[1] || p->first[2])) {
            give_head_start(card);
        }
        rang |= i == 0 && p->first[i];
        while (p->first[i]) {
            struct held_write *w = p->first[i];
            p->first[i] = w->next;
            if (!atomic_load(&card->unplugged) && !p->quit) {
                card_bar_arrived(card, order[i], w->offset, w->data, w->size);
            }
            free(w);
        }
        p->end[i] = &p->first[i];
    }
    p->any = false;
}

void posted_push(struct sim_card *card)
{
    struct posted *p = card->posted;
    if (p) {
        pthread_mutex_lock(&p->lock);
        push_locked(card);
        pthread_mutex_unlock(&p->lock);
    }
}

bool posted_hold(struct sim_card *card, uint8_t bar, uint64_t offset, const void *src, size_t size)
{
    struct posted *p = card->posted;
    struct held_write *w = p ? malloc(sizeof(*w) + size) : NULL;
    int i = 0;
    if (!w) {
        return false;
    }
    *w = (struct held_write){.offset = offset, .size = size};
    memcpy(w->data, src, size);
    while (order[i] != bar) {
        i++;
    }
    pthread_mutex_lock(&p->lock);
    *p->end[i] = w;
    p->end[i] = &w->next;
    p->any = true;
    pthread_cond_signal(&p->wake);
    pthread_mutex_unlock(&p->lock);
    return true;
}

/* Pushes what nobody's read has pushed. */
static void *posted_main(void *arg)
{
    struct sim_card *card = arg;
    struct posted *p = card->posted;
    uint64_t us = card_fault(card, FAULT_POSTED);
    pthread_mutex_lock(&p->lock);
    while (!p->quit) {
        if (!p->any) {
            pthread_cond_wait(&p->wake, &p->lock);
            continue;
        }
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += (long)us * 1000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        while (!p->quit && pthread_cond_timedwait(&p->wake, &p->lock, &until) != ETIMEDOUT) {
        }
        push_locked(card);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

int posted_create(struct sim_card *card)
{
    if (!card_fault(card, FAULT_POSTED)) {
        return 0;
    }
    struct posted *p = card->posted = calloc(1, sizeof(*p));
    if (!p) {
        return -ENOMEM;
    }
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, NULL);
    for (int i = 0; i < ORDER_BARS; i++) {
        p->end[i] = &p->first[i];
    }
    int failed = pthread_create(&p->thread, NULL, posted_main, card);
    p->started = !failed;
    return -failed;
}

void posted_destroy(struct sim_card *card)
{
    struct posted *p = card->posted;
    if (!p) {
        return;
    }
    pthread_mutex_lock(&p->lock);
    p->quit = true;
    pthread_cond_signal(&p->wake);
    pthread_mutex_unlock(&p->lock);
    if (p->started) {
        pthread_join(p->thread, NULL);
    }
    push_locked(card);
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
    free(p);
    card->posted = NULL;
}
