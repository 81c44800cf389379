"""Writes GGUF files of a given shape with weights that mean nothing: for counting what a model of that size costs. The format is
described in ggml's docs/gguf.md; block layouts in its ggml-common.h."""
import random
import struct

# type number, weights per block, bytes per block, where the half-precision scales lie in a block
TYPES = {"f32": (0, 1, 4, ()), "q4_0": (2, 32, 18, (0,)), "q8_0": (8, 32, 34, (0,)), "q4_k": (12, 256, 144, (0, 2)),
         "q6_k": (14, 256, 210, (208,))}
SCALE = struct.pack("<e", 0.002)
ALIGNMENT = 32


def size_of(kind, weights):
    _, per_block, size, _ = TYPES[kind]
    return weights // per_block * size


def some_weights(kind, count):
    """Blocks of noise with small scales, the same few over and over."""
    _, _, size, scales = TYPES[kind]
    if kind == "f32":
        return struct.pack("<f", 1.0) * count
    noise = random.Random(1)
    block = bytearray()
    for _ in range(1024):
        one = bytearray(noise.randbytes(size))
        for at in scales:
            one[at:at + 2] = SCALE
        block += one
    total = size_of(kind, count)
    return bytes(block) * (total // len(block)) + bytes(block[:total % len(block)])


def text(s):
    return struct.pack("<Q", len(s)) + s.encode()


def value(v):
    if isinstance(v, str):
        return struct.pack("<I", 8) + text(v)
    return struct.pack("<If", 6, v) if isinstance(v, float) else struct.pack("<II", 4, v)


def llama_tensors(s):
    """Name, dimensions, type of a llama model's tensors; s: the shape, see write_llama."""
    wide, inner, kv = s["embedding"], s["feed_forward"], s["embedding"] // s["heads"] * s["kv_heads"]
    yield "token_embd.weight", (wide, s["vocab"]), s["type"]
    for n in range(s["layers"]):
        for name, dims, kind in (("attn_norm", (wide,), "f32"), ("ffn_norm", (wide,), "f32"), ("attn_q", (wide, wide), s["type"]),
                                 ("attn_k", (wide, kv), s["type"]), ("attn_v", (wide, kv), s["type"]),
                                 ("attn_output", (wide, wide), s["type"]), ("ffn_gate", (wide, inner), s["type"]),
                                 ("ffn_up", (wide, inner), s["type"]), ("ffn_down", (inner, wide), s["type"])):
            yield f"blk.{n}.{name}.weight", dims, kind
    yield "output_norm.weight", (wide,), "f32"
    yield "output.weight", (wide, s["vocab"]), s["type"]


def product(dims):
    n = 1
    for d in dims:
        n *= d
    return n


def write_llama(path, s):
    """A llama model of the shape {layers, embedding, feed_forward, heads, kv_heads, vocab, type} without a tokeniser."""
    keys = {"general.architecture": "llama", "llama.context_length": 4096, "llama.embedding_length": s["embedding"],
            "llama.block_count": s["layers"], "llama.feed_forward_length": s["feed_forward"],
            "llama.attention.head_count": s["heads"], "llama.attention.head_count_kv": s["kv_heads"],
            "llama.attention.layer_norm_rms_epsilon": 1e-5, "llama.rope.dimension_count": s["embedding"] // s["heads"],
            "llama.vocab_size": s["vocab"], "tokenizer.ggml.model": "no_vocab"}
    tensors, offset, infos = list(llama_tensors(s)), 0, b""
    for name, dims, kind in tensors:
        infos += text(name) + struct.pack("<I", len(dims)) + struct.pack(f"<{len(dims)}Q", *dims)
        infos += struct.pack("<IQ", TYPES[kind][0], offset)
        offset += -(-size_of(kind, product(dims)) // ALIGNMENT) * ALIGNMENT
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(keys)) + b"".join(text(k) + value(v) for k, v in keys.items()) + infos
    with open(path, "wb") as file:
        file.write(head + bytes(-len(head) % ALIGNMENT))
        for name, dims, kind in tensors:
            size = size_of(kind, product(dims))
            file.write(some_weights(kind, product(dims)) + bytes(-size % ALIGNMENT))
