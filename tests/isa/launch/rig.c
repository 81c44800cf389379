#include "rig.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "sim/isa/cache.h"
#include "sim/isa/isa.h"

enum { PAGE = 4096, REGIONS = 64, SCRATCH_WAVE_BYTES = 64 * 1024, SCRATCH_WAVES = 64 };
enum { ARENA_BYTES = 1 << 28, ARENA_ALIGN = CACHE_L2_LINES * CACHE_LINE_BYTES };

struct region {
    uint64_t va, size_bytes;
    uint8_t *host;
    enum rig_kind kind;
    bool is_code;
};

struct rig {
    struct rig_options options;
    struct region region[REGIONS];
    uint32_t regions;
    uint8_t *arena; /* all regions: lines fall into the same places of the caches in every run */
    uint8_t *reserved;
    uint64_t arena_used;
    uint64_t next_va;
    _Atomic uint64_t generation;
    struct compute_memory memory;
    struct compute_engine *engine;
    struct compute_fault fault;
    struct compute_counters counters;
    uint8_t *image;
    long image_bytes;
    uint64_t code_va, scratch_va, args_va;
};

/* Where page n of a scattered region of `pages` lies: the order backwards. */
static uint64_t scattered_page(uint64_t n, uint64_t pages)
{
    return pages - 1 - n;
}

static int rig_translate(void *context, uint32_t vmid, uint64_t va, enum vm_access access, struct vm_mapping *out)
{
    struct rig *r = context;
    (void)vmid;
    for (uint32_t n = 0; n < r->regions; n++) {
        const struct region *g = &r->region[n];
        bool writable = g->kind != RIG_READ_ONLY;
        if (va - g->va >= g->size_bytes || (access == VM_WRITE && !writable) || (access == VM_EXECUTE && !g->is_code)) {
            continue;
        }
        *out = (struct vm_mapping){g->va, g->size_bytes, g->host, true, writable, g->is_code, g->kind == RIG_HOST, false};
        if (g->kind == RIG_SCATTERED) {
            uint64_t page = (va - g->va) / PAGE;
            out->va += page * PAGE;
            out->size_bytes = PAGE;
            out->host += scattered_page(page, g->size_bytes / PAGE) * PAGE;
        }
        return 0;
    }
    return -EFAULT;
}

static void create_arena(struct rig *r)
{
    r->reserved = mmap(NULL, ARENA_BYTES + ARENA_ALIGN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON | MAP_NORESERVE, -1, 0);
    if (r->reserved == MAP_FAILED) {
        fprintf(stderr, "rig: no memory\n");
        abort();
    }
    r->arena = r->reserved + (-(uintptr_t)r->reserved & (ARENA_ALIGN - 1));
}

static uint8_t *take_from_arena(struct rig *r, uint64_t size_bytes)
{
    if (size_bytes > ARENA_BYTES - r->arena_used) {
        fprintf(stderr, "rig: buffers of more than %d bytes\n", ARENA_BYTES);
        abort();
    }
    r->arena_used += size_bytes;
    return r->arena + r->arena_used - size_bytes;
}

uint64_t rig_alloc(struct rig *r, enum rig_kind kind, uint64_t size_bytes)
{
    if (r->regions == REGIONS) {
        fprintf(stderr, "rig: too many buffers\n");
        abort();
    }
    struct region *g = &r->region[r->regions++];
    *g = (struct region){r->next_va, (size_bytes + PAGE - 1) / PAGE * PAGE, .kind = kind};
    g->host = take_from_arena(r, g->size_bytes);
    memset(g->host, 0xa5, g->size_bytes);
    r->next_va += g->size_bytes + 16 * PAGE;
    return g->va;
}

static uint8_t *rig_at(struct rig *r, uint64_t va)
{
    struct vm_mapping m;
    if (rig_translate(r, 0, va, VM_READ, &m) != 0) {
        fprintf(stderr, "rig: 0x%llx is not mapped\n", (unsigned long long)va);
        abort();
    }
    return m.host + (va - m.va);
}

void rig_write(struct rig *r, uint64_t va, const void *src, uint64_t size_bytes)
{
    for (uint64_t n = 0; n < size_bytes; n++) {
        *rig_at(r, va + n) = ((const uint8_t *)src)[n];
    }
}

void rig_read(struct rig *r, uint64_t va, void *dst, uint64_t size_bytes)
{
    for (uint64_t n = 0; n < size_bytes; n++) {
        ((uint8_t *)dst)[n] = *rig_at(r, va + n);
    }
}

void rig_move(struct rig *r, uint64_t va, uint8_t fill)
{
    for (uint32_t n = 0; n < r->regions; n++) {
        struct region *g = &r->region[n];
        if (g->va == va) {
            g->host = take_from_arena(r, g->size_bytes);
            memset(g->host, fill, g->size_bytes);
        }
    }
}

void rig_invalidate_tlb(struct rig *r)
{
    atomic_fetch_add(&r->generation, 1);
}

bool rig_is_gfx12(void)
{
    const char *arch = getenv("RIG_ARCH");
    return arch != NULL && strcmp(arch, "gfx1200") == 0;
}

static void load_image(struct rig *r)
{
    char path[512];
    snprintf(path, sizeof path, "%s-%s-w%d.co", TEST_IMAGES, rig_is_gfx12() ? "gfx1200" : "gfx1100", r->options.wave64 ? 64 : 32);
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        fprintf(stderr, "rig: cannot open %s\n", path);
        abort();
    }
    fseek(f, 0, SEEK_END);
    r->image_bytes = ftell(f);
    rewind(f);
    r->image = malloc((size_t)r->image_bytes);
    if (r->image == NULL || fread(r->image, 1, (size_t)r->image_bytes, f) != (size_t)r->image_bytes) {
        abort();
    }
    fclose(f);
    const Elf64_Ehdr *header = (const void *)r->image;
    const Elf64_Phdr *segment = (const void *)(r->image + header->e_phoff);
    uint64_t end = 0;
    for (int n = 0; n < header->e_phnum; n++) {
        if (segment[n].p_type == PT_LOAD && segment[n].p_vaddr + segment[n].p_memsz > end) {
            end = segment[n].p_vaddr + segment[n].p_memsz;
        }
    }
    r->code_va = rig_alloc(r, RIG_VRAM, end);
    r->region[r->regions - 1].is_code = true;
    for (int n = 0; n < header->e_phnum; n++) {
        if (segment[n].p_type == PT_LOAD) {
            memcpy(r->region[r->regions - 1].host + segment[n].p_vaddr, r->image + segment[n].p_offset, segment[n].p_filesz);
        }
    }
}

/* A symbol of the dynamic table; aborts if there is none. */
static const Elf64_Sym *find_symbol(struct rig *r, const char *name)
{
    const Elf64_Ehdr *header = (const void *)r->image;
    const Elf64_Shdr *section = (const void *)(r->image + header->e_shoff);
    for (int n = 0; n < header->e_shnum; n++) {
        if (section[n].sh_type != SHT_DYNSYM) {
            continue;
        }
        const char *strings = (const char *)r->image + section[section[n].sh_link].sh_offset;
        const Elf64_Sym *symbol = (const void *)(r->image + section[n].sh_offset);
        for (uint64_t s = 0; s < section[n].sh_size / sizeof *symbol; s++) {
            if (strcmp(strings + symbol[s].st_name, name) == 0) {
                return &symbol[s];
            }
        }
    }
    fprintf(stderr, "rig: no symbol %s\n", name);
    abort();
}

struct rig *rig_create(struct rig_options options)
{
    struct rig *r = calloc(1, sizeof *r);
    r->options = options;
    r->next_va = 0x7f0000000000;
    create_arena(r);
    r->memory = (struct compute_memory){r, rig_translate, &r->generation};
    load_image(r);
    r->scratch_va = rig_alloc(r, RIG_SCATTERED, (uint64_t)SCRATCH_WAVE_BYTES * SCRATCH_WAVES);
    r->args_va = rig_alloc(r, RIG_VRAM, PAGE);
    if (compute_create(&r->memory, options.threads, options.check_all, &r->engine) != 0) {
        abort();
    }
    return r;
}

void rig_destroy(struct rig *r)
{
    compute_destroy(r->engine);
    munmap(r->reserved, ARENA_BYTES + ARENA_ALIGN);
    free(r->image);
    free(r);
}

static void symbol_name(char *name, size_t size, const char *kernel, const char *suffix)
{
    snprintf(name, size, "%s%s", kernel, suffix);
}

uint64_t rig_kernel_code(struct rig *r, const char *kernel, uint64_t *size_out)
{
    const Elf64_Sym *symbol = find_symbol(r, kernel);
    *size_out = symbol->st_size;
    return r->code_va + symbol->st_value;
}

static uint32_t u32_at(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

int rig_run(struct rig *r, const char *kernel, struct rig_grid grid, const void *args, uint32_t args_bytes)
{
    char name[128];
    symbol_name(name, sizeof name, kernel, ".kd");
    uint64_t descriptor_va = r->code_va + find_symbol(r, name)->st_value;
    const uint8_t *kd = rig_at(r, descriptor_va);
    int64_t entry;
    memcpy(&entry, kd + 16, sizeof entry);
    uint32_t rsrc2 = u32_at(kd + 52), lds_bytes = u32_at(kd + 0), private_bytes = u32_at(kd + 4);
    uint16_t properties = (uint16_t)u32_at(kd + 56);
    rig_write(r, r->args_va, args, args_bytes);
    struct compute_dispatch d = {
        .program_va = descriptor_va + (uint64_t)entry,
        .rsrc1 = u32_at(kd + 48),
        .rsrc2 = (rsrc2 & ~(0x1ffu << 15)) | (lds_bytes + 511) / 512 << 15,
        .rsrc3 = u32_at(kd + 44),
        .dispatch_initiator = 1u | (properties >> 10 & 1u) << 15,
        .scratch_base = r->scratch_va,
        .tmpring_size = private_bytes ? SCRATCH_WAVES | SCRATCH_WAVE_BYTES / 256 << 12 : 0,
        .shared_base = 1ull << 48,
        .private_base = 2ull << 48,
        .lds_granularity_bytes = 512,
        .gen = rig_is_gfx12() ? ISA_GFX12 : ISA_GFX11,
    };
    memcpy(d.groups, grid.groups, sizeof d.groups);
    memcpy(d.group_size, grid.size, sizeof d.group_size);
    if (!(properties >> 3 & 1) || properties & 7) {
        fprintf(stderr, "rig: %s wants user SGPRs other than its arguments (0x%x)\n", kernel, properties);
        abort();
    }
    d.user_data[0] = (uint32_t)r->args_va;
    d.user_data[1] = (uint32_t)(r->args_va >> 32);
    r->counters = (struct compute_counters){0};
    return compute_run(r->engine, &d, &r->counters, &r->fault);
}

struct compute_engine *rig_engine(struct rig *r)
{
    return r->engine;
}

const struct compute_fault *rig_fault(const struct rig *r)
{
    return &r->fault;
}

const struct compute_counters *rig_counters(const struct rig *r)
{
    return &r->counters;
}
