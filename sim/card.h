/*
 * card.h: the inside of the simulated card: the state of every block, and what the blocks offer each other. Private to sim/.
 *
 * Locks, always taken in this order: card.lock (registers, block state, events), ih.lock, hub.lock, iommu.lock. Engines run on
 * threads of their own and hold none of them while they execute packets; a packet that touches a register takes card.lock.
 */
#ifndef EXO_SIM_CARD_H
#define EXO_SIM_CARD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "charge.h"
#include "chip.h"
#include "fault.h"
#include "isa/cache.h"
#include "isa/compute.h"
#include "part.h"
#include "sim.h"
#include "trace.h"

#define BAR_VRAM 0
#define BAR_DOORBELLS 2
#define BAR_REGISTERS 5
#define BAR_DOORBELLS_BYTES (2u << 20)
#define BAR_REGISTERS_BYTES (512u << 10)

/* ---- bus.c: all registers by dword address --------------------------------------------------------------------------- */

#define BUS_LOW_DWORDS 0x20000 /* what BAR5 shows directly; the rest is reached through an index/data pair (window.c) */
#define BUS_NONE UINT32_MAX

struct bus_slot {
    uint32_t address; /* dword */
    uint32_t value;
    uint32_t writable; /* union of the listed fields */
    uint32_t hook_index;
    const struct part_hook *hook;
    const char *name;
};

struct bus {
    struct bus_slot *slots; /* ascending by address */
    uint32_t slot_count;
    uint32_t *low; /* address -> slot + 1 */
    uint32_t slot_of[R_COUNT];
};

int bus_create(struct sim_card *card);
void bus_destroy(struct sim_card *card);
void bus_reset(struct sim_card *card);
/* As an access from outside: hooks run, unknown registers are a verdict. card.lock held. */
uint32_t bus_read(struct sim_card *card, uint32_t address);
void bus_write(struct sim_card *card, uint32_t address, uint32_t value);
/* The same for engines, which do not hold card.lock; what is due by now happens before a read. */
uint32_t bus_read_locked(struct sim_card *card, uint32_t address);
void bus_write_locked(struct sim_card *card, uint32_t address, uint32_t value);
bool bus_known(const struct sim_card *card, uint32_t address);
uint32_t bus_address(const struct sim_card *card, uint32_t id); /* dword address of an enum sim_reg; BUS_NONE: not on this chip */
/* The stored value, no hooks. A register that this chip lacks is 0 and keeps nothing. */
uint32_t reg_get(const struct sim_card *card, uint32_t id);
void reg_set(struct sim_card *card, uint32_t id, uint32_t value);

/* ---- clock.c: virtual time -------------------------------------------------------------------------------------------- */

/* Nanoseconds since power-on: real time, plus a microsecond for every access from outside, so that polling makes progress, and
 * what the modelled link charges for it. */
#define CLOCK_ACCESS_NS 1000
#define CLOCK_MAX_EVENTS 64

typedef void clock_event_fn(struct sim_card *card, uint64_t arg);

struct clock_event {
    uint64_t due;
    clock_event_fn *run;
    uint64_t arg;
};

struct clock {
    uint64_t start;
    _Atomic uint64_t accesses;
    _Atomic uint64_t next_due; /* UINT64_MAX: none */
    struct clock_event events[CLOCK_MAX_EVENTS];
    uint32_t event_count;
};

void clock_create(struct sim_card *card);
uint64_t clock_now(struct sim_card *card);
uint64_t clock_ticks(struct sim_card *card); /* the card's 100 MHz counter */
/* Runs `run` when delay_ns have passed and somebody looks. card.lock held, also when it runs. */
void clock_after(struct sim_card *card, uint64_t delay_ns, clock_event_fn *run, uint64_t arg);
void clock_forget(struct sim_card *card);  /* drops all events */
void clock_access(struct sim_card *card);  /* counts one access and runs what is due; card.lock not held */
void clock_run_due(struct sim_card *card); /* runs what is due, for engines that poll a register; card.lock held */

/* ---- vram.c ----------------------------------------------------------------------------------------------------------- */

#define VRAM_CHUNK (UINT64_C(2) << 20)           /* the longest piece that engines get at once; a huge page of the host */
#define VRAM_BLOCK (UINT64_C(64) << 10)          /* what is poisoned at once */
#define VRAM_POISON UINT64_C(0xffc17c017fc17c01) /* NaN as F32 and F16, a valid bit as a page-table entry: never zero */

struct vram {
    uint8_t *base;
    void *allocation;
    size_t allocation_bytes;
    uint64_t size;
    uint64_t poison_seed;     /* 0: VRAM_POISON everywhere */
    _Atomic uint8_t *touched; /* per block */
};

int vram_create(struct sim_card *card);
void vram_destroy(struct sim_card *card);
/* The host address of [offset, offset + size), poisoned if it was never used. NULL if it is outside. */
uint8_t *vram_at(struct sim_card *card, uint64_t offset, uint64_t size);
/* The same without poisoning, for who calls vram_touch before each access. */
uint8_t *vram_place(struct sim_card *card, uint64_t offset, uint64_t size);
void vram_touch(struct sim_card *card, const uint8_t *at, uint64_t size, bool overwrites);

/* ---- iommu.c ---------------------------------------------------------------------------------------------------------- */

struct iommu_range {
    uint64_t bus, size;
    uint8_t *cpu;
};

struct iommu {
    pthread_rwlock_t lock;
    struct iommu_range *ranges; /* ascending by bus address */
    uint32_t count, capacity;
};

/* The host address behind a bus address and how many bytes follow it. NULL, with a panic verdict (T-32), if nothing is mapped. */
uint8_t *iommu_at(struct sim_card *card, uint64_t bus, uint64_t *size_out, const char *who);

/* ---- gmc.c: the two memory hubs --------------------------------------------------------------------------------------- */

enum hub_id { HUB_GC, HUB_MM, HUB_COUNT };

enum { /* client ids in fault status: linux gfxhub_v3_0.c, gfxhub_client_ids; the MM hub's is our own number */
       CLIENT_CPF = 4,
       CLIENT_CPC = 5,
       CLIENT_TCP = 8,
       CLIENT_SQC_INST = 9,
       CLIENT_SDMA0 = 13,
       CLIENT_SDMA1 = 14,
       CLIENT_IH = 0x19,
};

struct hub_line {     /* 64 bytes of page table, as fetched; what makes the TLB stale */
    uint64_t address; /* physical | 1 if in system memory; UINT64_MAX: empty */
    uint64_t entries[8];
    uint8_t level;
    uint16_t vmids;
};

struct hub_page { /* a finished translation */
    uint64_t va, size, physical;
    uint64_t pte;
    uint32_t vmid;
    bool used;
};

struct hub {
    pthread_mutex_t lock;
    struct hub_line *lines;
    uint32_t line_capacity, line_count;
    struct hub_page *pages;
    uint32_t page_capacity, page_count;
    /* Shadows of registers, so that engines need only the hub's lock. */
    uint32_t l2_cntl, l1_tlb_cntl, fb_base, fb_top, system_low, system_high;
    uint32_t context_cntl[16];
    uint64_t base[16], start[16], end[16];
    uint32_t fault_status;
    uint64_t fault_page;
    bool semaphore;
    uint32_t ack[18];
};

int gmc_create(struct sim_card *card);
void gmc_destroy(struct sim_card *card);
/*
 * Translates for an engine: the stretch around va that lies in one piece. 0 or -EFAULT with the fault latched in the hub.
 * VRAM of it may be untouched yet (vram_touch).
 */
int gmc_translate(struct sim_card *card, enum hub_id hub, uint32_t vmid, uint64_t va, enum vm_access access, uint32_t client,
                  struct vm_mapping *mapping_out);
int gmc_wave_translate(void *context, uint32_t vmid, uint64_t va, enum vm_access access, struct vm_mapping *mapping_out);
/* Caches on and VMID 0 set up: what an engine needs before it may start. */
bool gmc_hub_is_ready(struct sim_card *card, enum hub_id hub);
/* MC address (framebuffer location) to VRAM offset; false if it is not VRAM. */
bool gmc_mc_to_vram(struct sim_card *card, uint64_t mc, uint64_t *offset_out);
extern const struct part gmc_part;

/* ---- port.c: an engine's way to memory -------------------------------------------------------------------------------- */

struct port {
    struct sim_card *card;
    enum hub_id hub;
    uint32_t vmid, client;
    bool through_l2;             /* the command processor; SDMA and the interrupt handler go around it */
    struct vm_mapping cached[2]; /* last read, last write */
    uint64_t generation[2];
    uint64_t charged_ps;   /* by the link's model, for what went through here */
    uint64_t host_next[2]; /* bus side: where the last transfer over the link ended */
};

int port_read(struct port *p, uint64_t va, void *dst, uint64_t size);
int port_write(struct port *p, uint64_t va, const void *src, uint64_t size); /* 4 and 8 aligned bytes: one store */
int port_copy(struct port *p, uint64_t dst, uint64_t src, uint64_t size);
int port_fill(struct port *p, uint64_t dst, uint32_t value, uint64_t size);
void port_set_vmid(struct port *p, uint32_t vmid);

/* ---- engine.c: a thread that works when rung ------------------------------------------------------------------------- */

enum engine_result { ENGINE_IDLE, ENGINE_BLOCKED /* waits for memory to change: call again soon */ };

struct engine {
    struct sim_card *card;
    const char *name;
    enum engine_result (*step)(struct engine *e);
    pthread_t thread;
    pthread_cond_t wake;
    _Atomic uint32_t rung;
    _Atomic bool asleep;
    bool busy, started;
};

int engine_start(struct engine *e, struct sim_card *card, const char *name, enum engine_result (*step)(struct engine *e));
void engine_ring(struct engine *e);                 /* card.lock held */
void engine_join(struct engine *e);                 /* card.quit is set */
bool engine_is_caller(const struct sim_card *card); /* is this the thread of one of the card's engines? */

/* ---- mec.c, pm4.c: the compute command processor ----------------------------------------------------------------------- */

#define MEC_PIPES 4 /* at most; what a generation has: mec.c */
#define MEC_QUEUES 4
#define HQD_REGS 0x40 /* CP_MQD_BASE_ADDR .. CP_HQD_DEQUEUE_STATUS */
#define SH_REGS 0x400 /* PACKET3_SET_SH_REG_START .. END */
#define PM4_MAX_DWORDS 0x4002

/*
 * A dispatch whose packet has been read and whose waves have not begun. The command processor does not wait for waves: packets
 * behind a dispatch run at once, until one waits (CS_PARTIAL_FLUSH, RELEASE_MEM) or there is nothing else to do. Those in flight
 * then run newest first: any order is right for dispatches that do not depend on each other, and this one is wrong for those
 * that do; what they read of memory, arguments among it, is what lies there by then (P-02).
 */
struct inflight {
    struct compute_dispatch dispatch;
    uint64_t number; /* counted from power-on */
};

#define INFLIGHT_MAX 32

struct mec_queue {
    uint32_t pipe, queue;
    uint32_t hqd[HQD_REGS];
    uint32_t sh[SH_REGS];
    _Atomic uint64_t wptr; /* cumulative dwords */
    _Atomic uint64_t rptr;
    _Atomic bool active;
    _Atomic bool hung;    /* a packet could not be executed; only a reset helps */
    _Atomic bool dequeue; /* drain asked for; the MEC thread looks before each packet */
    /* The packet engine's, only touched by the MEC's thread while active: */
    struct port ring_port, ib_port;
    uint64_t ib_va;
    uint32_t ib_left;                  /* dwords still to run in the indirect buffer; 0: in the ring */
    _Atomic uint32_t ib_size, ib_done; /* of the buffer being run, for the registers */
    uint32_t skip;                     /* dwords to skip (PRED_EXEC) */
    struct inflight inflight[INFLIGHT_MAX];
    uint32_t inflight_count;
    bool written_reg; /* WAIT_REG_MEM's register write of the packet being retried is done */
    uint32_t packet[PM4_MAX_DWORDS];
};

struct mec {
    struct engine engine;
    struct mec_queue *queues; /* MEC_PIPES * MEC_QUEUES */
    uint32_t sh_mem_bases[16], sh_mem_config[16];
    uint32_t program_start[MEC_PIPES][2];
    bool crashed[MEC_PIPES];             /* it started before the GC hub was set up; until its next reset */
    bool pulsed[MEC_PIPES];              /* its reset was asserted and released since the firmware is there */
    _Atomic bool running[MEC_PIPES];     /* unhalted, active, firmware there, started */
    _Atomic(struct mec_queue *) current; /* being worked on right now */
    _Atomic bool dispatching;
    _Atomic uint64_t doorbells; /* heard, and the one that options.fault loses */
};

enum pm4_result {
    PM4_DONE,
    PM4_RETRY,
    PM4_HUNG,
    PM4_FAULTED /* hung, by something that whoever found it has reported: a hub, a shader */
};

int mec_create(struct sim_card *card);
void mec_destroy(struct sim_card *card);
bool mec_doorbell(struct sim_card *card, uint32_t dword, uint64_t value, uint32_t size, const char **why_out);
/* Fetches and runs one packet of the queue. */
enum pm4_result pm4_step(struct sim_card *card, struct mec_queue *q);
/* Whether a packet that waits may go on: `function` as PM4 WAIT_REG_MEM and SDMA POLL_REGMEM number it. */
bool packet_wait_is_over(uint32_t function, uint32_t value, uint32_t reference);
/* Runs the dispatches in flight to their end. */
enum pm4_result pm4_finish_dispatches(struct sim_card *card, struct mec_queue *q);
extern const struct part mec_part;

/* ---- sq.c: a wave that stopped on a fault, as registers and an interrupt show it ---------------------------------------- */

struct sq {
    bool stopped, illegal; /* by an illegal instruction; else by a bad access */
    uint32_t engine, array, wgp, simd, wave;
    uint64_t pc;
};

void sq_stopped(struct sim_card *card, const struct compute_fault *fault, uint32_t vmid); /* card.lock not held */
extern const struct part sq_part;

/* ---- sdma.c ----------------------------------------------------------------------------------------------------------- */

struct sdma {
    struct engine engine;
    uint32_t index;
    struct port port;
    _Atomic uint64_t wptr; /* cumulative bytes */
    _Atomic uint64_t rptr;
    bool hung, started_regmem;
};

int sdma_create(struct sim_card *card);
void sdma_destroy(struct sim_card *card);
bool sdma_doorbell(struct sim_card *card, uint32_t dword, uint64_t value, uint32_t size, const char **why_out);
extern const struct part sdma_part;

/* ---- ih.c ------------------------------------------------------------------------------------------------------------- */

struct ih {
    pthread_mutex_t lock;
    uint32_t cntl, wptr, rptr;
    uint64_t base, wptr_address;
};

void ih_post(struct sim_card *card, uint32_t client, uint32_t source, uint32_t ring, uint32_t vmid, const uint32_t context[4]);
extern const struct part ih_part;

/* ---- psp.c, smu.c, rlc.c ----------------------------------------------------------------------------------------------- */

struct psp {
    uint32_t loaded; /* bootloader components, bit by row */
    bool bootloader_busy, sos_up, ring_up, ring_busy, toc_loaded, tmr_up;
    uint64_t ring_address;
    uint32_t ring_bytes, ring_rptr;
    uint32_t tmr_bytes;
    uint32_t firmware[8]; /* bit set by GFX_FW_TYPE */
    uint32_t image_crc;   /* of the image being loaded */
};

bool psp_has_firmware(const struct sim_card *card, uint32_t fw_type);
void psp_power_on(struct sim_card *card);
extern const struct part psp_part, smu_part, rlc_part, window_part, hdp_part;

struct smu {
    uint64_t dram_address;
    bool features_on;
};

struct rlc {
    _Atomic bool up; /* autoload has finished: the graphics block has its firmware */
};

void rlc_autoload(struct sim_card *card);
void smu_install(struct sim_card *card);
uint64_t discovery_write(struct sim_card *card); /* builds the table at the top of VRAM; its size */

/* ---- hdp.c: host data path -------------------------------------------------------------------------------------------- */

struct hdp_page;

struct hdp {
    pthread_mutex_t lock;
    struct hdp_page **page_of; /* by 4 KiB of BAR0; NULL: nothing of it is held */
    struct hdp_page **held;
    uint32_t count;
    _Atomic bool any;
};

int hdp_create(struct sim_card *card);
void hdp_destroy(struct sim_card *card);
/* The host writes [offset, offset + size) of VRAM, in whole dwords: held back until a flush. */
void hdp_write(struct sim_card *card, uint64_t offset, const uint8_t *src, uint64_t size);
/* Puts what is held over dst, which was read from VRAM: what the host sees. */
void hdp_read(struct sim_card *card, uint64_t offset, void *dst, uint64_t size);
void hdp_flush(struct sim_card *card);
/* Before an engine reads VRAM: a verdict if BAR writes to it were not flushed. */
void hdp_check(struct sim_card *card, uint64_t offset, uint64_t size, const char *who);

/* ---- posted.c: writes on their way (options.fault posted) ------------------------------------------------------------- */

struct posted;

int posted_create(struct sim_card *card);
void posted_destroy(struct sim_card *card);
/* Takes a BAR write along. False: the card delivers at once. */
bool posted_hold(struct sim_card *card, uint8_t bar, uint64_t offset, const void *src, size_t size);
/* A read pushes what was written before it. card.lock not held. */
void posted_push(struct sim_card *card);

/* ---- pci.c ------------------------------------------------------------------------------------------------------------ */

struct pci {
    uint8_t config[4096];
    uint32_t retry_reads; /* CRS: how many reads still say "retry" (T-42) */
};

void pci_reset(struct sim_card *card, bool cold);
bool pci_may_dma(const struct sim_card *card);
bool pci_decodes(const struct sim_card *card);

/* ---- card.c ----------------------------------------------------------------------------------------------------------- */

struct sim_card {
    struct sim_options options;
    const struct chip *chip;
    struct sim_faults faults;
    uint64_t bar0_bytes;
    pthread_mutex_t lock;
    pthread_cond_t idle; /* an engine stopped being busy */
    _Atomic bool unplugged, quit, stopping;
    bool ready; /* the card's own firmware has come up after power-on */
    bool in_reset;
    struct bus bus;
    struct clock clock;
    struct vram vram;
    struct iommu iommu;
    struct pci pci;
    struct hub hubs[HUB_COUNT];
    struct hdp hdp;
    struct posted *posted;   /* NULL: nothing is held back */
    _Atomic uint64_t copies; /* of SDMA, for wrong_copy_at */
    struct ih ih;
    struct psp psp;
    struct smu smu;
    struct rlc rlc;
    struct mec mec;
    struct sq sq;
    struct sdma sdma[2];
    struct compute_engine *compute;
    struct cache_l2 *caches;     /* compute's */
    _Atomic uint64_t generation; /* of translations: struct compute_memory */
    _Atomic uint64_t host_read_bytes, host_write_bytes, vram_read_bytes, vram_write_bytes;
    _Atomic uint64_t wave_instructions, dispatches, checked_dispatches, doorbell_count, config_accesses, bar_reads, bar_writes;
    struct charge charge;
    struct trace *trace; /* NULL: none asked for */
    pthread_mutex_t verdict_lock;
    char verdict[512];
};

/* Records the first thing that went wrong; later ones are dropped. Any thread, any lock. */
void card_verdict(struct sim_card *card, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* All blocks to their state after power-on, engines stopped meanwhile; config space too, or not (a mode-1 reset by the power
 * manager). card.lock held (and released while waiting). */
void card_reset(struct sim_card *card, bool config_too);
/* A write through a BAR that has arrived: [offset, offset + size) lies in the BAR, size is not 0. card.lock not held. */
void card_bar_arrived(struct sim_card *card, uint8_t bar, uint64_t offset, const void *src, size_t size);

/* The number of a fault that was asked for; 0: it was not. */
static inline uint64_t card_fault(const struct sim_card *card, enum sim_fault_id id)
{
    return card->faults.value[id];
}

/* A verdict if somebody was given bytes that a cache held older, or newer, than memory. */
void card_check_misread(struct sim_card *card, const char *who);
/* What a GCR_CNTL word (ACQUIRE_MEM, SDMA's GCR packet) asks of the data caches: CACHE_* of cache_control. */
uint32_t card_caches_of(uint32_t gcr);

static inline void count_bytes(_Atomic uint64_t *counter, uint64_t bytes)
{
    atomic_fetch_add_explicit(counter, bytes, memory_order_relaxed);
}

#endif
