/*
 * handle.h: what memories, modules and graphs have in common: they belong to a device, stand in one of its lists so that closing
 * frees them, and are made and unmade under its lock. A struct that embeds a handle has it as its first member.
 */
#ifndef EXO_CORE_HANDLE_H
#define EXO_CORE_HANDLE_H

#include <stddef.h>

#include "exosuit.h"

struct handle {
    struct exo_device *device;
    struct handle *next, **link; /* in the device's list */
};

/*
 * Allocates `size` zeroed bytes that begin with a handle and has `make` fill the rest under the device's lock. On success the
 * handle is in *list and in *out. Otherwise nothing is left, and the sentence is the device's last error.
 */
int handle_make(struct exo_device *d, struct handle **list, size_t size, int (*make)(struct handle *h, const void *arguments),
                const void *arguments, struct handle **out) __attribute__((warn_unused_result));

/* Waits until what was submitted up to `fence` has ended; gives up when it hangs. Then unmakes the handle under the lock and
 * frees it. `unmake` is told whether the card has stopped using it: true also for a card that is lost. */
void handle_unmake(struct handle *h, exo_fence fence, void (*unmake)(struct handle *h, bool idle));

/* The last fence handed out: what may still use something is not younger. */
exo_fence handle_last_fence(const struct handle *h);

#endif
