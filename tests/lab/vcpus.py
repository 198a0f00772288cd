#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""vcpus.py getcpu|rounding [CPU]: what a program sees of the CPU that it runs on.

getcpu: on each CPU that is there, the vDSO and the kernel say that it is this one.
rounding CPU: stops on that CPU; when it goes on there, floating-point numbers are still
rounded as it has asked for. Each stands on a line of its own in the end: "good" or why not.
"""

import ctypes
import os
import signal
import sys

LIBC = ctypes.CDLL(None)
LIBM = ctypes.CDLL("libm.so.6")
SYS_GETCPU = 309
UPWARD = 0x800


def number(ask):
    cpu, node = ctypes.c_uint(), ctypes.c_uint()
    ask(ctypes.byref(cpu), ctypes.byref(node))
    return cpu.value


def getcpu():
    for cpu in sorted(os.sched_getaffinity(0)):
        os.sched_setaffinity(0, {cpu})
        vdso = number(LIBC.getcpu)
        kernel = number(lambda c, n: LIBC.syscall(SYS_GETCPU, c, n, None))
        if (vdso, kernel) != (cpu, cpu):
            return "on CPU %d the vDSO says %d, the kernel %d" % (cpu, vdso, kernel)
    return "good"


def rounding(cpu):
    os.sched_setaffinity(0, {cpu})
    LIBM.fesetround(UPWARD)
    os.kill(os.getpid(), signal.SIGSTOP)
    has = LIBM.fegetround()
    return "good" if has == UPWARD else "rounding is %#x now" % has


if __name__ == "__main__":
    print(getcpu() if sys.argv[1] == "getcpu" else rounding(int(sys.argv[2])), flush=True)
