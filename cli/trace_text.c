/* trace_text.c: see trace_text.h. Tracks are numbered as in sim/trace.h. */
#include "cli/trace_text.h"

#include <stdlib.h>
#include <string.h>

#include "cli/json.h"

enum { NAME_SIZE = 96, PACKETS_MOST = 32, TRACK_COMPUTE = 2, TRACK_DISPATCHES = 3, TRACKS = 6 };

struct dispatch {
    char kernel[NAME_SIZE], bound[24], groups[40], size[40];
    double number, us, read, written, vgprs, lds, waves, instructions;
};

struct packet_count {
    char name[NAME_SIZE];
    unsigned count;
};

struct submission {
    struct packet_count packets[PACKETS_MOST];
    unsigned packet_names;
    struct dispatch *dispatches;
    size_t count, capacity;
    double number, to_card, from_card, card_us, link_us;
};

struct reader {
    struct submission open[TRACKS], last;
    bool has_last;
    unsigned submissions;
    double dispatches, card_us, link_us;
};

static double number(const char *line, const char *key)
{
    double value = 0;
    return json_find_number(line, key, &value) ? value : 0;
}

/* The text between the brackets behind a key. */
static void array_text(const char *line, const char *key, char *out, size_t size)
{
    const char *at = strstr(line, key), *end = at ? strchr(at, ']') : NULL;
    const char *begin = end ? strchr(at, '[') : NULL;
    size_t length = begin && begin < end ? (size_t)(end - begin - 1) : 0;
    length = length < size ? length : size - 1;
    memcpy(out, begin ? begin + 1 : "", length);
    out[length] = 0;
}

static void count_packet(struct submission *s, const char *name)
{
    for (unsigned n = 0; n < s->packet_names; n++) {
        if (strcmp(s->packets[n].name, name) == 0) {
            s->packets[n].count++;
            return;
        }
    }
    if (s->packet_names < PACKETS_MOST) {
        struct packet_count *p = &s->packets[s->packet_names++];
        snprintf(p->name, sizeof p->name, "%s", name);
        p->count = 1;
    }
}

static bool add_dispatch(struct submission *s, const char *line, const char *name)
{
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? 2 * s->capacity : 256;
        struct dispatch *grown = realloc(s->dispatches, capacity * sizeof *grown);
        if (!grown) {
            return false;
        }
        s->dispatches = grown;
        s->capacity = capacity;
    }
    struct dispatch *d = &s->dispatches[s->count++];
    *d = (struct dispatch){
        .number = number(line, "dispatch"),
        .us = number(line, "modelled_us"),
        .read = number(line, "vram_read_bytes"),
        .written = number(line, "vram_write_bytes"),
        .vgprs = number(line, "vgprs"),
        .lds = number(line, "lds"),
        .waves = number(line, "waves"),
        .instructions = number(line, "wave_instructions"),
    };
    snprintf(d->kernel, sizeof d->kernel, "%s", name);
    if (!json_find_string(line, "bound", d->bound, sizeof d->bound)) {
        d->bound[0] = 0;
    }
    array_text(line, "\"groups\":", d->groups, sizeof d->groups);
    array_text(line, "\"group_size\":", d->size, sizeof d->size);
    return true;
}

/* ---- printing ---------------------------------------------------------------------------------------------------------- */

static void print_dispatches(const struct submission *s)
{
    printf("%5s %10s  %-14s %-28s %-14s %-12s %5s %6s %7s %9s %9s\n", "#", "modelled us", "bound by", "kernel", "groups",
           "group size", "VGPRs", "LDS", "waves", "read KiB", "write KiB");
    for (size_t n = 0; n < s->count; n++) {
        const struct dispatch *d = &s->dispatches[n];
        printf("%5zu %10.2f   %-14s %-28s %-14s %-12s %5.0f %6.0f %7.0f %9.1f %9.1f\n", n + 1, d->us, d->bound, d->kernel,
               d->groups, d->size, d->vgprs, d->lds, d->waves, d->read / 1024, d->written / 1024);
    }
}

/* Dispatches of one kernel together. */
struct kernel_total {
    const char *kernel;
    size_t count;
    double us, read;
};

static int by_time(const void *a, const void *b)
{
    const struct kernel_total *x = a, *y = b;
    return x->us < y->us ? 1 : x->us > y->us ? -1 : 0;
}

static size_t total_kernels(const struct submission *s, struct kernel_total *totals)
{
    size_t kernels = 0;
    for (size_t n = 0; n < s->count; n++) {
        size_t k = 0;
        while (k < kernels && strcmp(totals[k].kernel, s->dispatches[n].kernel) != 0) {
            k++;
        }
        if (k == kernels) {
            totals[kernels++] = (struct kernel_total){.kernel = s->dispatches[n].kernel};
        }
        totals[k].count++;
        totals[k].us += s->dispatches[n].us;
        totals[k].read += s->dispatches[n].read;
    }
    qsort(totals, kernels, sizeof *totals, by_time);
    return kernels;
}

static void print_submission(const struct submission *s)
{
    struct kernel_total *totals = calloc(s->count ? s->count : 1, sizeof *totals);
    size_t kernels = totals ? total_kernels(s, totals) : 0;
    printf("submission %.0f: %zu dispatches, %.0f bytes to the card, %.0f from it\n  packets:", s->number, s->count, s->to_card,
           s->from_card);
    for (unsigned n = 0; n < s->packet_names; n++) {
        printf("%s %s x %u", n ? "," : "", s->packets[n].name, s->packets[n].count);
    }
    putchar('\n');
    if (s->count) {
        print_dispatches(s);
    }
    for (size_t k = 0; k < kernels; k++) {
        printf("  %-34s %5zu dispatches %10.2f us modelled %10.2f MiB read\n", totals[k].kernel, totals[k].count, totals[k].us,
               totals[k].read / (1 << 20));
    }
    printf("  modelled: %.2f us on the card (dispatches that nothing waits between overlap), %.2f us on the link\n\n", s->card_us,
           s->link_us);
    free(totals);
}

static void print_json(const struct submission *s, const char *device)
{
    struct json j = {.file = stdout, .pretty = true};
    json_begin_object(&j, NULL);
    json_string(&j, "device", device);
    json_integer(&j, "submission", (uint64_t)s->number);
    json_number(&j, "modelled_card_us", s->card_us);
    json_number(&j, "modelled_link_us", s->link_us);
    json_number(&j, "bytes_to_card", s->to_card);
    json_number(&j, "bytes_from_card", s->from_card);
    json_begin_array(&j, "dispatches");
    for (size_t n = 0; n < s->count; n++) {
        const struct dispatch *d = &s->dispatches[n];
        json_begin_object(&j, NULL);
        json_string(&j, "kernel", d->kernel);
        json_string(&j, "groups", d->groups);
        json_string(&j, "group_size", d->size);
        json_number(&j, "modelled_us", d->us);
        json_string(&j, "bound", d->bound);
        json_number(&j, "waves", d->waves);
        json_number(&j, "wave_instructions", d->instructions);
        json_number(&j, "vram_read_bytes", d->read);
        json_number(&j, "vram_write_bytes", d->written);
        json_end_object(&j);
    }
    json_end_array(&j);
    json_end_object(&j);
}

/* ---- reading ----------------------------------------------------------------------------------------------------------- */

/* As their packets came: the card runs those that nothing waits between in another order. */
static int by_number(const void *a, const void *b)
{
    const struct dispatch *x = a, *y = b;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void end_submission(struct reader *r, const struct trace_text *t, int track, const char *line)
{
    struct submission *s = &r->open[track];
    if (s->count) {
        qsort(s->dispatches, s->count, sizeof *s->dispatches, by_number);
    }
    s->number = number(line, "submission");
    s->to_card = number(line, "bytes_to_card");
    s->from_card = number(line, "bytes_from_card");
    s->card_us = number(line, "modelled_card_us");
    s->link_us = number(line, "modelled_link_us");
    r->submissions++;
    r->dispatches += (double)s->count;
    r->card_us += s->card_us;
    r->link_us += s->link_us;
    if (t->all && !t->json) {
        print_submission(s);
    }
    if (s->count) {
        free(r->last.dispatches);
        r->last = *s;
        r->has_last = true;
        *s = (struct submission){0};
    } else {
        s->packet_names = 0;
    }
}

static void take_line(struct reader *r, const struct trace_text *t, const char *line)
{
    char name[NAME_SIZE];
    int track = (int)number(line, "tid");
    if (strncmp(line, "{\"ph\":\"M\"", 9) == 0 || track < TRACK_COMPUTE || track >= TRACKS ||
        !json_find_string(line, "name", name, sizeof name)) {
        return;
    }
    if (strcmp(name, "submission") == 0) {
        end_submission(r, t, track, line);
    } else if (track == TRACK_DISPATCHES) {
        (void)add_dispatch(&r->open[TRACK_COMPUTE], line, name);
    } else if (strncmp(line, "{\"ph\":\"i\"", 9) == 0) {
        count_packet(&r->open[track], name);
    }
}

int trace_text_print(const struct trace_text *t, const char *device, FILE *trace, FILE *copy)
{
    struct reader *r = calloc(1, sizeof *r);
    char *line = NULL;
    size_t size = 0;
    if (!r) {
        return -1;
    }
    while (getline(&line, &size, trace) > 0) {
        if (copy) {
            fputs(line, copy);
        }
        take_line(r, t, line);
    }
    free(line);
    int rc = r->has_last ? 0 : -1;
    if (rc == 0 && t->json) {
        print_json(&r->last, device);
    } else if (rc == 0) {
        if (!t->all) {
            print_submission(&r->last);
        }
        printf("%s: %u submissions, %.0f dispatches; modelled: %.3f ms on the card, %.3f ms on the link\n", device,
               r->submissions, r->dispatches, r->card_us / 1000, r->link_us / 1000);
    }
    for (int n = 0; n < TRACKS; n++) {
        free(r->open[n].dispatches);
    }
    free(r->last.dispatches);
    free(r);
    return rc;
}
