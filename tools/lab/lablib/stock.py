# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's packaged kernel with our modules in the place of its own: kernel `stock`.

kernels.resolve() calls it. What `make modules` built for that kernel is laid over Debian's
modules, as `make modules_install` does on a real host, and over those in its initrd, as
update-initramfs does. The kernel itself stays Debian's, to the byte.
"""

import glob
import os
import shutil

from . import images, paths
from .paths import BUILD, LAB, LabError

# What depmod writes; an initrd has its own.
LISTS = ("modules.dep", "modules.alias", "modules.softdep", "modules.symbols", "modules.devname",
         "modules.builtin")


def built_modules(release):
    where = os.path.join(BUILD, "modules", release, "src")
    found = sorted(glob.glob(os.path.join(where, "drivers", "**", "*.ko"), recursive=True))
    if len(found) < 3:
        raise LabError("no modules for Debian's kernel %s: run "
                       "`make modules KDIR=/lib/modules/%s/build`" % (release, release))
    return found


def overlay(tree, release, modules):
    """Put modules where modprobe prefers them, below lib/modules of `tree`."""
    updates = os.path.join(tree, "lib", "modules", release, "updates")
    os.makedirs(updates, exist_ok=True)
    for module in modules:
        shutil.copy(module, updates)
    images.command(["depmod", "-b", tree, release], "depmod for " + release)


def modules_image(debian, new, release, modules):
    """Debian's modules and ours; hard links, but for the lists that depmod replaces."""
    tree = os.path.join(new, "root")
    base = os.path.join(tree, "lib", "modules", release)
    shutil.copytree(os.path.join(debian, "lib", "modules", release), base, symlinks=True,
                    copy_function=os.link, ignore=shutil.ignore_patterns("modules.*.bin"))
    for name in os.listdir(base):
        if name.startswith("modules.") and os.path.isfile(os.path.join(base, name)):
            path = os.path.join(base, name)
            data = images.read(path)
            os.unlink(path)
            with open(path, "wb") as f:
                f.write(data)
    overlay(tree, release, modules)
    images.make_ext4(os.path.join(tree, "lib", "modules"), os.path.join(new, "modules.img"),
                     "lab-modules")


def initrd(plain, new, release, modules):
    """Debian's initrd, and behind it an archive with what is different: the later one wins."""
    tree = os.path.join(new, "initrd.d")
    images.command(["unmkinitramfs", plain, tree], "unpacking Debian's initrd")
    main = os.path.join(tree, "main")
    main = main if os.path.isdir(main) else tree
    overlay(main, release, modules)
    base = os.path.join("usr" if os.path.islink(os.path.join(main, "lib")) else "", "lib",
                        "modules", release)
    changed = [os.path.join(base, "updates")]
    changed += [os.path.join(base, "updates", os.path.basename(m)) for m in modules]
    changed += [os.path.join(base, n) for n in sorted(os.listdir(os.path.join(main, base)))
                if n.startswith(LISTS)]
    with open(os.path.join(new, "names"), "w", encoding="utf-8") as names:
        names.write("\n".join(changed) + "\n")
    images.command(["sh", "-c", "cd '%s' && cpio --quiet -o -H newc <'%s/names' >'%s/ours.cpio'"
                    % (main, new, new)], "archive of our modules")
    with open(os.path.join(new, "initrd"), "wb") as out:
        for part in (plain, os.path.join(new, "ours.cpio")):
            with open(part, "rb") as f:
                shutil.copyfileobj(f, out)
            # An archive begins at a multiple of four.
            out.write(b"\0" * (-out.tell() % 4))


def stock_kernel():
    """Directory with vmlinuz, initrd and modules.img."""
    paths.need_tools("depmod", "cpio", "unmkinitramfs")
    plain = images.debian_kernel()
    debian = images.rootfs("debian")
    release = os.listdir(os.path.join(debian, "lib", "modules"))[0]
    modules = built_modules(release)
    facts = ["%s %d" % (m, os.stat(m).st_mtime_ns) for m in modules]
    path = os.path.join(LAB, "kernel-stock-" + images.digest(plain, *facts))
    with images.locked():
        if os.path.isdir(path):
            return path
        new = path + ".new"
        shutil.rmtree(new, ignore_errors=True)
        os.makedirs(new)
        with images.progress("Debian's kernel with our modules"):
            os.link(os.path.join(plain, "vmlinuz"), os.path.join(new, "vmlinuz"))
            modules_image(debian, new, release, modules)
            initrd(os.path.join(plain, "initrd"), new, release, modules)
            for scratch in ("root", "initrd.d"):
                shutil.rmtree(os.path.join(new, scratch))
            for scratch in ("names", "ours.cpio"):
                os.unlink(os.path.join(new, scratch))
        os.rename(new, path)
        images.drop_others("kernel-stock-*", path)
    return path
