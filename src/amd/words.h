/* words.h: a bounded list of 32-bit command words that packet encoders append to. The bounds check stays in release builds. */
#ifndef EXO_AMD_WORDS_H
#define EXO_AMD_WORDS_H

#include <errno.h>
#include <stdint.h>
#include <string.h>

struct words {
    uint32_t *data;
    uint32_t count, capacity;
};

/* -ENOSPC: nothing was appended. */
static inline int words_put(struct words *w, const uint32_t *src, uint32_t count)
{
    if (count > w->capacity - w->count) {
        return -ENOSPC;
    }
    memcpy(w->data + w->count, src, (size_t)count * 4);
    w->count += count;
    return 0;
}

#define WORDS_PUT(w, ...)                                                                                                        \
    words_put((w), (const uint32_t[]){__VA_ARGS__}, (uint32_t)(sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)))

#endif
