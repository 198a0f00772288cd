# SPDX-License-Identifier: GPL-2.0-or-later
"""The small read-only disk that each run gets, seen in Dom0 as /lab.

machine.py calls it.  What changes often is here and not in the root images: Dom0's init,
the guests' kernel, this repository's xm, the test cases and the script to run.  Making it
takes well under a second.
"""

import glob
import os
import shlex
import shutil

from . import images, kernels, paths
from .paths import SRC, LabError

PLAIN = "vmlinuz-plain"                     # beside a debug kernel
TOOLS = ("guest-run", "guestlog")          # C programs in tools/lab/dom0
XM = os.path.join(paths.BUILD, "tools", "xm", "xm")
XM_ANTISPOOF = os.path.join(paths.TOP, "tools", "xm", "hotplug", "vif-antispoof")
XM_IMAGE = os.path.join(paths.TOP, "tools", "xm", "image")
XENDOMAINS = os.path.join(paths.TOP, "tools", "install", "xendomains")
XEND = os.path.join(paths.BUILD, "tools", "xend", "xend")
XEND_FILES = os.path.join(paths.TOP, "tools", "xend")
XM_PLUG = os.path.join(paths.BUILD, "tools", "xm", "block-xenify")


def compile_tools():
    """Build the programs that run in Dom0, and those of the cases: (name, path) of each."""
    sources = ["dom0/%s.c" % name for name in TOOLS] + glob.glob(os.path.join(paths.TESTS, "*.c"))
    return [(os.path.basename(source)[:-2], images.compiled(source)) for source in sources]


def settings(guest, options):
    """Environment of everything in Dom0, as lines of shell."""
    env = {
        "LAB_MODE": options.mode,
        "LAB_KMEMLEAK": "1" if options.dom0 == "debug" else "",
        "XENIFY_GUEST_KERNEL": "/boot/guest/vmlinuz",
        "XENIFY_PLAIN_KERNEL": "/boot/guest/" + ("vmlinuz" if kernels.plain_image(guest) == guest.image else PLAIN),
        "XENIFY_GUEST_INITRD": "/boot/guest/initrd" if guest.initrd else "",
        "XENIFY_GUEST_MODULES": "/dev/lab/guest-modules" if guest.modules else "",
        "XENIFY_GUEST_NAME": guest.name,
        "XENIFY_DOM0_NAME": options.dom0,
        "XENIFY_LENGTH": os.environ.get("XENIFY_LENGTH", "gate"),
        "XENIFY_TRACE": os.environ.get("XENIFY_TRACE", ""),
    }
    return "".join("export %s=%s\n" % (k, shlex.quote(v)) for k, v in env.items())


def link_or_copy(source, target):
    """A hard link where it can be one: kernels and initrds are large."""
    try:
        os.link(os.path.realpath(source), target)
    except OSError:
        shutil.copy(source, target)


def add_kernel(tree, image, name):
    """As it is, and unpacked if there is such a file."""
    link_or_copy(image, os.path.join(tree, "kernel", name))
    unpacked = kernels.unpacked(image)
    if unpacked:
        link_or_copy(unpacked, os.path.join(tree, "kernel", name.replace("vmlinuz", "vmlinux")))


def hotplug(scripts):
    """What xm brings for /etc/xen/scripts; Dom0's init copies it there."""
    os.mkdir(scripts)
    shutil.copy(XM_PLUG, scripts)
    shutil.copy(XM_ANTISPOOF, scripts)
    for inner in ("bridge", "route", "nat"):
        os.symlink("vif-antispoof", os.path.join(scripts, "vif-antispoof-" + inner))


def make(where, guest, options):
    """Make the kit's image in directory `where`; returns its path."""
    tree = os.path.join(where, "kit")
    binaries = os.path.join(tree, "bin")
    os.makedirs(binaries)
    os.makedirs(os.path.join(tree, "kernel"))
    for source in glob.glob(os.path.join(SRC, "dom0", "*")):
        name = os.path.basename(source)
        if not name.endswith(".c") and name not in ("init", "stub"):
            shutil.copy(source, binaries)
    for name, source in compile_tools():
        shutil.copy(source, os.path.join(binaries, name))
    shutil.copy(os.path.join(SRC, "dom0", "init"), tree)
    if os.path.exists(XM):
        shutil.copy(XM, binaries)
        shutil.copytree(XM_IMAGE, os.path.join(tree, "image"))
        shutil.copy(XENDOMAINS, binaries)
    if os.path.exists(XEND):
        shutil.copy(XEND, binaries)
        shutil.copytree(os.path.join(XEND_FILES, "page"), os.path.join(tree, "page"))
        shutil.copy(os.path.join(XEND_FILES, "xend.init"), tree)
    if os.path.exists(XM_PLUG):
        hotplug(os.path.join(tree, "scripts"))
    shutil.copytree(paths.TESTS, os.path.join(tree, "tests"),
                    ignore=shutil.ignore_patterns("__pycache__"))
    add_kernel(tree, guest.image, "vmlinuz")
    plain = kernels.plain_image(guest)
    if plain != guest.image:
        add_kernel(tree, plain, PLAIN)
    if guest.initrd:
        link_or_copy(guest.initrd, os.path.join(tree, "kernel", "initrd"))
    with open(os.path.join(tree, "env"), "w") as f:
        f.write(settings(guest, options))
    add_script(tree, options)
    for name in os.listdir(binaries):
        os.chmod(os.path.join(binaries, name), 0o755)
    return images.make_ext4(tree, os.path.join(where, "kit.img"), "lab-kit", 1)


def add_script(tree, options):
    """The script, and its arguments one a line of shell words."""
    if options.mode != "run":
        return
    target = os.path.join(tree, "script")
    if options.command is not None:
        with open(target, "w") as f:
            f.write("#!/bin/sh\n" + options.command + "\n")
    elif os.path.isfile(options.script):
        shutil.copy(options.script, target)
    else:
        raise LabError("there is no script '%s'" % options.script)
    os.chmod(target, 0o755)
    with open(os.path.join(tree, "args"), "w") as f:
        f.write(" ".join(shlex.quote(a) for a in options.args) + "\n")
