/*
 * sq.c: what the shader sequencers show of a wave that stopped on a fault: its interrupt, and its status and program counter
 * behind SQ_IND_INDEX/SQ_IND_DATA, at the place that GRBM_GFX_INDEX selects (as Linux's gfx_v11_0.c reads waves).
 * Work-groups here have no place on the chip; they are given one by their number, so that the way to the registers is the same.
 */
#include <string.h>

#include "card.h"
#include "regs/soc.h"

#define SHADER_ENGINES 6
#define ARRAYS 2
#define WGPS 4
#define SIMDS 4
#define IND_STATUS 0x102 /* ixSQ_WAVE_STATUS; VALID is bit 16, FATAL_HALT bit 23 */
#define IND_PC_LO 0x108
#define IND_PC_HI 0x109
#define STATUS_STOPPED (1u << 16 | 1u << 23 | 1u << 13)

enum { ENCODING_ERROR = 2, ERROR_ILLEGAL = 1, ERROR_VIOLATION = 2 }; /* SQ_INTERRUPT_WORD_ERROR (Linux kfd_int_process_v11.c) */

void sq_stopped(struct sim_card *card, const struct compute_fault *f, uint32_t vmid)
{
    uint32_t group = f->group[0] + 7 * f->group[1] + 31 * f->group[2];
    struct sq *s = &card->sq;
    pthread_mutex_lock(&card->lock);
    *s = (struct sq){.stopped = true,
                     .engine = group % SHADER_ENGINES,
                     .array = group / SHADER_ENGINES % ARRAYS,
                     .wgp = group / SHADER_ENGINES / ARRAYS % WGPS,
                     .simd = f->wave % SIMDS,
                     .wave = f->wave / SIMDS,
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
    return s->stopped && field_get(where, FIELD_GRBM_GFX_INDEX_SE_INDEX) == s->engine &&
           field_get(where, FIELD_GRBM_GFX_INDEX_SA_INDEX) == s->array &&
           field_get(where, FIELD_GRBM_GFX_INDEX_INSTANCE_INDEX) == (s->wgp << 2 | s->simd) &&
           field_get(reg_get(card, R_SQ_IND_INDEX), FIELD_SQ_IND_INDEX_WAVE_ID) == s->wave;
}

static uint32_t data_read(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t stored)
{
    (void)hook, (void)index, (void)stored;
    if (!is_selected(card)) {
        return 0;
    }
    switch (field_get(reg_get(card, R_SQ_IND_INDEX), FIELD_SQ_IND_INDEX_INDEX)) {
    case IND_STATUS:
        return STATUS_STOPPED;
    case IND_PC_LO:
        return (uint32_t)card->sq.pc;
    case IND_PC_HI:
        return (uint32_t)(card->sq.pc >> 32);
    default:
        return 0;
    }
}

static const struct part_hook sq_hooks[] = {{R_SQ_IND_DATA, 1, 0, NULL, data_read}};

static void sq_reset(struct sim_card *card)
{
    card->sq = (struct sq){0};
}

const struct part sq_part = {"sq", sq_hooks, sizeof(sq_hooks) / sizeof(sq_hooks[0]), sq_reset};
