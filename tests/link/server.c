/* The socket server's quirks, seen by a bare client: the failures of section 7 of the hardware record, items 1 to 6. */
#include "tests/check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server_thread.h"

static void T10_requests_and_replies_have_the_published_layout(void **state)
{
    (void)state;
    static const uint8_t want[TINYGPU_REQUEST_SIZE] = {7,    0x04, 3,    2,    1,    5,    0,    0, 0, 0x88, 0x77,
                                                       0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0x10, 0, 0, 0,    0,
                                                       0,    0,    0,    1,    0,    0,    0,    0, 0, 0,    0x80};
    uint8_t got[TINYGPU_REQUEST_SIZE];
    const struct tinygpu_request request = {7, 0x01020304, 5, {0x1122334455667788, 0x10, 0x8000000000000001}};
    tinygpu_put_request(got, &request);
    assert_memory_equal(want, got, sizeof want);
    struct tinygpu_request back;
    tinygpu_get_request(got, &back);
    check_eq(request.device, back.device);
    check_eq(request.arg[2], back.arg[2]);
    static const uint8_t want_reply[TINYGPU_REPLY_SIZE] = {1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0};
    uint8_t reply[TINYGPU_REPLY_SIZE];
    tinygpu_put_reply(reply, &(struct tinygpu_reply){1, {2, 0x300}});
    assert_memory_equal(want_reply, reply, sizeof want_reply);
}

/* T-18: what does not cover the region, or what no 40-bit IOMMU gives, is refused. */
static void T18_segment_tables_are_checked(void **state)
{
    (void)state;
    static uint8_t table[TINYGPU_TABLE_SIZE];
    struct tinygpu_segment in[40], out[TINYGPU_MAX_SEGMENTS];
    uint64_t covered;
    for (int i = 0; i < 40; i++) {
        in[i] = (struct tinygpu_segment){0x80000000 + 0x8000u * (unsigned)i, 0x4000};
    }
    tinygpu_put_table(table, in, 3);
    check_eq(3, tinygpu_get_table(table, 0xc000, out, &covered));
    check_eq(0x80010000, out[2].bus_address);
    check_eq(3, tinygpu_get_table(table, 0xb000, out, &covered)); /* the last one is cut to fit */
    check_eq(0x3000, out[2].size_bytes);
    check_eq(-EIO, tinygpu_get_table(table, 0x10000, out, &covered));
    check_eq(0xc000, covered);
    tinygpu_put_table(table, in, 40); /* cut off at 32 without a word */
    check_eq(-EIO, tinygpu_get_table(table, 40 * 0x4000, out, &covered));
    check_eq(32 * 0x4000, covered);
    check_eq(32, tinygpu_get_table(table, 32 * 0x4000, out, &covered));
    in[1].bus_address = UINT64_C(1) << 40;
    tinygpu_put_table(table, in, 3);
    check_eq(-EIO, tinygpu_get_table(table, 0xc000, out, &covered));
    in[1] = (struct tinygpu_segment){0x1000, UINT64_MAX - 0xfff};
    tinygpu_put_table(table, in, 3);
    check_eq(-EIO, tinygpu_get_table(table, 0xc000, out, &covered));
    in[1] = (struct tinygpu_segment){0x1004, 0x4000};
    tinygpu_put_table(table, in, 3);
    check_eq(-EIO, tinygpu_get_table(table, 0xc000, out, &covered));
}

static void T12_a_header_in_two_pieces_ends_the_session(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    int fd = raw_connect(s.path);
    uint8_t bytes[TINYGPU_REQUEST_SIZE] = {TINYGPU_RESET};
    check_eq(20, send(fd, bytes, 20, 0));
    char byte;
    check_eq(0, raw_receive(fd, &byte, 1));
    close(fd);
    fd = raw_connect(s.path); /* and the next client is served */
    raw_send(fd, TINYGPU_CONFIG_READ, 0, 0, 4, 0);
    check_eq(FAKE_DEVICE << 16 | FAKE_VENDOR, raw_reply(fd, 0).value[0]);
    close(fd);
    server_stop(&s, 0);
}

static void T11_commands_it_does_not_know_get_status_1_without_text(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    int fd = raw_connect(s.path);
    static const uint8_t commands[] = {TINYGPU_PROBE, 8, 9, 10, 13, 255};
    for (size_t i = 0; i < sizeof commands; i++) {
        raw_send(fd, commands[i], 0, 0, 0, 0);
        check_eq(0, raw_reply(fd, 1).value[0]);
    }
    raw_send(fd, TINYGPU_RESIZE_BAR, 0, 0, 0, 0);
    raw_reply(fd, 0);
    raw_send(fd, TINYGPU_PING, 0, 0, 0, 0); /* the one thing it knows and the app does not */
    check_eq(TINYGPU_SIMULATED_MARK, raw_reply(fd, 0).value[1]);
    close(fd);
    server_stop(&s, 0);
}

static void T13_T14_writes_to_an_unmapped_bar_vanish_and_reads_are_refused_without_data(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    int fd = raw_connect(s.path);
    const uint32_t word = 0x55aa55aa;
    raw_send(fd, TINYGPU_MMIO_WRITE, 5, 8, 4, 0);
    check_eq(4, send(fd, &word, 4, 0));
    raw_send(fd, TINYGPU_MMIO_READ, 5, 8, 4, 0);
    raw_reply(fd, 1);
    raw_send(fd, TINYGPU_MAP_BAR, 5, 0, 0, 0);
    check_eq(FAKE_BAR5_BYTES, raw_reply(fd, 0).value[1]);
    raw_send(fd, TINYGPU_MMIO_READ, 5, 8, 4, 0);
    raw_reply(fd, 0);
    uint32_t got = 1;
    check_eq(4, raw_receive(fd, &got, 4));
    check_eq(0, got);
    raw_send(fd, TINYGPU_MMIO_WRITE, 5, FAKE_BAR5_BYTES - 2, 4, 0); /* over the end */
    check_eq(4, send(fd, &word, 4, 0));
    raw_send(fd, TINYGPU_MMIO_READ, 5, UINT64_MAX, 4, 0);
    raw_reply(fd, 1);
    raw_send(fd, TINYGPU_MMIO_READ, 0x80000005, 0, 4, 0);
    raw_reply(fd, 1);
    raw_send(fd, TINYGPU_MAP_BAR, 1, 0, 0, 0);
    raw_reply(fd, 1);
    check_eq(0, ((uint32_t *)fake_card_bar(s.card, 5))[FAKE_BAR5_BYTES / 4 - 1]);
    close(fd);
    server_stop(&s, 0);
}

/* T-41: 32-bit accesses to the card, whatever the client sends. */
static void T41_unaligned_accesses_keep_the_bytes_around_them(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    int fd = raw_connect(s.path);
    uint8_t *memory = fake_card_bar(s.card, 0);
    for (int i = 0; i < 32; i++) {
        memory[i] = (uint8_t)i;
    }
    raw_send(fd, TINYGPU_MAP_BAR, 0, 0, 0, 0);
    raw_reply(fd, 0);
    raw_send(fd, TINYGPU_MMIO_WRITE, 0, 5, 6, 0);
    check_eq(6, send(fd, "abcdef", 6, 0));
    raw_send(fd, TINYGPU_MMIO_READ, 0, 3, 10, 0);
    raw_reply(fd, 0);
    char got[10];
    check_eq(10, raw_receive(fd, got, 10));
    assert_memory_equal("\3\4abcdef\13\14", got, 10);
    close(fd);
    server_stop(&s, 0);
}

static void T09_config_accesses_of_odd_sizes_succeed_and_read_zero(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    int fd = raw_connect(s.path);
    static const uint64_t rows[][3] = {{0, 2, FAKE_VENDOR}, {2, 2, FAKE_DEVICE}, {0, 1, FAKE_VENDOR & 0xff}, {0, 0, 0},
                                       {0, 8, 0},           {4093, 4, 0},        {UINT64_MAX, 4, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        raw_send(fd, TINYGPU_CONFIG_READ, 0, rows[i][0], rows[i][1], 0);
        check_eq(rows[i][2], raw_reply(fd, 0).value[0]);
    }
    close(fd);
    server_stop(&s, 0);
}

/* T-16, T-17; the descriptors are not taken, so the kernel throws them away. */
static void T17_the_129th_region_is_refused(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    int fd = raw_connect(s.path);
    for (int i = 0; i < TINYGPU_MAX_REGIONS; i++) {
        raw_send(fd, TINYGPU_SHARE_MEMORY, 0, 1, 0, 0);
        struct tinygpu_reply reply = raw_reply(fd, 0);
        check_eq(TINYGPU_MIN_REGION, reply.value[0]);
        check_eq(i, reply.value[1]);
    }
    raw_send(fd, TINYGPU_SHARE_MEMORY, 0, 1, 0, 0);
    raw_reply(fd, 1);
    check_eq(TINYGPU_MAX_REGIONS, fake_card_mapping_count(s.card));
    close(fd);
    server_stop(&s, 0);
}

static void T31_the_memory_budget_is_refused_without_a_crash(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, &(struct sim_server_options){.dma_bytes = 0x10000});
    int fd = raw_connect(s.path);
    static const uint64_t rows[][2] = {{UINT64_MAX, 1}, {0x10001, 1}, {0xc000, 0}, {0x4001, 1}, {0x4000, 0}, {1, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        raw_send(fd, TINYGPU_SHARE_MEMORY, 0, rows[i][0], 0, 0);
        raw_reply(fd, (int)rows[i][1]);
    }
    close(fd);
    server_stop(&s, 0);
}

static void T19_a_second_client_connects_and_waits_in_silence(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    int first = raw_connect(s.path);
    raw_send(first, TINYGPU_CONFIG_READ, 0, 0, 2, 0);
    raw_reply(first, 0);
    int second = raw_connect(s.path);
    raw_send(second, TINYGPU_CONFIG_READ, 0, 0, 2, 0);
    usleep(150000);
    char byte;
    check_eq(-1, recv(second, &byte, 1, MSG_DONTWAIT));
    close(first);
    check_eq(FAKE_VENDOR, raw_reply(second, 0).value[0]); /* its turn comes when the first is gone */
    close(second);
    server_stop(&s, 0);
}

static void T13_an_oversized_write_ends_the_session(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    int fd = raw_connect(s.path);
    raw_send(fd, TINYGPU_MMIO_WRITE, 0, 0, TINYGPU_MAX_TRANSFER + 1ull, 0);
    char byte;
    check_eq(0, raw_receive(fd, &byte, 1));
    close(fd);
    fd = raw_connect(s.path);
    raw_send(fd, TINYGPU_MMIO_WRITE, 0, 0, 100, 0); /* and a payload that never comes */
    check_eq(3, send(fd, "abc", 3, 0));
    close(fd);
    server_stop(&s, 0);
}

static void the_socket_is_private_and_replaces_only_sockets(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    struct stat st;
    check_eq(0, stat(s.path, &st));
    check_eq(0600, st.st_mode & 0777);
    char file[100], err[200] = "";
    snprintf(file, sizeof file, "%s/file", s.folder);
    close(open(file, O_CREAT | O_WRONLY, 0600));
    atomic_int stop = 1;
    check_eq(-EEXIST, sim_server_run(s.card, &(struct sim_server_options){.tinygpu_path = file}, &stop, err, sizeof err));
    check_says("is not a socket", err);
    unlink(file);
    char longpath[200];
    memset(longpath, 'x', sizeof longpath - 1);
    longpath[sizeof longpath - 1] = 0;
    check_eq(-ENAMETOOLONG,
             sim_server_run(s.card, &(struct sim_server_options){.tinygpu_path = longpath}, &stop, err, sizeof err));
    server_stop(&s, 0);
}

/* T-20: also while nobody asks for anything. */
static void T20_unplugging_ends_the_server_and_the_session(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    int fd = raw_connect(s.path);
    raw_send(fd, TINYGPU_SHARE_MEMORY, 0, 1, 0, 0);
    raw_reply(fd, 0);
    sim_unplug(s.card);
    char byte;
    check_eq(0, raw_receive(fd, &byte, 1));
    close(fd);
    server_stop(&s, -ENODEV);
}

/* The index is the PCI register's number; the address means something in the server only: here, nothing at all. */
static void T15_map_bar_tells_the_size_under_the_registers_number(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {FAKE_BAR0_BYTES, 0, FAKE_BAR2_BYTES, 0, 0, FAKE_BAR5_BYTES};
    struct server s;
    server_start(&s, NULL);
    int fd = raw_connect(s.path);
    for (uint32_t bar = 0; bar < 6; bar++) {
        raw_send(fd, TINYGPU_MAP_BAR, bar, 0, 0, 0);
        struct tinygpu_reply reply = raw_reply(fd, sizes[bar] == 0);
        check_eq(sizes[bar], reply.value[1]);
        assert_true(sizes[bar] == 0 || reply.value[0] != 0);
    }
    raw_send(fd, TINYGPU_MAP_BAR, 6, 0, 0, 0);
    raw_reply(fd, 1);
    close(fd);
    server_stop(&s, 0);
}

/* Asks for shared memory and takes its descriptor; what is mapped is the caller's. */
static uint8_t *share(int fd, uint64_t asked, uint64_t *size_out)
{
    uint8_t bytes[TINYGPU_REPLY_SIZE];
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec iov = {bytes, sizeof bytes};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    struct tinygpu_reply reply;
    int shared = -1;
    raw_send(fd, TINYGPU_SHARE_MEMORY, 0, asked, 0, 0);
    check_eq(sizeof bytes, recvmsg(fd, &m, MSG_WAITALL));
    tinygpu_get_reply(bytes, &reply);
    check_eq(0, reply.status);
    assert_non_null(CMSG_FIRSTHDR(&m));
    memcpy(&shared, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof shared);
    struct stat st;
    check_eq(0, fstat(shared, &st));
    check_eq(reply.value[0], st.st_size);
    uint8_t *memory = mmap(NULL, reply.value[0], PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0);
    assert_true(memory != MAP_FAILED);
    close(shared);
    *size_out = reply.value[0];
    return memory;
}

static void T16_memory_is_rounded_up_and_begins_with_the_table(void **state)
{
    (void)state;
    static const uint64_t rows[][2] = {{1, 0x4000}, {0x4000, 0x4000}, {0x4001, 0x5000}, {0x10000, 0x10000}};
    struct server s;
    server_start(&s, &(struct sim_server_options){.segments = 2});
    int fd = raw_connect(s.path);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t size;
        uint8_t *memory = share(fd, rows[i][0], &size);
        check_eq(rows[i][1], size);
        struct tinygpu_segment segments[TINYGPU_MAX_SEGMENTS];
        uint64_t covered;
        check_eq(2, tinygpu_get_table(memory, size, segments, &covered));
        check_eq(size, covered);
        assert_true(segments[0].bus_address + segments[0].size_bytes != segments[1].bus_address);
        assert_true(segments[0].bus_address % 0x4000 == 0 && segments[0].bus_address >> 40 == 0); /* T-30 */
        for (size_t at = 32; at < TINYGPU_TABLE_SIZE; at++) {
            check_eq(0, memory[at]); /* the app copies 8 KiB, whatever the list's length */
        }
        uint32_t word = 0x600d0000 + (uint32_t)i, got = 0; /* and the card sees what is written there */
        memcpy(memory + size - 4, &word, 4);
        assert_true(fake_card_dma(s.card, segments[1].bus_address + segments[1].size_bytes - 4, &got, 4, false));
        check_eq(word, got);
        munmap(memory, size);
    }
    close(fd);
    server_stop(&s, 0);
}

static void T18_pieces_behind_the_32nd_are_cut_off_without_a_word(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, &(struct sim_server_options){.segments = 40});
    int fd = raw_connect(s.path);
    uint64_t size, covered;
    uint8_t *memory = share(fd, 40 * 0x4000, &size);
    struct tinygpu_segment segments[TINYGPU_MAX_SEGMENTS];
    check_eq(-EIO, tinygpu_get_table(memory, size, segments, &covered));
    check_eq(32 * 0x4000, covered);
    check_eq(40, fake_card_mapping_count(s.card));
    munmap(memory, size);
    close(fd);
    server_stop(&s, 0);
}

static void *steal(void *arg)
{
    struct server *s = arg;
    s->rc = sim_server_run(s->card, &s->options, &s->stop, s->err, sizeof s->err);
    return NULL;
}

/* The first goes on with the client it has, and nobody else finds it; it leaves the other's socket alone when it ends. */
static void T19_a_second_server_takes_the_path_over(void **state)
{
    (void)state;
    struct server first;
    server_start(&first, NULL);
    int old = raw_connect(first.path);
    raw_send(old, TINYGPU_CONFIG_READ, 0, 0, 2, 0);
    raw_reply(old, 0);
    struct stat before, after = {0};
    check_eq(0, stat(first.path, &before));
    struct server thief = {.options = {.tinygpu_path = first.path}};
    check_eq(0, sim_card_create(&(struct sim_options){.chip = "rx7900xtx"}, &thief.card, thief.err, sizeof thief.err));
    check_eq(0, pthread_create(&thief.thread, NULL, steal, &thief));
    for (int i = 0; i < 2000 && (stat(first.path, &after) || after.st_ino == before.st_ino); i++) {
        usleep(1000);
    }
    usleep(20000); /* from the file's birth to listen() */
    int young = raw_connect(first.path);
    raw_send(young, TINYGPU_CONFIG_WRITE, 0, 4, 2, 2);
    raw_reply(young, 0);
    raw_send(old, TINYGPU_CONFIG_READ, 0, 4, 2, 0); /* two cards: what one client wrote the other does not see */
    check_eq(0, raw_reply(old, 0).value[0]);
    close(old);
    close(young);
    atomic_store(&thief.stop, 1);
    pthread_join(thief.thread, NULL);
    check_eq(0, thief.rc);
    sim_card_destroy(thief.card);
    server_stop(&first, 0);
}

/* A text for the first request, whatever it is; then it hangs up. */
static void T20_a_driver_that_cannot_be_opened_is_one_text_and_the_end(void **state)
{
    (void)state;
    static const char text[] = "no driver";
    struct server s;
    server_start(&s, &(struct sim_server_options){.refusal = text});
    for (int i = 0; i < 2; i++) {
        int fd = raw_connect(s.path);
        raw_send(fd, i ? TINYGPU_MMIO_READ : TINYGPU_RESET, 0, 0, 4, 0);
        check_eq(strlen(text), raw_reply(fd, 1).value[0]);
        char got[32] = "";
        check_eq(strlen(text), raw_receive(fd, got, sizeof got)); /* and the end of file behind it */
        assert_string_equal(text, got);
        close(fd);
    }
    server_stop(&s, 0);
}

/* Short writes on the client's side, short reads on the server's: a payload longer than both buffers arrives whole. */
static void T22_a_payload_larger_than_the_socket_buffers_arrives_whole(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    int fd = raw_connect(s.path), small = 4096;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    raw_send(fd, TINYGPU_MAP_BAR, 0, 0, 0, 0);
    raw_reply(fd, 0);
    uint8_t *bytes = malloc(FAKE_BAR0_BYTES);
    for (size_t i = 0; i < FAKE_BAR0_BYTES; i++) {
        bytes[i] = (uint8_t)(i * 13 + i / 977);
    }
    raw_send(fd, TINYGPU_MMIO_WRITE, 0, 0, FAKE_BAR0_BYTES, 0);
    for (size_t done = 0; done < FAKE_BAR0_BYTES;) {
        ssize_t n = send(fd, bytes + done, FAKE_BAR0_BYTES - done, 0);
        assert_true(n > 0);
        done += (size_t)n;
    }
    raw_send(fd, TINYGPU_CONFIG_READ, 0, 0, 2, 0);
    raw_reply(fd, 0);
    assert_memory_equal(bytes, fake_card_bar(s.card, 0), FAKE_BAR0_BYTES);
    free(bytes);
    close(fd);
    server_stop(&s, 0);
}

static void T23_the_device_field_is_ignored(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    int fd = raw_connect(s.path);
    uint8_t bytes[TINYGPU_REQUEST_SIZE];
    tinygpu_put_request(bytes, &(struct tinygpu_request){TINYGPU_CONFIG_READ, 7, 0, {0, 4, 0}});
    check_eq(sizeof bytes, send(fd, bytes, sizeof bytes, 0));
    check_eq(FAKE_DEVICE << 16 | FAKE_VENDOR, raw_reply(fd, 0).value[0]);
    close(fd);
    server_stop(&s, 0);
}

static void T21_a_reset_says_yes_and_is_the_functions(void **state)
{
    (void)state;
    struct server s;
    server_start(&s, NULL);
    int fd = raw_connect(s.path);
    raw_send(fd, TINYGPU_CONFIG_WRITE, 0, 4, 2, 6);
    raw_reply(fd, 0);
    raw_send(fd, TINYGPU_RESET, 0, 1, 0, 0); /* no argument asks for the other kind */
    raw_reply(fd, 0);
    raw_send(fd, TINYGPU_CONFIG_READ, 0, 4, 2, 0);
    check_eq(0, raw_reply(fd, 0).value[0]);
    close(fd);
    server_stop(&s, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(T15_map_bar_tells_the_size_under_the_registers_number),
        cmocka_unit_test(T16_memory_is_rounded_up_and_begins_with_the_table),
        cmocka_unit_test(T18_pieces_behind_the_32nd_are_cut_off_without_a_word),
        cmocka_unit_test(T19_a_second_server_takes_the_path_over),
        cmocka_unit_test(T20_a_driver_that_cannot_be_opened_is_one_text_and_the_end),
        cmocka_unit_test(T21_a_reset_says_yes_and_is_the_functions),
        cmocka_unit_test(T22_a_payload_larger_than_the_socket_buffers_arrives_whole),
        cmocka_unit_test(T23_the_device_field_is_ignored),
        cmocka_unit_test(T10_requests_and_replies_have_the_published_layout),
        cmocka_unit_test(T18_segment_tables_are_checked),
        cmocka_unit_test(T12_a_header_in_two_pieces_ends_the_session),
        cmocka_unit_test(T11_commands_it_does_not_know_get_status_1_without_text),
        cmocka_unit_test(T13_T14_writes_to_an_unmapped_bar_vanish_and_reads_are_refused_without_data),
        cmocka_unit_test(T41_unaligned_accesses_keep_the_bytes_around_them),
        cmocka_unit_test(T09_config_accesses_of_odd_sizes_succeed_and_read_zero),
        cmocka_unit_test(T17_the_129th_region_is_refused),
        cmocka_unit_test(T31_the_memory_budget_is_refused_without_a_crash),
        cmocka_unit_test(T19_a_second_client_connects_and_waits_in_silence),
        cmocka_unit_test(T13_an_oversized_write_ends_the_session),
        cmocka_unit_test(the_socket_is_private_and_replaces_only_sockets),
        cmocka_unit_test(T20_unplugging_ends_the_server_and_the_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
