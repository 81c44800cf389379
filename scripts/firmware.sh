#!/usr/bin/env bash
# firmware.sh: fetches Debian's package of AMD firmware into the cache and prints the folder, for the tests that boot the
# simulated card with the vendor's images. Nothing is installed, and the system's apt sources are left as they are.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

VERSION=$(pin firmware 2)
FOLDER="$EXO_CACHE/firmware-$VERSION"
FILE=$(pin firmware 3)
WORK="$EXO_CACHE/firmware-work"

# An apt of our own: lists, cache and sources in the work folder.
own_apt()
{
    "$1" -q -o Dir::Etc::sourcelist="$WORK/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$WORK/lists" \
        -o Dir::Cache="$WORK/cache" -o APT::Sandbox::User="$(id -un)" "${@:2}"
}

# Where this system gets its Debian packages from.
mirror()
{
    local found
    found=$( (sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/debian.sources
              sed -n 's/^deb \(\[[^]]*\] \)\{0,1\}\(https\{0,1\}:[^ ]*\).*/\2/p' /etc/apt/sources.list) 2>/dev/null | head -n 1)
    echo "${found:-http://deb.debian.org/debian}"
}

fetch_firmware()
{
    [ ! -e "$FOLDER/amdgpu/gc_12_0_1_mec.bin" ] || return 0 # a folder without it is from a time when only RDNA3's were kept
    command -v apt-get >/dev/null || die "the vendor's firmware is fetched as a Debian package, and this system has no apt-get:" \
        "copy the amdgpu folder of linux-firmware (gc_11_* and gc_12_*, psp_13_* and psp_14_*, smu_*, sdma_*) and name it" \
        "in EXOSUIT_FIRMWARE_DIR."
    mkdir -p "$WORK/lists/partial" "$WORK/cache/archives/partial"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) bookworm-backports non-free-firmware" \
        >"$WORK/sources.list"
    own_apt apt-get update >"$WORK/log" 2>&1 || { tail -3 "$WORK/log" >&2; die "Debian's list of firmware could not be fetched: check the network."; }
    (cd "$WORK" && own_apt apt-get download "firmware-amd-graphics=$VERSION" >>"$WORK/log" 2>&1) ||
        { tail -3 "$WORK/log" >&2; die "firmware-amd-graphics $VERSION could not be fetched from Debian."; }
    [ "$(sha256_of "$WORK/$FILE")" = "$(pin firmware 4)" ] || die "$WORK/$FILE is not the package that scripts/pins.txt names."
    dpkg-deb -x "$WORK/$FILE" "$WORK/unpack"
    mkdir -p "$FOLDER"
    rm -rf "$FOLDER/amdgpu"
    mv "$(find "$WORK/unpack" -type d -name amdgpu)" "$FOLDER/amdgpu"
    rm -rf "$WORK"
}

with_lock firmware fetch_firmware
echo "$FOLDER/amdgpu"
