# SPDX-License-Identifier: GPL-2.0-or-later
"""The host side of the lab: what tools/lab/lab and tests/lab/run are made of.

One module a noun: paths, images, kernels, kit, machine, console, verdict, options.
Only Python's standard library is used.
"""
