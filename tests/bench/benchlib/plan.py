# SPDX-License-Identifier: GPL-2.0-or-later
"""The order of work: which boots there are, and what each measures how often and how long.

What all plans have in common; blockplan.py and netplan.py have the plans themselves.
tests/bench/bench makes them, and boot.py has one write its files to /share, for dom0.sh.
"""

COUNT, WALL = "instructions", "wall clock"


class Plan:
    """A kind of run. `single`, `many` and `counted` are its points."""

    name = None                      # of its files in build/bench
    quick = False
    memory = (2048, 1024)            # of the machine and of Dom0, in MiB
    subject = None                   # what is compared: for titles
    unit, units = None, None         # of work, in words
    per_unit = ()                    # columns of its own among the counts: (key, title)
    counting = None                  # how the counts were taken, in words
    goal_digits = 1
    base = "Dom0"                    # whose costs are the least that a guest's could be ...
    base_pairs = ("upstream", "ours")    # ... and in whose boots these are measured

    def __init__(self):
        self.single = []             # in one guest (or between two), and in Dom0
        self.many = []               # in several guests at once
        self.counted = []            # under xentrace

    def points(self):
        return self.single + self.many + self.counted

    def boots(self):
        """Instructions don't care when they are counted; the clock's runs are boots apart."""
        walls = [] if self.quick else [(WALL, [run]) for run in range(3)]
        return [(COUNT, range(3))] + walls

    def write(self, mode, runs, directory):
        """Files for one boot."""
        with open(directory + "/plan", "w", encoding="ascii") as f:
            f.writelines(line + "\n" for line in self.steps(mode, runs, directory))

    def steps(self, mode, runs, directory):
        """Shell for dom0.sh; writes what its steps read on the way."""
        raise NotImplementedError
