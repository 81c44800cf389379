#!/usr/bin/env python3
"""What a token of a 7B-shaped model takes on a card, modelled: two and three layers with weights that mean nothing are run on a
simulated card, their difference is a layer, and a model is so many of them and the head. Held against what the card's memory
(decode) and its matrix units (prefill) would allow.

usage: shapes.py [--build DIR] [--device URI,URI] [--docs FILE] [--json FILE] [--type q4_0,q8_0,q4_k]
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


def measure(build, device, kind, folder):
    times = {}
    for layers in (2, 3):
        path = pathlib.Path(folder) / f"{kind}-{layers}.gguf"
        gguf.write_llama(path, {**SHAPE, "type": kind, "layers": layers})
        times["decode", layers] = modelled_us(build, device, path, ["-p", "0", "-n", "2"])
        times["prefill", layers] = modelled_us(build, device, path, ["-p", str(PROMPT), "-n", "0"])
        path.unlink()
    return times


def figures(device, kind, times):
    """Of the whole model: microseconds, and the share of what memory or matrix units allow. The prompt's head and last layer
    compute one token, so a prompt's layer is the difference and a prompt is so many of those."""
    bandwidth, matrix = CARDS[device.split(":")[1].split("?")[0]]
    layer, prompt_layer = times["decode", 3] - times["decode", 2], times["prefill", 3] - times["prefill", 2]
    decode = times["decode", 2] + (LAYERS - 2) * layer
    prefill = times["prefill", 2] + (LAYERS - 2) * prompt_layer
    bytes_read, _ = weights({**SHAPE, "type": kind, "layers": LAYERS})
    _, in_layers = weights({**SHAPE, "type": kind, "layers": LAYERS, "vocab": 0})
    return {"device": device, "type": kind, "decode_us": decode, "decode_tokens_per_s": 1e6 / decode,
            "decode_share": bytes_read / bandwidth / decode * 1e6,
            "prefill_tokens_per_s": PROMPT / prefill * 1e6, "prefill_share": 2 * in_layers * PROMPT / matrix / prefill * 1e6}


def markdown(device, rows):
    lines = [f"On {device}, {LAYERS} layers of 4096 x 11008, all modelled:", "",
             "| weights | decode, tokens/s | of the memory's peak bandwidth | of what it sustains | 512-token prompt, tokens/s | "
             "of the matrix units' peak |", "|---|---|---|---|---|---|"]
    for r in rows:
        lines.append(f"| {r['type']} | {r['decode_tokens_per_s']:.0f} | {100 * r['decode_share']:.0f} % | "
                     f"{100 * r['decode_share'] / SUSTAINED:.0f} % | {r['prefill_tokens_per_s']:.0f} | {100 * r['prefill_share']:.0f} % |")
    return "\n".join(lines)


def summary(r):
    return (f"  {r['type']:<5} decode {r['decode_tokens_per_s']:7.1f} tokens/s, {100 * r['decode_share']:5.1f} % of the memory's peak"
            f" (budget {100 * BUDGET_DECODE:.0f})   prompt {r['prefill_tokens_per_s']:7.0f} tokens/s,"
            f" {100 * r['prefill_share']:5.1f} % of the matrix units' peak (budget {100 * BUDGET_PREFILL:.0f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--device", default="sim:rx7900xtx")
    parser.add_argument("--type", default="q4_0,q8_0,q4_k")
    parser.add_argument("--docs", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    args = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for device in args.device.split(","):
            print(f"A 7B-shaped model on {device}; every figure is modelled.")
            for kind in args.type.split(","):
                rows.append(figures(device, kind, measure(args.build, device, kind, folder)))
                print(summary(rows[-1]), flush=True)
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n")
    if args.docs:
        tables = [markdown(device, [r for r in rows if r["device"] == device]) for device in args.device.split(",")]
        model.put_into(args.docs, "shapes", "\n\n".join(tables))
    return 0


if __name__ == "__main__":
    sys.exit(main())
