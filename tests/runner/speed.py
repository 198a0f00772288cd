# SPDX-License-Identifier: GPL-2.0-or-later
"""How slow this machine is, from what a boot of the lab takes. Called by workers.py.

Time limits are for the reference machine: two CPUs that build the kernel for real hosts in 584 s.
"""

# Seconds from QEMU's start until Dom0 is up, with as many machines at once as there are CPUs.
REFERENCE = {"lab": 6.5, "debug": 20.0}


class Speed:
    def __init__(self, tell):
        self.tell = tell
        self.first = None            # how slow the first boot of the run was

    def slow(self, kernel, booted):
        """By what a boot's limits are to be multiplied: never less than 1."""
        if kernel not in REFERENCE:
            return self.first or 1.0
        slow = booted / REFERENCE[kernel]
        if self.first is None:
            self.first = max(slow, 1.0)
            self.tell("this machine: %.1f times slower than the reference" % slow if slow > 1.05
                      else "this machine: as fast as the reference, or faster (%.1f s to boot)"
                      % booted)
        return max(slow, self.first, 1.0)
