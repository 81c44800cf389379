#include "link/tinygpu_protocol.h"

#include <errno.h>
#include <string.h>

static const struct tinygpu_command_row rows[] = {
    {TINYGPU_MAP_BAR, "map a BAR", .has_reply = true},
    {TINYGPU_SHARE_MEMORY, "share memory", .has_reply = true, .reply_fd = true},
    {TINYGPU_CONFIG_READ, "read config space", .has_reply = true},
    {TINYGPU_CONFIG_WRITE, "write config space", .has_reply = true},
    {TINYGPU_RESET, "reset the card", .has_reply = true},
    {TINYGPU_MMIO_READ, "read from a BAR", .has_reply = true, .reply_payload = true},
    {TINYGPU_MMIO_WRITE, "write to a BAR", .request_payload = true},
    {TINYGPU_RESIZE_BAR, "resize a BAR", .has_reply = true},
    {TINYGPU_PING, "answer a ping", .has_reply = true},
};

const struct tinygpu_command_row *tinygpu_find_command(uint8_t command)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].command == command) {
            return &rows[i];
        }
    }
    return NULL;
}

/* Byte by byte: the fields are not aligned, and the order holds on any host. */
static void put(uint8_t *bytes, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(value >> 8 * i);
    }
}

static uint64_t get(const uint8_t *bytes, unsigned size)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < size; i++) {
        value |= (uint64_t)bytes[i] << 8 * i;
    }
    return value;
}

void tinygpu_put_request(uint8_t bytes[TINYGPU_REQUEST_SIZE], const struct tinygpu_request *request)
{
    put(bytes, request->command, 1);
    put(bytes + 1, request->device, 4);
    put(bytes + 5, request->bar, 4);
    for (unsigned i = 0; i < 3; i++) {
        put(bytes + 9 + 8 * i, request->arg[i], 8);
    }
}

void tinygpu_get_request(const uint8_t bytes[TINYGPU_REQUEST_SIZE], struct tinygpu_request *request_out)
{
    request_out->command = bytes[0];
    request_out->device = (uint32_t)get(bytes + 1, 4);
    request_out->bar = (uint32_t)get(bytes + 5, 4);
    for (unsigned i = 0; i < 3; i++) {
        request_out->arg[i] = get(bytes + 9 + 8 * i, 8);
    }
}

void tinygpu_put_reply(uint8_t bytes[TINYGPU_REPLY_SIZE], const struct tinygpu_reply *reply)
{
    put(bytes, reply->status, 1);
    put(bytes + 1, reply->value[0], 8);
    put(bytes + 9, reply->value[1], 8);
}

void tinygpu_get_reply(const uint8_t bytes[TINYGPU_REPLY_SIZE], struct tinygpu_reply *reply_out)
{
    reply_out->status = bytes[0];
    reply_out->value[0] = get(bytes + 1, 8);
    reply_out->value[1] = get(bytes + 9, 8);
}

void tinygpu_put_table(uint8_t table[TINYGPU_TABLE_SIZE], const struct tinygpu_segment *segments, uint32_t count)
{
    memset(table, 0, TINYGPU_TABLE_SIZE);
    for (uint32_t i = 0; i < count && i < TINYGPU_MAX_SEGMENTS; i++) {
        put(table + 16 * i, segments[i].bus_address, 8);
        put(table + 16 * i + 8, segments[i].size_bytes, 8);
    }
}

int tinygpu_get_table(const uint8_t table[TINYGPU_TABLE_SIZE], uint64_t region_bytes,
                      struct tinygpu_segment segments_out[TINYGPU_MAX_SEGMENTS], uint64_t *covered_out)
{
    uint64_t left = region_bytes;
    int count = 0;
    while (left && count < TINYGPU_MAX_SEGMENTS) {
        uint64_t address = get(table + 16 * count, 8);
        uint64_t size = get(table + 16 * count + 8, 8);
        uint64_t end = UINT64_C(1) << TINYGPU_ADDRESS_BITS;
        if (size == 0 || address % 4096 || address >= end || size > end - address) {
            break;
        }
        size = size < left ? size : left;
        segments_out[count++] = (struct tinygpu_segment){address, size};
        left -= size;
    }
    *covered_out = region_bytes - left;
    return left ? -EIO : count;
}
