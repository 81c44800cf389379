/* kernel_name.c: see kernel_name.h. Offsets and tags: System V ABI, ELF-64 object file format. */
#include "kernel_name.h"

#include <stdio.h>
#include <string.h>

#include "card.h"

enum { PAGE = 4096, IMAGE_MOST = 16 << 20, HEADER_BYTES = 64, PHDR_BYTES = 56, DYN_BYTES = 16, SYM_BYTES = 24 };
enum { PT_DYNAMIC = 2, DT_HASH = 4, DT_STRTAB = 5, DT_SYMTAB = 6, STT_FUNC = 2 };

/* The image as it lies in VRAM; `size` is what may be read. */
struct image {
    const uint8_t *at;
    uint64_t size;
};

static uint64_t get(const struct image *m, uint64_t offset, uint32_t bytes)
{
    uint64_t value = 0;
    if (offset <= m->size && bytes <= m->size - offset) {
        memcpy(&value, m->at + offset, bytes); /* the card is little-endian, and so are the hosts it runs on */
    }
    return value;
}

struct symbols {
    uint64_t table, strings, count;
};

static bool find_symbols(const struct image *m, struct symbols *s)
{
    uint64_t headers = get(m, 32, 8), dynamic = 0;
    *s = (struct symbols){0};
    for (uint64_t n = 0; n < get(m, 56, 2) && !dynamic; n++) {
        if (get(m, headers + n * PHDR_BYTES, 4) == PT_DYNAMIC) {
            dynamic = get(m, headers + n * PHDR_BYTES + 16, 8);
        }
    }
    for (uint64_t at = dynamic; dynamic && get(m, at, 8) != 0 && at - dynamic < 64 * DYN_BYTES; at += DYN_BYTES) {
        uint64_t tag = get(m, at, 8), value = get(m, at + 8, 8);
        s->table = tag == DT_SYMTAB ? value : s->table;
        s->strings = tag == DT_STRTAB ? value : s->strings;
        s->count = tag == DT_HASH ? get(m, value + 4, 4) : s->count;
    }
    return s->table && s->strings && s->count && s->count < 65536;
}

static bool name_in_image(const struct image *m, uint64_t entry, char name[KERNEL_NAME_SIZE])
{
    struct symbols s;
    if (!find_symbols(m, &s)) {
        return false;
    }
    for (uint64_t n = 0; n < s.count; n++) {
        uint64_t at = s.table + n * SYM_BYTES;
        if ((get(m, at + 4, 1) & 15) != STT_FUNC || get(m, at + 8, 8) != entry) {
            continue;
        }
        uint64_t text = s.strings + get(m, at, 4);
        uint32_t length = 0;
        for (int c; length < KERNEL_NAME_SIZE - 1 && (c = (int)get(m, text + length, 1)) > ' ' && c < 127; length++) {
            name[length] = c == '"' || c == '\\' ? '?' : (char)c; /* it goes into JSON as it is */
        }
        name[length] = 0;
        return length != 0;
    }
    return false;
}

void kernel_name(struct sim_card *card, uint32_t vmid, uint64_t program_va, char name[KERNEL_NAME_SIZE])
{
    static const uint8_t magic[4] = {0x7f, 'E', 'L', 'F'};
    struct vm_mapping m;
    snprintf(name, KERNEL_NAME_SIZE, "kernel at 0x%llx", (unsigned long long)program_va);
    if (gmc_wave_translate(card, vmid, program_va, VM_EXECUTE, &m) != 0 || m.system) {
        return;
    }
    const uint8_t *code = m.host + (program_va - m.va), *base = card->vram.base;
    const uint8_t *lowest = (uint64_t)(code - base) > IMAGE_MOST ? code - IMAGE_MOST : base;
    for (const uint8_t *at = code - (uintptr_t)(code - base) % PAGE; at >= lowest; at -= PAGE) {
        if (memcmp(at, magic, sizeof magic) == 0) {
            struct image image = {at, card->vram.size - (uint64_t)(at - base)};
            image.size = image.size < IMAGE_MOST ? image.size : IMAGE_MOST;
            name_in_image(&image, (uint64_t)(code - at), name);
            return;
        }
        if (at == base) {
            return;
        }
    }
}
