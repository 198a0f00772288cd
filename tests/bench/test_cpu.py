# SPDX-License-Identifier: GPL-2.0-or-later
"""The CPU's points: cpuload.c has them, its lines are read, and a bad one is told."""

import os
import re
import subprocess
import tempfile
import unittest

from benchlib import boot, cpuplan, cpupoints, cpureport, plan, results, stats, table

HERE = os.path.dirname(os.path.realpath(__file__))


def source():
    with open(os.path.join(HERE, "cpuload.c"), encoding="ascii") as f:
        return f.read()


class Points(unittest.TestCase):
    def test_cpuload_has_each(self):
        names = re.findall(r'\{ "([\w-]+)", point_\w+, ', source())
        self.assertEqual(names + ["boot"], list(cpupoints.KINDS))

    def test_what_a_guest_and_the_bare_machine_do_is_the_same(self):
        with tempfile.TemporaryDirectory() as where:
            cpuplan.Full().write(plan.COUNT, range(2), where)
            with open(os.path.join(where, "plan"), encoding="ascii") as f:
                steps = [line.split() for line in f]
        runs = [words[1:] for words in steps if words[0] == "cpu_points"]
        self.assertEqual(runs, [cpuplan.Full().loads] * 2)
        counted = [words[1] for words in steps if words[0] == "cpu_counted"]
        self.assertEqual(counted, cpuplan.Full().loads)


class Load(unittest.TestCase):
    """The real program, on this machine."""

    def setUp(self):
        where = tempfile.TemporaryDirectory()
        self.addCleanup(where.cleanup)
        self.program = os.path.join(where.name, "cpuload")
        boot.compile_c("cpuload", self.program, "-static")

    def test_every_point_gives_a_line_that_is_read(self):
        loads = cpuplan.Quick().loads
        done = subprocess.run([self.program] + loads, stdout=subprocess.PIPE, check=True)
        report = cpureport.CpuReport(cpuplan.Quick().points())
        report.feed(done.stdout + b"@boot 1.5\n@done\n")
        self.assertEqual(report.failures, [])
        self.assertEqual({point.name for _, point in report.rates}, set(cpupoints.KINDS))
        self.assertTrue(report.done)

    def test_a_point_that_there_is_not(self):
        done = subprocess.run([self.program, "none"], stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"'none'", done.stderr)


class Reading(unittest.TestCase):
    def test_a_line_without_time_is_a_failure(self):
        for bad in (b"@cpu fork 0.0 1 2 3", b"@cpu fork 5.0 2 2 3", b"@cpu fork 5.0 1 2 0"):
            report = cpureport.CpuReport(cpuplan.Quick().points())
            report.feed(bad + b"\n")
            self.assertEqual(len(report.failures), 1)
            self.assertEqual(report.rates, {})

    def test_overhead_is_above_the_bare_machine(self):
        found = results.Results(cpuplan.Quick(), {})
        for pair, reader, ns in (("upstream", cpureport.CpuReport, 700),
                                 ("ours", cpureport.CpuReport, 300), ("bare", cpureport.BareReport, 200)):
            report = reader(found.plan.points())
            report.feed(b"@cpu fork %d 1 2 1\n" % ns)
            report.seconds = 1
            found.add(pair, plan.COUNT, [0], report)
        row = found.row(plan.COUNT, cpupoints.Point("fork"))
        self.assertAlmostEqual(row.overhead.ratio, 0.2)
        self.assertIsInstance(row.dom0, stats.Value)
        text = table.counted(found)
        self.assertIn("(ours - bare)", text)
        self.assertIn("0.35", text)


if __name__ == "__main__":
    unittest.main()
