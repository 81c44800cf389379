"""tinygrad, a later process on a card that an earlier one left: a start and a few results. With "die" it ends like a process
that is killed, without giving the card back."""
import os
import random
import signal
import sys
import time

import guest  # noqa: F401
from tinygrad import Device, Tensor

start, cpu = time.monotonic(), time.process_time()
Device["AMD"]
print("boot_s %.3f\nboot_cpu_s %.3f" % (time.monotonic() - start, time.process_time() - cpu))
numbers = [random.randrange(1000) for _ in range(5000)]
want, got = sum(numbers), Tensor(numbers).sum().item()
if want != got:
    raise SystemExit("a sum after a warm start: wanted %d, got %d" % (want, got))
print("done", flush=True)
if "die" in sys.argv:
    os.kill(os.getpid(), signal.SIGKILL)
