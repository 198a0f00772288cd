# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases that have not begun, by the machine that they need. workers.py takes from it."""

import re
import threading

from lablib import turn

# Seconds of cases below which another machine is not worth its boot.
WORTH_A_BOOT = 15


def weight(key):
    """How many of the host's CPUs a machine for these cases takes."""
    smp = re.search(r"\bsmp=(\d+)", key[1])
    return turn.weight(int(smp.group(1)) if smp else 1)


class Waiting:
    """Several machines may be at work on the cases of one boot line: each asks for the next."""

    def __init__(self, cases):
        self.lock = threading.Lock()
        self.free = turn.cpus()
        self.by_key = {}
        for case in sorted(cases, key=lambda c: -c.takes):
            self.by_key.setdefault(case.key, []).append(case)
        self.machines = {key: 0 for key in self.by_key}

    def begin(self):
        """The boot line that a free machine should take, None if it is not needed.

        Those with several CPUs last: they wait for each other while the compiler of what else
        there is to do has one of the host's, and take three times as long. Then where most is
        left to do for each machine at work on it.
        """
        with self.lock:
            left = {}
            for key, cases in self.by_key.items():
                share = sum(c.takes for c in cases) / (self.machines[key] + 1)
                if cases and (share >= WORTH_A_BOOT or not self.machines[key]):
                    left[key] = (-weight(key), share)
            if not left:
                return None
            key = max(left, key=left.get)
            return key if self.claim(key) else None

    def claim(self, key):
        """CPUs for one more machine; False if they are not free."""
        if weight(key) > self.free:
            return False
        self.free -= weight(key)
        self.machines[key] += 1
        return True

    def end(self, key):
        """The machine is off."""
        with self.lock:
            self.machines[key] -= 1
            self.free += weight(key)

    def next(self, key):
        """The longest of the cases of a boot line, None if there is none left."""
        with self.lock:
            return self.by_key[key].pop(0) if self.by_key[key] else None

    def drop(self, key):
        """The cases for which no machine comes up."""
        with self.lock:
            cases, self.by_key[key] = self.by_key[key], []
            return cases

    def left(self):
        """The cases."""
        with self.lock:
            return [c for cases in self.by_key.values() for c in cases]
