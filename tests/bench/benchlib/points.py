# SPDX-License-Identifier: GPL-2.0-or-later
"""What is measured of the block pair: points, and the fio job files that measure them.

blockplan.py puts points into sets; a set is one job file, whose jobs run one after the other.
"""

import collections

AREA = 32                        # MiB of the disk that is used
KIB = {"4k": 4, "64k": 64, "1M": 1024}
POLLED = "io_uring polled"

_Point = collections.namedtuple("Point", "rw bs depth engine disk guests")


class Point(_Point):
    """One load: `disk` is phy or file, `guests` how many do the same at once."""

    __slots__ = ()
    columns = ("load", "block", "depth", "engine", "disk", "guests")
    lossy = False

    @property
    def name(self):
        engine = self.engine.replace(" ", "-")
        return "%s-%s-q%d-%s-%s-g%d" % (self.rw, self.bs, self.depth, engine, self.disk,
                                        self.guests)

    @property
    def kib(self):
        return KIB[self.bs]

    @property
    def write(self):
        return self.rw.endswith("write")

    @property
    def limit(self):
        """What Dom0 does itself, to compare with."""
        # A ramdisk can't be polled; Dom0's cheapest way is the other one.
        engine = "io_uring" if self.engine == POLLED else self.engine
        return self._replace(guests=1, engine=engine)

    @property
    def goal(self):
        """The most that ours may have of upstream's overhead."""
        return 0.5 if self.bs == "4k" else 0.4

    def units(self, sectors):
        """I/Os in so many sectors."""
        return sectors / 2 / self.kib

    # ---- how tables and the chart show it ------------------------------------------------

    @property
    def cells(self):
        return [self.rw, self.bs, str(self.depth), self.engine, self.disk, str(self.guests)]

    @property
    def label(self):
        guests = "" if self.guests == 1 else ", %d guests" % self.guests
        return "%s %s, depth %d, %s%s" % (self.rw, self.bs, self.depth, self.disk, guests)

    @property
    def charted(self):
        """Only libaio's, which all loads have."""
        return self.engine == "libaio"


def job(point, milliseconds):
    """The section of a job file for one point."""
    lines = ["[%s]" % point.name, "stonewall", "rw=" + point.rw, "bs=" + point.bs,
             "iodepth=%d" % point.depth, "ioengine=" + point.engine.split()[0],
             "runtime=%dms" % milliseconds]
    if point.engine == POLLED:
        lines.append("hipri=1")
    return "\n".join(lines) + "\n"


def job_file(points, milliseconds):
    """A job file; the device comes from the environment. `milliseconds`: of a point."""
    head = ("[global]\nfilename=${DEV}\ndirect=1\nsize=%dM\nthread=1\ntime_based=1\n"
            "allow_file_create=0\n" % AREA)
    return head + "".join("\n" + job(p, milliseconds(p)) for p in points)


def matrix(engines, disks, guests, loads, depths):
    return [Point(rw, bs, depth, engine, disk, guests) for disk in disks
            for engine in engines for rw, bs in loads for depth in depths]
