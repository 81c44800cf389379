/*
 * server.h: a simulated card behind a socket, so that programs written for a real one drive it in another process: TinyGPU.app's
 * protocol on a Unix socket with every quirk of the app (src/link/tinygpu_protocol.h), and tinygrad's protocol for remote cards
 * over TCP (src/link/tcp_protocol.h). One session model (session.h) is behind both: one client at a time, over both together.
 * When a session ends its memory is unmapped, and a card that still reads or writes it then has the verdict the Mac would
 * panic with (T-32).
 */
#ifndef EXO_SIM_SERVER_H
#define EXO_SIM_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_card;

/* What crossed the sockets. Written by the server's thread while it runs. */
struct sim_server_counters {
    uint64_t requests, round_trips; /* round trips: requests that have a reply */
    uint64_t bytes_in, bytes_out;
    uint64_t sessions;
};

/* A zeroed struct is the app, or tinygrad's server, as it is; paths and addresses have to be set. */
struct sim_server_options {
    const char *tinygpu_path; /* a socket file of mode 0600; one that lies there is replaced (T-19). NULL: not served */
    const char *tcp_address;  /* "HOST:PORT", "PORT" or ":PORT" for loopback; port 0 takes a free one. NULL: not served */
    uint32_t segments;        /* split each region in so many pieces, at most 64, of which the app tells 32 (T-18); 0: one */
    uint64_t fail_region_at;  /* the allocation of this number fails (T-31); 0: none */
    uint64_t dma_bytes;       /* budget of host memory per session (T-31); 0: 1.5 GB */
    uint64_t stall_us;        /* a client that stops in the middle of a request or of its reply is dropped; 0: 60 s */
    const char *refusal;      /* the driver cannot be opened: one request is answered with this text, then it hangs up (T-20) */
    uint64_t end_at_request;  /* the server dies on the request of this number, counted from 1 (T-20); 0: never */
    uint64_t hang_at_request; /* the request of this number is never answered (T-24); 0: never */
    bool split_replies;       /* replies come one byte at a time */
    struct sim_server_counters *counters;           /* added to while serving; may be NULL */
    void (*on_event)(void *user, const char *line); /* "listening on …", "client connected" …; may be NULL */
    void *on_event_user;
};

/*
 * Serves `card` at the path, the address or both, one client after the other, until *stop is set, the card is unplugged (-ENODEV)
 * or a socket fails; looks at *stop ten times a second. Another TCP address than loopback is served with a warning through
 * on_event, since the protocol knows no passwords. 0 when stopped.
 */
int sim_server_run(struct sim_card *card, const struct sim_server_options *options, const atomic_int *stop, char *err,
                   size_t err_size);

enum sim_server_protocol { SIM_SERVER_TINYGPU, SIM_SERVER_TCP };

/*
 * Serves one session on a connected stream socket, which stays the caller's. Returns when the session is over: 0 for end of
 * file or *stop, -EPROTO for a client that broke the protocol, -ETIMEDOUT for one that stopped within a request, -ENODEV when the
 * card is gone (the app would exit, T-20). The card must be at rest by then, since the client's memory is given back at once.
 */
int sim_server_session(struct sim_card *card, enum sim_server_protocol protocol, int socket_fd,
                       const struct sim_server_options *options, const atomic_int *stop, char *err, size_t err_size);

#endif
