#!/bin/sh
# Fetches AMD's firmware for the RX 7900 XTX from Debian's firmware-amd-graphics package (non-free-firmware) into the cache, without
# touching the machine's package lists. Prints the folder. The simulated card needs none of it: it brings images of its own.
set -eu
version=20250410-2~bpo12+1
sha256=511a4e531ca5237b2ce73244ae24fef07ae4e21b779bec4b13ef85f5084a95ab
cache=${EXOSUIT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/exosuit}
out=$cache/firmware-$version
if [ -f "$out/.complete" ]; then
    echo "$out/amdgpu"
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "fetch-firmware: this fetches Debian's firmware package with apt-get, which is not here." >&2
    echo "Copy gc_11_0_0_*.bin, psp_13_0_0_*.bin, smu_13_0_0.bin and sdma_6_0_0.bin from linux-firmware and name their folder in EXOSUIT_FIRMWARE_DIR." >&2
    exit 1
fi
mkdir -p "$cache"
work=$(mktemp -d "$cache/firmware.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
mkdir -p "$work/lists/partial" "$work/archives/partial"
mirror=$( (cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '/^URIs:/{print $2; exit}'; awk '$1=="deb"{for(i=2;i<=NF;i++)if($i ~ /^https?:/){print $i; exit}}' /etc/apt/sources.list 2>/dev/null) | head -n 1)
[ -n "$mirror" ] || { echo "fetch-firmware: no package mirror found in /etc/apt" >&2; exit 1; }
cat >"$work/firmware.sources" <<EOF
Types: deb
URIs: $mirror
Suites: bookworm-backports
Components: non-free-firmware
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
EOF
apt() {
    apt-get -qq -o Dir::Etc::sourcelist="$work/firmware.sources" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$work/lists" \
        -o Dir::Cache="$work" -o APT::Sandbox::User=root "$@" >&2
}
apt update
(cd "$work" && apt download "firmware-amd-graphics=$version")
deb=$(ls "$work"/firmware-amd-graphics_*.deb)
echo "$sha256  $deb" | sha256sum -c --quiet - >&2
dpkg-deb -x "$deb" "$work/x"
mkdir -p "$out/amdgpu"
for image in psp_13_0_0_sos smu_13_0_0 sdma_6_0_0 gc_11_0_0_pfp gc_11_0_0_me gc_11_0_0_mec gc_11_0_0_imu gc_11_0_0_rlc; do
    cp "$work/x/lib/firmware/amdgpu/$image.bin" "$out/amdgpu/"
done
touch "$out/.complete"
echo "$out/amdgpu"
