/* strict.c: command streams and kernels (strict.h), and the runner of one test by name. */
#include "strict.h"

#include <string.h>

#include "regs/pm4.h"
#include "regs/sdma.h"
#include "regs/soc.h"

#define PKT(op, words) (0xc0000000u | ((words) - 1) << 16 | (op) << 8)
#define LO(v) ((uint32_t)(v))
#define HI(v) ((uint32_t)((v) >> 32))
#define SH(name) (0x1260 + OFF_##name - 0x2c00)
#define KERNELS (RIG_SCRATCH + 0x80000)
#define KERNEL_BYTES 0x400u
#define FENCE_WORD 4

/* Assembled by llvm-mc 19 for gfx1100 and, for the same instructions, gfx1201. */
static const uint32_t kernels[GENERATIONS][KERNEL_COUNT][16] = {
    [GEN_GFX11] =
        {
            [KERNEL_COPY] =
                {
                    0x30020082, 0xdc520000, 0x02020001, /* v_lshlrev_b32 v1, 2, v0; global_load_b32 v2, v1, s[2:3] */
                    0xbf8903f7, 0xdc6a0000, 0x00000201, /* s_waitcnt vmcnt(0); global_store_b32 v1, v2, s[0:1] */
                    0xbfb00000,                         /* s_endpgm */
                },
            [KERNEL_FILL] =
                {
                    0x30020082,
                    0x7e040202,
                    0xdc6a0000,
                    0x00000201, /* …; v_mov_b32 v2, s2; global_store_b32 v1, v2, s[0:1] */
                    0xbfb00000,
                },
            [KERNEL_ARGUMENTS] =
                {
                    0xf4040080, 0xf8000000, 0xf4000100, 0xf8000008, /* s_load_b64 s[2:3], s[0:1], 0; s_load_b32 s4, s[0:1], 8 */
                    0xbf89fc07, 0x30020082, 0x7e040204,             /* s_waitcnt lgkmcnt(0); …; v_mov_b32 v2, s4 */
                    0xdc6a0000, 0x00020201, 0xbfb00000,             /* global_store_b32 v1, v2, s[2:3] */
                },
            [KERNEL_ATOMIC] =
                {
                    0x7e020280, 0x7e040281, /* v_mov_b32 v1, 0; v_mov_b32 v2, 1 */
                    0xdcd60000, 0x00000201, /* global_atomic_add_u32 v1, v2, s[0:1] */
                    0x81828102, 0xbf078002, 0xbfa2fffb,
                    0xbfb00000, /* s_sub_i32 s2, s2, 1; s_cmp_lg_u32 s2, 0; s_cbranch_scc1 -5 */
                },
            [KERNEL_GROUPS] =
                {
                    0x7e040204,
                    0x30020082,
                    0x84048704,
                    0x4a020204, /* v_mov_b32 v2, s4; …; s_lshl_b32 s4, s4, 7; v_add_nc_u32 v1, s4, v1 */
                    0xdc6a0000,
                    0x00000201,
                    0xbfb00000,
                },
            [KERNEL_HASTY] = {0x30020082, 0xdc520000, 0x02020001, 0xdc6a0000, 0x00000201, 0xbfb00000},
            [KERNEL_REGISTERS] = {0x7e500281, 0xbfb00000}, /* v_mov_b32 v40, 1 */
        },
    [GEN_GFX12] =
        {
            [KERNEL_COPY] = {0x30020082, 0xee050002, 0x00000002, 0x00000001, 0xbfc00000, 0xee068000, 0x01000000, 0x00000001,
                             0xbfb00000},
            [KERNEL_FILL] = {0x30020082, 0x7e040202, 0xee068000, 0x01000000, 0x00000001, 0xbfb00000},
            [KERNEL_ARGUMENTS] = {0xf4002080, 0xf8000000, 0xf4000100, 0xf8000008, 0xbfc70000, 0x30020082, 0x7e040204, 0xee068002,
                                  0x01000000, 0x00000001, 0xbfb00000},
            [KERNEL_ATOMIC] = {0x7e020280, 0x7e040281, 0xee0d4000, 0x01000000, 0x00000001, 0x81828102, 0xbf078002, 0xbfa2fffa,
                               0xbfb00000},
            /* The group's id is in ttmp9 there. */
            [KERNEL_GROUPS] = {0x7e040275, 0x30020082, 0x84048775, 0x4a020204, 0xee068000, 0x01000000, 0x00000001, 0xbfb00000},
            [KERNEL_HASTY] = {0x30020082, 0xee050002, 0x00000002, 0x00000001, 0xee068000, 0x01000000, 0x00000001, 0xbfb00000},
            [KERNEL_REGISTERS] = {0x7e500281, 0xbfb00000},
        },
};

uint64_t kernel_va(int kernel)
{
    return VA(KERNELS + (uint32_t)kernel * KERNEL_BYTES);
}

/* ---- streams ----------------------------------------------------------------------------------------------------------- */

void put(struct stream *s, const uint32_t *words, uint32_t count)
{
    assert_true(count <= STREAM_WORDS - s->count);
    memcpy(s->words + s->count, words, count * sizeof(*words));
    s->count += count;
}

void put_flush(struct stream *s)
{
    PUT(s, PKT(PACKET3_EVENT_WRITE, 1), CS_PARTIAL_FLUSH_EVENT | 4 << 8);
}

void put_acquire(struct stream *s, uint32_t gcr)
{
    PUT(s, PKT(PACKET3_ACQUIRE_MEM, 7), 0, 0xffffffff, 0xffffff, 0, 0, 10, gcr);
}

void put_write(struct stream *s, uint64_t va, uint32_t value)
{
    PUT(s, PKT(PACKET3_WRITE_DATA, 4), 5u << 8 | 1 << 20, LO(va), HI(va), value);
}

void put_fence(struct stream *s, uint32_t index, uint32_t value, uint32_t gcr)
{
    uint32_t p[8];
    rig_release_mem(p, RIG_HOST_VA + index * 4, value);
    p[1] |= gcr;
    put(s, p, 8);
}

static void put_launch(struct stream *s, uint64_t code, const uint32_t *user, uint32_t user_count, uint32_t rsrc2,
                       uint32_t groups)
{
    PUT(s, PKT(PACKET3_SET_SH_REG, 3), SH(COMPUTE_PGM_LO), LO(code >> 8), HI(code >> 8));
    PUT(s, PKT(PACKET3_SET_SH_REG, 3), SH(COMPUTE_PGM_RSRC1), 0, user_count << 1 | rsrc2);
    PUT(s, PKT(PACKET3_SET_SH_REG, 4), SH(COMPUTE_NUM_THREAD_X), 32, 1, 1);
    PUT(s, PKT(PACKET3_SET_SH_REG, 1 + user_count), SH(COMPUTE_USER_DATA_0));
    put(s, user, user_count);
    PUT(s, PKT(PACKET3_DISPATCH_DIRECT, 4), groups, 1, 1, 1 | 1 << 2 | 1 << 15);
}

void put_dispatch(struct stream *s, uint64_t code, const uint32_t *user, uint32_t user_count)
{
    put_launch(s, code, user, user_count, 0, 1);
}

void put_groups(struct stream *s, uint64_t dst, uint32_t groups)
{
    const uint32_t group_id_in_s4 = 1 << 7;
    put_launch(s, kernel_va(KERNEL_GROUPS), (const uint32_t[]){LO(dst), HI(dst), 0, 0}, 4, group_id_in_s4, groups);
}

void put_hasty_copy(struct stream *s, uint64_t dst, uint64_t src)
{
    put_dispatch(s, kernel_va(KERNEL_HASTY), (const uint32_t[]){LO(dst), HI(dst), LO(src), HI(src)}, 4);
}

void put_copy(struct stream *s, uint64_t dst, uint64_t src)
{
    put_dispatch(s, kernel_va(KERNEL_COPY), (const uint32_t[]){LO(dst), HI(dst), LO(src), HI(src)}, 4);
}

void put_fill(struct stream *s, uint64_t dst, uint32_t value)
{
    put_dispatch(s, kernel_va(KERNEL_FILL), (const uint32_t[]){LO(dst), HI(dst), value}, 3);
}

void put_with_arguments(struct stream *s, uint64_t arguments)
{
    put_dispatch(s, kernel_va(KERNEL_ARGUMENTS), (const uint32_t[]){LO(arguments), HI(arguments)}, 2);
}

void put_atomics(struct stream *s, uint64_t word, uint32_t times)
{
    put_dispatch(s, kernel_va(KERNEL_ATOMIC), (const uint32_t[]){LO(word), HI(word), times}, 3);
}

/* ---- the card ---------------------------------------------------------------------------------------------------------- */

void strict_open(struct rig *r, const char *fault)
{
    struct stream s = {0};
    rig_open(r, fault);
    rig_boot(r);
    for (int k = 0; k < KERNEL_COUNT; k++) {
        const uint32_t *words = kernels[r->chip->generation][k];
        assert_true(sim_bar_write(r->card, 0, KERNELS + (uint32_t)k * KERNEL_BYTES, words, sizeof(kernels[0][k])));
    }
    put_acquire(&s, GCR_ALL);
    strict_run(r, &s);
}

void strict_run(struct rig *r, struct stream *s)
{
    uint32_t value = r->host[FENCE_WORD] + 1;
    put_fence(s, FENCE_WORD, value, RELEASE_NOTHING);
    rig_submit(r, s->words, s->count);
    if (!rig_wait_host(r, FENCE_WORD, value)) {
        fail_msg("the fence never came; verdict: %s", rig_verdict(r));
    }
    s->count = 0;
}

void strict_sdma_copy(struct rig *r, uint64_t dst, uint64_t src, uint32_t bytes)
{
    uint64_t fence = RIG_HOST_VA + 5 * 4;
    uint32_t value = r->host[5] + 1;
    const uint32_t p[] = {SDMA_OP_COPY, bytes - 1,     0,         LO(src),   HI(src), LO(dst),
                          HI(dst),      SDMA_OP_FENCE, LO(fence), HI(fence), value};
    rig_submit_sdma(r, p, sizeof(p) / sizeof(p[0]));
    assert_true(rig_wait_host(r, 5, value));
}

uint32_t strict_word(struct rig *r, uint64_t va)
{
    strict_sdma_copy(r, RIG_HOST_VA + 0x4000, va, 128);
    return r->host[0x1000];
}

/* ---- the runner -------------------------------------------------------------------------------------------------------- */

int main(void)
{
#define ROW(number, name) cmocka_unit_test(name),
    const struct CMUnitTest tests[] = {STRICT_TESTS(ROW)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
