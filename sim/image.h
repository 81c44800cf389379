/*
 * image.h: how a signed firmware image looks to the security processor. Vendor images carry "$PS1" at byte 16 and their body's
 * size at byte 20, both inside a 256-byte header, and a 256-byte signature behind the body. The images that come with the
 * simulated card look the same and can be checked wholly: a mark, the kind of image, and a checksum in the place of the
 * signature.
 */
#ifndef EXO_SIM_IMAGE_H
#define EXO_SIM_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGE_HEADER_BYTES 256
#define IMAGE_SIGNATURE_BYTES 256
#define IMAGE_MARK "EXOSUIT"    /* at byte 0, eight bytes with the final zero */
#define IMAGE_MAGIC 0x31535024u /* "$PS1" */

enum { IMAGE_KIND = 8, IMAGE_MAGIC_AT = 16, IMAGE_BODY_BYTES = 20 }; /* byte offsets */
enum { IMAGE_KIND_BOOTLOADER = 0x10000 };                            /* plus PSP_FW_TYPE_*; else GFX_FW_TYPE_* */

uint32_t image_crc32(uint32_t crc, const void *data, size_t size);

/* Is this a complete image of `kind`? size 0: take it from the header, at most `limit` bytes. *size_out: the whole image. */
bool image_check(const uint8_t *image, size_t size, size_t limit, uint32_t kind, size_t *size_out);

/* Turns a body that lies behind the header's place into an image. */
void image_seal(uint8_t *image, size_t size, uint32_t kind);

#endif
