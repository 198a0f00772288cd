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

from . import stats, where
from .plan import COUNT, WALL

CACHE = os.path.join(LAB, "bench-cache")

# One line of a table: Values, or None where there is nothing.
Row = collections.namedtuple("Row", "point dom0 upstream ours ratio overhead kvm")
# What did not arrive, as Values of parts.
Loss = collections.namedtuple("Loss", "point dom0 upstream ours")


def checksum(*paths):
    h = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as f:
            h.update(f.read())
    return h.hexdigest()[:16]


def version():
    """Changes whenever what or how is measured does."""
    here = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    names = ["bare-init.sh", "cpu.sh", "cpuload.c", "dom0.sh", "fio-set", "net.sh", "netload.c",
             "samples.h", "window.c"]
    names += ["benchlib/%s.py" % n for n in (
        "bare", "blockplan", "cpuplan", "cpupoints", "cpureport", "netplan", "netpoints", "netreport",
        "plan", "points", "report", "xentrace")]
    return checksum(*(os.path.join(here, n) for n in names))


# At the start: the files may change while a run waits for its turn.
VERSION = version()
WHERE = where.here()


class Results:
    """`sides[pair][mode]` is a list of what Report had to say, one a boot.

    `kernels` has for each pair, upstream and ours, which kernel to boot.
    """

    def __init__(self, plan, chosen):
        self.plan = plan
        self.kernels = chosen
        self.sides = {}

    def add(self, pair, mode, runs, report):
        part = dict(self.empty(runs), facts=report.facts, failures=report.failures,
                    counts={p.name: c for p, c in report.counts.items()},
                    seconds=round(report.seconds))
        for kind in ("rates", "lost"):
            for (who, point), found in getattr(report, kind).items():
                part[kind].setdefault(who, {})[point.name] = found
        self.put(pair, mode, part)

    def fail(self, pair, mode, runs, why):
        self.put(pair, mode, dict(self.empty(runs), failures=[why]))

    @staticmethod
    def empty(runs):
        """A boot in which nothing was measured."""
        return {"runs": list(runs), "rates": {}, "lost": {}, "counts": {}, "facts": {},
                "failures": [], "seconds": 0, "load": os.getloadavg()[0]}

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
            self.plan.name, VERSION, checksum(image, images.hypervisor())))

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

    def numbers(self, kind, mode, who, point, *pairs):
        """Of all runs of all these pairs; `kind` is rates or lost."""
        found = []
        for pair in pairs:
            for part in self.sides.get(pair, {}).get(mode, []):
                found += part[kind].get(who, {}).get(point.name, [])
        return found

    def value(self, mode, who, point, *pairs):
        rates = self.numbers("rates", mode, who, point, *pairs)
        return stats.value(stats.instructions(rates) if mode == COUNT else rates)

    def row(self, mode, point):
        dom0 = self.value(mode, self.plan.base.lower(), point.limit, *self.plan.base_pairs)
        upstream = self.value(mode, "guest", point, "upstream")
        ours = self.value(mode, "guest", point, "ours")
        over = None
        if mode == COUNT:
            over = stats.overhead(dom0, upstream, ours, point.goal)
        return Row(point, dom0, upstream, ours, stats.ratio(ours, upstream), over,
                   self.value(mode, "guest", point, "kvm"))

    def rows(self, mode):
        rows = [self.row(mode, p) for p in self.plan.single + self.plan.many]
        return [r for r in rows if r.upstream or r.ours]

    def losses(self, mode):
        rows = []
        for point in self.plan.single:
            values = [stats.value(self.numbers("lost", mode, who, point, *pairs))
                      for who, *pairs in (("dom0", "upstream", "ours"), ("guest", "upstream"),
                                          ("guest", "ours"))]
            if any(values[1:]):
                rows.append(Loss(point, *values))
        return rows

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
        def table(rows):
            return [dict(r._asdict(), point=r.point._asdict(), name=r.point.name) for r in rows]

        return {"version": VERSION, "where": WHERE, "kernels": self.checksums(),
                "measured": self.sides,
                "tables": {mode: table(self.rows(mode)) for mode in (COUNT, WALL)},
                "lost": {mode: table(self.losses(mode)) for mode in (COUNT, WALL)}}
