/* For every kernel of every embedded code object a proof is found that it waits for what it loads (sim/isa/waits.h): none of them
 * is slowed down by checks while it runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "amd/codeobject.h"
#include "kernels/images.h"
#include "sim/isa/waits.h"

#define CODE_VA UINT64_C(0x100000)

static int fetch(void *context, uint64_t va, uint32_t *words, uint32_t count)
{
    const struct codeobject *co = context;
    uint64_t at = va - CODE_VA, room = at < co->image_bytes ? (co->image_bytes - at) / 4 : 0;
    uint32_t n = room < count ? (uint32_t)room : count;
    memcpy(words, co->image + at * (n != 0), n * 4);
    return n != 0 ? (int)n : -1;
}

static bool is_proven(struct code_cache *cache, const struct codeobject_kernel *k, enum isa_gen gen)
{
    bool wave64 = !(k->properties & KERNEL_IS_WAVE32);
    struct wave w = {.gen = (uint8_t)gen, .wave64 = wave64, .vgpr_count = ((k->rsrc1 & 0x3f) + 1) * (wave64 ? 4 : 8)};
    return waits_proven(cache, &w, CODE_VA + k->entry);
}

static bool is_wait(uint32_t word, enum isa_gen gen)
{
    uint32_t high = word >> 16; /* s_waitcnt; s_wait_loadcnt, _dscnt, _kmcnt, _loadcnt_dscnt */
    return gen == ISA_GFX12 ? high == 0xbfc0 || (high >= 0xbfc6 && high <= 0xbfc8) : high == 0xbf89;
}

/* Puts s_nop in the place of every `step`-th wait of the kernel, one at a time. How many there were; *still_out: with how many of
 * them gone there still is a proof. */
static uint32_t take_waits_out(struct codeobject *co, const struct codeobject_kernel *k, enum isa_gen gen, uint32_t step,
                               uint32_t *still_out)
{
    const uint32_t nop = 0xbf800000, end = 0xbfb00000;
    uint32_t waits = 0, taken = 0, word = 0;
    for (uint8_t *at = co->image + k->entry; at + 4 <= co->image + co->image_bytes && word != end; at += 4) {
        memcpy(&word, at, sizeof word);
        if (is_wait(word, gen) && waits++ % step == 0) {
            memcpy(at, &nop, sizeof nop);
            struct code_cache *cache = code_cache_create(fetch, co);
            assert_non_null(cache);
            *still_out += is_proven(cache, k, gen);
            code_cache_destroy(cache);
            memcpy(at, &word, sizeof word);
            taken++;
        }
    }
    return taken;
}

/* A wait for what stores write, or one before a barrier for what nobody uses behind it, may go; hardly any other. */
static void kernels_without_one_of_their_waits_are_hardly_ever_proven(void **state)
{
    (void)state;
    static const char *const architectures[ISA_GENS] = {"gfx1100", "gfx1201"};
    for (uint32_t gen = 0; gen < ISA_GENS; gen++) {
        const struct kernel_image *image = kernel_image_find(kernel_images, kernel_images_count, architectures[gen]);
        struct codeobject co = {0};
        struct err err = {0};
        uint32_t taken = 0, still = 0;
        assert_non_null(image);
        assert_int_equal(0, codeobject_parse(image->data, image->size, &co, &err));
        for (uint32_t k = 0; k < co.kernel_count; k++) {
            taken += take_waits_out(&co, &co.kernels[k], (enum isa_gen)gen, 7, &still);
        }
        codeobject_free(&co);
        print_message("%s: %u waits taken out, one at a time; without %u of them there is a proof\n", image->arch, taken, still);
        assert_true(taken > 100);
        assert_in_range(still, 0, taken / 20);
    }
}

static void every_kernel_of_every_architecture_is_proven_to_wait(void **state)
{
    (void)state;
    uint32_t kernels = 0, proven = 0;
    for (size_t n = 0; n < kernel_images_count; n++) {
        const struct kernel_image *image = &kernel_images[n];
        enum isa_gen gen = strncmp(image->arch, "gfx12", 5) == 0 ? ISA_GFX12 : ISA_GFX11;
        struct codeobject co = {0};
        struct err err = {0};
        assert_int_equal(0, codeobject_parse(image->data, image->size, &co, &err));
        struct code_cache *cache = code_cache_create(fetch, &co);
        assert_non_null(cache);
        for (uint32_t k = 0; k < co.kernel_count; k++) {
            bool good = is_proven(cache, &co.kernels[k], gen);
            if (!good) {
                print_error("%s: no proof for %s\n", image->arch, co.kernels[k].name);
            }
            kernels++;
            proven += good;
        }
        code_cache_destroy(cache);
        codeobject_free(&co);
    }
    print_message("%zu architectures, %u kernels, %u proven\n", kernel_images_count, kernels, proven);
    assert_int_equal(5, kernel_images_count);
    assert_true(kernels > 0);
    assert_int_equal(kernels, proven);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_of_every_architecture_is_proven_to_wait),
        cmocka_unit_test(kernels_without_one_of_their_waits_are_hardly_ever_proven),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
