/* main.c: the table of commands, and the way from the command line to a row. */
#include "cli/cli.h"
#include "cli/paths.h"

#include "exosuit.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct cli_command *const cli_commands[] = {
    &cli_devices, &cli_doctor, &cli_serve,  &cli_chat,     &cli_run,  &cli_bench,
    &cli_trace,   &cli_sim,    &cli_disasm, &cli_firmware, &cli_help, NULL,
};

const struct cli_option cli_common_options[] = {
    {"device", 'd', "URI", "the card: auto, sim:rx7900xtx, tinygpu:, tinygpu:/path.sock, tcp:HOST:PORT, host (default auto)"},
    {"json", 0, NULL, "print JSON, where the command prints a table"},
    {"help", 'h', NULL, "print this help"},
    {"version", 'V', NULL, "print the version"},
    {0},
};

enum { COMMON_DEVICE, COMMON_JSON, COMMON_HELP, COMMON_VERSION, COMMON_COUNT };

const struct cli_command *cli_find_command(const char *name)
{
    for (int i = 0; cli_commands[i]; i++) {
        if (strcmp(cli_commands[i]->name, name) == 0) {
            return cli_commands[i];
        }
    }
    return NULL;
}

const char *cli_value(const struct cli_args *args, const char *name)
{
    for (int i = 0; args->command->options[i].name; i++) {
        if (strcmp(args->command->options[i].name, name) == 0) {
            return args->values[i];
        }
    }
    return NULL;
}

bool cli_flag(const struct cli_args *args, const char *name)
{
    return cli_value(args, name) != NULL;
}

bool cli_number(const struct cli_args *args, const char *name, long min, long max, long otherwise, long *number_out)
{
    const char *text = cli_value(args, name);
    if (!text) {
        *number_out = otherwise;
        return true;
    }
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (errno || end == text || *end || number < min || number > max) {
        cli_usage_error(args->command, "--%s wants a number from %ld to %ld, not '%s'.", name, min, max, text);
        return false;
    }
    *number_out = number;
    return true;
}

int cli_fail(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fflush(stdout);
    fputs("exosuit: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    return CLI_FAILED;
}

int cli_usage_error(const struct cli_command *command, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fflush(stdout);
    fputs("exosuit: ", stderr);
    vfprintf(stderr, format, list);
    va_end(list);
    if (command) {
        fprintf(stderr, "\nTry 'exosuit %s --help'.\n", command->name);
    } else {
        fputs("\nTry 'exosuit help'.\n", stderr);
    }
    return CLI_USAGE;
}

/* ---- parsing -------------------------------------------------------------------------------------------------------- */

/* getopt's tables, made from the rows: the common ones first, then the command's own. */
struct option_tables {
    struct option longs[COMMON_COUNT + CLI_MAX_OPTIONS + 1];
    char shorts[2 * (COMMON_COUNT + CLI_MAX_OPTIONS) + 3];
};

enum { FIRST_INDEX = 256 }; /* what getopt returns for row 0: above every letter */

static void tables_add(struct option_tables *t, const struct cli_option *rows, int first)
{
    size_t length = strlen(t->shorts);
    for (int i = 0; rows[i].name; i++) {
        t->longs[first + i] =
            (struct option){rows[i].name, rows[i].argument ? required_argument : no_argument, NULL, FIRST_INDEX + first + i};
        if (rows[i].letter) {
            t->shorts[length++] = rows[i].letter;
            if (rows[i].argument) {
                t->shorts[length++] = ':';
            }
            t->shorts[length] = 0;
        }
    }
}

static int row_of_letter(const struct cli_option *rows, int first, int letter)
{
    for (int i = 0; rows[i].name; i++) {
        if (rows[i].letter == letter) {
            return first + i;
        }
    }
    return -1;
}

struct parse {
    struct cli_args *args;
    bool help, version;
};

static bool take_value(struct cli_args *args, int index, const char *name)
{
    size_t used = strlen(args->joined);
    args->values[index] = optarg ? optarg : "";
    if (!args->command || !args->command->repeated || strcmp(args->command->repeated, name) != 0) {
        return true;
    }
    int n = snprintf(args->joined + used, sizeof args->joined - used, "%s%s", used ? "," : "", optarg);
    args->values[index] = args->joined;
    if (n < 0 || (size_t)n >= sizeof args->joined - used) {
        cli_usage_error(args->command, "the arguments of --%s are too long together.", name);
        return false;
    }
    return true;
}

/* Parses options up to the first word, or all of them with `permute`. Returns 0, or CLI_USAGE after getopt's own message. */
static int parse_options(struct parse *p, int argc, char **argv, const struct cli_command *command, bool permute)
{
    static const struct cli_option none[] = {{0}};
    const struct cli_option *own = command ? command->options : none;
    struct option_tables t = {0};
    t.shorts[0] = '+';
    if (permute) {
        t.shorts[0] = 0;
    }
    static char program[] = "exosuit";
    argv[0] = program; /* what getopt's messages begin with, also behind a command */
    tables_add(&t, cli_common_options, 0);
    tables_add(&t, own, COMMON_COUNT);
    for (;;) {
        int got = getopt_long(argc, argv, t.shorts, t.longs, NULL);
        if (got == -1) {
            return 0;
        }
        if (got == '?') {
            fprintf(stderr, "Try 'exosuit %s%s--help'.\n", command ? command->name : "", command ? " " : "");
            return CLI_USAGE;
        }
        int row = got - FIRST_INDEX;
        if (got < FIRST_INDEX) {
            row = row_of_letter(cli_common_options, 0, got);
            row = row >= 0 ? row : row_of_letter(own, COMMON_COUNT, got);
        }
        switch (row) {
        case COMMON_DEVICE:
            p->args->device = optarg;
            break;
        case COMMON_JSON:
            p->args->json = true;
            break;
        case COMMON_HELP:
            p->help = true;
            break;
        case COMMON_VERSION:
            p->version = true;
            break;
        default:
            if (!take_value(p->args, row - COMMON_COUNT, own[row - COMMON_COUNT].name)) {
                return CLI_USAGE;
            }
            break;
        }
    }
}

static void getopt_restart(void)
{
#ifdef __GLIBC__
    optind = 0; /* glibc forgets its state at 0, the BSDs with optreset */
#else
    optind = 1;
#if defined(__APPLE__) || defined(__FreeBSD__)
    optreset = 1;
#endif
#endif
}

/* Images that `exosuit firmware install` brought are found by this program's children as well. */
static void use_installed_firmware(void)
{
    char folder[PATHS_SIZE];
    paths_firmware(folder);
    if (!getenv("EXOSUIT_FIRMWARE_DIR") && access(folder, R_OK) == 0) {
        setenv("EXOSUIT_FIRMWARE_DIR", folder, 1);
    }
}

static int run_command(struct parse *p, int argc, char **argv)
{
    struct cli_args *args = p->args;
    getopt_restart();
    int rc = parse_options(p, argc, argv, args->command, !args->command->stops_at_word);
    if (rc) {
        return rc;
    }
    args->argc = argc - optind;
    args->argv = argv + optind;
    if (p->help) {
        cli_print_command_help(args->command);
        return CLI_DONE;
    }
    if (args->argc < args->command->min_arguments) {
        return cli_usage_error(args->command, "'%s' needs %s.", args->command->name, args->command->arguments);
    }
    if (args->argc > args->command->max_arguments) {
        return cli_usage_error(args->command, "'%s' is one word too many.", args->argv[args->command->max_arguments]);
    }
    use_installed_firmware();
    return args->command->run(args);
}

int main(int argc, char **argv)
{
    struct cli_args args = {.device = getenv("EXOSUIT_DEVICE")};
    struct parse p = {.args = &args};
    if (!args.device || !args.device[0]) {
        args.device = "auto";
    }
    int rc = parse_options(&p, argc, argv, NULL, false);
    if (rc) {
        return rc;
    }
    if (p.version) {
        printf("exosuit %s\n", exo_version());
        return CLI_DONE;
    }
    if (optind == argc) {
        cli_print_help();
        return p.help ? CLI_DONE : CLI_USAGE;
    }
    int first = optind;
    args.command = cli_find_command(argv[first]);
    if (!args.command) {
        return cli_usage_error(NULL, "there is no command '%s'.", argv[first]);
    }
    return run_command(&p, argc - first, argv + first);
}
