"""A simulated card behind `exosuit sim --tcp`, and tinygrad programs that use it. Unmodified tinygrad: only what it would
download, the firmware, comes from a folder instead (guest.py)."""
import glob
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


class Card:
    """with Card("rx7900xtx") as card: card.run("first.py") …; the verdict and the counters are there when it has ended."""

    def __init__(self, name, options=()):
        self.name, self.options = name, options
        self.verdict, self.counters, self.lines = "", {}, []

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="exosuit-tinygrad-")
        self.log = open(os.path.join(self.folder.name, "sim.log"), "w+")
        self.process = subprocess.Popen(
            [os.environ["EXOSUIT"], "sim", "--device", "sim:" + self.name, "--tcp", "127.0.0.1:0", "--counters",
             os.path.join(self.folder.name, "counters.json"), *self.options], stderr=self.log)
        self.address = self._wait_for(r"listening on (\S+)")
        return self

    def _wait_for(self, pattern, timeout=20):
        end = time.monotonic() + timeout
        while time.monotonic() < end and self.process.poll() is None:
            found = re.search(pattern, open(self.log.name).read())
            if found:
                return found.group(1)
            time.sleep(0.02)
        raise RuntimeError("the server did not say that it listens: " + open(self.log.name).read())

    def run(self, program, *words, timeout=600, ends_with=0, **environment):
        """Runs one of this folder's programs; returns what it printed. Another end than was said is an error, with the output."""
        env = {**os.environ, "REMOTE": self.address, "DEV": "AMD", "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1",
               "PYTHONPATH": os.environ["TINYGRAD"] + os.pathsep + HERE, "TMPDIR": self.folder.name,
               "XDG_CACHE_HOME": os.environ.get("TINYGRAD_CACHE", self.folder.name), **environment}
        got = subprocess.run([sys.executable, os.path.join(HERE, program), *words], env=env, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, timeout=timeout)
        if got.returncode != ends_with:
            raise RuntimeError("%s ended with %d:\n%s\nthe server says:\n%s" % (program, got.returncode, got.stdout[-6000:],
                                                                                open(self.log.name).read()))
        return got.stdout

    def __exit__(self, kind, value, trace):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.lines = open(self.log.name).read().splitlines()
        self.verdict = "\n".join(line for line in self.lines if "found a fault" in line)
        for path in glob.glob(os.path.join(self.folder.name, "counters.json")):
            self.counters = json.load(open(path))
        self.log.close()
        self.folder.cleanup()
