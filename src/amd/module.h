/* module.h: a code object in VRAM and its kernels; the private memory (scratch) that they need. */
#ifndef EXO_AMD_MODULE_H
#define EXO_AMD_MODULE_H

#include "amd/codeobject.h"
#include "core/engine.h"

struct amd;
struct amd_memory;

struct engine_kernel {
    const struct codeobject_kernel *code;
    uint64_t entry_va;
};

struct engine_module {
    struct codeobject code; /* its image is freed once it lies in VRAM */
    struct amd_memory *memory;
    struct engine_kernel *kernels; /* as many as the code object has */
};

int module_load(struct amd *a, const void *elf, size_t size_bytes, struct engine_module **module_out)
    __attribute__((warn_unused_result));
void module_unload(struct amd *a, struct engine_module *m);
int module_find(struct amd *a, struct engine_module *m, const char *name, struct engine_kernel **kernel_out)
    __attribute__((warn_unused_result));
void module_kernel_info(const struct engine_kernel *k, struct exo_kernel_info *info_out);

#endif
