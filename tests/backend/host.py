"""Runs the pinned llama.cpp's programs with the plug-in. Paths come from the environment that CTest sets."""
import os
import pathlib
import re
import subprocess
import sys

PLUGIN = os.environ["PLUGIN"]
BIN = pathlib.Path(os.environ["LLAMA_BIN"])
MODEL_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"


def run(device, program, *args, env=None, timeout=800):
    """Exit status, standard output, standard error without colours."""
    environment = {**os.environ, "GGML_BACKEND_PATH": PLUGIN, "EXOSUIT_DEVICE": device, "OMP_WAIT_POLICY": "passive", **(env or {})}
    done = subprocess.run([str(BIN / program), *args], cwd=BIN, env=environment, capture_output=True, text=True, timeout=timeout,
                          stdin=subprocess.DEVNULL, errors="replace")
    strip = re.compile("\x1b\\[[0-9;]*m")
    return done.returncode, strip.sub("", done.stdout), strip.sub("", done.stderr)


def model():
    cache = os.environ.get("EXO_CACHE", os.path.expanduser("~/.cache/exosuit"))
    for folder in (pathlib.Path(PLUGIN).parent / "models", pathlib.Path(cache) / "models"):
        if (folder / MODEL_NAME).exists():
            return str(folder / MODEL_NAME)
    print(f"skipped: {MODEL_NAME} is not there; scripts/fetch.sh brings it")
    sys.exit(77)


def check(what, want, got):
    print(f"{what}: wanted {want!r}, got {got!r}")
    if want != got:
        sys.exit(1)


def check_true(what, holds, detail):
    print(f"{what}: {'yes' if holds else 'NO'}")
    if not holds:
        print(detail)
        sys.exit(1)
