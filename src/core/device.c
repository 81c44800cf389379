/* device.c: opening, closing and listing devices; the lock and the last error around every call. */
#include "core/device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct engine_ops *const engines[] = {
    &amd_engine_ops,
#if defined(EXO_WITH_REF)
    &ref_engine_ops,
#endif
};

#define ENGINE_COUNT (sizeof engines / sizeof engines[0])
#define LIST_MAX 16
#define CLOSE_TIMEOUT_US 2000000

/* Is `scheme` one of the words in `list`? */
static bool has_scheme(const char *list, const char *scheme, size_t length)
{
    for (const char *at = list; *at;) {
        size_t word = strcspn(at, " ");
        if (word == length && memcmp(at, scheme, length) == 0) {
            return true;
        }
        at += word + (at[word] == ' ');
    }
    return false;
}

static const struct engine_ops *find_engine(const char *uri)
{
    size_t length = strcspn(uri, ":");
    for (size_t i = 0; i < ENGINE_COUNT && uri[length] == ':'; i++) {
        if (has_scheme(engines[i]->scheme, uri, length)) {
            return engines[i];
        }
    }
    return NULL;
}

int exo_list_devices(struct exo_device_info *rows, int max)
{
    int count = 0;
    for (int simulated = 0; simulated < 2; simulated++) { /* real ones first */
        for (size_t i = 0; i < ENGINE_COUNT; i++) {
            struct exo_device_info own[LIST_MAX];
            int n = engines[i]->list ? engines[i]->list(own, LIST_MAX) : 0;
            for (int k = 0; k < n && k < LIST_MAX; k++) {
                if (own[k].simulated != (simulated == 1)) {
                    continue;
                }
                if (count < max && rows) {
                    rows[count] = own[k];
                }
                count++;
            }
        }
    }
    return count;
}

/* The first real card, else the simulated one. */
static void choose_auto(char uri[128])
{
    struct exo_device_info rows[LIST_MAX];
    int count = exo_list_devices(rows, LIST_MAX);
    snprintf(uri, 128, "sim:rx7900xtx");
    for (int i = 0; i < count && i < LIST_MAX; i++) {
        if (!rows[i].simulated && rows[i].state == EXO_CARD_READY && strncmp(rows[i].uri, "ref:", 4) != 0) {
            memcpy(uri, rows[i].uri, sizeof rows[i].uri);
            return;
        }
    }
}

static int fail_open(char *err, size_t err_size, const struct err *e, int rc)
{
    if (err && err_size) {
        snprintf(err, err_size, "%s", e->text[0] ? e->text : strerror(-rc));
    }
    return rc;
}

/* Frees d on failure: once it has an engine, exo_close does. */
static int open_device(const char *uri, const struct exo_open_options *options, struct exo_device *d, struct err *e)
{
    const struct engine_ops *ops = find_engine(uri);
    if (!ops) {
        free(d);
        return err_set(e, -EINVAL, "device \"%.100s\" is not understood; try auto, sim:rx7900xtx, tinygpu: or tcp:HOST:PORT",
                       uri);
    }
    if (pthread_key_create(&d->error_key, free)) {
        free(d);
        return err_set(e, -ENOMEM, "no thread-local slot left for error texts");
    }
    int rc = ops->open(uri, options, &d->engine, e);
    if (rc) {
        pthread_key_delete(d->error_key);
        free(d);
        return rc;
    }
    pthread_mutex_init(&d->lock, NULL);
    rc = staging_init(d);
    if (rc) {
        *e = d->engine->err;
        exo_close(d);
    }
    return rc;
}

int exo_open(const char *uri, const struct exo_open_options *options, struct exo_device **device_out, char *err, size_t err_size)
{
    struct err e = {0};
    char chosen[128];
    if (!uri || !device_out) {
        err_set(&e, -EINVAL, "exo_open needs a device name and a place for the device");
        return fail_open(err, err_size, &e, -EINVAL);
    }
    if (strcmp(uri, "auto") == 0) {
        choose_auto(chosen);
        uri = chosen;
    }
    struct exo_device *d = calloc(1, sizeof *d);
    if (!d) {
        err_set(&e, -ENOMEM, "no memory for a device");
        return fail_open(err, err_size, &e, -ENOMEM);
    }
    int rc = open_device(uri, options, d, &e);
    if (rc) {
        return fail_open(err, err_size, &e, rc);
    }
    *device_out = d;
    return 0;
}

static void free_handles(struct exo_device *d)
{
    while (d->graphs) {
        exo_graph_destroy((struct exo_graph *)d->graphs);
    }
    while (d->modules) {
        exo_module_unload((struct exo_module *)d->modules);
    }
    while (d->memories) {
        exo_free((struct exo_memory *)d->memories);
    }
}

void exo_close(struct exo_device *device)
{
    if (!device) {
        return;
    }
    pthread_mutex_lock(&device->lock);
    int sent = staging_flush(device);
    (void)sent; /* a card that takes no more is cut off below */
    pthread_mutex_unlock(&device->lock);
    /* Work that does not end must not reach host memory any more (T-32); then memory can be taken from under it. */
    if (device_wait(device, device->last, CLOSE_TIMEOUT_US)) {
        exo_device_stop_dma(device);
    }
    free_handles(device);
    staging_destroy(device);
    device->engine->ops->close(device->engine);
    free(pthread_getspecific(device->error_key)); /* the key's destructor does not run for keys that are deleted */
    pthread_key_delete(device->error_key);
    pthread_mutex_destroy(&device->lock);
    free(device);
}

int exo_get_info(struct exo_device *device, struct exo_device_info *info_out)
{
    if (!device || !info_out) {
        return -EINVAL;
    }
    pthread_mutex_lock(&device->lock);
    device->engine->ops->info(device->engine, info_out);
    pthread_mutex_unlock(&device->lock);
    return 0;
}

bool exo_is_lost(struct exo_device *device)
{
    return device->engine->ops->lost(device->engine);
}

int device_enter(struct exo_device *d)
{
    int rc = device_enter_upload(d);
    if (rc) {
        return rc;
    }
    rc = staging_flush(d);
    return rc ? device_leave(d, rc) : 0;
}

int device_enter_upload(struct exo_device *d)
{
    pthread_mutex_lock(&d->lock);
    if (!d->engine->ops->lost(d->engine)) {
        return 0;
    }
    if (!d->error.text[0]) {
        err_set(&d->error, -ENODEV, "the card is lost; close the device and open it again");
    }
    pthread_mutex_unlock(&d->lock);
    return -ENODEV;
}

int device_leave(struct exo_device *d, int rc)
{
    if (rc) {
        d->error = d->engine->err;
    }
    pthread_mutex_unlock(&d->lock);
    return rc;
}

int device_fail(struct exo_device *d, int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    pthread_mutex_lock(&d->lock);
    vsnprintf(d->error.text, sizeof d->error.text, format, args);
    pthread_mutex_unlock(&d->lock);
    va_end(args);
    return code;
}

void exo_device_stop_dma(struct exo_device *d)
{
    if (d && d->engine->ops->stop_dma) {
        d->engine->ops->stop_dma(d->engine);
    }
}

void exo_get_counters(struct exo_device *device, struct exo_counters *counters_out)
{
    *counters_out = (struct exo_counters){0};
    pthread_mutex_lock(&device->lock);
    device->engine->ops->counters(device->engine, counters_out);
    pthread_mutex_unlock(&device->lock);
}
