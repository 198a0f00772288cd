#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""pagetables.py SECONDS [SEED]: processes whose memory is what they have written.

Each has an area of its own, a private map of a file and one that it shares with its children,
and a list of what is in every page. It forks, writes, changes protections, moves, unmaps and
discards, all by chance, and looks at every page in between: both its ends have to be as the
list says. What may not be written is written by a child, which has to die of it.
"""

import ctypes
import mmap
import os
import random
import signal
import struct
import sys
import tempfile
import threading
import time

PAGE = 4096
PAGES = 640                     # more than an L1 table maps
SHARED = 48
SCATTERED = 24
A_TABLE = 513                   # as many pages later there is another L1 table
WORKERS = 4
MAYMOVE_FIXED = 3
PRIVATE, SHARE, ANONYMOUS, FIXED, NORESERVE = 2, 1, 32, 16, 0x4000
NONE, READ, WRITE = 0, 1, 3
FAILED = 2**64 - 1
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = LIBC.mremap.restype = ctypes.c_void_p
VOID, SIZE = ctypes.c_void_p, ctypes.c_size_t


def call(function, *args):
    got = function(*args)
    if got in (-1, FAILED):
        sys.exit(f"{function.__name__}{args}: {os.strerror(ctypes.get_errno())}")
    return got


def map_pages(pages, flags, fd=-1, at=None):
    return call(LIBC.mmap, VOID(at), SIZE(pages * PAGE), WRITE, flags, fd, ctypes.c_long(0))


def put(address, token):
    ctypes.memmove(address, struct.pack("<Q", token), 8)
    ctypes.memmove(address + PAGE - 8, struct.pack("<Q", token), 8)


def look(address):
    return struct.unpack("<QQ", ctypes.string_at(address, 8) +
                         ctypes.string_at(address + PAGE - 8, 8))


class Area:
    """Pages, and what has to be in them: a token at both ends; @empty is what a fresh one has."""

    def __init__(self, name, pages, flags, empty=None, fd=-1, stride=1):
        self.name, self.flags, self.fd, self.stride = name, flags, fd, stride
        self.base = map_pages(pages * stride, flags, fd)
        self.empty = empty or [0] * pages
        self.have = list(self.empty)

    def at(self, page):
        return self.base + page * self.stride * PAGE

    def write(self, page, token):
        put(self.at(page), token)
        self.have[page] = token

    def check(self, pages, who):
        for page in pages:
            if look(self.at(page)) != (self.have[page],) * 2:
                sys.exit(f"{who}: page {page} of {self.name} is {look(self.at(page))}, "
                         f"and was written {self.have[page]}")

    def stretch(self):
        first = random.randrange(len(self.have))
        return first, min(random.choice((1, 2, 7, 33, 200)), len(self.have) - first)

    def everything(self):
        return range(len(self.have))


def child(run):
    """What a child comes to: its exit status, or the signal that ended it, negative."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os._exit(run() or 0)
    except SystemExit as end:
        print(end, file=sys.stderr, flush=True)
    os._exit(1)


def wait(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def expect(pid, status, what):
    got = wait(pid)
    if got != status:
        sys.exit(f"{what}: {got}, expected {status}")


def some(count, area, who):
    for _ in range(count):
        area.write(random.randrange(len(area.have)), random.getrandbits(63))
    area.check(area.everything(), who)


def fork(own, depth=0):
    """Both sides write while the other does; neither sees it."""
    def run():
        random.seed(os.getpid())
        for area in own:
            area.check(area.everything(), "child")
            some(200, area, "child")
        if depth < 2 and random.random() < 0.4:
            fork(own, depth + 1)
    pid = child(run)
    for area in own:
        some(200, area, "parent")
    expect(pid, 0, "a child that looks at its memory")


def protect(area):
    first, count = area.stretch()
    pages = range(first, first + count)
    kind = random.choice((READ, NONE))
    call(LIBC.mprotect, VOID(area.at(first)), SIZE(count * PAGE), kind)
    if kind == READ:
        area.check(pages, "read-only")
    victim = area.at(random.choice(pages)) + 128
    expect(child(lambda: ctypes.memset(victim, 1, 1) and 0), -signal.SIGSEGV,
           "a write to what may not be written")
    if kind == NONE:
        expect(child(lambda: ctypes.string_at(victim, 1) and 0), -signal.SIGSEGV,
               "a read of what may not be read")
    call(LIBC.mprotect, VOID(area.at(first)), SIZE(count * PAGE), WRITE)
    area.check(pages, "writable again")


def move(area):
    """Page by page where it was mapped in pieces: they can't be moved as one."""
    pages = len(area.have)
    new = map_pages(pages, PRIVATE | ANONYMOUS | NORESERVE)
    old = area.base

    def mremap(first, count):
        size = SIZE(count * PAGE)
        return LIBC.mremap(VOID(old + first * PAGE), size, size, MAYMOVE_FIXED,
                           VOID(new + first * PAGE))
    for first in range(0, pages, 128):
        if mremap(first, 128) == FAILED:
            for page in range(first, first + 128):
                call(mremap, page, 1)
    area.base = new
    area.check(area.everything(), "moved")
    expect(child(lambda: ctypes.string_at(old, 1) and 0), -signal.SIGSEGV,
           "a read of what was moved away")


def replace(area):
    first, count = area.stretch()
    call(LIBC.munmap, VOID(area.at(first)), SIZE(count * PAGE))
    expect(child(lambda: ctypes.string_at(area.at(first), 1) and 0), -signal.SIGSEGV,
           "a read of what was unmapped")
    if area.fd >= 0:
        call(LIBC.mmap, VOID(area.at(first)), SIZE(count * PAGE), WRITE, area.flags | FIXED,
             area.fd, ctypes.c_long(first * PAGE))
    else:
        map_pages(count, area.flags | FIXED, at=area.at(first))
    area.have[first:first + count] = area.empty[first:first + count]
    area.check(range(first, first + count), "mapped anew")


def discard(area):
    first, count = area.stretch()
    call(LIBC.madvise, VOID(area.at(first)), SIZE(count * PAGE), mmap.MADV_DONTNEED)
    area.have[first:first + count] = area.empty[first:first + count]
    area.check(range(first, first + count), "discarded")


def renew(area):
    """Its tables go with it, and others come."""
    size = len(area.have) * area.stride
    call(LIBC.munmap, VOID(area.base), SIZE(size * PAGE))
    area.base = map_pages(size, area.flags)
    area.have = list(area.empty)
    area.check(area.everything(), "mapped elsewhere")
    some(len(area.have), area, "mapped elsewhere")


def shrink():
    """What the kernel keeps for the next process becomes memory."""
    with open("/proc/sys/vm/drop_caches", "w") as file:
        file.write("2")


def share(area):
    """What a child writes to a shared page the parent sees, and the other way round."""
    tokens = [random.getrandbits(63) for _ in area.have]

    def run():
        area.check(area.everything(), "child, shared")
        for page, token in enumerate(tokens):
            put(area.at(page), token)
    expect(child(run), 0, "a child that shares")
    area.have = tokens
    area.check(area.everything(), "parent, shared")


def worker(file, until, seed):
    random.seed(seed)
    # With a second thread, a process' page tables are not one CPU's alone.
    if seed % 2:
        threading.Thread(target=time.sleep, args=(10**6,), daemon=True).start()
    own = Area("memory", PAGES, PRIVATE | ANONYMOUS)
    of_file = Area("the file's map", SHARED, PRIVATE,
                   [page + 1 for page in range(SHARED)], file)
    shared = Area("shared memory", SHARED, SHARE | ANONYMOUS)
    apart = Area("scattered memory", SCATTERED, PRIVATE | ANONYMOUS | NORESERVE, stride=A_TABLE)
    steps = [lambda: fork((own, of_file, apart)), lambda: fork((apart,)), lambda: renew(apart),
             shrink, lambda: some(20, apart, "itself"), lambda: protect(own), lambda: protect(of_file),
             lambda: move(own), lambda: replace(own), lambda: replace(of_file),
             lambda: discard(own), lambda: discard(of_file), lambda: share(shared),
             lambda: some(60, own, "itself"), lambda: some(20, of_file, "itself")]
    # On a busy machine it may be late before the first.
    rounds = 0
    while rounds < len(steps) or time.monotonic() < until:
        if rounds % len(steps) == 0:
            random.shuffle(steps)
        steps[rounds % len(steps)]()
        rounds += 1
    for area in (own, of_file, shared, apart):
        area.check(area.everything(), "in the end")


def main():
    seconds = float(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.getrandbits(20)
    with tempfile.NamedTemporaryFile() as file:
        for page in range(SHARED):
            file.write(struct.pack("<Q4080xQ", page + 1, page + 1))
        file.flush()
        until = time.monotonic() + seconds
        pids = [child(lambda n=n: worker(file.fileno(), until, 2 * seed + n))
                for n in range(WORKERS)]
        bad = [status for status in map(wait, pids) if status]
        file.seek(0)
        for page in range(SHARED):
            if struct.unpack("<Q4080xQ", file.read(PAGE)) != (page + 1, page + 1):
                bad.append(f"page {page} of the file was written through a private map")
    if bad:
        sys.exit(f"seed {seed}: {bad}")
    print(f"seed {seed}: ok")


main()
