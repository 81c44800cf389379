#!/usr/bin/env python3
"""Compares stock llama-perplexity on a card with the processor's over 2,048 tokens. They must agree within 0.5 %.

usage: perplexity.py [--device URI] [--build DIR] [--chunks N] [--json FILE]
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIMIT = 0.005
TEXT = pathlib.Path("/usr/share/common-licenses/GPL-3")


def sample_text():
    """What the model reads: English prose that every Debian has and that stays the same (base-files)."""
    if not TEXT.exists():
        sys.exit(f"{TEXT} is missing: it is the text that is read, and comes with Debian's base-files")
    return TEXT.read_text()


def llama_perplexity(build, device, arguments, wanted):
    """Runs the stock program on a card or on the processor ("host"); the figure behind the pattern `wanted`."""
    if device == "host":
        command = [str(build / "llama.cpp" / "bin" / "llama-perplexity"), *arguments]
    else:
        command = [str(build / "exosuit"), "run", "--device", device, "--", "llama-perplexity", *arguments, "-ngl", "99", "--device",
                   "EXOSUIT0"]
    environment = {k: v for k, v in os.environ.items() if k != "GGML_BACKEND_PATH"} | {"OMP_WAIT_POLICY": "passive"}
    for _ in range(3):  # it prints from a thread that it does not wait for: on a busy machine the last lines, with the figure, may be lost
        out = subprocess.run(command, capture_output=True, text=True, timeout=1200, env=environment)
        found = re.search(wanted, out.stdout + out.stderr)
        if out.returncode or found:
            break
    if out.returncode or not found:
        sys.exit(f"llama-perplexity on {device} ended with {out.returncode} and gave no figure:\n" + (out.stdout + out.stderr)[-2000:])
    return float(found.group(1))


def perplexity(build, device, text, chunks):
    model = build / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
    return llama_perplexity(build, device, ["-m", str(model), "-f", text, "-c", "512", "-b", "512", "--chunks", str(chunks)],
                            r"Final estimate: PPL = ([0-9.]+)")


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--device", default="sim:rx7900xtx")
    args.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    args.add_argument("--chunks", type=int, default=4, help="of 512 tokens")
    args.add_argument("--json", type=pathlib.Path)
    args = args.parse_args()

    with tempfile.NamedTemporaryFile("w", suffix=".txt") as text:
        text.write(sample_text())
        text.flush()
        cpu, card = (perplexity(args.build, d, text.name, args.chunks) for d in ("host", args.device))
    difference = card / cpu - 1
    ok = abs(difference) <= LIMIT
    print(f"perplexity over {args.chunks * 512} tokens: processor {cpu:.4f}, {args.device} {card:.4f}, "
          f"difference {100 * difference:+.3f} % (limit {100 * LIMIT} %): {'ok' if ok else 'FAIL'}")
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps({"device": args.device, "tokens": args.chunks * 512, "cpu": cpu, "card": card,
                                         "difference": difference}) + "\n")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
