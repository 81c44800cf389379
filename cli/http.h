/*
 * http.h: as much HTTP as serve needs, on the loopback interface only: one question to llama-server (is it healthy, how fast is
 * it), and, while llama-server is down, an answer to whoever asks: the page's files and a sentence as an OpenAI-style error.
 * Nothing here is a server for general use: requests are read up to a limit, answered, and the connection is closed.
 */
#ifndef EXO_CLI_HTTP_H
#define EXO_CLI_HTTP_H

#include <stdbool.h>
#include <stddef.h>

/* A listening socket on 127.0.0.1:port, not blocking. The descriptor, or negative errno (-EADDRINUSE). */
int http_listen(int port);

/* GET path from 127.0.0.1:port. The status code (200), or negative errno. The body, cut to size, ends with a zero. */
int http_get(int port, const char *path, unsigned timeout_ms, char *body, size_t size);

/*
 * Answers every connection that waits: GET / and the files of web_folder as they are, everything else with status 503 and
 * {"error":{"message":...}}. Does not block for longer than a slow client is given (200 ms).
 */
void http_answer_waiting(int listener, const char *web_folder, const char *message);

#endif
