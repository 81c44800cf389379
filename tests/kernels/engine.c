/* engine.c: see engine.h. The descriptor's fields: LLVM AMDGPUUsage, "Kernel descriptor". */
#include "engine.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "kernels/images.h"
#include "sim/isa/cache.h"
#include "sim/isa/isa.h"

enum { REGIONS = 64, ARGS_BYTES = 4096, SCRATCH_WAVE_BYTES = 64 * 1024, SCRATCH_WAVES = 32 };

struct region {
    uint64_t va, bytes;
    bool code;
};

static struct {
    struct compute_engine *engine;
    struct compute_memory memory;
    struct compute_fault fault;
    struct region region[REGIONS];
    uint32_t regions, fixed; /* fixed: code, arguments, scratch */
    _Atomic uint64_t generation;
    uint8_t *code, *args, *scratch;
    const struct kernel_image *image;
} engine;

static int translate(void *context, uint32_t vmid, uint64_t va, enum vm_access access, struct vm_mapping *out)
{
    (void)context;
    (void)vmid;
    for (uint32_t i = 0; i < engine.regions; i++) {
        const struct region *r = &engine.region[i];
        if (va - r->va < r->bytes && (access == VM_READ || (access == VM_EXECUTE) == r->code)) {
            *out = (struct vm_mapping){r->va, r->bytes, (uint8_t *)(uintptr_t)r->va, true, !r->code, r->code, false, false};
            return 0;
        }
    }
    return -EFAULT;
}

void engine_map(void *data, uint64_t bytes)
{
    if (engine.regions == REGIONS) {
        abort();
    }
    engine.region[engine.regions++] = (struct region){(uint64_t)(uintptr_t)data, bytes, false};
    engine.generation++;
}

void engine_unmap_all(void)
{
    engine.regions = engine.fixed;
    engine.generation++;
}

static void code_load(const uint8_t *image)
{
    const Elf64_Ehdr *header = (const void *)image;
    const Elf64_Phdr *segment = (const void *)(image + header->e_phoff);
    uint64_t end = 0;
    for (int i = 0; i < header->e_phnum; i++) {
        if (segment[i].p_type == PT_LOAD && segment[i].p_vaddr + segment[i].p_memsz > end) {
            end = segment[i].p_vaddr + segment[i].p_memsz;
        }
    }
    end = (end + 4095) & ~(uint64_t)4095;
    engine.code = mmap(NULL, end, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (engine.code == MAP_FAILED) {
        abort();
    }
    for (int i = 0; i < header->e_phnum; i++) {
        if (segment[i].p_type == PT_LOAD) {
            memcpy(engine.code + segment[i].p_vaddr, image + segment[i].p_offset, segment[i].p_filesz);
        }
    }
    engine_map(engine.code, end);
    engine.region[0].code = true;
}

void engine_open(void)
{
    const char *threads = getenv("EXO_TEST_THREADS");
    engine.memory = (struct compute_memory){NULL, translate, &engine.generation};
    const char *arch = getenv("EXO_TEST_ARCH");
    engine.image = kernel_image_find(kernel_images, kernel_images_count, arch ? arch : "gfx1100");
    if (!engine.image) {
        fprintf(stderr, "no kernels are built in for %s\n", arch);
        abort();
    }
    code_load(engine.image->data);
    engine.args = aligned_alloc(4096, ARGS_BYTES);
    engine.scratch = aligned_alloc(4096, SCRATCH_WAVE_BYTES * SCRATCH_WAVES);
    if (!engine.args || !engine.scratch ||
        compute_create(&engine.memory, threads ? (uint32_t)atoi(threads) : 1, !threads, &engine.engine) != 0) {
        abort();
    }
    engine_map(engine.args, ARGS_BYTES);
    engine_map(engine.scratch, SCRATCH_WAVE_BYTES * SCRATCH_WAVES);
    engine.fixed = engine.regions;
}

void engine_close(void)
{
    compute_destroy(engine.engine);
    free(engine.args);
    free(engine.scratch);
}

static uint64_t symbol_find(const uint8_t *image, const char *name)
{
    const Elf64_Ehdr *header = (const void *)image;
    const Elf64_Shdr *section = (const void *)(image + header->e_shoff);
    for (int i = 0; i < header->e_shnum; i++) {
        if (section[i].sh_type != SHT_DYNSYM) {
            continue;
        }
        const char *strings = (const char *)image + section[section[i].sh_link].sh_offset;
        const Elf64_Sym *symbol = (const void *)(image + section[i].sh_offset);
        for (uint64_t s = 0; s < section[i].sh_size / sizeof(*symbol); s++) {
            if (strcmp(strings + symbol[s].st_name, name) == 0) {
                return symbol[s].st_value;
            }
        }
    }
    return 0;
}

static uint32_t u32_at(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof(v));
    return v;
}

const char *engine_run(const char *kernel, const uint32_t groups[3], uint32_t items, const void *args, uint32_t args_bytes,
                       struct compute_counters *counters_out)
{
    char name[128];
    snprintf(name, sizeof(name), "%s.kd", kernel);
    uint64_t at = symbol_find(engine.image->data, name);
    if (at == 0 || args_bytes > ARGS_BYTES) {
        return "the code object has no such kernel";
    }
    const uint8_t *kd = engine.code + at;
    int64_t entry;
    memcpy(&entry, kd + 16, sizeof(entry));
    uint32_t properties = u32_at(kd + 56) & 0xffff, scratch = u32_at(kd + 4);
    if ((properties & 15) != 8) {
        return "the kernel wants user SGPRs other than its arguments";
    }
    memset(engine.args, 0xa5, ARGS_BYTES);
    memcpy(engine.args, args, args_bytes);
    uint64_t args_va = (uint64_t)(uintptr_t)engine.args;
    struct compute_dispatch d = {
        .program_va = (uint64_t)(uintptr_t)kd + (uint64_t)entry,
        .rsrc1 = u32_at(kd + 48),
        .rsrc2 = (u32_at(kd + 52) & ~(0x1ffu << 15)) | (u32_at(kd) + 511) / 512 << 15,
        .rsrc3 = u32_at(kd + 44),
        .user_data = {(uint32_t)args_va, (uint32_t)(args_va >> 32)},
        .groups = {groups[0], groups[1], groups[2]},
        .group_size = {items, 1, 1},
        .dispatch_initiator = 1u | (properties >> 10 & 1) << 15,
        .tmpring_size = scratch ? SCRATCH_WAVES | SCRATCH_WAVE_BYTES / 256 << 12 : 0,
        .scratch_base = (uint64_t)(uintptr_t)engine.scratch,
        .shared_base = 1ull << 48,
        .private_base = 2ull << 48,
        .lds_granularity_bytes = 512,
        .gen = strncmp(engine.image->arch, "gfx12", 5) == 0 ? ISA_GFX12 : ISA_GFX11,
    };
    *counters_out = (struct compute_counters){0};
    cache_control(compute_caches(engine.engine), CACHE_ALL); /* the host wrote the buffers, and reads them afterwards */
    int rc = compute_run(engine.engine, &d, counters_out, &engine.fault);
    cache_control(compute_caches(engine.engine), CACHE_ALL);
    return rc == 0 ? NULL : engine.fault.text;
}
