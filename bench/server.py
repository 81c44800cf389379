"""A llama-server on a device, for the checks in this folder: started, waited for, asked, stopped."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """device "host" is stock llama-server on the processor; any other runs it under `exosuit run --device`."""

    def __init__(self, build, device, context=1024, model=None, extra=(), timeout_s=180):
        self.port = free_port()
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log", delete=False)
        model = model or build / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
        command = ["llama-server", "-m", str(model), "--host", "127.0.0.1", "--port", str(self.port), "-c", str(context),
                   "-np", "1", "--no-webui", *extra]
        if device == "host":
            command[0] = str(build / "llama.cpp" / "bin" / "llama-server")
            command += ["--poll", "0"]  # threads that wait give way: the figure here is the text, not the time
        else:
            command = [str(build / "exosuit"), "run", "--device", device, "--"] + command + ["-ngl", "99", "--device", "EXOSUIT0"]
        environment = {k: v for k, v in os.environ.items() if k != "GGML_BACKEND_PATH"} | {"OMP_WAIT_POLICY": "passive"}
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT, env=environment)
        try:
            self.wait_ready(timeout_s)
        except BaseException:
            self.stop()
            raise

    def wait_ready(self, timeout_s):
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"llama-server ended with {self.process.returncode}:\n{self.tail()}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as reply:
                    if reply.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.1)
        raise RuntimeError(f"llama-server was not ready within {timeout_s} s:\n{self.tail()}")

    def tail(self):
        return "\n".join(pathlib.Path(self.log.name).read_text(errors="replace").splitlines()[-25:])

    def post(self, path, body, timeout_s=600):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=timeout_s) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as e:
            raise RuntimeError(f"{path}: {e.code} {e.read().decode(errors='replace')}\n{self.tail()}") from e

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        os.unlink(self.log.name)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()
