/*
 * The counting proxy as a program of its own, to see what a whole llama.cpp run sends:
 *
 *   exosuit sim --tinygpu /tmp/card.sock &
 *   link_counting_proxy /tmp/proxy.sock /tmp/card.sock &
 *   exosuit run --device tinygpu:/tmp/proxy.sock -- llama-bench …
 *
 * Serves one client; prints the counts as one JSON object when that client leaves, and on SIGUSR1 in between.
 */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "proxy.h"

static void print_counts(const struct proxy_counts *c)
{
    uint64_t writes = c->commands[TINYGPU_MMIO_WRITE] + c->commands[TINYGPU_CONFIG_WRITE] - c->doorbells;
    printf("{\"doorbells\": %llu, \"mmio_reads\": %llu, \"mmio_writes\": %llu, \"mmio_write_bytes\": %llu, \"shared_regions\": "
           "%llu}\n",
           (unsigned long long)c->doorbells,
           (unsigned long long)(c->commands[TINYGPU_MMIO_READ] + c->commands[TINYGPU_CONFIG_READ]), (unsigned long long)writes,
           (unsigned long long)c->payload_bytes, (unsigned long long)c->commands[TINYGPU_SHARE_MEMORY]);
    fflush(stdout);
}

/* Signals are taken by this thread only, with sigwait, so that printing needs no handler. */
static void *print_on_signal(void *arg)
{
    struct proxy *p = arg;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    for (int number; sigwait(&set, &number) == 0;) {
        struct proxy_counts counts = proxy_counts(p);
        print_counts(&counts);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s LISTEN_PATH SERVER_PATH\n", argv[0]);
        return 2;
    }
    struct proxy p;
    pthread_t printer;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    unlink(argv[1]);
    if (!proxy_start(&p, argv[1], argv[2])) {
        return 1;
    }
    pthread_create(&printer, NULL, print_on_signal, &p);
    pthread_join(p.thread, NULL);
    struct proxy_counts counts = proxy_counts(&p);
    print_counts(&counts);
    unlink(argv[1]);
    return 0;
}
