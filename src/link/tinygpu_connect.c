#include "link/tinygpu_connect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/clock.h"

#ifdef __APPLE__
#include <spawn.h>
extern char **environ;
#endif

#define RETRY_US 50000u /* T-03 */

void tinygpu_socket_path(const char *name, char *path_out, size_t size)
{
    const char *socket_path = getenv("APL_REMOTE_SOCK");
    const char *folder = getenv("TMPDIR");
    if (name[0]) {
        snprintf(path_out, size, "%s", name);
    } else if (socket_path && socket_path[0]) {
        snprintf(path_out, size, "%s", socket_path);
    } else {
        folder = folder && folder[0] ? folder : "/tmp";
        snprintf(path_out, size, "%s%stinygpu.sock", folder, folder[strlen(folder) - 1] == '/' ? "" : "/");
    }
}

static int busy(const char *path, int fd, struct err *e)
{
    char holder[16] = "";
    ssize_t n = pread(fd, holder, sizeof holder - 1, 0);
    long pid = n > 0 ? strtol(holder, NULL, 10) : 0;
    if (pid > 0) {
        return err_set(e, -EBUSY, "The card at %s is in use by pid %ld; one program at a time can have it (T-19).", path, pid);
    }
    return err_set(e, -EBUSY, "The card at %s is in use by another program; one at a time can have it (T-19).", path);
}

int tinygpu_lock(const char *path, int *lock_fd_out, struct err *e)
{
    char lock_path[300];
    int n = snprintf(lock_path, sizeof lock_path, "%s.lock", path);
    *lock_fd_out = -1;
    if (n < 0 || (size_t)n >= sizeof lock_path) {
        return 0;
    }
    int fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return 0; /* a folder we may not write to: the time-out on the first reply still guards */
    }
    if (flock(fd, LOCK_EX | LOCK_NB)) {
        int rc = errno == EWOULDBLOCK ? busy(path, fd, e) : 0;
        close(fd);
        return rc;
    }
    char pid[24];
    n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) || pwrite(fd, pid, (size_t)n, 0) != n) {
        close(fd); /* a full disk: no lock, see above */
        return 0;
    }
    *lock_fd_out = fd;
    return 0;
}

/* Starts the app's server if it is installed. True if somebody may be listening soon. */
static bool start_app(const char *path)
{
#ifdef __APPLE__
    char *const argv[] = {TINYGPU_APP, "server", (char *)path, NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    int rc = posix_spawn(&pid, TINYGPU_APP, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return rc == 0;
#else
    (void)path;
    return false;
#endif
}

static int no_server(const char *path, int code, struct err *e)
{
#ifdef __APPLE__
    if (access(TINYGPU_APP, X_OK)) {
        return err_set(e, code,
                       "Nobody listens at %s, and TinyGPU.app is not in /Applications. Install it, then approve its driver "
                       "extension under General > Login Items & Extensions > Driver Extensions.",
                       path);
    }
    return err_set(e, code,
                   "TinyGPU.app was started but does not listen at %s. Approve its driver extension under General > Login "
                   "Items & Extensions > Driver Extensions; switching SIP off does not help (T-07).",
                   path);
#else
    return err_set(e, code, "Nobody listens at %s (%s). Start a server there, for instance: exosuit sim --tinygpu %s", path,
                   strerror(-code), path);
#endif
}

static int connect_once(const struct sockaddr_un *address, int *fd_out)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0) {
        return -errno;
    }
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (connect(fd, (const struct sockaddr *)address, sizeof *address)) {
        int rc = -errno;
        close(fd);
        return rc;
    }
    int size = 64 << 20; /* T-22: the system may give less, and that is fine */
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
#ifdef SO_NOSIGPIPE
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    *fd_out = fd;
    return 0;
}

int tinygpu_connect(const char *path, uint64_t deadline_us, int *fd_out, struct err *e)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        return err_set(e, -ENAMETOOLONG, "%s: a socket's path may have %zu characters at most", path,
                       sizeof address.sun_path - 1);
    }
    strcpy(address.sun_path, path);
    bool started = false;
    for (;;) {
        int rc = connect_once(&address, fd_out);
        bool nobody = rc == -ENOENT || rc == -ECONNREFUSED;
        if (rc == 0) {
            return 0;
        }
        if (!nobody && rc != -EINTR && rc != -EAGAIN) {
            return err_set(e, rc, "Connecting to %s failed: %s", path, strerror(-rc));
        }
        if (nobody && !started && !start_app(path)) {
            return no_server(path, rc, e); /* nothing was started, so nobody will come */
        }
        started = started || nobody;
        if (clock_now_us() + RETRY_US > deadline_us) {
            return nobody ? no_server(path, rc, e)
                          : err_set(e, -ETIMEDOUT,
                                    "The server at %s takes no more connections; other programs wait for it (T-19).", path);
        }
        clock_sleep_us(RETRY_US);
    }
}
