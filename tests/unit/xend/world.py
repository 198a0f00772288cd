# SPDX-License-Identifier: GPL-2.0-or-later
"""A host that isn't there, for the tests of xend: its domains (fake-xen.c), the real xm and xend
in it, and ways to end both. Used by test_*.py."""

import glob
import os
import shutil
import signal
import subprocess
import time

OUT = os.environ.get("XEND_OUT") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../../../build/tests/unit/xend")
W = os.path.join(os.path.abspath(OUT), "w")
XM = os.path.join(OUT, "bin", "xm")
XEND = os.path.join(OUT, "bin", "xend")
RUN = os.path.join(W, "run", "xend")
LENGTH = {"full": 4, "soak": 60}.get(os.environ.get("XENIFY_LENGTH"), 1)
POWEROFF, REBOOT, SUSPEND, CRASH = range(4)
# A machine may have much else to do: only what fails takes that long.
PATIENCE = 180


def within(what, seconds=PATIENCE):
    """Wait until it is true; returns whether it is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return bool(what())


def read(path):
    try:
        with open(path, encoding="utf-8") as f:
            return f.read()
    except OSError:
        return None


class Begun(subprocess.Popen):
    """A program that runs within `with`. When a test fails there, what it waits for may never
    come: then it is killed."""
    def __exit__(self, kind, *rest):
        if kind:
            self.kill()
        return super().__exit__(kind, *rest)


class World:
    def __init__(self, slow=0):
        end_all()
        shutil.rmtree(W, ignore_errors=True)
        for name in ("run", "log", "xen/domains", "page", "etc", "sys"):
            os.makedirs(os.path.join(W, name))
        with open(os.path.join(W, "xl.conf"), "w", encoding="utf-8") as f:
            f.write('lockfile = "%s/xl"\n' % W)
        self.env = dict(os.environ, FAKE_XEN=os.path.join(W, "xen"), FAKE_SLOW=str(slow),
                        XM_GUEST_LOCK=os.path.join(W, "guest.lock"),
                        XM_RESTORE_LOCK=os.path.join(W, "restore.lock"),
                        ASAN_OPTIONS="detect_leaks=1")
        # libxl's context is not a real one here, and keeps a list that one would free.
        with open(os.path.join(W, "leaks"), "w", encoding="utf-8") as f:
            f.write("leak:libxenlight\n")
        self.env["LSAN_OPTIONS"] = "print_suppressions=0:suppressions=%s/leaks" % W
        self.env.pop("NOTIFY_SOCKET", None)
        self.xend = None
        self.configure("(xend-http-server no)")

    def kills_at_any_point(self):
        """Who looks for leaks at its end is stopped meanwhile by a process that looks like it:
        if that is killed, it stands still for ever."""
        self.env["ASAN_OPTIONS"] = "detect_leaks=0"

    def configure(self, sxp):
        with open(os.path.join(W, "xend-config.sxp"), "w", encoding="utf-8") as f:
            f.write("(xend-unix-path %s/socket)\n" % RUN + sxp)

    # ---- programs

    def run(self, *argv, check=True, **how):
        done = subprocess.run([XM, *argv], env=self.env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=600, check=False, **how)
        if check and done.returncode:
            raise AssertionError("xm %s: %d: %s" % (" ".join(argv), done.returncode, done.stderr))
        return done

    def begin(self, *argv, stderr=subprocess.DEVNULL, **how):
        """xm, while something else happens; returns the process."""
        return Begun([XM, *argv], env=self.env, stdin=subprocess.DEVNULL,
                     stdout=subprocess.DEVNULL, stderr=stderr, **how)

    def start(self, *options, wait=True, **how):
        with open(os.path.join(W, "xend.out"), "ab") as out:
            # pylint: disable-next=consider-using-with
            self.xend = subprocess.Popen([XEND, "--foreground", *options], env=self.env,
                                         stdin=subprocess.DEVNULL, stdout=out,
                                         stderr=subprocess.STDOUT, start_new_session=True, **how)
        if wait:
            assert within(lambda: self.alive()), read(os.path.join(W, "xend.out"))

    def alive(self):
        """Does xend hold its lock?"""
        pid = (read(os.path.join(RUN, "pid")) or "").strip()
        return pid == str(self.xend.pid) and self.xend.poll() is None

    def stop(self, sig=signal.SIGTERM):
        self.xend.send_signal(sig)
        status = self.xend.wait(timeout=300)
        return status

    def stop_if_there(self):
        """So that it is looked for leaks."""
        if self.xend and self.xend.poll() is None:
            self.stop()

    # ---- guests

    def config(self, name, **keys):
        keys = dict({"memory": 64, "kernel": "'/dev/null'", "on_reboot": "'restart'",
                     "on_poweroff": "'destroy'", "on_crash": "'destroy'"}, **keys)
        path = os.path.join(W, "etc", name + ".cfg")
        with open(path, "w", encoding="utf-8") as f:
            f.write("name = '%s'\n" % name)
            f.writelines("%s = %s\n" % item for item in keys.items())
        return path

    def create(self, name, *options, **keys):
        keys.setdefault("kernel", "'%s'" % XM)
        return self.run("create", *options, self.config(name, **keys))

    def domains(self):
        """{number: (name, state)} of all."""
        found = {}
        for path in glob.glob(os.path.join(W, "xen/domains/*")):
            what = read(path + "/name"), read(path + "/state")
            if os.path.isdir(path):
                found[int(os.path.basename(path))] = what
        return found

    def ids(self, name):
        return sorted(n for n, (have, _) in self.domains().items() if have == name)

    def runs(self, name):
        states = [state for have, state in self.domains().values() if have == name]
        return states == ["running"]

    def end(self, name, reason):
        """As if the guest did it by itself. Returns the number that it had; None: it had none."""
        for number in self.ids(name):
            path = os.path.join(W, "xen/domains/%d" % number)
            if read(path + "/state") != "running":
                continue
            try:
                with open(path + "/state.new", "w", encoding="utf-8") as f:
                    f.write("shutdown %d" % reason)
                os.rename(path + "/state.new", path + "/state")
            except OSError:
                return None
            return number
        return None

    def restarted(self, name, old):
        return within(lambda: self.runs(name) and self.ids(name) != [old])

    # ---- processes

    def processes(self, *words):
        return [pid for pid, argv in processes() if all(w in argv for w in words)]

    @staticmethod
    def has_claimed(process):
        """Is it a guest's own watcher by now? That is a lock (tools/xm/keep.c)."""
        try:
            inode = os.stat(os.path.join(RUN, "watched")).st_ino
        except OSError:
            return False
        words = [line.split() for line in read("/proc/locks").splitlines()]
        return any(w[1:2] == ["POSIX"] and w[4:5] == [str(process.pid)] and
                   w[5].endswith(":%d" % inode) for w in words)

    def watchers(self):
        return self.processes("watch-domain")

    @staticmethod
    def kill(pids):
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def calls(self, call):
        return [int(line.split()[1]) for line in (read(os.path.join(W, "xen/calls")) or "")
                .splitlines() if line.split()[0] == call]

    @staticmethod
    def flag(name, is_set):
        path = os.path.join(W, "xen", name)
        if is_set:
            with open(path, "w", encoding="utf-8"):
                pass
        elif os.path.exists(path):
            os.unlink(path)

    def fail(self, call, does=True):
        self.flag("fail-" + call, does)

    def hold(self, call, does=True):
        """Whoever makes this call stands still in it."""
        self.flag("hold-" + call, does)

    def log(self):
        """What xm and xend have said, of all guests."""
        return "".join(read(path) or "" for path in glob.glob(os.path.join(W, "log/*.log")))

    def pending(self):
        return [path for path in glob.glob(os.path.join(RUN, "restart-*"))
                if not path.endswith(".new")]

    def half_made(self):
        """Those that run and are not whole."""
        where = os.path.join(W, "xen/domains")
        return [n for n, (_, state) in self.domains().items() if state == "running" and not
                all(os.path.exists("%s/%d/%s" % (where, n, f)) for f in ("json", "user.xl"))]


def complaints():
    """What the sanitizers say of programs whose output nobody else reads."""
    text = read(os.path.join(W, "xend.out")) or ""
    for path in glob.glob(os.path.join(W, "log/xm-*.log")):
        text += read(path) or ""
    return [line for line in text.splitlines()
            if "Sanitizer" in line or "runtime error" in line]


def processes():
    """(number, words) of those that run our programs and no others."""
    ours = {os.path.realpath(XM), os.path.realpath(XEND)}
    for path in glob.glob("/proc/[0-9]*"):
        try:
            if os.readlink(path + "/exe") not in ours:
                continue
            with open(path + "/cmdline", encoding="utf-8", errors="replace") as f:
                yield int(path[6:]), f.read().split("\0")[:-1]
        except OSError:
            continue


def end_all():
    """Nothing of a test is left when the next one begins."""
    def gone():
        left = [pid for pid, _ in processes()]
        World.kill(left)
        return not left
    assert within(gone), list(processes())
