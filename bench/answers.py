#!/usr/bin/env python3
"""Compares greedy answers on a card with the processor's, through stock llama-server's /v1/chat/completions.

Ten prompts, temperature 0, 64 tokens each. The texts must be the same; where two part, the processor's two best logits at that
token must lie within 0.1 of each other (two correct implementations may then choose differently). Exit 1 otherwise.

Done twice: with the model as it ships (Q4_1) and with its weights as F16. With Q4_1 the processor rounds activations to int8: the
last bit of a sum decides roundings, and differences grow layer by layer. The card keeps 16 bits or halves and adds next to nothing
to that error, so texts part only where the processor's own leaves the choice open. For scale, the processor is also held against
itself with other settings (-ub 1 -fa off: other orders of summation); that line judges nothing.

usage: answers.py [--device URI] [--build DIR] [--weights q4_1|f16|both] [--prompts N] [--tokens N] [--json FILE]
"""
import argparse
import json
import pathlib
import sys
import time

from models import model_with, widened
from server import Server

PROMPTS = [
    "What is the capital of France?",
    "Write a short poem about the sea.",
    "Explain in two sentences why the sky is blue.",
    "List three uses for a paper clip.",
    "Translate to Spanish: Good morning, my friend.",
    "What is 17 plus 25? Explain step by step.",
    "Write a C function that returns the larger of two integers.",
    "Who wrote Romeo and Juliet, and when?",
    "Give me a recipe for pancakes.",
    "Tell me a story about a robot that learns to paint.",
]


def answer(server, prompt, tokens):
    """The answer as [(token text, gap between the two best log-probabilities)]."""
    reply = server.post("/v1/chat/completions", {
        "messages": [{"role": "user", "content": prompt}], "temperature": 0, "max_tokens": tokens, "seed": 1,
        "logprobs": True, "top_logprobs": 2, "cache_prompt": False})
    out = []
    for token in reply["choices"][0]["logprobs"]["content"]:
        best = sorted((t["logprob"] for t in token["top_logprobs"]), reverse=True)
        out.append((token["token"], best[0] - best[1]))
    return out


def compare(card, cpu):
    """(tokens alike, the processor's gap where they part or None)."""
    for i, ((a, _), (b, gap)) in enumerate(zip(card, cpu)):
        if a != b:
            return i, gap
    return min(len(card), len(cpu)), None


def answers(args, model, device, extra=()):
    start = time.monotonic()
    with Server(args.build, device, model=model, extra=extra) as server:
        out = [answer(server, p, args.tokens) for p in PROMPTS[:args.prompts]]
    print(f"  {' '.join([device, *extra])}: {len(out)} answers in {time.monotonic() - start:.1f} s", flush=True)
    return out


def judge(card, cpu, limit):
    """One prompt's row: how far the texts are alike, the gap where they part, whether that is allowed."""
    alike, gap = compare(card, cpu)
    return {"tokens_alike": alike, "gap": gap, "ok": gap is None and len(card) == len(cpu) or gap is not None and gap <= limit}


def check(args, weights):
    print(f"{weights} weights:")
    model = widened(args.build, "q4_1") if weights == "f16" else model_with(args.build, weights)
    cpu, card = (answers(args, model, device) for device in ("host", args.device))
    itself = answers(args, model, "host", ("-ub", "1", "-fa", "off"))
    rows = []
    for prompt, a, b in zip(PROMPTS, card, cpu):
        row = {"prompt": prompt} | judge(a, b, args.gap)
        rows.append(row)
        verdict = "same text" if row["gap"] is None else f"parts, the processor's best two there are {row['gap']:.3f} apart"
        print(f"  {'ok  ' if row['ok'] else 'FAIL'} {row['tokens_alike']:3} tokens alike, {verdict}  | {prompt}")
        if not row["ok"]:
            print("       wanted: " + repr("".join(t for t, _ in b)))
            print("       got:    " + repr("".join(t for t, _ in a)))
    control = [judge(a, b, args.gap) for a, b in zip(itself, cpu)]
    print(f"  for scale, the processor against itself: {sum(r['gap'] is None for r in control)} of {len(control)} texts the same, "
          f"{sum(not r['ok'] for r in control)} part where the best two are more than {args.gap} apart")
    return {"weights": weights, "answers": rows, "processor_against_itself": control}


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--device", default="sim:rx7900xtx")
    args.add_argument("--build", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent / "build")
    args.add_argument("--weights", choices=("q4_1", "f16", "both"), default="both")
    args.add_argument("--prompts", type=int, default=len(PROMPTS))
    args.add_argument("--tokens", type=int, default=64)
    args.add_argument("--gap", type=float, default=0.1, help="how close the processor's two best logits must be where texts part")
    args.add_argument("--json", type=pathlib.Path)
    args = args.parse_args()

    results = [check(args, w) for w in (("q4_1", "f16") if args.weights == "both" else (args.weights,))]
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps({"device": args.device, "tokens": args.tokens, "results": results}, indent=1) + "\n")
    rows = [row for result in results for row in result["answers"]]
    failed = sum(not row["ok"] for row in rows)
    print(f"{len(rows) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
