"""manual.py: what tinygrad's wheel carries of AMD's ISA documents, read as data: pseudo-code, opcodes, encodings' bit
fields and operand types. The wheel's Python is parsed, never run."""

import ast
import os

import language

GENERATIONS = ('rdna3', 'rdna4')

PREOP = '''shift = 32'I(S1[4 : 0].u32) * 53;
if exponent(S0.f64) > 1077 then shift += exponent(S0.f64) - 1077 endif;
bits = (1201'B(2.0 / PI) << shift.u32);
result = 64'F(bits[1200 : 1148]);
scale = -53 - shift;
if exponent(S0.f64) >= 1968 then scale += 128 endif;
D0.f64 = ldexp(result, scale)'''

FMAS = '''if VCC.u64[laneId] then
D0.%(fmt)s = fma_scaled(S0.%(fmt)s, S1.%(fmt)s, S2.%(fmt)s, exponent(S2.%(fmt)s) > %(half)d ? %(by)d : -%(by)d)
else
D0.%(fmt)s = fma(S0.%(fmt)s, S1.%(fmt)s, S2.%(fmt)s)
endif'''
SCALE = '''VCC = 0x0LL;
if ((S2.%(fmt)s == %(zero)s) || (S1.%(fmt)s == %(zero)s)) then
D0.%(fmt)s = NAN.%(fmt)s
elsif exponent(S2.%(fmt)s) - exponent(S1.%(fmt)s) >= %(near)d then
VCC = 0x1LL;
if S0.%(fmt)s == S1.%(fmt)s then D0.%(fmt)s = ldexp(S0.%(fmt)s, %(by)d) endif
elsif S1.%(fmt)s == DENORM.%(fmt)s then
D0.%(fmt)s = ldexp(S0.%(fmt)s, %(by)d)
elsif ((%(one)s / S1.%(fmt)s == DENORM.%(fmt)s) && (S2.%(fmt)s / S1.%(fmt)s == DENORM.%(fmt)s)) then
VCC = 0x1LL;
if S0.%(fmt)s == S1.%(fmt)s then D0.%(fmt)s = ldexp(S0.%(fmt)s, -%(by)d) endif
elsif %(one)s / S1.%(fmt)s == DENORM.%(fmt)s then
D0.%(fmt)s = ldexp(S0.%(fmt)s, -%(by)d)
elsif S2.%(fmt)s / S1.%(fmt)s == DENORM.%(fmt)s then
VCC = 0x1LL;
if S0.%(fmt)s == S2.%(fmt)s then D0.%(fmt)s = ldexp(S0.%(fmt)s, %(by)d) endif
elsif exponent(S2.%(fmt)s) <= %(tiny)d then
D0.%(fmt)s = ldexp(S0.%(fmt)s, %(by)d)
endif'''
SCALE_REASON = 'the text tests a reciprocal in double precision, where it is never denormal, and scales a denominator up that is too ' \
    'large already; what is not scaled is source 0'
FIXUP_REASON = 'the sequence that LLVM emits for a division makes a NaN where the quotient overflows on the way, and OpenCL wants infinity'
FMAS_REASON = 'it undoes v_div_scale, which scales by 2**64 (2**128), up or down: so the CDNA3 ISA has it; 2**32 undoes nothing; single precision rounds once'

# Where the text cannot mean what it says, or names a function only by a product that loses the argument's digits.
# The reason is the second item of each.
CORRECTIONS = {
    'V_SIN_F32': ('D0.f32 = sin_turns(S0.f32)', '2 pi is exact in the unit, not rounded to single precision'),
    'V_COS_F32': ('D0.f32 = cos_turns(S0.f32)', 'as for sin'),
    'V_SIN_F16': ('D0.f16 = sin_turns(S0.f16)', 'as for sin'),
    'V_COS_F16': ('D0.f16 = cos_turns(S0.f16)', 'as for sin'),
    'V_FRACT_F16': ('D0.f16 = fract_below_one(S0.f16)', 'tiny negatives would give 1: LLVM folds llvm.amdgcn.fract to less than 1'),
    'V_FRACT_F32': ('D0.f32 = fract_below_one(S0.f32)', 'as above'),
    'V_FRACT_F64': ('D0.f64 = fract_below_one(S0.f64)', 'as above'),
    'V_FREXP_EXP_I16_F16': ('D0.i16 = frexp_exponent(S0.f16)', 'of zero: 0, as LLVM folds llvm.amdgcn.frexp.exp'),
    'V_FREXP_EXP_I32_F32': ('D0.i32 = frexp_exponent(S0.f32)', 'as above'),
    'V_FREXP_EXP_I32_F64': ('D0.i32 = frexp_exponent(S0.f64)', 'as above'),
    'V_DIV_SCALE_F32': (SCALE % dict(fmt='f32', zero='0.0F', one='1.0F', near=96, by=64, tiny=23), SCALE_REASON),
    'V_DIV_SCALE_F64': (SCALE % dict(fmt='f64', zero='0.0', one='1.0', near=768, by=128, tiny=53), SCALE_REASON),
    'V_DIV_FMAS_F32': (FMAS % dict(fmt='f32', half=127, by=64), FMAS_REASON),
    'V_DIV_FMAS_F64': (FMAS % dict(fmt='f64', half=1023, by=128), FMAS_REASON),
    'V_TRIG_PREOP_F64': (PREOP, 'the text masks the low bits of the shifted fraction; LLVM folds llvm.amdgcn.trig.preop to the high ones'),
    'V_CEIL_F16': ('D0.f16 = ceil(S0.f16)', 'the text adds 1 to -0 < x < 1 right, and loses the sign of -0'),
    'V_CEIL_F32': ('D0.f32 = ceil(S0.f32)', 'as above'),
    'V_CEIL_F64': ('D0.f64 = ceil(S0.f64)', 'as above'),
    'S_CEIL_F16': ('D0.f16 = ceil(S0.f16)', 'as above'),
    'S_CEIL_F32': ('D0.f32 = ceil(S0.f32)', 'as above'),
    'V_RNDNE_F16': ('D0.f16 = rint(S0.f16)', 'floor(x + 0.5) rounds x + 0.5 first and is wrong for large odd x'),
    'V_RNDNE_F32': ('D0.f32 = rint(S0.f32)', 'as above'),
    'V_RNDNE_F64': ('D0.f64 = rint(S0.f64)', 'as above'),
    'S_RNDNE_F16': ('D0.f16 = rint(S0.f16)', 'as above'),
    'S_RNDNE_F32': ('D0.f32 = rint(S0.f32)', 'as above'),
}


# The same for a few words of a text: (what it says, what is meant, why).
REPLACEMENTS = {
    'V_DIV_FIXUP_F32': [('else\nD0.f32 = sign_out ? -abs', 'elsif isNAN(S0.f32) then D0.f32 = sign_out ? -INF.f32 : +INF.f32 else D0.f32 = sign_out ? -abs',
                         FIXUP_REASON)],
    'V_DIV_FIXUP_F64': [('else\nD0.f64 = sign_out ? -abs', 'elsif isNAN(S0.f64) then D0.f64 = sign_out ? -INF : +INF else D0.f64 = sign_out ? -abs',
                         FIXUP_REASON)],
}


def strip_suffix(name):
    return name[:-4] if name.endswith(('_E32', '_E64')) else name


def parse(folder, file):
    with open(os.path.join(folder, file), encoding='utf-8') as f:
        return ast.parse(f.read())


def pseudo_code(folder):
    for node in parse(folder, 'str_pcode.py').body:
        if isinstance(node, ast.Assign) and node.targets[0].id == 'PCODE':
            return {(k.value.id, k.attr): v.value for k, v in zip(node.value.keys, node.value.values)}
    raise ValueError('no pseudo-code in ' + folder)


def opcodes(folder):
    found = {}
    for node in parse(folder, 'enum.py').body:
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant):
                    found[node.name, item.targets[0].id] = item.value.value
    return found


class Encoding:
    """Bit fields of one encoding, without its opcode's class: {name: (high, low)}, fixed bits."""

    def __init__(self, name):
        self.name, self.fields, self.fixed, self.ops = name, {}, 0, None


def encodings(folder):
    found = {}
    for node in parse(folder, 'ins.py').body:
        if not isinstance(node, ast.ClassDef) or node.bases[0].id != 'Inst':
            continue
        e = Encoding(node.name)
        for item in node.body:
            if not isinstance(item, ast.Assign) or not isinstance(item.value, ast.Call):
                continue
            arguments = item.value.args
            high, low = arguments[0].value, arguments[1].value
            field = item.targets[0].id
            if item.value.func.id == 'FixedBitField':
                e.fixed |= arguments[2].value << low
            e.fields[field] = (high, low)
            if item.value.func.id == 'EnumBitField':
                e.ops = arguments[2].id
        found[e.ops] = e
    return found


def operands(folder):
    """{(class, name): {field: (format, bits, type)}}"""
    found = {}
    for node in parse(folder, 'operands.py').body:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Dict):
            continue
        for key, value in zip(node.value.keys, node.value.values):
            fields = {}
            for f, t in zip(value.keys, value.values):
                name = f.value
                if name.startswith('vsrc') and key.value.id in ('VOP3Op', 'VOP3SDOp', 'VOP3POp'):
                    name = name[1:]
                fields[name] = (t.elts[0].attr[4:], t.elts[1].value, t.elts[2].attr)
            found[key.value.id, key.attr] = fields
    return found


class Generation:
    def __init__(self, wheel, name):
        folder = os.path.join(wheel, 'tinygrad', 'runtime', 'autogen', 'amd', name)
        self.name, self.index = name, GENERATIONS.index(name)
        self.text = pseudo_code(folder)
        self.opcode = opcodes(folder)
        self.encoding = encodings(folder)
        self.operand = operands(folder)
        self.functions = {}
        self.by_name = {}
        for (group, key) in self.text:
            if group in ('VOP1Op', 'VOP2Op', 'VOP3Op', 'VOP3POp'):
                self.by_name.setdefault(strip_suffix(key).lower(), (group, key))

    def function(self, key):
        """The pseudo-code as a Python function, or a language.Unreadable."""
        if key not in self.functions:
            text = CORRECTIONS.get(strip_suffix(key[1]), (self.text[key],))[0]
            for wrong, right, _ in REPLACEMENTS.get(strip_suffix(key[1]), ()):
                assert wrong in text, (key, wrong)
                text = text.replace(wrong, right)
            try:
                self.functions[key] = language.compile_text(text)
            except language.Unreadable as why:
                self.functions[key] = why
        if isinstance(self.functions[key], language.Unreadable):
            raise self.functions[key]
        return self.functions[key]
