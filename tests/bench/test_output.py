# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of rows, tables and the chart, made of numbers that are known."""

import json
import tempfile
import types
import unittest
from xml.dom import minidom

from benchlib import blockplan, chart, netplan, netpoints, plan, points, results, table

POINT = points.Point("randread", "4k", 16, "libaio", "phy", 1)
POLLED = POINT._replace(engine=points.POLLED)


class Plan(blockplan.BlockPlan):
    """Two points."""

    def __init__(self):
        super().__init__()
        self.single, self.counted = [POINT, POLLED], [POINT]


def report(rates, counts=None, lost=None):
    return types.SimpleNamespace(rates=rates, counts=counts or {}, lost=lost or {}, facts={},
                                 failures=[], seconds=1)


def example():
    """Dom0 10,000 instructions, upstream's guest 20,000, ours 14,000; a clock twice as fast."""
    made = results.Results(Plan(), {})
    uring = POINT._replace(engine="io_uring")
    made.add("upstream", plan.COUNT, [0], report({("dom0", POINT): [1e5], ("guest", POINT): [5e4]},
                                                 {POINT: {"hypercalls, guest": 2.5}}))
    made.add("ours", plan.COUNT, [0], report({("dom0", POINT): [1e5], ("dom0", uring): [2e5],
                                              ("guest", POINT): [1e9 / 14000] * 3,
                                              ("guest", POLLED): [1e5]}))
    for rate in (900, 1000, 1100):
        made.add("upstream", plan.WALL, [rate], report({("guest", POINT): [rate]}))
        made.add("ours", plan.WALL, [rate], report({("guest", POINT): [2 * rate]}))
    return made


BULK = netpoints.Point("bulk", "out", 1500)
UDP = netpoints.Point("udp", "in", 1500)
FLOOD = netpoints.Point("flood", "in", 1500)


def network(ours_lost):
    """As LAB.md has it: 2.31 instructions per byte in Dom0, 4.04 by upstream's; 3 by ours."""
    made = results.Results(netplan.Quick(), {})
    for pair, bulk, lost in (("upstream", 4.04, 0.02), ("ours", 3.0, ours_lost)):
        made.add(pair, plan.COUNT, [0], report(
            {("dom0", BULK): [1e6 / 2.31], ("guest", BULK): [1e6 / bulk],
             ("dom0", FLOOD): [1e5], ("guest", FLOOD): [5e4]},
            {UDP: {"hypercalls, guest": 1.25, "copied": 92, "packets": 1.03}},
            {("dom0", FLOOD): [0.2], ("guest", FLOOD): [lost, lost, 1.0]}))
    return made


class Network(unittest.TestCase):
    def test_bulk_is_per_kb_and_has_its_goal(self):
        text = table.text(network(0.02), "2026-01-02")
        self.assertRegex(text, r"TCP bulk +from the guest +1500 +kB +2,310 +4,040 +0\.0% +3,000 .*"
                               r" 0\.40 +0\.4 +yes")

    def test_a_flood_has_no_goal_but_its_loss(self):
        for lost, said in ((0.0205, "yes"), (0.03, "NO")):
            text = table.text(network(lost), "2026-01-02")
            self.assertRegex(text, r"(?m)UDP 64 bytes, flood +to the guest .* -$")
            self.assertRegex(text, r"instructions +UDP 64 bytes, flood +to the guest +1500 +"
                                   r"packet +20\.00 +2\.00 +%.2f +%s" % (100 * lost, said))

    def test_counts_have_what_passed_the_vifs(self):
        self.assertRegex(table.text(network(0), "2026-01-02"),
                         r"UDP 64 bytes +to the guest +1500 +packet +ours +1\.03 +1\.25 .* 92\.00")

    def test_the_block_pair_lost_nothing(self):
        self.assertNotIn("Lost", table.text(example(), "2026-01-02"))

    def test_chart(self):
        drawn = chart.svg(network(0), "2026-01-02")
        self.assertIn("TCP bulk from the guest", drawn)
        self.assertIn("network pair", drawn)


class Rows(unittest.TestCase):
    def test_overhead(self):
        row, polled = example().rows(plan.COUNT)
        self.assertAlmostEqual(row.overhead.ratio, 0.4)
        self.assertAlmostEqual(row.ratio, 0.7)
        self.assertIsNone(polled.upstream)
        self.assertAlmostEqual(polled.overhead.ours, 5000)

    def test_clock_takes_the_median_of_boots(self):
        row, = example().rows(plan.WALL)
        self.assertEqual((row.upstream.median, row.ours.median, row.ratio), (1000, 2000, 2))
        self.assertAlmostEqual(row.upstream.spread, 0.2)


class GoingOn(unittest.TestCase):
    """Results of an earlier run of the same kernels are taken, failed boots are not."""

    def kept(self, sums):
        made = example()
        made.checksums = lambda: {"upstream": "u1", "ours": "o1"}
        made.fail("ours", plan.WALL, [7], "crashed")
        with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
            json.dump(made.as_json(), f)
            f.flush()
            again = results.Results(Plan(), {})
            again.checksums = lambda: sums
            again.restore(f.name)
        return again

    def test_the_same_kernels(self):
        again = self.kept({"upstream": "u1", "ours": "o1"})
        self.assertTrue(again.has("ours", plan.COUNT, [0]))
        self.assertFalse(again.has("ours", plan.WALL, [7]))
        self.assertEqual(len(again.rows(plan.WALL)), 1)

    def test_another_kernel_is_measured_anew(self):
        again = self.kept({"upstream": "u1", "ours": "o2"})
        self.assertTrue(again.has("upstream", plan.COUNT, [0]))
        self.assertFalse(again.has("ours", plan.COUNT, [0]))

    def test_no_file(self):
        again = results.Results(Plan(), {})
        again.restore("/nonexistent/full.json")
        self.assertEqual(again.sides, {})


class Output(unittest.TestCase):
    def test_tables(self):
        text = table.text(example(), "2026-01-02")
        self.assertRegex(text, r"randread +4k +16 +libaio +phy +1 +10,000 +20,000 .* 0\.40 "
                               r"+0\.5 +yes")
        self.assertRegex(text, r"upstream +2\.50 ")
        self.assertNotIn("went wrong", text)

    def test_a_missed_goal_says_so(self):
        made = example()
        made.sides["ours"][plan.COUNT][0]["rates"]["guest"][POINT.name] = [5e4]
        self.assertRegex(table.text(made, "2026-01-02"), r"1\.00 +0\.5 +NO")

    def test_chart_is_xml_and_has_a_bar_for_each_panel(self):
        drawn = minidom.parseString(chart.svg(example(), "2026-01-02"))
        words = [t.firstChild.data for t in drawn.getElementsByTagName("text")]
        for wanted in ("randread 4k, depth 16, phy", "0.40", "2.00"):
            self.assertIn(wanted, words)
        # The ground, and a bar in both panels.
        self.assertEqual(len(drawn.getElementsByTagName("rect")), 3)


if __name__ == "__main__":
    unittest.main()
