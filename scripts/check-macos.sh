#!/usr/bin/env bash
# check-macos.sh: builds the command, the plug-in and the example for macOS on Apple silicon, from Linux: Zig's compiler brings the
# system's headers and the list of its symbols. It shows that our sources compile and link there, without a warning; nothing can be
# run. Unit tests are left out (no cmocka for the target), and so is llama.cpp.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

BUILD="$EXO_ROOT/build/macos"
TARGET=aarch64-macos.14.0
ZIG="$EXO_CACHE/zig-$(pin zig 2)/ziglang/zig"

[ "$(uname -sm)" = "Linux x86_64" ] || die "Zig is pinned for Linux on x86-64 only; on a Mac, make build is the check."
ninja -C "$EXO_ROOT/build" exo_firmware_generate # runs at build time

# CMake wants programs that are one word.
mkdir -p "$BUILD/tools"
for tool in cc c++ ar ranlib; do
    case $tool in
        cc | c++) options="-target $TARGET" ;;
        *) options= ;;
    esac
    printf '#!/bin/sh\nexec "%s" %s %s "$@"\n' "$ZIG" "$tool" "$options" >"$BUILD/tools/$tool"
    chmod +x "$BUILD/tools/$tool"
done
cmake -S "$EXO_ROOT" -B "$BUILD" -G Ninja --log-level=WARNING -DCMAKE_SYSTEM_NAME=Darwin -DCMAKE_SYSTEM_PROCESSOR=arm64 \
    -DCMAKE_C_COMPILER="$BUILD/tools/cc" -DCMAKE_CXX_COMPILER="$BUILD/tools/c++" -DCMAKE_AR="$BUILD/tools/ar" \
    -DCMAKE_RANLIB="$BUILD/tools/ranlib" -DEXO_NATIVE=OFF -DEXO_TESTS=OFF -DEXO_FIRMWARE_GENERATE="$EXO_ROOT/build/sim/exo_firmware_generate" \
    -DEXO_LLAMA_DIR="$EXO_CACHE/src/llama.cpp-$(pin llama.cpp 2)"
ninja -C "$BUILD" -j"$(cores)"
for built in exosuit libggml-exosuit.so examples/vector_add; do
    head -c 4 "$BUILD/$built" | od -An -tx1 | grep -q 'cf fa ed fe' || die "$built is not a Mach-O file of 64 bits."
done
say "exosuit, libggml-exosuit.so and vector_add compile and link for $TARGET; nothing was run."
