#!/usr/bin/env python3
"""Shows that serving sends nothing beyond loopback: runs llama-server on a card inside a network namespace whose only way out
is a captured interface with a default route, asks it a question, and counts the frames that tried to leave. Needs root (or
unprivileged user namespaces).

usage: private.py [--device URI] [--build DIR]
"""
import argparse
import os
import pathlib
import socket
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent
ETH_P_ALL = 3


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
    for command in ("ip link set lo up", "ip link add way-out type veth peer name outside", "ip link set outside up", "ip addr add 192.0.2.2/24 dev way-out",
                    "ip link set way-out up", "ip route add default via 192.0.2.1 dev way-out"):
        subprocess.run(command.split(), check=True)


def try_to_leave():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"canary", ("198.51.100.7", 9))


def inside(args):
    from server import Server
    make_way_out()
    capture = Capture("way-out")
    capture.start()
    with Server(args.build, args.device) as server:
        reply = server.post("/v1/chat/completions", {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 16})
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
    command = ["unshare"] + flags + [sys.executable, __file__, "--inside", "--device", args.device, "--build", str(args.build)]
    return subprocess.run(command).returncode


if __name__ == "__main__":
    sys.exit(main())
