/*
 * tests.h: the tests of what the simulated card and its link do as strictly as silicon: number of the behaviour (docs/FAULTS.md),
 * name, which begins with the lesson's. CMake makes a CTest entry strict.NUMBER.NAME of every row.
 */
#ifndef EXO_TESTS_STRICT_TESTS_H
#define EXO_TESTS_STRICT_TESTS_H

/* clang-format off */
#define STRICT_TESTS(ROW) \
    ROW(18, Q14_a_dispatch_that_does_not_wait_for_another_reads_what_was_before) \
    ROW(18, P02_arguments_are_read_late_so_a_slot_used_again_serves_both) \
    ROW(18, Q14_a_vector_cache_keeps_old_bytes_until_an_acquire) \
    ROW(18, Q14_the_scalar_cache_keeps_old_arguments_until_an_acquire) \
    ROW(18, Q14_the_L2_keeps_what_SDMA_has_overwritten_until_an_acquire) \
    ROW(18, Q14_SDMA_reads_old_bytes_until_a_release) \
    ROW(18, Q14_the_host_reads_old_bytes_until_a_release) \
    ROW(18, Q16_what_the_host_writes_is_hidden_from_engines_until_flushed) \
    ROW(18, Q16_a_page_table_entry_is_hidden_from_the_walker_until_flushed) \
    ROW(18, Q13_code_keeps_running_old_until_the_instruction_cache_is_invalidated)
/* clang-format on */

#define STRICT_DECLARE(number, name) void name(void **state);
STRICT_TESTS(STRICT_DECLARE)
#undef STRICT_DECLARE

#endif
