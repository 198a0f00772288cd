# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of the cases of a run, and the lines that say so. Called by workers.py.

A case that failed and passes when it is run once more is unsteady: that is told, kept in
build/check/unsteady, and forgiven twice in a run.
"""

import os

from lablib import paths

from .case import CHECK, SKIPPED

TAIL = 30                        # lines of a failed case that are shown: its log may be out of reach
FORGIVEN = 2
UNSTEADY = os.path.join(CHECK, "unsteady")


class Outcome:
    def __init__(self, line):
        self.line = line             # prints one
        self.passed = self.failed = self.skipped = 0
        self.unsteady = []           # "NAME: why"
        self.seconds = []            # (seconds, NAME)
        self.good = []               # cases that passed

    def ended(self, case):
        """A case has ended. False if it is to be run once more."""
        why = case.why()
        case.write_log()
        log = paths.relative(case.log)
        if why and not case.first_failure:
            self.line("again %s: %s (%d s), log at %s" % (case.title, why[:200], case.seconds, log))
            case.first_failure = why
            return False
        self.seconds.append((case.seconds, case.title))
        if why:
            self.failed += 1
            self.line("FAIL %s: %s, log at %s" % (case.title, why[:200], log))
            for line in case.output[-TAIL:] + case.left + case.splats[:TAIL]:
                self.line("     " + line)
        elif case.status == SKIPPED:
            self.skipped += 1
            said = [l for l in case.output if l.startswith("SKIP: ")]
            self.line("skip %s: %s" % (case.title, said[-1][6:] if said else ""))
        else:
            self.passed += 1
            self.good.append(case)
            self.line("ok   %s (%d s)" % (case.title, case.seconds))
            if case.first_failure:
                self.unsteady.append("%s: %s" % (case.title, case.first_failure))
        return True

    def fail(self, what):
        """Something that is no case's alone."""
        self.failed += 1
        self.line("FAIL " + what)

    def conclude(self):
        """All have ended."""
        os.makedirs(CHECK, exist_ok=True)
        with open(UNSTEADY, "w", encoding="utf-8") as f:
            f.writelines(line + "\n" for line in self.unsteady)
        for line in self.unsteady:
            self.line("unsteady " + line)
        if len(self.unsteady) > FORGIVEN:
            self.fail("lab: %d unsteady cases, at most %d are forgiven; see %s"
                      % (len(self.unsteady), FORGIVEN, paths.relative(UNSTEADY)))
        return self

    def sums(self):
        text = "%d passed, %d failed" % (self.passed, self.failed)
        return text + ", %d skipped" % self.skipped if self.skipped else text
