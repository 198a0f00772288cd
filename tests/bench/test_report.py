# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the reader of dom0.sh's output, and of the job files."""

import struct
import unittest

from benchlib import points, report

READ = points.Point("randread", "4k", 16, "libaio", "phy", 1)
WRITE = points.Point("write", "1M", 1, "io_uring polled", "file", 1)


def feed(text, step=None):
    made = report.Report([READ, WRITE])
    for at in range(0, len(text), step or len(text)):
        made.feed(text[at:at + (step or len(text))])
    return made


class Reading(unittest.TestCase):
    def test_fio_lines(self):
        text = ("@fio dom0 0\n%s;0;8000;100;0;0\n@fio guest 0\n%s;0;0;0;51200;200\n@done\n"
                % (READ.name, WRITE.name)).encode()
        for step in (None, 1, 7):
            got = feed(text, step)
            self.assertEqual(got.rates, {("dom0", READ): [20000.0], ("guest", WRITE): [250.0]})
            self.assertTrue(got.done)
            self.assertEqual(got.failures, [])

    def test_an_error_is_no_number(self):
        got = feed(b"@fio guest 0\n%s;5;8000;100;0;0\n" % READ.name.encode())
        self.assertEqual(got.rates, {})
        self.assertEqual(len(got.failures), 1)

    def test_unknown_lines_are_failures(self):
        self.assertEqual(feed(b"! fio: no such device\n\n").failures, ["! fio: no such device"])

    def test_window_of_several_guests(self):
        got = feed(b"@window %s 0 500000000 8000\n" % READ.name.encode())
        self.assertEqual(got.rates, {("guest", READ): [2000.0]})

    def test_trace_is_taken_by_its_size(self):
        # A trace may hold line feeds and what looks like one of our lines.
        trace = struct.pack("<4I", 0x20100d | 1 << 28 | 1 << 31, 10, 0, 32) + b"@fio x\n\0"
        head = b"@trace %s 0 20 16 %d\n" % (READ.name.encode(), len(trace))
        for step in (None, 1, 5):
            got = feed(head + trace + b"@done\n", step)
            self.assertEqual(got.counts[READ]["hypercalls"], 0.5)
            self.assertEqual(got.counts[READ]["copied"], 0)
            self.assertTrue(got.done)
            self.assertEqual(got.failures, [])

    def test_kept_grants_mean_copies(self):
        got = feed(b"@fact g1/phy/front/feature-persistent 1\n"
                   b"@fact g1/phy/back/feature-persistent 1\n")
        self.assertEqual(got.derived(READ), {"copied": 4096})
        self.assertEqual(got.derived(WRITE), {"copied": 0})


class Jobs(unittest.TestCase):
    def test_polled_jobs(self):
        text = points.job_file([READ, WRITE], lambda p: 50)
        plain, polled = text.split("[%s]" % WRITE.name)
        self.assertNotIn("hipri", plain)
        self.assertIn("ioengine=io_uring\n", polled)
        self.assertIn("hipri=1\n", polled)
        self.assertIn("runtime=50ms\n", polled)


if __name__ == "__main__":
    unittest.main()
