#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""gsbase.py SECONDS: processes that each have a base of GS of their own, and look at it.

It runs in Dom0 or in a guest. The processes share CPUs, move between them, sleep and yield;
some set their base by an instruction, some by a system call, some have none. It is also what
a process has when it begins: none. The first that finds another's says so, and all end.
"""

import ctypes
import mmap
import os
import random
import sys
import time

WORKERS = 6
ARCH_SET_GS = 0x1001
SYS_ARCH_PRCTL = 158
READ = bytes.fromhex("f3480faec8c3")             # rdgsbase %rax; ret
WRITE = bytes.fromhex("f3480faedfc3")            # wrgsbase %rdi; ret

CODE = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
CODE[0:len(READ)] = READ
CODE[64:64 + len(WRITE)] = WRITE
AT = ctypes.addressof(ctypes.c_char.from_buffer(CODE))
read = ctypes.CFUNCTYPE(ctypes.c_uint64)(AT)
write = ctypes.CFUNCTYPE(None, ctypes.c_uint64)(AT + 64)
syscall = ctypes.CDLL(None).syscall


def set_by_call(base):
    if syscall(SYS_ARCH_PRCTL, ARCH_SET_GS, ctypes.c_uint64(base)):
        raise OSError("arch_prctl")


def work(number, end):
    """Exit status 1 if the base was another's."""
    dice = random.Random(number)
    cpus = sorted(os.sched_getaffinity(0))
    base = 0
    looks = 0
    while time.monotonic() < end:
        found = read()
        looks += 1
        if found != base:
            print("process %d, look %d: %x, not %x" % (number, looks, found, base), flush=True)
            return 1
        # The last two have none, as most programs.
        if number < WORKERS - 2 and dice.random() < 0.3:
            base = dice.choice((0, number + 1, (number + 1) << 32, 0x7fff00000000 + number))
            dice.choice((write, set_by_call))(base)
        how = dice.random()
        if how < 0.4:
            time.sleep(0.001)
        elif how < 0.8:
            os.sched_yield()
        elif how < 0.9:
            os.sched_setaffinity(0, {dice.choice(cpus)})
    print("process %d: %d looks" % (number, looks), flush=True)
    return 0


def main():
    end = time.monotonic() + float(sys.argv[1])
    if read():
        sys.exit("a program begins with %x" % read())
    for number in range(WORKERS):
        if not os.fork():
            os._exit(work(number, end))
    sys.exit(any([os.wait()[1] for _ in range(WORKERS)]))


if __name__ == "__main__":
    main()
