/* accuracy: functions that the vector unit approximates, against the host's in double precision; and half precision, every value.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "sim/isa/valu.h"

#define TURN 6.28318530717958647693

static double host_sin(double x)
{
    return sin((x - rint(x)) * TURN);
}

static double host_cos(double x)
{
    return cos((x - rint(x)) * TURN);
}

static double host_rcp(double x)
{
    return 1.0 / x;
}

static double host_rsq(double x)
{
    return 1.0 / sqrt(x);
}

struct function {
    const char *name;
    lanes_fn lanes;
    double (*host)(double);
    double low, high;
    double absolute; /* error allowed besides 1 ulp, where the result passes through zero */
};

/* Distance in units of the last place of the exact value. */
static double error_ulp(float got, double exact)
{
    float nearest = (float)exact, above = nextafterf(nearest, INFINITY);
    double ulp = (double)above - (double)nearest;
    return isfinite(nearest) ? fabs((double)got - exact) / (ulp > 0 ? ulp : 0x1p-149) : (got == nearest ? 0.0 : INFINITY);
}

static void approximations_are_within_one_ulp(void **state)
{
    static const struct function functions[] = {
        {"exp2", lanes_v_exp_f32, exp2, -149.0, 128.0, 0.0},     {"log2", lanes_v_log_f32, log2, 1e-38, 1e38, 1e-9},
        {"log2 near 1", lanes_v_log_f32, log2, 0.9, 1.1, 1e-9},  {"sin", lanes_v_sin_f32, host_sin, -256.0, 256.0, 1e-9},
        {"cos", lanes_v_cos_f32, host_cos, -256.0, 256.0, 1e-9}, {"rcp", lanes_v_rcp_f32, host_rcp, 1e-30, 1e30, 0.0},
        {"rsq", lanes_v_rsq_f32, host_rsq, 1e-30, 1e30, 0.0},    {"sqrt", lanes_v_sqrt_f32, sqrt, 1e-30, 1e30, 0.0},
    };
    uint64_t random = 88172645463325252ull;
    (void)state;
    for (size_t n = 0; n < sizeof functions / sizeof functions[0]; n++) {
        const struct function *f = &functions[n];
        double worst = 0.0, worst_at = 0.0;
        for (uint32_t turn = 0; turn < 2000; turn++) {
            u32x32 in;
            struct lanes lanes = {.a = {&in}};
            for (uint32_t l = 0; l < 32; l++) {
                random ^= random << 13, random ^= random >> 7, random ^= random << 17;
                ((lane_f32 *)&in)[l] = (float)(f->low + (f->high - f->low) * ((double)(random >> 11) * 0x1p-53));
            }
            f->lanes(&lanes);
            for (uint32_t l = 0; l < 32; l++) {
                float x = ((lane_f32 *)&in)[l], got = ((lane_f32 *)&lanes.d)[l];
                double exact = f->host((double)x), error = error_ulp(got, exact);
                if (fabs((double)got - exact) > f->absolute && error > worst) {
                    worst = error;
                    worst_at = (double)x;
                }
            }
        }
        if (worst > 1.0) {
            print_error("%s: off by %.2f ulp at %a\n", f->name, worst, worst_at);
            fail();
        }
    }
}

static void every_half_survives_the_way_to_single_and_back(void **state)
{
    (void)state;
    for (uint32_t half = 0; half < 0x10000; half += 32) {
        u32x32 in, out;
        f32x32 wide;
        for (uint32_t l = 0; l < 32; l++) {
            ((lane_u32 *)&in)[l] = half + l;
        }
        lanes_f16_to_f32(&in, &wide);
        lanes_f32_to_f16(&wide, &out);
        for (uint32_t l = 0; l < 32; l++) {
            uint32_t h = half + l, nan = (h & 0x7fff) > 0x7c00, want = nan ? h | 0x200 : h;
            float one = f16_to_f32(h), lane = ((lane_f32 *)&wide)[l];
            assert_int_equal(((lane_u32 *)&out)[l], want);
            assert_int_equal(f32_to_f16(one), want);
            assert_true(nan || memcmp(&one, &lane, 4) == 0);
        }
    }
}

static void halves_round_to_nearest_even_or_toward_zero(void **state)
{
    (void)state;
    for (uint32_t half = 0; half < 0x7bff; half++) {
        float low = f16_to_f32(half), high = f16_to_f32(half + 1), middle = low + (high - low) * 0.5f;
        assert_int_equal(f32_to_f16(middle), half & 1 ? half + 1 : half);
        assert_int_equal(f32_to_f16(nextafterf(middle, high)), half + 1);
        assert_int_equal(f32_to_f16(nextafterf(middle, low)), half);
        assert_int_equal(f32_to_f16_rtz(nextafterf(high, low)), half);
        assert_int_equal(f32_to_f16(-middle), 0x8000 | (half & 1 ? half + 1 : half));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(approximations_are_within_one_ulp),
        cmocka_unit_test(every_half_survives_the_way_to_single_and_back),
        cmocka_unit_test(halves_round_to_nearest_even_or_toward_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
