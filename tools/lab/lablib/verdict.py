# SPDX-License-Identifier: GPL-2.0-or-later
"""What counts as a splat or a crash in a line of console output.

console.py asks for each line while the machine runs; tests/lab/run asks again, case by case.

A line comes from the console (Xen and Dom0) or, with "[guest NAME] " before it, from a guest.
Kernel messages are known by their time stamp, so what a program prints is never a splat.
"""

import re

KERNEL = re.compile(r"^(?:<\d>)?\[ *\d+\.\d{6}\](?:\[[ TC0-9]+\])? ?(.*)")
GUEST = re.compile(r"^\[guest ([^\]]*)\] (.*)")

# In a kernel message.
SPLATS = re.compile(
    r"\bWARNING: |\bBUG: |\bBUG at |Oops: |Oops\b.*\[#\d|"
    r"\bkernel BUG\b|KASAN|UBSAN|KFENCE: (?!initialized)|KCSAN|"
    r"INFO: task .* blocked for more than|INFO: rcu|rcu: .*(?:detected stall|self-detected)|"
    r"INFO: possible (?:recursive|irq|circular)|INFO: trying to register non-static key|"
    r"possible (?:circular|recursive) locking|inconsistent lock state|"
    r"suspicious RCU usage|unreferenced object|kmemleak: \d+ new suspected|"
    r"DEBUG_LOCKS_WARN_ON|general protection fault|[Uu]nable to handle (?:kernel|page)|"
    r"refcount_t: |list_(?:add|del) corruption|Bad page state|Bad page map|"
    r"scheduling while atomic|sleeping function called from invalid|"
    r"double fault|stack segment|soft lockup|hard LOCKUP|Kernel panic|"
    r"page table 0x[0-9a-f]+ \(L|"
    r"unhandled (?:fault|level)|Eeek! page_mapcount|nobody cared|"
    r"Bad rss-counter|slab-(?:out|use)|bad: scheduling|"
    r"Xen refuses the page-table entry")
# The same words where they are no complaint.
HARMLESS = re.compile(
    r"KASAN(?:: | \w+ )?(?:init|KernelAddressSanitizer initialized)|"
    r"KernelAddressSanitizer initialized|"
    r"kmemleak: Kernel memory leak detector|kmemleak: Automatic memory scanning|"
    r"WARNING: (?:.*\bspeculative|Spectre|.*mitigation)|"
    r"Spectre|unprivileged eBPF|kcsan: (?:enabled|selftest)|"
    r"ubsan: (?:init)|WARNING: No .* found|kernel command line", re.I)
# In a line of the hypervisor.
XEN = re.compile(
    r"^\(XEN\) (?:\[[^\]]*\] )?(?:.*(?:Unhandled|domain_crash|[Dd]omain \d+ .*crash|"
    r"crashed on|FATAL|Panic on CPU|Xen BUG|BUG at|Xen WARN|WARN at|Assertion|"
    r"grant_table\.c:\d+|mm\.c:\d+:.*(?:Error|Bad|[Aa]ttempt|Could not|Unknown|[Ff]ail|not )|"
    r"event_channel\.c:\d+|Over-allocation|[Pp]ool .* exhausted|"
    r"GPF \(|Watchdog|NMI|double fault|triple fault|Pagetable walk))")
# Dom0's init said so.
LEAK = re.compile(r"^lab-kmemleak: ")
GAVE_UP = "lab-fatal: "
# After these nothing more comes.
FATAL = re.compile(
    r"Kernel panic - not syncing|\(XEN\).*Panic on CPU|\(XEN\).*[Dd]omain 0 crashed|"
    r"\(XEN\).*Dom(?:ain )?0 .*crashed|\(XEN\) Reboot in|^lab-fatal: |"
    r"\(XEN\) Hardware Dom0 (?:crashed|shutdown: (?:rebooting|crash|watchdog))|"
    r"Attempted to kill init")


def kernel_text(line):
    """The message of a kernel line without its time stamp, or None."""
    match = KERNEL.match(line)
    return match.group(1) if match else None


def is_splat(line, allow=None):
    """Does this line, from the console or "[guest NAME] ...", say that something broke?"""
    guest = GUEST.match(line)
    text = guest.group(2) if guest else line
    if allow and allow.search(line):
        return False
    if LEAK.search(text) or text.startswith(GAVE_UP) or XEN.search(text):
        return True
    message = kernel_text(text)
    return bool(message and SPLATS.search(message) and not HARMLESS.search(message))


def is_fatal(line):
    """Is the machine, not only a guest, at its end?"""
    return not GUEST.match(line) and bool(FATAL.search(line))


def compile_allow(patterns):
    """One expression for all of --allow, or None."""
    return re.compile("|".join("(?:%s)" % p for p in patterns)) if patterns else None


class Excerpt:
    """The offending lines, with what follows the first of them, for a person to read."""

    FOLLOW = 25
    LIMIT = 60

    def __init__(self):
        self.lines = []
        self.count = 0
        self._follow = {}

    def add(self, source, line, splat):
        if splat:
            self.count += 1
            self._follow[source] = self.FOLLOW if self.count == 1 else 3
        if self._follow.get(source, 0) > 0 or splat:
            self._follow[source] = self._follow.get(source, 0) - 1
            if len(self.lines) < self.LIMIT:
                self.lines.append(line)
