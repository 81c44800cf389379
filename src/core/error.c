/* error.c: the last error as each thread sees it, and the version. */
#include <stdlib.h>
#include <string.h>

#include "core/device.h"

#ifndef EXO_VERSION
#define EXO_VERSION "0.1.0"
#endif

const char *exo_last_error(struct exo_device *device)
{
    struct err *own = pthread_getspecific(device->error_key);
    if (!own) {
        own = calloc(1, sizeof *own);
        if (!own || pthread_setspecific(device->error_key, own)) {
            free(own);
            return "out of memory";
        }
    }
    pthread_mutex_lock(&device->lock);
    *own = device->error;
    pthread_mutex_unlock(&device->lock);
    return own->text;
}

const char *exo_version(void)
{
    return EXO_VERSION;
}
