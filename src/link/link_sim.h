/*
 * link_sim.h: the card behind a sim: link, for tests that look at it from the other side (verdicts, unplugging).
 */
#ifndef EXO_LINK_SIM_H
#define EXO_LINK_SIM_H

struct link;
struct sim_card;

/* Borrowed; NULL if the link is not a sim: link. */
struct sim_card *link_sim_card(struct link *l);

#endif
