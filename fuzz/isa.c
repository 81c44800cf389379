/* isa.c: the instruction decoder, the disassembler and the proof of waits on any bytes: the first chooses generation and wave
 * size, the rest is code. */
#include "fuzz/fuzz.h"

#include "sim/isa/waits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct code {
    const uint8_t *bytes;
    size_t words;
};

static int fetch(void *context, uint64_t va, uint32_t *words, uint32_t count)
{
    const struct code *code = context;
    size_t room = va / 4 < code->words ? code->words - va / 4 : 0;
    uint32_t n = room < count ? (uint32_t)room : count;
    if (n == 0) {
        return -EFAULT;
    }
    memcpy(words, code->bytes + va, n * 4);
    return (int)n;
}

/* Ends, with the same answer twice. */
static void prove(enum isa_gen gen, bool wave64, struct code *code)
{
    struct wave w = {.gen = (uint8_t)gen, .wave64 = wave64, .vgpr_count = 256};
    struct code_cache *cache = code_cache_create(fetch, code);
    if (cache != NULL) {
        bool proven = waits_proven(cache, &w, 0);
        FUZZ_CHECK(waits_proven(cache, &w, 0) == proven);
        code_cache_destroy(cache);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 5) {
        return 0;
    }
    enum isa_gen gen = data[0] & 1 ? ISA_GFX12 : ISA_GFX11;
    size_t count = (size - 1) / 4, room = data[0] >> 2 & 31;
    for (size_t at = 0; at < count;) {
        size_t avail = count - at < 3 ? count - at : 3;
        uint32_t *words = malloc(avail * 4); /* exactly what may be read */
        char text[512], cut[32];
        struct inst inst;
        memcpy(words, data + 1 + at * 4, avail * 4);
        int rc = isa_decode(words, (uint32_t)avail, gen, &inst);
        free(words);
        FUZZ_CHECK(rc <= 0 && inst.size >= 4 && inst.size <= avail * 4 && inst.exec != NULL);
        FUZZ_CHECK(rc < 0 || inst.row != NULL);
        isa_disassemble(&inst, data[0] & 2, text, sizeof text);
        FUZZ_CHECK(memchr(text, 0, sizeof text) != NULL && text[0] != 0);
        if (room > 0) {
            isa_disassemble(&inst, data[0] & 2, cut, room);
            FUZZ_CHECK(strlen(cut) < room && strncmp(cut, text, strlen(cut)) == 0);
        }
        at += inst.size / 4;
    }
    prove(gen, data[0] & 2, &(struct code){data + 1, count});
    return 0;
}
