"""model.py text DEVICE | splits | fusion | unopened: a whole model through stock llama-completion."""
import re
import sys

import host

# A text whose next word is never in doubt: two words of nearly equal weight may swap between processors that round differently.
PROMPT = "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday, Monday, Tuesday,"


def complete(device, layers=99, tokens=14, extra=(), env=None):
    status, out, err = host.run(device, "llama-completion", "-m", host.model(), "-ngl", str(layers), "-p", PROMPT, "--temp", "0", "-n",
                                str(tokens), "-no-cnv", "-c", "512", *extra, env=env)
    host.check_true("llama-completion ended well", status == 0, err[-2000:])
    return out, err


def text(device):
    ours, log = complete(device, extra=["-v"])
    host.check_true("the model lies on the card", "using device EXOSUIT0" in log, log[-2000:])
    processors, _ = complete("ref:", layers=0, extra=["--device", "none"])
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


{"text": lambda: text(sys.argv[2]), "splits": splits, "fusion": fusion, "unopened": unopened}[sys.argv[1]]()
