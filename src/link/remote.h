/*
 * remote.h: the client's half of the protocols whose requests are 33 bytes and whose replies are 17 (tinygpu_protocol.h,
 * tcp_protocol.h): a connected stream socket, requests with their payloads, replies with their data, deadlines, and the
 * operations that both protocols do alike. link_tinygpu.c and link_tcp.c add how to connect and how to have DMA memory.
 *
 * A reply that does not come in time, or one that cannot be understood, leaves the stream out of step: the link is then lost
 * for good, since nothing read afterwards could be trusted.
 */
#ifndef EXO_LINK_REMOTE_H
#define EXO_LINK_REMOTE_H

#include "link/link.h"
#include "link/tinygpu_protocol.h"
#include "link/uri.h"

#define REMOTE_REPLY_TIMEOUT_MS 10000
#define REMOTE_CHUNK_BYTES (16u << 20) /* well under 64 MiB (T-13) */
#define REMOTE_RECEIVE_BYTES 4096

/* First in the private struct of a link that uses it. */
struct remote {
    int fd;
    uint64_t timeout_us;       /* for one reply */
    uint32_t device;           /* which of the server's cards */
    size_t received, consumed; /* of the buffer: a reply and its data come with one system call */
    uint8_t buffer[REMOTE_RECEIVE_BYTES];
    char name[URI_NAME_SIZE]; /* where the server is, for sentences */
    /* The row of a command of this link's protocol: its name for sentences, and whether data follows its reply. */
    const struct tinygpu_command_row *(*find_command)(uint8_t command);
    /* What a server that does not answer may mean, behind "…did not answer within N ms (asked to X). ". */
    const char *silence;
};

void remote_set_timeout(struct remote *r, uint64_t timeout_us);

/* Header and payload in one write (T-12); what the socket does not take at once is pushed after it. */
int remote_send(struct link *l, const struct tinygpu_request *request, const void *payload, size_t payload_bytes);
/* Exactly size_bytes of a reply's data. A descriptor that comes along goes to *fd_out (may be NULL). */
int remote_receive(struct link *l, void *dst, size_t size_bytes, int *fd_out, const char *doing);
/* The next reply, of a request that was sent before; the data behind a reply of status 0 is left to the caller. */
int remote_receive_reply(struct link *l, uint8_t command, struct tinygpu_reply *reply_out, int *fd_out);
/* A request and its reply. -EIO with the server's text, or with "no reason", when it was refused. */
int remote_round_trip(struct link *l, const struct tinygpu_request *request, const void *payload, size_t payload_bytes,
                      struct tinygpu_reply *reply_out, int *fd_out);

/* Operations of struct link_ops. */
int remote_config_read(struct link *l, uint16_t offset, uint8_t size, uint32_t *value_out);
int remote_config_write(struct link *l, uint16_t offset, uint8_t size, uint32_t value);
int remote_bar_info(struct link *l, uint8_t bar, uint64_t *size_bytes_out);
int remote_bar_read(struct link *l, uint8_t bar, uint64_t offset, void *dst, size_t size_bytes);
int remote_bar_write(struct link *l, uint8_t bar, uint64_t offset, const void *src, size_t size_bytes);
int remote_reset(struct link *l, enum link_reset kind);
bool remote_alive(struct link *l); /* looks at the socket without taking anything from it: any thread may ask */

/* Vendor id, then ping: is there a card, and is it a simulated one? A held or hanging server shows here, within the deadline. */
int remote_greet(struct link *l, uint64_t deadline_us, struct err *e) __attribute__((warn_unused_result));

#endif
