# SPDX-License-Identifier: GPL-2.0-or-later
"""What is measured of the CPU and of page tables: the points of cpuload.c."""

import collections

# `per`: what the operation is, or of what it is one; `goal`: the most that ours may have of
# upstream's overhead above the bare machine, where it has one.
Kind = collections.namedtuple("Kind", "title per goal")
# No dearer than upstream, but for what two runs differ by.
EQUAL = 1.03

KINDS = {
    "getppid": Kind("system call", "getppid", EQUAL),
    "fork": Kind("fork, exit, wait", "small static program", 0.35),
    "exec": Kind("fork, exec, wait", "small static program", 0.41),
    "sh": Kind("sh -c true", "dynamic program", 0.40),
    "pipe": Kind("pipe", "round trip of 2 processes", 0.92),
    "futex": Kind("futex", "round trip of 2 threads", EQUAL),
    "switch16": Kind("context switch", "ring of 16 processes", EQUAL),
    "signal": Kind("signal", "to itself", EQUAL),
    "touch": Kind("first touch", "anonymous page", 0.84),
    "around": Kind("fault-around", "16 pages of a file", 0.75),
    "cow": Kind("copy on write", "page", 0.50),
    "mprotect": Kind("mprotect twice", "page", 0.85),
    "munmap": Kind("munmap", "anonymous page", 0.36),
    "mremap": Kind("mremap", "page", EQUAL),
    "fork-dirty": Kind("fork of 32 MiB written", "page", 0.45),
    "mmap64k": Kind("mmap, touch all, munmap", "64 KiB", EQUAL),
    "mmap4m": Kind("mmap, touch one, munmap", "4 MiB", EQUAL),
    "boot": Kind("kernel's start", "to its first program", None),
}

_Point = collections.namedtuple("Point", "load")


class Point(_Point):
    """One of them; its limit is itself on the bare machine."""

    __slots__ = ()
    columns = ("operation", "of")
    charted = True
    lossy = False

    @property
    def name(self):
        return self.load

    @property
    def limit(self):
        return self

    @property
    def kind(self):
        return KINDS[self.load]

    @property
    def goal(self):
        return self.kind.goal

    @staticmethod
    def units(count):
        return count

    @property
    def cells(self):
        return [self.kind.title, self.kind.per]

    @property
    def label(self):
        return "%s, %s" % self.kind[:2]


def every():
    return [Point(name) for name in KINDS]
