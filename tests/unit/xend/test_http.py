# SPDX-License-Identifier: GPL-2.0-or-later
"""xend is spoken with: what it answers."""

import base64
import concurrent.futures
import os
import time
import unittest

import client
import world
from client import Client
from world import within


class Http(client.Case):
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
        # What was asked for stands in the log.
        log = "\n".join(ask("GET", "/v1/log")[1]["result"]["lines"])
        for said in ("xm create -- - (a/b): begins",
                     "xm create -- - (a/b): done", "xm pause -- a/b: done",
                     "xm reboot -- a/b: begins", "xm destroy -- a/b: done"):
            said = "xend: port: " + said
            self.assertIn(said, log)
        self.assertNotIn("xm list", log)

    def test_kept_configurations(self):
        self.w.env["XM_GUESTS"] = os.path.join(world.W, "etc")
        self.start()
        ask = self.local.ask
        text = "name = 'g1'\nmemory = 64\nkernel = '%s'\n" % world.XM
        self.assertEqual(ask("POST", "/v1/managed", {"text": text})[0], 200)
        self.assertEqual(self.local.code("POST", "/v1/managed", {"text": text}), (409, "busy"))
        kept = ask("GET", "/v1/managed")[1]["result"]
        self.assertEqual([(m["name"], m["domid"]) for m in kept], [("g1", -1)])
        self.assertEqual(ask("POST", "/v1/managed/g1/start")[0], 200)
        self.assertTrue(self.w.runs("g1"))
        self.assertEqual(ask("GET", "/v1/managed")[1]["result"][0]["domid"], 1)
        self.assertEqual(self.local.code("DELETE", "/v1/managed/g1"), (409, "busy"))
        self.assertEqual(ask("DELETE", "/v1/domains/g1")[0], 200)
        self.assertEqual(ask("DELETE", "/v1/managed/g1")[0], 200)
        self.assertEqual(ask("GET", "/v1/managed")[1]["result"], [])

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

    def test_what_is_typed_is_taken_whole_or_not_at_all(self):
        # The guest reads nothing for a while: then it gets exactly what was not refused.
        deaf, hear, heard = (os.path.join(world.W, "etc", n) for n in ("deaf", "hear", "heard"))
        with open(deaf, "w", encoding="utf-8") as f:
            f.write("#!/bin/sh\necho ready\nwhile [ ! -e %s ]; do sleep 0.1; done\n"
                    "exec cat >%s\n" % (hear, heard))
        os.chmod(deaf, 0o755)
        self.w.env["FAKE_CONSOLE"] = deaf
        self.start()
        self.w.create("g1")
        path = "/v1/domains/g1/console"
        self.assertTrue(within(lambda: self.root.ask("GET", path)[1]["result"]["next"] > 0))
        taken, refused = "", None
        for i in range(200):
            text = chr(ord("a") + i % 26) * 3900
            status, refused = self.root.ask("POST", path, {"input": text})
            if status != 200:
                break
            taken += text
        self.assertEqual(refused["error"]["code"], "overloaded")
        with open(hear, "w", encoding="utf-8"):
            pass
        self.assertTrue(within(lambda: len(world.read(heard) or "") >= len(taken)))
        self.assertEqual(self.root.ask("POST", path, {"input": "end"})[0], 200)
        self.assertTrue(within(lambda: (world.read(heard) or "").endswith("end")))
        self.assertEqual(world.read(heard), taken + "end")


if __name__ == "__main__":
    unittest.main()
