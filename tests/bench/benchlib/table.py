# SPDX-License-Identifier: GPL-2.0-or-later
"""The results as text, for a person and for the documentation.

tests/bench/bench prints what text() makes.
"""

import os

from .plan import COUNT, WALL

PER_UNIT = (("hypercalls, guest", "hypercalls, guest"), ("hypercalls, dom0", "hypercalls, Dom0"),
            ("events, guest", "events, guest"), ("events, dom0", "events, Dom0"),
            ("traps", "traps"), ("page faults", "faults"),
            ("emulated instructions", "emulated"), ("grant calls", "grant calls"),
            ("grant operations", "grant operations"), ("copied", "bytes copied"),
            ("irets", "irets"))

LOSS_SLACK = 0.001               # a thousandth of what was sent is no difference


def number(value, digits=0):
    if value is None:
        return "-"
    return "{:,.{}f}".format(value, digits)


def percent(value):
    return "-" if value is None else "%.1f%%" % (100 * value.spread)


def median(value):
    return None if value is None else value.median


def columns(results):
    return results.plan.single[0].columns


def lay_out(head, rows):
    """Columns: words to the left, numbers to the right."""
    widths = [max(len(r[i]) for r in [head] + rows) for i in range(len(head))]
    left = [not any(r[i][:1].isdigit() or r[i][:1] == "-" for r in rows)
            for i in range(len(head))]
    return "\n".join("  ".join(
        cell.ljust(w) if to_left else cell.rjust(w)
        for cell, w, to_left in zip(row, widths, left)).rstrip() for row in [head] + rows)


def counted(results):
    rows = []
    for r in results.rows(COUNT):
        over = r.overhead
        judged = over.ratio is not None and over.goal
        met = "" if not judged else "yes" if over.ratio <= over.goal else "NO"
        rows.append(r.point.cells + [
            number(median(r.dom0)), number(median(r.upstream)), percent(r.upstream),
            number(median(r.ours)), percent(r.ours), number(r.ratio, 2),
            number(over.upstream), number(over.ours), number(over.ratio, 2),
            number(over.goal, results.plan.goal_digits), met])
    base = results.plan.base
    head = columns(results) + (base, "upstream", "+-", "ours", "+-", "ratio", "over.upstr.",
                    "over.ours", "OVERHEAD", "goal", "met")
    return ("Instructions per %s, of the whole machine (median; +- is the spread of the "
            "runs).\nOVERHEAD is (ours - %s) / (upstream - %s), the goal's figure.\n\n" %
            (results.plan.unit, base, base) + lay_out(list(head), rows))


def wall(results):
    rows = []
    for r in results.rows(WALL):
        faster = "" if r.ratio is None else "yes" if r.ratio > 1 else "NO"
        rows.append(r.point.cells + [
            number(median(r.dom0)), number(median(r.upstream)), percent(r.upstream),
            number(median(r.ours)), percent(r.ours), number(r.ratio, 2), faster,
            number(median(r.kvm)), percent(r.kvm)])
    head = columns(results) + (results.plan.base, "upstream", "+-", "ours", "+-", "ratio", "faster",
                               "KVM", "+-")
    if not any(r.kvm for r in results.rows(WALL)):
        head, rows = head[:-2], [row[:-2] for row in rows]
    loads = results.loads(WALL)
    return ("%s per second by wall clock (median; +- is the spread of the runs). Unlike "
            "instructions,\nthese depend on what else this machine had to do: %d CPUs, load "
            "averages from %.1f to %.1f,\nthe emulated machine's own up to 2 included.\n\n" %
            (results.plan.units, os.cpu_count(), min(loads), max(loads)) +
            lay_out(list(head), rows))


def lost(results):
    """What did not arrive, in percent; loads that can't lose are not in it."""
    rows = []
    for mode in (COUNT, WALL):
        for r in results.losses(mode):
            no_more = ""
            if r.upstream and r.ours:
                no_more = "yes" if r.ours.median <= r.upstream.median + LOSS_SLACK else "NO"
            rows.append([mode] + r.point.cells + [
                number(v and 100 * v.median, 2) for v in (r.dom0, r.upstream, r.ours)] + [no_more])
    head = ["by"] + list(columns(results)) + ["Dom0", "upstream", "ours", "no more"]
    return ("Lost, in percent of what was sent (median). Not paced, a flood has to lose "
            "something where\nthe receiver is the slower one.\n\n" + lay_out(head, rows))


def per_unit(results):
    titles = results.plan.per_unit + PER_UNIT
    rows = []
    for point in results.plan.counted:
        both = {k: results.counts(k, point) for k in ("upstream", "ours")}
        for kernel, counts in both.items():
            if counts:
                rows.append(point.cells + [kernel] + [
                    number(counts.get(key, 0), 2) for key, _ in titles])
    head = list(columns(results)) + ["pair"] + [title for _, title in titles]
    return ("Per %s, %s. Hypercalls are without iret, which ends\n"
            "each system call of a program; events are event-channel hypercalls.\n\n" %
            (results.plan.unit, results.plan.counting) + lay_out(head, rows))


def text(results, date):
    parts = ["The %s against upstream's in the lab, measured %s." % (results.plan.subject, date),
             counted(results)]
    if results.rows(WALL):
        parts.append(wall(results))
    if any(results.losses(mode) for mode in (COUNT, WALL)):
        parts.append(lost(results))
    if results.plan.counted:
        parts.append(per_unit(results))
    failures = results.failures()
    if failures:
        parts.append("What went wrong:\n" + "\n".join(failures))
    return "\n\n".join(parts)
