/* async.c: reads and writes of card memory that the caller does not wait for; see device.h. */
#include <errno.h>
#include <string.h>

#include "device.h"
#include "plan.h"

/* Larger reads are done at once: they would wait for room in the runtime's pool, whose patience is for copies, not computing. */
#define READ_AHEAD_BYTES (1ull << 20)

/* ---- reading ------------------------------------------------------------------------------------------------------ */

static int begin_read_locked(struct bk_device *dev, struct bk_range src, void *data, struct bk_read *out)
{
    *out = (struct bk_read){.to = data, .size = src.size, .fence = dev->last};
    const struct bk_result *r = bk_result_find_locked(dev, src);
    if (r) {
        out->from = r->host + (src.va - r->src.va);
        out->fence = r->fence;
        return 0;
    }
    int rc = bk_flush_overlap_locked(dev, src);
    out->fence = dev->last;
    rc = rc ? rc : exo_download_async(dev->exo, data, (exo_va){src.va}, src.size);
    if (rc) {
        return bk_fail_locked(dev, "reading a tensor", rc);
    }
    if (dev->last_plan) {
        bk_plan_learn_read(dev->last_plan, src);
    }
    return 0;
}

void bk_read_later(struct bk_device *dev, uint64_t va, void *data, uint64_t size)
{
    bool begun = false;
    pthread_mutex_lock(&dev->lock);
    if (dev->exo && !dev->failed && size && size <= READ_AHEAD_BYTES && dev->read_count < BK_READS) {
        begun = begin_read_locked(dev, (struct bk_range){va, size}, data, &dev->reads[dev->read_count]) == 0;
        dev->read_count += begun;
    }
    pthread_mutex_unlock(&dev->lock);
    if (!begun) {
        bk_read_bytes(dev, va, data, size);
    }
}

void bk_finish_reads(struct bk_device *dev)
{
    struct bk_read reads[BK_READS];
    pthread_mutex_lock(&dev->reads_lock); /* until all are there: they may be another thread's, who then waits here */
    pthread_mutex_lock(&dev->lock);
    uint32_t count = dev->read_count;
    memcpy(reads, dev->reads, count * sizeof(reads[0]));
    dev->read_count = 0;
    pthread_mutex_unlock(&dev->lock);
    bool copied_out = false;
    for (uint32_t i = 0; i < count; i++) {
        int rc = bk_wait(dev, reads[i].fence);
        if (!rc && !reads[i].from && !copied_out) { /* all that the card has copied by now, in one go */
            rc = exo_finish_downloads(dev->exo);
            copied_out = !rc;
            rc = rc ? bk_device_fail(dev, "reading a tensor", rc) : 0;
        }
        if (rc) {
            memset(reads[i].to, 0, reads[i].size);
        } else if (reads[i].from) {
            memcpy(reads[i].to, reads[i].from, reads[i].size);
        }
    }
    pthread_mutex_unlock(&dev->reads_lock);
}

/* ---- writing ------------------------------------------------------------------------------------------------------ */

/* The card's address of host memory that it can read itself; 0: it cannot. */
static uint64_t pinned_address(const struct bk_device *dev, const void *data, uint64_t size)
{
    for (uint32_t i = 0; i < BK_HOST_BLOCKS; i++) {
        const struct exo_memory *m = dev->host_blocks[i];
        if (m) {
            uint64_t at = (uint64_t)((uintptr_t)data - (uintptr_t)exo_memory_cpu(m));
            if (at < exo_memory_size(m) && size <= exo_memory_size(m) - at) {
                return exo_memory_va(m).value + at;
            }
        }
    }
    return 0;
}

void bk_write_later(struct bk_device *dev, uint64_t va, const void *data, uint64_t size, exo_fence *fence)
{
    struct bk_range dst = {va, size};
    pthread_mutex_lock(&dev->lock);
    uint64_t src = size > BK_STAGE_WRITE && dev->exo && !dev->failed ? pinned_address(dev, data, size) : 0;
    if (src) {
        bk_results_drop_locked(dev, dst);
        int rc = bk_flush_overlap_locked(dev, dst);
        rc = rc ? rc : exo_copy_async(dev->exo, (exo_va){va}, (exo_va){src}, size, fence);
        if (rc) {
            bk_fail_locked(dev, "writing a tensor", rc);
        } else {
            dev->last = *fence;
        }
    }
    pthread_mutex_unlock(&dev->lock);
    if (!src) {
        bk_write_bytes(dev, va, data, size, true);
    }
}

void bk_host_block_add(struct bk_device *dev, struct exo_memory *memory)
{
    pthread_mutex_lock(&dev->lock);
    for (uint32_t i = 0; i < BK_HOST_BLOCKS; i++) {
        if (!dev->host_blocks[i]) {
            dev->host_blocks[i] = memory;
            break; /* one that finds no place is copied from by the processor */
        }
    }
    pthread_mutex_unlock(&dev->lock);
}

void bk_host_block_remove(struct bk_device *dev, const struct exo_memory *memory)
{
    pthread_mutex_lock(&dev->lock);
    for (uint32_t i = 0; i < BK_HOST_BLOCKS; i++) {
        dev->host_blocks[i] = dev->host_blocks[i] == memory ? NULL : dev->host_blocks[i];
    }
    pthread_mutex_unlock(&dev->lock);
}
