/*
 * tinygpu_connect.h: finds the app's socket, takes the lock that keeps a second program of ours from waiting in silence
 * (T-19), connects, and on macOS starts the app if nobody listens (T-03). Knows nothing of requests.
 */
#ifndef EXO_LINK_TINYGPU_CONNECT_H
#define EXO_LINK_TINYGPU_CONNECT_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define TINYGPU_APP "/Applications/TinyGPU.app/Contents/MacOS/TinyGPU"

/* The path in `name`, else APL_REMOTE_SOCK, else tinygpu.sock in the temporary directory (T-03). */
void tinygpu_socket_path(const char *name, char *path_out, size_t size);

/*
 * Takes PATH.lock and writes this process's id into it. 0 with the descriptor that holds it (close it to let go; -1 when no
 * lock file can be made there, which is not an error), or -EBUSY with a sentence that names the holder.
 */
int tinygpu_lock(const char *path, int *lock_fd_out, struct err *e) __attribute__((warn_unused_result));

/* Connects, retrying every 50 ms up to the deadline where somebody may still come to listen. 0 or a negative errno. */
int tinygpu_connect(const char *path, uint64_t deadline_us, int *fd_out, struct err *e) __attribute__((warn_unused_result));

#endif
