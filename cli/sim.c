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

/* One row per number: the text of the end and the JSON come from the same list. */
struct count {
    const char *name;
    uint64_t value;
};

static void print_counters(struct sim_card *card, const struct sim_server_counters *s, const char *path)
{
    struct sim_counters c;
    sim_get_counters(card, &c);
    const struct count rows[] = {
        {"sessions", s->sessions},
        {"requests", s->requests},
        {"round trips", s->round_trips},
        {"bytes in", s->bytes_in},
        {"bytes out", s->bytes_out},
        {"doorbells", c.doorbells},
        {"BAR reads", c.bar_reads},
        {"BAR writes", c.bar_writes},
        {"config accesses", c.config_accesses},
        {"host bytes read", c.host_read_bytes},
        {"host bytes written", c.host_write_bytes},
        {"VRAM bytes read", c.vram_read_bytes},
        {"VRAM bytes written", c.vram_write_bytes},
        {"dispatches", c.dispatches},
        {"checked dispatches", c.checked_dispatches},
        {"wave instructions", c.wave_instructions},
        {"modelled card ns", c.modelled_card_ns},
        {"modelled link ns", c.modelled_link_ns},
    };
    FILE *file = path ? fopen(path, "w") : NULL;
    if (path && !file) {
        cli_fail("%s cannot be written", path);
    }
    fputs("exosuit: ", stderr);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fprintf(stderr, "%s%s %llu", i ? ", " : "", rows[i].name, (unsigned long long)rows[i].value);
        if (file) {
            fprintf(file, "%s\"%s\": %llu", i ? ", " : "{", rows[i].name, (unsigned long long)rows[i].value);
        }
    }
    fputc('\n', stderr);
    if (file) {
        fputs("}\n", file);
        fclose(file);
    }
}

/* "auto" is the card that the command would otherwise take; "sim:NAME" names one. NULL, with a message, for anything else. */
static const char *chip_name(const struct cli_args *args)
{
    if (strcmp(args->device, "auto") == 0) {
        return "rx7900xtx";
    }
    if (strncmp(args->device, "sim:", 4) == 0) {
        return args->device + 4;
    }
    cli_usage_error(args->command, "'%s' is no simulated card; sim:rx7900xtx is one.", args->device);
    return NULL;
}

static bool link_is_unknown(const struct cli_args *args)
{
    const char *wanted = cli_value(args, "link"), *name;
    for (int i = 0; wanted && (name = sim_link_name(i)) != NULL; i++) {
        if (strcmp(wanted, name) == 0) {
            return false;
        }
    }
    if (wanted) {
        cli_usage_error(args->command, "'%s' is no link whose time is known; --help lists them.", wanted);
    }
    return wanted != NULL;
}

static int serve(struct sim_card *card, const struct cli_args *args)
{
    char error[512] = "", verdict[512] = "";
    struct sim_server_counters counters = {0};
    const char *faults = cli_value(args, "fault");
    struct sim_server_options server = {
        .segments = (uint32_t)sim_fault_value(faults, "segments"),
        .dma_bytes = sim_fault_value(faults, "dma_mib") << 20,
        .fail_region_at = sim_fault_value(faults, "alloc_fail_at"),
        .end_at_request = sim_fault_value(faults, "end_request_at"),
        .hang_at_request = sim_fault_value(faults, "hang_request_at"),
        .split_replies = sim_fault_value(faults, "split_replies"),
        .tinygpu_path = cli_value(args, "tinygpu"),
        .tcp_address = cli_value(args, "tcp"),
        .counters = &counters,
        .on_event = on_event,
    };
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    signal(SIGPIPE, SIG_IGN);
    int rc = sim_server_run(card, &server, &stop, error, sizeof error);
    print_counters(card, &counters, cli_value(args, "counters"));
    sim_verdict(card, verdict, sizeof verdict);
    if (verdict[0]) {
        return cli_fail("the card found a fault: %s", verdict);
    }
    return rc ? cli_fail("%s", error) : CLI_DONE;
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
    char error[512] = "";
    const char *path = cli_value(args, "tinygpu"), *address = cli_value(args, "tcp"), *faults = cli_value(args, "fault");
    struct sim_card *card;
    if (faults && strcmp(faults, "help") == 0) {
        return print_faults();
    }
    if (sim_fault_check(faults, error, sizeof error)) {
        return cli_usage_error(args->command, "%s.", error);
    }
    if (link_is_unknown(args)) {
        return CLI_USAGE;
    }
    const char *chip = chip_name(args);
    struct sim_options options = {
        .chip = chip, .fault = faults, .link = cli_value(args, "link"), .trace = cli_value(args, "trace")};
    if (!chip) {
        return CLI_USAGE;
    }
    if (!path && !address) {
        return cli_usage_error(args->command, "--tinygpu PATH or --tcp HOST:PORT says where to serve.");
    }
    if (sim_card_create(&options, &card, error, sizeof error)) {
        return cli_fail("%s", error);
    }
    fprintf(stderr, "exosuit: a simulated %s; use it with --device %s%s\n", chip,
            path ? "tinygpu:" : "tcp:", path ? path : address);
    int rc = serve(card, args);
    sim_card_destroy(card);
    return rc;
}

static const struct cli_option options[] = {
    {"tinygpu", 't', "PATH", "serve TinyGPU.app's protocol on this socket file"},
    {"tcp", 0, "HOST:PORT", "serve tinygrad's protocol for remote cards; without HOST on 127.0.0.1, port 0 takes a free one"},
    {"fault", 0, "NAME[=N]", "what breaks, may be repeated; help lists what there is"},
    {"link", 0, "NAME", "charge the time of this link to the virtual clock: none, tb3, tb4, tb5, usb4-40, usb4-80, oculink"},
    {"trace", 0, "FILE", "write what the card does as a trace that Perfetto opens"},
    {"counters", 0, "FILE", "write what was counted as JSON when it ends"},
    {0},
};

const struct cli_command cli_sim = {
    .name = "sim",
    .arguments = "",
    .help = "Serves a simulated card on a socket, for other programs",
    .details =
        "The card is chosen with --device sim:NAME. One client at a time has it. Counters of what the card and the socket saw\n"
        "are printed at the end. tinygrad uses the card at HOST:PORT with REMOTE=HOST:PORT DEV=AMD.",
    .options = options,
    .repeated = "fault",
    .run = run,
};
