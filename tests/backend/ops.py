"""ops.py DEVICE OP [PARAMETERS] [--jobs N]: every case of OP that the plug-in claims passes, and it claims some.

A plug-in that did not load is no error to test-backend-ops ("0/0 tests passed", exit 0), so the device's name and the number
of cases are checked.
"""
import re
import sys

import host


def main():
    args = sys.argv[1:]
    jobs = args.pop(args.index("--jobs") + 1) if "--jobs" in args else None
    args = [a for a in args if a != "--jobs"]
    device, op = args[:2]
    command = ["test", "-b", "EXOSUIT0", "-o", op] + (["-p", args[2]] if len(args) > 2 else []) + (["-j", jobs] if jobs else [])
    status, out, err = host.run(device, "test-backend-ops", *command)
    host.check_true("the device is there", "EXOSUIT0" in out, out[-500:] + err[-1500:])
    failed = [line for line in (out + err).splitlines() if "FAIL" in line and "(" in line]
    print("\n".join(failed[:20]))
    counts = re.search(r"(\d+)/(\d+) tests passed", out)
    host.check_true("a result was printed", counts, out[-1000:] + err[-1000:])
    passed, claimed = map(int, counts.groups())
    host.check_true("cases are claimed", claimed > 0, out[-500:])
    host.check("cases passed", claimed, passed)
    host.check("exit status", 0, status)


main()
