/*
 * replay.c: runs a fuzz target without libFuzzer: every file of a corpus, then random mutations of them from a fixed seed.
 * The input that was running when the program died is left in crash-input.
 *
 * usage: fuzz_NAME_replay CORPUS_FOLDER [MUTATIONS [SEED]]
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "fuzz/fuzz.h"

#define INPUT_BYTES 65536
#define SEED_COUNT 256

struct input {
    uint8_t *data;
    size_t size;
};

/* What a dying process still needs to find: the only global, since signal handlers take no argument. */
static struct input current;

static void save_current(void)
{
    int fd = open("crash-input", O_CREAT | O_TRUNC | O_WRONLY, 0600);
    if (fd >= 0) {
        (void)!write(fd, current.data, current.size);
        close(fd);
    }
}

static void die(int number)
{
    save_current();
    signal(number, SIG_DFL);
    raise(number);
}

/* Sanitizers print their report and then call back; without one, the signals are all there is. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(SANITIZED) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
void __sanitizer_set_death_callback(void (*callback)(void));

static void arm(void)
{
    __sanitizer_set_death_callback(save_current);
    signal(SIGABRT, die);
}
#else
static void arm(void)
{
    const int deadly[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++) {
        signal(deadly[i], die);
    }
}
#endif

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void mutate_once(struct input *in, const struct input *other, uint64_t *random)
{
    static const uint8_t interesting[] = {0, 1, 4, 16, 0x7f, 0x80, 0xff};
    uint64_t r = next_random(random);
    size_t at = in->size ? (r >> 8) % in->size : 0;
    size_t length = 1 + (r >> 40) % 16;
    switch (in->size ? r % 6 : 3) {
    case 0:
        in->data[at] ^= (uint8_t)(1u << (r >> 32 & 7));
        break;
    case 1:
        in->data[at] = interesting[(r >> 32) % sizeof interesting];
        break;
    case 2: /* cut out */
        length = length < in->size - at ? length : in->size - at;
        memmove(in->data + at, in->data + at + length, in->size - at - length);
        in->size -= length;
        break;
    case 3: /* push in */
        length = length < INPUT_BYTES - in->size ? length : INPUT_BYTES - in->size;
        memmove(in->data + at + length, in->data + at, in->size - at);
        memset(in->data + at, (int)(r >> 32 & 0xff), length);
        in->size += length;
        break;
    case 4: /* go on with a piece of another input */
        if (other->size) {
            size_t from = (r >> 32) % other->size;
            size_t part = other->size - from < INPUT_BYTES - at ? other->size - from : INPUT_BYTES - at;
            memcpy(in->data + at, other->data + from, part);
            in->size = at + part;
        }
        break;
    case 5: /* a whole word */
        if (in->size - at >= 8) {
            uint64_t word = (r & 64) ? UINT64_MAX - (r >> 56) : next_random(random) >> (r >> 32 & 63);
            memcpy(in->data + at, &word, 8);
        }
        break;
    }
}

static size_t read_corpus(const char *folder, struct input *seeds)
{
    DIR *dir = opendir(folder);
    size_t count = 0;
    for (struct dirent *entry; dir && count < SEED_COUNT && (entry = readdir(dir));) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        FILE *file = entry->d_name[0] == '.' ? NULL : fopen(path, "rb");
        if (!file) {
            continue;
        }
        seeds[count].data = malloc(INPUT_BYTES);
        FUZZ_CHECK(seeds[count].data);
        seeds[count].size = fread(seeds[count].data, 1, INPUT_BYTES, file);
        fclose(file);
        count++;
    }
    if (dir) {
        closedir(dir);
    }
    return count;
}

/* A copy of exact size, so that a sanitizer sees the first byte read behind the end. */
static void run(const struct input *in)
{
    uint8_t *exact = malloc(in->size ? in->size : 1);
    FUZZ_CHECK(exact);
    memcpy(exact, in->data, in->size);
    current = (struct input){exact, in->size};
    LLVMFuzzerTestOneInput(exact, in->size);
    current = (struct input){0};
    free(exact);
}

int main(int argc, char **argv)
{
    static struct input seeds[SEED_COUNT];
    static uint8_t scratch[INPUT_BYTES];
    unsigned long mutations = argc > 2 ? strtoul(argv[2], NULL, 0) : 1000;
    uint64_t random = argc > 3 ? strtoull(argv[3], NULL, 0) | 1 : 0x9e3779b97f4a7c15;
    size_t count = argc > 1 ? read_corpus(argv[1], seeds) : 0;
    if (count == 0) {
        fprintf(stderr, "usage: %s CORPUS_FOLDER [MUTATIONS [SEED]]; the corpus must hold at least one file\n", argv[0]);
        return 2;
    }
    arm();
    for (size_t i = 0; i < count; i++) {
        run(&seeds[i]);
    }
    for (unsigned long i = 0; i < mutations; i++) {
        const struct input *seed = &seeds[next_random(&random) % count];
        struct input in = {scratch, seed->size};
        memcpy(scratch, seed->data, seed->size);
        for (uint64_t n = 1 + next_random(&random) % 6; n; n--) {
            mutate_once(&in, &seeds[next_random(&random) % count], &random);
        }
        run(&in);
    }
    printf("%zu files and %lu mutations\n", count, mutations);
    for (size_t i = 0; i < count; i++) {
        free(seeds[i].data);
    }
    return 0;
}
