"""Random encodings of one instruction: the fields of every encoding of gfx11 and gfx12 (RDNA3 and RDNA4 ISA, "Microcode formats"),
filled with what finds mistakes: registers of all kinds, constants, literals, modifiers, lane permutations, offsets, cache bits."""

NULL, LITERAL, DPP16, DPP8, DPP8_FI = 124, 255, 250, 233, 234
LITERALS = (0x3f800000, 0x3c00, 0xbf800000, 0x3e22f983, 0x3118, 0x40000000, 0xffffffff, 0xfffffff0, 64, 65, 0x80000000, 0x3f80, 0)


class Fields:
    """Draws field values. `strange`: how often something reserved or unused is set, which assemblers do not do."""

    def __init__(self, random, gen, strange):
        self.r, self.gen, self.strange = random, gen, strange

    def bits(self, n, chance=1.0):
        return self.r.getrandbits(n) if self.r.random() < chance else 0

    def odd(self, n):
        return self.bits(n, self.strange)

    def pick(self, *weighted):
        return self.r.choices([v for _, v in weighted], [w for w, _ in weighted])[0]

    def sgpr(self):
        return self.pick((6, self.r.randint(0, 105)), (3, self.r.randint(106, 127)))

    def scalar(self):
        return self.pick((40, self.r.randint(0, 105)), (15, self.r.randint(106, 127)), (12, self.r.randint(128, 208)),
                         (10, self.r.randint(240, 248)), (8, LITERAL), (4, 253), (3, self.r.randint(235, 239)),
                         (100 * self.strange, self.bits(8)))

    def source(self):
        return self.pick((50, 256 + self.bits(8)), (45, self.scalar()), (100 * self.strange, self.bits(9)))

    def vgpr(self):
        return 256 + self.bits(8)

    def source0(self):
        return self.pick((80, self.source()), (10, DPP16), (7, DPP8), (3, DPP8_FI))

    def literal(self):
        return self.pick((5, self.bits(32)), (2, self.bits(8)), (1, self.bits(32) | 0xffff0000), (1, self.bits(16)),
                         (2, self.r.choice(LITERALS)))

    def dpp(self):
        control = self.pick((3, self.bits(8)), (6, 0x101 + self.r.randint(0, 14) + 16 * self.r.randint(0, 2)),
                            (2, self.r.choice((0x140, 0x141))), (3, 0x150 + self.r.randint(0, 31)), (10 * self.strange, self.bits(9)))
        masks = self.pick((4, 0xff), (6, self.bits(8)))
        return self.bits(8) | control << 8 | self.bits(1, .3) << 18 | self.bits(1, .3) << 19 | self.bits(4, .3) << 20 | masks << 24

    def offset(self, n):
        return self.pick((1, 0), (2, self.bits(n)), (1, self.bits(8)), (1, (1 << n) - self.r.randint(1, 200)))

    def extend(self, words, first, *others):
        """The word behind: a lane permutation, or the literal."""
        if first == DPP16:
            return words + [self.dpp()]
        if first in (DPP8, DPP8_FI):
            return words + [self.bits(32)]
        return words + [self.literal()] if LITERAL in (first,) + others else words


def sop1(f, op):
    s = f.scalar()
    return f.extend([0xbe800000 | op << 8 | s | f.sgpr() << 16], s)


def sop2(f, op):
    a, b = f.scalar(), f.scalar()
    words = [0x80000000 | op << 23 | a | b << 8 | f.sgpr() << 16]
    return words + [f.literal()] if f.gen == 12 and op in (69, 70) else f.extend(words, a, b)


def sopc(f, op):
    a, b = f.scalar(), f.scalar()
    return f.extend([0xbf000000 | op << 16 | a | b << 8], a, b)


def sopk(f, op):
    word = 0xb0000000 | op << 23 | f.sgpr() << 16 | f.pick((1, f.bits(16)), (1, f.bits(6)), (1, 0xf801 | f.bits(6)))
    return [word, f.literal()] if op == 19 else [word]


def sopp(f, op):
    return [0xbf800000 | op << 16 | f.pick((1, f.bits(16)), (1, f.bits(6)), (1, f.bits(11)), (1, 0), (1, f.bits(16) & ~0x60))]


def smem(f, op):
    register = f.pick((3, NULL), (1, f.sgpr()))
    if f.gen == 11:
        return [0xf4000000 | op << 18 | f.bits(6) | f.sgpr() << 6 | f.bits(2, .3) << 13 | f.odd(3) << 15,
                f.offset(21) | register << 25 | f.odd(4) << 21]
    data = f.bits(5) if 36 <= op <= 40 else f.sgpr()
    return [0xf4000000 | op << 13 | f.bits(6) | data << 6 | f.bits(4, .4) << 21 | f.odd(2) << 19, f.offset(24) | register << 25]


def vop1(f, op):
    s = f.source0()
    return f.extend([0x7e000000 | op << 9 | s | f.bits(8) << 17], s)


def vop2(f, op):
    s = f.source0()
    words = [op << 25 | s | f.bits(8) << 9 | f.bits(8) << 17]
    return words + [f.literal()] if op in (44, 45, 55, 56) else f.extend(words, s)


def vopc(f, op):
    s = f.source0()
    return f.extend([0x7c000000 | op << 17 | s | f.bits(8) << 9], s)


def vop3(f, op):
    a, b = f.source0(), f.pick((7, f.source()), (2, 0))
    c = f.pick((2, f.source()), (3, 0))
    two_results = 764 <= op <= 770 or 288 <= op <= 290
    low = f.sgpr() << 8 if two_results else f.pick((4, 0), (6, f.bits(3, .5) << 8 | f.bits(4, .3) << 11 | f.bits(1, .3) << 15))
    high = f.pick((4, 0), (6, f.bits(2, .4) << 27 | f.bits(3, .5) << 29))
    result = f.pick((6, f.bits(8)), (4, f.sgpr()))
    return f.extend([0xd4000000 | op << 16 | result | low, a | b << 9 | c << 18 | high], a, b, c)


def vop3p(f, op):
    a, b, c = f.source0(), f.source(), f.pick((3, f.source()), (1, 0))
    low = f.pick((4, 1 << 14), (6, f.bits(3, .4) << 8 | f.bits(3, .4) << 11 | f.bits(1) << 14 | f.bits(1, .2) << 15))
    high = f.pick((4, 3 << 27), (6, f.bits(2) << 27 | f.bits(3, .4) << 29))
    if c == 0:
        low &= ~(1 << 10 | 1 << 13)
        high &= ~(1 << 31)
    if op >= 64:  # matrices
        a, b, c = f.vgpr(), f.vgpr(), f.pick((3, f.vgpr()), (1, f.r.choice((128, 242, 193))))
        low, high = 1 << 14 | f.bits(3, .3) << 8 | f.bits(1, .3) << 11 | f.bits(1, .2) << 15, 3 << 27 | f.bits(3, .3) << 29
    return f.extend([0xcc000000 | op << 16 | f.bits(8) | low, a | b << 9 | c << 18 | high], a, b, c)


def vopd(f, op):
    """`op` stands once in the first place, if it may, and once in the second."""
    other = f.r.choice((0, 3, 4, 5, 6, 7, 9, 10, 11))
    x, y = (op, other) if op < 16 and f.bits(1) else (other, op)
    a, b = f.source(), f.source()
    words = [0xc8000000 | x << 22 | y << 17 | a | (0 if x == 8 else f.bits(8)) << 9,
             b | (0 if y == 8 else f.bits(8)) << 9 | f.bits(7) << 17 | f.bits(8) << 24]
    return words + [f.literal()] if x in (1, 2) or y in (1, 2) else f.extend(words, a, b)


def ds(f, op):
    only_global = f.gen == 11 and (24 <= op <= 29 or op in (63, 122, 123))
    word = 0xd8000000 | op << 18 | f.offset(16) | (1 if only_global else f.bits(1, .2) if f.gen == 11 else f.odd(1)) << 17 | f.odd(1) << 16
    vgprs = [f.pick((3, f.bits(8)), (1, 0)) for _ in range(4)]
    for n in f.r.choice(((), (1, 2), (2,), (2, 3), (3,), (1, 2, 3), (0, 1, 2), (0, 2, 3), (0, 1, 2, 3))):
        vgprs[n] = 0
    return [word, vgprs[0] | vgprs[1] << 8 | vgprs[2] << 16 | vgprs[3] << 24]


def flat(f, op, segment):
    register = NULL if segment == 0 and f.r.random() > f.strange else f.pick((2, NULL), (2, f.r.randint(0, 105)), (1, f.sgpr()))
    vector = f.bits(1) if segment == 1 else f.odd(1)
    if f.gen == 11:
        return [0xdc000000 | segment << 16 | op << 18 | f.bits(3, .4) << 13 | f.offset(13),
                f.bits(8) | f.bits(8) << 8 | register << 16 | vector << 23 | f.bits(8) << 24]
    return [0xec000000 | segment << 24 | op << 14 | register | f.odd(1) << 7,
            f.bits(8) | f.bits(8) << 23 | f.bits(5, .6) << 18 | vector << 17 | f.odd(8) << 9, f.bits(8) | f.offset(24) << 8]


def mubuf(f, op):
    register = f.pick((3, f.r.randint(0, 105)), (2, f.sgpr()), (1, f.r.randint(128, 192)))
    if f.gen == 11:
        return [0xe0000000 | op << 18 | f.offset(12) | f.bits(3, .4) << 12 | f.odd(3) << 15,
                f.bits(16) | f.bits(5) << 16 | f.bits(1, .2) << 21 | f.bits(2) << 22 | register << 24]
    return [0xc4000000 | op << 14 | (register & 127) | f.odd(1) << 7 | f.bits(1, .1) << 22 | f.odd(2) << 23,
            f.bits(8) | f.bits(7) << 9 | f.odd(1) << 8 | f.bits(5, .5) << 18 | f.odd(7) << 23 | f.bits(2) << 30, f.bits(8) | f.offset(24) << 8]


# By the encoding's name in isa_text -rows: the forms a row of it has.
OF_ENCODING = {
    "SOP1": [sop1], "SOP2": [sop2], "SOPC": [sopc], "SOPK": [sopk], "SOPP": [sopp], "SMEM": [smem], "VOPD": [vopd], "DS": [ds],
    "VOP1": [vop1, lambda f, op: vop3(f, 0x180 + op)], "VOP2": [vop2, lambda f, op: vop3(f, 0x100 + op)],
    "VOPC": [vopc, vop3], "VOP3": [vop3], "VOP3SD": [vop3], "VOP3P": [vop3p], "MUBUF": [mubuf],
    "FLAT": [lambda f, op: flat(f, op, 0)], "SCRATCH": [lambda f, op: flat(f, op, 1)], "GLOBAL": [lambda f, op: flat(f, op, 2)],
}
