# SPDX-License-Identifier: GPL-2.0-or-later
"""Where things are.  Every other module of lablib calls it; it calls none.

All paths follow from this file's own place, so a checkout works anywhere.
Everything that the lab writes is below build/, which git ignores.
"""

import os
import shutil

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
SRC = os.path.join(TOP, "tools", "lab")
TESTS = os.path.join(TOP, "tests", "lab")
BUILD = os.path.join(TOP, "build")
LAB = os.path.join(BUILD, "lab")
LOGS = os.path.join(LAB, "log")
RUNS = os.path.join(LAB, "run")


class LabError(Exception):
    """Something the person can mend; the message says how."""


def need_tools(*names):
    """Fail with one message that names every missing program and its package."""
    packages = {
        "qemu-system-x86_64": "qemu-system-x86", "mmdebstrap": "mmdebstrap",
        "mke2fs": "e2fsprogs", "cc": "gcc",
    }
    missing = [n for n in names if not which(n)]
    if missing:
        raise LabError("not installed: %s; run: apt install %s" % (
            ", ".join(missing), " ".join(packages.get(n, n) for n in missing)))


def which(name):
    """Like shutil.which, but looks into the sbin directories as well."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return shutil.which(name, path=path)


def relative(path):
    """A path as a person standing at the top of the checkout would type it."""
    rel = os.path.relpath(path, TOP)
    return path if rel.startswith("..") else rel
