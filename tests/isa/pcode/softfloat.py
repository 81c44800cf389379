"""softfloat.py: floating point by integers, for comparing with: formats, exact values, one rounding.

A value is taken apart into (kind, sign, mantissa, exponent) with value = mantissa * 2**exponent; every operation works
exactly on these (divisions and roots keep a sticky bit) and rounds once. IEEE 754 gives the rules; fp8 and bf8 are the OCP
8-bit formats E4M3 (no infinity, one NaN) and E5M2 (AMD RDNA4 ISA, "FP8 and BF8").
"""

NEAREST, UP, DOWN, ZERO = 0, 1, 2, 3  # MODE.round's numbering

# exponent bits, mantissa bits, width
FORMATS = {'f16': (5, 10, 16), 'bf16': (8, 7, 16), 'f32': (8, 23, 32), 'f64': (11, 52, 64), 'fp8': (4, 3, 8),
           'bf8': (5, 2, 8)}
QUIET_NAN = {'f16': 0x7e00, 'bf16': 0x7fc0, 'f32': 0x7fc00000, 'f64': 0x7ff8000000000000, 'fp8': 0x7f, 'bf8': 0x7e}


def split(fmt, bits):
    e_bits, m_bits, width = FORMATS[fmt]
    return bits >> (width - 1) & 1, bits >> m_bits & ((1 << e_bits) - 1), bits & ((1 << m_bits) - 1)


def unpack(fmt, bits):
    """('nan' | 'inf' | 'num', sign, mantissa, exponent)"""
    e_bits, m_bits, _ = FORMATS[fmt]
    sign, exponent, mantissa = split(fmt, bits)
    top = (1 << e_bits) - 1
    if fmt == 'fp8':
        if exponent == top and mantissa == 7:
            return 'nan', sign, 0, 0
    elif exponent == top:
        return ('nan' if mantissa else 'inf'), sign, mantissa, 0
    bias = (1 << (e_bits - 1)) - 1
    if exponent == 0:
        return 'num', sign, mantissa, 1 - bias - m_bits
    return 'num', sign, mantissa | 1 << m_bits, exponent - bias - m_bits


def infinity(fmt, sign):
    e_bits, m_bits, width = FORMATS[fmt]
    return sign << (width - 1) | ((1 << e_bits) - 1) << m_bits


def largest(fmt, sign):
    e_bits, m_bits, width = FORMATS[fmt]
    if fmt == 'fp8':
        return sign << 7 | 0x7e
    return sign << (width - 1) | (infinity(fmt, 0) - 1)


def rounds_up(sign, q, rest, half, mode):
    if rest == 0:
        return 0
    if mode == NEAREST:
        return int(rest > half or (rest == half and q & 1))
    return int(mode == (DOWN if sign else UP))


def pack(fmt, sign, m, e, mode):
    """m * 2**e rounded to the format."""
    e_bits, m_bits, width = FORMATS[fmt]
    if m == 0:
        return sign << (width - 1)
    lowest = 2 - (1 << (e_bits - 1)) - m_bits  # exponent of a subnormal's last bit
    last = max(e + m.bit_length() - 1 - m_bits, lowest)
    shift = last - e
    if shift <= 0:
        q = m << -shift
    else:
        q = m >> shift
        q += rounds_up(sign, q, m - (q << shift), 1 << (shift - 1), mode)
    if q >> (m_bits + 1):
        q >>= 1
        last += 1
    if q < 1 << m_bits:
        return sign << (width - 1) | q
    field = last - lowest + 1
    bits = field << m_bits | (q & ((1 << m_bits) - 1))
    if bits > largest(fmt, 0):
        if fmt == 'fp8':
            return sign << 7 | 0x7f
        to_largest = mode == ZERO or mode == (UP if sign else DOWN)
        return largest(fmt, sign) if to_largest else infinity(fmt, sign)
    return sign << (width - 1) | bits


def is_nan(fmt, bits):
    return unpack(fmt, bits)[0] == 'nan'


def is_signalling(fmt, bits):
    return is_nan(fmt, bits) and fmt != 'fp8' and not bits >> (FORMATS[fmt][1] - 1) & 1


def quiet(fmt, bits):
    return bits | (0 if fmt == 'fp8' else 1 << (FORMATS[fmt][1] - 1))


def is_denormal(fmt, bits):
    _, exponent, mantissa = split(fmt, bits)
    return exponent == 0 and mantissa != 0


def flush(fmt, bits):
    return bits & 1 << (FORMATS[fmt][2] - 1) if is_denormal(fmt, bits) else bits


def convert(to, fmt, bits, mode):
    kind, sign, m, e = unpack(fmt, bits)
    if kind == 'nan':
        return None
    if kind == 'inf':
        return infinity(to, sign) if to != 'fp8' else sign << 7 | 0x7f
    return pack(to, sign, m, e, mode)


def signed(sign, m):
    return -m if sign else m


def add(fmt, a, b, mode):
    """None stands for a NaN that the operation made or passed on."""
    ka, sa, ma, ea = unpack(fmt, a)
    kb, sb, mb, eb = unpack(fmt, b)
    if 'nan' in (ka, kb) or (ka == kb == 'inf' and sa != sb):
        return None
    if ka == 'inf' or kb == 'inf':
        return infinity(fmt, sa if ka == 'inf' else sb)
    return add_exact(fmt, sa, ma, ea, sb, mb, eb, mode)


def add_exact(fmt, sa, ma, ea, sb, mb, eb, mode):
    e = min(ea, eb)
    total = (signed(sa, ma) << (ea - e)) + (signed(sb, mb) << (eb - e))
    if total == 0:
        sign = sa if (sa == sb and ma == mb == 0) else int(mode == DOWN)
        return pack(fmt, sign, 0, 0, mode)
    return pack(fmt, int(total < 0), abs(total), e, mode)


def mul(fmt, a, b, mode):
    ka, sa, ma, ea = unpack(fmt, a)
    kb, sb, mb, eb = unpack(fmt, b)
    zero_times_inf = (ka == 'inf' and kb == 'num' and mb == 0) or (kb == 'inf' and ka == 'num' and ma == 0)
    if 'nan' in (ka, kb) or zero_times_inf:
        return None
    if 'inf' in (ka, kb):
        return infinity(fmt, sa ^ sb)
    return pack(fmt, sa ^ sb, ma * mb, ea + eb, mode)


def fma(fmt, a, b, c, mode):
    ka, sa, ma, ea = unpack(fmt, a)
    kb, sb, mb, eb = unpack(fmt, b)
    kc, sc, mc, ec = unpack(fmt, c)
    sp = sa ^ sb
    zero_times_inf = (ka == 'inf' and kb == 'num' and mb == 0) or (kb == 'inf' and ka == 'num' and ma == 0)
    if 'nan' in (ka, kb, kc) or zero_times_inf:
        return None
    if 'inf' in (ka, kb):
        return None if kc == 'inf' and sc != sp else infinity(fmt, sp)
    if kc == 'inf':
        return c
    return add_exact(fmt, sp, ma * mb, ea + eb, sc, mc, ec, mode)


def div(fmt, a, b, mode):
    ka, sa, ma, ea = unpack(fmt, a)
    kb, sb, mb, eb = unpack(fmt, b)
    sign = sa ^ sb
    if 'nan' in (ka, kb) or ka == kb == 'inf' or (ka == kb == 'num' and ma == mb == 0):
        return None
    if ka == 'inf' or (kb == 'num' and mb == 0):
        return infinity(fmt, sign)
    if kb == 'inf' or ma == 0:
        return pack(fmt, sign, 0, 0, mode)
    extra = 130
    q, rest = divmod(ma << extra, mb)
    return pack(fmt, sign, q << 1 | (rest != 0), ea - eb - extra - 1, mode)


def integer_root(n):
    x = 1 << ((n.bit_length() + 1) // 2)
    while True:
        y = (x + n // x) >> 1
        if y >= x:
            return x
        x = y


def sqrt(fmt, a, mode):
    kind, sign, m, e = unpack(fmt, a)
    if kind == 'nan' or (sign and (kind == 'inf' or m)):
        return None
    if kind == 'inf' or m == 0:
        return a
    shift = 140 + (e & 1)
    root = integer_root(m << shift)
    return pack(fmt, 0, root << 1 | (root * root != m << shift), (e - shift) // 2 - 1, mode)


def to_fraction(fmt, bits):
    """(numerator, exponent of two) of a finite number."""
    _, sign, m, e = unpack(fmt, bits)
    return signed(sign, m), e


def compare(fmt, a, b):
    """-1, 0, 1, or None if unordered."""
    ka, sa, ma, ea = unpack(fmt, a)
    kb, sb, mb, eb = unpack(fmt, b)
    if 'nan' in (ka, kb):
        return None
    if 'inf' in (ka, kb):
        x = (-1 if sa else 1) if ka == 'inf' else 0
        y = (-1 if sb else 1) if kb == 'inf' else 0
        return (x > y) - (x < y)
    e = min(ea, eb)
    x, y = signed(sa, ma) << (ea - e), signed(sb, mb) << (eb - e)
    return (x > y) - (x < y)


def integral(fmt, bits, how, mode=ZERO):
    """trunc, floor, ceil or nearest even, as the same format. Infinity and NaN stay."""
    kind, sign, m, e = unpack(fmt, bits)
    if kind != 'num' or e >= 0:
        return bits
    shift = -e
    q, rest = m >> shift, m & ((1 << shift) - 1)
    rule = {'trunc': ZERO, 'floor': DOWN, 'ceil': UP, 'even': NEAREST}[how]
    q += rounds_up(sign, q, rest, 1 << (shift - 1), rule)
    return pack(fmt, sign, q, 0, mode)


def to_integer(fmt, bits, low, high):
    """Truncated and held within [low, high]; a NaN gives 0 (RDNA3 ISA, V_CVT_I32_F32)."""
    kind, sign, m, e = unpack(fmt, bits)
    if kind == 'nan':
        return 0
    if kind == 'inf':
        return low if sign else high
    n = signed(sign, m << e if e >= 0 else m >> -e)
    return min(max(n, low), high)


def from_integer(fmt, n, mode):
    return pack(fmt, int(n < 0), abs(n), 0, mode)


def from_double(fmt, x, mode=NEAREST):
    import struct
    return convert(fmt, 'f64', struct.unpack('<Q', struct.pack('<d', x))[0], mode)


def to_double(fmt, bits):
    import struct
    wide = convert('f64', fmt, bits, NEAREST)
    return struct.unpack('<d', struct.pack('<Q', QUIET_NAN['f64'] if wide is None else wide))[0]


def ordinal(fmt, bits):
    """Numbers a format's values in order, so that a difference counts units in the last place."""
    width = FORMATS[fmt][2]
    magnitude = bits & ((1 << (width - 1)) - 1)
    return -magnitude if bits >> (width - 1) else magnitude
