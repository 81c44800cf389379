/*
 * serve.h: what the files of `exosuit serve` share. serve.c supervises llama-server: starts it, watches it and the card, answers
 * in its place while it is down. serve_status.c keeps status.json for the page, out of what the plug-in and llama-server say.
 * serve_log.c makes a sentence of llama-server's log when it could not start.
 */
#ifndef EXO_CLI_SERVE_H
#define EXO_CLI_SERVE_H

#include "cli/child.h"
#include "cli/paths.h"
#include "exosuit.h"

enum serve_state {
    SERVE_STARTING, /* llama-server loads the model */
    SERVE_READY,    /* it answers */
    SERVE_DOWN,     /* it does not run; this process answers with a sentence */
};

/* What the plug-in wrote into the file that EXOSUIT_STATS names (JSON, replaced whole at most once a second). */
struct serve_card {
    bool known; /* the file was there */
    bool lost;  /* the card is gone or faulted: nothing more will be computed */
    char name[64];
    char error[EXO_ERROR_SIZE]; /* why it is lost */
    bool simulated;
    double vram_bytes, vram_free;
};

struct serve {
    struct exo_device_info card;
    bool host; /* --device host: no card at all */
    int port;
    bool verbose;
    const char *model; /* path of the GGUF file */
    char program[PATHS_SIZE];
    char folder[64];                  /* of this run: the page's files, status.json, the log; 0700, removed at the end */
    char log[96], stats[96], web[96]; /* in it */
    char **extra;                     /* words for llama-server, NULL at the end */

    struct child server;
    enum serve_state state;
    char message[EXO_ERROR_SIZE + 128]; /* what requests are told while it is down */
    int listener;                       /* -1, or the socket that answers while it is down */
    int failures;                       /* starts since it last answered */
    uint64_t started_ms, next_try_ms, next_status_ms;

    struct serve_card seen;
    double tokens_per_s, prompt_tokens_per_s; /* of the last answers; 0: none yet */
};

/* The model's file without its folder. */
const char *serve_model_name(const struct serve *s);

/* Reads the plug-in's file. *card_out stays as it is when there is none. */
void serve_read_card(const char *path, struct serve_card *card_out);

/* Why llama-server ended, with the cure, out of its log. False: the log does not say, or is not there. */
bool serve_explain_log(const char *path, char *text, size_t size);

/* Asks llama-server how fast it was, and replaces status.json. */
void serve_write_status(struct serve *s);

#endif
