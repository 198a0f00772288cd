# SPDX-License-Identifier: GPL-2.0-or-later
"""As many emulated CPUs at a time as this host has.

Two machines with two CPUs each on a host with two take more than twice as long, as their CPUs wait
for each other while the host runs neither; two with one CPU each do not mind each other. Time
limits then fail that mean nothing, so machine.run() waits for its turn here. LAB_MACHINES=N in the
environment sets how many there may be, within what the host has and its memory allows. A machine
that counts instructions is one thread, and nothing in it depends on time: it has a queue of its
own beside the others'.
"""

import contextlib
import fcntl
import os
import signal
import sys
import threading
import time

from .paths import LAB, LabError

MEMORY_MIB = 3072                # of a machine with one CPU, and its kernels' images
POLL_SECONDS = 0.2


def die_politely(number, _frame):
    """So that `finally` runs, and no QEMU is left behind."""
    sys.exit(128 + number)


def cpus():
    """How many emulated CPUs may run at once."""
    there = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    most = max(1, min(there, memory // MEMORY_MIB))
    wanted = os.environ.get("LAB_MACHINES", "")
    if not wanted:
        return most
    if not wanted.isdigit() or not int(wanted):
        raise LabError("LAB_MACHINES='%s' is no number" % wanted)
    return min(int(wanted), most)


def weight(smp):
    """How many of them a machine takes: all, if it has more."""
    return min(smp, cpus())


def try_some(names, count):
    """So many files of these with their locks held, None if others have too many."""
    held = []
    for name in names:
        lock = open(os.path.join(LAB, name), "w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held.append(lock)
        except OSError:
            lock.close()
        if len(held) == count:
            return held
    for lock in held:
        lock.close()
    return None


def wait_for(names, count, stop):
    told = False
    while True:
        held = try_some(names, count)
        if held:
            return held
        if stop and stop.is_set():
            raise LabError("interrupted")
        if not told:
            told = True
            print("lab: other machines are running, waiting for their end", file=sys.stderr)
        time.sleep(POLL_SECONDS)


@contextlib.contextmanager
def turn(counting, smp=1, stop=None):
    """Hold what says whose turn it is, for a machine of so many CPUs, or one that counts."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, die_politely)
    os.makedirs(LAB, exist_ok=True)
    names = ["turn-counting"] if counting else ["turn-%d" % n for n in range(cpus())]
    held = wait_for(names, 1 if counting else weight(smp), stop)
    try:
        yield
    finally:
        for lock in held:
            lock.close()


@contextlib.contextmanager
def alone():
    """All turns at once: for who measures by the clock."""
    with turn(True), turn(False, cpus()):
        yield
