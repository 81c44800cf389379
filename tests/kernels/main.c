/* Tests of the kernels: every one against plain double-precision arithmetic written here. `test_kernels NAME` runs matching ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests.h"

static int open_stage(void **state)
{
    (void)state;
    stage_open();
    return 0;
}

static int close_stage(void **state)
{
    (void)state;
    stage_close();
    return 0;
}

static int reset_stage(void **state)
{
    (void)state;
    stage_reset();
    return 0;
}

int main(int argc, char **argv)
{
#define X(name) cmocka_unit_test_teardown(name, reset_stage),
    const struct CMUnitTest tests[] = {KERNEL_TESTS(X)};
#undef X
    if (argc > 1) {
        cmocka_set_test_filter(argv[1]);
    }
    return cmocka_run_group_tests(tests, open_stage, close_stage);
}
