# SPDX-License-Identifier: GPL-2.0-or-later
"""The jobs of `make check`, `make check-full` and `make soak`. Called by tests/check.

  lint     style, the house's measures                    tests/lint/run
  sparse   warnings of compiler and sparse in our part     tests/lint/run linked kernel
  unit     the real files in user space, with sanitizers   tests/unit, tests/bench, tests/runner
  fuzz     the same under libFuzzer                        tests/fuzz
  build    configuring, packages, DKMS, installing         tests/build
  kunit    inside the kernel, while it boots               tests/kunit
  grub     what "make install" writes, booted by GRUB      tools/install
  lab      Xen, Dom0 and guests                            tests/lab/cases
"""

import os

from lablib import kernels, paths

from . import case, workers
from .jobs import Job

# The folder of each kernel, by make's name for it.
WHERE = {how.split()[1]: os.path.join(paths.BUILD, name) for name, how in kernels.BUILT.values()}
KERNEL = WHERE["kernel-lab"]
PARTS = ("lint", "sparse", "unit", "fuzz", "build", "kunit", "grub", "lab")
# So many inputs for each target, but no longer than so long: some take a hundred times of others.
FUZZ = {"gate": ("RUNS=200000", "SECONDS=15"), "full": ("RUNS=1000000", "SECONDS=90"),
        "soak": ("RUNS=20000000", "SECONDS=3600")}
SOAK_LIMIT = 24 * 3600
BUILDS = {"gate": ("source", "kernel-lab", "tools", "images", "modules-stock",
                   "kernel-upstream-lab")}
BUILDS["full"] = BUILDS["soak"] = BUILDS["gate"] + ("kernel-debug", "kernel")
# Seconds on the reference machine, with an empty ccache.
TAKES = {"source": 15, "images": 160, "modules-stock": 40, "kernel-lab": 430,
         "kernel-upstream-lab": 25, "kernel-debug": 640, "kernel": 500}


def lab_cases(length):
    """Which cases, on which kernel."""
    chosen = []
    for name in case.names():
        one = case.Case(name)
        if length == "gate" and one.tier != "gate":
            continue
        if one.debug != "only":
            chosen.append(one)
        if one.debug != "no" and length != "gate":
            chosen.append(case.Case(name, "debug"))
    return chosen


def lab(cases):
    def run(jobs):
        """(passed, failed), to which a skipped case counts."""
        outcome = workers.Workers(cases, jobs.screen, stop=jobs.stop).run()
        jobs.seconds += outcome.seconds
        return outcome.passed, outcome.failed + outcome.skipped
    return run


def make(name):
    return ["make", "--no-print-directory", name]


def builds(length):
    """Kernels one after the other, all else beside them."""
    needs = {"kernel-lab": ["source"], "kernel-upstream-lab": ["kernel-lab"],
             "kernel-debug": ["source"], "kernel": ["source"], "modules-stock": ["source"]}
    for name in BUILDS[length]:
        lane = "kernels" if name.startswith("kernel") else name
        yield Job(name, make(name), needs.get(name, ()), lane, test=False,
                  takes=TAKES.get(name, 0))


def parts(length, cases):
    env = {"KOUT": KERNEL}
    yield Job("kunit", ["tests/kunit/check"], ["kernel-lab", "images"])
    yield Job("grub", ["tools/install/grub-boot-test", KERNEL], ["kernel-lab"])
    # Not beside other boots: its first one says how slow this machine is. Nor beside a build: two
    # CPUs of a machine wait for each other while the compiler has one of the host's.
    yield Job("lab", lab(cases), list(BUILDS[length]) + ["kunit", "grub"],
              takes=workers.expected(cases))
    yield Job("unit", ["tests/unit/all"], ["source"], "small", nice=True, lasting=True)
    yield Job("lint", ["tests/lint/run", "rules", "scripts", "cases", "keys", "checkpatch"],
              ["source"], "small", nice=True, lasting=True)
    yield Job("fuzz", ["make", "--no-print-directory", "-C", "tests/fuzz", "check", *FUZZ[length]],
              ["source"], "small", nice=True)
    # Where there is time, the kernel for real hosts has to build, too.
    real = [] if length == "gate" else ["kernel"]
    yield Job("build", ["tests/build/check"], ["source", "modules-stock"] + real, "small",
              nice=True, lasting=True)
    # It builds our part of that kernel anew: nobody may be copying it.
    yield Job("sparse", ["tests/lint/run", "linked", "kernel"], ["kernel-upstream-lab", "build"],
              "small", env, nice=True, lasting=True)


def plan(length, names=PARTS, cases=None):
    """The jobs for some parts, with the builds that those need."""
    chosen = [job for job in parts(length, lab_cases(length) if cases is None else cases)
              if job.name in names]
    known = {job.name: job for job in builds(length)}
    wanted, more = set(), [n for job in chosen for n in job.needs]
    while more:
        name = more.pop()
        if name in known and name not in wanted:
            wanted.add(name)
            more += known[name].needs
    found = [job for job in known.values() if job.name in wanted] + chosen
    if length == "soak":             # a fuzzer's hour is no hang
        for job in found:
            job.limit = SOAK_LIMIT
    return found
