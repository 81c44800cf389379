"""The models that the figures are taken with: the one that is fetched, and what stock llama-quantize makes of it."""
import os
import subprocess

NAME = "SmolLM2-135M-Instruct"


def model_with(build, weights):
    """Its file with the weights as they ship ("q4_1"), or converted (once): "f16", "q4_k_m"."""
    shipped = build / "models" / f"{NAME}.Q4_1.gguf"
    if weights == "q4_1":
        return shipped
    made = build / "models" / f"{NAME}.{weights.upper()}.gguf"
    if not made.exists():
        part = made.with_suffix(f".{os.getpid()}")
        subprocess.run([str(build / "llama.cpp" / "bin" / "llama-quantize"), "--allow-requantize", str(shipped), str(part), weights.upper()],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        part.rename(made)
    return made
