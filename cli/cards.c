/* cards.c: see cards.h. */
#include "cli/cards.h"

#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { MAX_DEVICES = 64 };

int cards_resolve(const char *uri, struct exo_device_info *info_out)
{
    static struct exo_device_info rows[MAX_DEVICES];
    const struct exo_device_info *simulated = NULL;
    bool automatic = strcmp(uri, "auto") == 0;
    int count = exo_list_devices(rows, MAX_DEVICES);
    count = count < MAX_DEVICES ? count : MAX_DEVICES;
    for (int i = 0; i < count; i++) {
        bool wanted = automatic ? !rows[i].simulated && rows[i].state == EXO_CARD_READY : strcmp(rows[i].uri, uri) == 0;
        if (wanted) {
            *info_out = rows[i];
            return 0;
        }
        if (!simulated && rows[i].simulated && rows[i].state == EXO_CARD_READY) {
            simulated = &rows[i];
        }
    }
    if (automatic) {
        if (!simulated) {
            cli_fail("no card was found, and none can be simulated. 'exosuit devices' lists what was looked at.");
            return -ENODEV;
        }
        *info_out = *simulated;
        return 0;
    }
    memset(info_out, 0, sizeof *info_out);
    snprintf(info_out->uri, sizeof info_out->uri, "%s", uri);
    info_out->simulated = strncmp(uri, "sim:", 4) == 0;
    return 0;
}

void cards_describe(const struct exo_device_info *info, char *text, size_t size)
{
    if (info->name[0]) {
        snprintf(text, size, "%s (%s%s)", info->name, info->uri, info->simulated ? ", simulated" : "");
    } else {
        snprintf(text, size, "%s%s", info->uri, info->simulated ? " (simulated)" : "");
    }
}
