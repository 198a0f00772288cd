# SPDX-License-Identifier: GPL-2.0-or-later
"""A person at a browser: headless Chromium, told by its DevTools protocol over two pipes what to
click and to type. Used by test_page.py."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PATIENCE = 60
PROGRAM = next((p for p in map(shutil.which, ("chromium-headless-shell", "chromium")) if p), None)

# The elements that a person sees with this name: what stands on them, or what they are called.
FIND = """(name, kind) => [...document.querySelectorAll(kind)].filter((e) =>
    e.getClientRects().length && (e.textContent.trim() === name ||
    e.getAttribute("aria-label") === name || e.placeholder === name ||
    [...(e.labels || [])].some((l) => l.textContent.trim().startsWith(name))))"""


class Browser:
    def __init__(self, width=1200, height=900, dark=False):
        self.dir = tempfile.mkdtemp()
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (theirs_in, theirs_out)]

        def pipes():
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        # pylint: disable=consider-using-with,subprocess-popen-preexec-fn
        self.process = subprocess.Popen(
            [PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--remote-debugging-pipe", "--user-data-dir=" + self.dir,
             "about:blank"], pass_fds=(3, 4), preexec_fn=pipes, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        for fd in (theirs_in, theirs_out, *high):
            os.close(fd)
        self.out, self.inp, self.buffer = ours_out, ours_in, b""
        self.number, self.session, self.wrong = 0, None, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target,
                                 flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(domain + ".enable")
        self.look(width, height, dark)

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.out)
        os.close(self.inp)
        shutil.rmtree(self.dir, ignore_errors=True)

    # ---- the protocol

    def message(self, end):
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.inp], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            data = os.read(self.inp, 1 << 16)
            if not data:
                raise EOFError("the browser has ended")
            self.buffer += data
        text, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(text)

    def call(self, method, **params):
        self.number += 1
        request = {"id": self.number, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.out, json.dumps(request).encode() + b"\0")
        end = time.monotonic() + PATIENCE
        while True:
            answer = self.message(end)
            if answer.get("method") == "Runtime.exceptionThrown":
                self.wrong.append(json.dumps(answer["params"]["exceptionDetails"])[:500])
            elif answer.get("method") == "Log.entryAdded":
                entry = answer["params"]["entry"]
                if entry["level"] == "error" and "status of" not in entry["text"]:
                    self.wrong.append(entry["text"])
            if answer.get("id") != self.number:
                continue
            if "error" in answer:
                raise RuntimeError("%s: %s" % (method, answer["error"]))
            return answer["result"]

    def js(self, expression):
        got = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                        awaitPromise=True)
        if "exceptionDetails" in got:
            raise RuntimeError(json.dumps(got["exceptionDetails"])[:500])
        return got["result"].get("value")

    # ---- what a person does

    def look(self, width, height, dark):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 500)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def open(self, url):
        self.call("Page.navigate", url=url)
        self.until("document.readyState === 'complete'")

    def until(self, expression, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.js(expression):
                return
            time.sleep(0.1)
        raise AssertionError("not so: %s\n%s" % (expression, self.js("document.body.innerText")))

    def sees(self, text, seconds=PATIENCE):
        self.until("document.body.innerText.includes(%s)" % json.dumps(text), seconds)

    def place(self, name, kind):
        find = "(%s)(%s, %s)" % (FIND, json.dumps(name), json.dumps(kind))
        self.until("%s.length > 0" % find)
        return self.js("""(() => {
            const e = %s[0];
            e.scrollIntoView({ block: "center" });
            const r = e.getBoundingClientRect();
            return [r.x + r.width / 2, r.y + r.height / 2];
        })()""" % find)

    def click(self, name, kind="button, a"):
        x, y = self.place(name, kind)
        for what in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=what, x=x, y=y, button="left", clickCount=1)

    def fill(self, name, text):
        self.click(name, "input, textarea")
        self.js("document.activeElement.select()")
        self.call("Input.insertText", text=text)

    def key(self, key, text=None):
        code = {"Tab": 9, "Enter": 13, "Escape": 27}.get(key, 0)
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key,
                  windowsVirtualKeyCode=code, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key,
                  windowsVirtualKeyCode=code)

    def type(self, text):
        for c in text:
            self.key(c, c)

    def shot(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as f:
            f.write(base64.b64decode(data))
