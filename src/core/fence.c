/* fence.c: waiting, in slices, so that a card that went away is noticed long before the caller's deadline. */
#include <errno.h>

#include "core/clock.h"
#include "core/device.h"

#define SLICE_US 100000

/* The engine's word on an overdue wait, under the lock. 0: go on waiting. */
static int ask_engine(struct exo_device *d, exo_fence fence, bool last)
{
    const struct engine_ops *ops = d->engine->ops;
    pthread_mutex_lock(&d->lock);
    int rc;
    if (ops->lost(d->engine)) { /* somebody else found out first; the sentence is theirs */
        rc = ops->wait(d->engine, fence, 0);
        pthread_mutex_unlock(&d->lock);
        return rc == -ETIMEDOUT ? -ENODEV : rc;
    }
    if (ops->check) {
        rc = ops->check(d->engine, fence, last);
    } else {
        rc = last ? err_set(&d->engine->err, -ETIMEDOUT, "fence %llu was not reached in time", (unsigned long long)fence) : 0;
    }
    return device_leave(d, rc);
}

int device_wait(struct exo_device *d, exo_fence fence, uint64_t timeout_us)
{
    uint64_t start = clock_now_us();
    for (;;) {
        uint64_t gone = clock_now_us() - start;
        uint64_t left = gone < timeout_us ? timeout_us - gone : 0;
        int rc = d->engine->ops->wait(d->engine, fence, left < SLICE_US ? left : SLICE_US);
        if (rc == 0) {
            return 0;
        }
        bool last = rc != -ETIMEDOUT || left <= SLICE_US;
        int why = ask_engine(d, fence, last);
        if (why) {
            return why;
        }
        if (last) {
            return rc;
        }
    }
}

int exo_wait(struct exo_device *device, exo_fence fence, uint64_t timeout_us)
{
    return fence == 0 || device->engine->ops->fence_done(device->engine, fence) ? 0 : device_wait(device, fence, timeout_us);
}

bool exo_is_done(struct exo_device *device, exo_fence fence)
{
    return fence == 0 || device->engine->ops->fence_done(device->engine, fence);
}
