"""exosuit trace: the text and the file for viewers tell the same dispatches; help and wrong command lines. The program that is
traced is the bench's loop of `exosuit doctor`'s self-test, so nothing but the built binary is needed."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

EXOSUIT = os.environ["EXOSUIT"]


def run(*words, timeout=120):
    return subprocess.run([EXOSUIT, *words], capture_output=True, text=True, timeout=timeout)


class Modelled(unittest.TestCase):
    def kernel(self, name, device="sim:rx7900xtx"):
        got = run("bench", "--model", "--json", "--device", device, name)
        self.assertEqual(0, got.returncode, got.stdout + got.stderr)
        return json.loads(got.stdout)["modelled"][0]

    def test_a_loop_of_multiply_adds_takes_the_cycles_that_can_be_counted_by_hand(self):
        # 4 work-groups of 4 waves per compute unit are 8 waves on each of its two SIMDs; each executes 4,000 times 8
        # instructions, one a cycle at 2.5 GHz. The launch is 2.5 us (docs/MODEL.md).
        self.assertAlmostEqual(2.5 + 8 * 4000 * 8 / 2500, self.kernel("fma_f32")["modelled_us"], places=2)
        self.assertAlmostEqual(2.5 + 8 * 4000 * 4 / 2500, self.kernel("dual_f32")["modelled_us"], places=2)  # two a cycle

    def test_a_matrix_instruction_of_halves_takes_32_cycles(self):
        self.assertAlmostEqual(2.5 + 8 * 200 * 4 * 32 / 2500, self.kernel("wmma_f16")["modelled_us"], places=2)

    def test_wrong_command_lines_end_with_2(self):
        self.assertEqual(2, run("bench", "--model", "nonsense").returncode)
        self.assertEqual(2, run("bench", "one.gguf", "two.gguf").returncode)


class Trace(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "trace.json")
            cls.text = run("trace", "--device", "sim:rx7900xtx?link=tb5", "--perfetto", path, "--", EXOSUIT, "doctor")
            with open(path) as file:
                cls.events = json.load(file)
        cls.dispatches = [e for e in cls.events if e["ph"] == "X" and "kernel" in e["args"]]
        cls.submissions = [e for e in cls.events if e["name"] == "submission"]

    def test_the_file_is_a_trace_with_every_dispatch(self):
        self.assertEqual(0, self.text.returncode, self.text.stderr)
        self.assertGreater(len(self.dispatches), 1)
        self.assertEqual(len(self.dispatches), sum(e["args"]["dispatches"] for e in self.submissions))
        for event in self.events:
            self.assertIn(event["ph"], ("X", "i", "M"))
            if event["ph"] != "M":
                self.assertGreaterEqual(event["ts"], 0)
                self.assertIn("tid", event)

    def test_events_have_what_the_format_asks_for(self):
        # "Trace Event Format" (Google, catapult): the fields each phase needs, and their types. Metadata has a name out of a short
        # list and args that name something; X has a duration; an instant event says whom it concerns.
        number, metadata = (int, float), {"process_name": "name", "thread_name": "name", "thread_sort_index": "sort_index"}
        for event in self.events:
            self.assertIsInstance(event["name"], str)
            self.assertIsInstance(event["pid"], int)
            self.assertIsInstance(event.get("args", {}), dict)
            if event["ph"] == "M":
                self.assertIn(event["name"], metadata, event)
                self.assertIn(metadata[event["name"]], event["args"])
                continue
            self.assertIs(type(event["tid"]), int)
            self.assertIsInstance(event["ts"], number)
            if event["ph"] == "X":
                self.assertIsInstance(event["dur"], number)
                self.assertGreaterEqual(event["dur"], 0)
                self.assertNotIn("s", event)
            else:
                self.assertIn(event["s"], ("g", "p", "t"))
                self.assertNotIn("dur", event)

    def test_every_track_has_one_name_before_its_first_event(self):
        named = {}
        for event in self.events:
            if event["name"] == "thread_name":
                self.assertNotIn(event["tid"], named)
                named[event["tid"]] = event["args"]["name"]
            elif event["ph"] != "M":
                self.assertIn(event["tid"], named, event)
        self.assertEqual(len(named), len(set(named.values())))
        self.assertEqual(1, sum(e["name"] == "process_name" for e in self.events))
        self.assertEqual({1}, {e["pid"] for e in self.events})

    def test_slices_of_a_track_nest_or_follow_one_another(self):
        # What a viewer drops or draws wrongly: a slice that begins inside another one of its track and ends behind it.
        tracks = {}
        for event in self.events:
            if event["ph"] == "X":
                # Both in whole picoseconds, as they were counted: sums of rounded decimals would overlap by an ulp.
                begin, dur = round(event["ts"] * 1e6), round(event["dur"] * 1e6)
                tracks.setdefault(event["tid"], []).append((begin, -(begin + dur), event["name"]))
        self.assertGreaterEqual(len(tracks), 2)
        for slices in tracks.values():
            open_ends = []
            for begin, minus_end, name in sorted(slices):
                while open_ends and open_ends[-1] <= begin:
                    open_ends.pop()
                self.assertTrue(not open_ends or -minus_end <= open_ends[-1], (name, begin, -minus_end, open_ends))
                open_ends.append(-minus_end)

    def test_instants_of_a_track_come_in_order(self):
        last = {}
        for event in self.events:
            if event["ph"] == "i":
                self.assertGreaterEqual(event["ts"], last.get(event["tid"], 0), event)
                last[event["tid"]] = event["ts"]

    def test_kernels_have_their_names_and_a_modelled_time(self):
        for event in self.dispatches:
            self.assertNotIn("kernel at", event["name"])
            self.assertGreater(event["args"]["modelled_us"], 0)
            self.assertGreater(event["args"]["wave_instructions"], 0)
            pipes = [v for k, v in event["args"].items() if k.startswith("modelled ")]
            self.assertAlmostEqual(max(pipes), event["args"]["modelled " + event["args"]["bound"] + " us"])
            self.assertGreater(event["args"]["modelled_us"], max(pipes))

    def test_dispatches_lie_inside_their_submission(self):
        spans = [(e["ts"], e["ts"] + e["dur"]) for e in self.submissions if e["args"]["dispatches"]]
        for event in self.dispatches:
            self.assertTrue(any(a - 1e-3 <= event["ts"] and event["ts"] + event["dur"] <= b + 1e-3 for a, b in spans), event)

    def test_the_link_is_charged_once_per_doorbell_at_least(self):
        for event in self.submissions:
            self.assertGreaterEqual(event["args"]["modelled_link_us"], 100 - 1e-3)

    def test_copies_over_the_link_take_its_bandwidth(self):
        copies = [e for e in self.events if e["name"] == "copy" and e["dur"] > 0]  # those inside the card cross no link
        self.assertGreater(len(copies), 0)
        for event in copies:
            there, back = (5.8 + event["args"]["bytes"] / rate for rate in (6000, 6600))  # us; MB/s as bytes per us
            self.assertTrue(min(abs(event["dur"] - us) for us in (there, back)) < 1e-2, event)

    def test_the_text_tells_packets_kernels_and_totals_as_modelled(self):
        self.assertRegex(self.text.stdout, r"packets: .*DISPATCH_DIRECT x \d+")
        self.assertIn(self.dispatches[-1]["name"], self.text.stdout)
        self.assertRegex(self.text.stdout, r"modelled: [\d.]+ us on the card.*, [\d.]+ us on the link")

    def test_json_has_the_last_submission(self):
        got = run("trace", "--json", "--device", "sim:rx7900xtx", "--", "/bin/sh", "-c", EXOSUIT + " doctor >/dev/null")
        self.assertEqual(0, got.returncode, got.stderr)
        report = json.loads(got.stdout)
        self.assertGreater(len(report["dispatches"]), 0)
        self.assertGreater(report["modelled_card_us"], 0)
        self.assertEqual(0, report["modelled_link_us"])

    def test_wrong_command_lines_end_with_2(self):
        for words in (["trace", "--device", "tinygpu:"], ["trace", "--nonsense"], ["sim", "--tcp", ":0", "--link", "usb2"]):
            got = run(*words)
            self.assertEqual(2, got.returncode, words)
            self.assertIn("Try 'exosuit", got.stderr)

    def test_a_program_that_fails_or_leaves_nothing_is_told(self):
        self.assertIn("status 3", run("trace", "--", "/bin/sh", "-c", "exit 3").stderr)
        got = run("trace", "--", "/bin/true")
        self.assertEqual(1, got.returncode)
        self.assertIn("left no trace", got.stderr)


if __name__ == "__main__":
    if not os.path.exists(os.path.join(os.path.dirname(EXOSUIT), "libggml-exosuit.so")):
        print("skipped: this build has no plug-in, which every program that is traced is given")
        sys.exit(77)
    unittest.main()
