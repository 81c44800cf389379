/*
 * bringup.c: a card's way from "connected" to "ready", as a table of named steps. Opening walks it forward and tells the
 * caller about each step; closing, and a step that fails, walk it backward. Order: A-08 (hubs before the command processor),
 * A-06 (firmware), T-32 (engines stop before memory goes).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "amd/amd.h"
#include "amd/gfx.h"
#include "amd/gmc.h"
#include "amd/ih.h"
#include "amd/psp.h"
#include "amd/registers.h"
#include "amd/sdma.h"
#include "amd/smu.h"
#include "amd/transfer.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "regs/wire_discovery.h"

#define DEFAULT_TIMEOUT_US 30000000u
#define DISCOVERY_TIMEOUT_US 10000000u
#define PRESENCE_TIMEOUT_US 5000000u
#define STAGING_BYTES (1u << 20)
#define WARM_MARK 0xE0500002u /* in SCRATCH_REG7: firmware and hubs are as we leave them; not tinygrad's number */

enum { PCI_VENDOR = 0x00, PCI_COMMAND = 0x04, PCI_CLASS = 0x08, PCI_CAPABILITIES = 0x34 };
enum { COMMAND_MEMORY = 2, COMMAND_MASTER = 4, CAPABILITY_PCIE = 0x10, LINK_CONTROL = 0x10, ASPM_BITS = 3 };

enum { /* dword addresses known before discovery */
       WINDOW_INDEX = 0,
       WINDOW_DATA = 1,
       WINDOW_INDEX_HIGH = 6,
       FIRMWARE_READY = 0x16061,
};

struct context {
    const struct exo_open_options *options;
};

struct step {
    const char *name;
    int (*run)(struct amd *a, const struct context *c);
    void (*undo)(struct amd *a); /* must work on a lost card too */
    bool cold_only;              /* skipped when an earlier session left it done */
    const char *advice;
};

static int link_error(struct amd *a, int rc)
{
    return rc ? err_set(&a->base.err, rc, "%s", a->link->err.text) : 0;
}

/* ---- connect -------------------------------------------------------------------------------------------------------- */

static int connect_link(struct amd *a, const struct context *c)
{
    (void)c;
    uint64_t left = a->deadline_us - clock_now_us();
    int rc = link_open(a->uri, left, &a->link, &a->base.err);
    a->simulated = rc == 0 && a->link->simulated;
    if (rc == 0) {
        a->link->doorbell_bar = AMD_BAR_DOORBELLS;
    }
    return rc;
}

static void disconnect_link(struct amd *a)
{
    link_close(a->link);
    a->link = NULL;
}

/* ---- identify ------------------------------------------------------------------------------------------------------- */

static int read_identity(struct amd *a, uint32_t *id_out)
{
    uint64_t deadline = clock_now_us() + PRESENCE_TIMEOUT_US;
    for (;;) { /* 0xffff0001: the card asks to be asked again (CRS); all ones with success: not there yet (T-36, T-42) */
        int rc = link_config_read(a->link, PCI_VENDOR, 4, id_out);
        if (rc) {
            return link_error(a, rc);
        }
        if (*id_out != UINT32_MAX && *id_out != 0xffff0001u) {
            return 0;
        }
        if (clock_now_us() > deadline) {
            return err_set(&a->base.err, -ENODEV, "no card answers: its PCI id reads %#x; check cable and power of the enclosure",
                           *id_out);
        }
        clock_sleep_us(20000);
    }
}

static int refuse(struct amd *a, uint16_t device, uint16_t vendor)
{
    char known[320] = "";
    for (int i = 0; amd_chip_row(i); i++) {
        const struct amd_chip *c = amd_chip_row(i);
        size_t used = strlen(known);
        if (c->arch) {
            snprintf(known + used, sizeof known - used, "%s%s (%04x)", used ? ", " : "", c->name, c->pci_device);
        }
    }
    return err_set(&a->base.err, -ENOTSUP, "%s (%04x:%04x) is not supported; supported: %s",
                   a->chip ? a->chip->name : "this card", vendor, device, known);
}

static int check_identity(struct amd *a, uint32_t id, uint32_t class_code)
{
    uint16_t vendor = (uint16_t)id, device = (uint16_t)(id >> 16);
    a->chip = vendor == AMD_PCI_VENDOR ? amd_chip_find(device, (uint8_t)class_code) : NULL;
    if (class_code >> 24 != 0x03) { /* T-04: the audio function of the same card */
        return err_set(&a->base.err, -ENODEV, "PCI device %04x:%04x has class %02x, not display (03)", vendor, device,
                       class_code >> 24);
    }
    if (!a->chip || !a->chip->arch) {
        return refuse(a, device, vendor);
    }
    a->generation = a->chip->generation;
    a->gen = amd_generation(a->generation);
    return 0;
}

static int map_bars(struct amd *a)
{
    static const struct {
        uint8_t bar;
        uint64_t least;
        const char *what;
    } rows[] = {
        {AMD_BAR_VRAM, 256u << 20, "VRAM"}, {AMD_BAR_DOORBELLS, 4096, "doorbells"}, {AMD_BAR_REGISTERS, 256u << 10, "registers"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t size = 0;
        int rc = link_bar_info(a->link, rows[i].bar, &size);
        if (rc) {
            return link_error(a, rc);
        }
        if (size < rows[i].least) {
            return err_set(&a->base.err, -EIO, "BAR %u (%s) has %llu bytes; at least %llu are needed", rows[i].bar, rows[i].what,
                           (unsigned long long)size, (unsigned long long)rows[i].least);
        }
    }
    a->bar0_bytes = a->link->bar_size[AMD_BAR_VRAM];
    return 0;
}

/* L1 across retimers lets reads waver to all ones; clearing it at this end suffices. The walk is bounded: a dead link gives 0xff.
 */
static int disable_aspm(struct amd *a)
{
    uint32_t at = 0, id = 0, control = 0;
    int rc = link_config_read(a->link, PCI_CAPABILITIES, 1, &at);
    for (int n = 0; rc == 0 && n < 48 && (at & 0xfc); n++) {
        at &= 0xfc;
        rc = link_config_read(a->link, (uint16_t)at, 1, &id);
        if (rc == 0 && id == CAPABILITY_PCIE) {
            rc = link_config_read(a->link, (uint16_t)(at + LINK_CONTROL), 2, &control);
            rc = rc ? rc : link_config_write(a->link, (uint16_t)(at + LINK_CONTROL), 2, control & ~(uint32_t)ASPM_BITS);
            break;
        }
        rc = rc ? rc : link_config_read(a->link, (uint16_t)(at + 1), 1, &at);
    }
    return link_error(a, rc);
}

static int set_command(struct amd *a, uint32_t clear, uint32_t set)
{
    uint32_t command = 0;
    int rc = link_config_read(a->link, PCI_COMMAND, 2, &command);
    rc = rc ? rc : link_config_write(a->link, PCI_COMMAND, 2, (command & ~clear) | set);
    rc = rc ? rc : link_config_read(a->link, PCI_COMMAND, 2, &command); /* completes the write */
    return link_error(a, rc);
}

static int identify(struct amd *a, const struct context *c)
{
    uint32_t id = 0, class_code = 0;
    (void)c;
    int rc = read_identity(a, &id);
    rc = rc ? rc : link_error(a, link_config_read(a->link, PCI_CLASS, 4, &class_code));
    rc = rc ? rc : check_identity(a, id, class_code);
    rc = rc ? rc : set_command(a, 0, COMMAND_MEMORY);
    rc = rc ? rc : map_bars(a);
    rc = rc ? rc : disable_aspm(a);
    return rc;
}

static void release_bus(struct amd *a)
{
    if (a->link && !a->link->lost) {
        int rc = set_command(a, COMMAND_MASTER, 0); /* the card can reach no host memory after this (T-32, T-52) */
        (void)rc;                                   /* nothing more can be done while closing */
    }
}

/* ---- discovery ------------------------------------------------------------------------------------------------------ */

/* Through the index/data pair: with a small BAR the top of VRAM is out of sight. */
static int read_window(struct amd *a, uint64_t address, uint8_t *dst, uint32_t size)
{
    int rc = reg_write_at(a, WINDOW_INDEX_HIGH, (uint32_t)(address >> 31));
    for (uint32_t i = 0; i < size && rc == 0; i += 4) {
        uint32_t v = 0;
        rc = reg_write_at(a, WINDOW_INDEX, (uint32_t)((address + i) & 0x7fffffff) | 0x80000000u);
        rc = rc ? rc : reg_read_at(a, WINDOW_DATA, &v);
        put_u32(dst, i, v);
    }
    return rc;
}

static int read_discovery(struct amd *a, uint8_t *table, size_t *size_out)
{
    uint64_t at = a->vram_bytes - DISCOVERY_OFFSET_FROM_TOP;
    int rc = read_window(a, at, table, BINARY_HEADER_BYTES);
    size_t size = rc ? 0 : discovery_size(table);
    if (rc == 0 && (size < BINARY_HEADER_BYTES || size > DISCOVERY_MAX_BYTES)) {
        return -EAGAIN; /* not there yet */
    }
    size = (size + 3) & ~(size_t)3;
    rc = rc ? rc : read_window(a, at + BINARY_HEADER_BYTES, table + BINARY_HEADER_BYTES, (uint32_t)size - BINARY_HEADER_BYTES);
    *size_out = size;
    return rc;
}

static int wait_firmware_ready(struct amd *a)
{
    uint64_t deadline = clock_now_us() + DISCOVERY_TIMEOUT_US;
    for (;;) {
        uint32_t v = 0;
        int rc = reg_read_at(a, FIRMWARE_READY, &v);
        if (rc || (v & 0x80000000u)) {
            return rc;
        }
        if (clock_now_us() > deadline) {
            return err_set(&a->base.err, -ETIMEDOUT,
                           "the card's own firmware did not come up (C2PMSG_33 reads %#x, expected bit 31)", v);
        }
        clock_sleep_us(5000);
    }
}

static int read_memory_size(struct amd *a)
{
    uint32_t mib = 0;
    int rc = reg_read_at(a, REGISTER_MEMSIZE_DWORD, &mib);
    if (rc == 0 && (mib == 0 || mib == UINT32_MAX)) {
        rc = err_set(&a->base.err, -EIO, "the card says it has %u MiB of memory", mib);
    }
    a->vram_bytes = (uint64_t)mib << 20;
    return rc;
}

static int discover(struct amd *a, const struct context *c)
{
    uint8_t table[DISCOVERY_MAX_BYTES + 4];
    size_t size = 0;
    (void)c;
    int rc = wait_firmware_ready(a); /* before that, size and table read as anything */
    rc = rc ? rc : read_memory_size(a);
    for (int attempt = 0; rc == 0; attempt++) {
        rc = read_discovery(a, table, &size);
        if (rc != -EAGAIN || attempt == 20) {
            break;
        }
        clock_sleep_us(100000);
        rc = 0;
    }
    if (rc == -EAGAIN) {
        return err_set(&a->base.err, -EIO, "no discovery table at the top of VRAM: it begins with %#x", get_u32(table, 0));
    }
    rc = rc ? rc : discovery_parse(table, size, &a->discovery, &a->base.err);
    const struct ip_version *gc = &a->discovery.blocks[BLOCK_GC].version;
    if (rc == 0 && (gc->major != a->chip->gc[0] || gc->minor != a->chip->gc[1] || gc->revision != a->chip->gc[2])) {
        rc = err_set(&a->base.err, -ENOTSUP, "the card has graphics block %u.%u.%u; this driver was written for %u.%u.%u",
                     gc->major, gc->minor, gc->revision, a->chip->gc[0], a->chip->gc[1], a->chip->gc[2]);
    }
    return rc;
}

/* ---- firmware and memory layout ------------------------------------------------------------------------------------- */

static int find_firmware(struct amd *a, const struct context *c)
{
    return firmware_load(&a->firmware, &a->discovery, a->generation, c->options ? c->options->firmware_dir : NULL, a->simulated,
                         &a->base.err);
}

static void drop_firmware(struct amd *a)
{
    firmware_free(&a->firmware);
}

static uint64_t place_object(uint64_t *at, uint64_t size, uint64_t align)
{
    uint64_t start = round_up_u64(*at, align);
    *at = start + size;
    return start;
}

static int lay_out_memory(struct amd *a, const struct context *c)
{
    struct amd_objects *o = &a->objects;
    uint64_t at = 0;
    (void)c;
    o->fault_page = place_object(&at, 4096, 4096);
    o->scratch_page = place_object(&at, 4096, 4096);
    o->psp_command = place_object(&at, 4096, 4096);
    o->psp_fence = place_object(&at, 4096, 4096);
    o->mqd = place_object(&at, 4096, 4096);
    o->eop = place_object(&at, 4096, 4096);
    o->smu_table = place_object(&at, 0x4000, 4096);
    o->psp_ring = place_object(&at, 0x10000, 0x10000);
    for (int i = 0; i < 2; i++) {
        o->interrupt_rings[i] = place_object(&at, IH_RING_BYTES, IH_RING_BYTES);
        o->interrupt_pointers[i] = place_object(&at, 4096, 4096);
    }
    o->psp_message = place_object(&at, 1u << 20, 1u << 20);
    o->psp_trusted = place_object(&at, AMD_TRUSTED_BYTES, 1u << 20);
    o->firmware = round_up_u64(at, 1u << 20);
    o->firmware_bytes = VRAM_OBJECTS_BYTES - o->firmware;
    int rc = vm_init(a);
    return rc ? rc : gmc_read_location(a);
}

static void drop_memory(struct amd *a)
{
    vm_destroy(a);
    a->control = a->staging = a->scratch = NULL;
}

/* ---- warm or cold --------------------------------------------------------------------------------------------------- */

static int detect_state(struct amd *a, bool *busy_out)
{
    uint32_t mark = 0, dirty = 0, fault = 0;
    bool os = false, manager = false;
    int rc = reg_read(a, REG_SCRATCH_REG7, &mark);
    rc = rc ? rc : reg_read(a, REG_SCRATCH_REG6, &dirty);
    rc = rc ? rc : psp_is_alive(a, &os);
    if (rc) {
        return rc;
    }
    if (os && mark == WARM_MARK && dirty == 0) {
        rc = reg_read(a, REG_GCVM_L2_PROTECTION_FAULT_STATUS, &fault);
        a->warm = rc == 0 && fault == 0;
    }
    if (rc == 0 && os && !a->warm) {
        rc = smu_is_alive(a, &manager);
    }
    *busy_out = os && manager;
    return rc;
}

/* Another driver, or a session of ours that ended badly, left the card in a state nobody knows: start it from nothing. */
static int reset_if_needed(struct amd *a, const struct context *c)
{
    bool running = false;
    (void)c;
    int rc = detect_state(a, &running);
    if (rc == 0 && !a->warm && running) {
        rc = set_command(a, COMMAND_MASTER, 0);
        rc = rc ? rc : smu_mode1_reset(a);
        rc = rc ? rc : set_command(a, 0, COMMAND_MEMORY);
        rc = rc ? rc : wait_firmware_ready(a);
    }
    rc = rc ? rc : set_command(a, 0, COMMAND_MEMORY | COMMAND_MASTER);
    return rc ? rc : vm_clear_root(a);
}

/* ---- blocks --------------------------------------------------------------------------------------------------------- */

static int open_doorbells(struct amd *a, const struct context *c)
{
    (void)c;
    int rc = reg_update(a, REG_RCC_DEV0_EPF2_STRAP2, M(RCC_DEV0_EPF2_STRAP2, STRAP_NO_SOFT_RESET_DEV0_F2), 0);
    return rc ? rc : reg_write(a, REG_RCC_DEV0_EPF0_RCC_DOORBELL_APER_EN, 1);
}

static int init_dma_hub(struct amd *a, const struct context *c)
{
    (void)c;
    int rc = gmc_init_hub(a, HUB_MM);
    return rc ? rc : gmc_flush_tlbs(a);
}

static int init_interrupts(struct amd *a, const struct context *c)
{
    (void)c;
    return ih_init(a);
}

static int start_security_processor(struct amd *a, const struct context *c)
{
    (void)c;
    int rc = psp_start(a);
    return rc ? rc : psp_create_ring(a);
}

static int load_firmware(struct amd *a, const struct context *c)
{
    (void)c;
    return psp_load_firmware(a);
}

static int start_power_manager(struct amd *a, const struct context *c)
{
    (void)c;
    return smu_init(a);
}

static int init_graphics_core(struct amd *a, const struct context *c)
{
    (void)c;
    int rc = gfx_wait_firmware(a);
    rc = rc ? rc : gmc_init_hub(a, HUB_GC);
    rc = rc ? rc : gmc_flush_tlbs(a);
    rc = rc ? rc : a->warm ? ih_resume(a) : 0;
    return rc ? rc : a->warm ? gfx_restart(a) : gfx_init(a);
}

static int pin_host_memory(struct amd *a, const struct context *c)
{
    (void)c;
    int rc = vm_alloc(a, EXO_MEMORY_HOST, 2 * QUEUE_CONTROL_BYTES, &a->control);
    rc = rc ? rc : vm_alloc(a, EXO_MEMORY_HOST, STAGING_BYTES, &a->staging);
    if (rc == 0) {
        queue_place(&a->compute, "compute", a->control, 0);
        queue_place(&a->sdma, "DMA", a->control, QUEUE_CONTROL_BYTES);
    }
    return rc;
}

static int start_compute_queue(struct amd *a, const struct context *c)
{
    (void)c;
    return gfx_start_queue(a);
}

static void stop_compute_queue(struct amd *a)
{
    if (!a->link->lost) {
        int rc = gfx_stop(a);
        (void)rc; /* the bus is cut off from the card next */
    }
}

static int start_dma_engine(struct amd *a, const struct context *c)
{
    (void)c;
    int rc = sdma_stop(a); /* an earlier session's write pointer */
    rc = rc ? rc : sdma_init(a);
    return rc ? rc : sdma_start_queue(a);
}

static void stop_dma_engine(struct amd *a)
{
    if (!a->link->lost) {
        int rc = sdma_stop(a);
        (void)rc;
    }
}

static int raise_clocks(struct amd *a, const struct context *c)
{
    uint32_t power = M(HDP_MEM_POWER_CTRL, ATOMIC_MEM_POWER_CTRL_EN) | M(HDP_MEM_POWER_CTRL, ATOMIC_MEM_POWER_DS_EN);
    (void)c;
    int rc = smu_set_clocks(a, true);
    rc = rc ? rc : reg_update(a, REG_HDP_MEM_POWER_CTRL, power, power);
    return rc ? rc : gfx_enable_clock_gating(a);
}

static void lower_clocks(struct amd *a)
{
    if (!a->link->lost) {
        int rc = smu_set_clocks(a, false);
        (void)rc;
    }
}

static int mark_state(struct amd *a, const struct context *c)
{
    (void)c;
    int rc = reg_write(a, REG_SCRATCH_REG7, WARM_MARK);
    return rc ? rc : reg_write(a, REG_SCRATCH_REG6, 1); /* in use: whoever finds this at opening starts cold */
}

static void mark_clean(struct amd *a)
{
    if (!a->link->lost && atomic_load(&a->broken) == 0) {
        int rc = reg_write(a, REG_SCRATCH_REG6, 0);
        (void)rc;
    }
}

/* A fence that is reached proves nothing: send bytes to VRAM and back, and look at them. */
static int first_work(struct amd *a, const struct context *c)
{
    uint32_t *words = a->staging->cpu;
    struct amd_memory *vram = NULL;
    exo_fence fence = 0;
    (void)c;
    int rc = vm_alloc(a, EXO_MEMORY_DEVICE, 4096, &vram);
    for (uint32_t i = 0; i < 1024; i++) {
        words[i] = 0x9e3779b9u * (i + 1);
        words[1024 + i] = 0;
    }
    rc = rc ? rc : transfer_copy(a, vram->va, a->staging->va, 4096, &fence);
    rc = rc ? rc : transfer_copy(a, exo_va_add(a->staging->va, 4096), vram->va, 4096, &fence);
    rc = rc ? rc : transfer_wait(a, fence, 2000000);
    for (uint32_t i = 0; i < 1024 && rc == 0; i++) {
        if (words[1024 + i] != words[i]) {
            rc = err_set(&a->base.err, -EIO, "the DMA engine's fence came, but word %u reads %#x instead of %#x", i,
                         words[1024 + i], words[i]);
        }
    }
    rc = rc ? rc : transfer_submit_graphs(a, NULL, 0, &fence); /* nothing but caches and a fence */
    rc = rc ? rc : transfer_wait(a, fence, 2000000);
    if (rc == 0) {
        vm_free(a, vram);
    }
    return rc;
}

#define POWER_CYCLE "switch the enclosure off and on, then try again; if it stays, try another port or cable"

static const struct step steps[] = {
    {"connect", connect_link, disconnect_link, false, "check that the card is connected and that no other program holds it"},
    {"identify the card", identify, release_bus, false, "check cable and power of the enclosure"},
    {"read the discovery table", discover, NULL, false, POWER_CYCLE},
    {"find firmware", find_firmware, drop_firmware, false, "install linux-firmware's amdgpu files, or run `exosuit firmware`"},
    {"lay out memory", lay_out_memory, drop_memory, false, POWER_CYCLE},
    {"reset if needed", reset_if_needed, NULL, false, POWER_CYCLE},
    {"open the doorbells", open_doorbells, NULL, false, POWER_CYCLE},
    {"set up the DMA hub", init_dma_hub, NULL, false, POWER_CYCLE},
    {"set up interrupts", init_interrupts, NULL, true, POWER_CYCLE},
    {"start the security processor", start_security_processor, NULL, true, POWER_CYCLE},
    {"load firmware", load_firmware, NULL, true,
     "check the firmware files with `exosuit firmware`; then power-cycle the enclosure"},
    {"start the power manager", start_power_manager, NULL, true, POWER_CYCLE},
    {"set up the graphics core", init_graphics_core, NULL, false, POWER_CYCLE},
    {"pin host memory", pin_host_memory, NULL, false,
     "close other programs that use the card; host memory for it is limited (T-31)"},
    {"start the compute queue", start_compute_queue, stop_compute_queue, false, POWER_CYCLE},
    {"start the DMA engine", start_dma_engine, stop_dma_engine, false, POWER_CYCLE},
    {"raise the clocks", raise_clocks, lower_clocks, false, POWER_CYCLE},
    {"mark the card as ours", mark_state, mark_clean, false, POWER_CYCLE},
    {"first work", first_work, NULL, false, POWER_CYCLE},
};

#define STEP_COUNT ((int)(sizeof steps / sizeof steps[0]))

int amd_step_count(void)
{
    return STEP_COUNT;
}

const char *amd_step_name(int index)
{
    return index >= 0 && index < STEP_COUNT ? steps[index].name : NULL;
}

static void walk_back(struct amd *a, int from)
{
    for (int i = from; i >= 0; i--) {
        if (steps[i].undo) {
            steps[i].undo(a);
        }
    }
}

/* A step may have started its engine before it failed; its own undo is harmless otherwise, once the link is there. */
static int first_undone(const struct amd *a, int failed)
{
    return a->link ? failed : failed - 1;
}

static int run_step(struct amd *a, int i, const struct context *c, int fail_at)
{
    const struct step *s = &steps[i];
    uint64_t start = clock_now_us();
    int rc = 0;
    if (i == fail_at) {
        rc = err_set(&a->base.err, -EIO, "made to fail by a test");
    } else if (start > a->deadline_us) {
        rc = err_set(&a->base.err, -ETIMEDOUT, "the time for opening the card is over");
    } else if (!(s->cold_only && a->warm)) {
        rc = s->run(a, c);
    }
    if (c->options && c->options->on_step) {
        c->options->on_step(c->options->on_step_user, s->name, rc, clock_now_us() - start, rc ? s->advice : "");
    }
    return rc;
}

int amd_bring_up(struct amd *a, const struct exo_open_options *options, int fail_at, struct err *e)
{
    struct context c = {options};
    uint64_t timeout = options && options->timeout_us ? options->timeout_us : DEFAULT_TIMEOUT_US;
    a->deadline_us = clock_now_us() + timeout;
    for (int i = 0; i < STEP_COUNT; i++) {
        int rc = run_step(a, i, &c, fail_at);
        if (rc) {
            struct err why = a->base.err;
            a->deadline_us = 0;
            walk_back(a, first_undone(a, i));
            return err_set(e, rc, "%s: %s", steps[i].name, why.text);
        }
    }
    a->deadline_us = 0;
    return 0;
}

void amd_take_down(struct amd *a)
{
    walk_back(a, STEP_COUNT - 1);
}
