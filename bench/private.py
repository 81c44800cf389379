#!/usr/bin/env python3
"""Shows that serving sends nothing beyond loopback: runs `exosuit serve` inside a network namespace whose only way out is a
captured interface with a default route, opens its page, asks it a question, and counts the frames that tried to leave. Needs
root (or unprivileged user namespaces) and iproute2's ip; without them it ends with 77, which CTest reports as skipped.

usage: private.py [--device URI] [--build DIR]
"""
import argparse
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
ETH_P_ALL = 3
SKIPPED = 77


class Capture(threading.Thread):
    """Counts the frames that this machine sends over an interface, and keeps the first few."""

    def __init__(self, interface):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.bind((interface, 0))
        self.frames = []

    def run(self):
        while True:
            try:
                frame, _ = self.socket.recvfrom(2048)
            except OSError:
                return
            if not is_neighbour_discovery(frame):
                self.frames.append(frame)


def is_neighbour_discovery(frame):
    """IPv6 housekeeping of the interface itself (ICMPv6 router and neighbour messages, MLD): the kernel's, no program's."""
    return frame[12:14] == b"\x86\xdd" and (frame[20] == 58 or frame[20] == 0 and frame[54] == 58)


def make_way_out():
    for command in ("ip link set lo up", "ip link add way-out type veth peer name outside", "ip link set outside up",
                    "ip addr add 192.0.2.2/24 dev way-out", "ip link set way-out up", "ip route add default via 192.0.2.1 dev way-out"):
        subprocess.run(command.split(), check=True)


def try_to_leave():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"canary", ("198.51.100.7", 9))


def serve_and_ask(args):
    """Runs `exosuit serve` from start to end; the answer to one question."""
    url = "http://127.0.0.1:8080"
    question = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 16}
    serve = subprocess.Popen([str(args.build / "exosuit"), "serve", "--device", args.device], stdout=subprocess.PIPE, text=True)
    try:
        if not any("Ctrl-C stops it" in line for line in serve.stdout):
            raise SystemExit("exosuit serve did not come up")
        for path in ("/", "/exosuit.js", "/status.json"):
            urllib.request.urlopen(url + path, timeout=30).read()
        request = urllib.request.Request(url + "/v1/chat/completions", json.dumps(question).encode(), {"Content-Type": "application/json"})
        return json.loads(urllib.request.urlopen(request, timeout=300).read())
    finally:
        serve.terminate()
        serve.wait(30)


def inside(args):
    make_way_out()
    capture = Capture("way-out")
    capture.start()
    reply = serve_and_ask(args)
    text = reply["choices"][0]["message"]["content"]
    sent = len(capture.frames)
    try_to_leave()  # the capture itself must be able to see something: ARP for the gateway
    subprocess.run(["sleep", "1"], check=True)
    seen = len(capture.frames) - sent
    print(f"answered {text!r}; frames that tried to leave while serving: {sent}, wanted 0; canary frames seen: {seen}, wanted at least 1")
    return 0 if sent == 0 and seen > 0 and text else 1


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--device", default="sim:rx7900xtx")
    args.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    args.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    args = args.parse_args()
    if args.inside:
        return inside(args)
    flags = ["--net"] if os.geteuid() == 0 else ["--net", "--user", "--map-root-user"]
    if not shutil.which("ip") or subprocess.run(["unshare", *flags, "ip", "link", "set", "lo", "up"], stderr=subprocess.DEVNULL).returncode:
        print("skipped: needs iproute2's ip (scripts/install.sh test) and the right to make a network namespace, as root has it")
        return SKIPPED
    command = ["unshare"] + flags + [sys.executable, __file__, "--inside", "--device", args.device, "--build", str(args.build)]
    return subprocess.run(command).returncode


if __name__ == "__main__":
    sys.exit(main())
