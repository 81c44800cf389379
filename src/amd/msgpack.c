#include "amd/msgpack.h"

#include <string.h>

static bool take(struct msgpack *m, uint32_t bytes, uint64_t *out) /* big-endian */
{
    if ((size_t)(m->end - m->at) < bytes) {
        return false;
    }
    uint64_t v = 0;
    for (uint32_t i = 0; i < bytes; i++) {
        v = v << 8 | *m->at++;
    }
    *out = v;
    return true;
}

static bool body(struct msgpack *m, struct msgpack_value *v, enum msgpack_kind kind, uint64_t length)
{
    if ((uint64_t)(m->end - m->at) < length) {
        return false;
    }
    *v = (struct msgpack_value){.kind = kind, .string = (const char *)m->at, .length = (uint32_t)length};
    m->at += length;
    return true;
}

static bool head(struct msgpack_value *v, enum msgpack_kind kind, uint64_t number)
{
    *v = (struct msgpack_value){.kind = kind, .number = number};
    return true;
}

/* Format bytes from 0xc0 to 0xdf: what follows, and how many bytes of length or value. */
static const struct {
    uint8_t first, kind, bytes;
    bool has_body;
} forms[] = {
    {0xc0, MSGPACK_NIL, 0, false},   {0xc2, MSGPACK_BOOL, 0, false},  {0xc3, MSGPACK_BOOL, 0, false},
    {0xc4, MSGPACK_OTHER, 1, true},  {0xc5, MSGPACK_OTHER, 2, true},  {0xc6, MSGPACK_OTHER, 4, true},
    {0xca, MSGPACK_INT, 4, false},   {0xcb, MSGPACK_INT, 8, false},   {0xcc, MSGPACK_INT, 1, false},
    {0xcd, MSGPACK_INT, 2, false},   {0xce, MSGPACK_INT, 4, false},   {0xcf, MSGPACK_INT, 8, false},
    {0xd0, MSGPACK_INT, 1, false},   {0xd1, MSGPACK_INT, 2, false},   {0xd2, MSGPACK_INT, 4, false},
    {0xd3, MSGPACK_INT, 8, false},   {0xd9, MSGPACK_STRING, 1, true}, {0xda, MSGPACK_STRING, 2, true},
    {0xdb, MSGPACK_STRING, 4, true}, {0xdc, MSGPACK_ARRAY, 2, false}, {0xdd, MSGPACK_ARRAY, 4, false},
    {0xde, MSGPACK_MAP, 2, false},   {0xdf, MSGPACK_MAP, 4, false},
};

bool msgpack_next(struct msgpack *m, struct msgpack_value *out)
{
    uint64_t b, n;
    if (!take(m, 1, &b)) {
        return false;
    }
    if (b < 0x80 || b >= 0xe0) {
        return head(out, MSGPACK_INT, b < 0x80 ? b : (uint64_t)(int64_t)(int8_t)b);
    }
    if (b < 0xa0) {
        return head(out, b < 0x90 ? MSGPACK_MAP : MSGPACK_ARRAY, b & 0xf);
    }
    if (b < 0xc0) {
        return body(m, out, MSGPACK_STRING, b & 0x1f);
    }
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (forms[i].first == b) {
            n = b == 0xc3;
            if (forms[i].bytes && !take(m, forms[i].bytes, &n)) {
                return false;
            }
            enum msgpack_kind kind = (enum msgpack_kind)forms[i].kind;
            return forms[i].has_body ? body(m, out, kind, n) : head(out, kind, n);
        }
    }
    return false;
}

bool msgpack_skip(struct msgpack *m)
{
    uint64_t left = 1;
    while (left) { /* every value takes at least a byte, so this ends with the bytes */
        struct msgpack_value v;
        if (!msgpack_next(m, &v)) {
            return false;
        }
        left--;
        left += v.kind == MSGPACK_ARRAY ? v.number : v.kind == MSGPACK_MAP ? 2 * v.number : 0;
    }
    return true;
}

bool msgpack_is(const struct msgpack_value *v, const char *text)
{
    return v->kind == MSGPACK_STRING && v->length == strlen(text) && memcmp(v->string, text, v->length) == 0;
}
