#include "amd/pm4.h"

#include "regs/pm4.h"

#define HEADER(op, body_dwords) ((uint32_t)PACKET_TYPE3 << 30 | ((uint32_t)(body_dwords) - 1u) << 16 | (uint32_t)(op) << 8)
#define LOW(v) ((uint32_t)(v))
#define HIGH(v) ((uint32_t)((v) >> 32))

#define WHOLE_RANGE_LOW 0xffffffffu
#define WHOLE_RANGE_HIGH 0x00ffffffu /* the size's upper field has 24 bits (linux gfx_v11_0_emit_mem_sync) */
#define POLL_INTERVAL 10u
#define DMA_SELECT_L2 3u /* source and destination go through L2 (Mesa: V_411_SRC_ADDR_TC_L2) */

int pm4_set_sh_registers(struct words *w, uint32_t first_dword, const uint32_t *values, uint32_t count)
{
    if (first_dword < PACKET3_SET_SH_REG_START || count == 0 || first_dword + count > PACKET3_SET_SH_REG_END) {
        return -EINVAL;
    }
    if (count + 2 > w->capacity - w->count) {
        return -ENOSPC;
    }
    int rc = WORDS_PUT(w, HEADER(PACKET3_SET_SH_REG, count + 1), first_dword - PACKET3_SET_SH_REG_START);
    return rc ? rc : words_put(w, values, count);
}

int pm4_dispatch_direct(struct words *w, const uint32_t groups[3], uint32_t initiator)
{
    return WORDS_PUT(w, HEADER(PACKET3_DISPATCH_DIRECT, 4), groups[0], groups[1], groups[2], initiator);
}

int pm4_indirect_buffer(struct words *w, uint64_t va, uint32_t dwords)
{
    return WORDS_PUT(w, HEADER(PACKET3_INDIRECT_BUFFER, 3), LOW(va), HIGH(va), dwords | (uint32_t)INDIRECT_BUFFER_VALID);
}

int pm4_wait_shaders(struct words *w)
{
    return WORDS_PUT(w, HEADER(PACKET3_EVENT_WRITE, 1),
                     (uint32_t)CS_PARTIAL_FLUSH_EVENT << PACKET3_EVENT_WRITE_EVENT_TYPE_SHIFT |
                         (uint32_t)PACKET3_EVENT_WRITE_EVENT_INDEX_CS_PARTIAL_FLUSH << PACKET3_EVENT_WRITE_EVENT_INDEX_SHIFT);
}

int pm4_acquire_mem(struct words *w, uint32_t caches)
{
    return WORDS_PUT(w, HEADER(PACKET3_ACQUIRE_MEM, 7), 0, WHOLE_RANGE_LOW, WHOLE_RANGE_HIGH, 0, 0, POLL_INTERVAL, caches);
}

int pm4_release_mem(struct words *w, uint32_t caches, uint64_t va, uint32_t value)
{
    uint32_t event = (uint32_t)CACHE_FLUSH_AND_INV_TS_EVENT << PACKET3_RELEASE_MEM_EVENT_TYPE_SHIFT |
                     (uint32_t)EVENT_INDEX_MEC_RELEASE_MEM_END_OF_PIPE << PACKET3_RELEASE_MEM_EVENT_INDEX_SHIFT;
    uint32_t select = (uint32_t)DATA_SEL_MEC_RELEASE_MEM_SEND_32_BIT_LOW << PACKET3_RELEASE_MEM_DATA_SEL_SHIFT |
                      (uint32_t)INT_SEL_MEC_RELEASE_MEM_NONE << PACKET3_RELEASE_MEM_INT_SEL_SHIFT |
                      (uint32_t)DST_SEL_MEC_RELEASE_MEM_MEMORY_CONTROLLER << PACKET3_RELEASE_MEM_DST_SEL_SHIFT;
    return WORDS_PUT(w, HEADER(PACKET3_RELEASE_MEM, 7), event | caches, select, LOW(va), HIGH(va), value, 0, 0);
}

int pm4_wait_memory_equal(struct words *w, uint64_t va, uint32_t value)
{
    uint32_t how = (uint32_t)PACKET3_WAIT_REG_MEM_FUNCTION_EQUAL_TO_THE_REFERENCE_VALUE << WAIT_REG_MEM_FUNCTION_SHIFT |
                   (uint32_t)PACKET3_WAIT_REG_MEM_MEM_SPACE_MEMORY_SPACE << WAIT_REG_MEM_MEM_SPACE_SHIFT;
    return WORDS_PUT(w, HEADER(PACKET3_WAIT_REG_MEM, 6), how, LOW(va), HIGH(va), value, 0xffffffffu, 4);
}

int pm4_dma_data(struct words *w, uint64_t dst_va, uint64_t src_va, uint32_t bytes)
{
    if (bytes == 0 || bytes > PM4_DMA_MAX_BYTES) {
        return -EINVAL;
    }
    uint32_t control = PACKET3_DMA_DATA_CP_SYNC | DMA_SELECT_L2 << PACKET3_DMA_DATA_SRC_SEL_SHIFT |
                       DMA_SELECT_L2 << PACKET3_DMA_DATA_DST_SEL_SHIFT;
    return WORDS_PUT(w, HEADER(PACKET3_DMA_DATA, 6), control, LOW(src_va), HIGH(src_va), LOW(dst_va), HIGH(dst_va), bytes);
}
