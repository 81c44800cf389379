#include "amd/sdma_packets.h"

#include "regs/sdma.h"
#include "regs/soc.h"
#include "regs/wire_sdma.h"

#define LOW(v) ((uint32_t)(v))
#define HIGH(v) ((uint32_t)((v) >> 32))
#define COMPARE_EQUAL 3u

int sdma_copy(struct words *w, const struct dma_format *f, uint64_t dst_va, uint64_t src_va, uint32_t bytes)
{
    if (bytes == 0 || bytes > SDMA_MAX_BYTES) {
        return -EINVAL;
    }
    const uint32_t packet[] = {SDMA_OP_COPY | SDMA_SUBOP_COPY_LINEAR << SDMA_PKT_COPY_LINEAR_HEADER_SUB_OP_BIT | f->copy_flags,
                               bytes - 1,
                               0,
                               LOW(src_va),
                               HIGH(src_va),
                               LOW(dst_va),
                               HIGH(dst_va),
                               0}; /* no compressed data on either side */
    return words_put(w, packet, f->copy_has_metadata ? 8 : 7);
}

int sdma_fill(struct words *w, const struct dma_format *f, uint64_t dst_va, uint8_t byte, uint32_t bytes)
{
    if (bytes == 0 || bytes > SDMA_MAX_BYTES) {
        return -EINVAL;
    }
    /* Fill size 0 = bytes; the byte is repeated in the whole word, so that the engine's reading of the size does not matter. */
    return WORDS_PUT(w, SDMA_OP_CONST_FILL | f->fill_flags, LOW(dst_va), HIGH(dst_va), byte * 0x01010101u, bytes - 1);
}

int sdma_fence(struct words *w, uint64_t va, uint32_t value)
{
    return WORDS_PUT(w, SDMA_OP_FENCE | (uint32_t)MTYPE_UC << SDMA_PKT_FENCE_HEADER_MTYPE_BIT, LOW(va), HIGH(va), value);
}

int sdma_wait_equal(struct words *w, uint64_t va, uint32_t value)
{
    uint32_t header = SDMA_OP_POLL_REGMEM | COMPARE_EQUAL << SDMA_PKT_POLL_REGMEM_HEADER_FUNC_BIT |
                      1u << SDMA_PKT_POLL_REGMEM_HEADER_MEM_POLL_BIT;
    uint32_t pace =
        4u << SDMA_PKT_POLL_REGMEM_DW5_INTERVAL_BIT | 0xfffu << SDMA_PKT_POLL_REGMEM_DW5_RETRY_COUNT_BIT; /* 0xfff: for ever */
    return WORDS_PUT(w, header, LOW(va), HIGH(va), value, 0xffffffffu, pace);
}
