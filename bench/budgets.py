#!/usr/bin/env python3
"""Holds the figures of `exosuit bench --json` against the project's budgets. Exit 1 when one is broken.

usage: budgets.py RESULT.json
"""
import json
import os
import pathlib
import sys

LOGITS = 49152 * 4  # bytes per token of SmolLM2 that are not the link's overhead
MIB = 1 << 20


def ratio(a, b):
    return a / b if a is not None and b else None


def rows(f, library):
    """What, measured, the comparison, the budget."""
    over = None if f["link_bytes_from_card_per_token"] is None else f["link_bytes_from_card_per_token"] - LOGITS
    return [
        ("doorbells per token", f["doorbells_per_token"], "==", 1),
        ("register reads per token", f["mmio_reads_per_token"], "==", 0),
        ("KiB to the card per token", ratio(f["link_bytes_to_card_per_token"], 1024), "<=", 4),
        ("KiB from the card per token besides logits", ratio(over, 1024), "<=", 4),
        ("card memory read / weights", ratio(f["vram_bytes_per_token"], f["weight_bytes"]), "<=", 1.10),
        ("upload / memcpy", ratio(f["upload_bytes_per_s"], f["memcpy_bytes_per_s"]), ">=", 0.40),
        ("cold boot, s", f["cold_boot_s"], "<=", 1.0),
        ("simulated wave instructions per core, million/s", ratio(f["sim_wave_instructions_per_s_per_core"], 1e6), ">=", 50),
        ("decode, tokens/s (simulated, 2 cores)", f["decode_tokens_per_s"], ">=", 10),
        ("prefill, tokens/s (simulated, 2 cores)", f["prefill_tokens_per_s"], ">=", 60),
        ("plug-in with all kernels, MiB", ratio(library, MIB), "<=", 32),
    ]


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: budgets.py RESULT.json")
    figures = json.loads(pathlib.Path(sys.argv[1]).read_text())
    plugin = pathlib.Path(__file__).resolve().parent.parent / "build" / "libggml-exosuit.so"
    library = os.path.getsize(plugin) if plugin.exists() else None
    broken = 0
    for what, measured, sign, budget in rows(figures, library):
        if measured is None:
            print(f"?    {what:50} not measured (budget {sign} {budget})")
            continue
        measured = round(measured, 3)
        good = {"==": measured == budget, "<=": measured <= budget, ">=": measured >= budget}[sign]
        broken += not good
        print(f"{'ok  ' if good else 'OVER'} {what:50} {measured:12.3f}  (budget {sign} {budget})")
    print(f"{broken} budgets broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
