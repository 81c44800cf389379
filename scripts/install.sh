#!/usr/bin/env bash
# install.sh [build|test|arm64]: installs the system packages that are missing, from Debian or Homebrew. Does nothing when all
# are there. Asks before it uses sudo; EXOSUIT_YES=1 or CI=true answers yes. The rows are in packages.txt.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

MODE=${1:-build}
case $MODE in
    build) MODES="build" ;;
    test) MODES="build test" ;;
    arm64) MODES="build test arm64" ;;
    *) die "usage: scripts/install.sh [build|test|arm64]" ;;
esac

# Homebrew keeps versioned compilers out of PATH, under names without the version.
brew_has()
{
    brew list --versions "$1" >/dev/null 2>&1
}

# present FOUND-BY HOMEBREW: is the package there, however it came?
present()
{
    local probe=$1 brew_name=$2 prefix path
    case $probe in
        cmd:*) command -v "${probe#cmd:}" >/dev/null 2>&1 && return 0 ;;
        py:*) python3 -c "import ${probe#py:}" >/dev/null 2>&1 && return 0 ;;
        file:*)
            path=${probe#file:}
            path=${path//@machine@/$(uname -m)}
            for prefix in /usr /usr/local /opt/homebrew; do
                [ -e "$prefix/$path" ] && return 0
            done
            ;;
    esac
    [ "$(uname -s)" = Darwin ] && [ "$brew_name" != - ] && brew_has "$brew_name"
}

missing_packages()
{
    local mode debian homebrew probe purpose
    while read -r mode debian homebrew probe purpose; do
        case " $MODES " in *" $mode "*) ;; *) continue ;; esac
        present "$probe" "$homebrew" && continue
        if [ "$(uname -s)" = Darwin ]; then
            [ "$homebrew" = - ] || echo "$homebrew"
        else
            echo "$debian"
        fi
    done < <(grep -v '^#' "$EXO_ROOT/scripts/packages.txt")
}

agreed()
{
    [ "${EXOSUIT_YES:-}" = 1 ] || [ "${CI:-}" = true ] && return 0
    [ -t 0 ] || die "these packages are missing: $*. Set EXOSUIT_YES=1 to let this script install them with sudo."
    local answer
    read -r -p "exosuit: install with sudo: $* ? [y/N] " answer
    [ "$answer" = y ] || [ "$answer" = Y ]
}

# A release that lacks a package (clang-19 is in Debian from bookworm on) is better told before apt is half done.
debian_check_candidates()
{
    local package
    for package in "$@"; do
        apt-cache policy "$package" | grep 'Candidate: [0-9]' >/dev/null ||
            die "this system's apt sources have no package '$package'. Exosuit is tested on Debian bookworm with component main; on another release, install it by hand (scripts/packages.txt says what it is for)."
    done
}

debian_install()
{
    local as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        agreed "$@" || die "nothing was installed; needed: $*"
        as_root=sudo
        command -v sudo >/dev/null || die "sudo is not here; as root, run: apt-get install $*"
    fi
    say "installing: $*"
    $as_root apt-get update -q || die "apt-get update failed: check the network and /etc/apt, then try again."
    debian_check_candidates "$@"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" ||
        die "apt-get could not install: $*. Its own message is above; when the network was the reason, just try again."
}

brew_install()
{
    command -v brew >/dev/null || die "Homebrew is missing: see https://brew.sh, then run this again."
    xcode-select -p >/dev/null 2>&1 || die "Apple's command line tools are missing: run xcode-select --install, then run this again."
    [ $# -eq 0 ] && return 0
    agreed "$@" || die "nothing was installed; needed: $*"
    brew install "$@" || die "brew could not install: $*"
}

main()
{
    local packages
    packages=$(missing_packages | sort -u)
    if [ -z "$packages" ]; then
        return 0
    fi
    # The list is one name per line, and names have no blanks.
    # shellcheck disable=SC2086
    case $(uname -s) in
        Darwin) brew_install $packages ;;
        Linux)
            command -v apt-get >/dev/null ||
                die "this system has no apt-get. Install these (Debian's names) with its own package manager: $(echo $packages)"
            debian_install $packages
            ;;
        *) die "unknown system $(uname -s): Exosuit builds on Linux and macOS." ;;
    esac
}

main
