/*
 * The card leaves the bus at request indices spread over a whole device life: boot, uploads, graph replays, download. Each time
 * the caller gets a negative code with a sentence, in bounded time, and can close the device (run under ASan as well).
 *
 * usage: test_link_fault_walk [STOPS]; also the environment variable EXO_FAULT_STOPS.
 */
#include "tests/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "workload.h"

#define STOPS 200

static struct workload run_dropped(uint64_t after)
{
    char uri[100];
    snprintf(uri, sizeof uri, "sim:rx7900xtx?threads=2&drop_after=%llu", (unsigned long long)after);
    struct workload w = {.uri = uri, .replays = 100};
    workload_run(&w);
    w.uri = NULL;
    return w;
}

/* How many requests an undisturbed life takes: the smallest index at which a drop no longer hurts, by doubling and halving. */
static uint64_t count_requests(void)
{
    uint64_t low = 0, high = 256;
    while (run_dropped(high).rc) {
        low = high;
        high *= 2;
        assert_true(high < 100000000);
    }
    while (high - low > high / 64) {
        uint64_t middle = low + (high - low) / 2;
        if (run_dropped(middle).rc) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

static void check_dropped(uint64_t after, const struct workload *w)
{
    if (w->rc == 0) {
        check_eq(0, w->wrong_result);
        return;
    }
    if (w->rc != -ENODEV || !w->err[0]) {
        print_error("dropped after %llu requests: step %s gave %d \"%s\"\n", (unsigned long long)after, w->step, w->rc, w->err);
    }
    check_eq(-ENODEV, w->rc);
    check_says("left the link", w->err);
    check_eq(strcmp(w->step, "open") != 0, w->lost);
    if (w->longest_us > WORKLOAD_WAIT_TIMEOUT_US + 2000000u) {
        print_error("dropped after %llu requests: %s took %llu us\n", (unsigned long long)after, w->longest_step,
                    (unsigned long long)w->longest_us);
    }
    assert_true(w->longest_us <= WORKLOAD_WAIT_TIMEOUT_US + 2000000u);
}

static void a_card_that_leaves_at_any_request_is_a_sentence_in_time(void **state)
{
    uint64_t stops = *(uint64_t *)*state;
    uint64_t total = count_requests();
    print_message("an undisturbed life takes up to %llu requests\n", (unsigned long long)total);
    for (uint64_t i = 0; i < stops; i++) {
        uint64_t after = i * (total + 1) / stops;
        struct workload w = run_dropped(after);
        check_dropped(after, &w);
    }
}

static void an_undisturbed_life_computes_the_right_numbers(void **state)
{
    (void)state;
    struct workload w = {.uri = "sim:rx7900xtx?threads=2", .replays = 5};
    workload_run(&w);
    if (w.rc) {
        print_error("%s: %s\n", w.step, w.err);
    }
    check_eq(0, w.rc);
    check_eq(0, w.wrong_result);
    check_eq(0, w.lost);
}

int main(int argc, char **argv)
{
    const char *text = argc > 1 ? argv[1] : getenv("EXO_FAULT_STOPS");
    uint64_t stops = text ? strtoull(text, NULL, 0) : STOPS;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_undisturbed_life_computes_the_right_numbers),
        cmocka_unit_test_prestate(a_card_that_leaves_at_any_request_is_a_sentence_in_time, &stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
