"""The models that the figures are taken with: the one that is fetched, and what stock llama-quantize makes of it."""
import os
import subprocess

NAME = "SmolLM2-135M-Instruct"
SHIPPED = "q4_1"


def convert(build, source, made, kind, options=()):
    if not made.exists():
        part = made.with_suffix(f".{os.getpid()}")
        subprocess.run([str(build / "llama.cpp" / "bin" / "llama-quantize"), "--allow-requantize", *options, str(source), str(part),
                        kind.upper()], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        part.rename(made)
    return made


def model_with(build, weights):
    """Its file with the weights as they ship ("q4_1"), or quantised anew (once), such as "q4_k_m"."""
    folder = build / "models"
    shipped = folder / f"{NAME}.{SHIPPED.upper()}.gguf"
    return shipped if weights == SHIPPED else convert(build, shipped, folder / f"{NAME}.{weights.upper()}.gguf", weights)


def with_preset(build, preset):
    """The file as it ships, but for the name of the rule by which text is cut up before it becomes tokens (tokenizer.ggml.pre)."""
    made = build / "models" / f"{NAME}.{SHIPPED.upper()}.{preset}.gguf"
    return convert(build, model_with(build, SHIPPED), made, "copy", ["--override-kv", f"tokenizer.ggml.pre=str:{preset}"])


def widened(build, weights):
    """The same weights, every one as a half."""
    folder = build / "models"
    of = "" if weights == SHIPPED else f"{weights.upper()}."
    return convert(build, model_with(build, weights), folder / f"{NAME}.{of}F16.gguf", "f16")
