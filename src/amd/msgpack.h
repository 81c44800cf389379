/* msgpack.h: a reader for the bit of MessagePack that code object metadata uses. Bounds-checked; never recurses on foreign depth.
 */
#ifndef EXO_AMD_MSGPACK_H
#define EXO_AMD_MSGPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum msgpack_kind { MSGPACK_NIL, MSGPACK_BOOL, MSGPACK_INT, MSGPACK_STRING, MSGPACK_ARRAY, MSGPACK_MAP, MSGPACK_OTHER };

struct msgpack {
    const uint8_t *at, *end;
};

struct msgpack_value {
    enum msgpack_kind kind;
    uint64_t number;    /* integer or bool; number of elements (pairs) of an array (map) */
    const char *string; /* not terminated */
    uint32_t length;
};

/* Reads one value's head (and a scalar's body). False: cut off or not understood. */
bool msgpack_next(struct msgpack *m, struct msgpack_value *out);
/* Skips one whole value, elements included. */
bool msgpack_skip(struct msgpack *m);
bool msgpack_is(const struct msgpack_value *v, const char *text);

#endif
