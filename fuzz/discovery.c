/* The card's discovery table: whatever lies at the top of VRAM, the parser reads inside it, and what it takes is bounded. */
#include "amd/discovery.h"
#include "regs/wire_discovery.h"

#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct discovery d;
    struct err e = {0};
    if (size >= BINARY_HEADER_BYTES) {
        FUZZ_CHECK(discovery_size(data) <= UINT16_MAX);
    }
    if (discovery_parse(data, size, &d, &e)) {
        FUZZ_CHECK(e.text[0]);
        return 0;
    }
    for (int i = 0; i < BLOCK_COUNT; i++) {
        FUZZ_CHECK(d.blocks[i].segment_count <= DISCOVERY_SEGMENTS);
    }
    FUZZ_CHECK(d.compute_units >= 2 && d.compute_units <= 2 * 32 * 8 * 32);
    return 0;
}
