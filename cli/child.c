/* child.c: see child.h. */
#include "cli/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* In the new process, up to exec. Returns only on failure. */
static void become(const char *program, char *const *argv, const char *log_path, int output, pid_t parent)
{
    setpgid(0, 0);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) {
        _exit(127); /* the parent died before the line above */
    }
#else
    (void)parent;
#endif
    int log = log_path ? open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (log >= 0) {
        dup2(log, STDERR_FILENO);
    }
    if (output >= 0) {
        dup2(output, STDOUT_FILENO);
    } else if (log >= 0) {
        dup2(log, STDOUT_FILENO);
    }
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null >= 0) {
        dup2(null, STDIN_FILENO);
    }
    execv(program, argv);
}

static pid_t start(const char *program, char *const *argv, const char *log_path, int output)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        become(program, argv, log_path, output, parent);
        _exit(127);
    }
    return pid < 0 ? -errno : pid;
}

int child_start(struct child *c, const char *program, char *const *argv, const char *log_path)
{
    pid_t pid = start(program, argv, log_path, -1);
    if (pid < 0) {
        return (int)pid;
    }
    *c = (struct child){.pid = pid};
    return 0;
}

bool child_is_running(struct child *c)
{
    if (c->pid == 0) {
        return false;
    }
    pid_t got = waitpid(c->pid, &c->status, WNOHANG);
    if (got == 0 || (got < 0 && errno == EINTR)) {
        return true;
    }
    c->pid = 0;
    return false;
}

void child_stop(struct child *c, unsigned timeout_ms)
{
    if (!child_is_running(c)) {
        return;
    }
    kill(c->pid, SIGTERM);
    for (uint64_t end = now_ms() + timeout_ms; now_ms() < end;) {
        if (!child_is_running(c)) {
            return;
        }
        nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
    }
    kill(c->pid, SIGKILL);
    waitpid(c->pid, &c->status, 0);
    c->pid = 0;
}

void child_describe(const struct child *c, char *text, size_t size)
{
    if (WIFSIGNALED(c->status)) {
        snprintf(text, size, "was ended by signal %d (%s)", WTERMSIG(c->status), strsignal(WTERMSIG(c->status)));
    } else if (WEXITSTATUS(c->status) == 127) {
        snprintf(text, size, "could not be started");
    } else {
        snprintf(text, size, "ended with status %d", WEXITSTATUS(c->status));
    }
}

/* All of the pipe as one text. NULL when memory ran out. */
static char *read_all(int fd)
{
    size_t used = 0, size = 4096;
    char *text = malloc(size);
    while (text) {
        ssize_t n = read(fd, text + used, size - used - 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            text[used] = 0;
            break;
        }
        used += (size_t)n;
        if (used + 1 == size) {
            char *grown = realloc(text, size *= 2);
            if (!grown) {
                free(text);
            }
            text = grown;
        }
    }
    return text;
}

int child_capture(const char *program, char *const *argv, const char *log_path, char **output_out)
{
    int ends[2];
    if (pipe(ends)) {
        return -errno;
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    pid_t pid = start(program, argv, log_path, ends[1]);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return (int)pid;
    }
    char *text = read_all(ends[0]);
    close(ends[0]);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!text) {
        return -ENOMEM;
    }
    *output_out = text;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
