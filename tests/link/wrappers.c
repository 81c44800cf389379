/* The link_* wrappers and the sim: link, on a fake card: bounds, counters, all ones, faults, DMA memory. */
#include "tests/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fake_card.h"
#include "link/link.h"
#include "link/link_sim.h"
#include "link/uri.h"

static struct link *open_link(const char *uri)
{
    struct link *l = NULL;
    struct err e = {0};
    int rc = link_open(uri, 1000000, &l, &e);
    if (rc) {
        print_error("%s: %s\n", uri, e.text);
    }
    check_eq(0, rc);
    return l;
}

static struct link *open_with_bars(const char *uri)
{
    struct link *l = open_link(uri);
    uint64_t size;
    const uint8_t bars[] = {0, 2, 5};
    for (int i = 0; i < 3; i++) {
        check_eq(0, link_bar_info(l, bars[i], &size));
    }
    return l;
}

static void bad_uris_are_refused_with_a_reason(void **state)
{
    (void)state;
    static const struct {
        const char *uri, *says;
    } rows[] = {
        {"", "no link is named"},
        {"sim", "no link is named"},
        {"simulated:x", "no link is named"},
        {"sim:rx9", "no chip is named rx9"},
        {"sim:rx7900xtx?colour=red", "unknown option colour; known ones: threads, fault"},
        {"sim:rx7900xtx?threads=many", "threads=many, expected a number from 0 to 256"},
        {"sim:rx7900xtx?threads=-1", "expected a number"},
        {"sim:rx7900xtx?segments=33", "expected a number from 1 to 32"},
        {"sim:rx7900xtx?threads=2&", "has no name"},
        {"sim:rx7900xtx?=1", "has no name"},
        {"sim:rx7900xtx?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q", "more than 16 options"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct link *l = NULL;
        struct err e = {0};
        check_eq(-EINVAL, link_open(rows[i].uri, 1000, &l, &e));
        check_says(rows[i].says, e.text);
        assert_null(l);
    }
}

static void bar_accesses_outside_the_bar_never_reach_the_card(void **state)
{
    (void)state;
    struct link *l = open_link("sim:");
    uint32_t words[4] = {0};
    uint64_t size;
    check_eq(-EINVAL, link_read32(l, 5, 0, words));
    check_says("not mapped first", l->err.text);
    check_eq(0, link_bar_info(l, 5, &size));
    check_eq(FAKE_BAR5_BYTES, size);
    check_eq(-EINVAL, link_read32(l, 5, 2, words));
    check_says("multiples of 4", l->err.text);
    check_eq(-EINVAL, link_bar_read(l, 5, 0, words, 6));
    check_eq(-EINVAL, link_bar_read(l, 5, 0, words, 0));
    check_eq(-ERANGE, link_read32(l, 5, size, words));
    check_eq(-ERANGE, link_write64(l, 5, size - 4, 1));
    check_eq(-ERANGE, link_read32(l, 5, UINT64_MAX - 3, words));
    check_eq(-EINVAL, link_read32(l, 6, 0, words));
    check_eq(-EINVAL, link_bar_info(l, 6, &size));
    check_eq(0, link_bar_info(l, 1, &size));
    check_eq(0, size);
    check_eq(-EINVAL, link_write32(l, 1, 0, 1));
    struct sim_counters counters;
    sim_get_counters(link_sim_card(l), &counters);
    check_eq(0, counters.bar_reads + counters.bar_writes);
    check_eq(0, l->counters.bar_reads + l->counters.bar_writes);
    link_close(l);
}

static void config_accesses_must_be_aligned_and_inside(void **state)
{
    (void)state;
    struct link *l = open_link("sim:");
    uint32_t value;
    check_eq(-EINVAL, link_config_read(l, 0, 3, &value));
    check_eq(-EINVAL, link_config_read(l, 2, 4, &value));
    check_eq(-EINVAL, link_config_read(l, 4096, 4, &value));
    check_eq(-EINVAL, link_config_write(l, 1, 2, 0));
    check_eq(0, link_config_read(l, 0, 4, &value));
    check_eq(FAKE_DEVICE << 16 | FAKE_VENDOR, value);
    check_eq(0, link_config_write(l, 4, 2, 6));
    check_eq(0, link_config_read(l, 4, 2, &value));
    check_eq(6, value);
    link_close(l);
}

static void counters_tell_doorbells_from_writes(void **state)
{
    (void)state;
    struct link *l = open_with_bars("sim:");
    uint32_t words[8] = {1, 2, 3};
    check_eq(0, link_write32(l, 5, 16, 7));
    check_eq(0, link_bar_write(l, 0, 0, words, sizeof words));
    check_eq(0, link_write64(l, 2, 8, 5));
    check_eq(0, link_write64(l, 2, 8, 6));
    check_eq(0, link_read32(l, 5, 16, words));
    check_eq(7, words[0]);
    check_eq(0, link_bar_read(l, 0, 0, words, sizeof words));
    check_eq(2, l->counters.doorbells);
    check_eq(2, l->counters.bar_writes);
    check_eq(4 + 32 + 16, l->counters.bar_write_bytes);
    check_eq(2, l->counters.bar_reads);
    check_eq(4 + 32, l->counters.bar_read_bytes);
    check_eq(0, l->counters.config_reads);
    link_close(l);
}

static void all_ones_in_a_register_of_a_present_card_is_a_value(void **state)
{
    (void)state;
    struct link *l = open_with_bars("sim:");
    uint32_t value = 0;
    check_eq(0, link_write32(l, 5, 0, UINT32_MAX));
    check_eq(0, link_read32(l, 5, 0, &value));
    check_eq(UINT32_MAX, value);
    check_eq(1, l->counters.config_reads); /* the vendor id was asked for */
    assert_true(link_is_alive(l));
    link_close(l);
}

static void unplugging_latches_lost_with_a_sentence(void **state)
{
    (void)state;
    struct link *l = open_with_bars("sim:");
    uint32_t value = 0;
    sim_unplug(link_sim_card(l));
    assert_false(link_is_alive(l));
    check_eq(0, link_write32(l, 5, 0, 1)); /* posted: no error can come back */
    check_eq(-ENODEV, link_read32(l, 5, 0x40, &value));
    check_says("left the link: reading 4 bytes of BAR 5 at 0x40 gave all ones", l->err.text);
    check_eq(1, l->lost);
    uint64_t size;
    struct dma_region region;
    check_eq(-ENODEV, link_write32(l, 5, 0, 1));
    check_eq(-ENODEV, link_bar_info(l, 0, &size));
    check_eq(-ENODEV, link_config_read(l, 0, 2, &value));
    check_eq(-ENODEV, link_dma_alloc(l, 4096, &region));
    check_eq(-ENODEV, link_reset(l, LINK_RESET_FUNCTION));
    check_says("reading 4 bytes of BAR 5 at 0x40", l->err.text); /* still the first cause */
    link_close(l);
}

/* T-51: a card may be away for seconds after a reset. */
static void all_ones_after_a_reset_are_not_yet_a_loss(void **state)
{
    (void)state;
    struct link *l = open_with_bars("sim:");
    uint32_t value = 0;
    check_eq(0, link_reset(l, LINK_RESET_FUNCTION));
    sim_unplug(link_sim_card(l));
    check_eq(0, link_config_read(l, 0, 4, &value));
    check_eq(UINT32_MAX, value);
    l->settle_until_us = 1; /* the 30 s are over */
    check_eq(-ENODEV, link_config_read(l, 0, 4, &value));
    check_says("reading config offset 0x0", l->err.text);
    link_close(l);
}

/* One of each request after `after` others: the first that needs an answer fails, posted ones vanish. */
static void a_dropped_link_fails_every_kind_of_request(void **state)
{
    (void)state;
    for (int kind = 0; kind < 6; kind++) {
        struct link *l = open_with_bars("sim:");
        uint32_t value = 0;
        uint64_t size;
        struct dma_region region;
        link_inject_fault(l, LINK_FAULT_DROP, 2);
        check_eq(0, link_read32(l, 5, 0, &value));
        check_eq(0, link_write32(l, 5, 0, 0x1234));
        assert_false(link_is_alive(l));
        const char *says = "";
        int rc = 0;
        switch (kind) {
        case 0:
            rc = link_read32(l, 5, 0, &value);
            says = "reading 4 bytes of BAR 5";
            break;
        case 1:
            rc = link_config_read(l, 8, 1, &value);
            says = "reading config offset 0x8";
            break;
        case 2:
            rc = link_dma_alloc(l, 100, &region);
            says = "allocating 100 bytes";
            break;
        case 3:
            rc = link_reset(l, LINK_RESET_HOT);
            says = "resetting";
            break;
        case 4:
            rc = link_bar_info(l, 1, &size);
            says = "mapping BAR 1";
            break;
        case 5:
            check_eq(0, link_write64(l, 2, 0, 1));
            check_eq(0, link_config_write(l, 4, 2, 0));
            check_eq(0, ((uint32_t *)fake_card_bar(link_sim_card(l), 2))[0]);
            rc = link_read32(l, 5, 0, &value);
            break;
        }
        check_eq(-ENODEV, rc);
        check_says(says, l->err.text);
        check_says("Check cable and power", l->err.text);
        link_close(l);
    }
}

static void dma_memory_is_shared_with_the_card_at_low_bus_addresses(void **state)
{
    (void)state;
    struct link *l = open_link("sim:");
    struct dma_region a, b;
    check_eq(0, link_dma_alloc(l, 100, &a));
    check_eq(0, link_dma_alloc(l, 0x10000, &b));
    check_eq(0x4000, a.size_bytes);
    check_eq(1, a.segment_count);
    check_eq(0x80000000, a.segments[0].address.value); /* T-30 */
    assert_true(b.segments[0].address.value >= 0x80004000);
    memcpy(a.cpu, "hello", 6);
    char text[6] = "";
    assert_true(fake_card_dma(link_sim_card(l), a.segments[0].address.value, text, 6, false));
    assert_string_equal("hello", text);
    assert_true(fake_card_dma(link_sim_card(l), b.segments[0].address.value + 0xfff8, "from", 5, true));
    assert_string_equal("from", (char *)b.cpu + 0xfff8);
    check_eq(2, l->counters.dma_regions);
    check_eq(0x14000, l->counters.dma_bytes);
    link_close(l);
}

static void segments_do_not_touch_and_cover_the_region(void **state)
{
    (void)state;
    struct link *l = open_link("sim:rx7900xtx?segments=5");
    struct dma_region r;
    check_eq(0, link_dma_alloc(l, 7 * 0x4000, &r));
    check_eq(5, r.segment_count);
    uint64_t done = 0;
    for (uint32_t i = 0; i < r.segment_count; i++) {
        uint8_t byte = (uint8_t)(i + 1);
        assert_true(fake_card_dma(link_sim_card(l), r.segments[i].address.value, &byte, 1, true));
        check_eq(i + 1, ((uint8_t *)r.cpu)[done]);
        done += r.segments[i].size_bytes;
        if (i) {
            assert_true(r.segments[i].address.value > r.segments[i - 1].address.value + r.segments[i - 1].size_bytes);
        }
    }
    check_eq(7 * 0x4000, done);
    link_close(l);
}

static void the_dma_budget_is_an_error_not_a_crash(void **state)
{
    (void)state;
    struct link *l = open_link("sim:rx7900xtx?dma=1");
    struct dma_region r;
    check_eq(-ENOMEM, link_dma_alloc(l, SIZE_MAX, &r));
    check_eq(-ENOMEM, link_dma_alloc(l, (1u << 20) + 1, &r));
    check_says("1048577 bytes asked for, 0 of 1048576", l->err.text);
    check_eq(0, link_dma_alloc(l, 1u << 20, &r));
    check_eq(-ENOMEM, link_dma_alloc(l, 1, &r));
    check_eq(-EINVAL, link_dma_alloc(l, 0, &r));
    link_close(l);
}

static void keep_last_line(void *user, const char *line)
{
    snprintf(user, 160, "%s", line);
}

static void the_trace_names_every_request(void **state)
{
    (void)state;
    struct link *l = open_with_bars("sim:");
    char line[160] = "";
    uint32_t value;
    l->trace = keep_last_line;
    l->trace_user = line;
    check_eq(0, link_write32(l, 5, 0x10, 0xabcd));
    check_says("bar 5 write 0x00000010/4 <- 0x0000abcd", line);
    check_eq(0, link_read32(l, 5, 0x10, &value));
    check_says("bar 5 read  0x00000010/4 -> 0x0000abcd", line);
    check_eq(0, link_config_read(l, 0, 2, &value));
    check_says("config read  0x000/2 -> 0x1002", line);
    link_close(l);
}

/* T-32: the card's verdict survives the close when a file is named for it. */
static void closing_writes_the_verdict(void **state)
{
    (void)state;
    char path[] = "/tmp/exosuit-verdict-XXXXXX", uri[128], text[200] = "";
    int fd = mkstemp(path);
    snprintf(uri, sizeof uri, "sim:rx7900xtx?verdict=%s", path);
    struct link *l = open_link(uri);
    uint32_t word = 0;
    assert_false(fake_card_dma(link_sim_card(l), 0x1000, &word, 4, false));
    link_close(l);
    assert_true(read(fd, text, sizeof text - 1) > 0);
    check_says("panic: DMA to unmapped bus address 0x1000", text);
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_uris_are_refused_with_a_reason),
        cmocka_unit_test(bar_accesses_outside_the_bar_never_reach_the_card),
        cmocka_unit_test(config_accesses_must_be_aligned_and_inside),
        cmocka_unit_test(counters_tell_doorbells_from_writes),
        cmocka_unit_test(all_ones_in_a_register_of_a_present_card_is_a_value),
        cmocka_unit_test(unplugging_latches_lost_with_a_sentence),
        cmocka_unit_test(all_ones_after_a_reset_are_not_yet_a_loss),
        cmocka_unit_test(a_dropped_link_fails_every_kind_of_request),
        cmocka_unit_test(dma_memory_is_shared_with_the_card_at_low_bus_addresses),
        cmocka_unit_test(segments_do_not_touch_and_cover_the_region),
        cmocka_unit_test(the_dma_budget_is_an_error_not_a_crash),
        cmocka_unit_test(the_trace_names_every_request),
        cmocka_unit_test(closing_writes_the_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
