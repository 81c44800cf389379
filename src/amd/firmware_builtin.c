/* Where the build connects the simulated card's own firmware images (made at build time, nothing of the vendor's in them). */
#include "amd/firmware.h"

#include <errno.h>
#include <string.h>

#if defined(EXO_WITH_SIM)
#include <string.h>

#include "sim/firmware.h"

int amd_builtin_firmware(const char *name, const uint8_t **data_out, size_t *size_out)
{
    const char *found;
    for (int i = 0; sim_firmware_image(i, &found, data_out, size_out) == 0; i++) {
        if (strcmp(found, name) == 0) {
            return 0;
        }
    }
    return -ENOENT;
}
#else
int amd_builtin_firmware(const char *name, const uint8_t **data_out, size_t *size_out)
{
    (void)name;
    (void)data_out;
    (void)size_out;
    return -ENOENT;
}
#endif
