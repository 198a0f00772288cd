# SPDX-License-Identifier: GPL-2.0-or-later
"""One boot of the lab that measures: makes /share, runs dom0.sh, returns the plan's Report.

Called by tests/bench/bench for each pair of kernels and each way to measure.
"""

import os
import shutil
import sys
import tempfile
import time

from lablib import console, images, machine, options
from lablib.paths import BUILD, LAB, LabError

from .plan import COUNT

HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
# Seconds without a number after which a boot hangs, and those until Dom0 is up, on the reference
# machine (tests/runner/speed.py).
STALL = 600
BOOTS = 9.0


class Progress(console.Session):
    """Feeds a report, and says when nothing has come for too long."""

    def __init__(self, report):
        super().__init__(report.feed)
        self.last = time.monotonic()
        self.slow = 1.0

    def up(self, send, seconds):
        super().up(send, seconds)
        self.slow = max(1.0, seconds / BOOTS)

    def feed(self, data):
        self.last = time.monotonic()
        super().feed(data)

    def overdue(self, _seconds):
        return time.monotonic() - self.last > STALL * self.slow


def finish(result, report, what):
    """A boot that ended early has measured something: it is kept, with why it is not all."""
    if not result.status and report.done:
        return
    machine.report(result)
    why = "%s failed with status %d: %s; log: %s" % (
        what, result.status, result.reason or "; ".join(report.failures[-5:]), result.log)
    if not report.rates:
        raise LabError(why)
    report.failures.append(why)


def compile_c(name, target, *flags):
    images.command(["cc", "-O2", "-Wall", "-Wextra", *flags, "-o", target,
                    os.path.join(HERE, name + ".c")], "compiling " + name)


def log_file(plan, pair, mode, runs):
    name = "%s-%s-%s%s" % (plan.name, pair, mode.replace(" ", "-"),
                           "-%d" % runs[0] if len(runs) == 1 else "")
    return os.path.join(BUILD, "bench", "log", name + ".log")


def share(plan, mode, runs):
    """A directory with all that Dom0 and the guests need."""
    os.makedirs(LAB, exist_ok=True)
    directory = tempfile.mkdtemp(dir=LAB, prefix="bench-")
    os.chmod(directory, 0o755)
    for name in ("fio-set", "cpu.sh", "net.sh"):
        shutil.copy(os.path.join(HERE, name), directory)
    for name in ("window", "netload", "cpuload"):
        compile_c(name, os.path.join(directory, name), "-static")
    plan.write(mode, runs, directory)
    return directory


def plugin(profile):
    """QEMU's arguments for plugin.c, which writes to the file `profile`."""
    library = profile + ".so"
    compile_c("plugin", library, "-shared", "-fPIC")
    return ["-plugin", "file=%s,out=%s" % (machine.escape(library), machine.escape(profile))]


def teller(pair, start, verbose):
    """A function that says how far a boot is."""
    def say(text):
        if verbose:
            print("bench: %4d s: %s: %s" % (time.monotonic() - start, pair, text),
                  file=sys.stderr, flush=True)
    return say


def boot(pair, kernel, plan, mode, runs, verbose=False,
         profile=None):
    """Measure with `kernel` in Dom0 and in the guests. The caller has the lab's turn."""
    report = plan.reader(plan.points(), teller(pair, time.monotonic(), verbose))
    directory = share(plan, mode, runs)
    memory, dom0_memory = plan.memory
    opts = options.defaults(
        "run", dom0=kernel, guest=kernel, smp=2, memory=memory, dom0_memory=dom0_memory,
        share=directory, timeout=0, count_instructions=mode == COUNT,
        append="brd.rd_nr=5", log=log_file(plan, pair, mode, runs),
        args=[os.path.join(HERE, "dom0.sh")])
    opts.session = Progress(report)
    opts.overdue = opts.session.overdue
    if profile:
        opts.qemu = plugin(profile)
    try:
        result = machine.run_now(opts)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    finish(result, report, "the boot of '%s' (%s)" % (pair, mode))
    report.seconds = result.seconds
    return report
