#include "amd/module.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "amd/amd.h"
#include "amd/registers.h"
#include "amd/transfer.h"
#include "core/bytes.h"

#define PREFETCH_BYTES 4096    /* the instruction prefetcher reads behind the last instruction */
#define SCRATCH_UNIT_BYTES 256 /* of COMPUTE_TMPRING_SIZE.WAVESIZE on gfx11 and gfx12 */
#define WIDEST_WAVE 64

/* Scratch for every wave that can run at once, `per_lane` bytes a lane. */
static int grow_scratch(struct amd *a, uint32_t per_lane)
{
    if (per_lane <= a->scratch_per_lane) {
        return 0;
    }
    const struct discovery *d = &a->discovery;
    uint32_t wave_bytes = (uint32_t)round_up_u64((uint64_t)per_lane * WIDEST_WAVE, SCRATCH_UNIT_BYTES);
    uint32_t slots = d->scratch_slots_per_cu ? d->scratch_slots_per_cu : 32;
    uint32_t waves = slots * d->compute_units;
    struct amd_memory *memory;
    int rc = vm_alloc(a, EXO_MEMORY_DEVICE, (uint64_t)wave_bytes * waves, &memory);
    if (rc) {
        return err_prefix(&a->base.err, rc, "private memory for kernels (%u bytes a lane)", per_lane);
    }
    /* Graphs made before keep the old block's address; it is given back when the card is closed. */
    a->scratch = memory;
    a->scratch_per_lane = per_lane;
    a->tmpring_size = F(COMPUTE_TMPRING_SIZE, WAVES, waves / d->shader_engines) |
                      F_MOVED(a, COMPUTE_TMPRING_SIZE, WAVESIZE, wave_bytes / SCRATCH_UNIT_BYTES);
    return 0;
}

static int place(struct amd *a, struct engine_module *m)
{
    int rc = vm_alloc(a, EXO_MEMORY_DEVICE, m->code.image_bytes + PREFETCH_BYTES, &m->memory);
    rc = rc ? rc : transfer_write(a, m->memory->va, m->code.image, m->code.image_bytes);
    if (rc) {
        return rc;
    }
    free(m->code.image);
    m->code.image = NULL;
    a->code_changed = true; /* */
    uint32_t most = 0;
    for (uint32_t i = 0; i < m->code.kernel_count; i++) {
        m->kernels[i] = (struct engine_kernel){&m->code.kernels[i], m->memory->va.value + m->code.kernels[i].entry};
        most = m->code.kernels[i].scratch_bytes > most ? m->code.kernels[i].scratch_bytes : most;
    }
    return grow_scratch(a, most);
}

int module_load(struct amd *a, const void *elf, size_t size_bytes, struct engine_module **module_out)
{
    struct engine_module *m = calloc(1, sizeof *m);
    if (!m) {
        return err_set(&a->base.err, -ENOMEM, "no memory for a module");
    }
    int rc = codeobject_parse(elf, size_bytes, &m->code, &a->base.err);
    if (rc == 0 && m->code.machine != a->chip->elf_machine) {
        rc = err_set(&a->base.err, -ENOTSUP,
                     "the code object is for machine %#x, but this card (%s) runs %#x; compile it with -mcpu=%s", m->code.machine,
                     a->chip->name, a->chip->elf_machine, a->chip->arch);
    }
    if (rc == 0) {
        m->kernels = calloc(m->code.kernel_count, sizeof *m->kernels);
        rc = m->kernels ? place(a, m) : err_set(&a->base.err, -ENOMEM, "no memory for %u kernels", m->code.kernel_count);
    }
    if (rc) {
        module_unload(a, m);
        return rc;
    }
    *module_out = m;
    return 0;
}

void module_unload(struct amd *a, struct engine_module *m)
{
    if (!m) {
        return;
    }
    struct err kept = a->base.err; /* this may be the clean-up of a failure that has its sentence already */
    vm_free(a, m->memory);
    a->base.err = kept;
    codeobject_free(&m->code);
    free(m->kernels);
    free(m);
}

int module_find(struct amd *a, struct engine_module *m, const char *name, struct engine_kernel **kernel_out)
{
    for (uint32_t i = 0; i < m->code.kernel_count; i++) {
        if (strcmp(m->kernels[i].code->name, name) == 0) {
            *kernel_out = &m->kernels[i];
            return 0;
        }
    }
    return err_set(&a->base.err, -ENOENT, "the module has no kernel \"%.100s\" (it has %u, the first is \"%s\")", name,
                   m->code.kernel_count, m->kernels[0].code->name);
}

void module_kernel_info(const struct engine_kernel *k, struct exo_kernel_info *info_out)
{
    const struct codeobject_kernel *c = k->code;
    *info_out = (struct exo_kernel_info){
        .kernarg_bytes = c->kernarg_bytes,
        .lds_bytes = c->lds_bytes,
        .scratch_bytes = c->scratch_bytes,
        .max_workgroup_items = c->max_items,
        .vgprs = c->vgprs,
        .sgprs = c->sgprs,
        .wave_size = c->properties & KERNEL_IS_WAVE32 ? 32 : 64,
    };
}
