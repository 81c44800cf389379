/* iommu.c: which host memory the card reaches at which bus address. What is not mapped panics a Mac (T-32): a verdict here. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "card.h"

int sim_iommu_map(struct sim_card *card, uint64_t bus_address, void *cpu, uint64_t size_bytes)
{
    struct iommu *m = &card->iommu;
    if (!cpu || size_bytes == 0 || (bus_address | size_bytes) & 0xfff || bus_address + size_bytes < bus_address) {
        return -EINVAL;
    }
    int result = 0;
    pthread_rwlock_wrlock(&m->lock);
    uint32_t at = 0;
    while (at < m->count && m->ranges[at].bus < bus_address) {
        at++;
    }
    if ((at < m->count && m->ranges[at].bus < bus_address + size_bytes) ||
        (at > 0 && m->ranges[at - 1].bus + m->ranges[at - 1].size > bus_address)) {
        result = -EEXIST;
    } else if (m->count == m->capacity) {
        uint32_t capacity = m->capacity ? m->capacity * 2 : 64;
        struct iommu_range *grown = realloc(m->ranges, capacity * sizeof(*grown));
        if (grown) {
            m->ranges = grown;
            m->capacity = capacity;
        } else {
            result = -ENOMEM;
        }
    }
    if (result == 0) {
        memmove(&m->ranges[at + 1], &m->ranges[at], (m->count - at) * sizeof(*m->ranges));
        m->ranges[at] = (struct iommu_range){bus_address, size_bytes, cpu};
        m->count++;
    }
    pthread_rwlock_unlock(&m->lock);
    return result;
}

void sim_iommu_unmap(struct sim_card *card, uint64_t bus_address, uint64_t size_bytes)
{
    struct iommu *m = &card->iommu;
    uint64_t end = bus_address + size_bytes;
    pthread_rwlock_wrlock(&m->lock);
    for (uint32_t i = 0; i < m->count; i++) {
        struct iommu_range *r = &m->ranges[i];
        if (r->bus >= end || r->bus + r->size <= bus_address) {
            continue;
        }
        memmove(r, r + 1, (m->count - i - 1) * sizeof(*r)); /* whole ranges only: that is how they are mapped */
        m->count--;
        i--;
    }
    pthread_rwlock_unlock(&m->lock);
    atomic_fetch_add(&card->generation, 1); /* waves hold host pointers */
}

uint8_t *iommu_at(struct sim_card *card, uint64_t bus, uint64_t *size_out, const char *who)
{
    struct iommu *m = &card->iommu;
    uint8_t *found = NULL;
    pthread_rwlock_rdlock(&m->lock);
    uint32_t low = 0, high = m->count;
    while (low < high) { /* the last range that starts at or below bus */
        uint32_t mid = (low + high) / 2;
        if (m->ranges[mid].bus <= bus) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    if (low > 0 && bus - m->ranges[low - 1].bus < m->ranges[low - 1].size) {
        uint64_t inside = bus - m->ranges[low - 1].bus;
        found = m->ranges[low - 1].cpu + inside;
        *size_out = m->ranges[low - 1].size - inside;
    }
    pthread_rwlock_unlock(&m->lock);
    if (!found) {
        card_verdict(card, "panic: %s reached for bus address 0x%llx, which is not mapped in the IOMMU (T-32)", who,
                     (unsigned long long)bus);
    } else if (!pci_may_dma(card)) {
        card_verdict(card, "%s tried DMA to bus address 0x%llx while bus mastering is off in the command register", who,
                     (unsigned long long)bus);
        found = NULL;
    }
    return found;
}
