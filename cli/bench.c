/*
 * bench.c: exosuit bench: how fast a card boots, is filled, computes and answers.
 *
 * Tokens are decoded by the unmodified llama-bench in a process of its own. Speed is measured in one run; what a token costs is
 * counted in another, over the tokens in its middle: the plug-in leaves the counters in the file named by EXOSUIT_STATS. That run
 * decodes nothing but COUNTED_TOKENS, so that the number of computations says how many each token took.
 */
#include "cli/bench.h"
#include "cli/bench_model.h"
#include "cli/cards.h"
#include "cli/child.h"
#include "cli/cli.h"
#include "cli/json.h"
#include "cli/paths.h"

#include "exosuit.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    DECODE_TOKENS = 64,
    COUNTED_TOKENS = 64,
    PROMPT_TOKENS = 256,
    UPLOAD_BYTES = 96 * 1024 * 1024, /* as much as the first model's weights */
    UPLOAD_RUNS = 3,
    STATS_SIZE = 16 * 1024,
};

/* A figure is a row: its JSON key, how the table shows it, its budget. The order is the order of printing. */
enum figure {
    DECODE,
    PREFILL,
    DOORBELLS,
    READS,
    ROUND_TRIPS,
    DISPATCHES,
    BARRIERS,
    HOST_CPU,
    TO_CARD,
    FROM_CARD,
    VRAM,
    WEIGHTS,
    WAVES,
    MODELLED,
    MODELLED_LINK,
    BOOT,
    UPLOAD,
    MODEL_LOAD,
    MEMCPY,
    LOOP,
    FIGURES,
};

struct figure_row {
    const char *key, *label, *unit;
    double scale;        /* the table shows value / scale */
    const char *counter; /* of the plug-in, for figures per token */
};

static const struct figure_row rows[FIGURES] = {
    [DECODE] = {"decode_tokens_per_s", "decode", "tokens/s", 1, NULL},
    [PREFILL] = {"prefill_tokens_per_s", "prefill", "tokens/s", 1, NULL},
    [DOORBELLS] = {"doorbells_per_token", "doorbells per token", "", 1, "middle_doorbells"},
    [READS] = {"mmio_reads_per_token", "register reads per token", "", 1, "middle_mmio_reads"},
    [ROUND_TRIPS] = {"round_trips_per_token", "round trips over the socket per token", "", 1, "middle_round_trips"},
    [DISPATCHES] = {"dispatches_per_token", "dispatches per token", "", 1, "middle_dispatches"},
    [BARRIERS] = {"barriers_per_token", "barriers between them per token", "", 1, "middle_barriers"},
    [HOST_CPU] = {"host_cpu_us_per_token", "our processor time per token", "us", 1, NULL},
    [TO_CARD] = {"link_bytes_to_card_per_token", "bytes to the card per token", "KiB", 1024, NULL},
    [FROM_CARD] = {"link_bytes_from_card_per_token", "bytes from the card per token", "KiB", 1024, NULL},
    [VRAM] = {"vram_bytes_per_token", "card memory read per token", "MiB", 1 << 20, "middle_vram_read_bytes"},
    [WEIGHTS] = {"weight_bytes", "weights", "MiB", 1 << 20, NULL},
    [WAVES] = {"wave_instructions_per_token", "wave instructions per token", "million", 1e6, "middle_wave_instructions"},
    [MODELLED] = {"modelled_card_us_per_token", "card time per token, modelled", "us", 1, NULL},
    [MODELLED_LINK] = {"modelled_link_us_per_token", "link time per token, modelled", "us", 1, NULL},
    [BOOT] = {"cold_boot_s", "cold boot", "s", 1, NULL},
    [UPLOAD] = {"upload_bytes_per_s", "upload", "MiB/s", 1 << 20, NULL},
    [MODEL_LOAD] = {"model_upload_bytes_per_s", "weights of the model to the card", "MiB/s", 1 << 20, NULL},
    [MEMCPY] = {"memcpy_bytes_per_s", "memcpy of the same bytes", "MiB/s", 1 << 20, NULL},
    [LOOP] = {"sim_wave_instructions_per_s_per_core", "simulated wave instructions per core", "million/s", 1e6, NULL},
};

struct bench {
    struct exo_device_info card;
    const char *model;
    char program[PATHS_SIZE];
    char stats[64], log[64];
    double values[FIGURES];
    char error[EXO_ERROR_SIZE + 64];
};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- the card alone -------------------------------------------------------------------------------------------------------- */

static double best(double a, double b)
{
    return isnan(a) || b > a ? b : a;
}

static int measure_upload(struct bench *b, struct exo_device *device)
{
    struct exo_memory *memory;
    char *from = malloc(UPLOAD_BYTES), *to = malloc(UPLOAD_BYTES);
    int rc = -1;
    if (!from || !to) {
        snprintf(b->error, sizeof b->error, "%d MiB of memory for the upload could not be had.", 2 * UPLOAD_BYTES >> 20);
    } else if (exo_alloc(device, EXO_MEMORY_DEVICE, UPLOAD_BYTES, &memory)) {
        snprintf(b->error, sizeof b->error, "%s", exo_last_error(device));
    } else {
        memset(from, 1, UPLOAD_BYTES); /* touched: what is measured is copying, not the first use of a page */
        memset(to, 2, UPLOAD_BYTES);
        rc = 0;
        for (int i = 0; !rc && i < UPLOAD_RUNS; i++) {
            double start = now_s();
            rc = exo_upload(device, exo_memory_va(memory), from, UPLOAD_BYTES);
            double middle = now_s();
            memcpy(to, from, UPLOAD_BYTES);
            __asm__ volatile("" : : "r"(to) : "memory"); /* the copy is not left out */
            b->values[UPLOAD] = best(b->values[UPLOAD], UPLOAD_BYTES / (middle - start));
            b->values[MEMCPY] = best(b->values[MEMCPY], UPLOAD_BYTES / (now_s() - middle));
        }
        if (rc) {
            snprintf(b->error, sizeof b->error, "%s", exo_last_error(device));
        }
        exo_free(memory);
    }
    free(from);
    free(to);
    return rc ? -1 : 0;
}

static int measure_card(struct bench *b)
{
    struct exo_device *device;
    double start = now_s();
    if (exo_open(b->card.uri, NULL, &device, b->error, EXO_ERROR_SIZE)) {
        return -1;
    }
    b->values[BOOT] = now_s() - start;
    int rc = exo_get_info(device, &b->card);
    if (rc) {
        snprintf(b->error, sizeof b->error, "%s", exo_last_error(device));
    }
    rc = rc ? rc : measure_upload(b, device);
    if (!rc && b->card.simulated) {
        rc = bench_loop_run(device, b->card.arch, &b->values[LOOP], b->error, sizeof b->error);
    }
    exo_close(device);
    return rc;
}

/* ---- a model on the card ----------------------------------------------------------------------------------------------------
 */

/* What one run of llama-bench said. */
struct model_run {
    double tokens_per_s, model_bytes;
};

/* A counter over the middle of the run, per token; NAN where the plug-in did not tell it. */
static double per_token(const char *text, const char *key, double tokens)
{
    double v;
    return json_find_number(text, key, &v) ? v / tokens : (double)NAN;
}

/* Takes the figures per token from the plug-in's file. Without it, or if computations are not a whole number per token, none. */
static void read_counters(struct bench *b)
{
    static char text[STATS_SIZE];
    double computes = 0, middle = 0;
    FILE *file = fopen(b->stats, "rb");
    if (file) {
        text[fread(text, 1, sizeof text - 1, file)] = 0;
        fclose(file);
    }
    if (!file || !json_find_number(text, "computes", &computes) || !json_find_number(text, "middle_computes", &middle)) {
        fprintf(stderr, "exosuit: the plug-in left no counters; the figures per token are missing.\n");
        return;
    }
    double tokens = middle * COUNTED_TOKENS / computes;
    if (fmod(computes, COUNTED_TOKENS) != 0 || fmod(tokens, 1) != 0) {
        fprintf(stderr, "exosuit: %.0f computations for %d tokens; the figures per token are missing.\n", computes,
                COUNTED_TOKENS);
        return;
    }
    for (int i = 0; i < FIGURES; i++) {
        if (rows[i].counter) {
            b->values[i] = per_token(text, rows[i].counter, tokens);
        }
    }
    double bytes, us;
    if (json_find_number(text, "weights_bytes", &bytes) && json_find_number(text, "weights_us", &us) && us > 0) {
        b->values[MODEL_LOAD] = bytes / us * 1e6;
    }
    b->values[HOST_CPU] = per_token(text, "middle_host_cpu_ns", tokens) / 1000;
    b->values[MODELLED] = per_token(text, "middle_modelled_card_ns", tokens) / 1000;
    b->values[MODELLED_LINK] = per_token(text, "middle_modelled_link_ns", tokens) / 1000;
    b->values[TO_CARD] = per_token(text, "middle_dma_bytes_to_card", tokens) + per_token(text, "middle_mmio_write_bytes", tokens);
    b->values[FROM_CARD] =
        per_token(text, "middle_dma_bytes_from_card", tokens) + per_token(text, "middle_mmio_read_bytes", tokens);
}

static int run_model(struct bench *b, int prompt, int tokens, bool counted, struct model_run *r)
{
    char p[16], n[16], *output = NULL;
    snprintf(p, sizeof p, "%d", prompt);
    snprintf(n, sizeof n, "%d", tokens);
    const char *words[] = {"llama-bench", "-m", b->model, "-p",       p,    "-n", n,    "-r",    "1",
                           "-ngl",        "99", "-dev",   "EXOSUIT0", "-t", "1",  "-o", "jsonl", counted ? "--no-warmup" : NULL,
                           NULL};
    memset(r, 0, sizeof *r);
    if (counted) {
        setenv("EXOSUIT_STATS", b->stats, 1);
    } else {
        unsetenv("EXOSUIT_STATS"); /* telling takes time */
    }
    int rc = child_capture(b->program, (char *const *)words, b->log, &output);
    bool good = rc == 0 && json_find_number(output, "avg_ts", &r->tokens_per_s) &&
                json_find_number(output, "model_size", &r->model_bytes);
    free(output);
    if (!good) {
        snprintf(b->error, sizeof b->error, "llama-bench ended with status %d and no result; its messages are in %s", rc, b->log);
        return -1;
    }
    return 0;
}

static int measure_model(struct bench *b)
{
    struct model_run decode, prompt, counted;
    if (run_model(b, 0, DECODE_TOKENS, false, &decode) || run_model(b, PROMPT_TOKENS, 0, false, &prompt) ||
        run_model(b, 0, COUNTED_TOKENS, true, &counted)) {
        return -1;
    }
    b->values[DECODE] = decode.tokens_per_s;
    b->values[PREFILL] = prompt.tokens_per_s;
    b->values[WEIGHTS] = decode.model_bytes;
    read_counters(b);
    return 0;
}

/* ---- printing ---------------------------------------------------------------------------------------------------------------
 */

static void print_json(const struct bench *b, FILE *file)
{
    struct json j = {.file = file, .pretty = true};
    json_begin_object(&j, NULL);
    json_string(&j, "device", b->card.name[0] ? b->card.name : b->card.uri);
    json_string(&j, "uri", b->card.uri);
    json_bool(&j, "simulated", b->card.simulated);
    json_integer(&j, "host_cores", (uint64_t)sysconf(_SC_NPROCESSORS_ONLN));
    for (int i = 0; i < FIGURES; i++) {
        json_number(&j, rows[i].key, b->values[i]);
    }
    json_end_object(&j);
}

static void print_table(const struct bench *b)
{
    for (int i = 0; i < FIGURES; i++) {
        if (isnan(b->values[i])) {
            printf("  %-38s %12s\n", rows[i].label, "-");
        } else {
            printf("  %-38s %12.2f %s\n", rows[i].label, b->values[i] / rows[i].scale, rows[i].unit);
        }
    }
    printf("  %-38s %12.2f\n", "upload / memcpy", b->values[UPLOAD] / b->values[MEMCPY]);
    printf("  %-38s %12.2f\n", "card memory read / weights", b->values[VRAM] / b->values[WEIGHTS]);
}

static int save(const struct bench *b, const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file) {
        return cli_fail("cannot write %s: %s.", path, strerror(errno));
    }
    print_json(b, file);
    return fclose(file) ? cli_fail("cannot write %s: %s.", path, strerror(errno)) : CLI_DONE;
}

static int prepare(struct bench *b, const struct cli_args *args, char model[static PATHS_SIZE])
{
    b->model = args->argc > 0 ? args->argv[0] : model;
    for (int i = 0; i < FIGURES; i++) {
        b->values[i] = NAN;
    }
    if (strcmp(args->device, "host") == 0) {
        return cli_usage_error(
            args->command,
            "bench measures a card; for this machine's processor: exosuit run --device host -- llama-bench -m MODEL");
    }
    if (args->argc == 0 && paths_find(PATHS_MODEL, model)) {
        return CLI_FAILED;
    }
    if (access(b->model, R_OK)) {
        return cli_fail("the model %s cannot be read: %s.", b->model, strerror(errno));
    }
    if (paths_find_program("llama-bench", b->program) || cards_resolve(args->device, &b->card) ||
        paths_set_environment(b->card.uri)) {
        return CLI_FAILED;
    }
    snprintf(b->stats, sizeof b->stats, "/tmp/exosuit-bench-%d.json", (int)getpid());
    snprintf(b->log, sizeof b->log, "/tmp/exosuit-bench-%d.log", (int)getpid());
    return CLI_DONE;
}

static int run(const struct cli_args *args)
{
    if (cli_flag(args, "model")) {
        return bench_model_command(args);
    }
    if (args->argc > 1) {
        return cli_usage_error(args->command, "'%s' is one word too many.", args->argv[1]);
    }
    static struct bench b;
    static char model[PATHS_SIZE];
    char text[256];
    int rc = prepare(&b, args, model);
    if (rc) {
        return rc;
    }
    if (measure_card(&b)) {
        return cli_fail("%s", b.error);
    }
    cards_describe(&b.card, text, sizeof text);
    if (!args->json) {
        printf("device: %s\nmodel: %s\n", text, b.model);
        fflush(stdout);
    }
    if (measure_model(&b)) {
        return cli_fail("%s", b.error);
    }
    unlink(b.stats);
    unlink(b.log);
    if (args->json) {
        print_json(&b, stdout);
    } else {
        print_table(&b);
    }
    return cli_value(args, "save") ? save(&b, cli_value(args, "save")) : CLI_DONE;
}

static const struct cli_option options[] = {
    {"model", 0, NULL, "small kernels of one kind of work each, by their modelled times; words name some of them"},
    {"save", 's', "FILE", "write the JSON to this file as well"},
    {0},
};

const struct cli_command cli_bench = {
    .name = "bench",
    .arguments = "[MODEL]",
    .help = "Measures boot, upload, arithmetic, prefill and decode on the card",
    .details =
        "MODEL is a GGUF file; without one, SmolLM2-135M-Instruct is used. Figures of a simulated card say how fast it is\n"
        "simulated, and what a token costs on the link, which holds for a real card too.",
    .options = options,
    .max_arguments = 32,
    .run = run,
};
