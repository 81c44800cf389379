/*
 * sdma.c: the two system DMA engines, queue 0 of each: a ring of packets in memory, pointers in bytes that only ever grow,
 * work started by a doorbell or a register write. Packets as in Linux's sdma_v6_0_0_pkt_open.h and sdma_v7_0.c; strict about
 * length and reserved bits: an engine that meets a packet it does not know stops for good.
 */
#include <errno.h>
#include <string.h>

#include "card.h"
#include "regs/sdma.h"
#include "regs/soc.h"

#define INSTANCE_STEP (R_SDMA1_CNTL - R_SDMA0_CNTL)
#define S2A_AWID_SDMA 0xe
#define COUNT_MASK 0x3fffffff /* 30-bit byte counts since SDMA 5 */
#define MAX_PACKET 64
#define INLINE_CHUNK 1024

struct cursor { /* where packets come from: the ring, or an indirect buffer */
    struct sdma *s;
    uint64_t base, mask; /* mask: ring size - 1, or all ones */
    uint64_t at, end;    /* bytes, cumulative in the ring */
    bool indirect;
};

enum packet_result { PACKET_DONE, PACKET_RETRY, PACKET_BAD };

static uint32_t sreg(const struct sdma *s, uint32_t id)
{
    return id + s->index * INSTANCE_STEP;
}

static struct sim_card *card_of(const struct sdma *s)
{
    return s->engine.card;
}

static enum trace_track track_of(const struct sdma *s)
{
    return s->index ? TRACE_SDMA1 : TRACE_SDMA0;
}

/* What stops the engine, and how its copy packet looks: SDMA 6 has seven dwords; SDMA 7 has an eighth with the cache policy if
 * a header bit says so, and a copy with other bits in its header moves wrong data and lets its fence complete. */
static const struct sdma_generation {
    uint16_t control[2];
    uint32_t stop_bits;
    uint32_t copy_bits, copy_policy_bit;
    bool bad_copy_is_silent;
} generations[GENERATIONS] = {
    [GEN_GFX11] = {{R_SDMA0_F32_CNTL, R_SDMA1_F32_CNTL}, 1u << 0 | 1u << 9 | 1u << 13, 0, 0, false}, /* HALT, TH0/TH1_RESET */
    [GEN_GFX12] = {{R_SDMA0_MCU_CNTL, R_SDMA1_MCU_CNTL},
                   1u << 0 | 1u << 1, /* HALT, RESET */
                   1u << SDMA_7_COPY_LINEAR_CPV_BIT | 1u << SDMA_7_COPY_LINEAR_TMZ_BIT,
                   1u << SDMA_7_COPY_LINEAR_CPV_BIT,
                   true},
};

static const struct sdma_generation *generation_of(const struct sdma *s)
{
    return &generations[s->engine.card->chip->generation];
}

/* ---- packets ----------------------------------------------------------------------------------------------------------- */

static uint64_t pair(const uint32_t *low)
{
    return low[0] | (uint64_t)low[1] << 32;
}

static enum packet_result done(int error)
{
    return error ? PACKET_BAD : PACKET_DONE;
}

static enum packet_result run_copy(struct cursor *c, const uint32_t *p)
{
    uint32_t bad_bits = p[0] & ~(generation_of(c->s)->copy_bits | 0xffff);
    if (bad_bits) { /* only reached where this is silent */
        card_verdict(card_of(c->s), "SDMA%u: COPY_LINEAR with header bits 0x%x moved wrong data; its fence will complete (Q-12)",
                     c->s->index, bad_bits);
        return done(
            port_fill(&c->s->port, pair(p + 5), (uint32_t)VRAM_POISON, ((uint64_t)(p[1] & COUNT_MASK) + 1) & ~UINT64_C(3)));
    }
    uint64_t bytes = (uint64_t)(p[1] & COUNT_MASK) + 1;
    int error = port_copy(&c->s->port, pair(p + 5), pair(p + 3), bytes);
    if (!error && atomic_fetch_add(&card_of(c->s)->copies, 1) + 1 == card_fault(card_of(c->s), FAULT_WRONG_COPY_AT)) {
        error = port_fill(&c->s->port, pair(p + 5), (uint32_t)VRAM_POISON, bytes < 64 ? bytes : 64);
    }
    return done(error);
}

static enum packet_result run_fence(struct cursor *c, const uint32_t *p)
{
    if (p[1] & 3) {
        card_verdict(card_of(c->s), "SDMA%u: FENCE address 0x%llx is not aligned to 4", c->s->index,
                     (unsigned long long)pair(p + 1));
        return PACKET_BAD;
    }
    return done(port_write(&c->s->port, pair(p + 1), &p[3], 4));
}

static enum packet_result run_trap(struct cursor *c, const uint32_t *p)
{
    struct sim_card *card = card_of(c->s);
    const uint32_t context[4] = {p[1] & 0x0fffffff, 0, 0, 0};
    pthread_mutex_lock(&card->lock); /* Linux's sdma_v6_0_set_trap_irq_state sets and clears the bit */
    bool enabled = field_get(reg_get(card, sreg(c->s, R_SDMA0_CNTL)), FIELD_SDMA0_CNTL_TRAP_ENABLE);
    pthread_mutex_unlock(&card->lock);
    if (enabled) {
        ih_post(card, SOC21_IH_CLIENTID_GFX, GFX_11_0_0_SRCID_SDMA_TRAP, c->s->index << 4, 0, context);
    }
    return PACKET_DONE;
}

/* Memory, or a register; in the HDP-flush form a register is written first (word 2) and another polled (word 1). */
static enum packet_result run_poll(struct cursor *c, const uint32_t *p)
{
    uint32_t value;
    if (p[0] >> 31) {
        if (port_read(&c->s->port, pair(p + 1), &value, 4) < 0) {
            return PACKET_BAD;
        }
    } else {
        if ((p[0] >> 26 & 1) && !c->s->started_regmem) {
            bus_write_locked(card_of(c->s), p[2] / 4, p[3]);
        }
        c->s->started_regmem = true;
        value = bus_read_locked(card_of(c->s), p[1] / 4);
    }
    if (!packet_wait_is_over(p[0] >> 28 & 7, value & p[4], p[3])) {
        return PACKET_RETRY;
    }
    c->s->started_regmem = false;
    return PACKET_DONE;
}

static enum packet_result run_fill(struct cursor *c, const uint32_t *p)
{
    uint32_t size = p[0] >> 30, value = p[3]; /* fill unit: 0 byte, 2 dword */
    if (size == 0) {
        value = (value & 0xff) * 0x01010101u;
    }
    return done(port_fill(&c->s->port, pair(p + 1), value, (uint64_t)(p[4] & COUNT_MASK) + 1));
}

static enum packet_result run_timestamp(struct cursor *c, const uint32_t *p)
{
    uint64_t ticks = clock_ticks(card_of(c->s));
    return done(port_write(&c->s->port, pair(p + 1), &ticks, 8));
}

static enum packet_result run_srbm(struct cursor *c, const uint32_t *p)
{
    bus_write_locked(card_of(c->s), p[1] & 0x3ffff, p[2]);
    return PACKET_DONE;
}

/* GCR_CNTL lies across two words (linux sdma_v6_0.c, emit_mem_sync). */
static enum packet_result run_gcr(struct cursor *c, const uint32_t *p)
{
    cache_control(card_of(c->s)->caches, card_caches_of(p[2] >> 16 | (p[3] & 7) << 16));
    return PACKET_DONE;
}

static enum packet_result run_nothing(struct cursor *c, const uint32_t *p)
{
    (void)c, (void)p;
    return PACKET_DONE;
}

static int fetch(struct cursor *c, uint64_t at, uint32_t *dst, uint32_t dwords);
static enum packet_result run_indirect(struct cursor *c, const uint32_t *p);

/* WRITE: header, address, dword count - 1, data. Its length is known only after word 3. */
static enum packet_result run_write(struct cursor *c, const uint32_t *p)
{
    uint32_t left = (p[3] & 0xfffff) + 1, buffer[INLINE_CHUNK];
    uint64_t from = c->at + 16, to = pair(p + 1);
    while (left) {
        uint32_t n = left < INLINE_CHUNK ? left : INLINE_CHUNK;
        if (fetch(c, from, buffer, n) < 0 || port_write(&c->s->port, to, buffer, (uint64_t)n * 4) < 0) {
            return PACKET_BAD;
        }
        from += (uint64_t)n * 4, to += (uint64_t)n * 4, left -= n;
    }
    return PACKET_DONE;
}

struct packet_row {
    uint8_t op, sub_op, dwords;
    uint32_t header_bits; /* beyond op and sub-op */
    enum packet_result (*run)(struct cursor *c, const uint32_t *p);
    const char *name;
};

/* clang-format off */
static const struct packet_row rows[] = {
    {SDMA_OP_NOP,         0,                            1, 0x3fff0000, run_nothing,   "NOP"},
    {SDMA_OP_COPY,        SDMA_SUBOP_COPY_LINEAR,       7, 0,          run_copy,      "COPY_LINEAR"},
    {SDMA_OP_WRITE,       SDMA_SUBOP_WRITE_LINEAR,      4, 0,          run_write,     "WRITE_LINEAR"},
    {SDMA_OP_INDIRECT,    0,                            6, 0x000f0000, run_indirect,  "INDIRECT"},
    {SDMA_OP_FENCE,       0,                            4, 0x03ff0000, run_fence,     "FENCE"},
    {SDMA_OP_TRAP,        0,                            2, 0,          run_trap,      "TRAP"},
    {SDMA_OP_POLL_REGMEM, 0,                            6, 0xf4000000, run_poll,      "POLL_REGMEM"},
    {SDMA_OP_CONST_FILL,  0,                            5, 0xc0030000, run_fill,      "CONST_FILL"},
    {SDMA_OP_TIMESTAMP,   SDMA_SUBOP_TIMESTAMP_GET,     3, 0,          run_timestamp, "TIMESTAMP"},
    {SDMA_OP_TIMESTAMP,   SDMA_SUBOP_TIMESTAMP_GET_GLOBAL, 3, 0,       run_timestamp, "TIMESTAMP"},
    {SDMA_OP_SRBM_WRITE,  0,                            3, 0xf0000000, run_srbm,      "SRBM_WRITE"},
    {SDMA_OP_GCR,         SDMA_SUBOP_USER_GCR,          5, 0,          run_gcr,       "GCR"},
};
/* clang-format on */

static const struct packet_row *find_row(uint32_t header)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].op == (header & 0xff) && rows[i].sub_op == (header >> 8 & 0xff)) {
            return &rows[i];
        }
    }
    return NULL;
}

/* Which bits of a header beyond op and sub-op do not stop the engine. */
static uint32_t header_bits(const struct sdma *s, const struct packet_row *row)
{
    const struct sdma_generation *g = generation_of(s);
    if (row->op == SDMA_OP_COPY) {
        return g->bad_copy_is_silent ? UINT32_MAX : g->copy_bits;
    }
    return row->header_bits;
}

static uint32_t packet_dwords(const struct sdma *s, const struct packet_row *row, const uint32_t *p)
{
    if (row->op == SDMA_OP_COPY) {
        return row->dwords + ((p[0] & generation_of(s)->copy_policy_bit) != 0);
    }
    if (row->op == SDMA_OP_NOP) {
        return 1 + (p[0] >> 16 & 0x3fff);
    }
    if (row->op == SDMA_OP_WRITE) {
        return 5 + (p[3] & 0xfffff);
    }
    return row->dwords;
}

static int fetch(struct cursor *c, uint64_t at, uint32_t *dst, uint32_t dwords)
{
    while (dwords) {
        uint64_t offset = at & c->mask;
        uint64_t piece = (uint64_t)dwords * 4;
        if (c->mask != UINT64_MAX && piece > c->mask + 1 - offset) {
            piece = c->mask + 1 - offset;
        }
        if (port_read(&c->s->port, c->base + offset, dst, piece) < 0) {
            return -EFAULT;
        }
        dst += piece / 4, at += piece, dwords -= (uint32_t)(piece / 4);
    }
    return 0;
}

static enum packet_result bad(struct cursor *c, const char *what, uint32_t header)
{
    if (atomic_load(&card_of(c->s)->unplugged)) { /* what an engine cannot reach any more is no fault of the driver's */
        return PACKET_BAD;
    }
    card_verdict(card_of(c->s), "SDMA%u: %s, header 0x%08x at %s offset 0x%llx", c->s->index, what, header,
                 c->indirect ? "indirect buffer" : "ring", (unsigned long long)c->at);
    return PACKET_BAD;
}

/* One packet; *dwords_out: its length. */
static enum packet_result run_packet(struct cursor *c, uint32_t *dwords_out)
{
    uint32_t p[MAX_PACKET];
    uint64_t available = (c->end - c->at) / 4;
    if (fetch(c, c->at, p, 1) < 0) {
        return bad(c, "packet could not be fetched", 0);
    }
    const struct packet_row *row = find_row(p[0]);
    if (!row) {
        return bad(c, "unknown packet", p[0]);
    }
    if (p[0] & ~(header_bits(c->s, row) | 0xffff)) {
        return bad(c, "reserved bits set in a packet's header", p[0]);
    }
    if (available < row->dwords || fetch(c, c->at, p, row->dwords) < 0 || available < packet_dwords(c->s, row, p)) {
        return bad(c, "packet is cut off by the write pointer", p[0]);
    }
    *dwords_out = packet_dwords(c->s, row, p);
    if (row->op == SDMA_OP_INDIRECT && c->indirect) {
        return bad(c, "indirect buffer inside an indirect buffer", p[0]);
    }
    uint64_t charged_ps = c->s->port.charged_ps;
    enum packet_result result = row->run(c, p);
    if (result == PACKET_BAD) {
        return bad(c, row->name, p[0]);
    }
    if (result == PACKET_DONE) {
        trace_packet(card_of(c->s), track_of(c->s), row->name, *dwords_out);
    }
    if (row->run == run_copy) {
        trace_copy(card_of(c->s), track_of(c->s), (uint64_t)(p[1] & COUNT_MASK) + 1, c->s->port.charged_ps - charged_ps);
    }
    return result;
}

/* Runs a whole indirect buffer; a wait inside it spins here, in the engine's own thread. */
static enum packet_result run_indirect(struct cursor *c, const uint32_t *p)
{
    struct sim_card *card = card_of(c->s);
    pthread_mutex_lock(&card->lock);
    bool enabled = field_get(reg_get(card, sreg(c->s, R_SDMA0_QUEUE0_IB_CNTL)), FIELD_SDMA0_QUEUE0_IB_CNTL_IB_ENABLE);
    pthread_mutex_unlock(&card->lock);
    uint32_t dwords = p[3] & 0xfffff, length = 0;
    if (!enabled || (p[1] & 31)) {
        return PACKET_BAD;
    }
    struct cursor ib = {c->s, pair(p + 1), UINT64_MAX, 0, (uint64_t)dwords * 4, true};
    while (ib.at < ib.end) {
        enum packet_result result = run_packet(&ib, &length);
        if (result == PACKET_BAD || atomic_load(&card->stopping)) {
            return PACKET_BAD;
        }
        if (result == PACKET_DONE) {
            ib.at += (uint64_t)length * 4;
        }
    }
    return PACKET_DONE;
}

/* ---- the queue --------------------------------------------------------------------------------------------------------- */

struct queue_registers {
    uint32_t rb_cntl;
    uint64_t base, rptr_address;
    bool runs;
};

static struct queue_registers read_registers(struct sdma *s)
{
    struct sim_card *card = card_of(s);
    struct queue_registers q;
    const struct sdma_generation *g = generation_of(s);
    pthread_mutex_lock(&card->lock);
    q.rb_cntl = reg_get(card, sreg(s, R_SDMA0_QUEUE0_RB_CNTL));
    q.base = (uint64_t)reg_get(card, sreg(s, R_SDMA0_QUEUE0_RB_BASE)) << 8 |
             (uint64_t)(reg_get(card, sreg(s, R_SDMA0_QUEUE0_RB_BASE_HI)) & 0xffffff) << 40;
    q.rptr_address = (reg_get(card, sreg(s, R_SDMA0_QUEUE0_RB_RPTR_ADDR_LO)) & ~3u) |
                     (uint64_t)reg_get(card, sreg(s, R_SDMA0_QUEUE0_RB_RPTR_ADDR_HI)) << 32;
    q.runs = field_get(q.rb_cntl, FIELD_SDMA0_QUEUE0_RB_CNTL_RB_ENABLE) &&
             !(reg_get(card, g->control[s->index]) & g->stop_bits) && atomic_load(&card->rlc.up);
    pthread_mutex_unlock(&card->lock);
    return q;
}

static void report_rptr(struct sdma *s, const struct queue_registers *q)
{
    if (field_get(q->rb_cntl, FIELD_SDMA0_QUEUE0_RB_CNTL_RPTR_WRITEBACK_ENABLE) && q->rptr_address &&
        !card_fault(card_of(s), FAULT_STALE_REPORT)) {
        uint64_t rptr = s->rptr;
        (void)port_write(&s->port, q->rptr_address, &rptr, 8); /* a fault is latched in the hub */
    }
}

static enum engine_result sdma_step(struct engine *e)
{
    struct sdma *s = &e->card->sdma[e == &e->card->sdma[1].engine];
    struct queue_registers q = read_registers(s);
    uint64_t size = UINT64_C(4) << field_get(q.rb_cntl, FIELD_SDMA0_QUEUE0_RB_CNTL_RB_SIZE);
    if (!q.runs || s->hung) {
        return ENGINE_IDLE;
    }
    port_set_vmid(&s->port, field_get(q.rb_cntl, FIELD_SDMA0_QUEUE0_RB_CNTL_RB_VMID));
    enum packet_result result = PACKET_DONE;
    uint64_t reported = s->rptr;
    for (;;) {
        uint64_t wptr = atomic_load_explicit(&s->wptr, memory_order_acquire);
        if (s->rptr == wptr || atomic_load(&e->card->stopping)) {
            break;
        }
        if (wptr - s->rptr > size || wptr & 3) {
            card_verdict(e->card,
                         "SDMA%u: write pointer 0x%llx is more than a ring ahead of 0x%llx (pointers are cumulative: Q-02)",
                         s->index, (unsigned long long)wptr, (unsigned long long)s->rptr);
            s->hung = true;
            break;
        }
        struct cursor c = {s, q.base, size - 1, s->rptr, wptr, false};
        uint32_t dwords = 0;
        result = run_packet(&c, &dwords);
        s->hung = result == PACKET_BAD && !atomic_load(&e->card->stopping);
        if (result != PACKET_DONE) {
            break;
        }
        s->rptr += (uint64_t)dwords * 4;
    }
    if (s->rptr != reported) {
        report_rptr(s, &q);
        trace_idle(e->card, track_of(s));
    }
    return result == PACKET_RETRY && !atomic_load(&e->card->stopping) ? ENGINE_BLOCKED : ENGINE_IDLE;
}

/* ---- registers and doorbells ------------------------------------------------------------------------------------------- */

static void wptr_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)old;
    struct sdma *s = &card->sdma[hook->arg];
    uint64_t wptr = atomic_load(&s->wptr);
    wptr = index ? (wptr & 0xffffffff) | (uint64_t)value << 32 : (wptr >> 32 << 32) | value;
    atomic_store(&s->wptr, wptr);
    engine_ring(&s->engine);
}

static uint32_t wptr_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)stored;
    return (uint32_t)(atomic_load(&card->sdma[hook->arg].wptr) >> (32 * index));
}

static void rptr_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)old;
    struct sdma *s = &card->sdma[hook->arg];
    s->rptr = index ? (s->rptr & 0xffffffff) | (uint64_t)value << 32 : (s->rptr >> 32 << 32) | value;
}

static uint32_t rptr_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)stored;
    return (uint32_t)(card->sdma[hook->arg].rptr >> (32 * index));
}

static void kick_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)index, (void)old, (void)value;
    engine_ring(&card->sdma[hook->arg].engine);
}

static bool routed(struct sim_card *card, uint32_t dword)
{
    for (uint32_t i = 0; i < 16; i++) {
        uint32_t v = reg_get(card, R_S2A_DOORBELL_ENTRY_0_CTRL + i);
        uint32_t from = field_get(v, FIELD_S2A_DOORBELL_ENTRY_0_CTRL_S2A_DOORBELL_PORT0_RANGE_OFFSET);
        uint32_t size = field_get(v, FIELD_S2A_DOORBELL_ENTRY_0_CTRL_S2A_DOORBELL_PORT0_RANGE_SIZE);
        if (field_get(v, FIELD_S2A_DOORBELL_ENTRY_0_CTRL_S2A_DOORBELL_PORT0_ENABLE) &&
            field_get(v, FIELD_S2A_DOORBELL_ENTRY_0_CTRL_S2A_DOORBELL_PORT0_AWID) == S2A_AWID_SDMA && dword >= from &&
            dword < from + 2 * size) { /* guess: the size counts 64-bit doorbells */
            return true;
        }
    }
    return false;
}

bool sdma_doorbell(struct sim_card *card, uint32_t dword, uint64_t value, uint32_t size, const char **why_out)
{
    for (uint32_t i = 0; i < 2; i++) {
        struct sdma *s = &card->sdma[i];
        uint32_t control = reg_get(card, sreg(s, R_SDMA0_QUEUE0_DOORBELL));
        uint32_t offset = reg_get(card, sreg(s, R_SDMA0_QUEUE0_DOORBELL_OFFSET));
        if (!field_get(control, FIELD_SDMA0_QUEUE0_DOORBELL_ENABLE) ||
            field_get(offset, FIELD_SDMA0_QUEUE0_DOORBELL_OFFSET_OFFSET) != (dword & ~1u)) {
            continue;
        }
        if (!routed(card, dword & ~1u)) {
            *why_out = "no S2A entry routes it to the SDMA engines";
            return false;
        }
        uint64_t wptr = atomic_load(&s->wptr);
        if (size == 8) {
            wptr = value;
        } else {
            wptr = dword & 1 ? (wptr & 0xffffffff) | value << 32 : (wptr >> 32 << 32) | (uint32_t)value;
        }
        trace_doorbell(card, track_of(s));
        atomic_store_explicit(&s->wptr, wptr, memory_order_release);
        engine_ring(&s->engine);
        return true;
    }
    return false;
}

/* clang-format off */
#define SDMA_HOOKS(N) \
    {R_SDMA##N##_QUEUE0_RB_CNTL, 1, N, kick_written, NULL}, \
    {R_SDMA##N##_QUEUE0_RB_RPTR, 2, N, rptr_written, rptr_read}, \
    {R_SDMA##N##_QUEUE0_RB_WPTR, 2, N, wptr_written, wptr_read}, \
    {R_SDMA##N##_F32_CNTL, 1, N, kick_written, NULL}, \
    {R_SDMA##N##_MCU_CNTL, 1, N, kick_written, NULL}
/* clang-format on */

static const struct part_hook sdma_hooks[] = {SDMA_HOOKS(0), SDMA_HOOKS(1)};

static void sdma_reset(struct sim_card *card)
{
    for (uint32_t i = 0; i < 2; i++) {
        struct sdma *s = &card->sdma[i];
        atomic_store(&s->wptr, 0);
        s->rptr = 0;
        s->hung = s->started_regmem = false;
        s->port = (struct port){.card = card, .hub = HUB_GC, .client = i ? CLIENT_SDMA1 : CLIENT_SDMA0};
    }
}

const struct part sdma_part = {"sdma", sdma_hooks, sizeof(sdma_hooks) / sizeof(sdma_hooks[0]), sdma_reset};

int sdma_create(struct sim_card *card)
{
    for (uint32_t i = 0; i < 2; i++) {
        card->sdma[i].index = i;
        int error = engine_start(&card->sdma[i].engine, card, i ? "SDMA1" : "SDMA0", sdma_step);
        if (error) {
            return error;
        }
    }
    return 0;
}

void sdma_destroy(struct sim_card *card)
{
    engine_join(&card->sdma[0].engine);
    engine_join(&card->sdma[1].engine);
}
