# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the instructions of an I/O or a packet go, by function: for `bench --profile`.

Reads what plugin.c wrote during one boot of a pair, the kernel's System.map and the symbols
in the hypervisor. Dom0 is on CPU 0 then and guests on CPU 1.
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
            return "(programs)"
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


def read(path, symbols, units):
    """{(side, function): instructions per unit of work}"""
    sums = collections.Counter()
    with open(path, encoding="ascii") as f:
        for line in f:
            cpu, address, insns = line.split()
            sums[SIDES[int(cpu)], symbols.name(int(address, 16))] += int(insns)
    return {key: n / units for key, n in sums.items()}


def both_sides(profile):
    """{function: instructions per unit of work}"""
    sums = collections.Counter()
    for (_, function), n in profile.items():
        sums[function] += n
    return sums


def rows(own, profiles):
    """[function, Dom0 itself, then of each pair: guest, dom0, both less Dom0 itself]; the
    dearest overhead first."""
    own = both_sides(own)
    sums = {pair: both_sides(p) for pair, p in profiles.items()}
    found = []
    for function in set(own).union(*sums.values()):
        row = [function, own[function]]
        for pair, p in profiles.items():
            row += [p.get(("guest", function), 0), p.get(("dom0", function), 0),
                    sums[pair][function] - own[function]]
        found.append(row)
    return sorted(found, key=lambda row: -max(abs(over) for over in row[4::3]))


def text(point, unit, own, profiles, most=70):
    found = rows(own, profiles)
    total = ["everything"] + [sum(row[i] for row in found) for i in range(1, len(found[0]))]
    head = "%-36s%9s" % ("", "Dom0")
    second = "%-36s%9s" % ("function", "itself")
    for pair in profiles:
        head += "%27s" % pair
        second += "%9s%9s%9s" % ("guest", "Dom0", "OVERHEAD")
    lines = ["Instructions per %s by function: %s. OVERHEAD is what is above Dom0's own."
             % (unit, point.name), "", head, second]
    for row in [total] + found[:most]:
        lines.append("%-36s" % row[0][:36] + "".join("%9.0f" % n for n in row[1:]))
    return "\n".join(lines)
