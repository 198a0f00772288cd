# SPDX-License-Identifier: GPL-2.0-or-later
"""What is measured: points, and the fio job files that measure them.

plan.py puts points into sets; a set is one job file, whose jobs run one after the other.
"""

import collections

AREA = 32                        # MiB of the disk that is used
KIB = {"4k": 4, "64k": 64, "1M": 1024}
POLLED = "io_uring polled"

_Point = collections.namedtuple("Point", "rw bs depth engine disk guests")


class Point(_Point):
    """One load: `disk` is phy or file, `guests` how many do the same at once."""

    __slots__ = ()

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
    def load(self):
        """Without the number of guests: what Dom0 does itself, to compare with."""
        return self._replace(guests=1)


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
