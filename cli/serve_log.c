/* serve_log.c: see serve.h. What llama-server wrote before it ended, as one sentence with a cure. */
#include "cli/serve.h"

#include <stdio.h>
#include <string.h>

enum { LOG_SIZE = 256 * 1024, REASON_SIZE = 512 };

/* The first row whose words are in the log is the one that explains it. */
struct log_row {
    const char *words;
    const char *what, *cure;
};

static const struct log_row log_rows[] = {
    {"out of VRAM", "the model and its context do not fit into the card's memory",
     "Take a smaller model, or a smaller context: exosuit serve MODEL -- --ctx-size 4096"},
    {"failed to allocate", "there is not enough memory for the model and its context",
     "Take a smaller model, or a smaller context: exosuit serve MODEL -- --ctx-size 4096"},
    {"couldn't bind", "another program took the port in the meantime", "Choose another with --port."},
    {"invalid argument", "llama-server does not know one of the words behind --",
     "'exosuit run -- llama-server --help' lists its options."},
    {"error while handling argument", "llama-server refuses one of the words behind --",
     "'exosuit run -- llama-server --help' lists its options."},
    {"failed to load model", "the model cannot be loaded: the file is damaged, cut off or of an unknown kind",
     "Fetch it again, or name another GGUF file."},
};

/* Errors are written as "0.00.227.036 E where: what", some, earlier than the log itself, as "error: what". */
static const char *error_in_line(const char *line, size_t length)
{
    static const char *const begins[] = {"error: ", "error while "};
    const char *mark = memchr(line, ' ', length);
    if (mark && (size_t)(mark - line) + 3 < length && mark[1] == 'E' && mark[2] == ' ') {
        return mark + 3;
    }
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        if (length > strlen(begins[i]) && strncmp(line, begins[i], strlen(begins[i])) == 0) {
            return line;
        }
    }
    return NULL;
}

/* The first error is the cause, those behind it are what came of it. */
static void first_error(const char *log, char reason[static REASON_SIZE])
{
    reason[0] = 0;
    for (const char *line = log; *line && !reason[0];) {
        size_t length = strcspn(line, "\n");
        const char *error = error_in_line(line, length);
        if (error) {
            int left = (int)(line + length - error);
            snprintf(reason, REASON_SIZE, "%.*s", left, error);
        }
        line += length + (line[length] == '\n');
    }
}

bool serve_explain_log(const char *path, char *text, size_t size)
{
    static char log[LOG_SIZE];
    char reason[REASON_SIZE];
    FILE *file = fopen(path, "rb");
    if (!file) {
        return false;
    }
    log[fread(log, 1, sizeof log - 1, file)] = 0;
    fclose(file);
    first_error(log, reason);
    for (size_t i = 0; i < sizeof log_rows / sizeof log_rows[0]; i++) {
        if (strstr(log, log_rows[i].words)) {
            snprintf(text, size, "%s.\n         %s\n         %s", log_rows[i].what, reason, log_rows[i].cure);
            return true;
        }
    }
    return false;
}
