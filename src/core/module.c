/* module.c: handles of modules and kernels. */
#include <errno.h>
#include <stdlib.h>

#include "core/device.h"

struct object {
    const void *elf;
    size_t size_bytes;
};

static int make_module(struct handle *h, const void *arguments)
{
    const struct object *o = arguments;
    struct engine *e = h->device->engine;
    return e->ops->module_load(e, o->elf, o->size_bytes, &((struct exo_module *)h)->module);
}

static void unmake_module(struct handle *h, bool idle)
{
    struct exo_module *module = (struct exo_module *)h;
    struct engine *e = h->device->engine;
    (void)idle; /* a card that hangs is of no more use to anybody */
    while (module->kernels) {
        struct exo_kernel *next = module->kernels->next;
        free(module->kernels);
        module->kernels = next;
    }
    e->ops->module_unload(e, module->module);
}

int exo_module_load(struct exo_device *device, const void *elf, size_t size_bytes, struct exo_module **module_out)
{
    struct object object = {elf, size_bytes};
    struct handle *h = NULL;
    int rc = handle_make(device, &device->modules, sizeof(struct exo_module), make_module, &object, &h);
    if (rc == 0) {
        *module_out = (struct exo_module *)h;
    }
    return rc;
}

void exo_module_unload(struct exo_module *module)
{
    if (module) { /* code that runs must not go away */
        handle_unmake(&module->handle, handle_last_fence(&module->handle), unmake_module);
    }
}

int exo_module_kernel(struct exo_module *module, const char *name, struct exo_kernel **kernel_out)
{
    struct exo_device *d = module->handle.device;
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
    kernel->module->handle.device->engine->ops->kernel_info(kernel->kernel, info_out);
}
