# SPDX-License-Identifier: GPL-2.0-or-later
"""Root file systems and disk images, made once and kept under build/lab/.

Called by `lab images`, and by machine.py for whatever a run needs and is not there yet.

Two steps, each with its own key: mmdebstrap makes a directory from a list of packages
(about a minute), mke2fs makes an image from that directory and our few files (seconds).
The key is a hash of all that goes in, so an old image is never taken for a new one.
No step needs a mount or a loop device: both are missing in many containers.
"""

import contextlib
import fcntl
import glob
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time

from . import paths
from .paths import LAB, SRC, LabError

SUITE = "bookworm"
RECIPE = "2"                     # raise it when the steps below change what comes out
DPKG_EXCLUDES = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*",
                 "/usr/share/info/*")
# What the lab adds to each root file system: (name below tools/lab, name inside).
OVERLAYS = {
    "dom0": (("dom0/stub", "sbin/lab-init"),),
    "kvm": (("dom0/stub", "sbin/lab-init"),),
    "guest": (("guest/init.c", "sbin/init"), ("guest/agent.c", "sbin/xenify-agent"),
              ("guest/init.c", "sbin/poweroff"), ("guest/init.c", "sbin/halt"),
              ("guest/init.c", "sbin/reboot")),
}
# Free room in an image, in MiB: Dom0 keeps logs and scratch files in its own.
ROOM = {"dom0": 1024, "kvm": 64, "guest": 256}
COMPILING = threading.Lock()


def say(text):
    print("lab: " + text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def progress(what):
    """Print a line every 5 s, so that a person sees that it goes on."""
    done = threading.Event()
    start = time.monotonic()

    def beat():
        while not done.wait(5):
            say("%s ... %d s" % (what, time.monotonic() - start))

    say(what)
    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    say("%s: done in %d s" % (what, time.monotonic() - start))


@contextlib.contextmanager
def locked():
    """One builder at a time: two runs may find the same image missing."""
    os.makedirs(LAB, exist_ok=True)
    with open(os.path.join(LAB, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_older(path, source):
    """Whether a file is not there, or was made before what it is made of."""
    return not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(source)


def digest(*parts):
    h = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        h.update(b"%d:" % len(data) + data)
    return h.hexdigest()[:12]


def read(path):
    with open(path, "rb") as f:
        return f.read()


def command(argv, what):
    """Run a program, output to stderr; its failure is ours, with its own words."""
    env = dict(os.environ, LC_ALL="C",
               PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    r = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, env=env, text=True, errors="replace")
    if r.returncode:
        tail = "\n".join(r.stdout.splitlines()[-25:])
        raise LabError("%s failed (%s, exit status %d):\n%s"
                       % (what, argv[0], r.returncode, tail))


def drop_others(pattern, keep):
    """Remove what an older key left behind, so that build/lab doesn't only grow."""
    for old in glob.glob(os.path.join(LAB, pattern)):
        if old != keep and not old.startswith(keep):
            shutil.rmtree(old) if os.path.isdir(old) else os.unlink(old)


def packages(kind):
    with open(os.path.join(SRC, "rootfs", kind + ".packages")) as f:
        return [l.strip() for l in f if l.strip() and not l.startswith("#")]


def rootfs_path(kind):
    key = digest(RECIPE, SUITE, *packages(kind), *hook(kind))
    return os.path.join(LAB, "rootfs-%s-%s" % (kind, key))


def hook(kind):
    """Commands that mmdebstrap runs when all packages are there; $1 is the directory."""
    if kind == "debian":
        # Only what finds the root disk, under QEMU (virtio) and under Xen: an initrd of
        # all modules takes TCG longer to unpack than everything else in the boot.
        modules = ("virtio_pci virtio_blk virtio_console ext4 overlay "
                   "xen-blkfront xen-netfront")
        return ["printf 'MODULES=list\\nCOMPRESS=gzip\\nRESUME=none\\n' "
                ">\"$1/etc/initramfs-tools/conf.d/lab\"",
                "printf '%%s\\n' %s >\"$1/etc/initramfs-tools/modules\"" % modules,
                "chroot \"$1\" update-initramfs -c -k all || "
                "chroot \"$1\" update-initramfs -u -k all"]
    return []


def rootfs(kind):
    """The directory with Debian's packages; call with the lock held."""
    path = rootfs_path(kind)
    if os.path.isdir(path):
        return path
    paths.need_tools("mmdebstrap")
    shutil.rmtree(path + ".new", ignore_errors=True)
    argv = ["mmdebstrap", "--variant=minbase", "--skip=chroot/mount",
            "--include=" + ",".join(packages(kind))]
    argv += ["--dpkgopt=path-exclude=" + p for p in DPKG_EXCLUDES]
    argv += ["--customize-hook=" + h for h in hook(kind)]
    with progress("root file system '%s' from Debian's packages (about 1 min)" % kind):
        command(argv + [SUITE, path + ".new"], "mmdebstrap")
    os.rename(path + ".new", path)
    drop_others("rootfs-%s-*" % kind, path)
    return path


def tree_size(tree):
    """Bytes that a tree takes in 4 KiB blocks, and its number of files."""
    size = files = 0
    for where, dirs, names in os.walk(tree):
        for name in names + dirs:
            st = os.lstat(os.path.join(where, name))
            size += (st.st_size + 4095) // 4096 * 4096 if not os.path.isdir(
                os.path.join(where, name)) else 4096
            files += 1
    return size, files


def make_ext4(tree, image, label, room=4):
    """An ext4 image of a directory, `room` MiB larger than it has to be.

    No journal: every image is either read-only or thrown away after the run.
    """
    paths.need_tools("mke2fs")
    size, files = tree_size(tree)
    inodes = files + 1024
    mib = (size * 103 // 100 + inodes * 256) // (1 << 20) + 4 + room
    if os.path.exists(image):
        os.unlink(image)
    command(["mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-m", "0",
             "-O", "^has_journal,^resize_inode", "-N", str(inodes), "-L", label,
             "-d", tree, image, "%dM" % mib], "mke2fs")
    return image


def compiled(name):
    """Path of a program of the lab's own, built from tools/lab/NAME if it isn't there.

    Static, for Dom0 and guests have C libraries of their own.
    """
    source = os.path.join(SRC, name)
    program = os.path.basename(name)[:-2]
    path = os.path.join(LAB, "bin", "%s-%s" % (program, digest(read(source))))
    # Machines that are made at the same time are this process' threads.
    with COMPILING:
        if not os.path.exists(path):
            paths.need_tools("cc")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            new = "%s.%d" % (path, os.getpid())
            command(["cc", "-O2", "-Wall", "-Wextra", "-static", "-o", new, source],
                    "compiling " + program)
            os.rename(new, path)
            drop_others(os.path.join("bin", program + "-*"), path)
    return path


def apply_overlay(kind, tree):
    os.makedirs(os.path.join(tree, "lib/modules"), exist_ok=True)
    for name, inside in OVERLAYS[kind]:
        target = os.path.join(tree, inside)
        if os.path.lexists(target):
            os.unlink(target)
        shutil.copy(compiled(name) if name.endswith(".c") else os.path.join(SRC, name), target)
        os.chmod(target, 0o755)
    # root logs in without a password, and no user has one.
    shadow = os.path.join(tree, "etc/shadow")
    with open(shadow) as f:
        lines = [("root::" + l.split(":", 2)[2]) if l.startswith("root:") else l
                 for l in f]
    with open(shadow, "w") as f:
        f.writelines(lines)
    with open(os.path.join(tree, "etc/hostname"), "w") as f:
        f.write(kind + "\n")


def root_image(kind):
    """Path of the root image of 'dom0' or 'guest', made if it isn't there."""
    overlay = [to.encode() + b"=" + read(os.path.join(SRC, name))
               for name, to in OVERLAYS[kind]]
    key = digest("image 2", os.path.basename(rootfs_path(kind)), ROOM[kind], *overlay)
    path = os.path.join(LAB, "%s-%s.img" % (kind, key))
    if os.path.exists(path):
        return path
    with locked():
        if not os.path.exists(path):
            tree = rootfs(kind)
            with progress("disk image '%s'" % kind):
                apply_overlay(kind, tree)
                make_ext4(tree, path + ".new", "lab-" + kind, ROOM[kind])
                os.rename(path + ".new", path)
            drop_others(kind + "-*.img", path)
    return path


def images_image():
    """The disk that Dom0 sees as /images: it holds guest.img as a plain file."""
    guest = root_image("guest")
    path = os.path.join(LAB, "images-" + os.path.basename(guest)[len("guest-"):])
    if os.path.exists(path):
        return path
    with locked():
        if not os.path.exists(path):
            tree = path + ".tree"
            shutil.rmtree(tree, ignore_errors=True)
            os.makedirs(tree)
            with progress("disk image 'images'"):
                os.link(guest, os.path.join(tree, "guest.img"))
                make_ext4(tree, path + ".new", "lab-images", 512)
                os.rename(path + ".new", path)
            shutil.rmtree(tree)
            drop_others("images-*.img", path)
    return path


def hypervisor():
    """Debian's Xen, gunzipped: QEMU's multiboot loader doesn't do that."""
    key = os.path.basename(rootfs_path("dom0"))[len("rootfs-dom0-"):]
    path = os.path.join(LAB, "xen-" + key)
    if os.path.exists(path):
        return path
    with locked():
        found = glob.glob(os.path.join(rootfs("dom0"), "boot/xen-*-amd64.gz"))
        if not found:
            raise LabError("no hypervisor in Debian's package; see "
                           "tools/lab/rootfs/dom0.packages")
        with gzip.open(found[0]) as src, open(path + ".new", "wb") as dst:
            shutil.copyfileobj(src, dst)
        os.rename(path + ".new", path)
        drop_others("xen-*", path)
    return path


def debian_kernel():
    """Directory with vmlinuz, initrd and modules.img of Debian's kernel."""
    key = os.path.basename(rootfs_path("debian"))[len("rootfs-debian-"):]
    path = os.path.join(LAB, "kernel-debian-" + key)
    if os.path.isdir(path):
        return path
    with locked():
        if os.path.isdir(path):
            return path
        tree = rootfs("debian")
        new = path + ".new"
        shutil.rmtree(new, ignore_errors=True)
        os.makedirs(new)
        for name, to in (("vmlinuz", "vmlinuz"), ("initrd.img", "initrd")):
            found = glob.glob(os.path.join(tree, "boot", name + "-*"))
            if len(found) != 1:
                raise LabError("expected one %s in %s, found %d"
                               % (name, os.path.join(tree, "boot"), len(found)))
            shutil.copy(found[0], os.path.join(new, to))
        with progress("disk image 'modules of Debian's kernel'"):
            make_ext4(os.path.join(tree, "lib/modules"),
                      os.path.join(new, "modules.img"), "lab-modules")
        os.rename(new, path)
        drop_others("kernel-debian-*", path)
    return path


def modules_image(directory):
    """Image of build/NAME/modules/lib/modules, remade when a module changed."""
    facts = []
    for where, _, names in sorted(os.walk(directory)):
        for name in sorted(names):
            st = os.lstat(os.path.join(where, name))
            facts.append("%s/%s %d %d" % (where, name, st.st_size, st.st_mtime_ns))
    key = digest(RECIPE, *facts)
    stem = "modules-" + digest(directory)
    path = os.path.join(LAB, "%s-%s.img" % (stem, key))
    with locked():
        if not os.path.exists(path):
            with progress("disk image of the modules in " + paths.relative(directory)):
                make_ext4(directory, path + ".new", "lab-modules")
                os.rename(path + ".new", path)
            drop_others(stem + "-*.img", path)
    return path


def build_all():
    """What `lab images` does."""
    hypervisor()
    root_image("dom0")
    images_image()
    debian_kernel()
    say("all images are there: " + paths.relative(LAB))
