# Exosuit. `make run` serves on the simulated card, `make test` proves everything; CMake does the work.
# Plain cmake works too, once scripts/install.sh, fetch.sh and build-llama.sh have run: see the options in CMakeLists.txt.

CACHE    := $(or $(EXOSUIT_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/exosuit)
TINYGRAD := $(shell awk '$$1 == "tinygrad" { print "tinygrad-" $$2 }' scripts/pins.txt)
LLAMA    := $(shell awk '$$1 == "llama.cpp" { print "llama.cpp-" $$2 }' scripts/pins.txt)
MODEL    := SmolLM2-135M-Instruct.Q4_1.gguf
JOBS     := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
OPTIONS  := -G Ninja -DEXO_LLAMA_DIR=$(CACHE)/src/$(LLAMA) -DEXO_LLAMA_BIN=$(CACHE)/$(LLAMA)/bin
CTEST    := ctest --output-on-failure --no-tests=error -j$(JOBS)

ifeq ($(shell uname -s),Darwin)
OPTIONS  += -DEXO_GPU_CLANG=$(shell brew --prefix llvm@19 2>/dev/null)/bin/clang
endif

.PHONY: build run test bench bench-quick check check-arm64 check-macos format asan ubsan tsan fuzz clean

build:
	scripts/install.sh build
	scripts/fetch.sh
	scripts/build-llama.sh
	cmake -S . -B build $(OPTIONS) --log-level=WARNING
	ninja -C build -j$(JOBS)
	mkdir -p build/llama.cpp build/models
	ln -sfn $(CACHE)/$(LLAMA)/bin build/llama.cpp/bin
	ln -sf $(CACHE)/models/$(MODEL) build/models/$(MODEL)

run: build
	build/exosuit serve

# The sanitizer builds run first so that what ends the output is the summary of the real one. Tests labelled e2e run whole
# programs of llama.cpp, which are not sanitized, and slow ones take long: both run once, as built for use.
test:
	scripts/install.sh test
	$(MAKE) build
	scripts/fetch.sh tinygrad
	cmake build -DEXO_VENDOR_FIRMWARE="$$(scripts/firmware.sh)" -DEXO_TINYGRAD=$(CACHE)/$(TINYGRAD) --log-level=WARNING
	ninja -C build -j$(JOBS)
	cmake -S . -B build/sanitized $(OPTIONS) -DEXO_SANITIZE=address,undefined --log-level=WARNING
	ninja -C build/sanitized -j$(JOBS)
	cd build/sanitized && $(CTEST) -LE 'e2e|slow'
	$(THREADS)
	cd build && $(CTEST)

# ThreadSanitizer for what several threads do together; the walk over requests stops less often there.
THREADS = cmake -S . -B build/tsan -G Ninja -DEXO_SANITIZE=thread --log-level=WARNING && \
	ninja -C build/tsan -j$(JOBS) threaded_tests && \
	cd build/tsan && EXO_FAULT_STOPS=$(or $(EXO_FAULT_STOPS),16) $(CTEST) -L threads

# All of it takes about a quarter of an hour, most of it the table of operations; bench-quick is the first half minute.
bench: build
	bench/run.sh --all

bench-quick: build
	bench/run.sh

check:
	scripts/install.sh test
	scripts/check.sh

check-arm64:
	scripts/install.sh arm64
	scripts/check-arm64.sh

check-macos: build
	scripts/fetch.sh zig
	scripts/check-macos.sh

format:
	scripts/install.sh test
	scripts/check.sh --format

tsan:
	scripts/install.sh test
	$(THREADS)

asan ubsan: SANITIZER = $(subst asan,address,$(subst ubsan,undefined,$@))
asan ubsan:
	scripts/install.sh test
	cmake -S . -B build/$@ -G Ninja -DEXO_SANITIZE=$(SANITIZER) --log-level=WARNING
	ninja -C build/$@ -j$(JOBS)
	cd build/$@ && $(CTEST) -LE 'e2e|slow'

# libFuzzer finds what replays of the corpus do not. What it finds is left in build/fuzzer as crash-*; make it a seed of fuzz/corpus.
FUZZ_SECONDS = 120
fuzz:
	scripts/install.sh test
	cmake -S . -B build/fuzzer -G Ninja -DEXO_FUZZ=ON -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19 --log-level=WARNING
	ninja -C build/fuzzer -j$(JOBS) fuzz/all
	cd build/fuzzer && for f in $$(cd ../../fuzz/corpus && ls); do \
	    mkdir -p found/$$f && \
	    fuzz/fuzz_$$f -max_total_time=$(FUZZ_SECONDS) -timeout=20 -print_final_stats=1 found/$$f ../../fuzz/corpus/$$f || exit 1; done

clean:
	rm -rf build
