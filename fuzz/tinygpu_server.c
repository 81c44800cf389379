/* Requests to the socket server. */
#include "fuzz/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_server(SIM_SERVER_TINYGPU, data, size);
}
