# SPDX-License-Identifier: GPL-2.0-or-later
"""A boot that ends early keeps what it measured; one that measures nothing for long hangs."""

import contextlib
import io
import types
import unittest

from benchlib import blockplan, boot
from benchlib.report import Report
from lablib.machine import Result
from lablib.paths import LabError


def result(status):
    return Result(status, None, "the.log", types.SimpleNamespace(lines=["x"]), 1.0, 1.0, "timeout")


class BootTest(unittest.TestCase):
    def setUp(self):
        self.report = Report(blockplan.Quick().points())

    def finish(self, status):
        with contextlib.redirect_stderr(io.StringIO()):
            boot.finish(result(status), self.report, "the boot")

    def test_a_good_one(self):
        self.report.done = True
        self.finish(0)
        self.assertEqual(self.report.failures, [])

    def test_what_was_measured_is_kept(self):
        point = blockplan.Quick().points()[0]
        self.report.add("guest", point, 1000)
        self.finish(124)
        self.assertEqual(self.report.rates["guest", point], [1000])
        self.assertIn("timeout", self.report.failures[0])

    def test_nothing_was_measured(self):
        with self.assertRaises(LabError):
            self.finish(124)

    def test_no_number_for_long(self):
        progress = boot.Progress(self.report)
        self.assertFalse(progress.overdue(10000))
        progress.last -= boot.STALL + 1
        self.assertTrue(progress.overdue(0))

    def test_a_slow_machine_has_more_time(self):
        progress = boot.Progress(self.report)
        progress.up(lambda line: None, 3 * boot.BOOTS)
        progress.last -= 2 * boot.STALL
        self.assertFalse(progress.overdue(0))


if __name__ == "__main__":
    unittest.main()
