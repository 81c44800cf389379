#include "core/staging.h"

#include <errno.h>
#include <string.h>

#include "core/clock.h"
#include "core/device.h"

#define TRANSFER_TIMEOUT_US 60000000

int staging_init(struct exo_device *d)
{
    return d->engine->ops->alloc(d->engine, EXO_MEMORY_HOST, STAGING_BYTES, &d->staging.memory);
}

void staging_destroy(struct exo_device *d)
{
    if (d->staging.memory.size_bytes) {
        int idle = device_wait(d, d->last, TRANSFER_TIMEOUT_US);
        (void)idle; /* closing: the engine stops DMA in any case */
        d->engine->ops->free(d->engine, &d->staging.memory);
        d->staging.memory.size_bytes = 0;
    }
}

/* How much can be taken in one piece at the ring's current position. */
static uint64_t room_here(const struct staging *s, uint64_t want)
{
    uint64_t to_end = STAGING_BYTES - s->used % STAGING_BYTES, unused = STAGING_BYTES - (s->used - s->freed);
    uint64_t room = to_end < unused ? to_end : unused;
    return s->count == STAGING_PIECES ? 0 : room < want ? room : want;
}

static void retire(struct exo_device *d)
{
    struct staging *s = &d->staging;
    while (s->count && !s->pieces[s->head].held && d->engine->ops->fence_done(d->engine, s->pieces[s->head].fence)) {
        s->freed = s->pieces[s->head].end;
        s->head = (s->head + 1) % STAGING_PIECES;
        s->count--;
    }
}

/*
 * Takes a piece of 1 to `want` bytes. Called and returns with the lock held (0), or without it and the code of what went wrong.
 * While it waits for an older piece the lock is free. Without `patient` it answers -EAGAIN instead of waiting.
 */
static int take(struct exo_device *d, uint64_t want, bool patient, uint64_t *position_out, uint64_t *size_out)
{
    struct staging *s = &d->staging;
    want = want < STAGING_PIECE_BYTES ? want : STAGING_PIECE_BYTES;
    for (;;) {
        retire(d);
        uint64_t room = room_here(s, want);
        /* A sliver at the ring's end is not worth a submission. */
        if (room && (room == want || room >= STAGING_PIECE_BYTES / 4 || (s->used + room) % STAGING_BYTES == 0)) {
            *position_out = s->used % STAGING_BYTES;
            *size_out = room;
            return 0;
        }
        struct staging_piece oldest = s->pieces[s->head];
        pthread_mutex_unlock(&d->lock);
        if (!patient) {
            return -EAGAIN;
        }
        int rc = device_wait(d, oldest.fence, TRANSFER_TIMEOUT_US);
        if (rc == 0 && oldest.held) {
            clock_sleep_us(20); /* another thread is copying it out */
        }
        rc = rc ? rc : device_enter(d);
        if (rc) {
            return rc;
        }
    }
}

static void keep_until(struct staging *s, uint64_t size, exo_fence fence, bool held)
{
    s->used += size;
    s->pieces[(s->head + s->count) % STAGING_PIECES] = (struct staging_piece){s->used, fence, held};
    s->count++;
}

static int upload_piece(struct exo_device *d, exo_va dst, const uint8_t *src, uint64_t left, uint64_t *done_out)
{
    uint64_t at, size;
    exo_fence fence = 0;
    int rc = device_enter(d);
    rc = rc ? rc : take(d, left, true, &at, &size);
    if (rc) {
        return rc;
    }
    memcpy((uint8_t *)d->staging.memory.cpu + at, src, size);
    rc = d->engine->ops->copy(d->engine, dst, exo_va_add(d->staging.memory.va, at), size, &fence);
    if (rc == 0) {
        keep_until(&d->staging, size, fence, false);
        d->last = fence;
        *done_out = size;
    }
    return device_leave(d, rc);
}

/* Host memory that the caller can look at must hold the bytes when the call returns; VRAM only for what is submitted later. */
static bool is_host(struct exo_device *d, exo_va va)
{
    for (const struct exo_memory *m = d->memories; m; m = m->next) {
        if (m->memory.cpu && va.value - m->memory.va.value < m->memory.size_bytes) {
            return true;
        }
    }
    return false;
}

int exo_upload(struct exo_device *device, exo_va dst, const void *src, uint64_t size_bytes)
{
    const uint8_t *bytes = src;
    int rc = 0;
    for (uint64_t done = 0; done < size_bytes && rc == 0;) {
        uint64_t part = 0;
        rc = upload_piece(device, exo_va_add(dst, done), bytes + done, size_bytes - done, &part);
        done += part;
    }
    if (rc || size_bytes == 0) {
        return rc;
    }
    pthread_mutex_lock(&device->lock);
    bool visible = is_host(device, dst);
    exo_fence last = device->last;
    pthread_mutex_unlock(&device->lock);
    return visible ? device_wait(device, last, TRANSFER_TIMEOUT_US) : 0;
}

struct inflight {
    uint64_t at, size, offset, end;
    exo_fence fence;
};

static int start_download(struct exo_device *d, exo_va src, uint64_t offset, uint64_t left, bool patient, struct inflight *out)
{
    struct inflight f = {.offset = offset};
    int rc = device_enter(d);
    rc = rc ? rc : take(d, left, patient, &f.at, &f.size);
    if (rc) {
        return rc;
    }
    rc = d->engine->ops->copy(d->engine, exo_va_add(d->staging.memory.va, f.at), exo_va_add(src, offset), f.size, &f.fence);
    if (rc == 0) {
        keep_until(&d->staging, f.size, f.fence, true);
        f.end = d->staging.used;
        d->last = f.fence;
        *out = f;
    }
    return device_leave(d, rc);
}

/* Copies a piece out and gives its part of the ring back, copied or not. */
static int end_download(struct exo_device *d, const struct inflight *f, uint8_t *dst, int rc)
{
    struct staging *s = &d->staging;
    rc = rc ? rc : device_wait(d, f->fence, TRANSFER_TIMEOUT_US);
    if (rc == 0) {
        memcpy(dst + f->offset, (uint8_t *)s->memory.cpu + f->at, f->size);
    }
    pthread_mutex_lock(&d->lock);
    for (uint32_t i = 0; i < s->count; i++) {
        struct staging_piece *p = &s->pieces[(s->head + i) % STAGING_PIECES];
        p->held = p->end == f->end ? false : p->held;
    }
    pthread_mutex_unlock(&d->lock);
    return rc;
}

/* The DMA engine fills pieces ahead while the CPU empties the first. */
int exo_download(struct exo_device *device, void *dst, exo_va src, uint64_t size_bytes)
{
    enum { DEPTH = 3 };
    struct inflight ring[DEPTH];
    uint32_t head = 0, count = 0;
    uint64_t started = 0;
    int rc = 0;
    pthread_mutex_lock(&device->download_lock);
    while ((rc == 0 && started < size_bytes) || count) {
        if (rc == 0 && started < size_bytes && count < DEPTH) {
            struct inflight *f = &ring[(head + count) % DEPTH];
            int begun = start_download(device, src, started, size_bytes - started, count == 0, f);
            if (begun == 0) {
                started += f->size;
                count++;
                continue;
            }
            rc = begun == -EAGAIN ? 0 : begun; /* no room: empty a piece of our own first */
            if (count == 0) {
                continue;
            }
        }
        rc = end_download(device, &ring[head], dst, rc);
        head = (head + 1) % DEPTH;
        count--;
    }
    pthread_mutex_unlock(&device->download_lock);
    return rc;
}

int exo_copy(struct exo_device *device, exo_va dst, exo_va src, uint64_t size_bytes)
{
    exo_fence fence = 0;
    if (size_bytes == 0) {
        return 0;
    }
    int rc = device_enter(device);
    if (rc) {
        return rc;
    }
    rc = device->engine->ops->copy(device->engine, dst, src, size_bytes, &fence);
    device->last = rc ? device->last : fence;
    rc = device_leave(device, rc);
    return rc ? rc : device_wait(device, fence, TRANSFER_TIMEOUT_US);
}

int exo_fill(struct exo_device *device, exo_va dst, uint8_t byte, uint64_t size_bytes)
{
    exo_fence fence = 0;
    if (size_bytes == 0) {
        return 0;
    }
    int rc = device_enter(device);
    if (rc) {
        return rc;
    }
    rc = device->engine->ops->fill(device->engine, dst, byte, size_bytes, &fence);
    device->last = rc ? device->last : fence;
    rc = device_leave(device, rc);
    return rc ? rc : device_wait(device, fence, TRANSFER_TIMEOUT_US);
}
