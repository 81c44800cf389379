/*
 * buffer.h: ggml's buffers on the card and in pinned host memory. A device buffer's base is its address in the card's space;
 * ggml only does arithmetic on it. Called by ggml from any thread; see device.h for the order of reads and writes.
 */
#ifndef EXO_BACKEND_BUFFER_H
#define EXO_BACKEND_BUFFER_H

#include "device.h"
#include "ggml-backend-impl.h"

#define BK_ALIGNMENT 128 /* of tensors: the card's cache line */

/* Fills in the device's two buffer types. */
void bk_buffer_types_init(struct bk_device *dev, ggml_backend_dev_t ggml_dev, struct ggml_backend_buffer_type *device_type,
                          struct ggml_backend_buffer_type *host_type);

/* The device whose memory the buffer is, or NULL. */
struct bk_device *bk_buffer_device(ggml_backend_buffer_t buffer);

#endif
