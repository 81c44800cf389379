"""tinygrad.llm answers from a GGUF on the simulated card: llm.py MODEL TOKENS "QUESTION". Prints the answer, and one line of JSON
with what each token took, as the card's server counted it between one token and the next."""
import json
import os
import struct
import sys
import time

import guest
from tinygrad import Device

REPLACED = guest.complete_llm()

from tinygrad.llm import cli
from tinygrad.llm.model import Transformer
from tinygrad.runtime.support.system import RemotePCIDevice

COUNTERS = 192  # a command of our server's own, src/link/tcp_protocol.h; the names are enum tcp_counter's
NAMES = ["host_read_bytes", "host_write_bytes", "vram_read_bytes", "vram_write_bytes", "wave_instructions", "dispatches",
         "doorbells", "mmio_reads", "mmio_writes", "modelled_card_ns", "modelled_link_ns", "requests", "round_trips",
         "bytes_in", "bytes_out"]


def counters():
    host, port = os.environ["REMOTE"].rsplit(":", 1)
    data = RemotePCIDevice._rpc(RemotePCIDevice.remote_sock(host, int(port)), 0, COUNTERS, readout_size=8 * len(NAMES))[2]
    return dict(zip(NAMES, struct.unpack("<%dQ" % len(NAMES), data)))


def prompt(tokenizer, question):
    """The question as the chat of tinygrad.llm itself puts it: 0.14 by a template, 0.13 piece by piece."""
    if hasattr(cli, "FallbackTemplate"):
        return tokenizer.encode(cli.FallbackTemplate(tokenizer).render([{"role": "user", "content": question}]))
    return tokenizer.prefix() + tokenizer.role("user") + tokenizer.encode(question) + tokenizer.end_turn() + tokenizer.role("assistant")


def main():
    path, count, question = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    start = time.monotonic()
    model, kv = Transformer.from_gguf(path, max_context=int(os.environ.get("CONTEXT", "512")))
    tokenizer = cli.SimpleTokenizer.from_gguf_kv(kv)
    tokens = prompt(tokenizer, question)
    prompt_tokens = len(tokens)
    Device["AMD"].synchronize()
    load_s = time.monotonic() - start
    answer, steps, before, at = [], [], counters(), time.monotonic()
    for token in model.generate(tokens):
        now, after = time.monotonic(), counters()
        steps.append({"s": now - at, **{name: after[name] - before[name] for name in NAMES}})
        before, at = after, time.monotonic()
        answer.append(token)
        if len(steps) == count or (tokenizer.is_end(token) and "FOREVER" not in os.environ):
            break
    print("answer:", tokenizer.decode([t for t in answer if not tokenizer.is_end(t)]))
    print("json:", json.dumps({"load_s": load_s, "prompt_tokens": prompt_tokens, "tokens": answer, "steps": steps, "replaced": REPLACED}))


main()
