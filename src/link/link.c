#include "link/link.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"

#define SETTLE_US 30000000u /* T-51: a card may be away for seconds after a reset; wait up to 30 s before calling it lost */

static const struct link_ops *const transports[] = {&link_sim_ops, &link_tinygpu_ops, &link_tcp_ops};
#define TRANSPORT_COUNT (sizeof transports / sizeof transports[0])

int link_open(const char *uri, uint64_t timeout_us, struct link **link_out, struct err *e)
{
    const char *colon = strchr(uri, ':');
    size_t length = colon ? (size_t)(colon - uri) : strlen(uri);
    const struct link_ops *ops = NULL;
    for (size_t i = 0; i < TRANSPORT_COUNT && colon; i++) {
        if (strlen(transports[i]->scheme) == length && memcmp(transports[i]->scheme, uri, length) == 0) {
            ops = transports[i];
        }
    }
    if (!ops) {
        return err_set(
            e, -EINVAL,
            "no link is named \"%.*s\"; use sim:rx7900xtx for the simulated card, tinygpu: for a real one, or tcp:HOST:PORT for "
            "one on another machine",
            (int)(length < 64 ? length : 64), uri);
    }
    struct link *l = calloc(1, sizeof *l);
    if (!l) {
        return err_set(e, -ENOMEM, "no memory for the link");
    }
    l->ops = ops;
    l->doorbell_bar = 2;
    uint64_t now = clock_now_us();
    int rc = ops->open(l, colon + 1, timeout_us > UINT64_MAX - now ? UINT64_MAX : now + timeout_us, e);
    if (rc) {
        free(l);
        return rc;
    }
    *link_out = l;
    return 0;
}

void link_close(struct link *l)
{
    if (l) {
        l->ops->close(l);
        free(l);
    }
}

static void trace(struct link *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void trace(struct link *l, const char *format, ...)
{
    char line[160];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    l->trace(l->trace_user, line);
}

int link_lost(struct link *l, const char *format, ...)
{
    char doing[300];
    va_list args;
    va_start(args, format);
    vsnprintf(doing, sizeof doing, format, args);
    va_end(args);
    __atomic_store_n(&l->lost, true, __ATOMIC_RELAXED);
    return err_set(&l->err, -ENODEV,
                   "The card left the link: %s. Check cable and power, switch the enclosure off and on, then run exosuit doctor.",
                   doing);
}

void link_inject_fault(struct link *l, enum link_fault fault, uint64_t after)
{
    l->fault = fault;
    l->fault_after = after;
}

/* Counts a request. 0: go on; 1: fault injection took the card away, the request must not reach it; -ENODEV: lost before. */
static int begin(struct link *l)
{
    if (l->lost) {
        return -ENODEV; /* l->err still says how it was lost: every wrapper stops here from then on */
    }
    l->requests++;
    if (l->fault == LINK_FAULT_DROP) {
        if (l->fault_after == 0) {
            return 1;
        }
        l->fault_after--;
    }
    return 0;
}

static bool is_dropped(const struct link *l)
{
    return l->fault == LINK_FAULT_DROP && l->fault_after == 0;
}

/* Vendor id, the register that cannot be all ones on a present card. Counted, since it is a round trip, but not a request. */
static int read_vendor(struct link *l, uint32_t *vendor_out)
{
    *vendor_out = 0xffff;
    if (is_dropped(l)) {
        return 0;
    }
    l->counters.config_reads++;
    return l->ops->config_read(l, 0, 2, vendor_out);
}

/*
 * A read gave all ones, which a register may hold and a card that is gone always gives (T-42). Asks the vendor id, which
 * cannot be all ones, and latches the loss. After a reset the card may be away for a while (T-51), so nothing is latched then.
 */
static int check_all_ones(struct link *l, const char *doing)
{
    uint32_t vendor;
    int rc = read_vendor(l, &vendor);
    if (rc) {
        return rc;
    }
    if ((vendor & 0xffff) != 0xffff) {
        l->settle_until_us = 0;
        return 0;
    }
    if (l->settle_until_us && clock_now_us() < l->settle_until_us) {
        return 0;
    }
    return link_lost(l, "%s gave all ones, and so did the vendor id in config space (0xffff, expected a PCI vendor)", doing);
}

static int check_config(struct link *l, uint16_t offset, uint8_t size)
{
    if ((size != 1 && size != 2 && size != 4) || offset % size || offset + size > 4096) {
        return err_set(&l->err, -EINVAL, "config access of %u bytes at offset 0x%x: sizes are 1, 2 or 4, aligned, below 0x1000",
                       size, offset);
    }
    return 0;
}

int link_config_read(struct link *l, uint16_t offset, uint8_t size, uint32_t *value_out)
{
    int rc = check_config(l, offset, size);
    if (rc) {
        return rc;
    }
    rc = begin(l);
    if (rc < 0) {
        return rc;
    }
    uint32_t ones = size == 4 ? UINT32_MAX : (1u << 8 * size) - 1;
    uint32_t value = ones;
    if (rc == 0) {
        l->counters.config_reads++;
        rc = l->ops->config_read(l, offset, size, &value);
        if (rc) {
            return rc;
        }
        value &= ones;
    }
    if (value == ones) {
        char doing[64];
        snprintf(doing, sizeof doing, "reading config offset 0x%x", offset);
        rc = check_all_ones(l, doing);
        if (rc) {
            return rc;
        }
    }
    if (l->trace) {
        trace(l, "config read  0x%03x/%u -> 0x%x", offset, size, value);
    }
    *value_out = value;
    return 0;
}

int link_config_write(struct link *l, uint16_t offset, uint8_t size, uint32_t value)
{
    int rc = check_config(l, offset, size);
    if (rc) {
        return rc;
    }
    rc = begin(l);
    if (rc) {
        return rc < 0 ? rc : 0; /* dropped: the write vanishes */
    }
    l->counters.config_writes++;
    if (l->trace) {
        trace(l, "config write 0x%03x/%u <- 0x%x", offset, size, value);
    }
    return l->ops->config_write(l, offset, size, value);
}

int link_bar_info(struct link *l, uint8_t bar, uint64_t *size_bytes_out)
{
    if (bar >= LINK_MAX_BARS) {
        return err_set(&l->err, -EINVAL, "BAR %u does not exist: a card has BARs 0 to %d", bar, LINK_MAX_BARS - 1);
    }
    if (l->lost) {
        return -ENODEV;
    }
    if (!l->bar_size[bar]) {
        int rc = begin(l);
        if (rc) {
            return rc < 0 ? rc : link_lost(l, "mapping BAR %u failed", bar);
        }
        rc = l->ops->bar_info(l, bar, &l->bar_size[bar]);
        if (rc) {
            return rc;
        }
        if (l->trace) {
            trace(l, "bar %u: 0x%" PRIx64 " bytes", bar, l->bar_size[bar]);
        }
    }
    *size_bytes_out = l->bar_size[bar];
    return 0;
}

static int check_bar(struct link *l, uint8_t bar, uint64_t offset, size_t size_bytes, const char *verb)
{
    if (bar >= LINK_MAX_BARS || !l->bar_size[bar]) {
        return err_set(&l->err, -EINVAL, "%s BAR %u: it does not exist or was not mapped first (link_bar_info, T-13)", verb, bar);
    }
    if (offset % 4 || size_bytes % 4 || size_bytes == 0) {
        return err_set(&l->err, -EINVAL, "%s BAR %u at 0x%" PRIx64 ", %zu bytes: offset and size must be multiples of 4 (T-41)",
                       verb, bar, offset, size_bytes);
    }
    if (size_bytes > l->bar_size[bar] || offset > l->bar_size[bar] - size_bytes) {
        return err_set(&l->err, -ERANGE, "%s BAR %u at 0x%" PRIx64 ", %zu bytes: the BAR ends at 0x%" PRIx64, verb, bar, offset,
                       size_bytes, l->bar_size[bar]);
    }
    return 0;
}

static bool all_ones(const void *data, size_t size_bytes)
{
    const uint8_t *bytes = data;
    for (size_t i = 0; i < size_bytes; i++) {
        if (bytes[i] != 0xff) {
            return false;
        }
    }
    return true;
}

int link_bar_read(struct link *l, uint8_t bar, uint64_t offset, void *dst, size_t size_bytes)
{
    if (l->lost) {
        return -ENODEV;
    }
    int rc = check_bar(l, bar, offset, size_bytes, "reading");
    if (rc) {
        return rc;
    }
    rc = begin(l);
    if (rc < 0) {
        return rc;
    }
    if (rc) {
        memset(dst, 0xff, size_bytes);
    } else {
        l->counters.bar_reads++;
        l->counters.bar_read_bytes += size_bytes;
        rc = l->ops->bar_read(l, bar, offset, dst, size_bytes);
        if (rc) {
            return rc;
        }
    }
    if (all_ones(dst, size_bytes)) {
        char doing[80];
        snprintf(doing, sizeof doing, "reading %zu bytes of BAR %u at 0x%" PRIx64, size_bytes, bar, offset);
        rc = check_all_ones(l, doing);
        if (rc) {
            return rc;
        }
    }
    if (l->trace) {
        uint32_t first;
        memcpy(&first, dst, 4);
        trace(l, "bar %u read  0x%08" PRIx64 "/%zu -> 0x%08x", bar, offset, size_bytes, first);
    }
    return 0;
}

int link_bar_write(struct link *l, uint8_t bar, uint64_t offset, const void *src, size_t size_bytes)
{
    if (l->lost) {
        return -ENODEV;
    }
    int rc = check_bar(l, bar, offset, size_bytes, "writing");
    if (rc) {
        return rc;
    }
    rc = begin(l);
    if (rc) {
        return rc < 0 ? rc : 0; /* dropped: a posted write vanishes, the next read tells */
    }
    if (bar == l->doorbell_bar) {
        l->counters.doorbells++;
    } else {
        l->counters.bar_writes++;
    }
    l->counters.bar_write_bytes += size_bytes;
    if (l->trace) {
        uint32_t first;
        memcpy(&first, src, 4);
        trace(l, "bar %u write 0x%08" PRIx64 "/%zu <- 0x%08x", bar, offset, size_bytes, first);
    }
    return l->ops->bar_write(l, bar, offset, src, size_bytes);
}

int link_read32(struct link *l, uint8_t bar, uint64_t offset, uint32_t *value_out)
{
    return link_bar_read(l, bar, offset, value_out, sizeof *value_out);
}

int link_write32(struct link *l, uint8_t bar, uint64_t offset, uint32_t value)
{
    return link_bar_write(l, bar, offset, &value, sizeof value);
}

int link_write64(struct link *l, uint8_t bar, uint64_t offset, uint64_t value)
{
    return link_bar_write(l, bar, offset, &value, sizeof value);
}

/* A list that was cut off (T-18) would send the card's DMA astray: refuse it here, for every transport. */
static int check_region(struct link *l, const struct dma_region *region, size_t asked)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < region->segment_count && i < LINK_MAX_SEGMENTS; i++) {
        sum += region->segments[i].size_bytes;
    }
    if (region->segment_count == 0 || region->segment_count > LINK_MAX_SEGMENTS || sum < region->size_bytes ||
        region->size_bytes < asked) {
        return err_set(&l->err, -EIO,
                       "DMA memory: %zu bytes asked for, %" PRIu64 " given, but its %u bus segments cover %" PRIu64
                       "; memory is too fragmented for the %d segments the system reports (T-18): ask for smaller pieces",
                       asked, region->size_bytes, region->segment_count, sum, LINK_MAX_SEGMENTS);
    }
    return 0;
}

int link_dma_alloc(struct link *l, size_t size_bytes, struct dma_region *region_out)
{
    if (l->lost) {
        return -ENODEV;
    }
    if (size_bytes == 0) {
        return err_set(&l->err, -EINVAL, "DMA memory of 0 bytes was asked for");
    }
    int rc = begin(l);
    if (rc) {
        return rc < 0 ? rc : link_lost(l, "allocating %zu bytes of DMA memory failed", size_bytes);
    }
    struct dma_region region = {0};
    rc = l->ops->dma_alloc(l, size_bytes, &region);
    if (rc) {
        return rc;
    }
    rc = check_region(l, &region, size_bytes);
    if (rc) {
        return rc;
    }
    l->counters.dma_regions++;
    l->counters.dma_bytes += region.size_bytes;
    if (l->trace) {
        trace(l, "dma: %" PRIu64 " bytes in %u segments, first at 0x%" PRIx64, region.size_bytes, region.segment_count,
              region.segments[0].address.value);
    }
    *region_out = region;
    return 0;
}

bool link_shares_memory(const struct link *l)
{
    return l->ops->dma_push == NULL;
}

static int move_spans(struct link *l, int (*move)(struct link *, const struct link_span *, uint32_t),
                      const struct link_span *spans, uint32_t count)
{
    if (!move || count == 0) {
        return 0;
    }
    if (__atomic_load_n(&l->lost, __ATOMIC_RELAXED) || is_dropped(l)) {
        return -ENODEV;
    }
    return count > LINK_MAX_SPANS ? -EINVAL : move(l, spans, count);
}

int link_dma_push(struct link *l, const struct link_span *spans, uint32_t count)
{
    return move_spans(l, l->ops->dma_push, spans, count);
}

int link_dma_pull(struct link *l, const struct link_span *spans, uint32_t count)
{
    return move_spans(l, l->ops->dma_pull, spans, count);
}

int link_reset(struct link *l, enum link_reset kind)
{
    int rc = begin(l);
    if (rc) {
        return rc < 0 ? rc : link_lost(l, "resetting it failed");
    }
    if (l->trace) {
        trace(l, "reset: %s", kind == LINK_RESET_HOT ? "hot" : "function");
    }
    rc = l->ops->reset(l, kind);
    if (rc == 0) {
        l->settle_until_us = clock_now_us() + SETTLE_US;
    }
    return rc;
}

bool link_is_alive(struct link *l)
{
    if (__atomic_load_n(&l->lost, __ATOMIC_RELAXED) || is_dropped(l)) {
        return false;
    }
    return l->ops->alive ? l->ops->alive(l) : true;
}

int link_card_counters(struct link *l, struct link_card_counters *counters_out)
{
    return l->ops->card_counters ? l->ops->card_counters(l, counters_out) : -ENOTSUP;
}
