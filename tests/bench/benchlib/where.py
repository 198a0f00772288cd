# SPDX-License-Identifier: GPL-2.0-or-later
"""What was measured, and on what: for those who read the figures later. Called by results.py."""

import os
import re
import subprocess
import time

from lablib import paths


def output(*command):
    try:
        return subprocess.run(command, cwd=paths.TOP, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.DEVNULL, check=False).stdout
    except FileNotFoundError:
        return ""


def cpu():
    """The name of this machine's CPU."""
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as f:
        found = re.search(r"^model name\s*:\s*(.+)$", f.read(), re.M)
    return found.group(1).strip() if found else "unknown"


def here():
    """The tree as it is now, the day, and the machine."""
    qemu = re.search(r"version (\S+)", output("qemu-system-x86_64", "--version"))
    return {"commit": output("git", "describe", "--always", "--dirty", "--abbrev=12").strip(),
            "date": time.strftime("%Y-%m-%d"), "cpu": cpu(), "cpus": os.cpu_count(),
            "qemu": qemu.group(1) if qemu else "unknown"}
