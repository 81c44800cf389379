/*
 * link.h: what a card is to a driver: config space, BARs, DMA memory with its bus addresses, reset.
 *
 * One const struct of operations per transport (sim, tinygpu socket, tcp). Drivers never call the operations: they call the
 * link_* wrappers below, where bounds checks, counters, tracing, fault injection and "all ones means the card left the bus"
 * (T-42) are written once. Knows nothing of any vendor. A link is used by one thread at a time unless said otherwise.
 */
#ifndef EXO_LINK_LINK_H
#define EXO_LINK_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

typedef struct bus_addr {
    uint64_t value; /* what the card puts on the bus to reach host memory (an IOVA, T-30); never a CPU pointer or a GPU VA */
} bus_addr;

#define LINK_MAX_SEGMENTS 32 /* T-18 */
#define LINK_MAX_BARS 6

struct dma_segment {
    bus_addr address;
    uint64_t size_bytes;
};

/*
 * Host memory that the card can reach. Lives until link_close (T-17: no unmap). cpu is page aligned.
 *
 * On most links the CPU and the card look at the same bytes. Over TCP they cannot: the card's memory is in the server, and `cpu`
 * is a copy. There link_dma_push() brings bytes that the CPU wrote to where the card reads them, and link_dma_pull() brings what
 * the card wrote to `cpu`; nothing moves by itself. Push before the doorbell that makes the card look, pull when a fence says
 * that it has written. A push is posted and in order with BAR writes; a pull is one round trip, however many spans it has.
 */
struct dma_region {
    void *cpu;
    uint64_t size_bytes;
    uint32_t segment_count;
    struct dma_segment segments[LINK_MAX_SEGMENTS]; /* lengths sum to size_bytes */
};

/* A part of one region, as the CPU sees it. */
struct link_span {
    void *cpu;
    size_t size_bytes;
};

enum link_reset { LINK_RESET_FUNCTION, LINK_RESET_HOT };

struct link_counters {
    uint64_t config_reads, config_writes;
    uint64_t bar_reads, bar_writes;           /* calls, doorbells not included in writes */
    uint64_t bar_read_bytes, bar_write_bytes; /* doorbells included */
    uint64_t doorbells;
    uint64_t dma_regions, dma_bytes; /* allocated */
    uint64_t dma_pushes, dma_push_bytes, dma_pulls, dma_pull_bytes;
    uint64_t round_trips; /* requests that waited for a reply; 0 in this process */
};

/* What only a simulated card can tell. Real links answer -ENOTSUP. */
struct link_card_counters {
    uint64_t host_read_bytes, host_write_bytes; /* DMA by the card */
    uint64_t vram_read_bytes, vram_write_bytes;
    uint64_t work_groups; /* ended; moves while a dispatch runs */
    uint64_t wave_instructions, dispatches;
    uint64_t modelled_card_ns, modelled_link_ns; /* what a real card and link would have taken, by docs/MODEL.md */
};

struct link;

struct link_ops {
    const char *scheme; /* "sim", "tinygpu", "tcp" */
    /* Connects to the card at `address` (the URI behind the colon). May block up to deadline_us from now. */
    int (*open)(struct link *l, const char *address, uint64_t deadline_us, struct err *e);
    /* Round trip. size is 1, 2 or 4. */
    int (*config_read)(struct link *l, uint16_t offset, uint8_t size, uint32_t *value_out);
    /* Posted on some links, a round trip on others; complete when the next read returns. */
    int (*config_write)(struct link *l, uint16_t offset, uint8_t size, uint32_t value);
    /* Maps the BAR (T-13: writes to an unmapped BAR vanish) and tells its size; 0 bytes if there is none. Round trip, once. */
    int (*bar_info)(struct link *l, uint8_t bar, uint64_t *size_bytes_out);
    /* Round trip; pushes posted writes ahead of it (T-25). 4-byte aligned offset and length (T-41). */
    int (*bar_read)(struct link *l, uint8_t bar, uint64_t offset, void *dst, size_t size_bytes);
    /* Posted: no error comes back. 4-byte aligned offset and length (8-byte ones are written whole). */
    int (*bar_write)(struct link *l, uint8_t bar, uint64_t offset, const void *src, size_t size_bytes);
    /* Host memory for DMA; size is rounded up to 16 KiB. Round trip on sockets. -ENOMEM when the budget is spent. */
    int (*dma_alloc)(struct link *l, size_t size_bytes, struct dma_region *region_out);
    /* Optional pair, NULL where memory is shared; see struct dma_region. Any thread. Leave no sentence in l->err, since other
     * threads may be writing there: a failure shows again at the next operation. */
    int (*dma_push)(struct link *l, const struct link_span *spans, uint32_t count);
    int (*dma_pull)(struct link *l, const struct link_span *spans, uint32_t count);
    /* Asks for a reset; asynchronous, poll afterwards (N-07, T-21: success may mean nothing happened). */
    int (*reset)(struct link *l, enum link_reset kind);
    /* Is the far end still there? No link traffic to the card itself. Optional: NULL means yes. */
    bool (*alive)(struct link *l);
    /* Optional: NULL means -ENOTSUP. */
    int (*card_counters)(struct link *l, struct link_card_counters *counters_out);
    /* Ends the connection and unmaps all DMA memory. The card must have been stopped before (T-32). */
    void (*close)(struct link *l);
};

/* Fault injection, for tests: after `after` more requests (of any kind) the link behaves as said. */
enum link_fault {
    LINK_FAULT_NONE,
    LINK_FAULT_DROP, /* the card leaves the bus: reads give all ones, writes vanish, requests give -ENODEV */
};

struct link {
    const struct link_ops *ops;
    void *priv; /* the transport's own */
    struct link_counters counters;
    uint64_t bar_size[LINK_MAX_BARS]; /* 0 until link_bar_info */
    uint8_t doorbell_bar;             /* writes to it count as doorbells: 2 on AMD */
    bool simulated;                   /* the far end says that it is a simulated card */
    bool lost;                        /* latched by all ones, EOF or fault injection */
    enum link_fault fault;
    uint64_t fault_after;     /* requests still to pass */
    uint64_t requests;        /* requests so far, the index that fault tests walk */
    uint64_t settle_until_us; /* after a reset all ones may be read for a while without meaning "gone" (T-51); 0: not now */
    struct err err;           /* the last failure's sentence */
    void (*trace)(void *user, const char *line);
    void *trace_user;
};

/*
 * Opens the link that `uri` names: "sim:rx7900xtx[?option=value&…]", "tinygpu:[PATH]", "tcp:HOST:PORT". timeout_us bounds the
 * connecting. Every transport takes drop_after=N, which is link_inject_fault(LINK_FAULT_DROP, N). *link_out is owned by the
 * caller; link_close frees it.
 */
int link_open(const char *uri, uint64_t timeout_us, struct link **link_out, struct err *e) __attribute__((warn_unused_result));
void link_close(struct link *l); /* NULL is allowed */

/* Every wrapper returns 0 or a negative errno and leaves the sentence in l->err; -ENODEV once the link is lost. */
int link_config_read(struct link *l, uint16_t offset, uint8_t size, uint32_t *value_out) __attribute__((warn_unused_result));
int link_config_write(struct link *l, uint16_t offset, uint8_t size, uint32_t value) __attribute__((warn_unused_result));
int link_bar_info(struct link *l, uint8_t bar, uint64_t *size_bytes_out) __attribute__((warn_unused_result));
int link_bar_read(struct link *l, uint8_t bar, uint64_t offset, void *dst, size_t size_bytes) __attribute__((warn_unused_result));
int link_bar_write(struct link *l, uint8_t bar, uint64_t offset, const void *src, size_t size_bytes)
    __attribute__((warn_unused_result));
int link_read32(struct link *l, uint8_t bar, uint64_t offset, uint32_t *value_out) __attribute__((warn_unused_result));
int link_write32(struct link *l, uint8_t bar, uint64_t offset, uint32_t value) __attribute__((warn_unused_result));
int link_write64(struct link *l, uint8_t bar, uint64_t offset, uint64_t value) __attribute__((warn_unused_result));
int link_dma_alloc(struct link *l, size_t size_bytes, struct dma_region *region_out) __attribute__((warn_unused_result));
bool link_shares_memory(const struct link *l);
/* 0, at once where memory is shared; else 0 or the negative errno of a broken link. At most LINK_MAX_SPANS spans. Any thread. */
#define LINK_MAX_SPANS 64
int link_dma_push(struct link *l, const struct link_span *spans, uint32_t count) __attribute__((warn_unused_result));
int link_dma_pull(struct link *l, const struct link_span *spans, uint32_t count) __attribute__((warn_unused_result));
int link_reset(struct link *l, enum link_reset kind) __attribute__((warn_unused_result));
bool link_is_alive(struct link *l); /* safe from any thread; latches nothing */
int link_card_counters(struct link *l, struct link_card_counters *counters_out);

/* Declares the card gone: sets `lost` and the sentence that names what was being done. Returns -ENODEV. */
int link_lost(struct link *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Fails the link after `after` more requests; for tests. */
void link_inject_fault(struct link *l, enum link_fault fault, uint64_t after);

extern const struct link_ops link_sim_ops;
extern const struct link_ops link_tinygpu_ops;
extern const struct link_ops link_tcp_ops;

#endif
