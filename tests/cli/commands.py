"""The command as a whole: help, usage errors and exit codes. Needs only the built binary."""
import json
import os
import socket
import subprocess
import tempfile
import unittest

EXOSUIT = os.environ["EXOSUIT"]
CARDS = ["sim:rx7900xtx", "sim:rx9070xt"]  # one of each generation
COMMANDS = ["devices", "doctor", "serve", "chat", "run", "bench", "trace", "sim", "disasm", "firmware", "help"]


def run(*words, timeout=60, env=None):
    return subprocess.run([EXOSUIT, *words], capture_output=True, text=True, timeout=timeout, env={**os.environ, **(env or {})})


class Commands(unittest.TestCase):
    def test_help_names_every_command_and_the_exit_codes(self):
        for words in (["help"], ["--help"]):
            got = run(*words)
            self.assertEqual(0, got.returncode)
            for command in COMMANDS:
                self.assertIn("\n  " + command + " ", got.stdout)
            self.assertIn("Exit status: 0", got.stdout)

    def test_every_command_explains_itself(self):
        for command in COMMANDS:
            for words in ([command, "--help"], ["help", command]):
                got = run(*words)
                self.assertEqual(0, got.returncode, words)
                self.assertTrue(got.stdout.startswith("usage: exosuit " + command), got.stdout)
                self.assertEqual("", got.stderr)

    def test_wrong_command_lines_end_with_2_and_a_hint(self):
        for words in ([], ["nonsense"], ["devices", "word"], ["serve", "--port", "x"], ["serve", "--port", "70000"], ["run"],
                      ["sim"], ["devices", "--nonsense"], ["firmware", "burn"], ["help", "nonsense"], ["chat", "a", "b"]):
            got = run(*words)
            self.assertEqual(2, got.returncode, words)
            if words:
                self.assertIn("exosuit", got.stderr)
                self.assertIn("Try 'exosuit", got.stderr)

    def test_an_unknown_option_is_named_with_the_help_that_lists_the_known_ones(self):
        for words, hint in ((["--nonsense"], "Try 'exosuit --help'."), (["serve", "--nonsense"], "Try 'exosuit serve --help'.")):
            got = run(*words)
            self.assertEqual(2, got.returncode)
            self.assertRegex(got.stderr, "^exosuit: .*--nonsense")
            self.assertIn(hint, got.stderr)

    def test_version_is_a_number(self):
        got = run("--version")
        self.assertEqual(0, got.returncode)
        self.assertRegex(got.stdout, r"^exosuit \d+\.\d+\.\d+")

    def test_options_work_before_and_behind_the_command(self):
        self.assertEqual(run("--json", "devices").stdout, run("devices", "--json").stdout)

    def test_devices_lists_the_simulated_card(self):
        rows = json.loads(run("devices", "--json").stdout)
        card = next(row for row in rows if row["uri"] == "sim:rx7900xtx")
        self.assertTrue(card["simulated"])
        self.assertEqual("gfx1100", card["arch"])
        self.assertEqual(24 << 30, card["vram_bytes"])
        self.assertIn("sim:rx7900xtx", run("devices").stdout)

    def test_a_model_that_is_missing_is_named(self):
        for command in ("serve", "chat", "bench"):
            got = run(command, "/no/such.gguf")
            self.assertEqual(1, got.returncode)
            self.assertIn("/no/such.gguf", got.stderr)

    def test_a_port_in_use_is_told_before_anything_starts(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with tempfile.NamedTemporaryFile() as model:
                got = run("serve", "--port", str(port), model.name)
        self.assertEqual(1, got.returncode)
        self.assertIn("port %d is in use" % port, got.stderr)
        self.assertIn("--port", got.stderr)

    def test_run_hands_over_words_and_exit_status(self):
        got = run("run", "--device", "host", "--", "sh", "-c", "echo $0 $1; exit 7", "--json", "x")
        self.assertEqual(7, got.returncode)
        self.assertEqual("--json x\n", got.stdout)

    def test_run_names_a_program_that_is_missing(self):
        got = run("run", "--device", "host", "--", "no-such-program")
        self.assertEqual(1, got.returncode)
        self.assertIn("no-such-program", got.stderr)

    def test_doctor_says_what_is_wrong_with_a_socket_that_is_not_there(self):
        got = run("doctor", "--device", "tinygpu:/no/such.sock")
        self.assertEqual(1, got.returncode)
        self.assertIn("/no/such.sock", got.stderr)

    def test_doctor_brings_simulated_cards_up_and_tests_them(self):
        for device in CARDS:
            got = run("doctor", "--device", device, "--json")
            self.assertEqual(0, got.returncode, got.stdout + got.stderr)
            report = json.loads(got.stdout)
            self.assertTrue(report["good"])
            steps = [step["step"] for step in report["steps"]]
            self.assertEqual(["copy on the card", "reduction", "matrix product"], steps[-3:])
            self.assertGreater(len(steps), 10)

    def test_doctor_works_the_same_on_a_card_in_another_process(self):
        for device in CARDS:
            self.compare_with_another_process(device)

    def test_doctor_works_over_tcp(self):
        command = [EXOSUIT, "sim", "--device", CARDS[0], "--tcp", "127.0.0.1:0"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as card:
            try:
                address = next(line.split()[-1] for line in card.stderr if "listening on" in line)
                here = json.loads(run("doctor", "--device", CARDS[0], "--json").stdout)
                there = json.loads(run("doctor", "--device", "tcp:" + address, "--json").stdout)
            finally:
                card.terminate()
            said = card.stderr.read()
            self.assertEqual(0, card.wait(), said)
        self.assertEqual([(s["step"], s["good"]) for s in here["steps"]], [(s["step"], s["good"]) for s in there["steps"]])
        self.assertIn("round trips", said)

    def test_serving_others_than_this_machine_is_warned_of(self):
        with subprocess.Popen([EXOSUIT, "sim", "--tcp", "0.0.0.0:0"], stderr=subprocess.PIPE, text=True) as card:
            said = "".join(line for _, line in zip(range(3), card.stderr))
            card.terminate()
            card.stderr.read()
        self.assertIn("warning: 0.0.0.0 is no loopback address", said)

    def compare_with_another_process(self, device):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "card.sock")
            command = [EXOSUIT, "sim", "--device", device, "--tinygpu", path]
            with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as card:
                try:
                    while not os.path.exists(path):
                        self.assertIsNone(card.poll())
                    here = json.loads(run("doctor", "--device", device, "--json").stdout)
                    there = json.loads(run("doctor", "--device", "tinygpu:" + path, "--json").stdout)
                finally:
                    card.terminate()
                counters = card.stderr.read()
                self.assertEqual(0, card.wait(), counters)
        self.assertEqual([(s["step"], s["good"]) for s in here["steps"]], [(s["step"], s["good"]) for s in there["steps"]])
        self.assertIn("doorbells", counters)

    def test_firmware_install_is_found_by_check(self):
        with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as source:
            env = {"XDG_DATA_HOME": home}
            names = [row["file"] for row in json.loads(run("firmware", "--json", env=env).stdout)]
            self.assertEqual(1, run("firmware", "install", "--from", source, env=env).returncode)
            for name in names:
                with open(os.path.join(source, name), "wb") as file:
                    file.write(b"not firmware")
            got = run("firmware", "install", "--from", source, env=env)
            self.assertEqual(0, got.returncode, got.stderr)
            rows = json.loads(run("firmware", "--json", env=env).stdout)
            self.assertEqual({"of another release than those tried"}, {row["state"] for row in rows})
            self.assertEqual(1, run("firmware", "check", env=env).returncode)

    def test_completion_and_manual_come_from_the_rows(self):
        completion = run("help", "--completion").stdout
        self.assertEqual(0, subprocess.run(["bash", "-n"], input=completion, text=True).returncode)
        manual = run("help", "--man").stdout
        for command in COMMANDS:
            self.assertIn(command, completion)
            self.assertIn(".SS " + command, manual)


if __name__ == "__main__":
    unittest.main()
