#!/bin/sh
# compare-text.sh FORMS.s ISA_TEXT...: assembles FORMS.s with LLVM and compares our disassembly with LLVM's, line by line.
# ISA_TEXT... is the program that disassembles, behind an emulator where it needs one.
set -eu
forms=$1
shift
mc= objdump= objcopy=
for suffix in -19 ''; do
    [ -z "$mc" ] && command -v "llvm-mc$suffix" >/dev/null 2>&1 && mc=llvm-mc$suffix
    [ -z "$objdump" ] && command -v "llvm-objdump$suffix" >/dev/null 2>&1 && objdump=llvm-objdump$suffix
    [ -z "$objcopy" ] && command -v "llvm-objcopy$suffix" >/dev/null 2>&1 && objcopy=llvm-objcopy$suffix
done
if [ -z "$mc" ] || [ -z "$objdump" ] || [ -z "$objcopy" ]; then
    echo "skipped: llvm-mc, llvm-objdump and llvm-objcopy are not all installed"
    exit 77
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$mc" -triple=amdgcn -mcpu=gfx1100 -filetype=obj "$forms" -o "$dir/forms.o"
"$objcopy" -O binary -j .text "$dir/forms.o" "$dir/forms.bin"
"$objdump" -d --mcpu=gfx1100 --no-show-raw-insn "$dir/forms.o" | sed -n 's/^\t//p' | sed 's#[ \t]*//.*##; s/[ \t]*$//' >"$dir/want"
"$@" "$dir/forms.bin" >"$dir/got" || echo "isa_text met what it does not know"
if ! diff "$dir/want" "$dir/got"; then
    echo "'<' is what LLVM writes, '>' what we do"
    exit 1
fi
echo "$(wc -l <"$dir/want") instructions, the same text"
