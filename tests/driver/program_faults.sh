#!/bin/sh
# A stock program must end with the sentence, soon, whatever breaks on the card while it decodes
# usage: program_faults.sh BUILD_FOLDER CARD [FAULT]   (exit status 77: the model or llama.cpp is not there)
cd "$1" || exit 2
model=$(ls models/SmolLM2*.gguf 2>/dev/null | head -n 1)
[ -n "$model" ] && [ -x llama.cpp/bin/llama-completion ] && [ -x exosuit ] || exit 77
card=$2
only=$3
failed=0

# try FAULT WANTED_WORDS
try() {
    [ -z "$only" ] || [ "$only" = "${1%_at=*}" ] || return
    start=$(date +%s)
    timeout 60 ./exosuit run --device "sim:$card?fault=$1" -- llama-completion -m "$model" -p Hello -n 64 -ngl 99 \
        -dev EXOSUIT0 -no-cnv -s 1 >"program-fault-$card.log" 2>&1 </dev/null
    status=$?
    took=$(($(date +%s) - start))
    if [ $status -eq 0 ] || [ $status -ge 124 ] || ! grep -q "$2" "program-fault-$card.log"; then
        echo "$1: wanted a failing program that says \"$2\", got status $status after $took s:"
        grep "exosuit:" "program-fault-$card.log" | head -n 3
        failed=1
    else
        echo "$1: \"$2\" after $took s, loading included"
    fi
}

try illegal_at=2000 "a wave met an instruction that cannot be executed"
try page_fault_at=2000 "page fault: "
try bad_packet_at=2000 "met a packet that it cannot execute"
try hang_at=2000 "the card hangs: for 15 s"
try doorbell_lost_at=20 "did not hear the compute queue's doorbell"
exit $failed
