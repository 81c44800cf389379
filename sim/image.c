#include "image.h"

#include <string.h>

#include "regs/soc.h"

uint32_t image_crc32(uint32_t crc, const void *data, size_t size)
{
    static const uint32_t nibbles[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
                                         0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                         0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
    const uint8_t *p = data;
    crc = ~crc;
    for (size_t i = 0; i < size; i++) {
        crc = nibbles[(crc ^ p[i]) & 15] ^ (crc >> 4);
        crc = nibbles[(crc ^ (p[i] >> 4)) & 15] ^ (crc >> 4);
    }
    return ~crc;
}

static uint32_t get32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, 4);
    return value;
}

static bool check_own(const uint8_t *image, size_t whole, uint32_t kind)
{
    return get32(image + IMAGE_KIND) == kind && get32(image + IMAGE_MAGIC_AT) == IMAGE_MAGIC &&
           get32(image + whole - IMAGE_SIGNATURE_BYTES) == image_crc32(0, image, whole - IMAGE_SIGNATURE_BYTES);
}

bool image_check(const uint8_t *image, size_t size, size_t limit, uint32_t kind, size_t *size_out)
{
    const size_t frame = IMAGE_HEADER_BYTES + IMAGE_SIGNATURE_BYTES;
    if (limit < frame || (size && size < frame)) {
        return false;
    }
    size_t whole = get32(image + IMAGE_BODY_BYTES) + frame;
    *size_out = whole;
    if (whole > limit || (size && whole > size)) {
        return false;
    }
    if (memcmp(image, IMAGE_MARK, sizeof(IMAGE_MARK)) == 0) {
        return check_own(image, whole, kind);
    }
    uint32_t magic = get32(image + IMAGE_MAGIC_AT);
    bool key_database =
        kind == IMAGE_KIND_BOOTLOADER + PSP_FW_TYPE_PSP_KDB; /* the vendor's has no magic on PSP 13.0.0 and 13.0.7 */
    return magic == IMAGE_MAGIC || (key_database && magic == 0);
}

void image_seal(uint8_t *image, size_t size, uint32_t kind)
{
    memset(image, 0, IMAGE_HEADER_BYTES);
    memset(image + size - IMAGE_SIGNATURE_BYTES, 0, IMAGE_SIGNATURE_BYTES);
    memcpy(image, IMAGE_MARK, sizeof(IMAGE_MARK));
    const uint32_t magic = IMAGE_MAGIC, body = (uint32_t)(size - IMAGE_HEADER_BYTES - IMAGE_SIGNATURE_BYTES);
    memcpy(image + IMAGE_KIND, &kind, 4);
    memcpy(image + IMAGE_MAGIC_AT, &magic, 4);
    memcpy(image + IMAGE_BODY_BYTES, &body, 4);
    uint32_t crc = image_crc32(0, image, size - IMAGE_SIGNATURE_BYTES);
    memcpy(image + size - IMAGE_SIGNATURE_BYTES, &crc, 4);
}
