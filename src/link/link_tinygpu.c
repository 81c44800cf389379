/*
 * The client of TinyGPU.app's socket (tinygpu_protocol.h): MMIO as messages, DMA memory as shared descriptors.
 *
 * A reply that does not come in time, or one that cannot be understood, leaves the stream out of step: the link is then lost
 * for good, since nothing read afterwards could be trusted. The socket's own timeouts bound each wait.
 *
 * URI: tinygpu:[PATH][?timeout_ms=N&drop_after=N]
 */
#include "link/link_tinygpu.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/clock.h"
#include "link/link.h"
#include "link/tinygpu_connect.h"
#include "link/tinygpu_protocol.h"
#include "link/uri.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS: SO_NOSIGPIPE, set on connecting */
#endif
#ifndef MSG_CMSG_CLOEXEC
#define MSG_CMSG_CLOEXEC 0 /* macOS: FD_CLOEXEC is set after receiving */
#endif

#define REPLY_TIMEOUT_MS 10000
#define CHUNK_BYTES (16u << 20) /* well under 64 MiB (T-13) */
#define RECEIVE_BYTES 4096

struct tinygpu_link {
    int fd, lock_fd;
    uint64_t timeout_us; /* for one reply */
    uint32_t region_count;
    struct dma_region regions[TINYGPU_MAX_REGIONS];
    size_t received, consumed; /* of the buffer: a reply and its data come with one system call */
    uint8_t buffer[RECEIVE_BYTES];
    char path[URI_NAME_SIZE];
};

/* ---- bytes in and out -------------------------------------------------------------------------------------------- */

static void set_timeout(struct tinygpu_link *t, uint64_t timeout_us)
{
    timeout_us = timeout_us ? timeout_us : 1; /* 0 would mean forever */
    struct timeval tv = {.tv_sec = (time_t)(timeout_us / 1000000), .tv_usec = (suseconds_t)(timeout_us % 1000000)};
    setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
    setsockopt(t->fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
}

/* What a failed send or receive means; the link is lost in any case. n is what the call returned, with errno set. */
static int broken(struct link *l, ssize_t n, const char *doing)
{
    struct tinygpu_link *t = l->priv;
    int code = n == 0 ? 0 : errno;
    if (n < 0 && (code == EAGAIN || code == EWOULDBLOCK)) {
        link_lost(l, "no answer");
        return err_set(&l->err, -ETIMEDOUT,
                       "The server at %s did not answer within %" PRIu64
                       " ms (%s). Another program may hold the card: it serves one at a "
                       "time (T-19; lsof %s tells). Else its driver hangs, and only a restart of the machine clears that (T-24).",
                       t->path, t->timeout_us / 1000, doing, t->path);
    }
    if (n == 0 || code == EPIPE || code == ECONNRESET) {
        return link_lost(l, "the server at %s hung up (%s)", t->path, doing);
    }
    return link_lost(l, "the socket %s failed: %s (%s)", t->path, strerror(code), doing);
}

/* Header and payload in one write (T-12); what the socket does not take at once is pushed after it. */
static int send_request(struct link *l, const struct tinygpu_request *request, const void *payload, size_t payload_bytes)
{
    struct tinygpu_link *t = l->priv;
    uint8_t header[TINYGPU_REQUEST_SIZE];
    tinygpu_put_request(header, request);
    struct iovec iov[2] = {{header, sizeof header}, {(void *)payload, payload_bytes}};
    struct msghdr message = {.msg_iov = iov, .msg_iovlen = payload_bytes ? 2 : 1};
    size_t left = sizeof header + payload_bytes;
    while (left) {
        ssize_t n = sendmsg(t->fd, &message, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return broken(l, n, tinygpu_find_command(request->command)->name);
        }
        left -= (size_t)n;
        for (size_t i = 0; i < (size_t)message.msg_iovlen; i++) {
            size_t part = (size_t)n < iov[i].iov_len ? (size_t)n : iov[i].iov_len;
            iov[i].iov_base = (uint8_t *)iov[i].iov_base + part;
            iov[i].iov_len -= part;
            n -= (ssize_t)part;
        }
    }
    return 0;
}

/* Keeps the first descriptor that came and closes any further ones. */
static void take_descriptors(struct msghdr *message, int *fd_out)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            if (fd_out && *fd_out < 0) {
                fcntl(fd, F_SETFD, FD_CLOEXEC);
                *fd_out = fd;
            } else {
                close(fd);
            }
        }
    }
}

static ssize_t receive_some(struct tinygpu_link *t, void *dst, size_t size_bytes, int *fd_out)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(4 * sizeof(int))];
    } control;
    struct iovec iov = {dst, size_bytes};
    struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t n;
    do {
        n = recvmsg(t->fd, &message, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    if (n >= 0) {
        take_descriptors(&message, fd_out);
    }
    return n;
}

/* Exactly size_bytes, through the buffer while they fit in it. A descriptor that comes along goes to *fd_out. */
static int receive(struct link *l, void *dst, size_t size_bytes, int *fd_out, const char *doing)
{
    struct tinygpu_link *t = l->priv;
    uint8_t *to = dst;
    uint64_t deadline_us = clock_now_us() + t->timeout_us;
    while (size_bytes) {
        size_t have = t->received - t->consumed;
        size_t part = have < size_bytes ? have : size_bytes;
        memcpy(to, t->buffer + t->consumed, part);
        t->consumed += part;
        to += part;
        size_bytes -= part;
        if (size_bytes == 0) {
            break;
        }
        bool direct = size_bytes >= RECEIVE_BYTES;
        ssize_t n = receive_some(t, direct ? to : t->buffer, direct ? size_bytes : RECEIVE_BYTES, fd_out);
        if (n > 0 && clock_now_us() > deadline_us) {
            n = -1; /* trickling is not answering */
            errno = EAGAIN;
        }
        if (n <= 0) {
            return broken(l, n, doing);
        }
        t->consumed = 0;
        t->received = direct ? 0 : (size_t)n;
        to += direct ? n : 0;
        size_bytes -= direct ? (size_t)n : 0;
    }
    return 0;
}

/* A status other than 0, with its text if there is one (T-10, T-11). */
static int refused(struct link *l, const struct tinygpu_reply *reply, const char *doing)
{
    char text[TINYGPU_MAX_TEXT + 1] = "";
    if (reply->value[0] > TINYGPU_MAX_TEXT) {
        return link_lost(l, "the server's reply cannot be understood (status %u with a text of %" PRIu64 " bytes; asked to %s)",
                         reply->status, reply->value[0], doing);
    }
    int rc = receive(l, text, (size_t)reply->value[0], NULL, doing);
    if (rc) {
        return rc;
    }
    return err_set(&l->err, -EIO, "The server refused to %s: %s", doing,
                   text[0] ? text : "status 1 without a reason, so it is not supported or it failed (T-11)");
}

/* A request and its reply; the data behind a reply of status 0 is left to the caller. */
static int round_trip(struct link *l, const struct tinygpu_request *request, struct tinygpu_reply *reply_out, int *fd_out)
{
    struct tinygpu_link *t = l->priv;
    const char *doing = tinygpu_find_command(request->command)->name;
    int rc = send_request(l, request, NULL, 0);
    if (rc) {
        return rc;
    }
    uint8_t bytes[TINYGPU_REPLY_SIZE];
    rc = receive(l, bytes, sizeof bytes, fd_out, doing);
    if (rc) {
        return rc;
    }
    tinygpu_get_reply(bytes, reply_out);
    if (reply_out->status) {
        return refused(l, reply_out, doing);
    }
    if (!tinygpu_find_command(request->command)->reply_payload && t->received != t->consumed) {
        return link_lost(l, "the server sent %zu bytes too many (asked to %s)", t->received - t->consumed, doing);
    }
    return 0;
}

/* ---- operations -------------------------------------------------------------------------------------------------- */

static int tinygpu_config_read(struct link *l, uint16_t offset, uint8_t size, uint32_t *value_out)
{
    struct tinygpu_reply reply;
    int rc = round_trip(l, &(struct tinygpu_request){TINYGPU_CONFIG_READ, 0, 0, {offset, size, 0}}, &reply, NULL);
    if (rc == 0) {
        *value_out = (uint32_t)reply.value[0];
    }
    return rc;
}

static int tinygpu_config_write(struct link *l, uint16_t offset, uint8_t size, uint32_t value)
{
    struct tinygpu_reply reply;
    return round_trip(l, &(struct tinygpu_request){TINYGPU_CONFIG_WRITE, 0, 0, {offset, size, value}}, &reply, NULL);
}

static int tinygpu_bar_info(struct link *l, uint8_t bar, uint64_t *size_bytes_out)
{
    struct tinygpu_reply reply;
    int rc = round_trip(l, &(struct tinygpu_request){TINYGPU_MAP_BAR, 0, bar, {0}}, &reply, NULL);
    if (rc == 0) {
        *size_bytes_out = reply.value[1];
    } else if (rc == -EIO) {
        *size_bytes_out = 0; /* no such BAR: the server has no other way to say so */
        rc = 0;
    }
    return rc;
}

static int tinygpu_bar_read(struct link *l, uint8_t bar, uint64_t offset, void *dst, size_t size_bytes)
{
    uint8_t *to = dst;
    while (size_bytes) {
        size_t part = size_bytes < CHUNK_BYTES ? size_bytes : CHUNK_BYTES;
        struct tinygpu_reply reply;
        int rc = round_trip(l, &(struct tinygpu_request){TINYGPU_MMIO_READ, 0, bar, {offset, part, 0}}, &reply, NULL);
        if (rc == 0) {
            rc = receive(l, to, part, NULL, "read from a BAR");
        }
        if (rc) {
            return rc;
        }
        to += part;
        offset += part;
        size_bytes -= part;
    }
    return 0;
}

static int tinygpu_bar_write(struct link *l, uint8_t bar, uint64_t offset, const void *src, size_t size_bytes)
{
    const uint8_t *from = src;
    while (size_bytes) {
        size_t part = size_bytes < CHUNK_BYTES ? size_bytes : CHUNK_BYTES;
        int rc = send_request(l, &(struct tinygpu_request){TINYGPU_MMIO_WRITE, 0, bar, {offset, part, 0}}, from, part);
        if (rc) {
            return rc;
        }
        from += part;
        offset += part;
        size_bytes -= part;
    }
    return 0;
}

static int tinygpu_reset(struct link *l, enum link_reset kind)
{
    (void)kind; /* the protocol has one reset, and it is the function's (T-21) */
    struct tinygpu_reply reply;
    return round_trip(l, &(struct tinygpu_request){.command = TINYGPU_RESET}, &reply, NULL);
}

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
    int rc = round_trip(l, &(struct tinygpu_request){TINYGPU_SHARE_MEMORY, 0, 0, {rounded, 0, 0}}, &reply, &fd);
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

/* Looks at the socket without taking anything from it, so any thread may ask while another waits for a reply. */
static bool tinygpu_alive(struct link *l)
{
    struct tinygpu_link *t = l->priv;
    char byte;
    ssize_t n = recv(t->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR));
}

/* ---- opening and closing ----------------------------------------------------------------------------------------- */

static void tinygpu_close(struct link *l)
{
    struct tinygpu_link *t = l->priv;
    if (t->fd >= 0) {
        close(t->fd); /* ends the session: the server takes our memory from the card (T-17) */
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

/* The first request: a held or hanging server shows here, within the deadline of the opening. */
static int first_reply(struct link *l, uint64_t deadline_us, struct err *e)
{
    struct tinygpu_link *t = l->priv;
    uint64_t now = clock_now_us(), normal_us = t->timeout_us;
    uint64_t left_us = deadline_us > now ? deadline_us - now : 1;
    t->timeout_us = left_us < normal_us ? left_us : normal_us;
    set_timeout(t, t->timeout_us);
    uint32_t vendor = 0;
    l->counters.config_reads++;
    int rc = tinygpu_config_read(l, 0, 2, &vendor);
    if (rc) {
        return err_set(e, rc, "%s", l->err.text);
    }
    if ((vendor & 0xffff) == 0xffff) {
        return err_set(e, -ENODEV,
                       "The server at %s answers, but its card does not (vendor id 0xffff). Switch the enclosure off and on.",
                       t->path);
    }
    struct tinygpu_reply pong;
    rc = round_trip(l, &(struct tinygpu_request){.command = TINYGPU_PING}, &pong, NULL);
    if (rc && rc != -EIO) { /* -EIO: status 1, the app knows no pings (T-11) */
        return err_set(e, rc, "%s", l->err.text);
    }
    l->err.text[0] = 0;
    l->simulated = rc == 0 && pong.value[1] == TINYGPU_SIMULATED_MARK;
    t->timeout_us = normal_us;
    set_timeout(t, t->timeout_us);
    return 0;
}

static struct tinygpu_link *create(uint64_t timeout_us)
{
    struct tinygpu_link *t = calloc(1, sizeof *t);
    if (t) {
        t->fd = t->lock_fd = -1;
        t->timeout_us = timeout_us;
    }
    return t;
}

static int tinygpu_open(struct link *l, const char *address, uint64_t deadline_us, struct err *e)
{
#if defined(__APPLE__) && defined(__x86_64__)
    (void)first_reply;
    return err_set(e, -ENOTSUP,
                   "On Intel Macs the driver maps memory read-only for the card, which can panic the machine (T-35).");
#else
    struct uri uri;
    uint64_t timeout_ms = REPLY_TIMEOUT_MS, drop_after = UINT64_MAX;
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
    tinygpu_socket_path(uri.name, t->path, sizeof t->path);
    l->priv = t;
    rc = tinygpu_lock(t->path, &t->lock_fd, e);
    if (rc == 0) {
        rc = tinygpu_connect(t->path, deadline_us, &t->fd, e);
    }
    if (rc == 0) {
        rc = first_reply(l, deadline_us, e);
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
    .config_read = tinygpu_config_read,
    .config_write = tinygpu_config_write,
    .bar_info = tinygpu_bar_info,
    .bar_read = tinygpu_bar_read,
    .bar_write = tinygpu_bar_write,
    .dma_alloc = tinygpu_dma_alloc,
    .reset = tinygpu_reset,
    .alive = tinygpu_alive,
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
    t->fd = fd;
    snprintf(t->path, sizeof t->path, "(a connected socket)");
    set_timeout(t, timeout_us);
    *l = (struct link){.ops = &link_tinygpu_ops, .priv = t, .doorbell_bar = 2};
    *link_out = l;
    return 0;
}
