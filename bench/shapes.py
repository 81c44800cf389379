#!/usr/bin/env python3
"""What a token of a 7B-shaped model takes on a card, modelled: few layers with weights that mean nothing, and one more, are run on
a simulated card, their difference is a layer, and a model is so many of them and the head. Held against what the card's memory
(decode) and its matrix units (prefill) would allow. Exit 1 when a budget is missed.

The roofline of decode is what the memory sustains: the streaming read that docs/MODEL.md fits to a published measurement, which
is as fast as any program on the card can read. The share of the peak on the product page is shown beside it and not judged:
85 % of that is more than the sustained rate.

usage: shapes.py [--build DIR] [--device URI,URI] [--docs FILE] [--json FILE] [--type q4_0,q8_0,q4_k] [--decode]
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import gguf
import model

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHAPE = {"embedding": 4096, "feed_forward": 11008, "heads": 32, "kv_heads": 32, "vocab": 32000}
LAYERS, PROMPT = 32, 512
FEW = {"decode": 6, "prefill": 2}  # of fewer, the memory-side cache would keep a share that it cannot keep of a whole model
CARDS = {  # peak memory bandwidth and matrix rate of AMD's product pages
    "rx7900xtx": (960e9, 122.9e12), "rx7900xt": (800e9, 103e12), "rx7800xt": (624e9, 74.65e12), "rx7600": (288e9, 43.5e12),
    "rx9070xt": (640e9, 194.6e12), "rx9060xt": (320e9, 103e12), "r9700": (640e9, 191e12)}
BUDGET_DECODE, BUDGET_PREFILL = 0.85, 0.50
SUSTAINED = 0.83  # of the memory's peak: VRAM_EFFICIENCY in sim/model.c


def modelled_us(build, device, path, words):
    done = subprocess.run([str(build / "exosuit"), "trace", "--json", "--device", device, "--", "llama-bench", "-m", str(path), *words,
                           "-r", "1", "--no-warmup", "-ngl", "99", "-dev", "EXOSUIT0", "-t", "1", "-o", "none"],
                          capture_output=True, text=True, timeout=1800)
    at = done.stdout.find("{")
    if done.returncode or at < 0:
        raise SystemExit(f"exosuit trace ended with {done.returncode}: {done.stderr[-500:]}")
    return json.loads(done.stdout[at:])["modelled_card_us"]


def weights(shape):
    tensors = [t for t in gguf.llama_tensors(shape) if t[0] != "token_embd.weight"]
    return (sum(gguf.size_of(kind, gguf.product(dims)) for _, dims, kind in tensors),
            sum(gguf.product(dims) for _, dims, kind in tensors if kind != "f32"))


def measure(build, device, kind, folder, decode_only):
    times = {}
    words = {"decode": ["-p", "0", "-n", "2"], "prefill": ["-p", str(PROMPT), "-n", "0"]}
    for what in ["decode"] if decode_only else ["decode", "prefill"]:
        for more in (0, 1):
            path = pathlib.Path(folder) / f"{kind}.gguf"
            gguf.write_llama(path, {**SHAPE, "type": kind, "layers": FEW[what] + more})
            times[what, more] = modelled_us(build, device, path, words[what])
            path.unlink()
    return times


def figures(device, kind, times):
    """Of the whole model: microseconds, and the share of what memory or matrix units allow. The prompt's head and last layer
    compute one token, so a prompt's layer is the difference and a prompt is so many of those."""
    bandwidth, matrix = CARDS[device.split(":")[1].split("?")[0]]
    decode = times["decode", 0] + (LAYERS - FEW["decode"]) * (times["decode", 1] - times["decode", 0])
    bytes_read, _ = weights({**SHAPE, "type": kind, "layers": LAYERS})
    peak = bytes_read / bandwidth / decode * 1e6
    out = {"device": device, "type": kind, "decode_us": decode, "decode_tokens_per_s": 1e6 / decode,
           "decode_share_of_peak": peak, "decode_share": peak / SUSTAINED, "prefill_tokens_per_s": None, "prefill_share": None}
    if ("prefill", 0) in times:
        prefill = times["prefill", 0] + (LAYERS - FEW["prefill"]) * (times["prefill", 1] - times["prefill", 0])
        _, in_layers = weights({**SHAPE, "type": kind, "layers": LAYERS, "vocab": 0})
        out["prefill_tokens_per_s"] = PROMPT / prefill * 1e6
        out["prefill_share"] = 2 * in_layers * PROMPT / matrix / prefill * 1e6
    return out


def judged(share, budget):
    return f"{100 * share:.0f} %, budget {100 * budget:.0f}: {'reached' if share >= budget else 'missed'}"


def markdown(device, rows):
    lines = [f"On {device}, {LAYERS} layers of 4096 x 11008, all modelled:", "",
             "| weights | decode, tokens/s | of what the memory sustains | of its peak | 512-token prompt, tokens/s | "
             "of the matrix units' peak |", "|---|---|---|---|---|---|"]
    for r in rows:
        lines.append(f"| {r['type']} | {r['decode_tokens_per_s']:.0f} | {judged(r['decode_share'], BUDGET_DECODE)} | "
                     f"{100 * r['decode_share_of_peak']:.0f} % | {r['prefill_tokens_per_s']:.0f} | "
                     f"{judged(r['prefill_share'], BUDGET_PREFILL)} |")
    return "\n".join(lines)


def summary(r):
    out = (f"  {r['type']:<5} decode {r['decode_tokens_per_s']:7.1f} tokens/s, of what the memory sustains "
           f"{judged(r['decode_share'], BUDGET_DECODE)}; {100 * r['decode_share_of_peak']:.0f} % of its peak")
    if r["prefill_share"] is not None:
        out += (f"\n        prompt {r['prefill_tokens_per_s']:7.0f} tokens/s, of the matrix units' peak "
                f"{judged(r['prefill_share'], BUDGET_PREFILL)}")
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--device", default="sim:rx7900xtx")
    parser.add_argument("--type", default="q4_0,q8_0,q4_k")
    parser.add_argument("--docs", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--decode", action="store_true", help="without the prompt, which takes minutes")
    args = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for device in args.device.split(","):
            print(f"A 7B-shaped model on {device}; every figure is modelled.")
            for kind in args.type.split(","):
                rows.append(figures(device, kind, measure(args.build, device, kind, folder, args.decode)))
                print(summary(rows[-1]), flush=True)
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n")
    if args.docs and not args.decode:
        tables = [markdown(device, [r for r in rows if r["device"] == device]) for device in args.device.split(",")]
        model.put_into(args.docs, "shapes", "\n\n".join(tables))
    missed = [r for r in rows if r["decode_share"] < BUDGET_DECODE or (r["prefill_share"] or BUDGET_PREFILL) < BUDGET_PREFILL]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
