#include "amd/codeobject.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "amd/msgpack.h"
#include "core/bytes.h"

/* ELF64 (System V ABI) and AMDGPU values (LLVM AMDGPUUsage), as byte offsets: the bytes are foreign and unaligned. */
enum {
    EHDR_BYTES = 64,
    E_TYPE = 16,
    E_MACHINE = 18,
    E_PHOFF = 32,
    E_FLAGS = 48,
    E_PHENTSIZE = 54,
    E_PHNUM = 56,
    PHDR_BYTES = 56,
    P_TYPE = 0,
    P_OFFSET = 8,
    P_VADDR = 16,
    P_FILESZ = 32,
    P_MEMSZ = 40,
    SYM_BYTES = 24,
    ST_NAME = 0,
    ST_SHNDX = 6,
    ST_VALUE = 8,
    ST_SIZE = 16,
    ET_DYN = 3,
    EM_AMDGPU = 224,
    OSABI_AMDGPU_HSA = 64,
    PT_LOAD = 1,
    PT_DYNAMIC = 2,
    PT_NOTE = 4,
    DT_NULL = 0,
    DT_HASH = 4,
    DT_STRTAB = 5,
    DT_SYMTAB = 6,
    DT_RELASZ = 8,
    DT_STRSZ = 10,
    DT_RELSZ = 18,
    DT_PLTRELSZ = 2,
    NT_AMDGPU_METADATA = 32,
    KD_BYTES = 64,
    KD_LDS = 0,
    KD_SCRATCH = 4,
    KD_KERNARG = 8,
    KD_ENTRY = 16,
    KD_RSRC3 = 44,
    KD_RSRC1 = 48,
    KD_RSRC2 = 52,
    RSRC2_BIT_6 = 1u << 6, /* TRAP_PRESENT on gfx11, DYNAMIC_VGPR on gfx12; "must be 0" in a descriptor */
    KD_PROPERTIES = 56,
    KD_PRELOAD = 58,
};

struct reader {
    const uint8_t *elf;
    size_t elf_bytes;
    struct codeobject co;
    uint64_t strings, string_bytes, symbols, symbol_count; /* in the image */
    struct err *err;
};

static int check_header(struct reader *r)
{
    static const uint8_t magic[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    if (r->elf_bytes < EHDR_BYTES || memcmp(r->elf, magic, sizeof magic) != 0) {
        return err_set(r->err, -EINVAL, "this is no 64-bit little-endian ELF file (%zu bytes)", r->elf_bytes);
    }
    uint32_t type = get_u16(r->elf, E_TYPE), machine = get_u16(r->elf, E_MACHINE), abi = r->elf[7], abi_version = r->elf[8];
    if (type != ET_DYN || machine != EM_AMDGPU || abi != OSABI_AMDGPU_HSA) {
        return err_set(r->err, -EINVAL, "this is no amdhsa code object: type %u, machine %u, OS ABI %u; expected %d, %d, %d",
                       type, machine, abi, ET_DYN, EM_AMDGPU, OSABI_AMDGPU_HSA);
    }
    if (abi_version != 3 && abi_version != 4) { /* v5 and v6 */
        return err_set(r->err, -ENOTSUP, "the code object has ABI version %u; compile it with -mcode-object-version=5",
                       abi_version + 2);
    }
    if (get_u16(r->elf, E_PHENTSIZE) != PHDR_BYTES ||
        !bytes_fit(r->elf_bytes, get_u64(r->elf, E_PHOFF), (uint64_t)get_u16(r->elf, E_PHNUM) * PHDR_BYTES)) {
        return err_set(r->err, -EINVAL, "the code object's program headers are cut off");
    }
    r->co.machine = get_u32(r->elf, E_FLAGS) & 0xff;
    return 0;
}

static const uint8_t *program_header(const struct reader *r, uint32_t index)
{
    return r->elf + get_u64(r->elf, E_PHOFF) + (uint64_t)index * PHDR_BYTES;
}

static int load_segments(struct reader *r)
{
    uint32_t count = get_u16(r->elf, E_PHNUM);
    uint64_t end = 0;
    for (int pass = 0; pass < 2; pass++) { /* first the size, then the bytes */
        for (uint32_t i = 0; i < count; i++) {
            const uint8_t *p = program_header(r, i);
            uint64_t offset = get_u64(p, P_OFFSET), address = get_u64(p, P_VADDR), file = get_u64(p, P_FILESZ),
                     memory = get_u64(p, P_MEMSZ);
            if (get_u32(p, P_TYPE) != PT_LOAD) {
                continue;
            }
            if (!bytes_fit(r->elf_bytes, offset, file) || file > memory || !bytes_fit(CODEOBJECT_MAX_BYTES, address, memory)) {
                return err_set(r->err, -EINVAL, "segment %u of the code object does not fit its file or 64 MiB of card memory",
                               i);
            }
            end = address + memory > end ? address + memory : end;
            if (pass == 1) {
                memcpy(r->co.image + address, r->elf + offset, file);
            }
        }
        if (end == 0) {
            return err_set(r->err, -EINVAL, "the code object has nothing to load");
        }
        if (pass == 0) {
            r->co.image_bytes = end;
            r->co.image = calloc(1, end);
            if (!r->co.image) {
                return err_set(r->err, -ENOMEM, "no memory for a code object of %llu bytes", (unsigned long long)end);
            }
        }
    }
    return 0;
}

static int read_dynamic(struct reader *r, const uint8_t *p)
{
    uint64_t address = get_u64(p, P_VADDR), size = get_u64(p, P_FILESZ), hash = 0;
    if (!bytes_fit(r->co.image_bytes, address, size)) {
        return err_set(r->err, -EINVAL, "the code object's dynamic section lies outside of it");
    }
    for (uint64_t at = address; at + 16 <= address + size; at += 16) {
        uint64_t tag = get_u64(r->co.image, at), value = get_u64(r->co.image, at + 8);
        if (tag == DT_NULL) {
            break;
        }
        if ((tag == DT_RELASZ || tag == DT_RELSZ || tag == DT_PLTRELSZ) && value) {
            return err_set(r->err, -ENOTSUP,
                           "the code object needs %llu bytes of relocations; link it without references to outside",
                           (unsigned long long)value);
        }
        r->symbols = tag == DT_SYMTAB ? value : r->symbols;
        r->strings = tag == DT_STRTAB ? value : r->strings;
        r->string_bytes = tag == DT_STRSZ ? value : r->string_bytes;
        hash = tag == DT_HASH ? value : hash;
    }
    if (!hash || !bytes_fit(r->co.image_bytes, hash, 8)) {
        return err_set(r->err, -EINVAL, "the code object has no symbol hash table");
    }
    r->symbol_count = get_u32(r->co.image, hash + 4);
    if (!bytes_fit(r->co.image_bytes, r->symbols, r->symbol_count * SYM_BYTES) ||
        !bytes_fit(r->co.image_bytes, r->strings, r->string_bytes)) {
        return err_set(r->err, -EINVAL, "the code object's symbols lie outside of it");
    }
    return 0;
}

/* The image offset of a symbol of `size` bytes; name is not terminated. */
static bool find_symbol(const struct reader *r, const char *name, uint32_t length, uint64_t size, uint64_t *value_out)
{
    for (uint64_t i = 0; i < r->symbol_count; i++) {
        const uint8_t *s = r->co.image + r->symbols + i * SYM_BYTES;
        uint64_t at = get_u32(s, ST_NAME);
        if (get_u16(s, ST_SHNDX) == 0 || !bytes_fit(r->string_bytes, at, (uint64_t)length + 1)) {
            continue;
        }
        const char *text = (const char *)r->co.image + r->strings + at;
        if (memcmp(text, name, length) == 0 && text[length] == 0 && get_u64(s, ST_SIZE) >= size &&
            bytes_fit(r->co.image_bytes, get_u64(s, ST_VALUE), size)) {
            *value_out = get_u64(s, ST_VALUE);
            return true;
        }
    }
    return false;
}

static const struct {
    const char *name;
    uint8_t kind;
} hidden_names[] = {
    {"hidden_block_count_x", HIDDEN_BLOCK_COUNT_X},       {"hidden_block_count_y", HIDDEN_BLOCK_COUNT_Y},
    {"hidden_block_count_z", HIDDEN_BLOCK_COUNT_Z},       {"hidden_group_size_x", HIDDEN_GROUP_SIZE_X},
    {"hidden_group_size_y", HIDDEN_GROUP_SIZE_Y},         {"hidden_group_size_z", HIDDEN_GROUP_SIZE_Z},
    {"hidden_remainder_x", HIDDEN_REMAINDER_X},           {"hidden_remainder_y", HIDDEN_REMAINDER_Y},
    {"hidden_remainder_z", HIDDEN_REMAINDER_Z},           {"hidden_grid_dims", HIDDEN_GRID_DIMS},
    {"hidden_dynamic_lds_size", HIDDEN_DYNAMIC_LDS_SIZE}, {"hidden_private_base", HIDDEN_PRIVATE_BASE},
    {"hidden_shared_base", HIDDEN_SHARED_BASE},
};

static uint8_t hidden_kind_of(const struct msgpack_value *v)
{
    for (size_t i = 0; i < sizeof hidden_names / sizeof hidden_names[0]; i++) {
        if (msgpack_is(v, hidden_names[i].name)) {
            return hidden_names[i].kind;
        }
    }
    return HIDDEN_NONE;
}

static bool starts_hidden(const struct msgpack_value *v)
{
    return v->kind == MSGPACK_STRING && v->length > 7 && memcmp(v->string, "hidden_", 7) == 0;
}

static bool read_argument(struct msgpack *m, struct codeobject_kernel *k)
{
    struct msgpack_value map, key, value;
    uint64_t offset = 0, size = 0;
    uint8_t kind = HIDDEN_NONE;
    bool hidden = false;
    if (!msgpack_next(m, &map) || map.kind != MSGPACK_MAP) {
        return false;
    }
    for (uint64_t i = 0; i < map.number; i++) {
        if (!msgpack_next(m, &key)) {
            return false;
        }
        bool is_offset = msgpack_is(&key, ".offset"), is_size = msgpack_is(&key, ".size"),
             is_kind = msgpack_is(&key, ".value_kind");
        if (!is_offset && !is_size && !is_kind) {
            if (!msgpack_skip(m)) {
                return false;
            }
            continue;
        }
        if (!msgpack_next(m, &value)) {
            return false;
        }
        offset = is_offset ? value.number : offset;
        size = is_size ? value.number : size;
        kind = is_kind ? hidden_kind_of(&value) : kind;
        hidden = is_kind ? starts_hidden(&value) : hidden;
    }
    if (offset > 0xffff || size > 0xffff) {
        return false;
    }
    if (!hidden) {
        k->explicit_bytes = offset + size > k->explicit_bytes ? (uint32_t)(offset + size) : k->explicit_bytes;
    } else if (kind != HIDDEN_NONE) {
        if (k->hidden_count == CODEOBJECT_MAX_HIDDEN || size > 8) {
            return false;
        }
        k->hidden[k->hidden_count++] = (struct hidden_argument){kind, (uint8_t)size, (uint16_t)offset};
    }
    return true;
}

struct kernel_keys {
    struct msgpack_value symbol, name;
};

static bool read_arguments(struct msgpack *m, struct codeobject_kernel *k)
{
    struct msgpack_value list;
    if (!msgpack_next(m, &list) || list.kind != MSGPACK_ARRAY) {
        return false;
    }
    for (uint64_t i = 0; i < list.number; i++) {
        if (!read_argument(m, k)) {
            return false;
        }
    }
    return true;
}

static bool read_kernel_map(struct msgpack *m, struct codeobject_kernel *k, struct kernel_keys *keys)
{
    struct msgpack_value map, key, v;
    if (!msgpack_next(m, &map) || map.kind != MSGPACK_MAP) {
        return false;
    }
    for (uint64_t i = 0; i < map.number; i++) {
        if (!msgpack_next(m, &key)) {
            return false;
        }
        if (msgpack_is(&key, ".args")) {
            if (!read_arguments(m, k)) {
                return false;
            }
            continue;
        }
        struct msgpack before = *m;
        if (!msgpack_next(m, &v)) {
            return false;
        }
        if (v.kind == MSGPACK_ARRAY || v.kind == MSGPACK_MAP) {
            *m = before;
            if (!msgpack_skip(m)) {
                return false;
            }
            continue;
        }
        uint32_t number = v.number > UINT32_MAX ? UINT32_MAX : (uint32_t)v.number;
        k->vgprs = msgpack_is(&key, ".vgpr_count") ? number : k->vgprs;
        k->sgprs = msgpack_is(&key, ".sgpr_count") ? number : k->sgprs;
        k->max_items = msgpack_is(&key, ".max_flat_workgroup_size") ? number : k->max_items;
        k->kernarg_bytes = msgpack_is(&key, ".kernarg_segment_size") ? number : k->kernarg_bytes;
        keys->symbol = msgpack_is(&key, ".symbol") ? v : keys->symbol;
        keys->name = msgpack_is(&key, ".name") ? v : keys->name;
    }
    return true;
}

static int read_descriptor(struct reader *r, struct codeobject_kernel *k, const struct msgpack_value *symbol)
{
    uint64_t kd;
    if (symbol->kind != MSGPACK_STRING || !find_symbol(r, symbol->string, symbol->length, KD_BYTES, &kd)) {
        return err_set(r->err, -EINVAL, "kernel %s has no descriptor in the code object", k->name);
    }
    const uint8_t *d = r->co.image + kd;
    uint64_t entry = kd + get_u64(d, KD_ENTRY); /* signed, wraps as it should */
    if (entry >= r->co.image_bytes || entry % 256) {
        return err_set(r->err, -EINVAL, "kernel %s starts at %#llx, which is outside the code object or not a multiple of 256",
                       k->name, (unsigned long long)entry);
    }
    k->entry = entry;
    k->lds_bytes = get_u32(d, KD_LDS);
    k->scratch_bytes = get_u32(d, KD_SCRATCH);
    k->kernarg_bytes = get_u32(d, KD_KERNARG) ? get_u32(d, KD_KERNARG) : k->kernarg_bytes;
    k->rsrc1 = get_u32(d, KD_RSRC1);
    k->rsrc2 = get_u32(d, KD_RSRC2);
    k->rsrc3 = get_u32(d, KD_RSRC3);
    k->properties = get_u16(d, KD_PROPERTIES);
    if (k->lds_bytes > 65536 || k->scratch_bytes > (1u << 20) || k->kernarg_bytes > 65536 || get_u16(d, KD_PRELOAD)) {
        return err_set(r->err, -EINVAL,
                       "kernel %s asks for %u bytes of LDS, %u of scratch, %u of arguments, preload %#x: not possible", k->name,
                       k->lds_bytes, k->scratch_bytes, k->kernarg_bytes, get_u16(d, KD_PRELOAD));
    }
    if (k->rsrc2 & RSRC2_BIT_6) {
        return err_set(r->err, -EINVAL, "kernel %s asks for a trap handler or for registers as it goes: there are neither",
                       k->name);
    }
    for (uint32_t i = 0; i < k->hidden_count; i++) {
        if ((uint32_t)k->hidden[i].offset + k->hidden[i].size > k->kernarg_bytes) {
            return err_set(r->err, -EINVAL, "kernel %s has a hidden argument beyond its %u argument bytes", k->name,
                           k->kernarg_bytes);
        }
    }
    return k->explicit_bytes > k->kernarg_bytes
               ? err_set(r->err, -EINVAL, "kernel %s has arguments beyond its %u bytes", k->name, k->kernarg_bytes)
               : 0;
}

static int read_kernels(struct reader *r, struct msgpack *m)
{
    struct msgpack_value list;
    if (!msgpack_next(m, &list) || list.kind != MSGPACK_ARRAY || list.number > (uint64_t)(m->end - m->at)) {
        return err_set(r->err, -EINVAL, "the code object's list of kernels cannot be read");
    }
    /* A code object linked of several compiled files has a list from each (lld puts their notes one behind the other). */
    uint64_t count = r->co.kernel_count + list.number;
    struct codeobject_kernel *grown = realloc(r->co.kernels, (count ? count : 1) * sizeof *grown);
    if (!grown) {
        return err_set(r->err, -ENOMEM, "no memory for %llu kernels", (unsigned long long)count);
    }
    r->co.kernels = grown;
    memset(grown + r->co.kernel_count, 0, list.number * sizeof *grown);
    for (uint64_t i = 0; i < list.number; i++) {
        struct codeobject_kernel *k = &r->co.kernels[r->co.kernel_count];
        struct kernel_keys keys = {0};
        if (!read_kernel_map(m, k, &keys) || keys.name.kind != MSGPACK_STRING || keys.name.length >= CODEOBJECT_NAME_BYTES) {
            return err_set(r->err, -EINVAL, "the metadata of kernel %llu cannot be read", (unsigned long long)i);
        }
        memcpy(k->name, keys.name.string, keys.name.length);
        int rc = read_descriptor(r, k, &keys.symbol);
        if (rc) {
            return rc;
        }
        r->co.kernel_count++;
    }
    return 0;
}

static int read_metadata(struct reader *r, const uint8_t *bytes, uint64_t size)
{
    struct msgpack m = {bytes, bytes + size};
    struct msgpack_value map, key;
    if (!msgpack_next(&m, &map) || map.kind != MSGPACK_MAP) {
        return err_set(r->err, -EINVAL, "the code object's metadata cannot be read");
    }
    for (uint64_t i = 0; i < map.number; i++) {
        if (!msgpack_next(&m, &key)) {
            return err_set(r->err, -EINVAL, "the code object's metadata is cut off");
        }
        if (msgpack_is(&key, "amdhsa.kernels")) {
            int rc = read_kernels(r, &m);
            if (rc) {
                return rc;
            }
        } else if (!msgpack_skip(&m)) {
            return err_set(r->err, -EINVAL, "the code object's metadata is cut off");
        }
    }
    return 0;
}

static int read_notes(struct reader *r, const uint8_t *p)
{
    uint64_t at = get_u64(p, P_OFFSET), size = get_u64(p, P_FILESZ);
    if (!bytes_fit(r->elf_bytes, at, size)) {
        return err_set(r->err, -EINVAL, "the code object's notes are cut off");
    }
    uint64_t end = at + size;
    while (end - at >= 12) {
        uint64_t name = round_up_u64(get_u32(r->elf, at), 4), desc = get_u32(r->elf, at + 4);
        uint32_t type = get_u32(r->elf, at + 8);
        at += 12;
        if (!bytes_fit(end - at, name, desc)) {
            return err_set(r->err, -EINVAL, "a note of the code object is cut off");
        }
        if (type == NT_AMDGPU_METADATA && name == 8 && memcmp(r->elf + at, "AMDGPU", 7) == 0) {
            int rc = read_metadata(r, r->elf + at + name, desc);
            if (rc) {
                return rc;
            }
        }
        at += name + desc;
        at += (4 - desc % 4) % 4;
        at = at > end ? end : at;
    }
    return 0;
}

/* All program headers of one type, by one function. */
static int for_headers(struct reader *r, uint32_t type, int (*read)(struct reader *r, const uint8_t *p))
{
    int rc = 0;
    for (uint32_t i = 0; i < get_u16(r->elf, E_PHNUM) && rc == 0; i++) {
        const uint8_t *p = program_header(r, i);
        rc = get_u32(p, P_TYPE) == type ? read(r, p) : 0;
    }
    return rc;
}

int codeobject_parse(const void *elf, size_t size_bytes, struct codeobject *out, struct err *e)
{
    struct reader r = {.elf = elf, .elf_bytes = size_bytes, .err = e};
    int rc = check_header(&r);
    rc = rc ? rc : load_segments(&r);
    rc = rc ? rc : for_headers(&r, PT_DYNAMIC, read_dynamic);
    rc = rc ? rc : for_headers(&r, PT_NOTE, read_notes);
    if (rc == 0 && r.co.kernel_count == 0) {
        rc = err_set(e, -EINVAL, "the code object has no kernels");
    }
    if (rc) {
        codeobject_free(&r.co);
        return rc;
    }
    *out = r.co;
    return 0;
}

void codeobject_free(struct codeobject *co)
{
    free(co->image);
    free(co->kernels);
    *co = (struct codeobject){0};
}
