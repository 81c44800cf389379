/*
 * tests.h: the tests of what the simulated card and its link do as strictly as silicon: number of the behaviour (docs/FAULTS.md),
 * name, which begins with the lesson's. CMake makes a CTest entry strict.NUMBER.NAME of every row.
 */
#ifndef EXO_TESTS_STRICT_TESTS_H
#define EXO_TESTS_STRICT_TESTS_H

/* clang-format off */
#define STRICT_TESTS(ROW) \
    ROW(4, T21_a_reset_that_does_nothing_leaves_everything_as_it_was) \
    ROW(4, T50_a_card_that_slept_has_lost_its_config_and_its_queues) \
    ROW(4, T42_T51_retries_after_a_reset_end_and_config_is_cleared) \
    ROW(5, T40_only_the_first_256_MiB_of_VRAM_are_in_the_BAR) \
    ROW(5, T41_accesses_that_are_not_whole_dwords_do_not_arrive) \
    ROW(6, T32_an_engine_left_running_after_disconnect_is_a_panic) \
    ROW(6, T32_an_engine_that_was_stopped_before_disconnect_is_none) \
    ROW(7, N06_a_doorbell_passes_memory_writes_unless_something_is_read) \
    ROW(7, T25_stores_to_shared_memory_are_seen_at_once) \
    ROW(13, Q10_a_register_write_that_sets_a_reserved_bit_is_held_against_the_driver) \
    ROW(15, A13_a_queue_whose_job_broke_off_refuses_to_drain) \
    ROW(16, Q05_the_report_word_may_be_stale_while_the_register_is_right) \
    ROW(16, Q04_a_fence_value_that_was_there_before_proves_nothing) \
    ROW(17, Q12_a_completed_fence_proves_nothing_about_the_copy) \
    ROW(17, Q08_work_items_given_as_work_groups_overwrite_the_neighbour) \
    ROW(19, T34_additions_of_card_and_host_to_one_word_are_lost) \
    ROW(19, T34_a_word_handed_over_by_plain_stores_is_exact) \
    ROW(20, Q20_a_register_beyond_the_declared_count_is_a_fault) \
    ROW(20, Q20_a_result_used_before_its_wait_is_a_fault) \
    ROW(20, Q08_a_store_behind_a_mapping_hits_the_guard_page) \
    ROW(21, Q21_memory_is_poison_or_random_never_zero) \
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
