#include "amd/smu.h"

#include <errno.h>

#include "amd/amd.h"
#include "amd/registers.h"
#include "core/clock.h"
#include "regs/smu.h"

SMU_MESSAGES(MESSAGE_HANDLE)

#define MESSAGE_TIMEOUT_US 5000000
#define PROBE_TIMEOUT_US 100000
#define DEBUG_MODE1_RESET 2 /* on the debug mailbox (linux smu_v13_0_0_ppt.c, DEBUGSMC_MSG_Mode1Reset) */

struct mailbox {
    struct reg message, argument, response;
};

static struct mailbox main_mailbox(void)
{
    return (struct mailbox){REG_MP1_SMN_C2PMSG_66, REG_MP1_SMN_C2PMSG_82, REG_MP1_SMN_C2PMSG_90};
}

static int post(struct amd *a, struct mailbox m, uint32_t message, uint32_t argument)
{
    const struct reg_value rows[] = {{m.response, 0}, {m.argument, argument}, {m.message, message}};
    return reg_write_all(a, rows, sizeof rows / sizeof rows[0]);
}

static int send(struct amd *a, struct mailbox m, uint32_t message, uint32_t argument, uint64_t timeout_us)
{
    int rc = post(a, m, message, argument);
    return rc ? rc : reg_poll(a, m.response, UINT32_MAX, PPSMC_RESULT_OK, timeout_us, "the power manager's answer");
}

static uint32_t message_id(const struct amd *a, struct smu_message message)
{
    return message.id[a->generation];
}

static int send_main(struct amd *a, struct smu_message message, uint32_t argument)
{
    int rc = send(a, main_mailbox(), message_id(a, message), argument, MESSAGE_TIMEOUT_US);
    return rc ? err_prefix(&a->base.err, rc, "message %#x(%#x)", message_id(a, message), argument) : 0;
}

int smu_is_alive(struct amd *a, bool *alive_out)
{
    int rc = send(a, main_mailbox(), message_id(a, PPSMC_MSG_GETSMUVERSION), 0, PROBE_TIMEOUT_US);
    if (rc && rc != -ETIMEDOUT) {
        return rc;
    }
    uint32_t response;
    rc = reg_read(a, REG_MP1_SMN_C2PMSG_90, &response);
    if (rc == 0) {
        *alive_out = response != 0;
    }
    return rc;
}

int smu_init(struct amd *a)
{
    uint64_t table = amd_mc_address(a, a->objects.smu_table);
    int rc = send_main(a, PPSMC_MSG_SETDRIVERDRAMADDRHIGH, (uint32_t)(table >> 32));
    rc = rc ? rc : send_main(a, PPSMC_MSG_SETDRIVERDRAMADDRLOW, (uint32_t)table);
    return rc ? rc : send_main(a, PPSMC_MSG_ENABLEALLSMUFEATURES, 0);
}

int smu_mode1_reset(struct amd *a)
{
    struct mailbox debug = {REG_MP1_SMN_C2PMSG_75, REG_MP1_SMN_C2PMSG_53, REG_MP1_SMN_C2PMSG_54};
    int rc = send(a, debug, DEBUG_MODE1_RESET, 0, MESSAGE_TIMEOUT_US);
    if (rc == 0) {
        clock_sleep_us(500000);
    }
    return rc;
}

static int clock_by_index(struct amd *a, uint32_t clock, uint32_t index, uint32_t *value_out)
{
    uint32_t v;
    int rc = send_main(a, PPSMC_MSG_GETDPMFREQBYINDEX, clock << 16 | index);
    rc = rc ? rc : reg_read(a, REG_MP1_SMN_C2PMSG_82, &v);
    if (rc == 0) {
        *value_out = v & 0x7fffffff;
    }
    return rc;
}

int smu_set_clocks(struct amd *a, bool highest)
{
    static const uint32_t clocks[] = {PPCLK_UCLK, PPCLK_FCLK, PPCLK_SOCCLK, PPCLK_GFXCLK};
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        uint32_t levels = 0, mhz = 0;
        int rc = clock_by_index(a, clocks[i], 0xff, &levels); /* index 0xff asks for the count */
        if (rc == 0 && levels == 0) {
            continue;
        }
        rc = rc ? rc : clock_by_index(a, clocks[i], highest ? levels - 1 : 0, &mhz);
        if (rc) {
            return rc;
        }
        rc = send(a, main_mailbox(), message_id(a, PPSMC_MSG_SETSOFTMINBYFREQ), clocks[i] << 16 | mhz, PROBE_TIMEOUT_US);
        if (rc && rc != -ETIMEDOUT) { /* some clocks refuse a minimum; the maximum below still applies */
            return rc;
        }
        rc = send_main(a, PPSMC_MSG_SETSOFTMAXBYFREQ, clocks[i] << 16 | (mhz & 0xffff));
        if (rc) {
            return rc;
        }
    }
    return 0;
}
