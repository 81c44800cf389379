#include "sim/session.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define BUS_GRANULE 0x4000u    /* T-30: 16 KiB pages */
#define DMA_BUDGET 1500000000u /* T-31 */

bool session_in_bar(const struct session *s, const struct tinygpu_request *request)
{
    if (request->bar >= SESSION_BARS || !s->bar_mapped[request->bar]) {
        return false;
    }
    uint64_t bar_bytes = sim_bar_size(s->card, (uint8_t)request->bar);
    return request->arg[1] <= bar_bytes && request->arg[0] <= bar_bytes - request->arg[1];
}

/* The words that hold bytes [offset, offset + size), since the card is reached by 32-bit accesses only (T-41). */
static void covering_words(const struct tinygpu_request *request, uint64_t *first_out, uint64_t *size_out)
{
    *first_out = request->arg[0] & ~UINT64_C(3);
    *size_out = ((request->arg[0] + request->arg[1] + 3) & ~UINT64_C(3)) - *first_out;
}

int session_send_bar(struct session *s, const struct tinygpu_request *request)
{
    uint64_t first, size;
    covering_words(request, &first, &size);
    uint64_t skip = request->arg[0] - first;
    if (!session_grow_buffer(s, TINYGPU_REPLY_SIZE + size)) {
        return session_refuse(s, "no memory for %llu bytes", (unsigned long long)size);
    }
    /* The reply's 17 bytes go right before the data that was asked for, so that both leave in one piece. */
    uint8_t *words = s->buffer + TINYGPU_REPLY_SIZE;
    if (size && !sim_bar_read(s->card, (uint8_t)request->bar, first, words, size)) {
        memset(words, 0xff, size);
    }
    uint8_t *start = words + skip - TINYGPU_REPLY_SIZE;
    tinygpu_put_reply(start, &(struct tinygpu_reply){0, {request->arg[1], 0}});
    return session_send(s, start, TINYGPU_REPLY_SIZE + request->arg[1], -1);
}

/* Bytes of the first and last word that were not sent keep their value. */
void session_write_bar(struct session *s, const struct tinygpu_request *request)
{
    uint64_t first, size;
    covering_words(request, &first, &size);
    uint8_t bar = (uint8_t)request->bar, edge[4];
    uint64_t skip = request->arg[0] & 3, tail = (skip + request->arg[1]) & 3;
    if (skip && sim_bar_read(s->card, bar, first, edge, 4)) {
        memcpy(s->buffer, edge, skip);
    }
    if (tail && sim_bar_read(s->card, bar, first + size - 4, edge, 4)) {
        memcpy(s->buffer + size - 4 + tail, edge + tail, 4 - tail);
    }
    (void)sim_bar_write(s->card, bar, first, s->buffer, size);
}

bool session_config_is_valid(const struct tinygpu_request *request)
{
    uint64_t size = request->arg[1];
    return (size == 1 || size == 2 || size == 4) && request->arg[0] <= 4096 - size;
}

int session_reset_card(struct session *s, const struct tinygpu_request *request)
{
    (void)request;
    sim_reset(s->card, false); /* always the function reset: the hot one is never reached (T-21) */
    s->reset_us = session_now_us();
    return session_reply(s, 0, 0, 0);
}

int session_do_nothing(struct session *s, const struct tinygpu_request *request)
{
    (void)request;
    return session_reply(s, 0, 0, 0);
}

int session_answer_ping(struct session *s, const struct tinygpu_request *request)
{
    (void)request;
    return session_reply(s, 0, TINYGPU_PING_VERSION, TINYGPU_SIMULATED_MARK);
}

static void unmap_region(struct session *s, struct session_region *r)
{
    for (uint32_t i = 0; i < r->segment_count; i++) {
        sim_iommu_unmap(s->card, r->segments[i].bus_address, r->segments[i].size_bytes);
    }
}

bool session_has_room(const struct session *s, uint64_t size_bytes)
{
    uint64_t budget = s->options->dma_bytes ? s->options->dma_bytes : DMA_BUDGET;
    return s->region_count < s->protocol->max_regions && size_bytes <= budget && s->dma_used <= budget - size_bytes;
}

/* Bus addresses as macOS gives them: low, in 16 KiB steps; here with a hole behind each piece, so that overruns are caught. */
int session_add_region(struct session *s, void *memory, uint64_t size_bytes, bool contiguous)
{
    uint32_t wanted = s->options->segments && !contiguous ? s->options->segments : 1;
    uint64_t pages = size_bytes / 4096, done = 0;
    if (!session_has_room(s, size_bytes) || ++s->regions_asked == s->options->fail_region_at) {
        return -ENOMEM;
    }
    struct session_region *r = &s->regions[s->region_count];
    *r = (struct session_region){.memory = memory, .size_bytes = size_bytes};
    wanted = wanted > SESSION_MAX_SEGMENTS ? SESSION_MAX_SEGMENTS : wanted;
    wanted = wanted > pages ? (uint32_t)pages : wanted;
    for (uint32_t i = 0; i < wanted; i++) {
        uint64_t take = (pages - done / 4096) / (wanted - i) * 4096;
        if (sim_iommu_map(s->card, s->next_bus, (uint8_t *)r->memory + done, take)) {
            unmap_region(s, r);
            return -EIO;
        }
        r->segments[r->segment_count++] = (struct tinygpu_segment){s->next_bus, take};
        s->next_bus += ((take + BUS_GRANULE - 1) & ~(uint64_t)(BUS_GRANULE - 1)) + BUS_GRANULE;
        done += take;
    }
    s->region_count++;
    s->dma_used += size_bytes;
    return 0;
}

void session_free_retired(struct session_retired *retired)
{
    for (uint32_t i = 0; i < retired->count; i++) {
        munmap(retired->regions[i].memory, retired->regions[i].size_bytes);
    }
    retired->count = 0;
}

/*
 * What the kernel does when the app's connection to the driver closes; the card itself is not stopped by it (T-32). One of its
 * threads may be in the middle of an access that began before: the client's pages are replaced by empty ones at the same
 * place, and those go when the next session ends.
 */
void session_end_regions(struct session *s, struct session_retired *retired)
{
    session_free_retired(retired);
    for (uint32_t i = 0; i < s->region_count; i++) {
        struct session_region *r = &s->regions[i];
        unmap_region(s, r);
        (void)mmap(r->memory, r->size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        retired->regions[retired->count++] = *r;
    }
}
