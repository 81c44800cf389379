/*
 * tcp_protocol.h: what tinygrad's network protocol for remote cards (RemoteCmd in runtime/support/system.py of tinygrad 0.14)
 * adds to TinyGPU.app's: the same 33 and 17 bytes (tinygpu_protocol.h), the same numbers of commands, over TCP. Facts only.
 *
 *   command             arg[0]      arg[1]      arg[2]   reply value[0]   value[1]   notes
 *   0  probe            PCI class   bytes       vendor   bytes            cards      + payload of pairs (u32 mask, u32 device);
 *                                                                                    the reply's payload has a line NAME:INDEX
 *                                                                                    for each card; class 0 is any
 *   1  map BAR          -           -           -        address          size       bar is the PCI register number
 *   3  config read      offset      size        -        value            0
 *   4  config write     offset      size        value    0                0
 *   5  reset            -           -           -        0                0
 *   6  MMIO read        offset      size        -        size             0          + data
 *   7  MMIO write       offset      size        -        none                        + payload
 *   8  map memory       size        contiguous  -        bytes            handle     + one u64 bus address per 4 KiB page
 *   9  memory read      offset      size        -        size             0          bar is the handle; + data
 *   10 memory write     offset      size        -        none                        bar is the handle; + payload
 *   11 resize BAR       -           -           -        0                0          may do nothing
 *   12 ping             -           -           -        0                mark       0, or TINYGPU_SIMULATED_MARK from our server
 *   192 counters        -           -           -        bytes            0          ours, for a simulated card: u64 each, in the
 *                                                                                    order of enum tcp_counter
 *
 * Unlike the app: the host memory lies in the server, and is read and written by commands 9 and 10; a request may arrive in
 * pieces; an error has a text; a write that cannot be done ends the session, since it has no reply to say so in. `device` is the
 * index that the probe gave. Requests are executed in order, so a reply means that all writes before it have been done.
 */
#ifndef EXO_LINK_TCP_PROTOCOL_H
#define EXO_LINK_TCP_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

#include "link/tinygpu_protocol.h"

#define TCP_DEFAULT_PORT 6667 /* tinygrad's, where REMOTE names none */
#define TCP_PAGE 4096         /* what one bus address of a map memory reply stands for */
#define TCP_MAX_PROBE 4096    /* ours: bytes of a probe's filter or answer */

enum tcp_command {
    TCP_MAP_MEMORY = 8,
    TCP_MEMORY_READ = 9,
    TCP_MEMORY_WRITE = 10,
    TCP_COUNTERS = 192,
};

/* What the counters command answers; the first ones are the card's (sim/sim.h), the others the server's. */
enum tcp_counter {
    TCP_HOST_READ_BYTES,
    TCP_HOST_WRITE_BYTES,
    TCP_VRAM_READ_BYTES,
    TCP_VRAM_WRITE_BYTES,
    TCP_WAVE_INSTRUCTIONS,
    TCP_DISPATCHES,
    TCP_DOORBELLS,
    TCP_BAR_READS,
    TCP_BAR_WRITES,
    TCP_MODELLED_CARD_NS,
    TCP_MODELLED_LINK_NS,
    TCP_REQUESTS,
    TCP_ROUND_TRIPS,
    TCP_BYTES_IN,
    TCP_BYTES_OUT,
    TCP_COUNTER_COUNT,
};

/* The row of a command of this protocol; NULL for any other. */
const struct tinygpu_command_row *tcp_find_command(uint8_t command);

/* Numbers of 8 bytes, little-endian, at any alignment. */
void tcp_put_u64(uint8_t bytes[8], uint64_t value);
uint64_t tcp_get_u64(const uint8_t bytes[8]);

/*
 * Cuts the page addresses of a map memory reply into segments that touch no others. Returns how many there are, or -EIO when
 * they do not fit in `limit`, an address is no page below 2^40 (T-30), or there are not as many as region_bytes needs.
 */
int tcp_get_pages(const uint8_t *pages, size_t size_bytes, uint64_t region_bytes, struct tinygpu_segment *segments_out,
                  uint32_t limit);

#endif
