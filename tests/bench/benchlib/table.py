# SPDX-License-Identifier: GPL-2.0-or-later
"""The results as text, for a person and for the documentation.

tests/bench/bench prints what text() makes.
"""

import os

from .plan import COUNT, WALL

POINT = ("load", "block", "depth", "engine", "disk", "guests")
PER_IO = (("hypercalls, guest", "hypercalls, guest"), ("hypercalls, dom0", "hypercalls, Dom0"),
          ("events, guest", "events, guest"), ("events, dom0", "events, Dom0"),
          ("traps", "traps"), ("page faults", "faults"),
          ("emulated instructions", "emulated"), ("grant calls", "grant calls"),
          ("grant operations", "grant operations"), ("copied", "bytes copied"),
          ("irets", "irets"))


def number(value, digits=0):
    if value is None:
        return "-"
    return "{:,.{}f}".format(value, digits)


def percent(value):
    return "-" if value is None else "%.1f%%" % (100 * value.spread)


def median(value):
    return None if value is None else value.median


def point_cells(point):
    return [point.rw, point.bs, str(point.depth), point.engine, point.disk,
            str(point.guests)]


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
        met = "" if over.ratio is None else "yes" if over.ratio <= over.goal else "NO"
        rows.append(point_cells(r.point) + [
            number(median(r.dom0)), number(median(r.upstream)), percent(r.upstream),
            number(median(r.ours)), percent(r.ours), number(r.ratio, 2),
            number(over.upstream), number(over.ours), number(over.ratio, 2),
            "%.1f" % over.goal, met])
    head = POINT + ("Dom0", "upstream", "+-", "ours", "+-", "ratio", "over.upstr.",
                    "over.ours", "OVERHEAD", "goal", "met")
    return ("Instructions per I/O, of the whole machine (median; +- is the spread of the "
            "runs).\nOVERHEAD is (ours - Dom0) / (upstream - Dom0), the goal's figure.\n\n" +
            lay_out(list(head), rows))


def wall(results):
    rows = []
    for r in results.rows(WALL):
        faster = "" if r.ratio is None else "yes" if r.ratio > 1 else "NO"
        rows.append(point_cells(r.point) + [
            number(median(r.dom0)), number(median(r.upstream)), percent(r.upstream),
            number(median(r.ours)), percent(r.ours), number(r.ratio, 2), faster,
            number(median(r.kvm)), percent(r.kvm)])
    head = POINT + ("Dom0", "upstream", "+-", "ours", "+-", "ratio", "faster", "KVM", "+-")
    if not any(r.kvm for r in results.rows(WALL)):
        head, rows = head[:-2], [row[:-2] for row in rows]
    loads = results.loads(WALL)
    return ("I/Os per second by wall clock (median; +- is the spread of the runs). Unlike "
            "instructions,\nthese depend on what else this machine had to do: %d CPUs, load "
            "averages from %.1f to %.1f,\nthe emulated machine's own up to 2 included.\n\n" %
            (os.cpu_count(), min(loads), max(loads)) + lay_out(list(head), rows))


def per_io(results):
    rows = []
    for point in results.plan.counted:
        both = {k: results.counts(k, point) for k in ("upstream", "ours")}
        for kernel, counts in both.items():
            if counts:
                rows.append([point.rw, point.bs, str(point.depth), point.disk, kernel] + [
                    number(counts.get(key, 0), 2) for key, _ in PER_IO])
    head = ["load", "block", "depth", "disk", "pair"] + [title for _, title in PER_IO]
    return ("Per I/O, one guest, libaio, counted by xentrace. Hypercalls are without iret, "
            "which ends\neach system call of fio; events are event-channel hypercalls.\n\n" +
            lay_out(head, rows))


def text(results, date):
    parts = ["The block pair against upstream's in the lab, measured " + date + ".",
             counted(results)]
    if results.rows(WALL):
        parts.append(wall(results))
    parts.append(per_io(results))
    failures = results.failures()
    if failures:
        parts.append("What went wrong:\n" + "\n".join(failures))
    return "\n\n".join(parts)
