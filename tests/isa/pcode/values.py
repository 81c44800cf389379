"""values.py: what the pseudo-code's values and operators mean.

Int is an integer that was not cut to its width yet (cutting happens where the text assigns to a typed place, which is also
where a clamp can see the exact result); Float is a bit pattern with a format. A Float carries what its maker leaves open:
`made` for a NaN whose payload the text does not give, `ulps` for functions that the text only names.
"""

import functools
import math
import re

import softfloat as sf

TYPE = re.compile(r'^(bf|fp|[uifb])(\d+)$')


class Int:
    __slots__ = ('v', 'w', 'signed', 'operand')

    def __init__(self, v, w=None, signed=False, operand=None):
        self.v, self.w, self.signed, self.operand = v, w, signed, operand


class Float:
    __slots__ = ('fmt', 'bits', 'made', 'ulps')

    def __init__(self, fmt, bits, ulps=0):
        self.made = bits is None
        self.fmt, self.bits, self.ulps = fmt, sf.QUIET_NAN[fmt] if bits is None else bits, ulps


class Power:
    """2.0 ** n, which may lie outside the format it is multiplied in."""

    def __init__(self, n):
        self.n = n


class Constant:
    def __init__(self, kind, negative=False):
        self.kind, self.negative = kind, negative


class Fields(dict):
    """WAVE_MODE, WAVE_STATUS: values by name."""


def bit(x):
    return Int(1 if x else 0, 1)


def truth(x):
    return bool(x.v) if isinstance(x, Int) else x.bits != 0


def bits_of(x, width=None):
    v = x.bits if isinstance(x, Float) else x.v
    if width is None:
        width = x.w if isinstance(x, Int) else sf.FORMATS[x.fmt][2]
    return v & ((1 << width) - 1) if width is not None else v


@functools.lru_cache(maxsize=None)
def literal(word):
    width, _, rest = word.rpartition("'")
    suffix = re.search(r'(ULL|LL|U|F)$', rest) if not rest.startswith('0x') else re.search(r'(ULL|LL|U)$', rest)
    digits = rest[:suffix.start()] if suffix else rest
    mark = suffix.group() if suffix else ''
    if '.' in digits or mark == 'F':
        fmt = {'16': 'f16', '32': 'f32', '64': 'f64', '': 'f32' if mark == 'F' else 'f64'}[width]
        return Float(fmt, sf.from_double(fmt, float(digits)))
    value = int(digits, 0)
    size = int(width) if width else {'': 32, 'U': 32, 'LL': 64, 'ULL': 64}[mark]
    made = Int(value, size, 'U' not in mark and not digits.startswith('0x'))
    if digits.startswith('0x'):
        made.operand = 'hex'
    return made


CONSTANTS = {'CVT_OFF_TABLE': [Float('f32', sf.from_double('f32', (n - 16 if n > 7 else n) / 16)) for n in range(16)],
             'INF': Constant('INF'), 'NAN': Constant('NAN'), 'DENORM': Constant('DENORM'), 'PI': Constant('PI'),
             'MAX_FLOAT_F32': Float('f32', 0x7f7fffff),
             'ROUND_TOWARD_ZERO': Int(sf.ZERO, 2), 'ROUND_NEAREST_EVEN': Int(sf.NEAREST, 2)}


def name(e, m, word):
    if word in e:
        return e[word]
    if word == 'ROUND_MODE':
        return Int(0 if m.forced is None else m.forced, 2, operand='none' if m.forced is None else None)
    if word.startswith(('UNDERFLOW_', 'OVERFLOW_')):
        fmt = word[-3:].lower()
        return tiny_or_huge(m, fmt, word.startswith('U'))
    return CONSTANTS[word]


def tiny_or_huge(m, fmt, tiny):
    """The result of an underflow or overflow: the text does not say how it rounds, so the sign comes in by unary minus
    and the magnitude is nearest's."""
    return Float(fmt, 0 if tiny else sf.infinity(fmt, 0))


def constant_as(fmt, c):
    if c.kind == 'NAN':
        return Float(fmt, None)
    if c.kind == 'INF':
        return Float(fmt, sf.infinity(fmt, int(c.negative)))
    raise KeyError(c.kind)


def resize(v, width, signed):
    v &= (1 << width) - 1
    return v - (1 << width) if signed and v >> (width - 1) else v


def typed(m, x, kind):
    """x read as kind: bits reinterpreted, never converted."""
    match = TYPE.match(kind)
    if match is None:
        return x[kind]
    if isinstance(x, Constant) and x.kind == 'DENORM':
        return x
    letter, width = match.group(1), int(match.group(2))
    if isinstance(x, Constant):
        return constant_as(kind, x)
    if isinstance(x, list):
        x = Int(sum(bits_of(part, 32) << 32 * n for n, part in enumerate(x)), 32 * len(x))
    if letter == 'b' and match.group(1) == 'b':
        return Int(bits_of(x, width), width)
    if letter in ('f', 'bf', 'fp') or kind == 'bf8':
        if isinstance(x, Float) and x.fmt == kind:
            return x
        operand = isinstance(x, Int) and x.operand == 'source'
        bits = bits_of(x, width)
        return Float(kind, m.source(kind, bits) if operand else bits)
    return Int(resize(x.bits if isinstance(x, Float) else x.v, width, letter == 'i'), width, letter == 'i')


def select(m, x, path):
    how = path[0]
    if how == 'type':
        return typed(m, x, path[1])
    if how == 'index':
        if isinstance(x, Int):
            return Int(x.v >> path[1].v & 1, 1)
        return x[path[1].v if isinstance(path[1], Int) else path[1]]
    if isinstance(x, list):
        x = Int(sum(bits_of(part, 32) << 32 * n for n, part in enumerate(x)), 32 * len(x))
    if how == 'part':
        low, width = path[1].v, path[2].v
    else:
        high, low = path[1].v, path[2].v
        if high < low:
            count = low - high + 1
            return Int(int(format(bits_of(x, low + 1) >> high, '0%db' % count)[::-1], 2), count)
        width = high - low + 1
    v = x.bits if isinstance(x, Float) else x.v
    return Int(v >> low & ((1 << width) - 1), width, False, x.operand if isinstance(x, Int) else None)


def concat(parts):
    total, width = 0, 0
    for part in parts:
        w = part.w if isinstance(part, Int) else sf.FORMATS[part.fmt][2]
        total = total << w | bits_of(part, w)
        width += w
    return Int(total, width)


def cast(m, width, letter, x):
    if letter in 'UIB':
        if isinstance(x, Constant) and x.kind == '2/PI':
            return Int(two_over_pi(width), width)
        if isinstance(x, Float):
            return Int(x.bits & ((1 << width) - 1), width)
        return Int(resize(x.v, width, letter == 'I'), width, letter == 'I')
    fmt = {16: 'f16', 32: 'f32', 64: 'f64'}[width]
    if isinstance(x, Power):
        return x
    if isinstance(x, Constant):
        return constant_as(fmt, x)
    if isinstance(x, Int):
        return Float(fmt, x.v) if x.operand == 'hex' else Float(fmt, sf.from_integer(fmt, x.v, m.round(fmt)))
    return convert(m, fmt, x)


def convert(m, fmt, x):
    if x.fmt == fmt:
        return x
    bits = sf.convert(fmt, x.fmt, x.bits, m.round(fmt))
    if bits is None: # the NaN's sign and payload go along
        return nan_as(fmt, x)
    return Float(fmt, bits, x.ulps)


def converted(m, fmt, x):
    made = convert(m, fmt, x)
    if fmt in ('fp8', 'bf8'):
        return Float(fmt, sf.QUIET_NAN[fmt] | sf.split(x.fmt, x.bits)[0] << 7) if sf.is_nan(x.fmt, x.bits) else made
    if sf.is_nan(fmt, made.bits):  # a conversion instruction quiets; the text does not say so
        made = Float(fmt, None)
    return made


def nan_as(fmt, x):
    """A NaN in another format, payload and quietness kept, so that quieting can be told later."""
    if 'fp8' in (fmt, x.fmt) or fmt == 'bf8':
        return Float(fmt, None)
    sign, _, payload = sf.split(x.fmt, x.bits)
    shift = sf.FORMATS[fmt][1] - sf.FORMATS[x.fmt][1]
    payload = payload << shift if shift >= 0 else payload >> -shift
    made = Float(fmt, sf.infinity(fmt, sign) | payload) if payload else Float(fmt, None)
    made.made = x.made or made.made
    return made


@functools.lru_cache(maxsize=None)
def two_over_pi(width):
    """Bits of 2/pi behind the binary point, `width` of them, by Machin's formula."""
    guard = 64
    one = 1 << (width + guard)

    def arctan_of_inverse(x):
        total = term = one // x
        n, sign = 3, -1
        while term:
            term //= x * x
            total += sign * (term // n)
            n, sign = n + 2, -sign
        return total
    pi = 4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239))
    return (2 * one * one // pi) >> guard


def as_float(m, fmt, x):
    if isinstance(x, Constant):
        return constant_as(fmt, x)
    if isinstance(x, Int):
        return Float(fmt, sf.from_integer(fmt, x.v, m.round(fmt)))
    return x if x.fmt == fmt else convert(m, fmt, x)


def is_float(x):
    return isinstance(x, (Float, Constant, Power))


def binary(m, operator, a, b):
    if operator == '**':
        return Power(b.v)
    if is_float(a) or is_float(b):
        return float_binary(m, operator, a, b)
    x, y = a.v, b.v
    width = max(a.w, b.w) if a.w is not None and b.w is not None else None
    signed = a.signed and b.signed
    if operator in COMPARISONS:
        return bit(COMPARISONS[operator](x, y))
    if operator in ('<<', '>>'):
        width, signed = a.w, a.signed
    return Int(INTEGER[operator](x, y), width, signed)


INTEGER = {'+': lambda x, y: x + y, '-': lambda x, y: x - y, '*': lambda x, y: x * y, '/': lambda x, y: x // y,
           '%': lambda x, y: x % y, '&': lambda x, y: x & y, '|': lambda x, y: x | y, '^': lambda x, y: x ^ y,
           '<<': lambda x, y: x << y, '>>': lambda x, y: x >> y}
COMPARISONS = {'==': lambda x, y: x == y, '!=': lambda x, y: x != y, '<>': lambda x, y: x != y, '<': lambda x, y: x < y, '>': lambda x, y: x > y,
               '<=': lambda x, y: x <= y, '>=': lambda x, y: x >= y}


def float_binary(m, operator, a, b):
    if isinstance(a, Constant) and a.kind == 'PI' or isinstance(b, Constant) and b.kind == 'PI':
        return Constant('2/PI' if operator == '/' else '2PI')
    if isinstance(a, Power) or isinstance(b, Power):
        power, x = (a, b) if isinstance(a, Power) else (b, a)
        return scale(m, x, power.n)
    if isinstance(b, Constant) and b.kind == 'DENORM':
        return bit(sf.is_denormal(a.fmt, a.bits))
    if not isinstance(a, Float) and not isinstance(b, Float):
        raise KeyError('two constants')
    fmt = a.fmt if isinstance(a, Float) else b.fmt
    if isinstance(b, Float) and isinstance(a, Float) and sf.FORMATS[b.fmt][2] > sf.FORMATS[fmt][2]:
        fmt = b.fmt
    a, b = as_float(m, fmt, a), as_float(m, fmt, b)
    if operator in COMPARISONS:
        order = sf.compare(fmt, a.bits, b.bits)
        return bit(operator == '!=' if order is None else COMPARISONS[operator](order, 0))
    if operator == '-':
        operator, b = '+', Float(fmt, b.bits ^ 1 << (sf.FORMATS[fmt][2] - 1))
    work = {'+': sf.add, '*': sf.mul, '/': sf.div}[operator]
    made = Float(fmt, m.result(fmt, work(fmt, a.bits, b.bits, m.round(fmt))), max(a.ulps, b.ulps))
    return made


def scale(m, x, n):
    kind, sign, mantissa, e = sf.unpack(x.fmt, x.bits)
    if kind != 'num':
        return x if kind == 'inf' else Float(x.fmt, None)
    return Float(x.fmt, m.result(x.fmt, sf.pack(x.fmt, sign, mantissa, e + n, m.round(x.fmt))), x.ulps)


def unary(operator, x):
    if isinstance(x, Constant):
        return Constant(x.kind, x.negative != (operator == '-'))
    if isinstance(x, Float):
        if operator == '-':
            made = Float(x.fmt, x.bits ^ 1 << (sf.FORMATS[x.fmt][2] - 1), x.ulps)
            made.made = x.made
            return made
        return x
    if operator == '-':
        return Int(-x.v, x.w, True)
    if operator == '!':
        return bit(not x.v)
    if operator == '~':
        return Int(~x.v if x.signed or x.w is None else ~x.v & ((1 << x.w) - 1), x.w, x.signed)
    return x


# ---- assignment ----

def declare(e, word, kind, count):
    if word in e or word in CONSTANTS:
        return
    width, letter = kind.split("'")
    empty = Int(0, int(width), letter == 'I')
    e[word] = [empty] * count if count else empty


def place(path, whole):
    """The bits a path names: (offset, width, type or None)."""
    offset, width, kind = 0, whole, None
    for step in path:
        if step[0] == 'type':
            kind = step[1]
            width = int(re.sub(r'\D*', '', kind, 1) if kind[0] != 'b' or kind[:2] == 'bf' else kind[1:])
        elif step[0] == 'index':
            offset, width, kind = offset + step[1].v, 1, 'u1'
        elif step[0] == 'part':
            offset, width, kind = offset + step[1].v, step[2].v, None
        else:
            offset, width, kind = offset + step[2].v, abs(step[1].v - step[2].v) + 1, None
            if step[1].v < step[2].v:
                offset = offset - step[2].v + step[1].v
    return offset, width, kind


def cut(m, word, value, width, kind):
    """The value's bits for a place of this width and type, saturated where the instruction clamps integers."""
    if isinstance(value, Constant):
        value = constant_as(kind, value)
    if isinstance(value, Float):
        if kind is not None and kind in sf.FORMATS and value.fmt != kind:
            value = convert(m, kind, value)
        return value.bits & ((1 << width) - 1)
    v = value.v
    if m.saturates and kind is not None and kind[0] in 'iu' and width > 1 and word in m.saturated_names:
        low, high = (-(1 << (width - 1)), (1 << (width - 1)) - 1) if kind[0] == 'i' else (0, (1 << width) - 1)
        v = min(max(v, low), high)
    return v & ((1 << width) - 1)


def assign(e, m, word, path, value):
    if word == 'ROUND_MODE':
        m.forced = None if value.operand == 'none' else value.v
        return
    if word in ('MEM', 'LDS'):
        kind = path[1][1] if len(path) > 1 else 'b32'
        width = int(re.sub(r'\D*', '', kind, 1))
        m.store(path[0][1].v, width, value, cut(m, word, value, width, kind))
        return
    if word in ('VGPR', 'SGPR'):
        m.store_register(e, word, path, value)
        return
    old = e.get(word)
    if isinstance(old, Fields):
        old[path[0][1]] = value
        return
    if isinstance(old, list) and path and path[0][0] == 'index':
        old = e[word] = list(old)
        inner = path[1:]
        old[path[0][1].v] = value if not inner else merge(m, word, old[path[0][1].v], inner, value)
        return
    if not path and not m.is_register(word):
        e[word] = value
        return
    e[word] = merge(m, word, old, path, value)


def merge(m, word, old, path, value):
    whole = old.w if isinstance(old, Int) else 32
    offset, width, kind = place(path, whole)
    if width is None: # all of a register: as wide as what comes
        width = value.w if isinstance(value, Int) else sf.FORMATS[value.fmt][2]
    before = bits_of(old, None if isinstance(old, Float) else old.w) if old is not None else 0
    if path and path[-1][0] == 'slice' and path[-1][1].v < path[-1][2].v:
        value = Int(int(format(bits_of(value, width), '0%db' % width)[::-1], 2), width)
    bits = cut(m, word, value, width, kind)
    if (m.is_register(word) or word == 'tmp') and isinstance(value, Float):
        m.tolerate(word, offset, value, kind)
    made = Int((before & ~(((1 << width) - 1) << offset)) | bits << offset, old.w if isinstance(old, Int) else None, False,
               old.operand if isinstance(old, Int) else None)
    if isinstance(old, Int) and old.signed:
        made.signed, made.v = True, resize(made.v, old.w or 32, True)
    return made


def assign_parts(e, m, targets, value):
    v, at = value.v, 0
    for word, path in reversed(targets):
        _, width, kind = place(path, e[word].w)
        part = Int(v >> at, width) if not (m.saturates and word == 'D0') else Int(value.v, width)
        assign(e, m, word, path, part)
        at += width


# ---- functions the text only names ----

def made_by(function):
    """A function on doubles, right to a unit in the last place of what it is rounded to."""
    def work(m, x):
        kind, sign, mantissa, _ = sf.unpack(x.fmt, x.bits)
        if kind == 'nan':
            return Float(x.fmt, None)
        try:
            y = function(sf.to_double(x.fmt, x.bits))
        except (ValueError, OverflowError, ZeroDivisionError):
            return Float(x.fmt, None)
        return Float(x.fmt, m.result(x.fmt, None if y != y else sf.from_double(x.fmt, y)), 1)
    return work


def log2(x):
    return -math.inf if x == 0 else math.inf if x == math.inf else math.log2(x)


def pow2(x):
    return math.inf if x >= 1024 else 0.0 if x < -1200 else 2.0 ** x


def turns(function):
    def work(x):
        return math.nan if math.isinf(x) else function(2 * math.pi * math.fmod(x, 1.0))
    return work


def call(e, m, word, arguments):
    if word in e:
        return e[word](*arguments)
    if word in BUILTINS:
        return BUILTINS[word](m, *arguments)
    return m.call(word, arguments)


def integers(low, high):
    def work(m, x):
        return Int(sf.to_integer(x.fmt, x.bits, low, high), (high - low).bit_length(), low < 0)
    return work


def normalised(low, scale_by):
    """Limited to [low, 1], times scale, to nearest even (RDNA3 ISA, "f16_to_snorm"; the manual names no rounding)."""
    def work(m, x):
        kind, sign, mantissa, exponent = sf.unpack(x.fmt, x.bits)
        if kind == 'nan':
            return Int(0, 16, low < 0)
        if kind == 'inf':
            return Int((low if sign else 1) * scale_by, 16, low < 0)
        from fractions import Fraction
        exact = Fraction(sf.signed(sign, mantissa)) * Fraction(2) ** exponent
        return Int(round(min(max(exact, low), 1) * scale_by), 16, low < 0)
    return work


def quieted(m, x):
    return x if not isinstance(x, Float) else Float(x.fmt, sf.quiet(x.fmt, x.bits))


def exponent(m, x):
    return Int(exponent_field(x), 32, True)


def exponent_field(x):
    """Of a denormal: as if it had been normalised, 0 of zero."""
    return sf.split(x.fmt, x.bits)[1]


def mantissa(m, x):
    kind, sign, digits, e = sf.unpack(x.fmt, x.bits)
    if digits == 0:
        return x
    return Float(x.fmt, sf.pack(x.fmt, sign, digits, -digits.bit_length(), sf.NEAREST))


def fma(m, a, b, c):
    work = sf.fma(a.fmt, a.bits, b.bits, c.bits, m.round(a.fmt))
    return Float(a.fmt, m.result(a.fmt, work), max(a.ulps, b.ulps, c.ulps))


def fma_scaled(m, a, b, c, n):
    fmt = a.fmt
    if fmt == 'f64':
        return scale(m, fma(m, a, b, c), n.v)
    # exactly, in a format wide enough, so that the scaled value is rounded once
    kinds = [sf.unpack(fmt, x.bits) for x in (a, b, c)]
    if any(k[0] != 'num' for k in kinds):
        return fma(m, a, b, c)
    (_, sa, ma, ea), (_, sb, mb, eb), (_, sc, mc, ec) = kinds
    return Float(fmt, sf.add_exact(fmt, sa ^ sb, ma * mb, ea + eb + n.v, sc, mc, ec + n.v, m.round(fmt)))


def root(m, x):
    return Float(x.fmt, m.result(x.fmt, sf.sqrt(x.fmt, x.bits, m.round(x.fmt))), 0)


def integral(how):
    def work(m, x):
        if sf.is_nan(x.fmt, x.bits):
            return Float(x.fmt, None)
        return Float(x.fmt, sf.integral(x.fmt, x.bits, how))
    return work


def fraction(m, x):
    whole = integral('floor')(m, x)
    return float_binary(m, '-', x, whole)


def signext_from_bit(m, x, width):
    n = width.v
    v = x.v & ((1 << n) - 1) if n < x.w else x.v
    return Int(v - (1 << n) if n and n <= x.w and v >> (n - 1) & 1 else v, x.w, True)


def lowest_one(m, x):
    return Int((x.v & -x.v).bit_length() - 1, 32, True)


def fract_below_one(m, x):
    kind, sign, digits, e = sf.unpack(x.fmt, x.bits)
    if kind != 'num':
        return Float(x.fmt, None)
    y = fraction(m, x)
    one = sf.from_double(x.fmt, 1.0)
    return Float(x.fmt, one - 1) if y.bits == one else y


def frexp_exponent(m, x):
    kind, _, digits, e = sf.unpack(x.fmt, x.bits)
    return Int(e + digits.bit_length() if kind == 'num' and digits else 0, 32, True)


def rounded_byte(m, x):
    """As MODE rounds (CLRX's documentation of the GCN instruction; the text only names the function)."""
    kind, sign, digits, e = sf.unpack(x.fmt, x.bits)
    if kind == 'num' and e < 0:
        shift = -e
        q = digits >> shift
        digits = q + sf.rounds_up(sign, q, digits & ((1 << shift) - 1), 1 << (shift - 1), m.round(x.fmt))
        return Int(min(max(sf.signed(sign, digits), 0), 255), 8)
    return Int(sf.to_integer(x.fmt, x.bits, 0, 255), 8)


BUILTINS = {
    'fract_below_one': fract_below_one, 'frexp_exponent': frexp_exponent,
    'abs': lambda m, x: Float(x.fmt, x.bits & ~(1 << (sf.FORMATS[x.fmt][2] - 1)), x.ulps),
    'sign': lambda m, x: Int(sf.split(x.fmt, x.bits)[0], 1),
    'exponent': exponent, 'mantissa': mantissa,
    'isNAN': lambda m, x: bit(sf.is_nan(x.fmt, x.bits)),
    'isSignalNAN': lambda m, x: bit(sf.is_signalling(x.fmt, x.bits)),
    'isQuietNAN': lambda m, x: bit(sf.is_nan(x.fmt, x.bits) and not sf.is_signalling(x.fmt, x.bits)),
    'cvtToQuietNAN': quieted,
    'fma': fma, 'fma_scaled': fma_scaled, 'sqrt': root, 'trunc': integral('trunc'), 'floor': integral('floor'), 'fract': fraction,
    'rint': integral('even'), 'ceil': integral('ceil'),
    'isEven': lambda m, x: bit(sf.unpack(x.fmt, x.bits)[0] == 'num' and math.fmod(sf.to_double(x.fmt, x.bits), 2) == 0),
    'ldexp': lambda m, x, n: scale(m, x, n.v),
    'pow': lambda m, two, x: made_by(pow2)(m, x),
    'log2': made_by(log2),
    'sin_turns': made_by(turns(math.sin)), 'cos_turns': made_by(turns(math.cos)),
    'signext': lambda m, x: Int(x.v if x.signed else resize(x.v, x.w, True), 64, True),
    'signext_from_bit': signext_from_bit,
    's_ff1_i32_b32': lowest_one, 's_ff1_i32_b64': lowest_one,
    'float32': lambda m, s, e, d: Float('f32', s.v << 31 | e.v << 23 | d.v & 0x7fffff),
    's_nop': lambda m, *x: None, 'nop': lambda m: None,
    'u8_to_u32': lambda m, x: x, 'u4_to_u32': lambda m, x: x,
    'u32_to_u16': lambda m, x: Int(min(x.v, 65535), 16),
    'i32_to_i16': lambda m, x: Int(min(max(x.v, -32768), 32767), 16, True),
    'v_cvt_i16_f32': integers(-32768, 32767), 'v_cvt_u16_f32': integers(0, 65535),
    'f32_to_i32': integers(-1 << 31, (1 << 31) - 1), 'f32_to_u32': integers(0, (1 << 32) - 1),
    'f64_to_i32': integers(-1 << 31, (1 << 31) - 1), 'f64_to_u32': integers(0, (1 << 32) - 1),
    'f16_to_i16': integers(-32768, 32767), 'f16_to_u16': integers(0, 65535), 'f32_to_u8': rounded_byte,
    'f16_to_snorm': normalised(-1, 32767), 'f16_to_unorm': normalised(0, 65535),
    'f32_to_snorm': normalised(-1, 32767), 'f32_to_unorm': normalised(0, 65535),
}
for short, fmt in (('f16', 'f16'), ('f32', 'f32'), ('f64', 'f64'), ('fp8', 'fp8'), ('bf8', 'bf8'), ('bf16', 'bf16')):
    for source in ('f16', 'f32', 'f64', 'fp8', 'bf8', 'bf16'):
        BUILTINS['%s_to_%s' % (source, short)] = lambda m, x, fmt=fmt: converted(m, fmt, x)
    for source in ('i32', 'u32', 'i16', 'u16'):
        BUILTINS['%s_to_%s' % (source, short)] = lambda m, x, fmt=fmt: Float(fmt, sf.from_integer(fmt, x.v, m.round(fmt)))
