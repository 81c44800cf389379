/* speed: how many wave instructions per second one core executes: plain arithmetic, the measure of the budget, and others. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/isa/isa.h"

struct loop {
    const char *name;
    uint32_t body[16];
    uint32_t count;
};

/* Each body is repeated four times in a loop of 200,000 turns. */
static const struct loop loops[] = {
    {"plain arithmetic (fma, mul, add, integer, shift, logic)",
     {0xd6130003, 0x04120300 /* v_fma_f32 v3, v0, v1, v4 */, 0x10060300 /* v_mul_f32_e32 v3, v0, v1 */,
      0x060a0303 /* v_add_f32_e32 v5, v3, v1 */, 0x4a0c0305 /* v_add_nc_u32_e32 v6, v5, v1 */,
      0x300e0c83 /* v_lshlrev_b32_e32 v7, 3, v6 */, 0x36100f02 /* v_and_b32_e32 v8, v2, v7 */,
      0x56100300 /* v_fmac_f32_e32 v8, v0, v1 */},
     8},
    {"fma alone", {0x56060300, 0x56080300, 0x560a0300, 0x560c0300}, 4},
    {"compare and select",
     {0x7c220300 /* v_cmp_lt_f32_e32 vcc_lo, v0, v1 */, 0x02060300 /* v_cndmask_b32_e32 v3, v0, v1, vcc_lo */},
     2},
    {"with modifiers (-v0 * v1, clamped)", {0xd5088003, 0x20020300}, 2},
    {"exp2", {0x7e064b00}, 1},
    {"conversion from half", {0x7e061700}, 1},
    {"dual issue", {0xc8c60300, 0x04040501}, 2},
    {"row shift and add (DPP)", {0x060602fa, 0xff091100 /* v_add_f32_dpp v3, v0, v1 row_shr:1 ... bound_ctrl:1 */}, 2},
    {"other row (permlanex16)", {0xd65c0007, 0x02010101}, 2},
    {"64-bit multiply-add", {0xd6fe7c02, 0x041a0b04}, 2},
    {"64-bit sum (add_co, add_co_ci)", {0xd7006a04, 0x00020500, 0x400a0701}, 3},
    {"division step (div_scale)", {0xd6fc7c02, 0x04020301}, 2},
    {"scalar", {0x80000100 /* s_add_u32 s0, s0, s1 */, 0x8b000100 /* s_and_b32 s0, s0, s1 */}, 2},
};

struct code {
    uint32_t words[128];
    uint32_t count;
};

static int fetch(void *context, uint64_t va, uint32_t *words, uint32_t count)
{
    const struct code *code = context;
    uint32_t n = 0;
    for (; n < count && va / 4 + n < code->count; n++) {
        words[n] = code->words[va / 4 + n];
    }
    return (int)n;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now); /* what others do on this machine does not count */
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void build(const struct loop *loop, struct code *code)
{
    code->count = 0;
    code->words[code->count++] = 0xbe8200ff; /* s_mov_b32 s2, 200000 */
    code->words[code->count++] = 200000;
    uint32_t start = code->count;
    for (uint32_t n = 0; n < 4; n++) {
        memcpy(&code->words[code->count], loop->body, loop->count * 4);
        code->count += loop->count;
    }
    code->words[code->count++] = 0x81828102;                                      /* s_sub_i32 s2, s2, 1 */
    code->words[code->count++] = 0xbf078002;                                      /* s_cmp_lg_u32 s2, 0 */
    code->words[code->count] = 0xbfa20000 | ((start - code->count - 1) & 0xffff); /* s_cbranch_scc1 start */
    code->count++;
    code->words[code->count++] = 0xbfb00000; /* s_endpgm */
}

int main(void)
{
    struct wave w = {.vgpr_count = 32};
    struct code code;
    int status = 0;
    w.vgpr = aligned_alloc(128, 32 * 128);
    for (size_t n = 0; n < sizeof loops / sizeof loops[0]; n++) {
        struct code_cache *cache = code_cache_create(fetch, &code);
        memset(w.vgpr, 0, 32 * 128);
        build(&loops[n], &code);
        wave_reset(&w);
        w.pc = 0;
        double start = seconds();
        enum wave_stop stop = wave_run(&w, cache, UINT64_MAX);
        double took = seconds() - start;
        printf("%8.1f M wave instructions/s  %s\n", (double)w.instructions / took * 1e-6, loops[n].name);
        if (stop != WAVE_ENDED) {
            printf("  stopped with %d: %s\n", stop, w.fault.text);
            status = 1;
        }
        code_cache_destroy(cache);
    }
    free(w.vgpr);
    return status;
}
