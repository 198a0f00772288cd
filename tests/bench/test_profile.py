# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the profile: addresses become functions, blocks become sums per I/O."""

import unittest

from benchlib import profile

MAP = """\
ffffffff81000000 T _text
ffffffff81000100 t first
ffffffff81000200 D data
ffffffff81000300 T second
"""


class Profile(unittest.TestCase):
    def setUp(self):
        self.symbols = profile.Symbols(MAP.splitlines())

    def test_names(self):
        for address, name in ((0xffffffff81000100, "first"), (0xffffffff810002ff, "first"),
                              (0xffffffff81000300, "second"), (0x401000, None),
                              (0xffff82d040200000, "(Xen)")):
            if name is None:
                self.assertIn("fio", self.symbols.name(address))
            else:
                self.assertEqual(self.symbols.name(address), name)

    def test_sums_are_per_io_and_by_side(self):
        lines = ["0 ffffffff81000100 300", "0 ffffffff81000180 100",
                 "1 ffffffff81000100 50", "1 ffff82d040200000 10"]
        self.assertEqual(profile.read(lines, self.symbols, 10),
                         {("dom0", "first"): 40, ("guest", "first"): 5,
                          ("guest", "(Xen)"): 1})

    def test_rows_are_sorted_by_the_dearest(self):
        got = profile.rows({"ours": {("dom0", "a"): 1, ("dom0", "b"): 5},
                            "upstream": {("dom0", "a"): 9}}, 10)
        self.assertEqual(got, [("dom0", "a", {"ours": 1, "upstream": 9}),
                               ("dom0", "b", {"ours": 5, "upstream": 0})])


if __name__ == "__main__":
    unittest.main()
