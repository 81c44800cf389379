/*
 * mode.c: MODE in the host's own control register. Only the vector unit's register: saving the whole floating-point environment
 * costs more than a short wave. Of a pair of denormal bits the low one keeps them in sources, the high one in results.
 */
#include "mode.h"

#include "isa.h"

static uint32_t rules_of(uint32_t mode, uint32_t gen)
{
    uint32_t rules = gen == ISA_GFX12 ? RULE_GFX12 | RULE_CLAMP_NAN : 0;
    rules |= mode >> 23 & 1 ? RULE_LIMIT : 0;
    rules |= ((mode >> 2 ^ mode) & 0x33) != 0 ? RULE_WIDE : 0;
    rules |= (mode >> 4 & 1 ? 0 : RULE_FLUSH_IN) | (mode >> 5 & 1 ? 0 : RULE_FLUSH_OUT);
    rules |= (mode & 15) != 0 || (mode >> 6 & 3) != 3 ? RULE_WIDE_ODD : 0; /* the host rounds as single precision does */
    rules |= (mode >> 6 & 1 ? 0 : RULE_WIDE_FLUSH_IN) | (mode >> 7 & 1 ? 0 : RULE_WIDE_FLUSH_OUT);
    if (gen == ISA_GFX11) {
        rules |= (mode >> 8 & 1 ? RULE_CLAMP_NAN : 0) | (mode >> 9 & 1 ? RULE_QUIET : 0);
    }
    return rules;
}

void mode_enter(struct wave *w)
{
    w->rules = rules_of(w->mode, w->gen);
    mode_apply(w->mode);
}

void mode_set(struct wave *w, uint32_t mode)
{
    w->mode = mode;
    mode_enter(w);
}

void mode_apply_wide(uint32_t mode)
{
    mode_apply(mode >> 2);
}

#if defined(__SSE2__)
#include <immintrin.h>

void mode_apply(uint32_t mode)
{
    static const uint32_t rounding[4] = {0, 2, 1, 3}; /* nearest, up, down, toward zero in MXCSR's numbering */
    uint32_t flush_inputs = mode >> 4 & 1 ? 0 : 0x0040, flush_results = mode >> 5 & 1 ? 0 : 0x8000;
    _mm_setcsr((_mm_getcsr() & ~0xe040u) | rounding[mode & 3] << 13 | flush_inputs | flush_results);
}

uint64_t mode_save(void)
{
    return _mm_getcsr();
}

void mode_restore(uint64_t saved)
{
    _mm_setcsr((uint32_t)saved);
}

uint32_t mode_rounding(void)
{
    static const uint32_t rounding[4] = {0, 2, 1, 3};
    return rounding[_mm_getcsr() >> 13 & 3];
}

#elif defined(__aarch64__)

uint64_t mode_save(void)
{
    uint64_t fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    return fpcr;
}

void mode_restore(uint64_t saved)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(saved));
}

/* FPCR: rounding in 23:22, in MODE's own order; 24 flushes sources and results alike. */
void mode_apply(uint32_t mode)
{
    uint64_t flush = (mode >> 4 & 3) == 3 ? 0 : 1u << 24;
    mode_restore((mode_save() & ~0x1c00000ull) | (uint64_t)(mode & 3) << 22 | flush);
}

uint32_t mode_rounding(void)
{
    return mode_save() >> 22 & 3;
}

#else
#include <fenv.h>

void mode_apply(uint32_t mode) /* denormals stay: C has no word for them */
{
    static const int rounding[4] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    fesetround(rounding[mode & 3]);
}

uint64_t mode_save(void)
{
    return (uint64_t)fegetround();
}

void mode_restore(uint64_t saved)
{
    fesetround((int)saved);
}

uint32_t mode_rounding(void)
{
    int rounding = fegetround();
    return rounding == FE_UPWARD ? 1 : rounding == FE_DOWNWARD ? 2 : rounding == FE_TOWARDZERO ? 3 : 0;
}
#endif
