# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of the machine: QEMU with Xen, Dom0 and the kit, from power on to the verdict.

`lab run`, `lab shell`, run-tour and tests/lab/run all come here, through run().
"""

import collections
import contextlib
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time

from . import console, images, kernels, kit, paths, verdict
from .paths import LOGS, RUNS, LabError, relative
from .turn import turn

RUN_NUMBERS = itertools.count(1)
# Exit statuses of lab itself; any other is the script's own.
SPLAT, CRASH, TIMEOUT, TROUBLE = 120, 121, 124, 125

# booted: seconds until Dom0 was up, None if it never was.
Result = collections.namedtuple("Result", "status script log excerpt seconds booted reason")

# The TSC watchdog and the stall detectors take a slow emulated CPU for a broken one. Documentation/testing.md
# says what norandmaps is worth.
DOM0_ARGS = ("console=hvc0 earlyprintk=xen root={root} rw init=/sbin/lab-init "
             "clocksource=xen tsc=reliable printk.time=1 norandmaps "
             "rcupdate.rcu_cpu_stall_timeout=100 panic=-1")
# QEMU's SMAP is wrong for Xen. RDTSCP stops an HVM guest, since the emulated AMD-V does not tell
# Xen how long that instruction is.
CPU = "max,-smap"
CPU_SVM = ",-rdtscp"
# eager-fpu: with lazy switching Xen relies on CR0.TS, which QEMU's emulation does not honour
# for all SSE and AVX instructions; guests then get each other's registers (seen as damaged
# data and crashing programs as soon as two domains compute at once).
XEN_ARGS = ("console=com1 dom0_mem={m}M,max:{m}M dom0_max_vcpus={n} loglvl=all guest_loglvl=all "
            "spec-ctrl=eager-fpu")


def escape(path):
    """QEMU's option parsers take a comma for a separator unless it is doubled."""
    return path.replace(",", ",,")


class Disks:
    """The -drive and -device arguments, in the order of PCI slots: vda is Dom0's root."""

    def __init__(self):
        self.args = []
        self.count = 0

    def add(self, path, serial, writable=False):
        name = "disk%d" % self.count
        self.count += 1
        # What is thrown away anyway needs no fsync on the host, however often Dom0 flushes.
        how = "" if writable else ",snapshot=on,cache=unsafe"
        self.args += ["-drive", "file=%s,format=raw,if=none,id=%s%s"
                      % (escape(path), name, how),
                      "-device", "virtio-blk-pci,drive=%s,serial=%s" % (name, serial)]

    def add_user(self, spec, number):
        path, writable = (spec[:-3], True) if spec.endswith(":rw") else (spec, False)
        if not os.path.exists(path):
            raise LabError("there is no disk image '%s'" % path)
        self.add(os.path.abspath(path), "lab-disk%d" % number, writable)


def share_image(directory, where):
    if not os.path.isdir(directory):
        raise LabError("--share: there is no directory '%s'" % directory)
    return images.make_ext4(directory, os.path.join(where, "share.img"), "lab-share")


def disks(where, dom0, guest, options):
    d = Disks()
    d.add(images.root_image("dom0"), "lab-dom0")
    d.add(kit.make(where, guest, options), "lab-kit")
    d.add(images.images_image(), "lab-images")
    d.add(images.root_image("guest"), "lab-guest")
    if dom0.modules:
        d.add(dom0.modules, "lab-modules")
    if guest.modules:
        d.add(guest.modules, "lab-guest-modules")
    if options.share:
        d.add(share_image(options.share, where), "lab-share")
    for number, spec in enumerate(options.disk):
        d.add_user(spec, number)
    return d.args


def ports(hub, options):
    """com1 for the console, a virtio port for each other channel, a terminal for a shell."""
    args = ["-device", "virtio-serial-pci,max_ports=10"]
    for name, channel in hub.channels.items():
        args += ["-chardev", "socket,id=%s,fd=%d" % (name, channel.theirs.fileno())]
        if name == "console":
            args += ["-serial", "chardev:console"]
        else:
            args += ["-device", "virtserialport,chardev=%s,name=lab.%s" % (name, name)]
    if options.mode != "run":
        # Ctrl-C belongs to the shell in there; Ctrl-A x still ends QEMU.
        args += ["-chardev", "stdio,id=terminal,mux=on,signal=off",
                 "-mon", "chardev=terminal,mode=readline",
                 "-device", "virtconsole,chardev=terminal,name=lab.terminal"]
    return args


def qemu(where, hub, dom0, guest, options):
    root = "LABEL=lab-dom0" if dom0.initrd else "/dev/vda"
    append = DOM0_ARGS.format(root=root)
    if options.append:
        append += " " + options.append
    modules = "%s %s" % (escape(dom0.image), escape(append))
    if dom0.initrd:
        modules += "," + escape(dom0.initrd)
    accel = ["-accel", "tcg,thread=multi"]
    if options.count_instructions:
        accel = ["-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off"]
    xen_args = XEN_ARGS.format(m=options.dom0_memory, n=options.smp)
    if options.append_xen:
        xen_args += " " + options.append_xen
    return (["qemu-system-x86_64", "-M", "q35"] + accel +
            ["-cpu", CPU + (CPU_SVM if options.svm else ""), "-smp", str(options.smp), "-m", "%dM" % options.memory,
             "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
             "-kernel", images.hypervisor(), "-append", xen_args, "-initrd", modules] +
            disks(where, dom0, guest, options) + ports(hub, options) + options.qemu)


def watch(process, hub, options, start):
    """Until the machine is off; returns why it had to be stopped, or None."""
    deadline = start + options.timeout if options.timeout else None
    end = None                   # set when all that is left is to power off
    while process.poll() is None:
        if not hub.poll(0.2):
            time.sleep(0.1)
        now = time.monotonic()
        if end is None and (hub.fatal or hub.status is not None):
            # After a crash some more lines are worth having.
            end = now + (5 if hub.fatal else 60)
        if end and now > end:
            stop(process)
            return None if hub.fatal else "did not power off after the script's end"
        if deadline and now > deadline:
            stop(process)
            return "timeout after %d s" % options.timeout
        if options.overdue and options.overdue(now - start):
            stop(process)
            return "it hangs: ended after %d s" % (now - start)
        if options.stop and options.stop.is_set():
            stop(process)
            return "interrupted"
    return None


def stop(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def judge(hub, stopped):
    """(exit status, reason): the worst thing that happened wins."""
    if hub.gave_up:
        return TROUBLE, "Dom0's init gave up: " + hub.gave_up
    if hub.fatal:
        return CRASH, "crash of the hypervisor or Dom0"
    if stopped:
        return TIMEOUT, stopped
    if hub.status is None:
        return CRASH, ("the machine ended before the script did" if hub.booted
                       else "the machine ended while it booted")
    if hub.excerpt.count:
        return SPLAT, "%d splat line(s)" % hub.excerpt.count
    return hub.status, ""


def default_log():
    os.makedirs(LOGS, exist_ok=True)
    # Only the last logs are of interest.
    old = sorted(os.path.join(LOGS, n) for n in os.listdir(LOGS))
    for path in old[:-60]:
        with contextlib.suppress(FileNotFoundError):     # another run does the same
            os.unlink(path)
    return os.path.join(LOGS, "%s-%d-%d.log" % (time.strftime("%Y%m%d-%H%M%S"), os.getpid(),
                                                next(RUN_NUMBERS)))


def run(options):
    """Boot, run, judge, when it is our turn."""
    with turn(options.count_instructions, options.smp, options.stop):
        return run_now(options)


def run_now(options):
    """Prints nothing but the script's own output."""
    paths.need_tools("qemu-system-x86_64", "mke2fs")
    dom0 = kernels.resolve(options.dom0)
    guest = dom0 if options.guest == options.dom0 else kernels.resolve(options.guest)
    log = options.log or default_log()
    os.makedirs(os.path.dirname(os.path.abspath(log)), exist_ok=True)
    os.makedirs(RUNS, exist_ok=True)
    where = tempfile.mkdtemp(dir=RUNS)
    start = time.monotonic()
    with open(log, "w", encoding="utf-8") as logfile:
        hub = console.Hub(logfile, start, verdict.compile_allow(options.allow),
                          options.session or console.Session())
        process = None
        try:
            make = options.make_machine or qemu
            argv = make(where, hub, dom0, guest, options)
            logfile.write("lab: %s\n" % " ".join(argv))
            stdin = None if options.mode != "run" else subprocess.DEVNULL
            # QEMU's copy-on-write files go to TMPDIR, which may be a small tmpfs.
            # However this process ends, the machine does, too.
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL"] + argv, stdin=stdin,
                env=dict(os.environ, TMPDIR=where), pass_fds=hub.fds(),
                stdout=None if options.mode != "run" else logfile, stderr=logfile)
            hub.started()
            stopped = watch(process, hub, options, start)
            while hub.poll(0.2):
                pass
        finally:
            if process and process.poll() is None:
                stop(process)
            hub.close()
            shutil.rmtree(where, ignore_errors=True)
    status, reason = judge(hub, stopped)
    return Result(status, hub.status, log, hub.excerpt, time.monotonic() - start, hub.booted,
                  reason)


def report(result):
    """Say on standard error what broke, if anything did."""
    if not result.reason:
        return
    out = sys.stderr
    print("lab: FAIL: %s, log: %s" % (result.reason, relative(result.log)), file=out)
    lines = result.excerpt.lines or tail(result.log)
    for line in lines:
        print("  | " + line, file=out)
    if result.script:
        print("lab: the script's exit status was %d" % result.script, file=out)


def tail(log):
    with open(log, encoding="utf-8", errors="replace") as f:
        return [l.rstrip("\n") for l in collections.deque(f, 15)]
