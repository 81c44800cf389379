/*
 * table.h: one row per kernel: its symbol, its argument struct, its work-group size. The enum, the embedded images' symbol
 * list, the host build and the backend's table all expand from here. How many groups a kernel wants stands beside its argument
 * struct in args.h. Static local memory is known to the code object itself (exo_kernel_get_info); kernels use no dynamic one.
 */
#ifndef EXO_KERNELS_TABLE_H
#define EXO_KERNELS_TABLE_H

#include "args.h"

/* Products, by the type of the weights. */
#define EXO_MATVEC_OF_TYPE(X, type)                                                                                              \
    X(matvec_##type##_c1, args_mul_mat, EXO_MATVEC_ITEMS)                                                                        \
    X(matvec_##type##_c4, args_mul_mat, EXO_MATVEC_ITEMS)                                                                        \
    X(matvec_##type##_three, args_matvec_three, EXO_MATVEC_ITEMS)                                                                \
    X(matvec_glu_##type##_blocks, args_mul_mat, EXO_MATVEC_BLOCKS_ITEMS)                                                         \
    X(matvec_glu_##type, args_mul_mat, EXO_MATVEC_ITEMS)
#define EXO_MATVEC_FLOAT(X, type)                                                                                                \
    X(matvec_##type##_c1, args_mul_mat, EXO_MATVEC_ITEMS)                                                                        \
    X(matvec_##type##_c4, args_mul_mat, EXO_MATVEC_ITEMS)
#define EXO_MATVEC_ROWS(X)                                                                                                       \
    EXO_MATVEC_OF_TYPE(X, q4_0)                                                                                                  \
    EXO_MATVEC_OF_TYPE(X, q4_1)                                                                                                  \
    EXO_MATVEC_OF_TYPE(X, q5_0)                                                                                                  \
    EXO_MATVEC_OF_TYPE(X, q5_1)                                                                                                  \
    EXO_MATVEC_OF_TYPE(X, q8_0)                                                                                                  \
    EXO_MATVEC_OF_TYPE(X, q2_k)                                                                                                  \
    EXO_MATVEC_OF_TYPE(X, q3_k)                                                                                                  \
    EXO_MATVEC_OF_TYPE(X, q4_k)                                                                                                  \
    EXO_MATVEC_OF_TYPE(X, q5_k)                                                                                                  \
    EXO_MATVEC_OF_TYPE(X, q6_k)                                                                                                  \
    EXO_MATVEC_FLOAT(X, f16)                                                                                                     \
    EXO_MATVEC_FLOAT(X, bf16)                                                                                                    \
    EXO_MATVEC_FLOAT(X, f32)                                                                                                     \
    X(matvec_q4_0_c2, args_mul_mat, EXO_MATVEC_ITEMS)                                                                            \
    X(matvec_q4_1_c2, args_mul_mat, EXO_MATVEC_ITEMS)                                                                            \
    X(matvec_q8_0_c2, args_mul_mat, EXO_MATVEC_ITEMS)
#define EXO_TILES_OF_TYPE(X, type)                                                                                               \
    X(mul_mat_##type##_n16, args_mul_mat, EXO_TILE_ITEMS)                                                                        \
    X(mul_mat_##type##_n32, args_mul_mat, EXO_TILE_ITEMS)                                                                        \
    X(mul_mat_##type##_n128, args_mul_mat, EXO_WIDE_ITEMS)
#define EXO_TILE_KERNELS(X)                                                                                                      \
    EXO_TILES_OF_TYPE(X, q4_0)                                                                                                   \
    EXO_TILES_OF_TYPE(X, q4_1)                                                                                                   \
    EXO_TILES_OF_TYPE(X, q5_0)                                                                                                   \
    EXO_TILES_OF_TYPE(X, q5_1)                                                                                                   \
    EXO_TILES_OF_TYPE(X, q8_0)                                                                                                   \
    EXO_TILES_OF_TYPE(X, q2_k)                                                                                                   \
    EXO_TILES_OF_TYPE(X, q3_k)                                                                                                   \
    EXO_TILES_OF_TYPE(X, q4_k)                                                                                                   \
    EXO_TILES_OF_TYPE(X, q5_k)                                                                                                   \
    EXO_TILES_OF_TYPE(X, q6_k)                                                                                                   \
    EXO_TILES_OF_TYPE(X, f16)

/* X(symbol, argument struct, work-items per group) */
#define EXO_KERNEL_ROWS(X)                                                                                                       \
    X(quantize_act, args_quantize_act, 128)                                                                                      \
    EXO_MATVEC_ROWS(X)                                                                                                           \
    EXO_TILE_KERNELS(X)                                                                                                          \
    X(mul_mat_any, args_mul_mat_any, 128)                                                                                        \
    X(get_rows, args_get_rows, 256)                                                                                              \
    X(set_rows, args_set_rows, 64)                                                                                               \
    X(set_rows_q, args_set_rows, 64)                                                                                             \
    X(copy, args_copy, 256)                                                                                                      \
    X(copy_q, args_copy, 64)                                                                                                     \
    X(copy_flat, args_copy_flat, 256)                                                                                            \
    X(repeat, args_repeat, 256)                                                                                                  \
    X(binary, args_binary, 256)                                                                                                  \
    X(binary_flat, args_binary_flat, 256)                                                                                        \
    X(add_chain, args_add_chain, 256)                                                                                            \
    X(unary, args_unary, 256)                                                                                                    \
    X(glu, args_glu, 256)                                                                                                        \
    X(norm_wave, args_norm, 128)                                                                                                 \
    X(norm_group, args_norm, 256)                                                                                                \
    X(soft_max, args_soft_max, 256)                                                                                              \
    X(rope, args_rope, 32)                                                                                                       \
    X(flash_attn_d64, args_flash_attn, 32)                                                                                       \
    X(flash_attn_d128, args_flash_attn, 32)                                                                                      \
    X(flash_attn_d64_waves, args_flash_attn, 256)                                                                                \
    X(flash_attn_d128_waves, args_flash_attn, 256)                                                                               \
    X(flash_attn_wide_v64, args_flash_attn, 32)                                                                                  \
    X(flash_attn_wide_v128, args_flash_attn, 32)                                                                                 \
    X(flash_attn_any, args_flash_attn, 32)                                                                                       \
    X(flash_combine, args_flash_attn, 32)

enum exo_kernel_id {
#define X(symbol, args, items) EXO_KERNEL_##symbol,
    EXO_KERNEL_ROWS(X)
#undef X
        EXO_KERNEL_COUNT
};

struct exo_kernel_row {
    const char *symbol;
    uint32_t args_bytes;
    uint32_t items; /* work-group size, in x */
};

/* Defines the table in the one file that wants it: static const struct exo_kernel_row rows[] = EXO_KERNEL_TABLE; */
#define EXO_KERNEL_TABLE_ROW(name, args, n) {#name, (uint32_t)sizeof(struct args), n},
#define EXO_KERNEL_TABLE {EXO_KERNEL_ROWS(EXO_KERNEL_TABLE_ROW)}

#endif
