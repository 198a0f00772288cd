# SPDX-License-Identifier: GPL-2.0-or-later
"""What is said with one booted machine that runs cases: tests/lab/session.sh in its Dom0.

workers.py makes one for each boot. Three streams tell of a case: what session.sh prints, Dom0's
and Xen's console, the guests' consoles. Each has marks of its own, and a case has ended when all
three have said so: then its splats are known.
"""

import re
import time

from lablib import verdict

STREAMS = ("script", "console", "guest")
MARK = re.compile(r"(?:lab-mark:|\[mark\]) (begin|end) (\S+)")


class Session:
    """Hands out cases when the machine asks, and reads what it says of them."""

    def __init__(self, take, ended, slow=lambda booted: 1.0, verbose=None):
        self.take = take             # returns the next Case, or None
        self.ended = ended           # is told of each case that has ended
        self.measure = slow          # how slow the machine is, by the seconds that it booted
        self.verbose = verbose       # gets each line, if it is wanted
        self.cases = {}              # those that the machine got
        self.open = {}               # name: streams in which it has not ended yet
        self.at = dict.fromkeys(STREAMS)
        self.since = None
        self.slow = 1.0
        self.send = None
        self.rest = b""
        self.outside = []            # splats while no case ran

    # ---- what the lab calls (lablib/machine.py) -----------------------------------------------

    def up(self, send, booted):
        """The machine is up: `send` gives it a line."""
        self.since = time.monotonic()
        self.slow = self.measure(booted)
        self.send = send

    def feed(self, data):
        """What session.sh printed."""
        *lines, self.rest = (self.rest + data).split(b"\n")
        for raw in lines:
            self.said(raw.decode("utf-8", "replace"))

    def heard(self, line, stamped):
        """A line of a console."""
        stream = "guest" if line.startswith(("[guest ", "[mark] ")) else "console"
        mark = MARK.search(line)
        if mark:
            if mark.group(1) == "begin":
                self.at[stream] = self.cases.get(mark.group(2))
            else:
                self.at[stream] = None
                self.close(mark.group(2), stream)
            return
        case = self.at[stream]
        if case:
            case.console.append(stamped)
        if verdict.is_splat(line, case and case.allow):
            (case.splats if case else self.outside).append(line)

    # ---- session.sh ---------------------------------------------------------------------------

    def said(self, line):
        case = self.at["script"]
        word, *values = line.split(" ", 3)
        if word == "@next":
            if case:
                self.at["script"] = None
                self.close(case.name, "script")
            self.give()
        elif word == "@begin":
            case.began = True
        elif word == "@end" and len(values) == 3 and case:
            case.status = int(values[1])
            case.seconds = int(values[2])
        elif word == "@left" and case:
            case.left.append(line.split(" ", 2)[2])
        elif case:
            case.output.append(line)
            if self.verbose:
                self.verbose("%5.1f %s" % (time.monotonic() - self.since, line))

    def give(self):
        case = self.take()
        self.since = time.monotonic()
        if case is None:
            self.send(None)
            return
        case.reset()
        self.at["script"] = self.cases[case.name] = case
        self.open[case.name] = set(STREAMS)
        case.allowed = int(case.limit * self.slow)
        self.send("%s %d %d" % (case.name, case.allowed, round(self.slow * 10)))

    def close(self, name, stream):
        streams = self.open.get(name, set())
        streams.discard(stream)
        if name in self.open and not streams:
            del self.open[name]
            self.ended(self.cases[name])

    def status(self, now):
        """What it is at, for a person."""
        case = self.at["script"]
        return "%s %d s" % (case.title, now - self.since) if case else \
            "power off" if self.cases else "boot"

    def over(self, reason):
        """The machine is off: cases that have not ended have now."""
        for name in list(self.open):
            case = self.cases[name]
            if case.status is None:
                case.status = 1
                case.output.append("FAIL: " + reason)
            del self.open[name]
            self.ended(case)
