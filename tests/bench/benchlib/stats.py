# SPDX-License-Identifier: GPL-2.0-or-later
"""Medians, spreads and the comparison of two kernels at one point.

results.py calls it; nothing here knows of files or machines.
"""

import collections
import statistics

# median: instructions per unit of work, or units per second; spread: (most - least) / median.
Value = collections.namedtuple("Value", "median spread")

# Everything in instructions per unit; None where it was not measured.
Overhead = collections.namedtuple("Overhead", "upstream ours ratio goal")


def value(numbers):
    """Value of the runs of one point, None without any."""
    if not numbers:
        return None
    median = statistics.median(numbers)
    return Value(median, (max(numbers) - min(numbers)) / median if median else 0.0)


def instructions(rates):
    """Instructions per unit: when they are counted, one is a nanosecond."""
    return [1e9 / r for r in rates]


def ratio(ours, upstream):
    """ours / upstream of two Values, None if one is missing."""
    if ours is None or upstream is None or not upstream.median:
        return None
    return ours.median / upstream.median


def overhead(dom0, upstream, ours, goal):
    """What the split driver costs above Dom0's own work, for Values of the three."""
    def above(v):
        return v.median - dom0.median if dom0 and v else None

    u, o = above(upstream), above(ours)
    r = o / u if u and o is not None and u > 0 else None
    return Overhead(u, o, r, goal)
