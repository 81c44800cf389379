/*
 * device.h: what a device is to the files of src/core; not public. One mutex serialises all calls into the engine; waiting on
 * fences happens outside of it.
 */
#ifndef EXO_CORE_DEVICE_H
#define EXO_CORE_DEVICE_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/engine.h"
#include "core/handle.h"
#include "core/staging.h"

struct exo_memory {
    struct handle handle;
    struct engine_memory memory;
};

struct exo_module {
    struct handle handle;
    struct engine_module *module;
    struct exo_kernel *kernels; /* handles given out so far */
};

struct exo_kernel {
    struct exo_module *module;
    struct engine_kernel *kernel;
    struct exo_kernel *next;
};

struct exo_graph {
    struct handle handle;
    struct engine_graph *graph;
    exo_fence last; /* its last submission */
};

#define IDLE_TIMEOUT_US 30000000 /* for work that still uses what is being given back */
#define SUBMIT_MAX_GRAPHS 256

struct exo_device {
    struct engine *engine;
    pthread_mutex_t lock;
    pthread_key_t error_key; /* each thread's copy of the last error */
    struct err error;        /* under lock */
    exo_fence last;          /* under lock: the last fence handed out */
    struct handle *memories, *modules, *graphs;
    struct staging staging;
};

/* Takes the lock and submits uploads that wait; if the card is lost or broken, gives it back and returns the code (with the
 * sentence kept). */
int device_enter(struct exo_device *d) __attribute__((warn_unused_result));
/* The same but for the uploads: for more of them. */
int device_enter_upload(struct exo_device *d) __attribute__((warn_unused_result));
/* Gives the lock back; on failure the engine's sentence becomes the device's last error. Returns rc. */
int device_leave(struct exo_device *d, int rc);
/* For failures that the core itself finds; call without the lock. */
int device_fail(struct exo_device *d, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Waits without the lock held. Overdue waits ask the engine what is wrong. */
int device_wait(struct exo_device *d, exo_fence fence, uint64_t timeout_us) __attribute__((warn_unused_result));

/* Cuts the card off from host memory at once, from any thread; the device is unusable afterwards. For signal handling. */
void exo_device_stop_dma(struct exo_device *d);

#endif
