/* mem_matrix.c: dot products, packed halves and WMMA against plain C. */
#include "rig.h"

#include <math.h>

struct two {
    uint64_t out, in;
    uint32_t n;
};

struct matrix {
    uint64_t d, a, b, c;
};

static uint32_t random_u32(void)
{
    static uint64_t x = 88172645463325252ull;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return (uint32_t)(x >> 16);
}

static uint16_t to_half(float f)
{
    _Float16 h = (_Float16)f;
    uint16_t bits;
    memcpy(&bits, &h, 2);
    return bits;
}

static float from_half(uint16_t bits)
{
    _Float16 h;
    memcpy(&h, &bits, 2);
    return (float)h;
}

static int32_t dot_bytes(uint32_t a, uint32_t b, int32_t c, int a_signed, int b_signed, int bits)
{
    uint32_t sum = (uint32_t)c;
    for (int n = 0; n < 32; n += bits) {
        int32_t x = (int32_t)(a << (32 - bits - n)), y = (int32_t)(b << (32 - bits - n));
        x = a_signed ? x >> (32 - bits) : (int32_t)((uint32_t)x >> (32 - bits));
        y = b_signed ? y >> (32 - bits) : (int32_t)((uint32_t)y >> (32 - bits));
        sum += (uint32_t)(x * y);
    }
    return (int32_t)sum;
}

static void dot_products_of_bytes_match_plain_c_in_every_sign(void **state)
{
    (void)state;
    for (int wave64 = 0; wave64 < 2; wave64++) {
        struct rig *r = rig_create((struct rig_options){.threads = 1, .wave64 = wave64, .check_all = !wave64});
        uint32_t in[64][3], got[64][10];
        struct two args = {rig_alloc(r, RIG_VRAM, sizeof got), rig_alloc(r, RIG_VRAM, sizeof in), 0};
        for (int l = 0; l < 64; l++) {
            in[l][0] = l == 0 ? 0x80808080 : l == 1 ? 0xffffffff : random_u32();
            in[l][1] = l == 0 ? 0x80808080 : l == 1 ? 0x80ff7f00 : random_u32();
            in[l][2] = random_u32() & 0xfffffff;
        }
        rig_write(r, args.in, in, sizeof in);
        check_ran(r, rig_run(r, "dot4", rig_grid_1d(1, 64), &args, sizeof args));
        rig_read(r, args.out, got, sizeof got);
        for (int l = 0; l < 64; l++) {
            uint32_t a = in[l][0], b = in[l][1];
            int32_t c = (int32_t)in[l][2];
            for (int s = 0; s < 4; s++) {
                check_eq((uint32_t)dot_bytes(a, b, c, s & 1, s >> 1, 8), got[l][s]);
            }
            int64_t wide = (int64_t)dot_bytes(a, b, 0, 1, 1, 8) + (c | 0x70000000);
            check_eq((uint32_t)(wide > INT32_MAX ? INT32_MAX : wide), got[l][4]);
            check_eq((uint32_t)dot_bytes(a, b, c, 0, 0, 8), got[l][5]);
            check_eq((uint32_t)dot_bytes(a, b, c, 1, 0, 4), got[l][6]);
            check_eq((uint32_t)dot_bytes(a, b, c, 0, 0, 4), got[l][7]);
            check_eq((uint32_t)dot_bytes(a, b, c, 1, 1, 4), got[l][8]);
            check_eq((uint32_t)dot_bytes(a, b, c, 0, 1, 4), got[l][9]);
        }
        rig_destroy(r);
    }
}

static void packed_halves_round_once(void **state)
{
    (void)state;
    struct rig *r = rig_create((struct rig_options){.threads = 1});
    uint16_t in[32][3][2];
    uint32_t got[32][6];
    struct two args = {rig_alloc(r, RIG_VRAM, sizeof got), rig_alloc(r, RIG_VRAM, sizeof in), 0};
    for (int n = 0; n < 32 * 6; n++) {
        in[n / 6][n / 2 % 3][n % 2] = to_half((float)((int)(random_u32() % 4001) - 2000) / 37.0f);
    }
    rig_write(r, args.in, in, sizeof in);
    check_ran(r, rig_run(r, "packed_halves", rig_grid_1d(1, 32), &args, sizeof args));
    rig_read(r, args.out, got, sizeof got);
    for (int l = 0; l < 32; l++) {
        float a[2], b[2], c[2], mixed, dot;
        for (int h = 0; h < 2; h++) {
            a[h] = from_half(in[l][0][h]), b[h] = from_half(in[l][1][h]), c[h] = from_half(in[l][2][h]);
        }
        for (int h = 0; h < 2; h++) {
            check_eq(to_half(a[h] + b[h]), (uint16_t)(got[l][0] >> 16 * h));
            check_eq(to_half(a[h] * b[1 - h]), (uint16_t)(got[l][1] >> 16 * h));
            _Float16 fused = (_Float16)((double)a[h] * b[h] - (double)c[h]); /* exact before the one rounding */
            check_eq(to_half((float)fused), (uint16_t)(got[l][2] >> 16 * h));
            check_eq(to_half(a[h] > b[h] ? a[h] : b[h]), (uint16_t)(got[l][4] >> 16 * h));
        }
        memcpy(&mixed, &got[l][3], 4);
        memcpy(&dot, &got[l][5], 4);
        assert_float_equal(mixed, fmaf(a[0], b[1], c[0]), 0);
        assert_float_equal(dot, 1.5f + a[0] * b[0] + a[1] * b[1], 1e-3);
    }
    rig_destroy(r);
}

enum matrix_type { F16, BF16, IU8, IU4 };

static const struct {
    const char *kernel;
    enum matrix_type type;
    uint32_t row_bytes; /* 16 values of A or B */
    int a_signed, b_signed;
} products[] = {
    {"wmma_f16", F16, 32, 0, 0}, {"wmma_bf16", BF16, 32, 0, 0}, {"wmma_iu8", IU8, 16, 1, 0}, {"wmma_iu4", IU4, 8, 0, 1}};

/* Value k of a row. */
static float element(const uint8_t *row, int k, enum matrix_type type, int is_signed)
{
    uint16_t word = (uint16_t)(row[(2 * k) % 32] | row[(2 * k + 1) % 32] << 8);
    if (type == F16) {
        return from_half(word);
    }
    if (type == BF16) {
        uint32_t bits = (uint32_t)word << 16;
        float f;
        memcpy(&f, &bits, 4);
        return f;
    }
    if (type == IU8) {
        return is_signed ? (float)(int8_t)row[k] : (float)row[k];
    }
    int nibble = row[k / 2] >> (k % 2 * 4) & 15;
    return (float)(is_signed && nibble > 7 ? nibble - 16 : nibble);
}

static void fill_rows(uint8_t rows[16][32], enum matrix_type type)
{
    for (int n = 0; n < 16 * 16; n++) {
        float f = (float)((int)(random_u32() % 2001) - 1000) / 64.0f;
        uint32_t bits;
        memcpy(&bits, &f, 4);
        uint16_t word = type == F16 ? to_half(f) : type == BF16 ? (uint16_t)(bits >> 16) : (uint16_t)random_u32();
        memcpy(&rows[n / 16][n % 16 * 2], &word, 2);
    }
}

static void check_product(uint32_t p, bool wave64)
{
    struct rig *r = rig_create((struct rig_options){.threads = 1, .wave64 = wave64, .check_all = !wave64});
    uint8_t a[16][32], b[16][32];
    uint32_t c[16][16], got[16][16];
    bool is_float = products[p].type == F16 || products[p].type == BF16;
    struct matrix args = {rig_alloc(r, RIG_VRAM, sizeof got), rig_alloc(r, RIG_VRAM, 512), rig_alloc(r, RIG_VRAM, 512),
                          rig_alloc(r, RIG_VRAM, sizeof c)};
    fill_rows(a, products[p].type);
    fill_rows(b, products[p].type);
    for (int n = 0; n < 256; n++) {
        float f = (float)n - 77.0f;
        memcpy(&c[n / 16][n % 16], &f, 4);
        if (!is_float) {
            c[n / 16][n % 16] = random_u32();
        }
    }
    for (int n = 0; n < 16; n++) {
        rig_write(r, args.a + (uint64_t)n * products[p].row_bytes, a[n], products[p].row_bytes);
        rig_write(r, args.b + (uint64_t)n * products[p].row_bytes, b[n], products[p].row_bytes);
    }
    rig_write(r, args.c, c, sizeof c);
    check_ran(r, rig_run(r, products[p].kernel, rig_grid_1d(1, wave64 ? 64 : 32), &args, sizeof args));
    rig_read(r, args.d, got, sizeof got);
    for (int row = 0; row < 16; row++) {
        for (int column = 0; column < 16; column++) {
            double sum = 0;
            for (int k = 0; k < 16; k++) {
                sum += (double)element(a[row], k, products[p].type, products[p].a_signed) *
                       (double)element(b[column], k, products[p].type, products[p].b_signed);
            }
            if (is_float) {
                float initial, value;
                memcpy(&initial, &c[row][column], 4);
                memcpy(&value, &got[row][column], 4);
                assert_float_equal(value, sum + (double)initial, 0.01);
            } else {
                check_eq(c[row][column] + (uint32_t)(int32_t)sum, got[row][column]);
            }
        }
    }
    rig_destroy(r);
}

static void matrix_products_match_plain_c_in_every_type(void **state)
{
    (void)state;
    for (uint32_t p = 0; p < sizeof products / sizeof *products; p++) {
        check_product(p, false);
        check_product(p, true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dot_products_of_bytes_match_plain_c_in_every_sign),
        cmocka_unit_test(packed_halves_round_once),
        cmocka_unit_test(matrix_products_match_plain_c_in_every_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
