/* server_tcp.c: the handlers of tinygrad's commands for remote cards (src/link/tcp_protocol.h has the table). */
#include "sim/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "link/tcp_protocol.h"

#define CARD_LINE "exosuit:0" /* name and index, as a probe tells them; the name becomes part of a lock file's */
#define MAX_MEMORY_CHUNK (1u << 20)

static int refuse_device(struct session *s, const struct tinygpu_request *request)
{
    return session_refuse(s, "there is no card %u here, only card 0", request->device);
}

/* A write has no reply to say in that it failed. */
static int bad_write(struct session *s, const struct tinygpu_request *request, const char *what)
{
    return session_fail(s, -EPROTO,
                        "a write of %" PRIu64 " bytes at 0x%" PRIx64 " of card %u, %s %u: out of range, or not mapped",
                        request->arg[1], request->arg[0], request->device, what, request->bar);
}

static bool card_matches(struct session *s, const struct tinygpu_request *request, const uint8_t *pairs)
{
    uint32_t id = sim_config_read(s->card, 0, 4);
    uint32_t class = sim_config_read(s->card, 0x0b, 1);
    bool listed = false;
    for (uint64_t i = 0; i + 8 <= request->arg[1]; i += 8) {
        uint64_t pair = tcp_get_u64(pairs + i);
        listed = listed || ((id >> 16) & (uint32_t)pair) == (uint32_t)(pair >> 32);
    }
    return listed && (id & 0xffff) == request->arg[2] && (request->arg[0] == 0 || request->arg[0] == class);
}

static int handle_probe(struct session *s, const struct tinygpu_request *request)
{
    uint8_t pairs[TCP_MAX_PROBE], bytes[TINYGPU_REPLY_SIZE + sizeof CARD_LINE];
    if (request->arg[1] > sizeof pairs) {
        return session_fail(s, -EPROTO, "a probe with a filter of %" PRIu64 " bytes, at most %zu are read", request->arg[1],
                            sizeof pairs);
    }
    int rc = session_receive(s, pairs, request->arg[1]);
    if (rc) {
        return rc;
    }
    uint64_t length = card_matches(s, request, pairs) ? sizeof CARD_LINE - 1 : 0;
    tinygpu_put_reply(bytes, &(struct tinygpu_reply){0, {length, length != 0}});
    memcpy(bytes + TINYGPU_REPLY_SIZE, CARD_LINE, length);
    return session_send(s, bytes, TINYGPU_REPLY_SIZE + length, -1);
}

static int handle_map_bar(struct session *s, const struct tinygpu_request *request)
{
    uint64_t size = request->bar < SESSION_BARS ? sim_bar_size(s->card, (uint8_t)request->bar) : 0;
    if (request->device) {
        return refuse_device(s, request);
    }
    if (!size) {
        return session_refuse(s, "the card has no BAR %u", request->bar);
    }
    s->bar_mapped[request->bar] = true;
    return session_reply(s, 0, 0x100000000u * (request->bar + 1), size); /* nobody can use the address: made up */
}

static int refuse_config(struct session *s, const struct tinygpu_request *request)
{
    return session_refuse(s, "config access of %" PRIu64 " bytes at offset 0x%" PRIx64 ": sizes are 1, 2 or 4, below 0x1000",
                          request->arg[1], request->arg[0]);
}

static int handle_config_read(struct session *s, const struct tinygpu_request *request)
{
    if (request->device || !session_config_is_valid(request)) {
        return request->device ? refuse_device(s, request) : refuse_config(s, request);
    }
    return session_reply(s, 0, sim_config_read(s->card, (uint16_t)request->arg[0], (uint8_t)request->arg[1]), 0);
}

static int handle_config_write(struct session *s, const struct tinygpu_request *request)
{
    if (request->device || !session_config_is_valid(request)) {
        return request->device ? refuse_device(s, request) : refuse_config(s, request);
    }
    sim_config_write(s->card, (uint16_t)request->arg[0], (uint8_t)request->arg[1], (uint32_t)request->arg[2]);
    return session_reply(s, 0, 0, 0);
}

static int handle_reset(struct session *s, const struct tinygpu_request *request)
{
    return request->device ? refuse_device(s, request) : session_reset_card(s, request);
}

static int handle_mmio_read(struct session *s, const struct tinygpu_request *request)
{
    if (request->device || !session_in_bar(s, request)) {
        return session_refuse(s, "a read of %" PRIu64 " bytes at 0x%" PRIx64 " of card %u, BAR %u: out of range, or not mapped",
                              request->arg[1], request->arg[0], request->device, request->bar);
    }
    return session_send_bar(s, request);
}

static int handle_mmio_write(struct session *s, const struct tinygpu_request *request)
{
    if (request->device || !session_in_bar(s, request)) {
        return bad_write(s, request, "BAR");
    }
    if (!session_grow_buffer(s, request->arg[1] + 8)) {
        return session_fail(s, -ENOMEM, "no memory for a payload of %" PRIu64 " bytes", request->arg[1]);
    }
    int rc = session_receive(s, s->buffer + (request->arg[0] & 3), request->arg[1]);
    if (rc == 0 && request->arg[1]) {
        session_write_bar(s, request);
    }
    return rc;
}

/* ---- host memory ------------------------------------------------------------------------------------------------- */

static int handle_map_memory(struct session *s, const struct tinygpu_request *request)
{
    uint64_t pages = request->arg[0] / TCP_PAGE + (request->arg[0] % TCP_PAGE != 0);
    if (request->device) {
        return refuse_device(s, request);
    }
    if (request->arg[0] == 0 || !session_has_room(s, request->arg[0]) || !session_has_room(s, pages * TCP_PAGE) ||
        !session_grow_buffer(s, TINYGPU_REPLY_SIZE + pages * 8)) {
        return session_refuse(s, "host memory of %" PRIu64 " bytes: %" PRIu64 " bytes in %u regions are in use", request->arg[0],
                              s->dma_used, s->region_count);
    }
    void *memory = mmap(NULL, pages * TCP_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || session_add_region(s, memory, pages * TCP_PAGE, request->arg[1] != 0)) {
        if (memory != MAP_FAILED) {
            munmap(memory, pages * TCP_PAGE);
        }
        return session_refuse(s, "host memory of %" PRIu64 " bytes could not be mapped", request->arg[0]);
    }
    const struct session_region *r = &s->regions[s->region_count - 1];
    uint8_t *at = s->buffer + TINYGPU_REPLY_SIZE;
    for (uint32_t i = 0; i < r->segment_count; i++) {
        for (uint64_t offset = 0; offset < r->segments[i].size_bytes; offset += TCP_PAGE, at += 8) {
            tcp_put_u64(at, r->segments[i].bus_address + offset);
        }
    }
    tinygpu_put_reply(s->buffer, &(struct tinygpu_reply){0, {pages * 8, s->region_count - 1}});
    return session_send(s, s->buffer, TINYGPU_REPLY_SIZE + pages * 8, -1);
}

/*
 * Host memory that the card's threads look at meanwhile: whole aligned words are moved by one access each, so that nobody sees
 * half of a new value and half of an old one.
 */
static void copy_words(uint8_t *dst, const uint8_t *src, uint64_t size_bytes, const uint8_t *shared)
{
    while (size_bytes) {
        if (((uintptr_t)shared & 7) == 0 && size_bytes >= 8) {
            uint64_t word;
            if (shared == src) {
                word = __atomic_load_n((const uint64_t *)(const void *)src, __ATOMIC_ACQUIRE);
                memcpy(dst, &word, 8);
            } else {
                memcpy(&word, src, 8);
                __atomic_store_n((uint64_t *)(void *)dst, word, __ATOMIC_RELEASE);
            }
            dst += 8, src += 8, shared += 8, size_bytes -= 8;
        } else if (((uintptr_t)shared & 3) == 0 && size_bytes >= 4) {
            uint32_t word;
            if (shared == src) {
                word = __atomic_load_n((const uint32_t *)(const void *)src, __ATOMIC_ACQUIRE);
                memcpy(dst, &word, 4);
            } else {
                memcpy(&word, src, 4);
                __atomic_store_n((uint32_t *)(void *)dst, word, __ATOMIC_RELEASE);
            }
            dst += 4, src += 4, shared += 4, size_bytes -= 4;
        } else {
            __atomic_store_n(dst, __atomic_load_n(src, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
            dst++, src++, shared++, size_bytes--;
        }
    }
}

/* Where the request points in host memory; NULL if that is not in a region. */
static uint8_t *memory_at(struct session *s, const struct tinygpu_request *request)
{
    if (request->device || request->bar >= s->region_count) {
        return NULL;
    }
    const struct session_region *r = &s->regions[request->bar];
    bool inside = request->arg[1] <= r->size_bytes && request->arg[0] <= r->size_bytes - request->arg[1];
    return inside ? (uint8_t *)r->memory + request->arg[0] : NULL;
}

static int handle_memory_read(struct session *s, const struct tinygpu_request *request)
{
    const uint8_t *from = memory_at(s, request);
    uint64_t left = request->arg[1], head = TINYGPU_REPLY_SIZE;
    if (!from || !session_grow_buffer(s, head + (left < MAX_MEMORY_CHUNK ? left : MAX_MEMORY_CHUNK))) {
        return session_refuse(s, "a read of %" PRIu64 " bytes at 0x%" PRIx64 " of host memory %u: out of range, or not mapped",
                              request->arg[1], request->arg[0], request->bar);
    }
    tinygpu_put_reply(s->buffer, &(struct tinygpu_reply){0, {left, 0}});
    int rc;
    do { /* the reply leaves with the first piece, so that a word is one packet */
        uint64_t part = left < MAX_MEMORY_CHUNK ? left : MAX_MEMORY_CHUNK;
        copy_words(s->buffer + head, from, part, from);
        rc = session_send(s, s->buffer, head + part, -1);
        from += part;
        left -= part;
        head = 0;
    } while (rc == 0 && left);
    return rc;
}

static int handle_memory_write(struct session *s, const struct tinygpu_request *request)
{
    uint8_t *to = memory_at(s, request);
    uint64_t left = request->arg[1];
    if (!to) {
        return bad_write(s, request, "host memory");
    }
    if (!session_grow_buffer(s, left < MAX_MEMORY_CHUNK ? left : MAX_MEMORY_CHUNK)) {
        return session_fail(s, -ENOMEM, "no memory for a payload");
    }
    while (left) {
        uint64_t part = left < MAX_MEMORY_CHUNK ? left : MAX_MEMORY_CHUNK;
        int rc = session_receive(s, s->buffer, part);
        if (rc) {
            return rc;
        }
        copy_words(to, s->buffer, part, to);
        to += part;
        left -= part;
    }
    return 0;
}

/* ---- ours -------------------------------------------------------------------------------------------------------- */

static int handle_counters(struct session *s, const struct tinygpu_request *request)
{
    (void)request;
    struct sim_counters c;
    sim_get_counters(s->card, &c);
    const uint64_t values[TCP_COUNTER_COUNT] = {
        [TCP_HOST_READ_BYTES] = c.host_read_bytes,
        [TCP_HOST_WRITE_BYTES] = c.host_write_bytes,
        [TCP_VRAM_READ_BYTES] = c.vram_read_bytes,
        [TCP_VRAM_WRITE_BYTES] = c.vram_write_bytes,
        [TCP_WAVE_INSTRUCTIONS] = c.wave_instructions,
        [TCP_DISPATCHES] = c.dispatches,
        [TCP_DOORBELLS] = c.doorbells,
        [TCP_BAR_READS] = c.bar_reads,
        [TCP_BAR_WRITES] = c.bar_writes,
        [TCP_MODELLED_CARD_NS] = c.modelled_card_ns,
        [TCP_MODELLED_LINK_NS] = c.modelled_link_ns,
        [TCP_REQUESTS] = s->counters.requests,
        [TCP_ROUND_TRIPS] = s->counters.round_trips,
        [TCP_BYTES_IN] = s->counters.bytes_in,
        [TCP_BYTES_OUT] = s->counters.bytes_out,
    };
    uint8_t bytes[TINYGPU_REPLY_SIZE + sizeof values];
    tinygpu_put_reply(bytes, &(struct tinygpu_reply){0, {sizeof values, 0}});
    for (size_t i = 0; i < TCP_COUNTER_COUNT; i++) {
        tcp_put_u64(bytes + TINYGPU_REPLY_SIZE + 8 * i, values[i]);
    }
    return session_send(s, bytes, sizeof bytes, -1);
}

static const struct session_command commands[] = {
    {TINYGPU_PROBE, true, handle_probe},
    {TINYGPU_MAP_BAR, true, handle_map_bar},
    {TINYGPU_CONFIG_READ, true, handle_config_read},
    {TINYGPU_CONFIG_WRITE, true, handle_config_write},
    {TINYGPU_RESET, true, handle_reset},
    {TINYGPU_MMIO_READ, true, handle_mmio_read},
    {TINYGPU_MMIO_WRITE, false, handle_mmio_write},
    {TCP_MAP_MEMORY, true, handle_map_memory},
    {TCP_MEMORY_READ, true, handle_memory_read},
    {TCP_MEMORY_WRITE, false, handle_memory_write},
    {TINYGPU_RESIZE_BAR, true, session_do_nothing}, /* the window stays as it is (T-40) */
    {TINYGPU_PING, true, session_answer_ping},
    {TCP_COUNTERS, true, handle_counters},
};

const struct session_protocol session_tcp = {
    .commands = commands,
    .command_count = sizeof commands / sizeof commands[0],
    .max_regions = SESSION_MAX_REGIONS,
    .error_texts = true,
};
