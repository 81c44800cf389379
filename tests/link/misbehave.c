/*
 * Links that misbehave, for both protocols and both ends: replies and requests that are cut off at any byte, that trickle, stop,
 * or come when nobody waits for them any more. The client gets a code and a sentence in time, the server its next client.
 */
#include "tests/check.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/clock.h"
#include "fake_card.h"
#include "link/link_tcp.h"
#include "link/link_tinygpu.h"
#include "link/tcp_protocol.h"
#include "sim/server.h"

static const enum sim_server_protocol tinygpu = SIM_SERVER_TINYGPU, tcp = SIM_SERVER_TCP;

static enum sim_server_protocol protocol_of(void **state)
{
    return *(const enum sim_server_protocol *)*state;
}

/* ---- a server that goes wrong at a chosen byte ------------------------------------------------------------------- */

enum manner { HANG_UP, FALL_SILENT, TRICKLE };

/* Answers requests in step, in full up to `good` bytes of replies in all; what comes then is its manner. */
struct faulty {
    int fd;
    enum sim_server_protocol protocol;
    enum manner manner;
    size_t good;
    pthread_t thread;
};

struct answer {
    struct tinygpu_reply reply;
    uint8_t data[64];
    size_t data_bytes;
    size_t payload_bytes; /* of the request, to be taken first */
};

static size_t take(int fd, void *dst, size_t size)
{
    ssize_t n = recv(fd, dst, size, MSG_WAITALL);
    return n > 0 ? (size_t)n : 0;
}

static struct answer answer_to(const struct tinygpu_request *r)
{
    struct answer a = {0};
    switch (r->command) {
    case TINYGPU_MAP_BAR:
        a.reply.value[1] = 4096;
        break;
    case TINYGPU_CONFIG_READ:
        a.reply.value[0] = 0x1002;
        break;
    case TINYGPU_MMIO_READ:
    case TCP_MEMORY_READ:
        a.reply.value[0] = a.data_bytes = r->arg[1];
        break;
    case TCP_MAP_MEMORY:
        a.reply.value[0] = a.data_bytes = r->arg[0] / TCP_PAGE * 8;
        for (size_t i = 0; i < a.data_bytes / 8; i++) {
            tcp_put_u64(a.data + 8 * i, 0x80000000 + TCP_PAGE * i);
        }
        break;
    }
    return a;
}

/* False: the good bytes are used up. */
static bool send_part(struct faulty *f, const uint8_t *bytes, size_t size)
{
    size_t part = size < f->good ? size : f->good;
    if (part && send(f->fd, bytes, part, MSG_NOSIGNAL) != (ssize_t)part) {
        return false;
    }
    f->good -= part;
    for (size_t i = part; i < size && f->manner == TRICKLE; i++) {
        usleep(20000);
        if (send(f->fd, bytes + i, 1, MSG_NOSIGNAL) != 1) {
            return false;
        }
    }
    return part == size || f->manner == TRICKLE;
}

static void *serve(void *arg)
{
    struct faulty *f = arg;
    uint8_t header[TINYGPU_REQUEST_SIZE], reply[TINYGPU_REPLY_SIZE];
    bool going = true;
    while (going && take(f->fd, header, sizeof header) == sizeof header) {
        struct tinygpu_request r;
        tinygpu_get_request(header, &r);
        struct answer a = answer_to(&r);
        tinygpu_put_reply(reply, &a.reply);
        going = send_part(f, reply, sizeof reply) && send_part(f, a.data, a.data_bytes);
    }
    if (!going && f->manner == HANG_UP) {
        shutdown(f->fd, SHUT_RDWR);
    }
    while (take(f->fd, header, 1)) { /* silent, but there, until the client goes */
    }
    return NULL;
}

static struct link *connect_to(struct faulty *f, uint64_t timeout_us)
{
    int ends[2];
    struct link *l = NULL;
    check_eq(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    f->fd = ends[1];
    check_eq(0, pthread_create(&f->thread, NULL, serve, f));
    check_eq(0, f->protocol == SIM_SERVER_TCP ? link_tcp_adopt(ends[0], timeout_us, &l, NULL)
                                              : link_tinygpu_adopt(ends[0], timeout_us, &l, NULL));
    return l;
}

static void disconnect(struct faulty *f, struct link *l)
{
    link_close(l);
    pthread_join(f->thread, NULL);
    close(f->fd);
}

/* A bit of everything that has a reply. The first failure's code; its sentence is in l->err. */
static int script(struct link *l, enum sim_server_protocol protocol)
{
    uint32_t value, words[6];
    uint64_t size;
    struct dma_region region;
    int rc = link_config_read(l, 0, 2, &value);
    rc = rc ? rc : link_config_write(l, 4, 2, 6);
    rc = rc ? rc : link_bar_info(l, 5, &size);
    rc = rc ? rc : link_bar_read(l, 5, 0, words, sizeof words);
    if (protocol == SIM_SERVER_TCP) {
        rc = rc ? rc : link_dma_alloc(l, 0x4000, &region);
        if (rc == 0) {
            rc = link_dma_pull(l, (struct link_span[]){{region.cpu, 4}, {(uint8_t *)region.cpu + 64, 60}}, 2);
            rc = rc ? link_config_read(l, 0, 2, &value) : 0; /* has the sentence */
        }
    }
    return rc ? rc : link_reset(l, LINK_RESET_FUNCTION);
}

static size_t script_bytes(enum sim_server_protocol protocol)
{
    return 5 * TINYGPU_REPLY_SIZE + 24 + (protocol == SIM_SERVER_TCP ? 3 * TINYGPU_REPLY_SIZE + 32 + 64 : 0);
}

static void a_reply_that_ends_at_any_byte_is_a_lost_card(void **state)
{
    enum sim_server_protocol protocol = protocol_of(state);
    for (size_t good = 0; good <= script_bytes(protocol); good++) {
        struct faulty f = {.protocol = protocol, .manner = HANG_UP, .good = good};
        struct link *l = connect_to(&f, 2000000);
        int rc = script(l, protocol);
        if (rc != (good == script_bytes(protocol) ? 0 : -ENODEV)) {
            print_error("with %zu good bytes: %d %s\n", good, rc, l->err.text);
        }
        check_eq(good == script_bytes(protocol) ? 0 : -ENODEV, rc);
        if (rc) {
            check_says("hung up (", l->err.text);
            check_eq(-ENODEV, link_reset(l, LINK_RESET_FUNCTION)); /* and stays lost, without another try */
        }
        disconnect(&f, l);
    }
}

static void a_reply_that_stops_at_any_byte_is_over_by_the_deadline(void **state)
{
    enum sim_server_protocol protocol = protocol_of(state);
    for (size_t good = 0; good < script_bytes(protocol); good += 5) {
        struct faulty f = {.protocol = protocol, .manner = FALL_SILENT, .good = good};
        struct link *l = connect_to(&f, 30000);
        uint64_t begun = clock_now_us();
        int rc = script(l, protocol);
        uint64_t took = clock_now_us() - begun;
        assert_true(rc == -ETIMEDOUT || rc == -ENODEV); /* the latter after a pull, whose code is the link's loss */
        assert_true(took >= 25000 && took < 2000000);
        check_says("did not answer within 30 ms (asked to ", l->err.text);
        uint32_t value;
        check_eq(-ENODEV, link_config_read(l, 0, 2, &value)); /* a late answer would be taken for another's */
        disconnect(&f, l);
    }
}

static void a_reply_that_trickles_is_over_by_the_deadline(void **state)
{
    enum sim_server_protocol protocol = protocol_of(state);
    struct faulty f = {.protocol = protocol, .manner = TRICKLE, .good = 3 * TINYGPU_REPLY_SIZE}; /* the BAR's 41 bytes */
    struct link *l = connect_to(&f, 150000);
    uint64_t begun = clock_now_us();
    check_eq(-ETIMEDOUT, script(l, protocol));
    assert_true(clock_now_us() - begun < 2000000);
    check_says("did not answer within 150 ms (asked to read from a BAR)", l->err.text);
    disconnect(&f, l);
}

/* ---- clients that go wrong --------------------------------------------------------------------------------------- */

struct pair {
    int client, server;
    struct sim_card *card;
    pthread_t drain;
};

static void *drain(void *arg)
{
    char bytes[65536];
    while (recv(*(int *)arg, bytes, sizeof bytes, 0) > 0) {
    }
    return NULL;
}

static void pair_open(struct pair *p, bool draining)
{
    int ends[2];
    char err[200];
    check_eq(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    p->client = ends[0];
    p->server = ends[1];
    check_eq(0, sim_card_create(&(struct sim_options){.chip = "rx7900xtx"}, &p->card, err, sizeof err));
    p->drain = pthread_self();
    if (draining) {
        check_eq(0, pthread_create(&p->drain, NULL, drain, &p->client));
    }
}

static void pair_close(struct pair *p)
{
    check_eq(0, fake_card_mapping_count(p->card)); /* whatever happened, nothing of the client stays in the card */
    close(p->server);
    if (!pthread_equal(p->drain, pthread_self())) {
        pthread_join(p->drain, NULL);
    }
    close(p->client);
    sim_card_destroy(p->card);
}

/* Requests of every kind with their payloads, one behind the other. Marks where each begins; returns how many bytes. */
static size_t write_requests(enum sim_server_protocol protocol, uint8_t *bytes, bool *begins)
{
    const struct tinygpu_request both[] = {
        {TINYGPU_CONFIG_READ, 0, 0, {0, 4, 0}},  {TINYGPU_MAP_BAR, 0, 5, {0}},
        {TINYGPU_MMIO_WRITE, 0, 5, {16, 9, 0}},  {TINYGPU_MMIO_READ, 0, 5, {16, 9, 0}},
        {TINYGPU_CONFIG_WRITE, 0, 0, {4, 2, 6}},
    };
    const struct tinygpu_request own[][3] = {
        [SIM_SERVER_TINYGPU] = {{TINYGPU_SHARE_MEMORY, 0, 0, {0x4000, 0, 0}},
                                {TINYGPU_RESIZE_BAR, 0, 0, {0}},
                                {TINYGPU_PING, 0, 0, {0}}},
        [SIM_SERVER_TCP] = {{TCP_MAP_MEMORY, 0, 0, {0x4000, 0, 0}},
                            {TCP_MEMORY_WRITE, 0, 0, {5, 20, 0}},
                            {TCP_MEMORY_READ, 0, 0, {5, 20, 0}}},
    };
    size_t used = 0;
    for (size_t i = 0; i < 8; i++) {
        const struct tinygpu_request *r = i < 5 ? &both[i] : &own[protocol][i - 5];
        bool payload = r->command == TINYGPU_MMIO_WRITE || r->command == TCP_MEMORY_WRITE;
        begins[used] = true;
        tinygpu_put_request(bytes + used, r);
        memset(bytes + used + TINYGPU_REQUEST_SIZE, 'x', payload ? r->arg[1] : 0);
        used += TINYGPU_REQUEST_SIZE + (payload ? r->arg[1] : 0);
    }
    begins[used] = true;
    return used;
}

static void requests_that_end_at_any_byte_end_the_session(void **state)
{
    enum sim_server_protocol protocol = protocol_of(state);
    uint8_t bytes[600];
    bool begins[601] = {false};
    size_t all = write_requests(protocol, bytes, begins);
    for (size_t sent = 0; sent <= all; sent++) {
        struct pair p;
        char err[300] = "";
        pair_open(&p, true);
        check_eq(sent, sent ? send(p.client, bytes, sent, MSG_NOSIGNAL) : 0);
        shutdown(p.client, SHUT_WR);
        int rc = sim_server_session(p.card, protocol, p.server, NULL, NULL, err, sizeof err);
        check_eq(begins[sent] ? 0 : -EPROTO, rc);
        if (rc) {
            assert_true(strstr(err, "hung up with") || strstr(err, "came in pieces"));
        }
        pair_close(&p);
    }
}

static void a_client_that_stops_within_a_request_is_dropped(void **state)
{
    enum sim_server_protocol protocol = protocol_of(state);
    uint8_t bytes[600];
    bool begins[601] = {false};
    size_t all = write_requests(protocol, bytes, begins);
    const struct sim_server_options options = {.stall_us = 50000};
    for (size_t sent = 1; sent < all; sent += 11) {
        struct pair p;
        char err[300] = "";
        if (begins[sent]) {
            continue; /* between requests a client may be silent as long as it likes */
        }
        pair_open(&p, true);
        check_eq(sent, send(p.client, bytes, sent, MSG_NOSIGNAL));
        uint64_t begun = clock_now_us();
        int rc = sim_server_session(p.card, protocol, p.server, &options, NULL, err, sizeof err);
        assert_true(clock_now_us() - begun < 3000000);
        if (rc == -EPROTO) {
            check_eq(SIM_SERVER_TINYGPU, protocol); /* a header in pieces is over at once there (T-12) */
            check_says("came in pieces", err);
        } else {
            check_eq(-ETIMEDOUT, rc);
            check_says("the client stopped in the middle of request", err);
            check_says("its bytes do not come", err);
        }
        pair_close(&p);
    }
}

static void a_client_that_takes_no_replies_is_dropped(void **state)
{
    enum sim_server_protocol protocol = protocol_of(state);
    const struct sim_server_options options = {.stall_us = 100000};
    uint8_t bytes[101 * TINYGPU_REQUEST_SIZE];
    struct pair p;
    char err[300] = "";
    tinygpu_put_request(bytes, &(struct tinygpu_request){TINYGPU_MAP_BAR, 0, 0, {0}});
    for (size_t i = 1; i <= 100; i++) {
        tinygpu_put_request(bytes + i * TINYGPU_REQUEST_SIZE,
                            &(struct tinygpu_request){TINYGPU_MMIO_READ, 0, 0, {0, 1 << 20, 0}});
    }
    pair_open(&p, false);
    check_eq(sizeof bytes, send(p.client, bytes, sizeof bytes, MSG_NOSIGNAL));
    check_eq(-ETIMEDOUT, sim_server_session(p.card, protocol, p.server, &options, NULL, err, sizeof err));
    check_says("it does not take the reply", err);
    pair_close(&p);
}

static void *stop_soon(void *arg)
{
    usleep(300000);
    atomic_store((atomic_int *)arg, 1);
    return NULL;
}

static void a_client_may_be_silent_between_requests(void **state)
{
    const struct sim_server_options options = {.stall_us = 50000};
    struct pair p;
    char err[300] = "";
    uint8_t bytes[TINYGPU_REQUEST_SIZE];
    atomic_int stop = 0;
    pthread_t thread;
    pair_open(&p, true);
    tinygpu_put_request(bytes, &(struct tinygpu_request){TINYGPU_CONFIG_READ, 0, 0, {0, 4, 0}});
    check_eq(sizeof bytes, send(p.client, bytes, sizeof bytes, MSG_NOSIGNAL));
    check_eq(0, pthread_create(&thread, NULL, stop_soon, &stop));
    check_eq(0, sim_server_session(p.card, protocol_of(state), p.server, &options, &stop, err, sizeof err));
    assert_string_equal("", err);
    pthread_join(thread, NULL);
    pair_close(&p);
}

#define OVER(protocol, function) {#function " over " #protocol, function, NULL, NULL, (void *)&protocol}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OVER(tinygpu, a_reply_that_ends_at_any_byte_is_a_lost_card),
        OVER(tcp, a_reply_that_ends_at_any_byte_is_a_lost_card),
        OVER(tinygpu, a_reply_that_stops_at_any_byte_is_over_by_the_deadline),
        OVER(tcp, a_reply_that_stops_at_any_byte_is_over_by_the_deadline),
        OVER(tinygpu, a_reply_that_trickles_is_over_by_the_deadline),
        OVER(tcp, a_reply_that_trickles_is_over_by_the_deadline),
        OVER(tinygpu, requests_that_end_at_any_byte_end_the_session),
        OVER(tcp, requests_that_end_at_any_byte_end_the_session),
        OVER(tinygpu, a_client_that_stops_within_a_request_is_dropped),
        OVER(tcp, a_client_that_stops_within_a_request_is_dropped),
        OVER(tinygpu, a_client_that_takes_no_replies_is_dropped),
        OVER(tcp, a_client_that_takes_no_replies_is_dropped),
        OVER(tinygpu, a_client_may_be_silent_between_requests),
        OVER(tcp, a_client_may_be_silent_between_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
