#!/usr/bin/env python3
"""Runs stock test-backend-ops on a card and counts, per operation, the cases claimed, passed and not claimed.

Every case that the backend claims must pass, and every case of the operations and types that kernels/ was written for must be
claimed: exit 1 otherwise. The card's results are compared with the processor's by test-backend-ops itself. --docs writes the
table as a Markdown page. When nothing is printed for --deadline seconds the run is stopped and counts as failed. The whole list
takes a while on the simulated card: --only runs a part of it, --from puts the --json files of parts together.

usage: ops.py [--device URI] [--build DIR] [--only OP,OP] [--docs FILE] [--json FILE] 
       [--from FILE...] [--jobs N] [--deadline SECONDS]
"""
import argparse
import collections
import json
import os
import pathlib
import re
import selectors
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What kernels/ was written for: operation, and what the parameters of a case must look like for it to be claimed.
WEIGHTS = r"type_a=(q4_1|q4_0|q5_0|q5_1|q8_0|q[2-6]_K|f16|f32),type_b=(f32|f16)"
PLAIN = r"(?!.*\b(type|type_src|type_dst)=(?!f32|f16|bf16|q4_0|q4_1|q8_0|i32)).*"
PROMISED = {"MUL_MAT": WEIGHTS, "GET_ROWS": PLAIN, "RMS_NORM": "", "ROPE": "", "SET_ROWS": PLAIN, "SOFT_MAX": "",
            "FLASH_ATTN_EXT": r".*type_K=f16,type_V=f16", "SWIGLU": PLAIN, "ADD": "", "MUL": "", "SCALE": PLAIN, "CPY": PLAIN,
            "CONT": PLAIN, "DUP": PLAIN}

# A line of test-backend-ops; what it has to say about a failure may stand before the case on the same line.
CASE = re.compile(r"(?P<op>\w+)\((?P<params>[^()]*(?:\([^()]*\)[^()]*)*)\): "
                  r"(?P<verdict>OK|FAIL|not supported \[(?P<who>[^\]]*)\])")
COLOUR = re.compile("\x1b\\[[0-9;]*m")


class Table:
    def __init__(self):
        self.ops = collections.defaultdict(lambda: collections.Counter(claimed=0, passed=0, unclaimed=0, uncompared=0))
        self.failures, self.missing = [], []

    def add(self, line):
        case = CASE.search(line)
        if not case:
            return
        counts, verdict = self.ops[case["op"]], case["verdict"]
        if verdict in ("OK", "FAIL"):
            counts["claimed"] += 1
            counts["passed"] += verdict == "OK"
            if verdict == "FAIL":
                self.failures.append(line.strip())
        elif "EXOSUIT0" in case["who"]:
            counts["unclaimed"] += 1
            if case["op"] in PROMISED and re.match(PROMISED[case["op"]], case["params"]):
                self.missing.append(f"{case['op']}({case['params']})")
        else:
            counts["uncompared"] += 1  # claimed, but the processor has nothing to compare it with


    def load(self, path):
        """Takes over what --json wrote. Returns what was wrong with that run, or None."""
        part = json.loads(path.read_text())
        for op, counts in part["operations"].items():
            self.ops[op] = collections.Counter(counts)
        self.failures += part["failures"]
        self.missing += part["missing"]
        return part["trouble"]


def progress(text):
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K" + text)
        sys.stderr.flush()


def run(args, table):
    """Feeds the table line by line. Returns what went wrong with the program itself, or None."""
    command = [str(args.build / "exosuit"), "run", "--device", args.device, "--", "test-backend-ops", "test", "-b", "EXOSUIT0"]
    command += ["-j", str(args.jobs)]
    if args.only:
        command += ["-o", args.only]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               env={**os.environ, "OMP_WAIT_POLICY": "passive"})
    selector = selectors.DefaultSelector()
    selector.register(process.stdout, selectors.EVENT_READ)
    buffer, tail, begin = b"", collections.deque(maxlen=15), time.monotonic()
    while True:
        if not selector.select(args.deadline):
            process.kill()
            last = " ".join(tail) + " " + buffer.decode(errors="replace")
            return f"nothing printed for {args.deadline} s, last: {last[-400:]}"
        data = os.read(process.stdout.fileno(), 1 << 16)
        if not data:
            break
        *lines, buffer = (buffer + data).split(b"\n")
        for line in lines:
            line = COLOUR.sub("", line.decode(errors="replace"))
            tail.append(line)
            table.add(line)
        done = sum(c["claimed"] for c in table.ops.values())
        progress(f"{done} cases, {len(table.failures)} failed, {time.monotonic() - begin:.0f} s: {tail[-1][:80] if tail else ''}")
    progress("")
    status = process.wait()
    if status not in (0, 1) or not table.ops or not any("EXOSUIT0" in line for line in tail):
        return f"test-backend-ops ended with {status} before its summary:\n" + "\n".join(tail)
    return None


def markdown(device, table):
    def row(op, c):
        return f"| {op} | {c['claimed']} | {c['passed']} | {c['unclaimed']} | {c['uncompared']} |"

    claimed = {op: c for op, c in sorted(table.ops.items()) if c["claimed"]}
    rest = [op for op, c in sorted(table.ops.items()) if not c["claimed"]]
    total = sum(claimed.values(), collections.Counter())
    return "\n".join([
        "# Operations", "",
        f"What stock `test-backend-ops` of the pinned llama.cpp says on `{device}`; made by `bench/ops.py --docs docs/OPS.md`.",
        "A case not claimed is computed by the processor; one that the processor cannot compute has nothing to be compared with.",
        "",
        "| operation | claimed | passed | not claimed | nothing to compare with |", "|---|---:|---:|---:|---:|",
        *[row(op, c) for op, c in claimed.items()], row("**together**", total), "",
        "Left to the processor, no case claimed: " + ", ".join(rest) + "."]) + "\n"


def report(table, trouble):
    for op, c in sorted(table.ops.items()):
        if c["claimed"]:
            mark = "ok  " if c["claimed"] == c["passed"] else "FAIL"
            print(f"{mark} {op:24} claimed {c['claimed']:5}  passed {c['passed']:5}  not claimed {c['unclaimed']:5}")
    for line in table.failures[:40]:
        print("FAIL " + line)
    for case in table.missing[:40]:
        print("NOT CLAIMED " + case)
    if trouble:
        print("FAIL " + trouble)
    print(f"{sum(c['passed'] for c in table.ops.values())} cases passed, {len(table.failures)} failed, "
          f"{len(table.missing)} that should be claimed are not")


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--device", default="sim:rx7900xtx")
    args.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    args.add_argument("--only", help="operations, separated by commas")
    args.add_argument("--docs", type=pathlib.Path)
    args.add_argument("--json", type=pathlib.Path)
    args.add_argument("--jobs", type=int, default=2, help="cases at once: one is compared while the card computes another")
    args.add_argument("--deadline", type=float, default=300)
    args.add_argument("--from", dest="parts", type=pathlib.Path, nargs="+", help="results of earlier runs instead of a run")
    args = args.parse_args()

    table = Table()
    trouble = next(filter(None, [table.load(part) for part in args.parts]), None) if args.parts else run(args, table)
    report(table, trouble)
    if args.docs and not trouble:
        args.docs.write_text(markdown(args.device, table))
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        result = {"device": args.device, "operations": table.ops, "failures": table.failures, "missing": table.missing,
                  "trouble": trouble}
        args.json.write_text(json.dumps(result, indent=1) + "\n")
    return 1 if trouble or table.failures or table.missing else 0


if __name__ == "__main__":
    sys.exit(main())
