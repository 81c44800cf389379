"""manual.py: what tinygrad's wheel carries of AMD's ISA documents, read as data: pseudo-code, opcodes, encodings' bit
fields and operand types. The wheel's Python is parsed, never run."""

import ast
import os

import language

GENERATIONS = ('rdna3', 'rdna4')

FMAS = '''if VCC.u64[laneId] then
D0.%(fmt)s = (exponent(S2.%(fmt)s) > %(half)d ? 2.0F ** %(by)d : 2.0F ** -%(by)d) * fma(S0.%(fmt)s, S1.%(fmt)s, S2.%(fmt)s)
else
D0.%(fmt)s = fma(S0.%(fmt)s, S1.%(fmt)s, S2.%(fmt)s)
endif'''
FMAS_REASON = 'it undoes v_div_scale, which scales by 2**64 (2**128), up or down: so the CDNA3 ISA has it; 2**32 undoes nothing'

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
    'V_DIV_FMAS_F32': (FMAS % dict(fmt='f32', half=127, by=64), FMAS_REASON),
    'V_DIV_FMAS_F64': (FMAS % dict(fmt='f64', half=1023, by=128), FMAS_REASON),
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
            try:
                self.functions[key] = language.compile_text(text)
            except language.Unreadable as why:
                self.functions[key] = why
        if isinstance(self.functions[key], language.Unreadable):
            raise self.functions[key]
        return self.functions[key]
