/*
 * Sessions one after another on the same powered card, over the socket: what an earlier one leaves behind is found and used,
 * or cleared away.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "amd/amd.h"
#include "check.h"
#include "core/device.h"
#include "sim/server.h"
#include "sim/sim.h"

static const char *card_name = "rx7900xtx"; /* the test's argument */
static struct sim_card *card;
static atomic_int stop, listening;
static pthread_t server;
static char folder[64], path[80], uri[100];

static void note_event(void *user, const char *line)
{
    (void)user;
    if (strncmp(line, "listening on ", 13) == 0) {
        atomic_store(&listening, 1);
    }
}

static void *serve(void *argument)
{
    (void)argument;
    char text[256] = "";
    if (sim_server_run(card, &(struct sim_server_options){.tinygpu_path = path, .on_event = note_event}, &stop, text,
                       sizeof text)) {
        fprintf(stderr, "server: %s\n", text);
    }
    return NULL;
}

static int power_on(void **state)
{
    (void)state;
    char text[256] = "";
    stop = listening = 0;
    snprintf(folder, sizeof folder, "/tmp/exosuit-warm-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/s", folder);
    snprintf(uri, sizeof uri, "tinygpu:%s", path);
    if (sim_card_create(&(struct sim_options){.chip = card_name, .worker_threads = 2}, &card, text, sizeof text)) {
        fail_msg("%s", text);
    }
    check_eq(0, pthread_create(&server, NULL, serve, NULL));
    for (int i = 0; i < 5000 && !atomic_load(&listening); i++) {
        usleep(1000);
    }
    return 0;
}

static int power_off(void **state)
{
    (void)state;
    char text[400] = "";
    stop = 1;
    pthread_join(server, NULL);
    sim_verdict(card, text, sizeof text);
    sim_card_destroy(card);
    unlink(path);
    rmdir(folder);
    if (text[0]) {
        fail_msg("the card's verdict: %s", text);
    }
    return 0;
}

static struct exo_device *open_card(void)
{
    struct exo_device *d = NULL;
    char why[EXO_ERROR_SIZE] = "";
    if (exo_open(uri, NULL, &d, why, sizeof why)) {
        fail_msg("%s: %s", uri, why);
    }
    return d;
}

static void check_copies(struct exo_device *d)
{
    struct exo_memory *m = NULL;
    uint32_t out[1000], in[1000] = {0};
    for (uint32_t i = 0; i < 1000; i++) {
        out[i] = i * 77;
    }
    check_eq(0, exo_alloc(d, EXO_MEMORY_DEVICE, 3u << 20, &m));
    check_eq(0, exo_upload(d, exo_memory_va(m), out, sizeof out));
    check_eq(0, exo_download(d, in, exo_memory_va(m), sizeof in));
    check_eq(0, memcmp(in, out, sizeof in));
}

static void a_second_session_starts_warm_and_works(void **state)
{
    (void)state;
    for (int session = 0; session < 3; session++) {
        struct exo_device *d = open_card();
        check_eq(session > 0, amd_from(d->engine)->warm);
        check_copies(d);
        exo_close(d);
    }
}

static void after_a_session_that_broke_off_the_card_starts_cold_and_works(void **state)
{
    (void)state;
    struct exo_device *d = open_card();
    check_copies(d);
    exo_device_stop_dma(d); /* as a signal handler would: nothing is put in order */
    exo_close(d);
    d = open_card();
    check_eq(false, amd_from(d->engine)->warm);
    check_copies(d);
    exo_close(d);
}

int main(int argc, char **argv)
{
    card_name = argc > 1 ? argv[1] : card_name;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_second_session_starts_warm_and_works, power_on, power_off),
        cmocka_unit_test_setup_teardown(after_a_session_that_broke_off_the_card_starts_cold_and_works, power_on, power_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
