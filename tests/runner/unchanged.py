# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts that need not run again, since nothing has changed after they passed. Called by jobs.py.

Only for parts whose outcome follows from what they read: no lab, where timing has a say, and no
fuzzing, which tries something else each time. What they read is the whole tree, commit included
(packages bear its number), the distribution's packages, and the environment that chooses
compilers: of any other change they run. The record is build/check/passed/NAME.
"""

import hashlib
import json
import os
import subprocess
import time

from lablib import paths

ENVIRONMENT = ("CC", "LLVM", "LINUX_SOURCE", "KCFLAGS", "W", "C", "PATH")


def output(*command):
    return subprocess.run(command, cwd=paths.TOP, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True).stdout


def add_file(digest, name):
    path = os.path.join(os.fsencode(paths.TOP), name)
    digest.update(b"\0file %s\0" % name)
    if os.path.islink(path):
        digest.update(os.fsencode(os.readlink(path)))
    elif os.path.exists(path):
        digest.update(b"%o\0" % (os.stat(path).st_mode & 0o777))
        with open(path, "rb") as f:
            digest.update(hashlib.sha256(f.read()).digest())


def fingerprint():
    """Of all that such a part reads; None where there is no git to tell."""
    digest = hashlib.sha256()
    try:
        digest.update(output("git", "rev-parse", "HEAD"))
        digest.update(output("dpkg-query", "-W"))
        names = output("git", "ls-files", "-z", "-co", "--exclude-standard").split(b"\0")
    except (OSError, subprocess.CalledProcessError):
        return None
    for name in sorted(set(filter(None, names))):
        add_file(digest, name)
    for name in ENVIRONMENT:
        digest.update(os.fsencode("\0env %s=%s" % (name, os.environ.get(name, ""))))
    return digest.hexdigest()


class Unchanged:
    """What passed when, of the tree as it is now."""

    def __init__(self, folder):
        self.folder = folder
        self.before = fingerprint()

    def record(self, job):
        return os.path.join(self.folder, job.name)

    def identity(self, job):
        return [self.before, job.command, job.env]

    def passed(self, job):
        """(how many tests passed, when), if nothing has changed since; else None."""
        try:
            with open(self.record(job), encoding="utf-8") as f:
                kept = json.load(f)
            if self.before and kept["of"] == self.identity(job):
                return kept["passed"], kept["when"]
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return None

    def keep(self, job, passed, failed):
        """Records what a job said, if it read one and the same tree all the time."""
        if failed or not passed or self.before is None or fingerprint() != self.before:
            self.forget(job)
            return
        os.makedirs(self.folder, exist_ok=True)
        with open(self.record(job) + ".new", "w", encoding="utf-8") as f:
            json.dump({"of": self.identity(job), "passed": passed,
                       "when": time.strftime("%Y-%m-%d %H:%M")}, f)
        os.replace(self.record(job) + ".new", self.record(job))

    def forget(self, job):
        if os.path.exists(self.record(job)):
            os.unlink(self.record(job))
