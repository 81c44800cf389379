"""language.py: AMD's pseudo-code turned into Python functions: tokens, statements, expressions.

compile_text() gives a function of (variables, machine). Variables are a dict of the names the pseudo-code uses; the
meaning of values and operators is in values.py.
"""

import re

import values

TOKEN = re.compile(r"""
    (?P<space>\s+) | (?P<string>"[^"]*")
  | (?P<sized>\d+'(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?)(?:ULL|LL|U|F)?)
  | (?P<cast>\d+'[UIFB])
  | (?P<number>0x[0-9a-fA-F]+(?:ULL|LL|U)?|\d+\.\d+F?|\d+(?:ULL|LL|U|F)?)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<op>\+:|\*\*|<>|<<|>>|<=|>=|==|!=|&&|\|\||\+=|-=|\|=|[-+*/%&|^~!<>=?:;,.(){}\[\]])
""", re.X)

WORDS = {'if', 'then', 'elsif', 'else', 'endif', 'for', 'in', 'do', 'endfor', 'while', 'endwhile', 'declare', 'break',
         'return', 'lambda'}
LEVELS = [['||'], ['&&'], ['|'], ['^'], ['&'], ['==', '!=', '<>'], ['<', '>', '<=', '>='], ['<<', '>>'], ['+', '-'],
          ['*', '/', '%'], ['**']]


class Unreadable(Exception):
    """The text is prose, or a construct that is not pseudo-code of this language."""


def tokens_of(text):
    text = re.sub(r'//[^\n]*', '', text)
    found, at = [], 0
    while at < len(text):
        m = TOKEN.match(text, at)
        if m is None:
            raise Unreadable('character %r' % text[at])
        at = m.end()
        if m.lastgroup not in ('space', 'string'):
            found.append((m.lastgroup, m.group()))
    return found


class Parser:
    def __init__(self, text):
        self.tokens = tokens_of(text)
        self.at = 0
        self.lines = []
        self.depth = 1
        self.lambdas = 0

    def peek(self, ahead=0):
        n = self.at + ahead
        return self.tokens[n][1] if n < len(self.tokens) else ''

    def kind(self):
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ''

    def take(self, wanted=None):
        token = self.peek()
        if wanted is not None and token != wanted:
            raise Unreadable('%r where %r was expected' % (token, wanted))
        self.at += 1
        return token

    def emit(self, line):
        self.lines.append('    ' * self.depth + line)

    # ---- statements ----

    def block(self, *ends):
        before = len(self.lines)
        self.depth += 1
        while self.peek() not in ends:
            if self.at >= len(self.tokens):
                raise Unreadable('it ends within a block')
            self.statement()
        if len(self.lines) == before:
            self.emit('pass')
        self.depth -= 1

    def statement(self):
        word = self.peek()
        if word == ';':
            self.take()
        elif word == 'if':
            self.conditional()
        elif word == 'for':
            self.counted()
        elif word == 'while':
            self.take()
            self.emit('while truth(%s):' % self.expression())
            self.take('do')
            self.block('endwhile')
            self.take()
        elif word == 'declare':
            self.declaration()
        elif word == 'break':
            self.take()
            self.emit('break')
        elif word == 'return':
            self.take()
            self.emit('return %s' % self.expression())
        else:
            self.assignment()

    def conditional(self):
        self.take()
        self.emit('if truth(%s):' % self.expression())
        self.take('then')
        self.block('elsif', 'else', 'endif')
        while self.peek() == 'elsif':
            self.take()
            self.emit('elif truth(%s):' % self.expression())
            self.take('then')
            self.block('elsif', 'else', 'endif')
        if self.peek() == 'else':
            self.take()
            self.emit('else:')
            self.block('endif')
        self.take('endif')

    def counted(self):
        self.take()
        if self.peek() == '(':
            raise Unreadable('a loop as in C')
        name = self.take()
        self.take('in')
        first = self.expression()
        self.take(':')
        last = self.expression()
        self.take('do')
        self.emit('for n_%s in range((%s).v, (%s).v + 1):' % (name, first, last))
        self.depth += 1
        self.emit('e[%r] = Int(n_%s, 32, True)' % (name, name))
        self.depth -= 1
        self.block('endfor')
        self.take()

    def declaration(self):
        self.take()
        name = self.take()
        self.take(':')
        kind = self.take()
        count = None
        if self.peek() == '[':
            self.take()
            count = int(self.take())
            self.take(']')
        self.emit('declare(e, %r, %r, %r)' % (name, kind, count))

    def assignment(self):
        if self.peek() == '{':
            mark = self.at
            names = self.parts_of_target()
            if names is not None:
                self.take('=')
                self.emit('assign_parts(e, m, [%s], %s)' % (', '.join(names), self.expression()))
                return
            self.at = mark
        if self.kind() == 'name' and self.peek(1) == '=' and self.peek(2) == 'lambda':
            self.function()
            return
        mark = self.at
        if self.kind() == 'name':
            name, path = self.target()
            operator = self.peek()
            if operator in ('=', '+=', '-=', '|='):
                self.take()
                value = self.expression()
                if operator != '=':
                    self.at, resume = mark, self.at
                    old = self.postfixed()
                    self.at = resume
                    value = 'binary(m, %r, %s, %s)' % (operator[0], old, value)
                self.emit('assign(e, m, %r, [%s], %s)' % (name, ', '.join(path), value))
                return
            self.at = mark
        if self.kind() == 'name' and self.peek(1) == '(':
            self.emit(self.expression())
            return
        raise Unreadable('statement at %r' % self.peek())

    def parts_of_target(self):
        names = []
        self.take('{')
        while True:
            if self.kind() != 'name':
                return None
            name, path = self.target()
            names.append('(%r, [%s])' % (name, ', '.join(path)))
            if self.peek() == ',':
                self.take()
                continue
            break
        if self.peek() != '}' or self.peek(1) != '=':
            return None
        self.take()
        return names

    def target(self):
        name = self.take()
        path = []
        while self.peek() in ('.', '['):
            path.append(self.postfix())
        return name, path

    def postfix(self):
        if self.take() == '.':
            return "('type', %r)" % self.take()
        first = self.expression()
        if self.peek() == ':':
            self.take()
            last = self.expression()
            self.take(']')
            return "('slice', %s, %s)" % (first, last)
        if self.peek() == '+:':
            self.take()
            width = self.expression()
            self.take(']')
            return "('part', %s, %s)" % (first, width)
        self.take(']')
        return "('index', %s)" % first

    def function(self):
        name = self.take()
        self.take('=')
        self.take('lambda')
        self.take('(')
        parameters = []
        while self.peek() != ')':
            parameters.append(self.take())
            if self.peek() == ',':
                self.take()
        self.take(')')
        self.take('(')
        self.lambdas += 1
        inner = 'f_%d' % self.lambdas
        self.emit('def %s(*arguments, outer=e):' % inner)
        self.depth += 1
        self.emit('e = dict(outer)')
        for n, parameter in enumerate(parameters):
            self.emit('e[%r] = arguments[%d]' % (parameter, n))
        if self.peek() in WORDS:
            while self.peek() != ')':
                self.statement()
        else:
            self.emit('return %s' % self.expression())
        self.depth -= 1
        self.take(')')
        self.emit('e[%r] = %s' % (name, inner))

    # ---- expressions, as Python text ----

    def expression(self):
        condition = self.level(0)
        if self.peek() != '?':
            return condition
        self.take()
        yes = self.expression()
        self.take(':')
        no = self.expression()
        return '(%s if truth(%s) else %s)' % (yes, condition, no)

    def level(self, n):
        if n == len(LEVELS):
            return self.unary()
        left = self.level(n + 1)
        while self.peek() in LEVELS[n] and self.kind() == 'op':
            operator = self.take()
            right = self.level(n + 1)
            if operator == '&&':
                left = 'bit(truth(%s) and truth(%s))' % (left, right)
            elif operator == '||':
                left = 'bit(truth(%s) or truth(%s))' % (left, right)
            else:
                left = 'binary(m, %r, %s, %s)' % (operator, left, right)
        return left

    def unary(self):
        word = self.peek()
        if word in ('-', '~', '!', '+') and self.kind() == 'op':
            self.take()
            return 'unary(%r, %s)' % (word, self.unary())
        return self.postfixed()

    def postfixed(self):
        value = self.primary()
        while self.peek() in ('.', '['):
            value = 'select(m, %s, %s)' % (value, self.postfix())
        return value

    def arguments(self):
        self.take('(')
        found = []
        while self.peek() != ')':
            found.append(self.expression())
            if self.peek() == ',':
                self.take()
        self.take(')')
        return found

    def primary(self):
        kind, word = self.kind(), self.peek()
        if kind == 'cast':
            self.take()
            width, letter = word.split("'")
            return 'cast(m, %s, %r, %s)' % (width, letter, self.arguments()[0])
        if kind in ('sized', 'number'):
            self.take()
            return 'literal(%r)' % word
        if word == '(':
            self.take()
            inner = self.expression()
            self.take(')')
            return inner
        if word == '{':
            self.take()
            parts = [self.expression()]
            while self.peek() == ',':
                self.take()
                parts.append(self.expression())
            self.take('}')
            return 'concat([%s])' % ', '.join(parts)
        if kind == 'name':
            name = self.take()
            if self.peek() == '(':
                return 'call(e, m, %r, [%s])' % (name, ', '.join(self.arguments()))
            return 'name(e, m, %r)' % name
        raise Unreadable('%r in an expression' % word)


def compile_text(text):
    parser = Parser(text)
    while parser.at < len(parser.tokens):
        parser.statement()
    source = 'def run(e, m):\n' + '\n'.join(parser.lines or ['    pass']) + '\n'
    space = {name: getattr(values, name) for name in dir(values)}
    exec(compile(source, '<pseudo-code>', 'exec'), space)
    return space['run']
