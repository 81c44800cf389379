/* server.h: a whole session of a server that a fuzz target's bytes are the requests of. */
#ifndef EXO_FUZZ_SERVER_H
#define EXO_FUZZ_SERVER_H

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz/fuzz.h"
#include "sim/server.h"
#include "tests/link/fake_card.h"

/* Eats the replies; descriptors among them are closed by the kernel, since no room for them is offered. */
static void *fuzz_drain(void *arg)
{
    char bytes[65536];
    while (recv(*(int *)arg, bytes, sizeof bytes, 0) > 0) {
    }
    return NULL;
}

/* The session ends, whatever the client sends, and no memory stays mapped in the card. */
static int fuzz_server(enum sim_server_protocol protocol, const uint8_t *data, size_t size)
{
    int ends[2];
    char err[300];
    struct sim_card *card;
    pthread_t thread;
    const struct sim_server_options options = {.segments = size ? data[0] % 40 : 0, .dma_bytes = 1u << 20};
    if (size > 32768) {
        return 0; /* must fit in the socket before anybody reads */
    }
    FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    FUZZ_CHECK(sim_card_create(&(struct sim_options){.chip = "rx7900xtx"}, &card, err, sizeof err) == 0);
    FUZZ_CHECK(size < 2 || send(ends[0], data + 1, size - 1, MSG_NOSIGNAL) == (ssize_t)size - 1);
    shutdown(ends[0], SHUT_WR);
    FUZZ_CHECK(pthread_create(&thread, NULL, fuzz_drain, &ends[0]) == 0);
    (void)sim_server_session(card, protocol, ends[1], &options, NULL, err, sizeof err);
    FUZZ_CHECK(fake_card_mapping_count(card) == 0);
    close(ends[1]);
    pthread_join(thread, NULL);
    close(ends[0]);
    sim_card_destroy(card);
    return 0;
}

#endif
