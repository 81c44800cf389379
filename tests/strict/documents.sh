#!/bin/sh
# Every fault's name is explained in docs/FAULTS.md, and every name there exists.
# usage: documents.sh EXOSUIT FAULTS.md
"$1" sim --fault help | sed 's/[= ].*//' | sort >known.$$ || exit 1
grep -o '| \(`[a-z_]*`\(, \)*\)* *|$' "$2" | grep -o '`[a-z_]*`' | tr -d '`' | sort -u >told.$$
failed=0
while read -r name; do
    grep -q "\`$name\`" "$2" || { echo "$name: not in $2"; failed=1; }
done <known.$$
while read -r name; do
    grep -qx "$name" known.$$ || { echo "$name: $2 tells of it, but there is no such fault"; failed=1; }
done <told.$$
[ -s known.$$ ] && [ -s told.$$ ] || failed=1
rm -f known.$$ told.$$
exit $failed
