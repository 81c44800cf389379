"""matrix.py: matrix products. The pseudo-code says D = A * B + C; where the elements lie is from the ISA manuals' chapters on
WMMA (RDNA3: A and B twice, rows of C and D interleaved; RDNA4: a stretch of K in each group of 16 lanes). Operands are small whole
numbers, so that sums are exact in whatever order they are made."""

import re

import manual
import softfloat as sf
from machine import EXEC, State

BITS = {'f16': 16, 'bf16': 16, 'fp8': 8, 'bf8': 8, 'iu8': 8, 'iu4': 4, 'f32': 32, 'i32': 32}


class Matrix:
    def __init__(self, generation, key, rng):
        self.g, self.key, self.rng = generation, key, rng
        self.name = manual.strip_suffix(key[1])
        self.tolerances = []
        m = re.match(r'V_(S?)WMMA?C?_(\w+?)_16X16X(\d+)_(\w+)$', self.name.replace('SWMMAC', 'SWMMAC'))
        self.sparse = m.group(1) == 'S'
        self.result, self.depth = m.group(2).lower(), int(m.group(3))
        kinds = m.group(4).lower().split('_')
        self.a, self.b = kinds[0], kinds[-1]
        self.state = State()
        s = self.state
        s.gen, s.wave64 = generation.index, rng.getrandbits(1)
        s.mode = 0x3f0 if s.gen == 0 else 0xf0
        s.set_pair(EXEC, (1 << 64) - 1)
        for n in range(106):
            s.sgpr[n] = rng.getrandbits(32)
        for r in range(len(s.vgpr)):
            for lane in range(64):
                s.vgpr[r][lane] = rng.getrandbits(32)
        self.negative = [rng.getrandbits(1), rng.getrandbits(1), 0]
        self.clamp = rng.getrandbits(1) if self.result == 'i32' else 0
        self.groups = s.lanes // 16
        self.place()
        self.encode()

    # ---- where things lie ----

    def place(self):
        per_lane = 16 if self.state.gen == 0 else self.depth // self.groups
        stored = per_lane // 2 if self.sparse else per_lane
        self.stored, self.per_lane = stored, per_lane
        size = lambda kind, count: max(1, count * BITS[kind] // 32)
        # op_sel chooses the piece of the index register. Four nibbles a lane have pieces of 16 bits: LLVM numbers two of them.
        piece = 16 if self.a == 'iu4' and stored == 4 else 2 * stored
        self.key_bits = self.rng.randrange(32 // piece) if self.sparse else 0
        self.piece_shift = self.key_bits * piece
        self.ra = 0
        self.rb = size(self.a, stored)
        self.rc = self.rb + size(self.b, per_lane)
        self.rd = self.rc if self.sparse else self.rc + 8
        self.index = self.rd + 8
        self.A = [[self.number(self.a, 0) for _ in range(self.depth)] for _ in range(16)]
        self.B = [[self.number(self.b, 1) for _ in range(16)] for _ in range(self.depth)]
        self.C = [[self.rng.randrange(-100, 100) for _ in range(16)] for _ in range(16)]
        if self.result == 'i32' and self.rng.getrandbits(1):
            self.C = [[self.rng.choice((-1, 1)) * ((1 << 31) - self.rng.randrange(1, 900)) for _ in range(16)] for _ in range(16)]
        self.put_operand(self.ra, self.a, stored, 0, self.sparsify if self.sparse else self.dense_a)
        self.put_operand(self.rb, self.b, per_lane, 1, lambda lane, e: self.B[self.k_of(lane, e)][lane % 16])
        self.each_c(self.rc, lambda row, column: self.C[row][column])

    def number(self, kind, n):
        if kind in ('iu8', 'iu4'):
            bits = BITS[kind]
            return self.rng.randrange(-(1 << bits - 1), 1 << bits - 1) if self.negative[n] else self.rng.randrange(1 << bits)
        return self.rng.randrange(-4, 5)

    def k_of(self, lane, e):
        return e if self.state.gen == 0 else lane // 16 * self.per_lane + e

    def dense_a(self, lane, e):
        return self.A[lane % 16][self.k_of(lane, e)]

    def sparsify(self, lane, e):
        """Chooses which two of each four stay; the others of the row become zero."""
        row, base = lane % 16, lane // 16 * self.per_lane + e // 2 * 4
        if e % 2 == 0:
            pair = sorted(self.rng.sample(range(4), 2))
            for k in range(4):
                if k not in pair:
                    self.A[row][base + k] = 0
            self.pairs = pair
        chosen = self.pairs[e % 2]
        shift = 2 * e
        shift += self.piece_shift
        old = self.state.vgpr[self.index][lane]
        self.state.vgpr[self.index][lane] = old & ~(3 << shift) | chosen << shift
        return self.A[row][base + chosen]

    def bits_of(self, kind, value, n):
        if kind in ('iu8', 'iu4', 'i32'):
            return value & ((1 << BITS[kind]) - 1)
        bits = sf.from_double(kind, float(value))
        if self.negative[n] and kind in ('f16', 'bf16'):
            bits ^= 0x8000
        return bits

    def put_operand(self, register, kind, count, n, value):
        bits = BITS[kind]
        lanes = 16 if self.state.gen == 0 else self.state.lanes
        for lane in range(lanes):
            for e in range(count):
                r, at = register + e * bits // 32, e * bits % 32
                old = self.state.vgpr[r][lane] & ~(((1 << bits) - 1) << at)
                self.state.vgpr[r][lane] = old | self.bits_of(kind, value(lane, e), n) << at
        if self.state.gen == 0:  # every 16 lanes hold the same
            for r in range(register, register + count * bits // 32):
                for lane in range(16, 64):
                    self.state.vgpr[r][lane] = self.state.vgpr[r][lane % 16]

    def c_places(self):
        """(row, column, element, lane) of C and D."""
        for lane in range(self.state.lanes):
            for e in range(16 // self.groups):
                row = e * self.groups + lane // 16 if self.state.gen == 0 else lane // 16 * (16 // self.groups) + e
                yield row, lane % 16, e, lane

    def each_c(self, register, value):
        for row, column, e, lane in self.c_places():
            self.write(self.state, register, e, lane, value(row, column))

    def write(self, state, register, e, lane, value):
        if self.result in ('f32', 'i32'):
            state.vgpr[register + e][lane] = self.bits_of(self.result, value, 2)
        elif self.state.gen == 0:
            half = self.bits_of(self.result, value, 2)
            state.vgpr[register + e][lane] = state.vgpr[register + e][lane] & 0xffff0000 | half
        else:
            at = e % 2 * 16
            old = state.vgpr[register + e // 2][lane] & ~(0xffff << at)
            state.vgpr[register + e // 2][lane] = old | self.bits_of(self.result, value, 2) << at

    # ---- encoding and result ----

    def encode(self):
        encoding = self.g.encoding[self.key[0]]
        word = encoding.fixed
        third = self.index if self.sparse else self.rc
        integer = self.a.startswith('iu')
        negative_16 = self.a in ('f16', 'bf16')
        neg = self.negative if integer or negative_16 else [0, 0, 0]
        values = {'op': self.g.opcode[self.key], 'vdst': self.rd, 'src0': 256 + self.ra, 'src1': 256 + self.rb,
                  'src2': 256 + third, 'neg': neg[0] | neg[1] << 1, 'clmp': self.clamp, 'opsel': self.key_bits,
                  'opsel_hi': 3, 'opsel_hi2': 1}
        if negative_16:
            values['neg_hi'] = values['neg']
        for field, value in values.items():
            word |= value << encoding.fields[field][1]
        self.state.words = [word & 0xffffffff, word >> 32]

    def expected(self):
        after = self.state.copy()
        after.end = self.state.end + 8
        for row, column, e, lane in self.c_places():
            total = self.C[row][column] + sum(self.A[row][k] * self.B[k][column] for k in range(self.depth))
            if self.result == 'i32' and self.clamp:
                total = min(max(total, -1 << 31), (1 << 31) - 1)
            self.write(after, self.rd, e, lane, total)
        return after

    def sources(self, lane):
        return {}
