#include "device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ggml-impl.h"
#include "kernels.h"
#include "plan.h"
#include "stats.h"

/* A real card answers within seconds or never; the simulated one may need minutes for a long prompt. */
#define WAIT_REAL_US (60ull * 1000 * 1000)
#define WAIT_SIMULATED_US (900ull * 1000 * 1000)
#define SCRATCH_CHUNK_BYTES (4ull << 20)

/* ---- opening and failing ---------------------------------------------------------------------------------------- */

int bk_device_open(struct bk_device *dev, const char *uri, char *err, size_t err_size)
{
    int rc = exo_open(uri, NULL, &dev->exo, err, err_size);
    if (rc) {
        dev->exo = NULL;
        return rc;
    }
    rc = exo_get_info(dev->exo, &dev->info);
    if (rc) {
        snprintf(err, err_size, "%s", exo_last_error(dev->exo));
    } else {
        rc = bk_kernels_load(dev->exo, dev->info.arch, &dev->kernels, err, err_size);
    }
    if (rc) {
        exo_close(dev->exo);
        dev->exo = NULL;
        return rc;
    }
    dev->wait_us = dev->info.simulated ? WAIT_SIMULATED_US : WAIT_REAL_US;
    dev->fuse = !getenv("EXOSUIT_DISABLE_FUSION");
    snprintf(dev->description, sizeof(dev->description), "%s%s", dev->info.name, dev->info.simulated ? " (simulated)" : "");
    pthread_mutex_init(&dev->lock, NULL);
    pthread_mutex_init(&dev->reads_lock, NULL);
    bk_stats_init(&dev->stats);
    return 0;
}

void bk_device_close(struct bk_device *dev)
{
    if (!dev->exo) {
        return;
    }
    pthread_mutex_lock(&dev->lock);
    bk_kernels_free(dev->kernels);
    bk_stats_write(&dev->stats, dev->exo, dev->failed ? dev->failure : "");
    bk_stats_free(&dev->stats);
    exo_close(dev->exo); /* frees memory, graphs and kernels made from it */
    dev->exo = NULL;
    dev->failed = true;
    pthread_mutex_unlock(&dev->lock);
}

int bk_fail_locked(struct bk_device *dev, const char *what, int rc)
{
    bool was_failed = dev->failed;
    if (!dev->exo || rc == -ENODEV || rc == -EIO || rc == -ETIMEDOUT || exo_is_lost(dev->exo)) {
        dev->failed = true;
    }
    if (!was_failed) {
        const char *why = dev->exo ? exo_last_error(dev->exo) : "the device is closed";
        snprintf(dev->failure, sizeof(dev->failure), "%s", why[0] ? why : strerror(-rc));
        GGML_LOG_ERROR("exosuit: %s: %s\n", what, dev->failure);
    }
    if (dev->failed && dev->exo) {
        bk_stats_write(&dev->stats, dev->exo, dev->failure);
    }
    return rc;
}

int bk_device_fail(struct bk_device *dev, const char *what, int rc)
{
    pthread_mutex_lock(&dev->lock);
    bk_fail_locked(dev, what, rc);
    pthread_mutex_unlock(&dev->lock);
    return rc;
}

bool bk_device_usable(struct bk_device *dev)
{
    pthread_mutex_lock(&dev->lock);
    bool usable = dev->exo && !dev->failed;
    pthread_mutex_unlock(&dev->lock);
    return usable;
}

int bk_wait(struct bk_device *dev, exo_fence fence)
{
    if (!bk_device_usable(dev)) {
        return -ENODEV;
    }
    uint64_t paused = bk_stats_pause(&dev->stats);
    int rc = exo_wait(dev->exo, fence, dev->wait_us);
    bk_stats_resume(&dev->stats, paused);
    return rc ? bk_device_fail(dev, "waiting for the card", rc) : 0;
}

/* ---- pinned and scratch memory ------------------------------------------------------------------------------------ */

static int pinned_alloc_locked(struct bk_device *dev, uint64_t size_bytes, struct exo_memory **memory_out)
{
    if (size_bytes > BK_PINNED_LIMIT - dev->pinned_bytes) {
        return -ENOMEM;
    }
    int rc = exo_alloc(dev->exo, EXO_MEMORY_HOST, size_bytes, memory_out);
    if (!rc) {
        dev->pinned_bytes += size_bytes;
    }
    return rc;
}

int bk_pinned_alloc_locked(struct bk_device *dev, uint64_t size_bytes, struct exo_memory **memory_out)
{
    return dev->exo && !dev->failed ? pinned_alloc_locked(dev, size_bytes, memory_out) : -ENODEV;
}

int bk_pinned_alloc(struct bk_device *dev, uint64_t size_bytes, struct exo_memory **memory_out)
{
    pthread_mutex_lock(&dev->lock);
    int rc = bk_pinned_alloc_locked(dev, size_bytes, memory_out);
    pthread_mutex_unlock(&dev->lock);
    return rc;
}

void bk_pinned_free_locked(struct bk_device *dev, struct exo_memory *memory)
{
    if (!memory || !dev->exo) { /* exo_close has freed it */
        return;
    }
    dev->pinned_bytes -= exo_memory_size(memory);
    exo_free(memory);
}

void bk_pinned_free(struct bk_device *dev, struct exo_memory *memory)
{
    pthread_mutex_lock(&dev->lock);
    bk_pinned_free_locked(dev, memory);
    pthread_mutex_unlock(&dev->lock);
}

int bk_scratch_chunk_locked(struct bk_device *dev, uint32_t index, uint64_t size, struct bk_range *chunk_out)
{
    if (index >= BK_SCRATCH_CHUNKS) {
        return -ENOSPC;
    }
    if (index == dev->scratch_count) {
        uint64_t bytes = size > SCRATCH_CHUNK_BYTES ? size : SCRATCH_CHUNK_BYTES;
        int rc = exo_alloc(dev->exo, EXO_MEMORY_DEVICE, bytes, &dev->scratch[index].memory);
        if (rc) {
            return bk_fail_locked(dev, "allocating scratch memory", rc);
        }
        dev->scratch_count++;
    }
    struct exo_memory *memory = dev->scratch[index].memory;
    *chunk_out = (struct bk_range){exo_memory_va(memory).value, exo_memory_size(memory)};
    return 0;
}

/* ---- results on the host ------------------------------------------------------------------------------------------- */

void bk_results_add_locked(struct bk_device *dev, const struct bk_result *result)
{
    if (dev->result_count < BK_RESULTS) {
        dev->results[dev->result_count++] = *result;
    }
}

void bk_results_drop_locked(struct bk_device *dev, struct bk_range written)
{
    for (uint32_t i = 0; i < dev->result_count;) {
        if (bk_overlap(dev->results[i].src, written)) {
            dev->results[i] = dev->results[--dev->result_count];
        } else {
            i++;
        }
    }
}

const struct bk_result *bk_result_find_locked(struct bk_device *dev, struct bk_range wanted)
{
    for (uint32_t i = 0; i < dev->result_count; i++) {
        if (bk_contains(dev->results[i].src, wanted)) {
            return &dev->results[i];
        }
    }
    return NULL;
}

/* ---- staged writes ------------------------------------------------------------------------------------------------- */

static bool same_writes(const struct bk_prologue *p, const struct bk_device *dev)
{
    if (!p->graph || p->slot != dev->slot || p->count != dev->write_count) {
        return false;
    }
    for (uint32_t i = 0; i < p->count; i++) {
        const struct bk_write *a = &p->writes[i], *b = &dev->writes[i];
        if (a->dst.va != b->dst.va || a->dst.size != b->dst.size || a->offset != b->offset) {
            return false;
        }
    }
    return true;
}

static int prologue_encode(struct bk_device *dev, struct bk_prologue *p)
{
    int rc = p->graph ? exo_graph_reset(p->graph) : exo_graph_create(dev->exo, &p->graph);
    p->count = 0;
    exo_va slot = exo_memory_va(dev->slots[dev->slot].memory);
    for (uint32_t i = 0; !rc && i < dev->write_count; i++) {
        const struct bk_write *w = &dev->writes[i];
        rc = exo_graph_copy(p->graph, (exo_va){w->dst.va}, exo_va_add(slot, w->offset), w->dst.size);
    }
    if (!rc) {
        rc = exo_graph_finish(p->graph);
    }
    if (rc) {
        return rc;
    }
    p->slot = dev->slot;
    p->count = dev->write_count;
    memcpy(p->writes, dev->writes, dev->write_count * sizeof(dev->writes[0]));
    return 0;
}

/* The encoded copies of what is staged now: found, or encoded over the least recently used. */
static int prologue_get(struct bk_device *dev, struct exo_graph **graph_out)
{
    struct bk_prologue *oldest = &dev->prologues[0];
    for (int i = 0; i < BK_PROLOGUES; i++) {
        struct bk_prologue *p = &dev->prologues[i];
        if (same_writes(p, dev)) {
            p->last_used = ++dev->clock;
            *graph_out = p->graph;
            return 0;
        }
        if (p->last_used < oldest->last_used) {
            oldest = p;
        }
    }
    int rc = prologue_encode(dev, oldest);
    if (rc) {
        return rc;
    }
    oldest->last_used = ++dev->clock;
    *graph_out = oldest->graph;
    return 0;
}

/*
 * Before a computation is submitted the card is idle in steady state, so what is counted then is whole. What measuring costs
 * does not count as the plug-in's time.
 */
static void note_submission(struct bk_device *dev, uint32_t graphs, bool computing)
{
    uint64_t paused = bk_stats_pause(&dev->stats);
    if (computing) {
        bk_stats_computing(&dev->stats, dev->exo);
    }
    if (bk_stats_due(&dev->stats)) {
        bk_stats_write(&dev->stats, dev->exo, "");
    }
    dev->stats.barriers += graphs ? graphs - 1 : 0;
    bk_stats_resume(&dev->stats, paused);
}

int bk_submit_locked(struct bk_device *dev, struct exo_graph *const *graphs, uint32_t count, exo_fence *fence_out)
{
    struct exo_graph *list[4];
    uint32_t n = 0;
    int rc = 0;
    if (count > 3) {
        return -EINVAL;
    }
    if (dev->write_count) {
        rc = prologue_get(dev, &list[n++]);
    }
    for (uint32_t i = 0; i < count; i++) {
        list[n++] = graphs[i];
    }
    exo_fence fence = 0;
    note_submission(dev, n, count > 0);
    if (!rc && n) {
        rc = exo_submit(dev->exo, list, n, &fence);
    }
    if (dev->write_count) {
        dev->slots[dev->slot].fence = fence;
    }
    dev->write_count = 0;
    dev->slot_used = 0;
    if (rc) {
        return bk_fail_locked(dev, "submitting work", rc);
    }
    dev->last = fence ? fence : dev->last;
    if (fence_out) {
        *fence_out = fence;
    }
    return 0;
}

static int flush_locked(struct bk_device *dev)
{
    return dev->write_count ? bk_submit_locked(dev, NULL, 0, NULL) : 0;
}

static bool staged_overlap(const struct bk_device *dev, struct bk_range range)
{
    for (uint32_t i = 0; i < dev->write_count; i++) {
        if (bk_overlap(dev->writes[i].dst, range)) {
            return true;
        }
    }
    return false;
}

int bk_flush_overlap_locked(struct bk_device *dev, struct bk_range range)
{
    return staged_overlap(dev, range) ? flush_locked(dev) : 0;
}

/* Makes the current slot free to fill: the first that no submission reads any more, else waits for the oldest. */
static int slot_begin(struct bk_device *dev)
{
    for (uint32_t i = 0; i < BK_STAGE_SLOTS; i++) {
        struct bk_slot *s = &dev->slots[i];
        if (!s->memory) {
            int rc = pinned_alloc_locked(dev, BK_STAGE_BYTES, &s->memory);
            if (rc) {
                return rc;
            }
        }
        if (exo_is_done(dev->exo, s->fence)) {
            dev->slot = i;
            return 0;
        }
    }
    dev->slot = 0;
    for (uint32_t i = 1; i < BK_STAGE_SLOTS; i++) {
        if (dev->slots[i].fence < dev->slots[dev->slot].fence) {
            dev->slot = i;
        }
    }
    return exo_wait(dev->exo, dev->slots[dev->slot].fence, dev->wait_us);
}

/* True when the write is staged. False: the caller must write it itself. */
static bool stage_write(struct bk_device *dev, struct bk_range dst, const void *data)
{
    for (uint32_t i = 0; i < dev->write_count; i++) { /* the same input again before a submission: the last value counts */
        if (dev->writes[i].dst.va == dst.va && dev->writes[i].dst.size == dst.size) {
            memcpy((uint8_t *)exo_memory_cpu(dev->slots[dev->slot].memory) + dev->writes[i].offset, data, dst.size);
            return true;
        }
    }
    /* The copies of one prologue may run at the same time, so their targets must not overlap. */
    if (dev->write_count == BK_STAGE_WRITES || dev->slot_used + dst.size > BK_STAGE_BYTES || staged_overlap(dev, dst)) {
        if (flush_locked(dev)) {
            return false;
        }
    }
    if (!dev->write_count && slot_begin(dev)) {
        return false;
    }
    memcpy((uint8_t *)exo_memory_cpu(dev->slots[dev->slot].memory) + dev->slot_used, data, dst.size);
    dev->writes[dev->write_count++] = (struct bk_write){dst, dev->slot_used};
    dev->slot_used += (uint32_t)(dst.size + 255) & ~255u;
    return true;
}

/* ---- card memory as tensors use it ---------------------------------------------------------------------------------- */

void bk_write_bytes(struct bk_device *dev, uint64_t va, const void *data, uint64_t size, bool may_stage)
{
    struct bk_range dst = {va, size};
    if (!size) {
        return;
    }
    pthread_mutex_lock(&dev->lock);
    if (dev->exo && !dev->failed) {
        bk_results_drop_locked(dev, dst);
        bool staged = may_stage && size <= BK_STAGE_WRITE && stage_write(dev, dst, data);
        int rc = 0;
        if (!staged) {
            rc = bk_flush_overlap_locked(dev, dst);
        }
        if (!staged && !rc) {
            rc = exo_upload(dev->exo, (exo_va){va}, data, size);
        }
        if (rc) {
            bk_fail_locked(dev, "writing a tensor", rc);
        }
    }
    pthread_mutex_unlock(&dev->lock);
}

/* Copies from a result on the host if there is one. The wait happens without the lock, so the result is looked up again. */
static bool read_result(struct bk_device *dev, struct bk_range src, void *data)
{
    pthread_mutex_lock(&dev->lock);
    const struct bk_result *r = bk_result_find_locked(dev, src);
    exo_fence fence = r ? r->fence : 0;
    pthread_mutex_unlock(&dev->lock);
    if (!r || bk_wait(dev, fence)) {
        return false;
    }
    pthread_mutex_lock(&dev->lock);
    r = bk_result_find_locked(dev, src);
    bool found = r && r->fence == fence;
    if (found) {
        memcpy(data, r->host + (src.va - r->src.va), src.size);
    }
    pthread_mutex_unlock(&dev->lock);
    return found;
}

void bk_read_bytes(struct bk_device *dev, uint64_t va, void *data, uint64_t size)
{
    struct bk_range src = {va, size};
    if (!size || read_result(dev, src, data)) {
        return;
    }
    pthread_mutex_lock(&dev->lock);
    exo_fence last = dev->last;
    pthread_mutex_unlock(&dev->lock);
    int rc = bk_wait(dev, last); /* here, without the lock, and with a deadline for computing rather than for a copy */
    pthread_mutex_lock(&dev->lock);
    rc = rc ? rc : -ENODEV;
    if (dev->exo && !dev->failed) {
        rc = bk_flush_overlap_locked(dev, src);
        if (!rc) {
            rc = exo_download(dev->exo, data, (exo_va){va}, size);
        }
        if (rc) {
            bk_fail_locked(dev, "reading a tensor", rc);
        } else if (dev->last_plan) {
            bk_plan_learn_read(dev->last_plan, src);
        }
    }
    pthread_mutex_unlock(&dev->lock);
    if (rc) {
        memset(data, 0, size);
    }
}

void bk_fill_bytes(struct bk_device *dev, uint64_t va, uint8_t value, uint64_t size)
{
    struct bk_range dst = {va, size};
    if (!size) {
        return;
    }
    pthread_mutex_lock(&dev->lock);
    if (dev->exo && !dev->failed) {
        bk_results_drop_locked(dev, dst);
        int rc = bk_flush_overlap_locked(dev, dst);
        if (!rc) {
            rc = exo_fill(dev->exo, (exo_va){va}, value, size);
        }
        if (rc) {
            bk_fail_locked(dev, "filling a tensor", rc);
        }
    }
    pthread_mutex_unlock(&dev->lock);
}

bool bk_copy_bytes(struct bk_device *dev, uint64_t dst, uint64_t src, uint64_t size)
{
    struct bk_range to = {dst, size}, from = {src, size};
    if (!size) {
        return true;
    }
    int rc = -ENODEV;
    pthread_mutex_lock(&dev->lock);
    if (dev->exo && !dev->failed) {
        bk_results_drop_locked(dev, to);
        rc = staged_overlap(dev, to) || staged_overlap(dev, from) ? flush_locked(dev) : 0;
        if (!rc) {
            rc = exo_copy(dev->exo, (exo_va){dst}, (exo_va){src}, size);
        }
        if (rc) {
            bk_fail_locked(dev, "copying a tensor", rc);
        }
    }
    pthread_mutex_unlock(&dev->lock);
    return !rc;
}

void bk_forget_bytes(struct bk_device *dev, uint64_t va, uint64_t size)
{
    struct bk_range gone = {va, size};
    pthread_mutex_lock(&dev->lock);
    bk_results_drop_locked(dev, gone);
    for (uint32_t i = 0; i < dev->write_count;) {
        if (bk_overlap(dev->writes[i].dst, gone)) {
            memmove(&dev->writes[i], &dev->writes[i + 1], (dev->write_count - i - 1) * sizeof(dev->writes[0]));
            dev->write_count--;
        } else {
            i++;
        }
    }
    pthread_mutex_unlock(&dev->lock);
}
