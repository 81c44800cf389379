/*
 * interp.c: runs waves. Code is decoded once per address into contiguous runs that end at an instruction which never falls
 * through; the loop walks a run without looking at anything but w->redirect. A branch remembers where its target was decoded.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cost.h"
#include "decode.h"
#include "isa.h"
#include "mode.h"
#include "waits.h"

enum {
    PAGE_BYTES = 4096,
    PAGE_WORDS = PAGE_BYTES / 4,
    CHUNK_INSTS = 512,
    CHUNK_RUNS = 64,
    HASH_SIZE = 256, /* pages of code, by address */
};

struct code_page {
    uint64_t va;
    struct code_page *next;
    const struct inst *at[PAGE_WORDS]; /* NULL: not decoded yet */
};

/* Instructions decoded one after the other. `touched`: some were executed since the last tally. */
struct code_run {
    struct code_run *next_touched;
    struct inst *first;
    uint32_t count;
    bool touched;
};

struct code_chunk {
    struct code_chunk *next;
    uint32_t used, runs_used;
    struct code_run runs[CHUNK_RUNS];
    struct inst insts[CHUNK_INSTS];
};

/* What decodes differently is kept apart: which address space, how wide the wave, how many registers it may touch, whether its
 * waits are checked. */
struct code_view {
    struct code_view *next;
    uint32_t vmid, vgpr_count;
    bool wave64, checked;
    uint8_t gen;
    struct code_page *pages[HASH_SIZE];
};

struct code_cache {
    code_fetch_fn fetch;
    void *context;
    struct code_view *views;
    struct code_chunk *chunks;
    struct code_run *touched;
};

/* ---- waves ---- */

static void put_constants(struct wave *w)
{
    static const float floats[9] = {0.5f, -0.5f, 1.0f, -1.0f, 2.0f, -2.0f, 4.0f, -4.0f, 0.15915494309189532f};
    for (uint32_t n = 0; n <= 64; n++) {
        w->sgpr[SRC_INT_0 + n] = n;
    }
    for (uint32_t n = 1; n <= 16; n++) {
        w->sgpr[192 + n] = 0u - n;
    }
    memcpy(&w->sgpr[SRC_FLOAT_HALF], floats, sizeof floats);
    if (w->dispatch != NULL) { /* as 32-bit operands these are the high halves */
        w->sgpr[SRC_SHARED_BASE] = (uint32_t)(w->dispatch->shared_base >> 32);
        w->sgpr[SRC_SHARED_LIMIT] = w->sgpr[SRC_SHARED_BASE] | 0xffffffffu;
        w->sgpr[SRC_PRIVATE_BASE] = (uint32_t)(w->dispatch->private_base >> 32);
        w->sgpr[SRC_PRIVATE_LIMIT] = w->sgpr[SRC_PRIVATE_BASE] | 0xffffffffu;
    }
}

void wave_reset(struct wave *w)
{
    memset(w->sgpr, 0, sizeof w->sgpr);
    put_constants(w);
    w->sgpr[SRC_EXEC_LO] = UINT32_MAX;
    w->sgpr[SRC_EXEC_HI] = w->wave64 ? UINT32_MAX : 0;
    w->scc = w->redirect = w->ended = w->at_barrier = w->faulted = w->barrier_complete = false;
    w->half = 0;
    w->gen = w->dispatch != NULL ? w->dispatch->gen : w->gen;
    w->mode = MODE_DEFAULT;
    w->instructions = 0;
    memset(&w->fault, 0, sizeof w->fault);
}

void wave_fault(struct wave *w, const struct inst *i, enum compute_fault_kind kind, uint64_t address, const char *format, ...)
{
    struct compute_fault *f = &w->fault;
    char what[128], instruction[96] = "instruction fetch";
    va_list arguments;
    if (w->faulted) { /* the first one counts */
        return;
    }
    w->faulted = true;
    w->redirect = true;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    if (i != NULL) {
        isa_disassemble(i, w->wave64, instruction, sizeof instruction);
    }
    f->kind = kind;
    f->pc = i != NULL ? i->pc : w->pc;
    f->address = address;
    f->wave = w->index;
    if (w->group != NULL) {
        memcpy(f->group, w->group->id, sizeof f->group);
    }
    snprintf(f->text, sizeof f->text, "wave %u of work-group %u,%u,%u at PC 0x%llx: %s: %s", f->wave, f->group[0], f->group[1],
             f->group[2], (unsigned long long)f->pc, instruction, what);
}

uint32_t scalar_special(const struct wave *w, const struct inst *i, uint32_t operand)
{
    switch (operand) {
    case SRC_LITERAL:
        return i->literal;
    case SRC_SCC:
        return w->scc;
    case SRC_EXECZ:
        return (w->wave64 ? wave_exec(w) : w->sgpr[SRC_EXEC_LO]) == 0;
    case SRC_VCCZ:
        return w->sgpr[SRC_VCC_LO] == 0 && (!w->wave64 || w->sgpr[SRC_VCC_HI] == 0);
    default: /* a VGPR where only a scalar makes sense; the decoder does not let it through */
        return 0;
    }
}

uint64_t scalar_u64(const struct wave *w, const struct inst *i, uint32_t operand)
{
    if (operand < SRC_INT_0) {
        uint32_t high = operand == SRC_NULL ? 0 : w->sgpr[(operand + 1) & 127];
        return (uint64_t)high << 32 | w->sgpr[operand];
    }
    if (operand >= SRC_SHARED_BASE && operand <= SRC_PRIVATE_LIMIT) { /* an aperture: the address */
        uint64_t high = w->sgpr[operand];
        return high << 32 | (operand == SRC_SHARED_LIMIT || operand == SRC_PRIVATE_LIMIT ? UINT32_MAX : 0);
    }
    if (operand >= SRC_FLOAT_HALF && operand < SRC_FLOAT_HALF + 9) {
        static const double floats[9] = {0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 4.0, -4.0, 0.15915494309189532};
        uint64_t bits;
        memcpy(&bits, &floats[operand - SRC_FLOAT_HALF], 8);
        return bits;
    }
    if (operand < SRC_VCCZ) {
        return (uint64_t)(int64_t)(int32_t)w->sgpr[operand];
    }
    return scalar_special(w, i, operand);
}

/* ---- decoded code ---- */

struct code_cache *code_cache_create(code_fetch_fn fetch, void *context)
{
    struct code_cache *cache = calloc(1, sizeof *cache);
    if (cache != NULL) {
        cache->fetch = fetch;
        cache->context = context;
    }
    return cache;
}

void code_cache_invalidate(struct code_cache *cache)
{
    cache->touched = NULL;
    while (cache->views != NULL) {
        struct code_view *view = cache->views;
        cache->views = view->next;
        for (uint32_t n = 0; n < HASH_SIZE; n++) {
            while (view->pages[n] != NULL) {
                struct code_page *page = view->pages[n];
                view->pages[n] = page->next;
                free(page);
            }
        }
        free(view);
    }
    while (cache->chunks != NULL) {
        struct code_chunk *chunk = cache->chunks;
        cache->chunks = chunk->next;
        free(chunk);
    }
}

void code_cache_destroy(struct code_cache *cache)
{
    if (cache != NULL) {
        code_cache_invalidate(cache);
        free(cache);
    }
}

static struct code_view *find_view(struct code_cache *cache, const struct wave *w)
{
    uint32_t vmid = w->dispatch != NULL ? w->dispatch->vmid : 0;
    for (struct code_view *view = cache->views; view != NULL; view = view->next) {
        if (view->vmid == vmid && view->vgpr_count == w->vgpr_count && view->wave64 == w->wave64 && view->gen == w->gen &&
            view->checked == (w->waits != NULL)) {
            return view;
        }
    }
    struct code_view *view = calloc(1, sizeof *view);
    if (view != NULL) {
        view->vmid = vmid;
        view->vgpr_count = w->vgpr_count;
        view->wave64 = w->wave64;
        view->gen = w->gen;
        view->checked = w->waits != NULL;
        view->next = cache->views;
        cache->views = view;
    }
    return view;
}

static struct code_page *find_page(struct code_view *view, uint64_t pc)
{
    uint64_t va = pc & ~(uint64_t)(PAGE_BYTES - 1);
    struct code_page **slot = &view->pages[va / PAGE_BYTES % HASH_SIZE];
    for (struct code_page *page = *slot; page != NULL; page = page->next) {
        if (page->va == va) {
            return page;
        }
    }
    struct code_page *page = calloc(1, sizeof *page);
    if (page != NULL) {
        page->va = va;
        page->next = *slot;
        *slot = page;
    }
    return page;
}

static uint32_t word_in_page(uint64_t pc)
{
    return (uint32_t)(pc % PAGE_BYTES / 4);
}

/* Room for `count` instructions that follow one another. */
static struct code_chunk *chunk_with_room(struct code_cache *cache, uint32_t count)
{
    if (cache->chunks != NULL && CHUNK_INSTS - cache->chunks->used >= count && cache->chunks->runs_used < CHUNK_RUNS) {
        return cache->chunks;
    }
    struct code_chunk *chunk = malloc(sizeof *chunk);
    if (chunk != NULL) {
        chunk->used = chunk->runs_used = 0;
        chunk->next = cache->chunks;
        cache->chunks = chunk;
    }
    return chunk;
}

static void exec_twice(struct wave *w, const struct inst *i)
{
    i->exec_half(w, i);
    if (!w->faulted) {
        w->half = 1;
        i->exec_half(w, i);
    }
    w->half = 0;
}

/* A mask in a pair of SGPRs, one of which may be a source too: the second half reads what was there before the first one wrote.
 */
static void exec_twice_to_mask(struct wave *w, const struct inst *i)
{
    uint32_t low = (i->row->dst == K_MASK ? i->dst : i->dst2) & 127, before = w->sgpr[low];
    i->exec_half(w, i);
    if (!w->faulted) {
        uint32_t made = w->sgpr[low];
        w->half = 1;
        w->sgpr[low] = before;
        i->exec_half(w, i);
        w->sgpr[low] = made;
    }
    w->half = 0;
}

static void exec_register(struct wave *w, const struct inst *i)
{
    wave_fault(w, i, COMPUTE_FAULT_REGISTER, 0, "v%u is beyond the %u VGPRs that the kernel declared", i->vgprs_used - 1u,
               w->vgpr_count);
}

static void exec_cut(struct wave *w, const struct inst *i)
{
    wave_fault(w, i, COMPUTE_FAULT_PAGE, i->pc + i->size, "the instruction goes on where no code can be read");
}

static void exec_dual_in_wave64(struct wave *w, const struct inst *i)
{
    wave_fault(w, i, COMPUTE_FAULT_ILLEGAL, 0, "dual instructions are for wave32 only");
}

/* Not an instruction: goes on at another run of decoded code. */
static void exec_continue(struct wave *w, const struct inst *i)
{
    w->pc = i->pc;
    w->redirect = true;
}

static const struct isa_row continue_row = {.name = "(continue)", .flags = ROW_DIRECT};

static void put_continue(struct inst *i, uint64_t pc)
{
    memset(i, 0, sizeof *i);
    i->exec = exec_continue;
    i->row = &continue_row;
    i->pc = pc;
    i->cost = CLASS_COUNT;
}

static bool is_vector(const struct inst *i)
{
    return i->enc > ENC_SMEM;
}

/* Fetches and decodes what is at pc. 0, or -EFAULT when nothing can be read there. */
static int decode_at(struct code_cache *cache, const struct code_view *view, uint64_t pc, struct inst *out)
{
    uint32_t words[3] = {0};
    int count = cache->fetch(cache->context, pc, words, 3);
    if (count <= 0) {
        return -EFAULT;
    }
    int rc =
        isa_decode(words, (uint32_t)count, (enum isa_gen)view->gen, out); /* what is wrong with it shows when it is executed */
    if (rc == -ENODATA && count < 3) { /* it goes on in the next page, which is read only now that it is needed */
        int more = cache->fetch(cache->context, pc + 4u * (uint32_t)count, words + count, 3u - (uint32_t)count);
        rc = more > 0 ? isa_decode(words, (uint32_t)(count + more), (enum isa_gen)view->gen, out) : rc;
    }
    out->pc = pc;
    if (rc == -ENODATA) {
        out->exec = exec_cut;
    } else if (rc == 0 && !isa_fits_wave(out, view->wave64)) {
        decode_reject(out);
    } else if ((view->wave64 ? out->vgprs_used64 : out->vgprs_used) > view->vgpr_count) {
        out->exec = exec_register;
    } else if (view->wave64 && out->enc == ENC_VOPD) {
        out->exec = exec_dual_in_wave64;
    } else if (view->wave64 && is_vector(out) && out->row != NULL && !(out->row->flags & ROW_ONCE)) {
        out->exec_half = out->exec;
        out->exec = out->row->dst == K_MASK || out->row->flags & ROW_CARRY_OUT ? exec_twice_to_mask : exec_twice;
    }
    if (view->checked) {
        out->exec_plain = out->exec;
        out->exec = waits_exec;
    }
    return 0;
}

/* Decodes from pc on until code ends, was decoded before, or the chunk is full. Returns the first instruction or NULL. */
static const struct inst *decode_run(struct code_cache *cache, struct code_view *view, uint64_t pc)
{
    struct code_chunk *chunk = chunk_with_room(cache, 16);
    if (chunk == NULL) {
        return NULL;
    }
    struct inst *first = &chunk->insts[chunk->used];
    struct code_run *decoded = &chunk->runs[chunk->runs_used];
    uint32_t pending = COST_PENDING_UNKNOWN;
    bool open = true;
    while (open && chunk->used < CHUNK_INSTS - 1) {
        struct code_page *page = find_page(view, pc);
        struct inst *i = &chunk->insts[chunk->used];
        if (page == NULL || page->at[word_in_page(pc)] != NULL || decode_at(cache, view, pc, i) < 0) {
            break;
        }
        page->at[word_in_page(pc)] = i;
        i->run = decoded;
        i->cost = cost_of(i, &pending);
        i->entered = i->left = 0;
        chunk->used++;
        pc += i->size;
        open = i->row != NULL && !(i->row->flags & ROW_END);
    }
    if (&chunk->insts[chunk->used] == first) {
        return NULL;
    }
    if (open) {
        put_continue(&chunk->insts[chunk->used++], pc);
    }
    *decoded = (struct code_run){.first = first, .count = (uint32_t)(&chunk->insts[chunk->used] - first)};
    chunk->runs_used++;
    return first;
}

void code_cache_tally(struct code_cache *cache, uint64_t *by_class)
{
    uint64_t count[CLASS_COUNT + 1] = {0}; /* the last: continuation marks */
    for (; cache->touched != NULL; cache->touched = cache->touched->next_touched) {
        struct code_run *r = cache->touched;
        uint64_t executions = 0;
        r->touched = false;
        for (struct inst *i = r->first; i != r->first + r->count; i++) {
            executions += i->entered;
            count[i->cost] += executions;
            executions -= i->left;
            i->entered = i->left = 0;
        }
    }
    for (uint32_t n = 0; n < CLASS_COUNT; n++) {
        by_class[n] += count[n];
    }
}

/* Counts one pass through decoded code, from `from` to `to`. Instructions live in this thread's cache, which is ours to write. */
static inline void count_pass(struct code_cache *cache, const struct inst *from, const struct inst *to)
{
    struct code_run *r = from->run;
    ((struct inst *)from)->entered++;
    ((struct inst *)to)->left++;
    if (__builtin_expect(!r->touched, 0)) {
        r->touched = true;
        r->next_touched = cache->touched;
        cache->touched = r;
    }
}

static const struct inst *code_at(struct code_cache *cache, struct code_view *view, uint64_t pc)
{
    struct code_page *page = pc % 4 == 0 ? find_page(view, pc) : NULL;
    if (page == NULL) {
        return NULL;
    }
    const struct inst *i = page->at[word_in_page(pc)];
    return i != NULL ? i : decode_run(cache, view, pc);
}

const struct inst *code_cache_at(struct code_cache *cache, const struct wave *w, uint64_t pc)
{
    struct code_view *view = find_view(cache, w);
    return view != NULL ? code_at(cache, view, pc) : NULL;
}

const struct inst *code_cache_behind(struct code_cache *cache, const struct wave *w, const struct inst *i)
{
    return i[1].row == &continue_row ? code_cache_at(cache, w, i[1].pc) : i + 1;
}

/* ---- the loop ---- */

static bool stops(const struct wave *w)
{
    return w->ended || w->faulted || w->at_barrier;
}

/* Where it goes on after `from` redirected to w->pc. */
static const struct inst *follow(struct wave *w, struct code_cache *cache, struct code_view *view, const struct inst *from)
{
    bool fixed = from->row != NULL && from->row->flags & ROW_DIRECT;
    if (fixed && from->target != NULL) {
        return from->target;
    }
    const struct inst *to = code_at(cache, view, w->pc);
    if (to == NULL) {
        wave_fault(w, NULL, w->pc % 4 ? COMPUTE_FAULT_MISALIGNED : COMPUTE_FAULT_PAGE, w->pc,
                   "there is no code to execute at this address");
    } else if (fixed) {
        ((struct inst *)from)->target = to; /* instructions live in this thread's cache, which is ours to write */
    }
    return to;
}

static enum wave_stop run(struct wave *w, struct code_cache *cache, struct code_view *view, uint64_t max_instructions)
{
    static const struct inst start = {.row = NULL};
    uint64_t executed = 0;
    const struct inst *i = follow(w, cache, view, &start);
    while (i != NULL) {
        const struct inst *first = i;
        w->redirect = false;
        while (true) {
            i->exec(w, i);
            if (__builtin_expect(w->redirect, 0)) {
                break;
            }
            i++;
        }
        executed += (uint64_t)(i - first) + (i->size != 0); /* the continuation mark is not an instruction */
        count_pass(cache, first, i);
        if (stops(w) || executed >= max_instructions) {
            break;
        }
        i = follow(w, cache, view, i);
    }
    w->instructions += executed;
    return w->faulted ? WAVE_FAULTED : w->ended ? WAVE_ENDED : w->at_barrier ? WAVE_BARRIER : WAVE_BUDGET;
}

enum wave_stop wave_run(struct wave *w, struct code_cache *cache, uint64_t max_instructions)
{
    struct code_view *view = find_view(cache, w);
    if (w->faulted || w->ended || view == NULL) {
        return w->ended ? WAVE_ENDED : WAVE_FAULTED;
    }
    w->at_barrier = false;
    w->half = 0;
    uint64_t host = mode_save();
    mode_enter(w);
    enum wave_stop stop = run(w, cache, view, max_instructions);
    mode_restore(host);
    return stop;
}
