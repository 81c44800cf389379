/* clock.c: virtual time and the events on it. Events run when somebody accesses the card, which is the only way to notice. */
#include <time.h>

#include "card.h"

static uint64_t monotonic_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

void clock_create(struct sim_card *card)
{
    card->clock.start = monotonic_ns();
    atomic_store(&card->clock.next_due, UINT64_MAX);
}

uint64_t clock_now(struct sim_card *card)
{
    return monotonic_ns() - card->clock.start +
           atomic_load_explicit(&card->clock.accesses, memory_order_relaxed) * CLOCK_ACCESS_NS +
           atomic_load_explicit(&card->charge.link_ps, memory_order_relaxed) / 1000;
}

uint64_t clock_ticks(struct sim_card *card)
{
    return (monotonic_ns() - card->clock.start) / 10;
}

static void find_next(struct clock *c)
{
    uint64_t due = UINT64_MAX;
    for (uint32_t i = 0; i < c->event_count; i++) {
        if (c->events[i].due < due) {
            due = c->events[i].due;
        }
    }
    atomic_store(&c->next_due, due);
}

void clock_after(struct sim_card *card, uint64_t delay_ns, clock_event_fn *run, uint64_t arg)
{
    struct clock *c = &card->clock;
    if (c->event_count == CLOCK_MAX_EVENTS) { /* never in practice: each block has a handful outstanding */
        card_verdict(card, "the simulated card has more than %d things going on at once", CLOCK_MAX_EVENTS);
        run(card, arg);
        return;
    }
    c->events[c->event_count++] = (struct clock_event){clock_now(card) + delay_ns, run, arg};
    find_next(c);
}

void clock_forget(struct sim_card *card)
{
    card->clock.event_count = 0;
    atomic_store(&card->clock.next_due, UINT64_MAX);
}

/* The earliest event that is due, taken off the list. */
static bool take_due(struct clock *c, uint64_t now, struct clock_event *out)
{
    uint32_t best = UINT32_MAX;
    for (uint32_t i = 0; i < c->event_count; i++) {
        if (c->events[i].due <= now && (best == UINT32_MAX || c->events[i].due < c->events[best].due)) {
            best = i;
        }
    }
    if (best == UINT32_MAX) {
        return false;
    }
    *out = c->events[best];
    c->event_count--;
    for (uint32_t i = best; i < c->event_count; i++) {
        c->events[i] = c->events[i + 1];
    }
    find_next(c);
    return true;
}

void clock_run_due(struct sim_card *card)
{
    struct clock_event e;
    while (take_due(&card->clock, clock_now(card), &e)) {
        e.run(card, e.arg);
    }
}

void clock_access(struct sim_card *card)
{
    struct clock *c = &card->clock;
    uint64_t number = atomic_fetch_add_explicit(&c->accesses, 1, memory_order_relaxed) + 1;
    if (__builtin_expect(number == card_fault(card, FAULT_UNPLUG_AT), 0)) {
        sim_unplug(card);
    }
    if (__builtin_expect(number == card_fault(card, FAULT_SLEEP_AT), 0)) {
        pthread_mutex_lock(&card->lock);
        card_reset(card, true);
        pthread_mutex_unlock(&card->lock);
    }
    if (atomic_load_explicit(&c->next_due, memory_order_relaxed) > clock_now(card)) {
        return;
    }
    pthread_mutex_lock(&card->lock);
    clock_run_due(card);
    pthread_mutex_unlock(&card->lock);
}
