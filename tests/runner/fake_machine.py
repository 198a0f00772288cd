# SPDX-License-Identifier: GPL-2.0-or-later
"""Stands for QEMU with a lab in it, in the runner's tests: says what Dom0's init and session.sh
say on the same channels, and does with a case what its name says.

fake_machine.py FOLDER NAME=FD...: FOLDER is for what has to be remembered from one boot to the next.
"""

import os
import sys
import time

FOLDER = sys.argv[1]
CHANNELS = {name: int(fd) for name, _, fd in (word.partition("=") for word in sys.argv[2:])}


def say(channel, text):
    os.write(CHANNELS[channel], text.encode() + b"\n")


def lines():
    rest = b""
    while True:
        data = os.read(CHANNELS["in"], 4096)
        if not data:
            return
        *whole, rest = (rest + data).split(b"\n")
        yield from (line.decode() for line in whole)


def first_time(what):
    path = os.path.join(FOLDER, what)
    if os.path.exists(path):
        return False
    open(path, "w", encoding="ascii").close()
    return True


def run(name, seconds):
    """Status of the case."""
    kind = name.split("-")[0]
    if kind == "fails" or kind == "once" and first_time(name):
        say("out", "FAIL: as it has to")
        return 1
    if kind == "hangs":
        time.sleep(min(seconds, 600))
        return 124
    if kind == "dies" or kind == "crashes" and first_time(name):
        os._exit(1)
    if kind == "stuck" and first_time(name):
        time.sleep(600)
    if kind == "splat":
        say("console", "[    1.000000] WARNING: CPU: 0 PID: 1 at kernel/test.c:1")
    if kind == "leaves":
        say("out", "@left %s a guest" % name)
    return 77 if kind == "skips" else 0


def main():
    if os.path.exists(os.path.join(FOLDER, "no-boot")):
        sys.exit(1)
    say("ctl", "up")
    say("out", "@next")
    for line in lines():
        name, seconds, _slow = line.split()
        with open(os.path.join(FOLDER, "order"), "a", encoding="ascii") as f:
            f.write(name + "\n")
        say("console", "lab-mark: begin " + name)
        say("guest", "[mark] begin " + name)
        say("out", "@begin " + name)
        status = run(name, int(seconds))
        say("out", "@end %s %d %d" % (name, status, 3))
        say("console", "lab-mark: end " + name)
        say("guest", "[mark] end " + name)
        say("out", "@next")
    say("ctl", "status 0")


main()
