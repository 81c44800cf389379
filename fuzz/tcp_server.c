/* Requests to the server of tinygrad's protocol. */
#include "fuzz/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_server(SIM_SERVER_TCP, data, size);
}
