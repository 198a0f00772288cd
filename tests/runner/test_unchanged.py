# SPDX-License-Identifier: GPL-2.0-or-later
"""What has passed is not run again, and whatever may have changed it is."""

import io
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(HERE, "..", "..", "tools", "lab")]
from runner import jobs, unchanged  # noqa: E402
from runner.jobs import Job  # noqa: E402
from runner.screen import Screen  # noqa: E402

IDENTITY = ("-c", "user.name=x", "-c", "user.email=x@example.org")


class UnchangedTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="xenify-unchanged-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.tree = os.path.join(self.folder, "tree")
        os.mkdir(self.tree)
        self.addCleanup(setattr, unchanged.paths, "TOP", unchanged.paths.TOP)
        unchanged.paths.TOP = self.tree
        self.addCleanup(setattr, jobs, "CHECK", jobs.CHECK)
        jobs.CHECK = self.folder
        self.git("init", "-q")
        self.write("file", "one")
        self.git("add", "-A")
        self.git(*IDENTITY, "commit", "-q", "-m", "x")
        self.ran = os.path.join(self.folder, "ran")
        self.script = "echo >>%s; echo '3 passed, 0 failed'" % self.ran

    def git(self, *words):
        subprocess.run(("git",) + words, cwd=self.tree, check=True)

    def write(self, name, text):
        with open(os.path.join(self.tree, name), "w", encoding="ascii") as f:
            f.write(text)

    def runs(self, script=None, lasting=True, env=None):
        """How often the job has run so far, after it was asked for once more."""
        screen = Screen(io.StringIO())
        job = Job("a", ["sh", "-c", script or self.script], lasting=lasting, env=env)
        found = jobs.Jobs([job], screen, unchanged.Unchanged(os.path.join(self.folder, "passed")))
        found.run()
        screen.close()
        self.sums = found.passed, found.failed
        with open(self.ran, encoding="ascii") as f:
            return len(f.readlines())

    def test_it_is_not_run_again_and_counts(self):
        self.assertEqual((self.runs(), self.runs()), (1, 1))
        self.assertEqual(self.sums, (3, 0))

    def test_a_changed_a_new_and_a_deleted_file(self):
        self.runs()
        self.write("file", "two")
        self.assertEqual(self.runs(), 2)
        self.write("another", "")
        self.assertEqual(self.runs(), 3)
        os.unlink(os.path.join(self.tree, "file"))
        self.assertEqual((self.runs(), self.runs()), (4, 4))

    def test_a_mode(self):
        self.runs()
        os.chmod(os.path.join(self.tree, "file"), 0o755)
        self.assertEqual(self.runs(), 2)

    def test_a_commit(self):
        self.runs()
        self.git(*IDENTITY, "commit", "-q", "--allow-empty", "-m", "y")
        self.assertEqual(self.runs(), 2)

    def test_another_command_and_another_environment(self):
        self.runs()
        self.assertEqual(self.runs(self.script + " "), 2)
        self.assertEqual(self.runs(self.script + " ", env={"LINT_ONLY": "x"}), 3)
        os.environ["KCFLAGS"] = "-Wextra"
        self.addCleanup(os.environ.pop, "KCFLAGS")
        self.assertEqual(self.runs(self.script + " ", env={"LINT_ONLY": "x"}), 4)

    def test_one_that_failed(self):
        script = "echo >>%s; echo '3 passed, 1 failed'" % self.ran
        self.runs(script)
        self.assertEqual(self.runs(script), 2)

    def test_one_during_which_the_tree_changed(self):
        script = self.script + "; echo more >>%s/file" % self.tree
        self.runs(script)
        self.git("checkout", "-q", "file")
        self.assertEqual(self.runs(script), 2)

    def test_one_whose_outcome_does_not_last(self):
        self.runs(lasting=False)
        self.assertEqual(self.runs(lasting=False), 2)

    def test_a_record_that_is_none(self):
        self.runs()
        for text in ("", "{", "[]", "{}", '{"of": 1}'):
            with open(os.path.join(self.folder, "passed", "a"), "w", encoding="ascii") as f:
                f.write(text)
            before = self.runs()
            self.assertEqual(self.runs(), before)

    def test_without_git(self):
        shutil.rmtree(os.path.join(self.tree, ".git"))
        os.environ["GIT_CEILING_DIRECTORIES"] = self.folder
        self.addCleanup(os.environ.pop, "GIT_CEILING_DIRECTORIES")
        self.runs()
        self.assertEqual(self.runs(), 2)


if __name__ == "__main__":
    unittest.main()
