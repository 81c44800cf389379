#define _GNU_SOURCE /* memfd_create */
#include "sim/server.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "link/tinygpu_protocol.h"
#include "sim/sim.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS has SO_NOSIGPIPE instead */
#endif

#define BARS 6
#define TICK_MS 100
#define FIRST_BUS 0x80000000u     /* T-30 */
#define BUS_GRANULE 0x4000u       /* T-30: 16 KiB pages */
#define DMA_BUDGET 1500000000u    /* T-31 */
#define RESET_SETTLE_US 30000000u /* T-51: config may read as all ones for so long after a reset */

struct region {
    void *memory;
    uint64_t size_bytes;
    uint32_t segment_count;
    struct tinygpu_segment segments[TINYGPU_MAX_SEGMENTS];
};

struct session {
    struct sim_card *card;
    int fd;
    const struct sim_server_options *options;
    const atomic_int *stop;
    uint64_t requests;
    uint64_t reset_us; /* when the last reset was asked for; 0: never */
    bool bar_mapped[BARS];
    uint64_t next_bus, dma_used;
    uint32_t region_count;
    struct region regions[TINYGPU_MAX_REGIONS];
    uint8_t *buffer; /* for payloads, grows up to TINYGPU_MAX_TRANSFER */
    uint64_t buffer_bytes;
    char *err;
    size_t err_size;
};

/* Handlers return 0 to go on, or the code that ends the session. */
struct handler {
    enum tinygpu_command command;
    int (*handle)(struct session *s, const struct tinygpu_request *request);
};

static int fail(struct session *s, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
static int fail(struct session *s, int code, const char *format, ...)
{
    if (s->err_size) {
        va_list args;
        va_start(args, format);
        vsnprintf(s->err, s->err_size, format, args);
        va_end(args);
    }
    return code;
}

/* Set by a signal handler or by another thread. */
static bool stopped(const atomic_int *stop)
{
    return stop != NULL && atomic_load_explicit(stop, memory_order_relaxed) != 0;
}

static uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static void event(const struct sim_server_options *options, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void event(const struct sim_server_options *options, const char *format, ...)
{
    if (options->on_event) {
        char line[300];
        va_list args;
        va_start(args, format);
        vsnprintf(line, sizeof line, format, args);
        va_end(args);
        options->on_event(options->on_event_user, line);
    }
}

/* The app's process ends when the device goes away (T-20); right after a reset it may be away without being gone. */
static bool card_is_gone(struct session *s)
{
    if ((sim_config_read(s->card, 0, 2) & 0xffff) != 0xffff) {
        return false;
    }
    return !s->reset_us || now_us() - s->reset_us > RESET_SETTLE_US;
}

/* ---- bytes in and out -------------------------------------------------------------------------------------------- */

/* Waits until the socket is ready for `events`. 0, or -ECANCELED when *stop was set, -ENODEV when the card is gone. */
static int wait_for(struct session *s, short events)
{
    for (;;) {
        struct pollfd p = {.fd = s->fd, .events = events};
        int n = poll(&p, 1, TICK_MS);
        if (n > 0) {
            return 0;
        }
        if (n < 0 && errno != EINTR) {
            return fail(s, -errno, "waiting for the client failed: %s", strerror(errno));
        }
        if (stopped(s->stop)) {
            return -ECANCELED;
        }
        if (card_is_gone(s)) {
            return fail(s, -ENODEV, "the card was unplugged");
        }
    }
}

static int receive_exactly(struct session *s, uint8_t *dst, uint64_t size_bytes)
{
    while (size_bytes) {
        int rc = wait_for(s, POLLIN);
        if (rc) {
            return rc;
        }
        ssize_t n = recv(s->fd, dst, size_bytes, 0);
        if (n <= 0) {
            return fail(s, -EPROTO, "the client hung up with %" PRIu64 " bytes of a payload missing", size_bytes);
        }
        dst += n;
        size_bytes -= (uint64_t)n;
    }
    return 0;
}

/* Sends all of it; with a descriptor if fd >= 0. A client that hung up ends the session at the next receive. */
static int send_all(struct session *s, const uint8_t *bytes, uint64_t size_bytes, int fd)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    while (size_bytes) {
        int rc = wait_for(s, POLLOUT);
        if (rc) {
            return rc;
        }
        struct iovec iov = {(void *)bytes, s->options->split_replies ? 1 : size_bytes};
        struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
        if (fd >= 0) {
            message.msg_control = &control;
            message.msg_controllen = sizeof control;
            struct cmsghdr *c = CMSG_FIRSTHDR(&message);
            c->cmsg_level = SOL_SOCKET;
            c->cmsg_type = SCM_RIGHTS;
            c->cmsg_len = CMSG_LEN(sizeof fd);
            memcpy(CMSG_DATA(c), &fd, sizeof fd);
        }
        ssize_t n = sendmsg(s->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            continue;
        }
        if (n < 0) {
            return fail(s, -ECONNRESET, "the client hung up before its reply");
        }
        fd = -1;
        bytes += n;
        size_bytes -= (uint64_t)n;
    }
    return 0;
}

static int reply(struct session *s, uint8_t status, uint64_t value0, uint64_t value1)
{
    uint8_t bytes[TINYGPU_REPLY_SIZE];
    tinygpu_put_reply(bytes, &(struct tinygpu_reply){status, {value0, value1}});
    return send_all(s, bytes, sizeof bytes, -1);
}

static int refuse(struct session *s)
{
    return reply(s, 1, 0, 0); /* no text (T-11) */
}

static bool grow_buffer(struct session *s, uint64_t size_bytes)
{
    if (size_bytes <= s->buffer_bytes) {
        return true;
    }
    uint8_t *bigger = realloc(s->buffer, size_bytes);
    if (!bigger) {
        return false;
    }
    s->buffer = bigger;
    s->buffer_bytes = size_bytes;
    return true;
}

/* ---- commands ---------------------------------------------------------------------------------------------------- */

static int handle_map_bar(struct session *s, const struct tinygpu_request *request)
{
    uint64_t size = request->bar < BARS ? sim_bar_size(s->card, (uint8_t)request->bar) : 0;
    if (!size) {
        return refuse(s);
    }
    s->bar_mapped[request->bar] = true;
    /* The address means something in the app's process only (T-15); ours is made up so that nobody can use it. */
    return reply(s, 0, 0x100000000u * (request->bar + 1), size);
}

static int handle_config_read(struct session *s, const struct tinygpu_request *request)
{
    uint64_t size = request->arg[1];
    bool valid = (size == 1 || size == 2 || size == 4) && request->arg[0] <= 4096 - size;
    return reply(s, 0, valid ? sim_config_read(s->card, (uint16_t)request->arg[0], (uint8_t)size) : 0, 0); /* T-09 */
}

static int handle_config_write(struct session *s, const struct tinygpu_request *request)
{
    uint64_t size = request->arg[1];
    if ((size == 1 || size == 2 || size == 4) && request->arg[0] <= 4096 - size) {
        sim_config_write(s->card, (uint16_t)request->arg[0], (uint8_t)size, (uint32_t)request->arg[2]);
    }
    return reply(s, 0, 0, 0);
}

static int handle_reset(struct session *s, const struct tinygpu_request *request)
{
    (void)request;
    sim_reset(s->card, false); /* always the function reset: the hot one is never reached (T-21) */
    s->reset_us = now_us();
    return reply(s, 0, 0, 0);
}

static int handle_resize_bar(struct session *s, const struct tinygpu_request *request)
{
    (void)request;
    return reply(s, 0, 0, 0); /* T-11: says yes, does nothing */
}

/* The app does not know pings; here they tell that the card is simulated, so that a client need not bring vendor firmware. */
static int handle_ping(struct session *s, const struct tinygpu_request *request)
{
    (void)request;
    return reply(s, 0, TINYGPU_PING_VERSION, TINYGPU_SIMULATED_MARK);
}

static bool in_bar(struct session *s, const struct tinygpu_request *request)
{
    if (request->bar >= BARS || !s->bar_mapped[request->bar]) {
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

static int handle_mmio_read(struct session *s, const struct tinygpu_request *request)
{
    if (!in_bar(s, request) || request->arg[1] > TINYGPU_MAX_TRANSFER) {
        return refuse(s); /* and no data (T-14) */
    }
    uint64_t first, size;
    covering_words(request, &first, &size);
    uint64_t skip = request->arg[0] - first;
    if (!grow_buffer(s, TINYGPU_REPLY_SIZE + size)) {
        return refuse(s);
    }
    /* The reply's 17 bytes go right before the data that was asked for, so that both leave in one piece. */
    uint8_t *words = s->buffer + TINYGPU_REPLY_SIZE;
    if (size && !sim_bar_read(s->card, (uint8_t)request->bar, first, words, size)) {
        memset(words, 0xff, size);
    }
    uint8_t *start = words + skip - TINYGPU_REPLY_SIZE;
    tinygpu_put_reply(start, &(struct tinygpu_reply){0, {request->arg[1], 0}});
    return send_all(s, start, TINYGPU_REPLY_SIZE + request->arg[1], -1);
}

static int handle_mmio_write(struct session *s, const struct tinygpu_request *request)
{
    if (request->arg[1] > TINYGPU_MAX_TRANSFER) {
        /* The app would receive this beyond the end of its buffer (T-13). */
        return fail(s, -EPROTO, "an MMIO write of %" PRIu64 " bytes would overrun the app's buffer of 64 MiB (T-13)",
                    request->arg[1]);
    }
    if (!grow_buffer(s, request->arg[1] + 8)) {
        return fail(s, -ENOMEM, "no memory for a payload of %" PRIu64 " bytes", request->arg[1]);
    }
    uint64_t first, size;
    covering_words(request, &first, &size);
    uint64_t skip = request->arg[0] & 3;
    int rc = receive_exactly(s, s->buffer + skip, request->arg[1]);
    if (rc || !in_bar(s, request) || request->arg[1] == 0) {
        return rc; /* out of range or unmapped: it vanishes without a trace (T-13) */
    }
    /* Bytes of the first and last word that were not sent keep their value. */
    uint8_t bar = (uint8_t)request->bar, edge[4];
    uint64_t tail = (skip + request->arg[1]) & 3;
    if (skip && sim_bar_read(s->card, bar, first, edge, 4)) {
        memcpy(s->buffer, edge, skip);
    }
    if (tail && sim_bar_read(s->card, bar, first + size - 4, edge, 4)) {
        memcpy(s->buffer + size - 4 + tail, edge + tail, 4 - tail);
    }
    (void)sim_bar_write(s->card, bar, first, s->buffer, size);
    return 0;
}

/* ---- shared memory ----------------------------------------------------------------------------------------------- */

static int create_shared_fd(uint64_t size_bytes)
{
#ifdef __linux__
    int fd = memfd_create("tinygpu", MFD_CLOEXEC);
#else
    char name[64];
    snprintf(name, sizeof name, "/exosuit.%ld.%" PRIx64, (long)getpid(), now_us());
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd >= 0) {
        shm_unlink(name);
    }
#endif
    if (fd >= 0 && ftruncate(fd, (off_t)size_bytes)) {
        close(fd);
        return -1;
    }
    return fd;
}

static void unmap_region(struct session *s, struct region *r)
{
    for (uint32_t i = 0; i < r->segment_count; i++) {
        sim_iommu_unmap(s->card, r->segments[i].bus_address, r->segments[i].size_bytes);
    }
}

/* Bus addresses as macOS gives them: low, in 16 KiB steps; here with a hole behind each piece, so that overruns are caught. */
static bool map_region(struct session *s, struct region *r)
{
    uint32_t wanted = s->options->segments ? s->options->segments : 1;
    uint64_t pages = r->size_bytes / 4096, done = 0;
    wanted = wanted > TINYGPU_MAX_SEGMENTS ? TINYGPU_MAX_SEGMENTS : wanted;
    wanted = wanted > pages ? (uint32_t)pages : wanted;
    for (uint32_t i = 0; i < wanted; i++) {
        uint64_t take = (pages - done / 4096) / (wanted - i) * 4096;
        if (sim_iommu_map(s->card, s->next_bus, (uint8_t *)r->memory + done, take)) {
            return false;
        }
        r->segments[r->segment_count++] = (struct tinygpu_segment){s->next_bus, take};
        s->next_bus += ((take + BUS_GRANULE - 1) & ~(uint64_t)(BUS_GRANULE - 1)) + BUS_GRANULE;
        done += take;
    }
    return true;
}

static int create_region(struct session *s, uint64_t size_bytes, struct region *r)
{
    int fd = create_shared_fd(size_bytes);
    if (fd < 0) {
        return -1;
    }
    *r = (struct region){.size_bytes = size_bytes};
    r->memory = mmap(NULL, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (r->memory == MAP_FAILED) {
        close(fd);
        return -1;
    }
    if (!map_region(s, r)) {
        unmap_region(s, r);
        munmap(r->memory, size_bytes);
        close(fd);
        return -1;
    }
    tinygpu_put_table(r->memory, r->segments, r->segment_count);
    return fd;
}

static int handle_share_memory(struct session *s, const struct tinygpu_request *request)
{
    uint64_t budget = s->options->dma_bytes ? s->options->dma_bytes : DMA_BUDGET;
    if (s->region_count == TINYGPU_MAX_REGIONS || request->arg[0] > budget) {
        return refuse(s);
    }
    uint64_t size = (request->arg[0] + 4095) & ~UINT64_C(4095);
    size = size < TINYGPU_MIN_REGION ? TINYGPU_MIN_REGION : size;
    if (size > budget - s->dma_used) {
        return refuse(s);
    }
    struct region *r = &s->regions[s->region_count];
    int fd = create_region(s, size, r);
    if (fd < 0) {
        return refuse(s);
    }
    s->region_count++;
    s->dma_used += size;
    uint8_t bytes[TINYGPU_REPLY_SIZE];
    tinygpu_put_reply(bytes, &(struct tinygpu_reply){0, {size, s->region_count - 1}});
    int rc = send_all(s, bytes, sizeof bytes, fd);
    close(fd);
    return rc;
}

/* ---- a session --------------------------------------------------------------------------------------------------- */

static const struct handler handlers[] = {
    {TINYGPU_MAP_BAR, handle_map_bar},
    {TINYGPU_SHARE_MEMORY, handle_share_memory},
    {TINYGPU_CONFIG_READ, handle_config_read},
    {TINYGPU_CONFIG_WRITE, handle_config_write},
    {TINYGPU_RESET, handle_reset},
    {TINYGPU_MMIO_READ, handle_mmio_read},
    {TINYGPU_MMIO_WRITE, handle_mmio_write},
    {TINYGPU_RESIZE_BAR, handle_resize_bar},
    {TINYGPU_PING, handle_ping},
};

static int dispatch(struct session *s, const struct tinygpu_request *request)
{
    for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++) {
        if (handlers[i].command == request->command) {
            return handlers[i].handle(s, request);
        }
    }
    return refuse(s);
}

/* Answers the one request of a client while the driver cannot be opened (T-20). */
static int answer_refusal(struct session *s)
{
    size_t length = strlen(s->options->refusal);
    int rc = reply(s, 1, length, 0);
    return rc ? rc : send_all(s, (const uint8_t *)s->options->refusal, length, -1);
}

static int hang(struct session *s)
{
    while (!stopped(s->stop)) {
        struct timespec tick = {0, TICK_MS * 1000000};
        nanosleep(&tick, NULL);
    }
    return -ECANCELED;
}

static int serve_request(struct session *s)
{
    uint8_t bytes[TINYGPU_REQUEST_SIZE];
    int rc = wait_for(s, POLLIN);
    if (rc) {
        return rc;
    }
    ssize_t n = recv(s->fd, bytes, sizeof bytes, 0);
    if (n <= 0) {
        return -ECONNRESET; /* the client is done */
    }
    if (n != (ssize_t)sizeof bytes) {
        return fail(s, -EPROTO, "a request came in pieces: %zd of %zu bytes in one read (T-12)", n, sizeof bytes);
    }
    s->requests++;
    if (s->requests == s->options->end_at_request || card_is_gone(s)) {
        return fail(s, -ENODEV, "the card was unplugged");
    }
    if (s->requests == s->options->hang_at_request) {
        return hang(s);
    }
    if (s->options->refusal) {
        rc = answer_refusal(s);
        return rc ? rc : -ECONNRESET;
    }
    struct tinygpu_request request;
    tinygpu_get_request(bytes, &request);
    return dispatch(s, &request);
}

/* Memory of sessions that are over, kept for a while for a card that is still looking at it. */
struct retired {
    uint32_t count;
    struct region regions[TINYGPU_MAX_REGIONS];
};

static void free_retired(struct retired *retired)
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
static void end_regions(struct session *s, struct retired *retired)
{
    free_retired(retired);
    for (uint32_t i = 0; i < s->region_count; i++) {
        struct region *r = &s->regions[i];
        unmap_region(s, r);
        (void)mmap(r->memory, r->size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        retired->regions[retired->count++] = *r;
    }
}

static int run_session(struct sim_card *card, int socket_fd, const struct sim_server_options *options, const atomic_int *stop,
                       struct retired *retired, char *err, size_t err_size)
{
    static const struct sim_server_options plain = {0};
    struct session *s = calloc(1, sizeof *s);
    if (!s) {
        return -ENOMEM;
    }
    *s = (struct session){.card = card,
                          .fd = socket_fd,
                          .options = options ? options : &plain,
                          .stop = stop,
                          .next_bus = FIRST_BUS,
                          .err = err,
                          .err_size = err_size};
    if (err_size) {
        err[0] = 0;
    }
    int rc = 0;
    while (rc == 0) {
        rc = serve_request(s);
    }
    end_regions(s, retired);
    event(s->options, "session over after %" PRIu64 " requests%s%s", s->requests, err_size && err[0] ? ": " : "",
          err_size ? err : "");
    free(s->buffer);
    free(s);
    return rc == -ECONNRESET || rc == -ECANCELED ? 0 : rc;
}

int sim_server_session(struct sim_card *card, int socket_fd, const struct sim_server_options *options, const atomic_int *stop,
                       char *err, size_t err_size)
{
    struct retired *retired = calloc(1, sizeof *retired);
    if (!retired) {
        return -ENOMEM;
    }
    int rc = run_session(card, socket_fd, options, stop, retired, err, err_size);
    free_retired(retired);
    free(retired);
    return rc;
}

/* ---- the socket -------------------------------------------------------------------------------------------------- */

static int listen_at(const char *path, char *err, size_t err_size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        snprintf(err, err_size, "%s: a socket's path may have %zu characters at most", path, sizeof address.sun_path - 1);
        return -ENAMETOOLONG;
    }
    strcpy(address.sun_path, path);
    struct stat st;
    if (lstat(path, &st) == 0) {
        if (!S_ISSOCK(st.st_mode)) {
            snprintf(err, err_size, "%s exists and is not a socket; choose another path", path);
            return -EEXIST;
        }
        unlink(path);
    }
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0) {
        snprintf(err, err_size, "no socket: %s", strerror(errno));
        return -errno;
    }
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    /* Nobody can connect before listen(), so the file is private from the first moment it is of use. */
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || chmod(path, 0600) || listen(fd, 1)) {
        int rc = -errno;
        snprintf(err, err_size, "%s: %s", path, strerror(errno));
        close(fd);
        return rc;
    }
    return fd;
}

static void set_up_client(int fd)
{
    int size = 64 << 20; /* T-22: asked for, and the answer ignored */
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
#ifdef SO_NOSIGPIPE
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
}

/* Waits for the next client: its socket, 0 when stopped, or a negative errno. */
static int accept_client(struct sim_card *card, int listener, const atomic_int *stop, char *err, size_t err_size)
{
    while (!stopped(stop)) {
        struct pollfd p = {.fd = listener, .events = POLLIN};
        int n = poll(&p, 1, TICK_MS);
        if (n > 0) {
            int fd = accept(listener, NULL, NULL);
            if (fd >= 0) {
                return fd;
            }
        } else if (n < 0 && errno != EINTR) {
            snprintf(err, err_size, "waiting for clients failed: %s", strerror(errno));
            return -errno;
        }
        if ((sim_config_read(card, 0, 2) & 0xffff) == 0xffff) {
            snprintf(err, err_size, "the card was unplugged");
            return -ENODEV;
        }
    }
    return 0;
}

int sim_server_run_tinygpu_with(struct sim_card *card, const char *path, const struct sim_server_options *options,
                                const atomic_int *stop, char *err, size_t err_size)
{
    static const struct sim_server_options plain = {0};
    options = options ? options : &plain;
    struct retired *retired = calloc(1, sizeof *retired);
    if (!retired) {
        return -ENOMEM;
    }
    int listener = listen_at(path, err, err_size);
    if (listener < 0) {
        free(retired);
        return listener;
    }
    struct stat ours = {0}, now;
    (void)!lstat(path, &ours);
    event(options, "listening on %s", path);
    int rc = 0;
    while (rc == 0) {
        int fd = accept_client(card, listener, stop, err, err_size);
        if (fd <= 0) {
            rc = fd;
            break;
        }
        set_up_client(fd);
        event(options, "client connected");
        rc = run_session(card, fd, options, stop, retired, err, err_size);
        close(fd);
        rc = rc == -ENODEV ? rc : 0; /* a client that misbehaved is the client's trouble; the next one may be fine */
    }
    close(listener);
    if (lstat(path, &now) == 0 && now.st_ino == ours.st_ino && now.st_dev == ours.st_dev) {
        unlink(path);
    }
    free(retired); /* the last session's pages stay: only the caller, who ends the card, knows when nobody looks at them */
    return rc;
}

int sim_server_run_tinygpu(struct sim_card *card, const char *path, const atomic_int *stop, char *err, size_t err_size)
{
    return sim_server_run_tinygpu_with(card, path, NULL, stop, err, err_size);
}
