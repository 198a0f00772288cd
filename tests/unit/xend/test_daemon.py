# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemon as a program: its configuration, how it is started, supervised and ended."""

import unittest

import world
from world import within


class Daemon(unittest.TestCase):
    def setUp(self):
        self.w = world.World()
        self.addCleanup(world.end_all)
        self.addCleanup(lambda: self.assertEqual(world.complaints(), []))
        self.addCleanup(self.w.stop_if_there)

    # ---- configuration

    def test_a_network_script_of_ones_own(self):
        # Its name only begins like one of ours: it is run.
        self.w.configure("(xend-http-server no)\n(network-script network-bridge-of-mine)")
        self.w.start()
        self.assertTrue(within(lambda: "network-bridge-of-mine start ended with status" in
                               self.w.log()), self.w.log())
        self.assertNotIn("there is no bridge", self.w.log())


if __name__ == "__main__":
    unittest.main()
