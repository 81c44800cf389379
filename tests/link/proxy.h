/* proxy.h: sits between a client and a TinyGPU server and counts what really crosses the socket, request by request. */
#ifndef TESTS_LINK_PROXY_H
#define TESTS_LINK_PROXY_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "link/tinygpu_protocol.h"

struct proxy_counts {
    uint64_t commands[16];  /* by command; 15: others */
    uint64_t doorbells;     /* MMIO writes to BAR 2 */
    uint64_t payload_bytes; /* of MMIO writes */
};

struct proxy {
    int listener, client, server;
    const char *path, *server_path;
    pthread_t thread;
    pthread_mutex_t lock;
    struct proxy_counts counts;
    /* the request that is being read */
    uint8_t header[TINYGPU_REQUEST_SIZE];
    size_t header_bytes;
    uint64_t payload_left;
};

/* Listens at path and passes one client on to server_path, until either side hangs up. False: said why on stderr. */
bool proxy_start(struct proxy *p, const char *path, const char *server_path);
struct proxy_counts proxy_counts(struct proxy *p);
void proxy_join(struct proxy *p);

#endif
