# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemon as a program: its configuration, how it is started, supervised and ended."""

import os
import signal
import subprocess
import time
import unittest

import world
from world import within

SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../tools/xend")


def server_words(pid):
    return (world.read("/proc/%d/cmdline" % pid) or "").split("\0")


class Daemon(unittest.TestCase):
    def setUp(self):
        self.w = world.World()
        self.addCleanup(world.end_all)
        self.addCleanup(lambda: self.assertEqual(world.complaints(), []))
        self.addCleanup(self.w.stop_if_there)

    def xend(self, *argv, **how):
        """Run it until whoever has started it knows how that went."""
        return subprocess.run([world.XEND, *argv], env=self.w.env,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, timeout=world.PATIENCE,
                              check=False, **how)

    # ---- configuration

    def test_a_file_that_is_named_has_to_be_there(self):
        path = os.path.join(world.W, "etc", "nosuch.conf")
        done = self.xend("--test", "-c", path)
        self.assertEqual(done.returncode, 5)
        self.assertEqual(done.stderr, "xend: %s: No such file or directory\n" % path)
        # The usual ones may be missing.
        os.unlink(os.path.join(world.W, "xend-config.sxp"))
        self.assertEqual(self.xend("--test").returncode, 0)

    def test_a_file_is_named_from_here(self):
        with open(os.path.join(world.W, "etc", "mine.conf"), "w", encoding="utf-8") as f:
            f.write("xend-unix-path = %s/mine\nxend-http-server = no\n" % world.RUN)
        self.w.start("-c", "mine.conf", cwd=os.path.join(world.W, "etc"))
        mine = os.path.join(world.RUN, "mine")
        self.assertTrue(within(lambda: os.path.exists(mine)), self.w.log())
        # Commands run elsewhere, and reading it anew needs it as well.
        server = self.w.processes("--serve")
        self.assertIn(os.path.join(world.RUN, "xend.conf"), server_words(server[0]))
        self.w.xend.send_signal(signal.SIGHUP)
        self.assertTrue(within(lambda: self.w.processes("--serve") not in ([], server)))
        self.assertIn('xend-unix-path = "%s"' % mine,
                      world.read(os.path.join(world.RUN, "xend.conf")))

    def test_a_network_script_of_ones_own(self):
        # Its name only begins like one of ours: it is run.
        self.w.configure("(xend-http-server no)\n(network-script network-bridge-of-mine)")
        self.w.start()
        self.assertTrue(within(lambda: "network-bridge-of-mine start ended with status" in
                               self.w.log()), self.w.log())
        self.assertNotIn("there is no bridge", self.w.log())

    def test_a_network_script_is_run_once_for_each_start(self):
        script, runs = os.path.join(world.W, "net"), os.path.join(world.W, "net-runs")
        with open(script, "w", encoding="utf-8") as f:
            f.write("#!/bin/sh\necho \"$@\" >>%s\n[ ! -e %s.bad ]\n" % (runs, script))
        os.chmod(script, 0o755)
        done = os.path.join(world.RUN, "network")
        self.w.configure("(xend-http-server no)\n(network-script '%s a b')" % script)

        def has_run(times):
            return within(lambda: world.read(runs) == "start a b\n" * times and
                          os.path.exists(done))
        self.w.start()
        self.assertTrue(has_run(1), self.w.log())
        # Killed, it comes again to a host that is as it left it.
        self.w.stop(signal.SIGKILL)
        self.w.start()
        time.sleep(1)
        self.assertTrue(has_run(1), world.read(runs))
        self.assertEqual(self.w.stop(), 0)
        self.w.start()
        self.assertTrue(has_run(2), world.read(runs))
        # One that went wrong is tried again.
        self.w.stop()
        with open(script + ".bad", "w", encoding="utf-8"):
            pass
        self.w.start()
        self.assertTrue(within(lambda: "start ended with status 1" in self.w.log()))
        self.w.stop(signal.SIGKILL)
        os.unlink(script + ".bad")
        self.w.start()
        self.assertTrue(has_run(4), world.read(runs))

    # ---- what it meets

    @staticmethod
    def ignores_a_broken_pipe(pid):
        line = [line for line in (world.read("/proc/%d/status" % pid) or "").splitlines()
                if line.startswith("SigIgn:")][0]
        return bool(int(line.split()[1], 16) >> signal.SIGPIPE - 1 & 1)

    def test_nobody_reads_what_it_says(self):
        # pylint: disable-next=consider-using-with
        self.w.xend = subprocess.Popen([world.XEND, "--foreground"], env=self.w.env,
                                       stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                       start_new_session=True)
        self.assertTrue(within(self.w.alive))
        self.w.xend.stderr.close()
        self.w.create("g1")
        self.w.xend.send_signal(signal.SIGHUP)
        self.assertTrue(within(lambda: "read anew" in self.w.log() or self.w.xend.poll()))
        self.assertIsNone(self.w.xend.poll())
        self.assertEqual(self.w.stop(), 0)
        # What it starts is not to rely on that.
        self.assertFalse(self.ignores_a_broken_pipe(self.w.watchers()[0]))

    def test_only_another_xend_is_busy(self):
        os.makedirs(os.path.join(world.RUN, "pid"), mode=0o700)
        os.chmod(world.RUN, 0o700)
        done = self.xend("--foreground")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("pid: cannot be locked: Is a directory", done.stderr)

    # ---- in the background

    PARENT = os.path.join(world.RUN, "parent")

    def detach(self):
        """Returns the numbers of the daemon and of the process that starts it again."""
        done = self.xend()
        self.assertEqual(done.returncode, 0, done.stderr)
        pid = self.daemon()
        return pid, int(world.read("/proc/%d/stat" % pid).rpartition(")")[2].split()[1])

    @staticmethod
    def daemon():
        return int((world.read(os.path.join(world.RUN, "pid")) or "").strip() or 0)

    def another(self, pid):
        """Wait until another daemon than this one is at work: it has started its server."""
        self.assertTrue(within(lambda: self.daemon() not in (0, pid) and
                               self.w.processes("--serve", str(self.daemon()))), self.w.log())
        return self.daemon()

    def test_whatever_it_dies_of_it_is_started_again(self):
        pid, parent = self.detach()
        os.kill(pid, signal.SIGKILL)
        pid = self.another(pid)
        self.assertIn("was ended by signal 9, and is started again", self.w.log())
        # As a library does that has no memory.
        self.w.fail("xs_watch")
        self.assertTrue(within(lambda: "has ended with status 1, and is started again" in
                               self.w.log()))
        self.w.fail("xs_watch", False)
        self.another(pid)
        os.kill(parent, signal.SIGHUP)
        self.assertTrue(within(lambda: "read anew" in self.w.log()))
        os.kill(parent, signal.SIGTERM)
        self.assertTrue(within(lambda: not list(world.processes())))
        self.assertIn("each guest has a watcher of its own", self.w.log())

    def test_told_to_end_while_there_is_no_daemon(self):
        pid, parent = self.detach()
        os.kill(pid, signal.SIGKILL)
        self.assertTrue(within(lambda: "is started again" in self.w.log()))
        os.kill(parent, signal.SIGTERM)
        self.assertTrue(within(lambda: not list(world.processes())), self.w.log())

    def test_stopped_by_init_while_there_is_no_daemon(self):
        # Who starts it again rests: it does not come back when it is said to have stopped.
        pid, parent = self.detach()
        self.assertEqual(world.read(self.PARENT), "%d\n" % parent)
        os.kill(pid, signal.SIGKILL)
        self.assertTrue(within(lambda: "is started again" in self.w.log()))
        done = self.init("stop")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(list(world.processes()), [])
        self.assertFalse(os.path.exists(self.PARENT))
        # A number that is somebody else's by now is nobody's who is told to end.
        with world.Begun(["sleep", "600"]) as other:
            with open(self.PARENT, "w", encoding="utf-8") as f:
                f.write("%d\n" % other.pid)
            self.assertEqual(self.init("stop").returncode, 0)
            self.assertIsNone(other.poll())
            other.kill()

    def test_stopped_by_init(self):
        _, parent = self.detach()
        # One that can't begin leaves alone what is the other's.
        self.assertEqual(self.xend().returncode, 6)
        self.assertEqual(world.read(self.PARENT), "%d\n" % parent)
        done = self.init("stop")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertFalse(os.path.exists(self.PARENT))
        self.assertEqual([pid for pid, words in world.processes() if "watch-domain" not in words],
                         [])

    def test_who_dies_before_it_is_ready_is_not_started_again(self):
        self.w.fail("xs_open")
        done = self.xend()
        self.assertEqual(done.returncode, 1)
        self.assertIn("ended before it was ready", done.stderr)
        self.assertEqual(list(world.processes()), [])
        self.w.fail("xs_open", False)
        self.w.configure("(xend-prot 1)")
        done = self.xend()
        self.assertEqual(done.returncode, 5)
        self.assertIn("there is no key xend-prot", done.stderr)
        self.assertEqual(list(world.processes()), [])

    # ---- systemd and init

    def test_unit(self):
        # An end of one of its many processes is not the end of the service.
        unit = world.read(os.path.join(SOURCES, "xend.service")).splitlines()
        for line in ("KillMode=process", "OOMPolicy=continue", "Restart=always"):
            self.assertIn(line, unit)

    def init(self, what):
        env = dict(self.w.env, XEND=world.XEND, PIDFILE=os.path.join(world.RUN, "pid"))
        return subprocess.run(["sh", os.path.join(SOURCES, "xend.init"), what], env=env,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=world.PATIENCE,
                              check=False)

    def test_status_for_init(self):
        # 3 is "does not run", 1 "has died" (LSB).
        status = self.init("status")
        self.assertEqual((status.returncode, status.stderr), (3, ""))
        self.w.start()
        self.assertEqual(self.init("status").returncode, 0)
        self.w.stop(signal.SIGKILL)
        self.assertEqual(self.init("status").returncode, 1)
        self.w.start()
        self.assertEqual(self.w.stop(), 0)
        status = self.init("status")
        self.assertEqual((status.returncode, status.stderr), (3, ""))


if __name__ == "__main__":
    unittest.main()
