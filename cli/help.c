/* help.c: help, shell completion and the manual page, written out from the rows of main.c. */
#include "cli/cli.h"

#include "exosuit.h"

#include <stdio.h>
#include <string.h>

static void print_options(const struct cli_option *rows)
{
    for (; rows->name; rows++) {
        char left[64];
        snprintf(left, sizeof left, "%s%c%s--%s%s%s", rows->letter ? "-" : " ", rows->letter ? rows->letter : ' ',
                 rows->letter ? ", " : "  ", rows->name, rows->argument ? " " : "", rows->argument ? rows->argument : "");
        printf("  %-24s %s\n", left, rows->help);
    }
}

void cli_print_help(void)
{
    printf("exosuit %s: an external graphics card as a local AI server, through stock llama.cpp\n\n"
           "usage: exosuit [OPTIONS] COMMAND [ARGUMENTS]\n\n",
           exo_version());
    for (int i = 0; cli_commands[i]; i++) {
        printf("  %-10s %s\n", cli_commands[i]->name, cli_commands[i]->help);
    }
    puts("\noptions of every command:");
    print_options(cli_common_options);
    puts("\nExit status: 0 done, 1 the card or the work failed, 2 the command line was wrong.");
}

void cli_print_command_help(const struct cli_command *command)
{
    printf("usage: exosuit %s%s%s%s\n\n%s.\n", command->name, command->options->name ? " [OPTIONS]" : "",
           command->arguments[0] ? " " : "", command->arguments, command->help);
    if (command->details) {
        printf("\n%s\n", command->details);
    }
    if (command->options->name) {
        puts("\noptions:");
        print_options(command->options);
    }
    puts("\noptions of every command:");
    print_options(cli_common_options);
}

/* Works in bash and, through bashcompinit, in zsh. */
static void print_completion(void)
{
    puts("# source <(exosuit help --completion)\n_exosuit()\n{\n    local word=${COMP_WORDS[COMP_CWORD]} "
         "command=${COMP_WORDS[1]}\n"
         "    local options=\"\"\n    case $command in");
    for (int i = 0; cli_commands[i]; i++) {
        printf("        %s) options=\"", cli_commands[i]->name);
        for (const struct cli_option *o = cli_commands[i]->options; o->name; o++) {
            printf("--%s ", o->name);
        }
        puts("\" ;;");
    }
    printf("    esac\n    options=\"$options");
    for (const struct cli_option *o = cli_common_options; o->name; o++) {
        printf(" --%s", o->name);
    }
    printf("\"\n    [ \"$COMP_CWORD\" -gt 1 ] || options=\"");
    for (int i = 0; cli_commands[i]; i++) {
        printf("%s ", cli_commands[i]->name);
    }
    puts("$options\"\n    COMPREPLY=($(compgen -W \"$options\" -f -- \"$word\"))\n}\ncomplete -F _exosuit exosuit");
}

/* roff takes a leading dot or dash in its own way. */
static void print_roff(const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '-') {
            fputs("\\-", stdout);
        } else if (*c == '\n') {
            fputs("\n.br\n", stdout);
        } else if (*c == '.' && (c == text || c[-1] == '\n')) {
            fputs("\\&.", stdout);
        } else {
            putchar(*c);
        }
    }
    putchar('\n');
}

static void print_roff_options(const struct cli_option *rows)
{
    for (; rows->name; rows++) {
        puts(".TP");
        if (rows->letter) {
            printf("\\fB\\-%c\\fR, ", rows->letter);
        }
        printf("\\fB\\-\\-%s%s%s\\fR\n", rows->name, rows->argument ? " " : "", rows->argument ? rows->argument : "");
        print_roff(rows->help);
    }
}

static void print_manual(void)
{
    printf(".TH EXOSUIT 1 \"\" \"exosuit %s\"\n.SH NAME\nexosuit \\- an external graphics card as a local AI server\n"
           ".SH SYNOPSIS\n.B exosuit\n[OPTIONS] COMMAND [ARGUMENTS]\n.SH COMMANDS\n",
           exo_version());
    for (int i = 0; cli_commands[i]; i++) {
        const struct cli_command *c = cli_commands[i];
        printf(".SS %s %s\n", c->name, c->arguments);
        print_roff(c->help);
        if (c->details) {
            puts(".PP");
            print_roff(c->details);
        }
        print_roff_options(c->options);
    }
    puts(".SH OPTIONS");
    print_roff_options(cli_common_options);
    puts(".SH EXIT STATUS\n0 done, 1 the card or the work failed, 2 the command line was wrong.");
}

int cli_help_run(const struct cli_args *args)
{
    if (cli_flag(args, "completion")) {
        print_completion();
    } else if (cli_flag(args, "man")) {
        print_manual();
    } else if (args->argc == 0) {
        cli_print_help();
    } else {
        const struct cli_command *command = cli_find_command(args->argv[0]);
        if (!command) {
            return cli_usage_error(NULL, "there is no command '%s'.", args->argv[0]);
        }
        cli_print_command_help(command);
    }
    return CLI_DONE;
}

static const struct cli_option options[] = {
    {"completion", 0, NULL, "print a completion script for bash and zsh"},
    {"man", 0, NULL, "print the manual page"},
    {0},
};

const struct cli_command cli_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .help = "Explains a command, or all of them",
    .options = options,
    .max_arguments = 1,
    .run = cli_help_run,
};
