# SPDX-License-Identifier: GPL-2.0-or-later
"""The hypervisor's functions, out of its own image: it carries a table of them for its stack
traces, and Debian's package has no other. For profile.py.

The table has no header, so it is found by its shape, from its end to its beginning:
addresses (32-bit distances from the image's start), their number, the names (a length and
so many bytes, each of which stands for a token), markers, the tokens, an index of them.
"""

import struct

START = 0xffff82d040000000       # where Xen 4.17 is mapped on x86_64
TOKENS = 256
FEWEST, MOST = 1000, 50000       # functions that a hypervisor may have
REACH = 0x100000                 # bytes before the tokens in which the names begin


def find_tokens(data):
    """(place, tokens): 256 strings, followed by 16-bit distances of each from the first."""
    for at in range(0, len(data) - 2 * TOKENS, 2):
        # Most places are out at a glance: the first distance is 0, the next a small one.
        if data[at] or data[at + 1] or data[at + 3] or data[at + 2] < 2:
            continue
        index = struct.unpack_from("<%dH" % TOKENS, data, at)
        if not all(2 <= b - a <= 64 for a, b in zip(index, index[1:])):
            continue
        for start in range(at - index[-1] - 72, at - index[-1]):
            ends = [data[start + i - 1] for i in index[1:]]
            if start > 0 and not any(ends):
                tokens = [data[start + i:data.index(b"\0", start + i)] for i in index]
                if all(32 < c < 127 for t in tokens for c in t):
                    return start, tokens
    raise ValueError("no table of symbols in this hypervisor")


def walk(data, at, count, end):
    """Where `count` names end that begin at `at`, None if they don't before `end`."""
    for _ in range(count):
        if at >= end or not data[at]:
            return None
        at += 1 + data[at]
    return at if at <= end else None


def find_names(data, end):
    """(place of their number, their number): names fill the room up to the markers."""
    for at in range(max(0, end - REACH) & ~3, end, 4):
        count, = struct.unpack_from("<I", data, at)
        if not FEWEST <= count <= MOST:
            continue
        last = walk(data, at + 4, count, end)
        # A marker of four bytes for each 256 names, and what aligns them.
        if last and end - last <= 4 * (count // 256 + 1) + 16:
            return at, count
    raise ValueError("no names of functions in this hypervisor")


def lines(data):
    """Like System.map: address, type, name."""
    end, tokens = find_tokens(data)
    at, count = find_names(data, end)
    distances = struct.unpack_from("<%di" % count, data, at - 4 * count)
    at += 4
    for distance in distances:
        name = b"".join(tokens[c] for c in data[at + 1:at + 1 + data[at]]).decode("ascii")
        at += 1 + data[at]
        # Static ones have their file before them.
        yield "%x %s %s" % (START + distance, name[0], name[1:].split("#")[-1])
