# SPDX-License-Identifier: GPL-2.0-or-later
"""lab's command line: parse() for tools/lab/lab, defaults() for tests/lab/run and run-tour."""

import argparse

from .paths import LabError

HELP = """\
lab: boots Xen, Dom0 and guests in QEMU and runs a script in Dom0. No KVM, no root needed
     but for `images`, which wants mmdebstrap to be able to make a root file system.

  lab run [OPTION]... SCRIPT [ARG]...    run SCRIPT in Dom0 as root
  lab run [OPTION]... -c COMMANDS        the same with shell commands given right here
  lab shell [OPTION]...                  a shell in Dom0 (leave: exit or Ctrl-D; Ctrl-A x)
  lab images                             make what runs need and is missing (run does, too)
  lab help                               this text

Options
  --dom0 KERNEL, --guest KERNEL   ours (default), upstream: the kernels for real hosts;
                                  lab, upstream-lab: those that tests run on (UBSAN and such);
                                  debug: the former with KASAN, lockdep and more, whose finds
                                  are reported at the end; debian; stock: that with our
                                  modules; or FILE[,initrd=FILE][,modules=DIRECTORY]
  --smp N                         CPUs of the machine, and of Dom0 (2)
  --memory M, --dom0-memory M     MiB or 2G, of the machine (2G) and of Dom0 (768)
  --disk FILE[:rw]                one more disk in Dom0, /dev/lab/disk0, disk1, ... ; raw;
                                  writes are thrown away at the end unless :rw
  --svm                           HVM guests, too: QEMU emulates AMD-V for Xen; slower still
  --share DIR                     a copy of DIR is /share in Dom0, read-only
  --count-instructions            one instruction is one nanosecond: times are counts,
                                  repeatable on a busy machine; slower
  --timeout S                     give up after S seconds (900; 0: never; shell: never)
  --log FILE                      where consoles go (build/lab/log/DATE-PID.log)
  --allow REGEX                   such a line is no splat (for tests that provoke one)
  --append ARGS, --append-xen ARGS  more on Dom0's kernel's, or Xen's, command line

SCRIPT's standard output and error are lab's, byte for byte. Its exit status is lab's, but
  120  a splat: WARN, BUG, Oops, lockdep, KASAN, UBSAN, kmemleak, stall, hung task in Dom0 or
       a guest, or a complaint of Xen about one
  121  the hypervisor or Dom0 crashed
  124  timeout
  125  lab could not start: a kernel or program is missing, a wrong option
Then the log file is named and the offending lines are shown.

In Dom0
  /boot/guest/vmlinuz, /boot/guest/initrd   the guests' kernel, also in
                          $XENIFY_GUEST_KERNEL, $XENIFY_GUEST_INITRD (empty if none is needed);
                          beside a debug kernel the ordinary one is $XENIFY_PLAIN_KERNEL;
                          vmlinux beside vmlinuz is the same unpacked, if it was built here
  /dev/lab/guest          the guests' root disk, a block device, for phy: and read-only (r)
  /images/guest.img       the same as a file, for file: and w; changes last for the run
  /dev/lab/guest-modules  to be given to guests as xvdz, if $XENIFY_GUEST_MODULES is set
  /share, /dev/lab/diskN  what --share and --disk gave
  xm, xl, guest-run       on PATH; xenbr0 is a bridge, Dom0 is 10.77.0.1/24 there
  /lab/tests/lib.sh       helpers to make and check guests (tests/lab/lib.sh)

Guests: kernel parameter root=/dev/xvda. Log in as root, no password. With xenify.agent on the
kernel's command line there is no login, but `guest-run NAME COMMAND...` in Dom0 runs commands
in the guest. A guest with a read-only root disk keeps what it writes in memory.

Examples
  lab run --dom0 debian --guest debian -c 'xl info; uname -a'
  lab run --smp 4 --share build/tools mytest.sh fast
  lab shell --disk /tmp/scratch.img:rw
"""


def size(text):
    """MiB from '512', '512M' or '2G'."""
    units = {"M": 1, "G": 1024}
    number, unit = (text[:-1], text[-1].upper()) if text[-1:].isalpha() else (text, "M")
    if unit not in units or not number.isdigit() or not int(number):
        raise argparse.ArgumentTypeError("'%s' is no size; write 512M or 2G" % text)
    return int(number) * units[unit]


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise LabError("%s; `lab help` explains" % message)


def parser():
    p = Parser(prog="lab", add_help=False, allow_abbrev=False)
    p.add_argument("--dom0", default="ours")
    p.add_argument("--guest", default="ours")
    p.add_argument("--smp", type=int, default=2)
    p.add_argument("--memory", type=size, default=2048)
    p.add_argument("--dom0-memory", type=size, default=768)
    p.add_argument("--disk", action="append", default=[])
    p.add_argument("--share")
    p.add_argument("--count-instructions", action="store_true")
    p.add_argument("--svm", action="store_true")
    p.add_argument("--timeout", type=int, default=None)
    p.add_argument("--log")
    p.add_argument("--allow", action="append", default=[])
    p.add_argument("--append", default="")
    p.add_argument("--append-xen", default="")
    p.add_argument("-c", dest="command")
    p.add_argument("args", nargs=argparse.REMAINDER)
    return p


def finish(opts, mode):
    """Fill in what depends on the mode, and check what argparse can't."""
    opts.mode = mode
    opts.session = None          # a console.Session; None: the script's output is printed
    opts.stop = None             # a threading.Event that ends the machine
    opts.overdue = None          # a function of its seconds that says if it is to be ended
    opts.qemu = []               # more arguments for QEMU
    opts.make_machine = None     # a function for all of them, in place of machine.qemu()
    if opts.timeout is None:
        opts.timeout = 900 if mode == "run" else 0
    opts.script = None
    if mode == "run" and opts.command is None:
        if not opts.args:
            raise LabError("no SCRIPT given; `lab help` explains")
        opts.script = opts.args.pop(0)
    elif mode != "run" and opts.args:
        raise LabError("don't know '%s'; `lab help` explains" % " ".join(opts.args))
    if opts.dom0_memory + 128 > opts.memory:
        raise LabError("--dom0-memory %dM leaves nothing of --memory %dM for Xen and "
                       "guests" % (opts.dom0_memory, opts.memory))
    return opts


def parse(argv):
    """Options for lab's whole command line; .mode tells which command it is."""
    mode = argv[0] if argv else "help"
    if mode in ("help", "--help", "-h"):
        return argparse.Namespace(mode="help")
    if mode == "images":
        return argparse.Namespace(mode="images")
    if mode not in ("run", "shell"):
        raise LabError("don't know the command '%s'; `lab help` explains" % mode)
    return finish(parser().parse_args(argv[1:]), mode)


def defaults(mode, **settings):
    """Options for a caller in Python; `settings` are named as on the command line."""
    opts = parser().parse_args([])
    for name, value in settings.items():
        if not hasattr(opts, name):
            raise TypeError("no lab option " + name)
        setattr(opts, name, value)
    if mode == "run" and opts.command is None:
        script = opts.args
        opts.args = list(script)
    return finish(opts, mode)
