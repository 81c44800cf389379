/* Where the build connects the simulated card's own firmware images (made at build time, nothing of the vendor's in them). */
#include "amd/firmware.h"

#include <errno.h>

#if defined(EXO_WITH_SIM)
#include "sim/firmware.h"

int amd_builtin_firmware(const char *name, const uint8_t **data_out, size_t *size_out)
{
    return sim_firmware_image(name, data_out, size_out);
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
