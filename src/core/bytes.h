/*
 * bytes.h: reading and writing little-endian fields of foreign bytes at any alignment. Hosts are little-endian (checked
 * below), so these are memcpy. bytes_fit answers the one question that every parser asks.
 */
#ifndef EXO_CORE_BYTES_H
#define EXO_CORE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Exosuit needs a little-endian host"
#endif

/* Does [offset, offset + count) lie within size bytes? No overflow whatever the values. */
static inline bool bytes_fit(uint64_t size, uint64_t offset, uint64_t count)
{
    return offset <= size && count <= size - offset;
}

static inline uint16_t get_u16(const void *p, size_t offset)
{
    uint16_t v;
    memcpy(&v, (const uint8_t *)p + offset, sizeof v);
    return v;
}

static inline uint32_t get_u32(const void *p, size_t offset)
{
    uint32_t v;
    memcpy(&v, (const uint8_t *)p + offset, sizeof v);
    return v;
}

static inline uint64_t get_u64(const void *p, size_t offset)
{
    uint64_t v;
    memcpy(&v, (const uint8_t *)p + offset, sizeof v);
    return v;
}

static inline void put_u16(void *p, size_t offset, uint16_t v)
{
    memcpy((uint8_t *)p + offset, &v, sizeof v);
}

static inline void put_u32(void *p, size_t offset, uint32_t v)
{
    memcpy((uint8_t *)p + offset, &v, sizeof v);
}

static inline void put_u64(void *p, size_t offset, uint64_t v)
{
    memcpy((uint8_t *)p + offset, &v, sizeof v);
}

static inline uint64_t round_up_u64(uint64_t v, uint64_t to)
{
    return (v + to - 1) / to * to;
}

#endif
