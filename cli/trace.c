/* trace.c: exosuit trace: what a program makes the simulated card do, submission by submission; times are modelled. */
#include "cli/cards.h"
#include "cli/child.h"
#include "cli/cli.h"
#include "cli/json.h"
#include "cli/paths.h"
#include "cli/trace_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { POLL_US = 20000 };

/* The card's URI with the file it shall write to. False when there is no room for it. */
static bool traced_uri(const char *device, const char *path, char uri[static PATHS_SIZE])
{
    int n = snprintf(uri, PATHS_SIZE, "%s%ctrace=%s", device, strchr(device, '?') ? '&' : '?', path);
    return n > 0 && n < PATHS_SIZE;
}

/* Without a command: one token of the first model. Its output is of no interest unless it fails. */
static int decode_one_token(const char *log)
{
    char model[PATHS_SIZE], program[PATHS_SIZE], *output = NULL;
    if (paths_find(PATHS_MODEL, model) || paths_find_program("llama-bench", program)) {
        return CLI_FAILED;
    }
    char *const words[] = {"llama-bench", "-m", model,  "-p",       "0",  "-n", "1",           "-r", "1",
                           "-ngl",        "99", "-dev", "EXOSUIT0", "-t", "1",  "--no-warmup", NULL};
    int rc = child_capture(program, words, log, &output);
    free(output);
    return rc ? cli_fail("llama-bench ended with status %d; its messages are in %s.", rc, log) : CLI_DONE;
}

static int run_words(char **words)
{
    char program[PATHS_SIZE], text[128];
    struct child c = {0};
    const char *name = words[0];
    if (!strchr(name, '/') && paths_find_program(name, program)) {
        return CLI_FAILED;
    }
    int rc = child_start(&c, strchr(name, '/') ? name : program, words, NULL);
    if (rc) {
        return cli_fail("cannot start %s: %s.", name, strerror(-rc));
    }
    while (child_is_running(&c)) {
        usleep(POLL_US);
    }
    child_describe(&c, text, sizeof text);
    return c.status ? cli_fail("%s %s.", name, text) : CLI_DONE;
}

static int show(const struct cli_args *args, const char *device, const char *path)
{
    const char *copy_path = cli_value(args, "perfetto");
    struct trace_text t = {.all = cli_flag(args, "all"), .json = args->json};
    FILE *file = fopen(path, "r"), *copy = NULL;
    if (!file) {
        return cli_fail("the program left no trace: it did not open %s.", device);
    }
    if (copy_path) {
        copy = fopen(copy_path, "w");
        if (!copy) {
            fclose(file);
            return cli_fail("cannot write %s: %s.", copy_path, strerror(errno));
        }
    }
    int rc = trace_text_print(&t, device, file, copy);
    fclose(file);
    if (copy && fclose(copy)) {
        return cli_fail("cannot write %s: %s.", copy_path, strerror(errno));
    }
    if (rc) {
        return cli_fail("the program submitted nothing to the card's compute queue.");
    }
    return CLI_DONE;
}

static int run(const struct cli_args *args)
{
    static char uri[PATHS_SIZE];
    char path[64], log[64];
    const char *device = strcmp(args->device, "auto") == 0 ? "sim:rx7900xtx" : args->device;
    if (strncmp(device, "sim:", 4) != 0) {
        return cli_usage_error(args->command, "'%s' is no simulated card, and only those can be traced.", device);
    }
    snprintf(path, sizeof path, "/tmp/exosuit-trace-%d.json", (int)getpid());
    snprintf(log, sizeof log, "/tmp/exosuit-trace-%d.log", (int)getpid());
    if (!traced_uri(device, path, uri)) {
        return cli_usage_error(args->command, "the device's name is too long.");
    }
    if (paths_set_environment(uri)) {
        return CLI_FAILED;
    }
    int rc = args->argc ? run_words(args->argv) : decode_one_token(log);
    if (rc == CLI_DONE) {
        rc = show(args, device, path);
        unlink(log);
    }
    unlink(path);
    return rc;
}

static const struct cli_option options[] = {
    {"perfetto", 'p', "FILE", "write the trace for a viewer: ui.perfetto.dev or chrome://tracing opens it"},
    {"all", 'a', NULL, "print every submission, not just the last one that computes"},
    {0},
};

const struct cli_command cli_trace = {
    .name = "trace",
    .arguments = "[-- COMMAND [ARGUMENTS]]",
    .help = "Shows what a program makes the simulated card do, with modelled times",
    .details = "Runs the program as `exosuit run` does and prints the last submission: its packets, each dispatch with kernel,\n"
               "grid, registers, bytes and time, and the totals. Without a command: one token of SmolLM2 is decoded.\n"
               "All times are modelled (docs/MODEL.md); a link is charged with --device 'sim:NAME?link=tb4'.",
    .options = options,
    .max_arguments = 1 << 16,
    .stops_at_word = true,
    .run = run,
};
