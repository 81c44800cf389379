#!/usr/bin/env python3
"""What a decoded token sends over the link, counted on the wire.

Starts `exosuit sim --tinygpu` in one process, a proxy in a second that counts every request on the socket, and stock llama-bench
through it in a third, twice with different lengths. Prints one JSON object and exits 1 when a token costs more than one
doorbell or any register read, or when the plug-in's own counters say anything else than the wire.

usage: bench/wire.py [--build DIR] [--model FILE] [--short N] [--long N]
"""

import argparse
import json
import os
import pathlib
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


def measure(args, folder, tokens):
    """Wire counts of one llama-bench run, and the plug-in's last counters."""
    card, proxy, stats = folder / "card.sock", folder / "proxy.sock", folder / "stats.json"
    counter = subprocess.Popen([args.build / "tests/link/link_counting_proxy", proxy, card], stdout=subprocess.PIPE, text=True)
    try:
        wait_for(proxy, counter)
        command = [args.build / "exosuit", "run", "--device", f"tinygpu:{proxy}", "--", "llama-bench", "-m", args.model]
        command += ["-ngl", "99", "-p", "0", "-r", "1", "--no-warmup", "-n", str(tokens)]
        done = subprocess.run(command, env=dict(os.environ, EXOSUIT_STATS=str(stats)), capture_output=True, text=True, timeout=600)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        text, _ = counter.communicate(timeout=20)
    finally:
        counter.kill()
    return json.loads(text.splitlines()[-1]), json.loads(stats.read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--model", type=pathlib.Path)
    parser.add_argument("--short", type=int, default=16)
    parser.add_argument("--long", type=int, default=112)
    args = parser.parse_args()
    args.build = args.build.resolve()
    args.model = args.model or next(iter(sorted((args.build / "models").glob("*.gguf"))), None)
    if not args.model or not args.model.exists():
        sys.exit("no model: name one with --model")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        card = folder / "card.sock"
        sim = subprocess.Popen([args.build / "exosuit", "sim", "--tinygpu", card], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(card, sim)
            measure(args, folder, 1)  # a card that was used before boots with other requests than a cold one
            short, _ = measure(args, folder, args.short)
            long, told = measure(args, folder, args.long)
        finally:
            sim.terminate()
            sim.wait(timeout=20)
    tokens = args.long - args.short
    report = {
        "tokens": tokens,
        "wire_doorbells_per_token": (long["doorbells"] - short["doorbells"]) / tokens,
        "wire_mmio_reads_per_token": (long["mmio_reads"] - short["mmio_reads"]) / tokens,
        "wire_mmio_writes_per_token": (long["mmio_writes"] - short["mmio_writes"]) / tokens,
        "wire": long,
        "told": {key: told[key] for key in ("doorbells", "mmio_reads", "mmio_writes", "mmio_write_bytes")},
    }
    print(json.dumps(report, indent=1))
    # Uploads of weights may take a few doorbells more or less from run to run; a boot polls as long as it must.
    slack = 24 / tokens
    good = report["wire_doorbells_per_token"] <= 1 + slack and abs(report["wire_mmio_reads_per_token"]) <= slack
    # The plug-in tells its counters before it closes the device; closing rings no doorbell, but reads and writes registers.
    same = long["doorbells"] == told["doorbells"] and all(0 <= long[key] - told[key] <= 200 for key in ("mmio_reads", "mmio_writes"))
    sys.exit(0 if good and same else 1)


if __name__ == "__main__":
    main()
