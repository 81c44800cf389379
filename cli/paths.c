/* paths.c: see paths.h. */
#include "cli/paths.h"

#include "cli/cli.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

/* A place per line, seen from the binary's folder: the build tree first, then an installation. */
struct place {
    const char *what;
    const char *relative[4];
    const char *cure;
};

static const struct place places[] = {
    [PATHS_PLUGIN] = {"the ggml plug-in", {"libggml-exosuit.so", "../lib/libggml-exosuit.so"}, "Run 'make build'."},
    [PATHS_LLAMA_BIN] = {"llama.cpp's programs", {"llama.cpp/bin", "../libexec/exosuit"}, "Run 'make build'."},
    [PATHS_MODEL] = {"the SmolLM2 model",
                     {"models/SmolLM2-135M-Instruct.Q4_1.gguf", "../share/exosuit/models/SmolLM2-135M-Instruct.Q4_1.gguf"},
                     "Run 'make build', or name a GGUF file."},
    [PATHS_WEB] = {"the web page", {"web", "../share/exosuit/web"}, "Run from a complete source tree or installation."},
};

/* The folder of the running binary, links resolved. */
static int own_folder(char out[static PATHS_SIZE])
{
#ifdef __APPLE__
    char raw[PATHS_SIZE];
    uint32_t size = sizeof raw;
    if (_NSGetExecutablePath(raw, &size) != 0 || !realpath(raw, out)) {
        return -ENOENT;
    }
#else
    ssize_t length = readlink("/proc/self/exe", out, PATHS_SIZE - 1);
    if (length <= 0) {
        return -ENOENT;
    }
    out[length] = 0;
#endif
    char *slash = strrchr(out, '/');
    if (!slash) {
        return -ENOENT;
    }
    *slash = 0;
    return 0;
}

static int look(enum paths_kind kind, char out[static PATHS_SIZE])
{
    char folder[PATHS_SIZE], path[2 * PATHS_SIZE];
    if (own_folder(folder)) {
        return -ENOENT;
    }
    for (int i = 0; i < 4 && places[kind].relative[i]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, places[kind].relative[i]);
        /* realpath needs PATH_MAX bytes, which is what PATHS_SIZE is on Linux and more than it is on macOS. */
        if (realpath(path, out)) {
            return 0;
        }
    }
    return -ENOENT;
}

int paths_find(enum paths_kind kind, char out[static PATHS_SIZE])
{
    int rc = look(kind, out);
    if (rc) {
        cli_fail("%s is not where it belongs (%s beside the exosuit binary). %s", places[kind].what, places[kind].relative[0],
                 places[kind].cure);
    }
    return rc;
}

int paths_find_program(const char *name, char out[static PATHS_SIZE])
{
    char folder[PATHS_SIZE];
    if (!look(PATHS_LLAMA_BIN, folder)) {
        int length = snprintf(out, PATHS_SIZE, "%s/%s", folder, name);
        if (length < PATHS_SIZE && access(out, X_OK) == 0) {
            return 0;
        }
    }
    const char *path = getenv("PATH");
    while (path && *path) {
        size_t length = strcspn(path, ":");
        int n = snprintf(out, PATHS_SIZE, "%.*s/%s", (int)length, path, name);
        if (n < PATHS_SIZE && access(out, X_OK) == 0) {
            return 0;
        }
        path += length + (path[length] == ':');
    }
    cli_fail("the program '%s' is neither among llama.cpp's nor in PATH. 'make build' makes llama.cpp's.", name);
    return -ENOENT;
}

int paths_set_environment(const char *device)
{
    char plugin[PATHS_SIZE], bin[PATHS_SIZE];
    if (strcmp(device, "host") == 0) {
        unsetenv("GGML_BACKEND_PATH");
    } else {
        if (paths_find(PATHS_PLUGIN, plugin)) {
            return -ENOENT;
        }
        setenv("GGML_BACKEND_PATH", plugin, 1);
        setenv("EXOSUIT_DEVICE", device, 1);
        setenv("OMP_WAIT_POLICY", "passive", 0); /* llama.cpp's idle threads leave the cores to a simulated card */
    }
    if (!look(PATHS_LLAMA_BIN, bin)) {
        const char *old = getenv("PATH");
        size_t size = strlen(bin) + (old ? strlen(old) : 0) + 2;
        char *joined = malloc(size);
        if (!joined) {
            return -ENOMEM;
        }
        snprintf(joined, size, "%s%s%s", bin, old ? ":" : "", old ? old : "");
        setenv("PATH", joined, 1);
        free(joined);
    }
    return 0;
}

void paths_firmware(char out[static PATHS_SIZE])
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (data && data[0]) {
        snprintf(out, PATHS_SIZE, "%s/exosuit/firmware", data);
    } else {
        snprintf(out, PATHS_SIZE, "%s/.local/share/exosuit/firmware", home ? home : "");
    }
}

bool paths_copy(const char *from, const char *to)
{
    char buffer[16 * 1024];
    size_t n;
    FILE *in = fopen(from, "rb"), *out = in ? fopen(to, "wb") : NULL;
    bool good = in && out;
    while (good && (n = fread(buffer, 1, sizeof buffer, in)) > 0) {
        good = fwrite(buffer, 1, n, out) == n;
    }
    if (in) {
        fclose(in);
    }
    return (!out || fclose(out) == 0) && good;
}
