# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of medians, spreads and the overhead, the goal's figure."""

import unittest

from benchlib import stats
from benchlib.stats import Value


class Values(unittest.TestCase):
    def test_median_and_spread(self):
        self.assertEqual(stats.value([110, 100, 90]), (100, 0.2))
        self.assertEqual(stats.value([5]), (5, 0))
        self.assertIsNone(stats.value([]))

    def test_instructions_are_nanoseconds_per_io(self):
        self.assertEqual(stats.instructions([40000.0]), [25000.0])

    def test_ratio(self):
        self.assertEqual(stats.ratio(Value(30, 0), Value(40, 0)), 0.75)
        self.assertIsNone(stats.ratio(None, Value(40, 0)))


class Overhead(unittest.TestCase):
    def test_what_is_above_dom0(self):
        # LAB.md's figures for 4k randread at queue depth 16, and half of the overhead.
        got = stats.overhead(Value(14400, 0), Value(24660, 0), Value(19530, 0), 0.5)
        self.assertEqual((got.upstream, got.ours, got.ratio, got.goal), (10260, 5130, 0.5, 0.5))

    def test_missing_sides(self):
        self.assertIsNone(stats.overhead(None, Value(2, 0), Value(1, 0), 0.5).ratio)
        self.assertIsNone(stats.overhead(Value(1, 0), None, Value(1, 0), 0.5).ratio)
        self.assertIsNone(stats.overhead(Value(1, 0), Value(2, 0), None, 0.5).ratio)

    def test_no_ratio_to_nothing(self):
        self.assertIsNone(stats.overhead(Value(5, 0), Value(4, 0), Value(6, 0), 0.5).ratio)


if __name__ == "__main__":
    unittest.main()
