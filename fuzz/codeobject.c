/* GPU code objects: what is said of a kernel lies inside its image. */
#include "amd/codeobject.h"

#include <string.h>

#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct codeobject co = {0};
    struct err e = {0};
    if (codeobject_parse(data, size, &co, &e)) {
        FUZZ_CHECK(e.text[0]);
        return 0;
    }
    FUZZ_CHECK(co.kernel_count && co.image_bytes && co.image_bytes <= CODEOBJECT_MAX_BYTES);
    volatile uint8_t sum = 0; /* so that the reads stay */
    for (size_t i = 0; i < co.image_bytes; i += 4096) {
        sum = (uint8_t)(sum ^ co.image[i]);
    }
    for (uint32_t i = 0; i < co.kernel_count; i++) {
        const struct codeobject_kernel *k = &co.kernels[i];
        FUZZ_CHECK(k->entry < co.image_bytes && k->hidden_count <= CODEOBJECT_MAX_HIDDEN);
        FUZZ_CHECK(strnlen(k->name, sizeof k->name) < sizeof k->name);
        for (uint32_t h = 0; h < k->hidden_count; h++) {
            FUZZ_CHECK((uint32_t)k->hidden[h].offset + k->hidden[h].size <= k->kernarg_bytes);
        }
    }
    codeobject_free(&co);
    return 0;
}
