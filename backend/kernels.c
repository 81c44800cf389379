#include "kernels.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/images.h"

struct bk_kernels {
    struct exo_module *module;
    struct exo_kernel *kernel[EXO_KERNEL_COUNT];
};

static const struct exo_kernel_row rows[] = EXO_KERNEL_TABLE;

/* The image of an arch. "host" devices run the kernels that are linked in, so any name for them will do. */
static struct kernel_image find_image(const char *arch)
{
    static const uint8_t host_name[] = "host";
    if (!strcmp(arch, "host")) {
        return (struct kernel_image){"host", host_name, sizeof(host_name)};
    }
    for (size_t i = 0; i < kernel_image_count; i++) {
        if (!strcmp(kernel_images[i].arch, arch)) {
            return kernel_images[i];
        }
    }
    return (struct kernel_image){0};
}

int bk_kernels_load(struct exo_device *device, const char *arch, struct bk_kernels **kernels_out)
{
    struct kernel_image image = find_image(arch);
    struct bk_kernels *k = calloc(1, sizeof(*k));
    int rc = !k ? -ENOMEM : !image.data ? -ENOTSUP : exo_module_load(device, image.data, image.size, &k->module);
    for (int i = 0; !rc && i < EXO_KERNEL_COUNT; i++) {
        rc = exo_module_kernel(k->module, rows[i].symbol, &k->kernel[i]);
    }
    if (rc) {
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
