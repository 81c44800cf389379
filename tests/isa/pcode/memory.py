"""memory.py: random memory instructions. Addresses are worked out here (ISA manuals, "Flat, Scratch and Global", "Data share",
"Buffer instructions", "Scalar memory"); what moves is the pseudo-code's."""

import re

import manual
import numbers_pool as pool
import values
from machine import (CODE_VA, EXEC, M0, MASK32, MASK64, MEMORY_VA, NULL, PRIVATE_BASE, SHARED_BASE, VCC, Machine, Memory, Registers,
                     Skip, State)
from values import Int

SCRATCH_BYTES_PER_LANE = 32
KIND = {'DSOp': 'ds', 'SMEMOp': 'smem', 'FLATOp': 'flat', 'VFLATOp': 'flat', 'GLOBALOp': 'global', 'VGLOBALOp': 'global',
        'SCRATCHOp': 'scratch', 'VSCRATCHOp': 'scratch', 'MUBUFOp': 'buffer', 'VBUFFEROp': 'buffer'}
ELSEWHERE = [
    (r'FORMAT', 'the text only names the conversion between formats; refused by name as not for compute'),
    (r'GWS|ORDERED|GS_REG', 'needs the global data share: refused by name'), (r'BVH', 'ray tracing: not a compute instruction'),
    (r'_INV|_WB', 'a cache control: tests/strict'), (r'PREFETCH|ATC_PROBE', 'changes nothing a program sees'),
]
# What they do is prose, or nothing is said: told here anew.
WITHOUT_STATEMENTS = r'SWIZZLE|LOAD_TR|BUFFER_LOAD_LDS_[UIB]'
OPERANDS = {'BUFFER_LOAD_LDS': {'vdata': ('B32', 32, '')}, 'GLOBAL_LOAD_TR_B128': {'vdst': ('B128', 128, '')},
            'GLOBAL_LOAD_TR_B64': {'vdst': ('B64', 64, '')}}
manual.CORRECTIONS.update({
    'DS_CONSUME': ('RETURN_DATA.u32 = MEM[ADDR].u32;\nif FIRST then MEM[ADDR].u32 -= COUNT.u32 endif', 'the text as statements'),
    'DS_APPEND': ('RETURN_DATA.u32 = MEM[ADDR].u32;\nif FIRST then MEM[ADDR].u32 += COUNT.u32 endif', 'the text as statements'),
})


class MemoryCase:
    def __init__(self, generation, key, rng):
        self.g, self.key, self.rng, self.name = generation, key, rng, key[1]
        for pattern, why in ELSEWHERE:
            if re.search(pattern, self.name):
                raise Skip(why)
        silent = next((types for name, types in OPERANDS.items() if self.name.startswith(name)), None)
        if key not in generation.operand and silent is None:
            raise Skip('the same as in the other encoding of its kind')
        self.kind, self.types, self.text = KIND[key[0]], {**(silent or {}), **generation.operand.get(key, {})}, generation.text.get(key, '')
        self.encoding = generation.encoding[key[0]]
        self.tolerances = []
        self.state = s = State()
        s.gen, s.wave64, s.scc = generation.index, rng.getrandbits(1), 0
        s.mode = 0x3f0 if s.gen == 0 else 0xf0
        s.scratch_bytes_per_lane = SCRATCH_BYTES_PER_LANE
        for n in range(106):
            s.sgpr[n] = rng.getrandbits(32)
        s.set_pair(VCC, rng.getrandbits(64))
        s.set_pair(EXEC, rng.choice((MASK64, rng.getrandbits(64), rng.getrandbits(64), 0)))
        self.atomic = 'ATOMIC' in self.name or (self.kind == 'ds' and not re.search('LOAD|(?<!CMP)STORE_|SWIZZLE|PERMUTE|APPEND|CONSUME', self.name)) \
            or 'STOREXCHG' in self.name
        self.bits = max([t[1] for f, t in self.types.items() if f in ('vdst', 'vdata', 'data', 'data0', 'vsrc', 'sdata')] or [32])
        self.unit = 4 if 'PK_ADD' in self.name else self.access_bytes()
        s.sgpr[M0] = rng.choice((0, 8, 64)) if 'ADDTID' in self.name else rng.getrandbits(32)
        if re.search('APPEND|CONSUME', self.name):
            s.sgpr[M0] = 4 * rng.randrange(8) << 16
        for region in (s.memory, s.lds, s.scratch):
            self.fill(region)
        for r in range(len(s.vgpr)):
            for lane in range(64):
                s.vgpr[r][lane] = self.number()
        self.values = {'op': generation.opcode[key]}
        self.lane_address = [0] * 64
        getattr(self, 'choose_' + self.kind)()
        self.encode()

    # ---- data ----

    def number(self):
        rng = self.rng
        if re.search('ADD_F|ADD_RTN_F|PK_ADD', self.name):
            return rng.randrange(0x20000000, 0x5f000000) | rng.getrandbits(1) << 31 if 'PK' not in self.name else \
                (rng.randrange(0x3000, 0x4c00) | rng.randrange(0x3000, 0x4c00) << 16) ^ rng.getrandbits(1) << 15
        return pool.any32(rng)

    def fill(self, region):
        for at in range(0, len(region), 4):
            region[at:at + 4] = self.number().to_bytes(4, 'little')

    def access_bytes(self):
        m = re.search(r'_(?:RTN_)?[BUIF](\d+)$|_(?:D16_)?(?:HI_)?[BUI](\d+)(?:_D16)?(?:_HI)?$', self.name)
        found = re.findall(r'[BUIF](8|16|32|64|96|128)(?![0-9])', self.name)
        return int(found[-1] if 'D16' not in self.name else found[0] if found[0] != '16' or len(found) == 1 else found[-1]) // 8 if found else 4

    def alignment(self):
        if self.atomic or self.kind == 'scratch' or '2ADDR' in self.name:
            return min(self.unit, 8) if self.atomic or '2ADDR' in self.name else min(self.unit, 4)
        return self.rng.choice((1, min(self.unit, 4), 4))

    def spots(self, limit):
        """An offset for every lane."""
        rng, step = self.rng, self.alignment()
        top = max(1, (limit - 2 * max(self.unit, self.bits // 8)) // step)
        if rng.random() < 0.3:
            width = self.unit * step // step
            return [(lane * width) % (top * step) // step * step for lane in range(64)]
        return [rng.randrange(top) * step for _ in range(64)]

    # ---- by kind: registers, fields, addresses ----

    def registers(self, first):
        """Data registers from `first` on; sets fields and returns the next free one."""
        at = first
        for field in ('data0', 'data1', 'data', 'vsrc'):
            if field in self.types:
                self.values[field] = at
                at += (self.types[field][1] + 31) // 32
        if 'vdst' in self.types:
            self.dst, self.dst_bits = at, self.types['vdst'][1]
            self.values['vdst'] = at
        return at

    def choose_ds(self):
        rng, two = self.rng, '2ADDR' in self.name
        self.registers(2)
        self.values['addr'] = 0
        if re.search('PERMUTE', self.name):
            self.offset = rng.choice((0, 4, 8, rng.getrandbits(16)))
            for lane in range(64):
                self.state.vgpr[0][lane] = rng.getrandbits(9) if rng.random() < 0.8 else rng.getrandbits(32)
        elif 'SWIZZLE' in self.name:
            self.offset = rng.choice((rng.getrandbits(15), 0x8000 | rng.getrandbits(8), 0xc000 | rng.getrandbits(11), 0xe000 | rng.getrandbits(5)))
        elif two:
            unit = self.unit * (64 if 'STRIDE64' in self.name else 1)
            room = max(1, min(256, 1024 // unit))
            low = rng.randrange(min(room, 4)) if unit < 256 else 0
            self.offset = low | (low + (512 + 2 * self.unit + unit - 1) // unit + (rng.randrange(4) if unit < 256 else 0)) << 8
            if rng.getrandbits(1):
                self.offset = self.offset >> 8 | (self.offset & 255) << 8
        else:
            self.offset = rng.randrange(0, 64) * (self.unit if self.atomic else 1) if 'ADDTID' not in self.name else 4 * rng.randrange(64)
        if re.search('APPEND|CONSUME', self.name):
            self.offset = 4 * rng.randrange(64)
        self.values['offset0'], self.values['offset1'] = self.offset & 255, self.offset >> 8
        if 'addr' in self.types and not re.search('PERMUTE|SWIZZLE', self.name):
            for lane, spot in enumerate(self.spots(512)):
                self.state.vgpr[0][lane] = spot
        for lane in range(64):
            self.lane_address[lane] = self.state.vgpr[0][lane]

    def choose_smem(self):
        rng, s = self.rng, self.state
        buffer = 'BUFFER' in self.name
        base, bits = 20, self.types['sdata'][1]
        self.dst, self.dst_bits = 4 * rng.randrange(8, 20) if bits <= 128 else 8 * rng.randrange(4, 9), bits
        at, step = rng.randrange(0, 200) * 4, min(self.unit, 4)
        imm = rng.randrange(0, 64) * step if buffer or s.gen == 1 and 0 else rng.randrange(-64, 64) * step
        use = rng.getrandbits(1)
        extra = rng.randrange(0, 64) * step
        s.sgpr[30] = extra
        address = MEMORY_VA + 512 + at
        start = address - imm - (extra if use else 0)
        s.set_pair(base, start)
        if buffer:
            s.sgpr[base + 1] = s.sgpr[base + 1] & 0xffff
            s.sgpr[base + 2], s.sgpr[base + 3] = 2048, 0x30000000
        offset = 'offset' if 'offset' in self.encoding.fields else 'ioffset'
        width = self.encoding.fields[offset][0] - self.encoding.fields[offset][1] + 1
        self.values.update({'sbase': base // 2, 'sdata': self.dst, 'soffset': 30 if use else NULL, offset: imm & ((1 << width) - 1)})
        self.scalar_address = address

    def common_offset(self, low, high):
        """The instruction's offset field."""
        field = 'offset' if 'offset' in self.encoding.fields else 'ioffset'
        width = self.encoding.fields[field][0] - self.encoding.fields[field][1] + 1
        imm = self.rng.randrange(low, high) * (min(self.unit, 8) if self.atomic else min(self.unit, 4))
        if self.kind == 'scratch':
            imm = imm // 4 * 4
        self.values[field] = imm & ((1 << width) - 1)
        return imm

    def returns(self):
        if self.atomic:
            back = self.rng.getrandbits(1)
            self.values['glc' if 'glc' in self.encoding.fields else 'th'] = back
            return bool(back)
        return 'LOAD' in self.name

    def address_field(self):
        return 'addr' if 'addr' in self.encoding.fields else 'vaddr'

    def put_address(self, lane, value):
        self.state.vgpr[0][lane], self.state.vgpr[1][lane] = value & MASK32, value >> 32

    def choose_flat(self):
        self.registers(2)
        self.writes_back = self.returns()
        base = self.rng.choice((MEMORY_VA, MEMORY_VA, SHARED_BASE) + (() if self.atomic else (PRIVATE_BASE,)))
        if base == PRIVATE_BASE:
            self.kind_of_flat = 'scratch'
        imm = self.common_offset(0, 8) if base != PRIVATE_BASE else self.common_offset(0, 2) if self.unit <= 4 else self.common_offset(0, 1)
        if base == PRIVATE_BASE:
            step = max(1, min(self.unit, 4))
            spots = [self.rng.randrange(max(1, (SCRATCH_BYTES_PER_LANE - self.unit - imm) // step)) * step for _ in range(64)]
            if imm % step:
                raise Skip('again')
        else:
            spots = self.spots(1500)
        for lane in range(64):
            self.put_address(lane, base + spots[lane])
            self.lane_address[lane] = base + spots[lane] + imm
        self.values.update({self.address_field(): 0, 'saddr': NULL})

    def choose_global(self):
        block = 'BLOCK' in self.name
        if block:
            self.values['vsrc' if 'STORE' in self.name else 'vdst'] = 8
            self.dst, self.dst_bits = 8, 1024
            self.writes_back = False
        else:
            self.registers(2)
            self.writes_back = self.returns()
        imm = self.common_offset(-8, 8) if 'ADDTID' not in self.name else 4 * self.rng.randrange(16)
        if 'ADDTID' in self.name:
            self.values['offset' if 'offset' in self.encoding.fields else 'ioffset'] = imm
        scalar = self.rng.getrandbits(1) or 'ADDTID' in self.name
        spots = self.spots(1200)
        self.state.set_pair(20, MEMORY_VA + 256)
        for lane in range(64):
            self.put_address(lane, spots[lane] if scalar else MEMORY_VA + 256 + spots[lane])
            if scalar:
                self.state.vgpr[1][lane] = self.rng.getrandbits(32)
            self.lane_address[lane] = MEMORY_VA + 256 + spots[lane] + imm
        self.values.update({self.address_field(): 0, 'saddr': 20 if scalar else NULL})
        self.immediate = imm

    def choose_scratch(self):
        self.registers(2)
        if 'BLOCK' in self.name:
            self.values['vsrc' if 'STORE' in self.name else 'vdst'] = 8
            self.unit = 4
            self.state.sgpr[M0] = self.rng.getrandbits(4)
        self.writes_back = 'LOAD' in self.name
        step, rng = max(1, min(self.unit, 4)), self.rng
        imm = self.common_offset(0, 1)
        self.state.sgpr[20] = rng.randrange(2) * 4
        vector, scalar = rng.getrandbits(1), rng.getrandbits(1)
        room = SCRATCH_BYTES_PER_LANE - (16 if 'BLOCK' in self.name else self.unit) - (self.state.sgpr[20] if scalar else 0) - imm
        for lane in range(64):
            spot = rng.randrange(max(1, room // step + 1)) * step if room > 0 else 0
            self.state.vgpr[0][lane] = spot
            self.lane_address[lane] = (spot if vector else 0) + (self.state.sgpr[20] if scalar else 0) + imm
        self.values.update({self.address_field(): 0, 'sve': vector, 'saddr': 20 if scalar else NULL})

    def choose_buffer(self):
        rng, s = self.rng, self.state
        self.values['vdata'] = self.dst = 4
        self.dst_bits = self.types['vdata'][1]
        self.writes_back = self.returns()
        lds = 'LDS' in self.name
        idxen, offen = rng.getrandbits(1), rng.getrandbits(1)
        imm = self.common_offset(0, 16)
        stride = rng.choice((0, 16, 32))
        s.sgpr[28] = rng.randrange(8) * 8
        soffset = rng.choice((28, NULL, 128 + 8)) if self.g.index == 0 else rng.choice((28, NULL))
        extra = {28: s.sgpr[28], NULL: 0}.get(soffset, 8)
        raw = rng.getrandbits(1) or stride == 0
        s.set_pair(40, MEMORY_VA)
        s.sgpr[41] |= stride << 16
        s.sgpr[42] = 2048 if raw else 64
        s.sgpr[43] = (3 if raw else 1) << 28
        for lane, spot in enumerate(self.spots(500)):
            index = rng.randrange(0, 24)
            registers = ([index] if idxen else []) + ([spot] if offen else [])
            for n, value in enumerate(registers):
                s.vgpr[n][lane] = value
            self.lane_address[lane] = MEMORY_VA + extra + (index * stride if idxen else 0) + (spot if offen else 0) + imm
        rsrc = {'srsrc': 10} if 'srsrc' in self.encoding.fields else {'rsrc': 40, 'format': 1}
        self.values.update({'vaddr': 0, 'soffset': soffset, 'idxen': idxen, 'offen': offen, **rsrc})
        if lds:
            s.sgpr[M0] = 4 * rng.randrange(64) | rng.getrandbits(16) << 16
        self.immediate = imm

    # ---- words and result ----

    def encode(self):
        bits = self.encoding.fixed
        for field, value in self.values.items():
            high, low = self.encoding.fields[field]
            assert value >> (high - low + 1) == 0, (self.key, field, value)
            bits |= value << low
        count = 3 if self.g.index == 1 and self.kind in ('flat', 'global', 'scratch', 'buffer') else 2
        self.state.words = [bits >> 32 * n & MASK32 for n in range(count)]

    def region(self, after, lane):
        lanes = self.state.lanes

        def find(address, size):
            if self.kind == 'ds':
                return after.lds, address
            if self.kind == 'scratch' or address >> 32 == PRIVATE_BASE >> 32:
                at = address & MASK32
                return after.scratch, at // 4 * 4 * lanes + lane * 4 + at % 4
            if address >> 32 == SHARED_BASE >> 32:
                return after.lds, address & MASK32
            return after.memory, address - MEMORY_VA
        return find

    def machine(self, after, lane):
        m = Machine(self.g, after)
        m.region = self.region(after, lane)
        return m

    def register_bits(self, register, lane, bits):
        return Int(sum(self.state.vgpr[register + d][lane] << 32 * d for d in range((bits + 31) // 32)), bits, False, 'source')

    def variables(self, m, lane):
        s = self.state
        address = self.lane_address[lane]
        e = {'MEM': Memory(m), 'M0': Int(s.sgpr[M0], 32), 'laneID': Int(lane, 32), 'laneId': Int(lane, 32), 'EXEC': Int(s.exec_mask, 64),
             'WAVE64': Int(s.wave64, 1), 'VGPR': Registers(s)}
        for word in ('vgpr_a', 'v_addr', 's_saddr', 'flat_scratch', 'sgpr_base', 'sgpr_o', 'v_addr_off', 's_saddr_off'):
            e[word] = Int(0, 64)
        if self.kind == 'ds':
            e['OFFSET'], e['OFFSET0'], e['OFFSET1'] = Int(self.offset, 16), Int(self.offset & 255, 8), Int(self.offset >> 8, 8)
            e['ADDR_BASE'] = Int(address, 32)
            e['offset'] = Int(self.offset, 32)
            inside = 'OFFSET' in self.text and self.g.index == 0
            e['ADDR'] = Int(address if inside else address + self.offset, 32)
            e['CalcDsAddr'] = lambda a, b: Int(address + (self.offset if b.operand != 'hex' else 0), 32)
        else:
            e['ADDR'] = Int(address, 64)
            for word in ('CalcFlatAddr', 'CalcGlobalAddr', 'CalcScratchAddr', 'CalcBufferAddr'):
                e[word] = lambda a, b: Int(address, 64)
        for word, field in (('DATA', 'data0'), ('DATA0', 'data0'), ('DATA2', 'data1'), ('DATA', 'data'), ('DATA', 'vsrc')):
            if field in self.types:
                e[word] = self.register_bits(self.values[field], lane, self.types[field][1])
        if 'vdata' in self.types:
            e['DATA'] = e['VDATA'] = self.register_bits(self.dst, lane, self.dst_bits)
        elif 'STORE' in self.name and 'DATA' in e:
            e['VDATA'] = e['DATA']
        if hasattr(self, 'dst') and self.kind != 'smem':
            e['RETURN_DATA'] = self.register_bits(self.dst, lane, self.dst_bits)
            e.setdefault('VDATA', e['RETURN_DATA'])
            if 'vdata' in self.types:
                e['RETURN_DATA'] = e['VDATA']
        return e

    def expected(self):
        after = self.state.copy()
        after.end = CODE_VA + 4 * len(self.state.words)
        run = self.g.function(self.key) if not re.search(WITHOUT_STATEMENTS, self.name) else None
        if self.kind == 'smem':
            return self.expected_scalar(run, after)
        if 'PERMUTE' in self.name:
            return self.expected_permutation(run, after)
        if 'BLOCK' in self.name:
            self.block(after)
            return after
        if 'SWIZZLE' in self.name:
            return self.expected_swizzle(after)
        if 'LOAD_TR' in self.name:
            return self.expected_transposed(after)
        if 'LOAD_LDS' in self.name:
            return self.expected_in_lds(after)
        first = True
        for lane in range(self.state.lanes):
            if self.state.exec_mask >> lane & 1:
                self.one_lane(run, after, lane, first)
                first = False
        return after

    def one_lane(self, run, after, lane, first):
        m = self.machine(after, lane)
        e = self.variables(m, lane)
        if 'ADDTID' in self.name:
            e['SGPR_ADDR'], e['INST_OFFSET'] = Int(MEMORY_VA + 256, 64), Int(getattr(self, 'immediate', 0), 32)
        if re.search('APPEND|CONSUME', self.name):
            e['ADDR'] = Int(self.offset + (self.state.sgpr[M0] >> 16 if self.g.index == 0 else 0), 32)
            self.count(run, m, e, after, lane, first)
            return
        if 'CONDXCHG' in self.name:
            self.conditional_exchange(run, e, m, after, lane)
            return
        run(e, m)
        if not getattr(self, 'writes_back', 'vdst' in self.types):
            return
        word = 'VDATA' if 'VDATA' in self.text and not self.atomic else 'RETURN_DATA'
        value, width = e[word], self.returned_bits()
        for d in range((width + 31) // 32):
            after.vgpr[self.dst + d][lane] = value.v >> 32 * d & MASK32

    def returned_bits(self):
        if 'CMPSWAP' in self.name and 'vdata' in self.types:
            return self.dst_bits // 2
        return self.dst_bits

    def conditional_exchange(self, run, e, m, after, lane):
        """The text has names of its own for the operands."""
        e['S0'], e['S1'], e['LDS'] = Int(self.lane_address[lane], 32), e['DATA'], e['MEM']
        del e['RETURN_DATA']
        run(e, m)
        for d, value in enumerate(e['RETURN_DATA']):
            after.vgpr[self.dst + d][lane] = value.v & MASK32

    def block(self, after):
        """The text takes 32 bits of the address for all of it; everything else as it says, register by register."""
        for half, n in ((h, n) for h in range(self.state.lanes // 32) for n in range(32)):
            for lane in range(32 * half, 32 * half + 32):
                if not self.state.sgpr[M0] >> n & 1 or not self.state.exec_mask >> lane & 1:
                    continue
                data, at = self.region(after, lane)(self.lane_address[lane] + 4 * n, 4)
                if 'LOAD' in self.name:
                    after.vgpr[8 + n][lane] = int.from_bytes(data[at:at + 4], 'little')
                else:
                    data[at:at + 4] = self.state.vgpr[8 + n][lane].to_bytes(4, 'little')

    def count(self, run, m, e, after, lane, first):
        """All active lanes get what was there before."""
        if first:
            self.counter = self.state.lds[e['ADDR'].v:e['ADDR'].v + 4]
        e['FIRST'], e['COUNT'] = Int(int(first), 1), Int(bin(self.state.exec_mask).count('1'), 32)
        run(e, m)
        after.vgpr[self.dst][lane] = int.from_bytes(self.counter, 'little')

    def expected_swizzle(self, after):
        """Within 32 lanes, also in wave64. What inactive lanes offer is zero."""
        o, mask = self.offset, self.offset & 31
        for lane in range(self.state.lanes):
            if not self.state.exec_mask >> lane & 1:
                continue
            i, base = lane % 32, lane // 32 * 32
            if o >= 0xe000:  # the listing of the text
                j = int('{:05b}'.format(i)[::-1], 2) >> bin(mask).count('1') | i & mask
            elif o >= 0xc000:
                by = (o >> 5 & 31) * (-1 if o >> 10 & 1 else 1)
                j = (i & mask) | ((i + by) & ~mask & 31)
            elif o >> 15:
                j = (i & 28) + (o >> 2 * (i & 3) & 3)
            else:
                j = ((i & o & 31) | o >> 5 & 31) ^ o >> 10 & 31
            there = self.state.exec_mask >> base + j & 1
            after.vgpr[self.dst][lane] = self.state.vgpr[self.values.get('data0', 0)][base + j] if there else 0
        return after

    def expected_transposed(self, after):
        """A 16 x 16 tile, from rows in memory to columns in lanes: what it must do for the layout of a matrix operand."""
        lanes, size = self.state.lanes, 2 if self.name.endswith('B128') else 1
        count = 256 // lanes
        row = {}
        for lane in range(lanes):
            data, at = self.region(after, lane)(self.lane_address[lane], count * size)
            for e in range(count):
                row[lane % 16, lane // 16 * count + e] = data[at + e * size:at + (e + 1) * size]
        for lane in range(lanes):
            column = b''.join(bytes(row[lane // 16 * count + e, lane % 16]) for e in range(count))
            for d in range(len(column) // 4):
                after.vgpr[self.dst + d][lane] = int.from_bytes(column[4 * d:4 * d + 4], 'little')
        return after

    def expected_in_lds(self, after):
        """To M0's low half, the instruction's offset and four bytes a lane (RDNA3 ISA, "Memory buffer load to LDS")."""
        size, signed = {'U8': (1, False), 'I8': (1, True), 'U16': (2, False), 'I16': (2, True), 'B32': (4, False)}[self.name[16:]]
        for lane in range(self.state.lanes):
            if self.state.exec_mask >> lane & 1:
                data, at = self.region(after, lane)(self.lane_address[lane], size)
                value = int.from_bytes(data[at:at + size], 'little', signed=signed) & MASK32
                to = (self.state.sgpr[M0] & 0xffff) + self.immediate + 4 * lane
                after.lds[to:to + 4] = value.to_bytes(4, 'little')
        return after

    def expected_permutation(self, run, after):
        """gfx11 permutes within 32 lanes: its text, written for them, runs once for each half of a wave64."""
        halves = (0, 1) if self.state.wave64 and self.g.index == 0 else (0,)
        for half in halves:
            m = self.machine(after, 0)
            e = self.variables(m, 0)
            e.update({'ADDR': Int(0, 32), 'DATA0': Int(self.values['data0'], 32), 'VDST': Int(self.dst, 32)})
            if len(halves) == 2:
                view, out = State(), State()
                for r in range(len(view.vgpr)):
                    view.vgpr[r] = self.state.vgpr[r][32 * half:] + [0] * 32
                    out.vgpr[r] = list(view.vgpr[r])
                e.update({'VGPR': Registers(view), 'EXEC': Int(self.state.exec_mask >> 32 * half & MASK32, 64), 'WAVE64': Int(0, 1)})
                m.state = out
                run(e, m)
                for lane in range(32):
                    after.vgpr[self.dst][lane + 32 * half] = out.vgpr[self.dst][lane]
            else:
                run(e, m)
        return after

    def expected_scalar(self, run, after):
        m = self.machine(after, 0)
        m.region = lambda address, size: (after.memory, address - MEMORY_VA)
        address = Int(self.scalar_address, 64)
        e = {'MEM': Memory(m), 'ADDR': address, 'SDATA': Int(0, max(self.dst_bits, 32)), 'sgpr_base': Int(0, 64), 'offset': Int(0, 64),
             'CalcGlobalAddr': lambda a, b: address, 'CalcBufferAddr': lambda a, b: address}
        run(e, m)
        for d in range((self.dst_bits + 31) // 32):
            after.sgpr[self.dst + d] = e['SDATA'].v >> 32 * d & MASK32
        return after

    def sources(self, lane):
        return {'A': Int(self.lane_address[lane], 64)}
