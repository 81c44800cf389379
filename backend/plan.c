#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"

/* ---- dependencies between dispatches ---------------------------------------------------------------------------------- */

void bk_launch_reads(struct bk_launch *launch, struct bk_range range)
{
    if (range.size) {
        launch->reads[launch->read_count++] = range;
    }
}

void bk_launch_writes(struct bk_launch *launch, struct bk_range range)
{
    if (range.size) {
        launch->writes[launch->write_count++] = range;
    }
}

static bool any_overlap(const struct bk_range *list, uint32_t count, struct bk_range range)
{
    for (uint32_t i = 0; i < count; i++) {
        if (bk_overlap(list[i], range)) {
            return true;
        }
    }
    return false;
}

/* Read after write, write after read or write after write. */
static bool must_follow(const struct bk_launch *later, const struct bk_launch *earlier)
{
    for (uint32_t i = 0; i < later->read_count; i++) {
        if (any_overlap(earlier->writes, earlier->write_count, later->reads[i])) {
            return true;
        }
    }
    for (uint32_t i = 0; i < later->write_count; i++) {
        if (any_overlap(earlier->writes, earlier->write_count, later->writes[i]) ||
            any_overlap(earlier->reads, earlier->read_count, later->writes[i])) {
            return true;
        }
    }
    return false;
}

/* The lowest level at which nothing it depends on is beside or behind it. */
static uint32_t level_of(struct bk_builder *b, const struct bk_launch *l)
{
    uint32_t first = 0, level;
    if (b->step_count > BK_WINDOW) {
        first = b->step_count - BK_WINDOW;
        if (b->steps[first - 1].level > b->floor) {
            b->floor = b->steps[first - 1].level;
        }
    }
    level = b->floor + (first ? 1 : 0);
    for (uint32_t i = first; i < b->step_count; i++) {
        if (b->steps[i].level >= level && must_follow(l, &b->steps[i].launch)) {
            level = b->steps[i].level + 1;
        }
    }
    return level;
}

static int grow(void **memory, size_t *capacity, size_t wanted, size_t size)
{
    if (wanted <= *capacity) {
        return 0;
    }
    size_t more = wanted * 2;
    void *p = realloc(*memory, more * size);
    if (!p) {
        return -ENOMEM;
    }
    *memory = p;
    *capacity = more;
    return 0;
}

int bk_emit(struct bk_builder *b, const struct bk_launch *launch)
{
    size_t capacity = b->step_capacity;
    int rc = grow((void **)&b->steps, &capacity, b->step_count + 1, sizeof(b->steps[0]));
    b->step_capacity = (uint32_t)capacity;
    if (!rc) {
        rc = grow((void **)&b->args, &b->args_capacity, b->args_used + launch->args_bytes, 1);
    }
    if (rc) {
        return rc;
    }
    uint32_t level = level_of(b, launch);
    b->steps[b->step_count++] = (struct bk_step){.launch = *launch, .args_offset = b->args_used, .level = level};
    if (launch->args_bytes) {
        memcpy(b->args + b->args_used, launch->args, launch->args_bytes);
    }
    b->args_used += launch->args_bytes;
    b->top = level > b->top ? level : b->top;
    for (uint32_t i = 0; i < b->scratch_count; i++) { /* what was made from a source that is now overwritten is stale */
        struct bk_scratch *s = &b->scratch[i];
        if (s->source.size && (any_overlap(launch->writes, launch->write_count, s->source) ||
                               any_overlap(launch->writes, launch->write_count, s->range))) {
            s->source.size = 0;
        }
    }
    return 0;
}

int bk_emit_copy(struct bk_builder *b, struct bk_range dst, struct bk_range src)
{
    return bk_emit(
        b, &(struct bk_launch){.kernel = EXO_KERNEL_COUNT, .reads = {src}, .writes = {dst}, .read_count = 1, .write_count = 1});
}

static int encode_step(struct bk_builder *b, const struct bk_step *s)
{
    const struct bk_launch *l = &s->launch;
    struct exo_graph *graph = b->plan->graph;
    if (l->kernel == EXO_KERNEL_COUNT) {
        return exo_graph_copy(graph, (exo_va){l->writes[0].va}, (exo_va){l->reads[0].va}, l->writes[0].size);
    }
    struct exo_dispatch d;
    memset(&d, 0, sizeof(d));
    bk_kernel_fill(b->dev->kernels, l->kernel, &d);
    memcpy(d.groups, l->groups, sizeof(d.groups));
    d.kernarg = b->args + s->args_offset;
    d.kernarg_bytes = l->args_bytes;
    return exo_graph_dispatch(graph, &d);
}

/* The step together with those of its level that its kernel can take along. */
static int encode_with_others(struct bk_builder *b, uint32_t index, uint32_t *encoded)
{
    struct bk_join join;
    struct bk_step *s = &b->steps[index];
    s->launch.args = b->args + s->args_offset;
    s->encoded = true;
    ++*encoded;
    if (!b->dev->fuse || !bk_join_begin(&join, &s->launch)) {
        return encode_step(b, s);
    }
    for (uint32_t i = index + 1; i < b->step_count && i < index + BK_WINDOW; i++) {
        struct bk_step *other = &b->steps[i];
        other->launch.args = b->args + other->args_offset;
        if (other->level == s->level && !other->encoded && bk_join_add(&join, &other->launch)) {
            other->encoded = true;
            ++*encoded;
        }
    }
    if (join.count == 1) {
        return encode_step(b, s);
    }
    struct exo_dispatch d = {.groups = {join.groups, 1, 1}, .kernarg = &join.args, .kernarg_bytes = sizeof(join.args)};
    bk_kernel_fill(b->dev->kernels, join.kernel, &d);
    return exo_graph_dispatch(b->plan->graph, &d);
}

/* Level by level, a barrier between each two. Steps of one level lie within a window of each other, or nearly so. */
static int encode_steps(struct bk_builder *b)
{
    uint32_t encoded = 0, first = 0;
    for (uint32_t level = 0; level <= b->top && encoded < b->step_count; level++) {
        uint32_t before = encoded;
        int rc = level ? exo_graph_barrier(b->plan->graph) : 0;
        while (first < b->step_count && b->steps[first].level < level) {
            first++;
        }
        for (uint32_t i = first; !rc && i < b->step_count; i++) {
            if (b->steps[i].level > level + BK_WINDOW) {
                break;
            }
            if (b->steps[i].level == level && !b->steps[i].encoded) {
                rc = encode_with_others(b, i, &encoded);
            }
        }
        if (rc) {
            return rc;
        }
        b->plan->barriers += before && encoded > before;
    }
    b->plan->dispatches = encoded;
    return encoded == b->step_count ? 0 : -EINVAL;
}

/* ---- scratch memory --------------------------------------------------------------------------------------------------- */

/* Cuts a new block from the device's chunks, which all plans share: two submissions never run at the same time. */
static int scratch_carve(struct bk_builder *b, uint64_t size, struct bk_range *out)
{
    for (;;) {
        struct bk_range chunk;
        int rc = bk_scratch_chunk_locked(b->dev, b->chunk, size, &chunk);
        if (rc) {
            return rc;
        }
        if (b->chunk_used + size <= chunk.size) {
            *out = (struct bk_range){chunk.va + b->chunk_used, size};
            b->chunk_used += size;
            b->carved += size;
            return 0;
        }
        b->chunk++;
        b->chunk_used = 0;
    }
}

static struct bk_scratch *scratch_oldest(struct bk_builder *b, uint64_t size)
{
    struct bk_scratch *oldest = NULL;
    for (uint32_t i = 0; i < b->scratch_count; i++) {
        struct bk_scratch *s = &b->scratch[i];
        if (!s->live_uses && s->range.size >= size && (!oldest || s->last_used < oldest->last_used)) {
            oldest = s;
        }
    }
    return oldest;
}

int bk_scratch_get(struct bk_builder *b, uint64_t size, struct bk_scratch **scratch_out)
{
    size = (size + 255) & ~255ull;
    struct bk_scratch *s = NULL;
    if (b->scratch_count == BK_SCRATCH_BLOCKS || b->carved + size > BK_SCRATCH_SOFT) {
        s = scratch_oldest(b, size);
    }
    if (!s) {
        struct bk_range range;
        int rc = scratch_carve(b, size, &range);
        if (rc) {
            return rc;
        }
        s = b->scratch_count < BK_SCRATCH_BLOCKS ? &b->scratch[b->scratch_count++] : scratch_oldest(b, 0);
        if (!s) {
            return -ENOSPC;
        }
        s->range = range;
    }
    s->source.size = 0;
    s->last_used = ++b->clock;
    *scratch_out = s;
    return 0;
}

struct bk_scratch *bk_scratch_find(struct bk_builder *b, const uint64_t key[10])
{
    for (uint32_t i = 0; i < b->scratch_count; i++) {
        struct bk_scratch *s = &b->scratch[i];
        if (s->source.size && !memcmp(s->key, key, sizeof(s->key))) {
            s->last_used = ++b->clock;
            return s;
        }
    }
    return NULL;
}

/* ---- building ----------------------------------------------------------------------------------------------------------- */

static int build_nodes(struct bk_builder *b)
{
    struct ggml_cgraph *g = b->cgraph;
    for (int i = 0; i < g->n_nodes;) {
        int used = 0;
        if (!bk_node_runs(g->nodes[i]) || b->covered[i]) {
            i++;
            continue;
        }
        int rc = b->dev->fuse ? bk_fuse(b, i, &used) : 0;
        if (!rc && !used) {
            rc = bk_op_plan(b, g->nodes[i]);
            used = 1;
        }
        if (rc) {
            GGML_LOG_ERROR("exosuit: cannot plan %s (%s): error %d\n", ggml_op_name(g->nodes[i]->op), g->nodes[i]->name, rc);
            return rc;
        }
        for (int k = 0; k < used; k++) {
            if (bk_node_runs(g->nodes[i + k])) {
                b->plan->nodes[b->plan->node_count++] = bk_tensor_range(g->nodes[i + k]);
            }
        }
        i += used;
    }
    return 0;
}

int bk_plan_build(struct bk_device *dev, struct bk_plan *plan, struct ggml_cgraph *cgraph)
{
    struct bk_builder *b = calloc(1, sizeof(*b));
    plan->nodes = calloc((size_t)cgraph->n_nodes + 1, sizeof(plan->nodes[0]));
    int rc = b && plan->nodes ? exo_graph_create(dev->exo, &plan->graph) : -ENOMEM;
    if (!rc) {
        b->dev = dev;
        b->plan = plan;
        b->cgraph = cgraph;
        b->covered = calloc((size_t)cgraph->n_nodes + 1, sizeof(b->covered[0]));
        rc = b->covered ? build_nodes(b) : -ENOMEM;
    }
    if (!rc) {
        rc = encode_steps(b);
    }
    if (!rc) {
        rc = exo_graph_finish(plan->graph);
    }
    if (b) {
        free(b->steps);
        free(b->args);
        free(b->covered);
    }
    free(b);
    if (!rc && plan->node_count) { /* the last node is what most callers read: logits, an embedding, a test's result */
        bk_plan_learn_read(plan, plan->nodes[plan->node_count - 1]);
    }
    return rc;
}

void bk_plan_free(struct bk_device *dev, struct bk_plan *plan)
{
    if (dev->last_plan == plan) {
        dev->last_plan = NULL;
    }
    if (dev->exo) { /* else exo_close has freed them */
        exo_graph_destroy(plan->graph);
        exo_graph_destroy(plan->epilogue);
        if (plan->host) {
            for (uint32_t i = 0; i < plan->output_count; i++) {
                bk_results_drop_locked(dev, plan->outputs[i]);
            }
            bk_pinned_free_locked(dev, plan->host);
        }
    }
    free(plan->nodes);
    free(plan->content);
    memset(plan, 0, sizeof(*plan));
}

/* ---- results that follow by themselves ------------------------------------------------------------------------------------ */

static uint64_t output_align(uint64_t size)
{
    return (size + 255) & ~255ull;
}

void bk_plan_learn_read(struct bk_plan *plan, struct bk_range range)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < plan->output_count; i++) {
        if (bk_contains(plan->outputs[i], range)) {
            return;
        }
        total += output_align(plan->outputs[i].size);
    }
    if (plan->output_count == BK_OUTPUTS) {
        return;
    }
    for (uint32_t i = plan->node_count; i-- > 0;) {
        if (!bk_contains(plan->nodes[i], range)) {
            continue;
        }
        if (total + output_align(plan->nodes[i].size) > BK_OUTPUT_BYTES) {
            return;
        }
        plan->outputs[plan->output_count++] = plan->nodes[i];
        plan->epilogue_stale = true;
        return;
    }
}

/* Encodes the copies of the outputs into a pinned block. Without pinned memory the results are read when asked for. */
static int epilogue_encode(struct bk_device *dev, struct bk_plan *plan)
{
    uint64_t total = 0, offset = 0;
    plan->epilogue_stale = false;
    for (uint32_t i = 0; i < plan->output_count; i++) {
        total += output_align(plan->outputs[i].size);
    }
    if (plan->host && exo_memory_size(plan->host) < total) {
        bk_pinned_free_locked(dev, plan->host);
        plan->host = NULL;
    }
    if (!plan->host && bk_pinned_alloc_locked(dev, total, &plan->host)) {
        plan->host = NULL;
        plan->output_count = 0;
        return 0;
    }
    int rc = plan->epilogue ? exo_graph_reset(plan->epilogue) : exo_graph_create(dev->exo, &plan->epilogue);
    for (uint32_t i = 0; !rc && i < plan->output_count; i++) {
        struct bk_range out = plan->outputs[i];
        rc = exo_graph_copy(plan->epilogue, exo_va_add(exo_memory_va(plan->host), offset), (exo_va){out.va}, out.size);
        offset += output_align(out.size);
    }
    return rc ? rc : exo_graph_finish(plan->epilogue);
}

int bk_plan_submit(struct bk_device *dev, struct bk_plan *plan, exo_fence *fence_out)
{
    if (!plan->dispatches) {
        *fence_out = 0;
        return 0;
    }
    dev->result_count = 0; /* the graph may write anywhere */
    int rc = plan->epilogue_stale ? epilogue_encode(dev, plan) : 0;
    if (rc) {
        return rc;
    }
    struct exo_graph *graphs[2] = {plan->graph, plan->epilogue};
    rc = bk_submit_locked(dev, graphs, plan->output_count ? 2 : 1, fence_out);
    if (rc) {
        return rc;
    }
    dev->stats.barriers += plan->barriers;
    const uint8_t *host = plan->output_count ? exo_memory_cpu(plan->host) : NULL;
    for (uint32_t i = 0; i < plan->output_count; i++) {
        bk_results_add_locked(dev, &(struct bk_result){plan->outputs[i], host, *fence_out});
        host += output_align(plan->outputs[i].size);
    }
    dev->last_plan = plan;
    return 0;
}
