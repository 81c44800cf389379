/*
 * server.h: TinyGPU.app's socket protocol in front of a simulated card, so that programs written for the app (our own
 * tinygpu: link, tinygrad) drive the card in another process. The protocol and its quirks: src/link/tinygpu_protocol.h.
 * Client memory is shared by descriptor and mapped into the card's IOMMU; when a session ends it is unmapped, and a card that
 * still reads or writes it then has the verdict the Mac would panic with (T-32).
 */
#ifndef EXO_SIM_SERVER_H
#define EXO_SIM_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_card;

/* A zeroed struct is the app as it is. */
struct sim_server_options {
    uint32_t segments;        /* split each region into so many pieces that do not touch (T-18); 0: one */
    uint64_t dma_bytes;       /* budget of shared memory per session (T-31); 0: 1.5 GB */
    const char *refusal;      /* the driver cannot be opened: one request is answered with this text, then it hangs up (T-20) */
    uint64_t end_at_request;  /* the server dies on the request of this number, counted from 1 (T-20); 0: never */
    uint64_t hang_at_request; /* the request of this number is never answered (T-24); 0: never */
    bool split_replies;       /* replies come one byte at a time */
    void (*on_event)(void *user, const char *line); /* "client connected" …; may be NULL */
    void *on_event_user;
};

/*
 * Serves `card` on a socket file of mode 0600 at `path`, one client after the other, until *stop is set, the card is unplugged
 * (-ENODEV) or the socket fails; looks at *stop ten times a second. Replaces a socket that lies at `path` (T-19). 0 when stopped.
 */
int sim_server_run_tinygpu(struct sim_card *card, const char *path, const atomic_int *stop, char *err, size_t err_size);
int sim_server_run_tinygpu_with(struct sim_card *card, const char *path, const struct sim_server_options *options,
                                const atomic_int *stop, char *err, size_t err_size);

/*
 * Serves one session on a connected stream socket, which stays the caller's. Returns when the session is over: 0 for end of
 * file or *stop, -EPROTO for a client that broke the protocol, -ENODEV when the card is gone (the app would exit, T-20). The
 * card must be at rest by then, since the client's memory is given back at once.
 */
int sim_server_session(struct sim_card *card, int socket_fd, const struct sim_server_options *options, const atomic_int *stop,
                       char *err, size_t err_size);

#endif
