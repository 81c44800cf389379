"""What a tinygrad program imports first: the firmware images that tinygrad fetches from the network come from the folder that
EXOSUIT_TEST_VENDOR_FIRMWARE names. Debian's package has them in another version than tinygrad pins, so its hash is not looked at.

complete_llm() adds what the wheel of 0.14.0 forgot: tinygrad.llm imports tinygrad.llm.kernels, which is not in it. Those kernels
are for K-quants and written in HIP C, which needs ROCm's compiler; without them a Linear is tinygrad's own nn.Linear."""
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
    from tinygrad import nn
    module = types.ModuleType("tinygrad.llm.kernels.amd")
    module.Linear = nn.Linear
    module.amd_custom_kernels_supported = lambda device: False
    module.gated_delta_prefill = module.flash_attention = None  # asked for only where custom kernels are supported
    sys.modules["tinygrad.llm.kernels"] = types.ModuleType("tinygrad.llm.kernels")
    sys.modules["tinygrad.llm.kernels.amd"] = module
