# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the instructions of an I/O go, by function: for `bench --profile`.

Reads what plugin.c wrote during one boot of a pair, the kernel's System.map and the symbols
in the hypervisor. Dom0 is on CPU 0 then and the guest on CPU 1.
"""

import bisect
import collections
import os

SIDES = ("dom0", "guest")
# The hypervisor's own part of the address space on x86_64, from its public header for PV guests.
XEN_START, XEN_END = 0xffff800000000000, 0xffff880000000000
KERNEL_START = 0xffffffff80000000


class Symbols:
    """The functions of a kernel and of Xen, by address; `lines` are System.map's."""

    def __init__(self, lines):
        found = []
        for line in lines:
            address, kind, name = line.split()[:3]
            if kind in "tTwW":
                found.append((int(address, 16), name))
        found.sort()
        self.addresses = [a for a, _ in found]
        self.names = [n for _, n in found]

    def name(self, address):
        if address < XEN_START:
            return "(fio and other programs)"
        inside = self.names[bisect.bisect_right(self.addresses, address) - 1]
        if address < XEN_END:
            return "xen: " + inside
        return inside if address >= KERNEL_START else "(elsewhere in the kernel)"


def system_map(image):
    """System.map of a bzImage in its build tree."""
    tree = os.path.realpath(image)
    for _ in range(4):
        tree = os.path.dirname(tree)
    return os.path.join(tree, "System.map")


def read(lines, symbols, ios):
    """{(side, function): instructions per I/O}"""
    sums = collections.Counter()
    for line in lines:
        cpu, address, insns = line.split()
        sums[SIDES[int(cpu)], symbols.name(int(address, 16))] += int(insns)
    return {key: n / ios for key, n in sums.items()}


def rows(profiles, most):
    """(side, function, {pair: instructions}), the largest difference or cost first."""
    keys = set().union(*profiles.values())
    listed = sorted(keys, key=lambda k: -max(p.get(k, 0) for p in profiles.values()))
    return [(k[0], k[1], {pair: p.get(k, 0) for pair, p in profiles.items()})
            for k in listed[:most]]


def text(point, profiles, most=60):
    pairs = list(profiles)
    lines = ["Instructions per I/O by function: %s" % point.name, "",
             "%-6s %-40s" % ("side", "function") + "".join("%12s" % p for p in pairs)]
    for side in SIDES:
        lines.append("%-6s %-40s" % (side, "everything") + "".join("%12.0f" % sum(
            n for (s, _), n in profiles[p].items() if s == side) for p in pairs))
    lines.append("")
    for side, function, costs in rows(profiles, most):
        lines.append("%-6s %-40s" % (side, function) +
                     "".join("%12.0f" % costs[p] for p in pairs))
    return "\n".join(lines)
