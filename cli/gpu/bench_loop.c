/*
 * bench_loop.c: runs on the card. A loop of plain arithmetic, nothing else: eight independent chains of multiply-adds per lane,
 * so that neither memory nor a chain of results limits it. out[] keeps the compiler from leaving the work out.
 */
typedef unsigned int u32;

__attribute__((amdgpu_kernel, visibility("protected"))) void bench_loop(__attribute__((address_space(1))) u32 *out, u32 rounds)
{
    u32 lane = __builtin_amdgcn_workitem_id_x(), a[8];
    for (u32 i = 0; i < 8; i++) {
        a[i] = lane + i;
    }
    for (u32 r = 0; r < rounds; r++) {
#pragma unroll
        for (u32 i = 0; i < 8; i++) {
            a[i] = (a[i] ^ a[i] << 3) + r;
            a[i] = (a[i] & 0xffffff) + (a[i] >> 5);
        }
    }
    out[__builtin_amdgcn_workgroup_id_x() * 64 + lane] = a[0] + a[1] + a[2] + a[3] + a[4] + a[5] + a[6] + a[7];
}
