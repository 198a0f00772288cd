# SPDX-License-Identifier: GPL-2.0-or-later
"""What xm does at a guest's end where no xend runs: once, and whoever is killed meanwhile, somebody
else can go on."""

import os
import time
import unittest

import guests
import world
from world import CRASH, POWEROFF, REBOOT, SUSPEND, within


class End(guests.Case):
    def test_a_watcher_of_its_own(self):
        self.w.create("g1")
        self.assertEqual(len(self.w.watchers()), 1)
        self.ends_well("g1", self.w.end("g1", REBOOT))
        self.assertEqual(len(self.w.watchers()), 1)
        self.w.end("g1", POWEROFF)
        self.assertTrue(within(lambda: not self.w.watchers()))
        self.assertEqual(self.w.domains(), {})
        self.assertIn("g1: restarted as domain 2", self.w.run("log", "g1").stdout)

    def test_policy(self):
        self.w.create("kept", on_crash="'preserve'")
        self.w.create("renamed", on_crash="'rename-restart'")
        kept = self.w.end("kept", CRASH)
        renamed = self.w.end("renamed", CRASH)
        self.ends_well("renamed", renamed)
        self.assertEqual(self.w.domains()[renamed][0], "renamed-%d" % renamed)
        self.assertTrue(within(lambda: len(self.w.watchers()) == 1))
        self.assertEqual(self.w.domains()[kept], ("kept", "shutdown 3"))

    def test_what_is_left_is_marked(self):
        # It is looked after until that is done.
        self.w.create("g1", on_crash="'preserve'")
        self.w.fail("xenify")
        self.w.end("g1", CRASH)
        self.soon(lambda: self.said("g1: domain 1 ended (crash)") > 1)
        self.assertEqual(len(self.w.watchers()), 1)
        self.w.fail("xenify", False)
        self.soon(lambda: not self.w.watchers())
        self.assertIn("left=1", guests.get(1, "user.xenify"))
        self.assertEqual(self.w.domains(), {1: ("g1", "shutdown 3")})

    def test_what_can_not_be_read_stays(self):
        # What is to be done with it is not known yet: nothing of it goes.
        self.w.create("g1")
        self.w.create("kept", on_reboot="'preserve'")
        self.w.fail("retrieve")
        self.w.end("g1", REBOOT)
        self.w.end("kept", REBOOT)
        self.soon(lambda: min(self.said("%s: its configuration could not be read" % name)
                              for name in ("g1", "kept")) > 1 or self.w.calls("destroy"))
        self.assertEqual(self.w.calls("destroy"), [])
        self.assertEqual(len(self.w.watchers()), 2)
        self.w.fail("retrieve", False)
        self.ends_well("g1", 1)
        self.soon(lambda: len(self.w.watchers()) == 1)
        self.assertEqual(self.w.domains()[2], ("kept", "shutdown 1"))

    def test_what_can_not_be_read_is_destroyed_by_a_person(self):
        self.w.create("g1")
        self.w.fail("retrieve")
        self.w.end("g1", REBOOT)
        self.soon(lambda: self.said("g1: its configuration could not be read"))
        self.w.run("destroy", "g1")
        self.soon(lambda: not self.w.watchers())
        self.assertEqual((self.w.domains(), self.w.pending()), ({}, []))

    def test_one_core_dump(self):
        self.w.create("g1", on_crash="'coredump-restart'")
        in_the_way = world.RUN + "/restart-1.new"
        os.mkdir(in_the_way)
        self.w.end("g1", CRASH)
        self.soon(lambda: self.said("restart-1 cannot be written") > 2)
        self.assertEqual(self.w.calls("dump"), [])
        os.rmdir(in_the_way)
        self.ends_well("g1", 1)
        self.assertEqual(self.w.calls("dump"), [1])

    def test_a_long_life_is_none_that_has_not_ended(self):
        # Nobody has seen yet when it ended, and four times before it was soon.
        self.w.create("g1")
        self.w.kill(self.w.watchers())
        guests.mark(1, lives=4)
        self.w.end("g1", REBOOT)
        self.w.run("end-domain", "1")
        self.ends_well("g1", 1)

    def test_saved_is_no_end(self):
        self.w.create("g1")
        self.w.end("g1", SUSPEND)
        time.sleep(0.5)
        self.assertEqual(self.w.calls("destroy"), [])
        self.assertEqual(len(self.w.watchers()), 1)

    def test_what_dies_slowly_keeps_nobody_waiting(self):
        # Somebody has a page of it mapped: Xen has it still, and it has no name any more.
        self.w.create("g1", uuid="'%s'" % guests.UUID)
        guests.put(1, state="dying", name=None)
        self.assertTrue(within(lambda: not self.w.watchers()))
        self.w.create("g1", uuid="'%s'" % guests.UUID)
        self.assertTrue(self.w.runs("g1"))
        self.assertEqual(len(self.w.watchers()), 1)

    def test_one_watcher(self):
        self.w.create("g1")
        done = self.w.run("watch-domain", "-p", "0", "g1", check=False)
        self.assertEqual(done.returncode, 6)
        self.assertEqual(done.stderr, "xm: g1: somebody watches over it already\n")

    def test_each_has_a_watcher_of_its_own(self):
        # Their UUIDs differ in few bits, as those that people make up.
        for i in range(4):
            self.w.create("g%d" % i, uuid="'%02d%s'" % (i, guests.UUID[2:]))
            self.w.create("h%d" % i, uuid="'%s%d'" % (guests.UUID[:-1], i))
        self.assertEqual(len(self.w.watchers()), 8)

    def test_what_is_in_the_way_may_take_its_time(self):
        self.w.env["FAKE_PART"] = "40"
        self.w.create("g1", on_crash="'preserve'")
        self.w.fail("xenify")
        self.w.end("g1", CRASH)
        self.soon(lambda: self.said("g1: domain 1 ended (crash)") > 5)
        self.assertEqual(len(self.w.watchers()), 1)
        self.w.fail("xenify", False)
        self.soon(lambda: "left=1" in guests.get(1, "user.xenify"))

    def test_what_can_not_be_made_is_called_off(self):
        self.w.create("g1")
        self.w.fail("create")
        self.w.end("g1", REBOOT)
        self.assertTrue(within(lambda: "could not be made" in self.w.log()))
        self.w.run("destroy", "g1")
        self.w.fail("create", False)
        self.assertTrue(within(lambda: not self.w.watchers()))
        self.assertEqual(self.w.domains(), {})
        self.assertEqual(self.w.pending(), [])

    def test_kill_the_watcher(self):
        # At any point of a restart; who comes next goes on there.
        self.w.env["FAKE_SLOW"] = "40"
        self.w.create("g1")
        for i in range(8 * world.LENGTH):
            old = self.w.end("g1", REBOOT)
            time.sleep(0.05 + 0.035 * (i % 8) + 0.009 * (i // 8))
            self.w.kill(self.w.watchers())
            self.w.run("end-domain", str(old))
            if not self.w.watchers():
                self.w.run("watch-domain", "g1")
            self.ends_well("g1", old)
            self.assertEqual(len(self.w.domains()), 1, self.w.domains())
            self.assertTrue(within(lambda: len(self.w.watchers()) == 1))

    def test_kill_who_destroys(self):
        # A guest that is to go goes, and nothing of it is left.
        self.w.env["FAKE_SLOW"] = "60"
        for i in range(6 * world.LENGTH):
            self.w.create("g1")
            old = self.w.end("g1", POWEROFF)
            time.sleep(0.05 + 0.04 * (i % 6) + 0.009 * (i // 6))
            self.w.kill(self.w.watchers())
            self.w.run("end-domain", str(old))
            self.assertEqual((self.w.domains(), self.w.pending()), ({}, []))


if __name__ == "__main__":
    unittest.main()
