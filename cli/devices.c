/* devices.c: exosuit devices: the cards that were found and those that can be simulated. Opens none of them. */
#include "cli/cli.h"
#include "cli/json.h"

#include "exosuit.h"

#include <stdio.h>

enum { MAX_DEVICES = 64 };

static const char *const state_names[] = {
    [EXO_CARD_READY] = "ready",
    [EXO_CARD_BUSY] = "busy",
    [EXO_CARD_UNUSABLE] = "unusable",
};

static void print_json(const struct exo_device_info *rows, int count)
{
    struct json j = {.file = stdout, .pretty = true};
    json_begin_array(&j, NULL);
    for (int i = 0; i < count; i++) {
        const struct exo_device_info *d = &rows[i];
        json_begin_object(&j, NULL);
        json_string(&j, "uri", d->uri);
        json_string(&j, "name", d->name);
        json_string(&j, "arch", d->arch);
        json_bool(&j, "simulated", d->simulated);
        json_integer(&j, "pci_vendor", d->pci_vendor);
        json_integer(&j, "pci_device", d->pci_device);
        json_integer(&j, "vram_bytes", d->vram_bytes);
        json_integer(&j, "bar0_bytes", d->bar0_bytes);
        json_string(&j, "state", state_names[d->state]);
        json_string(&j, "reason", d->reason);
        json_end_object(&j);
    }
    json_end_array(&j);
}

static void print_table(const struct exo_device_info *rows, int count)
{
    printf("%-24s %-28s %-8s %9s  %s\n", "DEVICE", "CARD", "ARCH", "VRAM", "STATE");
    for (int i = 0; i < count; i++) {
        const struct exo_device_info *d = &rows[i];
        printf("%-24s %-28s %-8s %5.1f GiB  %s%s%s%s\n", d->uri, d->name, d->arch, (double)d->vram_bytes / (1u << 30),
               state_names[d->state], d->simulated ? ", simulated" : "", d->reason[0] ? ": " : "", d->reason);
    }
}

static int run(const struct cli_args *args)
{
    static struct exo_device_info rows[MAX_DEVICES]; /* 64 rows of 900 bytes: much for a stack */
    int count = exo_list_devices(rows, MAX_DEVICES);
    if (count < 0) {
        return cli_fail("the cards could not be listed (error %d).", -count);
    }
    count = count < MAX_DEVICES ? count : MAX_DEVICES;
    if (args->json) {
        print_json(rows, count);
    } else if (count == 0) {
        puts("No card was found. On macOS, TinyGPU.app must be installed and its driver extension allowed.");
    } else {
        print_table(rows, count);
    }
    return CLI_DONE;
}

static const struct cli_option options[] = {{0}};

const struct cli_command cli_devices = {
    .name = "devices",
    .arguments = "",
    .help = "Lists the cards that were found and those that can be simulated",
    .options = options,
    .run = run,
};
