# SPDX-License-Identifier: GPL-2.0-or-later
"""xend is spoken with: what it answers, whom it refuses, and what clients can't do to it."""

import base64
import concurrent.futures
import http.client
import json
import os
import resource
import signal
import socket
import ssl
import stat
import subprocess
import time
import unittest

import world
from world import REBOOT, within

SOCKET = os.path.join(world.RUN, "socket")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class UnixConnection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(SOCKET)


class Client:
    """Asks; answers are (status, object)."""

    def __init__(self, port=None, token=None, tls=None):
        self.port, self.token, self.tls = port, token, tls

    def connection(self):
        if self.port is None:
            return UnixConnection("localhost", timeout=90)
        if self.tls:
            return http.client.HTTPSConnection("localhost", self.port, timeout=90,
                                               context=self.tls)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)

    def ask(self, method, path, body=None, **headers):
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        if self.token:
            headers.setdefault("Authorization", "Bearer " + self.token)
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        c = self.connection()
        try:
            c.request(method, path, body, headers)
            answer = c.getresponse()
            text = answer.read()
            try:
                return answer.status, json.loads(text)
            except ValueError:
                return answer.status, text
        finally:
            c.close()

    def code(self, *args, **headers):
        status, answer = self.ask(*args, **headers)
        return status, answer.get("error", {}).get("code") if isinstance(answer, dict) else None


class Http(unittest.TestCase):
    def setUp(self):
        self.w = world.World()
        self.addCleanup(world.end_all)
        self.addCleanup(lambda: self.assertEqual(world.complaints(), []))
        self.addCleanup(self.w.stop_if_there)
        self.port = free_port()
        self.root = Client()

    def start(self, more=""):
        self.w.configure("(xend-port %d)\n%s" % (self.port, more))
        self.w.start()
        self.assertTrue(within(lambda: os.path.exists(SOCKET) and self.listens()),
                        self.w.log())
        self.local = Client(self.port, (world.read(world.RUN + "/token") or "").strip())

    def listens(self):
        with socket.socket() as s:
            return not s.connect_ex(("127.0.0.1", self.port))

    def server(self):
        return self.w.processes("--serve")[0]

    # ---- what it answers

    def test_life_of_a_guest(self):
        self.start()
        ask = self.local.ask
        self.assertEqual(ask("GET", "/v1")[1]["result"]["login"], "token")
        self.assertEqual(ask("GET", "/v1/host")[1]["result"]["nr_cpus"], 2)
        status, answer = ask("POST", "/v1/domains", {
            "text": "name = 'a/b'\nmemory = 64\nkernel = '%s'\non_reboot = 'restart'\n" % world.XM,
            "set": ["vcpus=1"]})
        self.assertEqual(status, 200, answer)
        status, answer = ask("GET", "/v1/domains")
        self.assertEqual([d["name"] for d in answer["result"]], ["a/b"])
        status, answer = ask("GET", "/v1/domains/a%2Fb")
        self.assertEqual(answer["result"]["config"]["c_info"]["name"], "a/b")
        self.assertIn("memory = 64", ask("GET", "/v1/domains/a%2Fb/config")[1]["result"]["output"])
        self.assertEqual(ask("POST", "/v1/domains/a%2Fb/pause")[0], 200)
        self.assertEqual(self.w.domains()[1], ("a/b", "paused"))
        self.assertEqual(ask("POST", "/v1/domains/1/unpause", {})[0], 200)
        self.assertEqual(ask("POST", "/v1/domains/a%2Fb/reboot")[0], 200)
        self.assertTrue(self.w.restarted("a/b", 1))
        log = ask("GET", "/v1/log?domain=a%2Fb")[1]["result"]["lines"]
        self.assertTrue(any("restarted as domain 2" in line for line in log), log)
        self.assertEqual(ask("GET", "/v1/domains/a%2Fb/disks")[1]["result"], [])
        self.assertEqual(ask("DELETE", "/v1/domains/a%2Fb")[0], 200)
        self.assertEqual(self.w.domains(), {})

    def test_errors_of_xm(self):
        self.start()
        status, answer = self.local.ask("GET", "/v1/domains/nosuch")
        self.assertEqual((status, answer["error"]["code"], answer["error"]["exit"]),
                         (404, "not-found", 3))
        self.assertTrue(answer["error"]["message"].startswith("nosuch: no such domain"))
        self.assertEqual(self.local.code("POST", "/v1/domains", {"file": "/nonexistent"}),
                         (422, "bad-config"))
        self.w.create("g1")
        path = self.w.config("g1", kernel="'%s'" % world.XM)
        self.assertEqual(self.local.code("POST", "/v1/domains", {"file": path}), (409, "busy"))
        self.assertEqual(self.local.code("POST", "/v1/xm", {"verb": "nosuch"}),
                         (400, "bad-request"))
        self.assertEqual(self.local.ask("POST", "/v1/xm", {"verb": "domid", "args": ["g1"]})[1]
                         ["result"], {"output": "1\n"})

    def test_dry_run(self):
        self.start()
        status, answer = self.local.ask("POST", "/v1/domains", {
            "text": "name = 'g'\nmemory = 64\nkernel = '/k'\nnosuch = 1\n", "dryrun": True})
        self.assertEqual(status, 200, answer)
        self.assertEqual(answer["result"]["b_info"]["target_memkb"], 65536)
        self.assertEqual(len(answer["messages"]), 1)
        self.assertEqual(self.w.domains(), {})

    def test_stats(self):
        self.start()
        self.w.create("g1")
        self.assertTrue(within(lambda: self.local.ask("GET", "/v1/stats")[0] == 200))
        stats = self.local.ask("GET", "/v1/stats")[1]["result"]
        self.assertEqual(stats["host"]["cpus"], 2)
        self.assertEqual(stats["domains"][0]["name"], "g1")
        self.assertEqual(stats["domains"][0]["cpu_time_ns"], 1000000)

    def test_console(self):
        self.start()
        # Whose console is no xm's: it ends at once, and that is told, with what it said.
        status, answer = self.local.ask("GET", "/v1/domains/nosuch/console")
        self.assertEqual(status, 200)
        text = base64.b64decode(answer["result"]["data"]).decode()
        while not answer["result"]["ended"]:
            answer = self.local.ask("GET", "/v1/domains/nosuch/console?from=%d" %
                                    answer["result"]["next"])[1]
            text += base64.b64decode(answer["result"]["data"]).decode()
        self.assertIn("nosuch: no such domain", text)
        self.assertEqual(self.local.code("POST", "/v1/domains/other/console", {"input": "x"}),
                         (409, "busy"))
        self.assertEqual(Client(self.port).ask("GET", "/v1/domains/nosuch/console")[0], 401)

    def test_console_of_a_guest(self):
        self.w.env["FAKE_CONSOLE"] = "cat"
        self.start()
        self.w.create("g1")
        watch = self.local.ask("GET", "/v1/domains/g1/console")[1]["result"]
        self.assertFalse(watch["ended"])
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            # Two look; what is typed is there for both, without xenconsole's way out.
            waiting = [pool.submit(self.local.ask, "GET", "/v1/domains/g1/console?from=%d" %
                                   watch["next"]) for _ in range(2)]
            time.sleep(0.5)
            self.assertEqual(self.local.ask("POST", "/v1/domains/g1/console",
                                            {"input": "h\u00e9\x1d\x03\r"})[0], 200)
            for one in waiting:
                data = one.result()[1]["result"]["data"]
                self.assertEqual(base64.b64decode(data), "h\u00e9\x03\r".encode())

    # ---- whom it refuses

    def test_no_key_no_control(self):
        self.start()
        nobody, wrong = Client(self.port), Client(self.port, "0" * 64)
        for client in (nobody, wrong, Client(self.port, self.local.token[:-1]),
                       Client(self.port, "")):
            for method, path in (("GET", "/v1/domains"), ("POST", "/v1/domains"),
                                 ("GET", "/v1/nosuch"), ("PUT", "/v1/host"),
                                 ("GET", "/%76%31/domains"), ("GET", "/v1/%64omains"),
                                 ("GET", "//v1/domains"), ("GET", "/v1/domains?long=1"),
                                 ("DELETE", "/v1/domains/g1"), ("POST", "/v1/logout"),
                                 ("GET", "/v1/log"), ("GET", "/v1/stats")):
                self.assertEqual(client.ask(method, path)[0], 401, path)
        self.assertEqual(nobody.ask("GET", "/v1")[0], 200)
        self.assertEqual(nobody.ask("GET", "/")[0], 404)     # no page here
        self.assertEqual(self.local.ask("GET", "/v1/domains", Authorization="Basic eDp5")[0], 401)
        self.assertEqual(nobody.code("POST", "/v1/login", {"password": "x"})[0], 404)

    def test_files_are_roots(self):
        self.start()
        for path in (SOCKET, world.RUN + "/token"):
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600, path)
        self.assertEqual(stat.S_IMODE(os.stat(world.RUN).st_mode), 0o700)
        self.assertRegex(self.local.token, "^[0-9a-f]{64}$")
        url = subprocess.run([world.XEND, "--url"], env=self.w.env, stdout=subprocess.PIPE,
                             text=True, check=True).stdout
        self.assertEqual(url, "http://localhost:%d/#%s\n" % (self.port, self.local.token))
        # Who could have read it knows it: then another is made.
        self.w.stop()
        os.chmod(world.RUN + "/token", 0o644)
        old = self.local.token
        self.start()
        self.assertNotEqual(self.local.token, old)

    def test_other_sites(self):
        self.start()
        ours = "localhost:%d" % self.port
        ask = self.local.code
        self.assertEqual(ask("GET", "/v1/host", Host=ours)[0], 200)
        self.assertEqual(ask("GET", "/v1/host", Host=ours, Origin="http://" + ours,
                             Sec_Fetch_Site="same-origin")[0], 200)
        for headers in ({"Host": "evil.example:%d" % self.port}, {"Host": "localhost"},
                        {"Host": ours, "Origin": "http://evil.example"},
                        {"Host": ours, "Origin": "null"},
                        {"Host": ours, "Sec_Fetch_Site": "cross-site"}):
            self.assertEqual(ask("GET", "/v1/host", **headers), (403, "forbidden"), headers)
            self.assertEqual(ask("GET", "/v1", **headers), (403, "forbidden"), headers)
        self.assertEqual(self.root.code("GET", "/v1/host", Origin="http://localhost"),
                         (403, "forbidden"))
        self.assertEqual(ask("OPTIONS", "/v1/host", Host=ours)[0], 405)
        self.assertEqual(ask("POST", "/v1/domains", '{"file": "x"}',
                             Content_Type="text/plain"), (415, "bad-type"))

    def test_headers_protect_the_page(self):
        self.start()
        for path in ("/v1", "/nosuch"):
            c = self.local.connection()
            c.request("GET", path)
            answer = c.getresponse()
            answer.read()
            self.assertIn("frame-ancestors 'none'",
                          answer.getheader("Content-Security-Policy"))
            self.assertEqual(answer.getheader("X-Content-Type-Options"), "nosniff")
            self.assertIsNone(answer.getheader("Access-Control-Allow-Origin"))
            c.close()

    def test_only_this_host(self):
        self.start()
        listening = set()
        for name in ("tcp", "tcp6"):
            for line in world.read("/proc/net/" + name).splitlines():
                words = line.split()
                if words[3] == "0A" and int(words[1].split(":")[1], 16) == self.port:
                    listening.add(words[1].split(":")[0])
        self.assertTrue(listening)
        self.assertLessEqual(listening, {"0100007F", "00000000000000000000000001000000"})

    # ---- other hosts

    def certificate(self):
        for mode, args in ((0o600, ["-keyout", world.W + "/key.pem", "-out",
                                    world.W + "/cert.pem"]),):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
                            "2", "-subj", "/CN=localhost", *args], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            os.chmod(world.W + "/key.pem", mode)

    TLS = ('(xend-address "")\n(xend-tls-certificate %s/cert.pem)\n(xend-tls-key %s/key.pem)\n'
           "(xend-password-file %s/password)\n" % (world.W, world.W, world.W))

    def test_tls_and_password(self):
        self.certificate()
        self.w.configure(self.TLS)
        for password, status in (("short\n", 1), ("correct horse\n", 0)):
            done = subprocess.run([world.XEND, "--set-password"], env=self.w.env, input=password,
                                  text=True, stderr=subprocess.DEVNULL, check=False)
            self.assertEqual(done.returncode, status)
        self.assertEqual(stat.S_IMODE(os.stat(world.W + "/password").st_mode), 0o600)
        self.start(self.TLS)
        context = ssl.create_default_context(cafile=world.W + "/cert.pem")
        context.check_hostname = False
        far = Client(self.port, tls=context)
        self.assertEqual(far.ask("GET", "/v1")[1]["result"]["login"], "password")
        self.assertEqual(far.ask("GET", "/v1/domains")[0], 401)
        # The local token is none here.
        self.assertEqual(Client(self.port, self.local.token, context)
                         .ask("GET", "/v1/domains")[0], 401)
        self.assertEqual(far.code("POST", "/v1/login", {"password": "wrong horse"}),
                         (401, "no-key"))
        self.assertEqual(far.code("POST", "/v1/login", {"password": "correct horse"}),
                         (429, "slow-down"))
        time.sleep(2.5)
        status, answer = far.ask("POST", "/v1/login", {"password": "correct horse"})
        self.assertEqual(status, 200, answer)
        far.token = answer["result"]["token"]
        self.assertEqual(far.ask("GET", "/v1/domains")[0], 200)
        self.assertEqual(far.code("GET", "/v1/domains", Origin="http://localhost:%d" % self.port)[0],
                         403)
        self.assertEqual(far.ask("POST", "/v1/logout")[0], 200)
        self.assertEqual(far.ask("GET", "/v1/domains")[0], 401)
        # Plain HTTP is no way in.
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as s:
            s.sendall(b"GET /v1 HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % self.port)
            self.assertNotIn(b"HTTP/1.1 200", s.recv(4096))

    def test_no_tls_no_port(self):
        for more in ('(xend-address "")', self.TLS):
            self.w.configure("(xend-port %d)\n%s" % (self.port, more))
            done = subprocess.run([world.XEND, "--test"], env=self.w.env, check=False,
                                  stderr=subprocess.PIPE, text=True)
            self.assertEqual(done.returncode, 5 if more != self.TLS else 0, done.stderr)
        # Certificate, key and password are missing: root's socket is there, and the port is not.
        self.w.start()
        self.assertTrue(within(lambda: "so there is no port" in self.w.log()))
        self.assertTrue(within(lambda: os.path.exists(SOCKET)))
        self.assertEqual(self.root.ask("GET", "/v1")[0], 200)
        self.assertFalse(self.listens())

    # ---- what clients can't do to it

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
        self.start()
        self.w.create("g1")
        for _ in range(2):
            pid = self.server()
            os.kill(pid, signal.SIGKILL)
            self.assertTrue(within(lambda p=pid: self.w.processes("--serve") not in ([], [p])))
            self.assertTrue(within(self.listens))
            self.assertEqual(Client(self.port, self.local.token).ask("GET", "/v1/host")[0], 200)
        old = self.w.end("g1", REBOOT)
        self.assertTrue(self.w.restarted("g1", old))

    def test_the_server_is_held_up(self):
        self.start()
        self.w.create("g1")
        os.kill(self.server(), signal.SIGSTOP)
        old = self.w.end("g1", REBOOT)
        self.assertTrue(self.w.restarted("g1", old))
        os.kill(self.server(), signal.SIGCONT)

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
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(self.local.ask, "POST", "/v1/domains", {"file": path})
            time.sleep(0.3)
            self.w.xend.send_signal(signal.SIGHUP)
            self.assertEqual(asked.result()[0], 200)
        self.assertTrue(within(self.listens))
        self.assertTrue(within(lambda: self.local.ask("GET", "/v1/host")[0] == 200))

    def test_memory_does_not_grow(self):
        self.start()
        c = self.local.connection()
        pid = self.server()

        def pages():
            return int(world.read("/proc/%d/statm" % pid).split()[1])

        def many(n):
            for _ in range(n):
                c.request("GET", "/v1/log?lines=10",
                          headers={"Authorization": "Bearer " + self.local.token})
                c.getresponse().read()

        many(200)
        before = pages()
        many(800)
        c.close()
        # AddressSanitizer keeps some of what was freed.
        self.assertLess((pages() - before) * resource.getpagesize(), 64 << 20)


if __name__ == "__main__":
    unittest.main()
