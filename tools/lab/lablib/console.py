# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what the machine says on its serial line and virtio ports.

machine.py makes one Hub a run: the console and the guests' lines go to the log file and to
the verdict, the script's output to standard output, control messages into a dictionary.
"""

import selectors
import socket
import sys
import time

from . import verdict


class Channel:
    """One byte stream out of QEMU: `ours` is read here, `theirs` is what QEMU gets."""

    def __init__(self, name):
        self.name = name
        self.ours, self.theirs = socket.socketpair()
        self.ours.setblocking(False)
        self.rest = b""

    def close_theirs(self):
        self.theirs.close()

    def lines(self, data):
        """Complete lines of the stream so far, as text without control characters."""
        *whole, self.rest = (self.rest + data).split(b"\n")
        for line in whole:
            text = line.decode("utf-8", "replace").replace("\r", "")
            yield "".join(c for c in text if c >= " " or c == "\t")


def copy(stream, data):
    try:
        stream.buffer.write(data)
        stream.buffer.flush()
    except BrokenPipeError:
        pass


class Session:
    """What speaks with the script and hears the consoles; another one may be given (options.py)."""

    def __init__(self, feed=None):
        self.take = feed

    def up(self, send, _seconds):
        """Dom0 is up. send(line) is for the script's standard input, send(None) its end."""
        send(None)

    def feed(self, data):
        """What the script printed."""
        if self.take:
            self.take(data)
        else:
            copy(sys.stdout, data)

    def heard(self, line, stamped):
        """A line of a console, and the same with the time."""


class Hub:
    """All channels of one run."""

    NAMES = ("console", "guest", "ctl", "out", "err", "in")

    def __init__(self, log, start, allow, session):
        self.log = log
        self.start = start           # time.monotonic() that the log counts from
        self.allow = allow
        self.session = session
        self.channels = {n: Channel(n) for n in self.NAMES}
        self.excerpt = verdict.Excerpt()
        self.fatal = False
        self.gave_up = None          # what Dom0's init said when it could not go on
        self.booted = None           # seconds until Dom0 was up
        self.status = None
        self.selector = selectors.DefaultSelector()
        for channel in self.channels.values():
            self.selector.register(channel.ours, selectors.EVENT_READ, channel)

    def fds(self):
        """What QEMU has to have of ours; no other machine's QEMU may, or an end is not seen."""
        return [channel.theirs.fileno() for channel in self.channels.values()]

    def started(self):
        """QEMU has its ends now; with ours closed, its exit is seen as end of file."""
        self.start = time.monotonic()
        for channel in self.channels.values():
            channel.close_theirs()

    def send(self, text):
        """A line for the script's standard input; None: it ends."""
        ours = self.channels["in"].ours
        try:
            if text is None:
                ours.shutdown(socket.SHUT_WR)
            else:
                ours.sendall(text.encode() + b"\n")
        except OSError:
            pass                     # the machine is gone; that is told elsewhere

    def poll(self, seconds):
        """Handle what comes within this time; False when every stream has ended."""
        if not self.selector.get_map():
            return False
        for key, _ in self.selector.select(seconds):
            channel = key.data
            try:
                data = channel.ours.recv(65536)
            except BlockingIOError:
                continue
            except ConnectionError:
                data = b""
            if not data:
                self.selector.unregister(channel.ours)
                if channel.rest:
                    data = b"\n"
            self.handle(channel, data)
        return bool(self.selector.get_map())

    def handle(self, channel, data):
        if channel.name == "out":
            self.session.feed(data)
            return
        if channel.name == "err":
            copy(sys.stderr, data)
            return
        for line in channel.lines(data):
            if channel.name == "ctl":
                self.control(line)
            else:
                self.say(channel.name, line)

    def control(self, line):
        word, _, rest = line.partition(" ")
        if word == "up":
            self.booted = time.monotonic() - self.start
            self.session.up(self.send, self.booted)
        elif word == "status":
            self.status = int(rest)

    def say(self, source, line):
        stamped = "%8.2f|%s" % (time.monotonic() - self.start, line)
        self.log.write(stamped + "\n")
        self.log.flush()
        self.session.heard(line, stamped)
        splat = verdict.is_splat(line, self.allow)
        self.excerpt.add(source, line, splat)
        if source == "console" and verdict.is_fatal(line):
            self.fatal = True
            if not self.gave_up and line.startswith(verdict.GAVE_UP):
                self.gave_up = line[len(verdict.GAVE_UP):]

    def close(self):
        for channel in self.channels.values():
            channel.ours.close()
        self.selector.close()
