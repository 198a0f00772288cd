# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the page that a full benchmark becomes."""

import importlib.machinery
import importlib.util
import os
import unittest

from benchlib import where
from lablib.paths import LabError

HERE = os.path.dirname(os.path.realpath(__file__))


def program(name):
    loader = importlib.machinery.SourceFileLoader(name, os.path.join(HERE, name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


PUBLISH = program("publish")


def part(title, commit="abc123", failures=()):
    measured = {"ours": {"instructions": [{"failures": list(failures)}]}}
    of = {"commit": commit, "date": "2026-01-02", "cpu": "A CPU", "cpus": 2, "qemu": "7.2"}
    return title, "results-x.svg", {"where": of, "measured": measured}, "a table\n"


class Publish(unittest.TestCase):
    def test_it_says_what_was_measured_where(self):
        text = PUBLISH.page([part("Disks"), part("Networks")])
        self.assertIn("2026-01-02 at commit abc123, with QEMU 7.2 on 2 CPUs (A CPU)", text)
        self.assertIn("## Networks\n\n![Networks: ", text)
        self.assertEqual(text.count("```\na table\n```\n"), 2)

    def test_nothing_is_made_of_what_is_not_one(self):
        for wrong, said in ((part("Networks", "def456"), "measured at def456, and not at abc123"),
                            (part("Networks", failures=["no boot"]), "Networks: a boot failed: no boot")):
            with self.assertRaisesRegex(LabError, said):
                PUBLISH.page([part("Disks"), wrong])
        with self.assertRaisesRegex(LabError, "no commit has"):
            PUBLISH.page([part("Disks", "abc123-dirty")])

    def test_where_it_is_measured(self):
        here = where.here()
        self.assertEqual(sorted(here), ["commit", "cpu", "cpus", "date", "qemu"])
        self.assertTrue(all(here.values()))
