# SPDX-License-Identifier: GPL-2.0-or-later
"""What clients can't do to xend: many at once, too much, too slow, garbage; and what becomes of
what they have asked for."""

import concurrent.futures
import json
import os
import resource
import signal
import socket
import time
import unittest

import client
import world
from world import REBOOT, within


class Clients(client.Case):
    def test_a_hundred_at_once(self):
        self.start()
        for i in range(3):
            self.w.create("g%d" % i)
        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            ways = [(self.local if i % 2 else self.root).ask for i in range(100)]
            answers = list(pool.map(lambda ask: ask("GET", "/v1/domains"), ways))
        self.assertEqual([s for s, _ in answers if s != 200], [])
        self.assertTrue(all(len(a["result"]) == 3 for _, a in answers))

    def test_many_that_change_something(self):
        # All make the same guest: one does; then all make their own.
        self.start()
        path = self.w.config("same", kernel="'%s'" % world.XM)
        many = 20
        with concurrent.futures.ThreadPoolExecutor(many) as pool:
            answers = list(pool.map(lambda _: self.local.ask(
                "POST", "/v1/domains", {"file": path})[0], range(many)))
            self.assertEqual(answers.count(200), 1, answers)
            answers = list(pool.map(lambda i: self.local.ask(
                "POST", "/v1/domains", {"file": path, "set": ["name='n%d'" % i]})[0], range(many)))
        self.assertEqual(answers, [200] * many)
        self.assertEqual(len(self.w.domains()), many + 1)
        self.assertEqual(self.w.watchers(), [])

    def test_slow_commands_hold_up_nobody(self):
        self.start()
        self.w.create("g1")
        self.w.stop()
        self.w.env["FAKE_SLOW"] = "1000"
        self.start()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            slow = [pool.submit(self.local.ask, "DELETE", "/v1/domains/g1") for _ in range(8)]
            time.sleep(1)
            begun = time.monotonic()
            self.assertEqual(self.root.ask("GET", "/v1")[0], 200)
            self.assertLess(time.monotonic() - begun, 2)
            for one in slow:
                one.result()

    def test_too_much(self):
        self.start()
        self.assertEqual(self.local.code("POST", "/v1/xm", "x" * (300 << 10)),
                         (413, "too-large"))
        self.assertEqual(self.local.code("POST", "/v1/xm", "[" * (200 << 10)),
                         (400, "bad-request"))
        self.assertIn(self.local.ask("GET", "/" + "a" * 100000)[0], (400, 414, 431))
        self.assertIn(self.local.ask("GET", "/v1", X_Long="a" * 100000)[0], (400, 413, 431))
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as s:
            s.sendall(b"POST /v1/xm HTTP/1.1\r\nHost: localhost:%d\r\nAuthorization: Bearer %s\r\n"
                      b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" %
                      (self.port, self.local.token.encode()))
            for _ in range(300):
                s.sendall(b"400\r\n" + b" " * 1024 + b"\r\n")
            s.sendall(b"0\r\n\r\n")
            self.assertIn(b" 413 ", s.recv(4096))
        self.assertEqual(self.local.ask("GET", "/v1/host")[0], 200)

    def test_garbage(self):
        self.start()
        for data in (b"\0" * 5000, b"\xff\xfe\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                     b"A" * 70000, b"GET /v1 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                     b"POST /v1/xm HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
                     b"POST /v1/xm HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
                     b"POST /v1/xm HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                     b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 500):
            with socket.create_connection(("127.0.0.1", self.port), timeout=20) as s:
                s.settimeout(1)
                try:
                    s.sendall(data)
                    s.shutdown(socket.SHUT_WR)
                    got = s.recv(4096)
                except OSError:
                    got = b""
                self.assertNotIn(b" 200 ", got, data[:40])
        pid = self.server()
        self.assertEqual(self.local.ask("GET", "/v1/host")[0], 200)
        self.assertEqual(self.server(), pid)
        self.assertNotIn("signal", self.w.log())

    def test_slow_clients_are_cut_off(self):
        # All places of the port are taken by clients that send a byte now and then: they lose
        # them, root's socket has its own, and guests are watched over.
        self.w.env["FAKE_XEND_PART"] = "2"
        self.start()
        self.w.create("g1")
        slow = [socket.create_connection(("127.0.0.1", self.port), timeout=60)
                for _ in range(128)]
        for s in slow:
            self.addCleanup(s.close)
        begun = time.monotonic()
        old = self.w.end("g1", REBOOT)
        self.assertEqual(self.root.ask("GET", "/v1/host")[0], 200)
        self.assertTrue(self.w.restarted("g1", old))
        # By themselves they would be there for ever.
        while slow and time.monotonic() - begun < 60:
            for s in slow:
                try:
                    s.send(b"G")
                except OSError:
                    pass
            slow = [s for s in slow if self.open(s)]
            time.sleep(0.5)
        self.assertEqual(slow, [])
        self.assertEqual(self.local.ask("GET", "/v1/host")[0], 200)

    def test_who_has_no_key_keeps_no_place(self):
        self.start()
        for who, path, stays in ((client.Client(self.port), "/v1", False),
                                 (client.Client(self.port), "/v1/host", False),
                                 (client.Client(self.port), "/", False),
                                 (client.Client(self.port, "0" * 64), "/v1/host", False),
                                 (self.local, "/v1", True), (self.root, "/v1", True)):
            c = who.connection()
            c.request("GET", path, headers={"Authorization": "Bearer " + (who.token or "")})
            answer = c.getresponse()
            answer.read()
            self.assertEqual(answer.will_close, not stays, path)
            c.close()

    @staticmethod
    def open(s):
        try:
            s.setblocking(False)
            return s.recv(10) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    def test_the_server_is_killed(self):
        self.w.env["FAKE_XEND_PART"] = "4"
        self.start()
        self.w.create("g1")
        for _ in range(2):
            pid = self.server()
            os.kill(pid, signal.SIGKILL)
            self.renewed(pid)
            self.assertEqual(self.local.ask("GET", "/v1/host")[0], 200)
        old = self.w.end("g1", REBOOT)
        self.assertTrue(self.w.restarted("g1", old))

    def test_a_reload_with_errors_changes_nothing_for_the_next_server(self):
        self.w.env["FAKE_XEND_PART"] = "4"
        self.start()
        self.w.configure("(xend-prot 1)")
        self.w.xend.send_signal(signal.SIGHUP)
        self.assertTrue(within(lambda: "the old one is kept" in self.w.log()))
        pid = self.server()
        os.kill(pid, signal.SIGKILL)
        self.renewed(pid)
        self.assertEqual(self.local.ask("GET", "/v1/host")[0], 200)
        kept = os.path.join(world.RUN, "xend.conf")
        self.assertEqual(os.stat(kept).st_mode & 0o777, 0o600)
        self.w.stop()
        self.assertFalse(os.path.exists(kept))

    def test_the_server_is_held_up(self):
        self.w.env["FAKE_XEND_PART"] = "4"
        self.start()
        self.w.create("g1")
        os.kill(self.server(), signal.SIGSTOP)
        old = self.w.end("g1", REBOOT)
        self.assertTrue(self.w.restarted("g1", old))
        # Who reloads gets another one.
        pid = self.server()
        self.w.xend.send_signal(signal.SIGHUP)
        self.renewed(pid)
        self.assertEqual(self.local.ask("GET", "/v1/host")[0], 200)

    def test_a_client_goes_away(self):
        # What it has asked for is done as a whole.
        self.w.env["FAKE_SLOW"] = "300"
        self.start()
        path = self.w.config("g1", kernel="'%s'" % world.XM)
        c = self.local.connection()
        c.request("POST", "/v1/domains", json.dumps({"file": path}),
                  {"Authorization": "Bearer " + self.local.token,
                   "Content-Type": "application/json"})
        time.sleep(0.2)
        c.close()
        self.assertTrue(within(lambda: self.w.runs("g1")))
        self.assertEqual(self.local.ask("GET", "/v1/host")[0], 200)

    def test_reload_finishes_what_was_asked(self):
        self.w.env["FAKE_SLOW"] = "300"
        self.start()
        path = self.w.config("g1", kernel="'%s'" % world.XM)
        pid = self.server()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(self.local.ask, "POST", "/v1/domains", {"file": path})
            self.assertTrue(within(lambda: self.w.calls("create")))
            self.w.xend.send_signal(signal.SIGHUP)
            self.assertEqual(asked.result()[0], 200)
        self.renewed(pid)
        self.assertEqual(self.local.ask("GET", "/v1/host")[0], 200)

    def test_reload_refuses_what_has_not_begun(self):
        # All places are taken by commands that take longer than the last server stays.
        self.start()
        for i in range(8):
            self.w.create("g%d" % i)
        self.w.stop()
        self.w.env["FAKE_SLOW"] = "5000"
        self.start()
        pid = self.server()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            slow = [pool.submit(self.root.ask, "DELETE", "/v1/domains/g%d" % i) for i in range(8)]
            self.assertTrue(within(lambda: self.w.log().count(": begins") == 8))
            c = self.root.connection()
            c.request("POST", "/v1/domains/g0/pause")
            # Who asks later is answered, so it has been read.
            self.assertEqual(self.root.ask("GET", "/v1")[0], 200)
            self.w.xend.send_signal(signal.SIGHUP)
            answer = c.getresponse()
            self.assertEqual(answer.status, 503)
            self.assertEqual(json.loads(answer.read())["error"]["code"], "overloaded")
            c.close()
            for one in slow:        # these go on, but nobody is told
                self.assertIsNotNone(one.exception(world.PATIENCE))
        self.renewed(pid)
        self.assertIn("socket: xm pause -- g0: was not begun", self.w.log())
        self.assertTrue(within(lambda: not self.w.domains()))

    def test_nothing_follows_the_log_for_ever(self):
        # Its output goes nowhere any more once the server that started it is gone.
        self.start()
        self.root.ask("GET", "/v1/log")
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(self.root.ask, "POST", "/v1/xm", {"verb": "log", "args": ["-f"]})
            self.assertTrue(within(lambda: self.w.processes("log", "-f")))
            os.kill(self.server(), signal.SIGKILL)
            self.assertIsNotNone(asked.exception(world.PATIENCE))
        self.assertTrue(within(lambda: not self.w.processes("log", "-f")))

    def test_memory_does_not_grow(self):
        self.start()
        c = self.local.connection()
        pid = self.server()

        def pages():
            return int(world.read("/proc/%d/statm" % pid).split()[1])

        def many(n, path):
            for _ in range(n):
                c.request("GET", path, headers={"Authorization": "Bearer " + self.local.token})
                c.getresponse().read()

        many(200, "/v1")
        many(5, "/v1/log?lines=10")
        before = pages()
        many(1000, "/v1/stats")
        many(20, "/v1/log?lines=10")
        c.close()
        # AddressSanitizer keeps some of what was freed.
        self.assertLess((pages() - before) * resource.getpagesize(), 64 << 20)


if __name__ == "__main__":
    unittest.main()
