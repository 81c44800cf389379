/* run.c: exosuit run: starts any ggml program with the plug-in loaded, in this process's place. */
#include "cli/cli.h"
#include "cli/paths.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int run(const struct cli_args *args)
{
    char program[PATHS_SIZE];
    if (paths_set_environment(args->device)) {
        return CLI_FAILED;
    }
    const char *name = args->argv[0];
    if (strchr(name, '/')) {
        execv(name, args->argv);
    } else {
        if (paths_find_program(name, program)) {
            return CLI_FAILED;
        }
        execv(program, args->argv);
    }
    return cli_fail("cannot start %s: %s.", name, strerror(errno));
}

static const struct cli_option options[] = {{0}};

const struct cli_command cli_run = {
    .name = "run",
    .arguments = "-- COMMAND [ARGUMENTS]",
    .help = "Runs any ggml program, such as llama-bench, on the card",
    .details = "Sets GGML_BACKEND_PATH to the plug-in and EXOSUIT_DEVICE to the device, and finds the pinned llama.cpp's "
               "programs first.\n"
               "Its ggml device is called EXOSUIT0. With --device host the program runs without the plug-in.\n"
               "The exit status is the program's own.",
    .options = options,
    .min_arguments = 1,
    .max_arguments = 1 << 16,
    .stops_at_word = true,
    .run = run,
};
