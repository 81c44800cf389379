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

WORDS = ["It ", "is ", "<i>four</i>", ".\nIn C: `2 + 2`, or\n```c\nint four = 2 + 2; /* <b> */\n```\n", "That is all."]


def event(word, **more):
    return "data: " + json.dumps({"choices": [{"delta": {"content": word}, "finish_reason": more.pop("end", None)}], **more}) + "\n\n"


# What a person would do, added to the page by the stand-in. What is seen is written down at the outermost page.
NOTHING = ""
ASK = """
setTimeout(() => {
    document.getElementById("question").value = "What <b>is</b> 2+2?";
    document.getElementById("ask").requestSubmit();
}, 300);
"""
MEASURE = """
setTimeout(() => {
    const page = document.documentElement;
    top.document.body.dataset.overflow = page.clientWidth + ":" + (page.scrollWidth - page.clientWidth);
}, 2500);
"""
WITH_INSTRUCTIONS = 'document.getElementById("system").value = " Be brief. ";' + ASK
WITH_KEYS = """
setTimeout(() => {
    const question = document.getElementById("question");
    question.value = "By key";
    const press = (key, more) => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
    document.body.dataset.focus = document.activeElement.id;
    press("Enter", { shiftKey: true });
    document.body.dataset.shifted = document.querySelectorAll("#messages li").length;
    press("Enter");
    document.body.dataset.sent = document.querySelectorAll("#messages li").length;
}, 300);
"""
# An answer that begins and does not end. It comes from the page itself: the browser's clock stands still while the network works.
ENDLESS = """
const fetchReal = window.fetch;
window.fetch = (path, options) => path !== "v1/chat/completions" ? fetchReal(path, options) : Promise.resolve(new Response(
    new ReadableStream({ start(answer) {
        answer.enqueue(new TextEncoder().encode(%s));
        options.signal.addEventListener("abort", () => answer.error(new DOMException("stopped", "AbortError")));
    } })));
""" % json.dumps("".join(map(event, WORDS[:-1])) + event("That is"))
WRITING = ENDLESS + ASK
STOP = WRITING + """
setTimeout(() => document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })), 1200);
"""
TRY_AGAIN = ASK + 'setTimeout(() => document.querySelector("#messages .error button").click(), 3300);'
OPEN_CARD = ASK + 'document.getElementById("toggle").click();'

STATUS = {"state": "ready", "message": "", "model": "SmolLM2-135M-Instruct.Q4_1.gguf", "card": "AMD Radeon RX 7900 XTX",
          "device": "sim:rx7900xtx", "simulated": True, "link": "in process", "vram_bytes": 24 * 2**30, "vram_used": 6 * 2**30,
          "tokens_per_s": 12.34, "prompt_tokens_per_s": 80}
GONE = {**STATUS, "state": "down", "message": "The card is gone: register 0x60 reads all ones. Check the cable."}


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
        if path == "/phone":  # a window cannot be as narrow as a phone, a frame can
            return self.send(200, "text/html", b'<body style="margin:0"><iframe src="/" width="390" height="844" style="border:0">')
        name = "index.html" if path == "/" else path[1:]
        file = os.path.join(SOURCE, name)
        if "/" in name or not os.path.exists(file):
            return self.send(404, "text/plain", b"")
        with open(file, "rb") as source:
            body = source.read()
        if name == "index.html":
            body = body.replace(b"</body>", b"<script>" + self.server.visitor.encode() + b"</script></body>")
        return self.send(200, TYPES[os.path.splitext(name)[1]], body)

    def do_POST(self):
        self.server.requests.append(self.path)
        self.server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        getattr(self, "answer_" + self.server.manner)()

    def answer_whole(self):
        text = "".join(map(event, WORDS)) + event("", end="stop", timings={"predicted_n": 9, "predicted_per_second": 12.3})
        self.send(200, "text/event-stream", (text + "data: [DONE]\n\n").encode())

    def answer_refused(self):
        self.send(503, "application/json", json.dumps({"error": {"message": self.server.status["message"]}}).encode())

    def answer_too_long(self):
        self.send(400, "application/json", json.dumps({"error": {"message": "the request exceeds the context size"}}).encode())

    def answer_broken(self):
        """As llama-server does when the card goes: its own error in the stream. `serve` knows more a little later."""
        self.server.status = GONE
        self.send(200, "text/event-stream", (event(WORDS[0]) + 'data: {"error":{"code":500,"message":"Compute error."}}\n\n').encode())

    def answer_recovered(self):
        if len(self.server.asked) == 1:
            self.server.status = GONE
            return self.answer_refused()
        self.server.status = STATUS
        return self.answer_whole()


def visit(visitor=ASK, manner="whole", status=None, size=(1100, 760), shot=None, dark=False, path="/"):
    """Opens the page; returns its final text as HTML, and the stand-in with what it was asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    server.visitor, server.manner, server.status = visitor, manner, status or STATUS
    server.requests, server.asked = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as profile:
        words = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                 "--user-data-dir=" + profile, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                 "--window-size=%d,%d" % size, "--hide-scrollbars", "--virtual-time-budget=6000"]
        if dark:
            words.append("--blink-settings=preferredColorScheme=0")
        words.append("--screenshot=" + os.path.join(SHOTS, shot) if shot else "--dump-dom")
        got = subprocess.run([*words, "http://127.0.0.1:%d%s" % (server.server_port, path)], capture_output=True, text=True,
                             timeout=60)
    server.shutdown()
    server.server_close()
    return got.stdout, server


def text_of(dom, element):
    found = re.search(r'id="%s"[^>]*>(.*?)</' % element, dom, re.S)
    return html.unescape(found.group(1)) if found else None


def messages(dom):
    """[(class, what is read)] of the messages shown."""
    found = re.findall(r'<li class="([^"]*)"><div class="text">(.*?)</div>', text_between(dom, '<ol id="messages"', "</ol>"), re.S)
    return [(kind, html.unescape(re.sub(r"<[^>]*>", "", text))) for kind, text in found]


def text_between(text, first, last):
    return text.split(first, 1)[1].split(last, 1)[0]


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.makedirs(SHOTS, exist_ok=True)

    def test_a_question_is_answered_and_its_text_stays_text(self):
        dom, server = visit()
        self.assertEqual([{"role": "user", "content": "What <b>is</b> 2+2?"}], server.asked[0]["messages"])
        shown = text_between(dom, '<ol id="messages"', "</ol>")
        self.assertIn('<li class="user"><div class="text">What &lt;b&gt;is&lt;/b&gt; 2+2?</div>', shown)
        self.assertIn("It is &lt;i&gt;four&lt;/i&gt;.", shown)
        self.assertIn("<code>2 + 2</code>", shown)
        self.assertIn("<pre><code>int four = 2 + 2; /* &lt;b&gt; */</code></pre>", shown)
        self.assertIn("9 tokens, 12.3 per second", shown)
        self.assertIn('aria-label="Copy this answer"', shown)

    def test_instructions_go_with_the_question(self):
        _, server = visit(WITH_INSTRUCTIONS)
        self.assertEqual({"role": "system", "content": "Be brief."}, server.asked[0]["messages"][0])

    def test_it_is_used_by_keyboard(self):
        dom, server = visit(WITH_KEYS)
        self.assertIn('data-focus="question"', dom)
        self.assertIn('data-shifted="0"', dom)
        self.assertIn('data-sent="2"', dom)
        self.assertEqual("By key", server.asked[0]["messages"][0]["content"])

    def test_every_control_has_a_name(self):
        dom, _ = visit(NOTHING)
        for tag in re.findall(r"<(?:button|textarea|meter)[^>]*>[^<]*", dom):
            element = re.search(r'id="([^"]*)"', tag)
            named = "aria-label=" in tag or tag.split(">")[1].strip() or element and 'for="%s"' % element.group(1) in dom
            self.assertTrue(named, tag)

    def test_an_answer_can_be_stopped_and_what_came_stays(self):
        dom, _ = visit(STOP)
        kind, text = messages(dom)[1]
        self.assertEqual("assistant", kind)
        self.assertTrue(text.endswith("That is"), text)
        self.assertIn("stopped", text_between(dom, '<ol id="messages"', "</ol>"))

    def test_the_card_at_work_is_shown(self):
        dom, _ = visit()
        for element, want in (("card-name", "AMD Radeon RX 7900 XTX"), ("vram", "6.0 GiB of 24.0 GiB"), ("decode", "12.3"),
                              ("link", "in process"), ("state", "ready"), ("context", "4096 tokens"), ("busy", "0 of 1 slot")):
            self.assertEqual(want, text_of(dom, element))
        self.assertIn('<p id="simulated">', dom)

    def test_a_lost_card_is_told_in_a_sentence(self):
        dom, _ = visit(manner="refused", status=GONE)
        self.assertEqual(GONE["message"], text_of(dom, "notice"))
        self.assertEqual(("error", GONE["message"]), messages(dom)[-1])
        self.assertEqual("not serving", text_of(dom, "state"))

    def test_an_answer_broken_by_a_lost_card_gets_the_same_sentence(self):
        dom, _ = visit(manner="broken")
        self.assertEqual([("user", "What <b>is</b> 2+2?"), ("assistant", "It "), ("error", GONE["message"])], messages(dom))
        self.assertNotIn("Compute error", dom)

    def test_a_request_that_was_wrong_gets_the_servers_own_sentence(self):
        dom, _ = visit(manner="too_long")
        self.assertEqual(("error", "the request exceeds the context size"), messages(dom)[-1])

    def test_trying_again_asks_the_same_and_clears_the_failure(self):
        dom, server = visit(TRY_AGAIN, "recovered")
        self.assertEqual(2, len(server.asked))
        self.assertEqual(server.asked[0]["messages"], server.asked[1]["messages"])
        self.assertEqual(["user", "assistant"], [kind for kind, _ in messages(dom)])

    def test_nothing_is_asked_of_anyone_else(self):
        dom, server = visit()
        # icon.svg is asked for by the browser itself as well
        self.assertLessEqual(set(server.requests), {"/", "/exosuit.css", "/exosuit.js", "/icon.svg", "/status.json", "/props", "/slots",
                                                    "/v1/chat/completions"})
        outside = re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', dom)
        self.assertEqual([], outside)

    def test_it_fits_a_phone(self):
        for visitor in (ASK, OPEN_CARD):
            dom, _ = visit(visitor + MEASURE, path="/phone")
            self.assertIn('data-overflow="390:0"', dom)

    def test_screenshots_are_left_for_people(self):
        wide, phone = {"size": (1100, 760)}, {"size": (500, 844), "path": "/phone"}
        for shot, more in (("welcome.png", {**wide, "visitor": NOTHING}), ("wide.png", wide), ("wide-dark.png", {**wide, "dark": True}),
                           ("writing.png", {**wide, "visitor": WRITING}),
                           ("gone.png", {**wide, "manner": "refused", "status": GONE}),
                           ("phone.png", phone), ("phone-dark.png", {**phone, "dark": True, "visitor": NOTHING}),
                           ("phone-card.png", {**phone, "visitor": OPEN_CARD})):
            visit(shot=shot, **more)
            self.assertGreater(os.path.getsize(os.path.join(SHOTS, shot)), 5000)


if __name__ == "__main__":
    if not CHROMIUM:
        print("skipped: no chromium; scripts/install.sh test installs it")
        sys.exit(77)
    unittest.main()
