#!/usr/bin/env python3
"""Decoding SmolLM2, ours and unmodified tinygrad's side by side: on the same simulated card, through the same server and protocol
(tinygrad's, over TCP), one after the other in one run. What a token costs comes from the server, which counts for both alike.

Ours is the stock llama-bench with the plug-in; tinygrad's is its own tinygrad.llm with its defaults, compiled by libLLVM. Tokens
are counted once its JIT replays. Exit 1 when a ratio that docs/SPEED.md promises is missed, or tinygrad does not answer the question.

Of tinygrad nothing is replaced but the download of firmware, in release 0.13. Release 0.14.0 was published without a module that its
tinygrad.llm imports; --release 0.14 puts plain layers there (tests/tinygrad/guest.py). Both know SmolLM's tokenizer only by another
name, "qwen2" (the rules differ in how numbers are cut up): they read a copy of the model's file that says so.

usage: tinygrad.py [--device sim:NAME] [--release 0.13|0.14] [--tokens N] [--json FILE]
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

import models

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "tinygrad"))
RELEASES = {"0.13": "tinygrad-0.13", "0.14": "tinygrad"}  # rows of scripts/pins.txt
QUESTION, ANSWER = "What is the capital of France?", "Paris"
PATIENCE_MS = "300000"  # how long tinygrad waits for a kernel; its own 30 s are too few where the machine is busy
JIT_TOKENS = 4  # the first runs, the next two are captured, and one replays with what is still cold

# What, its key in our bench's result, its key in tinygrad's steps, and the ratio ours/tinygrad's that has to hold
ROWS = [
    ("tokens/s", "decode_tokens_per_s", "tokens_per_s", (">=", 10)),
    ("million wave instructions per token", "wave_instructions_per_token", "wave_instructions", ("<=", 0.3)),
    ("MiB of card memory read per token", "vram_bytes_per_token", "vram_read_bytes", None),
    ("us of card time per token, modelled", "modelled_card_us_per_token", "modelled_card_us", None),
    ("dispatches per token", "dispatches_per_token", "dispatches", None),
    ("doorbells per token", "doorbells_per_token", "doorbells", None),
    ("register reads per token", "mmio_reads_per_token", "mmio_reads", None),
    ("round trips per token", "round_trips_per_token", "round_trips", None),
]
SCALE = {"wave_instructions_per_token": 1e6, "vram_bytes_per_token": 1 << 20}


def prepare(release):
    """tinygrad's wheel and the vendor's firmware, fetched if they are not there."""
    name = RELEASES[release]
    subprocess.run([ROOT / "scripts" / "fetch.sh", name], check=True)
    firmware = subprocess.run([ROOT / "scripts" / "firmware.sh"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    wheel = subprocess.run(["bash", "-c", '. "$0"; echo "$EXO_CACHE/tinygrad-$(pin "$1" 2)"', ROOT / "scripts" / "lib.sh", name],
                           check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    os.environ.update(EXOSUIT_TEST_VENDOR_FIRMWARE=firmware, TINYGRAD=wheel)


def ours(card, build, folder):
    result = pathlib.Path(folder) / "bench.json"
    subprocess.run([build / "exosuit", "bench", "--device", "tcp:" + card.address, "--save", result], check=True,
                   stdout=subprocess.DEVNULL)
    return json.loads(result.read_text())


def theirs(card, model, tokens):
    output = card.run("llm.py", str(model), str(JIT_TOKENS + tokens), QUESTION, timeout=1800, FOREVER="1", HCQDEV_WAIT_TIMEOUT_MS=PATIENCE_MS)
    report = json.loads(next(line[5:] for line in output.splitlines() if line.startswith("json:")))
    answer = output[output.index("answer:") + 7:output.index("json:")]
    steps = report["steps"][JIT_TOKENS:]
    mean = {key: sum(step[key] for step in steps) / len(steps) for key in steps[0]}
    return {**mean,
            "tokens_per_s": 1 / mean["s"], "modelled_card_us": mean["modelled_card_ns"] / 1000, "answer": answer.strip(),
            "load_s": report["load_s"], "counted_tokens": len(steps), "replaced": report["replaced"]}


def holds(relation, limit, value):
    return value >= limit if relation == ">=" else value <= limit


def show(our, their):
    good = True
    print("%-38s %14s %14s %10s" % ("SmolLM2-135M Q4_1, simulated card", "ours", "tinygrad's", "ratio"))
    ratios = {}
    for what, key, their_key, limit in ROWS:
        a, b, scale = our[key], their[their_key], SCALE.get(key, 1)
        ratios[key] = a / b if b else None
        line = "%-38s %14.3f %14.3f %10s" % (what, a / scale, b / scale, "-" if not b else "%.4f" % (a / b))
        if limit:
            kept = b and holds(*limit, a / b)
            good = good and kept
            line += "   %s %s %g" % ("ok" if kept else "FAIL", *limit)
        print(line)
    for what, got, want in (("ours rings one doorbell a token", our["doorbells_per_token"], 1),
                            ("ours reads no register", our["mmio_reads_per_token"], 0)):
        print("%-4s %s" % ("ok" if got == want else "FAIL", what))
        good = good and got == want
    print("%-4s tinygrad answers: %s" % ("ok" if ANSWER in their["answer"] else "FAIL", their["answer"].splitlines()[0]))
    return good and ANSWER in their["answer"], ratios


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="sim:rx7900xtx", help="a simulated card")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--tokens", type=int, default=16, help="of tinygrad's, after its JIT has captured")
    parser.add_argument("--release", choices=RELEASES, default="0.13", help="of tinygrad")
    parser.add_argument("--json", type=pathlib.Path)
    args = parser.parse_args()
    build = args.build.resolve()
    if not models.model_with(build, models.SHIPPED).exists():
        sys.exit("no model: " + str(models.model_with(build, models.SHIPPED)) + " is not there")
    os.environ["EXOSUIT"] = str(build / "exosuit")
    prepare(args.release)
    from server import Card
    with Card(args.device.split(":", 1)[1]) as card:
        our = ours(card, build, card.folder.name)
        their = theirs(card, models.with_preset(build, "qwen2"), args.tokens)
    print("tinygrad %s; replaced in it, besides the download of firmware: %s" % (args.release, ", ".join(their["replaced"]) or "nothing"))
    good, ratios = show(our, their)
    if card.verdict:
        print("FAIL " + card.verdict)
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps({"device": args.device, "release": args.release, "ours": our, "tinygrad": their, "ratios": ratios,
                                         "verdict": card.verdict}, indent=1))
    sys.exit(0 if good and not card.verdict else 1)


if __name__ == "__main__":
    main()
