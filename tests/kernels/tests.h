/* tests.h: the list of kernel tests. */
#ifndef EXO_TESTS_KERNELS_TESTS_H
#define EXO_TESTS_KERNELS_TESTS_H

#include "stage.h"

#define KERNEL_TESTS(X)                                                                                                          \
    X(matvec_quantised_equals_plain_sums)                                                                                        \
    X(matvec_float_equals_plain_sums)                                                                                            \
    X(matvec_adds_bias_and_residual)                                                                                             \
    X(matvec_batches_repeat_weights)                                                                                             \
    X(products_side_by_side_are_turned_and_put_into_a_cache)                                                                     \
    X(matvec_glu_equals_two_products_and_activation)                                                                             \
    X(matvec_glu_quantises_its_result_for_the_next_product)                                                                      \
    X(matvec_glu_of_long_rows_quantises_by_groups)                                                                               \
    X(tiles_equal_plain_sums)                                                                                                    \
    X(tiles_survive_values_beyond_half_range)                                                                                    \
    X(tiles_keep_values_below_half_range)                                                                                        \
    X(tiles_keep_small_values_beside_a_large_one)                                                                                \
    X(tiles_batches_and_bias)                                                                                                    \
    X(mul_mat_any_takes_permuted_sources)                                                                                        \
    X(quantised_activations_keep_values_and_sums)                                                                                \
    X(get_rows_of_every_type)                                                                                                    \
    X(get_rows_takes_more_rows_than_16_bits_count)                                                                               \
    X(set_rows_of_every_type)                                                                                                    \
    X(copies_between_strides_and_types)                                                                                          \
    X(copies_to_quantised_are_within_a_step)                                                                                     \
    X(copy_flat_copies_odd_sizes)                                                                                                \
    X(repeat_repeats_in_all_dimensions)                                                                                          \
    X(binary_repeats_its_second_operand)                                                                                         \
    X(binary_flat_equals_binary)                                                                                                 \
    X(add_chain_adds_in_order)                                                                                                   \
    X(unary_functions_are_accurate)                                                                                              \
    X(glu_functions_are_accurate)                                                                                                \
    X(norms_with_everything_fused)                                                                                               \
    X(norm_quantises_its_result)                                                                                                 \
    X(long_rows_are_normed_by_groups)                                                                                            \
    X(rope_turns_pairs_at_far_positions)                                                                                         \
    X(rope_with_yarn_factors_and_offset)                                                                                         \
    X(rope_writes_into_the_cache)                                                                                                \
    X(rope_of_many_positions_per_token)                                                                                          \
    X(soft_max_with_mask_slope_and_sinks)                                                                                        \
    X(attention_with_matrix_instructions)                                                                                        \
    X(attention_of_waves_that_share_the_keys)                                                                                    \
    X(attention_with_matrix_instructions_of_other_sizes)                                                                         \
    X(attention_of_any_shape)                                                                                                    \
    X(attention_split_over_keys_is_combined)

#define X(name) void name(void **state);
KERNEL_TESTS(X)
#undef X

#endif
