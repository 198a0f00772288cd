# SPDX-License-Identifier: GPL-2.0-or-later
"""Jobs that need each other, fail, print sums, are interrupted; and what a change has to pass."""

import io
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(HERE, "..", "..", "tools", "lab")]
from runner import case, changed, jobs, parts  # noqa: E402
from runner.jobs import Job  # noqa: E402
from runner.screen import Screen  # noqa: E402


def shell(name, script, *needs, **how):
    return Job(name, ["sh", "-c", script], needs, **how)


class JobsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="xenify-runner-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        jobs.CHECK = self.folder

    def run_jobs(self, *some):
        self.text = io.StringIO()
        screen = Screen(self.text)
        found = jobs.Jobs(some, screen)
        try:
            found.run()
        finally:
            screen.close()
        return found

    def test_sums_are_added(self):
        found = self.run_jobs(shell("a", "echo '2 passed, 0 failed'; echo '3 passed, 0 failed'"),
                              shell("b", "echo '1 passed, 0 failed'"))
        self.assertEqual((found.passed, found.failed), (6, 0))

    def test_what_failed_is_shown_and_what_did_not_is_not(self):
        found = self.run_jobs(shell(
            "a", "echo ok fine; echo FAIL bad: why; echo '    how'; echo more; echo '1 passed, 1 failed'; exit 1"))
        self.assertEqual((found.passed, found.failed), (1, 1))
        text = self.text.getvalue()
        self.assertIn("FAIL bad: why\n    how\n", text)
        self.assertNotIn("more", text)
        self.assertNotIn("fine", text)

    def test_a_skipped_test_has_failed(self):
        found = self.run_jobs(shell("a", "echo '1 passed, 0 failed, 2 skipped'"))
        self.assertEqual((found.passed, found.failed), (1, 2))

    def test_one_that_ends_badly_without_a_word_has_failed(self):
        found = self.run_jobs(shell("a", "echo something; exit 3"))
        self.assertEqual(found.failed, 1)
        self.assertIn("ended with status 3", self.text.getvalue())
        self.assertIn("    something", self.text.getvalue())

    def test_one_that_does_not_end_is_ended_and_has_failed(self):
        jobs.GRACE = 0.5
        one = shell("a", "echo it began; trap 'echo it was told' TERM; sleep 101")
        one.limit = 1
        found = self.run_jobs(one)
        self.assertEqual((found.passed, found.failed), (0, 1))
        text = self.text.getvalue()
        self.assertIn("FAIL a: has not ended after", text)
        self.assertRegex(text, r"\n    \d+ sleep 101\n")
        self.assertRegex(text, r"\n    it began\n(.*\n)?    it was told\n")

    def test_whom_one_leaves_behind_nobody_waits_for(self):
        begun = time.monotonic()
        found = self.run_jobs(shell("a", "setsid sleep 20 & echo '1 passed, 0 failed'"))
        self.assertEqual((found.passed, found.failed), (1, 0))
        self.assertLess(time.monotonic() - begun, 15)

    def test_a_part_without_a_test_has_failed(self):
        found = self.run_jobs(shell("a", "echo something"))
        self.assertEqual((found.passed, found.failed), (0, 1))
        self.assertIn("tested nothing", self.text.getvalue())

    def test_needs_come_before(self):
        order = os.path.join(self.folder, "order")
        self.run_jobs(shell("late", "echo late >>" + order, "early", test=False),
                      shell("early", "sleep 0.5; echo early >>" + order, test=False))
        with open(order, encoding="ascii") as f:
            self.assertEqual(f.read(), "early\nlate\n")

    def test_what_was_not_built_is_not_tested(self):
        found = self.run_jobs(shell("build", "exit 1", test=False),
                              shell("next-build", "exit 0", "build", test=False),
                              shell("part", "echo '1 passed, 0 failed'", "next-build"))
        self.assertEqual((found.passed, found.failed), (0, 2))
        self.assertIn("FAIL part: not run", self.text.getvalue())

    def test_a_lane_has_one_at_a_time(self):
        busy = os.path.join(self.folder, "busy")
        script = "mkdir %s && sleep 0.3 && rmdir %s" % (busy, busy)
        found = self.run_jobs(*[shell("j%d" % n, script, lane="one", test=False) for n in range(3)])
        self.assertEqual(found.failed, 0)

    def test_when_it_will_be_over(self):
        some = [shell("a", "", takes=100), shell("b", "", "a", takes=50, lane="l"),
                shell("c", "", takes=20, lane="l")]
        found = jobs.Jobs(some, None)
        self.assertEqual(found.until_end(some[2], 0), 170)
        some[0].state = "good"
        some[1].state, some[1].began = "running", 0
        self.assertEqual(found.until_end(some[2], 30), 40)

    def test_the_status_line_looks_at_one_that_has_just_begun(self):
        class Watched(Job):
            def __setattr__(self, name, value):
                super().__setattr__(name, value)
                if name == "state" and value == "running":
                    self.left(time.monotonic())
        found = self.run_jobs(Watched("a", ["true"], test=False))
        self.assertEqual(found.failed, 0)

    def test_an_interrupt_ends_them(self):
        found = jobs.Jobs([shell("a", "sleep 100 & sleep 101")], Screen(io.StringIO()))
        thread = threading.Thread(target=found.run)
        thread.start()
        while not found.processes:
            time.sleep(0.05)
        process = next(iter(found.processes))
        found.stop.set()
        thread.join(60)
        self.assertFalse(thread.is_alive())
        left = subprocess.run(["pgrep", "-g", str(process.pid), "-r", "S,R,D"],
                              stdout=subprocess.PIPE, text=True)
        self.assertEqual(left.stdout, "")


class PlanTest(unittest.TestCase):
    def test_every_need_is_a_job(self):
        for length in parts.BUILDS:
            names = [job.name for job in parts.plan(length)]
            self.assertEqual(len(names), len(set(names)))
            for job in parts.plan(length):
                self.assertLessEqual(set(job.needs), set(names), job.name)

    def test_one_part_builds_only_what_it_needs(self):
        self.assertEqual([job.name for job in parts.plan("gate", ["unit"])], ["source", "unit"])

    def test_the_gate_has_no_debug_kernel_and_the_full_check_does(self):
        self.assertNotIn("kernel-debug", [job.name for job in parts.plan("gate")])
        self.assertIn("kernel-debug", [job.name for job in parts.plan("full")])
        flavours = {one.flavour for one in parts.lab_cases("gate")}
        self.assertEqual(flavours, {"lab"})
        self.assertEqual({one.flavour for one in parts.lab_cases("full")}, {"lab", "debug"})

    def test_a_fuzzer_of_an_hour_is_not_ended(self):
        fuzz = parts.plan("soak", ["fuzz"])[-1]
        self.assertGreater(fuzz.limit, 10 * int(parts.FUZZ["soak"][1].partition("=")[2]))

    def test_the_full_check_has_every_case(self):
        self.assertEqual({one.name for one in parts.lab_cases("full")}, set(case.names()))


class ChangedTest(unittest.TestCase):
    def test_who_names_a_file_most_exactly_comes_first(self):
        chosen, _ = changed.cases(["drivers/backend/net/credit.c"], 1000)
        self.assertEqual(chosen[0].name, "net-rate")
        self.assertGreater(len(chosen), 1)

    def test_a_case_that_was_changed_itself(self):
        chosen, _ = changed.cases(["tests/lab/cases/guest-boots.sh"], 1000)
        self.assertEqual([one.name for one in chosen], ["guest-boots"])

    def test_only_as_many_as_fit(self):
        chosen, left = changed.cases(["drivers/xen/ring/ring.c"], 40)
        self.assertTrue(left)
        self.assertLessEqual(sum(one.takes for one in chosen[1:]), 40)

    def test_nothing_for_a_document(self):
        self.assertEqual(changed.cases(["README.md"], 1000), ([], []))


if __name__ == "__main__":
    unittest.main()
