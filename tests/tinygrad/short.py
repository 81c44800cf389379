"""Unmodified tinygrad drives the simulated card: an independent reader of the same hardware. The card's name is in CARD."""
import os
import subprocess
import sys

from server import Card

BOOT_S, MATMUL_CARD_S = 10.0, 0.05  # what is allowed


def figure(output, name):
    return float(next(line.split()[1] for line in output.splitlines() if line.startswith(name + " ")))


def main():
    name = os.environ.get("CARD", "rx7900xtx")
    with Card(name) as card:
        cold = card.run("first.py")
        starts = [("warm boot", card.run("second.py"))]
        card.run("second.py", "die", ends_with=-9)
        starts += [("boot behind a killed process", card.run("second.py"))]
        doctor = subprocess.run([os.environ["EXOSUIT"], "doctor", "--device", "tcp:" + card.address], text=True, timeout=300,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        starts.append(("boot behind our own driver", card.run("second.py")))
    print(cold)
    # With more to do than the machine has cores, seconds say how busy it is: then those of the processor are looked at.
    busy = os.getloadavg()[0] > 2 * os.cpu_count()
    figures = [(what, figure(output, "boot_cpu_s" if busy else "boot_s"), BOOT_S) for what, output in [("cold boot", cold)] + starts]
    figures.append(("128 x 128 x 128 product on the card", figure(cold, "matmul_128_card_s"), MATMUL_CARD_S))
    if busy:
        print("the machine is busy (load %.0f): boots in seconds of the processor" % os.getloadavg()[0])
    failed = bool(card.verdict) or doctor.returncode != 0
    if doctor.returncode:
        print("our own driver, on a card that tinygrad left:\n" + doctor.stdout)
    for what, got, allowed in figures:
        print("%s: %.4f s (at most %g)" % (what, got, allowed))
        failed = failed or not got <= allowed
    checked = card.counters["checked dispatches"]
    print("%d dispatches, %d of them without a proof that they wait for what they load" % (card.counters["dispatches"], checked))
    failed = failed or checked != 0 or card.counters["dispatches"] == 0
    print("\n".join(card.lines))
    if card.verdict:
        print("the card holds this against tinygrad, or against itself: " + card.verdict)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
