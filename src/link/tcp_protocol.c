#include "link/tcp_protocol.h"

#include <errno.h>

static const struct tinygpu_command_row rows[] = {
    {TINYGPU_PROBE, "list its cards", .has_reply = true, .request_payload = true, .reply_payload = true},
    {TINYGPU_MAP_BAR, "map a BAR", .has_reply = true},
    {TINYGPU_CONFIG_READ, "read config space", .has_reply = true},
    {TINYGPU_CONFIG_WRITE, "write config space", .has_reply = true},
    {TINYGPU_RESET, "reset the card", .has_reply = true},
    {TINYGPU_MMIO_READ, "read from a BAR", .has_reply = true, .reply_payload = true},
    {TINYGPU_MMIO_WRITE, "write to a BAR", .request_payload = true},
    {TCP_MAP_MEMORY, "map host memory", .has_reply = true, .reply_payload = true},
    {TCP_MEMORY_READ, "read host memory", .has_reply = true, .reply_payload = true},
    {TCP_MEMORY_WRITE, "write host memory", .request_payload = true},
    {TINYGPU_RESIZE_BAR, "resize a BAR", .has_reply = true},
    {TINYGPU_PING, "answer a ping", .has_reply = true},
    {TCP_COUNTERS, "tell its counters", .has_reply = true, .reply_payload = true},
};

const struct tinygpu_command_row *tcp_find_command(uint8_t command)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((uint8_t)rows[i].command == command) {
            return &rows[i];
        }
    }
    return NULL;
}

void tcp_put_u64(uint8_t bytes[8], uint64_t value)
{
    for (unsigned i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(value >> 8 * i);
    }
}

uint64_t tcp_get_u64(const uint8_t bytes[8])
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++) {
        value |= (uint64_t)bytes[i] << 8 * i;
    }
    return value;
}

int tcp_get_pages(const uint8_t *pages, size_t size_bytes, uint64_t region_bytes, struct tinygpu_segment *segments_out,
                  uint32_t limit)
{
    uint64_t wanted = region_bytes / TCP_PAGE + (region_bytes % TCP_PAGE != 0);
    uint32_t count = 0;
    if (size_bytes % 8 || size_bytes / 8 < wanted) {
        return -EIO;
    }
    for (uint64_t i = 0; i < wanted; i++) {
        uint64_t address = tcp_get_u64(pages + 8 * i);
        if (address % TCP_PAGE || address > (UINT64_C(1) << TINYGPU_ADDRESS_BITS) - TCP_PAGE) {
            return -EIO;
        }
        struct tinygpu_segment *last = count ? &segments_out[count - 1] : NULL;
        if (last && last->bus_address + last->size_bytes == address) {
            last->size_bytes += TCP_PAGE;
        } else if (count < limit) {
            segments_out[count++] = (struct tinygpu_segment){address, TCP_PAGE};
        } else {
            return -EIO;
        }
    }
    return (int)count;
}
