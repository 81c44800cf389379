/*
 * sq.c: what the shader sequencers show of a wave that stopped on a fault: its interrupt, and its status and program counter
 * behind SQ_IND_INDEX/SQ_IND_DATA, at the place that GRBM_GFX_INDEX selects (as Linux's gfx_v11_0.c reads waves).
 * Work-groups here have no place on the chip; they are given one by their number, so that the way to the registers is the same.
 */
#include <string.h>

#include "card.h"
#include "regs/soc.h"

#define SIMDS 4
#define MOST_STATES 4

/*
 * Where GRBM_GFX_INDEX selects a wave's place, ixSQ_WAVE_PC_LO (_HI follows), and what other registers say of a wave that
 * stopped, by index (linux gc_11_0_0 and gc_12_0_0 headers; gfx12's exception flags: its cwsr_trap_handler_gfx12.asm).
 */
static const struct {
    struct field engine, array, instance;
    uint32_t pc;
    struct {
        uint32_t index, stopped, illegal, violation; /* bits: always, after an illegal instruction, after a bad access */
    } states[MOST_STATES];
} generations[GENERATIONS] = {
    [GEN_GFX11] = {{23, 16},
                   {15, 8},
                   {7, 0},
                   0x108,
                   {{0x102, 1u << 16 | 1u << 23 | 1u << 13, 0, 0}, /* STATUS: VALID, FATAL_HALT, HALT */
                    {0x103, 0, 1u << 11, 1u << 8}}},               /* TRAPSTS: ILLEGAL_INST, MEM_VIOL */
    [GEN_GFX12] = {{19, 16},
                   {9, 8},
                   {6, 0},
                   0x140,
                   {{0x102, 1u << 16 | 1u << 23, 0, 0}, /* STATUS: VALID, FATAL_HALT; places as in gfx11, a guess */
                    {0x104, 1u << 14, 0, 0},            /* STATE_PRIV: HALT */
                    {0x111, 0, 1u << 6, 1u << 4}}},     /* EXCP_FLAG_PRIV: ILLEGAL_INST, MEM_VIOL */
};

enum { ENCODING_ERROR = 2, ERROR_ILLEGAL = 1, ERROR_VIOLATION = 2 }; /* SQ_INTERRUPT_WORD_ERROR (Linux kfd_int_process_v11.c) */

void sq_stopped(struct sim_card *card, const struct compute_fault *f, uint32_t vmid)
{
    uint32_t group = f->group[0] + 7 * f->group[1] + 31 * f->group[2];
    const struct chip *c = card->chip;
    struct sq *s = &card->sq;
    pthread_mutex_lock(&card->lock);
    *s = (struct sq){.stopped = true,
                     .engine = group % c->shader_engines,
                     .array = group / c->shader_engines % c->arrays_per_engine,
                     .wgp = group / c->shader_engines / c->arrays_per_engine % c->wgps_per_array,
                     .simd = f->wave % SIMDS,
                     .wave = f->wave / SIMDS,
                     .illegal = f->kind == COMPUTE_FAULT_ILLEGAL,
                     .pc = f->pc};
    pthread_mutex_unlock(&card->lock);
    if (f->kind == COMPUTE_FAULT_HUNG) { /* silicon has no watchdog: such a wave is silent */
        return;
    }
    uint32_t type = f->kind == COMPUTE_FAULT_ILLEGAL ? ERROR_ILLEGAL : ERROR_VIOLATION;
    const uint32_t context[4] = {type << 21 | s->array << 25 | s->wave << 27, s->simd | s->wgp << 2 | ENCODING_ERROR << 6, 0, 0};
    ih_post(card, SOC21_IH_CLIENTID_GFX, GFX_11_0_0_SRCID_SQ_INTERRUPT_ID, 0, vmid, context);
}

static bool is_selected(struct sim_card *card)
{
    const struct sq *s = &card->sq;
    uint32_t where = reg_get(card, R_GRBM_GFX_INDEX);
    enum generation g = card->chip->generation;
    return s->stopped && field_get(where, generations[g].engine) == s->engine &&
           field_get(where, generations[g].array) == s->array &&
           field_get(where, generations[g].instance) == (s->wgp << 2 | s->simd) &&
           field_get(reg_get(card, R_SQ_IND_INDEX), FIELD_SQ_IND_INDEX_WAVE_ID) == s->wave;
}

static uint32_t data_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)hook, (void)index, (void)stored;
    if (!is_selected(card)) {
        return 0;
    }
    uint32_t what = field_get(reg_get(card, R_SQ_IND_INDEX), FIELD_SQ_IND_INDEX_INDEX),
             pc = generations[card->chip->generation].pc;
    if (what == pc || what == pc + 1) {
        return (uint32_t)(card->sq.pc >> (32 * (what - pc)));
    }
    for (int i = 0; i < MOST_STATES; i++) {
        uint32_t at = generations[card->chip->generation].states[i].index;
        if (at && at == what) {
            return generations[card->chip->generation].states[i].stopped |
                   (card->sq.illegal ? generations[card->chip->generation].states[i].illegal
                                     : generations[card->chip->generation].states[i].violation);
        }
    }
    return 0;
}

static const struct part_hook sq_hooks[] = {{R_SQ_IND_DATA, 1, 0, NULL, data_read}};

static void sq_reset(struct sim_card *card)
{
    card->sq = (struct sq){0};
}

const struct part sq_part = {"sq", sq_hooks, sizeof(sq_hooks) / sizeof(sq_hooks[0]), sq_reset};
