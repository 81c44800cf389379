/*
 * The client of tinygrad's protocol for remote cards (tcp_protocol.h): everything is a message, host memory included. What the
 * driver sees as DMA memory is a copy in this process; see struct dma_region for who moves what when.
 *
 * URI: tcp:HOST[:PORT][?timeout_ms=N&drop_after=N]
 */
#include "link/link_tcp.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/clock.h"
#include "link/remote.h"
#include "link/tcp_protocol.h"

#define MAX_REGIONS 1024
#define REGION_GRANULE 0x4000u /* as on the other links (T-30) */
#define DISPLAY_CLASS 3        /* T-04: a GPU's audio function may be listed before it */
#define WORD_SPAN_BYTES 64     /* spans up to this size may be words that other threads read meanwhile */

static const uint16_t vendors[] = {0x1002, 0x10de}; /* T-01 */

struct tcp_region {
    void *cpu;
    uint64_t size_bytes;
    uint32_t handle;
};

struct tcp_link {
    struct remote remote;
    pthread_mutex_t lock; /* over the stream: pushes and pulls come from any thread */
    /*
     * The same stream under another name, for pushes and pulls: what goes wrong there is written into its own err and lost,
     * and taken over by the next operation of the thread that owns the link.
     */
    struct link side;
    uint32_t region_count;
    struct tcp_region regions[MAX_REGIONS];
};

/* Takes the lock. -ENODEV, with the sentence, if the stream was broken by another thread meanwhile. */
static int enter(struct link *l)
{
    struct tcp_link *t = l->priv;
    pthread_mutex_lock(&t->lock);
    if (t->side.lost) {
        __atomic_store_n(&l->lost, true, __ATOMIC_RELAXED);
        return err_set(&l->err, -ENODEV, "%s", t->side.err.text);
    }
    return 0;
}

static int leave(struct link *l, int rc)
{
    struct tcp_link *t = l->priv;
    pthread_mutex_unlock(&t->lock);
    return rc;
}

/* ---- operations -------------------------------------------------------------------------------------------------- */

static int tcp_config_read(struct link *l, uint16_t offset, uint8_t size, uint32_t *value_out)
{
    int rc = enter(l);
    return leave(l, rc ? rc : remote_config_read(l, offset, size, value_out));
}

static int tcp_config_write(struct link *l, uint16_t offset, uint8_t size, uint32_t value)
{
    int rc = enter(l);
    return leave(l, rc ? rc : remote_config_write(l, offset, size, value));
}

static int tcp_bar_info(struct link *l, uint8_t bar, uint64_t *size_bytes_out)
{
    int rc = enter(l);
    return leave(l, rc ? rc : remote_bar_info(l, bar, size_bytes_out));
}

static int tcp_bar_read(struct link *l, uint8_t bar, uint64_t offset, void *dst, size_t size_bytes)
{
    int rc = enter(l);
    return leave(l, rc ? rc : remote_bar_read(l, bar, offset, dst, size_bytes));
}

static int tcp_bar_write(struct link *l, uint8_t bar, uint64_t offset, const void *src, size_t size_bytes)
{
    int rc = enter(l);
    return leave(l, rc ? rc : remote_bar_write(l, bar, offset, src, size_bytes));
}

static int tcp_reset(struct link *l, enum link_reset kind)
{
    int rc = enter(l);
    return leave(l, rc ? rc : remote_reset(l, kind));
}

/* The page addresses behind a map memory reply, as segments. */
static int receive_pages(struct link *l, uint64_t list_bytes, struct dma_region *region)
{
    struct tinygpu_segment segments[LINK_MAX_SEGMENTS];
    uint64_t most = 2 * (region->size_bytes / TCP_PAGE) * 8;
    if (list_bytes % 8 || list_bytes > most) {
        return link_lost(l, "the server's reply cannot be understood (%" PRIu64 " bytes of page addresses for %" PRIu64 " bytes)",
                         list_bytes, region->size_bytes);
    }
    uint8_t *pages = malloc(list_bytes ? list_bytes : 1);
    if (!pages) {
        return link_lost(l, "no memory for %" PRIu64 " bytes of page addresses", list_bytes);
    }
    int rc = remote_receive(l, pages, list_bytes, NULL, "map host memory");
    int count = rc ? rc : tcp_get_pages(pages, list_bytes, region->size_bytes, segments, LINK_MAX_SEGMENTS);
    free(pages);
    if (rc == 0 && count < 0) {
        rc = err_set(&l->err, count,
                     "DMA memory: the server's page addresses for %" PRIu64
                     " bytes are too few, not of pages below 2^40 (T-30), or "
                     "lie in more than %d pieces (T-18). Ask for less at once.",
                     region->size_bytes, LINK_MAX_SEGMENTS);
    }
    for (int i = 0; rc == 0 && i < count; i++) {
        region->segments[i] = (struct dma_segment){{segments[i].bus_address}, segments[i].size_bytes};
    }
    region->segment_count = rc ? 0 : (uint32_t)count;
    return rc;
}

static int map_memory(struct link *l, struct dma_region *region)
{
    struct tcp_link *t = l->priv;
    struct tinygpu_reply reply;
    int rc = remote_round_trip(l, &(struct tinygpu_request){TCP_MAP_MEMORY, t->remote.device, 0, {region->size_bytes, 0, 0}},
                               NULL, 0, &reply, NULL);
    if (rc == -EIO) {
        return err_prefix(&l->err, -ENOMEM, "DMA memory of %" PRIu64 " bytes", region->size_bytes);
    }
    rc = rc ? rc : receive_pages(l, reply.value[0], region);
    if (rc == 0 && reply.value[1] > UINT32_MAX) {
        rc = err_set(&l->err, -EIO, "DMA memory: the server's handle %" PRIu64 " is none", reply.value[1]);
    }
    if (rc == 0) {
        t->regions[t->region_count++] = (struct tcp_region){region->cpu, region->size_bytes, (uint32_t)reply.value[1]};
    }
    return rc;
}

static int tcp_dma_alloc(struct link *l, size_t size_bytes, struct dma_region *region_out)
{
    struct tcp_link *t = l->priv;
    if (t->region_count == MAX_REGIONS || size_bytes > SIZE_MAX / 4) {
        return err_set(&l->err, -ENOMEM, "DMA memory: %zu bytes asked for, with %u of %d regions in use", size_bytes,
                       t->region_count, MAX_REGIONS);
    }
    struct dma_region region = {.size_bytes = (size_bytes + REGION_GRANULE - 1) & ~(uint64_t)(REGION_GRANULE - 1)};
    region.cpu = mmap(NULL, region.size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (region.cpu == MAP_FAILED) {
        return err_set(&l->err, -errno, "DMA memory: mapping %" PRIu64 " bytes failed: %s", region.size_bytes, strerror(errno));
    }
    int rc = enter(l);
    rc = leave(l, rc ? rc : map_memory(l, &region));
    if (rc) {
        munmap(region.cpu, region.size_bytes);
        return rc;
    }
    *region_out = region;
    return 0;
}

/* ---- host memory ------------------------------------------------------------------------------------------------- */

static const struct tcp_region *find_region(const struct tcp_link *t, const struct link_span *span)
{
    uintptr_t start = (uintptr_t)span->cpu;
    for (uint32_t i = 0; i < t->region_count; i++) {
        const struct tcp_region *r = &t->regions[i];
        uintptr_t base = (uintptr_t)r->cpu;
        if (start >= base && start - base <= r->size_bytes && span->size_bytes <= r->size_bytes - (start - base)) {
            return r;
        }
    }
    return NULL;
}

static struct tinygpu_request memory_request(const struct tcp_link *t, uint8_t command, const struct tcp_region *r,
                                             const struct link_span *span)
{
    uint64_t offset = (uint64_t)((uintptr_t)span->cpu - (uintptr_t)r->cpu);
    return (struct tinygpu_request){command, t->remote.device, r->handle, {offset, span->size_bytes, 0}};
}

static int push(struct tcp_link *t, const struct link_span *spans, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct tcp_region *r = find_region(t, &spans[i]);
        struct tinygpu_request request = r ? memory_request(t, TCP_MEMORY_WRITE, r, &spans[i]) : (struct tinygpu_request){0};
        int rc = r ? remote_send(&t->side, &request, spans[i].cpu, spans[i].size_bytes) : -EFAULT;
        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* Words that another thread may be looking at change as a whole. */
static void store_words(void *to, const uint32_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        __atomic_store_n((uint32_t *)to + i, words[i], __ATOMIC_RELEASE);
    }
}

static int take_span(struct tcp_link *t, const struct link_span *span)
{
    struct tinygpu_reply reply;
    uint32_t words[WORD_SPAN_BYTES / 4];
    bool small = span->size_bytes <= sizeof words && span->size_bytes % 4 == 0 && (uintptr_t)span->cpu % 4 == 0;
    int rc = remote_receive_reply(&t->side, TCP_MEMORY_READ, &reply, NULL);
    if (rc == -EIO) {
        return link_lost(&t->side, "%s", t->side.err.text); /* it was refused: nothing that is in step could be */
    }
    if (rc == 0 && reply.value[0] != span->size_bytes) {
        return link_lost(&t->side, "the server answered %" PRIu64 " bytes where %zu were asked for", reply.value[0],
                         span->size_bytes);
    }
    rc = rc ? rc : remote_receive(&t->side, small ? (void *)words : span->cpu, span->size_bytes, NULL, "read host memory");
    if (rc == 0 && small) {
        store_words(span->cpu, words, span->size_bytes / 4);
    }
    return rc;
}

/* All requests leave before the first reply is taken: they are few enough to fit in the socket. */
static int pull(struct tcp_link *t, const struct link_span *spans, uint32_t count)
{
    int rc = 0;
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        const struct tcp_region *r = find_region(t, &spans[i]);
        struct tinygpu_request request = r ? memory_request(t, TCP_MEMORY_READ, r, &spans[i]) : (struct tinygpu_request){0};
        rc = r ? remote_send(&t->side, &request, NULL, 0) : i ? link_lost(&t->side, "a span lies in no region") : -EFAULT;
    }
    for (uint32_t i = 0; i < count && rc == 0; i++) {
        rc = take_span(t, &spans[i]);
    }
    return rc;
}

/* Counters are read by threads that do not hold the lock. */
static void count(uint64_t *counter, uint64_t more)
{
    __atomic_fetch_add(counter, more, __ATOMIC_RELAXED);
}

static uint64_t span_bytes(const struct link_span *spans, uint32_t count)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += spans[i].size_bytes;
    }
    return sum;
}

static int tcp_dma_push(struct link *l, const struct link_span *spans, uint32_t n)
{
    struct tcp_link *t = l->priv;
    pthread_mutex_lock(&t->lock);
    int rc = t->side.lost ? -ENODEV : push(t, spans, n);
    count(&l->counters.dma_pushes, 1);
    count(&l->counters.dma_push_bytes, span_bytes(spans, n));
    pthread_mutex_unlock(&t->lock);
    return rc;
}

static int tcp_dma_pull(struct link *l, const struct link_span *spans, uint32_t n)
{
    struct tcp_link *t = l->priv;
    pthread_mutex_lock(&t->lock);
    int rc = t->side.lost ? -ENODEV : pull(t, spans, n);
    count(&l->counters.dma_pulls, 1);
    count(&l->counters.dma_pull_bytes, span_bytes(spans, n));
    count(&l->counters.round_trips, 1);
    pthread_mutex_unlock(&t->lock);
    return rc;
}

/* A server of ours in front of a simulated card tells what only such a card can (tcp_protocol.h). */
static int tcp_card_counters(struct link *l, struct link_card_counters *counters_out)
{
    struct tcp_link *t = l->priv;
    struct tinygpu_reply reply;
    uint8_t bytes[8 * TCP_COUNTER_COUNT];
    if (!l->simulated) {
        return -ENOTSUP;
    }
    int rc = enter(l);
    const struct tinygpu_request request = {TCP_COUNTERS, t->remote.device, 0, {0}};
    uint64_t round_trips = l->counters.round_trips;
    rc = rc ? rc : remote_round_trip(l, &request, NULL, 0, &reply, NULL);
    __atomic_store_n(&l->counters.round_trips, round_trips, __ATOMIC_RELAXED); /* looking at counters changes none */
    if (rc == 0 && reply.value[0] != sizeof bytes) {
        rc = link_lost(l, "the server's counters have %" PRIu64 " bytes, expected %zu: is it of another version?", reply.value[0],
                       sizeof bytes);
    }
    rc = rc ? rc : remote_receive(l, bytes, sizeof bytes, NULL, "tell its counters");
    leave(l, rc);
    if (rc == 0) {
        *counters_out = (struct link_card_counters){
            .host_read_bytes = tcp_get_u64(bytes + 8 * TCP_HOST_READ_BYTES),
            .host_write_bytes = tcp_get_u64(bytes + 8 * TCP_HOST_WRITE_BYTES),
            .vram_read_bytes = tcp_get_u64(bytes + 8 * TCP_VRAM_READ_BYTES),
            .vram_write_bytes = tcp_get_u64(bytes + 8 * TCP_VRAM_WRITE_BYTES),
            .wave_instructions = tcp_get_u64(bytes + 8 * TCP_WAVE_INSTRUCTIONS),
            .dispatches = tcp_get_u64(bytes + 8 * TCP_DISPATCHES),
            .modelled_card_ns = tcp_get_u64(bytes + 8 * TCP_MODELLED_CARD_NS),
            .modelled_link_ns = tcp_get_u64(bytes + 8 * TCP_MODELLED_LINK_NS),
        };
    }
    return rc;
}

static bool tcp_alive(struct link *l)
{
    struct tcp_link *t = l->priv;
    return !__atomic_load_n(&t->side.lost, __ATOMIC_RELAXED) && remote_alive(l);
}

/* ---- opening and closing ----------------------------------------------------------------------------------------- */

static void tcp_close(struct link *l)
{
    struct tcp_link *t = l->priv;
    if (t->remote.fd >= 0) {
        close(t->remote.fd); /* ends the session */
    }
    for (uint32_t i = 0; i < t->region_count; i++) {
        munmap(t->regions[i].cpu, t->regions[i].size_bytes);
    }
    pthread_mutex_destroy(&t->lock);
    free(t);
    l->priv = NULL;
}

static struct tcp_link *create(uint64_t timeout_us)
{
    struct tcp_link *t = calloc(1, sizeof *t);
    if (t) {
        t->remote = (struct remote){.fd = -1,
                                    .timeout_us = timeout_us,
                                    .find_command = tcp_find_command,
                                    .silence = "Another program may hold the card, which serves one at a time; else the other "
                                               "machine, or the network between, is down."};
        t->side = (struct link){.ops = &link_tcp_ops, .priv = t, .doorbell_bar = 2};
        pthread_mutex_init(&t->lock, NULL);
    }
    return t;
}

/* Connects to one of a name's addresses, until the deadline. The socket, or a negative errno. */
static int connect_to(const struct addrinfo *at, uint64_t deadline_us)
{
    int fd = socket(at->ai_family, SOCK_STREAM, 0), on = 1, size = 64 << 20, code = 0;
    if (fd < 0) {
        return -errno;
    }
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    int flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    int rc = connect(fd, at->ai_addr, at->ai_addrlen);
    if (rc && errno != EINPROGRESS) {
        code = errno;
    } else if (rc) {
        uint64_t now = clock_now_us();
        uint64_t left_ms = deadline_us > now ? (deadline_us - now) / 1000 : 0;
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        socklen_t code_size = sizeof code;
        int n = poll(&p, 1, left_ms > 60000 ? 60000 : (int)left_ms);
        if (n <= 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &code_size)) {
            code = n == 0 ? ETIMEDOUT : errno;
        }
    }
    if (code) {
        close(fd);
        return -code;
    }
    fcntl(fd, F_SETFL, flags);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size); /* the system may give less, and that is fine */
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
#ifdef SO_NOSIGPIPE
    setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    return fd;
}

/* "HOST", "HOST:PORT", "[HOST]:PORT" */
static void split_name(const char *name, char *host, char *port, size_t size)
{
    const char *bracket = name[0] == '[' ? strchr(name, ']') : NULL;
    const char *colon = strrchr(name, ':');
    colon = bracket && colon < bracket ? NULL : colon;
    const char *start = bracket ? name + 1 : name, *end = bracket ? bracket : colon ? colon : name + strlen(name);
    snprintf(host, size, "%.*s", (int)(end - start), start);
    snprintf(port, size, "%s", colon ? colon + 1 : "");
    if (!port[0]) {
        snprintf(port, size, "%d", TCP_DEFAULT_PORT);
    }
}

static int connect_by_name(struct tcp_link *t, uint64_t deadline_us, struct err *e)
{
    char host[URI_NAME_SIZE], port[URI_NAME_SIZE];
    struct addrinfo *found, hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    split_name(t->remote.name, host, port, sizeof host);
    int rc = host[0] ? getaddrinfo(host, port, &hints, &found) : EAI_NONAME;
    if (rc) {
        return err_set(e, -EINVAL, "%s: %s; a card on another machine is tcp:HOST:PORT", t->remote.name, gai_strerror(rc));
    }
    rc = -ECONNREFUSED;
    for (const struct addrinfo *at = found; at; at = at->ai_next) {
        rc = connect_to(at, deadline_us);
        if (rc >= 0) {
            t->remote.fd = rc;
            break;
        }
    }
    freeaddrinfo(found);
    if (rc < 0) {
        return err_set(e, rc,
                       "Connecting to %s port %s failed: %s. Is a server running there, for instance: exosuit sim --tcp %s:%s",
                       host, port, strerror(-rc), host, port);
    }
    return 0;
}

/* Asks for cards of one vendor; takes the first. 1 if there is one. */
static int probe(struct link *l, uint16_t vendor)
{
    struct tcp_link *t = l->priv;
    struct tinygpu_reply reply;
    char list[TCP_MAX_PROBE + 1] = "";
    const uint8_t any[8] = {0}; /* mask 0 of any device id is 0 */
    int rc = remote_round_trip(l, &(struct tinygpu_request){TINYGPU_PROBE, 0, 0, {DISPLAY_CLASS, sizeof any, vendor}}, any,
                               sizeof any, &reply, NULL);
    if (rc == 0 && reply.value[0] > TCP_MAX_PROBE) {
        return link_lost(l, "the server's list of cards has %" PRIu64 " bytes, at most %d can be right", reply.value[0],
                         TCP_MAX_PROBE);
    }
    rc = rc ? rc : remote_receive(l, list, reply.value[0], NULL, "list its cards");
    if (rc || !list[0]) {
        return rc;
    }
    list[strcspn(list, "\n")] = 0;
    const char *index = strrchr(list, ':');
    t->remote.device = index ? (uint32_t)strtoul(index + 1, NULL, 10) : 0;
    return 1;
}

static int find_card(struct link *l, uint64_t deadline_us, struct err *e)
{
    struct tcp_link *t = l->priv;
    uint64_t now = clock_now_us(), left_us = deadline_us > now ? deadline_us - now : 1;
    remote_set_timeout(&t->remote, left_us < t->remote.timeout_us ? left_us : t->remote.timeout_us);
    int rc = 0;
    for (size_t i = 0; i < sizeof vendors / sizeof vendors[0] && rc == 0; i++) {
        rc = probe(l, vendors[i]);
    }
    if (rc < 0) {
        return err_set(e, rc, "%s", l->err.text);
    }
    return rc ? 0 : err_set(e, -ENODEV, "The server at %s has no card of AMD or NVIDIA.", t->remote.name);
}

static int tcp_open(struct link *l, const char *address, uint64_t deadline_us, struct err *e)
{
    struct uri uri;
    uint64_t timeout_ms = REMOTE_REPLY_TIMEOUT_MS, drop_after = UINT64_MAX;
    const struct uri_row rows[] = {
        {"timeout_ms", 1, 3600000, &timeout_ms, NULL},
        {"drop_after", 0, UINT64_MAX, &drop_after, NULL},
    };
    int rc = uri_parse(address, &uri, e);
    rc = rc ? rc : uri_apply(&uri, rows, sizeof rows / sizeof rows[0], e);
    if (rc) {
        return rc;
    }
    struct tcp_link *t = create(timeout_ms * 1000);
    if (!t) {
        return err_set(e, -ENOMEM, "no memory for the link");
    }
    snprintf(t->remote.name, sizeof t->remote.name, "%s", uri.name);
    l->priv = t;
    rc = connect_by_name(t, deadline_us, e);
    rc = rc ? rc : find_card(l, deadline_us, e);
    rc = rc ? rc : remote_greet(l, deadline_us, e);
    if (rc) {
        tcp_close(l);
    }
    link_inject_fault(l, drop_after == UINT64_MAX ? LINK_FAULT_NONE : LINK_FAULT_DROP, drop_after);
    return rc;
}

const struct link_ops link_tcp_ops = {
    .scheme = "tcp",
    .open = tcp_open,
    .config_read = tcp_config_read,
    .config_write = tcp_config_write,
    .bar_info = tcp_bar_info,
    .bar_read = tcp_bar_read,
    .bar_write = tcp_bar_write,
    .dma_alloc = tcp_dma_alloc,
    .dma_push = tcp_dma_push,
    .dma_pull = tcp_dma_pull,
    .reset = tcp_reset,
    .alive = tcp_alive,
    .card_counters = tcp_card_counters,
    .close = tcp_close,
};

int link_tcp_adopt(int fd, uint64_t timeout_us, struct link **link_out, struct err *e)
{
    struct link *l = calloc(1, sizeof *l);
    struct tcp_link *t = l ? create(timeout_us) : NULL;
    if (!t) {
        free(l);
        close(fd);
        return err_set(e, -ENOMEM, "no memory for the link");
    }
    t->remote.fd = fd;
    snprintf(t->remote.name, sizeof t->remote.name, "(a connected socket)");
    remote_set_timeout(&t->remote, timeout_us);
    *l = (struct link){.ops = &link_tcp_ops, .priv = t, .doorbell_bar = 2};
    *link_out = l;
    return 0;
}
