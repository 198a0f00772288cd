# SPDX-License-Identifier: GPL-2.0-or-later
"""One machine at a time.

An emulated machine uses both CPUs of a small host, and two at once take more
than twice as long: timeouts then fail that mean nothing. machine.run() waits
for its turn here. LAB_PARALLEL=1 in the environment lets it start at once.
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
def turn():
    """Hold the lock that says whose turn it is."""
    signal.signal(signal.SIGTERM, die_politely)
    if os.environ.get("LAB_PARALLEL"):
        yield
        return
    os.makedirs(LAB, exist_ok=True)
    with open(os.path.join(LAB, "turn"), "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("lab: another machine is running, waiting for its end", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
