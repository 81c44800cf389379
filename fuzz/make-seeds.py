#!/usr/bin/env python3
"""Writes seed inputs of the fuzz targets: fuzz/corpus/{uri,tinygpu_server,tinygpu_client,tcp_server,tcp_client,codeobject}. Run from anywhere.

The firmware seeds come from fuzz/seeds.c; the discovery seed is the simulated RX 7900 XTX's own table.
"""

import pathlib
import shutil
import struct
import subprocess
import tempfile

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"


def write(target, name, data):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def request(command, bar=0, a0=0, a1=0, a2=0):
    return struct.pack("<BIIQQQ", command, 0, bar, a0, a1, a2)


def reply(status=0, v0=0, v1=0):
    return struct.pack("<BQQ", status, v0, v1)


def step(op, answer):
    return bytes([op, len(answer)]) + answer


KERNELS = """
typedef __attribute__((address_space(1))) float gf;
#define KERNEL __attribute__((amdgpu_kernel, visibility("protected"))) void
KERNEL add(gf *a, const gf *b, unsigned n)
{
    unsigned i = __builtin_amdgcn_workgroup_id_x() * __builtin_amdgcn_workgroup_size_x() + __builtin_amdgcn_workitem_id_x();
    if (i < n)
        a[i] += b[i];
}
KERNEL turn(gf *a)
{
    static __attribute__((address_space(3), loader_uninitialized)) float tile[64];
    unsigned i = __builtin_amdgcn_workitem_id_x();
    tile[i & 63] = a[i];
    __builtin_amdgcn_s_barrier();
    a[i] = tile[63 - (i & 63)];
}
"""


def compile_kernels(clang="clang-19"):
    """A code object with hidden arguments (add) and with local memory (turn)."""
    if not shutil.which(clang):
        print(f"{clang} is not there: the code object seed is left as it is")
        return
    with tempfile.TemporaryDirectory() as folder:
        source, built = pathlib.Path(folder, "k.c"), pathlib.Path(folder, "k.elf")
        source.write_text(KERNELS)
        flags = "--target=amdgcn-amd-amdhsa -mcpu=gfx1100 -nogpulib -O2 -mcode-object-version=5 -Wl,-s -Wl,-z,max-page-size=256"
        subprocess.run([clang, *flags.split(), str(source), "-o", str(built)], check=True)
        write("codeobject", "two_kernels", built.read_bytes())


def main():
    compile_kernels()
    for name, text in {
        "plain": "rx7900xtx",
        "options": "rx7900xtx?threads=2&segments=0x10&fault=smu",
        "flag": "?fault",
        "bad": "rx7900xtx?threads=-1&&=",
        "many": "x?" + "&".join("abcdefghijklmnopqr"),
    }.items():
        write("uri", name, text.encode())

    maps = b"".join(request(1, bar) for bar in (0, 2, 5))
    write("tinygpu_server", "config", b"\1" + request(3, 0, 0, 4) + request(4, 0, 4, 2, 6) + request(3, 0, 0, 7))
    write("tinygpu_server", "mmio", b"\1" + maps + request(7, 5, 16, 4) + b"abcd" + request(6, 5, 16, 8) + request(6, 0, 3, 9))
    write("tinygpu_server", "vanish", b"\1" + request(7, 5, 0, 4) + b"abcd" + request(6, 5, 0, 4) + request(11) + request(12))
    write("tinygpu_server", "memory", b"\5" + request(2, 0, 0x10000) + request(2, 0, 1) + request(2, 0, 1 << 40) + request(5))
    write("tinygpu_server", "huge", b"\1" + maps + request(7, 0, 0, (64 << 20) + 1) + request(6, 0, 0, 1 << 63))

    table = struct.pack("<QQQQ", 0x80000000, 0x4000, 0x80008000, 0x4000)
    write("tinygpu_client", "config", step(0, reply(0, 0x744C1002)) + step(1, reply()) + step(5, reply()))
    write("tinygpu_client", "bars", step(2, reply(0, 0x1000, 0x80000)) + step(3, reply(0, 64) + bytes(64)))
    write("tinygpu_client", "big", step(4, reply(0, 8192) + bytes(200)))
    write("tinygpu_client", "ones", step(3, reply(0, 64) + b"\xff" * 64) + step(0x10, reply(0, 0xFFFF)))
    write("tinygpu_client", "refused", step(0, reply(1, 5) + b"hello") + step(0, reply(1)) + step(0, reply(2, 1 << 60)))
    write("tinygpu_client", "memory", step(6 | 8, reply(0, 0x8000) + table) + step(6, reply(0, 0x8000)) + step(7 | 16, reply(0)))

    probe = request(0, 0, 3, 8, 0x1002) + struct.pack("<II", 0xFFFF, 0x744C)
    write("tcp_server", "probe", b"\1" + probe + request(12) + request(192) + request(100))
    write("tcp_server", "config", b"\1" + request(3, 0, 0, 4) + request(4, 0, 4, 2, 6) + request(3, 0, 0, 7) + request(5))
    write("tcp_server", "mmio", b"\1" + maps + request(7, 5, 17, 4) + b"abcd" + request(6, 5, 16, 8) + request(6, 0, 1 << 63, 9))
    write("tcp_server", "memory", b"\3" + request(8, 0, 0x5001) + request(8, 0, 0x2000, 1) + request(10, 1, 3, 10) + b"0123456789" +
          request(9, 1, 0, 20) + request(9, 0, 0x5000, 0x1000) + request(9, 7, 0, 1) + request(8, 0, 1 << 50))
    write("tcp_server", "beyond", b"\1" + request(8, 0, 0x1000) + request(10, 0, 0xFFF, 2) + b"xx")

    pages = struct.pack("<8Q", *(0x80000000 + 0x1000 * i for i in range(4)), *(0x80010000 + 0x1000 * i for i in range(4)))
    memory = step(9, reply(0, 64, 3) + pages)
    write("tcp_client", "config", step(0, reply(0, 0x744C1002)) + step(1, reply()) + step(5, reply()))
    write("tcp_client", "bars", step(2, reply(0, 0x1000, 0x80000)) + step(3, reply(0, 64) + bytes(64)))
    write("tcp_client", "ones", step(3, reply(0, 64) + b"\xff" * 64) + step(60, reply(0, 0xFFFF)))
    write("tcp_client", "memory", memory + step(6, b"") + step(7, reply(0, 8) + bytes(8) + reply(0, 5000) + bytes(150)))
    write("tcp_client", "refused", memory + step(7, reply(1, 5) + b"hello") + step(0, reply(1)))
    write("tcp_client", "counters", step(8, reply(0, 120) + bytes(range(120))) + step(8, reply(0, 8) + bytes(8)))


if __name__ == "__main__":
    main()
