"""tinygrad, first process on a cold card: boot, copies, element-wise, reductions, matrix products, JIT.
Prints figures as NAME VALUE."""
import contextlib
import io
import math
import random
import sys
import time

import guest  # noqa: F401  (before tinygrad's driver is loaded)
from tinygrad import Context, Device, Tensor, TinyJit, dtypes
from tinygrad.helpers import GlobalCounters

random.seed(4)


def check(what, want, got, allowed=0.0):
    wrong = [(i, w, g) for i, (w, g) in enumerate(zip(want, got)) if not abs(w - g) <= allowed]
    if len(want) != len(got) or wrong:
        sys.exit("%s: %d of %d values are wrong; the first (index, wanted, got): %s" % (what, len(wrong), len(want), wrong[:3]))
    print("ok", what, flush=True)


def values(n, low=-1.0, high=1.0):
    return [random.uniform(low, high) for _ in range(n)]


def as_type(dtype, numbers):
    """What the numbers are once they were stored in that type: computed by the type's definition, not by tinygrad."""
    import struct
    if dtype == dtypes.half:
        return [struct.unpack("e", struct.pack("e", x))[0] for x in numbers]
    if dtype == dtypes.bfloat16:  # the upper half of a float, to nearest even
        words = [struct.unpack("I", struct.pack("f", x))[0] for x in numbers]
        return [struct.unpack("f", struct.pack("I", (w + 0x7FFF + (w >> 16 & 1)) >> 16 << 16))[0] for w in words]
    return [struct.unpack("f", struct.pack("f", x))[0] for x in numbers]


def boot():
    start, cpu = time.monotonic(), time.process_time()
    device = Device["AMD"]
    print("boot_s %.3f\nboot_cpu_s %.3f" % (time.monotonic() - start, time.process_time() - cpu))
    print("arch", device.arch)


def copies_come_back():
    for size in (1, 4097, (5 << 20) + 3):
        data = random.randbytes(size)
        got = Tensor(data, dtype=dtypes.uint8).to("AMD").realize().data()
        if bytes(got) != data:
            sys.exit("a copy of %d bytes came back changed" % size)
    print("ok copies both ways")


def elementwise():
    a, b = values(3000), values(3000)
    x, y = Tensor(a), Tensor(b)
    a, b = as_type(dtypes.float, a), as_type(dtypes.float, b)
    check("sums and products", [p * q + p for p, q in zip(a, b)], (x * y + x).tolist(), 1e-6)
    check("exponentials", [math.exp(p) for p in a], x.exp().tolist(), 1e-5)
    check("choices", [p if p > q else 0.0 for p, q in zip(a, b)], (x > y).where(x, 0).tolist())
    n = [random.randrange(-(1 << 30), 1 << 30) for _ in range(1000)]
    check("integers", [v % 1000 ^ 5 for v in n], (Tensor(n, dtype=dtypes.int) % 1000 ^ 5).tolist())


def reductions():
    a = values(64 * 96)
    x = Tensor(a).reshape(64, 96)
    rows = [a[i * 96:(i + 1) * 96] for i in range(64)]
    check("sum of all", [sum(a)], [x.sum().item()], 1e-3)
    check("sums of rows", [sum(r) for r in rows], x.sum(axis=1).tolist(), 1e-4)
    check("maxima of columns", as_type(dtypes.float, [max(r[j] for r in rows) for j in range(96)]), x.max(axis=0).tolist())
    check("softmax", [math.exp(v) / sum(map(math.exp, rows[5])) for v in rows[5]], x.softmax(axis=1)[5].tolist(), 1e-6)


def product(a, b, n):
    return [sum(a[i * n + k] * b[k * n + j] for k in range(n)) for i in range(n) for j in range(n)]


def matmul(dtype, n, allowed, wmma):
    a, b = values(n * n), values(n * n)
    x, y = (Tensor(v).reshape(n, n).cast(dtype).realize() for v in (a, b))
    source = io.StringIO()
    with contextlib.redirect_stdout(source), Context(DEBUG=4):
        result = x.matmul(y, dtype=dtypes.float).realize() if wmma else (x @ y).realize()
    if wmma and "wmma" not in source.getvalue():
        sys.exit("%s: tinygrad's kernel has no matrix instruction:\n%s" % (dtype, source.getvalue()[-2000:]))
    name = str(dtype).removeprefix("dtypes.")
    check("product of %s%s" % (name, ", by matrix instructions" if wmma else ""),
          product(as_type(dtype, a), as_type(dtype, b), n), result.flatten().tolist(), allowed)


def card_time():
    """The figure of the 128 x 128 x 128 product: time between the card's own time stamps around the kernel."""
    x, y = Tensor.rand(128, 128).realize(), Tensor.rand(128, 128).realize()
    best = math.inf
    for _ in range(3):
        GlobalCounters.reset()
        with contextlib.redirect_stdout(io.StringIO()), Context(DEBUG=2):
            (x @ y).realize()
        best = min(best, GlobalCounters.time_sum_s)
    print("matmul_128_card_s %.6f" % best)


def jit():
    step = TinyJit(lambda x, y: ((x @ y) + 1).relu().sum(axis=0).realize())
    for turn in range(5):  # captured in the second, replayed from the third on
        a, b = values(32 * 32), values(32 * 32)
        got = step(Tensor(a).reshape(32, 32).realize(), Tensor(b).reshape(32, 32).realize()).tolist()
        p = product(a, b, 32)
        check("JIT, turn %d" % turn, [sum(max(0.0, p[i * 32 + j] + 1) for i in range(32)) for j in range(32)], got, 1e-4)


boot()
copies_come_back()
elementwise()
reductions()
matmul(dtypes.float, 32, 1e-5, False)
matmul(dtypes.half, 64, 2e-4, True)
matmul(dtypes.bfloat16, 64, 2e-4, True)
card_time()
jit()
print("done")
