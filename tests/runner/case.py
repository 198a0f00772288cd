# SPDX-License-Identifier: GPL-2.0-or-later
"""A case of the lab: its header, and what became of it. Called by waiting.py and workers.py.

The header is the "# key: value" comments above the first command:

  boot     the machine and its kernels; cases with the same line share a boot
  shows    what it shows, in one line
  tier     gate: in `make check`; full: in `make check-full` only
  gate     of a case that is not in the gate: those which show the same there, in short
  covers   files or folders that it is to run for when they change (tests/check --changed)
  takes    seconds on the reference machine, for who waits; `tests/lab/run --record` writes it
  limit    seconds after which it hangs, on the reference machine (default 300)
  debug    yes: `make check-full` runs it on the debug kernel, too; only: on that alone
  allow    a regular expression: such a line of a console is no splat
"""

import os
import re

from lablib import paths, verdict
from lablib.paths import LabError

CASES = os.path.join(paths.TESTS, "cases")
CHECK = os.path.join(paths.BUILD, "check")
DEFAULT_BOOT = "dom0=ours guest=ours smp=1 memory=2G"
DEFAULT_LIMIT = 300
DEFAULT_TAKES = 30
SOAK_LIMIT = 10                  # at full length a case may take so many times its limit
SKIPPED = 77
TIERS = ("gate", "full")
KEYS = ("boot", "shows", "tier", "gate", "covers", "takes", "limit", "debug", "allow")


def header(path):
    """{key: [value, ...]} of a case's file."""
    found = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            if not line.startswith("#"):
                break
            match = re.match(r"# (%s): *(.*\S)" % "|".join(KEYS), line)
            if match:
                found.setdefault(match.group(1), []).append(match.group(2))
    return found


class Case:
    """One file on one flavour of kernel, and what became of it."""

    def __init__(self, name, flavour="lab", cases=CASES):
        self.name = name
        self.flavour = flavour
        self.path = os.path.join(cases, name + ".sh")
        if not os.path.exists(self.path):
            raise LabError("there is no case '%s' (tests/lab/run --list)" % name)
        head = header(self.path)
        self.boot = " ".join(head.get("boot", [DEFAULT_BOOT])[0].split())
        if flavour == "debug":
            # What looks for bad accesses looks for races, too.
            self.boot = self.boot.replace("smp=1", "smp=2")
        self.shows = head.get("shows", [""])[0]
        self.tier = head.get("tier", ["full"])[0]
        self.covers = " ".join(head.get("covers", [])).split()
        self.takes = int(head.get("takes", [DEFAULT_TAKES])[0])
        self.limit = int(head.get("limit", [DEFAULT_LIMIT])[0])
        if os.environ.get("XENIFY_LENGTH") == "soak":
            self.limit *= SOAK_LIMIT
        self.debug = head.get("debug", ["no"])[0]
        self.allow = verdict.compile_allow(head.get("allow", []))
        self.first_failure = None    # why it failed, when it is run again
        self.reset()

    def reset(self):
        self.began = False
        self.allowed = self.limit    # seconds on this machine
        self.status = None           # of the script, None while it has not ended
        self.seconds = 0
        self.output = []
        self.left = []
        self.console = []
        self.splats = []

    @property
    def key(self):
        """What a machine has to be for it: kernels and boot line."""
        return self.flavour, self.boot

    @property
    def title(self):
        return self.name if self.flavour == "lab" else "%s on %s" % (self.name, self.flavour)

    @property
    def log(self):
        name = self.name if self.flavour == "lab" else "%s-%s" % (self.name, self.flavour)
        return os.path.join(CHECK, name + (".again" if self.first_failure else "") + ".log")

    def why(self):
        """Why it failed, in one line; empty if it did not."""
        if self.splats:
            return "splat: " + self.splats[0].strip()
        if self.status in (124, 137):
            return "not done within %d s" % self.allowed
        if self.status not in (0, SKIPPED):
            said = [l for l in self.output if l.startswith("FAIL: ")]
            return said[-1][6:] if said else "exit status %s" % self.status
        if self.left:
            return "left behind: " + "; ".join(self.left)
        return ""

    def write_log(self):
        os.makedirs(CHECK, exist_ok=True)
        with open(self.log, "w", encoding="utf-8") as f:
            f.write("%s: %s\nboot: %s, %s\n\n" % (self.name, self.shows, self.boot, self.flavour))
            f.writelines(l + "\n" for l in self.output)
            if self.left:
                f.write("\nleft behind:\n" + "\n".join(self.left) + "\n")
            if self.splats:
                f.write("\nsplats:\n" + "\n".join(self.splats) + "\n")
            f.write("\nconsoles:\n")
            f.writelines(l + "\n" for l in self.console)


def names(cases=CASES):
    return sorted(n[:-3] for n in os.listdir(cases) if n.endswith(".sh"))


def record(cases):
    """Write how long cases took into their headers."""
    for case in cases:
        with open(case.path, encoding="utf-8") as f:
            text = f.read()
        text = re.sub(r"(?m)^# takes: .*$", "# takes: %d" % max(1, case.seconds), text, count=1)
        with open(case.path, "w", encoding="utf-8") as f:
            f.write(text)
