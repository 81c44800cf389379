/*
 * images.h: what the two kernel libraries hand out. exo_kernels: the compiled code objects, one per architecture, as bytes.
 * exo_kernels_host: the same kernels compiled for this machine. Constant data, no initialisation, any thread.
 */
#ifndef EXO_KERNELS_IMAGES_H
#define EXO_KERNELS_IMAGES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kernel_image {
    const char *arch; /* "gfx1100" */
    const uint8_t *data;
    size_t size;
};

extern const struct kernel_image kernel_images[];
extern const size_t kernel_images_count;

/* The image of an architecture among `count`; NULL if there is none. */
static inline const struct kernel_image *kernel_image_find(const struct kernel_image *images, size_t count, const char *arch)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(images[i].arch, arch) == 0) {
            return &images[i];
        }
    }
    return NULL;
}

struct kernel_host_entry {
    const char *name;
    uint32_t args_bytes, items;
    /* Runs one work-group of `items` work-items to its end on the calling thread. Several threads may run groups at once. */
    void (*run_group)(const void *args, const uint32_t group[3], const uint32_t groups[3], uint32_t items);
};

extern const struct kernel_host_entry kernel_host_entries[];
extern const size_t kernel_host_entry_count;

#ifdef __cplusplus
}
#endif

#endif
