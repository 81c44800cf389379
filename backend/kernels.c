#include "kernels.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/images.h"

struct bk_kernels {
    struct exo_module *module;
    struct exo_kernel *kernel[EXO_KERNEL_COUNT];
};

static const struct exo_kernel_row rows[] = EXO_KERNEL_TABLE;

static int refuse_arch(const char *arch, char *err, size_t err_size)
{
    int n = snprintf(err, err_size, "no kernels are built in for %s; they are for", arch);
    for (size_t i = 0; i < kernel_images_count && n > 0 && (size_t)n < err_size; i++) {
        n += snprintf(err + n, err_size - (size_t)n, "%s %s", i ? "," : "", kernel_images[i].arch);
    }
    return -ENOTSUP;
}

int bk_kernels_load(struct exo_device *device, const char *arch, struct bk_kernels **kernels_out, char *err, size_t err_size)
{
    /* "host" devices run the kernels that are linked in, so any name for them will do. */
    static const struct kernel_image host = {"host", (const uint8_t *)"host", 5};
    const struct kernel_image *image = strcmp(arch, "host") ? kernel_image_find(kernel_images, kernel_images_count, arch) : &host;
    if (!image) {
        return refuse_arch(arch, err, err_size);
    }
    struct bk_kernels *k = calloc(1, sizeof(*k));
    int rc = k ? exo_module_load(device, image->data, image->size, &k->module) : -ENOMEM;
    for (int i = 0; !rc && i < EXO_KERNEL_COUNT; i++) {
        rc = exo_module_kernel(k->module, rows[i].symbol, &k->kernel[i]);
    }
    if (rc) {
        snprintf(err, err_size, "%s", k ? exo_last_error(device) : "no memory for the table of kernels");
        free(k); /* the module goes with the device */
        return rc;
    }
    *kernels_out = k;
    return 0;
}

void bk_kernels_free(struct bk_kernels *kernels)
{
    free(kernels);
}

void bk_kernel_fill(const struct bk_kernels *kernels, enum exo_kernel_id id, struct exo_dispatch *dispatch)
{
    dispatch->kernel = kernels->kernel[id];
    dispatch->group_size[0] = rows[id].items;
    dispatch->group_size[1] = 1;
    dispatch->group_size[2] = 1;
}
