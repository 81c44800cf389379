#include "proxy.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void count_request(struct proxy *p)
{
    struct tinygpu_request request;
    tinygpu_get_request(p->header, &request);
    p->counts.commands[request.command < 15 ? request.command : 15]++;
    p->header_bytes = 0;
    if (request.command == TINYGPU_MMIO_WRITE) {
        p->counts.doorbells += request.bar == 2;
        p->counts.payload_bytes += request.arg[1];
        p->payload_left = request.arg[1];
    }
}

static void count_bytes(struct proxy *p, const uint8_t *bytes, size_t size)
{
    pthread_mutex_lock(&p->lock);
    while (size) {
        size_t room = p->payload_left ? p->payload_left : sizeof p->header - p->header_bytes;
        size_t part = size < room ? size : room;
        if (p->payload_left) {
            p->payload_left -= part;
        } else {
            memcpy(p->header + p->header_bytes, bytes, part);
            p->header_bytes += part;
            if (p->header_bytes == sizeof p->header) {
                count_request(p);
            }
        }
        bytes += part;
        size -= part;
    }
    pthread_mutex_unlock(&p->lock);
}

/* Passes one piece on, with its descriptor if there is one. False at the end of file. */
static bool pass(struct proxy *p, int from, int to)
{
    static uint8_t bytes[1 << 20];
    char control[CMSG_SPACE(sizeof(int))];
    struct iovec iov = {bytes, sizeof bytes};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t n = recvmsg(from, &m, 0);
    if (n <= 0) {
        return false;
    }
    if (from == p->client) {
        count_bytes(p, bytes, (size_t)n);
    }
    int fd = -1;
    if (CMSG_FIRSTHDR(&m)) {
        memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof fd);
    }
    size_t left = (size_t)n;
    m.msg_control = fd >= 0 ? control : NULL;
    m.msg_controllen = fd >= 0 ? sizeof control : 0;
    while (left) {
        iov = (struct iovec){bytes + ((size_t)n - left), left};
        ssize_t sent = sendmsg(to, &m, MSG_NOSIGNAL);
        if (sent <= 0) {
            break;
        }
        left -= (size_t)sent;
        m.msg_control = NULL;
        m.msg_controllen = 0;
    }
    if (fd >= 0) {
        close(fd);
    }
    return left == 0;
}

static int open_socket(const char *path, bool listening)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    bool ok = listening ? bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0
                        : connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    if (!ok) {
        perror(path);
        close(fd);
    }
    return ok ? fd : -1;
}

static void *run(void *arg)
{
    struct proxy *p = arg;
    p->client = accept(p->listener, NULL, NULL);
    bool both = p->client >= 0;
    while (both) {
        struct pollfd ends[2] = {{.fd = p->client, .events = POLLIN}, {.fd = p->server, .events = POLLIN}};
        if (poll(ends, 2, 60000) <= 0) {
            break;
        }
        both = !ends[0].revents || pass(p, p->client, p->server);
        both = both && (!ends[1].revents || pass(p, p->server, p->client));
    }
    close(p->client);
    close(p->server);
    return NULL;
}

bool proxy_start(struct proxy *p, const char *path, const char *server_path)
{
    *p = (struct proxy){.path = path, .server_path = server_path};
    pthread_mutex_init(&p->lock, NULL);
    p->listener = open_socket(path, true);
    p->server = p->listener >= 0 ? open_socket(server_path, false) : -1;
    return p->server >= 0 && pthread_create(&p->thread, NULL, run, p) == 0;
}

struct proxy_counts proxy_counts(struct proxy *p)
{
    pthread_mutex_lock(&p->lock);
    struct proxy_counts counts = p->counts;
    pthread_mutex_unlock(&p->lock);
    return counts;
}

void proxy_join(struct proxy *p)
{
    pthread_join(p->thread, NULL);
    close(p->listener);
    unlink(p->path);
    pthread_mutex_destroy(&p->lock);
}
