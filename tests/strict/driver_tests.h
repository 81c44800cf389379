/*
 * driver_tests.h: our own driver on a card that is as strict as it can be asked to: number of the behaviour, name, fault, and the
 * part of the sentence with which it must fail (NULL: all must go well, and the card must have found no fault).
 */
#ifndef EXO_TESTS_STRICT_DRIVER_TESTS_H
#define EXO_TESTS_STRICT_DRIVER_TESTS_H

/* clang-format off */
#define DRIVER_TESTS(ROW) \
    ROW(2, T18_our_driver_takes_memory_in_32_pieces, "segments=32", NULL) \
    ROW(2, T31_our_driver_lives_with_a_budget_of_64_MiB, "dma_mib=64", NULL) \
    ROW(2, T31_our_driver_says_that_memory_was_refused, "alloc_fail_at=1", "DMA memory") \
    ROW(4, T42_our_driver_waits_while_config_says_retry, "retry_reads=50", NULL) \
    ROW(4, T21_our_driver_survives_resets_that_do_nothing, "reset_nothing", NULL) \
    ROW(4, T50_our_driver_says_that_a_card_which_slept_is_gone, "sleep_at=700", "left the") \
    ROW(4, T42_our_driver_says_that_a_card_which_left_is_gone, "unplug_at=700", "left the") \
    ROW(6, T32_our_driver_stops_all_engines_before_it_closes, "", NULL) \
    ROW(7, N06_our_driver_reads_before_it_relies_on_order, "posted=300", NULL) \
    ROW(9, A03_our_driver_waits_for_firmware_ready, "ready_after=400", NULL) \
    ROW(12, A02_our_driver_says_that_a_flush_is_not_acknowledged, "no_ack", "TLB flush of the graphics hub") \
    ROW(13, Q10_our_driver_sets_no_bits_that_no_list_has, "", NULL) \
    ROW(16, Q05_our_driver_needs_no_report_words, "stale_report", NULL) \
    ROW(18, P02_our_driver_changes_no_arguments_in_flight, "late_start=20000", NULL) \
    ROW(18, Q14_our_driver_waits_releases_and_acquires, "", NULL) \
    ROW(20, Q20_our_kernels_wait_for_their_results, "", NULL) \
    ROW(21, Q21_our_driver_reads_nothing_it_did_not_write, "poison=7", NULL)

/* Tests that are more than a fault's name. */
#define OTHER_DRIVER_TESTS(ROW) \
    ROW(8, P01_launches_one_by_one_cost_a_doorbell_and_a_round_of_waiting_each) \
    ROW(8, P01_our_driver_rings_once_for_a_graph_and_reads_no_register)
/* clang-format on */

#endif
