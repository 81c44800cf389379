"""vector.py: random VALU instructions: their words, operands with all modifiers, and the state their pseudo-code leaves."""

import random
import re

import manual
import numbers_pool as pool
import softfloat as sf
import values
from machine import EXEC, M0, MASK32, NULL, VCC, Machine, Registers, Skip, State
from values import Fields, Int

SOURCES = ('src0', 'src1', 'src2')
DPP16, DPP8, DPP8_FI, LITERAL, VGPR0 = 250, 233, 234, 255, 256
FLOATS = {240: 0.5, 241: -0.5, 242: 1.0, 243: -1.0, 244: 2.0, 245: -2.0, 246: 4.0, 247: -4.0}
ONE_OVER_2PI = {'f16': 0x3118, 'f32': 0x3e22f983, 'f64': 0x3fc45f306dc9c882}

FLUSHING = re.compile(r'^V_(PK_)?(ADD|SUB|SUBREV|MUL|FMA|FMAC|FMAMK|FMAAK|MIN|MAX|MIN3|MAX3|MED3|MAXMIN|MINMAX|MIN_NUM|MAX_NUM|'
                      r'MIN3_NUM|MAX3_NUM|MED3_NUM|MINIMUM|MAXIMUM|MINIMUM3|MAXIMUM3|CMPX?_(?!CLASS)[A-Z]+)_F(16|32|64)$')
SATURATING = re.compile(r'^V_((PK_)?(ADD|SUB|MAD)_(NC_)?[IU]16|(ADD|SUB|SUBREV)_NC_[IU]32|MAD_[UI]32_[UI](24|16)|DOT\d_[IU]32_\w+)$')
APPROXIMATE = re.compile(r'^V_(S_)?(RCP|RSQ|SQRT|EXP|LOG|SIN|COS)_')
FLUSHES_ALWAYS = re.compile(r'^V_(S_)?(RCP|RSQ|SQRT|EXP|LOG|SIN|COS|RCP_IFLAG)_F32$')
ACROSS = re.compile(r'^V_(READFIRSTLANE|READLANE|WRITELANE|PERMLANE|SWAP|MOVREL|SWAPREL)')


def format_of(name):
    """The float format of an operand's type, or None."""
    short = name.replace('NUM_', '').lower()
    return short if short in sf.FORMATS else None


class Operand:
    def __init__(self, kind, number, fmt, bits, half=0, literal=0):
        self.kind, self.number, self.fmt, self.bits, self.half, self.literal = kind, number, fmt, bits, half, literal
        self.negative = self.absolute = self.negative_high = False

    def constant(self):
        n, fmt = self.number, format_of(self.fmt)
        if n == LITERAL:
            if self.bits == 64:
                signed = self.fmt in ('NUM_I64',)
                return self.literal << 32 if fmt == 'f64' else values.resize(self.literal, 32, signed)
            return self.literal
        if n < 193:
            return n - 128
        if n <= 208:
            return 192 - n
        as_format = fmt or ('f16' if 'F16' in self.fmt else 'f64' if self.bits == 64 else 'f32')
        if n == 248:
            return ONE_OVER_2PI[as_format]
        return sf.from_double(as_format, FLOATS[n])

    def read(self, state, lane):
        if self.kind == 'v':
            count = (self.bits + 31) // 32
            v = sum(state.vgpr[self.number + d][lane] << 32 * d for d in range(count))
            v >>= 16 * self.half
        elif self.kind == 's':
            v = sum(state.sgpr[self.number + d] << 32 * d for d in range((self.bits + 31) // 32))
        else:
            v = self.constant()
        return self.modify(v & ((1 << self.bits) - 1))

    def modify(self, v):
        fmt = format_of(self.fmt)
        if fmt in ('f16', 'f32', 'f64', 'bf16'):
            top = 1 << (self.bits - 1)
            v = v & ~top if self.absolute else v
            v = v ^ top if self.negative else v
        return v


class Vector:
    """One random case of a vector instruction."""

    def __init__(self, generation, key, rng, shape=None):
        self.g, self.key, self.rng = generation, key, rng
        self.name = manual.strip_suffix(key[1])
        self.types = generation.operand[key[0], self.name] if (key[0], self.name) in generation.operand \
            else generation.operand[key]
        self.encoding = generation.encoding[key[0]]
        self.state = State()
        self.fields = {'op': generation.opcode[key]}
        self.dpp = None
        self.omod = self.clamp = 0
        self.opsel = 0
        self.literal = None
        self.operands = []
        self.tolerances = []
        self.build()

    # ---- choosing ----

    def chance(self, p):
        return self.rng.random() < p

    def build(self):
        s, rng = self.state, self.rng
        s.gen = self.g.index
        s.wave64 = int(self.chance(0.5)) if self.key[0] != 'VOPDOp' else 0
        s.scc = rng.getrandbits(1)
        s.mode = self.choose_mode()
        for n in range(106):
            s.sgpr[n] = pool.any32(rng)
        s.set_pair(VCC, rng.getrandbits(64))
        s.sgpr[M0] = rng.getrandbits(32)
        s.set_pair(EXEC, self.choose_exec())
        self.three = self.key[0] in ('VOP3Op', 'VOP3SDOp', 'VOP3POp')
        self.choose_operands()
        self.choose_destination()
        self.choose_modifiers()
        self.choose_dpp()
        self.special()
        self.encode()

    def choose_mode(self):
        rng = self.rng
        mode = 0xf0
        if self.chance(0.5):
            mode = rng.getrandbits(4) | (self.denormals() if FLUSHING.match(self.name) else 0xf0)
        if APPROXIMATE.match(self.name):
            mode = 0xf0
        if self.g.index == 0:
            mode |= rng.getrandbits(2) << 8  # DX10_CLAMP, IEEE
        return mode

    def denormals(self):
        """All or nothing for each size: what half a setting does to minimum and maximum is not written."""
        return self.rng.choice((0, 0x30)) | self.rng.choice((0, 0xc0))

    def choose_exec(self):
        kind = self.rng.random()
        if kind < 0.4:
            return (1 << 64) - 1
        if kind < 0.45:
            return 0
        if kind < 0.5:
            return 1 << self.rng.randrange(32)
        return self.rng.getrandbits(64)

    def choose_operands(self):
        at, scalars = 0, 0
        for n, field in enumerate(SOURCES):
            types = self.types.get(field) or self.types.get('v' + field)
            if types is None:
                break
            operand = self.choose_operand(field, types, n, at, scalars)
            scalars += operand.kind != 'v'
            self.operands.append(operand)
            if operand.kind == 'v':
                for lane in range(64):
                    pool.fill(self.rng, self.state.vgpr, operand.number, lane, operand.fmt, operand.bits, self.limit(n))
                at += (operand.bits + 31) // 32

    def limit(self, n):
        """Values the functions that the text only names are compared for."""
        if FLUSHES_ALWAYS.match(self.name):
            return 'turns' if 'SIN' in self.name or 'COS' in self.name else 'normal'
        if APPROXIMATE.match(self.name):
            return 'turns' if 'SIN' in self.name or 'COS' in self.name else None
        if self.name.startswith('V_LDEXP') and n == 1:
            return 'exponent'
        if self.name.startswith('V_DIV_') and self.name != 'V_DIV_SCALE':
            return None
        return None

    def choose_operand(self, field, types, n, at, scalars):
        fmt, bits, kind = types
        rng = self.rng
        if self.name.startswith('V_S_'):
            return self.scalar_operand(fmt, bits, True)
        vector_only = kind in ('OPR_VGPR', 'OPR_SRC_VGPR') and not (self.three and kind == 'OPR_VGPR')
        if field == 'src1' and 'vsrc1' in self.types or bits in (8,) or 'P8' in fmt or 'F8' in fmt or self.name.startswith('V_CVT_PK_F32_'):
            vector_only = True
        if ACROSS.match(self.name) and kind in ('OPR_VGPR', 'OPR_SRC_VGPR', 'OPR_SRC') and n == 0:
            vector_only = not self.name.startswith('V_WRITELANE')
        if 'M64' in fmt:
            return Operand('s', rng.choice((VCC, 2 * rng.randrange(40))), fmt, 64 if self.state.wave64 else 32)
        if kind in ('OPR_SSRC', 'OPR_SREG', 'OPR_SSRC_LANESEL') or self.name.startswith('V_WRITELANE'):
            return self.scalar_operand(fmt, bits, True)
        if vector_only or self.chance(0.75) or scalars >= 1:
            half = rng.getrandbits(1) if bits == 16 and self.has_halves() and 'P8' not in fmt and 'F8' not in fmt else 0
            return Operand('v', at if at else rng.randrange(4), fmt, bits, half) if at == 0 else \
                Operand('v', self.next_free(), fmt, bits, half)
        return self.scalar_operand(fmt, bits, False)

    def next_free(self):
        used = [o.number + (o.bits + 31) // 32 for o in self.operands if o.kind == 'v']
        return max(used) if used else 0

    def has_halves(self):
        return not self.key[0] == 'VOP3POp'

    def scalar_operand(self, fmt, bits, plain):
        rng = self.rng
        pick = rng.random()
        if pick < 0.5 or plain or self.has_fixed_literal():
            n = rng.randrange(0, 100, 2 if bits == 64 else 1)
            for d in range((bits + 31) // 32):
                self.state.sgpr[n + d] = pool.any32(rng)
            return Operand('s', n, fmt, bits)
        if pick < 0.75 or (bits == 64 and not self.three and 0):
            floating = 'F' in fmt.replace('FMT', '') and 'BF16' not in fmt
            number = rng.randrange(240, 249) if floating and self.chance(0.5) else rng.randrange(128, 209)
            return Operand('c', number, fmt, bits)
        self.literal = pool.any32(rng)
        if bits == 16:
            self.literal &= 0xffff
        return Operand('c', LITERAL, fmt, bits, 0, self.literal)

    def has_fixed_literal(self):
        return 'FMAMK' in self.name or 'FMAAK' in self.name

    def choose_destination(self):
        rng = self.rng
        fmt, bits, kind = self.types.get('vdst', ('NUM_M64', 64, 'OPR_SREG'))
        if self.name.startswith('V_FMA_MIX'):
            bits = 32
        self.dst_fmt, self.dst_bits = fmt, bits
        self.dst_scalar = kind in ('OPR_SREG', 'OPR_SDST') and 'vdst' in self.types
        self.dst = 32 if bits > 64 else rng.choice((30, 31, 36, 37)) if bits == 64 else rng.randrange(30, 38)
        if self.dst_scalar:
            self.dst = rng.choice((VCC, 2 * rng.randrange(10, 45)))
        for d in range((bits + 31) // 32):
            for lane in range(64):
                if not self.dst_scalar:
                    pool.fill(rng, self.state.vgpr, self.dst + d, lane, fmt, min(bits, 32), None)
        self.dst_half = rng.getrandbits(1) if bits == 16 and self.has_halves() else 0
        self.sdst = rng.choice((VCC, NULL, 2 * rng.randrange(10, 45))) if 'sdst' in self.types else VCC

    def choose_modifiers(self):
        rng, name = self.rng, self.name
        if self.key[0] == 'VOP3POp':
            self.packed_modifiers()
            return
        if not self.three:
            return
        if self.key[0] == 'VOP3Op' and not ACROSS.match(name):
            for operand in self.operands:
                if format_of(operand.fmt) in ('f16', 'f32', 'f64') and self.chance(0.5) and \
                        not ('CLASS' in name and operand is self.operands[1]):
                    operand.negative, operand.absolute = self.chance(0.5), self.chance(0.3)
        if self.key[0] == 'VOP3SDOp':
            for operand in self.operands:
                if format_of(operand.fmt) in ('f32', 'f64') and 'DIV_SCALE' not in name:
                    operand.negative = self.chance(0.3)
        floating = format_of(self.dst_fmt) in ('f16', 'f32', 'f64')
        if floating and not name.startswith(('V_CNDMASK', 'V_MOV', 'V_FREXP', 'V_DIV_SCALE', 'V_DOT2', 'V_CVT_SR', 'V_S_')):
            self.clamp = int(self.chance(0.25))
            self.omod = rng.randrange(4) if self.chance(0.25) else 0
        elif SATURATING.match(name):
            self.clamp = int(self.chance(0.4))

    def packed_modifiers(self):
        rng, name = self.rng, self.name
        self.opsel_hi = 7
        if name.startswith('V_PK_') or name.startswith('V_FMA_MIX') or name.startswith('V_DOT2'):
            if self.chance(0.7):
                self.opsel, self.opsel_hi = rng.getrandbits(3), rng.getrandbits(3)
            if name.startswith('V_DOT2') or len(self.operands) < 3:
                self.opsel, self.opsel_hi = self.opsel & 3, self.opsel_hi | 4
        floating = 'F16' in name or 'MIX' in name or 'BF16' in name
        for n, operand in enumerate(self.operands):
            if name.startswith('V_DOT2') and n == 2:
                operand.negative = False
            elif floating and self.chance(0.4):
                operand.negative, operand.negative_high = self.chance(0.5), self.chance(0.5)
        if re.match(r'V_DOT[48]_I32', name):
            self.operands[0].negative, self.operands[1].negative = self.chance(0.5), self.chance(0.5)
        if floating and name.startswith(('V_PK', 'V_FMA_MIX')) or SATURATING.match(name):
            self.clamp = int(self.chance(0.3))

    def choose_dpp(self):
        if self.key[0] == 'VOP3POp' or ACROSS.match(self.name) or self.has_fixed_literal() or not self.operands:
            return
        if any(o.bits > 32 and 'M64' not in o.fmt for o in self.operands) or (self.dst_bits > 32 and not self.dst_scalar):
            return
        if self.name.startswith(('V_DIV_SCALE', 'V_MUL_LO', 'V_MUL_HI_U32', 'V_MUL_HI_I32', 'V_CVT_F64', 'V_S_')) or self.operands[0].bits < 16:
            return
        if self.operands[0].kind != 'v' or self.literal is not None or not self.chance(0.3):
            return
        rng = self.rng
        masks = self.dst_scalar or self.name.startswith('V_CMP') or 'sdst' in self.types or 'CO_CI' in self.name
        if self.chance(0.4):
            self.dpp = ('8', rng.choice((DPP8, DPP8_FI)), [rng.randrange(8) for _ in range(8)])
            return
        control = rng.choice((rng.randrange(256), 0x101 + rng.randrange(15), 0x111 + rng.randrange(15), 0x121 + rng.randrange(15),
                              0x140, 0x141, 0x150 + rng.randrange(16), 0x160 + rng.randrange(16)))
        word = {'control': control, 'fi': rng.getrandbits(1), 'bc': rng.getrandbits(1) | masks,
                'row': 15 if masks else rng.choice((15, rng.getrandbits(4))),
                'bank': 15 if masks else rng.choice((15, rng.getrandbits(4)))}
        self.dpp = ('16', DPP16, word)
        if not self.three:
            for operand in self.operands:
                if format_of(operand.fmt) in ('f16', 'f32') and self.chance(0.4) and \
                        not ('CLASS' in self.name and operand is self.operands[1]):
                    operand.negative, operand.absolute = self.chance(0.5), self.chance(0.5)

    def special(self):
        s, rng = self.state, self.rng
        if self.name.startswith(('V_MOVREL', 'V_SWAPREL')):
            s.sgpr[M0] = rng.randrange(2) | rng.randrange(2) << 16 if '_2_' in self.name or 'SWAPREL' in self.name \
                else rng.randrange(2)
            self.operands[0].number, self.dst = 4, 30
            if 'SWAPREL' not in self.name and 'RELD_' not in self.name:
                self.operands[0].kind, self.literal = 'v', None
        if self.has_fixed_literal():
            self.literal = pool.any32(rng)
            if 'F16' in self.name:
                self.literal &= 0xffff
        if self.name in ('V_FMA_MIXLO_F16', 'V_FMA_MIXHI_F16'):
            self.dst_half = 0
        if self.name.startswith('V_PERMLANE') and not self.name.startswith('V_PERMLANE64'):
            self.opsel = 0
            if self.name.endswith(('16_B32', 'VAR_B32')):
                self.opsel = rng.choice((1,))  # 0 leaves to the text what inactive lanes give: it reads them all
        if self.name.startswith('V_DIV_SCALE'): # one of the two others, as the division's expansion has it
            self.operands[0] = rng.choice(self.operands[1:])
            if all(o.kind != 'c' or o.number != LITERAL for o in self.operands):
                self.literal = None  # the source that asked for it has gone
            self.operands[0].negative = self.operands[1].negative = self.operands[2].negative = False
            s.mode = s.mode & ~0xff | 0xf0

    # ---- encoding ----

    def put(self, field, value):
        high, low = self.encoding.fields[field]
        assert value >> (high - low + 1) == 0, (self.key, field, value)
        self.bits |= value << low

    def source_number(self, operand, n):
        if operand.kind == 'v':
            number = VGPR0 + operand.number
            if not self.three and operand.half:
                number += 128
            return number
        return operand.number

    def encode(self):
        self.bits = self.encoding.fixed
        self.put('op', self.fields['op'])
        has_dst = 'vdst' in self.encoding.fields
        if has_dst and ('vdst' in self.types or self.name.startswith('V_CMPX')):
            number = self.dst if not self.name.startswith('V_CMPX') else EXEC
            self.put('vdst', number | (128 if not self.three and self.dst_half else 0))
        for n, operand in enumerate(self.operands):
            number = self.source_number(operand, n)
            if n == 0 and self.dpp:
                number = self.dpp[1]
            if SOURCES[n] in self.encoding.fields:
                self.put(SOURCES[n], number)
            elif n == 1:
                self.put('vsrc1', number - VGPR0)
        if 'sdst' in self.encoding.fields:
            self.put('sdst', self.sdst)
        if self.three:
            self.encode_modifiers()
        size = 8 if self.three else 4
        words = [self.bits & MASK32] + ([self.bits >> 32] if size == 8 else [])
        if self.dpp:
            words.append(self.dpp_word())
        if self.literal is not None:
            words.append(self.literal)
        self.state.words = words

    def encode_modifiers(self):
        negative = sum(o.negative << n for n, o in enumerate(self.operands))
        self.put('neg', negative)
        self.put('clmp', self.clamp)
        if self.key[0] == 'VOP3POp':
            self.put('neg_hi', sum(o.negative_high << n for n, o in enumerate(self.operands)))
            self.put('opsel', self.opsel)
            self.put('opsel_hi', self.opsel_hi & 3)
            self.put('opsel_hi2', self.opsel_hi >> 2)
            return
        self.put('omod', self.omod)
        if 'abs' in self.encoding.fields:
            self.put('abs', sum(o.absolute << n for n, o in enumerate(self.operands)))
        if 'opsel' in self.encoding.fields:
            halves = sum(o.half << n for n, o in enumerate(self.operands) if o.bits == 16)
            self.put('opsel', halves | self.dst_half << 3 | self.opsel)

    def dpp_word(self):
        kind, _, how = self.dpp
        number = self.operands[0].number | (128 if not self.three and self.operands[0].half else 0)
        if kind == '8':
            return number | sum(lane << 8 + 3 * n for n, lane in enumerate(how))
        word = number | how['control'] << 8 | how['fi'] << 18 | how['bc'] << 19 | how['bank'] << 24 | how['row'] << 28
        if not self.three:
            for n, operand in enumerate(self.operands[:2]):
                word |= operand.negative << 20 + 2 * n | operand.absolute << 21 + 2 * n
        return word

    # ---- what comes of it ----

    def dpp_lane(self, lane):
        """(source lane or None, whether the destination is written) of DPP (RDNA3 ISA, "Data parallel processing")."""
        kind, select, how = self.dpp
        active = self.state.exec_mask
        if kind == '8':
            source = lane & ~7 | how[lane & 7]
            readable = select == DPP8_FI or active >> source & 1
            return (source if readable else None), True
        source = lane & ~15 | self.dpp16_lane(how['control'], lane & 15) if self.dpp16_lane(how['control'], lane & 15) is not None \
            else None
        if not how['row'] >> lane // 16 & 1 or not how['bank'] >> lane % 16 // 4 & 1:
            return None, False
        if source is None or not (how['fi'] or active >> source & 1):
            return None, bool(how['bc'])
        return source, True

    @staticmethod
    def dpp16_lane(control, l):
        n = control & 15
        if control < 0x100:
            return l & 12 | control >> (l & 3) * 2 & 3
        group = control >> 4
        if group == 0x10:
            return l + n if l + n < 16 else None
        if group == 0x11:
            return l - n if l >= n else None
        if group == 0x12:
            return l - n & 15
        if control == 0x140:
            return 15 - l
        if control == 0x141:
            return l & 8 | 7 - (l & 7)
        return n if group == 0x15 else l ^ n

    def packed_source(self, n, operand, lane):
        v = operand.read(self.state, lane)
        if self.name.startswith('V_FMA_MIX'):
            return v
        low, high = v & 0xffff, v >> 16
        if self.name.startswith(('V_PK_', 'V_DOT2')) and operand.bits == 32 and 'PK2' in operand.fmt:
            a = high if self.opsel >> n & 1 else low
            b = high if self.opsel_hi >> n & 1 else low
            if 'F16' in operand.fmt:
                a ^= 0x8000 if operand.negative else 0
                b ^= 0x8000 if operand.negative_high else 0
            return a | b << 16
        return v

    def mixed_source(self, n, operand, lane):
        """v_fma_mix: neg_hi is an absolute value; both work on what was chosen."""
        v = operand.read(self.state, lane)
        half = self.opsel_hi >> n & 1
        if operand.kind == 'c' and half and operand.number >= 240:
            raise Skip('float constants as halves')
        shift = 16 if half and self.opsel >> n & 1 else 0
        top = 0x8000 << shift if half else 0x80000000
        v = v & ~top if operand.negative_high else v
        return v ^ top if operand.negative else v

    def sources(self, lane):
        found = {}
        for n, operand in enumerate(self.operands):
            at = lane
            if n == 0 and self.dpp:
                at, _ = self.dpp_lane(lane)
            if self.name.startswith('V_FMA_MIX'):
                v = self.mixed_source(n, operand, lane)
            elif self.key[0] == 'VOP3POp':
                v = self.packed_source(n, operand, lane)
            else:
                v = operand.modify(0) if at is None else operand.read(self.state, at)
            found['S%d' % n] = Int(v, operand.bits, False, 'source')
        return found

    def machine(self, after):
        m = Machine(self.g, after)
        m.flushes = bool(FLUSHING.match(self.name))
        m.saturates = bool(self.clamp and SATURATING.match(self.name))
        m.saturated_names = ('D0', 'tmp') if self.key[0] == 'VOP3POp' else ('D0',)
        return m

    def common(self, after):
        s = self.state
        return {'EXEC': Int(s.exec_mask, 64), 'EXEC_LO': Int(s.sgpr[EXEC], 32, True), 'SCC': Int(s.scc, 1),
                'M0': Int(s.sgpr[M0], 32), 'WAVE64': Int(s.wave64, 1), 'WAVE32': Int(1 - s.wave64, 1),
                'wave32': Int(1 - s.wave64, 1), 'VGPR': Registers(s), 'VDST': Int(self.dst, 32), 'DST': Int(self.dst, 32),
                'SRC0': Int(self.operands[0].number if self.operands else 0, 32),
                'SRC1': Int(self.operands[1].number if len(self.operands) > 1 else 0, 32),
                'OPSEL': Int(self.all_opsel(), 4), 'OPSEL_HI': Int(getattr(self, 'opsel_hi', 0), 3),
                'NEG': Int(sum(o.negative << n for n, o in enumerate(self.operands)), 3),
                'SIMM32': Int(self.literal or 0, 32, False, 'source'), 'TRAPSTS': Fields(),
                'WAVE_MODE': Fields(IEEE=Int(s.mode >> 9 & 1, 1)), 'WAVE_STATUS': Fields(PRIV=Int(0, 1))}

    def all_opsel(self):
        return self.opsel | self.dst_half << 3 | sum(o.half << n for n, o in enumerate(self.operands))

    def expected(self):
        after = self.state.copy()
        after.end = self.state.end + 4 * len(self.state.words)
        run = self.g.function(self.key)
        if ACROSS.match(self.name) and 'laneId' not in self.g.text[self.key] and 'SWAP' not in self.name:
            self.whole_wave(run, after)
            return after
        masks = {'D0': 0, 'VCC': 0, 'EXEC': 0}
        for lane in (0,) if self.name.startswith('V_S_') else range(self.state.lanes):  # whatever EXEC says
            if self.name.startswith('V_S_') or self.state.exec_mask >> lane & 1 and (not self.dpp or self.dpp_lane(lane)[1]):
                self.one_lane(run, after, lane, masks)
        self.write_masks(after, masks)
        return after

    def whole_wave(self, run, after):
        e = self.common(after)
        if 'M0' and self.operands:
            e.update(self.sources(0))
        e['D0'] = Int(0, 32)
        run(e, self.machine(after))
        if self.dst_scalar:
            after.sgpr[self.dst] = e['D0'].v & MASK32

    def one_lane(self, run, after, lane, masks):
        m = self.machine(after)
        e = self.common(after)
        e['laneId'] = Int(lane, 32)
        e.update(self.sources(lane))
        count = (self.dst_bits + 31) // 32
        old = 0 if self.dst_scalar or 'vdst' not in self.types else \
            sum(self.state.vgpr[self.dst + d][lane] << 32 * d for d in range(count))
        vcc = self.operands[2].number if len(self.operands) > 2 and 'M64' in self.operands[2].fmt else VCC
        e['VCC'] = Int(self.state.mask(vcc), 64)
        e['D0'] = Int(0, 64) if self.dst_bits == 64 and 'M64' in self.dst_fmt else \
            Int(old >> 16 * self.dst_half, max(self.dst_bits, 32) if self.dst_bits != 16 else 16, False, 'source')
        e['D1'] = Int(0, 1)
        if len(self.operands) < 3:
            e['S2'] = e['D0']
        if self.name.startswith('V_FMA_MIX'):
            e['S'] = [e['S0'], e['S1'], e['S2']]
        if self.name.startswith('V_DIV_SCALE'):
            e['D0'] = Int(e['S0'].v, e['S0'].w)
        if 'SWAP' in self.name or 'MOVREL' in self.name or 'VGPR[laneId][VDST' in self.g.text[self.key]:
            self.registers_of_lane(run, e, m, after, lane)
            return
        run(e, m)
        masks['D0'] |= e['D0'].v & 1 << lane
        masks['EXEC'] |= e['EXEC'].v & 1 << lane
        if self.name.startswith('V_DIV_SCALE'):
            masks['VCC'] |= (e['VCC'].v & 1) << lane
        elif self.name.startswith('V_MAD_'):
            masks['VCC'] |= (e['D1'].v & 1) << lane
        else:
            masks['VCC'] |= e['VCC'].v & 1 << lane
        if 'vdst' in self.types and 'M64' not in self.dst_fmt:
            self.write_lane(m, after, lane, e['D0'].v, old)

    def registers_of_lane(self, run, e, m, after, lane):
        if 'SWAP' in self.name and 'REL' not in self.name:
            m.registers.add('S0')
            half = self.operands[0].half
            run(e, m)
            self.put_half(after, self.dst, lane, e['D0'].v, self.dst_bits, self.dst_half)
            self.put_half(after, self.operands[0].number, lane, e['S0'].v, self.dst_bits, half)
            return
        m.state = after
        run(e, m)
        if 'VGPR[laneId][' not in self.g.text[self.key].split('=')[-2] and self.name == 'V_MOVRELS_B32':
            after.vgpr[self.dst][lane] = e['D0'].v & MASK32

    @staticmethod
    def put_half(after, register, lane, value, bits, half):
        if bits == 16:
            old = after.vgpr[register][lane]
            after.vgpr[register][lane] = old & ~(0xffff << 16 * half) | (value & 0xffff) << 16 * half
        else:
            after.vgpr[register][lane] = value & MASK32

    def write_lane(self, m, after, lane, value, old):
        if self.dst_scalar:
            after.sgpr[self.dst] = self.finish(m, value) & MASK32
            self.tolerances_of_scalar = [(offset, fmt, made, max(extra, 2)) for _, offset, fmt, made, extra in m.tolerances] or [
                (0, format_of(self.name.rsplit('_', 1)[1]), False, 2)]  # v_s_rsq_f16 as v_rsq_f16, though an SGPR has no format
            return
        value = self.finish(m, value)
        if self.dst_bits == 16:
            self.put_half(after, self.dst, lane, value, 16, self.dst_half)
        else:
            for d in range((self.dst_bits + 31) // 32):
                after.vgpr[self.dst + d][lane] = value >> 32 * d & MASK32
        ulps = 2 if APPROXIMATE.match(self.name) else 0
        for word, offset, fmt, made, extra in m.tolerances:
            self.tolerances.append((self.dst, lane, offset + 16 * self.dst_half, fmt, made, max(extra, ulps)))
        if ulps:
            self.tolerances.append((self.dst, lane, 16 * self.dst_half, format_of(self.dst_fmt), False, ulps))

    def finish(self, m, value):
        """Output modifier and clamp of a float result."""
        parts = {'NUM_PK2_F16': ('f16', (0, 16))}.get(self.dst_fmt, (format_of(self.dst_fmt), (0,)))
        if self.name.startswith('V_FMA_MIX') and self.name.endswith('F16'):
            parts = ('f16', (16 if 'HI' in self.name else 0,))
        fmt, offsets = parts
        if fmt not in ('f16', 'f32', 'f64') or not (self.clamp or self.omod):
            return value
        width = sf.FORMATS[fmt][2]
        for offset in offsets:
            bits = self.finished(m, fmt, value >> offset & ((1 << width) - 1))
            if sf.is_nan(fmt, bits):  # which NaN goes through a clamp is not written
                m.tolerances.append(('D0', offset, fmt, True, 0))
            value = value & ~(((1 << width) - 1) << offset) | bits << offset
        return value

    def finished(self, m, fmt, bits):
        denormals, ieee = m.denormals(fmt) & 2, self.g.index == 0 and self.state.mode >> 9 & 1
        if self.omod and not denormals and not ieee:
            factor = sf.from_double(fmt, (0, 2.0, 4.0, 0.5)[self.omod])
            product = sf.mul(fmt, bits, factor, m.round(fmt))
            bits = sf.quiet(fmt, bits) if product is None else sf.flush(fmt, product)
            if bits == 1 << (sf.FORMATS[fmt][2] - 1):
                bits = 0
        if self.clamp:
            if sf.is_nan(fmt, bits):
                return 0 if self.g.index == 1 or self.state.mode >> 8 & 1 else bits
            if sf.compare(fmt, bits, 0) <= 0:
                return 0
            one = sf.from_double(fmt, 1.0)
            return one if sf.compare(fmt, bits, one) > 0 else bits
        return bits

    def write_masks(self, after, masks):
        text = self.g.text[self.key]
        if self.name.startswith('V_CMPX'):
            after.set_mask(EXEC, masks['EXEC'])
        elif self.name.startswith('V_CMP'):
            after.set_mask(self.dst if 'vdst' in self.encoding.fields else VCC, masks['D0'])
        elif re.search(r'VCC\S* = |D1', text):
            after.set_mask(self.sdst, masks['VCC'])
