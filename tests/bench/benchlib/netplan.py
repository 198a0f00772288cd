# SPDX-License-Identifier: GPL-2.0-or-later
"""The plans for the network pair: Quick, Full and Profile. Their steps are functions of net.sh."""

from .netpoints import matrix
from .netreport import NetReport
from .plan import COUNT, Plan

# Who sends to whom: guests, and what stands for them in Dom0 itself, network namespaces.
# Dom0's own comes first, as profile.py expects of windows.
ENDS = {"dom0": {"out": "n1 dom0", "in": "dom0 n1", "guests": "n1 n2"},
        "guest": {"out": "g1 dom0", "in": "dom0 g1", "guests": "g1 g2"}}

# Milliseconds of the window, and how much longer the load is: TCP finds its speed meanwhile.
# By instructions 100 ms are some thousand packets, and some ten megabytes.
WINDOW = 100
WALL_WINDOW = 500
TRACED = 50
MORE = {"bulk": 250}
LITTLE_MORE = 120
WALL_MORE = 1000


class NetPlan(Plan):
    """What they have in common."""

    subject = "network pair"
    unit, units = "kB, packet or transaction", "kB, packets or transactions"
    per_unit = (("packets", "vif packets"),)
    counting = "counted by xentrace"
    memory = (2560, 1024)
    reader = NetReport
    guests = 1

    def steps(self, mode, runs, directory):
        yield "net_spaces"
        for n in range(1, self.guests + 1):
            yield "net_guest %d" % n
        if mode == COUNT:
            yield "pin %d" % self.guests
        yield "settle"
        for mtu in sorted({p.mtu for p in self.single}):
            yield "net_mtu %d" % mtu
            here = [p for p in self.single if p.mtu == mtu]
            for _ in runs:
                for who in ENDS:
                    yield from (self.step("net_point " + who, who, mode, p) for p in here)
            if mode == COUNT:
                yield from (self.step("net_counted", "guest", mode, p, TRACED)
                            for p in here if p in self.counted)

    @staticmethod
    def step(call, who, mode, point, window=None):
        """CALL POINT FROM TO LOAD WINDOW LENGTH"""
        if mode == COUNT:
            window, more = window or WINDOW, MORE.get(point.load, LITTLE_MORE)
        else:
            window, more = WALL_WINDOW, WALL_MORE
        return "%s %s %s %s %d %d" % (call, point.name, ENDS[who][point.way], point.load,
                                      window, window + more)


class Quick(NetPlan):
    """Between one guest and Dom0."""

    name = "net-quick"
    quick = True

    def __init__(self):
        super().__init__()
        self.single = matrix(["bulk", "udp", "flood"], ["out", "in"], [1500])
        self.single += matrix(["rr"], ["out"], [1500])
        self.counted = self.single


class Full(NetPlan):
    """Everything."""

    name = "net-full"
    guests = 2

    def __init__(self):
        super().__init__()
        ways = ["out", "in", "guests"]
        self.single = matrix(["bulk", "rr", "udp", "flood"], ways, [1500])
        self.single += matrix(["bulk"], ways, [9000])
        self.counted = self.single


class Profile(NetPlan):
    """One point under plugin.c, which makes everything several times slower."""

    name = "profile"

    def __init__(self, point):
        super().__init__()
        self.single = [point]
        self.guests = 2 if point.way == "guests" else 1
