/*
 * cards.h: which card a command means. "auto" is resolved once, in the command, so that what is printed is what is used by the
 * program that is then started. Called by serve, doctor, bench and sim.
 */
#ifndef EXO_CLI_CARDS_H
#define EXO_CLI_CARDS_H

#include "exosuit.h"

/*
 * Fills *info_out for the URI: the first ready real card for "auto", else the first simulated one; for another URI its row of
 * the list, or just the URI when it is not listed (a socket of another program's). 0, or -ENODEV after a message.
 */
int cards_resolve(const char *uri, struct exo_device_info *info_out);

/* "AMD Radeon RX 7900 XTX (sim:rx7900xtx, simulated)" */
void cards_describe(const struct exo_device_info *info, char *text, size_t size);

#endif
