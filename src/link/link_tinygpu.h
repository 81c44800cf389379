/*
 * link_tinygpu.h: a tinygpu: link over a socket that is connected already, for programs that got one by other means and for
 * the fuzzer. Ordinary callers use link_open("tinygpu:…").
 */
#ifndef EXO_LINK_LINK_TINYGPU_H
#define EXO_LINK_LINK_TINYGPU_H

#include <stdint.h>

#include "link/link.h"

/* Owns fd from now on, also on failure. No request is sent. timeout_us bounds the wait for each reply. */
int link_tinygpu_adopt(int fd, uint64_t timeout_us, struct link **link_out, struct err *e) __attribute__((warn_unused_result));

#endif
