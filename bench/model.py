#!/usr/bin/env python3
"""Holds the cost model against published measurements: each row is a small kernel of `exosuit bench --model`, run on a simulated
card, beside what somebody measured on a real one with a kernel that does the same. Exit 1 when a figure that the model was not
fitted to is missed by more than a quarter.

usage: model.py [--build DIR] [--docs FILE] [--json FILE] [CARD...]
"""
import argparse
import json
import pathlib
import subprocess
import sys
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOLERANCE = 0.25
FITTED, CHECKED = "fitted", "checked"

MEMTEST = "memtest_vulkan on an RX 7900 XTX: pastebin.com/Cd1f20Rc"
CLPEAK = "clpeak on an RX 7900 XT: gist.github.com/gartnera/4b9dca45cb6be647dbb12e25c2b645db"
VKPEAK = "vkpeak's README, RX 9060 XT: github.com/nihui/vkpeak"
VKPEAK_XTX = "vkpeak's author, RX 7900 XTX: github.com/phoronix-test-suite/test-profiles/issues/284"
SGEMM_1 = "fp32_sgemm_amd, kernel 1: github.com/seb-v/fp32_sgemm_amd"
SGEMM_2 = "fp32_sgemm_amd, kernel 2"
SGEMM_3 = "fp32_sgemm_amd, kernel 3"
SGEMM_7600 = "the same on an RX 7600 XT: github.com/seb-v/fp32_sgemm_amd/issues/1"
HELLO = "hello-gpu, chapter 2, RX 9070 XT: github.com/datawhalechina/hello-gpu"
HELLO_ADD = "hello-gpu, chapter 7"
HELLO_SGEMM = "hello-gpu, chapter 11, 1024 x 1024 x 1024"
LSE = "LSE's probe of 512 MiB (github.com/Geramy/LSE), R9700 on an M5 Max: mac-amdgpu, PROGRESS.md"
MAG = "copies of 16 MiB, R9700 on an M5 Max: mac-amdgpu, HRX_BANDWIDTH.md: github.com/lemonade-sdk/mac-amdgpu"


class Row(NamedTuple):
    card: str
    kernel: str
    published: float
    unit: str
    use: str
    source: str
    launches: int = 1  # one behind the other in the time that was taken
    host_us: float = 0  # what else is in that time: the host's way to the card and back, which no model of a card has


PUBLISHED = [
    Row("rx7900xtx", "stream_read", 785, "GB/s", FITTED, MEMTEST),
    Row("rx7900xtx", "stream_write", 822, "GB/s", CHECKED, MEMTEST),
    Row("rx7900xtx", "wmma_f16", 130000, "GFLOPS", CHECKED, VKPEAK_XTX),
    Row("rx7900xtx", "naive_4096", 1010.5, "GFLOPS", FITTED, SGEMM_1),
    Row("rx7900xtx", "lds32_4096", 4018, "GFLOPS", FITTED, SGEMM_2),
    Row("rx7900xtx", "sgemm", 22777, "GFLOPS", CHECKED, SGEMM_3),
    Row("rx7900xt", "stream_read", 717.8, "GB/s", CHECKED, CLPEAK),
    Row("rx7900xt", "fma_f32", 28076, "GFLOPS", CHECKED, CLPEAK),
    Row("rx7900xt", "pk_f16", 54410, "GFLOPS", CHECKED, CLPEAK),
    Row("rx7900xt", "fma_f64", 985, "GFLOPS", CHECKED, CLPEAK),
    Row("rx7900xt", "mad_u32", 6739, "GOPS", CHECKED, CLPEAK),
    Row("rx7600", "naive_4096", 306.5, "GFLOPS", CHECKED, SGEMM_7600),
    Row("rx7600", "lds32_4096", 1335.5, "GFLOPS", CHECKED, SGEMM_7600),
    Row("rx7600", "sgemm", 7790.6, "GFLOPS", CHECKED, SGEMM_7600),
    Row("rx9070xt", "copy_1", 571.0, "GB/s", CHECKED, HELLO),
    Row("rx9070xt", "copy_17", 173.9, "GB/s", FITTED, HELLO),
    Row("rx9070xt", "copy_257", 71.1, "GB/s", FITTED, HELLO),
    Row("rx9070xt", "lds_1", 2127, "GB/s", CHECKED, HELLO),
    Row("rx9070xt", "lds_32", 407, "GB/s", FITTED, HELLO),
    Row("rx9070xt", "lds_33", 2123, "GB/s", CHECKED, HELLO),
    Row("rx9070xt", "add", 599.9, "GB/s", CHECKED, HELLO_ADD),
    Row("rx9070xt", "add_rows", 549.0, "GB/s", CHECKED, HELLO_ADD),
    Row("rx9070xt", "add_columns", 79.4, "GB/s", CHECKED, HELLO_ADD),
    Row("rx9070xt", "naive_1024", 748.0, "GFLOPS", CHECKED, HELLO_SGEMM),
    Row("rx9070xt", "lds8_1024", 1480.3, "GFLOPS", CHECKED, HELLO_SGEMM),
    Row("rx9070xt", "lds16_1024", 1548.5, "GFLOPS", FITTED, HELLO_SGEMM),
    Row("rx9070xt", "lds32_1024", 1452.6, "GFLOPS", CHECKED, HELLO_SGEMM),
    Row("rx9060xt", "fma_f32", 12213, "GFLOPS", CHECKED, VKPEAK),
    Row("rx9060xt", "pk_f16", 22504, "GFLOPS", CHECKED, VKPEAK),
    Row("rx9060xt", "fma_f64", 444.9, "GFLOPS", CHECKED, VKPEAK),
    Row("rx9060xt", "mul_add_u32", 2811, "GOPS", CHECKED, VKPEAK),
    Row("rx9060xt", "dot4_i8", 54025, "GOPS", CHECKED, VKPEAK),
    Row("rx9060xt", "wmma_f16", 107157, "GFLOPS", CHECKED, VKPEAK),
    Row("rx9060xt", "wmma_i8", 194220, "GOPS", CHECKED, VKPEAK),
    Row("rx9060xt", "copy_1", 291.9, "GB/s", CHECKED, VKPEAK),
    # Its batch of eight copies of 4 KiB takes 206.7 us; eight launches of that are the card's.
    Row("r9700", "copy_16m", 580.6, "GB/s", CHECKED, MAG, launches=8, host_us=206.7 - 8 * 2.5),
    # Four launches and a wait, by the host's clock. The least that the same machine is known to add: 182.9 us for a dispatch
    # of 5.1 us (mac-amdgpu's HRX benchmark report). With the polling by milliseconds of the same report it is 1,567 us.
    Row("r9700", "grid_read", 416.8, "GB/s", CHECKED, LSE, launches=4, host_us=182.9 - 5.1),
]


def micro(build, card):
    """What is modelled by kernel, or None where this card is not simulated."""
    kernels = [row.kernel for row in PUBLISHED if row.card == card]
    done = subprocess.run([str(build / "exosuit"), "bench", "--model", "--json", "--device", "sim:" + card, *kernels],
                          capture_output=True, text=True, timeout=1200)
    if not done.stdout.startswith("{"):
        print(f"{card}: not modelled: {done.stderr.strip()[:150]}", file=sys.stderr)
        return None
    rows = json.loads(done.stdout)["modelled"]
    for row in rows:
        if "error" in row:
            print(f"{card}: {row['name']}: {row['error'][:150]}", file=sys.stderr)
    return {row["name"]: row for row in rows if "modelled" in row}


def as_measured(row, modelled):
    """The figure as the benchmark's clock would have given it, what the host takes included."""
    card_us = row.launches * modelled["modelled_us"]
    return modelled["modelled"] * card_us / (card_us + row.host_us)


def compare(build, cards):
    figures = {card: micro(build, card) for card in cards}
    rows = []
    for row in PUBLISHED:
        if row.card not in figures:
            continue
        found = (figures[row.card] or {}).get(row.kernel)
        modelled = as_measured(row, found) if found else None
        off = modelled / row.published - 1 if modelled else None
        verdict = "not run" if off is None else "within 25 %" if abs(off) <= TOLERANCE else "OFF"
        rows.append({**row._asdict(), "modelled": modelled, "off": off, "verdict": verdict})
    return rows


def markdown(rows):
    lines = ["| card | kernel | published | modelled | off by | used for | source |", "|---|---|---|---|---|---|---|"]
    for r in rows:
        modelled = "not run" if r["modelled"] is None else f"{r['modelled']:.0f} {r['unit']}"
        off = "" if r["off"] is None else f"{100 * r['off']:+.0f} %"
        off = f"**{off}**" if r["verdict"] == "OFF" else off
        lines.append(f"| {r['card']} | {r['kernel']} | {r['published']:.0f} {r['unit']} | {modelled} | {off} | {r['use']} | {r['source']} |")
    return "\n".join(lines)


def put_into(path, mark, text):
    """Replaces what stands between the two comments that name `mark`."""
    page = path.read_text()
    begin, end = f"<!-- {mark} -->", f"<!-- end {mark} -->"
    head, rest = page.split(begin)
    path.write_text(head + begin + "\n" + text + "\n" + end + rest.split(end)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog="Cards: names as in `exosuit devices`.")
    parser.add_argument("cards", nargs="*", metavar="CARD")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--docs", type=pathlib.Path, help="the page whose table is brought up to date (docs/MODEL.md)")
    parser.add_argument("--json", type=pathlib.Path)
    args = parser.parse_args()
    cards = args.cards or list(dict.fromkeys(row.card for row in PUBLISHED))
    rows = compare(args.build, cards)
    print("The cost model against published measurements; all of our figures are modelled.")
    for r in rows:
        modelled = "-" if r["modelled"] is None else f"{r['modelled']:.1f}"
        off = "" if r["off"] is None else f"{100 * r['off']:+.1f} %"
        print(f"  {r['card']:<10} {r['kernel']:<13} {r['published']:>9g} published {modelled:>10} modelled {r['unit']:<7} {off:>8}"
              f"  {r['use']:<8} {r['verdict']}")
    checked = [r for r in rows if r["use"] == CHECKED]
    bad = [r for r in checked if r["verdict"] != "within 25 %"]
    print(f"{len(checked) - len(bad)} of {len(checked)} figures that the model was not fitted to are within 25 %")
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n")
    if args.docs:
        put_into(args.docs, "published", markdown(rows))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
