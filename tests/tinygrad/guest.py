"""What a tinygrad program imports first: the firmware images that tinygrad fetches from the network come from the folder that
EXOSUIT_TEST_VENDOR_FIRMWARE names. Debian's package has them in another version than tinygrad pins, so its hash is not looked at.

complete_llm() adds what the wheel and the source package of 0.14.0 lack: tinygrad.llm imports tinygrad.llm.kernels, which is in
neither. Its kernels are for K quants and written for ROCm's compiler; in their place stands tinygrad's own nn.Linear. The release
before has no such module, and nothing is added to it."""
import importlib.metadata
import os
import sys
import types

import tinygrad.helpers

FOLDER = os.environ["EXOSUIT_TEST_VENDOR_FIRMWARE"]


def fetch_fw(path, name, sha256):
    with open(os.path.join(FOLDER, name), "rb") as file:
        return file.read()


tinygrad.helpers.fetch_fw = fetch_fw


def complete_llm():
    """Before tinygrad.llm is imported. Returns what was put in a module's place: one name, or none."""
    from tinygrad import nn
    if importlib.metadata.version("tinygrad") != "0.14.0":
        return []
    module = types.ModuleType("tinygrad.llm.kernels.amd")
    module.Linear = nn.Linear
    module.amd_custom_kernels_supported = lambda device: False
    module.gated_delta_prefill = module.flash_attention = None  # asked for only where custom kernels are supported
    sys.modules["tinygrad.llm.kernels"] = types.ModuleType("tinygrad.llm.kernels")
    sys.modules["tinygrad.llm.kernels.amd"] = module
    return [module.__name__]
