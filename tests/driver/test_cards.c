/* Every card name that the driver lists: boots, copies, computes, closes. Each has its own kernels and block versions. */
#include "card_rig.h"

#include "amd/chips.h"

static void boots_and_computes(const struct amd_chip *chip)
{
    enum { COUNT = 1000 };
    static unsigned words[COUNT];
    card_name = chip->simulation;
    set_up(NULL);
    struct exo_device_info info;
    check_eq(0, exo_get_info(device, &info));
    assert_string_equal(chip->name, info.name);
    assert_string_equal(chip->arch, info.arch);
    assert_true(info.vram_bytes <= chip->vram_bytes && info.vram_bytes > chip->vram_bytes - (256u << 20));
    struct exo_memory *m = allocate(EXO_MEMORY_DEVICE, sizeof words);
    struct exo_graph *g;
    for (unsigned i = 0; i < COUNT; i++) {
        words[i] = i;
    }
    check_ok(exo_upload(device, exo_memory_va(m), words, sizeof words));
    check_ok(exo_graph_create(device, &g));
    triple(g, exo_memory_va(m), 7, COUNT);
    check_ok(exo_graph_finish(g));
    run(g);
    check_ok(exo_download(device, words, exo_memory_va(m), sizeof words));
    for (unsigned i = 0; i < COUNT; i++) {
        check_eq(3 * i + 7, words[i]);
    }
    tear_down(NULL);
}

static void every_card_name_boots_and_computes(void **state)
{
    int cards = 0;
    (void)state;
    for (int i = 0; amd_chip_row(i); i++) {
        if (amd_chip_row(i)->simulation) {
            print_message("%s\n", amd_chip_row(i)->simulation);
            boots_and_computes(amd_chip_row(i));
            cards++;
        }
    }
    check_eq(7, cards);
}

static void a_revision_tells_products_of_one_id_apart(void **state)
{
    (void)state;
    assert_string_equal("rx7900xtx", amd_chip_find(0x744c, 0xc8)->simulation);
    assert_string_equal("rx7900xt", amd_chip_find(0x744c, 0xcc)->simulation);
    assert_string_equal("rx7900xtx", amd_chip_find(0x744c, 0x01)->simulation); /* a revision without a row */
    assert_null(amd_chip_find(0x1234, 0xc8));
    assert_null(amd_chip_find(0x73bf, 0xc1)->arch); /* known, and refused */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_card_name_boots_and_computes),
        cmocka_unit_test(a_revision_tells_products_of_one_id_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
