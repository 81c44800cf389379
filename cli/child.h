/*
 * child.h: programs that the command starts and watches. A child gets its own process group, so that an interrupt typed at the
 * terminal reaches the command alone, which then stops the child in order; on Linux the child also ends when the command is
 * killed. Called by serve, bench and the tests; one thread only.
 */
#ifndef EXO_CLI_CHILD_H
#define EXO_CLI_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
    pid_t pid;  /* 0: none is running */
    int status; /* of waitpid, once it has ended */
};

/* Starts a program. Its output goes to the file, or to the command's own when log_path is NULL. 0 or negative errno. */
int child_start(struct child *c, const char *program, char *const *argv, const char *log_path);

/* True while it runs; collects its status when it has ended. Does not block. */
bool child_is_running(struct child *c);

/* Asks it to end, waits up to the deadline, then kills it. Safe when it has ended already. */
void child_stop(struct child *c, unsigned timeout_ms);

/* What became of it, as words: "ended with status 3", "was killed by signal 9 (Killed)". */
void child_describe(const struct child *c, char *text, size_t size);

/* Runs a program to its end with standard output in a buffer the caller frees. Returns its exit status, or negative errno. */
int child_capture(const char *program, char *const *argv, const char *log_path, char **output_out);

/* Milliseconds on a clock that is never set. */
uint64_t now_ms(void);

#endif
