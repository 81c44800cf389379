/* tinygrad's protocol for remote cards: the server as a bare client sees it, and the tcp: link against that server. */
#include "tests/check.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/clock.h"
#include "link/tcp_protocol.h"
#include "server_thread.h"

static void start(struct server *s, const struct sim_server_options *options)
{
    server_start_protocol(s, SIM_SERVER_TCP, options);
}

static void send_probe(int fd, uint64_t class, uint32_t mask, uint32_t device, uint64_t vendor)
{
    uint8_t bytes[TINYGPU_REQUEST_SIZE + 8];
    tinygpu_put_request(bytes, &(struct tinygpu_request){TINYGPU_PROBE, 0, 0, {class, 8, vendor}});
    tcp_put_u64(bytes + TINYGPU_REQUEST_SIZE, mask | (uint64_t)device << 32);
    check_eq(sizeof bytes, send(fd, bytes, sizeof bytes, 0));
}

/* A refusal with its text. */
static void check_refused(int fd, const char *says)
{
    char text[300] = "";
    uint64_t length = raw_reply(fd, 1).value[0];
    assert_true(length > 0 && length < sizeof text);
    check_eq(length, raw_receive(fd, text, length));
    check_says(says, text);
}

/* ---- the server -------------------------------------------------------------------------------------------------- */

static void a_probe_lists_the_card_that_was_asked_for(void **state)
{
    (void)state;
    static const struct {
        uint64_t class;
        uint32_t mask, device;
        uint64_t vendor;
        bool found;
    } rows[] = {{3, 0xffff, FAKE_DEVICE, FAKE_VENDOR, true},
                {0, 0xffff, FAKE_DEVICE, FAKE_VENDOR, true},
                {0, 0, 0, FAKE_VENDOR, true},
                {4, 0xffff, FAKE_DEVICE, FAKE_VENDOR, false},
                {0, 0xffff, 0x1234, FAKE_VENDOR, false},
                {0, 0xffff, FAKE_DEVICE, 0x10de, false}};
    struct server s;
    start(&s, NULL);
    int fd = raw_connect(s.address);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        send_probe(fd, rows[i].class, rows[i].mask, rows[i].device, rows[i].vendor);
        struct tinygpu_reply reply = raw_reply(fd, 0);
        char line[64] = "";
        check_eq(rows[i].found, reply.value[1]);
        check_eq(rows[i].found ? strlen("exosuit:0") : 0, reply.value[0]);
        check_eq(reply.value[0], raw_receive(fd, line, reply.value[0]));
        assert_string_equal(rows[i].found ? "exosuit:0" : "", line);
    }
    close(fd);
    server_stop(&s, 0);
}

static void requests_may_come_in_pieces_and_several_at_once(void **state)
{
    (void)state;
    struct server s;
    start(&s, NULL);
    int fd = raw_connect(s.address);
    uint8_t bytes[3 * TINYGPU_REQUEST_SIZE];
    for (int i = 0; i < 3; i++) {
        tinygpu_put_request(bytes + i * TINYGPU_REQUEST_SIZE, &(struct tinygpu_request){TINYGPU_CONFIG_READ, 0, 0, {0, 4, 0}});
    }
    for (size_t i = 0; i < TINYGPU_REQUEST_SIZE; i++) {
        check_eq(1, send(fd, bytes + i, 1, 0));
    }
    check_eq(FAKE_DEVICE << 16 | FAKE_VENDOR, raw_reply(fd, 0).value[0]);
    check_eq(sizeof bytes, send(fd, bytes, sizeof bytes, 0));
    for (int i = 0; i < 3; i++) {
        check_eq(FAKE_DEVICE << 16 | FAKE_VENDOR, raw_reply(fd, 0).value[0]);
    }
    close(fd);
    server_stop(&s, 0);
}

static void refusals_have_a_text(void **state)
{
    (void)state;
    static const struct {
        struct tinygpu_request request;
        const char *says;
    } rows[] = {
        {{100, 0, 0, {0, 0, 0}}, "command 100 is not known"},
        {{2, 0, 0, {4096, 0, 0}}, "command 2 is not known"}, /* shared descriptors do not travel over TCP */
        {{TINYGPU_MAP_BAR, 0, 3, {0, 0, 0}}, "no BAR 3"},
        {{TINYGPU_MAP_BAR, 1, 0, {0, 0, 0}}, "no card 1 here"},
        {{TINYGPU_CONFIG_READ, 0, 0, {0, 3, 0}}, "sizes are 1, 2 or 4"},
        {{TINYGPU_CONFIG_WRITE, 0, 0, {4096, 4, 0}}, "sizes are 1, 2 or 4"},
        {{TINYGPU_MMIO_READ, 0, 5, {0, 4, 0}}, "BAR 5: out of range, or not mapped"},
        {{TINYGPU_RESET, 9, 0, {0, 0, 0}}, "no card 9"},
        {{TCP_MAP_MEMORY, 0, 0, {0, 0, 0}}, "host memory of 0 bytes"},
        {{TCP_MAP_MEMORY, 0, 0, {UINT64_MAX, 0, 0}}, "host memory of 18446744073709551615 bytes"},
        {{TCP_MEMORY_READ, 0, 0, {0, 4, 0}}, "host memory 0: out of range, or not mapped"},
    };
    struct server s;
    start(&s, NULL);
    int fd = raw_connect(s.address);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[TINYGPU_REQUEST_SIZE];
        tinygpu_put_request(bytes, &rows[i].request);
        check_eq(sizeof bytes, send(fd, bytes, sizeof bytes, 0));
        check_refused(fd, rows[i].says);
    }
    close(fd);
    server_stop(&s, 0);
}

static void a_write_that_cannot_be_done_ends_the_session(void **state)
{
    (void)state;
    static const struct tinygpu_request rows[] = {
        {TINYGPU_MMIO_WRITE, 0, 5, {FAKE_BAR5_BYTES - 2, 4, 0}},
        {TINYGPU_MMIO_WRITE, 0, 0, {0, 4, 0}}, /* not mapped */
        {TINYGPU_MMIO_WRITE, 0, 5, {UINT64_MAX, UINT64_MAX, 0}},
        {TCP_MEMORY_WRITE, 0, 0, {0x3ffd, 4, 0}},
        {TCP_MEMORY_WRITE, 0, 1, {0, 4, 0}},
        {TINYGPU_PROBE, 0, 0, {0, TCP_MAX_PROBE + 1, 0}},
    };
    struct server s;
    start(&s, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[TINYGPU_REQUEST_SIZE + 4] = {0};
        char byte;
        int fd = raw_connect(s.address);
        raw_send(fd, TINYGPU_MAP_BAR, 5, 0, 0, 0);
        raw_reply(fd, 0);
        raw_send(fd, TCP_MAP_MEMORY, 0, 0x4000, 0, 0);
        uint8_t pages[32];
        check_eq(sizeof pages, raw_reply(fd, 0).value[0]);
        check_eq(sizeof pages, raw_receive(fd, pages, sizeof pages));
        tinygpu_put_request(bytes, &rows[i]);
        check_eq(sizeof bytes, send(fd, bytes, sizeof bytes, MSG_NOSIGNAL));
        check_eq(0, raw_receive(fd, &byte, 1));
        close(fd);
    }
    server_stop(&s, 0);
}

static void host_memory_is_written_read_and_seen_by_the_card(void **state)
{
    (void)state;
    struct server s;
    start(&s, &(struct sim_server_options){.segments = 3});
    int fd = raw_connect(s.address);
    for (uint64_t contiguous = 0; contiguous < 2; contiguous++) {
        uint8_t list[6 * 8];
        struct tinygpu_segment segments[8];
        raw_send(fd, TCP_MAP_MEMORY, 0, 6 * TCP_PAGE - 100, contiguous, 0); /* rounded up to pages */
        struct tinygpu_reply reply = raw_reply(fd, 0);
        check_eq(sizeof list, reply.value[0]);
        check_eq(contiguous, reply.value[1]);
        check_eq(sizeof list, raw_receive(fd, list, sizeof list));
        check_eq(contiguous ? 1 : 3, tcp_get_pages(list, sizeof list, 6 * TCP_PAGE, segments, 8));
        uint8_t header[TINYGPU_REQUEST_SIZE], bytes[9000], got[9000] = {0}, seen = 0;
        for (size_t i = 0; i < sizeof bytes; i++) {
            bytes[i] = (uint8_t)(i * 11 + contiguous);
        }
        /* From an odd place, across pages. */
        tinygpu_put_request(header, &(struct tinygpu_request){TCP_MEMORY_WRITE, 0, (uint32_t)contiguous, {3, sizeof bytes, 0}});
        check_eq(sizeof header, send(fd, header, sizeof header, 0));
        check_eq(sizeof bytes, send(fd, bytes, sizeof bytes, 0));
        raw_send(fd, TCP_MEMORY_READ, (uint32_t)contiguous, 3, sizeof got, 0);
        check_eq(sizeof got, raw_reply(fd, 0).value[0]);
        check_eq(sizeof got, raw_receive(fd, got, sizeof got));
        assert_memory_equal(bytes, got, sizeof got);
        assert_true(fake_card_dma(s.card, tcp_get_u64(list + 8) + 5, &seen, 1, false)); /* the second page */
        check_eq(bytes[TCP_PAGE + 5 - 3], seen);
        seen = 0x77;
        assert_true(fake_card_dma(s.card, tcp_get_u64(list + 40) + TCP_PAGE - 1, &seen, 1, true));
        raw_send(fd, TCP_MEMORY_READ, (uint32_t)contiguous, 6 * TCP_PAGE - 1, 1, 0);
        raw_reply(fd, 0);
        check_eq(1, raw_receive(fd, got, 1));
        check_eq(0x77, got[0]);
    }
    close(fd);
    server_stop(&s, 0); /* checks that nothing stayed mapped */
}

static void one_client_at_a_time_over_both_protocols_together(void **state)
{
    (void)state;
    struct server s;
    char path[] = "/tmp/exosuit-both-XXXXXX", byte;
    assert_non_null(mkdtemp(path));
    char socket_path[64];
    snprintf(socket_path, sizeof socket_path, "%s/sock", path);
    start(&s, &(struct sim_server_options){.tinygpu_path = socket_path});
    char address[100];
    snprintf(address, sizeof address, "%s", s.address);
    int app = raw_connect(socket_path);
    raw_send(app, TINYGPU_CONFIG_READ, 0, 0, 2, 0);
    raw_reply(app, 0);
    int tcp = raw_connect(address);
    raw_send(tcp, TINYGPU_CONFIG_READ, 0, 0, 2, 0);
    usleep(150000);
    check_eq(-1, recv(tcp, &byte, 1, MSG_DONTWAIT));
    close(app);
    check_eq(FAKE_VENDOR, raw_reply(tcp, 0).value[0]);
    close(tcp);
    server_stop(&s, 0);
    rmdir(path);
}

static void note_warning(void *user, const char *line)
{
    if (strncmp(line, "warning: ", 9) == 0 || strncmp(line, "listening", 9) == 0) {
        size_t used = strlen(user);
        snprintf((char *)user + used, 1000 - used, "%s\n", line);
    }
}

static void another_address_than_loopback_is_served_with_a_warning(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        int rc;
        bool warns;
        const char *says;
    } rows[] = {{"0", 0, false, "listening on 127.0.0.1:"},
                {":0", 0, false, "listening on 127.0.0.1:"},
                {"127.0.0.1:0", 0, false, "listening on 127.0.0.1:"},
                {"0.0.0.0:0", 0, true, "0.0.0.0 is no loopback address, and this protocol knows no passwords"},
                {"127.0.0.1:nonsense", -EINVAL, false, "a TCP address is HOST:PORT"},
                {"", -EINVAL, false, "a TCP address is HOST:PORT"},
                {"192.0.2.1:0", -EADDRNOTAVAIL, false, ""}}; /* an address that nobody has (RFC 5737) */
    char err[300];
    struct sim_card *card;
    check_eq(0, sim_card_create(&(struct sim_options){.chip = "rx7900xtx"}, &card, err, sizeof err));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char lines[1000] = "";
        atomic_int stop = 1;
        err[0] = 0;
        const struct sim_server_options options = {
            .tcp_address = rows[i].address, .on_event = note_warning, .on_event_user = lines};
        check_eq(rows[i].rc, sim_server_run(card, &options, &stop, err, sizeof err));
        check_says(rows[i].says, rows[i].rc ? err : lines);
        check_eq(rows[i].warns, strstr(lines, "warning: ") != NULL);
    }
    sim_card_destroy(card);
}

/* ---- the link ---------------------------------------------------------------------------------------------------- */

static void registers_config_and_windows_round_trip(void **state)
{
    struct server s;
    start(&s, &(struct sim_server_options){.split_replies = *state != NULL});
    struct link *l = server_open_link(&s);
    assert_true(l->simulated);
    assert_false(link_shares_memory(l));
    server_check_registers(l, LINK_RESET_FUNCTION);
    struct link_card_counters counters;
    uint64_t before = l->counters.round_trips;
    check_eq(0, link_card_counters(l, &counters));
    check_eq(before, l->counters.round_trips); /* looking changes nothing */
    assert_true(link_is_alive(l));
    link_close(l);
    server_stop(&s, 0);
}

/* The contract of struct dma_region: nothing moves by itself. */
static void memory_moves_when_it_is_pushed_or_pulled(void **state)
{
    (void)state;
    struct server s;
    start(&s, &(struct sim_server_options){.segments = 2});
    struct link *l = server_open_link(&s);
    struct dma_region r;
    check_eq(0, link_dma_alloc(l, 0x20000, &r));
    check_eq(2, r.segment_count);
    uint32_t *words = r.cpu, got = 1, reply = 0x5eed;
    words[0] = 0xfeed;
    assert_true(fake_card_dma(s.card, r.segments[0].address.value, &got, 4, false));
    check_eq(0, got);
    check_eq(0, link_dma_push(l, &(struct link_span){words, 4}, 1));
    uint32_t vendor;
    check_eq(0, link_config_read(l, 0, 2, &vendor)); /* a reply behind it: it has been done */
    assert_true(fake_card_dma(s.card, r.segments[0].address.value, &got, 4, false));
    check_eq(0xfeed, got);
    uint64_t last = r.segments[1].address.value + r.segments[1].size_bytes - 4;
    assert_true(fake_card_dma(s.card, last, &reply, 4, true));
    check_eq(0, words[0x20000 / 4 - 1]);
    uint64_t before = l->counters.round_trips;
    const struct link_span spans[] = {{words + 0x20000 / 4 - 1, 4}, {words, 4}, {words + 1, 0x10000}};
    check_eq(0, link_dma_pull(l, spans, 3));
    check_eq(0x5eed, words[0x20000 / 4 - 1]);
    check_eq(1, l->counters.round_trips - before); /* one wait, however many spans */
    check_eq(1, l->counters.dma_pulls);
    check_eq(8 + 0x10000, l->counters.dma_pull_bytes);
    check_eq(4, l->counters.dma_push_bytes);
    check_eq(-EFAULT, link_dma_push(l, &(struct link_span){&got, 4}, 1)); /* not of this link */
    check_eq(-EFAULT, link_dma_pull(l, &(struct link_span){words + 0x20000 / 4 - 1, 8}, 1));
    check_eq(0, link_config_read(l, 0, 2, &vendor)); /* and it is still in step */
    link_close(l);
    server_stop(&s, 0);
}

struct looker {
    struct link *l;
    uint32_t *word;
    int rc;
};

static void *look(void *arg)
{
    struct looker *k = arg;
    for (int i = 0; i < 300 && k->rc == 0; i++) {
        k->rc = link_dma_pull(k->l, &(struct link_span){k->word, 4}, 1);
    }
    return NULL;
}

/* As a thread that waits for a fence does while others submit. */
static void any_thread_may_pull_while_another_uses_the_link(void **state)
{
    (void)state;
    struct server s;
    start(&s, NULL);
    struct link *l = server_open_link(&s);
    struct dma_region r;
    uint64_t size;
    pthread_t threads[2];
    check_eq(0, link_dma_alloc(l, 0x4000, &r));
    check_eq(0, link_bar_info(l, 5, &size));
    struct looker lookers[2] = {{l, r.cpu, 0}, {l, (uint32_t *)r.cpu + 16, 0}};
    for (int i = 0; i < 2; i++) {
        check_eq(0, pthread_create(&threads[i], NULL, look, &lookers[i]));
    }
    for (uint32_t i = 0; i < 300; i++) {
        uint32_t value;
        check_eq(0, link_write32(l, 5, 0x40, i));
        check_eq(0, link_read32(l, 5, 0x40, &value));
        check_eq(i, value);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        check_eq(0, lookers[i].rc);
    }
    link_close(l);
    server_stop(&s, 0);
}

/* What breaks in a pull shows, with its sentence, at the next operation of the thread that owns the link. */
static void a_pull_that_fails_is_told_by_the_next_operation(void **state)
{
    (void)state;
    struct server s;
    start(&s, &(struct sim_server_options){.end_at_request = 6}); /* two probes or one, vendor, ping, memory, then the pull */
    struct link *l = NULL;
    struct err e = {0};
    check_eq(0, link_open(s.uri, 2000000, &l, &e));
    struct dma_region r;
    check_eq(0, link_dma_alloc(l, 0x4000, &r));
    const struct link_span span = {r.cpu, 4};
    int rc = 0;
    for (int i = 0; i < 3 && rc == 0; i++) {
        rc = link_dma_pull(l, &span, 1);
    }
    check_eq(-ENODEV, rc);
    assert_false(link_is_alive(l));
    uint32_t value;
    check_eq(-ENODEV, link_config_read(l, 0, 2, &value));
    check_says("hung up (read host memory)", l->err.text);
    check_eq(-ENODEV, link_dma_push(l, &span, 1));
    link_close(l);
    server_stop(&s, -ENODEV);
}

static void nobody_listening_says_what_to_start(void **state)
{
    (void)state;
    struct link *l = NULL;
    struct err e = {0};
    struct server s;
    start(&s, NULL);
    char uri[160];
    snprintf(uri, sizeof uri, "%s", s.uri);
    server_stop(&s, 0);
    check_eq(-ECONNREFUSED, link_open(uri, 1000000, &l, &e));
    check_says("Is a server running there, for instance: exosuit sim --tcp 127.0.0.1:", e.text);
    check_eq(-EINVAL, link_open("tcp:", 1000000, &l, &e));
    check_says("a card on another machine is tcp:HOST:PORT", e.text);
    check_eq(-EINVAL, link_open("tcp:localhost:nonsense", 1000000, &l, &e));
    check_eq(-EINVAL, link_open("tcp:localhost:1?nonsense=1", 1000000, &l, &e));
}

static void a_held_server_times_out_on_the_first_reply(void **state)
{
    (void)state;
    struct server s;
    start(&s, NULL);
    int holder = raw_connect(s.address);
    raw_send(holder, TINYGPU_CONFIG_READ, 0, 0, 2, 0);
    raw_reply(holder, 0);
    struct link *l = NULL;
    struct err e = {0};
    uint64_t begun = clock_now_us();
    check_eq(-ETIMEDOUT, link_open(s.uri, 200000, &l, &e));
    assert_true(clock_now_us() - begun < 1500000);
    check_says("did not answer within", e.text);
    check_says("serves one at a time", e.text);
    close(holder);
    server_stop(&s, 0);
}

static void lists_of_pages_are_checked(void **state)
{
    (void)state;
    uint8_t list[8 * 8];
    struct tinygpu_segment segments[3];
    static const uint64_t good[8] = {0x80000000, 0x80001000, 0x80005000, 0x80006000,
                                     0x80007000, 0x90000000, 0x90001000, 0x90002000};
    for (int i = 0; i < 8; i++) {
        tcp_put_u64(list + 8 * i, good[i]);
    }
    check_eq(3, tcp_get_pages(list, sizeof list, 8 * TCP_PAGE, segments, 3));
    check_eq(0x80005000, segments[1].bus_address);
    check_eq(3 * TCP_PAGE, segments[1].size_bytes);
    check_eq(3, tcp_get_pages(list, sizeof list, 8 * TCP_PAGE - 5, segments, 3));
    check_eq(2,
             tcp_get_pages(list, sizeof list, 4 * TCP_PAGE, segments, 3)); /* what is listed beyond the region is not looked at */
    check_eq(-EIO, tcp_get_pages(list, sizeof list, 8 * TCP_PAGE, segments, 2));
    check_eq(-EIO, tcp_get_pages(list, sizeof list, 8 * TCP_PAGE + 1, segments, 3));
    check_eq(-EIO, tcp_get_pages(list, sizeof list - 1, 8 * TCP_PAGE, segments, 3));
    tcp_put_u64(list, 0x80000010);
    check_eq(-EIO, tcp_get_pages(list, sizeof list, 8 * TCP_PAGE, segments, 3));
    tcp_put_u64(list, UINT64_C(1) << 40);
    check_eq(-EIO, tcp_get_pages(list, sizeof list, 8 * TCP_PAGE, segments, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_probe_lists_the_card_that_was_asked_for),
        cmocka_unit_test(requests_may_come_in_pieces_and_several_at_once),
        cmocka_unit_test(refusals_have_a_text),
        cmocka_unit_test(a_write_that_cannot_be_done_ends_the_session),
        cmocka_unit_test(host_memory_is_written_read_and_seen_by_the_card),
        cmocka_unit_test(one_client_at_a_time_over_both_protocols_together),
        cmocka_unit_test(another_address_than_loopback_is_served_with_a_warning),
        cmocka_unit_test(registers_config_and_windows_round_trip),
        {"registers_config_and_windows_round_trip_with_split_replies", registers_config_and_windows_round_trip, NULL, NULL, ""},
        cmocka_unit_test(memory_moves_when_it_is_pushed_or_pulled),
        cmocka_unit_test(any_thread_may_pull_while_another_uses_the_link),
        cmocka_unit_test(a_pull_that_fails_is_told_by_the_next_operation),
        cmocka_unit_test(nobody_listening_says_what_to_start),
        cmocka_unit_test(a_held_server_times_out_on_the_first_reply),
        cmocka_unit_test(lists_of_pages_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
