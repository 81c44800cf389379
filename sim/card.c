/* card.c: power on and off, the BARs, reset, unplug, counters and the verdict. */
#include "card.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- verdict ----------------------------------------------------------------------------------------------------------- */

void card_verdict(struct sim_card *card, const char *format, ...)
{
    pthread_mutex_lock(&card->verdict_lock);
    if (card->verdict[0] == '\0') {
        va_list args;
        va_start(args, format);
        vsnprintf(card->verdict, sizeof(card->verdict), format, args);
        va_end(args);
    }
    pthread_mutex_unlock(&card->verdict_lock);
}

void sim_verdict(struct sim_card *card, char *text, size_t size)
{
    if (size == 0) {
        return;
    }
    pthread_mutex_lock(&card->verdict_lock);
    snprintf(text, size, "%s", card->verdict);
    pthread_mutex_unlock(&card->verdict_lock);
}

void card_check_misread(struct sim_card *card, const char *who)
{
    static const char *const why[] = {
        [MISREAD_VECTOR] = "a vector cache held it from before another dispatch wrote it, and no ACQUIRE_MEM with GLV_INV and "
                           "GL1_INV came between",
        [MISREAD_SCALAR] = "the scalar cache held it from before it was written, and no ACQUIRE_MEM with GLK_INV came between",
        [MISREAD_L2] = "the L2 held it from before SDMA or the host wrote it, and no ACQUIRE_MEM with GL2_INV came between",
        [MISREAD_DIRTY] = "waves had written it, and no release with GL2_WB had brought it from the L2 to memory",
    };
    struct cache_misread m;
    if (cache_take_misread(card->caches, &m)) {
        card_verdict(card, "%s was given old bytes of the line at VRAM offset 0x%llx: %s (Q-14)",
                     m.from == MISREAD_DIRTY ? "who goes around the L2" : who, (unsigned long long)(m.at - card->vram.base),
                     why[m.from]);
    }
}

/* Bits as in linux nvd.h, PACKET3_ACQUIRE_MEM_GCR_CNTL_*. The vector caches lie in front of the GL1, which may be as stale. */
uint32_t card_caches_of(uint32_t gcr)
{
    enum { GLK_INV = 1 << 7, GLV_INV = 1 << 8, GL1_INV = 1 << 9, GL2_INV = 1 << 14, GL2_WB = 1 << 15 };
    uint32_t what = (gcr & GLV_INV) && (gcr & GL1_INV) ? CACHE_INV_VECTOR : 0;
    what |= gcr & GLK_INV ? CACHE_INV_SCALAR : 0;
    what |= gcr & GL2_INV ? CACHE_INV_L2 : 0;
    return what | (gcr & GL2_WB ? CACHE_WB_L2 : 0);
}

/* ---- power ------------------------------------------------------------------------------------------------------------- */

static void create_locks(struct sim_card *card)
{
    pthread_mutex_init(&card->lock, NULL);
    pthread_mutex_init(&card->verdict_lock, NULL);
    pthread_mutex_init(&card->ih.lock, NULL);
    pthread_rwlock_init(&card->iommu.lock, NULL);
    pthread_cond_init(&card->idle, NULL);
}

static int create_parts(struct sim_card *card)
{
    const struct compute_memory memory = {card, gmc_wave_translate, &card->generation};
    int error = bus_create(card);
    if (!error) {
        error = vram_create(card);
    }
    if (!error) {
        error = hdp_create(card);
    }
    if (!error) {
        error = gmc_create(card);
    }
    if (!error) {
        error = compute_create(&memory, card->options.worker_threads, false, &card->compute);
    }
    if (!error && card->charge.chip) {
        error = compute_set_mall(card->compute, card->charge.chip->mall_bytes);
    }
    if (!error) {
        error = trace_open(card->options.trace, card->chip->marketing, &card->trace);
    }
    if (!error) {
        card->caches = compute_caches(card->compute);
        error = mec_create(card);
    }
    if (!error) {
        error = sdma_create(card);
    }
    if (!error) {
        error = posted_create(card);
    }
    return error;
}

int sim_card_create(const struct sim_options *options, struct sim_card **card_out, char *err, size_t err_size)
{
    const struct chip *chip = chip_find(options->chip ? options->chip : "rx7900xtx");
    *card_out = NULL;
    if (!chip) {
        snprintf(err, err_size, "there is no simulated chip \"%s\"; the first there is: \"%s\"", options->chip,
                 chip_row(0)->name);
        return -ENODEV;
    }
    uint64_t bar0 = options->bar0_bytes ? options->bar0_bytes : CHIP_BAR0_BYTES;
    if (bar0 < (UINT64_C(1) << 20) || (bar0 & (bar0 - 1)) || bar0 > UINT64_C(32) << 30) {
        snprintf(err, err_size, "BAR0 of %llu bytes: a power of two from 1 MiB to 32 GiB is possible", (unsigned long long)bar0);
        return -EINVAL;
    }
    const struct link_model *link = link_model_find(options->link ? options->link : "none");
    if (!link) {
        snprintf(err, err_size, "there is no link \"%s\" to model; tb5 is one", options->link);
        return -EINVAL;
    }
    struct sim_faults faults;
    if (sim_faults_read(options->fault, &faults, err, err_size)) {
        return -EINVAL;
    }
    struct sim_card *card = calloc(1, sizeof(*card));
    if (!card) {
        snprintf(err, err_size, "no memory for a simulated card");
        return -ENOMEM;
    }
    card->options = *options;
    card->chip = chip;
    card->bar0_bytes = bar0 < chip->vram_bytes ? bar0 : chip->vram_bytes;
    card->faults = faults;
    card->charge.link = link;
    card->charge.chip = model_chip_find(chip->name);
    create_locks(card);
    clock_create(card);
    int error = create_parts(card);
    if (error) {
        snprintf(err, err_size, "the simulated card could not be built: %s", strerror(-error));
        sim_card_destroy(card);
        return error;
    }
    pthread_mutex_lock(&card->lock);
    pci_reset(card, true);
    bus_reset(card);
    psp_power_on(card);
    pthread_mutex_unlock(&card->lock);
    *card_out = card;
    return 0;
}

void sim_card_destroy(struct sim_card *card)
{
    if (!card) {
        return;
    }
    pthread_mutex_lock(&card->lock);
    atomic_store(&card->quit, true);
    atomic_store(&card->stopping, true);
    pthread_mutex_unlock(&card->lock);
    posted_destroy(card);
    if (card->compute) {
        compute_stop(card->compute);
    }
    mec_destroy(card);
    sdma_destroy(card);
    if (card->compute) {
        compute_destroy(card->compute);
    }
    trace_close(card->trace);
    gmc_destroy(card);
    hdp_destroy(card);
    vram_destroy(card);
    bus_destroy(card);
    free(card->iommu.ranges);
    pthread_rwlock_destroy(&card->iommu.lock);
    pthread_mutex_destroy(&card->ih.lock);
    pthread_mutex_destroy(&card->verdict_lock);
    pthread_cond_destroy(&card->idle);
    pthread_mutex_destroy(&card->lock);
    free(card);
}

const char *sim_chip_name(int index, const char **marketing_out, uint16_t *pci_device_out, uint64_t *vram_bytes_out)
{
    const struct chip *chip = chip_row(index);
    if (!chip) {
        return NULL;
    }
    if (marketing_out) {
        *marketing_out = chip->marketing;
    }
    if (pci_device_out) {
        *pci_device_out = chip->pci_device;
    }
    if (vram_bytes_out) {
        *vram_bytes_out = chip->vram_bytes;
    }
    return chip->name;
}

/* ---- reset and unplug -------------------------------------------------------------------------------------------------- */

/* Until every engine is between packets. card.lock held; released while waiting. */
static void wait_engines_idle(struct sim_card *card)
{
    while (card->mec.engine.busy || card->sdma[0].engine.busy || card->sdma[1].engine.busy) {
        if (atomic_load(&card->mec.dispatching)) {
            compute_stop(card->compute);
        }
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 1000000; /* a dispatch may begin just after we looked: look again */
        if (until.tv_nsec >= 1000000000) {
            until.tv_sec++, until.tv_nsec -= 1000000000;
        }
        pthread_cond_timedwait(&card->idle, &card->lock, &until);
    }
}

void card_reset(struct sim_card *card, bool config_too)
{
    if (card->in_reset) {
        return;
    }
    card->in_reset = true;
    atomic_store(&card->stopping, true);
    wait_engines_idle(card);
    clock_forget(card);
    if (config_too) {
        pci_reset(card, false);
    }
    bus_reset(card);
    psp_power_on(card);
    atomic_store(&card->stopping, false);
    card->in_reset = false;
}

void sim_reset(struct sim_card *card, bool hot)
{
    (void)hot; /* both kinds end in the same state */
    if (atomic_load(&card->unplugged) || card_fault(card, FAULT_RESET_NOTHING)) {
        return;
    }
    posted_push(card);
    pthread_mutex_lock(&card->lock);
    card_reset(card, true);
    pthread_mutex_unlock(&card->lock);
}

void sim_unplug(struct sim_card *card)
{
    pthread_mutex_lock(&card->lock);
    atomic_store(&card->unplugged, true);
    atomic_store(&card->stopping, true);
    atomic_fetch_add(&card->generation, 1);
    wait_engines_idle(card);
    clock_forget(card);
    pthread_mutex_unlock(&card->lock);
}

/* ---- BARs -------------------------------------------------------------------------------------------------------------- */

uint64_t sim_bar_size(struct sim_card *card, uint8_t bar)
{
    switch (bar) {
    case BAR_VRAM:
        return card->bar0_bytes;
    case BAR_DOORBELLS:
        return BAR_DOORBELLS_BYTES;
    case BAR_REGISTERS:
        return BAR_REGISTERS_BYTES;
    default:
        return 0;
    }
}

/* False: the access does not reach the card (gone, not decoding, out of range). */
static bool reaches(struct sim_card *card, uint8_t bar, uint64_t offset, size_t size)
{
    uint64_t bar_size = sim_bar_size(card, bar);
    clock_access(card);
    return !atomic_load_explicit(&card->unplugged, memory_order_relaxed) && pci_decodes(card) && offset <= bar_size &&
           size <= bar_size - offset && ((offset | size) & 3) == 0;
}

static void read_registers(struct sim_card *card, uint64_t offset, uint32_t *dst, size_t dwords)
{
    pthread_mutex_lock(&card->lock);
    for (size_t i = 0; i < dwords; i++) {
        uint32_t value = bus_read(card, (uint32_t)(offset / 4 + i));
        memcpy(&dst[i], &value, 4);
    }
    pthread_mutex_unlock(&card->lock);
}

bool sim_bar_read(struct sim_card *card, uint8_t bar, uint64_t offset, void *dst, size_t size_bytes)
{
    atomic_fetch_add_explicit(&card->bar_reads, 1, memory_order_relaxed);
    charge_read(card, size_bytes);
    posted_push(card);
    if (!reaches(card, bar, offset, size_bytes)) {
        memset(dst, 0xff, size_bytes);
        return !atomic_load(&card->unplugged) ? offset + size_bytes <= sim_bar_size(card, bar) : true;
    }
    if (bar == BAR_VRAM) {
        const uint8_t *from = vram_at(card, offset, size_bytes);
        if (size_bytes == 4) {
            uint32_t value = __atomic_load_n((const uint32_t *)(const void *)from, __ATOMIC_ACQUIRE);
            memcpy(dst, &value, 4);
        } else {
            memcpy(dst, from, size_bytes);
        }
        cache_foreign_read(card->caches, from, dst, size_bytes);
        hdp_read(card, offset, dst, size_bytes);
        card_check_misread(card, "the host");
    } else if (bar == BAR_REGISTERS) {
        read_registers(card, offset, dst, size_bytes / 4);
    } else {
        memset(dst, 0, size_bytes); /* doorbells cannot be read back */
    }
    return true;
}

static void ring_doorbell(struct sim_card *card, uint32_t dword, uint64_t value, uint32_t size)
{
    const char *why = NULL;
    atomic_fetch_add_explicit(&card->doorbell_count, 1, memory_order_relaxed);
    if (!reg_get(card, R_RCC_DEV0_EPF0_RCC_DOORBELL_APER_EN)) {
        why = "the doorbell aperture is not enabled";
    } else if (sdma_doorbell(card, dword, value, size, &why) || (!why && mec_doorbell(card, dword, value, size, &why))) {
        return;
    }
    card_verdict(card, "doorbell at byte 0x%x dropped: %s (A-10)", dword * 4, why);
}

/* 8 aligned bytes are one doorbell; a server that copies dwords makes two halves of it (T-41). */
static void write_doorbells(struct sim_card *card, uint64_t offset, const uint8_t *src, size_t size)
{
    pthread_mutex_lock(&card->lock);
    while (size) {
        uint32_t step = size >= 8 && offset % 8 == 0 ? 8 : 4;
        uint64_t value = 0;
        memcpy(&value, src, step);
        ring_doorbell(card, (uint32_t)(offset / 4), value, step);
        offset += step, src += step, size -= step;
    }
    pthread_mutex_unlock(&card->lock);
}

void card_bar_arrived(struct sim_card *card, uint8_t bar, uint64_t offset, const void *src, size_t size)
{
    if (bar == BAR_VRAM) {
        hdp_write(card, offset, src, size);
    } else if (bar == BAR_DOORBELLS) {
        write_doorbells(card, offset, src, size);
    } else {
        pthread_mutex_lock(&card->lock);
        for (size_t i = 0; i < size / 4; i++) {
            uint32_t value;
            memcpy(&value, (const uint8_t *)src + 4 * i, 4);
            bus_write(card, (uint32_t)(offset / 4 + i), value);
        }
        pthread_mutex_unlock(&card->lock);
    }
}

bool sim_bar_write(struct sim_card *card, uint8_t bar, uint64_t offset, const void *src, size_t size_bytes)
{
    atomic_fetch_add_explicit(&card->bar_writes, 1, memory_order_relaxed);
    charge_post(card, size_bytes);
    if (!reaches(card, bar, offset, size_bytes)) { /* vanishes (T-13) */
        return atomic_load(&card->unplugged) || offset + size_bytes <= sim_bar_size(card, bar);
    }
    if (size_bytes && !posted_hold(card, bar, offset, src, size_bytes)) {
        card_bar_arrived(card, bar, offset, src, size_bytes);
    }
    return true;
}

void sim_get_counters(struct sim_card *card, struct sim_counters *counters_out)
{
    *counters_out = (struct sim_counters){
        .host_read_bytes = atomic_load(&card->host_read_bytes),
        .host_write_bytes = atomic_load(&card->host_write_bytes),
        .vram_read_bytes = atomic_load(&card->vram_read_bytes),
        .vram_write_bytes = atomic_load(&card->vram_write_bytes),
        .work_groups = compute_ended_groups(card->compute),
        .checked_dispatches = atomic_load(&card->checked_dispatches),
        .wave_instructions = atomic_load(&card->wave_instructions),
        .dispatches = atomic_load(&card->dispatches),
        .doorbells = atomic_load(&card->doorbell_count),
        .config_accesses = atomic_load(&card->config_accesses),
        .bar_reads = atomic_load(&card->bar_reads),
        .bar_writes = atomic_load(&card->bar_writes),
        .modelled_card_ns = atomic_load(&card->charge.card_ps) / 1000,
        .modelled_link_ns = atomic_load(&card->charge.link_ps) / 1000,
    };
}
