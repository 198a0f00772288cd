# SPDX-License-Identifier: GPL-2.0-or-later
"""The order of work in a boot: which sets, how often, how long.

boot.py writes what is made here to the directory that Dom0 sees as /share.
"""

from .points import AREA, POLLED, job_file, matrix

COUNT, WALL = "instructions", "wall clock"

RANDOM = [(rw, bs) for bs in ("4k", "64k") for rw in ("randread", "randwrite")]
LOADS = RANDOM + [("read", "1M"), ("write", "1M")]
DEPTHS = (1, 16, 32)
ENGINES = ("libaio", "io_uring", POLLED)


class Plan:
    """What one kind of run measures; `steps` makes the shell text for a boot."""

    def __init__(self, quick, profiled=None):
        self.quick = quick
        self.profiled = profiled     # a Point, for `bench --profile`
        self.runs = 1 if quick else 3
        if quick:
            self.single = matrix(["libaio"], ["phy"], 1, [("randread", "4k")], DEPTHS)
            self.single += matrix(["libaio"], ["phy"], 1, [("randread", "64k")], [16])
            self.many = []
            self.counted = self.single
        else:
            self.single = matrix(ENGINES, ["phy", "file"], 1, LOADS, DEPTHS)
            self.many = matrix(["libaio"], ["phy", "file"], 4,
                               [("randread", "4k"), ("randwrite", "4k"), ("randread", "64k")],
                               (1, 32))
            self.counted = matrix(["libaio"], ["phy"], 1, LOADS, DEPTHS)
            self.counted += matrix(["libaio"], ["file"], 1, LOADS[:2], [32])

    def points(self):
        alone = [self.profiled] if self.profiled else []
        return self.single + self.many + self.counted + alone

    def milliseconds(self, mode):
        """How long a point takes, by the clock that the mode has."""
        def of(point):
            if mode == WALL:
                return 700
            return 200 if self.quick else {"4k": 120, "64k": 150, "1M": 250}[point.bs]
        return of

    def boots(self):
        """(mode, run) of each pair's boots: one counts all runs, the clock wants one each."""
        if self.quick:
            return [(COUNT, None)]
        return [(COUNT, None)] + [(WALL, run) for run in range(self.runs)]

    def memory(self):
        """(machine, Dom0) in MiB."""
        return (3072, 1024) if self.many else (2048, 1024)

    def write(self, mode, run, directory):
        """Files for one boot; `run` is None when the boot does all of them."""
        with open(directory + "/plan", "w", encoding="ascii") as f:
            f.writelines(line + "\n" for line in self.steps(mode, run, directory))

    def steps(self, mode, run, directory):
        if self.profiled:
            yield from self.profile_steps(directory)
            return
        sets = self.sets()
        for name, (_, _, points) in sets.items():
            self.file(directory, name, points, self.milliseconds(mode))
        yield "disks %d %d" % (4 if self.many else 1, AREA)
        yield "guest 1"
        for number in range(self.runs) if run is None else [run]:
            for name, (who, disk, _) in sets.items():
                for step in who:
                    yield "%s %s %s %d" % (step, name, disk, number)
        if mode == COUNT:
            yield from self.trace_steps(directory)
        if self.many:
            yield from ("guest %d" % n for n in (2, 3, 4))
            for number in range(self.runs) if run is None else [run]:
                yield from self.many_steps(mode, number, directory)

    def sets(self):
        """name: (steps, disk, points)"""
        made = {}
        for disk in ("phy", "file"):
            points = [p for p in self.single if p.disk == disk]
            plain = [p for p in points if p.engine != POLLED]
            poll = [p for p in points if p.engine == POLLED]
            if plain:
                made[disk] = (("in_dom0", "in_guest"), disk, plain)
            if poll:
                made[disk + "-polled"] = (("polled",), disk, poll)
        return made

    @staticmethod
    def file(directory, name, points, milliseconds):
        with open("%s/%s.fio" % (directory, name), "w", encoding="ascii") as f:
            f.write(job_file(points, milliseconds))

    def profile_steps(self, directory):
        """One point under plugin.c, which makes everything several times slower."""
        point = self.profiled
        self.file(directory, point.name, [point], lambda _: 150)
        yield "disks 1 %d" % AREA
        yield "guest 1"
        yield "profiled %s %s %s 50" % (point.name, point.disk, point.rw)

    def trace_steps(self, directory):
        for point in self.counted:
            name = "count-" + point.name
            self.file(directory, name, [point], lambda _: 300)
            yield "counted %s %s %s 50" % (name, point.disk, point.rw)

    def many_steps(self, mode, run, directory):
        length = 800 if mode == WALL else 200
        for point in self.many:
            self.file(directory, point.name, [point], lambda _: length * 3)
            yield "together %s %s %s %d %d %d" % (point.name, point.disk, point.rw, run,
                                                  length, point.guests)
