/* session_io.c: a session's stream: requests in, replies out, with an eye on *stop, on the card, and on clients that stall. */
#include "sim/session.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS has SO_NOSIGPIPE instead */
#endif

#define TICK_MS 100
#define STALL_US 60000000u /* ours: long beside any client's own deadline, short beside a server that is never free again */
#define RESET_SETTLE_US 30000000u /* T-51: config may read as all ones for so long after a reset */

int session_fail(struct session *s, int code, const char *format, ...)
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
bool session_stopped(const atomic_int *stop)
{
    return stop != NULL && atomic_load_explicit(stop, memory_order_relaxed) != 0;
}

uint64_t session_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

/* The app's process ends when the device goes away (T-20); right after a reset it may be away without being gone. */
bool session_card_is_gone(struct session *s)
{
    if ((sim_config_read(s->card, 0, 2) & 0xffff) != 0xffff) {
        return false;
    }
    return !s->reset_us || session_now_us() - s->reset_us > RESET_SETTLE_US;
}

/* Waits until the socket is ready for `events`, at the latest until deadline_us (0: for ever). */
static int wait_for(struct session *s, short events, uint64_t deadline_us)
{
    for (;;) {
        struct pollfd p = {.fd = s->fd, .events = events};
        int n = poll(&p, 1, TICK_MS);
        if (n > 0) {
            return 0;
        }
        if (n < 0 && errno != EINTR) {
            return session_fail(s, -errno, "waiting for the client failed: %s", strerror(errno));
        }
        if (session_stopped(s->stop)) {
            return -ECANCELED;
        }
        if (session_card_is_gone(s)) {
            return session_fail(s, -ENODEV, "the card was unplugged");
        }
        if (deadline_us && session_now_us() > deadline_us) {
            return session_fail(s, -ETIMEDOUT, "the client stopped in the middle of request %" PRIu64 " (%s)", s->requests,
                                events == POLLIN ? "its bytes do not come" : "it does not take the reply");
        }
    }
}

static uint64_t deadline(const struct session *s)
{
    return session_now_us() + (s->options->stall_us ? s->options->stall_us : STALL_US);
}

/* At least one byte into [dst, dst + size). 0 with *got_out, which is 0 at the end of file; else as wait_for. */
static int receive_some(struct session *s, uint8_t *dst, size_t size_bytes, uint64_t deadline_us, size_t *got_out)
{
    for (;;) {
        ssize_t n = recv(s->fd, dst, size_bytes, MSG_DONTWAIT);
        if (n >= 0) {
            s->counters.bytes_in += (uint64_t)n;
            *got_out = (size_t)n;
            return 0;
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            *got_out = 0; /* reset by the peer: as good as the end */
            return 0;
        }
        int rc = wait_for(s, POLLIN, deadline_us);
        if (rc) {
            return rc;
        }
    }
}

int session_receive_header(struct session *s, uint8_t bytes[TINYGPU_REQUEST_SIZE])
{
    size_t got = 0;
    if (s->protocol->header_in_one_read) {
        int rc = receive_some(s, bytes, TINYGPU_REQUEST_SIZE, 0, &got);
        if (rc == 0 && got == 0) {
            return -ECONNRESET;
        }
        if (rc == 0 && got != TINYGPU_REQUEST_SIZE) {
            return session_fail(s, -EPROTO, "a request came in pieces: %zu of %d bytes in one read (T-12)", got,
                                TINYGPU_REQUEST_SIZE);
        }
        return rc;
    }
    if (s->input_start == s->input_end) {
        s->input_start = s->input_end = 0;
        int rc = receive_some(s, s->input, sizeof s->input, 0, &got); /* a client may be silent between requests */
        if (rc || got == 0) {
            return rc ? rc : -ECONNRESET;
        }
        s->input_end = got;
    }
    return session_receive(s, bytes, TINYGPU_REQUEST_SIZE);
}

int session_receive(struct session *s, uint8_t *dst, uint64_t size_bytes)
{
    uint64_t deadline_us = 0;
    while (size_bytes) {
        size_t have = s->input_end - s->input_start, got;
        if (have) {
            size_t part = have < size_bytes ? have : (size_t)size_bytes;
            memcpy(dst, s->input + s->input_start, part);
            s->input_start += part;
            dst += part;
            size_bytes -= part;
            continue;
        }
        deadline_us = deadline_us ? deadline_us : deadline(s);
        bool ahead = !s->protocol->header_in_one_read && size_bytes < sizeof s->input;
        int rc = receive_some(s, ahead ? s->input : dst, ahead ? sizeof s->input : (size_t)size_bytes, deadline_us, &got);
        if (rc == 0 && got == 0) {
            rc = session_fail(s, -EPROTO, "the client hung up with %" PRIu64 " bytes of request %" PRIu64 " missing", size_bytes,
                              s->requests + 1);
        }
        if (rc) {
            return rc;
        }
        s->input_start = 0;
        s->input_end = ahead ? got : 0;
        dst += ahead ? 0 : got;
        size_bytes -= ahead ? 0 : got;
        deadline_us = deadline(s); /* slow is allowed, standing still is not */
    }
    return 0;
}

/* A client that hung up ends the session at the next receive. */
int session_send(struct session *s, const uint8_t *bytes, uint64_t size_bytes, int fd)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    while (size_bytes) {
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
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
            int rc = wait_for(s, POLLOUT, deadline(s));
            if (rc) {
                return rc;
            }
            continue;
        }
        if (n < 0) {
            return session_fail(s, -ECONNRESET, "the client hung up before its reply");
        }
        s->counters.bytes_out += (uint64_t)n;
        fd = -1;
        bytes += n;
        size_bytes -= (uint64_t)n;
    }
    return 0;
}

int session_reply(struct session *s, uint8_t status, uint64_t value0, uint64_t value1)
{
    uint8_t bytes[TINYGPU_REPLY_SIZE];
    tinygpu_put_reply(bytes, &(struct tinygpu_reply){status, {value0, value1}});
    return session_send(s, bytes, sizeof bytes, -1);
}

int session_refuse(struct session *s, const char *format, ...)
{
    uint8_t bytes[TINYGPU_REPLY_SIZE + 300];
    char text[300] = "";
    if (s->protocol->error_texts) {
        va_list args;
        va_start(args, format);
        vsnprintf(text, sizeof text, format, args);
        va_end(args);
    }
    size_t length = strlen(text);
    tinygpu_put_reply(bytes, &(struct tinygpu_reply){1, {length, 0}});
    memcpy(bytes + TINYGPU_REPLY_SIZE, text, length);
    return session_send(s, bytes, TINYGPU_REPLY_SIZE + length, -1);
}

bool session_grow_buffer(struct session *s, uint64_t size_bytes)
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
