/* arith: single vector instructions against expected values, with EXEC partly off, in wave32 and wave64; scalar programs; waves
 * that fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim/isa/isa.h"

#define ENDPGM 0xbfb00000u
#define UNTOUCHED 0xdeadbeefu

struct arith_case {
    const char *text;
    uint32_t words[3];
    uint64_t a, b, c, expected;
    bool wide;
};

static const struct arith_case cases[] = {
#include "arith_cases.h"
};

/* Code that lies at address 0x1000. */
struct program {
    uint32_t words[64];
    uint32_t count;
};

static int fetch(void *context, uint64_t va, uint32_t *words, uint32_t count)
{
    const struct program *p = context;
    if (va < 0x1000 || va >= 0x1000 + p->count * 4ull) {
        return -14; /* EFAULT */
    }
    uint32_t first = (uint32_t)(va - 0x1000) / 4, n = 0;
    for (; n < count && first + n < p->count; n++) {
        words[n] = p->words[first + n];
    }
    return (int)n;
}

struct bench {
    struct wave wave;
    struct program program;
    struct code_cache *cache;
    struct workgroup group;
};

static void bench_open(struct bench *t, bool wave64, uint32_t vgprs)
{
    memset(t, 0, sizeof *t);
    t->wave.wave64 = wave64;
    t->wave.vgpr_count = vgprs;
    t->wave.vgpr = aligned_alloc(128, (size_t)vgprs * 2 * 128);
    memset(t->wave.vgpr, 0, (size_t)vgprs * 2 * 128);
    t->wave.group = &t->group;
    wave_reset(&t->wave);
    t->wave.pc = 0x1000;
    t->cache = code_cache_create(fetch, &t->program);
}

static void bench_close(struct bench *t)
{
    code_cache_destroy(t->cache);
    free(t->wave.vgpr);
}

static void add_words(struct bench *t, const uint32_t *words, uint32_t count)
{
    memcpy(&t->program.words[t->program.count], words, count * 4);
    t->program.count += count;
}

static uint32_t *lane(struct bench *t, uint32_t reg, uint32_t l)
{
    uint32_t halves = t->wave.wave64 ? 2 : 1;
    return &((uint32_t *)&t->wave.vgpr[reg * halves + l / 32])[l % 32];
}

static void fill(struct bench *t, uint32_t reg, uint64_t value)
{
    for (uint32_t l = 0; l < (t->wave.wave64 ? 64u : 32u); l++) {
        *lane(t, reg, l) = (uint32_t)value;
        *lane(t, reg + 1, l) = (uint32_t)(value >> 32);
    }
}

static int run_case(const struct arith_case *c, bool wave64)
{
    struct bench t;
    struct inst inst;
    const uint32_t end = ENDPGM;
    uint64_t exec = 0xaaaaaaaa0000ffffull;
    int bad = 0;
    bench_open(&t, wave64, 8);
    isa_decode(c->words, 3, ISA_GFX11, &inst);
    add_words(&t, c->words, inst.size / 4);
    add_words(&t, &end, 1);
    fill(&t, 0, c->a);
    fill(&t, 2, c->b);
    fill(&t, 4, c->c);
    fill(&t, 6, (uint64_t)UNTOUCHED << 32 | UNTOUCHED);
    t.wave.sgpr[4] = 0x1000;
    sgpr_write64(&t.wave, SRC_EXEC_LO, wave64 ? exec : (uint32_t)exec);
    enum wave_stop stop = wave_run(&t.wave, t.cache, 100);
    if (stop != WAVE_ENDED) {
        print_error("%s: stopped with %d: %s\n", c->text, stop, t.wave.fault.text);
        bad = 1;
    }
    for (uint32_t l = 0; !bad && l < (wave64 ? 64u : 32u); l++) {
        uint64_t got = (uint64_t)*lane(&t, 7, l) << 32 | *lane(&t, 6, l);
        uint64_t want = exec >> l & 1 ? c->expected : (uint64_t)UNTOUCHED << 32 | UNTOUCHED;
        uint64_t mask = c->wide ? UINT64_MAX : UINT32_MAX;
        if ((got & mask) != (want & mask)) {
            print_error("%s: lane %u: wanted 0x%llx, got 0x%llx\n", c->text, l, (unsigned long long)(want & mask),
                        (unsigned long long)(got & mask));
            bad = 1;
        }
    }
    bench_close(&t);
    return bad;
}

static void every_instruction_gives_its_value_in_active_lanes_only(void **state)
{
    int bad = 0;
    (void)state;
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        bad += run_case(&cases[n], false);
        bad += strncmp(cases[n].text, "v_dual", 6) != 0 && run_case(&cases[n], true); /* dual issue is wave32's alone */
    }
    assert_int_equal(bad, 0);
}

static void text_of_every_case_is_llvm_s(void **state)
{
    char text[128];
    struct inst inst;
    (void)state;
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        assert_int_equal(isa_decode(cases[n].words, 3, ISA_GFX11, &inst), 0);
        assert_string_equal(isa_disassemble(&inst, false, text, sizeof text), cases[n].text);
    }
}

/* ---- programs ---- */

static void run_words(struct bench *t, const uint32_t *words, uint32_t count, enum wave_stop want)
{
    add_words(t, words, count);
    enum wave_stop stop = wave_run(&t->wave, t->cache, 10000);
    if (stop != want) {
        print_error("wanted stop %d, got %d: %s\n", want, stop, t->wave.fault.text);
    }
    assert_int_equal(stop, want);
}

static void a_loop_counts_and_branches(void **state)
{
    static const uint32_t words[] = {
        0xbe800080, /* s_mov_b32 s0, 0 */
        0xbe81008a, /* s_mov_b32 s1, 10 */
        0x80000100, /* s_add_u32 s0, s0, s1 */
        0x81818101, /* s_sub_i32 s1, s1, 1 */
        0xbf078001, /* s_cmp_lg_u32 s1, 0 */
        0xbfa2fffc, /* s_cbranch_scc1 -4 */
        ENDPGM,
    };
    struct bench t;
    (void)state;
    bench_open(&t, false, 8);
    run_words(&t, words, 7, WAVE_ENDED);
    assert_int_equal(t.wave.sgpr[0], 55);
    assert_int_equal(t.wave.instructions, 2 + 10 * 4 + 1);
    bench_close(&t);
}

static void compare_writes_zero_for_lanes_that_are_off(void **state)
{
    static const uint32_t words[] = {
        0x7c220501,             /* v_cmp_lt_f32_e32 vcc_lo, v1, v2 */
        0xd4110004, 0x00020501, /* v_cmp_lt_f32_e64 s4, v1, v2 */
        0x02060501,             /* v_cndmask_b32_e32 v3, v1, v2, vcc_lo */
        0x7d220501,             /* v_cmpx_lt_f32_e32 v1, v2 */
        ENDPGM,
    };
    struct bench t;
    (void)state;
    bench_open(&t, false, 8);
    for (uint32_t l = 0; l < 32; l++) {
        float x = (float)l, y = 8.0f;
        memcpy(lane(&t, 1, l), &x, 4);
        memcpy(lane(&t, 2, l), &y, 4);
    }
    t.wave.sgpr[SRC_VCC_LO] = UINT32_MAX;
    t.wave.sgpr[SRC_EXEC_LO] = 0xfffffff0;
    run_words(&t, words, 6, WAVE_ENDED);
    assert_int_equal(t.wave.sgpr[SRC_VCC_LO], 0xf0);
    assert_int_equal(t.wave.sgpr[4], 0xf0);
    assert_int_equal(t.wave.sgpr[SRC_EXEC_LO], 0xf0);
    assert_int_equal(*lane(&t, 3, 0), 0);          /* off: untouched */
    assert_int_equal(*lane(&t, 3, 5), 0x41000000); /* 8.0 */
    assert_int_equal(*lane(&t, 3, 9), 0x41100000); /* 9.0 */
    bench_close(&t);
}

static void carries_chain_over_64_bits(void **state)
{
    static const uint32_t words[] = {
        0xd7006a04,
        0x00020500, /* v_add_co_u32 v4, vcc_lo, v0, v2 */
        0x400a0701, /* v_add_co_ci_u32_e32 v5, vcc_lo, v1, v3, vcc_lo */
        ENDPGM,
    };
    struct bench t;
    (void)state;
    for (uint32_t wide = 0; wide < 2; wide++) {
        bench_open(&t, wide, 8);
        fill(&t, 0, 0x00000001ffffffffull);
        fill(&t, 2, 0x0000000200000001ull);
        run_words(&t, words, 4, WAVE_ENDED);
        assert_int_equal(*lane(&t, 4, wide ? 63 : 31), 0);
        assert_int_equal(*lane(&t, 5, wide ? 63 : 31), 4);
        bench_close(&t);
    }
}

static void lanes_permute_and_rows_reduce(void **state)
{
    static const uint32_t words[] = {
        0x7e0602fa, 0xff00b101, /* v_mov_b32_dpp v3, v1 quad_perm:[1,0,3,2] row_mask:0xf bank_mask:0xf */
        0x7e0802fa, 0xff011101, /* v_mov_b32_dpp v4, v1 row_shr:1 row_mask:0xf bank_mask:0xf */
        0x7e0a02fa, 0xff091101, /* v_mov_b32_dpp v5, v1 row_shr:1 row_mask:0xf bank_mask:0xf bound_ctrl:1 */
        0x7e0c02e9, 0x05397701, /* v_mov_b32_dpp v6, v1 dpp8:[7,6,5,4,3,2,1,0] */
        0xd65c0007, 0x02010101, /* v_permlanex16_b32 v7, v1, 0, 0 */
        0x7e080501,             /* v_readfirstlane_b32 s4, v1 */
        0xd7600005, 0x00010f01, /* v_readlane_b32 s5, v1, 7 */
        ENDPGM,
    };
    struct bench t;
    (void)state;
    bench_open(&t, false, 8);
    for (uint32_t l = 0; l < 32; l++) {
        *lane(&t, 1, l) = 100 + l;
        *lane(&t, 4, l) = 7;
        *lane(&t, 5, l) = 7;
    }
    t.wave.sgpr[SRC_EXEC_LO] = 0xfffffffe;
    run_words(&t, words, sizeof words / 4, WAVE_ENDED);
    assert_int_equal(*lane(&t, 3, 2), 103);
    assert_int_equal(*lane(&t, 3, 1), 0); /* lane 0 is off: not readable, so lane 1 keeps what it had */
    assert_int_equal(*lane(&t, 4, 5), 104);
    assert_int_equal(*lane(&t, 4, 16), 7); /* beyond the row: untouched */
    assert_int_equal(*lane(&t, 5, 16), 0); /* … or zero with bound_ctrl */
    assert_int_equal(*lane(&t, 6, 8), 115);
    assert_int_equal(*lane(&t, 7, 1), 116); /* select 0 of the other row for the upper lanes */
    assert_int_equal(t.wave.sgpr[4], 101);
    assert_int_equal(t.wave.sgpr[5], 107);
    bench_close(&t);
}

static float divide(struct bench *t, float n, float d)
{
    static const uint32_t words[] = {
        /* v0 numerator, v1 denominator: the sequence compilers emit for a correctly rounded quotient */
        0xd6fc7c02, 0x04020301, /* v_div_scale_f32 v2, null, v1, v1, v0 */
        0x7e065502,             /* v_rcp_f32_e32 v3, v2 */
        0xd6fc6a04, 0x04020300, /* v_div_scale_f32 v4, vcc_lo, v0, v1, v0 */
        0xd6130005, 0x23ca0702, /* v_fma_f32 v5, -v2, v3, 1.0 */
        0x56060705,             /* v_fmac_f32_e32 v3, v5, v3 */
        0x100a0704,             /* v_mul_f32_e32 v5, v4, v3 */
        0xd6130006, 0x24120b02, /* v_fma_f32 v6, -v2, v5, v4 */
        0x560a0706,             /* v_fmac_f32_e32 v5, v6, v3 */
        0xd6130004, 0x24120b02, /* v_fma_f32 v4, -v2, v5, v4 */
        0xd6370003, 0x04160704, /* v_div_fmas_f32 v3, v4, v3, v5 */
        0xd6270007, 0x04020303, /* v_div_fixup_f32 v7, v3, v1, v0 */
        ENDPGM,
    };
    float result;
    memcpy(lane(t, 0, 0), &n, 4);
    memcpy(lane(t, 1, 0), &d, 4);
    t->program.count = 0;
    t->wave.ended = false;
    t->wave.pc = 0x1000;
    run_words(t, words, sizeof words / 4, WAVE_ENDED);
    memcpy(&result, lane(t, 7, 0), 4);
    return result;
}

static void scaled_division_rounds_correctly(void **state)
{
    static const float values[] = {1.0f,        3.0f,  10.0f,  0x1.fffffep127f, 0x1p-126f, 0x1p-149f,
                                   0x1.8p-140f, 1e30f, 1e-30f, 7e-39f,          -5.5f};
    struct bench t;
    int bad = 0;
    (void)state;
    bench_open(&t, false, 8);
    for (size_t n = 0; n < sizeof values / 4; n++) {
        for (size_t d = 0; d < sizeof values / 4; d++) {
            float want = values[n] / values[d], got = divide(&t, values[n], values[d]);
            if (memcmp(&want, &got, 4) != 0) {
                print_error("%a / %a: wanted %a, got %a\n", (double)values[n], (double)values[d], (double)want, (double)got);
                bad++;
            }
        }
    }
    bench_close(&t);
    assert_int_equal(bad, 0);
}

static void barrier_stops_behind_itself(void **state)
{
    static const uint32_t words[] = {0xbfbd0000 /* s_barrier */, 0xbe800085 /* s_mov_b32 s0, 5 */, ENDPGM};
    struct bench t;
    (void)state;
    bench_open(&t, false, 8);
    run_words(&t, words, 3, WAVE_BARRIER);
    assert_true(t.wave.at_barrier);
    assert_int_equal(t.wave.pc, 0x1004);
    assert_int_equal(wave_run(&t.wave, t.cache, 100), WAVE_ENDED);
    assert_int_equal(t.wave.sgpr[0], 5);
    bench_close(&t);
}

static void endless_loops_use_up_their_budget(void **state)
{
    static const uint32_t words[] = {0xbf800000 /* s_nop 0 */, 0xbfa0fffe /* s_branch -2 */};
    struct bench t;
    (void)state;
    bench_open(&t, false, 8);
    run_words(&t, words, 2, WAVE_BUDGET);
    assert_in_range(t.wave.instructions, 10000, 10010);
    bench_close(&t);
}

static void short_encodings_reach_the_high_halves_of_the_first_128_registers(void **state)
{
    static const uint32_t words[] = {
        0x640c0500 | 0x80 << 17 | 0x80 << 9, /* v_add_f16_e32 with the high halves of v6 and v2 */
        ENDPGM,
    };
    struct bench t;
    (void)state;
    bench_open(&t, false, 8);
    fill(&t, 0, 0x70003e00); /* low: 1.5 */
    fill(&t, 2, 0x40007000); /* high: 2.0 */
    fill(&t, 6, UNTOUCHED);
    run_words(&t, words, 2, WAVE_ENDED);
    assert_int_equal(*lane(&t, 6, 3), 0x4300beef); /* 3.5 above what was there */
    bench_close(&t);
}

static void rounding_and_denormals_follow_mode(void **state)
{
    static const uint32_t words[] = {
        0xbf910003, /* s_round_mode 0x3 */
        0x06080300, /* v_add_f32_e32 v4, v0, v1 */
        0xbf910000, /* s_round_mode 0x0 */
        0x060a0300, /* v_add_f32_e32 v5, v0, v1 */
        0xbf920000, /* s_denorm_mode 0 */
        0x060c0502, /* v_add_f32_e32 v6, v2, v2 */
        ENDPGM,
    };
    struct bench t;
    volatile float denormal = 0x1p-140f;
    (void)state;
    bench_open(&t, false, 8);
    fill(&t, 0, 0x337fffffull << 32 | 0x3f800001); /* a little less than half of 1's last place, which rounds up to even */
    *lane(&t, 1, 0) = 0x33800000;
    fill(&t, 2, 0x00000100);
    run_words(&t, words, 7, WAVE_ENDED);
    assert_int_equal(*lane(&t, 4, 0), 0x3f800001);
    assert_int_equal(*lane(&t, 5, 0), 0x3f800002);
    assert_int_equal(*lane(&t, 6, 0), 0);
    assert_true(denormal * 2.0f == 0x1p-139f); /* the host's own setting is as it was */
    bench_close(&t);
}

static void faulty(const uint32_t *words, uint32_t count, uint32_t vgprs, enum compute_fault_kind kind, const char *part)
{
    struct bench t;
    bench_open(&t, false, vgprs);
    t.wave.index = 3;
    run_words(&t, words, count, WAVE_FAULTED);
    assert_int_equal(t.wave.fault.kind, kind);
    if (strstr(t.wave.fault.text, part) == NULL || strstr(t.wave.fault.text, "wave 3 of work-group 0,0,0 at PC 0x") == NULL) {
        print_error("wanted \"%s\" in \"%s\"\n", part, t.wave.fault.text);
        fail();
    }
    bench_close(&t);
}

static void faults_name_wave_pc_and_instruction(void **state)
{
    (void)state;
    faulty((const uint32_t[]){0x02021105}, 1, 8, COMPUTE_FAULT_REGISTER,
           "v_cndmask_b32_e32 v1, v5, v8, vcc_lo: v8 is beyond the 8");
    faulty((const uint32_t[]){0xd53f0000, 0}, 2, 8, COMPUTE_FAULT_ILLEGAL, ".long 0xd53f0000, 0x00000000: no gfx11 instruction");
    faulty((const uint32_t[]){0xf8000000, 0}, 2, 8, COMPUTE_FAULT_ILLEGAL, "not a compute instruction");
    faulty((const uint32_t[]){0xbe8000d1}, 1, 8, COMPUTE_FAULT_ILLEGAL, "reserved");
    faulty((const uint32_t[]){0xbf900002}, 1, 8, COMPUTE_FAULT_TRAP, "s_trap 2: the program trapped");
    faulty((const uint32_t[]){0xbf800000}, 1, 8, COMPUTE_FAULT_PAGE, "no code to execute");
    faulty((const uint32_t[]){0xbe8000ff}, 1, 8, COMPUTE_FAULT_PAGE, "goes on where no code can be read");
}

static void code_stays_as_fetched_until_invalidated(void **state) /* */
{
    struct bench t;
    const uint32_t before[] = {0xbe800081 /* s_mov_b32 s0, 1 */, ENDPGM};
    (void)state;
    bench_open(&t, false, 8);
    run_words(&t, before, 2, WAVE_ENDED);
    t.program.words[0] = 0xbe800082; /* s_mov_b32 s0, 2 */
    for (uint32_t pass = 0; pass < 2; pass++) {
        wave_reset(&t.wave);
        t.wave.pc = 0x1000;
        assert_int_equal(wave_run(&t.wave, t.cache, 100), WAVE_ENDED);
        assert_int_equal(t.wave.sgpr[0], pass + 1);
        code_cache_invalidate(t.cache);
    }
    bench_close(&t);
}

/* Any words at all: decoding, text and execution stay within bounds (run with sanitizers to see more), and what does not decode
 * faults. Memory instructions need a card behind them and are left out. */
static void random_words_decode_and_execute_or_fault(void **state)
{
    uint64_t random = 88172645463325252ull;
    uint32_t executed = 0;
    (void)state;
    for (uint32_t n = 0; n < 20000; n++) {
        struct bench t;
        struct inst inst;
        char text[160];
        uint32_t words[4];
        for (uint32_t k = 0; k < 3; k++) {
            random ^= random << 13, random ^= random >> 7, random ^= random << 17;
            words[k] = (uint32_t)random;
        }
        words[3] = ENDPGM;
        if (n & 1) { /* half of them in the longer encodings */
            words[0] = (words[0] & 0x03ffffff) | (n & 2 ? 0xd4000000u : 0xc8000000u);
        }
        int rc = isa_decode(words, 3, ISA_GFX11, &inst);
        isa_disassemble(&inst, n & 4, text, sizeof text);
        if (inst.enc == ENC_SMEM || inst.enc > ENC_VOPD || inst.enc == ENC_VOP3P) {
            continue;
        }
        bench_open(&t, n & 4, 256);
        add_words(&t, words, inst.size / 4);
        add_words(&t, &words[3], 1);
        enum wave_stop stop = wave_run(&t.wave, t.cache, 50);
        if (rc < 0) {
            assert_int_equal(stop, WAVE_FAULTED);
        }
        executed += rc == 0;
        bench_close(&t);
    }
    assert_in_range(executed, 1000, 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_of_every_case_is_llvm_s),
        cmocka_unit_test(every_instruction_gives_its_value_in_active_lanes_only),
        cmocka_unit_test(a_loop_counts_and_branches),
        cmocka_unit_test(compare_writes_zero_for_lanes_that_are_off),
        cmocka_unit_test(carries_chain_over_64_bits),
        cmocka_unit_test(lanes_permute_and_rows_reduce),
        cmocka_unit_test(scaled_division_rounds_correctly),
        cmocka_unit_test(barrier_stops_behind_itself),
        cmocka_unit_test(endless_loops_use_up_their_budget),
        cmocka_unit_test(short_encodings_reach_the_high_halves_of_the_first_128_registers),
        cmocka_unit_test(rounding_and_denormals_follow_mode),
        cmocka_unit_test(faults_name_wave_pc_and_instruction),
        cmocka_unit_test(random_words_decode_and_execute_or_fault),
        cmocka_unit_test(code_stays_as_fetched_until_invalidated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
