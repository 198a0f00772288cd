# SPDX-License-Identifier: GPL-2.0-or-later
"""xend watches over guests: what ends is dealt with once, whoever is killed meanwhile; guests are
taken over from watchers of their own and given back."""

import os
import random
import signal
import subprocess
import time
import unittest

import guests
import world
from world import CRASH, POWEROFF, REBOOT, SUSPEND, within


class Watch(guests.Case):
    # ---- with xend

    def test_restarts(self):
        self.w.start()
        self.w.create("g1")
        self.assertTrue(self.w.runs("g1"))
        self.assertEqual(self.w.watchers(), [])
        old = self.w.end("g1", REBOOT)
        self.ends_well("g1", old)
        self.assertIn("g1: restarted as domain %d" % (old + 1), self.w.log())
        self.assertEqual(self.w.stop(), 0)

    def test_policy(self):
        self.w.start()
        self.w.create("off")
        self.w.create("kept", on_crash="'preserve'")
        self.w.create("renamed", on_crash="'rename-restart'")
        self.w.end("off", POWEROFF)
        kept = self.w.end("kept", CRASH)
        renamed = self.w.end("renamed", CRASH)
        self.assertTrue(within(lambda: not self.w.ids("off")))
        self.ends_well("renamed", renamed)
        self.assertEqual(self.w.domains()[renamed][0], "renamed-%d" % renamed)
        time.sleep(0.5)
        self.assertEqual(self.w.domains()[kept], ("kept", "shutdown 3"))
        self.assertEqual(self.w.log().count("kept: domain"), 1)

    def test_saved_is_no_end(self):
        self.w.start()
        self.w.create("g1")
        self.w.end("g1", SUSPEND)
        time.sleep(0.5)
        self.assertEqual(self.w.calls("destroy"), [])

    def test_not_ours(self):
        # A guest without a mark is somebody else's.
        self.w.start()
        self.w.create("g1")
        os.unlink(os.path.join(world.W, "xen/domains/1/user.xenify"))
        self.w.end("g1", REBOOT)
        time.sleep(0.5)
        self.assertEqual(self.w.ids("g1"), [1])
        self.w.run("watch-domain", "g1")
        self.ends_well("g1", 1)
        self.assertEqual(self.w.watchers(), [])

    def test_what_can_not_be_marked_has_a_watcher_of_its_own(self):
        self.w.env["FAKE_PATIENCE"] = "1"
        self.w.start()
        self.w.create("g1")
        os.unlink(os.path.join(world.W, "xen/domains/1/user.xenify"))
        self.w.fail("xenify")
        self.w.run("watch-domain", "g1")
        self.assertEqual(len(self.w.watchers()), 1)
        self.w.fail("xenify", False)
        self.ends_well("g1", self.w.end("g1", REBOOT))

    def test_a_mark_from_before_the_host_broke_down(self):
        self.w.start()
        with open(os.path.join(world.W, "xen/stale"), "w", encoding="utf-8") as f:
            f.write("lives=4 started=99999999 ended=99999999 left=1\n")
        self.w.create("g1")
        self.ends_well("g1", self.w.end("g1", REBOOT))

    def test_ended_while_nobody_was_there(self):
        self.w.start()
        self.w.create("g1")
        self.w.stop(signal.SIGKILL)
        old = self.w.end("g1", REBOOT)
        time.sleep(0.3)
        self.assertEqual(self.w.ids("g1"), [old])
        self.w.start()
        self.ends_well("g1", old)

    def test_destroyed_by_a_person(self):
        self.w.start()
        self.w.create("g1")
        self.w.run("destroy", "g1")
        time.sleep(0.5)
        self.assertEqual(self.w.domains(), {})
        self.assertEqual(len(self.w.calls("create")), 1)

    def test_what_is_in_the_way_may_go(self):
        self.w.start()
        self.w.create("g1")
        self.w.fail("create")
        old = self.w.end("g1", REBOOT)
        self.assertTrue(within(lambda: "could not be made" in self.w.log()))
        self.assertEqual(len(self.w.pending()), 1)
        self.w.fail("create", False)
        self.ends_well("g1", old)

    def test_what_is_in_the_way_may_take_its_time(self):
        self.w.env["FAKE_PART"] = "40"
        self.w.start()
        self.w.create("g1", on_crash="'preserve'")
        self.w.fail("xenify")
        self.w.end("g1", CRASH)
        self.soon(lambda: self.said("g1: domain 1 ended (crash)") > 5)
        self.w.fail("xenify", False)
        self.soon(lambda: "left=1" in guests.get(1, "user.xenify"))

    def test_what_can_not_be_read_stays(self):
        # However often it is tried: what is to be done with it is not known yet.
        self.w.env["FAKE_PART"] = "40"
        self.w.start()
        self.w.create("g1")
        self.w.fail("retrieve")
        self.w.end("g1", REBOOT)
        self.soon(lambda: self.said("g1: its configuration could not be read") > 5 or
                  self.w.calls("destroy"))
        self.assertEqual((self.w.calls("destroy"), self.w.pending()), ([], []))
        self.w.fail("retrieve", False)
        self.ends_well("g1", 1)

    def test_it_is_tried_five_times(self):
        self.w.env["FAKE_PART"] = "40"
        self.w.start()
        self.w.create("g1")
        self.w.fail("create")
        self.w.end("g1", REBOOT)
        self.soon(lambda: not self.w.ids("g1") and not self.w.pending())
        self.assertEqual(self.said("g1: could not be made"), 5)
        self.assertIn("g1: not restarted, after 5 tries", self.w.log())

    def test_what_could_not_be_made_is_called_off(self):
        self.w.start()
        self.w.create("g1")
        self.w.fail("create")
        self.w.end("g1", REBOOT)
        self.assertTrue(within(lambda: "could not be made" in self.w.log()))
        self.w.run("destroy", "g1")
        self.w.fail("create", False)
        time.sleep(0.5)
        self.assertEqual(self.w.domains(), {})
        self.assertEqual(self.w.pending(), [])

    def test_somebody_makes_it_first(self):
        self.w.start()
        self.w.create("g1")
        self.w.fail("create")
        self.w.end("g1", REBOOT)
        self.assertTrue(within(lambda: "could not be made" in self.w.log()))
        os.kill(self.w.xend.pid, signal.SIGSTOP)
        self.soon(lambda: not self.w.processes("end-domain"))
        self.w.fail("create", False)
        self.w.create("g1")
        os.kill(self.w.xend.pid, signal.SIGCONT)
        self.assertTrue(within(lambda: not self.w.pending()))
        self.assertTrue(self.w.runs("g1"))
        self.assertEqual(len(self.w.ids("g1")), 1)

    def test_stopped_while_somebody_is_at_it(self):
        # Who is killed then: the old guest is gone, and the new one is half made.
        self.w.start()
        self.w.create("g1")
        self.w.hold("create")
        self.w.end("g1", REBOOT)
        self.soon(lambda: self.w.calls("create") == [1, 2])
        helper = self.w.processes("end-domain")
        self.assertEqual(self.w.stop(), 0)
        self.w.kill(helper)
        self.w.hold("create", False)
        self.ends_well("g1", 1)
        self.assertEqual(len(self.w.domains()), 1)
        self.soon(lambda: len(self.w.watchers()) == 1)

    def test_a_file_that_says_nothing_is_put_away(self):
        os.makedirs(world.RUN, mode=0o700)
        with open(world.RUN + "/restart-77", "w", encoding="utf-8") as f:
            f.write("restart 2\nnext -1\n")
        self.w.start()
        self.soon(lambda: not self.w.pending())
        self.assertEqual(world.read(world.RUN + "/damaged-77"), "restart 2\nnext -1\n")
        self.soon(lambda: not self.w.processes("end-domain"))
        self.stays(lambda: not self.w.processes("end-domain"))
        self.assertEqual(self.said("damaged-77"), 1)

    def test_second_xend(self):
        self.w.start()
        second = subprocess.run([world.XEND, "-F"], env=self.w.env, stderr=subprocess.PIPE,
                                text=True, timeout=world.PATIENCE, check=False)
        self.assertEqual(second.returncode, 6)
        self.assertIn("xend runs already", second.stderr)

    def test_wrong_configuration(self):
        self.w.configure("(xend-prot 1)")
        done = subprocess.run([world.XEND, "-F"], env=self.w.env, stderr=subprocess.PIPE,
                              text=True, timeout=world.PATIENCE, check=False)
        self.assertEqual(done.returncode, 5)
        self.assertIn("line 2: there is no key xend-prot", done.stderr)
        done = self.w.run("create", self.w.config("g1"), check=False)
        self.assertEqual(done.returncode, 5)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_wrong_configuration_when_it_was_killed(self):
        # It does not run again, and each guest has a watcher of its own.
        self.w.start()
        for i in range(3):
            self.w.create("g%d" % i)
        self.w.hold("create")
        old = self.w.end("g0", REBOOT)
        self.soon(lambda: self.w.calls("create") == [1, 2, 3, 4])
        self.w.stop(signal.SIGKILL)
        self.w.kill(self.w.processes("end-domain"))
        self.w.hold("create", False)
        self.w.configure("(xend-prot 1)")
        done = subprocess.run([world.XEND, "-F"], env=self.w.env, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=world.PATIENCE, check=False)
        self.assertEqual(done.returncode, 5)
        self.ends_well("g0", old)
        self.ends_well("g1", self.w.end("g1", REBOOT))
        self.soon(lambda: len(self.w.watchers()) == 3)

    def begin_as_daemon(self):
        with open(os.path.join(world.W, "log/xm-parent.log"), "wb") as out:
            return subprocess.run([world.XEND], env=self.w.env, stdout=out, stderr=out,
                                  timeout=world.PATIENCE, check=False).returncode

    def test_its_parent_starts_it_again(self):
        # Whatever it has ended with.
        self.assertEqual(self.begin_as_daemon(), 0)
        self.w.create("g1")
        self.assertEqual(self.w.watchers(), [])
        self.w.fail("host")
        os.kill(int(world.read(world.RUN + "/pid")), signal.SIGKILL)
        self.soon(lambda: self.said("ended with status 4, and is started again") > 1)
        self.w.fail("host", False)
        self.ends_well("g1", self.w.end("g1", REBOOT))

    def test_its_parent_ends_if_it_can_not_begin(self):
        self.w.fail("host")
        self.assertEqual(self.begin_as_daemon(), 4)
        self.w.fail("host", False)
        self.w.configure("(xend-prot 1)")
        self.assertEqual(self.begin_as_daemon(), 5)
        self.assertEqual(self.w.processes(), [])

    def test_reload(self):
        self.w.start()
        self.w.configure("(xend-prot 1)")
        self.w.xend.send_signal(signal.SIGHUP)
        self.assertTrue(within(lambda: "the old one is kept" in self.w.log()))
        self.w.configure("(xend-http-server no)")
        self.w.xend.send_signal(signal.SIGHUP)
        self.assertTrue(within(lambda: "read anew" in self.w.log()))
        self.w.create("g1")
        self.ends_well("g1", self.w.end("g1", REBOOT))

    # ---- without xend, and from one to the other

    def test_taken_over_and_given_back(self):
        for i in range(6):
            self.w.create("g%d" % i)
        self.assertEqual(len(self.w.watchers()), 6)
        self.w.start()
        self.assertTrue(within(lambda: not self.w.watchers()))
        self.ends_well("g3", self.w.end("g3", REBOOT))
        self.w.end("g4", POWEROFF)
        self.assertTrue(within(lambda: not self.w.ids("g4")))
        self.assertEqual(self.w.stop(), 0)
        self.assertEqual(len(self.w.watchers()), 5)
        self.ends_well("g5", self.w.end("g5", REBOOT))
        self.assertEqual(len(self.w.watchers()), 5)

    def test_given_back_though_their_uuids_differ_in_few_bits(self):
        self.w.start()
        for i in range(2):
            self.w.create("g%d" % i, uuid="'%s%d'" % (guests.UUID[:-1], i))
        self.assertEqual(self.w.stop(), 0)
        self.assertEqual(len(self.w.watchers()), 2)
        for name in ("g0", "g1"):
            self.ends_well(name, self.w.end(name, REBOOT))

    def test_a_watcher_that_ends_at_once_is_started_once_more(self):
        self.w.start()
        self.w.create("g1")
        self.w.fail("host")
        self.w.xend.send_signal(signal.SIGTERM)
        self.assertTrue(within(lambda: self.w.xend.poll() is not None or self.said(
            "domain 1: its watcher ended at once, with status 4")))
        self.w.fail("host", False)
        self.assertEqual(self.w.xend.wait(timeout=world.PATIENCE), 0)
        self.assertEqual(len(self.w.watchers()), 1, self.w.log())
        self.ends_well("g1", self.w.end("g1", REBOOT))

    def test_xend_comes_and_goes(self):
        # It asks a watcher to end that is just at work, and ends before that does.
        self.w.create("g1")
        watcher = self.w.watchers()[0]
        self.w.hold("destroy")
        old = self.w.end("g1", REBOOT)
        self.assertTrue(within(lambda: self.w.calls("destroy") == [old]))
        self.w.start()
        time.sleep(0.3)
        self.assertEqual(self.w.stop(), 0)
        self.w.hold("destroy", False)
        self.ends_well("g1", old)
        self.assertTrue(within(lambda: self.w.watchers() == [watcher]))
        time.sleep(0.5)
        self.assertEqual(self.w.watchers(), [watcher])

    def test_a_foreground_watcher_keeps_its_guest(self):
        path = self.w.config("g1", kernel="'%s'" % world.XM)
        with self.w.begin("create", "-F", path) as fg:
            self.soon(lambda: self.w.runs("g1") and self.w.has_claimed(fg))
            self.w.start()
            time.sleep(0.5)
            self.assertIsNone(fg.poll())
            self.ends_well("g1", self.w.end("g1", REBOOT))
            self.assertIsNone(fg.poll())
            self.w.end("g1", POWEROFF)
            fg.wait(timeout=world.PATIENCE)
        self.assertEqual(self.w.domains(), {})

    def test_a_foreground_watcher_keeps_its_guest_while_it_makes_it(self):
        path = self.w.config("g1", kernel="'%s'" % world.XM)
        with self.w.begin("create", "-F", path) as fg:
            self.soon(lambda: self.w.runs("g1") and self.w.has_claimed(fg))
            self.w.start()
            self.w.hold("create")
            self.w.end("g1", REBOOT)
            self.soon(lambda: self.w.calls("create") == [1, 2])
            self.stays(lambda: not self.w.processes("end-domain"))
            self.w.hold("create", False)
            self.ends_well("g1", 1)
            self.w.end("g1", POWEROFF)
            fg.wait(timeout=world.PATIENCE)
        self.assertEqual(self.w.domains(), {})

    def test_two_watchers_do_no_harm(self):
        # xend and a watcher that it can't tell to end see the same end.
        self.w.create("g1")
        watcher = self.w.watchers()[0]
        os.kill(watcher, signal.SIGSTOP)
        self.w.start()
        old = self.w.end("g1", REBOOT)
        os.kill(watcher, signal.SIGCONT)
        self.ends_well("g1", old)
        time.sleep(0.5)
        self.assertEqual(len(self.w.calls("create")), 2)
        self.assertEqual(self.w.calls("destroy"), [old])

    # ---- kill -9

    def kill_while_restarting(self, delay, words):
        # Whoever has these words in its command line is killed so long after a guest's end.
        old = self.w.end("g1", REBOOT)
        time.sleep(delay)
        self.w.kill(self.w.processes(*words))
        return old

    def test_kill_the_helper(self):
        # At any point of a restart.
        self.w.env["FAKE_SLOW"] = "40"
        self.w.kills_at_any_point()
        self.w.start()
        self.w.create("g1")
        for i in range(8 * world.LENGTH):
            delay = 0.05 + 0.035 * (i % 8) + 0.009 * (i // 8)
            old = self.kill_while_restarting(delay, ["end-domain"])
            self.ends_well("g1", old)
            self.assertEqual(len(self.w.domains()), 1, self.w.domains())

    def test_kill_who_destroys(self):
        self.w.env["FAKE_SLOW"] = "60"
        self.w.kills_at_any_point()
        self.w.start()
        for i in range(6 * world.LENGTH):
            self.w.create("g1")
            self.w.end("g1", POWEROFF)
            time.sleep(0.05 + 0.05 * (i % 6) + 0.009 * (i // 6))
            self.w.kill(self.w.processes("end-domain"))
            self.assertTrue(within(lambda: not self.w.domains() and not self.w.pending()),
                            self.w.log()[-2000:])

    def test_kill_xend_and_the_helper(self):
        self.w.env["FAKE_SLOW"] = "40"
        self.w.kills_at_any_point()
        self.w.start()
        self.w.create("g1")
        for i in range(6 * world.LENGTH):
            old = self.kill_while_restarting(0.05 + 0.05 * (i % 6) + 0.012 * (i // 6), [])
            self.w.stop(signal.SIGKILL)
            self.w.start()
            self.ends_well("g1", old)
            self.assertEqual(len(self.w.domains()), 1, self.w.domains())

    def test_kill_at_random(self):
        # Guests end and come, helpers and xend are killed, xend comes and goes; then all is as it
        # should be: each guest once, running, watched over.
        seed = int(os.environ.get("XEND_SEED") or random.randrange(1 << 30))
        rnd = random.Random(seed)
        names = ["r%d" % i for i in range(6)]
        self.w.kills_at_any_point()
        self.w.start()
        for name in names:
            self.w.create(name)
        end = time.monotonic() + float(os.environ.get("XEND_SECONDS") or 8 * world.LENGTH)
        while time.monotonic() < end:
            what = rnd.random()
            if what < 0.6:
                self.w.end(rnd.choice(names), REBOOT)
            elif what < 0.8:
                helpers = self.w.processes("end-domain")
                self.w.kill(rnd.sample(helpers, min(1, len(helpers))))
            elif what < 0.9:
                self.w.stop(signal.SIGKILL)
                time.sleep(rnd.random() / 10)
                self.w.start(wait=rnd.random() < 0.5)
            elif what < 0.95 and self.w.alive():
                self.w.stop()
                time.sleep(rnd.random() / 5)
                self.w.start(wait=rnd.random() < 0.5)
            time.sleep(rnd.random() / 10)
        within(lambda: self.w.alive())
        good = within(lambda: all(self.w.runs(n) for n in names) and not self.w.pending() and
                      not self.w.processes("end-domain"))
        self.assertTrue(good, "seed %d: %s, xend %s, begun %s, %s\n%s" % (
            seed, self.w.domains(), "lives" if self.w.alive() else "is gone",
            {path: world.read(path) for path in self.w.pending()}, list(world.processes()),
            self.w.log()[-3000:]))
        self.assertEqual(self.w.half_made(), [], "seed %d" % seed)
        self.assertEqual(sorted(str(name) for name, _ in self.w.domains().values()), names,
                         "seed %d" % seed)
        self.assertEqual(self.w.stop(), 0)
        self.assertTrue(within(lambda: len(self.w.watchers()) == len(names)), "seed %d" % seed)


if __name__ == "__main__":
    unittest.main()
