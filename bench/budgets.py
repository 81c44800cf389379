#!/usr/bin/env python3
"""Holds the figures of `exosuit bench --json` against the project's budgets. Exit 1 when one is broken or was not measured.

Each line says how its figure was come by: "timed" on this machine, "counted" on the link (a real card would give the same), or
"modelled": counted or timed inside the simulated card. A budget that means nothing for the card at hand is shown as n/a.

usage: budgets.py RESULT.json [--build DIR] [--markdown FILE]
"""
import argparse
import json
import pathlib
import sys

LOGITS = 49152 * 4  # bytes per token of SmolLM2 that are not the link's overhead
MIB = 1 << 20
ROOT = pathlib.Path(__file__).resolve().parent.parent
SIMULATED, REAL, ANY = "simulated", "real", "any"


def ratio(a, b):
    return a / b if a is not None and b else None


def size_of(path):
    return path.stat().st_size if path.exists() else None


def rows(f, build):
    """What, measured, the comparison, the budget, how it was come by, the cards for which it holds."""
    over = None if f["link_bytes_from_card_per_token"] is None else f["link_bytes_from_card_per_token"] - LOGITS
    return [
        ("doorbells per token", f["doorbells_per_token"], "==", 1, "counted", ANY),
        ("register reads per token", f["mmio_reads_per_token"], "==", 0, "counted", ANY),
        ("dispatches per token of SmolLM2", f["dispatches_per_token"], "<=", 216, "modelled", SIMULATED),
        ("barriers between them", f["barriers_per_token"], "<=", 216, "counted", ANY),
        ("KiB to the card per token", ratio(f["link_bytes_to_card_per_token"], 1024), "<=", 4, "modelled", SIMULATED),
        ("KiB from the card per token besides logits", ratio(over, 1024), "<=", 4, "modelled", SIMULATED),
        ("processor time per token, us", f["host_cpu_us_per_token"], "<=", 100, "timed", ANY),
        ("card memory read / weights", ratio(f["vram_bytes_per_token"], f["weight_bytes"]), "<=", 1.10, "modelled", SIMULATED),
        ("upload / memcpy", ratio(f["upload_bytes_per_s"], f["memcpy_bytes_per_s"]), ">=", 0.40, "timed", SIMULATED),
        ("cold boot, s", f["cold_boot_s"], "<=", 1.0, "timed", SIMULATED),
        ("simulated wave instructions per core, million/s", ratio(f["sim_wave_instructions_per_s_per_core"], 1e6), ">=", 50, "timed",
         SIMULATED),
        ("simulated decode on 2 cores, tokens/s", f["decode_tokens_per_s"], ">=", 10, "timed", SIMULATED),
        ("simulated prefill on 2 cores, tokens/s", f["prefill_tokens_per_s"], ">=", 60, "timed", SIMULATED),
        ("plug-in with all kernels, MiB", ratio(size_of(build / "libggml-exosuit.so"), MIB), "<=", 32, "counted", ANY),
        ("upload / what the link allows", None, ">=", 0.90, "timed", REAL),
    ]


def judge(measured, sign, budget, applies):
    if not applies:
        return "n/a"
    if measured is None:
        return "?"
    good = {"==": measured == budget, "<=": measured <= budget, ">=": measured >= budget}[sign]
    return "ok" if good else "OVER"


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("result", type=pathlib.Path)
    args.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    args.add_argument("--markdown", type=pathlib.Path, help="write the table there as well")
    args = args.parse_args()
    figures = json.loads(args.result.read_text())
    kind = SIMULATED if figures["simulated"] else REAL
    page = ["| what | figure | budget | how | |", "|---|---:|---|---|---|"]
    broken = unmeasured = 0
    for what, measured, sign, budget, how, cards in rows(figures, args.build):
        verdict = judge(measured, sign, budget, cards in (ANY, kind))
        broken += verdict == "OVER"
        unmeasured += verdict == "?"
        shown = "-" if measured is None or verdict == "n/a" else f"{measured:.3f}"
        how = f"on a {cards} card only" if verdict == "n/a" else how
        print(f"{verdict:4} {what:50} {shown:>12}  (budget {sign} {budget}; {how})")
        page.append(f"| {what} | {shown} | {sign} {budget} | {how} | {verdict} |")
    print(f"{broken} budgets broken, {unmeasured} not measured")
    if args.markdown:
        args.markdown.write_text("\n".join(page) + "\n")
    return 1 if broken or unmeasured else 0


if __name__ == "__main__":
    sys.exit(main())
