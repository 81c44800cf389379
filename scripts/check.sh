#!/usr/bin/env bash
# check.sh [--format]: what a change must satisfy besides its tests: clang-format's layout, public headers that compile alone
# in C and C++, shell scripts that parse, no machine's or registry's private names, file sizes. With --format, lays the sources out instead.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$EXO_ROOT"

FORMAT=$(command -v clang-format-19 || true)
[ -n "$FORMAT" ] || FORMAT="$(brew --prefix clang-format@19 2>/dev/null)/bin/clang-format"

# src/regs is generated: its layout is its generator's.
sources() { git ls-files --cached --others --exclude-standard '*.c' '*.h' '*.cpp' | grep -v '^src/regs/'; }

if [ "${1:-}" = --format ]; then
    sources | xargs "$FORMAT" -i
    exit 0
fi

failures=0
fail()
{
    say "$*"
    failures=$((failures + 1))
}

sources | xargs "$FORMAT" --dry-run --Werror || fail "run 'make format' to lay out the files named above."

for header in include/*.h; do
    printf '#include "%s"\n' "$(basename "$header")" >build-check.c
    cc -std=c17 -Wall -Wextra -Werror -Iinclude -fsyntax-only build-check.c || fail "$header does not compile alone as C."
    c++ -x c++ -std=c++17 -Wall -Wextra -Werror -Iinclude -fsyntax-only build-check.c || fail "$header does not compile alone as C++."
done
rm -f build-check.c

# Every module's header compiles alone as well.
for header in src/core/*.h src/link/*.h src/amd/*.h src/ref/*.h sim/*.h sim/isa/*.h cli/*.h; do
    [ -e "$header" ] || continue
    cc -std=gnu17 -Wall -Wextra -Werror -Wno-psabi -Iinclude -Isrc -I. -fsyntax-only -x c -include "$header" /dev/null ||
        fail "$header does not compile alone."
done

for script in scripts/*.sh bench/*.sh .ci/run; do
    [ -e "$script" ] || continue
    bash -n "$script" || fail "$script does not parse."
done

# Nothing in the project may depend on where it was written, and unfinished work is said in docs/STATUS.md.
if git grep -nIE '(^|[^A-Za-z0-9_])/(home|root|Users|work)/[a-z]|FIXME|TODO' -- . ':!scripts/check.sh' ':!LICENSE'; then
    fail "the lines above name somebody's machine or unfinished work."
fi

# What is fetched comes from these, or from wherever the user's own settings say.
if git grep -nIoE 'https?://[A-Za-z0-9.-]+' -- . ':!LICENSE' |
    grep -vE '//(deb\.debian\.org|brew\.sh|www\.w3\.org|127\.0\.0\.1|localhost)$'; then
    fail "the lines above name a host that is neither a public package registry nor this machine."
fi

long=$(sources | xargs wc -l | awk '$2 != "total" && $1 > 1000 { print $2 " (" $1 " lines)" }')
[ -z "$long" ] || fail "too long for one file: $long"

[ "$failures" -eq 0 ] || die "$failures checks failed."
say "check: all is well"
