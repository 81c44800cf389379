/*
 * cache.h: the plans of one backend instance. Finds the plan of a graph by ggml's mark for unchanged graphs, else by what the
 * graph contains, else makes it; bounded in number and bytes, the least recently used goes first.
 */
#ifndef EXO_BACKEND_CACHE_H
#define EXO_BACKEND_CACHE_H

#include "plan.h"

#define BK_PLANS 64
#define BK_MARKS 256                /* places of ggml's marks; several graphs in turn (one per batch size) rarely share one */
#define BK_CONTENT_WORDS (4u << 20) /* 32 MiB of descriptions */

struct bk_cache {
    struct bk_plan plans[BK_PLANS];
    struct bk_plan *by_mark[BK_MARKS]; /* the plan last found under a mark that falls into this place; may be another's by now */
    size_t content_words;              /* of all plans */
    uint64_t *scratch;                 /* description of the graph being looked up */
    size_t scratch_words;
};

/* The plan for the graph. 0 or negative errno. The caller holds the device's lock. */
int bk_cache_get(struct bk_cache *cache, struct bk_device *dev, struct ggml_cgraph *cgraph, struct bk_plan **plan_out);
void bk_cache_free(struct bk_cache *cache, struct bk_device *dev);

#endif
