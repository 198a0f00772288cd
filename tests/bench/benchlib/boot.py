# SPDX-License-Identifier: GPL-2.0-or-later
"""One boot of the lab that measures: makes /share, runs dom0.sh, returns the plan's Report.

Called by tests/bench/bench for each pair of kernels and each way to measure.
"""

import os
import shutil
import sys
import tempfile
import time

from lablib import images, machine, options
from lablib.paths import BUILD, LAB, LabError

from .plan import COUNT

HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
LIMIT = 1500                     # seconds for a boot, on a busy machine


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
    for name in ("fio-set", "net.sh"):
        shutil.copy(os.path.join(HERE, name), directory)
    for name in ("window", "netload"):
        compile_c(name, os.path.join(directory, name), "-static")
    plan.write(mode, runs, directory)
    return directory


def plugin(profile):
    """QEMU's arguments for plugin.c, which writes to the file `profile`."""
    library = profile + ".so"
    compile_c("plugin", library, "-shared", "-fPIC")
    return ["-plugin", "file=%s,out=%s" % (machine.escape(library), machine.escape(profile))]


def boot(pair, kernel, plan, mode, runs, verbose=False,
         profile=None):
    """Measure with `kernel` in Dom0 and in the guests. The caller has the lab's turn."""
    start = time.monotonic()

    def say(text):
        if verbose:
            print("bench: %4d s: %s: %s" % (time.monotonic() - start, pair, text),
                  file=sys.stderr, flush=True)

    report = plan.reader(plan.points(), say)
    directory = share(plan, mode, runs)
    memory, dom0_memory = plan.memory
    opts = options.defaults(
        "run", dom0=kernel, guest=kernel, smp=2, memory=memory, dom0_memory=dom0_memory,
        share=directory, timeout=LIMIT, count_instructions=mode == COUNT,
        append="brd.rd_nr=5", log=log_file(plan, pair, mode, runs),
        args=[os.path.join(HERE, "dom0.sh")])
    opts.output = report.feed
    if profile:
        opts.qemu = plugin(profile)
    try:
        result = machine.run_now(opts)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    if result.status or not report.done:
        machine.report(result)
        raise LabError("the boot of '%s' (%s) failed with status %d:\n%s\nlog: %s" % (
            pair, mode, result.status, "\n".join(report.failures[-10:]), result.log))
    report.seconds = result.seconds
    return report
