# SPDX-License-Identifier: GPL-2.0-or-later
"""As many machines at a time as this host has room for.

An emulated machine has two CPUs and is busy with one and a half of them; more machines than
CPUs take each other's time, and time limits then fail that mean nothing. machine.run() waits
for its turn here. LAB_MACHINES=N in the environment sets how many there may be, within what the
CPUs and the memory allow. A machine that counts instructions is one thread, and nothing in it
depends on time: it has a queue of its own beside the others'.
"""

import contextlib
import fcntl
import os
import signal
import sys
import threading
import time

from .paths import LAB, LabError

MEMORY_MIB = 3072                # of one machine and its kernels' images; most have 2 GiB
POLL_SECONDS = 0.2


def die_politely(number, _frame):
    """So that `finally` runs, and no QEMU is left behind."""
    sys.exit(128 + number)


def machines():
    """How many machines may run at once."""
    cpus = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    most = max(1, min(cpus, memory // MEMORY_MIB))
    wanted = os.environ.get("LAB_MACHINES", "")
    if not wanted:
        return most
    if not wanted.isdigit() or not int(wanted):
        raise LabError("LAB_MACHINES='%s' is no number of machines" % wanted)
    return min(int(wanted), most)


def try_one(names):
    """A file of these with its lock held, None if others have all of them."""
    for name in names:
        lock = open(os.path.join(LAB, name), "w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except OSError:
            lock.close()
    return None


def wait_for(names, stop):
    told = False
    while True:
        lock = try_one(names)
        if lock:
            return lock
        if stop and stop.is_set():
            raise LabError("interrupted")
        if not told:
            told = True
            print("lab: %s running, waiting for the end of one" % (
                "another machine is" if len(names) == 1 else
                "%d other machines are" % len(names)), file=sys.stderr)
        time.sleep(POLL_SECONDS)


@contextlib.contextmanager
def turn(counting, stop=None):
    """Hold one of the locks that say whose turn it is; `counting`: it counts instructions."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, die_politely)
    os.makedirs(LAB, exist_ok=True)
    names = ["turn-counting"] if counting else ["turn-%d" % n for n in range(machines())]
    with wait_for(names, stop):
        yield


@contextlib.contextmanager
def alone():
    """All turns at once: for who measures by the clock."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(turn(True))
        for n in range(machines()):
            stack.enter_context(wait_for(["turn-%d" % n], None))
        yield
