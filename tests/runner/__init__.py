# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests/check and tests/lab/run are made of. Called by both; calls tools/lab/lablib.

case: a lab case and what became of it. waiting: cases that have not begun. session: speaks with
a booted machine that runs them. workers: machines side by side, what failed once more. speed: how
slow this machine is. jobs: builds and parts of `make check`, what needs what. parts: which there
are. changed: what a change has to pass. unchanged: what need not run again. screen: what a
person sees. Python's standard library only.
"""
