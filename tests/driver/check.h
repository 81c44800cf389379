/* check.h: assertions that print both values, for the driver's tests (cmocka's own plus a few). */
#ifndef TESTS_DRIVER_CHECK_H
#define TESTS_DRIVER_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define check_eq(want, got)                                                                                                      \
    do {                                                                                                                         \
        long long want_ = (long long)(want), got_ = (long long)(got);                                                            \
        if (want_ != got_) {                                                                                                     \
            fail_msg("%s: wanted %lld (%#llx), got %lld (%#llx)", #got, want_, (unsigned long long)want_, got_,                  \
                     (unsigned long long)got_);                                                                                  \
        }                                                                                                                        \
    } while (0)

#define check_words(want, words_)                                                                                                \
    do {                                                                                                                         \
        const struct words *w_ = &(words_);                                                                                      \
        check_eq(sizeof(want) / sizeof((want)[0]), w_->count);                                                                   \
        for (uint32_t i_ = 0; i_ < w_->count; i_++) {                                                                            \
            if ((want)[i_] != w_->data[i_]) {                                                                                    \
                fail_msg("word %u: wanted %#010x, got %#010x", i_, (want)[i_], w_->data[i_]);                                    \
            }                                                                                                                    \
        }                                                                                                                        \
    } while (0)

/* The text contains the word; prints the text otherwise. */
#define check_says(text, word)                                                                                                   \
    do {                                                                                                                         \
        if (!strstr((text), (word))) {                                                                                           \
            fail_msg("wanted a sentence with \"%s\", got \"%s\"", (word), (text));                                               \
        }                                                                                                                        \
    } while (0)

#endif
