# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts what is in a file that xentrace(8) wrote: hypercalls, traps, grant operations.

report.py calls count(). The format is that of Xen's public header trace.h: a record is a
32-bit word (event, how many words follow, whether a time stamp does), the time stamp, the
words. xentrace writes the records of a CPU in pieces and says before each which CPU it is.
"""

import collections
import struct

LOST_RECORDS, CPU_CHANGE = 0x1f001, 0x1f003
RUNSTATE_CHANGE, RUNSTATE_MASK = 0x21001, 0xffff00f
CONTINUE_RUNNING = 0x21002
HYPERCALL, SUBCALL = 0x20100d, 0x20200e
OTHERS = {0x201103: "traps", 0x201104: "page faults", 0x201106: "emulated instructions",
          0x20110b: "emulated page-table writes"}

GRANT_TABLE_OP, IRET, EVENT_CHANNEL_OP = 20, 23, 32
GRANT_COMMANDS = {0: "grants mapped", 1: "grants unmapped", 5: "grants copied"}

Record = collections.namedtuple("Record", "cpu event tsc words")


def records(data):
    """All records of a file, in its order; a piece that is cut off ends it."""
    at, cpu = 0, 0
    while at + 4 <= len(data):
        head, = struct.unpack_from("<I", data, at)
        event, extra, timed = head & 0x0fffffff, head >> 28 & 7, head >> 31
        end = at + 4 * (1 + 2 * timed + extra)
        if end > len(data):
            return
        words = struct.unpack_from("<%dI" % (2 * timed + extra), data, at + 4)
        at = end
        if event == CPU_CHANGE:
            cpu = words[0]
            continue
        tsc = words[0] | words[1] << 32 if timed else None
        yield Record(cpu, event, tsc, words[2 * timed:])


class Counter:
    """Adds up the records of a window, by the side (Dom0 or guests) that caused them."""

    def __init__(self):
        self.counts = collections.Counter()
        self.running = {}            # CPU: number of the domain

    def side(self, cpu):
        return "dom0" if self.running.get(cpu, 0) == 0 else "guest"

    def watch(self, record):
        """Follow which domain runs on the CPU; true if the record says so."""
        if record.event & RUNSTATE_MASK == RUNSTATE_CHANGE:
            # State 0 is "running": bits 4 and 5 are the new state.
            if record.event >> 4 & 3 == 0:
                self.running[record.cpu] = record.words[0] >> 16
        elif record.event == CONTINUE_RUNNING:
            self.running[record.cpu] = record.words[0] >> 16
        else:
            return False
        return True

    def add(self, record):
        if record.event == LOST_RECORDS:
            self.counts["lost"] += record.words[0]
        elif record.event in (HYPERCALL, SUBCALL):
            self.hypercall(record)
        elif record.event in OTHERS:
            what = OTHERS[record.event]
            self.counts[what] += 1
            self.counts[what, self.side(record.cpu)] += 1

    def hypercall(self, record):
        side = self.side(record.cpu)
        number = record.words[0] & 0xfffff
        args = record.words[1:]
        if record.event == HYPERCALL:
            # Each system call of a PV guest ends in an iret: that is the load's, not the
            # drivers', and hides everything else.
            kind = "irets" if number == IRET else "hypercalls"
            self.counts[kind] += 1
            self.counts[kind, side] += 1
            self.counts["hypercall %d" % number, side] += 1
        if number == EVENT_CHANNEL_OP:
            self.counts["events"] += 1
            self.counts["events", side] += 1
        elif number == GRANT_TABLE_OP and len(args) >= 2:
            # Its record has the command and how many operations.
            self.counts["grant operations"] += args[1]
            self.counts["grant calls"] += 1
            what = GRANT_COMMANDS.get(args[0])
            if what:
                self.counts[what] += args[1]


def count(data, first, last):
    """Sums between two time stamps: {"hypercalls": n, "hypercalls, guest": n, ...}."""
    counter = Counter()
    for record in records(data):
        if counter.watch(record):
            continue
        if record.event == LOST_RECORDS or (record.tsc and first <= record.tsc < last):
            counter.add(record)
    keys = ("hypercalls", "events", "traps", "page faults", "grant operations", "lost")
    sums = {k: 0 for k in keys}
    for key, number in counter.counts.items():
        sums[key if isinstance(key, str) else ", ".join(key)] = number
    return sums
