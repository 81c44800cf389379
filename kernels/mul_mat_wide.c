/*
 * mul_mat_wide.c: matrix products with many columns of rows of a multiple of 64 weights, as mul_mat.c's but with weights shared
 * by a work-group: 64 rows x 128 columns by four waves of 32 x 64. In each step along k a lane turns one block of 32 weights into
 * halves in local memory, while the waves multiply what the step before has put there; one barrier a step.
 *
 * Local memory holds, for every 8 values along k, those of row 0, of row 1 ..: the eight lanes that one pass of a 16-byte load
 * serves find neighbouring bytes, in all banks. Within a tile of 16 rows lie in the order of the lanes that want them.
 */
#include "tiles.h"

enum {
    STEP = EXO_WIDE_STEP, /* values along k */
    CHUNKS = STEP / 8,    /* of 16 bytes, per row and step */
    ROWS = EXO_TILE_ROWS, /* of a group */
    WAVE_ROWS = 32,
    WAVE_COLS = 64,
    ROW_TILES = WAVE_ROWS / 16,
    COL_TILES = WAVE_COLS / 16,
    BUFFER = CHUNKS * ROWS, /* 16-byte words */
    BATCH = 32 / WMMA_VALUES,
};
_Static_assert(EXO_WIDE_ITEMS * 32 == ROWS * STEP, "a block of 32 weights for each lane");

struct staged { /* a block as halves */
    union {
        v2h pair[16];
        v4u q[4];
    } v;
};

/* block: where this lane's begins, or for K types the whole block that it is one of the eight of; the step's second one or not.
 */
INLINE struct staged stage_load(uint32_t type, const GLOBAL uint8_t *block, uint32_t step, uint32_t second)
{
    struct staged s;
    if (type_is_k(type)) {
        k_load(type, block, step >> 1 & 1, (step & 1) * 2 + second, 0, 16, s.v.pair, s.v.pair + 8);
    } else {
        block_load(type, block, 0, 16, s.v.pair, s.v.pair + 8);
    }
    return s;
}

/* How far on the next step's block is. */
INLINE uint32_t stage_advance(uint32_t type, uint32_t step)
{
    return type_is_k(type) ? ((step & 3) == 3 ? k_block_bytes(type) : 0) : 2 * tile_block_bytes(type);
}

INLINE void stage_store(LOCAL v4u *to, const struct staged *s)
{
    UNROLL for (uint32_t i = 0; i < 4; i++)
    {
        to[i * ROWS] = s->v.q[i];
    }
}

/*
 * weights: this lane's of the first tile and chunk. Activations are asked for in a batch, as many as 64 registers hold: one wait
 * instead of one for each.
 */
INLINE void step_multiply(const LOCAL v4u *weights, const GLOBAL uint8_t *x, const uint32_t *col_at, uint32_t at,
                          v8f (*sum)[COL_TILES])
{
    UNROLL for (uint32_t from = 0; from < STEP / 16; from += BATCH)
    {
        union wmma_bits b[BATCH][COL_TILES];
        UNROLL for (uint32_t k = 0; k < BATCH; k++)
        {
            UNROLL for (uint32_t c = 0; c < COL_TILES; c++)
            {
                b[k][c] = columns_load(x + opaque_u32(col_at[c] + at) + (from + k) * 512);
            }
        }
        schedule_barrier();
        UNROLL for (uint32_t k = 0; k < BATCH; k++)
        {
            union wmma_bits w[ROW_TILES];
            UNROLL for (uint32_t t = 0; t < ROW_TILES; t++)
            {
                UNROLL for (uint32_t i = 0; i < WMMA_VALUES / 8; i++)
                {
                    w[t].q[i] = weights[((from + k) * 2 + i) * ROWS + t * 16];
                }
            }
            UNROLL for (uint32_t c = 0; c < COL_TILES; c++)
            {
                UNROLL for (uint32_t t = 0; t < ROW_TILES; t++)
                {
                    sum[t][c] = wmma_f16(w[t].h, b[k][c].h, sum[t][c]);
                }
            }
        }
    }
}

/* Which lane of a matrix instruction wants row `row` of a tile: wmma_row_of_eights turned round. */
INLINE uint32_t lane_of_row(uint32_t row)
{
    return WMMA_GFX12 ? row : (row & 7) << 1 | row >> 3;
}

INLINE void mul_mat_wide(const struct args_mul_mat *a, uint32_t type, LOCAL v4u *local)
{
    struct place p = place_find(a, group_x() * ROWS, group_y() * EXO_WIDE_COLS);
    uint32_t item = item_id(), second = item & 1, row = item >> 1, steps = a->k / STEP, col_at[COL_TILES];
    uint32_t wave_row = (wave_id() & 1) * WAVE_ROWS, wave_col = (wave_id() >> 1) * WAVE_COLS;
    const GLOBAL uint8_t *w = CAT(uint8_t, p.w), *x = CAT(uint8_t, p.x);
    uint32_t at = row_offset(a, &p, row) + (type_is_k(type) ? 0 : second * tile_block_bytes(type));
    LOCAL v4u *to = local + second * (4 * ROWS) + (row & ~15u) + lane_of_row(row & 15);
    const LOCAL v4u *from = local + wmma_first_k() / 8 * ROWS + wave_row + (item & 15);
    bool has_columns = p.col0 + wave_col < a->cols;
    v8f sum[ROW_TILES][COL_TILES];
    UNROLL for (uint32_t c = 0; c < COL_TILES; c++)
    {
        col_at[c] = column_offset(a, &p, wave_col + c * 16, 16) + wmma_first_k() * 32;
        UNROLL for (uint32_t t = 0; t < ROW_TILES; t++)
        {
            sum[t][c] = (v8f){0};
        }
    }
    struct staged next = stage_load(type, w + opaque_u32(at), 0, second);
    stage_store(to, &next);
    barrier_group();
    for (uint32_t step = 0; step < steps; step++) {
        uint32_t odd = step & 1;
        bool more = step + 1 < steps;
        at += stage_advance(type, step);
        if (more) {
            next = stage_load(type, w + opaque_u32(at), step + 1, second);
        }
        if (has_columns) {
            step_multiply(from + odd * BUFFER, x, col_at, step * (STEP * 32), sum);
        }
        if (more) {
            stage_store(to + (odd ^ 1) * BUFFER, &next);
        }
        barrier_group();
    }
    if (has_columns) {
        tiles_write(a, &p, wave_row, WAVE_ROWS, wave_col, WAVE_COLS, sum);
    }
}

#define MUL_MAT_WIDE(type, enumerator)                                                                                           \
    KERNEL(mul_mat_##type##_n128, args_mul_mat, EXO_WIDE_ITEMS)                                                                  \
    {                                                                                                                            \
        LDS_ARRAY(v4u, weights, 2 * BUFFER);                                                                                     \
        mul_mat_wide(&a, enumerator, weights);                                                                                   \
    }

MUL_MAT_WIDE(q4_0, EXO_TYPE_Q4_0)
MUL_MAT_WIDE(q4_1, EXO_TYPE_Q4_1)
MUL_MAT_WIDE(q5_0, EXO_TYPE_Q5_0)
MUL_MAT_WIDE(q5_1, EXO_TYPE_Q5_1)
MUL_MAT_WIDE(q8_0, EXO_TYPE_Q8_0)
MUL_MAT_WIDE(q2_k, EXO_TYPE_Q2_K)
MUL_MAT_WIDE(q3_k, EXO_TYPE_Q3_K)
MUL_MAT_WIDE(q4_k, EXO_TYPE_Q4_K)
MUL_MAT_WIDE(q5_k, EXO_TYPE_Q5_K)
MUL_MAT_WIDE(q6_k, EXO_TYPE_Q6_K)
MUL_MAT_WIDE(f16, EXO_TYPE_F16)
