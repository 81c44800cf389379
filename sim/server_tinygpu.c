/* server_tinygpu.c: the handlers of TinyGPU.app's commands, with the app's quirks (src/link/tinygpu_protocol.h has the table). */
#define _GNU_SOURCE /* memfd_create */
#include "sim/session.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static int handle_map_bar(struct session *s, const struct tinygpu_request *request)
{
    uint64_t size = request->bar < SESSION_BARS ? sim_bar_size(s->card, (uint8_t)request->bar) : 0;
    if (!size) {
        return session_refuse(s, "no such BAR");
    }
    s->bar_mapped[request->bar] = true;
    /* The address means something in the app's process only (T-15); ours is made up so that nobody can use it. */
    return session_reply(s, 0, 0x100000000u * (request->bar + 1), size);
}

static int handle_config_read(struct session *s, const struct tinygpu_request *request)
{
    bool valid = session_config_is_valid(request); /* T-09: others succeed and read as 0 */
    uint32_t value = valid ? sim_config_read(s->card, (uint16_t)request->arg[0], (uint8_t)request->arg[1]) : 0;
    return session_reply(s, 0, value, 0);
}

static int handle_config_write(struct session *s, const struct tinygpu_request *request)
{
    if (session_config_is_valid(request)) {
        sim_config_write(s->card, (uint16_t)request->arg[0], (uint8_t)request->arg[1], (uint32_t)request->arg[2]);
    }
    return session_reply(s, 0, 0, 0);
}

static int handle_mmio_read(struct session *s, const struct tinygpu_request *request)
{
    if (!session_in_bar(s, request) || request->arg[1] > TINYGPU_MAX_TRANSFER) {
        return session_refuse(s, "out of range"); /* and no data (T-14) */
    }
    return session_send_bar(s, request);
}

static int handle_mmio_write(struct session *s, const struct tinygpu_request *request)
{
    if (request->arg[1] > TINYGPU_MAX_TRANSFER) {
        /* The app would receive this beyond the end of its buffer (T-13). */
        return session_fail(s, -EPROTO, "an MMIO write of %" PRIu64 " bytes would overrun the app's buffer of 64 MiB (T-13)",
                            request->arg[1]);
    }
    if (!session_grow_buffer(s, request->arg[1] + 8)) {
        return session_fail(s, -ENOMEM, "no memory for a payload of %" PRIu64 " bytes", request->arg[1]);
    }
    int rc = session_receive(s, s->buffer + (request->arg[0] & 3), request->arg[1]);
    if (rc || !session_in_bar(s, request) || request->arg[1] == 0) {
        return rc; /* out of range or unmapped: it vanishes without a trace (T-13) */
    }
    session_write_bar(s, request);
    return 0;
}

static int create_shared_fd(uint64_t size_bytes)
{
#ifdef __linux__
    int fd = memfd_create("tinygpu", MFD_CLOEXEC);
#else
    char name[64];
    snprintf(name, sizeof name, "/exosuit.%ld.%" PRIx64, (long)getpid(), session_now_us());
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd >= 0) {
        shm_unlink(name);
    }
#endif
    if (fd >= 0 && ftruncate(fd, (off_t)size_bytes)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* A descriptor of new shared memory that the card can reach, with the table of its segments at the start (T-16); -1: none. */
static int create_region(struct session *s, uint64_t size_bytes)
{
    int fd = create_shared_fd(size_bytes);
    if (fd < 0) {
        return -1;
    }
    void *memory = mmap(NULL, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        close(fd);
        return -1;
    }
    if (session_add_region(s, memory, size_bytes, false)) {
        munmap(memory, size_bytes);
        close(fd);
        return -1;
    }
    const struct session_region *r = &s->regions[s->region_count - 1];
    tinygpu_put_table(memory, r->segments, r->segment_count);
    return fd;
}

static int handle_share_memory(struct session *s, const struct tinygpu_request *request)
{
    if (!session_has_room(s, request->arg[0])) {
        return session_refuse(s, "out of memory");
    }
    uint64_t size = (request->arg[0] + 4095) & ~UINT64_C(4095);
    size = size < TINYGPU_MIN_REGION ? TINYGPU_MIN_REGION : size;
    int fd = create_region(s, size);
    if (fd < 0) {
        return session_refuse(s, "out of memory");
    }
    uint8_t bytes[TINYGPU_REPLY_SIZE];
    tinygpu_put_reply(bytes, &(struct tinygpu_reply){0, {size, s->region_count - 1}});
    int rc = session_send(s, bytes, sizeof bytes, fd);
    close(fd);
    return rc;
}

static const struct session_command commands[] = {
    {TINYGPU_MAP_BAR, true, handle_map_bar},
    {TINYGPU_SHARE_MEMORY, true, handle_share_memory},
    {TINYGPU_CONFIG_READ, true, handle_config_read},
    {TINYGPU_CONFIG_WRITE, true, handle_config_write},
    {TINYGPU_RESET, true, session_reset_card},
    {TINYGPU_MMIO_READ, true, handle_mmio_read},
    {TINYGPU_MMIO_WRITE, false, handle_mmio_write},
    {TINYGPU_RESIZE_BAR, true, session_do_nothing}, /* T-11: says yes, does nothing */
    {TINYGPU_PING, true, session_answer_ping}, /* the app does not know pings: this one tells that no vendor firmware is needed */
};

const struct session_protocol session_tinygpu = {
    .commands = commands,
    .command_count = sizeof commands / sizeof commands[0],
    .max_regions = TINYGPU_MAX_REGIONS,
    .header_in_one_read = true,
};
