# SPDX-License-Identifier: GPL-2.0-or-later
"""A lab of fake machines for the runner's tests: cases by name, and what the runner said of them.

Run as a program (fakelab.py FOLDER NAME...), it is a runner that a test can interrupt.
"""

import io
import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
TOP = os.path.join(HERE, "..", "..")
sys.path[:0] = [os.path.join(TOP, "tests"), os.path.join(TOP, "tools", "lab")]

from lablib import machine, turn  # noqa: E402
from runner import case, outcome, workers  # noqa: E402
from runner.screen import Screen  # noqa: E402


class FakeLab:
    """Everything that it writes is in `folder`."""

    def __init__(self, folder, **overdue):
        self.folder = folder
        self.text = io.StringIO()
        case.CHECK = os.path.join(folder, "check")
        outcome.UNSTEADY = os.path.join(case.CHECK, "unsteady")
        outcome.CHECK = case.CHECK
        # A real lab may be at work beside it.
        turn.LAB = machine.LOGS = machine.RUNS = folder
        for name, value in overdue.items():
            setattr(workers, name, value)

    def machine(self, _where, hub, _dom0, _guest, _options):
        return [sys.executable, os.path.join(HERE, "fake_machine.py"), self.folder] + [
            "%s=%d" % (name, channel.theirs.fileno()) for name, channel in hub.channels.items()]

    def make(self, name, header=()):
        """A case whose machine needs no kernel: its image is any file."""
        path = os.path.join(self.folder, name + ".sh")
        with open(path, "w", encoding="ascii") as f:
            f.writelines("# %s\n" % line for line in (
                "boot: dom0=%s guest=%s" % (path, path), *header))
        return case.Case(name, cases=self.folder)

    def share(self, names, header=()):
        """Cases that share a boot line."""
        cases = [self.make(name, header) for name in names]
        for one in cases:
            one.boot = cases[0].boot
        return cases

    def run(self, cases, stop=None):
        screen = Screen(self.text)
        try:
            return workers.Workers(cases, screen, make_machine=self.machine, stop=stop).run()
        finally:
            screen.close()

    def said(self):
        return self.text.getvalue()


def main(folder, names):
    lab = FakeLab(folder)
    lab.text = sys.stdout
    lab.run([lab.make(name) for name in names])


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2:])
    except KeyboardInterrupt:
        sys.exit(130)
