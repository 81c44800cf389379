/* From power-on to a running RLC: configuration space, discovery, security processor, power management. */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

#include "regs/smu.h"
#include "regs/soc.h"
#include "regs/wire_discovery.h"

SMU_MESSAGES(MESSAGE_HANDLE)

static void config_space_names_the_card(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    assert_int_equal(sim_config_read(r.card, 0, 4), (uint32_t)r.chip->pci_device << 16 | 0x1002);
    assert_int_equal(sim_config_read(r.card, 0x0a, 2), 0x0300);
    assert_int_equal(sim_bar_size(r.card, 0), 256 << 20);
    assert_int_equal(sim_bar_size(r.card, 2), 2 << 20);
    assert_int_equal(sim_bar_size(r.card, 5), 512 << 10);
    assert_int_equal(sim_bar_size(r.card, 1), 0);
    uint32_t cap = sim_config_read(r.card, 0x34, 1), seen = 0;
    while (cap && sim_config_read(r.card, (uint16_t)cap, 1) != 0x10 && seen++ < 48) {
        cap = sim_config_read(r.card, (uint16_t)(cap + 1), 1);
    }
    assert_true(cap != 0); /* the PCIe capability */
    sim_config_write(r.card, 0x10, 4, 0xffffffff);
    assert_int_equal(sim_config_read(r.card, 0x10, 4), 0xf000000c);
    rig_close(&r);
}

static uint32_t window_read(struct rig *r, uint64_t offset)
{
    rig_write(r, R_MM_INDEX_HI, (uint32_t)(offset >> 31));
    rig_write(r, R_MM_INDEX, (uint32_t)(offset & 0x7fffffff) | 0x80000000);
    return rig_read(r, R_MM_DATA);
}

static void A01_discovery_is_readable_only_through_the_window(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    uint64_t table = r.chip->vram_bytes - (64 << 10);
    uint32_t buffer;
    assert_false(sim_bar_read(r.card, 0, table, &buffer, 4));
    rig_wait_ready(&r);
    assert_int_equal(rig_read(&r, R_RCC_CONFIG_MEMSIZE), r.chip->vram_bytes >> 20);
    assert_int_equal(window_read(&r, table), BINARY_SIGNATURE);
    uint32_t size = window_read(&r, table + 8) >> 16, sum = 0, wanted = window_read(&r, table + 8) & 0xffff;
    for (uint32_t at = 8; at < size; at += 4) {
        uint32_t w = window_read(&r, table + at);
        for (uint32_t b = 0; b < 4 && at + b < size; b++) {
            sum += at + b < BINARY_HEADER_BINARY_SIZE ? 0 : (w >> (8 * b)) & 0xff;
        }
    }
    assert_int_equal(sum & 0xffff, wanted);
    uint32_t list = window_read(&r, table + BINARY_HEADER_TABLE_LIST) & 0xffff;
    assert_int_equal(window_read(&r, table + list), DISCOVERY_TABLE_SIGNATURE);
    rig_expect_clean(&r);
    rig_close(&r);
}

/* The card is ready 2 ms after power-on, by the clock: on a busy machine a look before that takes a few attempts. */
static void A02_before_the_card_is_ready_discovery_reads_zero(void **state)
{
    (void)state;
    for (uint32_t attempt = 0; attempt < 50; attempt++) {
        struct rig r;
        rig_open(&r, NULL);
        sim_config_write(r.card, 4, 2, 6);
        uint32_t signature = window_read(&r, r.chip->vram_bytes - (64 << 10));
        bool early = rig_read(&r, R_MP0_SMN_C2PMSG_33) == 0;
        rig_close(&r);
        if (early) {
            assert_int_equal(signature, 0);
            return;
        }
    }
    print_message("this machine never looked within 2 ms of power-on\n");
    skip();
}

static void Q21_vram_is_never_zero_before_it_is_written(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    for (uint32_t offset = 0; offset < (256u << 20); offset += 37u << 20) {
        assert_int_not_equal(rig_vram(&r, offset), 0);
    }
    rig_close(&r);
}

static void unknown_register_is_a_verdict(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    uint32_t value;
    assert_true(sim_bar_read(r.card, 5, 0x1fff0, &value, 4));
    rig_expect_verdict(&r, "no such register");
    rig_close(&r);
}

static void A06_boots_in_the_right_order(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_wait_ready(&r);
    rig_start_sos(&r);
    rig_create_psp_ring(&r);
    rig_load_all_fw(&r);
    assert_int_not_equal(rig_read(&r, R_CP_STAT), 0);
    assert_int_equal(rig_autoload(&r), 0);
    rig_poll(&r, R_CP_STAT, 0xffffffff, 0);
    assert_int_equal(rig_read(&r, R_RLC_RLCS_BOOTLOAD_STATUS), 0x8000003f);
    rig_expect_clean(&r);
    rig_close(&r);
}

static void A06_bootloader_refuses_a_component_out_of_order(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_wait_ready(&r);
    assert_false(rig_load_component(&r, PSP_FW_TYPE_PSP_SYS_DRV, PSP_BL_LOAD_SYSDRV));
    rig_expect_verdict(&r, "out of order");
    assert_int_equal(rig_read(&r, R_MP0_SMN_C2PMSG_81), 0);
    rig_close(&r);
}

static void bootloader_refuses_the_wrong_image(void **state)
{
    (void)state;
    if (getenv("EXOSUIT_TEST_VENDOR_FIRMWARE")) {
        skip(); /* only the vendor's key could tell */
    }
    struct rig r;
    rig_open(&r, NULL);
    rig_wait_ready(&r);
    assert_false(rig_load_component(&r, PSP_FW_TYPE_PSP_SOS, PSP_BL_LOAD_KEY_DATABASE));
    rig_expect_verdict(&r, "not an intact key database");
    rig_close(&r);
}

static void A06_rlc_g_must_come_last(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_wait_ready(&r);
    rig_start_sos(&r);
    rig_create_psp_ring(&r);
    assert_int_equal(rig_load_toc(&r), 0);
    if (r.chip->generation == GEN_GFX11) {
        assert_int_equal(rig_setup_tmr(&r), 0);
    }
    assert_int_not_equal(rig_load_fw(&r, GFX_FW_TYPE_RLC_G), 0);
    rig_expect_verdict(&r, "RLC_G must be the last");
    assert_int_not_equal(rig_autoload(&r), 0);
    rig_close(&r);
}

static void A06_firmware_needs_the_trusted_region_first(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_wait_ready(&r);
    rig_start_sos(&r);
    rig_create_psp_ring(&r);
    assert_int_equal(rig_load_fw(&r, GFX_FW_TYPE_SMU), 0); /* the SMU's may come before */
    if (r.chip->generation == GEN_GFX11) {
        assert_int_not_equal(rig_load_fw(&r, GFX_FW_TYPE_RS64_MEC), 0);
        rig_expect_verdict(&r, "before SETUP_TMR");
    } else { /* the bootloader has set it up */
        assert_int_equal(rig_load_fw(&r, GFX_FW_TYPE_RS64_MEC), 0);
        rig_expect_clean(&r);
    }
    rig_close(&r);
}

/* PSP 14 sets the region up while it boots; asked again, it does not even write the fence. */
static void setup_tmr_gets_no_answer_on_psp_14(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_wait_ready(&r);
    rig_start_sos(&r);
    rig_create_psp_ring(&r);
    const uint32_t words[] = {GFX_CMD_ID_SETUP_TMR, (uint32_t)(RIG_FB + RIG_TMR), (uint32_t)((RIG_FB + RIG_TMR) >> 32), 0x1300000,
                              2};
    uint32_t fence = rig_psp_submit(&r, words, 5);
    for (int i = 0; i < 1000; i++) { /* a millisecond of virtual time */
        (void)rig_read(&r, R_MP0_SMN_C2PMSG_67);
    }
    rig_expect_verdict(&r, "SETUP_TMR dropped");
    assert_int_not_equal(rig_vram(&r, RIG_FENCE), fence);
    assert_int_equal(rig_load_toc(&r), 0); /* and goes on with what comes next */
    rig_close(&r);
}

static void A05_firmware_in_host_memory_is_refused(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_wait_ready(&r);
    rig_start_sos(&r);
    rig_create_psp_ring(&r);
    const uint32_t words[] = {GFX_CMD_ID_LOAD_IP_FW, (uint32_t)RIG_HOST_BUS, 0, 0x1000, GFX_FW_TYPE_SMU};
    assert_int_equal(rig_psp_command(&r, words, 5), 0xffff0006);
    rig_expect_verdict(&r, "not in VRAM");
    rig_close(&r);
}

static void corrupt_firmware_is_refused(void **state)
{
    (void)state;
    if (getenv("EXOSUIT_TEST_VENDOR_FIRMWARE")) {
        skip(); /* only the vendor's key could tell */
    }
    struct rig r;
    rig_open(&r, NULL);
    rig_wait_ready(&r);
    rig_start_sos(&r);
    rig_create_psp_ring(&r);
    assert_int_equal(rig_load_fw(&r, GFX_FW_TYPE_SMU), 0);
    rig_set_vram(&r, RIG_MSG + 0x800, ~rig_vram(&r, RIG_MSG + 0x800));
    uint32_t size;
    (void)rig_block_firmware(&r, "smu_%u_%u_%u.bin", MP1_HWID, &size);
    const uint32_t words[] = {GFX_CMD_ID_LOAD_IP_FW, (uint32_t)(RIG_FB + RIG_MSG), (uint32_t)((RIG_FB + RIG_MSG) >> 32),
                              size - 256, GFX_FW_TYPE_SMU};
    assert_int_equal(rig_psp_command(&r, words, 5), 0x11);
    rig_close(&r);
}

static uint32_t ask_smu(struct rig *r, struct smu_message message, uint32_t argument)
{
    rig_write(r, R_MP1_SMN_C2PMSG_90, 0);
    rig_write(r, R_MP1_SMN_C2PMSG_82, argument);
    rig_write(r, R_MP1_SMN_C2PMSG_66, message.id[r->chip->generation]);
    rig_poll(r, R_MP1_SMN_C2PMSG_90, 0xff, PPSMC_RESULT_OK);
    return rig_read(r, R_MP1_SMN_C2PMSG_82);
}

static void smu_answers_only_with_its_firmware(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_wait_ready(&r);
    rig_write(&r, R_MP1_SMN_C2PMSG_66, PPSMC_MSG_GETSMUVERSION.id[r.chip->generation]);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(rig_read(&r, R_MP1_SMN_C2PMSG_90), 0);
    }
    rig_start_sos(&r);
    rig_create_psp_ring(&r);
    assert_int_equal(rig_load_fw(&r, GFX_FW_TYPE_SMU), 0);
    assert_int_equal(ask_smu(&r, PPSMC_MSG_GETSMUVERSION, 0), r.chip->smu_version);
    uint32_t levels = ask_smu(&r, PPSMC_MSG_GETDPMFREQBYINDEX, PPCLK_UCLK << 16 | 0xff) & 0x7fffffff;
    assert_int_equal(levels, 4);
    assert_int_equal(ask_smu(&r, PPSMC_MSG_GETDPMFREQBYINDEX, PPCLK_UCLK << 16 | 3), 1249);
    rig_expect_clean(&r);
    rig_close(&r);
}

static void mode1_reset_brings_the_card_back_to_power_on(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    rig_write(&r, R_MP1_SMN_C2PMSG_54, 0);
    rig_write(&r, R_MP1_SMN_C2PMSG_53, 0);
    rig_write(&r, R_MP1_SMN_C2PMSG_75, 2);
    rig_poll(&r, R_MP1_SMN_C2PMSG_54, 0xff, 1);
    for (int i = 0; i < 3000; i++) { /* 3 ms of virtual time */
        (void)sim_config_read(r.card, 4, 2);
    }
    assert_true(sim_config_read(r.card, 4, 2) & 2); /* unlike after a function-level reset, memory is still decoded */
    rig_poll(&r, R_MP0_SMN_C2PMSG_33, 0x80000000, 0x80000000);
    assert_int_equal(rig_read(&r, R_MP0_SMN_C2PMSG_81), 0);
    rig_boot(&r); /* and it boots again */
    rig_close(&r);
}

static void T42_reset_clears_config_and_answers_retry_first(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_wait_ready(&r);
    sim_reset(r.card, false);
    assert_int_equal(sim_config_read(r.card, 0, 4), 0xffff0001);
    for (int i = 0; i < 5; i++) {
        (void)sim_config_read(r.card, 0, 4);
    }
    assert_int_equal(sim_config_read(r.card, 0, 4), (uint32_t)r.chip->pci_device << 16 | 0x1002);
    assert_int_equal(sim_config_read(r.card, 4, 2), 0);
    uint32_t value = 0;
    (void)sim_bar_read(r.card, 5, 0, &value, 4);
    assert_int_equal(value, 0xffffffff); /* memory decoding is off */
    rig_close(&r);
}

static void T42_unplugged_card_reads_all_ones(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    rig_boot(&r);
    sim_unplug(r.card);
    uint32_t value = 0;
    assert_int_equal(sim_config_read(r.card, 0, 4), 0xffffffff);
    assert_int_equal(sim_config_read(r.card, 0x0a, 2), 0xffff);
    for (uint8_t bar = 0; bar < 6; bar += bar ? 3 : 2) {
        value = 0;
        (void)sim_bar_read(r.card, bar, 0x100, &value, 4);
        assert_int_equal(value, 0xffffffff);
        (void)sim_bar_write(r.card, bar, 0x100, &value, 4);
    }
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_space_names_the_card),
        cmocka_unit_test(A01_discovery_is_readable_only_through_the_window),
        cmocka_unit_test(A02_before_the_card_is_ready_discovery_reads_zero),
        cmocka_unit_test(Q21_vram_is_never_zero_before_it_is_written),
        cmocka_unit_test(unknown_register_is_a_verdict),
        cmocka_unit_test(A06_boots_in_the_right_order),
        cmocka_unit_test(A06_bootloader_refuses_a_component_out_of_order),
        cmocka_unit_test(bootloader_refuses_the_wrong_image),
        cmocka_unit_test(A06_rlc_g_must_come_last),
        cmocka_unit_test(A06_firmware_needs_the_trusted_region_first),
        cmocka_unit_test(A05_firmware_in_host_memory_is_refused),
        cmocka_unit_test(corrupt_firmware_is_refused),
        cmocka_unit_test(smu_answers_only_with_its_firmware),
        cmocka_unit_test(mode1_reset_brings_the_card_back_to_power_on),
        cmocka_unit_test(T42_reset_clears_config_and_answers_retry_first),
        cmocka_unit_test(T42_unplugged_card_reads_all_ones),
    };
    const struct CMUnitTest of_gfx12[] = {
        cmocka_unit_test(setup_tmr_gets_no_answer_on_psp_14),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return failed + (rig_generation() == GEN_GFX12 ? cmocka_run_group_tests(of_gfx12, NULL, NULL) : 0);
}
