/*
 * tinygpu_protocol.h: the bytes of TinyGPU.app's socket protocol, shared by the client (link_tinygpu.c) and by the server in
 * front of the simulated card (sim/server.c). Facts and encoding only; no input or output happens here.
 *
 * A Unix stream socket, everything little-endian and packed. The client sends a request of 33 bytes, for MMIO writes followed
 * by a payload of arg[1] bytes; requests are executed in order, by one thread (T-25).
 *
 *   request  u8 command, u32 device (ignored, T-23), u32 bar, u64 arg[3]                                             (T-10)
 *   reply    u8 status, u64 value[2]; status != 0: value[0] is the length of an error text that follows, nearly always 0
 *
 *   command             arg[0]    arg[1]      arg[2]   reply value[0]  value[1]   quirks
 *   1  map BAR          -         -           -        server address  size       bar is the PCI register number (T-15)
 *   2  shared memory    size      contiguous  -        mapped size     index      + descriptor by SCM_RIGHTS on success (T-16)
 *   3  config read      offset    size        -        value           0          sizes other than 1, 2, 4 read as 0 (T-09)
 *   4  config write     offset    size        value    0               0
 *   5  reset            -         -           -        0               0          success may mean nothing happened (T-21)
 *   6  MMIO read        offset    size        -        size            0          + data; status 1 and no data if refused (T-14)
 *   7  MMIO write       offset    size        -        none: no reply ever; vanishes if the BAR is unmapped or too short (T-13)
 *   11 resize BAR       -         -           -        0               0          does nothing (T-11)
 *   12 ping             -         -           -        version         mark       status 1 from the app; from our server of a
 *                                                                                 simulated card TINYGPU_SIMULATED_MARK
 *   others: status 1, no text (T-11)
 *
 * The 33 bytes of a request are taken with one recv: a header in two pieces ends the session (T-12). One client at a time; a
 * second one connects and waits in silence (T-19). End of file means that the card or the app is gone (T-20).
 * Shared memory: at least 16 KiB; its first 8 KiB are overwritten with pairs (u64 bus address, u64 length) that end in (0, 0);
 * at most 32 pairs, more are cut off silently (T-18); at most 128 regions per session, freed when it ends (T-17).
 */
#ifndef EXO_LINK_TINYGPU_PROTOCOL_H
#define EXO_LINK_TINYGPU_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TINYGPU_REQUEST_SIZE 33
#define TINYGPU_REPLY_SIZE 17
#define TINYGPU_MAX_TRANSFER (64u << 20)                  /* T-13, T-14 */
#define TINYGPU_MAX_REGIONS 128                           /* T-17 */
#define TINYGPU_MAX_SEGMENTS 32                           /* T-18 */
#define TINYGPU_TABLE_SIZE 8192                           /* T-16: what is overwritten at the start of a region */
#define TINYGPU_MIN_REGION 0x4000                         /* T-16 */
#define TINYGPU_MAX_TEXT 4096                             /* ours: a longer error text means that the stream is out of step */
#define TINYGPU_PING_VERSION 0x00010100                   /* T-11: what the fork that knows pings answers */
#define TINYGPU_SIMULATED_MARK UINT64_C(0x4d49532d4f5845) /* "EXO-SIM" */
#define TINYGPU_ADDRESS_BITS 40                           /* T-30 */

enum tinygpu_command {
    TINYGPU_PROBE = 0,
    TINYGPU_MAP_BAR = 1,
    TINYGPU_SHARE_MEMORY = 2,
    TINYGPU_CONFIG_READ = 3,
    TINYGPU_CONFIG_WRITE = 4,
    TINYGPU_RESET = 5,
    TINYGPU_MMIO_READ = 6,
    TINYGPU_MMIO_WRITE = 7,
    TINYGPU_RESIZE_BAR = 11,
    TINYGPU_PING = 12,
};

struct tinygpu_command_row {
    uint8_t command;  /* enum tinygpu_command, or enum tcp_command of the protocol that shares these bytes */
    const char *name; /* for sentences: "the server refused to map a BAR" */
    bool has_reply;
    bool request_payload; /* arg[1] bytes follow the request */
    bool reply_payload;   /* arg[1] bytes follow a reply of status 0 */
    bool reply_fd;        /* a descriptor comes with a reply of status 0 */
};

struct tinygpu_request {
    uint8_t command;
    uint32_t device, bar;
    uint64_t arg[3];
};

struct tinygpu_reply {
    uint8_t status;
    uint64_t value[2];
};

struct tinygpu_segment {
    uint64_t bus_address, size_bytes;
};

/* The row of a command the upstream server implements; NULL for any other. */
const struct tinygpu_command_row *tinygpu_find_command(uint8_t command);

void tinygpu_put_request(uint8_t bytes[TINYGPU_REQUEST_SIZE], const struct tinygpu_request *request);
void tinygpu_get_request(const uint8_t bytes[TINYGPU_REQUEST_SIZE], struct tinygpu_request *request_out);
void tinygpu_put_reply(uint8_t bytes[TINYGPU_REPLY_SIZE], const struct tinygpu_reply *reply);
void tinygpu_get_reply(const uint8_t bytes[TINYGPU_REPLY_SIZE], struct tinygpu_reply *reply_out);

/* Writes the table as the server does: the first 32 segments (T-18), (0, 0), zeros up to TINYGPU_TABLE_SIZE. */
void tinygpu_put_table(uint8_t table[TINYGPU_TABLE_SIZE], const struct tinygpu_segment *segments, uint32_t count);

/*
 * Reads a table of a region of region_bytes. Segments behind the region's end are cut away. Returns how many there are, their
 * sizes summing to region_bytes exactly; -EIO if they cannot (T-18) or an address is not 4 KiB aligned below 2^40 (T-30);
 * *covered_out is then what the usable segments cover.
 */
int tinygpu_get_table(const uint8_t table[TINYGPU_TABLE_SIZE], uint64_t region_bytes,
                      struct tinygpu_segment segments_out[TINYGPU_MAX_SEGMENTS], uint64_t *covered_out);

#endif
