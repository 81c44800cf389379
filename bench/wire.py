#!/usr/bin/env python3
"""What a decoded token sends over the link, counted on the wire.

Starts `exosuit sim --tinygpu` in one process, a proxy in a second that counts every request on the socket, and stock llama-bench
through it in a third, twice with different lengths. Prints one JSON object and exits 1 when a token costs more than one
doorbell or any register read, when the plug-in's own counters say anything else than the wire, or when the figures per token that
`exosuit bench` saved (--bench FILE) do.

usage: bench/wire.py [--device sim:NAME] [--build DIR] [--model FILE] [--short N] [--long N] [--bench FILE]
"""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def wait_for(path, process, seconds=10):
    end = time.monotonic() + seconds
    while not path.exists():
        if process.poll() is not None or time.monotonic() > end:
            sys.exit(f"{path} did not appear: {' '.join(process.args)} failed")
        time.sleep(0.02)
    time.sleep(0.05)  # from the file's birth to listening


def longest_silence(snapshots):
    """Doorbells in the longest stretch of snapshots in which no register was read."""
    best = start = 0
    for i, now in enumerate(snapshots):
        if now["mmio_reads"] != snapshots[start]["mmio_reads"]:
            start = i
        best = max(best, now["doorbells"] - snapshots[start]["doorbells"])
    return best


def measure(args, folder, tokens):
    """Wire counts of one llama-bench run, taken five times a second; and the plug-in's last counters."""
    card, proxy, stats = folder / "card.sock", folder / "proxy.sock", folder / "stats.json"
    counter = subprocess.Popen([args.build / "tests/link/link_counting_proxy", proxy, card], stdout=subprocess.PIPE, text=True)
    try:
        wait_for(proxy, counter)
        command = [args.build / "exosuit", "run", "--device", f"tinygpu:{proxy}", "--", "llama-bench", "-m", args.model]
        command += ["-ngl", "99", "-p", "0", "-r", "1", "--no-warmup", "-n", str(tokens)]
        with tempfile.TemporaryFile("w+") as output:
            bench = subprocess.Popen(command, env=dict(os.environ, EXOSUIT_STATS=str(stats)), stdout=output, stderr=output, text=True)
            while bench.poll() is None:
                time.sleep(0.2)
                if counter.poll() is None:
                    counter.send_signal(signal.SIGUSR1)
            if bench.returncode:
                output.seek(0)
                sys.exit(output.read())
        text, _ = counter.communicate(timeout=20)
    finally:
        counter.kill()
    return [json.loads(line) for line in text.splitlines()], json.loads(stats.read_text())


def per_token(told, key, tokens):
    """A counter of the plug-in over the middle of a run of so many tokens."""
    return told["middle_" + key] / (told["middle_computes"] * tokens / told["computes"])


def same_as_bench(args, report):
    """Does what `exosuit bench` printed agree with what passed here?"""
    if not args.bench:
        return True
    bench = json.loads(args.bench.read_text())
    report["bench"] = {key: bench[key] for key in ("doorbells_per_token", "mmio_reads_per_token")}
    return (bench["doorbells_per_token"] == report["told_doorbells_per_token"] == round(report["wire_doorbells_per_token"]) and
            bench["mmio_reads_per_token"] == report["told_mmio_reads_per_token"] == 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="sim:rx7900xtx", help="a simulated card")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--model", type=pathlib.Path)
    parser.add_argument("--short", type=int, default=16)
    parser.add_argument("--long", type=int, default=112)
    parser.add_argument("--bench", type=pathlib.Path)
    args = parser.parse_args()
    args.build = args.build.resolve()
    args.model = args.model or next(iter(sorted((args.build / "models").glob("*.gguf"))), None)
    if not args.model or not args.model.exists():
        sys.exit("no model: name one with --model")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        card = folder / "card.sock"
        sim = subprocess.Popen([args.build / "exosuit", "sim", "--device", args.device, "--tinygpu", card], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(card, sim)
            measure(args, folder, 1)  # a card that was used before boots with other requests than a cold one
            short = measure(args, folder, args.short)[0][-1]
            snapshots, told = measure(args, folder, args.long)
            long = snapshots[-1]
        finally:
            sim.terminate()
            sim.wait(timeout=20)
    tokens = args.long - args.short
    report = {
        "tokens": tokens,
        "wire_doorbells_per_token": (long["doorbells"] - short["doorbells"]) / tokens,
        "wire_doorbells_without_a_read": longest_silence(snapshots),
        "told_doorbells_per_token": per_token(told, "doorbells", args.long),
        "told_mmio_reads_per_token": per_token(told, "mmio_reads", args.long),
        "wire": long,
        "told": {key: told[key] for key in ("doorbells", "mmio_reads", "mmio_writes", "mmio_write_bytes")},
    }
    agrees = same_as_bench(args, report)
    print(json.dumps(report, indent=1))
    # Nothing but decoding goes on without a register read for long, so that stretch has a doorbell for every token, and no more; a fifth
    # of a second at either end is not seen. The difference between two runs is shown only: how many doorbells the uploads before them
    # share depends on what else the machine does.
    good = report["told_doorbells_per_token"] == 1 and report["told_mmio_reads_per_token"] == 0
    good = good and 0.9 * args.long <= report["wire_doorbells_without_a_read"] <= 1.02 * args.long
    # The plug-in tells its counters before it closes the device; closing rings no doorbell, but reads and writes registers.
    same = long["doorbells"] == told["doorbells"] and all(0 <= long[key] - told[key] <= 200 for key in ("mmio_reads", "mmio_writes"))
    for what, holds in (("a token costs one doorbell and no read", good), ("plug-in and wire agree", same), ("bench and wire agree", agrees)):
        print(f"{'ok  ' if holds else 'FAIL'} {what}")
    sys.exit(0 if good and same and agrees else 1)


if __name__ == "__main__":
    main()
