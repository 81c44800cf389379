/*
 * waits_proof.c: looks for a path of a program on which a register is touched before the wait for it. What is known of a register
 * at a place is, for each counter, how many loads on it were at least issued since the one that still may write the register;
 * where paths meet, the least counts. So what is known only gets worse while paths are followed, and ends soon; it is never
 * better than what holds in any run, and a program without a hazard here has none.
 */
#include <stdlib.h>
#include <string.h>

#include "waits.h"

enum waits_proof { PROOF_UNKNOWN, PROOF_FOUND, PROOF_NOT_FOUND };

enum {
    FREE = 255,         /* nothing on its way; ages end at WAITS_COUNT_MAX, where no wait can tell more */
    JOINS_MAX = 8192,   /* more than that is not looked at */
    STEPS_MAX = 1 << 20 /* instructions, each as often as it is looked at */
};

struct known {
    uint8_t age[WAITS_COUNTERS][WAITS_REGISTERS];
    bool any_order; /* something on lgkmcnt that returns in no order may be on its way */
};

struct join {
    const struct inst *at;
    bool waiting; /* for its paths to be followed */
    struct known known;
};

struct proof {
    struct code_cache *cache;
    const struct wave *wave;
    struct join *joins;
    uint32_t joins_used, joins_room;
    uint32_t steps;
};

/* ---- what is known ---- */

static void forget_all(struct known *k)
{
    memset(k->age, FREE, sizeof k->age);
    k->any_order = false;
}

static void apply_wait(struct known *k, enum waits_counter c, uint8_t limit)
{
    bool in_order = c == WAITS_VM || (c == WAITS_LGKM && !k->any_order);
    if (limit == WAITS_NO_LIMIT || (limit != 0 && !in_order)) {
        return;
    }
    for (uint32_t reg = 0; reg < WAITS_REGISTERS; reg++) {
        k->age[c][reg] = k->age[c][reg] >= limit ? FREE : k->age[c][reg];
    }
    k->any_order = k->any_order && c != WAITS_LGKM;
}

static void apply_issue(struct known *k, const struct waits_effect *e)
{
    for (uint32_t c = 0; c < WAITS_COUNTERS; c++) {
        bool issued = e->issues >> c & 1;
        for (uint32_t reg = 0; issued && reg < WAITS_REGISTERS; reg++) {
            k->age[c][reg] += k->age[c][reg] < WAITS_COUNT_MAX;
        }
        memset(&k->age[c][e->brings.first], issued ? 0 : FREE, e->brings.count);
    }
    k->any_order = k->any_order || (e->any_order && e->issues >> WAITS_LGKM & 1);
}

static bool touches_too_early(const struct known *k, const struct waits_effect *e)
{
    for (uint32_t n = 0; n < e->touched; n++) {
        const struct waits_range *r = &e->touches[n];
        for (uint32_t c = 0; c < WAITS_COUNTERS; c++) {
            for (uint32_t reg = r->first; reg < r->first + (uint32_t)r->count; reg++) {
                if (k->age[c][reg] != FREE && !(r->ordered >> c & 1)) {
                    return true;
                }
            }
        }
    }
    return false;
}

/* What holds on both paths. True if `to` got worse. */
static bool merge(struct known *to, const struct known *from)
{
    uint8_t *a = &to->age[0][0], worse = 0;
    const uint8_t *b = &from->age[0][0];
    for (size_t n = 0; n < sizeof to->age; n++) {
        worse |= b[n] < a[n];
        a[n] = b[n] < a[n] ? b[n] : a[n];
    }
    worse |= from->any_order && !to->any_order;
    to->any_order |= from->any_order;
    return worse;
}

/* ---- paths ---- */

/* An instruction's `join` is a guess from whichever proof wrote it last. */
static struct join *find_join(struct proof *p, const struct inst *i)
{
    return i->join < p->joins_used && p->joins[i->join].at == i ? &p->joins[i->join] : NULL;
}

static struct join *add_join(struct proof *p, const struct inst *i)
{
    if (p->joins_used == p->joins_room) {
        uint32_t room = p->joins_room != 0 ? p->joins_room * 2 : 32;
        struct join *joins = room <= JOINS_MAX ? realloc(p->joins, room * sizeof *joins) : NULL;
        if (joins == NULL) {
            return NULL;
        }
        p->joins = joins;
        p->joins_room = room;
    }
    struct join *j = &p->joins[p->joins_used];
    j->at = i;
    j->waiting = false;
    forget_all(&j->known);
    ((struct inst *)i)->join = p->joins_used++; /* decoded code is the calling thread's own */
    return j;
}

/* A path comes to `i` with what is known. False: cannot be told. */
static bool arrive(struct proof *p, const struct inst *i, const struct known *k)
{
    struct join *j = i != NULL ? find_join(p, i) : NULL;
    bool fresh = i != NULL && j == NULL;
    j = fresh ? add_join(p, i) : j;
    if (j == NULL) {
        return false;
    }
    bool worse = merge(&j->known, k);
    j->waiting = j->waiting || worse || fresh;
    return true;
}

static uint64_t branch_target(const struct inst *i)
{
    return i->pc + 4 + (uint64_t)((int64_t)(int16_t)i->extra * 4);
}

/* Follows one path to its end, or to where it meets others. False: too early somewhere, or it cannot be told. */
static bool follow_path(struct proof *p, const struct inst *i, struct known *k)
{
    struct waits_effect e;
    for (const struct inst *first = i; i != NULL && ++p->steps < STEPS_MAX; i = code_cache_behind(p->cache, p->wave, i)) {
        if (i != first && find_join(p, i) != NULL) {
            return arrive(p, i, k);
        }
        if (i->row == NULL) { /* no instruction: a fault, and the end */
            return true;
        }
        waits_describe(i, p->wave->wave64, NULL, &e);
        for (uint32_t c = 0; c < WAITS_COUNTERS; c++) {
            apply_wait(k, (enum waits_counter)c, e.limit[c]);
        }
        if (touches_too_early(k, &e)) {
            return false;
        }
        if (e.issues != 0) {
            apply_issue(k, &e);
        }
        if (i->row->flags & ROW_BRANCH &&
            (!(i->row->flags & ROW_DIRECT) || !arrive(p, code_cache_at(p->cache, p->wave, branch_target(i)), k))) {
            return false;
        }
        if (i->row->flags & ROW_END) {
            return true;
        }
    }
    return false;
}

/* The lowest address first: mostly everything that comes to a place has then come before it is followed from there. */
static struct join *next_join(struct proof *p)
{
    struct join *next = NULL;
    for (uint32_t n = 0; n < p->joins_used; n++) {
        struct join *j = &p->joins[n];
        if (j->waiting && (next == NULL || j->at->pc < next->at->pc)) {
            next = j;
        }
    }
    return next;
}

static bool prove(struct proof *p, const struct inst *entry)
{
    struct known known;
    forget_all(&known);
    bool good = arrive(p, entry, &known);
    for (struct join *j = next_join(p); good && j != NULL; j = next_join(p)) {
        j->waiting = false;
        known = j->known;
        good = follow_path(p, j->at, &known);
    }
    return good;
}

bool waits_proven(struct code_cache *cache, const struct wave *w, uint64_t pc)
{
    struct proof p = {.cache = cache, .wave = w};
    const struct inst *entry = code_cache_at(cache, w, pc);
    if (entry == NULL) {
        return false;
    }
    if (entry->proof == PROOF_UNKNOWN) {
        ((struct inst *)entry)->proof = prove(&p, entry) ? PROOF_FOUND : PROOF_NOT_FOUND;
        free(p.joins);
    }
    return entry->proof == PROOF_FOUND;
}
