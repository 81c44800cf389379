/* sha256.h: the SHA-256 sum of a file (FIPS 180-4), as lower-case hexadecimal text. Called by firmware.c. */
#ifndef EXO_CLI_SHA256_H
#define EXO_CLI_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_TEXT_SIZE = 65 };

struct sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes so far */
    uint8_t block[64];
};

void sha256_start(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *data, size_t size);
void sha256_end(struct sha256 *s, char text[static SHA256_TEXT_SIZE]);

/* 0 or negative errno. */
int sha256_file(const char *path, char text[static SHA256_TEXT_SIZE]);

#endif
