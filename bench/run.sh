#!/usr/bin/env bash
# run.sh [--all] [DEVICE...]: what `make bench` prints, for every card named (one of each generation without any): the figures, how they
# stand against the budgets of docs/SPEED.md, and those per token once more, counted by a proxy on the socket: the two must agree.
# With --all, also the answers, the divergence and the perplexity against the processor's, tinygrad on the same card, the table of
# operations (some minutes on a simulated card), the cost model's tables, and instruction texts against LLVM's. docs/OPS.md is of the first card.
set -uo pipefail
cd "$(dirname "$0")/.."
all=false
failed=0
docs=(--docs docs/OPS.md)
if [ "${1:-}" = --all ]; then
    all=true
    shift
fi
[ $# -gt 0 ] || set -- sim:rx7900xtx sim:rx9070xt

measure() {
    local device=$1 results=bench/results/${1##*:}
    mkdir -p "$results"
    echo "==== $device"
    build/exosuit bench --device "$device" --save "$results/bench.json" || return 1
    echo
    python3 bench/budgets.py "$results/bench.json" --markdown "$results/budgets.md" || failed=1
    echo
    python3 bench/wire.py --device "$device" --bench "$results/bench.json" || failed=1
    if $all; then
        echo
        python3 bench/answers.py --device "$device" --json "$results/answers.json" || failed=1
        python3 bench/divergence.py --device "$device" --json "$results/divergence.json" || failed=1
        python3 bench/divergence.py --device "$device" --weights q4_k_m --json "$results/divergence-k.json" || failed=1
        python3 bench/perplexity.py --device "$device" --json "$results/perplexity.json" || failed=1
        python3 bench/tinygrad.py --device "$device" --json "$results/tinygrad.json" || failed=1
        python3 bench/ops.py --device "$device" --json "$results/ops.json" "${docs[@]}" || failed=1
        docs=()
    fi
}

for device; do
    measure "$device" || failed=1
done
if $all; then # one table for all cards: the cost model against published measurements, and a 7B-shaped model
    echo "==== docs/MODEL.md"
    python3 bench/model.py --json bench/results/model.json --docs docs/MODEL.md || failed=1
    python3 bench/shapes.py --device "$(IFS=,; echo "$*")" --json bench/results/shapes.json --docs docs/MODEL.md || failed=1
    echo "==== instruction texts against LLVM 19's, more forms than make test takes"
    python3 tests/isa/text_rows.py --forms 48 --words 60000 --seed 2 build/tests/isa/isa_text
    case $? in 0 | 77) ;; *) failed=1 ;; esac
fi
exit $failed
