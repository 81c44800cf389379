#!/usr/bin/env python3
"""Runs stock test-backend-ops on a card and counts, per operation, the cases claimed, passed and not claimed.

Every case that the backend claims must pass: exit 1 otherwise. The card's results are compared with the processor's by
test-backend-ops itself. --docs writes the table as a Markdown page.

usage: ops.py [--device URI] [--build DIR] [--only OP,OP] [--docs FILE] [--json FILE]
"""
import argparse
import collections
import csv
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The operations and types that kernels/ was written for: here every case should be claimed.
PROMISED = ["GET_ROWS", "RMS_NORM", "ROPE", "SET_ROWS", "SOFT_MAX", "FLASH_ATTN_EXT", "ADD", "MUL", "SCALE", "CPY", "CONT", "DUP",
            "MUL_MAT", "SWIGLU"]


def run(build, device, only):
    command = [str(build / "exosuit"), "run", "--device", device, "--", "test-backend-ops", "test", "-b", "EXOSUIT0", "--output", "csv"]
    if only:
        command += ["-o", only]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "OMP_WAIT_POLICY": "passive"})


def count(rows):
    table = collections.defaultdict(lambda: collections.Counter(claimed=0, passed=0, unclaimed=0))
    failures = []
    for row in rows:
        counts = table[row["op_name"]]
        if row["supported"] not in ("1", "true", "yes"):
            counts["unclaimed"] += 1
            continue
        counts["claimed"] += 1
        if row["passed"] in ("1", "true", "yes"):
            counts["passed"] += 1
        else:
            failures.append(f"{row['op_name']}({row['op_params']}): {row['error_message']}")
    return table, failures


def markdown(device, table):
    lines = ["# Operations", "", f"What stock `test-backend-ops` says on `{device}`; made by `bench/ops.py --docs docs/OPS.md`.", "",
             "| operation | cases claimed | passed | not claimed |", "|---|---:|---:|---:|"]
    lines += [f"| {op} | {c['claimed']} | {c['passed']} | {c['unclaimed']} |" for op, c in sorted(table.items()) if c["claimed"]]
    rest = [op for op, c in sorted(table.items()) if not c["claimed"]]
    lines += ["", "Left to the processor, no case claimed: " + ", ".join(rest) + "."]
    return "\n".join(lines) + "\n"


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--device", default="sim:rx7900xtx")
    args.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    args.add_argument("--only", help="operations, separated by commas")
    args.add_argument("--docs", type=pathlib.Path)
    args.add_argument("--json", type=pathlib.Path)
    args = args.parse_args()

    process = run(args.build, args.device, args.only)
    output, messages = process.communicate(timeout=3600)
    start = output.find('"test_time"')
    rows = list(csv.DictReader(output[max(start, 0):].splitlines()))
    if not rows or "supported" not in rows[0]:
        sys.exit(f"test-backend-ops ended with {process.returncode} and printed no table:\n{(output + messages)[-2000:]}")
    table, failures = count([row for row in rows if row.get("supported") is not None])
    for op, c in sorted(table.items()):
        if c["claimed"]:
            mark = "ok  " if c["claimed"] == c["passed"] else "FAIL"
            note = "" if not c["unclaimed"] or op not in PROMISED else "  (some not claimed)"
            print(f"{mark} {op:24} claimed {c['claimed']:5}  passed {c['passed']:5}  not claimed {c['unclaimed']:5}{note}")
    for line in failures[:40]:
        print("FAIL " + line)
    if process.returncode not in (0, 1):
        failures.append("test-backend-ops did not end by itself")
        print(f"test-backend-ops ended with {process.returncode}:\n{messages[-1000:]}")
    if args.docs:
        args.docs.write_text(markdown(args.device, table))
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps({"device": args.device, "operations": table, "failures": failures}, indent=1) + "\n")
    print(f"{sum(c['passed'] for c in table.values())} cases passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
