/* rlc.c: the run list controller: loads the graphics block's firmware on its own once told to, and grants safe mode. */
#include "card.h"

#define AUTOLOAD_NS 200000
#define SAFE_MODE_NS 5000
#define BOOTLOAD_DONE 0x8000003fu /* */

static void autoload_done(struct sim_card *card, uint64_t arg)
{
    (void)arg;
    reg_set(card, R_CP_STAT, 0);
    reg_set(card, R_RLC_RLCS_BOOTLOAD_STATUS, BOOTLOAD_DONE);
    atomic_store(&card->rlc.up, true);
}

void rlc_autoload(struct sim_card *card)
{
    clock_after(card, AUTOLOAD_NS, autoload_done, 0);
}

static void safe_mode_done(struct sim_card *card, uint64_t arg)
{
    (void)arg;
    reg_set(card, R_RLC_SAFE_MODE, reg_get(card, R_RLC_SAFE_MODE) & ~field_mask(FIELD_RLC_SAFE_MODE_CMD));
}

static void safe_mode_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)hook, (void)index, (void)old;
    if (field_get(value, FIELD_RLC_SAFE_MODE_CMD) && atomic_load(&card->rlc.up)) {
        clock_after(card, SAFE_MODE_NS, safe_mode_done, 0);
    }
}

static const struct part_hook rlc_hooks[] = {{R_RLC_SAFE_MODE, 1, 0, safe_mode_written, NULL}};

static void rlc_reset(struct sim_card *card)
{
    atomic_store(&card->rlc.up, false);
}

const struct part rlc_part = {"rlc", rlc_hooks, sizeof(rlc_hooks) / sizeof(rlc_hooks[0]), rlc_reset};
