#include "amd/graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "amd/amd.h"
#include "amd/pm4.h"
#include "amd/registers.h"
#include "amd/transfer.h"
#include "core/bytes.h"

#define ARGUMENT_ALIGN 256u /* a slot of its own per dispatch (P-02); scalar loads want 64 */
#define WORDS_PER_DISPATCH 128u
#define MAX_IB_WORDS 0xfffffu
#define DISPATCH_PACKET_BYTES 64u
#define LDS_UNIT_BYTES 512u
#define MAX_USER_REGISTERS 16

static int grow(void **data, uint32_t *capacity, uint32_t need, size_t element)
{
    if (need <= *capacity) {
        return 0;
    }
    uint32_t more = *capacity ? *capacity : 1024;
    while (more < need) {
        more *= 2;
    }
    void *p = realloc(*data, (size_t)more * element);
    if (!p) {
        return -ENOMEM;
    }
    *data = p;
    *capacity = more;
    return 0;
}

static int reserve_words(struct amd *a, struct engine_graph *g, uint32_t more)
{
    if (g->finished) {
        return err_set(&a->base.err, -EINVAL, "the graph is finished; reset it before adding commands");
    }
    void *data = g->words.data;
    int rc = grow(&data, &g->words.capacity, g->words.count + more, sizeof(uint32_t));
    g->words.data = data;
    return rc ? err_set(&a->base.err, rc, "no memory for the graph's commands") : 0;
}

/* Room for a dispatch's arguments, zeroed; *offset_out is where they start in the argument bytes. */
static int reserve_arguments(struct amd *a, struct engine_graph *g, uint32_t bytes, uint32_t *offset_out)
{
    void *data = g->arguments, *patches = g->patches;
    uint32_t size = (uint32_t)round_up_u64(bytes ? bytes : 1, ARGUMENT_ALIGN);
    int rc = grow(&data, &g->argument_capacity, g->argument_bytes + size, 1);
    g->arguments = data;
    rc = rc ? rc : grow(&patches, &g->patch_capacity, g->patch_count + 2, sizeof *g->patches);
    g->patches = patches;
    if (rc) {
        return err_set(&a->base.err, rc, "no memory for the graph's arguments");
    }
    memset(g->arguments + g->argument_bytes, 0, size);
    *offset_out = g->argument_bytes;
    g->argument_bytes += size;
    return 0;
}

static uint64_t hidden_value(enum hidden_kind kind, const struct exo_dispatch *d)
{
    switch (kind) {
    case HIDDEN_BLOCK_COUNT_X:
    case HIDDEN_BLOCK_COUNT_Y:
    case HIDDEN_BLOCK_COUNT_Z:
        return d->groups[kind - HIDDEN_BLOCK_COUNT_X];
    case HIDDEN_GROUP_SIZE_X:
    case HIDDEN_GROUP_SIZE_Y:
    case HIDDEN_GROUP_SIZE_Z:
        return d->group_size[kind - HIDDEN_GROUP_SIZE_X];
    case HIDDEN_GRID_DIMS:
        return d->groups[2] * d->group_size[2] > 1 ? 3 : d->groups[1] * d->group_size[1] > 1 ? 2 : 1;
    case HIDDEN_DYNAMIC_LDS_SIZE:
        return d->dynamic_lds_bytes;
    case HIDDEN_SHARED_BASE: /* upper halves of the apertures set in SH_MEM_BASES */
        return 0x10000000u;
    case HIDDEN_PRIVATE_BASE:
        return 0x20000000u;
    default: /* remainders: grids are whole work-groups here */
        return 0;
    }
}

static void fill_arguments(uint8_t *to, const struct codeobject_kernel *c, const struct exo_dispatch *d)
{
    if (d->kernarg_bytes) {
        memcpy(to, d->kernarg, d->kernarg_bytes);
    }
    for (uint32_t i = 0; i < c->hidden_count; i++) {
        uint64_t v = hidden_value((enum hidden_kind)c->hidden[i].kind, d);
        memcpy(to + c->hidden[i].offset, &v, c->hidden[i].size);
    }
}

/* hsa_kernel_dispatch_packet_t, for kernels that ask the hardware's view of their own launch. */
static void fill_dispatch_packet(uint8_t *to, const struct codeobject_kernel *c, const struct exo_dispatch *d)
{
    for (size_t i = 0; i < 3; i++) {
        put_u16(to, 4 + 2 * i, (uint16_t)d->group_size[i]);
        put_u32(to, 12 + 4 * i, d->groups[i] * d->group_size[i]);
    }
    put_u32(to, 24, c->scratch_bytes);
    put_u32(to, 28, c->lds_bytes + d->dynamic_lds_bytes);
}

static int check_dispatch(struct amd *a, const struct codeobject_kernel *c, const struct exo_dispatch *d)
{
    uint64_t items = (uint64_t)d->group_size[0] * d->group_size[1] * d->group_size[2];
    uint32_t lds_limit = a->discovery.lds_kib ? a->discovery.lds_kib << 10 : 65536;
    if (!d->groups[0] || !d->groups[1] || !d->groups[2] || items == 0 || items > (c->max_items ? c->max_items : 1024)) {
        return err_set(&a->base.err, -EINVAL,
                       "kernel %s: %u x %u x %u groups of %llu items; groups must not be empty and hold at most %u items",
                       c->name, d->groups[0], d->groups[1], d->groups[2], (unsigned long long)items, c->max_items);
    }
    if (d->groups[1] > UINT16_MAX || d->groups[2] > UINT16_MAX) { /* gfx12: TTMP7 has 16 bits for each; one rule for all */
        return err_set(&a->base.err, -EINVAL, "kernel %s: %u x %u x %u groups; there may be 65535 at most in y and in z", c->name,
                       d->groups[0], d->groups[1], d->groups[2]);
    }
    if (d->kernarg_bytes > c->kernarg_bytes || (d->kernarg_bytes && !d->kernarg) || d->kernarg_bytes < c->explicit_bytes) {
        return err_set(&a->base.err, -EINVAL, "kernel %s takes %u bytes of arguments (%u with hidden ones), not %u", c->name,
                       c->explicit_bytes, c->kernarg_bytes, d->kernarg_bytes);
    }
    if ((uint64_t)c->lds_bytes + d->dynamic_lds_bytes > lds_limit) {
        return err_set(&a->base.err, -EINVAL, "kernel %s: %u + %u bytes of local memory; a work-group has %u", c->name,
                       c->lds_bytes, d->dynamic_lds_bytes, lds_limit);
    }
    return 0;
}

struct register_values {
    uint32_t value[GRAPH_SHADOW_REGISTERS];
    bool wanted[GRAPH_SHADOW_REGISTERS];
};

static void want(struct register_values *v, struct reg r, uint32_t value)
{
    uint32_t i = r.at[GEN_GFX11].offset - REG_COMPUTE_DISPATCH_INITIATOR.at[GEN_GFX11].offset; /* the bank is the same in both */
    v->value[i] = value;
    v->wanted[i] = true;
}

/* Everything a launch depends on; what did not change is left out later. */
static void want_launch(struct amd *a, struct register_values *v, const struct engine_kernel *k, const struct exo_dispatch *d)
{
    const struct codeobject_kernel *c = k->code;
    uint32_t lds = (c->lds_bytes + d->dynamic_lds_bytes + LDS_UNIT_BYTES - 1) / LDS_UNIT_BYTES;
    uint64_t scratch = a->scratch ? a->scratch->va.value >> 8 : 0;
    const struct reg_value rows[] = {
        {REG_COMPUTE_START_X, 0},
        {REG_COMPUTE_START_Y, 0},
        {REG_COMPUTE_START_Z, 0},
        {REG_COMPUTE_NUM_THREAD_X, d->group_size[0]},
        {REG_COMPUTE_NUM_THREAD_Y, d->group_size[1]},
        {REG_COMPUTE_NUM_THREAD_Z, d->group_size[2]},
        {REG_COMPUTE_PIPELINESTAT_ENABLE, 0},
        {REG_COMPUTE_PERFCOUNT_ENABLE, 0},
        {REG_COMPUTE_PGM_LO, (uint32_t)(k->entry_va >> 8)},
        {REG_COMPUTE_PGM_HI, (uint32_t)(k->entry_va >> 40)},
        {REG_COMPUTE_DISPATCH_SCRATCH_BASE_LO, (uint32_t)scratch},
        {REG_COMPUTE_DISPATCH_SCRATCH_BASE_HI, (uint32_t)(scratch >> 32)},
        {REG_COMPUTE_PGM_RSRC1, c->rsrc1},
        {REG_COMPUTE_PGM_RSRC2, field_set(c->rsrc2, FIELD_COMPUTE_PGM_RSRC2_LDS_SIZE, lds)},
        {REG_COMPUTE_RESOURCE_LIMITS, 0},
        {REG_COMPUTE_STATIC_THREAD_MGMT_SE0, UINT32_MAX},
        {REG_COMPUTE_STATIC_THREAD_MGMT_SE1, UINT32_MAX},
        {REG_COMPUTE_TMPRING_SIZE, a->tmpring_size},
        {REG_COMPUTE_STATIC_THREAD_MGMT_SE2, UINT32_MAX},
        {REG_COMPUTE_STATIC_THREAD_MGMT_SE3, UINT32_MAX},
        {REG_COMPUTE_RESTART_X, 0},
        {REG_COMPUTE_RESTART_Y, 0},
        {REG_COMPUTE_RESTART_Z, 0},
        {REG_COMPUTE_PGM_RSRC3, c->rsrc3},
        {REG_COMPUTE_STATIC_THREAD_MGMT_SE4, UINT32_MAX},
        {REG_COMPUTE_STATIC_THREAD_MGMT_SE5, UINT32_MAX},
        {REG_COMPUTE_STATIC_THREAD_MGMT_SE6, UINT32_MAX},
        {REG_COMPUTE_STATIC_THREAD_MGMT_SE7, UINT32_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        want(v, rows[i].reg, rows[i].value);
    }
}

/* Writes the runs of registers whose value is not there already. */
static int put_changes(struct amd *a, struct engine_graph *g, const struct register_values *v)
{
    uint32_t first = reg_address(a, REG_COMPUTE_DISPATCH_INITIATOR);
    int rc = 0;
    for (uint32_t i = 0; i < GRAPH_SHADOW_REGISTERS && rc == 0;) {
        uint32_t n = 0;
        while (i + n < GRAPH_SHADOW_REGISTERS && v->wanted[i + n] && !(g->known[i + n] && g->shadow[i + n] == v->value[i + n])) {
            g->shadow[i + n] = v->value[i + n];
            g->known[i + n] = true;
            n++;
        }
        rc = n ? pm4_set_sh_registers(&g->words, first + i, &v->value[i], n) : 0;
        i += n ? n : 1;
    }
    return rc;
}

/* The kernel's first scalar registers, in the order of its properties; addresses in the argument block are filled in later. */
static int put_user_registers(struct amd *a, struct engine_graph *g, const struct codeobject_kernel *c, uint32_t arguments,
                              uint32_t packet)
{
    uint32_t values[MAX_USER_REGISTERS] = {0}, count = 0;
    uint32_t first_word = g->words.count + 2; /* behind header and register offset */
    if (c->properties & (KERNEL_WANTS_SCRATCH_BUFFER | KERNEL_WANTS_QUEUE | KERNEL_WANTS_FLAT_SCRATCH)) {
        return err_set(&a->base.err, -ENOTSUP, "kernel %s asks for registers (%#x) that this runtime does not provide", c->name,
                       c->properties);
    }
    if (c->properties & KERNEL_WANTS_DISPATCH_PACKET) {
        g->patches[g->patch_count++] = (struct graph_patch){first_word + count, packet};
        count += 2;
    }
    if (c->properties & KERNEL_WANTS_KERNARG) {
        g->patches[g->patch_count++] = (struct graph_patch){first_word + count, arguments};
        count += 2;
    }
    count += c->properties & KERNEL_WANTS_DISPATCH_ID ? 2 : 0;
    if (c->properties & KERNEL_WANTS_SCRATCH_SIZE) {
        values[count++] = c->scratch_bytes;
    }
    return count ? pm4_set_sh_registers(&g->words, reg_address(a, REG_COMPUTE_USER_DATA_0), values, count) : 0;
}

int graph_dispatch(struct amd *a, struct engine_graph *g, const struct engine_kernel *k, const struct exo_dispatch *d)
{
    const struct codeobject_kernel *c = k->code;
    bool with_packet = c->properties & KERNEL_WANTS_DISPATCH_PACKET;
    uint32_t packet_at = (uint32_t)round_up_u64(c->kernarg_bytes, DISPATCH_PACKET_BYTES), arguments = 0;
    int rc = check_dispatch(a, c, d);
    rc = rc ? rc : reserve_words(a, g, WORDS_PER_DISPATCH);
    rc = rc ? rc : reserve_arguments(a, g, with_packet ? packet_at + DISPATCH_PACKET_BYTES : c->kernarg_bytes, &arguments);
    if (rc) {
        return rc;
    }
    fill_arguments(g->arguments + arguments, c, d);
    if (with_packet) {
        fill_dispatch_packet(g->arguments + arguments + packet_at, c, d);
    }
    struct register_values v = {0};
    want_launch(a, &v, k, d);
    rc = put_changes(a, g, &v);
    rc = rc ? rc : put_user_registers(a, g, c, arguments, arguments + packet_at);
    uint32_t initiator = F(COMPUTE_DISPATCH_INITIATOR, COMPUTE_SHADER_EN, 1) |
                         F(COMPUTE_DISPATCH_INITIATOR, FORCE_START_AT_000, 1) |
                         F(COMPUTE_DISPATCH_INITIATOR, CS_W32_EN, c->properties & KERNEL_IS_WAVE32 ? 1 : 0);
    g->unordered = true;
    return rc ? rc : pm4_dispatch_direct(&g->words, d->groups, initiator);
}

static int note_ends(struct amd *a, struct engine_graph *g, uint64_t dst, uint64_t src, uint64_t size_bytes)
{
    void *ends = g->ends;
    int rc = grow(&ends, &g->end_capacity, g->end_count + 2, sizeof *g->ends);
    g->ends = ends;
    if (rc) {
        return err_set(&a->base.err, rc, "no memory for the books of a graph's copies");
    }
    g->ends[g->end_count++] = (struct graph_end){src, size_bytes, false};
    g->ends[g->end_count++] = (struct graph_end){dst, size_bytes, true};
    return 0;
}

int graph_mirror(struct amd *a, const struct engine_graph *g, uint64_t fence)
{
    int rc = 0;
    for (uint32_t i = 0; i < g->end_count && rc == 0; i++) {
        const struct graph_end *end = &g->ends[i];
        rc = end->written ? mirror_expect(a, fence, end->va, end->size_bytes) : mirror_push(a, end->va, end->size_bytes);
    }
    return rc;
}

int graph_copy(struct amd *a, struct engine_graph *g, exo_va dst, exo_va src, uint64_t size_bytes)
{
    if (!vm_covers(&a->vm, dst.value, size_bytes) || !vm_covers(&a->vm, src.value, size_bytes)) {
        return err_set(&a->base.err, -EINVAL, "copy of %llu bytes from %#llx to %#llx: not within allocations",
                       (unsigned long long)size_bytes, (unsigned long long)src.value, (unsigned long long)dst.value);
    }
    int rc = link_shares_memory(a->link) ? 0 : note_ends(a, g, dst.value, src.value, size_bytes);
    for (uint64_t done = 0; done < size_bytes && rc == 0;) {
        uint64_t left = size_bytes - done;
        uint32_t bytes = left > PM4_DMA_MAX_BYTES ? PM4_DMA_MAX_BYTES : (uint32_t)left;
        rc = reserve_words(a, g, WORDS_PER_DISPATCH);
        rc = rc ? rc : pm4_dma_data(&g->words, dst.value + done, src.value + done, bytes);
        done += bytes;
        g->unordered = true;
    }
    return rc;
}

int graph_barrier(struct amd *a, struct engine_graph *g)
{
    if (!g->unordered && !g->finished) {
        return 0; /* nothing to wait for: the start of a submission is a barrier too */
    }
    g->unordered = false;
    int rc = reserve_words(a, g, WORDS_PER_DISPATCH);
    rc = rc ? rc : pm4_wait_shaders(&g->words);
    return rc ? rc : pm4_acquire_mem(&g->words, a->gen.acquire[ACQUIRE_KERNEL_TO_KERNEL]);
}

static uint64_t argument_start(const struct engine_graph *g)
{
    return round_up_u64((uint64_t)g->words.count * 4, ARGUMENT_ALIGN);
}

static int place(struct amd *a, struct engine_graph *g, uint64_t bytes)
{
    if (g->memory && g->memory->size_bytes >= bytes) {
        return 0;
    }
    vm_free(a, g->memory);
    g->memory = NULL;
    int rc = vm_alloc(a, EXO_MEMORY_DEVICE, round_up_u64(bytes, 65536), &g->memory);
    return rc ? err_prefix(&a->base.err, rc, "command graph of %llu bytes", (unsigned long long)bytes) : 0;
}

int graph_finish(struct amd *a, struct engine_graph *g)
{
    uint64_t start = argument_start(g), bytes = start + g->argument_bytes;
    if (g->finished || bytes == 0) {
        g->finished = true;
        return 0;
    }
    if (g->words.count > MAX_IB_WORDS) {
        return err_set(&a->base.err, -ENOSPC, "the graph has %u command words; %u fit into one; split it", g->words.count,
                       MAX_IB_WORDS);
    }
    int rc = place(a, g, bytes);
    if (rc) {
        return rc;
    }
    for (uint32_t i = 0; i < g->patch_count; i++) {
        put_u64(g->words.data, (size_t)g->patches[i].word * 4, g->memory->va.value + start + g->patches[i].offset);
    }
    rc = transfer_write(a, g->memory->va, g->words.data, (uint64_t)g->words.count * 4);
    rc = rc ? rc : transfer_write(a, exo_va_add(g->memory->va, start), g->arguments, g->argument_bytes);
    g->finished = rc == 0;
    return rc;
}

void graph_reset(struct engine_graph *g)
{
    g->words.count = 0;
    g->argument_bytes = 0;
    g->patch_count = 0;
    g->end_count = 0;
    g->unordered = false;
    memset(g->known, 0, sizeof g->known);
    g->finished = false;
}

void graph_destroy(struct amd *a, struct engine_graph *g)
{
    if (!g) {
        return;
    }
    vm_free(a, g->memory);
    free(g->words.data);
    free(g->arguments);
    free(g->patches);
    free(g->ends);
    free(g);
}
