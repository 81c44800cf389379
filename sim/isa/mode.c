/*
 * mode.c: MODE's bits 1:0 (rounding) and 5:4 (denormals: bit 4 keeps them in sources, bit 5 in results) in the host's own control
 * register. Only the vector unit's register: saving the whole floating-point environment costs more than a short wave.
 */
#include "mode.h"

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
#endif
