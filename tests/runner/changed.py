# SPDX-License-Identifier: GPL-2.0-or-later
"""What a change has to pass before it is worth more, for `tests/check --changed`.

Lint of the changed files, unit tests if their files have changed, and the lab's cases whose header
says that they cover what has (`# covers:`), as many as fit into SECONDS: those that name it most
exactly first.
"""

import os
import subprocess

from lablib import paths, turn
from lablib.paths import LabError

from . import case, parts

SECONDS = 90                     # of cases, on each machine
LISTED = os.path.join(paths.BUILD, "check", "changed-files")
# What unit tests and fuzzers are made of, and what needs no lab at all.
UNIT = ("drivers/", "tools/xm/", "tools/xend/", "tests/unit/", "tests/fuzz/", "tests/bench/", "tests/runner/",
        "tools/lab/lablib/")


def git(*words):
    done = subprocess.run(("git",) + words, cwd=paths.TOP, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise LabError("git %s: %s" % (words[0], done.stderr.strip()))
    return done.stdout.splitlines()


def files(base):
    """What differs from a commit, new files, too; if nothing does, from the one before it."""
    def since(commit):
        return set(git("diff", "--name-only", commit)) | \
            set(git("ls-files", "-o", "--exclude-standard"))
    return sorted(since(base) or since(base + "~1"))


def covers(prefix, name):
    return name == prefix or (prefix.endswith("/") and name.startswith(prefix))


def exactness(one, changed):
    """How exactly a case names what has changed: the longest of its prefixes; 0: not at all."""
    name = os.path.relpath(one.path, paths.TOP)
    if name in changed:
        return 1000
    return max([len(p) for p in one.covers for f in changed if covers(p, f)], default=0)


def cases(changed, seconds):
    """(chosen, left out), of those that cover the change."""
    concerned = [(exactness(one, changed), one) for one in map(case.Case, case.names())]
    concerned = sorted((c for c in concerned if c[0]), key=lambda c: (-c[0], c[1].takes))
    chosen, left = [], []
    for _, one in concerned:
        fits = sum(c.takes for c in chosen) + one.takes <= seconds
        (chosen if fits or not chosen else left).append(one)
    return chosen, left


def plan(base, tell):
    """The jobs."""
    changed = files(base)
    if not changed:
        raise LabError("nothing has changed since " + base)
    os.makedirs(os.path.dirname(LISTED), exist_ok=True)
    with open(LISTED, "w", encoding="utf-8") as f:
        f.writelines(name + "\n" for name in changed)
    os.environ["LINT_ONLY"] = LISTED
    tell("%d files have changed since %s" % (len(changed), base))
    names = ["lint"]
    if any(f.startswith(UNIT) for f in changed):
        names.append("unit")
    chosen, left = cases(changed, SECONDS * turn.cpus())
    if chosen:
        names.append("lab")
    if left:
        tell("left out, for more than %d s: %s" % (SECONDS, " ".join(c.name for c in left)))
    jobs = parts.plan("gate", names, chosen)
    if any("upstream" in c.boot or "stock" in c.boot for c in chosen):
        return jobs
    # Kernels and modules that none of these cases boots.
    spare = ("kernel-upstream-lab", "modules-stock")
    for job in jobs:
        job.needs = [n for n in job.needs if n not in spare]
    return [job for job in jobs if job.name not in spare]
