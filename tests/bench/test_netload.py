# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the load on the network: both its ends, on this machine's loopback."""

import os
import socket
import struct
import subprocess
import tempfile
import unittest

from benchlib import boot

MS = 60
LAST, HELLO, DATA = bytes(1), bytes(2), bytes(64)


class Netload(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.where = tempfile.TemporaryDirectory()
        cls.program = cls.path("netload")
        boot.compile_c("netload", cls.program)
        # Not the port of another checkout's tests.
        with socket.socket(type=socket.SOCK_DGRAM) as s:
            s.bind(("127.0.0.1", 0))
            cls.here = s.getsockname()
        os.environ["NETLOAD_PORT"] = str(cls.here[1])

    @classmethod
    def tearDownClass(cls):
        cls.where.cleanup()
        del os.environ["NETLOAD_PORT"]

    @classmethod
    def path(cls, name):
        return os.path.join(cls.where.name, name)

    def load(self, name):
        with subprocess.Popen([self.program, "sink", name, self.path("sink")]) as sink:
            subprocess.run([self.program, "source", name, self.path("source"), "127.0.0.1",
                            str(MS)], check=True)
        self.assertEqual(sink.returncode, 0)
        return [self.samples(end) for end in ("source", "sink")]

    def samples(self, end):
        with open(self.path(end), "rb") as f:
            found = list(struct.iter_unpack("<QQ", f.read()))
        for (tsc, count), (later, more) in zip(found, found[1:]):
            self.assertLess(tsc, later)
            self.assertLessEqual(count, more)
        return found

    def at(self, tsc, later):
        return subprocess.run([self.program, "at", self.path("list"), str(tsc), str(later)],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)

    def test_what_is_sent_arrives(self):
        for name in ("bulk", "rr", "udp"):
            source, sink = self.load(name)
            self.assertGreater(source[-1][1], 0, name)
            self.assertEqual(source[-1][1], sink[-1][1], name)

    def test_a_flood_may_lose(self):
        source, sink = self.load("flood")
        self.assertGreater(sink[-1][1], 0)
        self.assertLessEqual(sink[-1][1], source[-1][1])

    def test_what_is_lost_does_not_hold_up_the_rest(self):
        # The sink is this one, and misses the first that come, as many as may be on the way.
        with socket.socket(type=socket.SOCK_DGRAM) as s:
            s.bind(self.here)
            s.settimeout(30)
            with subprocess.Popen([self.program, "source", "udp", self.path("source"),
                                   self.here[0], "7000"]) as source:
                count = -128
                while count < 5000 and (got := s.recvfrom(100))[0] != LAST:
                    if got[0] == HELLO:
                        s.sendto(*got)
                        continue
                    count += 1
                    if count > 0 and count % 32 == 0:
                        s.sendto(struct.pack("<Q", count), got[1])
                source.kill()
        # It waits once, a fifth of a second; if it did for each 128, these took 8 s.
        self.assertEqual(count, 5000)

    def test_only_data_is_counted(self):
        with subprocess.Popen([self.program, "sink", "udp", self.path("sink")]) as sink, \
                socket.socket(type=socket.SOCK_DGRAM) as s:
            s.settimeout(0.1)
            for _ in range(100):
                try:
                    s.sendto(HELLO, self.here)
                    if s.recv(100) == HELLO:
                        break
                except OSError:
                    pass
            for data in (DATA, HELLO, bytes(3), DATA, DATA, LAST):
                s.sendto(data, self.here)
            sink.wait()
        self.assertEqual((sink.returncode, self.samples("sink")[-1][1]), (0, 3))

    def test_a_moment_between_two_samples(self):
        with open(self.path("list"), "wb") as f:
            f.write(struct.pack("<8Q", 1000, 0, 2000, 100, 4000, 500, 5000, 500))
        self.assertEqual(self.at(1500, 3000).stdout, b"50 300 500\n")
        self.assertEqual(self.at(1000, 5000).stdout, b"0 500 500\n")

    def test_a_moment_when_it_was_not_at_it(self):
        with open(self.path("list"), "wb") as f:
            f.write(struct.pack("<4Q", 1000, 0, 2000, 100))
        for tsc, later in ((999, 1500), (1500, 2001)):
            self.assertEqual(self.at(tsc, later).returncode, 1)


if __name__ == "__main__":
    unittest.main()
