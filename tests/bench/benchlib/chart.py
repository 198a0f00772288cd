# SPDX-License-Identifier: GPL-2.0-or-later
"""The results as a picture for the documentation: an SVG file, dark ink on white.

tests/bench/bench writes what svg() makes. One row a point, two panels: ours' overhead as a
part of upstream's, with the goal marked, and ours' speed by wall clock as a multiple.
"""

from xml.sax.saxutils import escape

from .plan import COUNT, WALL

ROW, TOP, FOOT = 19, 76, 34
LABEL, PANEL, GAP = 250, 290, 60
INK, FAINT, OURS, WORSE, GOAL = "#1a1a1a", "#c8c8c8", "#2b6cb0", "#b7791f", "#c53030"


def text(x, y, words, anchor="start", size=12, color=INK, weight="normal"):
    return ('<text x="%.1f" y="%.1f" text-anchor="%s" font-size="%d" fill="%s" '
            'font-weight="%s">%s</text>' % (x, y, anchor, size, color, weight, escape(words)))


def line(x, y1, y2, color, width=1, dash=""):
    return ('<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-width="%d"%s/>'
            % (x, y1, x, y2, color, width, ' stroke-dasharray="%s"' % dash if dash else ""))


def bar(x, y, width, color):
    return ('<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="%s"/>'
            % (x, y, max(width, 0.5), ROW - 6, color))


class Panel:
    """Bars to the right of `left`; `most` is the value at the right edge."""

    def __init__(self, left, title, note, most, good):
        self.left = left
        self.title = title
        self.note = note
        self.most = most
        self.good = good             # is this value better than upstream's 1.0?

    def x(self, value):
        return self.left + PANEL * min(max(value, 0), self.most) / self.most

    def frame(self, bottom):
        yield text(self.left, TOP - 32, self.title, weight="bold")
        yield text(self.left, TOP - 16, self.note, size=11)
        steps = [n / 2 for n in range(int(self.most * 2) + 1)]
        for value in steps:
            one = value == 1
            yield line(self.x(value), TOP - 6, bottom, INK if one else FAINT, 1)
            yield text(self.x(value), bottom + 14, "%g" % value, "middle", 11)

    def row(self, y, value, goal=None):
        if value is None:
            yield text(self.left + 4, y + 11, "not measured", size=11, color="#777777")
            return
        yield bar(self.left, y + 1, self.x(value) - self.left,
                  OURS if self.good(value) else WORSE)
        if goal is not None:
            yield line(self.x(goal), y - 1, y + ROW - 3, GOAL, 2)
        yield text(self.x(value) + 5, y + 12, "%.2f" % value, size=11)


def scale(values, least):
    """The right edge, on a half, with room for the number at the longest bar."""
    most = max([v for v in values if v is not None] + [least])
    return int(min(most * 1.2, 6) * 2 + 1) / 2


def svg(results, date):
    """The picture as text."""
    plan = results.plan
    counted = [r for r in results.rows(COUNT) if r.point.charted]
    timed = {r.point: r.ratio for r in results.rows(WALL)}
    ratios = [r.overhead.ratio for r in counted]
    panels = [Panel(LABEL, "Overhead in instructions, ours / upstream's",
                    "less is better; the red mark is the goal", scale(ratios, 1),
                    lambda v: v < 1)]
    if timed:
        panels.append(Panel(LABEL + PANEL + GAP, "Speed by wall clock, ours / upstream's",
                            plan.units + " per second, more is better",
                            scale(timed.values(), 1.5), lambda v: v > 1))
    bottom = TOP + ROW * len(counted)
    width = LABEL + len(panels) * (PANEL + GAP)
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
             'font-family="sans-serif">' % (width, bottom + FOOT),
             '<rect width="100%" height="100%" fill="#ffffff"/>',
             text(8, 22, "The %s against upstream's, measured %s" % (plan.subject, date),
                  size=15, weight="bold")]
    for panel in panels:
        parts += panel.frame(bottom)
    for number, row in enumerate(counted):
        y = TOP + ROW * number
        parts.append(text(LABEL - 8, y + 12, row.point.label, "end", 11))
        parts += panels[0].row(y, row.overhead.ratio, row.overhead.goal)
        if timed:
            parts += panels[1].row(y, timed.get(row.point))
    return "\n".join(parts + ["</svg>", ""])
