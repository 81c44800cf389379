#include "server_thread.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/check.h"

static void *run(void *arg)
{
    struct server *s = arg;
    s->rc = sim_server_run(s->card, &s->options, &s->stop, s->err, sizeof s->err);
    return NULL;
}

static int try_connect_tcp(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static int try_connect(const char *path)
{
    if (path[0] != '/') {
        return try_connect_tcp((uint16_t)atoi(strrchr(path, ':') + 1));
    }
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) {
        close(fd);
        return -1;
    }
    return fd;
}

static void note_event(void *user, const char *line)
{
    struct server *s = user;
    if (strncmp(line, "listening on ", 13) == 0) {
        snprintf(s->address, sizeof s->address, "%s", line + 13);
        __atomic_store_n(&s->listening, 1, __ATOMIC_RELEASE);
    }
}

void server_start(struct server *s, const struct sim_server_options *options)
{
    server_start_protocol(s, SIM_SERVER_TINYGPU, options);
}

void server_start_protocol(struct server *s, enum sim_server_protocol protocol, const struct sim_server_options *options)
{
    *s = (struct server){.options = options ? *options : (struct sim_server_options){0}};
    snprintf(s->folder, sizeof s->folder, "/tmp/exosuit-link-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->path, sizeof s->path, "%s/sock", s->folder);
    char err[100] = "";
    check_eq(0, sim_card_create(&(struct sim_options){.chip = "rx7900xtx"}, &s->card, err, sizeof err));
    s->protocol = protocol;
    *(protocol == SIM_SERVER_TCP ? &s->options.tcp_address : &s->options.tinygpu_path) =
        protocol == SIM_SERVER_TCP ? "0" : s->path;
    s->options.on_event = note_event;
    s->options.on_event_user = s;
    check_eq(0, pthread_create(&s->thread, NULL, run, s));
    for (int i = 0; i < 2000 && !__atomic_load_n(&s->listening, __ATOMIC_ACQUIRE); i++) {
        usleep(1000);
    }
    check_eq(1, __atomic_load_n(&s->listening, __ATOMIC_ACQUIRE));
    snprintf(s->uri, sizeof s->uri, "%s:%s?timeout_ms=2000", protocol == SIM_SERVER_TCP ? "tcp" : "tinygpu", s->address);
}

void server_stop(struct server *s, int wanted_rc)
{
    char lock[100];
    atomic_store(&s->stop, 1);
    pthread_join(s->thread, NULL);
    if (s->rc != wanted_rc) {
        print_error("the server said: %s\n", s->err);
    }
    check_eq(wanted_rc, s->rc);
    check_eq(0, fake_card_mapping_count(s->card));
    sim_card_destroy(s->card);
    snprintf(lock, sizeof lock, "%s.lock", s->path);
    unlink(lock);
    check_eq(0, rmdir(s->folder)); /* nothing is left behind, the socket included */
}

int raw_connect(const char *path)
{
    int fd = try_connect(path);
    assert_true(fd >= 0);
    return fd;
}

struct link *server_open_link(const struct server *s)
{
    struct link *l = NULL;
    struct err e = {0};
    int rc = link_open(s->uri, 2000000, &l, &e);
    if (rc) {
        print_error("%s: %s\n", s->uri, e.text);
    }
    check_eq(0, rc);
    return l;
}

void server_check_registers(struct link *l, enum link_reset kind)
{
    uint64_t size;
    uint32_t value = 0;
    check_eq(0, link_bar_info(l, 0, &size));
    check_eq(FAKE_BAR0_BYTES, size);
    check_eq(0, link_bar_info(l, 3, &size));
    check_eq(0, size);
    check_eq(0, link_bar_info(l, 5, &size));
    check_eq(0, link_write32(l, 5, 0x30, 0xcafe));
    check_eq(0, link_read32(l, 5, 0x30, &value));
    check_eq(0xcafe, value);
    check_eq(0, link_config_write(l, 4, 2, 6));
    check_eq(0, link_config_read(l, 4, 2, &value));
    check_eq(6, value);
    check_eq(0, link_reset(l, kind));
    check_eq(0, link_config_read(l, 4, 2, &value));
    check_eq(0, value);
}

void raw_send(int fd, uint8_t command, uint32_t bar, uint64_t a0, uint64_t a1, uint64_t a2)
{
    uint8_t bytes[TINYGPU_REQUEST_SIZE];
    tinygpu_put_request(bytes, &(struct tinygpu_request){command, 0, bar, {a0, a1, a2}});
    check_eq(sizeof bytes, send(fd, bytes, sizeof bytes, 0));
}

size_t raw_receive(int fd, void *dst, size_t size)
{
    size_t done = 0;
    while (done < size) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, 2000) <= 0) {
            break;
        }
        ssize_t n = recv(fd, (char *)dst + done, size - done, 0);
        if (n <= 0) {
            break;
        }
        done += (size_t)n;
    }
    return done;
}

struct tinygpu_reply raw_reply(int fd, int wanted_status)
{
    uint8_t bytes[TINYGPU_REPLY_SIZE];
    struct tinygpu_reply reply;
    check_eq(sizeof bytes, raw_receive(fd, bytes, sizeof bytes));
    tinygpu_get_reply(bytes, &reply);
    check_eq(wanted_status, reply.status);
    return reply;
}
