/*
 * The whole driver against a simulated card in another process, over the socket protocol: the same boot, the same numbers; and
 * with a proxy that counts what really crosses the link.
 */
#include "tests/check.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proxy.h"
#include "sim/server.h"
#include "sim/sim.h"
#include "workload.h"

struct card_process {
    pid_t pid;
    enum sim_server_protocol protocol;
    char folder[64], path[100], uri[160];
};

static atomic_int child_stop;

/* A test that fails leaves without stopping its server: the child goes when its parent is gone. */
static void *stop_with_parent(void *arg)
{
    pid_t parent = *(pid_t *)arg;
    while (getppid() == parent) {
        usleep(100000);
    }
    _exit(4);
    return NULL;
}

static void stop_child(int number)
{
    (void)number;
    child_stop = 1;
}

/* Tells the parent where the server listens. */
static void tell_address(void *user, const char *line)
{
    static const char start[] = "listening on ";
    if (strncmp(line, start, sizeof start - 1) == 0) {
        (void)!write(*(int *)user, line + sizeof start - 1, strlen(line + sizeof start - 1) + 1);
    }
}

/* The child's exit status: 0, 3 when the card has a verdict against the driver, else the server's failure. */
static void serve(struct sim_server_options *options, pid_t parent)
{
    char text[400] = "";
    struct sim_card *card;
    pthread_t watch;
    pthread_create(&watch, NULL, stop_with_parent, &parent);
    signal(SIGTERM, stop_child);
    if (sim_card_create(&(struct sim_options){.chip = "rx7900xtx", .worker_threads = 2}, &card, text, sizeof text)) {
        fprintf(stderr, "card: %s\n", text);
        _exit(1);
    }
    int rc = sim_server_run(card, options, &child_stop, text, sizeof text);
    if (rc) {
        fprintf(stderr, "server: %s\n", text);
        _exit(2);
    }
    sim_verdict(card, text, sizeof text);
    if (text[0]) {
        fprintf(stderr, "verdict: %s\n", text);
        _exit(3);
    }
    sim_card_destroy(card);
    _exit(0);
}

static void card_start(struct card_process *c, enum sim_server_protocol protocol, uint32_t segments)
{
    int ends[2];
    char address[100] = "";
    pid_t parent = getpid();
    c->protocol = protocol;
    snprintf(c->folder, sizeof c->folder, "/tmp/exosuit-card-XXXXXX");
    assert_non_null(mkdtemp(c->folder));
    snprintf(c->path, sizeof c->path, "%s/sock", c->folder);
    check_eq(0, pipe(ends));
    c->pid = fork();
    if (c->pid == 0) {
        struct sim_server_options options = {.segments = segments, .on_event = tell_address, .on_event_user = &ends[1]};
        *(protocol == SIM_SERVER_TCP ? &options.tcp_address : &options.tinygpu_path) =
            protocol == SIM_SERVER_TCP ? "127.0.0.1:0" : c->path;
        serve(&options, parent);
    }
    close(ends[1]);
    assert_true(read(ends[0], address, sizeof address - 1) > 0);
    close(ends[0]);
    snprintf(c->uri, sizeof c->uri, "%s:%s", protocol == SIM_SERVER_TCP ? "tcp" : "tinygpu", address);
}

static void card_stop(struct card_process *c, int wanted_status)
{
    char lock[120];
    int status = 0;
    kill(c->pid, SIGTERM);
    check_eq(c->pid, waitpid(c->pid, &status, 0));
    check_eq(wanted_status, WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status));
    snprintf(lock, sizeof lock, "%s.lock", c->path);
    unlink(lock);
    unlink(c->path);
    rmdir(c->folder);
}

static void check_complete(const struct workload *w)
{
    if (w->rc) {
        print_error("%s: %d %s\n", w->step, w->rc, w->err);
    }
    check_eq(0, w->rc);
    check_eq(0, w->wrong_result);
    check_eq(0, w->lost);
}

static const enum sim_server_protocol tinygpu = SIM_SERVER_TINYGPU, tcp = SIM_SERVER_TCP;

static enum sim_server_protocol protocol_of(void **state)
{
    return *(const enum sim_server_protocol *)*state;
}

static void a_card_in_another_process_boots_and_computes(void **state)
{
    struct card_process c;
    card_start(&c, protocol_of(state), 1);
    struct workload w = {.uri = c.uri, .replays = 3};
    workload_run(&w);
    check_complete(&w);
    card_stop(&c, 0); /* no verdict: nothing was touched after the session ended (T-32) */
}

/* the second client finds a card that the first one left warm. */
static void a_second_session_finds_a_warm_card(void **state)
{
    struct card_process c;
    card_start(&c, protocol_of(state), 1);
    for (int i = 0; i < 2; i++) {
        struct workload w = {.uri = c.uri, .replays = 1};
        workload_run(&w);
        check_complete(&w);
    }
    card_stop(&c, 0);
}

/* T-18 */
static void memory_in_pieces_works_as_well(void **state)
{
    struct card_process c;
    card_start(&c, protocol_of(state), 4);
    struct workload w = {.uri = c.uri, .replays = 2};
    workload_run(&w);
    check_complete(&w);
    card_stop(&c, 0);
}

struct crossing {
    struct proxy proxy;
    struct proxy_counts before, after;
};

static void note_counts(void *user, bool before)
{
    struct crossing *x = user;
    *(before ? &x->before : &x->after) = proxy_counts(&x->proxy);
}

static uint64_t reads(const struct proxy_counts *c)
{
    return c->commands[TINYGPU_MMIO_READ] + c->commands[TINYGPU_CONFIG_READ];
}

static uint64_t writes(const struct proxy_counts *c)
{
    return c->commands[TINYGPU_MMIO_WRITE] + c->commands[TINYGPU_CONFIG_WRITE] - c->doorbells;
}

/* The budget of a replay, seen on the wire: one doorbell, no read, nothing else. And our own counters tell the same. */
static void a_replay_is_one_doorbell_on_the_wire_and_the_counters_agree(void **state)
{
    (void)state;
    struct card_process c;
    struct crossing x;
    char path[120], uri[200];
    card_start(&c, SIM_SERVER_TINYGPU, 1);
    snprintf(path, sizeof path, "%s/proxy", c.folder);
    snprintf(uri, sizeof uri, "tinygpu:%s", path);
    assert_true(proxy_start(&x.proxy, path, c.path));
    struct workload w = {.uri = uri, .replays = 10, .around_replays = note_counts, .user = &x};
    workload_run(&w);
    check_complete(&w);
    check_eq(10, x.after.doorbells - x.before.doorbells);
    check_eq(0, reads(&x.after) - reads(&x.before));
    check_eq(0, writes(&x.after) - writes(&x.before));
    check_eq(w.before.doorbells, x.before.doorbells);
    check_eq(w.before.mmio_reads, reads(&x.before));
    check_eq(w.before.mmio_writes, writes(&x.before));
    check_eq(w.before.mmio_write_bytes, x.before.payload_bytes);
    check_eq(w.after.doorbells, x.after.doorbells);
    check_eq(w.after.mmio_reads, reads(&x.after));
    proxy_join(&x.proxy);
    snprintf(path, sizeof path, "%s/proxy.lock", c.folder);
    unlink(path);
    card_stop(&c, 0);
}

/* T-20: killed in the middle of work, at some moment of boot or replay. */
static void a_server_that_is_killed_is_a_sentence(void **state)
{
    for (useconds_t delay = 1000; delay < 400000; delay *= 3) {
        struct card_process c;
        card_start(&c, protocol_of(state), 1);
        pid_t killer = fork();
        if (killer == 0) {
            usleep(delay);
            kill(c.pid, SIGKILL);
            _exit(0);
        }
        struct workload w = {.uri = c.uri, .replays = 1000000};
        workload_run(&w);
        waitpid(killer, NULL, 0);
        bool ended = w.rc == -ENODEV || w.rc == -ECONNREFUSED || w.rc == -ECONNRESET; /* the last two while it connected */
        if (!ended) {
            print_error("killed after %u us: %s: %d %s\n", (unsigned)delay, w.step, w.rc, w.err);
        }
        assert_true(ended);
        assert_true(w.err[0]);
        card_stop(&c, 1000 + SIGKILL);
    }
}

/* What a replay costs where memory is not shared: still one doorbell and no register read; waiting is round trips. */
static void over_tcp_a_replay_is_one_doorbell_and_no_register_read(void **state)
{
    (void)state;
    struct card_process c;
    card_start(&c, SIM_SERVER_TCP, 1);
    struct workload w = {.uri = c.uri, .replays = 10};
    workload_run(&w);
    check_complete(&w);
    check_eq(10, w.after.doorbells - w.before.doorbells);
    check_eq(0, w.after.mmio_reads - w.before.mmio_reads);
    check_eq(0, w.after.mmio_writes - w.before.mmio_writes);
    assert_true(w.after.round_trips - w.before.round_trips >= 10); /* at least one look at the fence for each */
    card_stop(&c, 0);
}

#define OVER(protocol, function) {#function " over " #protocol, function, NULL, NULL, (void *)&protocol}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OVER(tinygpu, a_card_in_another_process_boots_and_computes),
        OVER(tcp, a_card_in_another_process_boots_and_computes),
        OVER(tinygpu, a_second_session_finds_a_warm_card),
        OVER(tcp, a_second_session_finds_a_warm_card),
        OVER(tinygpu, memory_in_pieces_works_as_well),
        OVER(tcp, memory_in_pieces_works_as_well),
        cmocka_unit_test(a_replay_is_one_doorbell_on_the_wire_and_the_counters_agree),
        cmocka_unit_test(over_tcp_a_replay_is_one_doorbell_and_no_register_read),
        OVER(tinygpu, a_server_that_is_killed_is_a_sentence),
        OVER(tcp, a_server_that_is_killed_is_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
