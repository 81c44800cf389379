"""model.py text DEVICE [WEIGHTS] | splits | fusion | unopened: a whole model through stock llama-completion."""
import os
import pathlib
import re
import subprocess
import sys

import host

# A text whose next word is never in doubt: two words of nearly equal weight may swap between processors that round differently.
PROMPT = "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday, Monday, Tuesday,"


def model_with(weights):
    """The model's file, or what stock llama-quantize makes of it, such as Q4_K_M; kept beside the build."""
    if not weights:
        return host.model()
    made = pathlib.Path(host.PLUGIN).parent / "models" / host.MODEL_NAME.replace("Q4_1", weights)
    if not made.exists():
        part = made.with_suffix(f".{os.getpid()}")
        made.parent.mkdir(exist_ok=True)
        subprocess.run([host.BIN / "llama-quantize", "--allow-requantize", host.model(), part, weights], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        part.rename(made)
    return str(made)


def complete(device, layers=99, tokens=14, extra=(), env=None, weights=None):
    status, out, err = host.run(device, "llama-completion", "-m", model_with(weights), "-ngl", str(layers), "-p", PROMPT, "--temp", "0", "-n",
                                str(tokens), "-no-cnv", "-c", "512", *extra, env=env)
    host.check_true("llama-completion ended well", status == 0, err[-2000:])
    return out, err


def text(device, weights=None):
    ours, log = complete(device, extra=["-v"], weights=weights)
    host.check_true("the model lies on the card", "using device EXOSUIT0" in log, log[-2000:])
    processors, _ = complete("ref:", layers=0, extra=["--device", "none"], weights=weights)
    host.check("text", processors, ours)


def splits():
    _, log = complete("ref:", tokens=2, extra=["-v"], env={"GGML_SCHED_DEBUG": "2"})
    # Every graph's splits in turn, each with the operations that compute something.
    graphs = []
    for line in log.splitlines():
        split = re.search(r"## SPLIT #(\d+): (\w+)", line)
        node = re.search(r"node #\s*\d+ \(\s*(\w+)\)", line)
        if split and split.group(1) == "0":
            graphs.append([])
        if split:
            graphs[-1].append((split.group(2), set()))
        elif node and graphs and graphs[-1]:
            graphs[-1][-1][1].add(node.group(1))
    host.check_true("graphs were printed", graphs, log[-2000:])
    for graph in graphs:
        host.check("devices of the splits", ["CPU", "EXOSUIT0"], [device for device, _ in graph])
        host.check("what the processor computes", {"GET_ROWS"}, graph[0][1])


def fusion():
    fused, _ = complete("ref:")
    plain, _ = complete("ref:", env={"EXOSUIT_DISABLE_FUSION": "1"})
    host.check("text", plain, fused)


def unopened():
    status, out, err = host.run("sim:nothing", "test-backend-ops", "test", "-b", "EXOSUIT0", "-o", "NONE")
    host.check_true("the program goes on without the device", status == 0 and "EXOSUIT0" not in out, out[-500:])
    host.check_true("the device that cannot be opened is named", "cannot open the device 'sim:nothing'" in err, err[-1000:])


{"text": lambda: text(*sys.argv[2:]), "splits": splits, "fusion": fusion, "unopened": unopened}[sys.argv[1]]()
