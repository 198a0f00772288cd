# SPDX-License-Identifier: GPL-2.0-or-later
"""The web page, by a person's clicks and keys in headless Chromium; without one it is left out."""

import json
import os
import shutil
import unittest

import browser
import client
import world
from world import within

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../tools/xend/page")


@unittest.skipUnless(browser.PROGRAM, "there is no Chromium")
class Page(client.Case):
    def setUp(self):
        super().setUp()
        self.w.env["FAKE_CONSOLE"] = "cat"
        self.w.env["XM_GUESTS"] = os.path.join(world.W, "etc")
        shutil.copytree(PAGE, os.path.join(world.W, "page"), dirs_exist_ok=True)
        self.start()
        self.b = browser.Browser()
        self.addCleanup(self.b.close)
        self.addCleanup(lambda: self.assertEqual(self.b.wrong, []))

    def enter(self):
        self.b.open(self.url().stdout.strip())
        self.b.sees("This host")

    def make(self, name):
        self.b.click("New guest")
        self.b.fill("Name", name)
        self.b.fill("Kernel (a file of this host)", world.XM)
        self.b.click("Create")
        self.b.until("location.hash === '#/g/%s'" % name)

    def test_tour(self):
        b = self.b
        self.enter()
        self.assertEqual(b.js("location.hash"), "#/")
        self.make("g1")
        self.assertTrue(within(lambda: self.w.runs("g1")))
        b.sees("memory = 256")
        b.click("Pause")
        b.sees("Pause: done.")
        b.until("document.querySelector('h2').textContent.includes('paused')")
        b.click("Unpause")
        b.until("document.querySelector('h2').textContent.includes('running')")
        b.click("Reboot")
        self.assertTrue(self.w.restarted("g1", 1))
        b.sees("g1: restarted as domain 2")
        b.click("Log")
        b.sees("xend: port: xm reboot -- g1: done")
        b.click("Overview")
        b.click("g1")
        b.click("Destroy")
        b.until("document.querySelector('dialog').open")
        b.click("Cancel")
        self.assertTrue(self.w.runs("g1"))
        b.click("Destroy")
        b.click("Destroy", "dialog button")
        b.sees("is not there")
        self.assertEqual(self.w.domains(), {})

    def test_errors_are_said(self):
        self.enter()
        self.b.click("New guest")
        self.b.fill("Name", "g1")
        self.b.fill("Kernel (a file of this host)", "/nonexistent")
        self.b.click("Create")
        self.b.sees("/nonexistent")
        self.b.until("document.getElementById('status').className === 'bad'")

    def test_kept_configuration(self):
        self.enter()
        self.b.click("New guest")
        self.b.fill("Name", "g1")
        self.b.fill("Kernel (a file of this host)", world.XM)
        self.b.click("Keep for later")
        self.b.sees("Keep: done.")
        self.b.click("Overview")
        self.b.click("Start")
        self.assertTrue(within(lambda: self.w.runs("g1")))
        self.w.run("destroy", "g1")
        self.b.click("Forget")
        self.b.click("Forget", "dialog button")
        self.b.sees("None: 'New guest' can keep one.")

    def test_console(self):
        b = self.b
        self.enter()
        self.w.create("g1")
        b.click("g1")
        b.click("Console")
        b.until("document.activeElement.className === 'term'")
        b.type("hi")
        b.sees("hi")
        # What a guest prints is text, and however much it asks for, the page stays.
        for text in ("<img src=x onerror=alert(1)><script>alert(2)</script>\r",
                     "\x1b[99999999999999@\x1b[99999999999P\x1b[9999999L\x1b[99999999M\r",
                     "\x1b]0;" + "x" * 1000 + "\x07\x1b[6n" * 300 + "\r", "still there\r"):
            status, answer = self.local.ask("POST", "/v1/domains/g1/console", {"input": text})
            self.assertEqual(status, 200, answer)
        b.sees("still there", 20)
        b.sees("<img src=x", 20)
        self.assertEqual(b.js("document.images.length + document.scripts.length"), 6)

    def screen(self, text):
        """The first line of a terminal that this was written to, and the words of its last
        letter's style."""
        return self.b.js("""(() => {
            const t = new Term(document.createElement("pre"));
            t.write(new TextEncoder().encode(%s));
            return [t.rows[0].map((c) => c[0]).join("").trimEnd(), t.rows[0][t.x - 1][1]];
        })()""" % json.dumps(text))

    # What is written; the line that comes of it, and its style. A title has backslashes, and
    # colours of a table, or of red, green and blue, are no others.
    SCREENS = (("\x1b]0;C:\\x\x07ok", "ok", ""), ("\x1b]0;a\\b\x1b\\ok", "ok", ""),
               ("\x1b[31mok", "ok", "f1"), ("\x1b[38;5;1mok", "ok", ""),
               ("\x1b[38;2;1;7;31mok", "ok", ""), ("\x1b[48;5;7;31mok", "ok", "f1"),
               ("\x1b[38mok", "ok", ""), ("\x1b[48;2;1mok", "ok", ""))
    # What a key is with others, and what it sends.
    KEYS = (("a", "", "a"), ("c", "ctrl", "\x03"), ("x", "alt", "\x1bx"), ("1", "ctrl", None),
            ("@", "ctrl alt graph", "@"), ("@", "ctrl alt", "@"), ("@", "graph", "@"),
            ("|", "alt graph", "|"))

    def test_terminal(self):
        self.enter()
        for text, line, style in self.SCREENS:
            self.assertEqual(self.screen(text), [line, style], text)
        for key, mods, sent in self.KEYS:
            event = "{ key: %s, ctrlKey: %s, altKey: %s, getModifierState: () => %s }" % (
                json.dumps(key), *(json.dumps(m in mods) for m in ("ctrl", "alt", "graph")))
            self.assertEqual(self.b.js("Term.key(%s)" % event), sent, (key, mods))

    def test_what_has_scrolled_away_stays(self):
        b = self.b
        self.enter()
        self.w.create("g1")
        b.js("location.hash = '#/g/g1/console'")
        b.sees("leave it with Ctrl-]")
        line = ("[...document.querySelectorAll('.term div')]"
                ".find((e) => e.textContent.trim() === '%s')")

        def write(first, last):
            text = "".join("line %d\r\n" % i for i in range(first, last))
            status, answer = self.local.ask("POST", "/v1/domains/g1/console", {"input": text})
            self.assertEqual(status, 200, answer)
            b.until(line % ("line %d" % (last - 1)) + " !== undefined")

        write(0, 100)
        b.js("void (window.first = %s)" % (line % "line 1"))
        write(100, 200)
        self.assertTrue(b.js("window.first.isConnected"))
        # But not more than so many.
        for i in range(200, 1400, 200):
            write(i, i + 200)
        b.until("!window.first.isConnected")
        self.assertLessEqual(b.js("document.querySelectorAll('.term div').length"), 1026)

    def test_without_the_token(self):
        b = self.b
        b.open("http://localhost:%d/" % self.port)
        b.sees("Log in")
        b.fill("Token, or the address that 'xend --url' prints", "0" * 64)
        b.click("Log in")
        b.sees("The key is not, or no longer, the right one.")
        b.fill("Token, or the address that 'xend --url' prints", self.url().stdout.strip())
        b.click("Log in")
        b.sees("This host")
        b.click("Log out")
        b.sees("Token, or the address")

    def test_keyboard_dark_phone(self):
        b = self.b
        self.enter()
        light = b.js("getComputedStyle(document.body).backgroundColor")
        b.key("Tab")
        self.assertEqual(b.js("document.activeElement.className"), "skip")
        b.key("Enter", "\r")
        self.assertEqual(b.js("document.activeElement.id"), "main")
        self.assertEqual(b.js("location.hash"), "#/")
        b.look(390, 800, True)
        self.assertNotEqual(b.js("getComputedStyle(document.body).backgroundColor"), light)
        name = "a-guest-with-a-name-that-is-rather-long"
        self.w.create(name)
        b.sees(name)
        for hash_, title in (("#/", "Overview"), ("#/new", "New guest"), ("#/log", "Log"),
                             ("#/g/" + name, name),
                             ("#/g/%s/console" % name, "Console of " + name)):
            b.js("location.hash = '%s'" % hash_)
            b.until("document.title === '%s – Xen guests'" % title)
            self.assertLessEqual(b.js("document.documentElement.scrollWidth"), 390, hash_)


if __name__ == "__main__":
    unittest.main()
