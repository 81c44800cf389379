/* server_thread.h: the socket server in front of a fake card on a thread of the test, and a bare client for its raw bytes. */
#ifndef TESTS_LINK_SERVER_THREAD_H
#define TESTS_LINK_SERVER_THREAD_H

#include <pthread.h>
#include <stdatomic.h>

#include "fake_card.h"
#include "link/link.h"
#include "link/tinygpu_protocol.h"
#include "sim/server.h"

struct server {
    struct sim_card *card;
    struct sim_server_options options;
    enum sim_server_protocol protocol;
    char folder[64], path[80], uri[160];
    char address[100]; /* where it said that it listens */
    int listening;
    atomic_int stop;
    pthread_t thread;
    int rc;
    char err[300];
};

/* Starts a server of TinyGPU's protocol, or of either, and waits until it listens. The options may be NULL. */
void server_start(struct server *s, const struct sim_server_options *options);
void server_start_protocol(struct server *s, enum sim_server_protocol protocol, const struct sim_server_options *options);
/* Sets stop, waits for the server's end, checks its result, removes everything. */
void server_stop(struct server *s, int wanted_rc);

/* A link to it, over the protocol that its URI names. */
struct link *server_open_link(const struct server *s);
/* Sizes, registers and config space through a link to the fake card, and that the reset of this kind clears the latter. */
void server_check_registers(struct link *l, enum link_reset kind);

/* To a Unix socket's path, or to "HOST:PORT" on loopback. */
int raw_connect(const char *address);
void raw_send(int fd, uint8_t command, uint32_t bar, uint64_t a0, uint64_t a1, uint64_t a2);
/* Receives exactly one reply within 2 s and checks its status. */
struct tinygpu_reply raw_reply(int fd, int wanted_status);
/* Receives exactly size bytes within 2 s, or fewer at the end of file; returns how many. */
size_t raw_receive(int fd, void *dst, size_t size);

#endif
