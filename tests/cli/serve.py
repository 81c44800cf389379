"""exosuit serve as a whole, with the unmodified llama-server: on this machine's processor, and on a card that comes and goes."""
import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

EXOSUIT = os.environ["EXOSUIT"]
START_S = 120


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url, body=None, timeout=120):
    """(status, object); status 0 when nobody answers."""
    request = urllib.request.Request(url, data=json.dumps(body).encode() if body else None, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        return error.code, json.loads(text) if text.startswith("{") else text
    except (urllib.error.URLError, OSError):
        return 0, None


def wait_for(what, seconds, text="it did not happen in time"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = what()
        if got:
            return got
        time.sleep(0.05)
    raise AssertionError(text)


class Serve:
    """A running `exosuit serve`; stopped, and looked after, at the end of the with block."""

    def __init__(self, *words):
        self.starts = 0
        self.port = free_port()
        self.url = "http://127.0.0.1:%d" % self.port
        self.words = [EXOSUIT, "serve", "--port", str(self.port), *words]

    def __enter__(self):
        self.output = tempfile.NamedTemporaryFile("w+")
        self.process = subprocess.Popen(self.words, stdout=self.output, stderr=subprocess.STDOUT)
        return self

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.output.close()

    def text(self):
        with open(self.output.name) as file:
            return file.read()

    def healthy(self):
        self.check_alive()
        return self.text().count("Ctrl-C stops it") > self.starts and fetch(self.url + "/health")[0] == 200

    def check_alive(self):
        if self.process.poll() is not None:
            raise AssertionError("serve ended with %s: %s" % (self.process.returncode, self.text()))

    def wait_healthy(self):
        wait_for(self.healthy, START_S, "no health after %d s: %s" % (START_S, self.text()))
        self.starts = self.text().count("Ctrl-C stops it")  # how often it has said that it serves

    def ask(self, words="Say hello.", tokens=4):
        return fetch(self.url + "/v1/chat/completions",
                     {"messages": [{"role": "user", "content": words}], "max_tokens": tokens, "temperature": 0})

    def child(self):
        with open("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)) as file:
            return int(file.read().split()[0])


def folder_of(pid):
    with open("/proc/%d/cmdline" % pid) as file:
        words = file.read().split("\0")
    return os.path.dirname(words[words.index("--path") + 1])


class OnTheProcessor(unittest.TestCase):
    def test_it_answers_shows_the_page_and_leaves_nothing_behind(self):
        with Serve("--device", "host") as serve:
            serve.wait_healthy()
            status, answer = serve.ask()
            self.assertEqual(200, status)
            self.assertTrue(answer["choices"][0]["message"]["content"])
            with urllib.request.urlopen(serve.url + "/") as page:
                self.assertIn(b"exosuit.js", page.read())
            wait_for(lambda: fetch(serve.url + "/status.json")[1]["state"] == "ready", 5)
            self.assertNotEqual(200, fetch(serve.url + "/../llama-server.log")[0])
            for text in (serve.url, "curl ", "/v1/chat/completions", "base_url=", "this machine's own processor"):
                wait_for(lambda: text in serve.text(), 5, text + " is not in: " + serve.text())
            child, folder = serve.child(), folder_of(serve.child())
            serve.process.send_signal(signal.SIGINT)
            self.assertEqual(0, serve.process.wait(15))
            self.assertFalse(os.path.exists("/proc/%d" % child))
            self.assertFalse(os.path.exists(folder))

    def test_only_this_machine_reaches_it(self):
        with Serve("--device", "host") as serve:
            serve.wait_healthy()
            with open("/proc/net/tcp") as file:
                hosts = {row.split()[1].split(":")[0] for row in file.readlines()[1:]
                         if row.split()[1].endswith(":%04X" % serve.port) and row.split()[3] == "0A"}
            self.assertEqual({"0100007F"}, hosts)

    def test_a_server_that_dies_is_started_again(self):
        with Serve("--device", "host") as serve:
            serve.wait_healthy()
            first = serve.child()
            os.kill(first, signal.SIGKILL)
            wait_for(lambda: not os.path.exists("/proc/%d" % first), 5)
            serve.wait_healthy()
            self.assertNotEqual(first, serve.child())
            self.assertEqual(200, serve.ask()[0])
            serve.process.terminate()
            self.assertEqual(0, serve.process.wait(15))

    def test_the_server_ends_when_serve_is_killed(self):
        with Serve("--device", "host") as serve:
            serve.wait_healthy()
            child = serve.child()
            serve.process.kill()
            serve.process.wait()
            wait_for(lambda: not os.path.exists("/proc/%d" % child), 15)

    def test_a_file_that_is_no_model_is_told_with_the_servers_own_words(self):
        with tempfile.NamedTemporaryFile(suffix=".gguf") as model:
            model.write(b"GGUF" + bytes(100))
            model.flush()
            got = subprocess.run([EXOSUIT, "serve", "--device", "host", "--port", str(free_port()), model.name], capture_output=True,
                                 text=True, timeout=60)
        self.assertEqual(1, got.returncode)
        self.assertIn("the model cannot be loaded", got.stderr)
        self.assertIn("log", got.stderr)


class OnACardThatGoes(unittest.TestCase):
    """The card is served by another process; ending that is pulling the cable."""

    def start_card(self, path):
        process = subprocess.Popen([EXOSUIT, "sim", "--tinygpu", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        wait_for(lambda: os.path.exists(path), 20, "no socket")
        return process

    def test_requests_get_the_sentence_and_serving_goes_on_when_the_card_is_back(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "card.sock")
            card = self.start_card(path)
            with Serve("--device", "tinygpu:" + path) as serve:
                serve.wait_healthy()
                status, before = serve.ask()
                self.assertEqual(200, status, before)
                card.kill()
                card.wait()
                serve.ask()  # whoever asks first may see llama-server's own error
                status, answer = wait_for(lambda: (lambda got: got if got[0] == 503 else None)(serve.ask()), 30, serve.text())
                self.assertIn("The card is gone", answer["error"]["message"])
                self.assertEqual("down", fetch(serve.url + "/status.json")[1]["state"])
                with urllib.request.urlopen(serve.url + "/") as page:
                    self.assertIn(b"exosuit.js", page.read())
                os.path.exists(path) and os.unlink(path)
                self.start_card(path)
                serve.wait_healthy()
                status, after = serve.ask()
                self.assertEqual(200, status, after)
                self.assertEqual(before["choices"][0]["message"]["content"], after["choices"][0]["message"]["content"])
                serve.process.terminate()
                self.assertEqual(0, serve.process.wait(20))

    def test_an_answer_that_is_being_written_ends_and_serve_says_why(self):
        """The request in flight gets llama-server's own error: no other program has its connection. The sentence is in serve's
        output and in status.json, where the page takes it from, and every request from then on gets it."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "card.sock")
            card = self.start_card(path)
            with Serve("--device", "tinygpu:" + path) as serve:
                serve.wait_healthy()
                body = {"messages": [{"role": "user", "content": "Count to a thousand."}], "stream": True, "ignore_eos": True}
                request = urllib.request.Request(serve.url + "/v1/chat/completions", data=json.dumps(body).encode(),
                                                 headers={"Content-Type": "application/json"})
                with urllib.request.urlopen(request, timeout=60) as answer:
                    for _ in range(6):
                        answer.readline()
                    card.kill()
                    start = time.monotonic()
                    try:
                        rest = answer.read().decode()
                    except (OSError, http.client.HTTPException):
                        rest = ""  # cut off, which is an end as well
                    self.assertLess(time.monotonic() - start, 20)
                self.assertNotIn('"finish_reason":"length"', rest)
                self.assertNotIn('"finish_reason":"stop"', rest)
                wait_for(lambda: "The card is gone" in serve.text(), 20, serve.text())
                status = wait_for(lambda: (lambda got: got if got["state"] == "down" else None)(fetch(serve.url + "/status.json")[1]), 20)
                self.assertIn("The card is gone", status["message"])
                self.assertIn("Check", status["message"])
                self.assertEqual(503, serve.ask()[0])
                serve.process.terminate()
                self.assertEqual(0, serve.process.wait(20))

    def test_a_page_fault_is_told_and_serving_goes_on(self):
        with Serve("--device", "sim:rx7900xtx?fault=page_fault_at=6000") as serve:
            serve.wait_healthy()
            told = []
            for _ in range(60):
                status, answer = serve.ask("Count.", 20)
                if status == 503:
                    told.append(answer["error"]["message"])
                    break
                if status != 200:
                    time.sleep(0.2)  # the answer in flight has ended with an error; serve looks at the card a few times a second
            self.assertTrue(told, "no 503: " + serve.text())
            self.assertIn("The card stopped: page fault: ", told[0])
            self.assertIn("serves again by itself", told[0])
            serve.wait_healthy()
            self.assertEqual(200, serve.ask(tokens=1)[0])
            serve.process.terminate()
            self.assertEqual(0, serve.process.wait(20))


if __name__ == "__main__":
    unittest.main()
