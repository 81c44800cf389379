#!/usr/bin/env python3
"""pcode.py: compares our execution of single instructions with AMD's pseudo-code, evaluated here.

pcode.py DRIVER --wheel FOLDER [--rounds N] [--seed N] [--only REGEX] [--generation rdna3|rdna4] [--share PERCENT]

Every instruction of the manual that a compute shader may use gets N random cases: operands, modes, modifiers, EXEC masks.
Printed: how many rows were checked, those that were not with the reason, and each mismatch with wanted and got."""

import argparse
import collections
import random
import re
import subprocess
import sys
import time

import dual
import language
import machine
import manual
import matrix
import memory
import plain
import scalar
import softfloat as sf
import vector
from machine import Answer, Skip

GROUPS = {'VOP1Op': vector.Vector, 'VOP2Op': vector.Vector, 'VOPCOp': vector.Vector, 'VOP3Op': vector.Vector,
          'VOP3SDOp': vector.Vector, 'VOP3POp': vector.Vector}
GROUPS.update({group: scalar.Scalar for group in ('SOP1Op', 'SOP2Op', 'SOPCOp', 'SOPKOp', 'SOPPOp')})
GROUPS['VOPDOp'] = dual.Dual
GROUPS.update({group: memory.MemoryCase for group in memory.KIND})


def maker(key):
    if plain.covers(key[1]):
        return plain.Plain
    return matrix.Matrix if 'WMMA' in key[1] else GROUPS[key[0]]


class Driver:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, state):
        self.process.stdin.write(state.to_bytes())
        self.process.stdin.flush()
        data = self.process.stdout.read(machine.OUT_BYTES)
        if len(data) != machine.OUT_BYTES:
            raise SystemExit('the driver ended: %d of %d bytes' % (len(data), machine.OUT_BYTES))
        return Answer(data)


def ordinal_distance(fmt, a, b):
    return abs(sf.ordinal(fmt, a) - sf.ordinal(fmt, b))


def tolerated(case, register, lane, want, got):
    """Whether a difference in one VGPR lies within what the text leaves open."""
    for dst, at, offset, fmt, made, ulps in case.tolerances:
        if at != lane or not dst <= register <= dst + offset // 32 + (fmt == 'f64'):
            continue
        base = dst + offset // 32
        width = sf.FORMATS[fmt][2]
        shift = offset % 32
        a = sum(want.vgpr[base + d][lane] << 32 * d for d in range(2 if width == 64 else 1)) >> shift & ((1 << width) - 1)
        b = sum(got.vgpr[base + d][lane] << 32 * d for d in range(2 if width == 64 else 1)) >> shift & ((1 << width) - 1)
        if made and sf.is_nan(fmt, a) and sf.is_nan(fmt, b) and not sf.is_signalling(fmt, b):
            pass
        elif ulps and not sf.is_nan(fmt, a) and (ordinal_distance(fmt, a, b) <= ulps or close(case, fmt, a, b)):
            pass
        elif ulps and sf.is_nan(fmt, a) and sf.is_nan(fmt, b):
            pass
        elif a != b:
            return False
        if width < 32: # the other half has to be right
            other = 0xffffffff & ~(((1 << width) - 1) << shift)
            if want.vgpr[base][lane] & other != got.vgpr[base][lane] & other and not other_half(case, base, lane, shift, want, got):
                return False
        return True
    return False


def other_half(case, base, lane, shift, want, got):
    """Packed results: the other half has a tolerance of its own."""
    for dst, at, offset, fmt, made, ulps in case.tolerances:
        if at == lane and dst + offset // 32 == base and offset % 32 != shift:
            a, b = want.vgpr[base][lane] >> offset % 32 & 0xffff, got.vgpr[base][lane] >> offset % 32 & 0xffff
            return a == b or (made and sf.is_nan(fmt, a) and sf.is_nan(fmt, b))
    return False


def close(case, fmt, a, b):
    if 'SIN' in case.name or 'COS' in case.name:
        return abs(sf.to_double(fmt, a) - sf.to_double(fmt, b)) < (2.0 ** -10 if fmt == 'f16' else 2.0 ** -21)
    return False


def differences(case, want, got):
    found = []
    if got.stop != 0:
        return ['it %s: %s' % (machine.STOPS[got.stop], got.text)]
    for name in ('scc', 'mode', 'end'):
        if getattr(want, name) != getattr(got, name):
            found.append('%s: wanted 0x%x, got 0x%x' % (name, getattr(want, name), getattr(got, name)))
    for n in range(128):
        if n != machine.NULL and want.sgpr[n] != got.sgpr[n] and not scalar_tolerated(case, want.sgpr[n], got.sgpr[n]):
            found.append('s%d: wanted 0x%08x, got 0x%08x' % (n, want.sgpr[n], got.sgpr[n]))
    for r in range(machine.VGPRS):
        if want.vgpr[r][:want.lanes] == got.vgpr[r][:want.lanes]:
            continue
        for lane in range(want.lanes):
            a, b = want.vgpr[r][lane], got.vgpr[r][lane]
            if a != b and not tolerated(case, r, lane, want, got):
                found.append('v%d lane %d: wanted 0x%08x, got 0x%08x%s' % (r, lane, a, b, describe(case, lane)))
    for name in ('memory', 'lds', 'scratch'):
        if getattr(want, name) != getattr(got, name):
            at = next(n for n, (a, b) in enumerate(zip(getattr(want, name), getattr(got, name))) if a != b)
            found.append('%s + 0x%x: wanted %s, got %s' % (name, at, bytes(getattr(want, name)[at:at + 8]).hex(),
                                                          bytes(getattr(got, name)[at:at + 8]).hex()))
    return found


def scalar_tolerated(case, want, got):
    """The same for the SGPR that v_s_exp_f32 and its like write. What no tolerance covers has to be right."""
    covered = 0
    for offset, fmt, made, ulps in getattr(case, 'tolerances_of_scalar', ()):
        if fmt is None:
            continue
        mask = (1 << sf.FORMATS[fmt][2]) - 1
        a, b = want >> offset & mask, got >> offset & mask
        if sf.is_nan(fmt, a) or sf.is_nan(fmt, b):
            if not (sf.is_nan(fmt, a) and sf.is_nan(fmt, b)):
                return False
        elif ordinal_distance(fmt, a, b) > ulps:
            return False
        covered |= mask << offset
    return want & ~covered == got & ~covered


def describe(case, lane):
    try:
        return ' from ' + ', '.join('0x%x' % v.v for v in case.sources(lane).values())
    except Exception:
        return ''


# What the decoder says of words that LLVM does not write: another test's business (isa_text).
REFUSALS = ('is reserved, or not allowed in this place', 'instruction has this encoding and opcode')


class Tally:
    def __init__(self):
        self.checked, self.unchecked, self.bad = set(), collections.OrderedDict(), collections.OrderedDict()
        self.refused, self.by_name = {}, set()


def check(generation, key, driver, tally, options):
    rng = random.Random('%s %s %s %d' % (generation.name, key[0], key[1], options.seed))
    done = 0
    for _ in range(options.rounds * 3): # some choices leave the text's domain, or are not encoded
        if done == options.rounds:
            break
        try:
            case = maker(key)(generation, key, rng)
            want = case.expected()
        except Skip as why:
            tally.unchecked.setdefault(key, str(why))
            continue
        except language.Unreadable as why:
            tally.unchecked[key] = 'the text is not pseudo-code: %s' % why
            return
        except Exception as why:
            if options.debug:
                raise
            tally.unchecked[key] = 'evaluation failed: %s: %s' % (type(why).__name__, why)
            return
        got = driver.run(case.state)
        if got.stop == 3 and any(words in got.text for words in REFUSALS):
            tally.refused[key] = tally.refused.get(key, 0) + 1
            tally.unchecked.setdefault(key, 'every form tried is one that the decoder refuses, as LLVM does not write it')
            continue
        done += 1
        if getattr(case, 'refused', False):
            named = got.stop == 3 and manual.strip_suffix(key[1]).lower() in got.text
            found = [] if named else ['wanted a refusal by name, got %s: %s' % (machine.STOPS[got.stop], got.text)]
            tally.by_name.add(key)
        else:
            found = differences(case, want, got)
        if found:
            tally.bad.setdefault(key, []).append((case, found))
        tally.checked.add(key)
    if key in tally.checked:
        tally.unchecked.pop(key, None)


def report(generation, tally, options):
    for key, cases in tally.bad.items():
        case, found = cases[0]
        print('%s %s %s: %d of %d cases differ' % (generation.name, key[0], key[1], len(cases), options.rounds))
        print('    words %s mode 0x%x wave%d exec 0x%x' % (' '.join('%08x' % w for w in case.state.words), case.state.mode,
                                                          case.state.lanes, case.state.exec_mask))
        for line in found[:options.lines]:
            print('    ' + line)
    print('%s: %d checked, %d not checked, %d differ' % (generation.name, len(tally.checked), len(tally.unchecked),
                                                        len(tally.bad)))


def rows_of(command, generation):
    """Our rows of a generation: [(encoding, name, how)]."""
    lines = subprocess.run(command + ['--rows'], stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
    return [(int(enc), name, how) for gen, enc, _, name, how in map(str.split, lines) if int(gen) == generation.index]


def coverage(generation, tally, options):
    """Which of our rows the checked instructions are, and why the others are not."""
    checked = {manual.strip_suffix(key[1]).lower() for key in tally.checked}
    reasons = {manual.strip_suffix(key[1]).lower(): why for key, why in tally.unchecked.items()}
    rows = rows_of(options.driver, generation)
    missing = [(name, how) for _, name, how in rows if name not in checked]
    for name, how in missing:
        why = reasons.get(name, 'the manual has no pseudo-code for it')
        print('%s row %s: not checked: %s%s' % (generation.name, name, '' if how == 'executed' else how + '; ', why))
    share = 100.0 * (len(rows) - len(missing)) / len(rows)
    by_name = {manual.strip_suffix(key[1]).lower() for key in tally.by_name}
    named = sum(name in by_name for _, name, _ in rows)
    print('%s: %d of %d rows checked (%.1f %%), %d of them to be refused by name' % (generation.name, len(rows) - len(missing),
                                                                                  len(rows), share, named))
    return share


def main():
    p = argparse.ArgumentParser()
    p.add_argument('driver', nargs='+')
    p.add_argument('--wheel', required=True)
    p.add_argument('--rounds', type=int, default=2)
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--only', default='')
    p.add_argument('--generation', default='')
    p.add_argument('--share', type=float, default=0.0, help='least share of rows to be checked, in percent')
    p.add_argument('--lines', type=int, default=4)
    p.add_argument('--debug', action='store_true')
    options = p.parse_args()
    failed = 0
    for name in manual.GENERATIONS:
        if options.generation and options.generation != name:
            continue
        generation = manual.Generation(options.wheel, name)
        driver, tally, begun = Driver(options.driver), Tally(), time.time()
        keys = list(generation.text) + [k for k in generation.opcode if k not in generation.text and (k[0] == 'VOPDOp' or plain.covers(k[1]) or re.search(memory.WITHOUT_STATEMENTS, k[1]))]
        for key in keys:
            if key[0] in GROUPS and re.search(options.only, ' '.join(key)):
                check(generation, key, driver, tally, options)
        report(generation, tally, options)
        if not options.only:
            share = coverage(generation, tally, options)
            failed += share < options.share
        print('%s: %.1f s' % (name, time.time() - begun))
        failed += len(tally.bad)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
