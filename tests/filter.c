/* filter.c: TEST_FILTER in the environment picks tests of any cmocka program by name; linked into all of them. */
/* cmocka.h wants the standard headers before it. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
/* clang-format on */

__attribute__((constructor)) static void use_filter(void)
{
    const char *filter = getenv("TEST_FILTER");
    if (filter != NULL) {
        cmocka_set_test_filter(filter);
    }
}
