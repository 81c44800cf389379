#!/usr/bin/env python3
"""text_rows.py [--forms N] [--words N] [--seed N] ISA_TEXT...: our disassembly of every instruction row against LLVM 19's, for both
generations. ISA_TEXT... is the program, behind an emulator where it needs one.

1. For every row, forms that LLVM assembles: random encodings that LLVM disassembles, whose text it then assembles again; what it makes of
   them is decoded by us and must give LLVM's text. A row counts when at least one form of it was compared.
2. Encodings with reserved and unused bits, and random words: what LLVM rejects we must reject and the other way round, but for the
   exceptions below, which are counted.
3. Matrix products in a wave32 and a wave64, whose registers and index pieces differ: as 2.
"""
import argparse
import collections
import random
import re
import shutil
import subprocess
import sys

import forms

CPU = {11: "gfx1100", 12: "gfx1201"}

# Where we differ on purpose. LLVM's text (None: it rejects), ours (None: we reject) -> does it apply?
FOREIGN = re.compile(r"(image_|exp |export |tbuffer_|v_interp|lds_(direct|param)|ds_(direct|param)_load)")
EXCEPTIONS = [
    ("LLVM itself writes that an operand or a lane permutation is invalid", lambda llvm, us: llvm and "/*" in llvm),
    ("not a compute instruction: typed buffer, image, export, interpolation", lambda llvm, us: not us and llvm and FOREIGN.match(llvm)),
    ("a literal and a lane permutation share one word", lambda llvm, us: not us and llvm and "_dpp" in llvm),
    ("src_lds_direct is no source of these generations", lambda llvm, us: not us and llvm and "src_lds_direct" in llvm),
    ("a result that goes to a source-only number", lambda llvm, us: not us and llvm and re.match(r"v_\w+ (src_|-?\d)", llvm)),
    ("a buffer's offset register that is a literal", lambda llvm, us: not us and llvm and re.match(r"buffer_.*, 0x", llvm)),
    ("a matrix operand that is no VGPR", lambda llvm, us: not us and llvm and re.match(r"v_s?wmm", llvm)),
]


def exception(llvm, us):
    """Why the two may differ, or None."""
    return next((reason for reason, applies in EXCEPTIONS if applies(llvm, us)), None)


def find_mc():
    for name in ("llvm-mc-19", "llvm-mc"):
        if shutil.which(name):
            version = subprocess.run([name, "--version"], capture_output=True, text=True).stdout
            if "LLVM version 19." in version:
                return name
    print("skipped: llvm-mc of LLVM 19 is not installed")
    sys.exit(77)


def normal(text):
    return " ".join(text.split())


class Llvm:
    def __init__(self, gen, wave64=False):
        self.command = [find_mc(), "-triple=amdgcn", "-mcpu=" + CPU[gen]] + (["-mattr=+wavefrontsize64"] if wave64 else [])

    def disassemble(self, items):
        """For each item (words): its first instruction's text, or None. Marks (s_nop, whose number counts) follow each item, four of
        them, since LLVM reads on behind an item that is no instruction."""
        lines = []
        for n, words in enumerate(items):
            mark = 0xbf804000 | n & 0x3fff
            for group in (words, [mark] * 4):
                lines.append(",".join("0x%02x" % b for w in group for b in w.to_bytes(4, "little")))
        p = subprocess.run(self.command + ["--disassemble"], input="\n".join(lines) + "\n", capture_output=True, text=True)
        found, current = [], []
        for line in map(str.strip, p.stdout.split("\n")):
            mark = re.match(r"s_nop 0x([4-7][0-9a-f]{3})$", line)
            if mark and int(mark[1], 16) - 0x4000 == len(found) & 0x3fff:
                found.append(current)
                current = []
            elif line and not mark and not line.startswith(".text"):
                current.append(normal(line.split("//")[0]))
        bad = {(int(m[1]) - 1) // 2 for m in re.finditer(r"<stdin>:(\d+):1: warning: invalid", p.stderr)}
        if len(found) != len(items):
            sys.exit("llvm-mc gave %d answers for %d encodings" % (len(found), len(items)))
        return [None if n in bad or not t else t[0] for n, t in enumerate(found)]

    def assemble(self, texts):
        """For each text: its words, or None."""
        p = subprocess.run(self.command + ["-show-encoding"], input="\n".join(texts) + "\n", capture_output=True, text=True)
        bad = {int(m[1]) - 1 for m in re.finditer(r"<stdin>:(\d+):\d+: error", p.stderr)}
        codes = iter(re.findall(r"encoding: \[(.*?)\]", p.stdout))
        out = []
        for n in range(len(texts)):
            if n in bad:
                out.append(None)
                continue
            try:
                code = bytes(int(b, 16) for b in next(codes).split(","))
            except (StopIteration, ValueError):
                sys.exit("llvm-mc's answers do not fit the %d texts" % len(texts))
            out.append([int.from_bytes(code[i:i + 4], "little") for i in range(0, len(code), 4)])
        return out


class Ours:
    def __init__(self, program, gen, wave64=False):
        self.command = program + (["-12"] if gen == 12 else []) + (["-64"] if wave64 else []) + ["-x"]

    def disassemble(self, items):
        """For each item: (bytes, text), or None."""
        lines = ["%08x %08x %08x" % tuple((words + [0, 0])[:3]) for words in items]
        p = subprocess.run(self.command, input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
        out = []
        for line in p.stdout.split("\n")[:-1]:
            parts = line.split(" ", 2)
            out.append((int(parts[0]), normal(parts[2])) if len(parts) == 3 and parts[1] == "both" else None)
        if len(out) != len(items):
            sys.exit("isa_text gave %d answers for %d encodings" % (len(out), len(items)))
        return out


def rows_of(program, gen):
    """(encoding, opcode, name, whether LLVM 19 has it) of every row that the generation has."""
    text = subprocess.run(program + ["-rows"], capture_output=True, text=True, check=True).stdout
    rows, states = [], collections.Counter()
    for line in text.split("\n")[:-1]:
        encoding, op11, op12, name11, name12, state, texts = line.split()
        op = int(op11 if gen == 11 else op12)
        if op >= 0:
            rows.append((encoding, op, name11 if gen == 11 else name12, texts == "both"))
            states[state] += 1
    return rows, states


def assembled_forms(gen, llvm, rows, wanted, count, source):
    """(words, row number) of random forms of the rows `wanted` that LLVM's assembler makes of its own disassembly of them."""
    items, owner = [], []
    for index in wanted:
        encoding, op, _, _ = rows[index]
        for form in forms.OF_ENCODING[encoding]:
            for _ in range(count):
                items.append(form(forms.Fields(source, gen, 0.0), op))
                owner.append(index)
    texts = llvm.disassemble(items)
    pairs = [(t, o) for t, o in zip(texts, owner) if t and "/*" not in t]
    codes = llvm.assemble([t for t, _ in pairs])
    return [(c, o) for c, (_, o) in zip(codes, pairs) if c]


def check_assembled(gen, llvm, ours, rows, count, source):
    """Part 1. Returns the number of mismatches."""
    checked, bad, rounds = collections.Counter(), 0, 12
    for n in range(rounds):  # rows whose fields rarely fall into place are tried again
        wanted = [r for r in range(len(rows)) if checked[r] < count // 2 and rows[r][3]]
        kept = assembled_forms(gen, llvm, rows, wanted, count * (1 + 2 * (n > 0)), source)
        answers = zip(kept, llvm.disassemble([c for c, _ in kept]), ours.disassemble([c for c, _ in kept]))
        for (code, o), want, have in answers:
            if want is None or (have is None and exception(want, None)):
                continue
            checked[o] += 1
            if have != (4 * len(code), want):
                bad += 1
                if bad <= 20:
                    print("gfx%d %s: %s\n  LLVM: %s\n  ours: %s" % (gen, rows[o][2], " ".join("%08x" % w for w in code), want, have))
    without = [r for n, r in enumerate(rows) if not checked[n]]
    unexplained = [r for r in without if r[3]]
    print("gfx%d: %d of %d rows checked by %d assembled forms, %d mismatches; LLVM 19 does not have: %s" %
          (gen, len(rows) - len(without), len(rows), sum(checked.values()), bad, " ".join(r[2] for r in without if r not in unexplained)))
    for r in unexplained:
        print("gfx%d: no form of %s %s could be compared" % (gen, r[0], r[2]))
    return bad + len(unexplained)


def check_words(gen, llvm, ours, rows, count, source):
    """Part 2. Returns the number of unexpected differences."""
    items = [[source.getrandbits(32) for _ in range(3)] for _ in range(count)]
    for encoding, op, _, _ in rows:
        for form in forms.OF_ENCODING[encoding]:
            items.append(form(forms.Fields(source, gen, 0.05), op))
    return compare_items("gfx%d" % gen, llvm, ours, [words for words in items if words[0] >> 16 != 0xbf80])  # what marks look like


def check_matrices(gen, wave64, llvm, ours, rows):
    """Every op_sel, and every operand near the last register. Returns the number of unexpected differences."""
    items = []
    for op in (op for encoding, op, name, _ in rows if encoding == "VOP3P" and re.match("v_s?wmma", name)):
        choices = [(opsel, (24, 8, 16, 40)) for opsel in range(8)]
        choices += [(0, tuple(v if k == n else 24 for k in range(4))) for n in range(4) for v in range(244, 256)]
        for opsel, (dst, *sources) in choices:
            second = sum((256 + v) << 9 * n for n, v in enumerate(sources))
            items.append([0xcc004000 | op << 16 | opsel << 11 | dst, 3 << 27 | second, 0])
    return compare_items("gfx%d matrices of a wave%d" % (gen, 64 if wave64 else 32), llvm, ours, items)


def compare_items(title, llvm, ours, items):
    bad, same, reasons = 0, 0, collections.Counter()
    for words, want, have in zip(items, llvm.disassemble(items), ours.disassemble(items)):
        text = have[1] if have else None
        if want == text:
            same += 1
            continue
        reason = exception(want, text)
        reasons[reason] += 1
        if reason is None:
            bad += 1
            if bad <= 20:
                print("%s: %s\n  LLVM: %s\n  ours: %s" % (title, " ".join("%08x" % w for w in words), want, text))
    print("%s: %d encodings with anything in them, %d the same, %d differ without a reason" % (title, len(items), same, bad))
    for reason, n in reasons.most_common():
        if reason:
            print("  %6d %s" % (n, reason))
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--forms", type=int, default=8, help="forms per row and encoding")
    parser.add_argument("--words", type=int, default=4000, help="random words")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("program", nargs=argparse.REMAINDER)  # an emulator has options of its own
    args = parser.parse_args()
    bad = 0
    for gen in (11, 12):
        llvm, ours, source = Llvm(gen), Ours(args.program, gen), random.Random(args.seed)
        rows, states = rows_of(args.program, gen)
        bad += check_assembled(gen, llvm, ours, rows, args.forms, source)
        bad += check_words(gen, llvm, ours, rows, args.words, source)
        for wave64 in (False, True):
            bad += check_matrices(gen, wave64, Llvm(gen, wave64), Ours(args.program, gen, wave64), rows)
        print("gfx%d: %s" % (gen, ", ".join("%d rows %s" % (n, s) for s, n in states.most_common())))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
