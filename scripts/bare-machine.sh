#!/bin/sh
# Proves `make test` on a bare Debian bookworm: debootstraps a minimal root, clones the committed tree into it, and runs the command
# there with nothing else installed but make, git and certificates (what it takes to have a clone). Root only. Prints time and disk taken.
# usage: bare-machine.sh [FOLDER] [MAKE-TARGET]     (the folder is kept; remove it when done)
set -eu
root=${1:-/tmp/exosuit-bare}
target=${2:-test}
here=$(cd "$(dirname "$0")/.." && pwd)
[ "$(id -u)" = 0 ] || { echo "bare-machine: debootstrap and chroot need root" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "bare-machine: install debootstrap first: apt-get install debootstrap" >&2; exit 1; }
mirror=$( (cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '/^URIs:/{print $2; exit}'; awk '$1=="deb"{print $2; exit}' /etc/apt/sources.list 2>/dev/null) | head -n 1)
[ -d "$root/etc" ] || debootstrap --variant=minbase bookworm "$root" "$mirror"

# The machine's own way to its package registries: name service, certificates, mirrors, pip's settings.
cp /etc/resolv.conf "$root/etc/resolv.conf"
mkdir -p "$root/etc/ssl/certs" "$root/usr/local/share/ca-certificates"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
cp -L /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
rm -f "$root"/etc/apt/sources.list
for f in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do [ ! -f "$f" ] || cp "$f" "$root$f"; done
cp /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
[ ! -f /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/pip.conf"

rm -rf "$root/exosuit"
git clone -q "$here" "$root/exosuit"
for fs in proc sys dev; do mountpoint -q "$root/$fs" || mount --rbind "/$fs" "$root/$fs"; done
trap 'for fs in dev sys proc; do umount -R -l "$root/$fs" 2>/dev/null || true; done' EXIT INT TERM
start=$(date +%s)
before=$(du -sxm "$root" | cut -f1)
status=0
env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin CI=true DEBIAN_FRONTEND=noninteractive PIP_CERT=/etc/ssl/certs/ca-certificates.crt \
    chroot "$root" sh -c "apt-get -qq update && apt-get -qq install -y --no-install-recommends make git ca-certificates >/dev/null && cd /exosuit && make $target" || status=$?
echo "bare-machine: make $target ended with $status after $(($(date +%s) - start)) s; disk taken: $(($(du -sxm "$root" | cut -f1) - before)) MB"
exit $status
