/*
 * driver.c: runs single instructions for the comparison with the manual's pseudo-code (pcode.py). Reads records of struct
 * state_in from standard input until it ends and answers each with a struct state_out on standard output; layouts are those of
 * pcode.py's Machine. With --rows it prints the rows of the instruction tables instead: generation, encoding, opcode, name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/isa/isa.h"
#include "sim/isa/memory.h"

#define ENDPGM 0xbfb00000u

enum { VGPRS = 40, MEMORY_BYTES = 2048, LDS_BYTES = 2048, SCRATCH_BYTES = 2048 };
#define CODE_VA 0x1000u
#define MEMORY_VA 0x100000u /* amidst a page, so that addresses around it are mapped too */
#define SCRATCH_VA 0x300000u
#define SHARED_BASE 0x200000000000ull
#define PRIVATE_BASE 0x100000000000ull

struct state_in {
    uint32_t gen, wave64, count, mode, scc, scratch_bytes_per_lane;
    uint32_t words[6];
    uint32_t sgpr[128];
    uint32_t vgpr[VGPRS][64];
    uint8_t memory[MEMORY_BYTES], lds[LDS_BYTES], scratch[SCRATCH_BYTES];
};

struct state_out {
    uint32_t stop, mode, scc, end_va;
    char text[256];
    uint32_t sgpr[128];
    uint32_t vgpr[VGPRS][64];
    uint8_t memory[MEMORY_BYTES], lds[LDS_BYTES], scratch[SCRATCH_BYTES];
};

struct machine {
    const struct state_in *in;
    uint32_t last_fetched;
    uint8_t *memory, *scratch, *lds; /* 64 KiB each, in whose middle the bytes lie that are looked at */
};

enum { REGION = 65536, MIDDLE = 32768 };

static int fetch(void *context, uint64_t va, uint32_t *words, uint32_t count)
{
    struct machine *m = context;
    for (uint32_t n = 0; n < count; n++) {
        uint64_t at = (va - CODE_VA) / 4 + n;
        words[n] = va >= CODE_VA && at < m->in->count ? m->in->words[at] : ENDPGM;
    }
    m->last_fetched = (uint32_t)va;
    return (int)count;
}

static int translate(void *context, uint32_t vmid, uint64_t va, enum vm_access access, struct vm_mapping *out)
{
    struct machine *m = context;
    (void)vmid, (void)access;
    uint64_t base = va / REGION * REGION;
    uint8_t *host = base == MEMORY_VA ? m->memory : base == SCRATCH_VA ? m->scratch : NULL;
    if (host == NULL) {
        return -14; /* EFAULT */
    }
    *out = (struct vm_mapping){
        .va = base, .size_bytes = REGION, .host = host, .readable = true, .writable = true, .executable = true};
    return 0;
}

static void run(struct machine *m, struct worker *worker, const struct state_in *in, struct state_out *out)
{
    static const _Atomic uint64_t generation;
    static u32x32 vgpr[VGPRS * 2];
    const struct compute_memory memory = {m, translate, &generation};
    struct compute_dispatch dispatch = {.shared_base = SHARED_BASE, .private_base = PRIVATE_BASE, .gen = (uint8_t)in->gen};
    struct workgroup group = {.lds = m->lds, .lds_bytes = LDS_BYTES, .wave_count = 1};
    struct wave w = {.vgpr = vgpr, .vgpr_count = VGPRS, .wave64 = in->wave64, .group = &group, .dispatch = &dispatch};
    m->in = in;
    worker->memory = &memory;
    w.worker = worker;
    memcpy(m->memory + MIDDLE, in->memory, MEMORY_BYTES);
    memcpy(m->scratch + MIDDLE, in->scratch, SCRATCH_BYTES);
    memcpy(m->lds, in->lds, LDS_BYTES);
    wave_reset(&w);
    w.scratch_va = SCRATCH_VA + MIDDLE;
    w.scratch_bytes_per_lane = in->scratch_bytes_per_lane;
    memcpy(w.sgpr, in->sgpr, 128 * 4);
    w.sgpr[SRC_NULL] = 0;
    w.scc = in->scc;
    w.mode = in->mode;
    w.pc = CODE_VA;
    for (uint32_t r = 0; r < VGPRS; r++) {
        memcpy(in->wave64 ? &vgpr[r * 2] : &vgpr[r], in->vgpr[r], in->wave64 ? 256 : 128);
    }
    struct code_cache *cache = code_cache_create(fetch, m);
    memset(out, 0, sizeof *out);
    out->stop = wave_run(&w, cache, 16);
    code_cache_destroy(cache);
    out->mode = w.mode;
    out->scc = w.scc;
    out->end_va = m->last_fetched;
    snprintf(out->text, sizeof out->text, "%s", w.fault.text);
    memcpy(out->sgpr, w.sgpr, 128 * 4);
    memcpy(out->vgpr, in->vgpr, sizeof out->vgpr);
    for (uint32_t r = 0; r < VGPRS; r++) {
        memcpy(out->vgpr[r], in->wave64 ? &vgpr[r * 2] : &vgpr[r], in->wave64 ? 256 : 128);
    }
    memcpy(out->memory, m->memory + MIDDLE, MEMORY_BYTES);
    memcpy(out->scratch, m->scratch + MIDDLE, SCRATCH_BYTES);
    memcpy(out->lds, m->lds, LDS_BYTES);
}

static void print_rows(void)
{
    for (uint32_t gen = 0; gen < ISA_GENS; gen++) {
        for (uint32_t enc = 0; enc < ENC_COUNT; enc++) {
            struct isa_rows table = isa_rows_of((enum isa_enc)enc);
            for (uint32_t n = 0; n < table.count; n++) {
                const struct isa_row *row = &table.rows[n];
                const char *how = row->exec == exec_not_compute ? "not_compute" : "executed";
                if (row->op[gen] != ISA_NO_OP) {
                    printf("%u %u %u %s %s\n", gen, enc, row->op[gen], isa_row_name(row, (enum isa_gen)gen), how);
                }
            }
        }
    }
}

int main(int count, char **argument)
{
    static struct state_in in;
    static struct state_out out;
    static struct worker worker;
    struct machine m = {.memory = calloc(1, REGION), .scratch = calloc(1, REGION), .lds = aligned_alloc(128, REGION)};
    if (count > 1 && strcmp(argument[1], "--rows") == 0) {
        print_rows();
        return 0;
    }
    if (m.memory == NULL || m.scratch == NULL || m.lds == NULL) {
        return 1;
    }
    while (fread(&in, sizeof in, 1, stdin) == 1) {
        run(&m, &worker, &in, &out);
        if (fwrite(&out, sizeof out, 1, stdout) != 1 || fflush(stdout) != 0) {
            return 1;
        }
    }
    free(m.memory);
    free(m.scratch);
    free(m.lds);
    return 0;
}
