#!/usr/bin/env python3
"""Holds the cost model against published measurements: each row is a small kernel of `exosuit bench --model`, run on a simulated
card, beside what somebody measured on a real one with a kernel that does the same. Exit 1 when a figure that the model was not
fitted to is missed by more than a quarter and is not among the misses that docs/MODEL.md explains.

usage: model.py [--build DIR] [--docs FILE] [--json FILE] [CARD...]
"""
import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOLERANCE = 0.25
FITTED, CHECKED = "fitted", "checked"

MEMTEST = "memtest_vulkan on an RX 7900 XTX: pastebin.com/Cd1f20Rc"
CLPEAK = "clpeak on an RX 7900 XT: gist.github.com/gartnera/4b9dca45cb6be647dbb12e25c2b645db"
VKPEAK = "vkpeak's README, RX 9060 XT: github.com/nihui/vkpeak"
VKPEAK_XTX = "vkpeak's author, RX 7900 XTX: github.com/phoronix-test-suite/test-profiles/issues/284"
SGEMM = "fp32_sgemm_amd, kernel 3: github.com/seb-v/fp32_sgemm_amd"
SGEMM_7600 = "the same on an RX 7600 XT: github.com/seb-v/fp32_sgemm_amd/issues/1"
HELLO = "hello-gpu, chapter 2, RX 9070 XT: github.com/datawhalechina/hello-gpu"
MAG = "mac-amdgpu, R9700 on an M5 Max: github.com/lemonade-sdk/mac-amdgpu"

# card, kernel, published, unit, use, source, why a miss is known (None: it must hold)
PUBLISHED = [
    ("rx7900xtx", "stream_read", 785, "GB/s", FITTED, MEMTEST, None),
    ("rx7900xtx", "stream_write", 822, "GB/s", CHECKED, MEMTEST, None),
    ("rx7900xtx", "wmma_f16", 130000, "GFLOPS", CHECKED, VKPEAK_XTX, None),
    ("rx7900xtx", "sgemm", 22777, "GFLOPS", CHECKED, SGEMM, None),
    ("rx7900xt", "stream_read", 717.8, "GB/s", CHECKED, CLPEAK, None),
    ("rx7900xt", "fma_f32", 28076, "GFLOPS", CHECKED, CLPEAK, None),
    ("rx7900xt", "pk_f16", 54410, "GFLOPS", CHECKED, CLPEAK, None),
    ("rx7900xt", "fma_f64", 985, "GFLOPS", CHECKED, CLPEAK, None),
    ("rx7900xt", "mad_u32", 6739, "GOPS", CHECKED, CLPEAK, None),
    ("rx7600", "sgemm", 7790.6, "GFLOPS", CHECKED, SGEMM_7600, None),
    ("rx9070xt", "copy_1", 571.0, "GB/s", CHECKED, HELLO, None),
    ("rx9070xt", "copy_17", 173.9, "GB/s", FITTED, HELLO, None),
    ("rx9070xt", "copy_257", 71.1, "GB/s", CHECKED, HELLO,
     "each lane reads a line of its own; what holds the real card below its memory-side cache's rate there is not known"),
    ("rx9070xt", "lds_1", 2127, "GB/s", CHECKED, HELLO, None),
    ("rx9070xt", "lds_32", 407, "GB/s", FITTED, HELLO, None),
    ("rx9070xt", "lds_33", 2123, "GB/s", CHECKED, HELLO, None),
    ("rx9060xt", "fma_f32", 12213, "GFLOPS", CHECKED, VKPEAK, None),
    ("rx9060xt", "pk_f16", 22504, "GFLOPS", CHECKED, VKPEAK, None),
    ("rx9060xt", "fma_f64", 444.9, "GFLOPS", CHECKED, VKPEAK, None),
    ("rx9060xt", "mul_add_u32", 2811, "GOPS", CHECKED, VKPEAK, None),
    ("rx9060xt", "dot4_i8", 54025, "GOPS", CHECKED, VKPEAK, None),
    ("rx9060xt", "wmma_f16", 107157, "GFLOPS", CHECKED, VKPEAK, None),
    ("rx9060xt", "wmma_i8", 194220, "GOPS", CHECKED, VKPEAK, None),
    ("rx9060xt", "copy_1", 291.9, "GB/s", CHECKED, VKPEAK, None),
    ("r9700", "copy_1", 580, "GB/s", CHECKED, MAG, None),
    ("r9700", "stream_read", 417, "GB/s", CHECKED, MAG, "its own copy moves 580 GB/s over the same wires: the kernel's limit, not the card's"),
]


def micro(build, card):
    """Modelled figures by kernel, or None where this card is not simulated."""
    kernels = [row[1] for row in PUBLISHED if row[0] == card]
    done = subprocess.run([str(build / "exosuit"), "bench", "--model", "--json", "--device", "sim:" + card, *kernels],
                          capture_output=True, text=True, timeout=1200)
    if not done.stdout.startswith("{"):
        print(f"{card}: not modelled: {done.stderr.strip()[:150]}", file=sys.stderr)
        return None
    rows = json.loads(done.stdout)["modelled"]
    for row in rows:
        if "error" in row:
            print(f"{card}: {row['name']}: {row['error'][:150]}", file=sys.stderr)
    return {row["name"]: row.get("modelled") for row in rows}


def compare(build, cards):
    figures = {card: micro(build, card) for card in cards}
    rows = []
    for card, kernel, published, unit, use, source, known in PUBLISHED:
        if card not in figures:
            continue
        modelled = (figures[card] or {}).get(kernel)
        off = modelled / published - 1 if modelled else None
        if off is None:
            verdict = "not run"
        elif abs(off) <= TOLERANCE:
            verdict = "within 25 %"
        else:
            verdict = "off, known" if known else "OFF"
        rows.append({"card": card, "kernel": kernel, "published": published, "modelled": modelled, "unit": unit, "use": use,
                     "off": off, "verdict": verdict, "source": source, "known": known})
    return rows


def markdown(rows):
    lines = ["| card | kernel | published | modelled | off by | used for | source |", "|---|---|---|---|---|---|---|"]
    for r in rows:
        modelled = "not run" if r["modelled"] is None else f"{r['modelled']:.0f} {r['unit']}"
        off = "" if r["off"] is None else f"{100 * r['off']:+.0f} %" + (f" ({r['known']})" if r["verdict"] == "off, known" else "")
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
    cards = args.cards or list(dict.fromkeys(row[0] for row in PUBLISHED))
    rows = compare(args.build, cards)
    print("The cost model against published measurements; all of our figures are modelled.")
    for r in rows:
        modelled = "-" if r["modelled"] is None else f"{r['modelled']:.1f}"
        off = "" if r["off"] is None else f"{100 * r['off']:+.1f} %"
        print(f"  {r['card']:<10} {r['kernel']:<13} {r['published']:>9g} published {modelled:>10} modelled {r['unit']:<7} {off:>8}"
              f"  {r['use']:<8} {r['verdict']}")
    bad = [r for r in rows if r["use"] == CHECKED and r["verdict"] in ("OFF", "not run")]
    held = [r for r in rows if r["use"] == CHECKED and r["verdict"] == "within 25 %"]
    print(f"{len(held)} of {sum(r['use'] == CHECKED for r in rows)} figures that the model was not fitted to are within 25 %")
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1) + "\n")
    if args.docs:
        put_into(args.docs, "published", markdown(rows))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
