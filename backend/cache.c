#include "cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Words that describe a tensor: kind, address, ne, nb. */
#define TENSOR_WORDS 10
#define NODE_WORDS (TENSOR_WORDS + 1 + GGML_MAX_OP_PARAMS / 8 + GGML_MAX_SRC * TENSOR_WORDS)

static uint64_t *put_tensor(uint64_t *w, const struct ggml_tensor *t)
{
    *w++ = (uint64_t)t->type;
    *w++ = (uint64_t)(uintptr_t)t->data;
    for (int i = 0; i < GGML_MAX_DIMS; i++) {
        *w++ = (uint64_t)t->ne[i];
    }
    for (int i = 0; i < GGML_MAX_DIMS; i++) {
        *w++ = (uint64_t)t->nb[i];
    }
    return w;
}

/* All that decides which commands a node becomes, its uses included: they decide what may be fused. */
static uint64_t *put_node(uint64_t *w, struct ggml_cgraph *g, int index)
{
    const struct ggml_tensor *t = g->nodes[index];
    uint64_t sources = 0;
    uint64_t uses = g->use_counts ? (uint64_t)ggml_node_get_use_count(g, index) : 0;
    w = put_tensor(w, t);
    memcpy(w, t->op_params, GGML_MAX_OP_PARAMS / 8 * 8);
    w += GGML_MAX_OP_PARAMS / 8;
    uint64_t *head = w++;
    for (int i = 0; i < GGML_MAX_SRC; i++) {
        if (!t->src[i]) {
            continue;
        }
        w = put_tensor(w, t->src[i]);
        sources |= 1ull << i;
    }
    *head =
        (uint64_t)t->op | (uint64_t)(uint32_t)t->flags << 16 | sources << 32 | uses << 44 | (uint64_t)(t->view_src != NULL) << 63;
    return w;
}

static uint64_t hash_words(const uint64_t *w, size_t count)
{
    uint64_t h = 0x9e3779b97f4a7c15ull ^ count;
    for (size_t i = 0; i < count; i++) {
        h ^= w[i];
        h *= 0xff51afd7ed558ccdull;
        h ^= h >> 32;
    }
    return h;
}

/* Writes the description into cache->scratch; returns its length, 0 without memory. */
static size_t describe(struct bk_cache *cache, struct ggml_cgraph *g)
{
    size_t most = (size_t)g->n_nodes * NODE_WORDS + 1;
    if (most > cache->scratch_words) {
        uint64_t *more = realloc(cache->scratch, most * sizeof(*more));
        if (!more) {
            return 0;
        }
        cache->scratch = more;
        cache->scratch_words = most;
    }
    uint64_t *w = cache->scratch;
    *w++ = (uint64_t)g->n_nodes;
    for (int i = 0; i < g->n_nodes; i++) {
        w = put_node(w, g, i);
    }
    return (size_t)(w - cache->scratch);
}

static void drop(struct bk_cache *cache, struct bk_device *dev, struct bk_plan *plan)
{
    cache->content_words -= plan->content_words;
    bk_plan_free(dev, plan);
}

/* A free place, made by dropping the least recently used plan if there is none (or too much is remembered). */
static struct bk_plan *place(struct bk_cache *cache, struct bk_device *dev, size_t words)
{
    for (;;) {
        struct bk_plan *oldest = NULL, *empty = NULL;
        for (uint32_t i = 0; i < BK_PLANS; i++) {
            struct bk_plan *p = &cache->plans[i];
            if (!p->content) {
                empty = p;
            } else if (!oldest || p->last_used < oldest->last_used) {
                oldest = p;
            }
        }
        if (empty && (!oldest || cache->content_words + words <= BK_CONTENT_WORDS)) {
            return empty;
        }
        drop(cache, dev, oldest);
    }
}

static int make(struct bk_cache *cache, struct bk_device *dev, struct ggml_cgraph *g, size_t words, struct bk_plan **plan_out)
{
    struct bk_plan *p = place(cache, dev, words);
    p->content = malloc(words * sizeof(uint64_t));
    if (!p->content) {
        return -ENOMEM;
    }
    memcpy(p->content, cache->scratch, words * sizeof(uint64_t));
    p->content_words = words;
    cache->content_words += words;
    int rc = bk_plan_build(dev, p, g);
    if (rc) {
        drop(cache, dev, p);
    } else {
        *plan_out = p;
    }
    return rc;
}

/* A graph that ggml has not changed since it was last seen: one look, however many plans there are. */
static struct bk_plan *find_mark(struct bk_cache *cache, const struct ggml_cgraph *cgraph)
{
    struct bk_plan *p = cgraph->uid ? cache->by_mark[cgraph->uid % BK_MARKS] : NULL;
    return p && p->content && p->uid == cgraph->uid && p->content[0] == (uint64_t)cgraph->n_nodes ? p : NULL;
}

int bk_cache_get(struct bk_cache *cache, struct bk_device *dev, struct ggml_cgraph *cgraph, struct bk_plan **plan_out)
{
    struct bk_plan *known = find_mark(cache, cgraph);
    if (known) {
        known->last_used = ++dev->clock;
        dev->stats.plans_known++;
        *plan_out = known;
        return 0;
    }
    size_t words = describe(cache, cgraph);
    if (!words) {
        return -ENOMEM;
    }
    uint64_t hash = hash_words(cache->scratch, words);
    struct bk_plan *found = NULL;
    for (uint32_t i = 0; i < BK_PLANS && !found; i++) {
        struct bk_plan *p = &cache->plans[i];
        if (p->content && p->hash == hash && p->content_words == words &&
            !memcmp(p->content, cache->scratch, words * sizeof(uint64_t))) {
            found = p;
        }
    }
    dev->stats.plans_compared += found != NULL;
    dev->stats.plans_made += found == NULL;
    int rc = found ? 0 : make(cache, dev, cgraph, words, &found);
    if (rc) {
        return rc;
    }
    cache->by_mark[cgraph->uid % BK_MARKS] = found;
    found->hash = hash;
    found->uid = cgraph->uid;
    found->last_used = ++dev->clock;
    *plan_out = found;
    return 0;
}

void bk_cache_free(struct bk_cache *cache, struct bk_device *dev)
{
    for (uint32_t i = 0; i < BK_PLANS; i++) {
        if (cache->plans[i].content) {
            drop(cache, dev, &cache->plans[i]);
        }
    }
    free(cache->scratch);
    memset(cache, 0, sizeof(*cache));
}
