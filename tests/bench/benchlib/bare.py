# SPDX-License-Identifier: GPL-2.0-or-later
"""The bare machine: the kernel of the pair "ours" with no hypervisor, on the same emulated CPU.

What it needs for an operation is the least that a guest could. bare-init.sh is its process 1.
"""

import os
import shutil
import time

from lablib import images, machine, options

from . import boot as booted
from .cpureport import BareReport
from .plan import COUNT

APPEND = ("console=ttyS0 root=/dev/vda rw init=/sbin/lab-init tsc=reliable norandmaps "
          "rcupdate.rcu_cpu_stall_timeout=100 panic=-1")


def kit(plan, runs, where):
    tree = os.path.join(where, "bare-kit")
    os.makedirs(tree)
    shutil.copy(os.path.join(booted.HERE, "bare-init.sh"), os.path.join(tree, "init"))
    booted.compile_c("cpuload", os.path.join(tree, "cpuload"), "-static")
    with open(os.path.join(tree, "plan"), "w", encoding="ascii") as f:
        f.writelines(" ".join(plan.loads) + "\n" for _ in runs)
    return images.make_ext4(tree, os.path.join(where, "bare-kit.img"), "lab-kit")


def machine_maker(plan, mode, runs):
    """A function that makes QEMU's arguments, in the place of machine.qemu()."""
    def make(where, hub, host, _guest, opts):
        disks = machine.Disks()
        disks.add(images.root_image("dom0"), "lab-dom0")
        disks.add(kit(plan, runs, where), "lab-kit")
        accel = ["tcg,thread=single", "-icount", "shift=0,sleep=off"] if mode == COUNT else \
            ["tcg,thread=multi"]
        return (["qemu-system-x86_64", "-M", "q35", "-accel"] + accel +
                ["-cpu", "max,-smap", "-smp", "1", "-m", "512M",
                 "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                 "-kernel", host.image, "-append", APPEND] +
                disks.args + machine.ports(hub, opts))
    return make


def boot(kernel, plan, mode, runs, verbose=False):
    """The caller has the lab's turn."""
    start = time.monotonic()
    report = BareReport(plan.points(), booted.teller("bare", start, verbose))
    opts = options.defaults("run", dom0=kernel, guest=kernel, smp=1, timeout=0,
                            count_instructions=mode == COUNT,
                            log=booted.log_file(plan, "bare", mode, runs), args=["bare-init.sh"])
    opts.session = booted.Progress(report)
    opts.overdue = opts.session.overdue
    opts.make_machine = machine_maker(plan, mode, runs)
    result = machine.run_now(opts)
    booted.finish(result, report, "the boot without Xen (%s)" % mode)
    report.seconds = time.monotonic() - start
    return report
