/* module.c: handles of modules and kernels. */
#include <errno.h>
#include <stdlib.h>

#include "core/device.h"

int exo_module_load(struct exo_device *device, const void *elf, size_t size_bytes, struct exo_module **module_out)
{
    struct exo_module *m = calloc(1, sizeof *m);
    if (!m) {
        return device_fail(device, -ENOMEM, "no memory for a handle");
    }
    int rc = device_enter(device);
    if (rc) {
        free(m);
        return rc;
    }
    rc = device->engine->ops->module_load(device->engine, elf, size_bytes, &m->module);
    if (rc == 0) {
        m->device = device;
        m->next = device->modules;
        m->link = &device->modules;
        if (m->next) {
            m->next->link = &m->next;
        }
        device->modules = m;
        *module_out = m;
    } else {
        free(m);
    }
    return device_leave(device, rc);
}

void exo_module_unload(struct exo_module *module)
{
    if (!module) {
        return;
    }
    struct exo_device *d = module->device;
    pthread_mutex_lock(&d->lock);
    exo_fence last = d->last;
    pthread_mutex_unlock(&d->lock);
    int idle = device_wait(d, last, IDLE_TIMEOUT_US); /* code that runs must not go away */
    (void)idle;
    pthread_mutex_lock(&d->lock);
    *module->link = module->next;
    if (module->next) {
        module->next->link = module->link;
    }
    while (module->kernels) {
        struct exo_kernel *next = module->kernels->next;
        free(module->kernels);
        module->kernels = next;
    }
    d->engine->ops->module_unload(d->engine, module->module);
    pthread_mutex_unlock(&d->lock);
    free(module);
}

int exo_module_kernel(struct exo_module *module, const char *name, struct exo_kernel **kernel_out)
{
    struct exo_device *d = module->device;
    struct engine_kernel *found = NULL;
    int rc = device_enter(d);
    if (rc) {
        return rc;
    }
    rc = d->engine->ops->kernel_find(d->engine, module->module, name, &found);
    if (rc) {
        return device_leave(d, rc);
    }
    for (struct exo_kernel *k = module->kernels; k; k = k->next) {
        if (k->kernel == found) {
            *kernel_out = k;
            return device_leave(d, 0);
        }
    }
    struct exo_kernel *k = calloc(1, sizeof *k);
    if (!k) {
        return device_leave(d, err_set(&d->engine->err, -ENOMEM, "no memory for a handle"));
    }
    *k = (struct exo_kernel){.module = module, .kernel = found, .next = module->kernels};
    module->kernels = k;
    *kernel_out = k;
    return device_leave(d, 0);
}

void exo_kernel_get_info(const struct exo_kernel *kernel, struct exo_kernel_info *info_out)
{
    kernel->module->device->engine->ops->kernel_info(kernel->kernel, info_out);
}
