/* The same kernels with another constant: code that differs at the same addresses. */
#define FACTOR 5
#include "test_kernels.c"
