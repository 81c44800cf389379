#include "sim/server.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "sim/session.h"

#define TICK_MS 100
#define FIRST_BUS 0x80000000u /* T-30 */

static const struct session_protocol *const protocols[] = {
    [SIM_SERVER_TINYGPU] = &session_tinygpu,
    [SIM_SERVER_TCP] = &session_tcp,
};
#define PROTOCOLS (sizeof protocols / sizeof protocols[0])

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

/* ---- a session --------------------------------------------------------------------------------------------------- */

static int dispatch(struct session *s, const struct tinygpu_request *request)
{
    for (size_t i = 0; i < s->protocol->command_count; i++) {
        const struct session_command *row = &s->protocol->commands[i];
        if (row->command == request->command) {
            s->counters.round_trips += row->has_reply;
            return row->handle(s, request);
        }
    }
    s->counters.round_trips++;
    return session_refuse(s, "command %u is not known", request->command);
}

/* Answers the one request of a client while the driver cannot be opened (T-20). */
static int answer_refusal(struct session *s)
{
    size_t length = strlen(s->options->refusal);
    int rc = session_reply(s, 1, length, 0);
    return rc ? rc : session_send(s, (const uint8_t *)s->options->refusal, length, -1);
}

static int hang(struct session *s)
{
    while (!session_stopped(s->stop)) {
        struct timespec tick = {0, TICK_MS * 1000000};
        nanosleep(&tick, NULL);
    }
    return -ECANCELED;
}

static int serve_request(struct session *s)
{
    uint8_t bytes[TINYGPU_REQUEST_SIZE];
    int rc = session_receive_header(s, bytes);
    if (rc) {
        return rc;
    }
    s->requests++;
    s->counters.requests++;
    if (s->requests == s->options->end_at_request || session_card_is_gone(s)) {
        return session_fail(s, -ENODEV, "the card was unplugged");
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

static void add_counters(struct sim_server_counters *to, const struct sim_server_counters *from)
{
    if (to) {
        to->requests += from->requests;
        to->round_trips += from->round_trips;
        to->bytes_in += from->bytes_in;
        to->bytes_out += from->bytes_out;
        to->sessions++;
    }
}

static int run_session(struct sim_card *card, const struct session_protocol *protocol, int socket_fd,
                       const struct sim_server_options *options, const atomic_int *stop, struct session_retired *retired,
                       char *err, size_t err_size)
{
    struct session *s = calloc(1, sizeof *s);
    struct session_region *regions = calloc(protocol->max_regions, sizeof *regions);
    if (!s || !regions) {
        free(s);
        free(regions);
        return -ENOMEM;
    }
    s->card = card;
    s->protocol = protocol;
    s->options = options;
    s->stop = stop;
    s->fd = socket_fd;
    s->next_bus = FIRST_BUS;
    s->regions = regions;
    s->err = err;
    s->err_size = err_size;
    if (err_size) {
        err[0] = 0;
    }
    int rc = 0;
    while (rc == 0) {
        rc = serve_request(s);
    }
    session_end_regions(s, retired);
    event(options, "session over after %" PRIu64 " requests%s%s", s->requests, err_size && err[0] ? ": " : "",
          err_size ? err : "");
    add_counters(options->counters, &s->counters);
    free(s->buffer);
    free(regions);
    free(s);
    return rc == -ECONNRESET || rc == -ECANCELED ? 0 : rc;
}

int sim_server_session(struct sim_card *card, enum sim_server_protocol protocol, int socket_fd,
                       const struct sim_server_options *options, const atomic_int *stop, char *err, size_t err_size)
{
    static const struct sim_server_options plain = {0};
    struct session_retired *retired = calloc(1, sizeof *retired);
    if (!retired) {
        return -ENOMEM;
    }
    int rc = run_session(card, protocols[protocol], socket_fd, options ? options : &plain, stop, retired, err, err_size);
    session_free_retired(retired);
    free(retired);
    return rc;
}

/* ---- the sockets ------------------------------------------------------------------------------------------------- */

struct listeners {
    int fd[PROTOCOLS]; /* -1: not served */
    struct stat file;  /* the Unix socket's, to know it again when it is removed */
};

static int listen_at_path(const char *path, struct stat *file_out, char *err, size_t err_size)
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
    (void)!lstat(path, file_out);
    return fd;
}

/* "HOST:PORT", "[HOST]:PORT", ":PORT" or "PORT"; no host is loopback. False if it does not fit. */
static bool split_address(const char *address, char *host, size_t host_size, char *port, size_t port_size)
{
    const char *colon = strrchr(address, ':');
    size_t length = colon ? (size_t)(colon - address) : 0;
    const char *start = address;
    if (length >= 2 && start[0] == '[' && start[length - 1] == ']') {
        start++;
        length -= 2;
    }
    int n = length ? snprintf(host, host_size, "%.*s", (int)length, start) : snprintf(host, host_size, "127.0.0.1");
    int m = snprintf(port, port_size, "%s", colon ? colon + 1 : address);
    return n > 0 && (size_t)n < host_size && m > 0 && (size_t)m < port_size;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        return ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24 == 127;
    }
    return address->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
}

static int bind_and_listen(const struct addrinfo *found)
{
    int on = 1, fd = socket(found->ai_family, SOCK_STREAM, 0);
    if (fd < 0) {
        return -errno;
    }
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, found->ai_addr, found->ai_addrlen) || listen(fd, 1)) {
        int rc = -errno;
        close(fd);
        return rc;
    }
    return fd;
}

static int listen_at_address(const char *text, const struct sim_server_options *options, char *err, size_t err_size)
{
    char host[256], port[32];
    struct addrinfo *found, hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    if (!split_address(text, host, sizeof host, port, sizeof port)) {
        snprintf(err, err_size, "%s: a TCP address is HOST:PORT", text);
        return -EINVAL;
    }
    int rc = getaddrinfo(host, port, &hints, &found);
    if (rc) {
        snprintf(err, err_size, "%s: %s; a TCP address is HOST:PORT", text, gai_strerror(rc));
        return -EINVAL;
    }
    bool loopback = is_loopback(found->ai_addr);
    int fd = bind_and_listen(found);
    freeaddrinfo(found);
    if (fd < 0) {
        snprintf(err, err_size, "%s: %s", text, strerror(-fd));
        return fd;
    }
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    if (getsockname(fd, (struct sockaddr *)&bound, &size) == 0) { /* sin_port and sin6_port lie at the same place */
        snprintf(port, sizeof port, "%u", ntohs(((const struct sockaddr_in *)(const void *)&bound)->sin_port));
    }
    if (!loopback) {
        event(
            options,
            "warning: %s is no loopback address, and this protocol knows no passwords: whoever reaches it has the card and this "
            "process's memory behind its bus addresses",
            host);
    }
    event(options, "listening on %s:%s", host, port);
    return fd;
}

static void set_up_client(int fd)
{
    int size = 64 << 20, on = 1; /* T-22: asked for, and the answer ignored */
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* refused on a Unix socket, which has no such delay */
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on); /* a client whose machine is gone is noticed in the end */
    fcntl(fd, F_SETFD, FD_CLOEXEC);
#ifdef SO_NOSIGPIPE
    setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
}

/* Waits for the next client: its socket, 0 when stopped, or a negative errno. */
static int accept_client(struct sim_card *card, const struct listeners *at, const atomic_int *stop,
                         enum sim_server_protocol *protocol_out, char *err, size_t err_size)
{
    while (!session_stopped(stop)) {
        struct pollfd p[PROTOCOLS];
        for (size_t i = 0; i < PROTOCOLS; i++) {
            p[i] = (struct pollfd){.fd = at->fd[i], .events = POLLIN}; /* poll looks away from -1 */
        }
        int n = poll(p, PROTOCOLS, TICK_MS);
        for (size_t i = 0; i < PROTOCOLS && n > 0; i++) {
            int fd = p[i].revents ? accept(at->fd[i], NULL, NULL) : -1;
            if (fd >= 0) {
                *protocol_out = (enum sim_server_protocol)i;
                return fd;
            }
        }
        if (n < 0 && errno != EINTR) {
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

static int serve_clients(struct sim_card *card, const struct listeners *at, const struct sim_server_options *options,
                         const atomic_int *stop, struct session_retired *retired, char *err, size_t err_size)
{
    for (;;) {
        enum sim_server_protocol protocol = SIM_SERVER_TINYGPU;
        int fd = accept_client(card, at, stop, &protocol, err, err_size);
        if (fd <= 0) {
            return fd;
        }
        set_up_client(fd);
        event(options, "client connected");
        int rc = run_session(card, protocols[protocol], fd, options, stop, retired, err, err_size);
        close(fd);
        if (rc == -ENODEV) {
            return rc; /* a client that misbehaved is the client's trouble; the next one may be fine */
        }
    }
}

static int open_listeners(const struct sim_server_options *options, struct listeners *at, char *err, size_t err_size)
{
    if (options->tinygpu_path) {
        at->fd[SIM_SERVER_TINYGPU] = listen_at_path(options->tinygpu_path, &at->file, err, err_size);
        if (at->fd[SIM_SERVER_TINYGPU] < 0) {
            return at->fd[SIM_SERVER_TINYGPU];
        }
        event(options, "listening on %s", options->tinygpu_path);
    }
    if (options->tcp_address) {
        at->fd[SIM_SERVER_TCP] = listen_at_address(options->tcp_address, options, err, err_size);
        if (at->fd[SIM_SERVER_TCP] < 0) {
            return at->fd[SIM_SERVER_TCP];
        }
    }
    return 0;
}

int sim_server_run(struct sim_card *card, const struct sim_server_options *options, const atomic_int *stop, char *err,
                   size_t err_size)
{
    struct session_retired *retired = calloc(1, sizeof *retired);
    struct listeners at = {.fd = {-1, -1}};
    if (!retired) {
        return -ENOMEM;
    }
    int rc = open_listeners(options, &at, err, err_size);
    if (rc == 0) {
        rc = serve_clients(card, &at, options, stop, retired, err, err_size);
    }
    struct stat now;
    if (at.fd[SIM_SERVER_TINYGPU] >= 0 && lstat(options->tinygpu_path, &now) == 0 && now.st_ino == at.file.st_ino &&
        now.st_dev == at.file.st_dev) {
        unlink(options->tinygpu_path);
    }
    for (size_t i = 0; i < PROTOCOLS; i++) {
        if (at.fd[i] >= 0) {
            close(at.fd[i]);
        }
    }
    free(retired); /* the last session's pages stay: only the caller, who ends the card, knows when nobody looks at them */
    return rc;
}
