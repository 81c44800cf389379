"""ops.py OP [PARAMETERS]: stock test-backend-ops with the sanitized plug-in on ref: every claimed case passes, no report is made."""
import os
import pathlib
import re
import subprocess
import sys


def main():
    program = pathlib.Path(os.environ["LLAMA_BIN"]) / "test-backend-ops"
    environment = {**os.environ, "GGML_BACKEND_PATH": os.environ["PLUGIN"], "EXOSUIT_DEVICE": "ref:", "OMP_WAIT_POLICY": "passive",
                   "LD_PRELOAD": os.environ["LIBASAN"], "ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "print_stacktrace=1"}
    command = [str(program), "test", "-b", "EXOSUIT0", "-o", sys.argv[1]] + (["-p", sys.argv[2]] if len(sys.argv) > 2 else [])
    done = subprocess.run(command, cwd=program.parent, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=280)
    counts = re.search(r"(\d+)/(\d+) tests passed", done.stdout)
    reports = [n for n, line in enumerate(done.stdout.splitlines()) if "Sanitizer" in line or "runtime error" in line]
    if reports:
        print("\n".join(done.stdout.splitlines()[reports[0]:reports[0] + 40]))
    print(f"reports: wanted 0, got {len(reports)}; exit status: wanted 0, got {done.returncode};",
          f"passed: wanted all of at least 1, got {counts.group(0) if counts else 'no count'}")
    if reports or done.returncode or not counts or counts.group(1) != counts.group(2) or counts.group(2) == "0":
        print(done.stdout[-3000:])
        sys.exit(1)


main()
