/*
 * kernels.h: the kernels of kernels/table.h, loaded onto one device. Owns the module; plan.c dispatches from it.
 */
#ifndef EXO_BACKEND_KERNELS_H
#define EXO_BACKEND_KERNELS_H

#include "exosuit.h"
#include "kernels/table.h"

struct bk_kernels;

/* Loads the image for the device's arch. 0 or negative errno with a sentence in err (-ENOTSUP: there is none for it). */
int bk_kernels_load(struct exo_device *device, const char *arch, struct bk_kernels **kernels_out, char *err, size_t err_size);
void bk_kernels_free(struct bk_kernels *kernels);

/* Fills in kernel and group size. */
void bk_kernel_fill(const struct bk_kernels *kernels, enum exo_kernel_id id, struct exo_dispatch *dispatch);

#endif
