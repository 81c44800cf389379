/* check.h: assertions that print what was wanted and what came, for values and for sentences. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

static inline void check_eq_at(long long want, long long got, const char *expression, const char *file, int line)
{
    if (want != got) {
        print_error("%s: wanted %lld (0x%llx), got %lld (0x%llx)\n", expression, want, (unsigned long long)want, got,
                    (unsigned long long)got);
        _fail(file, line);
    }
}
#define check_eq(want, got) check_eq_at((long long)(want), (long long)(got), #got, __FILE__, __LINE__)

static inline void check_says_at(const char *want, const char *got, const char *file, int line)
{
    if (!strstr(got, want)) {
        print_error("wanted a sentence with \"%s\", got \"%s\"\n", want, got);
        _fail(file, line);
    }
}
#define check_says(want, got) check_says_at(want, got, __FILE__, __LINE__)

#endif
