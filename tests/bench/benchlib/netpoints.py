# SPDX-License-Identifier: GPL-2.0-or-later
"""What is measured of the network pair: loads of netload.c, which way, at which MTU."""

import collections

# `per`: of netload's counts in a unit; `goal`: the most of upstream's overhead.
Load = collections.namedtuple("Load", "title unit per goal lossy")

LOADS = {
    "bulk": Load("TCP bulk", "kB", 1000, 0.4, False),
    "rr": Load("TCP request/response", "transaction", 1, 0.6, False),
    "udp": Load("UDP 64 bytes", "packet", 1, 0.5, True),
    # What doesn't arrive was work, too, so no goal can be made of it but for the loss.
    "flood": Load("UDP 64 bytes, flood", "packet", 1, None, True),
}
WAYS = {"out": "from the guest", "in": "to the guest", "guests": "guest to guest"}
BETWEEN_GUESTS = 0.5

_Point = collections.namedtuple("Point", "load way mtu")


class Point(_Point):
    """One load one way; its limit is itself, between Dom0 and a namespace there."""

    __slots__ = ()
    columns = ("load", "way", "MTU", "unit")
    charted = True

    @property
    def name(self):
        return "%s-%s-%d" % self

    @property
    def limit(self):
        return self

    @property
    def kind(self):
        return LOADS[self.load]

    @property
    def goal(self):
        if self.way == "guests" and self.kind.goal:
            return BETWEEN_GUESTS
        return self.kind.goal

    @property
    def lossy(self):
        return self.kind.lossy

    def units(self, count):
        return count / self.kind.per

    @property
    def cells(self):
        return [self.kind.title, WAYS[self.way], str(self.mtu), self.kind.unit]

    @property
    def label(self):
        mtu = ", MTU %d" % self.mtu if self.mtu != 1500 else ""
        return "%s %s%s" % (self.kind.title, WAYS[self.way], mtu)


def matrix(loads, ways, mtus):
    return [Point(load, way, mtu) for mtu in mtus for load in loads for way in ways]
