/*
 * Replies to the tcp: client: whatever a server says, each call returns a code with a sentence, and memory that is taken is
 * covered by its segments. Input: per step one byte for the request, one for the length of the answer, the answer itself.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz/fuzz.h"
#include "link/link_tcp.h"
#include "link/tcp_protocol.h"

struct client {
    struct link *l;
    struct dma_region region; /* the last that was taken */
};

static int take_memory(struct client *c)
{
    struct dma_region region;
    int rc = link_dma_alloc(c->l, 0x8000, &region);
    if (rc == 0) {
        uint64_t sum = 0;
        for (uint32_t i = 0; i < region.segment_count; i++) {
            sum += region.segments[i].size_bytes;
        }
        FUZZ_CHECK(sum >= region.size_bytes && region.size_bytes == 0x8000);
        memset(region.cpu, 1, region.size_bytes);
        c->region = region;
    }
    return rc;
}

/* Pushes and pulls leave no sentence of their own: the next operation has it. */
static int move(struct client *c, bool pull)
{
    uint32_t value;
    if (!c->region.cpu) {
        return 0;
    }
    const struct link_span spans[] = {{c->region.cpu, 8}, {(uint8_t *)c->region.cpu + 0x1001, 5000}};
    int rc = pull ? link_dma_pull(c->l, spans, 2) : link_dma_push(c->l, spans, 2);
    return rc ? link_config_read(c->l, 0, 4, &value) : 0;
}

static int ask(struct client *c, uint8_t request)
{
    struct link_card_counters counters;
    uint32_t value, words[16];
    static uint8_t big[8192];
    uint64_t size;
    switch (request % 10) {
    case 0:
        return link_config_read(c->l, 0, 4, &value);
    case 1:
        return link_config_write(c->l, 4, 2, 6);
    case 2:
        return link_bar_info(c->l, 1, &size);
    case 3:
        return link_bar_read(c->l, 5, 0, words, sizeof words);
    case 4:
        return link_bar_read(c->l, 5, 0, big, sizeof big);
    case 5:
        return link_reset(c->l, LINK_RESET_FUNCTION);
    case 6:
        return move(c, false);
    case 7:
        return move(c, true);
    case 8:
        return link_card_counters(c->l, &counters);
    default:
        return take_memory(c);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int ends[2];
    struct client c = {0};
    bool ended = false;
    FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    FUZZ_CHECK(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0); /* what is not there yet never comes: time out at once */
    FUZZ_CHECK(link_tcp_adopt(ends[0], 1000000, &c.l, NULL) == 0);
    c.l->bar_size[5] = 1 << 20;
    c.l->simulated = true; /* so that its counters are asked for */
    while (size >= 2 && !c.l->lost) {
        uint8_t request = data[0];
        size_t answer = data[1] < size - 2 ? data[1] : size - 2;
        /* After an end of file a send of our own would raise SIGPIPE; one of the client's must not. */
        if (!ended && answer) {
            /* Answers that nobody took may have filled the socket: then this one is lost. */
            (void)!send(ends[1], data + 2, answer, MSG_NOSIGNAL | MSG_DONTWAIT);
        }
        data += 2 + answer;
        size -= 2 + answer;
        if (!ended && (size < 2 || request & 64)) {
            shutdown(ends[1], SHUT_WR);
            ended = true;
        }
        c.l->err.text[0] = 0;
        int rc = ask(&c, request);
        FUZZ_CHECK(rc == 0 || c.l->err.text[0]);
    }
    link_close(c.l);
    close(ends[1]);
    return 0;
}
