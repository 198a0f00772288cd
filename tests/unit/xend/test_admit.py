# SPDX-License-Identifier: GPL-2.0-or-later
"""Whom xend refuses: who has no key, other sites' pages, other hosts."""

import concurrent.futures
import contextlib
import http.client
import os
import signal
import socket
import ssl
import stat
import subprocess
import time
import unittest

import client
import world
from client import SOCKET, Client
from world import within


def listener(address, port):
    """Somebody else who listens there."""
    s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        if ":" in address:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.bind((address, port))
        s.listen()
    except OSError:
        s.close()
        raise
    return s


def has_ipv6():
    try:
        listener("::1", 0).close()
    except OSError:
        return False
    return True


HAS_IPV6 = has_ipv6()


class Admit(client.Case):
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
        self.assertEqual(stat.S_IMODE(os.stat(world.RUN + "/url").st_mode), 0o600)
        self.assertRegex(self.url().stdout, "^http://x[0-9a-f]{32}[.]localhost:%d/#%s\n$" %
                         (self.port, self.local.token))
        self.w.stop()
        for name in ("token", "url"):
            self.assertFalse(os.path.exists(os.path.join(world.RUN, name)))
        self.assertEqual((self.url().returncode, self.url().stdout), (1, ""))

    def test_each_time_the_port_is_had_the_key_is_another(self):
        # Who had it meanwhile was sent what browsers and programs knew, and may have had a
        # browser keep a page of his for the address.
        self.start()
        keys = []
        for how in (lambda: os.kill(self.server(), signal.SIGKILL),
                    lambda: self.w.xend.send_signal(signal.SIGHUP), self.w.stop):
            keys.append((self.local, self.url().stdout))
            pid = self.server()
            how()
            if how == self.w.stop:
                self.start()
            else:
                self.renewed(pid)
            for old, url in keys:
                self.assertNotEqual(old.token, self.local.token)
                self.assertEqual(old.ask("GET", "/v1/host")[0], 401)
                self.assertEqual(self.local.ask("GET", "/v1", Host=url.split("/")[2])[0], 403)
            name = self.url().stdout.split("/")[2]
            self.assertEqual(self.local.ask("GET", "/v1/host", Host=name,
                                            Origin="http://" + name,
                                            Sec_Fetch_Site="same-origin")[0], 200)

    def test_the_key_goes_before_the_port(self):
        # The last server works for a while when the port is free already.
        self.start()
        self.w.create("g1")
        self.w.stop()
        self.w.env["FAKE_SLOW"] = "1000"
        self.start()
        c = self.local.connection()
        headers = {"Authorization": "Bearer " + self.local.token}
        c.request("GET", "/v1", headers=headers)
        c.getresponse().read()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            slow = pool.submit(self.root.ask, "DELETE", "/v1/domains/g1")
            self.assertTrue(within(lambda: self.w.calls("destroy")))
            self.w.xend.send_signal(signal.SIGHUP)
            self.assertTrue(within(lambda: (world.read(world.RUN + "/token") or "").strip() !=
                                   self.local.token))
            try:
                c.request("GET", "/v1/host", headers=headers)
                status = c.getresponse().status
            except (OSError, http.client.HTTPException):
                status = None
            self.assertNotEqual(status, 200)
            c.close()
            slow.exception(world.PATIENCE)

    # So long it is tried again and again, and not each time is it said.
    HELD = 3

    def held_by_others(self, *addresses, more="", seconds=HELD if world.LENGTH > 1 else 1.2):
        # Any user may listen there before xend does, and a browser goes to whoever answers:
        # nobody is sent to him with a token.
        with contextlib.ExitStack() as held:
            for address in addresses:
                held.enter_context(listener(address, self.port))
            self.w.configure("(xend-port %d)\n%s" % (self.port, more))
            self.w.start()
            self.assertTrue(within(lambda: "cannot be listened on" in self.w.log()))
            done = self.url()
            for address in {"127.0.0.1", "::1"}.difference(addresses):
                self.assertRaises(OSError, socket.create_connection, (address, self.port))
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("has not got port", done.stderr)
            self.assertFalse(os.path.exists(world.RUN + "/token"))
            self.assertEqual(self.root.ask("GET", "/v1")[0], 200)
            time.sleep(seconds)
            self.assertEqual(self.w.log().count("cannot be listened on"), 1)
        # It is tried again.
        self.ready()
        self.assertEqual(self.url().returncode, 0)
        self.assertEqual(self.local.ask("GET", "/v1/host")[0], 200)
        self.assertIn("%d is listened on now" % self.port, self.w.log())

    def test_who_has_the_port_gets_no_token(self):
        self.held_by_others("127.0.0.1", seconds=self.HELD)

    @unittest.skipUnless(HAS_IPV6, "there is no ::1")
    def test_who_has_the_other_address_gets_no_token(self):
        self.held_by_others("::1")

    @unittest.skipUnless(HAS_IPV6, "there is no ::1")
    def test_who_has_both_addresses_gets_no_token(self):
        self.held_by_others("127.0.0.1", "::1")

    @unittest.skipUnless(HAS_IPV6, "there is no ::1")
    def test_one_address_is_not_enough(self):
        self.held_by_others("::1", more="(xend-address 127.0.0.1)")

    def test_other_sites(self):
        self.start()
        ours = "localhost:%d" % self.port
        ask = self.local.code
        self.assertEqual(ask("GET", "/v1/host", Host=ours)[0], 200)
        self.assertEqual(ask("GET", "/v1/host", Host=ours, Origin="http://" + ours,
                             Sec_Fetch_Site="same-origin")[0], 200)
        for headers in ({"Host": "evil.example:%d" % self.port}, {"Host": "localhost"},
                        {"Host": "x%032d.localhost:%d" % (0, self.port)},
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
           '(xend-password-file %s/password)\n(xend-name "one.example two.example")\n'
           % (world.W, world.W, world.W))

    RIGHT, WRONG = {"password": "correct horse"}, {"password": "wrong horse"}

    def set_password(self, password):
        return subprocess.run([world.XEND, "--set-password"], env=self.w.env,
                              input=password + "\n", text=True, stderr=subprocess.DEVNULL,
                              check=False).returncode

    def far(self, **how):
        """A client elsewhere, as it were; xend is started for it."""
        if not self.w.xend:
            self.certificate()
            self.w.configure(self.TLS)
            self.assertEqual(self.set_password("short"), 1)
            self.assertEqual(self.set_password(self.RIGHT["password"]), 0)
            self.start(self.TLS)
        context = ssl.create_default_context(cafile=world.W + "/cert.pem")
        context.check_hostname = False
        return Client(self.port, tls=context, **how)

    def log_in(self, far):
        status, answer = far.ask("POST", "/v1/login", self.RIGHT)
        self.assertEqual(status, 200, answer)
        far.token = answer["result"]["token"]
        self.assertEqual(far.ask("GET", "/v1/domains")[0], 200)

    def test_tls_and_password(self):
        far = self.far()
        self.assertEqual(stat.S_IMODE(os.stat(world.W + "/password").st_mode), 0o600)
        self.assertEqual(far.ask("GET", "/v1")[1]["result"]["login"], "password")
        self.assertEqual(far.ask("GET", "/v1/domains")[0], 401)
        # Nor is there a token of this host's: the page's address has none.
        self.assertEqual(self.url().stdout, "https://one.example:%d/\n" % self.port)
        self.assertFalse(os.path.exists(world.RUN + "/token"))
        self.assertEqual(self.far(token="0" * 64).ask("GET", "/v1/domains")[0], 401)
        self.log_in(far)
        # The log has who it was.
        self.assertEqual(far.ask("POST", "/v1/domains/nosuch/pause")[0], 404)
        self.assertRegex(self.w.log(), "xend: (127.0.0.1|::1): xm pause -- nosuch: status 3")
        ours = "http://localhost:%d" % self.port     # but for the S
        self.assertEqual(far.code("GET", "/v1/domains", Origin=ours)[0], 403)
        self.assertEqual(far.ask("POST", "/v1/logout")[0], 200)
        self.assertEqual(far.ask("GET", "/v1/domains")[0], 401)
        # Plain HTTP is no way in.
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as s:
            s.sendall(b"GET /v1 HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % self.port)
            self.assertNotIn(b"HTTP/1.1 200", s.recv(4096))

    def test_another_password_ends_all_logins(self):
        # It is set when somebody knows the last one who shall not.
        far, other = self.far(), self.far()
        self.log_in(far)
        self.log_in(other)
        self.assertEqual(self.set_password("battery staple"), 0)
        for one in (far, other, far):
            self.assertEqual(one.code("GET", "/v1/domains"), (401, "no-key"))
        self.assertEqual(self.w.log().count("all logins have ended"), 1)
        self.assertEqual(far.ask("POST", "/v1/login", self.RIGHT)[0], 401)
        self.assertEqual(self.set_password(self.RIGHT["password"]), 0)
        self.assertTrue(within(lambda: far.ask("POST", "/v1/login", self.RIGHT)[0] == 200))
        self.log_in(other)
        self.assertEqual(other.ask("GET", "/v1/domains")[0], 200)
        os.unlink(world.W + "/password")
        self.assertEqual(other.ask("GET", "/v1/domains")[0], 401)

    def test_a_reload_with_errors_keeps_nobody_out(self):
        far = self.far()
        self.w.configure("(xend-prot 1)")
        self.w.xend.send_signal(signal.SIGHUP)
        self.assertTrue(within(lambda: "the old one is kept" in self.w.log()))
        self.log_in(far)

    def test_wrong_passwords(self):
        # Who sent one has to wait, and nobody else.
        far, other = self.far(), self.far(source="127.0.0.2")
        for _ in range(10):
            self.assertEqual(far.code("POST", "/v1/login", self.WRONG), (401, "no-key"))
            self.assertEqual(other.ask("POST", "/v1/login", self.RIGHT)[0], 200)
            code = far.code("POST", "/v1/login", self.RIGHT)
            if code[0] != 200:      # it was in time
                break
        self.assertEqual(code, (429, "slow-down"))
        self.assertRegex(self.w.log(), "login: a wrong password from (127.0.0.1|::1)")
        self.assertIn("login: from 127.0.0.2", self.w.log())
        # Who goes away while it is checked does not keep others out for long.
        gone = far.connection()
        gone.request("POST", "/v1/login", '{"password": "wrong horse"}',
                     {"Content-Type": "application/json"})
        time.sleep(0.05)
        gone.close()
        self.assertTrue(within(lambda: far.ask("POST", "/v1/login", self.RIGHT)[0] == 200))

    def test_connections_from_one_host(self):
        # Not so many that there is no place for others.
        far = self.far()
        self.log_in(far)
        held = []
        for _ in range(32):
            c = far.connection()
            self.addCleanup(c.close)
            c.request("GET", "/v1", headers={"Authorization": "Bearer " + far.token})
            self.assertFalse(c.getresponse().will_close)
            held.append(c)
        self.assertRaises(OSError, far.ask, "GET", "/v1")
        held.pop().close()
        self.assertTrue(within(lambda: self.answers(far)))

    @staticmethod
    def answers(far):
        try:
            return far.ask("GET", "/v1/domains")[0] == 200
        except OSError:
            return False

    @unittest.skipUnless(HAS_IPV6, "there is no ::1")
    def test_half_of_the_addresses(self):
        # Others are served by the half that there is; the log says it, and it is tried again.
        with listener("::", self.port):
            far = self.far()
            self.log_in(far)
            self.assertIn("cannot be listened on at all addresses", self.w.log())
            time.sleep(self.HELD)
            self.assertEqual(self.w.log().count("cannot be listened on"), 1)
        self.assertTrue(within(lambda: "%d is listened on now" % self.port in self.w.log()))
        socket.create_connection(("::1", self.port), timeout=20).close()
        self.assertEqual(far.ask("GET", "/v1/domains")[0], 200)
        self.assertEqual(len(self.w.processes("--serve")), 1)

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


if __name__ == "__main__":
    unittest.main()
