"""machine.py: the state an instruction works on, and what its pseudo-code may ask of the machine: modes, memory, registers."""

import array
import struct

import softfloat as sf
import values
from values import Float, Int

VGPRS, MEMORY_BYTES, LDS_BYTES, SCRATCH_BYTES = 40, 2048, 2048, 2048
CODE_VA, MEMORY_VA, SCRATCH_VA = 0x1000, 0x108000, 0x308000
SHARED_BASE, PRIVATE_BASE = 0x200000000000, 0x100000000000
VCC, M0, EXEC, NULL = 106, 125, 126, 124
MASK32, MASK64 = 0xffffffff, 0xffffffffffffffff


class State:
    """Registers and memory before or after an instruction; the layout on the wire is driver.c's."""

    def __init__(self):
        self.gen = self.wave64 = self.scc = 0
        self.mode = 0xf0
        self.scratch_bytes_per_lane = 32
        self.words = []
        self.sgpr = [0] * 128
        self.vgpr = [[0] * 64 for _ in range(VGPRS)]
        self.memory, self.lds, self.scratch = bytearray(MEMORY_BYTES), bytearray(LDS_BYTES), bytearray(SCRATCH_BYTES)
        self.end = CODE_VA

    def copy(self):
        other = State()
        other.__dict__.update(self.__dict__)
        other.sgpr = list(self.sgpr)
        other.vgpr = [list(lanes) for lanes in self.vgpr]
        other.memory, other.lds, other.scratch = bytearray(self.memory), bytearray(self.lds), bytearray(self.scratch)
        return other

    @property
    def lanes(self):
        return 64 if self.wave64 else 32

    def pair(self, n):
        return self.sgpr[n] | self.sgpr[n + 1] << 32

    def set_pair(self, n, value):
        self.sgpr[n], self.sgpr[n + 1] = value & MASK32, value >> 32 & MASK32

    @property
    def exec_mask(self):
        return self.pair(EXEC) if self.wave64 else self.sgpr[EXEC]

    def mask(self, n):
        return self.pair(n) if self.wave64 else self.sgpr[n]

    def set_mask(self, n, value):
        if n == NULL:
            return
        self.sgpr[n] = value & MASK32
        if self.wave64:
            self.sgpr[n + 1] = value >> 32 & MASK32

    def to_bytes(self):
        words = (self.words + [0] * 6)[:6]
        head = struct.pack('<12I', self.gen, self.wave64, len(self.words), self.mode, self.scc, self.scratch_bytes_per_lane,
                           *words)
        flat = array.array('I', self.sgpr)
        for lanes in self.vgpr:
            flat.extend(lanes)
        return head + flat.tobytes() + bytes(self.memory) + bytes(self.lds) + bytes(self.scratch)


OUT_HEAD = 16 + 256
OUT_BYTES = OUT_HEAD + 4 * (128 + VGPRS * 64) + MEMORY_BYTES + LDS_BYTES + SCRATCH_BYTES
STOPS = ('ended', 'at a barrier', 'out of budget', 'faulted')


class Answer(State):
    """What the driver sends back."""

    def __init__(self, data):
        self.stop, self.mode, self.scc, self.end = struct.unpack_from('<4I', data)
        self.text = data[16:OUT_HEAD].split(b'\0')[0].decode()
        flat = array.array('I')
        flat.frombytes(data[OUT_HEAD:OUT_HEAD + 4 * (128 + VGPRS * 64)])
        flat = flat.tolist()
        self.sgpr = flat[:128]
        self.vgpr = [flat[128 + 64 * r:192 + 64 * r] for r in range(VGPRS)]
        at = OUT_HEAD + 4 * (128 + VGPRS * 64)
        self.memory, self.lds = data[at:at + MEMORY_BYTES], data[at + MEMORY_BYTES:at + MEMORY_BYTES + LDS_BYTES]
        self.scratch = data[at + MEMORY_BYTES + LDS_BYTES:]


class Skip(Exception):
    """Operands for which the text says nothing."""


class Row:
    """One lane's registers, as VGPR[lane]."""

    def __init__(self, state, lane):
        self.state, self.lane = state, lane

    def __getitem__(self, register):
        return Int(self.state.vgpr[register][self.lane], 32, False, 'source')


class Registers:
    def __init__(self, state):
        self.state = state

    def __getitem__(self, lane):
        return Row(self.state, lane)


class Scalars:
    def __init__(self, state):
        self.state = state

    def __getitem__(self, n):
        return Int(self.state.sgpr[n] | self.state.sgpr[n + 1] << 32, 64)


class Memory:
    def __init__(self, machine):
        self.machine = machine

    def __getitem__(self, address):
        data, at = self.machine.find(address, 1)
        return Int(int.from_bytes(data[at:at + 8], 'little'), 64)


class Machine:
    def __init__(self, generation, state):
        self.generation, self.state = generation, state
        self.forced = None
        self.flushes = False
        self.saturates = False
        self.saturated_names = ('D0',)
        self.tolerances = []
        self.registers = {'D0', 'D1', 'RETURN_DATA', 'VDATA', 'SDATA', 'VCC', 'EXEC'}
        self.region = None  # where MEM lies: function of an address giving (bytearray, index)

    # ---- modes (RDNA3 ISA, "MODE register": round 3:0, denorm 7:4, each for single and for half and double) ----

    def round(self, fmt):
        if self.forced is not None:
            return self.forced
        if fmt in ('bf16', 'fp8', 'bf8'):
            return sf.NEAREST
        return self.state.mode & 3 if fmt == 'f32' else self.state.mode >> 2 & 3

    def denormals(self, fmt):
        return self.state.mode >> 4 & 3 if fmt == 'f32' else self.state.mode >> 6 & 3

    def source(self, fmt, bits):
        if self.flushes and fmt in ('f16', 'f32', 'f64') and not self.denormals(fmt) & 1:
            return sf.flush(fmt, bits)
        return bits

    def result(self, fmt, bits):
        if bits is not None and self.flushes and fmt in ('f16', 'f32', 'f64') and not self.denormals(fmt) & 2:
            return sf.flush(fmt, bits)
        return bits

    def converted(self, x):
        return x

    # ---- registers ----

    def is_register(self, word):
        return word in self.registers

    def tolerate(self, word, offset, value, kind):
        if value.made or value.ulps:
            self.tolerances.append((word, offset, kind or value.fmt, value.made, value.ulps))

    def store_register(self, e, word, path, value):
        if word == 'SGPR':
            n = path[0][1].v
            if path[-1] == ('type', 'b64'):
                self.state.set_pair(n, values.bits_of(value, 64))
            else:
                self.state.sgpr[n] = values.bits_of(value, 32)
            return
        lane, register = path[0][1].v, path[1][1].v
        old = Int(self.state.vgpr[register][lane], 32)
        new = values.merge(self, 'VGPR', old, path[2:] or [('type', 'b32')], value)
        self.state.vgpr[register][lane] = new.v & MASK32

    # ---- memory ----

    def find(self, address, size):
        return self.region(address, size)

    def store(self, address, width, value, bits):
        data, at = self.find(address, width // 8)
        data[at:at + width // 8] = bits.to_bytes(width // 8, 'little')

    # ---- other instructions, called as functions ----

    def call(self, word, arguments):
        key = self.generation.by_name.get(word)
        if key is None:
            raise Skip('the text calls %s(), which has no text' % word)
        e = {'S%d' % n: (Int(a.bits, None, False) if isinstance(a, Float) else a) for n, a in enumerate(arguments)}
        made = {n for n, a in enumerate(arguments) if isinstance(a, Float) and a.made}
        e['WAVE_MODE'] = values.Fields(IEEE=Int(self.state.mode >> 9 & 1, 1))
        e['TRAPSTS'] = values.Fields()
        fmt = next((a.fmt for a in arguments if isinstance(a, Float)), None)
        e['D0'] = Int(0, 64)
        outer, self.tolerances = self.tolerances, []
        self.generation.function(key)(e, self)
        inner, self.tolerances = self.tolerances, outer
        if fmt is None:
            signed = word.rsplit('_', 1)[-1].startswith('i')
            width = int(word.rsplit('_', 1)[-1][1:]) if word[-1].isdigit() and not word.endswith('_u8') else 32
            return Int(values.resize(e['D0'].v, width, signed), width, signed)
        result = Float(fmt, e['D0'].v & ((1 << sf.FORMATS[fmt][2]) - 1))
        result.made = (bool(inner) or bool(made)) and sf.is_nan(fmt, result.bits)
        return result
