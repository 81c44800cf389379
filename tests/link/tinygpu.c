/* The tinygpu: link against the real server, against a server that dies or hangs, and against one that lies. */
#include "tests/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "server_thread.h"

static void registers_and_memory_round_trip(void **state)
{
    struct server s;
    server_start(&s, &(struct sim_server_options){.split_replies = *state != NULL});
    struct link *l = server_open_link(&s);
    server_check_registers(l, LINK_RESET_HOT);
    size_t bytes = *state ? 8192 : FAKE_BAR0_BYTES;
    uint8_t *out = malloc(bytes), *in = calloc(1, bytes);
    for (size_t i = 0; i < bytes; i++) {
        out[i] = (uint8_t)(i * 7 + i / 251);
    }
    check_eq(0, link_bar_write(l, 0, 0, out, bytes));
    check_eq(0, link_bar_read(l, 0, 0, in, bytes));
    assert_memory_equal(out, in, bytes);
    assert_true(link_is_alive(l));
    assert_true(l->simulated);
    struct link_card_counters counters;
    check_eq(-ENOTSUP, link_card_counters(l, &counters));
    free(out);
    free(in);
    link_close(l);
    server_stop(&s, 0);
}

/* T-16, T-18, T-32 */
static void memory_is_shared_with_the_card_and_leaves_it_with_the_session(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, &(struct sim_server_options){.segments = 3});
    struct link *l = server_open_link(&s);
    struct dma_region r;
    check_eq(0, link_dma_alloc(l, 0x20000, &r));
    check_eq(0x20000, r.size_bytes);
    check_eq(3, r.segment_count);
    for (size_t i = 0; i < r.size_bytes; i++) {
        check_eq(0, ((uint8_t *)r.cpu)[i]); /* the server's table is gone */
    }
    uint64_t done = 0;
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t word = 0x1000 + i, got = 0;
        memcpy((uint8_t *)r.cpu + done, &word, 4);
        assert_true(fake_card_dma(s.card, r.segments[i].address.value, &got, 4, false));
        check_eq(word, got);
        word = ~word;
        assert_true(fake_card_dma(s.card, r.segments[i].address.value + r.segments[i].size_bytes - 4, &word, 4, true));
        done += r.segments[i].size_bytes;
        memcpy(&got, (uint8_t *)r.cpu + done - 4, 4);
        check_eq(word, got);
    }
    check_eq(r.size_bytes, done);
    uint64_t bus = r.segments[0].address.value;
    link_close(l);
    for (int i = 0; i < 2000 && fake_card_mapping_count(s.card); i++) {
        usleep(1000);
    }
    uint32_t word;
    assert_false(fake_card_dma(s.card, bus, &word, 4, false));
    char verdict[200];
    sim_verdict(s.card, verdict, sizeof verdict);
    check_says("panic", verdict);
    server_stop(&s, 0);
}

static void T17_the_129th_region_is_enomem_with_a_sentence(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    struct link *l = server_open_link(&s);
    struct dma_region r;
    for (int i = 0; i < TINYGPU_MAX_REGIONS; i++) {
        check_eq(0, link_dma_alloc(l, 1, &r));
    }
    check_eq(-ENOMEM, link_dma_alloc(l, 1, &r));
    check_says("all 128 regions", l->err.text);
    link_close(l);
    server_stop(&s, 0);
}

static void a_refused_allocation_is_enomem_and_the_link_lives_on(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, &(struct sim_server_options){.dma_bytes = 0x8000});
    struct link *l = server_open_link(&s);
    struct dma_region r;
    check_eq(-ENOMEM, link_dma_alloc(l, 0x10000, &r));
    check_says("DMA memory of 65536 bytes, with 0 regions in use (T-31): The server refused to share memory", l->err.text);
    check_eq(0, link_dma_alloc(l, 0x8000, &r));
    link_close(l);
    server_stop(&s, 0);
}

/* T-19, with the lock that programs of ours take; the holder is another process. */
static void T19_a_second_program_is_told_who_holds_the_card(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    struct link *l = server_open_link(&s);
    int ends[2];
    check_eq(0, pipe(ends));
    pid_t child = fork();
    if (child == 0) {
        struct link *second = NULL;
        struct err e = {0};
        int rc = link_open(s.uri, 500000, &second, &e);
        dprintf(ends[1], "%d %s", rc, e.text);
        _exit(0);
    }
    check_eq(child, waitpid(child, NULL, 0));
    char said[600] = "", want[100];
    assert_true(read(ends[0], said, sizeof said - 1) > 0);
    snprintf(want, sizeof want, "in use by pid %ld", (long)getpid());
    check_says(want, said);
    check_eq(-EBUSY, atoi(said));
    close(ends[0]);
    close(ends[1]);
    link_close(l);
    l = server_open_link(&s); /* the lock went with the holder */
    link_close(l);
    server_stop(&s, 0);
}

/* T-19, with a holder that takes no lock. */
static void T19_a_held_server_times_out_on_the_first_reply(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    int holder = raw_connect(s.path);
    raw_send(holder, TINYGPU_CONFIG_READ, 0, 0, 2, 0);
    raw_reply(holder, 0);
    struct link *l = NULL;
    struct err e = {0};
    uint64_t start = clock_now_us();
    check_eq(-ETIMEDOUT, link_open(s.uri, 200000, &l, &e));
    uint64_t took = clock_now_us() - start;
    assert_true(took >= 150000 && took < 1500000);
    check_says("did not answer within", e.text);
    check_says("Another program may hold the card", e.text);
    close(holder);
    server_stop(&s, 0);
}

static void nobody_listening_says_what_to_start(void **state)
{
    (void)state;
    struct link *l = NULL;
    struct err e = {0};
    check_eq(-ENOENT, link_open("tinygpu:/tmp/exosuit-no-such-folder/sock", 100000, &l, &e));
    check_says("Nobody listens at /tmp/exosuit-no-such-folder/sock", e.text);
    setenv("APL_REMOTE_SOCK", "/tmp/exosuit-no-such-folder/b", 1); /* T-03 */
    check_eq(-ENOENT, link_open("tinygpu:", 100000, &l, &e));
    check_says("exosuit-no-such-folder/b", e.text);
    unsetenv("APL_REMOTE_SOCK");
    setenv("TMPDIR", "/tmp/exosuit-no-such-folder", 1);
    check_eq(-ENOENT, link_open("tinygpu:", 100000, &l, &e));
    check_says("exosuit-no-such-folder/tinygpu.sock", e.text);
    unsetenv("TMPDIR");
}

static void T20_the_reason_why_a_driver_cannot_be_opened_is_passed_on(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, &(struct sim_server_options){.refusal = "failed to open the driver: 0xe00002c7"});
    struct link *l = NULL;
    struct err e = {0};
    check_eq(-EIO, link_open(s.uri, 500000, &l, &e));
    check_says("refused to read config space: failed to open the driver: 0xe00002c7", e.text);
    server_stop(&s, 0);
}

/* One request after the other; returns the first failure's code, 0 if all passed. */
static int run_script(struct link *l)
{
    uint64_t size;
    uint32_t value, words[64] = {0};
    struct dma_region r;
    int rc = link_bar_info(l, 0, &size);
    rc = rc ? rc : link_bar_info(l, 2, &size);
    rc = rc ? rc : link_bar_info(l, 5, &size);
    rc = rc ? rc : link_dma_alloc(l, 0x10000, &r);
    for (int i = 0; i < 3; i++) {
        rc = rc ? rc : link_write32(l, 5, 4, 1);
        rc = rc ? rc : link_read32(l, 5, 4, &value);
        rc = rc ? rc : link_config_write(l, 4, 2, 6);
        rc = rc ? rc : link_bar_write(l, 0, 0, words, sizeof words);
        rc = rc ? rc : link_write64(l, 2, 0, 1);
        rc = rc ? rc : link_bar_read(l, 0, 0, words, sizeof words);
        rc = rc ? rc : link_config_read(l, 0, 4, &value);
    }
    return rc ? rc : link_reset(l, LINK_RESET_FUNCTION);
}
#define SCRIPT_REQUESTS (2 + 4 + 21 + 1) /* with the two of link_open */

/* T-20: EOF in the middle of anything, at every request index; also shows that a dead socket raises no SIGPIPE. */
static void T20_a_server_that_dies_at_any_request_is_a_lost_card(void **state)
{
    (void)state;
    for (uint64_t at = 1; at <= SCRIPT_REQUESTS; at++) {
        struct server s;
        server_start(&s, &(struct sim_server_options){.end_at_request = at});
        struct link *l = NULL;
        struct err e = {0};
        int rc = link_open(s.uri, 2000000, &l, &e);
        if (rc == 0) {
            rc = run_script(l);
            snprintf(e.text, sizeof e.text, "%s", l->err.text);
            assert_false(link_is_alive(l));
        }
        check_eq(-ENODEV, rc);
        check_says("hung up (", e.text);
        link_close(l);
        server_stop(&s, -ENODEV);
    }
    struct server s;
    server_start(&s, &(struct sim_server_options){.end_at_request = SCRIPT_REQUESTS + 1});
    struct link *l = server_open_link(&s);
    check_eq(0, run_script(l));
    link_close(l);
    server_stop(&s, 0);
}

static void T24_a_server_that_hangs_is_a_timeout_and_then_a_lost_card(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, &(struct sim_server_options){.hang_at_request = 9});
    char uri[200];
    snprintf(uri, sizeof uri, "tinygpu:%s?timeout_ms=100", s.path);
    struct link *l = NULL;
    struct err e = {0};
    uint32_t value;
    check_eq(0, link_open(uri, 2000000, &l, &e));
    check_eq(-ETIMEDOUT, run_script(l));
    check_says("did not answer within 100 ms (", l->err.text);
    check_eq(-ENODEV, link_config_read(l, 0, 2, &value)); /* a late answer would be taken for another's */
    link_close(l);
    server_stop(&s, 0);
}

/* ---- a server that lies ------------------------------------------------------------------------------------------ */

/* Answers the two of link_open as the app does, the third request with the given bytes (and descriptor), then hangs up. */
struct liar {
    int listener;
    pthread_t thread;
    char folder[64], path[80], uri[160];
    const uint8_t *bytes;
    size_t size;
    int fd; /* sent along; -1: none */
};

static void *lie(void *arg)
{
    struct liar *liar = arg;
    uint8_t request[TINYGPU_REQUEST_SIZE], reply[TINYGPU_REPLY_SIZE];
    int client = accept(liar->listener, NULL, NULL);
    const struct tinygpu_reply opening[2] = {{0, {FAKE_VENDOR, 0}}, {1, {0, 0}}}; /* vendor id; a ping that it does not know */
    bool asked = true;
    for (int i = 0; i < 2 && asked; i++) {
        tinygpu_put_reply(reply, &opening[i]);
        asked =
            raw_receive(client, request, sizeof request) == sizeof request && send(client, reply, sizeof reply, MSG_NOSIGNAL) > 0;
    }
    if (asked && raw_receive(client, request, sizeof request) == sizeof request && liar->size) {
        union {
            struct cmsghdr header;
            char space[CMSG_SPACE(sizeof(int))];
        } control = {0};
        struct iovec iov = {(void *)liar->bytes, liar->size};
        struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
        if (liar->fd >= 0) {
            m.msg_control = &control;
            m.msg_controllen = sizeof control;
            *CMSG_FIRSTHDR(&m) = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
            memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), &liar->fd, sizeof(int));
        }
        (void)!sendmsg(client, &m, MSG_NOSIGNAL);
    }
    close(client);
    return NULL;
}

static struct link *liar_open(struct liar *liar, const void *bytes, size_t size, int fd)
{
    *liar = (struct liar){.bytes = bytes, .size = size, .fd = fd};
    snprintf(liar->folder, sizeof liar->folder, "/tmp/exosuit-liar-XXXXXX");
    assert_non_null(mkdtemp(liar->folder));
    snprintf(liar->path, sizeof liar->path, "%s/sock", liar->folder);
    snprintf(liar->uri, sizeof liar->uri, "tinygpu:%s?timeout_ms=2000", liar->path);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", liar->path);
    liar->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    check_eq(0, bind(liar->listener, (struct sockaddr *)&address, sizeof address));
    check_eq(0, listen(liar->listener, 1));
    check_eq(0, pthread_create(&liar->thread, NULL, lie, liar));
    struct link *l = NULL;
    struct err e = {0};
    check_eq(0, link_open(liar->uri, 2000000, &l, &e));
    check_eq(0, l->simulated);
    return l;
}

static void liar_close(struct liar *liar, struct link *l)
{
    link_close(l);
    pthread_join(liar->thread, NULL);
    close(liar->listener);
    unlink(liar->path);
    char lock[100];
    snprintf(lock, sizeof lock, "%s.lock", liar->path);
    unlink(lock);
    rmdir(liar->folder);
}

static void replies_cut_short_at_any_byte_are_a_lost_card(void **state)
{
    (void)state;
    uint8_t bytes[TINYGPU_REPLY_SIZE + 24] = {0};
    tinygpu_put_reply(bytes, &(struct tinygpu_reply){0, {24, 0}});
    for (size_t size = 0; size <= sizeof bytes; size++) {
        struct liar liar;
        struct link *l = liar_open(&liar, bytes, size, -1);
        uint32_t words[6];
        l->bar_size[5] = 4096;
        int rc = link_bar_read(l, 5, 0, words, sizeof words);
        check_eq(size == sizeof bytes ? 0 : -ENODEV, rc);
        if (rc) {
            check_says("hung up (read from a BAR)", l->err.text);
        }
        liar_close(&liar, l);
    }
}

static void senseless_replies_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct tinygpu_reply reply;
        size_t extra; /* bytes behind it */
        int rc;
        const char *says;
    } rows[] = {
        {{1, {0, 0}}, 0, -EIO, "refused to read config space: status 1 without a reason"},
        {{1, {5, 0}}, 5, -EIO, "refused to read config space: xxxxx"},
        {{1, {5, 0}}, 4, -ENODEV, "hung up"},
        {{1, {UINT64_MAX, 0}}, 100, -ENODEV, "cannot be understood (status 1 with a text of 18446744073709551615 bytes"},
        {{0, {1, 0}}, 1, -ENODEV, "sent 1 bytes too many"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[TINYGPU_REPLY_SIZE + 100];
        memset(bytes, 'x', sizeof bytes);
        tinygpu_put_reply(bytes, &rows[i].reply);
        struct liar liar;
        struct link *l = liar_open(&liar, bytes, TINYGPU_REPLY_SIZE + rows[i].extra, -1);
        uint32_t value;
        check_eq(rows[i].rc, link_config_read(l, 0, 2, &value));
        check_says(rows[i].says, l->err.text);
        liar_close(&liar, l);
    }
}

static int shared_file(uint64_t size, const struct tinygpu_segment *segments, uint32_t count)
{
    char path[] = "/tmp/exosuit-shared-XXXXXX";
    int fd = mkstemp(path);
    unlink(path);
    uint8_t table[TINYGPU_TABLE_SIZE];
    tinygpu_put_table(table, segments, count);
    check_eq(0, ftruncate(fd, (off_t)size));
    check_eq(size < sizeof table ? (ssize_t)size : (ssize_t)sizeof table,
             pwrite(fd, table, size < sizeof table ? size : sizeof table, 0));
    return fd;
}

static void shared_memory_that_cannot_be_right_is_refused(void **state)
{
    (void)state;
    static const struct tinygpu_segment good = {0x80000000, 0x8000}, half = {0x80000000, 0x4000};
    static const struct {
        uint64_t file_bytes, said_bytes; /* file 0: no descriptor at all */
        const struct tinygpu_segment *segment;
        int rc;
        const char *says;
    } rows[] = {
        {0, 0x8000, &good, -EIO, "sent no descriptor"},
        {0x4000, 0x8000, &good, -EIO, "speaks of 32768 bytes, but its descriptor has 16384"},
        {0x8000, 0x4000, &good, -EIO, "32768 bytes asked for, the server gave 16384"},
        {0x8000, 0x8000, &half, -EIO, "covers 16384 of 32768 bytes"},
        {0x8000, UINT64_MAX, &good, -EIO, "the server gave 18446744073709551615"},
        {0x8000, 0x8000, &good, 0, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int fd = rows[i].file_bytes ? shared_file(rows[i].file_bytes, rows[i].segment, 1) : -1;
        uint8_t bytes[TINYGPU_REPLY_SIZE];
        tinygpu_put_reply(bytes, &(struct tinygpu_reply){0, {rows[i].said_bytes, 0}});
        struct liar liar;
        struct link *l = liar_open(&liar, bytes, sizeof bytes, fd);
        struct dma_region r = {0};
        check_eq(rows[i].rc, link_dma_alloc(l, 0x8000, &r));
        check_says(rows[i].says, l->err.text);
        liar_close(&liar, l);
        if (fd >= 0) {
            close(fd);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registers_and_memory_round_trip),
        {"registers_and_memory_round_trip_with_split_replies", registers_and_memory_round_trip, NULL, NULL, ""},
        cmocka_unit_test(memory_is_shared_with_the_card_and_leaves_it_with_the_session),
        cmocka_unit_test(T17_the_129th_region_is_enomem_with_a_sentence),
        cmocka_unit_test(a_refused_allocation_is_enomem_and_the_link_lives_on),
        cmocka_unit_test(T19_a_second_program_is_told_who_holds_the_card),
        cmocka_unit_test(T19_a_held_server_times_out_on_the_first_reply),
        cmocka_unit_test(nobody_listening_says_what_to_start),
        cmocka_unit_test(T20_the_reason_why_a_driver_cannot_be_opened_is_passed_on),
        cmocka_unit_test(T20_a_server_that_dies_at_any_request_is_a_lost_card),
        cmocka_unit_test(T24_a_server_that_hangs_is_a_timeout_and_then_a_lost_card),
        cmocka_unit_test(replies_cut_short_at_any_byte_are_a_lost_card),
        cmocka_unit_test(senseless_replies_are_refused),
        cmocka_unit_test(shared_memory_that_cannot_be_right_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
