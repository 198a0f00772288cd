# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the profile: addresses become functions, blocks become sums per I/O."""

import struct
import tempfile
import unittest

from benchlib import profile, xensyms

MAP = """\
ffff82d040200000 T entry
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
                              (0xffff82d040200001, "xen: entry")):
            if name is None:
                self.assertIn("programs", self.symbols.name(address))
            else:
                self.assertEqual(self.symbols.name(address), name)

    def test_sums_are_per_io_and_by_side(self):
        with tempfile.NamedTemporaryFile("w") as f:
            f.write("0 ffffffff81000100 300\n0 ffffffff81000180 100\n"
                    "1 ffffffff81000100 50\n1 ffff82d040200000 10\n")
            f.flush()
            self.assertEqual(profile.read(f.name, self.symbols, 10),
                             {("dom0", "first"): 40, ("guest", "first"): 5,
                              ("guest", "xen: entry"): 1})

    def test_overhead_is_above_dom0_itself_on_both_sides(self):
        own = {("dom0", "a"): 10, ("guest", "a"): 1, ("dom0", "c"): 2}
        got = profile.rows(own, {"upstream": {("dom0", "b"): 30, ("guest", "a"): 12},
                                 "ours": {("guest", "b"): 5, ("dom0", "b"): 4}})
        self.assertEqual(got, [["b", 0, 0, 30, 30, 5, 4, 9],
                               ["a", 11, 12, 0, 1, 0, 0, -11],
                               ["c", 2, 0, 0, -2, 0, 0, -2]])


class Xen(unittest.TestCase):
    """A table as in the hypervisor, with one token a letter, and rubbish around it."""

    def table(self, names):
        tokens = [bytes([c]) if 33 <= c < 127 else b"??" for c in range(256)]
        index = [sum(len(t) + 1 for t in tokens[:i]) for i in range(256)]
        packed = b"".join(bytes([len(n)]) + n for n in names)
        markers = bytes(4 * (len(names) // 256 + 1))
        return (b"\xff" * 1001 + b"\0" * 3 + struct.pack("<%di" % len(names),
                *range(0, 16 * len(names), 16)) + struct.pack("<I", len(names)) + packed +
                bytes(-len(packed) % 4) + markers + b"".join(t + b"\0" for t in tokens) +
                bytes(sum(len(t) + 1 for t in tokens) % 2) +
                struct.pack("<256H", *index) + b"\xee" * 333)

    def test_the_table_is_found_and_read(self):
        names = [b"Tstart", b"tmm.c#get_page"] + [b"T_%d" % n for n in range(1500)]
        got = list(xensyms.lines(self.table(names)))
        self.assertEqual(len(got), len(names))
        self.assertEqual(got[:3], ["ffff82d040000000 T start", "ffff82d040000010 t get_page",
                                   "ffff82d040000020 T _0"])

    def test_an_image_without_one(self):
        with self.assertRaises(ValueError):
            list(xensyms.lines(bytes(5000)))


if __name__ == "__main__":
    unittest.main()
