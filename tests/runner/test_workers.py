# SPDX-License-Identifier: GPL-2.0-or-later
"""What the runner makes of cases that pass, fail, hang, crash, and of an interrupt."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import fakelab  # noqa: E402
from fakelab import FakeLab  # noqa: E402


class WorkersTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="xenify-runner-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def check(self, outcome, passed, failed, *unsteady):
        self.assertEqual((outcome.passed, outcome.failed), (passed, failed))
        # They are run again side by side.
        self.assertEqual(sorted(line.split(":")[0] for line in outcome.unsteady), list(unsteady))

    def unsteady_file(self):
        with open(os.path.join(self.folder, "check", "unsteady"), encoding="utf-8") as f:
            return f.read()

    def test_all_pass(self):
        lab = FakeLab(self.folder)
        self.check(lab.run(lab.share(["good-1", "good-2", "good-3"])), 3, 0)
        self.assertEqual(self.unsteady_file(), "")

    @mock.patch.dict(os.environ, LAB_MACHINES="1")
    def test_the_longest_begins(self):
        lab = FakeLab(self.folder)
        cases = lab.share(["good-1", "good-2", "good-3"])
        cases[1].takes = 90
        lab.run(cases)
        with open(os.path.join(self.folder, "order"), encoding="ascii") as f:
            self.assertEqual(f.readline(), "good-2\n")

    def test_fails_for_good(self):
        lab = FakeLab(self.folder)
        self.check(lab.run(lab.share(["good-1", "fails-1"])), 1, 1)
        self.assertIn("again fails-1: as it has to", lab.said())
        self.assertIn("FAIL fails-1: as it has to", lab.said())

    def test_fails_once(self):
        lab = FakeLab(self.folder)
        self.check(lab.run(lab.share(["good-1", "once-1"])), 2, 0, "once-1")
        self.assertIn("\nunsteady once-1: as it has to\n", lab.said())
        self.assertEqual(self.unsteady_file(), "once-1: as it has to\n")

    def test_three_unsteady_ones_fail(self):
        lab = FakeLab(self.folder)
        outcome = lab.run(lab.share(["once-1", "once-2", "once-3"]))
        self.check(outcome, 3, 1, "once-1", "once-2", "once-3")

    def test_a_splat_fails(self):
        lab = FakeLab(self.folder)
        self.check(lab.run(lab.share(["splat-1", "good-1"])), 1, 1)
        self.assertIn("FAIL splat-1: splat: ", lab.said())

    def test_what_is_left_behind_fails(self):
        lab = FakeLab(self.folder)
        self.check(lab.run(lab.share(["leaves-1"])), 0, 1)
        self.assertIn("left behind: a guest", lab.said())

    def test_a_skipped_one_is_neither(self):
        lab = FakeLab(self.folder)
        outcome = lab.run(lab.share(["skips-1", "good-1"]))
        self.check(outcome, 1, 0)
        self.assertEqual(outcome.skipped, 1)

    def test_one_that_hangs_is_out_of_time(self):
        lab = FakeLab(self.folder)
        self.check(lab.run(lab.share(["hangs-1"], ["limit: 1"])), 0, 1)
        self.assertIn("FAIL hangs-1: not done within 1 s", lab.said())

    def test_a_machine_that_hangs_is_ended(self):
        lab = FakeLab(self.folder, CASE_SECONDS=5)
        self.check(lab.run(lab.share(["stuck-1", "good-1"], ["limit: 1"])), 2, 0, "stuck-1")
        self.assertIn("it hangs: ended after", lab.said())

    def test_a_crash_ends_its_case_only(self):
        lab = FakeLab(self.folder)
        self.check(lab.run(lab.share(["good-1", "crashes-1", "good-2", "good-3"])), 4, 0,
                   "crashes-1")

    def test_a_machine_that_always_crashes(self):
        lab = FakeLab(self.folder)
        self.check(lab.run(lab.share(["dies-1", "good-1", "good-2"])), 2, 1)

    def test_a_machine_that_does_not_come_up(self):
        lab = FakeLab(self.folder)
        open(os.path.join(self.folder, "no-boot"), "w", encoding="ascii").close()
        self.check(lab.run(lab.share(["good-1", "good-2"])), 0, 2)
        self.assertIn("not run, the machine did not come up", lab.said())

    def test_its_end_is_nobody_elses(self):
        lab = FakeLab(self.folder)
        stop = threading.Event()
        self.check(lab.run(lab.share(["good-1"]), stop), 1, 0)
        self.assertFalse(stop.is_set())

    def test_it_ends_when_it_is_told(self):
        lab = FakeLab(self.folder)
        stop = threading.Event()
        threading.Timer(3, stop.set).start()
        began = time.monotonic()
        lab.run(lab.share(["hangs-1"]), stop)
        self.assertLess(time.monotonic() - began, 60)
        self.assertEqual(self.machines(), [])

    def interrupt(self, number):
        """A runner with two machines at work is interrupted; returns its exit status."""
        runner = subprocess.Popen(
            [sys.executable, fakelab.__file__, self.folder, "hangs-1", "hangs-2"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            # A shell has its background jobs ignore Ctrl-C, and these tests may be of one.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        order = os.path.join(self.folder, "order")
        end = time.monotonic() + 120
        while not os.path.exists(order) and time.monotonic() < end:
            time.sleep(0.1)
        self.assertTrue(self.machines())
        runner.send_signal(number)
        return runner.wait(120)

    def machines(self):
        done = subprocess.run(["pgrep", "-f", "fake_machine.py " + self.folder],
                              stdout=subprocess.PIPE, text=True)
        return done.stdout.split()

    def test_ctrl_c_leaves_no_machine(self):
        self.assertEqual(self.interrupt(signal.SIGINT), 130)
        self.assertEqual(self.machines(), [])

    def test_nor_does_a_runner_that_is_killed(self):
        self.interrupt(signal.SIGKILL)
        end = time.monotonic() + 60
        while self.machines() and time.monotonic() < end:
            time.sleep(0.1)
        self.assertEqual(self.machines(), [])


if __name__ == "__main__":
    unittest.main()
