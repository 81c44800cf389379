/*
 * session.h: what a client has of the simulated card, whichever protocol it speaks: mapped BARs, host memory with its bus
 * addresses, and the stream it sends requests on. The protocols (server_tinygpu.c, server_tcp.c) are tables of handlers over it;
 * server.c accepts clients and runs the requests. Used by one thread.
 */
#ifndef EXO_SIM_SESSION_H
#define EXO_SIM_SESSION_H

#include "link/tinygpu_protocol.h"
#include "sim/server.h"
#include "sim/sim.h"

#define SESSION_BARS 6
#define SESSION_MAX_REGIONS 4096
#define SESSION_INPUT_BYTES 65536

struct session;

/* Handlers return 0 to go on, or the code that ends the session. */
struct session_command {
    uint8_t command;
    bool has_reply;
    int (*handle)(struct session *s, const struct tinygpu_request *request);
};

struct session_protocol {
    const struct session_command *commands;
    size_t command_count;
    uint32_t max_regions;
    bool header_in_one_read; /* T-12 */
    bool error_texts;        /* T-11: the app sends none */
};

extern const struct session_protocol session_tinygpu, session_tcp;

#define SESSION_MAX_SEGMENTS 64 /* more than the app can tell of (T-18) */

struct session_region {
    void *memory;
    uint64_t size_bytes;
    uint32_t segment_count;
    struct tinygpu_segment segments[SESSION_MAX_SEGMENTS];
};

/* Memory of sessions that are over, kept for a while for a card that is still looking at it. */
struct session_retired {
    uint32_t count;
    struct session_region regions[SESSION_MAX_REGIONS];
};

struct session {
    struct sim_card *card;
    const struct session_protocol *protocol;
    const struct sim_server_options *options;
    const atomic_int *stop;
    int fd;
    uint64_t requests;
    uint64_t reset_us; /* when the last reset was asked for; 0: never */
    bool bar_mapped[SESSION_BARS];
    uint64_t next_bus, dma_used;
    uint32_t region_count;
    uint64_t regions_asked;
    struct session_region *regions; /* room for protocol->max_regions */
    uint8_t *buffer;                /* for payloads, grows */
    uint64_t buffer_bytes;
    size_t input_start, input_end; /* of input: read ahead, for protocols that allow it */
    uint8_t input[SESSION_INPUT_BYTES];
    struct sim_server_counters counters;
    char *err;
    size_t err_size;
};

/* Writes the sentence of the session's end and returns `code`. */
int session_fail(struct session *s, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ---- bytes (session_io.c). 0, or the code that ends the session: -ECANCELED *stop, -ENODEV card gone, -ECONNRESET, … ---- */

/* The 33 bytes of the next request; -ECONNRESET when the client is done. */
int session_receive_header(struct session *s, uint8_t bytes[TINYGPU_REQUEST_SIZE]);
int session_receive(struct session *s, uint8_t *dst, uint64_t size_bytes);
/* Sends all of it; with a descriptor if fd >= 0. */
int session_send(struct session *s, const uint8_t *bytes, uint64_t size_bytes, int fd);
int session_reply(struct session *s, uint8_t status, uint64_t value0, uint64_t value1);
/* Status 1; with the sentence where the protocol has texts, else without (T-11). */
int session_refuse(struct session *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Makes room for size_bytes in s->buffer; false when there is no memory. */
bool session_grow_buffer(struct session *s, uint64_t size_bytes);
bool session_card_is_gone(struct session *s);
bool session_stopped(const atomic_int *stop);
uint64_t session_now_us(void);

/* ---- what both protocols do alike (session.c) ---- */

/* True if [offset, offset + size) lies in a BAR that was mapped. */
bool session_in_bar(const struct session *s, const struct tinygpu_request *request);
/* Sends the reply and the bytes of a BAR; the range was checked. All ones where the card does not answer (T-42). */
int session_send_bar(struct session *s, const struct tinygpu_request *request);
/* Writes arg[1] bytes at s->buffer + arg[0] % 4 to the BAR in 32-bit accesses (T-41); the range was checked. */
void session_write_bar(struct session *s, const struct tinygpu_request *request);
bool session_config_is_valid(const struct tinygpu_request *request);
int session_reset_card(struct session *s, const struct tinygpu_request *request);
int session_do_nothing(struct session *s, const struct tinygpu_request *request);
int session_answer_ping(struct session *s, const struct tinygpu_request *request);

/*
 * Makes `memory` the session's next region, in options->segments pieces (one if `contiguous`). -ENOMEM when the budget or the
 * number of regions is spent (T-17, T-31) and -EIO when the IOMMU refuses; the memory then stays the caller's.
 */
int session_add_region(struct session *s, void *memory, uint64_t size_bytes, bool contiguous);
/* False when a region of that size cannot be had any more. */
bool session_has_room(const struct session *s, uint64_t size_bytes);
/* Takes all regions from the card and leaves empty pages in their place, which `retired` keeps (T-32). */
void session_end_regions(struct session *s, struct session_retired *retired);
void session_free_retired(struct session_retired *retired);

#endif
