#!/usr/bin/env python3
"""How far a card's next-token distributions are from those of unrounded arithmetic with the same weights.

The reference is the processor with the quantised weights widened to F16, for which it rounds no activations. A card rounds them to
halves or to 16 bits per block of 32, so it must come out alike with the quantised weights, when a prompt is read in batches and
when it is read one token at a time, and with the widened ones: the mean Kullback-Leibler divergence must be below 0.0001. Exit 1
otherwise. For scale, the processor's own figure with the quantised weights is printed, whose activations it rounds to int8; it
judges nothing. All by stock llama-perplexity.

usage: divergence.py [--device URI] [--build DIR] [--weights NAME] [--chunks N] [--json FILE]
"""
import argparse
import json
import pathlib
import sys
import tempfile

from models import model_with, widened
from perplexity import ROOT, llama_perplexity, sample_text

LIMIT = 1e-4
BATCHES = {"in batches": ("-ub", "512"), "one token at a time": ("-ub", "1")}


class Measurement:
    def __init__(self, args, folder):
        self.args = args
        self.base = pathlib.Path(folder) / "base"
        text = pathlib.Path(folder) / "text"
        text.write_text(sample_text())
        self.common = ["-f", str(text), "-c", "256", "-b", "256", "--chunks", str(args.chunks), "--kl-divergence-base", str(self.base)]
        llama_perplexity(args.build, "host", ["-m", str(widened(args.build, args.weights)), *self.common], r"PPL = ([0-9.]+)")

    def divergence(self, device, model, batch):
        arguments = ["-m", str(model), *self.common, "--kl-divergence", *batch]
        return llama_perplexity(self.args.build, device, arguments, r"Mean\s+KLD:\s+(-?[0-9.]+)")


def measure(args, folder):
    """Rows of what, the card's figure, the processor's with quantised weights or None."""
    m = Measurement(args, folder)
    for how, batch in BATCHES.items():
        processor, card = (m.divergence(device, model_with(args.build, args.weights), batch) for device in ("host", args.device))
        yield f"{args.weights}, {how}", card, processor
    yield "f16, in batches", m.divergence(args.device, widened(args.build, args.weights), BATCHES["in batches"]), None


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--device", default="sim:rx7900xtx")
    args.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    args.add_argument("--weights", default="q4_1", help="q4_1 as shipped, or what llama-quantize makes of it, such as q4_k_m")
    args.add_argument("--chunks", type=int, default=8, help="of 256 tokens: with 2 the processor itself scatters by 6 %%")
    args.add_argument("--json", type=pathlib.Path)
    args = args.parse_args()

    print(f"mean KL divergence from F16 weights on the processor, {args.chunks * 256} tokens, on {args.device}:")
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for what, card, processor in measure(args, folder):
            results.append({"what": what, "card": card, "limit": LIMIT, "processor": processor, "ok": card < LIMIT})
            scale = "" if processor is None else f"; for scale, the processor with these weights: {processor:.6f}"
            print(f"{'ok  ' if card < LIMIT else 'FAIL'} {what:28} {card:.6f}  (limit {LIMIT:.6f}){scale}", flush=True)
    failed = sum(not row["ok"] for row in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps({"device": args.device, "tokens": args.chunks * 256, "results": results}, indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
