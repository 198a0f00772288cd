# SPDX-License-Identifier: GPL-2.0-or-later
"""The plans for the CPU and page tables: Quick and Full. Their steps are functions of cpu.sh."""

from .cpupoints import every
from .cpureport import CpuReport
from .plan import COUNT, Plan


class CpuPlan(Plan):
    """What they have in common."""

    subject = "CPU and memory code"
    unit, units = "operation", "operations"
    per_unit = (("emulated page-table writes", "table writes"),)
    counting = "counted by xentrace"
    reader = CpuReport
    goal_digits = 2
    base = "bare"
    base_pairs = ("bare",)

    def __init__(self):
        super().__init__()
        self.single = every()

    @property
    def loads(self):
        """Those that cpuload has."""
        return [p.name for p in self.single if p.name != "boot"]

    def steps(self, mode, runs, directory):
        yield "cpu_guest"
        if mode == COUNT:
            yield "pin 1"
        yield "settle"
        for _ in runs:
            yield "cpu_points " + " ".join(self.loads)
        if mode == COUNT:
            yield from ("cpu_counted " + p.name for p in self.counted)


class Quick(CpuPlan):
    """By instructions, without counts of hypercalls."""

    name = "cpu-quick"
    quick = True


class Full(CpuPlan):
    """Everything."""

    name = "cpu-full"

    def __init__(self):
        super().__init__()
        self.counted = [p for p in self.single if p.name != "boot"]
