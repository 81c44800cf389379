/* serve_status.c: see serve.h. */
#include "cli/serve.h"

#include "cli/http.h"
#include "cli/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STATS_SIZE = 16 * 1024, METRICS_TIMEOUT_MS = 300 };

static const char *const state_names[] = {
    [SERVE_STARTING] = "starting",
    [SERVE_READY] = "ready",
    [SERVE_DOWN] = "down",
};

void serve_read_card(const char *path, struct serve_card *card_out)
{
    static char text[STATS_SIZE];
    char state[32] = "";
    double simulated = 0;
    FILE *file = fopen(path, "rb");
    if (!file) {
        return;
    }
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    struct serve_card c = {.known = true};
    json_find_string(text, "name", c.name, sizeof c.name);
    json_find_string(text, "error", c.error, sizeof c.error);
    json_find_number(text, "vram_bytes", &c.vram_bytes);
    json_find_number(text, "vram_free", &c.vram_free);
    c.simulated = json_find_number(text, "simulated", &simulated) && simulated != 0;
    c.lost = json_find_string(text, "state", state, sizeof state) && strcmp(state, "lost") == 0;
    *card_out = c;
}

/* A line "llamacpp:NAME VALUE" of the metrics page. */
static double metric(const char *page, const char *name)
{
    const char *at = page;
    size_t length = strlen(name);
    while ((at = strstr(at, name))) {
        if (at != page && at[-1] == ':' && at[length] == ' ' && (at - page < 10 || at[-10] == '\n')) {
            return strtod(at + length, NULL);
        }
        at += length;
    }
    return 0;
}

static void ask_speed(struct serve *s)
{
    static char page[STATS_SIZE];
    if (s->state != SERVE_READY || http_get(s->port, "/metrics", METRICS_TIMEOUT_MS, page, sizeof page) != 200) {
        return;
    }
    double decode = metric(page, "predicted_tokens_seconds"), prefill = metric(page, "prompt_tokens_seconds");
    s->tokens_per_s = decode > 0 ? decode : s->tokens_per_s;
    s->prompt_tokens_per_s = prefill > 0 ? prefill : s->prompt_tokens_per_s;
}

const char *serve_model_name(const struct serve *s)
{
    const char *slash = strrchr(s->model, '/');
    return slash ? slash + 1 : s->model;
}

static void write_members(struct json *j, const struct serve *s)
{
    const char *link = s->host ? "none" : strncmp(s->card.uri, "sim:", 4) == 0 ? "in process" : s->card.uri;
    const char *name = s->seen.name[0] ? s->seen.name : s->card.name;
    json_string(j, "state", state_names[s->state]);
    json_string(j, "message", s->state == SERVE_DOWN ? s->message : "");
    json_string(j, "model", serve_model_name(s));
    json_string(j, "card", s->host ? "this machine's processor" : name);
    json_string(j, "device", s->host ? "host" : s->card.uri);
    json_bool(j, "simulated", s->card.simulated || s->seen.simulated);
    json_string(j, "link", link);
    json_integer(j, "vram_bytes", s->seen.known ? (uint64_t)s->seen.vram_bytes : s->card.vram_bytes);
    json_integer(j, "vram_used", s->seen.known ? (uint64_t)(s->seen.vram_bytes - s->seen.vram_free) : 0);
    json_number(j, "tokens_per_s", s->tokens_per_s);
    json_number(j, "prompt_tokens_per_s", s->prompt_tokens_per_s);
}

void serve_write_status(struct serve *s)
{
    char path[128], next[128];
    ask_speed(s);
    snprintf(path, sizeof path, "%s/status.json", s->web);
    snprintf(next, sizeof next, "%s/status.next", s->web);
    FILE *file = fopen(next, "w");
    if (!file) {
        return; /* the page then shows no figures; serving goes on */
    }
    struct json j = {.file = file, .pretty = true};
    json_begin_object(&j, NULL);
    write_members(&j, s);
    json_end_object(&j);
    if (fclose(file) == 0) {
        rename(next, path);
    }
}
