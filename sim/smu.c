/* smu.c: the power management processor: a mailbox (message, argument, answer), and a second one for debug messages. */
#include "regs/smu.h"
#include "card.h"
#include "regs/soc.h"

#define ANSWER_NS 5000
#define RESET_NS 1000000
#define DEBUG_MODE1_RESET 2u
#define DEBUG_MAILBOX (UINT64_C(1) << 63)

struct clock_table {
    uint32_t clock;
    bool fine; /* two entries: least and most, anything between */
    uint32_t count, mhz[8];
};

static const struct clock_table clock_tables[] = {
    {PPCLK_GFXCLK, true, 2, {500, 2500}},
    {PPCLK_SOCCLK, false, 3, {480, 960, 1200}},
    {PPCLK_UCLK, false, 4, {96, 456, 772, 1249}},
    {PPCLK_FCLK, true, 2, {506, 2000}},
};

/* PPSMC_MSG_* are rows of `ids`; what number a message has depends on the generation. */
#define MESSAGE_ROW(name, id11, id12) name,
enum { SMU_MESSAGES(MESSAGE_ROW) MESSAGE_ROWS };

#define MESSAGE_IDS(name, id11, id12) {{id11, id12}},
static const struct smu_message ids[MESSAGE_ROWS] = {SMU_MESSAGES(MESSAGE_IDS)};

struct message {
    uint32_t row;
    uint32_t (*run)(struct sim_card *card, uint32_t *argument);
};

static uint32_t get_version(struct sim_card *card, uint32_t *argument)
{
    *argument = card->chip->smu_version;
    return PPSMC_RESULT_OK;
}

static uint32_t get_interface(struct sim_card *card, uint32_t *argument)
{
    *argument = card->chip->smu_interface;
    return PPSMC_RESULT_OK;
}

static uint32_t accept(struct sim_card *card, uint32_t *argument)
{
    (void)card, (void)argument;
    return PPSMC_RESULT_OK;
}

static uint32_t set_dram_high(struct sim_card *card, uint32_t *argument)
{
    card->smu.dram_address = (uint32_t)card->smu.dram_address | (uint64_t)*argument << 32;
    return PPSMC_RESULT_OK;
}

static uint32_t set_dram_low(struct sim_card *card, uint32_t *argument)
{
    card->smu.dram_address = (card->smu.dram_address >> 32 << 32) | *argument;
    return PPSMC_RESULT_OK;
}

static uint32_t enable_features(struct sim_card *card, uint32_t *argument)
{
    (void)argument;
    card->smu.features_on = true;
    return PPSMC_RESULT_OK;
}

static uint32_t get_features(struct sim_card *card, uint32_t *argument)
{
    *argument = card->smu.features_on ? 0x0fffffff : 0;
    return PPSMC_RESULT_OK;
}

/* Argument: clock << 16 | index; index 255 asks how many there are. */
static uint32_t get_frequency(struct sim_card *card, uint32_t *argument)
{
    (void)card;
    for (size_t i = 0; i < sizeof(clock_tables) / sizeof(clock_tables[0]); i++) {
        const struct clock_table *t = &clock_tables[i];
        uint32_t index = *argument & 0xff;
        if (t->clock != *argument >> 16) {
            continue;
        }
        if (index != 0xff && index >= t->count) {
            return PPSMC_RESULT_FAILED;
        }
        *argument = index == 0xff ? t->count | (t->fine ? 0x80000000 : 0) : t->mhz[index];
        return PPSMC_RESULT_OK;
    }
    *argument = 0;
    return PPSMC_RESULT_OK;
}

static uint32_t get_bound(struct sim_card *card, uint32_t *argument, bool most)
{
    (void)card;
    for (size_t i = 0; i < sizeof(clock_tables) / sizeof(clock_tables[0]); i++) {
        if (clock_tables[i].clock == *argument >> 16) {
            *argument = clock_tables[i].mhz[most ? clock_tables[i].count - 1 : 0];
            return PPSMC_RESULT_OK;
        }
    }
    return PPSMC_RESULT_FAILED;
}

static uint32_t get_least(struct sim_card *card, uint32_t *argument)
{
    return get_bound(card, argument, false);
}

static uint32_t get_most(struct sim_card *card, uint32_t *argument)
{
    return get_bound(card, argument, true);
}

static void reset_now(struct sim_card *card, uint64_t arg)
{
    (void)arg;
    if (engine_is_caller(card)) { /* it cannot wait for itself: let the host's next access do it */
        clock_after(card, RESET_NS, reset_now, 0);
    } else {
        /* Config space survives: tinygrad 0.14 (am/amdev.py) does nothing after such a reset but to turn bus mastering on, and
         * takes cards over from Linux's driver this way; Linux restores what it saved, which shows nothing. */
        card_reset(card, false);
    }
}

static uint32_t mode1_reset(struct sim_card *card, uint32_t *argument)
{
    (void)argument;
    clock_after(card, RESET_NS, reset_now, 0);
    return PPSMC_RESULT_OK;
}

static const struct message messages[] = {
    {PPSMC_MSG_TESTMESSAGE, accept},
    {PPSMC_MSG_GETSMUVERSION, get_version},
    {PPSMC_MSG_GETDRIVERIFVERSION, get_interface},
    {PPSMC_MSG_SETALLOWEDFEATURESMASKLOW, accept},
    {PPSMC_MSG_SETALLOWEDFEATURESMASKHIGH, accept},
    {PPSMC_MSG_ENABLEALLSMUFEATURES, enable_features},
    {PPSMC_MSG_DISABLEALLSMUFEATURES, accept},
    {PPSMC_MSG_GETRUNNINGSMUFEATURESLOW, get_features},
    {PPSMC_MSG_GETRUNNINGSMUFEATURESHIGH, get_features},
    {PPSMC_MSG_SETDRIVERDRAMADDRHIGH, set_dram_high},
    {PPSMC_MSG_SETDRIVERDRAMADDRLOW, set_dram_low},
    {PPSMC_MSG_SETDRIVERDRAMADDR, accept},
    {PPSMC_MSG_SETTOOLSDRAMADDRHIGH, accept},
    {PPSMC_MSG_SETTOOLSDRAMADDRLOW, accept},
    {PPSMC_MSG_USEDEFAULTPPTABLE, accept},
    {PPSMC_MSG_SETSOFTMINBYFREQ, accept},
    {PPSMC_MSG_SETSOFTMAXBYFREQ, accept},
    {PPSMC_MSG_SETHARDMINBYFREQ, accept},
    {PPSMC_MSG_SETHARDMAXBYFREQ, accept},
    {PPSMC_MSG_GETMINDPMFREQ, get_least},
    {PPSMC_MSG_GETMAXDPMFREQ, get_most},
    {PPSMC_MSG_GETDPMFREQBYINDEX, get_frequency},
    {PPSMC_MSG_SETWORKLOADMASK, accept},
    {PPSMC_MSG_ALLOWGFXOFF, accept},
    {PPSMC_MSG_DISALLOWGFXOFF, accept},
    {PPSMC_MSG_PREPAREMP1FORUNLOAD, accept},
    {PPSMC_MSG_SETPPTLIMIT, accept},
    {PPSMC_MSG_RUNDCBTC, accept},
    {PPSMC_MSG_NOTIFYPOWERSOURCE, accept},
    {PPSMC_MSG_MODE1RESET, mode1_reset},
};

static void answer(struct sim_card *card, uint64_t arg)
{
    bool debug = arg & DEBUG_MAILBOX;
    uint32_t id = (uint32_t)arg, result = PPSMC_RESULT_UNKNOWNCMD;
    uint32_t argument_reg = debug ? R_MP1_SMN_C2PMSG_53 : R_MP1_SMN_C2PMSG_82;
    uint32_t argument = reg_get(card, argument_reg);
    if (debug && id == DEBUG_MODE1_RESET) {
        result = mode1_reset(card, &argument);
    }
    for (size_t i = 0; !debug && i < sizeof(messages) / sizeof(messages[0]); i++) {
        if (id && ids[messages[i].row].id[card->chip->generation] == id) {
            result = messages[i].run(card, &argument);
        }
    }
    if (result == PPSMC_RESULT_UNKNOWNCMD) {
        card_verdict(card, "SMU: unknown %smessage 0x%x", debug ? "debug " : "", id);
    }
    reg_set(card, argument_reg, argument);
    reg_set(card, debug ? R_MP1_SMN_C2PMSG_54 : R_MP1_SMN_C2PMSG_90, result);
}

static void message_written(struct sim_card *card, const struct part_hook *hook, uint32_t index, uint32_t old, uint32_t value)
{
    (void)index, (void)old;
    if (psp_has_firmware(card, GFX_FW_TYPE_SMU)) { /* else nobody listens */
        clock_after(card, ANSWER_NS, answer, (hook->arg ? DEBUG_MAILBOX : 0) | value);
    }
}

void smu_install(struct sim_card *card)
{
    card->smu = (struct smu){0};
}

static const struct part_hook smu_hooks[] = {
    {R_MP1_SMN_C2PMSG_66, 1, 0, message_written, NULL},
    {R_MP1_SMN_C2PMSG_75, 1, 1, message_written, NULL},
};

const struct part smu_part = {"smu", smu_hooks, sizeof(smu_hooks) / sizeof(smu_hooks[0]), NULL};
