# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients of xend, on the port and on root's socket. Used by test_*.py."""

import http.client
import json
import os
import socket
import subprocess
import unittest

import world
from world import within

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

    def __init__(self, port=None, token=None, tls=None, source=None):
        self.port, self.token, self.tls, self.source = port, token, tls, source

    def connection(self):
        if self.port is None:
            return UnixConnection("localhost", timeout=300)
        if self.tls:
            return http.client.HTTPSConnection("localhost", self.port, timeout=300,
                                               context=self.tls, source_address=self.source and
                                               (self.source, 0))
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)

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


class Case(unittest.TestCase):
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
        self.ready()

    def ready(self):
        """Wait until it is spoken with on the port; self.local has the key."""
        self.assertTrue(within(lambda: os.path.exists(SOCKET) and self.listens() and
                               world.read(world.RUN + "/url")), self.w.log())
        self.local = Client(self.port, (world.read(world.RUN + "/token") or "").strip())

    def renewed(self, pid):
        """Wait until there is another server than this one, with a key of its own."""
        self.assertTrue(within(lambda: self.w.processes("--serve") not in ([], [pid])),
                        self.w.log())
        self.ready()

    def listens(self):
        with socket.socket() as s:
            return not s.connect_ex(("127.0.0.1", self.port))

    def url(self):
        return subprocess.run([world.XEND, "--url"], env=self.w.env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)

    def server(self):
        return self.w.processes("--serve")[0]
