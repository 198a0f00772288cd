# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the trace parser: files are built here record by record."""

import struct
import unittest

from benchlib import xentrace


def record(event, *words, tsc=None):
    stamp = () if tsc is None else (tsc & 0xffffffff, tsc >> 32)
    head = event | len(words) << 28 | (0 if tsc is None else 1 << 31)
    return struct.pack("<%dI" % (1 + len(stamp) + len(words)), head, *stamp, *words)


def on_cpu(cpu):
    return record(xentrace.CPU_CHANGE, cpu, 4096)


def runs(domain, tsc, vcpu=0):
    """The record of a vCPU that was runnable (1) and runs now (0)."""
    return record(0x21001 | 1 << 8, domain << 16 | vcpu, tsc=tsc)


def stops(domain, tsc):
    """From running (0) to blocked (2)."""
    return record(0x21001 | 2 << 4, domain << 16, tsc=tsc)


def hypercall(number, *args, tsc):
    flags = sum(1 << (20 + 2 * i) for i in range(len(args)))
    return record(xentrace.HYPERCALL, number | flags, *args, tsc=tsc)


class Records(unittest.TestCase):
    def test_head_time_and_words(self):
        got = list(xentrace.records(on_cpu(3) + record(0x201104, 7, 8, 9, tsc=1 << 40 | 5)))
        self.assertEqual(got, [(3, 0x201104, 1 << 40 | 5, (7, 8, 9))])

    def test_without_time(self):
        self.assertEqual(list(xentrace.records(record(0x201103, 4))),
                         [(0, 0x201103, None, (4,))])

    def test_a_piece_cut_off_ends_it(self):
        whole = record(0x201103, 1, tsc=9)
        for cut in range(1, len(whole)):
            self.assertEqual(len(list(xentrace.records(whole + whole[:cut]))), 1)

    def test_cpu_changes_between_pieces(self):
        data = on_cpu(0) + hypercall(17, tsc=1) + on_cpu(1) + hypercall(17, tsc=2)
        self.assertEqual([r.cpu for r in xentrace.records(data)], [0, 1])


class Count(unittest.TestCase):
    def test_window_is_half_open(self):
        data = b"".join(hypercall(17, tsc=t) for t in (9, 10, 15, 19, 20))
        self.assertEqual(xentrace.count(data, 10, 20)["hypercalls"], 3)

    def test_whose_hypercall(self):
        data = (on_cpu(0) + runs(2, 1) + hypercall(32, tsc=2) + stops(2, 3) + runs(0, 4) +
                hypercall(32, tsc=5) + hypercall(29, 1, tsc=6) +
                on_cpu(1) + runs(1, 1) + hypercall(32, tsc=2))
        got = xentrace.count(data, 0, 100)
        self.assertEqual(got["hypercalls"], 4)
        self.assertEqual(got["hypercalls, guest"], 2)
        self.assertEqual(got["hypercalls, dom0"], 2)
        self.assertEqual(got["events, guest"], 2)
        self.assertEqual(got["events, dom0"], 1)
        self.assertEqual(got["hypercall 29, dom0"], 1)

    def test_an_iret_counts_apart(self):
        data = runs(1, 1) + hypercall(23, tsc=2) + hypercall(29, 1, tsc=3)
        got = xentrace.count(data, 0, 9)
        self.assertEqual((got["hypercalls"], got["irets, guest"]), (1, 1))

    def test_who_runs_is_known_from_before_the_window(self):
        data = runs(5, 1) + hypercall(32, tsc=50)
        self.assertEqual(xentrace.count(data, 40, 60)["events, guest"], 1)

    def test_continue_running_names_the_domain(self):
        data = record(0x21002, 4 << 16 | 1, tsc=1) + hypercall(32, tsc=2)
        self.assertEqual(xentrace.count(data, 0, 9)["events, guest"], 1)

    def test_grant_operations_are_in_the_record(self):
        data = (hypercall(20, 0, 11, tsc=1) + hypercall(20, 1, 11, tsc=2) +
                hypercall(20, 5, 3, tsc=3))
        got = xentrace.count(data, 0, 9)
        self.assertEqual(got["grant operations"], 25)
        self.assertEqual(got["grant calls"], 3)
        self.assertEqual((got["grants mapped"], got["grants unmapped"], got["grants copied"]),
                         (11, 11, 3))

    def test_subcalls_are_no_hypercalls_but_their_work_counts(self):
        data = (hypercall(13, 2, tsc=1) +
                record(xentrace.SUBCALL, 20 | 1 << 20 | 1 << 22, 1, 7, tsc=2) +
                record(xentrace.SUBCALL, 32, tsc=3))
        got = xentrace.count(data, 0, 9)
        self.assertEqual(got["hypercalls"], 1)
        self.assertEqual(got["grant operations"], 7)
        self.assertEqual(got["events"], 1)

    def test_traps_and_faults(self):
        data = record(0x201103, 1, 2, 3, tsc=1) + record(0x201104, 1, 2, 3, 4, tsc=2)
        got = xentrace.count(data, 0, 9)
        self.assertEqual((got["traps"], got["page faults"]), (1, 1))

    def test_lost_records_are_told(self):
        data = record(xentrace.LOST_RECORDS, 77, 0, 0, 0, tsc=500)
        self.assertEqual(xentrace.count(data, 0, 9)["lost"], 77)


if __name__ == "__main__":
    unittest.main()
