# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the plans: steps name files that are there, and every point has its turn."""

import os
import re
import tempfile
import unittest

from benchlib import blockplan, cpuplan, netplan, plan, points

HERE = os.path.dirname(os.path.realpath(__file__))


def functions():
    """The functions of the scripts in Dom0."""
    found = set()
    for name in ("dom0.sh", "net.sh", "cpu.sh"):
        with open(os.path.join(HERE, name), encoding="ascii") as f:
            found.update(re.findall(r"^(\w+)\(\) \{", f.read(), re.M))
    return found


class Goals(unittest.TestCase):
    def test_large_blocks_have_a_harder_goal(self):
        goals = [points.Point("read", bs, 1, "libaio", "phy", 1).goal
                 for bs in ("4k", "64k", "1M")]
        self.assertEqual(goals, [0.5, 0.4, 0.4])


class Steps(unittest.TestCase):
    @staticmethod
    def steps(made, mode, runs):
        """The steps as words, and the text of each job file."""
        with tempfile.TemporaryDirectory() as where:
            made.write(mode, runs, where)
            files = {}
            for name in os.listdir(where):
                with open(os.path.join(where, name), encoding="ascii") as f:
                    files[name] = f.read()
        return [l.split() for l in files.pop("plan").splitlines()], files

    def test_steps_are_functions_and_their_files_are_there(self):
        point = points.Point("randread", "4k", 1, "libaio", "phy", 1)
        for made in (blockplan.Quick(), blockplan.Full(), blockplan.Profile(point)):
            for mode, runs in [(plan.COUNT, range(3)), (plan.WALL, [1])]:
                if isinstance(made, blockplan.Quick) and mode == plan.WALL:
                    continue
                steps, files = self.steps(made, mode, runs)
                for step, *args in steps:
                    self.assertIn(step, functions())
                    if step not in ("disks", "guest", "pin", "settle"):
                        self.assertIn(args[0] + ".fio", files)

    def test_full_measures_every_point_in_the_guest_three_times(self):
        made = blockplan.Full()
        steps, files = self.steps(made, plan.COUNT, range(3))
        for point in made.single:
            runs = [s for s in steps if s[0] in ("in_guest", "polled") and
                    "[%s]" % point.name in files[s[1] + ".fio"]]
            self.assertEqual(len(runs), 3, point.name)
        for point in made.many:
            runs = [s for s in steps if s[:2] == ["together", point.name]]
            self.assertEqual(len(runs), 3, point.name)

    def test_every_point_has_dom0_beside_it(self):
        made = blockplan.Full()
        _, files = self.steps(made, plan.COUNT, range(3))
        own = files["in_dom0-phy.fio"] + files["in_dom0-file.fio"]
        for point in made.single + made.many:
            self.assertIn("[%s]" % point.limit.name, own)

    def test_all_loads_of_the_goal_are_there(self):
        made = blockplan.Full()
        for rw, bs in blockplan.LOADS:
            for depth in (1, 16, 32):
                for disk in ("phy", "file"):
                    self.assertIn(points.Point(rw, bs, depth, "libaio", disk, 1), made.single)

    def test_names_are_unique(self):
        for made in (blockplan.Quick(), blockplan.Full(), netplan.Quick(), netplan.Full(),
                     cpuplan.Quick(), cpuplan.Full()):
            names = [p.name for p in made.single + made.many]
            self.assertEqual(len(names), len(set(names)))


if __name__ == "__main__":
    unittest.main()
