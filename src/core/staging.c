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
    while (s->count && !s->pieces[s->head].to && d->engine->ops->fence_done(d->engine, s->pieces[s->head].fence)) {
        s->freed = s->pieces[s->head].end;
        s->head = (s->head + 1) % STAGING_PIECES;
        s->count--;
    }
}

/* Called and returns with the lock held; lets go of it meanwhile. The piece stays where it is, since it is not empty before. */
static void copy_out(struct exo_device *d, struct staging_piece *p)
{
    const uint8_t *from = (const uint8_t *)d->staging.memory.cpu + p->start % STAGING_BYTES;
    p->taken = true;
    pthread_mutex_unlock(&d->lock);
    int rc = device_wait(d, p->fence, TRANSFER_TIMEOUT_US);
    if (rc == 0) {
        memcpy(p->to, from, p->end - p->start);
    }
    pthread_mutex_lock(&d->lock);
    p->to = NULL;
    p->taken = false;
    p->download->rc = p->download->rc ? p->download->rc : rc;
    p->download->pieces--;
}

/* With the lock held, which it lets go of: makes progress towards room at the ring's start. */
static int make_room(struct exo_device *d)
{
    struct staging_piece *oldest = &d->staging.pieces[d->staging.head];
    if (oldest->to && !oldest->taken) {
        copy_out(d, oldest);
        return 0;
    }
    bool download = oldest->to;
    exo_fence fence = oldest->fence;
    pthread_mutex_unlock(&d->lock);
    int rc = device_wait(d, fence, TRANSFER_TIMEOUT_US);
    if (rc == 0 && download) {
        clock_sleep_us(20); /* another thread is copying it out */
    }
    pthread_mutex_lock(&d->lock);
    return rc;
}

/*
 * Takes a piece of 1 to `want` bytes. Called and returns with the lock held (0), or without it and the code of what went wrong.
 * While it waits for an older piece the lock is free.
 */
static int take(struct exo_device *d, uint64_t want, uint64_t *position_out, uint64_t *size_out)
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
        int rc = s->batch.count ? 0 : make_room(d);
        pthread_mutex_unlock(&d->lock);
        rc = rc ? rc : device_enter(d); /* submits the batch */
        if (rc) {
            return rc;
        }
    }
}

static struct staging_piece *keep_until(struct staging *s, uint64_t size, exo_fence fence)
{
    struct staging_piece *p = &s->pieces[(s->head + s->count) % STAGING_PIECES];
    *p = (struct staging_piece){.start = s->used, .end = s->used + size, .fence = fence};
    s->used += size;
    s->count++;
    return p;
}

static int copy_one(struct exo_device *d, exo_va dst, exo_va src, uint64_t size, exo_fence *fence_out)
{
    return d->engine->ops->copy(d->engine, &(struct engine_copy){dst, src, size}, 1, fence_out);
}

int staging_flush(struct exo_device *d)
{
    struct staging_batch *b = &d->staging.batch;
    exo_fence fence = 0;
    if (b->count == 0) {
        return 0;
    }
    int rc = d->engine->ops->copy(d->engine, b->copies, b->count, &fence);
    d->staging.used -= b->bytes;
    if (rc == 0) {
        keep_until(&d->staging, b->bytes, fence);
        d->last = fence;
    }
    b->count = 0;
    b->bytes = 0;
    return rc;
}

static int add_to_batch(struct exo_device *d, exo_va dst, uint64_t at, uint64_t size)
{
    struct staging_batch *b = &d->staging.batch;
    b->copies[b->count++] = (struct engine_copy){dst, exo_va_add(d->staging.memory.va, at), size};
    b->bytes += size;
    d->staging.used += size;
    return b->bytes >= STAGING_PIECE_BYTES || b->count == STAGING_BATCH_COPIES ? staging_flush(d) : 0;
}

static int upload_piece(struct exo_device *d, exo_va dst, const uint8_t *src, uint64_t left, uint64_t *done_out)
{
    const struct engine_ops *ops = d->engine->ops;
    uint64_t at, size;
    int rc = device_enter_upload(d);
    rc = rc ? rc : take(d, left, &at, &size);
    if (rc) {
        return rc;
    }
    rc = ops->check_range ? ops->check_range(d->engine, "upload to", dst, size) : 0;
    if (rc == 0) {
        memcpy((uint8_t *)d->staging.memory.cpu + at, src, size);
        rc = add_to_batch(d, dst, at, size);
        *done_out = size;
    }
    return device_leave(d, rc);
}

/* Host memory that the caller can look at must hold the bytes when the call returns; VRAM only for what is submitted later. */
static bool is_host(struct exo_device *d, exo_va va)
{
    for (const struct handle *h = d->memories; h; h = h->next) {
        const struct exo_memory *m = (const struct exo_memory *)h;
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
    rc = device_enter_upload(device);
    if (rc) {
        return rc;
    }
    bool visible = is_host(device, dst);
    rc = visible ? staging_flush(device) : 0;
    exo_fence last = device->last;
    rc = device_leave(device, rc);
    return rc || !visible ? rc : device_wait(device, last, TRANSFER_TIMEOUT_US);
}

static int start_download(struct exo_device *d, void *dst, exo_va src, uint64_t left, struct staging_download *download,
                          uint64_t *done_out)
{
    uint64_t at, size;
    exo_fence fence = 0;
    int rc = device_enter(d);
    rc = rc ? rc : take(d, left, &at, &size);
    if (rc) {
        return rc;
    }
    rc = copy_one(d, exo_va_add(d->staging.memory.va, at), src, size, &fence);
    if (rc == 0) {
        struct staging_piece *p = keep_until(&d->staging, size, fence);
        p->to = dst;
        p->download = download;
        download->pieces++;
        d->last = fence;
        *done_out = size;
    }
    return device_leave(d, rc);
}

/* The DMA engine fills pieces ahead; the CPU empties the oldest when the ring is full. */
static int start_downloads(struct exo_device *d, void *dst, exo_va src, uint64_t size_bytes, struct staging_download *download)
{
    int rc = 0;
    for (uint64_t done = 0; done < size_bytes && rc == 0;) {
        uint64_t part = 0;
        rc = start_download(d, (uint8_t *)dst + done, exo_va_add(src, done), size_bytes - done, download, &part);
        done += part;
    }
    return rc;
}

/* A piece of this download that no thread has taken on; NULL if there is none. */
static struct staging_piece *next_piece(struct staging *s, const struct staging_download *download)
{
    for (uint32_t i = 0; i < s->count; i++) {
        struct staging_piece *p = &s->pieces[(s->head + i) % STAGING_PIECES];
        if (p->to && !p->taken && p->download == download) {
            return p;
        }
    }
    return NULL;
}

/* Copies out what is left of a download, or waits for the threads that do. Nothing of it is in the ring afterwards. */
static int finish_download(struct exo_device *d, struct staging_download *download)
{
    pthread_mutex_lock(&d->lock);
    while (download->pieces) {
        struct staging_piece *p = next_piece(&d->staging, download);
        if (p) {
            copy_out(d, p);
            continue;
        }
        pthread_mutex_unlock(&d->lock);
        clock_sleep_us(20);
        pthread_mutex_lock(&d->lock);
    }
    int rc = download->rc;
    download->rc = 0;
    pthread_mutex_unlock(&d->lock);
    return rc;
}

int exo_download(struct exo_device *device, void *dst, exo_va src, uint64_t size_bytes)
{
    struct staging_download download = {0};
    int rc = start_downloads(device, dst, src, size_bytes, &download);
    int end = finish_download(device, &download);
    return rc ? rc : end;
}

int exo_download_async(struct exo_device *device, void *dst, exo_va src, uint64_t size_bytes)
{
    return start_downloads(device, dst, src, size_bytes, &device->staging.background);
}

int exo_finish_downloads(struct exo_device *device)
{
    return finish_download(device, &device->staging.background);
}

int exo_copy_async(struct exo_device *device, exo_va dst, exo_va src, uint64_t size_bytes, exo_fence *fence_out)
{
    exo_fence fence = 0;
    if (size_bytes) {
        int rc = device_enter(device);
        if (rc) {
            return rc;
        }
        rc = copy_one(device, dst, src, size_bytes, &fence);
        device->last = rc ? device->last : fence;
        rc = device_leave(device, rc);
        if (rc) {
            return rc;
        }
    }
    *fence_out = fence;
    return 0;
}

int exo_copy(struct exo_device *device, exo_va dst, exo_va src, uint64_t size_bytes)
{
    exo_fence fence = 0;
    int rc = exo_copy_async(device, dst, src, size_bytes, &fence);
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

void staging_destroy(struct exo_device *d)
{
    if (d->staging.memory.size_bytes) {
        int downloads = finish_download(d, &d->staging.background);
        (void)downloads; /* nobody asks for them any more */
        int idle = device_wait(d, d->last, TRANSFER_TIMEOUT_US);
        (void)idle; /* closing: the engine stops DMA in any case */
        d->engine->ops->free(d->engine, &d->staging.memory);
        d->staging.memory.size_bytes = 0;
    }
}
