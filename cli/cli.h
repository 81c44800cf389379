/*
 * cli.h: what the files of the exosuit command share. A command is a row: its name, help, options and the function that runs
 * it; dispatch, help, usage errors, shell completion and the manual page all come from the rows in main.c.
 *
 * Only this folder prints and decides exit codes: 0 done, 1 the card or the work failed, 2 the command line was wrong.
 * The rows are constant; the parsed arguments belong to main() and live until the program ends.
 */
#ifndef EXO_CLI_H
#define EXO_CLI_H

#include <stdbool.h>
#include <stddef.h>

enum cli_exit {
    CLI_DONE = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
};

enum { CLI_MAX_OPTIONS = 16 };

struct cli_option {
    const char *name;     /* the long name, without dashes; NULL ends a list */
    char letter;          /* the short name, 0 for none */
    const char *argument; /* what its argument is called in the help; NULL for a flag */
    const char *help;
};

struct cli_args;

struct cli_command {
    const char *name;
    const char *arguments; /* as in the usage line, "" for none */
    const char *help;      /* one line */
    const char *details;   /* further lines for its own help; may be NULL */
    const struct cli_option *options;
    int min_arguments, max_arguments;
    const char *repeated; /* the option that may be given several times: cli_value joins its arguments by commas; or NULL */
    bool stops_at_word;   /* options end at the first word: what follows is another program's command line */
    int (*run)(const struct cli_args *args);
};

struct cli_args {
    const struct cli_command *command;
    const char *device; /* --device, else EXOSUIT_DEVICE, else "auto" */
    bool json;
    const char *values[CLI_MAX_OPTIONS]; /* by position in command->options; flags hold "" when given */
    char joined[512];                    /* what command->repeated was given */
    int argc;                            /* words that are no options */
    char **argv;                         /* ends with NULL */
};

extern const struct cli_command *const cli_commands[]; /* ends with NULL */
extern const struct cli_option cli_common_options[];

const struct cli_command *cli_find_command(const char *name); /* NULL: there is none */

/* The option's argument ("" for a flag that was given), or NULL when it was not given. */
const char *cli_value(const struct cli_args *args, const char *name);
bool cli_flag(const struct cli_args *args, const char *name);

/* The option as a number between min and max, or `otherwise` when not given. False, with a message, when it is none. */
bool cli_number(const struct cli_args *args, const char *name, long min, long max, long otherwise, long *number_out);

/* "exosuit: ..." on standard error; returns CLI_FAILED, so that a failure site stays one line. */
int cli_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same with a hint at the command's help; returns CLI_USAGE. */
int cli_usage_error(const struct cli_command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Help, completion and the manual page, all made of the rows (help.c). */
void cli_print_help(void);
void cli_print_command_help(const struct cli_command *command);
int cli_help_run(const struct cli_args *args);

extern const struct cli_command cli_devices, cli_doctor, cli_serve, cli_chat, cli_run, cli_bench, cli_trace, cli_sim, cli_disasm,
    cli_firmware, cli_help;

#endif
