/*
 * paths.h: where the command finds what belongs to it: the plug-in, llama.cpp's programs, the first model, the page. They lie
 * beside the binary in a build tree, and in ../lib, ../libexec and ../share of an installation. Called by every command that
 * starts a program. Results are absolute paths in the caller's buffer; functions return 0 or -ENOENT.
 */
#ifndef EXO_CLI_PATHS_H
#define EXO_CLI_PATHS_H

#include <stdbool.h>
#include <stddef.h>

enum { PATHS_SIZE = 4096 };

enum paths_kind {
    PATHS_PLUGIN,    /* libggml-exosuit.so */
    PATHS_LLAMA_BIN, /* the folder with llama-server and the others */
    PATHS_MODEL,     /* the model that serve takes without an argument */
    PATHS_WEB,       /* the folder with index.html */
};

/* Finds the thing; prints what is missing and what to do about it when it is nowhere. */
int paths_find(enum paths_kind kind, char out[static PATHS_SIZE]);

/* A program: of llama.cpp's folder if it is there, else by PATH as execvp would. Prints when there is none. */
int paths_find_program(const char *name, char out[static PATHS_SIZE]);

/*
 * Sets the environment that makes a ggml program use the card: GGML_BACKEND_PATH, EXOSUIT_DEVICE, and PATH with llama.cpp's
 * programs first. With device "host" the plug-in is left out. Returns 0 or -ENOENT, after a message.
 */
int paths_set_environment(const char *device);

/* Copies a file; false: errno says why not, and what was written of it stays. */
bool paths_copy(const char *from, const char *to);

/* Where `exosuit firmware install` puts the vendor's images; not looked up, so it need not exist. */
void paths_firmware(char out[static PATHS_SIZE]);

#endif
