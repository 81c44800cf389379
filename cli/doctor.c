/* doctor.c: exosuit doctor: from the enclosure to the first kernel, one line per step, with the cure for the one that fails. */
#include "cli/cards.h"
#include "cli/child.h"
#include "cli/cli.h"
#include "cli/json.h"
#include "cli/selftest.h"

#include "exosuit.h"

#include <stdio.h>
#include <string.h>

/* Steps are printed as they end; with --json they go into an array. */
struct report {
    struct json json;
    bool as_json;
    int failed;
};

static void report_step(struct report *r, const char *step, bool good, uint64_t elapsed_us, const char *advice)
{
    r->failed += !good;
    if (r->as_json) {
        json_begin_object(&r->json, NULL);
        json_string(&r->json, "step", step);
        json_bool(&r->json, "good", good);
        json_number(&r->json, "ms", (double)elapsed_us / 1000);
        json_string(&r->json, "advice", advice ? advice : "");
        json_end_object(&r->json);
        return;
    }
    printf("  %-6s %9.2f ms  %s\n", good ? "ok" : "FAILED", (double)elapsed_us / 1000, step);
    if (!good && advice && advice[0]) {
        printf("                       %s\n", advice);
    }
    fflush(stdout);
}

static void on_step(void *user, const char *step, int rc, uint64_t elapsed_us, const char *advice)
{
    report_step(user, step, rc == 0, elapsed_us, advice);
}

static void run_selftests(struct report *r, struct exo_device *device)
{
    for (const struct selftest *t = selftests; t->name; t++) {
        char error[EXO_ERROR_SIZE + 64] = "";
        uint64_t start = now_ms();
        int rc = t->run(device, error, sizeof error);
        report_step(r, t->name, rc == 0, (now_ms() - start) * 1000, error);
    }
}

static void print_card(struct report *r, struct exo_device *device)
{
    struct exo_device_info info;
    struct exo_counters c;
    if (r->as_json || exo_get_info(device, &info)) {
        return;
    }
    exo_get_counters(device, &c);
    printf("%s, %s, %.1f GiB of memory (%.0f MiB in reach of this machine), %u compute units\n"
           "over the link: %llu reads, %llu writes, %llu doorbells\n",
           info.name, info.arch, (double)info.vram_bytes / (1u << 30), (double)info.bar0_bytes / (1u << 20), info.compute_units,
           (unsigned long long)c.mmio_reads, (unsigned long long)c.mmio_writes, (unsigned long long)c.doorbells);
}

static int examine(struct report *r, const char *uri, char error[static EXO_ERROR_SIZE])
{
    struct exo_device *device;
    struct exo_open_options options = {.on_step = on_step, .on_step_user = r};
    uint64_t start = now_ms();
    if (exo_open(uri, &options, &device, error, EXO_ERROR_SIZE)) {
        if (r->failed == 0) {
            report_step(r, "opening the card", false, (now_ms() - start) * 1000, error);
        }
        return CLI_FAILED;
    }
    uint64_t boot_ms = now_ms() - start;
    if (!r->as_json) {
        printf("the card is up after %.2f s; self-test:\n", (double)boot_ms / 1000);
    }
    run_selftests(r, device);
    print_card(r, device);
    exo_close(device);
    return r->failed ? CLI_FAILED : CLI_DONE;
}

static int run(const struct cli_args *args)
{
    struct exo_device_info info;
    struct report r = {.json = {.file = stdout, .pretty = true}, .as_json = args->json};
    char text[256], error[EXO_ERROR_SIZE] = "";
    if (cards_resolve(args->device, &info)) {
        return CLI_FAILED;
    }
    cards_describe(&info, text, sizeof text);
    if (args->json) {
        json_begin_object(&r.json, NULL);
        json_string(&r.json, "device", info.uri);
        json_begin_array(&r.json, "steps");
    } else {
        printf("device: %s\n", text);
    }
    int rc = examine(&r, info.uri, error);
    if (args->json) {
        json_end_array(&r.json);
        json_bool(&r.json, "good", rc == CLI_DONE);
        json_end_object(&r.json);
    }
    if (rc) {
        return error[0] ? cli_fail("%s", error) : cli_fail("%d steps failed.", r.failed);
    }
    if (!args->json) {
        puts("all is well");
    }
    return CLI_DONE;
}

static const struct cli_option options[] = {{0}};

const struct cli_command cli_doctor = {
    .name = "doctor",
    .arguments = "",
    .help = "Walks from the enclosure to the first kernel and says which step fails, and the cure",
    .options = options,
    .run = run,
};
