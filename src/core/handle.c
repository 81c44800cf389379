#include "core/handle.h"

#include <errno.h>
#include <stdlib.h>

#include "core/device.h"

int handle_make(struct exo_device *d, struct handle **list, size_t size, int (*make)(struct handle *h, const void *arguments),
                const void *arguments, struct handle **out)
{
    struct handle *h = calloc(1, size);
    if (!h) {
        return device_fail(d, -ENOMEM, "no memory for a handle");
    }
    h->device = d;
    int rc = device_enter(d);
    if (rc) {
        free(h);
        return rc;
    }
    rc = make(h, arguments);
    if (rc) {
        free(h);
        return device_leave(d, rc);
    }
    h->next = *list;
    h->link = list;
    if (h->next) {
        h->next->link = &h->next;
    }
    *list = h;
    *out = h;
    return device_leave(d, 0);
}

void handle_unmake(struct handle *h, exo_fence fence, void (*unmake)(struct handle *h, bool idle))
{
    struct exo_device *d = h->device;
    int rc = device_wait(d, fence, IDLE_TIMEOUT_US);
    pthread_mutex_lock(&d->lock);
    *h->link = h->next;
    if (h->next) {
        h->next->link = h->link;
    }
    unmake(h, rc == 0 || d->engine->ops->lost(d->engine));
    pthread_mutex_unlock(&d->lock);
    free(h);
}

exo_fence handle_last_fence(const struct handle *h)
{
    struct exo_device *d = h->device;
    pthread_mutex_lock(&d->lock);
    int rc = staging_flush(d);
    (void)rc; /* what is not submitted uses nothing */
    exo_fence last = d->last;
    pthread_mutex_unlock(&d->lock);
    return last;
}
