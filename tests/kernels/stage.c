/* stage.c: see stage.h. */
#include "stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "exosuit.h"
#include "kernels/images.h"

enum { MAX_BUFFERS = 32, GUARD = 256 };

static const struct exo_kernel_row rows[] = EXO_KERNEL_TABLE;

static struct {
    struct buffer buffers[MAX_BUFFERS];
    struct exo_memory *memory[MAX_BUFFERS];
    int count;
    uint64_t seed;
    struct exo_device *device;
    struct exo_module *module;
} stage;

#ifdef EXO_TEST_HAVE_ENGINE
static void engine_stage_run(enum exo_kernel_id id, const void *args, const uint32_t groups[3])
{
    struct compute_counters counters;
    const char *fault = engine_run(rows[id].symbol, groups, rows[id].items, args, rows[id].args_bytes, &counters);
    if (fault) {
        fail_msg("%s: %s", rows[id].symbol, fault);
    }
}
#endif

#ifdef EXO_TEST_HAVE_DEVICE
static void device_check(int rc, const char *what)
{
    if (rc != 0) {
        fail_msg("%s: %d: %s", what, rc, stage.device ? exo_last_error(stage.device) : "");
    }
}

static void device_open(const char *uri)
{
    char err[EXO_ERROR_SIZE] = "";
    if (exo_open(uri, NULL, &stage.device, err, sizeof(err)) != 0) {
        fail_msg("opening %s: %s", uri, err);
    }
    struct exo_device_info info;
    device_check(exo_get_info(stage.device, &info), "get_info");
    const struct kernel_image *image = kernel_image_find(kernel_images, kernel_images_count, info.arch);
    if (!image) {
        fail_msg("no kernels are built in for %s", info.arch);
    }
    device_check(exo_module_load(stage.device, image->data, image->size, &stage.module), "module_load");
}

static void device_run(enum exo_kernel_id id, const void *args, uint32_t gx, uint32_t gy, uint32_t gz)
{
    struct exo_dispatch d = {
        .groups = {gx, gy, gz}, .group_size = {rows[id].items, 1, 1}, .kernarg = args, .kernarg_bytes = rows[id].args_bytes};
    struct exo_graph *graph = NULL;
    exo_fence fence = 0;
    device_check(exo_module_kernel(stage.module, rows[id].symbol, &d.kernel), rows[id].symbol);
    for (int i = 0; i < stage.count; i++) {
        device_check(exo_upload(stage.device, exo_memory_va(stage.memory[i]), stage.buffers[i].data - GUARD,
                                stage.buffers[i].bytes + 2 * GUARD),
                     "upload");
    }
    device_check(exo_graph_create(stage.device, &graph), "graph_create");
    device_check(exo_graph_dispatch(graph, &d), "graph_dispatch");
    device_check(exo_graph_finish(graph), "graph_finish");
    device_check(exo_submit(stage.device, &graph, 1, &fence), "submit");
    device_check(exo_wait(stage.device, fence, 60000000), rows[id].symbol);
    exo_graph_destroy(graph);
    for (int i = 0; i < stage.count; i++) {
        device_check(exo_download(stage.device, stage.buffers[i].data - GUARD, exo_memory_va(stage.memory[i]),
                                  stage.buffers[i].bytes + 2 * GUARD),
                     "download");
    }
}
#endif

void stage_open(void)
{
    stage.seed = 1;
#ifdef EXO_TEST_HAVE_ENGINE
    engine_open();
#endif
#ifdef EXO_TEST_HAVE_DEVICE
    const char *uri = getenv("EXO_TEST_DEVICE");
    if (uri) {
        device_open(uri);
    }
#endif
}

void stage_close(void)
{
#ifdef EXO_TEST_HAVE_ENGINE
    engine_close();
#endif
#ifdef EXO_TEST_HAVE_DEVICE
    exo_close(stage.device);
    stage.device = NULL;
#endif
}

static uint8_t poison(uint64_t i)
{
    return i & 1 ? 0x7f : 0xfe; /* F32: NaN, F16: NaN */
}

struct buffer stage_buffer(uint64_t bytes)
{
    assert_true(stage.count < MAX_BUFFERS);
    uint8_t *all = malloc(bytes + 2 * GUARD);
    assert_non_null(all);
    for (uint64_t i = 0; i < bytes + 2 * GUARD; i++) {
        all[i] = poison(i);
    }
#ifdef EXO_TEST_HAVE_ENGINE
    engine_map(all, bytes + 2 * GUARD);
#endif
    struct buffer b = {all + GUARD, (uint64_t)(uintptr_t)(all + GUARD), bytes};
#ifdef EXO_TEST_HAVE_DEVICE
    if (stage.device) {
        device_check(exo_alloc(stage.device, EXO_MEMORY_DEVICE, bytes + 2 * GUARD, &stage.memory[stage.count]), "alloc");
        b.address = exo_memory_va(stage.memory[stage.count]).value + GUARD;
    }
#endif
    stage.buffers[stage.count++] = b;
    return b;
}

void stage_reset(void)
{
    for (int i = 0; i < stage.count; i++) {
        struct buffer b = stage.buffers[i];
        for (uint64_t j = 0; j < GUARD; j++) {
            if (b.data[j - GUARD] != poison(j) || b.data[b.bytes + j] != poison(GUARD + b.bytes + j)) {
                fail_msg("buffer %d of %llu bytes was written outside, at guard byte %llu", i, (unsigned long long)b.bytes,
                         (unsigned long long)j);
            }
        }
        free(b.data - GUARD);
#ifdef EXO_TEST_HAVE_DEVICE
        if (stage.device) {
            exo_free(stage.memory[i]);
        }
#endif
    }
    stage.count = 0;
#ifdef EXO_TEST_HAVE_ENGINE
    engine_unmap_all();
#endif
}

void stage_run(enum exo_kernel_id id, const void *args, uint32_t gx, uint32_t gy, uint32_t gz)
{
#ifdef EXO_TEST_HAVE_DEVICE
    if (stage.device) {
        device_run(id, args, gx, gy, gz);
        return;
    }
#endif
    const uint32_t groups[3] = {gx, gy, gz};
#ifdef EXO_TEST_HAVE_ENGINE
    engine_stage_run(id, args, groups);
    return;
#endif
    const struct kernel_host_entry *entry = &kernel_host_entries[id];
    assert_string_equal(entry->name, rows[id].symbol);
    uint32_t group[3];
    for (group[2] = 0; group[2] < gz; group[2]++) {
        for (group[1] = 0; group[1] < gy; group[1]++) {
            for (group[0] = 0; group[0] < gx; group[0]++) {
                entry->run_group(args, group, groups, entry->items);
            }
        }
    }
}

uint32_t random_below(uint32_t n)
{
    stage.seed = stage.seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((stage.seed >> 33) % n);
}

float random_float(void)
{
    return (float)((double)random_below(1u << 24) / (1 << 23) - 1.0);
}

void expect_close(const char *what, const double *want, const float *got, uint64_t n, double limit)
{
    double error = 0, power = 0, worst = -1;
    uint64_t at = 0;
    for (uint64_t i = 0; i < n; i++) {
        double e = (want[i] - got[i]) * (want[i] - got[i]);
        error += e;
        power += want[i] * want[i];
        if (!(e <= worst)) {
            worst = e;
            at = i;
        }
    }
    double nmse = power > 0 ? error / power : error;
    if (!(nmse <= limit)) {
        fail_msg("%s: error %.3g, allowed %.3g; at %llu of %llu wanted %.8g, got %.8g", what, nmse, limit, (unsigned long long)at,
                 (unsigned long long)n, want[at], (double)got[at]);
    }
}

float half_to_float(uint16_t h)
{
    int exponent = h >> 10 & 31;
    double v = exponent == 31 ? (h & 1023 ? NAN : INFINITY)
               : exponent     ? ldexp(1024 + (h & 1023), exponent - 25)
                              : ldexp(h & 1023, -24);
    return (float)(h & 0x8000 ? -v : v);
}

uint16_t float_to_half(float f)
{
    _Float16 h = (_Float16)f;
    uint16_t u;
    memcpy(&u, &h, sizeof(u));
    return u;
}

static bool has_minimum(uint32_t type)
{
    return type == EXO_TYPE_Q4_1 || type == EXO_TYPE_Q5_1;
}

static bool has_fifth_bit(uint32_t type)
{
    return type == EXO_TYPE_Q5_0 || type == EXO_TYPE_Q5_1;
}

static bool is_k(uint32_t type)
{
    return type >= EXO_TYPE_Q2_K && type <= EXO_TYPE_Q6_K;
}

static uint32_t block_size(uint32_t type)
{
    static const uint32_t k[] = {84, 110, 144, 176, 210};
    if (is_k(type)) {
        return k[type - EXO_TYPE_Q2_K];
    }
    return type == EXO_TYPE_Q8_0 ? 34 : 18 + (has_minimum(type) ? 2 : 0) + (has_fifth_bit(type) ? 4 : 0);
}

uint32_t pack_bytes(uint32_t type, uint32_t n)
{
    switch (type) {
    case EXO_TYPE_F32:
        return n * 4;
    case EXO_TYPE_F16:
    case EXO_TYPE_BF16:
        return n * 2;
    default:
        return n / (is_k(type) ? 256 : 32) * block_size(type);
    }
}

static void pack_block(uint32_t type, const float *v, uint8_t *out)
{
    int levels = type == EXO_TYPE_Q8_0 ? 255 : has_fifth_bit(type) ? 31 : 15;
    float low = v[0], high = v[0];
    for (int i = 1; i < 32; i++) {
        low = fminf(low, v[i]);
        high = fmaxf(high, v[i]);
    }
    float reach = fmaxf(fabsf(low), fabsf(high));
    float d = type == EXO_TYPE_Q8_0 ? reach / 127
              : has_minimum(type)   ? (high - low) / (float)levels
                                    : reach / (float)(levels / 2);
    float zero = type == EXO_TYPE_Q8_0 ? 0 : has_minimum(type) ? low : -d * (float)(levels / 2 + 1);
    uint16_t h = float_to_half(d), m = float_to_half(low);
    memcpy(out, &h, 2);
    out += 2;
    if (has_minimum(type)) {
        memcpy(out, &m, 2);
        out += 2;
    }
    uint8_t *nibbles = out + (has_fifth_bit(type) ? 4 : 0);
    uint32_t fifth = 0;
    memset(out, 0, type == EXO_TYPE_Q8_0 ? 32 : has_fifth_bit(type) ? 20 : 16);
    for (int i = 0; i < 32; i++) {
        int q = (int)lroundf(d > 0 ? (v[i] - zero) / d : 0);
        if (type == EXO_TYPE_Q8_0) {
            out[i] = (uint8_t)(int8_t)q;
            continue;
        }
        q = q < 0 ? 0 : q > levels ? levels : q;
        nibbles[i % 16] |= (uint8_t)((q & 15) << (i / 16 * 4));
        fifth |= (uint32_t)(q >> 4) << i;
    }
    if (has_fifth_bit(type)) {
        memcpy(out, &fifth, 4);
    }
}

/* Where the scales of scales lie in a block of a K type, and whether there is a second one behind. */
static const struct {
    uint32_t at;
    bool min;
} k_d[] = {{80, true}, {108, false}, {0, true}, {0, true}, {208, false}};

/* What the values are does not matter: any bits, under scales that bring them to the size of one. */
static void pack_k_block(uint32_t type, uint8_t *out)
{
    static const float size[] = {1 / 45.0f, 1 / 128.0f, 1 / 945.0f, 1 / 1953.0f, 1 / 4096.0f};
    for (uint32_t i = 0; i < block_size(type); i++) {
        out[i] = (uint8_t)random_below(256);
    }
    uint16_t d = float_to_half(size[type - EXO_TYPE_Q2_K] * (1 + random_float() / 2)), m = float_to_half(random_float() / 64);
    memcpy(out + k_d[type - EXO_TYPE_Q2_K].at, &d, 2);
    if (k_d[type - EXO_TYPE_Q2_K].min) {
        memcpy(out + k_d[type - EXO_TYPE_Q2_K].at + 2, &m, 2);
    }
}

void pack_row(uint32_t type, const float *v, uint32_t n, uint8_t *out)
{
    for (uint32_t i = 0; is_k(type) && i < n; i += 256) {
        pack_k_block(type, out + i / 256 * block_size(type));
    }
    if (is_k(type)) {
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &v[i], 4);
        uint16_t h = type == EXO_TYPE_F16 ? float_to_half(v[i]) : (uint16_t)(bits >> 16);
        if (type == EXO_TYPE_F32) {
            memcpy(out + i * 4, &v[i], 4);
        } else if (type == EXO_TYPE_F16 || type == EXO_TYPE_BF16) {
            memcpy(out + i * 2, &h, 2);
        } else if (i % 32 == 0) {
            pack_block(type, v + i, out + i / 32 * block_size(type));
        }
    }
}

static double unpack_value(uint32_t type, const uint8_t *b, uint32_t i)
{
    uint16_t h, m;
    memcpy(&h, b, 2);
    memcpy(&m, b + 2, 2);
    double d = half_to_float(h);
    if (type == EXO_TYPE_Q8_0) {
        return d * (int8_t)b[2 + i];
    }
    const uint8_t *p = b + (has_minimum(type) ? 4 : 2);
    uint32_t fifth = 0;
    if (has_fifth_bit(type)) {
        memcpy(&fifth, p, 4);
        p += 4;
    }
    int q = (p[i % 16] >> (i / 16 * 4) & 15) | (int)(fifth >> i & 1) << 4;
    return has_minimum(type) ? d * q + half_to_float(m) : d * (q - (has_fifth_bit(type) ? 16 : 8));
}

/* Bit `bit` of byte `at`, upwards `count` bits. */
static int bits(const uint8_t *b, uint32_t at, uint32_t bit, uint32_t count)
{
    return b[at] >> bit & ((1 << count) - 1);
}

/* Scale and minimum number s of the eight of Q4_K and Q5_K. */
static void six_bits(const uint8_t *scales, uint32_t s, int *scale_out, int *min_out)
{
    *scale_out = s < 4 ? bits(scales, s, 0, 6) : bits(scales, s + 4, 0, 4) | bits(scales, s - 4, 6, 2) << 4;
    *min_out = s < 4 ? bits(scales, s + 4, 0, 6) : bits(scales, s + 4, 4, 4) | bits(scales, s, 6, 2) << 4;
}

/* Value i of a block of a K type, field by field as ggml-common.h describes the blocks. */
static double unpack_k_value(uint32_t type, const uint8_t *b, uint32_t i)
{
    uint32_t group = i / 16, chunk = i / 128, in_chunk = i % 128, plane = in_chunk / 32, l = i % 32;
    uint16_t d, m;
    int q, scale, min = 0;
    memcpy(&d, b + k_d[type - EXO_TYPE_Q2_K].at, 2);
    memcpy(&m, b + k_d[type - EXO_TYPE_Q2_K].at + (k_d[type - EXO_TYPE_Q2_K].min ? 2 : 0), 2);
    switch (type) {
    case EXO_TYPE_Q2_K:
        q = bits(b, 16 + chunk * 32 + l, plane * 2, 2);
        scale = bits(b, group, 0, 4);
        min = bits(b, group, 4, 4);
        break;
    case EXO_TYPE_Q3_K:
        q = (bits(b, 32 + chunk * 32 + l, plane * 2, 2) | bits(b, l, i / 32, 1) << 2) - 4;
        scale = (bits(b, 96 + group % 8, group / 8 * 4, 4) | bits(b, 104 + group % 4, group / 4 * 2, 2) << 4) - 32;
        break;
    case EXO_TYPE_Q6_K:
        q = (bits(b, chunk * 64 + in_chunk % 64, in_chunk / 64 * 4, 4) | bits(b, 128 + chunk * 32 + l, plane * 2, 2) << 4) - 32;
        scale = (int8_t)b[192 + group];
        break;
    default:
        q = bits(b, (type == EXO_TYPE_Q4_K ? 16 : 48) + i / 64 * 32 + l, i / 32 % 2 * 4, 4);
        q |= type == EXO_TYPE_Q5_K ? bits(b, 16 + l, i / 32, 1) << 4 : 0;
        six_bits(b + 4, i / 32, &scale, &min);
    }
    return half_to_float(d) * (double)(scale * q) - (min ? half_to_float(m) * (double)min : 0);
}

void unpack_row(uint32_t type, const uint8_t *row, uint32_t n, double *out)
{
    for (uint32_t i = 0; is_k(type) && i < n; i++) {
        out[i] = unpack_k_value(type, row + i / 256 * block_size(type), i % 256);
    }
    for (uint32_t i = 0; !is_k(type) && i < n; i++) {
        float f;
        uint16_t h;
        switch (type) {
        case EXO_TYPE_F32:
            memcpy(&f, row + i * 4, 4);
            out[i] = f;
            break;
        case EXO_TYPE_F16:
            memcpy(&h, row + i * 2, 2);
            out[i] = half_to_float(h);
            break;
        case EXO_TYPE_BF16: {
            uint32_t bits = 0;
            memcpy((uint8_t *)&bits + 2, row + i * 2, 2);
            memcpy(&f, &bits, 4);
            out[i] = f;
            break;
        }
        default:
            out[i] = unpack_value(type, row + i / 32 * block_size(type), i % 32);
        }
    }
}

struct exo_view view_strided(uint64_t address, uint32_t type, const int64_t ne[4], const uint64_t nb[4])
{
    return exo_view_make(address, type, ne, nb);
}

struct exo_view view4(struct buffer b, uint32_t type, int64_t n0, int64_t n1, int64_t n2, int64_t n3)
{
    uint64_t size = type == EXO_TYPE_F16 || type == EXO_TYPE_BF16 ? 2 : type == EXO_TYPE_I64 ? 8 : 4, row = size * (uint64_t)n0;
    if (is_k(type) || (type >= EXO_TYPE_Q4_0 && type <= EXO_TYPE_Q8_0)) {
        size = block_size(type);
        row = pack_bytes(type, (uint32_t)n0);
    }
    return exo_view_make(b.address, type, (const int64_t[4]){n0, n1, n2, n3},
                         (const uint64_t[4]){size, row, row * (uint64_t)n1, row * (uint64_t)(n1 * n2)});
}
