/*
 * Replies to the socket client: whatever a server says, each call returns a code with a sentence, and memory that is taken is
 * covered by its segments. Input: per step one byte for the request, one for the length of the answer, the answer itself.
 */
#define _GNU_SOURCE /* memfd_create */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz/fuzz.h"
#include "link/link_tinygpu.h"
#include "link/tinygpu_protocol.h"

struct step {
    uint8_t request; /* bits 0-2: which one; bit 3: send a descriptor; bit 4: hang up after the answer */
    const uint8_t *answer;
    size_t size;
    bool last; /* hang up after it */
};

static int shared_file(const uint8_t *table, size_t size)
{
#ifdef __linux__
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
#else
    char path[] = "/tmp/exosuit-fuzz-XXXXXX";
    int fd = mkstemp(path);
    unlink(path);
#endif
    FUZZ_CHECK(fd >= 0 && ftruncate(fd, 0x8000) == 0);
    FUZZ_CHECK(pwrite(fd, table, size, 0) == (ssize_t)size);
    return fd;
}

static void answer(int server, const struct step *step)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec iov = {(void *)step->answer, step->size};
    struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
    int fd = -1;
    if (step->request & 8 && step->size) {
        /* What follows the 17 bytes of the reply is not sent: it is the table in the shared file. */
        size_t skip = step->size < TINYGPU_REPLY_SIZE ? step->size : TINYGPU_REPLY_SIZE;
        fd = shared_file(step->answer + skip, step->size - skip);
        iov.iov_len = skip;
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        *CMSG_FIRSTHDR(&message) =
            (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &fd, sizeof fd);
    }
    if (step->size) {
        (void)!sendmsg(server, &message, MSG_DONTWAIT); /* answers that nobody took have filled the socket: this one is lost */
    }
    if (fd >= 0) {
        close(fd);
    }
    if (step->last) {
        shutdown(server, SHUT_WR);
    }
}

static int ask(struct link *l, uint8_t request)
{
    uint32_t value, words[16];
    static uint8_t big[8192];
    uint64_t size;
    struct dma_region region;
    int rc = 0;
    switch (request & 7) {
    case 0:
        return link_config_read(l, 0, 4, &value);
    case 1:
        return link_config_write(l, 4, 2, 6);
    case 2:
        return link_bar_info(l, 1, &size);
    case 3:
        return link_bar_read(l, 5, 0, words, sizeof words);
    case 4:
        return link_bar_read(l, 5, 0, big, sizeof big);
    case 5:
        return link_reset(l, LINK_RESET_FUNCTION);
    default:
        rc = link_dma_alloc(l, 0x8000, &region);
        if (rc == 0) {
            uint64_t sum = 0;
            for (uint32_t i = 0; i < region.segment_count; i++) {
                sum += region.segments[i].size_bytes;
            }
            FUZZ_CHECK(sum == region.size_bytes && sum == 0x8000);
            memset(region.cpu, 1, region.size_bytes);
        }
        return rc;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int ends[2];
    struct link *l = NULL;
    bool ended = false; /* after that a send of our own would raise SIGPIPE; one of the client's must not */
    FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    FUZZ_CHECK(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0); /* what is not there yet never comes: time out at once */
    FUZZ_CHECK(link_tinygpu_adopt(ends[0], 1000000, &l, NULL) == 0);
    l->bar_size[5] = 1 << 20;
    while (size >= 2 && !l->lost) {
        struct step step = {data[0], data + 2, data[1] < size - 2 ? data[1] : size - 2, false};
        data += 2 + step.size;
        size -= 2 + step.size;
        step.last = size < 2 || step.request & 16;
        if (!ended) {
            answer(ends[1], &step);
            ended = step.last;
        }
        l->err.text[0] = 0;
        int rc = ask(l, step.request);
        FUZZ_CHECK(rc == 0 || l->err.text[0]);
    }
    link_close(l);
    close(ends[1]);
    return 0;
}
