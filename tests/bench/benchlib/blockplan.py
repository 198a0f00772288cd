# SPDX-License-Identifier: GPL-2.0-or-later
"""The plans for the block pair: Quick, Full and Profile. Their steps are functions of dom0.sh,
which read the job files that are written with them.
"""

import collections

from .plan import COUNT, WALL, Plan
from .points import AREA, POLLED, job_file, matrix
from .report import Report

SMALL = [("randread", "4k"), ("randwrite", "4k")]
MEDIUM = [("randread", "64k"), ("randwrite", "64k")]
LOADS = SMALL + MEDIUM + [("read", "1M"), ("write", "1M")]
DEPTHS = (1, 16, 32)

# One job file: `step` is the function of dom0.sh that runs it, `times` how long a point
# takes, in milliseconds by block size.
Set = collections.namedtuple("Set", "name step disk points times")


def times(small, medium, large):
    return {"4k": small, "64k": medium, "1M": large}


# By instructions a point needs some thousand I/Os, since fio tells whole milliseconds only.
# Dom0's own serve both pairs, so each boot makes fewer.
TIMES = {COUNT: {"in_dom0": times(50, 60, 100), "in_guest": times(80, 100, 150)},
         WALL: {"in_dom0": times(300, 300, 300), "in_guest": times(350, 350, 400)}}
QUICK_TIMES = {COUNT: {"in_dom0": times(60, 80, 0), "in_guest": times(120, 120, 0)}}


class BlockPlan(Plan):
    """What they have in common."""

    times = TIMES
    subject = "block pair"
    unit, units = "I/O", "I/Os"
    counting = "one guest, libaio, counted by xentrace"
    reader = Report

    def steps(self, mode, runs, directory):
        """Shell for dom0.sh; writes the job files on the way."""
        sets = list(self.sets(mode))
        for s in sets:
            self.file(directory, s.name, s.points, s.times)
        yield "disks %d %d" % (4 if self.many else 1, AREA)
        yield "guest 1"
        if mode == COUNT:
            yield "pin 1"
        yield "settle"
        for run in runs:
            for s in sets:
                yield "%s %s %s %d" % (s.step, s.name, s.disk, run)
        if mode == COUNT:
            yield from self.trace_steps(directory)
        if self.many:
            yield from ("guest %d" % n for n in (2, 3, 4))
            if mode == COUNT:
                yield "pin 4"
            yield "settle"
            for run in runs:
                yield from self.many_steps(mode, run, directory)

    def sets(self, mode):
        for disk in ("phy", "file"):
            points = [p for p in self.single if p.disk == disk]
            for step, taken in (("in_dom0", lambda p: self.in_dom0(mode, p)),
                                ("in_guest", lambda p: p.engine != POLLED),
                                ("polled", lambda p: p.engine == POLLED)):
                chosen = [p for p in points if taken(p)]
                if chosen:
                    clock = self.times[mode]["in_guest" if step == "polled" else step]
                    yield Set("%s-%s" % (step, disk), step, disk, chosen, clock)

    @staticmethod
    def in_dom0(mode, point):
        return point.engine == "libaio" or (mode == COUNT and point.engine != POLLED)

    @staticmethod
    def file(directory, name, points, clock):
        with open("%s/%s.fio" % (directory, name), "w", encoding="ascii") as f:
            f.write(job_file(points, lambda p: clock[p.bs]))

    def trace_steps(self, directory):
        for point in self.counted:
            name = "count-" + point.name
            self.file(directory, name, [point], times(300, 300, 300))
            yield "counted %s %s %s 50" % (name, point.disk, point.rw)

    def many_steps(self, mode, run, directory):
        """The window opens when all guests are at it, so the jobs are a good deal longer."""
        length, window = (2000, 600) if mode == WALL else (900, 150)
        for point in self.many:
            self.file(directory, point.name, [point], times(length, length, length))
            yield "together %s %s %s %d %d %d" % (point.name, point.disk, point.rw, run,
                                                  window, point.guests)


class Quick(BlockPlan):
    """Four points, to see what a change does."""

    name = "quick"
    quick = True
    times = QUICK_TIMES

    def __init__(self):
        super().__init__()
        self.single = matrix(["libaio"], ["phy"], 1, SMALL[:1], DEPTHS)
        self.single += matrix(["libaio"], ["phy"], 1, MEDIUM[:1], [16])
        self.counted = self.single


class Full(BlockPlan):
    """Everything."""

    name = "full"
    memory = (3072, 1024)

    def __init__(self):
        super().__init__()
        self.single = matrix(["libaio"], ["phy", "file"], 1, LOADS, DEPTHS)
        for engine in ("io_uring", POLLED):
            self.single += matrix([engine], ["phy"], 1, LOADS, DEPTHS)
            self.single += matrix([engine], ["file"], 1, SMALL, (1, 32))
        self.many = matrix(["libaio"], ["phy"], 4, SMALL, (1, 32))
        self.many += matrix(["libaio"], ["phy", "file"], 4, MEDIUM[:1], [32])
        self.counted = matrix(["libaio"], ["phy"], 1, SMALL, DEPTHS)
        self.counted += matrix(["libaio"], ["phy"], 1, LOADS[2:], [16])
        self.counted += matrix(["libaio"], ["file"], 1, SMALL, [32])


class Profile(BlockPlan):
    """One point under plugin.c, which makes everything several times slower."""

    name = "profile"

    def __init__(self, point):
        super().__init__()
        self.point = point

    def points(self):
        return [self.point]

    def steps(self, mode, runs, directory):
        own = "own-" + self.point.name
        self.file(directory, self.point.name, [self.point], times(200, 200, 200))
        self.file(directory, own, [self.point], times(1000, 1000, 1000))
        yield "disks 1 %d" % AREA
        yield "guest 1"
        yield "settle"
        yield "profiled_own %s %s 50" % (own, self.point.disk)
        yield "profiled %s %s %s 50" % (self.point.name, self.point.disk, self.point.rw)
