# SPDX-License-Identifier: GPL-2.0-or-later
"""Which machine is the next one."""

import os
import sys
import types
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import fakelab  # noqa: E402,F401  # where the runner's modules are

from lablib import turn  # noqa: E402
from runner.waiting import Waiting  # noqa: E402


def case(boot, takes):
    return types.SimpleNamespace(key=("lab", boot), takes=takes)


class WaitingTest(unittest.TestCase):
    @mock.patch.object(turn, "cpus", return_value=2)
    def test_several_cpus_come_last(self, _):
        wide, narrow = case("smp=2", 90), case("smp=1", 20)
        waiting = Waiting([wide, narrow])
        self.assertEqual(waiting.begin(), narrow.key)
        # One CPU is free, and no second machine is worth its boot.
        self.assertIsNone(waiting.begin())
        self.assertIs(waiting.next(narrow.key), narrow)
        self.assertIsNone(waiting.begin())
        waiting.end(narrow.key)
        self.assertEqual(waiting.begin(), wide.key)
        self.assertIsNone(waiting.begin())
