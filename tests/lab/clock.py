#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""clock.py CHECK [ARGUMENT]...: what clocks and timers have to do, in Dom0 or in a guest.

  forward SECONDS   no clock goes backwards, neither on a CPU nor from one CPU to the next
  watch FILE        the same until FILE is gone, by one process; prints the longest step
  log               prints how far the times of the kernel's log are ahead of the clock, in ms
  sleep             who sleeps is woken in time, on each CPU
  steal SECONDS     all CPUs are busy; prints the share of the time that was stolen, in percent
"""

import os
import sys
import time

CLOCKS = {name: getattr(time, "CLOCK_" + name)
          for name in ("REALTIME", "MONOTONIC", "MONOTONIC_RAW", "BOOTTIME")}
NAPS = (0.0002, 0.001, 0.01, 0.1, 0.3)
LATE = 0.5                       # seconds, on a host that is busy


def cpus():
    return sorted(os.sched_getaffinity(0))


def look(seen):
    """Read all clocks; seen has what they were."""
    for name, clock in CLOCKS.items():
        now = time.clock_gettime_ns(clock)
        if now < seen.get(name, 0):
            sys.exit("%s went back by %d ns" % (name, seen[name] - now))
        seen[name] = now


def forward(seconds):
    """Half of the looks on the same CPU, half on the next one."""
    end = time.monotonic() + float(seconds)
    seen, looks, here = {}, 0, cpus()
    while time.monotonic() < end:
        os.sched_setaffinity(0, {here[looks // 50 % len(here)]})
        for _ in range(50):
            look(seen)
            looks += 1
    print("%d looks on %d CPUs" % (looks, len(here)))


def watch(file):
    seen, longest = {}, 0
    while os.path.exists(file):
        before = seen.get("MONOTONIC")
        look(seen)
        if before:
            longest = max(longest, seen["MONOTONIC"] - before)
        time.sleep(0.005)
    print("%.3f" % (longest / 1e9))


def log():
    kmsg = os.open("/dev/kmsg", os.O_RDWR)
    os.lseek(kmsg, 0, os.SEEK_END)
    before = time.monotonic_ns()
    os.write(kmsg, b"clock.py\n")
    while b"clock.py" not in (record := os.read(kmsg, 8192)):
        pass
    print(int(record.split(b",")[2]) // 1000 - before // 1000000)


def sleep():
    for cpu in cpus():
        os.sched_setaffinity(0, {cpu})
        for nap in NAPS:
            best = None
            for _ in range(5):
                before = time.monotonic()
                time.sleep(nap)
                took = time.monotonic() - before
                if took < nap:
                    sys.exit("CPU %d: slept %.6f s, not %.6f" % (cpu, took, nap))
                best = min(best or took, took)
            if best > nap + LATE:
                sys.exit("CPU %d: woken after %.6f s, not %.6f" % (cpu, best, nap))
        os.sched_setaffinity(0, set(ALL))
    print("woken in time on %d CPUs" % len(ALL))


def ticks():
    """(all, stolen) of /proc/stat's first line."""
    with open("/proc/stat", encoding="ascii") as f:
        fields = [int(field) for field in f.readline().split()[1:9]]
    return sum(fields), fields[7]


def steal(seconds):
    end = time.monotonic() + float(seconds)
    before = ticks()
    for cpu in cpus():
        if not os.fork():
            os.sched_setaffinity(0, {cpu})
            while time.monotonic() < end:
                pass
            os._exit(0)
    for _ in cpus():
        os.wait()
    after = ticks()
    print(100 * (after[1] - before[1]) // (after[0] - before[0]))


ALL = cpus()

if __name__ == "__main__":
    {"forward": forward, "watch": watch, "log": log,
     "sleep": sleep, "steal": steal}[sys.argv[1]](*sys.argv[2:])
