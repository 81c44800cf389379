#include "amd/queue.h"

#include <errno.h>
#include <stdatomic.h>

#include "amd/amd.h"
#include "amd/overdue.h"
#include "core/clock.h"

#define FULL_TIMEOUT_US 30000000

void queue_place(struct queue *q, const char *name, struct amd_memory *control, uint64_t offset)
{
    uint8_t *cpu = (uint8_t *)control->cpu + offset;
    uint64_t words = QUEUE_RING_BYTES;
    memset(cpu, 0, QUEUE_CONTROL_BYTES);
    *q = (struct queue){.name = name, .ring_dwords = QUEUE_RING_BYTES / 4, .pointer_scale = 1};
    q->ring = (uint32_t *)cpu;
    q->ring_va = exo_va_add(control->va, offset);
    /* A cache line for each word: every one has a single writer (T-34). */
    q->write_word = (uint64_t *)(cpu + words);
    q->write_word_va = exo_va_add(q->ring_va, words);
    q->read_word = (uint64_t *)(cpu + words + 256);
    q->read_word_va = exo_va_add(q->ring_va, words + 256);
    q->fence_word = (uint32_t *)(cpu + words + 512);
    q->fence_va = exo_va_add(q->ring_va, words + 512);
}

uint32_t queue_room_needed(const struct queue *q, uint32_t count)
{
    uint32_t left = q->ring_dwords - (uint32_t)(q->written % q->ring_dwords);
    return q->whole_packets && count > left ? count + left : count;
}

static void retire(struct amd *a, struct queue *q)
{
    while (q->record_count && a->base.ops->fence_done(&a->base, q->records[q->record_head].fence)) {
        q->freed = q->records[q->record_head].end;
        q->record_head = (q->record_head + 1) % QUEUE_RECORDS;
        q->record_count--;
    }
}

static int wait_for_room(struct amd *a, struct queue *q, uint32_t need)
{
    uint64_t deadline = 0;
    for (;;) {
        retire(a, q);
        /* One dword stays free: equal pointers mean empty. */
        if (q->record_count < QUEUE_RECORDS && q->written - q->freed + need < q->ring_dwords) {
            return 0;
        }
        uint64_t now = clock_now_us();
        deadline = deadline ? deadline : now + FULL_TIMEOUT_US;
        if (!link_is_alive(a->link)) {
            return amd_card_went(a, "the queue was full");
        }
        int rc = q->record_count ? overdue_check(a, q->records[q->record_head].fence, false) : 0;
        if (rc) {
            return rc;
        }
        if (now > deadline) {
            return err_set(&a->base.err, -ETIMEDOUT, "the %s queue stayed full for %d s: %u submissions wait; the card hangs",
                           q->name, FULL_TIMEOUT_US / 1000000, q->record_count);
        }
        clock_sleep_us(20);
    }
}

static void copy_in(struct queue *q, const uint32_t *src, uint32_t count)
{
    uint32_t at = (uint32_t)(q->written % q->ring_dwords);
    uint32_t first = q->ring_dwords - at < count ? q->ring_dwords - at : count;
    memcpy(q->ring + at, src, (size_t)first * 4);
    memcpy(q->ring, src + first, (size_t)(count - first) * 4);
    q->written += count;
}

/* Over a link that does not share memory: what was written from `from` on, then the write pointer. */
static int push(struct amd *a, struct queue *q, uint64_t from)
{
    uint32_t at = (uint32_t)(from % q->ring_dwords), count = (uint32_t)(q->written - from);
    uint32_t first = q->ring_dwords - at < count ? q->ring_dwords - at : count;
    const struct link_span spans[] = {
        {q->ring + at, (size_t)first * 4}, {q->write_word, sizeof *q->write_word}, {q->ring, (size_t)(count - first) * 4}};
    int rc = link_dma_push(a->link, spans, count == first ? 2 : 3);
    return rc ? amd_card_went(a, "commands were handed over") : 0;
}

int queue_submit(struct amd *a, struct queue *q, const struct words *w, exo_fence fence)
{
    uint32_t need = queue_room_needed(q, w->count);
    if (w->count >= q->ring_dwords / 2) {
        return err_set(&a->base.err, -ENOSPC, "a submission of %u words does not fit the %s queue", w->count, q->name);
    }
    int rc = wait_for_room(a, q, need);
    if (rc) {
        return rc;
    }
    uint64_t from = q->written;
    if (need > w->count) { /* zeros are no-operations to the DMA engine */
        uint32_t at = (uint32_t)(q->written % q->ring_dwords);
        memset(q->ring + at, 0, (size_t)(q->ring_dwords - at) * 4);
        q->written += q->ring_dwords - at;
    }
    copy_in(q, w->data, w->count);
    q->records[(q->record_head + q->record_count) % QUEUE_RECORDS] = (struct queue_record){fence, q->written};
    q->record_count++;
    q->fence_sent = (uint32_t)fence;
    atomic_store_explicit(&a->submitted, fence, memory_order_release);
    uint64_t pointer = q->written * q->pointer_scale;
    __atomic_store_n(q->write_word, pointer, __ATOMIC_RELEASE); /* words before pointer, pointer before doorbell (T-25) */
    atomic_thread_fence(memory_order_seq_cst);
    rc = push(a, q, from);
    rc = rc ? rc : link_write64(a->link, AMD_BAR_DOORBELLS, q->doorbell_byte, pointer);
    return rc ? err_set(&a->base.err, rc, "%s", a->link->err.text) : 0;
}
