# SPDX-License-Identifier: GPL-2.0-or-later
"""What `lab`, `upstream-lab`, `debug`, `ours`, `debian`, `stock` and a path mean: from a name to files.

machine.py calls it once for Dom0's kernel and once for the guests'.
"""

import collections
import glob
import os

from . import images, paths, stock
from .paths import BUILD, LabError, relative

# image: the bzImage; initrd, modules: path of a file, or None where none is needed.
Kernel = collections.namedtuple("Kernel", "name image initrd modules")

# Name -> build directory below build/, and the command that makes it.
BUILT = {"lab": ("lab-kernel", "make kernel-lab"),
         "upstream-lab": ("upstream-lab", "make kernel-upstream-lab"),
         "debug": ("debug", "make kernel-debug"),
         "ours": ("kernel", "make kernel"),
         "upstream": ("upstream", "make kernel-upstream")}
NAMES = ", ".join(BUILT) + ", debian, stock or FILE[,initrd=FILE][,modules=DIRECTORY]"
# What a test case's boot line says, in each of the flavours of kernel that cases can run on.
FLAVOURS = {"lab": {"ours": "lab", "upstream": "upstream-lab"},
            "debug": {"ours": "debug", "upstream": "upstream-lab"},
            "release": {}}
# Beside a kernel that looks for errors dearly, one for guests that only have to be there.
PLAIN = {"debug": "lab"}
BZIMAGE = "arch/x86/boot/bzImage"


def resolve(spec):
    """The Kernel for what stood after --dom0 or --guest."""
    if spec in BUILT:
        return built(spec)
    if spec == "debian":
        where = images.debian_kernel()
        return Kernel("debian", os.path.join(where, "vmlinuz"),
                      os.path.join(where, "initrd"), os.path.join(where, "modules.img"))
    if spec == "stock":
        where = stock.stock_kernel()
        return Kernel("stock", os.path.join(where, "vmlinuz"),
                      os.path.join(where, "initrd"), os.path.join(where, "modules.img"))
    return given(spec)


def built(name):
    directory, how = BUILT[name]
    tree = os.path.join(BUILD, directory)
    image = os.path.join(tree, BZIMAGE)
    if not os.path.exists(image):
        raise LabError("kernel '%s' is not built: there is no %s; run `%s`, "
                       "or choose another one (lab help)" % (name, relative(image), how))
    return Kernel(name, image, None, modules(tree))


def plain_image(kernel):
    """The same without what finds errors, if it is built: for guests that only have to be there."""
    name = PLAIN.get(kernel.name)
    image = name and os.path.join(BUILD, BUILT[name][0], BZIMAGE)
    return image if image and os.path.exists(image) else kernel.image


def unpacked(image):
    """The same kernel as an ELF file, for guests that come up a second earlier; None if not built here."""
    tree = image[:-len(BZIMAGE)] if image.endswith("/" + BZIMAGE) else None
    source = tree and os.path.join(tree, "vmlinux")
    if not source or not os.path.exists(source) or images.is_older(image, source):
        return None
    target = source + ".stripped"
    with images.locked():
        if images.is_older(target, source):
            paths.need_tools("strip")
            images.command(["strip", "-o", target + ".new", source], "stripping a kernel")
            os.rename(target + ".new", target)
    return target


def modules(tree):
    """Image of the modules of a build, if it has any."""
    directory = os.path.join(tree, "modules", "lib", "modules")
    if not glob.glob(os.path.join(directory, "*", "modules.dep")):
        return None
    return images.modules_image(directory)


def given(spec):
    """PATH or PATH,initrd=PATH[,modules=DIRECTORY]."""
    image, *settings = spec.split(",")
    initrd = mods = None
    for setting in settings:
        key, _, value = setting.partition("=")
        if key == "initrd":
            initrd = value
        elif key == "modules":
            mods = value
        else:
            raise LabError("kernel '%s': don't know '%s'; a kernel is %s"
                           % (spec, setting, NAMES))
    for path in (image, initrd, mods):
        if path is not None and not os.path.exists(path):
            raise LabError("kernel '%s': there is no '%s'; a kernel is %s"
                           % (spec, path, NAMES))
    # modules= is what modules_install was given, or its lib/modules: both are meant.
    if mods:
        inner = os.path.join(mods, "lib", "modules")
        mods = images.modules_image(inner if os.path.isdir(inner) else mods)
    return Kernel("given", os.path.abspath(image),
                  os.path.abspath(initrd) if initrd else None, mods)
