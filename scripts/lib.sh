# lib.sh: what the scripts share: messages, where the cache is, the pinned versions and hashes. Sourced, never run.

EXO_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
EXO_CACHE=${EXOSUIT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/exosuit}

say() { printf '%s\n' "exosuit: $*" >&2; }

die()
{
    printf '%s\n' "exosuit: $*" >&2
    exit 1
}

# pin NAME COLUMN: a cell of scripts/pins.txt (2 version, 3 file, 4 sha256).
pin()
{
    local cell
    cell=$(awk -v name="$1" -v column="$2" '$1 == name { print $column }' "$EXO_ROOT/scripts/pins.txt")
    [ -n "$cell" ] || die "scripts/pins.txt has no row for '$1'."
    printf '%s\n' "$cell"
}

sha256_of()
{
    if command -v sha256sum >/dev/null; then
        sha256sum "$1" | cut -d' ' -f1
    else
        shasum -a 256 "$1" | cut -d' ' -f1 # macOS
    fi
}

cores() { getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2; }

# with_lock NAME COMMAND...: runs the command while no other script holds the lock. mkdir is atomic on every file system; a lock
# whose owner is dead is taken over.
with_lock()
{
    local lock="$EXO_CACHE/$1.lock" owner waited=0
    shift
    mkdir -p "$EXO_CACHE" || die "cannot write to the cache folder $EXO_CACHE: set EXOSUIT_CACHE to a folder you own."
    until mkdir "$lock" 2>/dev/null; do
        owner=$(cat "$lock/pid" 2>/dev/null || true)
        if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
            rm -rf "$lock"
            continue
        fi
        # A lock without an owner is either a moment old or left by a script that was killed between two lines.
        if [ -z "$owner" ] && [ "$waited" -ge 10 ]; then
            rm -rf "$lock"
            continue
        fi
        [ "$waited" -ne 0 ] || say "waiting for another exosuit build (process ${owner:-unknown}) to finish with $lock"
        waited=$((waited + 1))
        sleep 1
    done
    echo $$ >"$lock/pid"
    # shellcheck disable=SC2064 # the lock's name is meant to be fixed now
    trap "rm -rf '$lock'" EXIT
    "$@"
    rm -rf "$lock"
    trap - EXIT
}
