/* sim.c: exosuit sim: a simulated card on a socket, for other programs. */
#include "cli/cli.h"

#include "sim/server.h"
#include "sim/sim.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static atomic_int stop; /* lock-free: a handler may write it */

static void on_signal(int number)
{
    stop = number;
}

static void on_event(void *user, const char *line)
{
    (void)user;
    fprintf(stderr, "exosuit: %s\n", line);
}

static void print_counters(struct sim_card *card)
{
    struct sim_counters c;
    sim_get_counters(card, &c);
    fprintf(stderr,
            "exosuit: doorbells %llu, BAR reads %llu, BAR writes %llu, config accesses %llu, host bytes read %llu, host bytes "
            "written %llu, "
            "VRAM bytes read %llu, VRAM bytes written %llu, dispatches %llu, wave instructions %llu\n",
            (unsigned long long)c.doorbells, (unsigned long long)c.bar_reads, (unsigned long long)c.bar_writes,
            (unsigned long long)c.config_accesses, (unsigned long long)c.host_read_bytes, (unsigned long long)c.host_write_bytes,
            (unsigned long long)c.vram_read_bytes, (unsigned long long)c.vram_write_bytes, (unsigned long long)c.dispatches,
            (unsigned long long)c.wave_instructions);
}

static int print_faults(void)
{
    struct sim_fault_help f;
    for (int i = 0; sim_fault_describe(i, &f); i++) {
        char name[64];
        snprintf(name, sizeof name, "%s%s%s", f.name, f.argument[0] ? "=" : "", f.argument);
        printf("%-22s %s (%s)\n", name, f.help, f.facts);
    }
    return CLI_DONE;
}

static int run(const struct cli_args *args)
{
    char error[512] = "", verdict[512] = "";
    const char *path = cli_value(args, "tinygpu"), *device = args->device, *faults = cli_value(args, "fault");
    struct sim_options options = {.chip = "rx7900xtx", .strict_waits = cli_flag(args, "strict"), .fault = faults};
    struct sim_card *card;
    if (faults && strcmp(faults, "help") == 0) {
        return print_faults();
    }
    if (sim_fault_check(faults, error, sizeof error)) {
        return cli_usage_error(args->command, "%s.", error);
    }
    if (!path) {
        return cli_usage_error(args->command, "--tinygpu PATH says which socket to serve.");
    }
    if (strcmp(device, "auto") != 0) {
        if (strncmp(device, "sim:", 4) != 0) {
            return cli_usage_error(args->command, "'%s' is no simulated card; sim:rx7900xtx is one.", device);
        }
        options.chip = device + 4;
    }
    if (sim_card_create(&options, &card, error, sizeof error)) {
        return cli_fail("%s", error);
    }
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    signal(SIGPIPE, SIG_IGN);
    fprintf(stderr, "exosuit: a simulated %s is served on %s; use it with --device tinygpu:%s\n", options.chip, path, path);
    struct sim_server_options server = {.on_event = on_event};
    int rc = sim_server_run_tinygpu_with(card, path, &server, &stop, error, sizeof error);
    print_counters(card);
    sim_verdict(card, verdict, sizeof verdict);
    sim_card_destroy(card);
    if (verdict[0]) {
        return cli_fail("the card found a fault: %s", verdict);
    }
    return rc ? cli_fail("%s", error) : CLI_DONE;
}

static const struct cli_option options[] = {
    {"tinygpu", 't', "PATH", "serve TinyGPU.app's protocol on this socket file"},
    {"strict", 0, NULL, "a wave that reads a result before waiting for it is a fault (slower)"},
    {"fault", 0, "NAME[=N]", "what breaks, may be repeated; help lists what there is"},
    {0},
};

const struct cli_command cli_sim = {
    .name = "sim",
    .arguments = "",
    .help = "Serves a simulated card on a socket, for other programs",
    .details = "Counters of what the card saw are printed at the end. The card is chosen with --device sim:NAME.",
    .options = options,
    .repeated = "fault",
    .run = run,
};
