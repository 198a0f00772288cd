# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds and parts of `make check` as jobs that need each other. Called by tests/check.

Jobs of one lane run one after the other, lanes side by side. What a program prints goes to
build/check/NAME.log; a person sees its failures at once, and a line when it has ended.
"""

import os
import re
import signal
import subprocess
import threading
import time

from lablib import paths

from .case import CHECK

SUMS = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$")
# Parts fill what builds and machines leave of the CPUs.
NICE = 10
# Seconds; several times what the longest of them takes on a slow machine.
LIMIT = 2400
LOOK = 0.5                       # seconds between two looks at what one has printed
GRACE = 10                       # ... between being told to end and being killed


class Job:
    """A program, or a function of the Jobs that runs it; `needs` are names of other jobs."""

    def __init__(self, name, command, needs=(), lane=None, env=None, test=True, nice=False,
                 takes=0, lasting=False, limit=LIMIT):
        self.name = name
        self.command = command
        self.needs = needs
        self.lane = lane or name
        self.env = env or {}
        self.test = test             # it has tests, and says how many
        self.nice = nice
        self.takes = takes           # seconds on the reference machine, for who waits
        self.lasting = lasting       # once passed, it would pass again: see unchanged.py
        self.limit = limit           # seconds after which it is ended and has failed
        self.state = "waiting"       # running, good, bad
        self.began = None
        self.seconds = 0

    @property
    def log(self):
        return os.path.join(CHECK, self.name + ".log")

    def begin(self):
        """The time first: who looks at a running job from another thread looks at that."""
        self.began = time.monotonic()
        self.state = "running"

    def left(self, now):
        """Seconds until it has probably ended, from its start or from now on."""
        if self.state == "waiting":
            return self.takes
        return max(0, self.takes - (now - self.began)) if self.state == "running" else 0


class Jobs:
    """All of them, until none is left; sums of what they tested.

    With `unchanged`, lasting ones that passed with nothing changed since are not run again.
    """

    def __init__(self, jobs, screen, unchanged=None):
        self.jobs = {job.name: job for job in jobs}
        self.screen = screen
        self.unchanged = unchanged
        self.lock = threading.Condition()
        self.stop = threading.Event()
        self.processes = set()
        self.passed = self.failed = 0
        self.seconds = []            # (seconds, NAME) of parts and cases
        self.error = None

    # ---- one job ------------------------------------------------------------------------------

    def start(self, job):
        """Its program, in a process group of its own, and with its log as output."""
        env = dict(os.environ, **job.env)
        for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
            env.pop(name, None)      # those of a make that called us
        command = (["nice", "-n", str(NICE)] if job.nice else []) + job.command
        with open(job.log, "wb") as log:
            process = subprocess.Popen(command, cwd=paths.TOP, env=env, stdin=subprocess.DEVNULL,
                                       stdout=log, stderr=subprocess.STDOUT, process_group=0)
        with self.lock:
            self.processes.add(process)
        return process

    def lines(self, job, process):
        """What it prints until it has ended, or was ended. Whom it leaves behind may still hold
        its output, and is not waited for."""
        limit = threading.Timer(job.limit, self.too_long, (job, process))
        limit.daemon = True
        limit.start()
        with open(job.log, encoding="utf-8", errors="replace") as log:
            ended, rest = False, ""
            while not ended:
                try:
                    ended = process.wait(LOOK) is not None
                except subprocess.TimeoutExpired:
                    pass
                *whole, rest = (rest + log.read()).split("\n")
                yield from whole
            yield from [rest] if rest else []
        limit.cancel()

    def too_long(self, job, process):
        """Tell what it is at, and end it."""
        found = subprocess.run(["ps", "-eo", "pgid=,etimes=,args="], stdout=subprocess.PIPE,
                               text=True, errors="replace", check=False)
        self.screen.line("FAIL %s: has not ended after %d min; what runs, and for how many seconds:"
                         % (job.name, job.limit / 60))
        for line in found.stdout.splitlines():
            group, rest = line.split(None, 1)
            if int(group) == process.pid:
                self.screen.line("    " + rest[:200])
        for sig in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, sig)
            except ProcessLookupError:
                return
            time.sleep(GRACE)

    def program(self, job):
        """Runs it; returns (passed, failed)."""
        passed = failed = skipped = 0
        showing = False              # what is indented behind a failure belongs to it
        process = self.start(job)
        for line in self.lines(job, process):
            sums = SUMS.match(line)
            if sums:
                passed += int(sums.group(1))
                failed += int(sums.group(2))
                skipped += int(sums.group(3) or 0)
            showing = line.startswith("FAIL ") or showing and line.startswith("    ")
            if showing:
                self.screen.line(line)
        status = process.returncode
        with self.lock:
            self.processes.discard(process)
        if self.stop.is_set():
            return 0, 0
        log = paths.relative(job.log)
        if skipped:
            failed += skipped
            self.screen.line("FAIL %s: %d skipped, though nothing is missing here: see 'skip' in %s"
                             % (job.name, skipped, log))
        if job.test and not (status or passed or failed):
            failed = 1
            self.screen.line("FAIL %s: it has tested nothing, see %s" % (job.name, log))
        if status and not failed:
            failed = 1
            self.screen.line("FAIL %s: ended with status %d; the end of %s:"
                             % (job.name, status, log))
            self.show_end(job)
        return passed, failed

    def show_end(self, job):
        with open(job.log, encoding="utf-8", errors="replace") as f:
            for line in f.readlines()[-20:]:
                self.screen.line("    " + line.rstrip("\n"))

    def outcome(self, job):
        """(passed, failed, since when if it was not run)."""
        kept = self.unchanged.passed(job) if self.unchanged and job.lasting else None
        if kept:
            return kept[0], 0, kept[1]
        passed, failed = job.command(self) if callable(job.command) else self.program(job)
        if self.unchanged and job.lasting and not self.stop.is_set():
            self.unchanged.keep(job, passed, failed)
        return passed, failed, None

    def run_one(self, job):
        since = None
        try:
            passed, failed, since = self.outcome(job)
        except BaseException as e:   # raised again by run(), in the main thread
            self.error = self.error or e
            self.stop.set()
            passed, failed = 0, 1
        job.seconds = time.monotonic() - job.began
        if not self.stop.is_set():
            self.tell(job, passed, failed, since)
        with self.lock:
            if job.test:
                self.passed += passed
            self.failed += failed
            job.state = "bad" if failed else "good"
            self.lock.notify_all()

    def tell(self, job, passed, failed, since):
        if not callable(job.command):
            self.seconds.append((job.seconds, job.name))
        said = ": %d passed%s" % (passed, ", %d failed" % failed if failed else "") \
            if job.test else ""
        how = "nothing has changed since %s" % since if since else "%d s" % job.seconds
        self.screen.line("%s %s%s (%s)" % ("FAIL" if failed else "ok  ", job.name, said, how))

    # ---- all of them --------------------------------------------------------------------------

    def ready(self):
        """Jobs that can start now; those whose needs are bad never will."""
        busy = {j.lane for j in self.jobs.values() if j.state == "running"}
        found = []
        for job in self.jobs.values():
            if job.state != "waiting":
                continue
            needs = [self.jobs[n].state for n in job.needs if n in self.jobs]
            if "bad" in needs and not job.test:
                job.state = "bad"    # a build: what failed before it has been told
            elif "bad" in needs and any(self.jobs[n].state == "bad" and not self.jobs[n].test
                                        for n in job.needs if n in self.jobs):
                job.state = "bad"
                self.failed += 1
                self.screen.line("FAIL %s: not run, as what it needs was not built" % job.name)
            elif all(s in ("good", "bad") for s in needs) and job.lane not in busy:
                busy.add(job.lane)
                found.append(job)
        return found

    def run(self):
        os.makedirs(CHECK, exist_ok=True)
        self.screen.also(self.status)
        try:
            with self.lock:
                while not self.stop.is_set():
                    for job in self.ready():
                        job.begin()
                        threading.Thread(target=self.run_one, args=(job,), daemon=True).start()
                    if not any(j.state in ("running", "waiting") for j in self.jobs.values()):
                        break
                    self.lock.wait(1)
        finally:
            self.stop.set()
            self.end_all()
            self.screen.no_more(self.status)
        if self.error:
            raise self.error

    def end_all(self):
        """After an interrupt: nothing is left behind."""
        for process in list(self.processes):
            try:
                os.killpg(process.pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
        with self.lock:
            end = time.monotonic() + 20
            while any(j.state == "running" for j in self.jobs.values()) and time.monotonic() < end:
                self.lock.wait(1)

    def until_end(self, job, now):
        """Seconds until a job has ended, with all that it needs and what is before it in its lane."""
        before = [self.until_end(self.jobs[n], now) for n in job.needs if n in self.jobs]
        for other in self.jobs.values():
            if other is job:
                break
            if other.lane == job.lane:
                before.append(self.until_end(other, now))
        return job.left(now) + max(before, default=0)

    def status(self):
        """What runs now; and when all will be over, until a function runs that tells itself."""
        now = time.monotonic()
        running = [j for j in list(self.jobs.values()) if j.state == "running"]
        text = ", ".join("%s %d s" % (j.name, now - j.began) for j in running
                         if not callable(j.command))
        seconds = max(self.until_end(j, now) for j in self.jobs.values())
        if seconds and not any(callable(j.command) for j in running):
            text += "; about %d min" % (1 + seconds / 60)
        return text
