"""What a user is told when something is wrong: files that are cut or bent, a model too large, a card that is taken, broken or
goes. Each ends in time, without a crash, in a sentence that names the step and the cure. docs/FAULTS.md is the table of these."""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

EXOSUIT = os.environ["EXOSUIT"]
BUILD = os.environ["BUILD"]
MODEL = os.path.join(BUILD, "models", "SmolLM2-135M-Instruct.Q4_1.gguf")
FIRMWARE = os.path.join(BUILD, "firmware", "amdgpu")
DEADLINE_S = 120


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(*words, env=None):
    return subprocess.run([EXOSUIT, *words], capture_output=True, text=True, errors="replace", timeout=DEADLINE_S,
                          stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})


def serve(*words):
    return run("serve", "--port", str(free_port()), *words)


def complete(device, model, *words):
    return run("run", "--device", device, "--", "llama-completion", "-m", model, "-dev", "EXOSUIT0", "-ngl", "99", "-no-cnv", "-p", "Hi",
               "-n", "4", *words)


class Case(unittest.TestCase):
    def check_told(self, got, *sentences):
        """Ended with 1, which a crash does not, and said so."""
        said = got.stdout + got.stderr
        self.assertEqual(1, got.returncode, said[-2000:])
        for sentence in sentences:
            self.assertIn(sentence, said)


class Models(Case):
    @classmethod
    def setUpClass(cls):
        with open(MODEL, "rb") as file:
            cls.bytes = file.read()

    def bad_models(self):
        """(name, bytes): cut in the header, the names, the tensors; and with counts and lengths bent."""
        yield "empty", b""
        for size in (3, 20, 5000, 1500000, len(self.bytes) // 2, len(self.bytes) - 1):
            yield "cut after %d bytes" % size, self.bytes[:size]
        for first, size in ((0, 4), (4, 4), (8, 8), (16, 8), (24, 8)):
            yield "bytes %d to %d bent" % (first, first + size), self.bytes[:first] + b"\xf7" * size + self.bytes[first + size:]
        bent = bytearray(self.bytes)
        for i in range(2000, 200000, 37):
            bent[i] ^= 0x5a
        yield "every 37th byte bent", bytes(bent)

    def test_a_cut_or_bent_model_is_told_by_serve_and_by_run(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.gguf")
            for name, data in self.bad_models():
                with self.subTest(name):
                    with open(path, "wb") as file:
                        file.write(data)
                    self.check_told(serve(path), "the model cannot be loaded", "Fetch it again")
                    self.check_told(complete("sim:rx7900xtx", path))  # in llama.cpp's own words, which its log may lose

    def test_a_context_too_large_for_the_card_is_told(self):
        want = ["out of VRAM", "MiB asked for", "smaller model or context"]
        self.check_told(serve("--", "--ctx-size", "2000000"), "do not fit into the card's memory", "--ctx-size 4096", *want)
        self.check_told(complete("sim:rx7900xtx", MODEL, "-c", "2000000", "--fit", "off"), *want)

    def test_a_word_that_llama_server_does_not_know_is_told(self):
        self.check_told(serve("--", "--no-such-option"), "llama-server does not know", "--no-such-option", "llama-server --help")


class Firmware(Case):
    @classmethod
    def setUpClass(cls):
        cls.needed = [row["file"] for row in json.loads(run("firmware", "list", "--json").stdout)]

    def doctor(self, change):
        with tempfile.TemporaryDirectory() as folder:
            for name in os.listdir(FIRMWARE):
                shutil.copy(os.path.join(FIRMWARE, name), folder)
            change(folder)
            return run("doctor", "--device", "sim:rx7900xtx", env={"EXOSUIT_FIRMWARE_DIR": folder})

    def test_whole_images_boot(self):
        self.assertEqual(0, self.doctor(lambda folder: None).returncode)

    def test_an_image_that_is_missing_is_named_with_its_folder(self):
        for name in self.needed:
            self.check_told(self.doctor(lambda folder: os.unlink(os.path.join(folder, name))), "find firmware", name, "EXOSUIT_FIRMWARE_DIR")

    def test_an_image_that_is_cut_is_named(self):
        for name in self.needed:
            for size in (0, 10, 1000):
                with self.subTest(name, size=size):
                    got = self.doctor(lambda folder: os.truncate(os.path.join(folder, name), size))
                    self.check_told(got, "find firmware", name, "firmware")

    def test_an_image_that_is_bent_is_refused_by_the_card_in_words(self):
        def bend(folder):
            with open(os.path.join(folder, "gc_11_0_0_mec.bin"), "r+b") as file:
                file.seek(9000)
                file.write(b"\x5a\xa5")
        self.check_told(self.doctor(bend), "load firmware", "the security processor refused", "check the firmware files")


class Cards(Case):
    def start_card(self, folder):
        path = os.path.join(folder, "card.sock")
        process = subprocess.Popen([EXOSUIT, "sim", "--tinygpu", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        end = time.monotonic() + 20
        while not os.path.exists(path) and time.monotonic() < end:
            time.sleep(0.05)
        return path

    def hold(self, path):
        """A first client, which keeps the card until it is ended: llama-server, waiting for a question."""
        port = free_port()
        process = subprocess.Popen([EXOSUIT, "serve", "--device", "tinygpu:" + path, "--port", str(port)], stdout=subprocess.PIPE,
                                   text=True)
        self.addCleanup(lambda: (process.terminate(), process.wait(), process.stdout.close()))
        for line in process.stdout:
            if line.startswith("serving"):
                break
        with open("/proc/%d/task/%d/children" % (process.pid, process.pid)) as file:
            return file.read().split()[0]

    def test_a_second_client_is_told_the_pid_of_the_first(self):
        with tempfile.TemporaryDirectory() as folder:
            path = self.start_card(folder)
            want = ["The card at %s is in use by pid %s" % (path, self.hold(path)), "one program at a time"]
            self.check_told(run("doctor", "--device", "tinygpu:" + path), *want)
            self.check_told(serve("--device", "tinygpu:" + path), *want)
            self.check_told(complete("tinygpu:" + path, MODEL), *want)

    def test_a_card_that_is_not_there_is_told_with_what_to_start(self):
        want = ["Nobody listens at /no/such.sock", "exosuit sim --tinygpu /no/such.sock"]
        self.check_told(run("doctor", "--device", "tinygpu:/no/such.sock"), *want)
        self.check_told(serve("--device", "tinygpu:/no/such.sock"), *want)
        self.check_told(complete("tinygpu:/no/such.sock", MODEL), *want)

    def test_a_card_of_an_unknown_name_is_told_with_those_that_are_known(self):
        for device, want in (("nonsense", "try auto, sim:rx7900xtx, tinygpu: or tcp:HOST:PORT"), ("sim:voodoo2", "rx7900xtx"),
                             ("sim:rx7900xtx?speed=9", "unknown option speed; known ones:")):
            self.check_told(run("doctor", "--device", device), want)
            self.check_told(serve("--device", device), want)

    def test_a_link_that_drops_while_a_model_computes_ends_the_program_in_a_sentence(self):
        """During boot, during the upload, and while tokens are computed."""
        for requests in (100, 1000, 1500, 1600, 1650):
            with self.subTest(requests=requests):
                got = complete("sim:rx7900xtx?drop_after=%d" % requests, MODEL, "-n", "200", "--ignore-eos")
                self.check_told(got, "The card left the link", "heck cable and power")


if __name__ == "__main__":
    if not os.path.exists(MODEL) or not os.path.exists(os.path.join(BUILD, "llama.cpp", "bin", "llama-server")):
        print("skipped: no model or llama.cpp's programs in the build folder; 'make build' brings them")
        sys.exit(77)
    unittest.main()
