# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs cases on machines side by side. Called by tests/lab/run and by parts.py.

Each worker is a thread with one machine at a time. It takes a boot line (waiting.py says which),
and the machine asks for one case after the other until there are none left; a crash ends its
case only. What failed is run once more, by itself on a machine of its own.
"""

import os
import threading
import time

from lablib import kernels, machine, options, paths, turn
from lablib.paths import LabError

from .outcome import Outcome
from .session import Session
from .speed import Speed
from .waiting import Waiting, weight

# On the reference machine: to boot, to power off (with the debug kernel's search for leaks), and
# for session.sh to end a case that is out of time.
BOOT_SECONDS = 400
CASE_SECONDS = 60
# Seconds of cases after which it is known how long the others will take.
ENOUGH = 120


def lab_options(key):
    """The lab's options for a flavour of kernels and a boot line."""
    flavour, boot = key
    settings = {"smp": "1"}
    for word in boot.split():
        name, _, value = word.partition("=")
        settings[name.replace("-", "_")] = value
    for name, kind in (("smp", int), ("memory", options.size), ("dom0_memory", options.size),
                       ("svm", int)):
        if name in settings:
            settings[name] = kind(settings[name])
    known = kernels.FLAVOURS[flavour]
    for name in ("dom0", "guest"):
        settings[name] = known.get(settings.get(name), settings.get(name, "ours"))
    try:
        return options.defaults("run", timeout=0, args=[os.path.join(paths.TESTS, "session.sh")],
                                **settings)
    except TypeError as e:
        raise LabError("%s in a '# boot: %s'" % (e, boot))


def expected(cases):
    """Seconds that cases will take together, on the reference machine."""
    return sum(c.takes * weight(c.key) for c in cases) / turn.cpus()


class Job:
    """What one machine is to do: all of a boot line that nobody else takes, or one case."""

    def __init__(self, key, waiting, case=None):
        self.key = key
        self.waiting = waiting
        self.shared = case is None     # other machines take from it, too
        self.case = case

    def take(self):
        if self.shared:
            return self.waiting.next(self.key)
        case, self.case = self.case, None
        return case


class Workers:
    def __init__(self, cases, screen, verbose=False, make_machine=None, stop=None):
        self.waiting = Waiting(cases)
        self.screen = screen
        self.verbose = screen.line if verbose else None
        self.make_machine = make_machine
        self.outcome = Outcome(screen.line)
        self.speed = Speed(screen.line)
        self.told = stop or threading.Event()    # somebody wants an end
        self.stop = threading.Event()            # the machines and workers are to end
        self.lock = threading.Condition()
        self.again = []              # cases that failed once
        self.sessions = {}           # those at work now, by thread; None: no machine yet
        self.broken = {}             # boot line: how often its machine did not come up
        self.began = time.monotonic()
        self.done = []               # cases that have ended
        self.error = None

    # ---- one boot -----------------------------------------------------------------------------

    def boot(self, job):
        """One machine, from power on to off. True if it came up."""
        opts = lab_options(job.key)
        opts.stop = self.stop
        opts.make_machine = self.make_machine
        session = Session(lambda: None if self.stop.is_set() else job.take(), self.ended,
                          lambda booted: self.speed.slow(opts.dom0, booted), self.verbose)
        opts.session = session
        opts.overdue = lambda seconds: overdue(session, seconds)
        self.sessions[threading.get_ident()] = session
        result = machine.run(opts)
        if self.stop.is_set():
            return True
        log = paths.relative(result.log)
        with self.lock:
            session.over("%s; the boot's log: %s" % (result.reason or "the machine ended", log))
            if session.outside:
                self.outcome.fail("boot '%s' on %s: %s, log at %s"
                                  % (job.key[1], job.key[0], session.outside[0].strip(), log))
            elif result.booted is None:
                self.screen.line("     %s, log at %s" % (result.reason, log))
        return result.booted is not None

    def ended(self, case):
        with self.lock:
            if self.outcome.ended(case):
                self.done.append(case)
            else:
                self.again.append(case)
            self.lock.notify_all()

    # ---- workers ------------------------------------------------------------------------------

    def next_job(self):
        """None if there is nothing left to do."""
        with self.lock:
            while not self.stop.is_set():
                job = self.begin()
                if job:
                    self.sessions[threading.get_ident()] = None
                    return job
                if not self.sessions:
                    return None
                self.lock.wait(1)
        return None

    def begin(self):
        """A boot line, or a case that failed once; None: it would need CPUs that are not free."""
        key = self.waiting.begin()
        if key:
            return Job(key, self.waiting)
        if self.again and self.waiting.claim(self.again[0].key):
            case = self.again.pop(0)
            return Job(case.key, self.waiting, case)
        return None

    def job_done(self, job, up):
        with self.lock:
            del self.sessions[threading.get_ident()]
            self.waiting.end(job.key)
            if not up:
                if job.case:
                    self.again.append(job.case)
                self.broken[job.key] = self.broken.get(job.key, 0) + 1
                if self.broken[job.key] > 1:
                    self.give_up(job.key)
            self.lock.notify_all()

    def give_up(self, key):
        """No machine comes up for it, and has not a second time."""
        lost = self.waiting.drop(key) + [c for c in self.again if c.key == key]
        self.again = [c for c in self.again if c.key != key]
        for case in lost:
            self.outcome.fail("%s: not run, the machine did not come up" % case.title)

    def work(self):
        try:
            while True:
                job = self.next_job()
                if not job:
                    return
                up = False
                try:
                    up = self.boot(job)
                finally:
                    self.job_done(job, up)
        except BaseException as e:   # raised again by run(), in the main thread
            self.error = self.error or e
            self.stop.set()

    def run(self):
        """All cases; returns the Outcome. Ctrl-C ends the machines and comes through."""
        count = min(turn.cpus(), len(self.waiting.left()))
        threads = [threading.Thread(target=self.work, name="lab-%d" % n) for n in range(count)]
        self.screen.also(self.status)
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.5)
                    if self.told.is_set():
                        self.stop.set()
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()
            self.screen.no_more(self.status)
        if self.error:
            raise self.error
        return self.outcome.conclude()

    def status(self):
        """What runs now, how much is left, when it will probably be over."""
        now = time.monotonic()
        at_work = [s.status(now) for s in list(self.sessions.values()) if s]
        left = self.waiting.left() + list(self.again)
        done = expected(self.done)
        pace = (now - self.began) / done if done > ENOUGH else self.speed.first or 1.0
        return "%s; %d cases left, about %d min" % (", ".join(at_work) or "lab", len(left),
                                                    1 + expected(left) * pace / 60)


def overdue(session, seconds):
    """Whether a machine has to be stopped, `seconds` after its start."""
    if not session.send:
        return seconds > BOOT_SECONDS
    running = time.monotonic() - session.since
    case = session.at["script"]
    # session.sh ends a case itself, unless Dom0 hangs.
    return running > (case.allowed + CASE_SECONDS * session.slow if case
                      else BOOT_SECONDS * session.slow)
