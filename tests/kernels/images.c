/* The embedded code objects: one for every architecture, each whole; and what is said where there is none. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "amd/codeobject.h"
#include "backend/kernels.h"
#include "kernels/images.h"

static const struct exo_kernel_row rows[] = EXO_KERNEL_TABLE;

/* Machine numbers: LLVM AMDGPUUsage, table "AMDGPU EF_AMDGPU_MACH values". */
static const struct {
    const char *arch;
    uint32_t machine;
} machines[] = {{"gfx1100", 0x41}, {"gfx1101", 0x46}, {"gfx1102", 0x47}, {"gfx1200", 0x48}, {"gfx1201", 0x4e}};

static const struct codeobject_kernel *find(const struct codeobject *co, const char *symbol)
{
    for (uint32_t i = 0; i < co->kernel_count; i++) {
        if (strcmp(co->kernels[i].name, symbol) == 0) {
            return &co->kernels[i];
        }
    }
    return NULL;
}

static void every_architecture_has_every_kernel(void **state)
{
    (void)state;
    for (size_t m = 0; m < sizeof machines / sizeof *machines; m++) {
        const struct kernel_image *image = kernel_image_find(kernel_images, kernel_images_count, machines[m].arch);
        struct codeobject co = {0};
        struct err err = {0};
        assert_non_null(image);
        assert_int_equal(0, codeobject_parse(image->data, image->size, &co, &err));
        assert_int_equal(machines[m].machine, co.machine);
        for (size_t i = 0; i < EXO_KERNEL_COUNT; i++) {
            const struct codeobject_kernel *k = find(&co, rows[i].symbol);
            if (!k) {
                fail_msg("%s has no kernel %s", machines[m].arch, rows[i].symbol);
            }
            assert_int_equal(rows[i].args_bytes, k->explicit_bytes);
            assert_in_range(k->max_items, rows[i].items, 1024);
        }
        codeobject_free(&co);
    }
}

static void all_images_together_are_small(void **state)
{
    (void)state;
    size_t bytes = 0;
    for (size_t i = 0; i < kernel_images_count; i++) {
        bytes += kernel_images[i].size;
    }
    printf("%zu images, %zu bytes\n", kernel_images_count, bytes);
    assert_in_range(bytes, 1, 32u << 20);
}

static void an_architecture_without_kernels_is_named(void **state)
{
    (void)state;
    char err[EXO_ERROR_SIZE] = "";
    struct bk_kernels *kernels;
    assert_int_equal(-ENOTSUP, bk_kernels_load(NULL, "gfx1036", &kernels, err, sizeof err));
    assert_string_equal("no kernels are built in for gfx1036; they are for gfx1100, gfx1101, gfx1102, gfx1200, gfx1201", err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_architecture_has_every_kernel),
        cmocka_unit_test(all_images_together_are_small),
        cmocka_unit_test(an_architecture_without_kernels_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
