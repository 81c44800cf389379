/*
 * codeobject.h: reads AMD code objects (ELF, amdhsa ABI v5 and v6; LLVM AMDGPUUsage, "Code Object").
 *
 * A pure function over foreign bytes (fuzzed): lays the segments out as they will lie in card memory and lists the kernels
 * with what their descriptors and metadata say. Only objects without relocations are taken; ours have none.
 */
#ifndef EXO_AMD_CODEOBJECT_H
#define EXO_AMD_CODEOBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define CODEOBJECT_MAX_BYTES (64u << 20)
#define CODEOBJECT_NAME_BYTES 128
#define CODEOBJECT_MAX_HIDDEN 32

enum hidden_kind {
    HIDDEN_NONE, /* left zero */
    HIDDEN_BLOCK_COUNT_X,
    HIDDEN_BLOCK_COUNT_Y,
    HIDDEN_BLOCK_COUNT_Z,
    HIDDEN_GROUP_SIZE_X,
    HIDDEN_GROUP_SIZE_Y,
    HIDDEN_GROUP_SIZE_Z,
    HIDDEN_REMAINDER_X,
    HIDDEN_REMAINDER_Y,
    HIDDEN_REMAINDER_Z,
    HIDDEN_GRID_DIMS,
    HIDDEN_DYNAMIC_LDS_SIZE,
    HIDDEN_PRIVATE_BASE,
    HIDDEN_SHARED_BASE,
};

struct hidden_argument {
    uint8_t kind; /* enum hidden_kind */
    uint8_t size;
    uint16_t offset;
};

/* Which values the kernel wants in its first scalar registers, in this order (KERNEL_CODE_PROPERTIES). */
#define KERNEL_WANTS_SCRATCH_BUFFER 0x01u
#define KERNEL_WANTS_DISPATCH_PACKET 0x02u
#define KERNEL_WANTS_QUEUE 0x04u
#define KERNEL_WANTS_KERNARG 0x08u
#define KERNEL_WANTS_DISPATCH_ID 0x10u
#define KERNEL_WANTS_FLAT_SCRATCH 0x20u
#define KERNEL_WANTS_SCRATCH_SIZE 0x40u
#define KERNEL_IS_WAVE32 0x400u
#define KERNEL_HAS_DYNAMIC_STACK 0x800u

struct codeobject_kernel {
    char name[CODEOBJECT_NAME_BYTES];
    uint64_t entry; /* offset of the first instruction in the image */
    uint32_t rsrc1, rsrc2, rsrc3;
    uint32_t properties;
    uint32_t lds_bytes, scratch_bytes, kernarg_bytes, explicit_bytes;
    uint32_t max_items, vgprs, sgprs;
    uint32_t hidden_count;
    struct hidden_argument hidden[CODEOBJECT_MAX_HIDDEN];
};

struct codeobject {
    uint8_t *image; /* owned: what is to lie in card memory, at any 4 KiB boundary */
    size_t image_bytes;
    uint32_t machine; /* EF_AMDGPU_MACH_... */
    uint32_t kernel_count;
    struct codeobject_kernel *kernels; /* owned */
};

/* -EINVAL or -ENOTSUP with a sentence; out is untouched then. Free with codeobject_free. */
int codeobject_parse(const void *elf, size_t size_bytes, struct codeobject *out, struct err *e)
    __attribute__((warn_unused_result));
void codeobject_free(struct codeobject *co); /* a zeroed one is fine */

#endif
