#!/usr/bin/env bash
# build-llama.sh: builds the pinned, unmodified llama.cpp once per machine, in the cache, so that a second clone finds it there.
# A stamp holds the flags and targets of the last complete build; nothing is done when they are the same.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

VERSION=$(pin llama.cpp 2)
SOURCE="$EXO_CACHE/src/llama.cpp-$VERSION"
BUILD="$EXO_CACHE/llama.cpp-$VERSION"
STAMP="$BUILD/exosuit-stamp"

# GGML_BACKEND_DL: back ends are plug-ins, ours is one. No OpenSSL, no prebuilt page: nothing is fetched at build or run time.
FLAGS="-DCMAKE_BUILD_TYPE=Release -DGGML_BACKEND_DL=ON -DGGML_NATIVE=OFF -DBUILD_SHARED_LIBS=ON -DLLAMA_OPENSSL=OFF
 -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_BUILD_TESTS=ON -DGGML_RPC=ON"
TARGETS="llama-completion test-backend-ops llama-bench llama-server llama-cli llama-perplexity llama-quantize ggml-cpu"

wanted_stamp()
{
    echo "$VERSION" $FLAGS : $TARGETS
}

complete()
{
    local target
    for target in llama-server llama-cli llama-completion llama-bench llama-perplexity llama-quantize test-backend-ops; do
        [ -x "$BUILD/bin/$target" ] || return 1
    done
}

# A build made by hand with these flags counts too: all its programs are there and its cache holds each flag's value.
same_flags_in_cache()
{
    local flag
    [ -e "$BUILD/CMakeCache.txt" ] || return 1
    for flag in $FLAGS; do
        flag=${flag#-D}
        grep -Eq "^${flag%%=*}:[A-Z]+=${flag#*=}\$" "$BUILD/CMakeCache.txt" || return 1
    done
}

build_llama()
{
    if complete && { [ "$(cat "$STAMP" 2>/dev/null)" = "$(wanted_stamp)" ] || same_flags_in_cache; }; then
        wanted_stamp >"$STAMP"
        return 0
    fi
    rm -f "$STAMP"
    say "building llama.cpp $VERSION in $BUILD: about 5 minutes on 2 cores, once per machine"
    # shellcheck disable=SC2086 # FLAGS and TARGETS are lists of words
    cmake -S "$SOURCE" -B "$BUILD" -G Ninja $FLAGS >"$EXO_CACHE/llama-configure.log" 2>&1 ||
        { tail -20 "$EXO_CACHE/llama-configure.log" >&2; die "llama.cpp could not be configured; the whole log is $EXO_CACHE/llama-configure.log"; }
    # Without a terminal ninja prints a line per step: every tenth is progress enough for a log.
    # shellcheck disable=SC2086
    if [ -t 1 ]; then
        ninja -C "$BUILD" -j"$(cores)" $TARGETS
    else
        ninja -C "$BUILD" -j"$(cores)" $TARGETS >"$EXO_CACHE/llama-build.log" 2>&1 &
        follow_progress $!
    fi || { tail -30 "$EXO_CACHE/llama-build.log" >&2; die "llama.cpp could not be built; the log is $EXO_CACHE/llama-build.log"; }
    complete || die "llama.cpp was built, but a program is missing in $BUILD/bin."
    wanted_stamp >"$STAMP"
}

# Prints ninja's own counter every 20 seconds until process $1 ends; returns its status.
follow_progress()
{
    local seconds=0
    while kill -0 "$1" 2>/dev/null; do
        sleep 1
        seconds=$((seconds + 1))
        if [ $((seconds % 20)) -eq 0 ]; then
            say "llama.cpp: $(grep -o '^\[[0-9]*/[0-9]*\]' "$EXO_CACHE/llama-build.log" | tail -1) after $seconds s"
        fi
    done
    wait "$1"
}

[ -e "$SOURCE/CMakeLists.txt" ] || "$EXO_ROOT/scripts/fetch.sh" llama.cpp
with_lock llama build_llama
