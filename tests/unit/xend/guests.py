# SPDX-License-Identifier: GPL-2.0-or-later
"""What all tests begin with that are about guests and who watches over them, and ways to put such a
test where somebody was killed. Used by test_watch.py, test_end.py and test_once.py."""

import contextlib
import fcntl
import os
import shutil
import time
import unittest

import world
from world import RUN, W, within

UUID = "5eed0001-0002-4003-8004-000000000005"


class Case(unittest.TestCase):
    def setUp(self):
        self.w = world.World(slow=5)
        self.addCleanup(world.end_all)
        self.addCleanup(lambda: self.assertEqual(world.complaints(), []))
        self.addCleanup(self.w.stop_if_there)

    def ends_well(self, name, old):
        self.assertTrue(self.w.restarted(name, old),
                        "%s, %s" % (self.w.domains(), self.w.log()[-2000:]))
        self.assertTrue(within(lambda: not self.w.pending()))
        self.assertEqual(self.w.half_made(), [])

    def soon(self, what):
        self.assertTrue(within(what), "%s, %s, %s" % (
            self.w.domains(), self.w.pending(), self.w.log()[-2000:]))

    def stays(self, what, seconds=2):
        """It is true, and goes on to be."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.assertTrue(what(), "%s, %s" % (self.w.domains(), self.w.log()[-2000:]))
            time.sleep(0.05)

    def said(self, text):
        return self.w.log().count(text)


def put(number, **files):
    """What is known of a domain, which comes to be if it is not there. None: it is not known."""
    there = os.path.join(W, "xen/domains/%d" % number)
    where = there if os.path.exists(there) else os.path.join(W, "xen/put-%d" % number)
    os.makedirs(where, exist_ok=True)
    for name, text in files.items():
        path = os.path.join(where, name)
        if text is None:
            os.unlink(path)
            continue
        with open(path + ".new", "w", encoding="utf-8") as f:
            f.write(text)
        os.rename(path + ".new", path)
    if where != there:
        os.rename(where, there)


def renumber(number, to):
    where = os.path.join(W, "xen/domains/%d")
    os.rename(where % number, where % to)


def copy(number, to, **files):
    where = os.path.join(W, "xen/domains/%d")
    shutil.copytree(where % number, os.path.join(W, "xen/put-%d" % to))
    put(to, **files)


def remove(number):
    away = os.path.join(W, "xen/removed-%d" % number)
    os.rename(os.path.join(W, "xen/domains/%d" % number), away)
    shutil.rmtree(away)


def get(number, name):
    return world.read(os.path.join(W, "xen/domains/%d" % number, name))


def mark(number, **fields):
    """Write what is kept with a guest for those who watch over it."""
    have = dict({"lives": 0, "started": int(time.clock_gettime(time.CLOCK_BOOTTIME)),
                 "ended": 0, "left": 0}, **fields)
    put(number, **{"user.xenify": "lives=%(lives)d started=%(started)d ended=%(ended)d "
                                  "left=%(left)d\n" % have})


def begun(number, like, config=None, **fields):
    """As if somebody had been killed who dealt with the end of this domain, which is, or was,
    configured like that one."""
    have = dict({"next": -1, "lives": 0, "tries": 0, "again": 1, "keep": 0,
                 "name": get(like, "name"), "uuid": get(like, "uuid")}, **fields)
    text = "restart 1\n" + "".join("%s %s\n" % (key, have[key]) for key in (
        "next", "lives", "tries", "again", "keep", "name", "uuid"))
    os.makedirs(RUN, mode=0o700, exist_ok=True)
    with open(RUN + "/tmp", "w", encoding="utf-8") as f:
        f.write(text + (config or get(like, "json")) + "\nend\n")
    os.rename(RUN + "/tmp", "%s/restart-%d" % (RUN, number))


def attached(number, disk):
    """As if this domain, which is another guest, had a disk that no program of ours has looked at.
    None: it has it no more."""
    where = os.path.join(W, "xen/store/local/domain")
    if disk is None:
        shutil.rmtree(os.path.join(W, "xen/store"))
        return
    device = "0/backend/qdisk/%d/51712/" % number
    for name, text in {device + "params": "qcow2:" + disk, device + "mode": "w",
                       "%d/vm" % number: "/vm/another", "%d/name" % number: "another"}.items():
        path = os.path.join(where, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)


@contextlib.contextmanager
def dealing(number):
    """As somebody who deals with the end of this domain, and takes his time."""
    os.makedirs(RUN, mode=0o700, exist_ok=True)
    with open(RUN + "/ended", "a", encoding="utf-8") as f:
        fcntl.lockf(f, fcntl.LOCK_EX, 1, number)
        yield


def place(uuid):
    """A guest's place in files of locks, as lock.c has it."""
    raw = bytes.fromhex(uuid.replace("-", ""))
    a, b = (int.from_bytes(raw[i:i + 8], "little") for i in (0, 8))
    mix, most = 0x9e3779b97f4a7c15, (1 << 64) - 1
    b = b * mix & most
    b ^= b >> 32
    a ^= b * mix & most
    a ^= a >> 32
    return ((a * mix & most) >> 2) << 1


@contextlib.contextmanager
def claimed(uuid, incoming=False):
    """As an xm that makes, saves, moves or resumes this guest; incoming: that receives it."""
    with open(os.path.join(W, "guest.lock"), "a", encoding="utf-8") as f:
        fcntl.lockf(f, fcntl.LOCK_EX, 1, place(uuid) + incoming)
        yield
