"""plain.py: instructions for which the wheel has an opcode but no pseudo-code, because there is next to nothing to say: waits, hints
and cache controls (a lone wave's state stays as it is), the ends of a program, the two that set a field of MODE; and those that we
refuse by name, with a fault that names the instruction."""

import re

from machine import CODE_VA, EXEC, MASK32, MASK64, NULL, VCC, Skip, State

NOTHING = re.compile(r'S_CLAUSE|S_WAIT|S_WAKEUP$|S_(INC|DEC)PERFLEVEL|S_ICACHE_INV|S_TTRACEDATA|V_NOP|V_PIPEFLUSH|DS_NOP|S_SLEEP_VAR|'
                     r'S_DCACHE_INV|S_GL1_INV|BUFFER_GL._INV|GLOBAL_(INV|WB|WBINV)$|S_(BUFFER_)?PREFETCH|S_ATC_PROBE|'
                     r'S_SET_INST_PREFETCH_DISTANCE|S_SETHALT|S_SENDMSG(HALT)?$')
NO_OPERAND = ('S_SETHALT', 'S_WAIT_IDLE', 'S_ENDPGM', 'S_ENDPGM_SAVED', 'S_WAKEUP', 'S_TTRACEDATA', 'S_ICACHE_INV', 'S_BARRIER_LEAVE')
DEALLOC_VGPRS = 3
ENDS = ('S_ENDPGM', 'S_ENDPGM_SAVED')
FIELDS_OF_MODE = {'S_ROUND_MODE': 0, 'S_DENORM_MODE': 4}
REFUSED = re.compile(r'DS_GWS|DS_ORDERED|DS_(ADD|SUB)_GS_REG|BUFFER_(LOAD|STORE).*FORMAT|DS_BVH|S_RFE_B64|S_SETKILL|S_TRAP|'
                     r'S_SUBVECTOR|GLOBAL_ATOMIC_ORDERED|S_BARRIER_(INIT|JOIN)|S_WAKEUP_BARRIER|S_BARRIER_LEAVE|S_CODE_END')


class Plain:
    def __init__(self, generation, key, rng):
        self.g, self.key, self.rng, self.name = generation, key, rng, key[1]
        self.tolerances = []
        self.refused = bool(REFUSED.match(self.name))
        self.state = s = State()
        s.gen, s.wave64, s.scc, s.mode = generation.index, rng.getrandbits(1), rng.getrandbits(1), 0x3f0 if generation.index == 0 else 0xf0
        for n in range(106):
            s.sgpr[n] = rng.getrandbits(32)
        s.set_pair(VCC, rng.getrandbits(64))
        s.set_pair(EXEC, rng.choice((0, MASK64, rng.getrandbits(64))))
        for r in range(len(s.vgpr)):
            for lane in range(64):
                s.vgpr[r][lane] = rng.getrandbits(32)
        encoding = generation.encoding[key[0]]
        self.simm = rng.getrandbits(16)
        if self.name in NO_OPERAND:
            self.simm = 0
        elif self.name.startswith('S_SENDMSG'):
            self.simm = DEALLOC_VGPRS
        values = {'op': generation.opcode[key], 'soffset': NULL, 'saddr': NULL, 'simm16': self.simm}
        if key[0] == 'SOP1Op':
            values['ssrc0'] = 193 if 'BARRIER' in self.name else 4
        if key[0] == 'SOPKOp':
            values['sdst'] = NULL
        if key[0] == 'SMEMOp' and 'INV' not in self.name:
            values['sbase'] = 4
        if re.search('_INV|_WB', self.name):
            values.pop('soffset' if key[0] != 'VBUFFEROp' else 'saddr')
        if re.search('GWS|ORDERED_COUNT|GS_REG', self.name):
            values['gds'] = 1
        if 'PREFETCH' in self.name:
            values['sdata'] = rng.randrange(8)
        if key[0] in ('MUBUFOp', 'DSOp') and self.refused:
            values.update({'vdata': 4})
        if key[0] == 'VBUFFEROp':
            values.update({'rsrc': 40, 'format': 1, 'vdata': 4})
        bits = encoding.fixed
        for field, value in values.items():
            if field in encoding.fields:
                bits |= value << encoding.fields[field][1]
        count = {'SOPPOp': 1, 'SOP1Op': 1, 'SOPKOp': 1, 'VOP1Op': 1}.get(key[0], 3 if key[0] in ('VBUFFEROp', 'VGLOBALOp') else 2)
        s.words = [bits >> 32 * n & MASK32 for n in range(count)]

    def expected(self):
        after = self.state.copy()
        after.end = CODE_VA + (0 if self.name in ENDS else 4 * len(self.state.words))
        if self.name in FIELDS_OF_MODE:
            shift = FIELDS_OF_MODE[self.name]
            after.mode = after.mode & ~(15 << shift) | (self.simm & 15) << shift
        elif not self.refused and self.name not in ENDS and not NOTHING.match(self.name):
            raise Skip('the manual has no pseudo-code for it')
        return after

    def sources(self, lane):
        return {}


def covers(name):
    return bool(NOTHING.match(name) or REFUSED.match(name) or name in ENDS or name in FIELDS_OF_MODE)
