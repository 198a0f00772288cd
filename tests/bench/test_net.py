# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the network's plans, points and of the reader of what net.sh prints."""

import struct
import unittest

from benchlib import netplan, netpoints, netreport, plan

BULK = netpoints.Point("bulk", "out", 1500)
UDP = netpoints.Point("udp", "in", 1500)
RR = netpoints.Point("rr", "guests", 1500)


def feed(*lines):
    made = netreport.NetReport([BULK, UDP, RR])
    made.feed(b"".join(line if isinstance(line, bytes) else line.encode() + b"\n"
                       for line in lines))
    return made


class Reading(unittest.TestCase):
    def test_rates_are_of_what_arrived(self):
        got = feed("@net guest udp-in-1500 100000000 10 5110 9000 0 5000 8100",
                   "@net dom0 bulk-out-1500 200000000 0 99 99 1000000 41000000 90000000")
        self.assertEqual(got.failures, [])
        self.assertEqual(got.rates, {("guest", UDP): [50000.0], ("dom0", BULK): [200000.0]})

    def test_loss_is_of_the_whole_load_and_only_where_it_can_be(self):
        got = feed("@net guest udp-in-1500 100000000 10 5110 9000 0 5000 8100",
                   "@net guest bulk-out-1500 100000000 0 10 90 0 10 50")
        self.assertEqual(list(got.lost), [("guest", UDP)])
        self.assertAlmostEqual(got.lost["guest", UDP][0], 0.1)

    def test_nothing_arrived(self):
        got = feed("@net guest udp-in-1500 100000000 10 5110 9000 7 7 7")
        self.assertEqual((len(got.failures), got.rates), (1, {}))

    def test_counts_are_per_kb_with_what_passed_the_vifs(self):
        # A hypercall and 10,000 bytes in the window; 20,000 in all passed by two vifs. Of
        # the first one's packets a half was not copied.
        trace = struct.pack("<4I", 0x20100d | 1 << 28 | 1 << 31, 10, 0, 32)
        got = feed("@vif bulk-out-1500 vif1.0 0 5 5 5 5 5", "@vif bulk-out-1500 vif2.0 0 0 0 0 0 0",
                   "@vif bulk-out-1500 vif1.0 20000 20005 25 1005 15 15",
                   "@vif bulk-out-1500 vif2.0 20000 1000 10 20000 20 0",
                   "@trace bulk-out-1500 0 20 10000 %d" % len(trace), trace, "@done")
        self.assertEqual(got.failures, [])
        counts = got.counts[BULK]
        self.assertAlmostEqual(counts["hypercalls"], 0.1)
        self.assertAlmostEqual(counts["packets"], 3.0)
        self.assertAlmostEqual(counts["copied"], (10000 + 1000 + 1000 + 20000) / 20)

    def test_a_vif_of_a_load_that_failed_counts_for_nothing(self):
        got = feed("@vif udp-in-1500 vif1.0 0 0 0 0 0 0", "@failed udp-in-1500, counted: x",
                   "@vif rr-guests-1500 vif1.0 0 100 1 100 1 0",
                   "@vif rr-guests-1500 vif1.0 10 300 3 100 1 0")
        self.assertEqual(got.passed, {RR: {"copied": 20, "packets": 0.2}})


class Plans(unittest.TestCase):
    def test_every_point_in_guests_and_in_dom0_itself_three_times(self):
        for made in (netplan.Quick(), netplan.Full()):
            steps = [s.split() for s in made.steps(plan.COUNT, range(3), None)]
            for point in made.single:
                for who in ("guest", "dom0"):
                    self.assertEqual(len([s for s in steps if s[:3] == ["net_point", who,
                                                                        point.name]]), 3)
                self.assertEqual(len([s for s in steps if s[:2] == ["net_counted",
                                                                    point.name]]), 1)

    def test_a_profile_has_the_window_of_dom0_itself_first(self):
        for way in ("out", "guests"):
            made = netplan.Profile(netpoints.Point("rr", way, 1500))
            steps = [s.split() for s in made.steps(plan.COUNT, [0], None)]
            self.assertEqual([s[1] for s in steps if s[0] == "net_point"], ["dom0", "guest"])
            self.assertFalse([s for s in steps if s[0] == "net_counted"])

    def test_units_of_a_profile_are_those_of_its_windows(self):
        got = feed("@net dom0 rr-guests-1500 1000 0 0 30 10 15 30",
                   "@net guest rr-guests-1500 1000 0 0 30 10 17 30")
        self.assertEqual(got.profiled(RR), (5, 7))

    def test_ends_are_there(self):
        for made in (netplan.Quick(), netplan.Full()):
            for mode in (plan.COUNT, plan.WALL):
                steps = [s.split() for s in made.steps(mode, [0], None)]
                guests = ["g" + s[1] for s in steps if s[0] == "net_guest"]
                for step in steps:
                    if step[:2] == ["net_point", "guest"]:
                        self.assertLessEqual(set(step[3:5]), set(guests + ["dom0"]))
                    elif step[:2] == ["net_point", "dom0"]:
                        self.assertLessEqual(set(step[3:5]), {"n1", "n2", "dom0"})

    def test_the_mtu_is_set_before_its_points(self):
        mtu = None
        for step in netplan.Full().steps(plan.COUNT, [0], None):
            if step.startswith("net_mtu"):
                mtu = step.split()[1]
            elif step.startswith(("net_point", "net_counted")):
                self.assertIn("-%s " % mtu, step)

    def test_the_load_is_longer_than_its_window(self):
        for mode in (plan.COUNT, plan.WALL):
            for step in netplan.Full().steps(mode, [0], None):
                if step.startswith(("net_point", "net_counted")):
                    window, length = (int(n) for n in step.split()[-2:])
                    self.assertGreater(length, window + 100)

    def test_goals(self):
        goals = {(p.load, p.way): p.goal for p in netplan.Full().single}
        self.assertEqual([goals[load, "in"] for load in ("bulk", "udp", "rr", "flood")],
                         [0.4, 0.5, 0.6, None])
        self.assertEqual([goals[load, "guests"] for load in ("bulk", "udp", "rr", "flood")],
                         [0.5, 0.5, 0.5, None])


if __name__ == "__main__":
    unittest.main()
