# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what dom0.sh prints while a boot runs: numbers of points, facts, traces.

boot.py makes one a boot and feeds it; netreport.py reads what net.sh prints.
"""

from . import xentrace


class Report:
    """`rates[who, point]` are lists of units of work per second, `lost[who, point]` the parts
    of them that did not arrive; `counts[point]` is per unit.
    """

    def __init__(self, points, say=None):
        self.points = {p.name: p for p in points}
        self.say = say or (lambda text: None)
        self.rates = {}
        self.lost = {}
        self.counts = {}
        self.facts = {}
        self.failures = []
        self.ios = None              # how many there were in the last window
        self.own_ns = None           # how long the window of Dom0's own profile was
        self.done = False
        self._rest = b""
        self._who = None
        self._trace = None           # (words, bytes still to come, parts)

    def feed(self, data):
        self._rest += data
        while self._rest:
            if self._trace:
                if not self._take_trace():
                    return
                continue
            line, newline, rest = self._rest.partition(b"\n")
            if not newline:
                return
            self._rest = rest
            self.line(line.decode("utf-8", "replace"))

    def _take_trace(self):
        """Part of a trace; false when more has to come first."""
        words, size = self._trace
        if len(self._rest) < size:
            return False
        data, self._rest = self._rest[:size], self._rest[size:]
        self._trace = None
        self.trace(words, data)
        return True

    def line(self, line):
        word, *values = line.split(" ")
        handler = getattr(self, "on_" + word[1:], None) if word[:1] == "@" else None
        if handler:
            handler(values)
        elif line.count(";") == 5 and line.split(";")[0] in self.points:
            self.fio(line)
        elif line.strip():
            self.failures.append(line)

    def on_fio(self, values):
        self._who = values[0]

    def on_own(self, values):
        self.own_ns = int(values[3])

    def on_fact(self, values):
        self.facts[values[0]] = " ".join(values[1:])

    def on_trace(self, values):
        self._trace = (values, int(values[4]))

    def on_failed(self, values):
        self.failures.append(" ".join(values))

    def on_done(self, _):
        self.done = True

    def add(self, who, point, rate):
        self.rates.setdefault((who, point), []).append(rate)
        self.say("%s %s: %.0f/s" % (who, point.name, rate))

    def fio(self, line):
        """name;error;KiB read;ms;KiB written;ms, of one job."""
        name, error, *numbers = line.split(";")
        point = self.points[name]
        kib, ms = (int(n) for n in numbers[2 * point.write:][:2])
        if error != "0" or not kib or not ms:
            self.failures.append("fio: " + line)
        else:
            self.add(self._who, point, kib / point.kib * 1000 / ms)

    def profiled(self, point):
        """Units in the windows of a profile: of Dom0's own, by fio's rate, and of the guest's."""
        return self.rates["dom0", point][0] * self.own_ns / 1e9, self.ios

    def on_window(self, values):
        name, _, ns, sectors = values
        point = self.points[name]
        self.ios = point.units(int(sectors))
        self.add("guest", point, self.ios * 1e9 / int(ns))

    def derived(self, point):
        """What is not counted but follows. The frontend copies all when both ends keep grants."""
        ends = ["g1/%s/%s/feature-persistent" % (point.disk, end) for end in ("front", "back")]
        kept = all(self.facts.get(end) == "1" for end in ends)
        return {"copied": point.kib * 1024 if kept else 0}

    def trace(self, values, data):
        name, first, last, amount, _ = values
        point = self.points[name]
        units = point.units(int(amount))
        if units < 1:
            self.failures.append("nothing was done in the trace of " + point.name)
            return
        counts = xentrace.count(data, int(first), int(last))
        self.counts[point] = {k: v / units for k, v in counts.items()}
        self.counts[point].update(self.derived(point))
        self.say("counted %s: %.2f hypercalls" % (point.name,
                                                  self.counts[point]["hypercalls"]))
