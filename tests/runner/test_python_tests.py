# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests/python-tests says of tests that pass, fail, are skipped and do not end."""

import os
import subprocess
import tempfile
import unittest

PROGRAM = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "python-tests")
HEAD = "import time, unittest\nclass T(unittest.TestCase):\n"


class PythonTests(unittest.TestCase):
    def run_them(self, **tests):
        """Bodies of tests by their names, in the order of those; returns (status, lines)."""
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "test_it.py"), "w", encoding="ascii") as f:
                f.write(HEAD + "    pass\n")
                f.writelines("    def test_%s(self):\n        %s\n" % test
                             for test in tests.items())
            done = subprocess.run([PROGRAM, folder, "it", "2"], stdout=subprocess.PIPE, text=True,
                                  timeout=300, check=False)
        return done.returncode, done.stdout.splitlines()

    def test_all_pass(self):
        self.assertEqual(self.run_them(a="pass", b="pass"),
                         (0, ["ok it-test_a", "ok it-test_b", "2 passed, 0 failed"]))

    def test_nothing_is_tested(self):
        self.assertEqual(self.run_them(), (1, ["0 passed, 0 failed"]))

    def test_one_fails_once(self):
        status, lines = self.run_them(
            a="self.addCleanup(self.fail); self.assertEqual(1, 2)", b="pass",
            c="self.skipTest('nothing')")
        self.assertEqual((status, lines[-1]), (1, "1 passed, 2 failed"))
        self.assertEqual([line for line in lines if not line.startswith("    ")],
                         ["FAIL it-test_a", "ok it-test_b", "FAIL it-test_c", lines[-1]])
        self.assertIn("    AssertionError: 1 != 2", lines)
        self.assertIn("    skipped: nothing", lines)

    def test_parts_of_one(self):
        status, lines = self.run_them(a="""
        for i in range(3):
            with self.subTest(i=i):
                self.assertEqual(i, 1)""")
        self.assertEqual((status, lines[0], lines[-1]), (1, "FAIL it-test_a", "0 passed, 1 failed"))
        self.assertIn("    AssertionError: 2 != 1", lines)

    def test_one_does_not_end(self):
        status, lines = self.run_them(a="pass", b="time.sleep(200)", c="pass")
        self.assertEqual((status, lines[:2], lines[-1]),
                         (1, ["ok it-test_a", "FAIL it-test_b"], "1 passed, 1 failed"))
        self.assertIn("    it has not ended after 2 s:", lines)
        self.assertTrue(any("in test_b" in line for line in lines), lines)


if __name__ == "__main__":
    unittest.main()
