"""scalar.py: random scalar ALU instructions and branches, and the state their pseudo-code leaves."""

import manual
import numbers_pool as pool
import softfloat as sf
import values
from machine import CODE_VA, EXEC, M0, MASK32, MASK64, NULL, VCC, Machine, Scalars, Skip, State
from values import Fields, Int
from vector import Operand, format_of

MODE_REGISTER = 1
# What neither changes registers nor memory, and has prose or a listing for text.
WITHOUT_EFFECT = {'S_SLEEP', 'S_DELAY_ALU', 'S_WAITCNT', 'S_WAITCNT_VSCNT', 'S_WAITCNT_VMCNT', 'S_WAITCNT_EXPCNT',
                  'S_WAITCNT_LGKMCNT', 'S_NOP', 'S_SETPRIO', 'S_VERSION'}
ELSEWHERE = {
    'S_TRAP': 'no trap handler runs on the simulated card: a named fault', 'S_RFE_B64': 'privileged: a named fault',
    'S_CODE_END': 'a fault by its purpose', 'S_SENDMSG_RTN_B32': 'a message', 'S_SENDMSG_RTN_B64': 'a message',
    'S_BARRIER_SIGNAL': 'takes several waves: tests/isa/launch', 'S_BARRIER_SIGNAL_ISFIRST': 'takes several waves: tests/isa/launch',
    'S_BARRIER_WAIT': 'takes several waves: tests/isa/launch', 'S_GET_BARRIER_STATE': 'takes several waves: tests/isa/launch',
    'S_ALLOC_VGPR': 'LLVM 19 does not write it', 'S_PREFETCH_INST': 'changes nothing a program sees',
}
SETREG = '''hwRegId = SIMM16.u16[5 : 0];
offset = SIMM16.u16[10 : 6];
size = SIMM16.u16[15 : 11].u32 + 1U;
mask = (((1 << size) - 1) << offset.u32);
value = ((%s.u32 << offset.u32) & mask.u32);
value = (value | 32'U(HW_REGISTERS[hwRegId].i32 & ~mask));
HW_REGISTERS[hwRegId] = value.b32'''
manual.CORRECTIONS['S_SETREG_B32'] = (SETREG % 'S0', "RDNA3's text forgets to shift the mask; RDNA4's does it; which bits may be written is not said")
manual.CORRECTIONS['S_SETREG_IMM32_B32'] = (SETREG % 'SIMM32', 'as above')


class Scalar:
    def __init__(self, generation, key, rng):
        self.g, self.key, self.rng = generation, key, rng
        self.name = key[1]
        if self.name in ELSEWHERE:
            raise Skip(ELSEWHERE[self.name])
        self.types = generation.operand.get(key, {})
        self.encoding = generation.encoding[key[0]]
        self.tolerances = []
        self.state = s = State()
        s.gen, s.wave64, s.scc = generation.index, rng.getrandbits(1), rng.getrandbits(1)
        s.mode = 0x3f0 if s.gen == 0 else 0xf0
        if '_F32' in self.name or '_F16' in self.name:
            s.mode = rng.getrandbits(4) | rng.choice((0, 0x30)) | rng.choice((0, 0xc0))
            if 'CVT' in self.name or 'FMA' in self.name and 0:
                s.mode |= 0xf0
            if any(word in self.name for word in ('CEIL', 'FLOOR', 'TRUNC', 'RNDNE')):
                s.mode |= 0xf0
        for n in range(106):
            s.sgpr[n] = pool.any32(rng)
        s.set_pair(VCC, rng.choice((0, rng.getrandbits(64), rng.getrandbits(32))))
        s.sgpr[M0] = rng.getrandbits(32)
        if 'MOVREL' in self.name:
            s.sgpr[M0] = rng.randrange(4) | (rng.randrange(4) << 16 if '_2_' in self.name else 0)
        s.set_pair(EXEC, rng.choice((0, MASK64, rng.getrandbits(64), rng.getrandbits(32))))
        self.literal = None
        self.operands = []
        self.choose()
        self.encode()

    def choose(self):
        rng = self.rng
        for n in (0, 1):
            types = self.types.get('ssrc%d' % n)
            if types is not None:
                self.operands.append(self.operand(*types))
        self.simm = rng.choice((rng.getrandbits(16), rng.randrange(64), 0xfffe, 0x8000, 0x7fff))
        self.dst_bits = self.types.get('sdst', ('', 32, ''))[1]
        self.dst = rng.choice((2 * rng.randrange(20, 50), VCC)) if 'MOVREL' not in self.name else 60
        if 'REG' in self.name and self.key[0] == 'SOPKOp':
            self.simm = MODE_REGISTER | rng.randrange(0, 4) << 6 | rng.randrange(0, 4) << 11
        if self.name in ('S_SETPC_B64', 'S_SWAPPC_B64'):
            self.operands[0] = Operand('s', 20, 'NUM_B64', 64)
            self.state.set_pair(20, CODE_VA + 4 * rng.randrange(2, 500))
            self.literal = None
        if 'MOVREL' in self.name:
            self.operands[0] = Operand('s', 2 * rng.randrange(0, 20), *self.types['ssrc0'][:2])
            self.literal = None
        if 'FMAAK' in self.name or 'FMAMK' in self.name or 'SETREG_IMM32' in self.name:
            self.literal = pool.floating(rng, 'f32') if 'FMA' in self.name else rng.getrandbits(32)
            self.operands = [Operand('s', 2 * n + 4, o.fmt, o.bits) for n, o in enumerate(self.operands)]
        for operand in self.operands:
            fmt = format_of(operand.fmt)
            if operand.kind == 's' and operand.number < 100 and fmt in ('f16', 'f32'):
                self.state.sgpr[operand.number] = pool.value(rng, operand.fmt, 32 if fmt == 'f32' else 16, None)
                if fmt == 'f16':
                    self.state.sgpr[operand.number] |= pool.floating(rng, 'f16') << 16

    def operand(self, fmt, bits, kind):
        rng, pick = self.rng, self.rng.random()
        if 'HI_F32_F16' in self.name:
            bits = 32
        if pick < 0.6 or self.name.startswith(('S_BITSET', )) and pick < 0.8:
            return Operand('s', rng.choice((2 * rng.randrange(0, 18), VCC)), fmt, bits)
        floating = format_of(fmt) is not None
        if pick < 0.8 or self.literal is not None or bits == 64:
            if 'HI_F32_F16' in self.name:
                return Operand('s', 2, fmt, bits)
            return Operand('c', rng.randrange(240, 249) if floating and rng.getrandbits(1) else rng.randrange(128, 209), fmt, bits)
        self.literal = pool.any32(rng)
        return Operand('c', 255, fmt, bits, 0, self.literal)

    def encode(self):
        bits = self.encoding.fixed | self.g.opcode[self.key] << self.encoding.fields['op'][1]
        for n, operand in enumerate(self.operands):
            if 'ssrc%d' % n in self.encoding.fields:
                bits |= operand.number << self.encoding.fields['ssrc%d' % n][1]
        if 'sdst' in self.encoding.fields and ('sdst' in self.types or 'SETREG_B32' in self.name or 'CMPK' in self.name):
            bits |= self.dst << self.encoding.fields['sdst'][1]
        if 'simm16' in self.encoding.fields:
            if self.name.startswith('S_WAITCNT_'):
                bits |= NULL << self.encoding.fields['sdst'][1]
            bits |= self.simm << self.encoding.fields['simm16'][1]
        self.state.words = [bits] + ([self.literal] if self.literal is not None else [])

    def variables(self, after):
        s = self.state
        lanes = MASK64 if s.wave64 else MASK32
        e = {'EXEC': Int(s.pair(EXEC), 64), 'SCC': Int(s.scc, 1), 'M0': Int(s.sgpr[M0], 32), 'VCC': Int(s.pair(VCC), 64),
             'VCCZ': Int(int(s.pair(VCC) & lanes == 0), 1), 'EXECZ': Int(int(s.pair(EXEC) & lanes == 0), 1),
             'PC': Int(CODE_VA, 64, True), 'SIMM16': Int(self.simm, 16), 'SGPR': Scalars(s),
             'SIMM32': Int(self.literal or 0, 32, False, 'source'), 'DST': Int(self.dst, 32),
             'SRC0': Int(self.operands[0].number if self.operands else 0, 32), 'TRAPSTS': Fields(),
             'WAVE_STATUS': Fields(PRIV=Int(0, 1), COND_DBG_SYS=Int(0, 1), COND_DBG_USER=Int(0, 1)),
             'WAVE_MODE': Fields(IEEE=Int(0, 1)),
             'HW_REGISTERS': [Int(s.mode if n == MODE_REGISTER else 0, 32) for n in range(64)]}
        old = sum(s.sgpr[self.dst + d] << 32 * d for d in range(self.dst_bits // 32 or 1))
        half = format_of(self.types.get('sdst', ('',))[0]) == 'f16'
        e['D0'] = Int(old & 0xffff if half else old, max(self.dst_bits, 32), False, 'source')
        for n, operand in enumerate(self.operands):
            e['S%d' % n] = Int(operand.read(s, 0), operand.bits, False, 'source')
        if self.key[0] == 'SOPKOp':
            own = 'SETREG' in self.name or 'CMPK' in self.name
            e['S0'] = Int(s.sgpr[self.dst], 32) if own else Int(self.simm, 16)
        return e

    def expected(self):
        after = self.state.copy()
        after.end = CODE_VA + 4 * len(self.state.words)
        if self.name in WITHOUT_EFFECT:
            return after
        m = Machine(self.g, after)
        m.flushes = '_F32' in self.name or '_F16' in self.name
        m.registers |= {'D0', 'EXEC', 'PC'}
        e = self.variables(after)
        self.g.function(self.key)(e, m)
        if 'MOVRELD' not in self.name and 'MOVRELSD' not in self.name and 'sdst' in self.types and self.writes(e):
            after.sgpr[self.dst] = e['D0'].v & MASK32
            if self.dst_bits == 64:
                after.sgpr[self.dst + 1] = e['D0'].v >> 32 & MASK32
        if 'EXEC' in self.g.text[self.key]:
            after.set_pair(EXEC, e['EXEC'].v)
        if 'VCC' in e and e['VCC'].v != self.state.pair(VCC):
            after.set_pair(VCC, e['VCC'].v)
        after.scc = int(values.truth(e['SCC']))
        after.mode = e['HW_REGISTERS'][MODE_REGISTER].v & MASK32
        if e['PC'].v != CODE_VA:
            after.end = e['PC'].v & MASK32
        self.tolerances_of_scalar = [(offset, fmt if fmt in sf.FORMATS else None, made, ulps)
                                     for word, offset, fmt, made, ulps in m.tolerances if word in ('D0', 'tmp')]
        return after

    def writes(self, e):
        return self.name not in ('S_SETPC_B64',)

    def sources(self, lane):
        return {'S%d' % n: Int(o.read(self.state, 0), o.bits) for n, o in enumerate(self.operands)}
