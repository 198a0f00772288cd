# SPDX-License-Identifier: GPL-2.0-or-later
"""One machine at a time.

An emulated machine uses both CPUs of a small host, and two at once take more
than twice as long: timeouts then fail that mean nothing. machine.run() waits
for its turn here. A machine that counts instructions is one thread, and nothing
in it depends on time: it has a queue of its own beside the others'.
LAB_PARALLEL=1 in the environment lets it start at once.
"""

import contextlib
import fcntl
import os
import signal
import sys

from .paths import LAB


def die_politely(number, _frame):
    """So that `finally` runs, and no QEMU is left behind."""
    sys.exit(128 + number)


@contextlib.contextmanager
def turn(counting):
    """Hold the lock that says whose turn it is; `counting`: it counts instructions."""
    signal.signal(signal.SIGTERM, die_politely)
    if os.environ.get("LAB_PARALLEL"):
        yield
        return
    os.makedirs(LAB, exist_ok=True)
    name = "turn-counting" if counting else "turn"
    with open(os.path.join(LAB, name), "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("lab: another machine is running, waiting for its end", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
