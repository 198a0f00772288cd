# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what cpu.sh and bare-init.sh print, beside what every boot does: cpuload's lines."""

from .report import Report


class CpuReport(Report):
    """`who` is whose lines these are: of a guest, or of the bare machine."""

    who = "guest"

    def on_cpu(self, values):
        name, ns, first, last, count = values
        if float(ns) <= 0 or int(last) <= int(first) or int(count) <= 0:
            self.failures.append("no time passed at " + name)
            return
        self.add(self.who, self.points[name], 1e9 / float(ns))

    def on_boot(self, values):
        """Seconds until the kernel started its first program, by its own clock."""
        self.add(self.who, self.points["boot"], 1 / float(values[0]))


class BareReport(CpuReport):
    """The same of the bare machine."""

    who = "bare"
