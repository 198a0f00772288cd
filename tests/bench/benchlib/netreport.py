# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what net.sh prints, beside what every boot does: loads and what passed the vifs."""

from .report import Report


class NetReport(Report):
    """`passed[point]` is what went through all vifs, per unit."""

    def __init__(self, points, say=None):
        super().__init__(points, say)
        self.passed = {}
        self._last = {}              # units in the last window, by who had it
        self._before = {}            # of each vif: its counters when a load began

    def on_net(self, values):
        """A load's window: by the counts of both ends when it opened, closed, and in all."""
        who, name, *numbers = values
        ns, _, _, sent, first, last, received = (int(n) for n in numbers)
        point = self.points[name]
        if last <= first or not sent:
            self.failures.append("nothing arrived at " + name)
            return
        self._last[who] = point.units(last - first)
        self.add(who, point, self._last[who] * 1e9 / ns)
        if point.lossy:
            self.lost.setdefault((who, point), []).append(1 - received / sent)

    def on_vif(self, values):
        """Its counters, with 0 units before a load and with what was done after it."""
        name, vif, units, *numbers = values
        numbers, units = [int(n) for n in numbers], int(units)
        if not units:
            self._before[vif] = numbers
            return
        point = self.points[name]
        sums = self.passed.setdefault(point, {"copied": 0, "packets": 0})
        numbers = [now - before for now, before in zip(numbers, self._before[vif])]
        rx_bytes, rx_packets, tx_bytes, tx_packets, uncopied = numbers
        # Of a packet whose pages stay mapped, nearly nothing is copied.
        copied = 1 - min(uncopied / rx_packets, 1) if rx_packets else 1
        sums["copied"] += (rx_bytes * copied + tx_bytes) / point.units(units)
        sums["packets"] += (rx_packets + tx_packets) / point.units(units)

    def profiled(self, point):
        return self._last["dom0"], self._last["guest"]

    def derived(self, point):
        return self.passed.get(point, {})
