/*
 * link_tcp.h: a tcp: link over a socket that is connected already, for the fuzzer and for tests. Ordinary callers use
 * link_open("tcp:HOST:PORT").
 */
#ifndef EXO_LINK_LINK_TCP_H
#define EXO_LINK_LINK_TCP_H

#include <stdint.h>

#include "link/link.h"

/* Owns fd from now on, also on failure. No request is sent. timeout_us bounds the wait for each reply. */
int link_tcp_adopt(int fd, uint64_t timeout_us, struct link **link_out, struct err *e) __attribute__((warn_unused_result));

#endif
