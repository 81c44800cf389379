/* Device URIs: whatever the text, parsing ends, and what it takes is bounded and terminated. */
#include "link/uri.h"

#include <string.h>

#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    FUZZ_CHECK(text);
    memcpy(text, data, size);
    text[size] = 0;
    struct uri uri;
    struct err e = {0};
    uint64_t threads = 1, segments = 1;
    const char *fault = NULL;
    const struct uri_row rows[] = {
        {"threads", 0, 256, &threads, NULL},
        {"segments", 1, 32, &segments, NULL},
        {"fault", 0, 0, NULL, &fault},
    };
    if (uri_parse(text, &uri, &e) == 0) {
        FUZZ_CHECK(uri.option_count <= URI_MAX_OPTIONS);
        FUZZ_CHECK(strlen(uri.name) < sizeof uri.name);
        if (uri_apply(&uri, rows, 3, &e) == 0) {
            FUZZ_CHECK(threads <= 256 && segments >= 1 && segments <= 32);
            FUZZ_CHECK(!fault || strlen(fault) < URI_VALUE_SIZE);
        } else {
            FUZZ_CHECK(e.text[0]);
        }
    } else {
        FUZZ_CHECK(e.text[0]);
    }
    free(text);
    return 0;
}
