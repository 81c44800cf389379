/* port.c: how an engine reaches memory: by virtual address through its hub, piece by piece, with the last pieces remembered. */
#include <errno.h>
#include <string.h>

#include "card.h"

void port_set_vmid(struct port *p, uint32_t vmid)
{
    if (p->vmid != vmid) {
        p->generation[0] = p->generation[1] = 0;
    }
    p->vmid = vmid;
}

/* The host address of va and how many bytes follow it, for reading (0) or writing (1). */
static uint8_t *port_at(struct port *p, uint64_t va, int write, uint64_t *size_out, bool *system_out)
{
    struct vm_mapping *m = &p->cached[write];
    uint64_t now = atomic_load_explicit(&p->card->generation, memory_order_acquire);
    if (p->generation[write] != now || va < m->va || va - m->va >= m->size_bytes) {
        p->generation[write] = 0;
        if (gmc_translate(p->card, p->hub, p->vmid, va, write ? VM_WRITE : VM_READ, p->client, m) < 0) {
            return NULL;
        }
        p->generation[write] = now;
    }
    *size_out = m->size_bytes - (va - m->va);
    *system_out = m->system;
    return m->host + (va - m->va);
}

static void count(struct port *p, int write, uint64_t va, bool system, uint64_t bytes)
{
    struct sim_card *c = p->card;
    if (system && !(write == 0 && bytes <= 8 && p->host_next[0] == va + bytes)) { /* polls of a word are charged once */
        p->charged_ps += charge_dma(c, write, bytes, p->host_next[write] == va);
        p->host_next[write] = va + bytes;
    }
    if (write) {
        count_bytes(system ? &c->host_write_bytes : &c->vram_write_bytes, bytes);
    } else {
        count_bytes(system ? &c->host_read_bytes : &c->vram_read_bytes, bytes);
    }
}

static void before_read(struct port *p, const uint8_t *host, uint64_t size, bool system)
{
    if (!system) {
        vram_touch(p->card, host, size, false);
        hdp_check(p->card, (uint64_t)(host - p->card->vram.base), size, "an engine");
    }
}

static void after_read(struct port *p, const uint8_t *host, void *dst, uint64_t size, bool system)
{
    if (!system && !p->through_l2) {
        cache_foreign_read(p->card->caches, host, dst, size);
        card_check_misread(p->card, "an engine");
    }
}

static void before_write(struct port *p, const uint8_t *host, uint64_t size, bool system)
{
    if (!system) {
        vram_touch(p->card, host, size, true);
        (p->through_l2 ? cache_cp_write : cache_foreign_write)(p->card->caches, host, size);
    }
}

int port_read(struct port *p, uint64_t va, void *dst, uint64_t size)
{
    for (uint8_t *to = dst; size;) {
        uint64_t piece;
        bool system;
        const uint8_t *from = port_at(p, va, 0, &piece, &system);
        if (!from) {
            return -EFAULT;
        }
        if (piece > size) {
            piece = size;
        }
        before_read(p, from, piece, system);
        if (piece == 4 && ((uintptr_t)from & 3) == 0) { /* a word that others write: one load, and nothing after it before it */
            *(uint32_t *)(void *)to = __atomic_load_n((const uint32_t *)(const void *)from, __ATOMIC_ACQUIRE);
        } else {
            memcpy(to, from, piece);
        }
        after_read(p, from, to, piece, system);
        count(p, 0, va, system, piece);
        to += piece, va += piece, size -= piece;
    }
    return 0;
}

int port_write(struct port *p, uint64_t va, const void *src, uint64_t size)
{
    for (const uint8_t *from = src; size;) {
        uint64_t piece;
        bool system;
        uint8_t *to = port_at(p, va, 1, &piece, &system);
        if (!to) {
            return -EFAULT;
        }
        if (piece > size) {
            piece = size;
        }
        before_write(p, to, piece, system);
        if (piece == 4 && ((uintptr_t)to & 3) == 0) {
            uint32_t word;
            memcpy(&word, from, 4);
            __atomic_store_n((uint32_t *)(void *)to, word, __ATOMIC_RELEASE);
        } else if (piece == 8 && ((uintptr_t)to & 7) == 0) {
            uint64_t word;
            memcpy(&word, from, 8);
            __atomic_store_n((uint64_t *)(void *)to, word, __ATOMIC_RELEASE);
        } else {
            memcpy(to, from, piece);
        }
        count(p, 1, va, system, piece);
        from += piece, va += piece, size -= piece;
    }
    return 0;
}

int port_copy(struct port *p, uint64_t dst, uint64_t src, uint64_t size)
{
    while (size) {
        uint64_t piece, room;
        bool from_system, to_system;
        const uint8_t *from = port_at(p, src, 0, &piece, &from_system);
        uint8_t *to = from ? port_at(p, dst, 1, &room, &to_system) : NULL;
        if (!to || atomic_load_explicit(&p->card->stopping, memory_order_relaxed)) {
            return -EFAULT;
        }
        if (piece > room) {
            piece = room;
        }
        if (piece > size) {
            piece = size;
        }
        before_read(p, from, piece, from_system);
        before_write(p, to, piece, to_system);
        memmove(to, from, piece);
        after_read(p, from, to, piece, from_system);
        count(p, 0, src, from_system, piece);
        count(p, 1, dst, to_system, piece);
        src += piece, dst += piece, size -= piece;
    }
    return 0;
}

int port_fill(struct port *p, uint64_t dst, uint32_t value, uint64_t size)
{
    while (size) {
        uint64_t piece;
        bool system;
        uint8_t *to = port_at(p, dst, 1, &piece, &system);
        if (!to) {
            return -EFAULT;
        }
        if (piece > size) {
            piece = size;
        }
        before_write(p, to, piece, system);
        for (uint64_t i = 0; i < piece; i += 4) {
            memcpy(to + i, &value, piece - i < 4 ? piece - i : 4);
        }
        count(p, 1, dst, system, piece);
        dst += piece, size -= piece;
    }
    return 0;
}
