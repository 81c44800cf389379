#!/usr/bin/env bash
# check-arm64.sh: builds everything of ours for 64-bit Arm Linux and runs its unit tests under QEMU's user emulation, so that the
# portable paths are tried on the architecture of the machines they are for. llama.cpp and the plug-in are left out: they need a
# C++ library of the target and test nothing of ours that is not tested without them. GPU kernels are the same code objects.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

BUILD="$EXO_ROOT/build/arm64"
SYSROOT="$EXO_CACHE/arm64"
WORK="$EXO_CACHE/arm64-work"

# The unit test library for the target, as Debian builds it, unpacked in the cache. An apt of our own finds it: the system's
# list of architectures stays as it is.
own_apt()
{
    "$1" -q -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o Dir::State::lists="$WORK/lists" -o Dir::Cache="$WORK/cache" \
        -o Dir::State::status=/dev/null -o APT::Sandbox::User="$(id -un)" "${@:2}"
}

fetch_cmocka()
{
    [ ! -e "$SYSROOT/usr/include/cmocka.h" ] || return 0
    mkdir -p "$WORK/lists/partial" "$WORK/cache/archives/partial" "$SYSROOT"
    say "fetching cmocka for arm64"
    own_apt apt-get update >"$WORK/log" 2>&1 || true # sources without arm64 packages make it complain
    (cd "$WORK" && own_apt apt-get download libcmocka-dev:arm64 libcmocka0:arm64 >>"$WORK/log" 2>&1) ||
        { tail -5 "$WORK/log" >&2; die "cmocka for arm64 could not be fetched from Debian: check the network."; }
    for package in "$WORK"/libcmocka*.deb; do
        dpkg-deb -x "$package" "$SYSROOT"
    done
    rm -rf "$WORK"
}

with_lock arm64 fetch_cmocka

export QEMU_LD_PREFIX=/usr/aarch64-linux-gnu
export LD_LIBRARY_PATH=
cmake -S "$EXO_ROOT" -B "$BUILD" -G Ninja --log-level=WARNING -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 \
    -DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc -DCMAKE_CXX_COMPILER=aarch64-linux-gnu-g++ -DEXO_NATIVE=OFF \
    "-DCMAKE_CROSSCOMPILING_EMULATOR=$(command -v qemu-aarch64);-L;/usr/aarch64-linux-gnu;-E;LD_LIBRARY_PATH=$SYSROOT/usr/lib/aarch64-linux-gnu" \
    -DCMOCKA_INCLUDE="$SYSROOT/usr/include" -DCMOCKA_LIB="$SYSROOT/usr/lib/aarch64-linux-gnu/libcmocka.so" -DCMAKE_FIND_ROOT_PATH="$SYSROOT"
ninja -C "$BUILD" -j"$(cores)"
cd "$BUILD"
# The walk over requests stops less often than natively, where it stops 200 times.
EXO_FAULT_STOPS=${EXO_FAULT_STOPS:-16} ctest --output-on-failure --no-tests=error -j"$(cores)" -LE 'e2e|slow' --timeout 300
