/*
 * group.c: registers a wave starts with (LLVM AMDGPUUsage, "Initial kernel execution state", gfx11), and the waves of a
 * work-group taking turns (group.h).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "group.h"

/* What registers and LDS hold before anyone wrote them: a NaN as f32 and as two f16, far out as an integer. Never zero, so that
 * a kernel which reads what it did not write is wrong here as well. */
static const uint32_t poison = 0x7fd17fd1;

enum {
    RSRC2_SCRATCH_EN = 1 << 0,
    RSRC2_TG_SIZE_EN = 1 << 10,
    INITIATOR_START_AT_000 = 1 << 2,
    INITIATOR_THREADS = 1 << 5,
    INITIATOR_W32 = 1 << 15
};
enum { LDS_SAMPLE = 8 };              /* bank conflicts are counted in one work-group of so many */
enum { TURN_INSTRUCTIONS = 1 << 20 }; /* until the next wave's turn, and between looks at the stop flag */

static int refuse(struct compute_fault *fault_out, const char *what, uint64_t value)
{
    *fault_out = (struct compute_fault){.kind = COMPUTE_FAULT_ILLEGAL};
    snprintf(fault_out->text, sizeof fault_out->text, "dispatch cannot start: %s (%llu)", what, (unsigned long long)value);
    return -EIO;
}

int launch_prepare(struct launch *launch, const struct compute_dispatch *d, struct compute_fault *fault_out)
{
    uint32_t wave_bytes = (d->tmpring_size >> 12 & (d->gen == ISA_GFX12 ? 0x3ffff : 0x7fff)) * 256; /* WAVESIZE */
    bool wave32 = d->dispatch_initiator & INITIATOR_W32;
    uint64_t items = (uint64_t)d->group_size[0] * d->group_size[1] * d->group_size[2];
    if (items == 0 || items > 1024) {
        return refuse(fault_out, "a work-group has 1 to 1024 work-items", items);
    }
    if (d->dispatch_initiator & INITIATOR_THREADS) {
        return refuse(fault_out, "COMPUTE_DISPATCH_INITIATOR.USE_THREAD_DIMENSIONS: grids are counted in work-groups here", 1);
    }
    *launch = (struct launch){.dispatch = d, .items = (uint32_t)items, .wave_lanes = wave32 ? 32 : 64, .groups = 1};
    launch->waves = (launch->items + launch->wave_lanes - 1) / launch->wave_lanes;
    launch->vgprs = ((d->rsrc1 & 0x3f) + 1) * (wave32 ? 8 : 4);
    launch->lds_bytes = (d->rsrc2 >> 15 & 0x1ff) * d->lds_granularity_bytes;
    if (launch->lds_bytes > LDS_BYTES_MAX) {
        return refuse(fault_out, "COMPUTE_PGM_RSRC2.LDS_SIZE: a work-group has at most 65536 bytes", launch->lds_bytes);
    }
    for (int n = 0; n < 3; n++) { /* the packet's counts are ends, where a start was set */
        launch->first[n] = d->dispatch_initiator & INITIATOR_START_AT_000 ? 0 : d->start[n];
        launch->count[n] = d->groups[n] > launch->first[n] ? d->groups[n] - launch->first[n] : 0;
        launch->groups *= launch->count[n];
    }
    if (d->rsrc2 & RSRC2_SCRATCH_EN) {
        launch->scratch_wave_bytes = wave_bytes;
        launch->scratch_waves = d->tmpring_size & 0xfff;
        if (wave_bytes == 0 || launch->scratch_waves < launch->waves) {
            return refuse(fault_out, "COMPUTE_TMPRING_SIZE has no scratch for the waves of one work-group", d->tmpring_size);
        }
    }
    return 0;
}

bool compute_shape(const struct compute_dispatch *dispatch, struct compute_shape *shape_out)
{
    struct launch launch;
    struct compute_fault fault;
    if (launch_prepare(&launch, dispatch, &fault) != 0) {
        return false;
    }
    *shape_out = (struct compute_shape){.groups = launch.groups,
                                        .waves = launch.waves,
                                        .wave_lanes = launch.wave_lanes,
                                        .vgprs = launch.vgprs,
                                        .lds_bytes = launch.lds_bytes,
                                        .cu_mode = !(dispatch->rsrc1 >> 29 & 1)};
    return true;
}

static int fetch_code(void *context, uint64_t va, uint32_t *words, uint32_t count)
{
    struct runner *r = context;
    const struct translation *t = worker_translate(&r->worker, va, 4, VM_EXECUTE);
    if (t == NULL) {
        return -EFAULT;
    }
    uint64_t room = (t->size_bytes - (va - t->va)) / 4;
    uint32_t n = room < count ? (uint32_t)room : count;
    memcpy(words, t->host + (va - t->va), n * 4);
    return (int)n;
}

int runner_create(const struct compute_memory *memory, uint32_t index, bool check_all, struct runner **runner_out)
{
    struct runner *r = aligned_alloc(128, (sizeof *r + 127) & ~(size_t)127);
    if (r == NULL) {
        return -ENOMEM;
    }
    memset(r, 0, sizeof *r);
    worker_init(&r->worker, memory);
    r->index = index;
    r->check_all = check_all;
    r->lds = aligned_alloc(128, LDS_BYTES_MAX);
    r->code = code_cache_create(fetch_code, r);
    if (r->lds == NULL || r->code == NULL) {
        runner_destroy(r);
        return -ENOMEM;
    }
    *runner_out = r;
    return 0;
}

void runner_destroy(struct runner *r)
{
    if (r != NULL) {
        if (r->code != NULL) {
            code_cache_destroy(r->code);
        }
        free(r->lds);
        free(r->waits);
        free(r->vgprs);
        free(r);
    }
}

bool runner_fits(const struct runner *r, const struct launch *launch)
{
    return launch->scratch_wave_bytes == 0 || (r->index + 1) * launch->waves <= launch->scratch_waves;
}

/* Work-item ids as v0 holds them: x, y, z in 10 bits each, those that RSRC2.TIDIG_COMP_CNT asks for. */
static void fill_item_ids(struct runner *r, const struct launch *launch)
{
    const uint32_t *size = launch->dispatch->group_size;
    uint32_t components = launch->dispatch->rsrc2 >> 11 & 3;
    for (uint32_t n = 0; n < launch->waves * launch->wave_lanes; n++) {
        uint32_t x = n % size[0], y = n / size[0] % size[1], z = n / size[0] / size[1];
        lane_u32 *lane = (lane_u32 *)&r->item_ids[n / launch->wave_lanes][n % launch->wave_lanes / 32];
        lane[n % 32] = x | (components >= 1 ? y << 10 : 0) | (components >= 2 ? (z & 0x3ff) << 20 : 0);
    }
}

/* Waves whose program is not known to wait as it must keep account of their loads. 0 or -ENOMEM. */
static int prepare_waits(struct runner *r, const struct launch *launch)
{
    if (!r->check_all && waits_proven(r->code, &r->wave[0], launch->dispatch->program_va)) {
        return 0;
    }
    r->waits = r->waits != NULL ? r->waits : calloc(GROUP_WAVES_MAX, sizeof *r->waits);
    for (uint32_t n = 0; r->waits != NULL && n < launch->waves; n++) {
        r->wave[n].waits = &r->waits[n];
    }
    return r->waits != NULL ? 0 : -ENOMEM;
}

int runner_begin(struct runner *r, const struct launch *launch)
{
    const struct compute_dispatch *d = launch->dispatch;
    uint32_t halves = launch->wave_lanes / 32;
    size_t needed = (size_t)launch->waves * launch->vgprs * halves;
    if (needed > r->vgprs_capacity) {
        free(r->vgprs);
        r->vgprs_capacity = 0;
        r->vgprs = aligned_alloc(128, needed * sizeof *r->vgprs);
        if (r->vgprs == NULL) {
            return -ENOMEM;
        }
        r->vgprs_capacity = needed;
    }
    worker_set_vmid(&r->worker, d->vmid);
    memset(r->worker.cache.line, 0, sizeof r->worker.cache.line);
    r->worker.cache.dispatch = launch->sequence;
    for (uint32_t n = 0; n < launch->waves; n++) {
        struct wave *w = &r->wave[n];
        *w = (struct wave){.vgpr = r->vgprs + (size_t)n * launch->vgprs * halves,
                           .vgpr_count = launch->vgprs,
                           .wave64 = halves == 2,
                           .gen = d->gen,
                           .index = n,
                           .dispatch = d,
                           .worker = &r->worker};
        if (launch->scratch_wave_bytes != 0) {
            w->scratch_va = d->scratch_base + (uint64_t)(r->index * launch->waves + n) * launch->scratch_wave_bytes;
            w->scratch_bytes_per_lane = launch->scratch_wave_bytes / launch->wave_lanes;
        }
    }
    fill_item_ids(r, launch);
    return prepare_waits(r, launch);
}

/* User SGPRs, then the work-group's id and, if asked for, its size. */
static void fill_sgprs(struct wave *w, const struct launch *launch)
{
    const struct compute_dispatch *d = launch->dispatch;
    uint32_t n = d->rsrc2 >> 1 & 0x1f;
    for (uint32_t s = 0; s < SRC_NULL; s++) {
        w->sgpr[s] = poison;
    }
    w->sgpr[SRC_M0] = poison;
    n = n > 16 ? 16 : n;
    memcpy(w->sgpr, d->user_data, n * 4);
    if (d->gen == ISA_GFX12) { /* architected: the work-group's number and the wave's in it */
        w->sgpr[SRC_TTMP0 + 9] = w->group->id[0];
        w->sgpr[SRC_TTMP0 + 7] = (w->group->id[1] & 0xffff) | w->group->id[2] << 16;
        w->sgpr[SRC_TTMP0 + 8] = w->index << 25;
        return;
    }
    for (uint32_t axis = 0; axis < 3; axis++) {
        if (d->rsrc2 >> (7 + axis) & 1) {
            w->sgpr[n++] = w->group->id[axis];
        }
    }
    if (d->rsrc2 & RSRC2_TG_SIZE_EN) {
        w->sgpr[n++] = (uint32_t)(w->index == 0) << 31 | launch->waves;
    }
}

static void start_wave(struct runner *r, struct wave *w, const struct launch *launch, struct workgroup *group)
{
    const struct compute_dispatch *d = launch->dispatch;
    uint32_t halves = launch->wave_lanes / 32, lanes = launch->items - w->index * launch->wave_lanes;
    w->group = group;
    w->instructions = 0;
    if (w->waits != NULL) {
        memset(w->waits, 0, sizeof *w->waits);
    }
    wave_reset(w);
    fill_sgprs(w, launch);
    for (uint32_t n = 0; n < launch->vgprs * halves; n++) {
        w->vgpr[n] = poison - (u32x32){0};
    }
    memcpy(w->vgpr, r->item_ids[w->index], halves * sizeof *w->vgpr);
    lanes = lanes > launch->wave_lanes ? launch->wave_lanes : lanes;
    w->sgpr[SRC_EXEC_LO] = lanes >= 32 ? UINT32_MAX : (1u << lanes) - 1;
    w->sgpr[SRC_EXEC_HI] = lanes >= 64 ? UINT32_MAX : lanes > 32 ? (1u << (lanes - 32)) - 1 : 0;
    w->mode = (d->rsrc1 >> 12 & 0xff) | (d->rsrc1 >> 26 & 1) << 23;
    w->mode |= d->gen == ISA_GFX11 ? (d->rsrc1 >> 21 & 1) << 8 | (d->rsrc1 >> 23 & 1) << 9 : 0;
    w->pc = d->program_va;
}

static void fill_poison(uint8_t *lds, uint32_t bytes)
{
    for (uint32_t at = 0; at < bytes; at += sizeof(u32x32)) {
        u32x32 v = poison - (u32x32){0};
        memcpy(lds + at, &v, sizeof v);
    }
}

static int stop_wave(struct runner *r, struct wave *w)
{
    memcpy(w->fault.group, w->group->id, sizeof w->fault.group);
    w->fault.wave = w->index;
    r->fault = &w->fault;
    return -EIO;
}

/* The sentence of what is no instruction's fault. */
static int give_up(struct runner *r, struct wave *w, enum compute_fault_kind kind)
{
    const uint32_t *id = w->group->id;
    w->fault.kind = kind;
    w->fault.pc = w->pc;
    snprintf(w->fault.text, sizeof w->fault.text,
             kind == COMPUTE_FAULT_HUNG
                 ? "work-group (%u, %u, %u), wave %u hung: it executed %llu instructions and is still at 0x%llx"
                 : "work-group (%u, %u, %u), wave %u was stopped after %llu instructions at 0x%llx",
             id[0], id[1], id[2], w->index, (unsigned long long)w->instructions, (unsigned long long)w->pc);
    return stop_wave(r, w);
}

/* One turn of one wave. */
static int take_turn(struct runner *r, struct wave *w, const struct launch *launch)
{
    enum wave_stop why = wave_run(w, r->code, TURN_INSTRUCTIONS);
    if (why == WAVE_FAULTED) {
        return stop_wave(r, w);
    }
    if (atomic_load_explicit(launch->stop, memory_order_relaxed)) {
        return give_up(r, w, COMPUTE_FAULT_STOPPED);
    }
    if (why == WAVE_BUDGET && w->instructions > launch->watchdog) {
        return give_up(r, w, COMPUTE_FAULT_HUNG);
    }
    w->group->waves_ended += why == WAVE_ENDED;
    w->group->waves_at_barrier += why == WAVE_BARRIER;
    if (why == WAVE_ENDED) {
        barrier_check(w->group);
    }
    return 0;
}

static struct wave *first_waiting(struct runner *r, const struct launch *launch)
{
    uint32_t n = 0;
    while (n + 1 < launch->waves && !r->wave[n].at_barrier) {
        n++;
    }
    return &r->wave[n];
}

static int run_waves(struct runner *r, const struct launch *launch, struct workgroup *group)
{
    int failed = 0;
    while (group->waves_ended < launch->waves && failed == 0) {
        for (uint32_t n = 0; n < launch->waves && failed == 0; n++) {
            if (!r->wave[n].ended && !r->wave[n].at_barrier) {
                failed = take_turn(r, &r->wave[n], launch);
            }
        }
        /* A wave that has ended is not waited for (RDNA3 ISA, S_BARRIER). */
        if (group->waves_at_barrier + group->waves_ended == launch->waves && group->waves_at_barrier != 0) {
            if (launch->dispatch->gen == ISA_GFX12) { /* who would complete it waits as well */
                return give_up(r, first_waiting(r, launch), COMPUTE_FAULT_HUNG);
            }
            for (uint32_t n = 0; n < launch->waves; n++) {
                r->wave[n].at_barrier = false;
            }
            group->waves_at_barrier = 0;
        }
    }
    return failed;
}

int runner_group(struct runner *r, const struct launch *launch, uint64_t number)
{
    struct workgroup group = {.lds = r->lds,
                              .lds_bytes = launch->lds_bytes,
                              .wave_count = launch->waves,
                              .waves = r->wave,
                              .sampled = number % LDS_SAMPLE == 0};
    for (int n = 0; n < 3; n++) {
        group.id[n] = launch->first[n] + (uint32_t)(number % launch->count[n]);
        number /= launch->count[n];
    }
    fill_poison(r->lds, launch->lds_bytes);
    for (uint32_t n = 0; n < launch->waves; n++) {
        start_wave(r, &r->wave[n], launch, &group);
    }
    int failed = run_waves(r, launch, &group);
    for (uint32_t n = 0; n < launch->waves; n++) {
        r->worker.counters.wave_instructions += r->wave[n].instructions;
        r->wave[n].group = NULL;
    }
    r->worker.counters.waves += launch->waves;
    r->worker.counters.checked_waves += r->wave[0].waits != NULL ? launch->waves : 0;
    r->worker.counters.groups++;
    return failed;
}
