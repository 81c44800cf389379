/* http.c: see http.h. */
#include "cli/http.h"

#include "cli/child.h"
#include "cli/json.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_SIZE = 64 * 1024, SLOW_CLIENT_MS = 200 };

static struct sockaddr_in loopback(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

static int new_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) {
        return -errno;
    }
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    return fd;
}

int http_listen(int port)
{
    int fd = new_socket();
    if (fd < 0) {
        return fd;
    }
    struct sockaddr_in address = loopback(port);
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); /* connections of the server before may linger */
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 16)) {
        int rc = -errno;
        close(fd);
        return rc;
    }
    return fd;
}

/* Waits until the descriptor is ready or the deadline has passed. */
static bool ready(int fd, short events, uint64_t deadline_ms)
{
    for (;;) {
        uint64_t now = now_ms();
        struct pollfd p = {.fd = fd, .events = events};
        int n = poll(&p, 1, now < deadline_ms ? (int)(deadline_ms - now) : 0);
        if (n > 0) {
            return true;
        }
        if (n == 0 || errno != EINTR) {
            return false;
        }
    }
}

static bool send_all(int fd, const char *data, size_t length, uint64_t deadline_ms)
{
    while (length > 0) {
        if (!ready(fd, POLLOUT, deadline_ms)) {
            return false;
        }
#ifdef MSG_NOSIGNAL
        ssize_t n = send(fd, data, length, MSG_NOSIGNAL);
#else
        ssize_t n = send(fd, data, length, 0);
#endif
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        data += n;
        length -= (size_t)n;
    }
    return true;
}

/* Reads until the end, the deadline, or `stop` is found (NULL: the end). Returns the length; the text ends with a zero. */
static size_t receive(int fd, char *text, size_t size, const char *stop, uint64_t deadline_ms)
{
    size_t used = 0;
    text[0] = 0;
    while (used + 1 < size && ready(fd, POLLIN, deadline_ms)) {
        ssize_t n = recv(fd, text + used, size - used - 1, 0);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
            continue;
        }
        if (n <= 0) {
            break;
        }
        used += (size_t)n;
        text[used] = 0;
        if (stop && strstr(text, stop)) {
            break;
        }
    }
    return used;
}

int http_get(int port, const char *path, unsigned timeout_ms, char *body, size_t size)
{
    static char answer[REQUEST_SIZE];
    char request[256];
    struct sockaddr_in address = loopback(port);
    uint64_t deadline = now_ms() + timeout_ms;
    int fd = new_socket(), status = 0;
    if (fd < 0) {
        return fd;
    }
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", path);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) {
        status = -errno;
    } else if (!send_all(fd, request, (size_t)length, deadline)) {
        status = -ECONNREFUSED;
    } else {
        receive(fd, answer, sizeof answer, NULL, deadline);
        if (sscanf(answer, "HTTP/1.%*d %d", &status) != 1) {
            status = -ETIMEDOUT;
        }
        const char *end = strstr(answer, "\r\n\r\n");
        snprintf(body, size, "%s", status > 0 && end ? end + 4 : "");
    }
    close(fd);
    return status;
}

/* ---- answering in llama-server's place --------------------------------------------------------------------------------- */

struct kind {
    const char *ending, *type;
};

static const struct kind kinds[] = {
    {".html", "text/html; charset=utf-8"}, {".css", "text/css"},      {".js", "text/javascript"},
    {".json", "application/json"},         {".svg", "image/svg+xml"},
};

static const char *type_of(const char *path)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t length = strlen(path), ending = strlen(kinds[i].ending);
        if (length > ending && strcmp(path + length - ending, kinds[i].ending) == 0) {
            return kinds[i].type;
        }
    }
    return NULL; /* not a file of the page */
}

static void answer(int fd, int status, const char *type, const char *body, size_t length)
{
    char head[256];
    uint64_t deadline = now_ms() + SLOW_CLIENT_MS;
    int n = snprintf(
        head, sizeof head,
        "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n",
        status, status == 200 ? "OK" : "Service Unavailable", type, length);
    if (send_all(fd, head, (size_t)n, deadline)) {
        send_all(fd, body, length, deadline);
    }
}

/* True when the request was for a file of the page and has been answered. No folders and no "..": a flat name only. */
static bool answer_file(int fd, const char *web_folder, const char *request)
{
    static char body[REQUEST_SIZE * 4];
    char name[64], path[4200];
    if (sscanf(request, "GET /%63[A-Za-z0-9_.-]", name) != 1) {
        if (strncmp(request, "GET / ", 6) != 0 && strncmp(request, "GET /?", 6) != 0) {
            return false;
        }
        strcpy(name, "index.html");
    }
    size_t length = strlen(name);
    char after = request[strlen("GET /") + length];
    if (!type_of(name) || (strcmp(name, "index.html") != 0 && after != ' ' && after != '?')) {
        return false;
    }
    snprintf(path, sizeof path, "%s/%s", web_folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        return false;
    }
    size_t n = fread(body, 1, sizeof body, file);
    fclose(file);
    answer(fd, 200, type_of(name), body, n);
    return true;
}

static void answer_error(int fd, const char *message)
{
    char *body = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&body, &length);
    if (!file) {
        return;
    }
    struct json j = {.file = file};
    json_begin_object(&j, NULL);
    json_begin_object(&j, "error");
    json_integer(&j, "code", 503);
    json_string(&j, "type", "unavailable_error");
    json_string(&j, "message", message);
    json_end_object(&j);
    json_end_object(&j);
    fclose(file);
    answer(fd, 503, "application/json", body, length);
    free(body);
}

/* Reads what the client still sends: closing with unread data would reset the connection under the answer. */
static void drain_and_close(int fd)
{
    char rest[4096];
    shutdown(fd, SHUT_WR);
    uint64_t deadline = now_ms() + SLOW_CLIENT_MS;
    while (ready(fd, POLLIN, deadline) && recv(fd, rest, sizeof rest, 0) > 0) {
    }
    close(fd);
}

void http_answer_waiting(int listener, const char *web_folder, const char *message)
{
    static char request[REQUEST_SIZE];
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) {
            return;
        }
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
        receive(fd, request, sizeof request, "\r\n\r\n", now_ms() + SLOW_CLIENT_MS);
        if (!answer_file(fd, web_folder, request)) {
            answer_error(fd, message);
        }
        drain_and_close(fd);
    }
}
