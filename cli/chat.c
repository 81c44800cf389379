/* chat.c: exosuit chat: llama-cli on the card, in this process's place. */
#include "cli/cli.h"
#include "cli/paths.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { MAX_WORDS = 64 };

static int run(const struct cli_args *args)
{
    char program[PATHS_SIZE], model[PATHS_SIZE];
    const char *words[MAX_WORDS];
    int n = 0;
    bool host = strcmp(args->device, "host") == 0;
    if (args->argc > 0 && access(args->argv[0], R_OK) != 0) {
        return cli_fail("the model %s cannot be read: %s.", args->argv[0], strerror(errno));
    }
    if (args->argc == 0 && paths_find(PATHS_MODEL, model)) {
        return CLI_FAILED;
    }
    if (paths_set_environment(args->device) || paths_find_program("llama-cli", program)) {
        return CLI_FAILED;
    }
    words[n++] = "llama-cli";
    words[n++] = "-m";
    words[n++] = args->argc > 0 ? args->argv[0] : model;
    words[n++] = "--device";
    words[n++] = host ? "none" : "EXOSUIT0";
    words[n++] = "--offline";
    if (cli_value(args, "prompt")) {
        words[n++] = "--single-turn";
        words[n++] = "-p";
        words[n++] = cli_value(args, "prompt");
    }
    if (cli_value(args, "tokens")) {
        words[n++] = "-n";
        words[n++] = cli_value(args, "tokens");
    }
    words[n] = NULL;
    execv(program, (char *const *)words);
    return cli_fail("cannot start %s: %s.", program, strerror(errno));
}

static const struct cli_option options[] = {
    {"prompt", 'p', "TEXT", "answer this once and end"},
    {"tokens", 'n', "N", "end an answer after N tokens"},
    {0},
};

const struct cli_command cli_chat = {
    .name = "chat",
    .arguments = "[MODEL]",
    .help = "Talks with a model in the terminal",
    .details = "MODEL is a GGUF file; without one, SmolLM2-135M-Instruct is used.",
    .options = options,
    .max_arguments = 1,
    .run = run,
};
