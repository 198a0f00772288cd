# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest runs once at most, and is not lost: whatever else there is of the same UUID, whoever
makes it meanwhile, and wherever somebody was killed."""

import json
import os
import signal
import struct
import subprocess
import unittest

import guests
import world
from guests import UUID
from world import CRASH, REBOOT, SUSPEND


class Once(guests.Case):
    # ---- one that is set aside has its UUID still, and its mark

    def test_set_aside_once(self):
        self.w.start()
        self.w.create("g1", on_crash="'rename-restart'")
        self.w.end("g1", CRASH)
        self.ends_well("g1", 1)
        self.assertEqual(self.w.domains()[1], ("g1-1", "shutdown 3"))
        self.w.run("destroy", "g1")
        self.stays(lambda: list(self.w.domains()) == [1], 4)
        self.assertEqual(self.said("domain 1 ended"), 1)
        self.assertEqual(self.w.calls("preserve"), [1])

    def set_aside_again_and_again(self):
        self.w.create("g1", on_crash="'rename-restart'")
        for _ in range(3):
            self.ends_well("g1", self.w.end("g1", CRASH))
        self.assertEqual(sorted(str(name) for name, _ in self.w.domains().values()),
                         ["g1", "g1-1", "g1-2", "g1-3"])

    def test_set_aside_again_and_again(self):
        self.w.start()
        self.set_aside_again_and_again()

    def test_set_aside_again_and_again_without_xend(self):
        self.set_aside_again_and_again()
        self.assertEqual(len(self.w.watchers()), 1)

    def test_killed_when_it_was_set_aside(self):
        self.w.create("g1", on_crash="'rename-restart'")
        self.w.kill(self.w.watchers())
        self.w.end("g1", CRASH)
        guests.begun(1, 1, keep=1)
        guests.mark(1, left=1)
        guests.put(1, name="g1-1")
        self.w.run("end-domain", "1")
        self.ends_well("g1", 1)
        self.assertEqual(self.w.domains()[1], ("g1-1", "shutdown 3"))

    def test_killed_before_it_was_set_aside(self):
        self.w.create("g1", on_crash="'rename-restart'")
        self.w.kill(self.w.watchers())
        self.w.end("g1", CRASH)
        guests.begun(1, 1, keep=1)
        guests.mark(1, left=1)
        self.w.run("watch-domain", "g1")
        self.ends_well("g1", 1)
        self.assertEqual(self.w.domains()[1], ("g1-1", "shutdown 3"))

    def test_made_beside_what_was_set_aside(self):
        self.w.create("g1", uuid="'%s'" % UUID, on_crash="'rename-restart'")
        self.w.end("g1", CRASH)
        self.ends_well("g1", 1)
        self.w.run("destroy", "g1")
        # Whoever clears up after a create that was killed leaves it alone.
        self.w.hold("create")
        with self.w.begin("create", self.w.config("g1", kernel="'%s'" % world.XM,
                                                  uuid="'%s'" % UUID)) as create:
            self.soon(lambda: self.w.calls("create") == [1, 2, 3])
            create.kill()
        self.w.hold("create", False)
        self.soon(lambda: not self.w.ids("g1") and not self.w.processes("undo-create"))
        self.assertEqual(self.w.domains(), {1: ("g1-1", "shutdown 3")})
        self.w.create("g1", uuid="'%s'" % UUID)
        self.assertTrue(self.w.runs("g1"))

    # ---- its next self: only what stands in its file is whole

    def ended_unwatched(self, **how):
        self.w.create("g1", **how)
        self.w.kill(self.w.watchers())
        self.assertEqual(self.w.end("g1", REBOOT), 1)

    def test_killed_when_it_was_made_half(self):
        # With files of one that had its number before the host broke down.
        self.ended_unwatched()
        guests.begun(1, 1)
        guests.renumber(1, 9)
        guests.put(9, state="paused", json=None)
        self.w.run("end-domain", "1")
        self.ends_well("g1", 9)
        self.assertEqual(self.w.calls("destroy"), [9])
        self.assertEqual(len(self.w.domains()), 1)

    def test_what_was_made_half_can_not_be_taken_away_yet(self):
        self.ended_unwatched()
        guests.begun(1, 1)
        guests.renumber(1, 9)
        guests.put(9, state="paused", json=None)
        self.w.fail("destroy")
        self.assertEqual(self.w.run("end-domain", "1", check=False).returncode, 1)
        self.w.fail("destroy", False)
        self.w.run("end-domain", "1")
        self.ends_well("g1", 9)
        self.assertEqual(len(self.w.domains()), 1)

    def test_killed_before_it_had_a_name(self):
        self.ended_unwatched()
        guests.begun(1, 1)
        guests.renumber(1, 9)
        guests.put(9, state="paused", json=None, name=None)
        self.w.run("end-domain", "1")
        self.ends_well("g1", 9)
        self.assertEqual(len(self.w.domains()), 1)

    def test_killed_before_it_ran(self):
        self.ended_unwatched()
        guests.begun(1, 1, next=9)
        guests.renumber(1, 9)
        guests.put(9, state="paused")
        self.w.run("end-domain", "1")
        self.ends_well("g1", 1)
        self.assertEqual(self.w.ids("g1"), [9])
        self.assertEqual(self.w.calls("create"), [1])

    def test_killed_before_it_ran_and_the_one_before_when_it_ran(self):
        # What is to be done for the first is not done to what came after the second.
        self.ended_unwatched()
        guests.begun(1, 1, next=2)
        guests.begun(2, 1, next=9)
        guests.renumber(1, 9)
        guests.put(9, state="paused")
        self.w.run("end-domain", "1")
        self.w.run("end-domain", "2")
        self.ends_well("g1", 1)
        self.assertEqual(self.w.ids("g1"), [9])

    def test_killed_when_it_ran(self):
        # Whoever has ended it since does not want it to come again.
        self.ended_unwatched()
        guests.begun(1, 1, next=9)
        guests.remove(1)
        self.w.run("end-domain", "1")
        self.assertEqual((self.w.domains(), self.w.pending()), ({}, []))

    # ---- it is there already

    def test_made_by_somebody_it_is_not_made_anew(self):
        self.ended_unwatched()
        guests.begun(7, 1)
        guests.begun(8, 1, name="old", uuid=UUID)
        guests.begun(9, 1, name="other", uuid="5eed0001-0002-4003-8004-000000000006")
        guests.remove(1)
        self.w.create("g1", uuid="'%s'" % UUID)
        self.assertEqual(self.w.pending(), [world.RUN + "/restart-9"])

    def test_not_if_its_disk_belongs_to_what_is_saved(self):
        self.w.env["SYSROOT"] = os.path.join(world.W, "root")
        self.ended_unwatched()
        disk = os.path.join(world.W, "disk")
        saved = os.path.join(world.W, "root/var/lib/xen/save/other")
        os.makedirs(os.path.dirname(saved))
        config = json.loads(guests.get(1, "json"))
        config["disks"] = [{"pdev_path": disk, "vdev": "xvda", "readwrite": 1}]
        config = json.dumps(config)
        with open(disk, "wb") as f:
            f.write(b"disk")
        with open(saved, "wb") as f:
            f.write(struct.pack("<32sIIIII", b"Xen saved domain, xl format\n \0 \r", 0x01020304, 3,
                                0, 5 + len(config), 1 + len(config)))
            f.write(config.encode() + b"\0")
        guests.begun(1, 1, config=config)
        guests.remove(1)
        self.assertEqual(self.w.run("end-domain", "1", check=False).returncode, 1)
        self.assertIn("%s belongs to the guest that is saved in %s" % (disk, saved), self.w.log())
        self.assertEqual(self.w.domains(), {})
        os.unlink(saved)
        self.w.run("end-domain", "1")
        self.ends_well("g1", 1)

    def image(self):
        """Returns its path, and the configuration of what was domain 1 with it as a disk."""
        disk = os.path.join(world.W, "image.qcow2")
        with open(disk, "wb") as f:
            f.write(b"image")
        config = json.loads(guests.get(1, "json"))
        config["disks"] = [{"pdev_path": disk, "vdev": "xvda", "format": "qcow2", "readwrite": 1}]
        return disk, json.dumps(config)

    @staticmethod
    def with_disk(disk):
        return {"kernel": "'%s'" % world.XM,
                "disk": "['format=qcow2,vdev=xvda,access=rw,target=%s']" % disk}

    def test_not_if_its_disk_is_in_use(self):
        # Nobody else looks: it has no hotplug program of ours.
        self.ended_unwatched()
        disk, config = self.image()
        guests.begun(1, 1, config=config)
        guests.remove(1)
        guests.attached(9, disk)
        self.assertEqual(self.w.run("end-domain", "1", check=False).returncode, 1)
        self.assertIn("disk xvda: %s is in use by guest another (domain 9)" % disk, self.w.log())
        self.assertEqual((self.w.domains(), self.w.calls("create")), ({}, [1]))
        self.assertIn("tries 1\n", world.read(world.RUN + "/restart-1"))
        guests.attached(9, None)
        self.w.run("end-domain", "1")
        self.ends_well("g1", 1)

    def test_nobody_gets_the_disk_of_one_that_is_to_be_restarted(self):
        self.ended_unwatched()
        disk, config = self.image()
        guests.begun(1, 1, config=config)
        guests.remove(1)
        path = self.w.config("g2", **self.with_disk(disk))
        done = self.w.run("create", path, check=False)
        self.assertEqual(done.returncode, 6)
        self.assertIn("g2: disk xvda: %s is to be the disk of guest g1, which is being restarted"
                      % disk, done.stderr)
        self.assertEqual(self.w.domains(), {})
        # It may itself be made by a person.
        self.w.create("g1", **self.with_disk(disk))
        self.assertTrue(self.w.runs("g1"))
        self.assertEqual(self.w.pending(), [])

    def test_two_to_be_restarted_do_not_keep_each_other_waiting(self):
        self.ended_unwatched()
        _, config = self.image()
        guests.begun(1, 1, config=config)
        guests.begun(7, 1, name="g7", uuid=UUID, config=config)
        guests.remove(1)
        self.w.run("end-domain", "1")
        self.assertTrue(self.w.runs("g1"))

    def test_of_two_that_are_made_at_once_one_gets_the_disk(self):
        self.w.create("g1")
        disk, _ = self.image()
        self.w.hold("create")
        second = self.w.config("g3", **self.with_disk(disk))
        with self.w.begin("create", self.w.config("g2", kernel="'%s'" % world.XM)) as first:
            self.soon(lambda: self.w.calls("create") == [1, 2])
            with self.w.begin("create", second, stderr=subprocess.PIPE, text=True) as create:
                self.assertIn("waiting for another guest to be made", create.stderr.readline())
                # It has found nothing in its way, and what is made now has its disk.
                guests.attached(2, disk)
                self.w.hold("create", False)
                self.assertIn("g3: disk xvda: %s is in use by" % disk, create.stderr.read())
                self.assertEqual(create.wait(timeout=world.PATIENCE), 6)
            self.assertEqual(first.wait(timeout=world.PATIENCE), 0)
        self.assertEqual(self.w.calls("create"), [1, 2])

    # ---- called off, as when the host ends

    def test_called_off(self):
        self.ended_unwatched()
        guests.begun(1, 1)
        guests.begun(7, 1, name="other")
        guests.begun(8, 1, name="third")
        guests.begun(9, 1, name="to-go", again=0)
        guests.remove(1)
        self.w.run("end-domain", "--call-off", "other", "nobody")
        self.assertEqual(sorted(self.w.pending()),
                         [world.RUN + "/restart-%d" % n for n in (1, 8, 9)])
        # What is only to go still goes.
        self.w.run("end-domain", "--call-off")
        self.assertEqual(self.w.pending(), [world.RUN + "/restart-9"])
        self.w.run("end-domain", "1")
        self.assertEqual(self.w.domains(), {})

    def test_called_off_while_it_is_made_anew(self):
        # It is there afterwards, and so can be shut down.
        self.ended_unwatched()
        self.w.hold("create")
        with self.w.begin("end-domain", "1") as helper:
            self.soon(lambda: self.w.calls("create") == [1, 2])
            with self.w.begin("end-domain", "--call-off") as off:
                self.stays(lambda: off.poll() is None)
                self.w.hold("create", False)
                self.assertEqual(off.wait(timeout=world.PATIENCE), 0)
                self.assertEqual(self.w.ids("g1"), [2])
            self.assertEqual(helper.wait(timeout=world.PATIENCE), 0)
        self.ends_well("g1", 1)

    # ---- others of its UUID

    def restarted_after(self, incoming):
        self.w.env["FAKE_PART"] = "40"
        self.w.start()
        self.w.create("g1", uuid="'%s'" % UUID)
        with guests.claimed(UUID, incoming):
            self.w.end("g1", REBOOT)
            self.soon(lambda: self.said("g1: another xm makes, changes, saves, moves or resumes") > 2)
            self.assertEqual(self.w.calls("create"), [1])
            self.assertIn("tries 0\n", world.read(world.RUN + "/restart-1"))
        self.ends_well("g1", 1)

    def test_not_beside_one_that_makes_it(self):
        self.restarted_after(False)

    def test_not_beside_one_that_receives_it(self):
        self.restarted_after(True)

    def test_with_what_it_had_in_the_end(self):
        # A disk that is being taken from it may be another guest's next: it ends beside that, and
        # nothing of it goes before.
        self.w.start()
        self.w.create("g1", uuid="'%s'" % UUID)
        with guests.claimed(UUID):
            self.w.end("g1", REBOOT)
            self.soon(lambda: self.said("g1: another xm") > 1)
            self.assertEqual(self.w.calls("destroy"), [])
            config = json.loads(guests.get(1, "json"))
            config["disks"] = [{"pdev_path": "/dev/null", "vdev": "xvdb", "readwrite": 1}]
            guests.put(1, json=json.dumps(config))
        self.ends_well("g1", 1)
        self.assertEqual([d["vdev"] for d in json.loads(guests.get(2, "json"))["disks"]], ["xvdb"])

    def test_killed_when_some_of_it_had_gone(self):
        # What is written down is not read from what is left.
        self.ended_unwatched()
        guests.begun(1, 1)
        guests.put(1, json=None)
        self.w.run("end-domain", "1")
        self.ends_well("g1", 1)

    def test_killed_before_its_configuration_was_written_down(self):
        self.ended_unwatched()
        guests.begun(1, 1, config="")
        self.w.run("end-domain", "1")
        self.ends_well("g1", 1)

    def test_not_beside_another_self(self):
        self.w.start()
        self.w.create("g1")
        guests.copy(1, 9, name="g2")
        self.w.end("g1", REBOOT)
        self.soon(lambda: self.said("g1: is here already, as domain 9 (g2), with the same UUID"))
        os.kill(self.w.xend.pid, signal.SIGSTOP)
        self.assertEqual(self.w.domains(), {9: ("g2", "running")})
        guests.remove(9)
        os.kill(self.w.xend.pid, signal.SIGCONT)
        self.ends_well("g1", 1)

    def test_not_if_another_self_came_meanwhile(self):
        # It is made, and seen before it runs.
        self.w.start()
        self.w.create("g1")
        self.w.hold("create")
        self.w.end("g1", REBOOT)
        self.soon(lambda: self.w.calls("create") == [1, 2])
        guests.copy(2, 9, name="g2", state="running")
        self.w.hold("create", False)
        self.soon(lambda: self.said("g1: is here already, as domain 9 (g2), with the same UUID"))
        os.kill(self.w.xend.pid, signal.SIGSTOP)
        self.soon(lambda: self.w.domains() == {9: ("g2", "running")})
        guests.remove(9)
        os.kill(self.w.xend.pid, signal.SIGCONT)
        self.ends_well("g1", 1)

    def test_beside_one_that_has_moved_away(self):
        # And could not be taken away yet.
        self.w.start()
        self.w.create("g1")
        guests.copy(1, 9, name="g1--moved", state="shutdown %d" % SUSPEND)
        self.ends_well("g1", self.w.end("g1", REBOOT))
        self.assertEqual(self.w.domains()[9], ("g1--moved", "shutdown 2"))
        # Nor is it what gets a watcher.
        self.assertEqual(self.w.stop(), 0)
        self.ends_well("g1", self.w.end("g1", REBOOT))

    # ---- one that runs already

    def stopped_watcher(self, **how):
        # Nobody waits long for one that is held up.
        self.w.env["FAKE_PATIENCE"] = "1"
        self.w.create("g1", **how)
        watcher = self.w.watchers()[0]
        os.kill(watcher, signal.SIGSTOP)
        return watcher

    def test_one_that_runs_goes_on(self):
        # Though nobody can be started to watch over it: somebody does, but is held up.
        self.stopped_watcher()
        guests.begun(7, 1)
        self.w.hold("xenify")
        with self.w.begin("end-domain", "7") as helper:
            self.soon(lambda: "next 1\n" in (world.read(world.RUN + "/restart-7") or ""))
            self.w.hold("xenify", False)
            self.assertEqual(helper.wait(timeout=world.PATIENCE), 0)
        self.assertEqual(self.w.domains(), {1: ("g1", "running")})
        self.assertEqual(self.w.pending(), [])

    def test_who_was_held_up_watches_over_the_next_one(self):
        watcher = self.stopped_watcher()
        self.w.end("g1", REBOOT)
        self.w.run("end-domain", "1")
        self.ends_well("g1", 1)
        self.assertEqual(self.w.watchers(), [watcher])
        os.kill(watcher, signal.SIGCONT)
        self.ends_well("g1", self.w.end("g1", REBOOT))
        self.stays(lambda: self.w.watchers() == [watcher])

    def test_who_was_held_up_watches_over_one_beside_what_is_left(self):
        watcher = self.stopped_watcher(on_crash="'rename-restart'")
        self.w.end("g1", CRASH)
        self.w.run("end-domain", "1")
        self.ends_well("g1", 1)
        os.kill(watcher, signal.SIGCONT)
        self.ends_well("g1", self.w.end("g1", REBOOT))
        self.stays(lambda: self.w.watchers() == [watcher])

    def test_one_of_two_watches_over_the_next_one(self):
        watcher = self.stopped_watcher()
        guests.copy(1, 9)
        with self.w.begin("watch-domain", "-p", "600", "9") as other:
            self.soon(lambda: len(self.w.watchers()) == 3)
            guests.remove(1)
            os.kill(watcher, signal.SIGCONT)
            self.ends_well("g1", self.w.end("g1", REBOOT))
            other.kill()

    # ---- destroyed by a person, while somebody deals with its end

    def destroyed_meanwhile(self, happens):
        self.w.create("g1")
        self.w.kill(self.w.watchers())
        with guests.dealing(1):
            destroy = self.w.begin("destroy", "g1")
            self.stays(lambda: destroy.poll() is None)
            happens()
        self.assertEqual(destroy.wait(timeout=world.PATIENCE), 0)
        self.assertEqual((self.w.domains(), self.w.pending()), ({}, []))

    def test_destroyed_while_it_is_made_anew(self):
        self.destroyed_meanwhile(lambda: guests.renumber(1, 9))

    def test_destroyed_while_it_can_not_be_made_anew(self):
        def happens():
            guests.begun(1, 1)
            guests.remove(1)
        self.destroyed_meanwhile(happens)

    def test_destroyed_when_nothing_has_happened_yet(self):
        self.destroyed_meanwhile(lambda: None)

    def test_what_is_set_aside_is_destroyed(self):
        # Its guest is still to come.
        self.w.create("g1")
        self.w.kill(self.w.watchers())
        self.w.end("g1", CRASH)
        guests.begun(1, 1, keep=1)
        guests.mark(1, left=1)
        guests.put(1, name="g1-1")
        self.w.run("destroy", "g1-1")
        self.assertEqual(self.w.domains(), {})
        self.w.run("end-domain", "1")
        self.ends_well("g1", 1)


if __name__ == "__main__":
    unittest.main()
