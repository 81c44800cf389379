/* serve.c: exosuit serve: the local AI server. Supervises llama-server; see serve.h. */
#include "cli/serve.h"

#include "cli/cards.h"
#include "cli/cli.h"
#include "cli/http.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    DEFAULT_PORT = 8080,
    TICK_MS = 100,
    STATUS_MS = 1000,
    RETRY_MS = 2000,         /* between two looks for a card that is gone */
    STOP_MS = 10 * 1000,     /* llama-server is given this long to finish */
    STOP_LOST_MS = 3 * 1000, /* the same when there is nothing left to finish with */
    MAX_FAILURES = 3,        /* starts in a row that never answered */
    MAX_WORDS = 96,
};

static volatile sig_atomic_t stop_signal; /* a handler can write nowhere else */

static void on_signal(int number)
{
    stop_signal = number;
}

/* ---- starting ------------------------------------------------------------------------------------------------------------ */

static int copy_page(const char *source, const char *target)
{
    char from[PATHS_SIZE + 300], to[512];
    DIR *folder = opendir(source);
    if (!folder) {
        return cli_fail("the page's folder %s cannot be read: %s.", source, strerror(errno));
    }
    for (struct dirent *e; (e = readdir(folder));) {
        if (e->d_name[0] == '.') {
            continue;
        }
        snprintf(from, sizeof from, "%s/%s", source, e->d_name);
        snprintf(to, sizeof to, "%s/%s", target, e->d_name);
        if (!paths_copy(from, to)) {
            closedir(folder);
            return cli_fail("cannot copy %s to %s: %s.", from, to, strerror(errno));
        }
    }
    closedir(folder);
    return CLI_DONE;
}

/* The folder of this run. The page lies in a folder of its own: llama-server hands out everything that is in it. */
static int make_folder(struct serve *s)
{
    char page[PATHS_SIZE];
    const char *base = getenv("XDG_RUNTIME_DIR");
    if (!base || !base[0] || strlen(base) > 30) {
        base = "/tmp";
    }
    snprintf(s->folder, sizeof s->folder, "%s/exosuit-serve-XXXXXX", base);
    if (!mkdtemp(s->folder)) {
        return cli_fail("cannot make a folder in %s: %s.", base, strerror(errno));
    }
    snprintf(s->log, sizeof s->log, "%s/llama-server.log", s->folder);
    snprintf(s->stats, sizeof s->stats, "%s/card.json", s->folder);
    snprintf(s->web, sizeof s->web, "%s/web", s->folder);
    if (mkdir(s->web, 0700)) {
        return cli_fail("cannot make the folder %s: %s.", s->web, strerror(errno));
    }
    return paths_find(PATHS_WEB, page) ? CLI_FAILED : copy_page(page, s->web);
}

static void remove_files(const char *path)
{
    char file[512];
    DIR *folder = opendir(path);
    for (struct dirent *e; folder && (e = readdir(folder));) {
        snprintf(file, sizeof file, "%s/%s", path, e->d_name);
        unlink(file); /* fails for . and .. and for the folder inside, as it should */
    }
    if (folder) {
        closedir(folder);
    }
    rmdir(path);
}

static int start_server(struct serve *s)
{
    const char *words[MAX_WORDS];
    char port[16];
    int n = 0;
    snprintf(port, sizeof port, "%d", s->port);
    const char *fixed[] = {
        "llama-server", "--model",
        s->model,       "--host",
        "127.0.0.1",    "--port",
        port,           "--path",
        s->web,         "--offline",
        "--metrics",    "--cors-origins",
        "localhost", /* a page of another site may not ask */
        "--device",     s->host ? "none" : "EXOSUIT0",
    };
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        words[n++] = fixed[i];
    }
    if (s->card.simulated) {
        /* The simulated card computes on this machine's cores: llama.cpp's own threads would only spin beside it, and its
         * memory is the host's, so a context of the model's full size for four clients would be a waste. */
        static const char *const simulated[] = {"--threads", "1", "--ctx-size", "4096", "--parallel", "1", "--fit", "off"};
        for (size_t i = 0; i < sizeof simulated / sizeof simulated[0]; i++) {
            words[n++] = simulated[i];
        }
    }
    for (int i = 0; s->extra && s->extra[i] && n < MAX_WORDS - 1; i++) {
        words[n++] = s->extra[i];
    }
    words[n] = NULL;
    unlink(s->stats);
    memset(&s->seen, 0, sizeof s->seen);
    s->state = SERVE_STARTING;
    s->started_ms = now_ms();
    int rc = child_start(&s->server, s->program, (char *const *)words, s->verbose ? NULL : s->log);
    return rc ? cli_fail("cannot start %s: %s.", s->program, strerror(-rc)) : CLI_DONE;
}

static void print_addresses(const struct serve *s)
{
    printf("\nserving %s, for programs on this machine only\n\n"
           "  in a browser    http://127.0.0.1:%d\n"
           "  in a shell      curl http://127.0.0.1:%d/v1/chat/completions -d "
           "'{\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}'\n"
           "  OpenAI clients  base_url=\"http://127.0.0.1:%d/v1\", api_key=\"none\"\n\n"
           "Ctrl-C stops it.\n",
           serve_model_name(s), s->port, s->port, s->port);
    fflush(stdout);
}

/* ---- going down and coming back ------------------------------------------------------------------------------------------ */

static void show_log_tail(const struct serve *s)
{
    char text[4096];
    FILE *file = s->verbose ? NULL : fopen(s->log, "rb");
    if (!file) {
        return;
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fseek(file, size > (long)sizeof text - 1 ? size - (long)sizeof text + 1 : 0, SEEK_SET);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    char *line = text + strlen(text);
    for (int lines = 0; line > text && lines < 16; line--) {
        lines += line[-1] == '\n' && *line;
    }
    fprintf(stderr, "The end of llama-server's log:\n%s", line);
}

/* llama-server ended before it answered. The card's own sentence says most, then what its log means, then the log itself. */
static int say_why_not(struct serve *s)
{
    char what[1024];
    serve_read_card(s->stats, &s->seen); /* it may have ended since the last look */
    if (s->seen.error[0]) {
        return cli_fail("%s", s->seen.error);
    }
    if (!s->verbose && serve_explain_log(s->log, what, sizeof what)) {
        return cli_fail("%s\n         'exosuit serve --verbose' shows all of llama-server's log.", what);
    }
    show_log_tail(s);
    child_describe(&s->server, what, sizeof what);
    return cli_fail("llama-server %s before it could answer.", what);
}

/* What requests are told while the card is not there. Some of the driver's sentences end with a full stop, some do not. */
static void set_message(struct serve *s, const char *what, const char *error)
{
    size_t length = strlen(error);
    int keep = (int)(length && error[length - 1] == '.' ? length - 1 : length);
    snprintf(s->message, sizeof s->message, "The card %s: %.*s. Exosuit opens it as soon as it can and serves again by itself.",
             what, keep, error);
}

/* llama-server has ended or must end; from now on this process answers on its port. */
static void go_down(struct serve *s)
{
    char what[96];
    if (s->seen.lost) {
        child_stop(&s->server, STOP_LOST_MS);
        set_message(s, strstr(s->seen.error, "left the link") ? "is gone" : "stopped", s->seen.error);
    } else {
        child_describe(&s->server, what, sizeof what);
        snprintf(s->message, sizeof s->message, "llama-server %s; Exosuit starts it again.", what);
    }
    s->state = SERVE_DOWN;
    s->listener = http_listen(s->port);
    s->next_try_ms = now_ms() + (s->seen.lost ? RETRY_MS : 0);
    s->failures++;
    fprintf(stderr, "exosuit: %s\n", s->message);
}

/* Is the card there again? Opens and closes it: a card that merely answers may still not come up. */
static bool card_is_back(struct serve *s)
{
    char error[EXO_ERROR_SIZE];
    struct exo_device *device;
    if (s->host || !s->seen.lost) {
        return true;
    }
    if (exo_open(s->card.uri, NULL, &device, error, sizeof error)) {
        set_message(s, "is gone", error);
        return false;
    }
    exo_close(device);
    return true;
}

static int tick_down(struct serve *s)
{
    if (s->listener >= 0) {
        http_answer_waiting(s->listener, s->web, s->message);
    }
    if (now_ms() < s->next_try_ms) {
        return CLI_DONE;
    }
    s->next_try_ms = now_ms() + RETRY_MS;
    if (!card_is_back(s)) {
        return CLI_DONE;
    }
    if (s->listener >= 0) {
        close(s->listener);
        s->listener = -1;
    }
    fprintf(stderr, "exosuit: starting llama-server again\n");
    return start_server(s);
}

static int tick_starting(struct serve *s)
{
    char body[256];
    if (!child_is_running(&s->server)) {
        if (++s->failures >= MAX_FAILURES || s->failures == 1) {
            return say_why_not(s);
        }
        go_down(s);
        s->next_try_ms = now_ms() + RETRY_MS;
        return CLI_DONE;
    }
    if (http_get(s->port, "/health", 1000, body, sizeof body) == 200) {
        s->state = SERVE_READY;
        s->failures = 0;
        s->next_status_ms = 0;
        print_addresses(s);
    }
    return CLI_DONE;
}

static int tick(struct serve *s)
{
    int rc = CLI_DONE;
    serve_read_card(s->stats, &s->seen);
    if (s->state == SERVE_DOWN) {
        rc = tick_down(s);
    } else if (s->state == SERVE_STARTING) {
        rc = tick_starting(s);
    } else if (s->seen.lost || !child_is_running(&s->server)) {
        go_down(s);
        s->next_status_ms = 0;
    }
    if (now_ms() >= s->next_status_ms) {
        s->next_status_ms = now_ms() + STATUS_MS;
        serve_write_status(s);
    }
    return rc;
}

/* ---- the command ----------------------------------------------------------------------------------------------------------- */

static int check_port(int port)
{
    int fd = http_listen(port);
    if (fd == -EADDRINUSE) {
        return cli_fail("port %d is in use by another program. Choose another, e.g. exosuit serve --port %d", port,
                        port < 65535 ? port + 1 : 8081);
    }
    if (fd < 0) {
        return cli_fail("port %d cannot be opened: %s.", port, strerror(-fd));
    }
    close(fd);
    return CLI_DONE;
}

static int prepare(struct serve *s, const struct cli_args *args, char model[static PATHS_SIZE])
{
    long port;
    if (!cli_number(args, "port", 1, 65535, DEFAULT_PORT, &port)) {
        return CLI_USAGE;
    }
    s->port = (int)port;
    s->listener = -1;
    s->verbose = cli_flag(args, "verbose");
    s->host = strcmp(args->device, "host") == 0;
    s->extra = args->argv;
    if (args->argc > 0 && args->argv[0][0] != '-') {
        s->model = *s->extra++;
        if (access(s->model, R_OK)) {
            return cli_fail("the model %s cannot be read: %s.", s->model, strerror(errno));
        }
    } else {
        s->model = model;
        if (paths_find(PATHS_MODEL, model)) {
            return CLI_FAILED;
        }
    }
    if (check_port(s->port) || paths_find_program("llama-server", s->program)) {
        return CLI_FAILED;
    }
    if (!s->host && cards_resolve(args->device, &s->card)) {
        return CLI_FAILED;
    }
    return paths_set_environment(s->host ? "host" : s->card.uri) ? CLI_FAILED : make_folder(s);
}

static void print_device(const struct serve *s)
{
    char text[256];
    if (s->host) {
        puts("device: this machine's own processor, without a card");
    } else {
        cards_describe(&s->card, text, sizeof text);
        printf("device: %s\n", text);
    }
    if (s->card.simulated) {
        puts("This card is simulated, for trying things out; 'exosuit serve --device host' serves on this machine's own "
             "processor.");
    }
    printf("loading %s\n", s->model);
    fflush(stdout);
}

static void watch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static int run(const struct cli_args *args)
{
    static struct serve s;
    static char model[PATHS_SIZE];
    watch_signals();
    int rc = prepare(&s, args, model);
    if (!rc) {
        print_device(&s);
        setenv("EXOSUIT_STATS", s.stats, 1);
        rc = start_server(&s);
    }
    while (!rc && !stop_signal) {
        rc = tick(&s);
        poll(&(struct pollfd){.fd = s.listener, .events = POLLIN}, s.listener >= 0, TICK_MS);
    }
    child_stop(&s.server, STOP_MS);
    if (s.listener >= 0) {
        close(s.listener);
    }
    if (s.folder[0]) {
        remove_files(s.web);
        remove_files(s.folder);
    }
    if (stop_signal) {
        fprintf(stderr, "exosuit: stopped\n");
    }
    return rc;
}

static const struct cli_option options[] = {
    {"port", 'p', "PORT", "the port on 127.0.0.1 (default 8080)"},
    {"verbose", 'v', NULL, "show llama-server's own messages"},
    {0},
};

const struct cli_command cli_serve = {
    .name = "serve",
    .arguments = "[MODEL] [-- LLAMA-SERVER-OPTIONS]",
    .help = "Starts the local AI server: OpenAI-compatible, with a web page",
    .details = "MODEL is a GGUF file; without one, SmolLM2-135M-Instruct is served. Only programs on this machine can reach the "
               "server.\n"
               "When the card is lost, requests get a sentence that says so as their error; when it is back, serving goes on.",
    .options = options,
    .max_arguments = 1 << 16,
    .run = run,
};
