/* The firmware target needs no images of the simulated card: this stands in for them. */
#include "amd/firmware.h"

#include <errno.h>

int amd_builtin_firmware(const char *name, const uint8_t **data_out, size_t *size_out)
{
    (void)name;
    (void)data_out;
    (void)size_out;
    return -ENOENT;
}
