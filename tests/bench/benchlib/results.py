# SPDX-License-Identifier: GPL-2.0-or-later
"""Collects what the boots measured, keeps upstream's for the next time, makes rows of it.

tests/bench/bench fills one Results; table.py, chart.py and the JSON file show its rows.
"""

import collections
import hashlib
import json
import os

from lablib import images, kernels
from lablib.paths import LAB

from . import stats
from .plan import COUNT, WALL
from .points import POLLED

CACHE = os.path.join(LAB, "bench-cache")

# One line of a table: Values, or None where there is nothing.
Row = collections.namedtuple("Row", "point dom0 upstream ours ratio overhead kvm")


def checksum(*paths):
    h = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as f:
            h.update(f.read())
    return h.hexdigest()[:16]


def version():
    """Changes whenever what or how is measured does."""
    here = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    names = ["dom0.sh", "fio-set", "window.c", "benchlib/plan.py", "benchlib/points.py",
             "benchlib/report.py", "benchlib/xentrace.py"]
    return checksum(*(os.path.join(here, n) for n in names))


# At the start: the files may change while a run waits for its turn.
VERSION = version()


class Results:
    """`sides[pair][mode]` is a list of what Report had to say, one a boot.

    `kernels` has for each pair, upstream and ours, which kernel to boot.
    """

    def __init__(self, plan, chosen):
        self.plan = plan
        self.kernels = chosen
        self.sides = {}

    def add(self, pair, mode, runs, report):
        part = {"runs": list(runs), "rates": {}, "counts": {p.name: c for p, c in report.counts.items()},
                "facts": report.facts, "failures": report.failures,
                "seconds": round(report.seconds), "load": os.getloadavg()[0]}
        for (who, point), rates in report.rates.items():
            part["rates"].setdefault(who, {})[point.name] = rates
        self.put(pair, mode, part)

    def fail(self, pair, mode, runs, why):
        self.put(pair, mode, {"runs": list(runs), "rates": {}, "counts": {}, "facts": {},
                              "failures": [why], "seconds": 0, "load": os.getloadavg()[0]})

    def put(self, pair, mode, part):
        self.sides.setdefault(pair, {}).setdefault(mode, []).append(part)

    def has(self, pair, mode, runs):
        """Is this boot done already?"""
        return any(part["runs"] == list(runs) for part in self.sides.get(pair, {}).get(mode, []))

    # ---- earlier results -----------------------------------------------------------------

    def checksums(self):
        return {pair: checksum(kernels.resolve(kernel).image)
                for pair, kernel in self.kernels.items()}

    def restore(self, path):
        """Take what was measured with the same kernels, but for boots that failed."""
        try:
            with open(path, encoding="ascii") as f:
                old = json.load(f)
        except FileNotFoundError:
            return
        if old["version"] != VERSION:
            return
        for pair, found in self.checksums().items():
            if old["kernels"].get(pair) != found:
                continue
            for mode, parts in old["measured"].get(pair, {}).items():
                for part in parts:
                    if not part["failures"]:
                        self.put(pair, mode, part)

    def cache_file(self, pair):
        image = kernels.resolve(self.kernels[pair]).image
        return os.path.join(CACHE, "%s-%s-%s.json" % (
            "quick" if self.plan.quick else "full", VERSION,
            checksum(image, images.hypervisor())))

    def load(self, pair):
        try:
            with open(self.cache_file(pair), encoding="ascii") as f:
                self.sides[pair] = json.load(f)
            return True
        except FileNotFoundError:
            return False

    def store(self, pair):
        os.makedirs(CACHE, exist_ok=True)
        path = self.cache_file(pair)
        with open("%s.%d" % (path, os.getpid()), "w", encoding="ascii") as f:
            json.dump(self.sides[pair], f)
        os.rename(f.name, path)

    # ---- rows ----------------------------------------------------------------------------

    def rates(self, kernel, mode, who, point):
        found = []
        for part in self.sides.get(kernel, {}).get(mode, []):
            found += part["rates"].get(who, {}).get(point.name, [])
        return found

    def value(self, mode, who, point, *names):
        """Over the runs of all these kernels."""
        rates = []
        for kernel in names:
            rates += self.rates(kernel, mode, who, point)
        return stats.value(stats.instructions(rates) if mode == COUNT else rates)

    def row(self, mode, point):
        load = point.load
        if load.engine == POLLED:
            # A ramdisk can't be polled; Dom0's cheapest way is the other one.
            load = load._replace(engine="io_uring")
        dom0 = self.value(mode, "dom0", load, "upstream", "ours")
        upstream = self.value(mode, "guest", point, "upstream")
        ours = self.value(mode, "guest", point, "ours")
        over = None
        if mode == COUNT:
            over = stats.overhead(dom0, upstream, ours, point.bs)
        return Row(point, dom0, upstream, ours, stats.ratio(ours, upstream), over,
                   self.value(mode, "guest", point, "kvm"))

    def rows(self, mode):
        rows = [self.row(mode, p) for p in self.plan.single + self.plan.many]
        return [r for r in rows if r.upstream or r.ours]

    def counts(self, kernel, point):
        for part in self.sides.get(kernel, {}).get(COUNT, []):
            if point.name in part["counts"]:
                return part["counts"][point.name]
        return None

    def loads(self, mode):
        """What else ran on this machine: its load averages when the boots ended."""
        return [part["load"] for modes in self.sides.values() for part in modes.get(mode, [])]

    def failures(self):
        return ["%s, %s: %s" % (kernel, mode, line)
                for kernel, modes in self.sides.items() for mode, parts in modes.items()
                for part in parts for line in part["failures"]]

    def as_json(self):
        """Everything that was measured, and the rows made of it."""
        tables = {}
        for mode in (COUNT, WALL):
            tables[mode] = [dict(r._asdict(), point=r.point._asdict(), name=r.point.name)
                            for r in self.rows(mode)]
        return {"version": VERSION, "kernels": self.checksums(), "tables": tables, "measured": self.sides}
