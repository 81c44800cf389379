#include "link/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/clock.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS: SO_NOSIGPIPE, set on connecting */
#endif
#ifndef MSG_CMSG_CLOEXEC
#define MSG_CMSG_CLOEXEC 0 /* macOS: FD_CLOEXEC is set after receiving */
#endif

/* ---- bytes in and out -------------------------------------------------------------------------------------------- */

void remote_set_timeout(struct remote *r, uint64_t timeout_us)
{
    timeout_us = timeout_us ? timeout_us : 1; /* 0 would mean forever */
    struct timeval tv = {.tv_sec = (time_t)(timeout_us / 1000000), .tv_usec = (suseconds_t)(timeout_us % 1000000)};
    setsockopt(r->fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
    setsockopt(r->fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
}

/* What a failed send or receive means; the link is lost in any case. n is what the call returned, with errno set. */
static int broken(struct link *l, ssize_t n, const char *doing)
{
    struct remote *r = l->priv;
    int code = n == 0 ? 0 : errno;
    if (n < 0 && (code == EAGAIN || code == EWOULDBLOCK)) {
        link_lost(l, "no answer");
        return err_set(&l->err, -ETIMEDOUT, "The server at %s did not answer within %" PRIu64 " ms (asked to %s). %s", r->name,
                       r->timeout_us / 1000, doing, r->silence);
    }
    if (n == 0 || code == EPIPE || code == ECONNRESET) {
        return link_lost(l, "the server at %s hung up (%s)", r->name, doing);
    }
    return link_lost(l, "the socket %s failed: %s (%s)", r->name, strerror(code), doing);
}

static const char *row_name(const struct remote *r, uint8_t command)
{
    const struct tinygpu_command_row *row = r->find_command(command);
    return row ? row->name : "do something";
}

/* Header and payload in one write (T-12); what the socket does not take at once is pushed after it. */
int remote_send(struct link *l, const struct tinygpu_request *request, const void *payload, size_t payload_bytes)
{
    struct remote *r = l->priv;
    uint8_t header[TINYGPU_REQUEST_SIZE];
    tinygpu_put_request(header, request);
    struct iovec iov[2] = {{header, sizeof header}, {(void *)payload, payload_bytes}};
    struct msghdr message = {.msg_iov = iov, .msg_iovlen = payload_bytes ? 2 : 1};
    size_t left = sizeof header + payload_bytes;
    while (left) {
        ssize_t n = sendmsg(r->fd, &message, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return broken(l, n, row_name(r, request->command));
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

static ssize_t receive_some(struct remote *r, void *dst, size_t size_bytes, int *fd_out)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(4 * sizeof(int))];
    } control;
    struct iovec iov = {dst, size_bytes};
    struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t n;
    do {
        n = recvmsg(r->fd, &message, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    if (n >= 0) {
        take_descriptors(&message, fd_out);
    }
    return n;
}

/* Exactly size_bytes, through the buffer while they fit in it. A descriptor that comes along goes to *fd_out. */
int remote_receive(struct link *l, void *dst, size_t size_bytes, int *fd_out, const char *doing)
{
    struct remote *r = l->priv;
    uint8_t *to = dst;
    uint64_t deadline_us = clock_now_us() + r->timeout_us;
    while (size_bytes) {
        size_t have = r->received - r->consumed;
        size_t part = have < size_bytes ? have : size_bytes;
        memcpy(to, r->buffer + r->consumed, part);
        r->consumed += part;
        to += part;
        size_bytes -= part;
        if (size_bytes == 0) {
            break;
        }
        bool direct = size_bytes >= REMOTE_RECEIVE_BYTES;
        ssize_t n = receive_some(r, direct ? to : r->buffer, direct ? size_bytes : REMOTE_RECEIVE_BYTES, fd_out);
        if (n > 0 && clock_now_us() > deadline_us) {
            n = -1; /* trickling is not answering */
            errno = EAGAIN;
        }
        if (n <= 0) {
            return broken(l, n, doing);
        }
        r->consumed = 0;
        r->received = direct ? 0 : (size_t)n;
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
    int rc = remote_receive(l, text, (size_t)reply->value[0], NULL, doing);
    if (rc) {
        return rc;
    }
    return err_set(&l->err, -EIO, "The server refused to %s: %s", doing,
                   text[0] ? text : "status 1 without a reason, so it is not supported or it failed (T-11)");
}

int remote_receive_reply(struct link *l, uint8_t command, struct tinygpu_reply *reply_out, int *fd_out)
{
    struct remote *r = l->priv;
    const struct tinygpu_command_row *row = r->find_command(command);
    uint8_t bytes[TINYGPU_REPLY_SIZE];
    int rc = remote_receive(l, bytes, sizeof bytes, fd_out, row->name);
    if (rc) {
        return rc;
    }
    __atomic_fetch_add(&l->counters.round_trips, 1, __ATOMIC_RELAXED);
    tinygpu_get_reply(bytes, reply_out);
    return reply_out->status ? refused(l, reply_out, row->name) : 0;
}

int remote_round_trip(struct link *l, const struct tinygpu_request *request, const void *payload, size_t payload_bytes,
                      struct tinygpu_reply *reply_out, int *fd_out)
{
    struct remote *r = l->priv;
    int rc = remote_send(l, request, payload, payload_bytes);
    rc = rc ? rc : remote_receive_reply(l, request->command, reply_out, fd_out);
    if (rc == 0 && !r->find_command(request->command)->reply_payload && r->received != r->consumed) {
        return link_lost(l, "the server sent %zu bytes too many (asked to %s)", r->received - r->consumed,
                         row_name(r, request->command));
    }
    return rc;
}

/* ---- operations -------------------------------------------------------------------------------------------------- */

static int round_trip(struct link *l, uint8_t command, uint32_t bar, uint64_t arg0, uint64_t arg1, uint64_t arg2,
                      struct tinygpu_reply *reply_out)
{
    struct remote *r = l->priv;
    return remote_round_trip(l, &(struct tinygpu_request){command, r->device, bar, {arg0, arg1, arg2}}, NULL, 0, reply_out, NULL);
}

int remote_config_read(struct link *l, uint16_t offset, uint8_t size, uint32_t *value_out)
{
    struct tinygpu_reply reply;
    int rc = round_trip(l, TINYGPU_CONFIG_READ, 0, offset, size, 0, &reply);
    if (rc == 0) {
        *value_out = (uint32_t)reply.value[0];
    }
    return rc;
}

int remote_config_write(struct link *l, uint16_t offset, uint8_t size, uint32_t value)
{
    struct tinygpu_reply reply;
    return round_trip(l, TINYGPU_CONFIG_WRITE, 0, offset, size, value, &reply);
}

int remote_bar_info(struct link *l, uint8_t bar, uint64_t *size_bytes_out)
{
    struct tinygpu_reply reply;
    int rc = round_trip(l, TINYGPU_MAP_BAR, bar, 0, 0, 0, &reply);
    if (rc == 0) {
        *size_bytes_out = reply.value[1];
    } else if (rc == -EIO) {
        *size_bytes_out = 0; /* no such BAR: the server has no other way to say so */
        rc = 0;
    }
    return rc;
}

int remote_bar_read(struct link *l, uint8_t bar, uint64_t offset, void *dst, size_t size_bytes)
{
    uint8_t *to = dst;
    while (size_bytes) {
        size_t part = size_bytes < REMOTE_CHUNK_BYTES ? size_bytes : REMOTE_CHUNK_BYTES;
        struct tinygpu_reply reply;
        int rc = round_trip(l, TINYGPU_MMIO_READ, bar, offset, part, 0, &reply);
        if (rc == 0) {
            rc = remote_receive(l, to, part, NULL, "read from a BAR");
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

int remote_bar_write(struct link *l, uint8_t bar, uint64_t offset, const void *src, size_t size_bytes)
{
    struct remote *r = l->priv;
    const uint8_t *from = src;
    while (size_bytes) {
        size_t part = size_bytes < REMOTE_CHUNK_BYTES ? size_bytes : REMOTE_CHUNK_BYTES;
        int rc = remote_send(l, &(struct tinygpu_request){TINYGPU_MMIO_WRITE, r->device, bar, {offset, part, 0}}, from, part);
        if (rc) {
            return rc;
        }
        from += part;
        offset += part;
        size_bytes -= part;
    }
    return 0;
}

int remote_reset(struct link *l, enum link_reset kind)
{
    (void)kind; /* the protocol has one reset, and it is the function's (T-21) */
    struct tinygpu_reply reply;
    return round_trip(l, TINYGPU_RESET, 0, 0, 0, 0, &reply);
}

/* Looks at the socket without taking anything from it, so any thread may ask while another waits for a reply. */
bool remote_alive(struct link *l)
{
    struct remote *r = l->priv;
    char byte;
    ssize_t n = recv(r->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR));
}

int remote_greet(struct link *l, uint64_t deadline_us, struct err *e)
{
    struct remote *r = l->priv;
    uint64_t now = clock_now_us(), normal_us = r->timeout_us;
    uint64_t left_us = deadline_us > now ? deadline_us - now : 1;
    r->timeout_us = left_us < normal_us ? left_us : normal_us;
    remote_set_timeout(r, r->timeout_us);
    uint32_t vendor = 0;
    l->counters.config_reads++;
    int rc = remote_config_read(l, 0, 2, &vendor);
    if (rc) {
        return err_set(e, rc, "%s", l->err.text);
    }
    if ((vendor & 0xffff) == 0xffff) {
        return err_set(e, -ENODEV,
                       "The server at %s answers, but its card does not (vendor id 0xffff). Switch the enclosure off and on.",
                       r->name);
    }
    struct tinygpu_reply pong;
    rc = round_trip(l, TINYGPU_PING, 0, 0, 0, 0, &pong);
    if (rc && rc != -EIO) { /* -EIO: status 1, the app knows no pings (T-11) */
        return err_set(e, rc, "%s", l->err.text);
    }
    l->err.text[0] = 0;
    l->simulated = rc == 0 && pong.value[1] == TINYGPU_SIMULATED_MARK;
    r->timeout_us = normal_us;
    remote_set_timeout(r, r->timeout_us);
    return 0;
}
