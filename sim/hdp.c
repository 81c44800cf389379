/*
 * hdp.c: the host data path: what the host writes through BAR0 stays in a buffer until it is flushed. The host itself
 * reads through it and sees what it wrote; everybody else sees what was in VRAM before, and an engine that reads there is a
 * verdict.
 *
 * The buffer is larger than any chip's: how much of a driver's unflushed data arrives by itself, and when, is nothing to rely on.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "card.h"

#define HDP_PAGE 4096u
#define HDP_PAGES 4096 /* held at once; then all are let go */

struct hdp_page {
    uint64_t number;
    uint64_t written[HDP_PAGE / 4 / 64]; /* a bit per dword */
    uint8_t data[HDP_PAGE];
};

int hdp_create(struct sim_card *card)
{
    struct hdp *h = &card->hdp;
    pthread_mutex_init(&h->lock, NULL);
    h->page_of = calloc(card->bar0_bytes / HDP_PAGE, sizeof(*h->page_of));
    h->held = calloc(HDP_PAGES, sizeof(*h->held));
    return h->page_of && h->held ? 0 : -ENOMEM;
}

static void drop(struct hdp *h)
{
    for (uint32_t i = 0; i < h->count; i++) {
        h->page_of[h->held[i]->number] = NULL;
        free(h->held[i]);
    }
    h->count = 0;
    atomic_store(&h->any, false);
}

void hdp_destroy(struct sim_card *card)
{
    struct hdp *h = &card->hdp;
    if (h->page_of && h->held) {
        drop(h);
    }
    free(h->page_of);
    free(h->held);
    pthread_mutex_destroy(&h->lock);
}

static bool is_written(const struct hdp_page *p, uint32_t dword)
{
    return p->written[dword / 64] >> (dword % 64) & 1;
}

/* Into VRAM, aligned pairs of dwords at once as the bus carries them: page-table walkers read entries meanwhile. */
static void let_go(struct sim_card *card, const struct hdp_page *p)
{
    uint8_t *to = vram_at(card, p->number * HDP_PAGE, HDP_PAGE);
    for (uint32_t d = 0; d < HDP_PAGE / 4; d++) {
        bool both = d % 2 == 0 && is_written(p, d) && is_written(p, d + 1);
        if (both) {
            uint64_t word;
            memcpy(&word, p->data + 4 * d, 8);
            cache_foreign_write(card->caches, to + 4 * d, 8);
            __atomic_store_n((uint64_t *)(void *)(to + 4 * d), word, __ATOMIC_RELAXED);
            d++;
        } else if (is_written(p, d)) {
            uint32_t word;
            memcpy(&word, p->data + 4 * d, 4);
            cache_foreign_write(card->caches, to + 4 * d, 4);
            __atomic_store_n((uint32_t *)(void *)(to + 4 * d), word, __ATOMIC_RELAXED);
        }
    }
}

static void flush_locked(struct sim_card *card)
{
    struct hdp *h = &card->hdp;
    for (uint32_t i = 0; i < h->count; i++) {
        let_go(card, h->held[i]);
    }
    drop(h);
}

void hdp_flush(struct sim_card *card)
{
    struct hdp *h = &card->hdp;
    if (atomic_load(&h->any)) {
        pthread_mutex_lock(&h->lock);
        flush_locked(card);
        pthread_mutex_unlock(&h->lock);
    }
}

/* The page, made if it is not held yet; NULL: no memory. */
static struct hdp_page *hold(struct sim_card *card, uint64_t number)
{
    struct hdp *h = &card->hdp;
    if (h->page_of[number]) {
        return h->page_of[number];
    }
    if (h->count == HDP_PAGES) {
        flush_locked(card);
    }
    struct hdp_page *p = calloc(1, sizeof(*p));
    if (p) {
        p->number = number;
        h->page_of[number] = h->held[h->count++] = p;
        atomic_store(&h->any, true);
    }
    return p;
}

void hdp_write(struct sim_card *card, uint64_t offset, const uint8_t *src, uint64_t size)
{
    struct hdp *h = &card->hdp;
    pthread_mutex_lock(&h->lock);
    while (size) {
        uint64_t inside = offset % HDP_PAGE, piece = size < HDP_PAGE - inside ? size : HDP_PAGE - inside;
        struct hdp_page *p = hold(card, offset / HDP_PAGE);
        for (uint64_t d = inside / 4; p && d < (inside + piece) / 4; d++) {
            p->written[d / 64] |= UINT64_C(1) << (d % 64);
        }
        if (p) {
            memcpy(p->data + inside, src, piece);
        }
        offset += piece, src += piece, size -= piece;
    }
    pthread_mutex_unlock(&h->lock);
}

/* The dwords in [offset, offset + size) that are held, put into dst if there is one. How many. */
static uint64_t collect(struct sim_card *card, uint64_t offset, uint8_t *dst, uint64_t size)
{
    struct hdp *h = &card->hdp;
    uint64_t end = offset + size < card->bar0_bytes ? offset + size : card->bar0_bytes, found = 0;
    if (!atomic_load_explicit(&h->any, memory_order_relaxed)) {
        return 0;
    }
    pthread_mutex_lock(&h->lock);
    for (uint64_t at = offset & ~UINT64_C(3); at < end; at += 4) {
        const struct hdp_page *p = h->page_of[at / HDP_PAGE];
        if (!p) {
            at |= HDP_PAGE - 4; /* the page's last dword */
            continue;
        }
        uint32_t d = (uint32_t)(at % HDP_PAGE / 4);
        if (is_written(p, d)) {
            found++;
            if (dst) {
                memcpy(dst + (at - offset), p->data + 4 * d, 4);
            }
        }
    }
    pthread_mutex_unlock(&h->lock);
    return found;
}

void hdp_read(struct sim_card *card, uint64_t offset, void *dst, uint64_t size)
{
    (void)collect(card, offset, dst, size);
}

void hdp_check(struct sim_card *card, uint64_t offset, uint64_t size, const char *who)
{
    if (collect(card, offset, NULL, size)) {
        card_verdict(card, "%s read VRAM offset 0x%llx, written through BAR0 and not flushed from the HDP (Q-16)", who,
                     (unsigned long long)offset);
    }
}

static void flush_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)index, (void)old, (void)value;
    hdp_flush(card);
}

/* A request by an engine: the same bits come up in the DONE register next to it. */
static void request_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)index, (void)old;
    hdp_flush(card);
    reg_set(card, hook->id + 1u, value);
}

static const struct part_hook hdp_hooks[] = {
    {R_HDP_MEM_COHERENCY_FLUSH_CNTL, 1, 0, flush_written, NULL},
    {R_BIF_BX_PF0_GPU_HDP_FLUSH_REQ, 1, 0, request_written, NULL},
};

static void hdp_reset(struct sim_card *card)
{
    hdp_flush(card);
}

const struct part hdp_part = {"hdp", hdp_hooks, sizeof(hdp_hooks) / sizeof(hdp_hooks[0]), hdp_reset};
