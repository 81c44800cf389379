/* firmware.c: exosuit firmware: which of the vendor's images a card needs, whether they are here and whole, and copying them in.
 */
#include "cli/cli.h"
#include "cli/firmware_list.h"
#include "cli/json.h"
#include "cli/paths.h"
#include "cli/sha256.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where linux-firmware's packages put them, and where `install` does. */
static const char *const places[] = {NULL, "/lib/firmware/amdgpu", "/usr/lib/firmware/amdgpu"};

static bool find_file(const char *folder, const char *name, char out[static PATHS_SIZE])
{
    char own[PATHS_SIZE];
    paths_firmware(own);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const char *place = folder ? folder : i == 0 ? own : places[i];
        int n = snprintf(out, PATHS_SIZE, "%s/%s", place, name);
        if (n < PATHS_SIZE && access(out, R_OK) == 0) {
            return true;
        }
    }
    return false;
}

static const char *state_of(const char *path, const struct firmware_row *row)
{
    char sum[SHA256_TEXT_SIZE];
    if (sha256_file(path, sum)) {
        return "unreadable";
    }
    for (int i = 0; i < FIRMWARE_MAX_SUMS && row->sums[i].sha256; i++) {
        if (strcmp(sum, row->sums[i].sha256) == 0) {
            return row->sums[i].release;
        }
    }
    return "of another release than those tried";
}

static int list(const struct cli_args *args, const char *folder)
{
    struct json j = {.file = stdout, .pretty = true};
    char path[PATHS_SIZE];
    int missing = 0;
    if (args->json) {
        json_begin_array(&j, NULL);
    }
    for (int i = 0; i < firmware_row_count; i++) {
        const struct firmware_row *row = &firmware_rows[i];
        bool found = find_file(folder, row->name, path);
        const char *state = found ? state_of(path, row) : "missing";
        missing += !found;
        if (args->json) {
            json_begin_object(&j, NULL);
            json_string(&j, "card", row->card);
            json_string(&j, "file", row->name);
            json_string(&j, "path", found ? path : "");
            json_string(&j, "state", state);
            json_end_object(&j);
        } else {
            printf("%-16s %-24s %-36s %s\n", row->card, row->name, state, found ? path : "");
        }
    }
    if (args->json) {
        json_end_array(&j);
    } else if (missing) {
        puts("\nThe simulated card needs none of these: it has images of its own. A real card does: on Debian they are in the "
             "package\n"
             "firmware-amd-graphics (component non-free-firmware); 'exosuit firmware install --from FOLDER' copies them from "
             "elsewhere.");
    }
    return CLI_DONE;
}

static int make_folders(char *path)
{
    for (char *c = path + 1; *c; c++) {
        if (*c == '/') {
            *c = 0;
            int rc = mkdir(path, 0755);
            *c = '/';
            if (rc && errno != EEXIST) {
                return -errno;
            }
        }
    }
    return mkdir(path, 0755) && errno != EEXIST ? -errno : 0;
}

static int install(const struct cli_args *args)
{
    char to[PATHS_SIZE], target[PATHS_SIZE + 64], from[PATHS_SIZE];
    const char *source = cli_value(args, "from");
    int copied = 0;
    if (!source) {
        return cli_usage_error(args->command,
                               "install needs --from FOLDER: the folder with the images, e.g. linux-firmware's amdgpu.");
    }
    paths_firmware(to);
    if (make_folders(to)) {
        return cli_fail("cannot make the folder %s: %s.", to, strerror(errno));
    }
    for (int i = 0; i < firmware_row_count; i++) {
        if (snprintf(from, sizeof from, "%s/%s", source, firmware_rows[i].name) >= PATHS_SIZE || access(from, R_OK)) {
            continue;
        }
        snprintf(target, sizeof target, "%s/%s", to, firmware_rows[i].name);
        if (!paths_copy(from, target)) {
            return cli_fail("cannot copy %s to %s.", from, target);
        }
        copied++;
    }
    if (copied == 0) {
        return cli_fail("%s holds none of the images that 'exosuit firmware list' names.", source);
    }
    printf("%d images are now in %s\n", copied, to);
    return CLI_DONE;
}

static int check(const char *folder)
{
    char path[PATHS_SIZE];
    int bad = 0;
    for (int i = 0; i < firmware_row_count; i++) {
        const struct firmware_row *row = &firmware_rows[i];
        if (!find_file(folder, row->name, path)) {
            printf("%s: missing\n", row->name);
            bad++;
        } else if (strncmp(state_of(path, row), "of another", 10) == 0 || strcmp(state_of(path, row), "unreadable") == 0) {
            printf("%s: %s\n", path, state_of(path, row));
            bad++;
        }
    }
    return bad ? cli_fail("%d of %d images are missing or unknown.", bad, firmware_row_count)
               : (puts("all images are here and whole"), CLI_DONE);
}

static int run(const struct cli_args *args)
{
    const char *what = args->argc > 0 ? args->argv[0] : "list", *folder = cli_value(args, "from");
    if (strcmp(what, "list") == 0) {
        return list(args, folder);
    }
    if (strcmp(what, "check") == 0) {
        return check(folder);
    }
    if (strcmp(what, "install") == 0) {
        return install(args);
    }
    return cli_usage_error(args->command, "'%s' is none of list, check, install.", what);
}

static const struct cli_option options[] = {
    {"from", 'f', "FOLDER", "look here instead of the usual places"},
    {0},
};

const struct cli_command cli_firmware = {
    .name = "firmware",
    .arguments = "[list|check|install]",
    .help = "Lists, checks and installs the vendor firmware that real cards need",
    .options = options,
    .max_arguments = 1,
    .run = run,
};
