# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person sees of a run: lines as they come, and what goes on below them.

On a terminal the last line says what runs now, and changes every second. Elsewhere it is printed
when nothing else was for a while.
"""

import shutil
import sys
import threading
import time

QUIET = 30                       # seconds


class Screen:
    """Several threads print; whoever has something going on gives a function that tells it."""

    def __init__(self, stream=None):
        self.stream = stream or sys.stdout
        self.terminal = self.stream.isatty()
        self.lock = threading.Lock()
        self.tellers = []
        self.shown = False           # is there a status line now?
        self.last = time.monotonic()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.beat, daemon=True)
        self.thread.start()

    def also(self, tell):
        """tell() is text for the status line, from now on."""
        self.tellers.append(tell)

    def no_more(self, tell):
        if tell in self.tellers:
            self.tellers.remove(tell)

    def line(self, text):
        with self.lock:
            self.wipe()
            self.put(text + "\n")
            self.last = time.monotonic()

    def close(self):
        self.over.set()
        self.thread.join()
        with self.lock:
            self.wipe()

    def put(self, text):
        try:
            self.stream.write(text)
            self.stream.flush()
        except (BrokenPipeError, ValueError):
            pass                     # nobody reads any more

    def wipe(self):
        if self.shown:
            self.put("\r\033[K")
            self.shown = False

    def beat(self):
        while not self.over.wait(1):
            text = "; ".join(filter(None, (tell() for tell in list(self.tellers))))
            quiet = time.monotonic() - self.last
            if text and (self.terminal or quiet >= QUIET):
                with self.lock:
                    self.show(text)

    def show(self, text):
        if self.terminal:
            width = shutil.get_terminal_size().columns - 1
            self.put("\r\033[K" + text[:width])
            self.shown = True
        else:
            self.put("  .. " + text + "\n")
            self.last = time.monotonic()
