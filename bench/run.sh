#!/usr/bin/env bash
# run.sh [--all]: what `make bench` prints: the figures, how they stand against the budgets of docs/SPEED.md, and those per token
# once more, counted by a proxy on the socket: the two must agree. With --all, also the answers and the perplexity against the
# processor's, and the table of operations (some minutes on the simulated card).
set -uo pipefail
cd "$(dirname "$0")/.."
RESULTS=bench/results
mkdir -p "$RESULTS"
failed=0

build/exosuit bench --save "$RESULTS/bench.json" || exit 1
echo
python3 bench/budgets.py "$RESULTS/bench.json" --markdown "$RESULTS/budgets.md" || failed=1
echo
python3 bench/wire.py --bench "$RESULTS/bench.json" || failed=1
if [ "${1:-}" = --all ]; then
    echo
    python3 bench/answers.py --json "$RESULTS/answers.json" || failed=1
    python3 bench/perplexity.py --json "$RESULTS/perplexity.json" || failed=1
    python3 bench/ops.py --json "$RESULTS/ops.json" --docs docs/OPS.md || failed=1
fi
exit $failed
