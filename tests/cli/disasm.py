"""exosuit disasm: bytes to text, files, and command lines that are wrong. What the text must be is tests/isa's; here are samples of it."""
import glob
import os
import subprocess
import tempfile
import unittest

EXOSUIT, BUILD = os.environ["EXOSUIT"], os.environ["BUILD"]

# One line of bytes in memory order each, and its text as llvm-mc 19 writes it.
SAMPLES = {
    "gfx1100": [("8002007e", "v_mov_b32_e32 v0, 0"), ("0000b0bf", "s_endpgm"), ("ffffffff", "(bad)"),
                ("0000 00dc 0000 0000", "(bad)"), ("", "(bad)"), ("zz", "(bad)"), ("8002007e00", "(bad)"), ("8002007e8002007e", "(bad)"),
                ("0x01,0x02,0x03,0xd5,0x11,0x00,0x02,0x00", "v_add_f32_e64 v1, s17, |v0|"),
                ("ff00 80be 7856 3412", "s_mov_b32 s0, 0x12345678")],
    "gfx1201": [("7cc00aee0000040000000000", "global_inv scope:SCOPE_SE"), ("0100c0bf", "s_wait_loadcnt 0x1"),
                ("194004ee12008c0012360d3e", "global_load_i8 v18, v18, s[24:25] offset:4066614 scope:SCOPE_SYS"),
                ("064050cc0c31c21c", "v_swmmac_f32_16x16x32_f16 v[6:13], v[12:15], v[24:31], v48")],
}


def run(*words, text=None, data=None):
    return subprocess.run([EXOSUIT, "disasm", *words], input=data if data is not None else (text or "").encode(), capture_output=True,
                          timeout=60)


class Disasm(unittest.TestCase):
    def test_each_line_of_bytes_gives_one_line_of_text(self):
        for arch, samples in SAMPLES.items():
            got = run("--arch", arch, "--hex", "-", text="".join(line + "\n" for line, _ in samples))
            self.assertEqual((0, b""), (got.returncode, got.stderr))
            self.assertEqual([text for _, text in samples], got.stdout.decode().split("\n")[:-1], arch)

    def test_lines_longer_than_any_instruction_and_without_end_are_one_line_each(self):
        got = run("--arch", "gfx1102", "--hex", "-", text="00" * 4000 + "\n0000b0bf")
        self.assertEqual("(bad)\ns_endpgm\n", got.stdout.decode())

    def test_raw_code_is_printed_to_its_end(self):
        code = bytes.fromhex("8002007e" "ffffffff" "0000b0bf" "00")
        got = run("--arch", "gfx1200", data=code)
        self.assertEqual("v_mov_b32_e32 v0, 0\n.long 0xffffffff\ns_endpgm\n", got.stdout.decode())

    def test_a_code_object_says_its_architecture(self):
        images = {arch: glob.glob(os.path.join(BUILD, "**", "*%s.co" % arch), recursive=True) for arch in ("gfx1100", "gfx1201")}
        for arch, files in images.items():
            self.assertTrue(files, arch)
            got, same = run(files[0]), run("--arch", arch, files[0])
            self.assertEqual((0, b""), (got.returncode, got.stderr))
            self.assertEqual(same.stdout, got.stdout)
            self.assertIn(b"\ns_endpgm\n", got.stdout)

    def test_a_cut_or_broken_code_object_is_refused(self):
        with open(glob.glob(os.path.join(BUILD, "**", "*gfx1201.co"), recursive=True)[0], "rb") as file:
            image = file.read()
        for data in (image[:100], image[:40] + b"\xff" * 8 + image[48:], image[:60] + b"\xff\xff" + image[62:]):
            got = run(data=data)
            self.assertEqual((1, b""), (got.returncode, got.stdout))
            self.assertIn(b".text", got.stderr)

    def test_wrong_command_lines_end_with_2(self):
        with tempfile.NamedTemporaryFile() as raw:
            for words in (["--arch", "gfx906"], ["--arch"], ["--hex", "-"], ["--arch", "gfx1100", "--hex", "-", "file"], [raw.name],
                          ["a", "b"]):
                got = run(*words)
                self.assertEqual(2, got.returncode, words)
                self.assertIn(b"Try 'exosuit disasm --help'.", got.stderr)
        self.assertEqual(1, run("--arch", "gfx1100", "/no/such/file").returncode)


if __name__ == "__main__":
    unittest.main()
