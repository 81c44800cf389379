/*
 * The client of TinyGPU.app's socket (tinygpu_protocol.h): MMIO as messages (remote.h), DMA memory as shared descriptors.
 *
 * URI: tinygpu:[PATH][?timeout_ms=N&drop_after=N]
 */
#include "link/link_tinygpu.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "link/remote.h"
#include "link/tinygpu_connect.h"

struct tinygpu_link {
    struct remote remote; /* first: what remote.h works on */
    int lock_fd;
    uint32_t region_count;
    struct dma_region regions[TINYGPU_MAX_REGIONS];
    char silence[URI_NAME_SIZE + 200];
};

/* Maps the descriptor; a file shorter than the server says would kill us at the first touch behind its end. */
static int map_shared(struct link *l, int fd, uint64_t size_bytes, void **cpu_out)
{
    struct stat st;
    if (fstat(fd, &st) || (S_ISREG(st.st_mode) && (uint64_t)st.st_size < size_bytes)) {
        return err_set(&l->err, -EIO, "DMA memory: the server speaks of %" PRIu64 " bytes, but its descriptor has %lld",
                       size_bytes, (long long)st.st_size);
    }
    void *cpu = mmap(NULL, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (cpu == MAP_FAILED) {
        return err_set(&l->err, -errno, "DMA memory: mapping %" PRIu64 " bytes failed: %s", size_bytes, strerror(errno));
    }
    *cpu_out = cpu;
    return 0;
}

/* Takes the bus addresses out of the region's start, then clears what they overwrote (T-16). */
static int read_segments(struct link *l, struct dma_region *region)
{
    struct tinygpu_segment segments[TINYGPU_MAX_SEGMENTS];
    uint8_t table[TINYGPU_TABLE_SIZE];
    uint64_t covered;
    memcpy(table, region->cpu, sizeof table); /* a copy: the other side could change it between check and use */
    int count = tinygpu_get_table(table, region->size_bytes, segments, &covered);
    if (count < 0) {
        return err_set(&l->err, count,
                       "DMA memory: the server's list of bus addresses covers %" PRIu64 " of %" PRIu64
                       " bytes; it is cut off after %d pieces (T-18). Ask for less at once.",
                       covered, region->size_bytes, TINYGPU_MAX_SEGMENTS);
    }
    for (int i = 0; i < count; i++) {
        region->segments[i] = (struct dma_segment){{segments[i].bus_address}, segments[i].size_bytes};
    }
    region->segment_count = (uint32_t)count;
    memset(region->cpu, 0, sizeof table);
    return 0;
}

static int tinygpu_dma_alloc(struct link *l, size_t size_bytes, struct dma_region *region_out)
{
    struct tinygpu_link *t = l->priv;
    if (t->region_count == TINYGPU_MAX_REGIONS) {
        return err_set(&l->err, -ENOMEM, "DMA memory: all %d regions of this session are in use; none can be given back (T-17)",
                       TINYGPU_MAX_REGIONS);
    }
    struct tinygpu_reply reply;
    int fd = -1;
    uint64_t rounded = ((uint64_t)size_bytes + TINYGPU_MIN_REGION - 1) & ~(uint64_t)(TINYGPU_MIN_REGION - 1);
    int rc = remote_round_trip(l, &(struct tinygpu_request){TINYGPU_SHARE_MEMORY, 0, 0, {rounded, 0, 0}}, NULL, 0, &reply, &fd);
    if (rc == -EIO) {
        rc = -ENOMEM; /* refusing is all it can say; the sentence stays */
        (void)err_prefix(&l->err, rc, "DMA memory of %zu bytes, with %u regions in use (T-31)", size_bytes, t->region_count);
    } else if (rc == 0 && fd < 0) {
        rc = err_set(&l->err, -EIO, "DMA memory: the server sent no descriptor; is this process out of them (ulimit -n, T-17)?");
    } else if (rc == 0 && (reply.value[0] < rounded || reply.value[0] > SIZE_MAX / 2)) {
        rc = err_set(&l->err, -EIO, "DMA memory: %" PRIu64 " bytes asked for, the server gave %" PRIu64, rounded, reply.value[0]);
    }
    struct dma_region region = {.size_bytes = rc ? 0 : reply.value[0]};
    if (rc == 0) {
        rc = map_shared(l, fd, region.size_bytes, &region.cpu);
    }
    if (rc == 0) {
        rc = read_segments(l, &region);
        if (rc) {
            munmap(region.cpu, region.size_bytes);
        }
    }
    if (fd >= 0) {
        close(fd); /* the mapping keeps the memory, so a session never comes near the limit of 256 descriptors (T-17) */
    }
    if (rc == 0) {
        t->regions[t->region_count++] = region;
        *region_out = region;
    }
    return rc;
}

/* ---- opening and closing ----------------------------------------------------------------------------------------- */

static void tinygpu_close(struct link *l)
{
    struct tinygpu_link *t = l->priv;
    if (t->remote.fd >= 0) {
        close(t->remote.fd); /* ends the session: the server takes our memory from the card (T-17) */
    }
    for (uint32_t i = 0; i < t->region_count; i++) {
        munmap(t->regions[i].cpu, t->regions[i].size_bytes);
    }
    if (t->lock_fd >= 0) {
        close(t->lock_fd);
    }
    free(t);
    l->priv = NULL;
}

static struct tinygpu_link *create(uint64_t timeout_us)
{
    struct tinygpu_link *t = calloc(1, sizeof *t);
    if (t) {
        t->remote =
            (struct remote){.fd = -1, .timeout_us = timeout_us, .find_command = tinygpu_find_command, .silence = t->silence};
        t->lock_fd = -1;
    }
    return t;
}

static int tinygpu_open(struct link *l, const char *address, uint64_t deadline_us, struct err *e)
{
#if defined(__APPLE__) && defined(__x86_64__)
    (void)l, (void)address, (void)deadline_us, (void)create;
    return err_set(e, -ENOTSUP,
                   "On Intel Macs the driver maps memory read-only for the card, which can panic the machine (T-35).");
#else
    struct uri uri;
    uint64_t timeout_ms = REMOTE_REPLY_TIMEOUT_MS, drop_after = UINT64_MAX;
    const struct uri_row rows[] = {
        {"timeout_ms", 1, 3600000, &timeout_ms, NULL},
        {"drop_after", 0, UINT64_MAX, &drop_after, NULL},
    };
    int rc = uri_parse(address, &uri, e);
    if (rc == 0) {
        rc = uri_apply(&uri, rows, sizeof rows / sizeof rows[0], e);
    }
    if (rc) {
        return rc;
    }
    struct tinygpu_link *t = create(timeout_ms * 1000);
    if (!t) {
        return err_set(e, -ENOMEM, "no memory for the link");
    }
    tinygpu_socket_path(uri.name, t->remote.name, sizeof t->remote.name);
    snprintf(
        t->silence, sizeof t->silence,
        "Another program may hold the card: it serves one at a time (T-19; lsof %s tells). Else its driver hangs, and only a "
        "restart of the machine clears that (T-24).",
        t->remote.name);
    l->priv = t;
    rc = tinygpu_lock(t->remote.name, &t->lock_fd, e);
    if (rc == 0) {
        rc = tinygpu_connect(t->remote.name, deadline_us, &t->remote.fd, e);
    }
    if (rc == 0) {
        rc = remote_greet(l, deadline_us, e);
    }
    if (rc) {
        tinygpu_close(l);
    }
    link_inject_fault(l, drop_after == UINT64_MAX ? LINK_FAULT_NONE : LINK_FAULT_DROP, drop_after);
    return rc;
#endif
}

const struct link_ops link_tinygpu_ops = {
    .scheme = "tinygpu",
    .open = tinygpu_open,
    .config_read = remote_config_read,
    .config_write = remote_config_write,
    .bar_info = remote_bar_info,
    .bar_read = remote_bar_read,
    .bar_write = remote_bar_write,
    .dma_alloc = tinygpu_dma_alloc,
    .reset = remote_reset,
    .alive = remote_alive,
    .close = tinygpu_close,
};

int link_tinygpu_adopt(int fd, uint64_t timeout_us, struct link **link_out, struct err *e)
{
    struct link *l = calloc(1, sizeof *l);
    struct tinygpu_link *t = l ? create(timeout_us) : NULL;
    if (!t) {
        free(l);
        close(fd);
        return err_set(e, -ENOMEM, "no memory for the link");
    }
    t->remote.fd = fd;
    snprintf(t->remote.name, sizeof t->remote.name, "(a connected socket)");
    snprintf(t->silence, sizeof t->silence, "Another program may hold the card: it serves one at a time (T-19).");
    remote_set_timeout(&t->remote, timeout_us);
    *l = (struct link){.ops = &link_tinygpu_ops, .priv = t, .doorbell_bar = 2};
    *link_out = l;
    return 0;
}
