#!/usr/bin/env python3
"""Compares greedy answers on a card with the processor's, through stock llama-server's /v1/chat/completions.

Ten prompts, temperature 0, 64 tokens each. The texts must be the same; where two part, the processor's two best logits at that
token must lie within 0.1 of each other (two correct implementations may then choose differently). Exit 1 otherwise.

usage: answers.py [--device URI] [--build DIR] [--prompts N] [--tokens N] [--json FILE]
"""
import argparse
import json
import pathlib
import sys
import time

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


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--device", default="sim:rx7900xtx")
    args.add_argument("--build", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent / "build")
    args.add_argument("--prompts", type=int, default=len(PROMPTS))
    args.add_argument("--tokens", type=int, default=64)
    args.add_argument("--gap", type=float, default=0.1, help="how close the processor's two best logits must be where texts part")
    args.add_argument("--json", type=pathlib.Path)
    args = args.parse_args()

    answers = {}
    for device in ("host", args.device):
        start = time.monotonic()
        with Server(args.build, device) as server:
            answers[device] = [answer(server, p, args.tokens) for p in PROMPTS[:args.prompts]]
        print(f"{device}: {args.prompts} answers in {time.monotonic() - start:.1f} s", flush=True)

    rows, failed = [], 0
    for prompt, card, cpu in zip(PROMPTS, answers[args.device], answers["host"]):
        alike, gap = compare(card, cpu)
        ok = gap is None and len(card) == len(cpu) or gap is not None and gap <= args.gap
        failed += not ok
        verdict = "same text" if gap is None else f"part at token {alike}, the processor's best two there are {gap:.3f} apart"
        print(f"{'ok  ' if ok else 'FAIL'} {alike:3} tokens alike  {verdict}  | {prompt}")
        if not ok:
            print("     wanted: " + repr("".join(t for t, _ in cpu)))
            print("     got:    " + repr("".join(t for t, _ in card)))
        rows.append({"prompt": prompt, "tokens_alike": alike, "gap": gap, "ok": bool(ok)})
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps({"device": args.device, "tokens": args.tokens, "answers": rows}, indent=1) + "\n")
    print(f"{len(rows) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
