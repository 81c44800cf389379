#include "err.h"

#include <stdio.h>
#include <string.h>

int err_set(struct err *e, int code, const char *format, ...)
{
    if (e) {
        va_list args;
        va_start(args, format);
        vsnprintf(e->text, sizeof e->text, format, args);
        va_end(args);
    }
    return code;
}

int err_prefix(struct err *e, int code, const char *format, ...)
{
    if (!e) {
        return code;
    }
    char prefix[ERR_TEXT_SIZE], old[ERR_TEXT_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(prefix, sizeof prefix, format, args);
    va_end(args);
    memcpy(old, e->text, sizeof old);
    int n = snprintf(e->text, sizeof e->text, old[0] ? "%s: %s" : "%s%s", prefix, old);
    (void)n; /* cut to fit by design */
    return code;
}
