"""numbers_pool.py: operands that find mistakes: the ends and corners of every type among ordinary numbers."""

import struct

import softfloat as sf

INTS = (0, 1, 2, 3, 31, 32, 33, 63, 64, 127, 128, 255, 256, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffff, 0x800000, 0xffffff,
        0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff, 0x55555555, 0xaaaaaaaa)


def special(rng, fmt):
    e_bits, m_bits, width = sf.FORMATS[fmt]
    top = (1 << e_bits) - 1
    bias = (1 << (e_bits - 1)) - 1
    sign = rng.getrandbits(1) << (width - 1)
    pick = rng.randrange(9)
    if pick == 0:
        return sign
    if pick == 1:
        return sign | 1 + rng.randrange((1 << m_bits) - 1)
    if pick == 2:
        return sign | top << m_bits
    if pick == 3:
        return sign | top << m_bits | 1 << (m_bits - 1) | rng.getrandbits(m_bits - 1)
    if pick == 4:
        return sign | top << m_bits | max(1, rng.getrandbits(m_bits - 1))
    if pick == 5:
        return sign | ((top << m_bits) - 1)
    if pick == 6:
        return sign | 1 << m_bits
    if pick == 7:
        return sign | bias << m_bits
    return sign | rng.randrange(bias - 2, bias + 6) << m_bits | (1 << (m_bits - 1) if rng.getrandbits(1) else 0)


def floating(rng, fmt):
    e_bits, m_bits, width = sf.FORMATS[fmt]
    bias = (1 << (e_bits - 1)) - 1
    pick = rng.random()
    if pick < 0.3:
        return special(rng, fmt)
    if pick < 0.45:
        return rng.getrandbits(width)
    spread = min(12, bias - 1)
    return rng.getrandbits(1) << (width - 1) | rng.randrange(bias - spread, bias + spread) << m_bits | rng.getrandbits(m_bits)


def any32(rng):
    pick = rng.randrange(4)
    return rng.choice(INTS) if pick == 0 else floating(rng, 'f32') if pick == 1 else rng.getrandbits(32)


def integer(rng, bits):
    pick = rng.random()
    if pick < 0.35:
        return rng.choice(INTS) & ((1 << bits) - 1)
    if pick < 0.5:
        return -rng.choice(INTS) & ((1 << bits) - 1)
    return rng.getrandbits(bits)


def value(rng, fmt, bits, limit):
    short = fmt.replace('NUM_', '').lower()
    if limit == 'exponent':
        return rng.randrange(-160, 160) & ((1 << bits) - 1)
    if limit == 'turns':
        return sf.from_double(short, rng.choice((0.0, 0.25, 0.5, 1.0, rng.uniform(-256, 256), rng.uniform(-1, 1))))
    if limit == 'normal':
        return sf.from_double(short, rng.choice((-1, 1)) * 2.0 ** rng.uniform(-60, 60)) if rng.random() < 0.8 else \
            rng.choice((0, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00001))
    if short in sf.FORMATS:
        return floating(rng, short)
    if 'pk2' in short or short == 'b32':
        part = 'bf16' if 'bf16' in short else 'f16'
        if 'f16' in short:
            return floating(rng, part) | floating(rng, part) << 16
    if short == 'b32' and rng.getrandbits(1):
        return any32(rng)
    return integer(rng, bits)


def fill(rng, vgpr, register, lane, fmt, bits, limit):
    if bits <= 16:
        other = rng.getrandbits(32)
        low = value(rng, fmt, bits, limit)
        high = value(rng, fmt, bits, limit)
        vgpr[register][lane] = low | high << 16 if bits == 16 else other
        return
    v = value(rng, fmt, bits, limit)
    for d in range((bits + 31) // 32):
        vgpr[register + d][lane] = v >> 32 * d & 0xffffffff
