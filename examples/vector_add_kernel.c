/* The GPU side of vector_add.c: one work-item adds one pair. Compiled ahead of time for the card (examples/CMakeLists.txt). */
__attribute__((amdgpu_kernel, visibility("default"))) void vector_add(const float *a, const float *b, float *sum, unsigned count)
{
    unsigned i = __builtin_amdgcn_workgroup_id_x() * 256 + __builtin_amdgcn_workitem_id_x();
    if (i < count) {
        sum[i] = a[i] + b[i];
    }
}
