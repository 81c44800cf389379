/* trace.c: see trace.h. Format: "Trace Event Format", the JSON array form; ts and dur are microseconds. */
#include "trace.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "card.h"
#include "kernel_name.h"

enum { TRACKS = TRACE_SDMA1 + 1 };

/* What was counted when a track last had nothing to do: a submission's figures are the difference. */
struct totals {
    uint64_t packets, dispatches, link_ps, dma_ps, card_ps, to_card, from_card;
};

struct trace {
    pthread_mutex_t lock;
    FILE *file;
    uint64_t packets[TRACKS], submissions[TRACKS];
    bool rung[TRACKS];
    struct totals before[TRACKS];
    uint64_t ended_ps[TRACKS]; /* the last submission: the next doorbell may be charged before its end is noticed */
};

static void line(struct trace *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void line(struct trace *t, const char *format, ...)
{
    va_list args;
    fputs(",\n", t->file);
    va_start(args, format);
    vfprintf(t->file, format, args);
    va_end(args);
}

int trace_open(const char *path, const char *chip, struct trace **trace_out)
{
    static const char *const names[TRACKS] = {
        "simulated card, modelled time", "link", "compute queue", "dispatches", "SDMA0", "SDMA1"};
    *trace_out = NULL;
    if (!path || !path[0]) {
        return 0;
    }
    struct trace *t = calloc(1, sizeof *t);
    FILE *file = t ? fopen(path, "w") : NULL;
    if (!file) {
        int error = t ? -errno : -ENOMEM;
        free(t);
        return error;
    }
    t->file = file;
    pthread_mutex_init(&t->lock, NULL);
    fprintf(file, "[\n{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":\"%s, %s\"}}", chip, names[0]);
    for (int n = TRACE_LINK; n < TRACKS; n++) {
        line(t, "{\"ph\":\"M\",\"pid\":1,\"tid\":%d,\"name\":\"thread_name\",\"args\":{\"name\":\"%s\"}}", n, names[n]);
    }
    *trace_out = t;
    return 0;
}

void trace_close(struct trace *t)
{
    if (t) {
        fputs("\n]\n", t->file);
        fclose(t->file);
        pthread_mutex_destroy(&t->lock);
        free(t);
    }
}

static double us(uint64_t ps)
{
    return (double)ps / 1e6;
}

static struct totals count_totals(const struct sim_card *card, enum trace_track track)
{
    return (struct totals){
        .packets = card->trace->packets[track],
        .dispatches = atomic_load(&card->dispatches),
        .link_ps = atomic_load(&card->charge.link_ps),
        .dma_ps = atomic_load(&card->charge.dma_ps),
        .card_ps = atomic_load(&card->charge.card_ps),
        .to_card = atomic_load(&card->host_read_bytes),
        .from_card = atomic_load(&card->host_write_bytes),
    };
}

void trace_packet(struct sim_card *card, enum trace_track track, const char *name, uint32_t dwords)
{
    struct trace *t = card->trace;
    if (!t) {
        return;
    }
    pthread_mutex_lock(&t->lock);
    t->packets[track]++;
    line(t, "{\"ph\":\"i\",\"s\":\"t\",\"pid\":1,\"tid\":%d,\"ts\":%.6f,\"name\":\"%s\",\"args\":{\"dwords\":%u}}", track,
         us(charge_now_ps(card)), name, dwords);
    pthread_mutex_unlock(&t->lock);
}

void trace_copy(struct sim_card *card, enum trace_track track, uint64_t bytes, uint64_t took_ps)
{
    struct trace *t = card->trace;
    if (!t) {
        return;
    }
    pthread_mutex_lock(&t->lock);
    line(t, "{\"ph\":\"X\",\"pid\":1,\"tid\":%d,\"ts\":%.6f,\"dur\":%.6f,\"name\":\"copy\",\"args\":{\"bytes\":%llu}}", track,
         us(charge_now_ps(card) - took_ps), us(took_ps), (unsigned long long)bytes);
    pthread_mutex_unlock(&t->lock);
}

void trace_dispatch(struct sim_card *card, const struct compute_dispatch *d, uint64_t number, const struct compute_shape *shape,
                    const struct compute_counters *k, const struct model_time *time, uint64_t began_ps)
{
    struct trace *t = card->trace;
    char name[KERNEL_NAME_SIZE];
    if (!t) {
        return;
    }
    kernel_name(card, d->vmid, d->program_va, name);
    pthread_mutex_lock(&t->lock);
    fprintf(t->file,
            ",\n{\"ph\":\"X\",\"pid\":1,\"tid\":%d,\"ts\":%.6f,\"dur\":%.6f,\"name\":\"%s\",\"args\":{\"kernel\":\"%s\","
            "\"dispatch\":%llu,\"groups\":[%u,%u,%u],\"group_size\":[%u,%u,%u],\"wave\":%u,\"vgprs\":%u,\"lds\":%u,"
            "\"rsrc1\":\"0x%08x\",\"rsrc2\":\"0x%08x\",\"waves\":%llu,\"wave_instructions\":%llu,",
            TRACE_DISPATCHES, us(began_ps), us(charge_now_ps(card) - began_ps), name, name, (unsigned long long)number,
            d->groups[0], d->groups[1], d->groups[2], d->group_size[0], d->group_size[1], d->group_size[2], shape->wave_lanes,
            shape->vgprs, shape->lds_bytes, d->rsrc1, d->rsrc2, (unsigned long long)k->waves,
            (unsigned long long)k->wave_instructions);
    fprintf(t->file,
            "\"vram_read_bytes\":%llu,\"vram_write_bytes\":%llu,\"mall_bytes\":%llu,\"host_bytes\":%llu,\"modelled_us\":%.3f,"
            "\"bound\":\"%s\",\"waves_per_simd\":%u",
            (unsigned long long)k->vram_read_bytes, (unsigned long long)k->vram_write_bytes,
            (unsigned long long)k->mall_lines * 128, (unsigned long long)(k->host_read_bytes + k->host_write_bytes),
            time->ns / 1000, model_pipe_name(time->bound), time->waves_per_simd);
    for (uint32_t n = 0; n < MODEL_PIPES; n++) {
        fprintf(t->file, ",\"modelled %s us\":%.3f", model_pipe_name((enum model_pipe)n), time->pipe_ns[n] / 1000);
    }
    fputs("}}", t->file);
    pthread_mutex_unlock(&t->lock);
}

void trace_doorbell(struct sim_card *card, enum trace_track track)
{
    struct trace *t = card->trace;
    if (!t) {
        return;
    }
    pthread_mutex_lock(&t->lock);
    line(t, "{\"ph\":\"i\",\"s\":\"t\",\"pid\":1,\"tid\":%d,\"ts\":%.6f,\"name\":\"doorbell\",\"args\":{}}", TRACE_LINK,
         us(charge_now_ps(card)));
    if (!t->rung[track]) {
        t->rung[track] = true;
        t->before[track] = count_totals(card, track);
        t->before[track].link_ps -= (uint64_t)(card->charge.link->post_ns * 1000); /* the doorbell is part of what it begins */
    }
    pthread_mutex_unlock(&t->lock);
}

void trace_idle(struct sim_card *card, enum trace_track track)
{
    struct trace *t = card->trace;
    if (!t) {
        return;
    }
    pthread_mutex_lock(&t->lock);
    if (t->rung[track]) {
        struct totals now = count_totals(card, track), *then = &t->before[track];
        uint64_t began = then->link_ps + then->card_ps;
        began = began > t->ended_ps[track] ? began : t->ended_ps[track];
        t->ended_ps[track] = now.link_ps + now.card_ps;
        t->rung[track] = false;
        line(t,
             "{\"ph\":\"X\",\"pid\":1,\"tid\":%d,\"ts\":%.6f,\"dur\":%.6f,\"name\":\"submission\",\"args\":{\"submission\":%llu,"
             "\"packets\":%llu,\"dispatches\":%llu,\"bytes_to_card\":%llu,\"bytes_from_card\":%llu,\"modelled_card_us\":%.3f,"
             "\"modelled_link_us\":%.3f}}",
             track, us(began), us(now.link_ps + now.card_ps - began), (unsigned long long)++t->submissions[track],
             (unsigned long long)(now.packets - then->packets), (unsigned long long)(now.dispatches - then->dispatches),
             (unsigned long long)(now.to_card - then->to_card), (unsigned long long)(now.from_card - then->from_card),
             us(now.card_ps - then->card_ps),
             us(now.dma_ps - then->dma_ps) + card->charge.link->post_ns / 1000); /* the host's other requests are not its own */
        fflush(t->file);
    }
    pthread_mutex_unlock(&t->lock);
}
