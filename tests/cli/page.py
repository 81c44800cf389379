"""The page in a real browser, against a stand-in for llama-server. Screenshots are left in the build folder, in page/."""
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "web")
SHOTS = os.path.join(os.environ.get("BUILD", "."), "page")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

# What a person would do, added to the page by the stand-in: ask, wait for the answer, and write down how wide things are.
VISITOR = """
setTimeout(() => {
    document.getElementById("question").value = "What <b>is</b> 2+2?";
    document.getElementById("ask").requestSubmit();
}, 300);
setTimeout(() => {
    document.body.dataset.overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
}, 2500);
"""

STATUS = {"state": "ready", "message": "", "model": "SmolLM2.gguf", "card": "AMD Radeon RX 7900 XTX", "device": "sim:rx7900xtx",
          "simulated": True, "link": "in process", "vram_bytes": 24 * 2**30, "vram_used": 6 * 2**30, "tokens_per_s": 12.34,
          "prompt_tokens_per_s": 80}


class StandIn(BaseHTTPRequestHandler):
    def log_message(self, *unused):
        pass

    def send(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.server.requests.append(self.path)
        path = self.path.split("?")[0]
        answers = {"/status.json": self.server.status, "/props": {"default_generation_settings": {"n_ctx": 4096}},
                   "/slots": [{"is_processing": False}]}
        if path in answers:
            return self.send(200, "application/json", json.dumps(answers[path]).encode())
        name = "index.html" if path == "/" else path[1:]
        file = os.path.join(SOURCE, name)
        if "/" in name or not os.path.exists(file):
            return self.send(404, "text/plain", b"")
        with open(file, "rb") as source:
            body = source.read()
        if name == "index.html":
            body = body.replace(b"</body>", b"<script>" + VISITOR.encode() + b"</script></body>")
        return self.send(200, TYPES[os.path.splitext(name)[1]], body)

    def do_POST(self):
        self.server.requests.append(self.path)
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        if self.server.status["state"] == "down":
            return self.send(503, "application/json", json.dumps({"error": {"message": self.server.status["message"]}}).encode())
        words = ["It ", "is ", "<i>four</i>", "."]
        events = [{"choices": [{"delta": {"content": word}}]} for word in words]
        events[-1]["timings"] = {"predicted_n": 4, "predicted_per_second": 12.3}
        body = "".join("data: " + json.dumps(event) + "\n\n" for event in events) + "data: [DONE]\n\n"
        return self.send(200, "text/event-stream", body.encode())


def visit(status, width=1100, height=760, shot=None, dark=False):
    """Opens the page; returns its final text as HTML, and the stand-in with what it was asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    server.status, server.requests, server.asked = status, [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as profile:
        words = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                 "--user-data-dir=" + profile, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                 "--window-size=%d,%d" % (width, height), "--virtual-time-budget=4000", "--hide-scrollbars"]
        if dark:
            words.append("--blink-settings=preferredColorScheme=0")
        words.append("--screenshot=" + os.path.join(SHOTS, shot) if shot else "--dump-dom")
        got = subprocess.run([*words, "http://127.0.0.1:%d/" % server.server_port], capture_output=True, text=True, timeout=60)
    server.shutdown()
    server.server_close()
    return got.stdout, server


def text_of(dom, element):
    found = re.search(r'id="%s"[^>]*>(.*?)</' % element, dom, re.S)
    return html.unescape(found.group(1)) if found else None


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.makedirs(SHOTS, exist_ok=True)

    def test_a_question_is_answered_and_its_text_stays_text(self):
        dom, server = visit(STATUS)
        self.assertEqual([{"role": "user", "content": "What <b>is</b> 2+2?"}], server.asked[0]["messages"])
        self.assertIn('<li class="user">What &lt;b&gt;is&lt;/b&gt; 2+2?</li>', dom)
        self.assertIn("It is &lt;i&gt;four&lt;/i&gt;.", dom)
        self.assertIn("4 tokens, 12.3 per second", dom)

    def test_the_card_at_work_is_shown(self):
        dom, _ = visit(STATUS)
        for element, want in (("card-name", "AMD Radeon RX 7900 XTX"), ("vram", "6.0 GiB of 24.0 GiB"), ("decode", "12.3 tokens/s"),
                              ("link", "in process"), ("state", "ready"), ("context", "4096 tokens"), ("busy", "0 of 1 slot")):
            self.assertEqual(want, text_of(dom, element))
        self.assertIn('<p id="simulated">', dom)

    def test_a_lost_card_is_told_in_a_sentence(self):
        sentence = "The card is gone: register 0x60 reads all ones. Check the cable."
        dom, _ = visit({**STATUS, "state": "down", "message": sentence})
        self.assertEqual(sentence, text_of(dom, "notice"))
        self.assertIn('<li class="error">' + sentence + "</li>", dom)
        self.assertEqual("not serving", text_of(dom, "state"))

    def test_nothing_is_asked_of_anyone_else(self):
        dom, server = visit(STATUS)
        # icon.svg is asked for by the browser itself, if at all
        self.assertLessEqual(set(server.requests), {"/", "/exosuit.css", "/exosuit.js", "/icon.svg", "/status.json", "/props", "/slots",
                                                    "/v1/chat/completions"})
        outside = re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', dom)
        self.assertEqual([], outside)

    def test_it_fits_a_phone(self):
        dom, _ = visit(STATUS, 500, 900)
        found = re.search(r'data-overflow="(-?\d+)"', dom)
        self.assertIsNotNone(found, dom[:500])
        self.assertEqual("0", found.group(1))

    def test_screenshots_are_left_for_people(self):
        for shot, width, dark in (("wide.png", 1100, False), ("wide-dark.png", 1100, True), ("phone.png", 500, False)):
            visit(STATUS, width, 800, shot, dark)
            self.assertGreater(os.path.getsize(os.path.join(SHOTS, shot)), 5000)


if __name__ == "__main__":
    if not CHROMIUM:
        print("skipped: no chromium; scripts/install.sh test installs it")
        sys.exit(77)
    unittest.main()
