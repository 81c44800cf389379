"""dual.py: dual instructions (VOPD), two operations of which both read before either writes (RDNA3 ISA, "Dual issue VALU")."""

import manual
import numbers_pool as pool
from machine import CODE_VA, EXEC, MASK32, MASK64, VCC, Machine, State
from values import Fields, Int

FIRST_ONLY_BELOW = 16  # the first half has four bits of opcode


class Half:
    def __init__(self, name, key):
        self.name, self.key = name, key
        self.literal = 'FMAAK' in name or 'FMAMK' in name
        self.has_second = 'MOV_B32' not in name


class Dual:
    def __init__(self, generation, key, rng):
        self.g, self.key, self.rng, self.name = generation, key, rng, key[1]
        self.tolerances = []
        self.state = s = State()
        s.gen, s.wave64, s.mode = generation.index, 0, 0x3f0 if generation.index == 0 else 0xf0
        s.set_pair(EXEC, rng.choice((MASK32, rng.getrandbits(32))))
        s.set_pair(VCC, rng.getrandbits(64))
        for n in range(106):
            s.sgpr[n] = pool.any32(rng)
        wide = 'F16' in self.name and 'DOT2' in self.name
        for r in range(len(s.vgpr)):
            for lane in range(64):
                s.vgpr[r][lane] = pool.value(rng, 'NUM_PK2_F16' if wide and r < 16 else 'NUM_F32', 32, None)
        self.choose()
        self.encode()

    def halves(self):
        return [k for k in self.g.opcode if k[0] == 'VOPDOp']

    def choose(self):
        rng, own = self.rng, self.g.opcode[self.key]
        other = rng.choice([k for k in self.halves() if not any(w in k[1] for w in ('FMAAK', 'FMAMK'))])
        first_possible = own < FIRST_ONLY_BELOW
        if first_possible and (rng.getrandbits(1) or self.g.opcode[other] >= FIRST_ONLY_BELOW):
            self.keys = (self.key, other)
        elif self.g.opcode[other] < FIRST_ONLY_BELOW:
            self.keys = (other, self.key)
        else:
            self.keys = (('VOPDOp', 'V_DUAL_MOV_B32'), self.key)
        self.half = [Half(k[1], k) for k in self.keys]
        x = rng.randrange(20, 36)
        self.dst = (x, rng.choice([r for r in range(20, 36) if r % 2 != x % 2]))
        # registers of the two halves come from different banks: 4 for first sources, 2 for second ones
        self.source0 = [rng.choice((0, 4, 8)), rng.choice((1, 5, 9))]
        self.source1 = [rng.choice((2, 6, 10)), rng.choice((3, 7, 11))]
        self.scalar = [None, None]
        if rng.random() < 0.3:
            self.scalar[rng.randrange(2)] = rng.choice((2 * rng.randrange(20), 128 + rng.randrange(64)))
        self.literal = pool.any32(rng) if any(h.literal for h in self.half) else None

    def text_key(self, half):
        """RDNA3's text has the operation in its VOP2 or VOP1 form only, or (bf16) with D0 as its third source."""
        if half.key in self.g.text:
            return half.key
        name = half.name.replace('V_DUAL_', 'V_')
        for group in ('VOP2Op', 'VOP1Op'):
            for suffix in ('_E32', ''):
                if (group, name + suffix) in self.g.text:
                    return group, name + suffix
        if name == 'V_DOT2ACC_F32_BF16':
            return 'VOP3POp', 'V_DOT2_F32_BF16'
        raise KeyError(name)

    def encode(self):
        fields = self.g.encoding['VOPDOp'].fields
        bits = self.g.encoding['VOPDOp'].fixed

        def put(field, value):
            nonlocal bits
            bits |= value << fields[field][1]
        for n, letter in enumerate('xy'):
            put('op' + letter, self.g.opcode[self.keys[n]])
            put('src%s0' % letter, self.scalar[n] if self.scalar[n] is not None else 256 + self.source0[n])
            put('vsrc%s1' % letter, self.source1[n] if self.half[n].has_second else 0)
        put('vdstx', self.dst[0])
        put('vdsty', self.dst[1] >> 1)
        self.state.words = [bits & MASK32, bits >> 32] + ([self.literal] if self.literal is not None else [])

    def read0(self, n, lane):
        if self.scalar[n] is None:
            return self.state.vgpr[self.source0[n]][lane]
        return self.state.sgpr[self.scalar[n]] if self.scalar[n] < 128 else self.scalar[n] - 128

    def variables(self, n, lane):
        source = lambda v: Int(v & MASK32, 32, False, 'source')
        e = {'S0': source(self.read0(n, lane)), 'S1': source(self.state.vgpr[self.source1[n]][lane]), 'laneId': Int(lane, 32),
             'VCC': Int(self.state.sgpr[VCC], 64), 'SIMM32': source(self.literal or 0), 'D0': source(self.state.vgpr[self.dst[n]][lane]),
             'WAVE_MODE': Fields(IEEE=Int(self.state.mode >> 9 & 1, 1)), 'TRAPSTS': Fields()}
        e['S2'] = e['D0']
        return e

    def expected(self):
        after = self.state.copy()
        after.end = CODE_VA + 4 * len(self.state.words)
        for lane in range(32):
            if not self.state.exec_mask >> lane & 1:
                continue
            for n in (0, 1):
                m = Machine(self.g, after)
                e = self.variables(n, lane)
                self.g.function(self.text_key(self.half[n]))(e, m)
                after.vgpr[self.dst[n]][lane] = e['D0'].v & MASK32
                for _, offset, fmt, made, ulps in m.tolerances:
                    self.tolerances.append((self.dst[n], lane, offset, fmt, made, ulps))
        return after

    def sources(self, lane):
        return {'S%d%d' % (n, k): Int(v, 32) for n in (0, 1)
                for k, v in ((0, self.read0(n, lane)), (1, self.state.vgpr[self.source1[n]][lane]))}
