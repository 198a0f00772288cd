# SPDX-License-Identifier: GPL-2.0-or-later
"""The other hypervisor: a KVM guest with virtio-blk on the same emulated CPU, by wall clock.

For `bench --kvm`. The machine boots Debian's kernel with no Xen; kvm-host.sh is its process
1 and starts one guest, whose kernel is that of the pair "ours". An emulated CPU under a
guest's hypervisor can't count instructions, so only the clock measures here.
"""

import os
import shutil
import tempfile
import time

from lablib import images, machine, options
from lablib.paths import LAB

from .boot import HERE, Progress, finish, log_file
from .plan import WALL
from .points import AREA
from .report import Report

DEVICES = {"phy": "/dev/vdc", "file": "/dev/vdd"}
APPEND = ("console=ttyS0 root=LABEL=lab-kvm rw init=/sbin/lab-init tsc=reliable printk.time=1 "
          "rcupdate.rcu_cpu_stall_timeout=100 panic=-1")


def kit(plan, run, guest, where):
    """The disk that holds all of it, for the host and for the guest."""
    tree = os.path.join(where, "kvm-kit")
    os.makedirs(tree)
    shutil.copy(os.path.join(HERE, "kvm-host.sh"), os.path.join(tree, "init"))
    for name in ("kvm-guest.sh", "fio-set"):
        shutil.copy(os.path.join(HERE, name), tree)
    shutil.copy(guest.image, os.path.join(tree, "vmlinuz"))
    with open(os.path.join(tree, "area"), "w", encoding="ascii") as f:
        f.write("%d\n" % AREA)
    with open(os.path.join(tree, "plan"), "w", encoding="ascii") as f:
        for s in plan.sets(WALL):
            if s.step == "in_guest":
                plan.file(tree, s.name, s.points, s.times)
                f.write("%s %s %d\n" % (s.name, DEVICES[s.disk], run))
    return images.make_ext4(tree, os.path.join(where, "kvm-kit.img"), "lab-kit")


def machine_maker(plan, run):
    """A function that makes QEMU's arguments, in the place of machine.qemu()."""
    def make(where, hub, host, guest, opts):
        disks = machine.Disks()
        disks.add(images.root_image("kvm"), "lab-kvm")
        disks.add(kit(plan, run, guest, where), "lab-kit")
        disks.add(host.modules, "lab-modules")
        disks.add(images.root_image("guest"), "lab-guest")
        return (["qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=multi",
                 "-cpu", "max", "-smp", str(opts.smp), "-m", "%dM" % opts.memory,
                 "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                 "-kernel", host.image, "-initrd", host.initrd, "-append", APPEND] +
                disks.args + machine.ports(hub, opts))
    return make


def boot(kernel, plan, run, verbose=False):
    """One run; `kernel` is the guest's. The caller has the lab's turn."""
    start = time.monotonic()
    report = Report(plan.points())
    os.makedirs(LAB, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=LAB, prefix="bench-") as script:
        opts = options.defaults("run", dom0="debian", guest=kernel, smp=2, memory=2048,
                                timeout=0, log=log_file(plan, "kvm", WALL, [run]),
                                args=[script.name])
        opts.session = Progress(report)
        opts.overdue = opts.session.overdue
        opts.make_machine = machine_maker(plan, run)
        result = machine.run_now(opts)
    finish(result, report, "the boot with KVM")
    report.seconds = time.monotonic() - start
    return report
