#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""netpeer.py: one end of a transfer whose content is compared, in Dom0 or a guest.

    sink PORT                  takes one TCP connection to its end
    source HOST PORT BYTES [MS]  makes one and sends random bytes, with pauses if MS is given
    udp-sink PORT COUNT [GROUP]  takes datagrams until COUNT are there, or none comes for 20 s;
                               those sent to the IPv4 multicast GROUP, too
    udp-source HOST PORT COUNT sends them, in sizes from 0 to the largest, each with its sum
    shower-source HOST PORT    sends datagrams that nobody has to take, until it is killed

TCP ends print "BYTES CRC32", to be compared; a UDP sink prints how many datagrams were whole.
Called by tests/lab/net.sh.
"""

import os
import socket
import struct
import sys
import time
import zlib

BLOCK = 1 << 18
UDP_MAX = 65507


def reach(host, port, kind):
    end = time.time() + 60
    while True:
        try:
            family, _, _, _, where = socket.getaddrinfo(host, port, type=kind)[0]
            s = socket.socket(family, kind)
            s.connect(where)
            return s
        except OSError:
            if time.time() > end:
                raise
            time.sleep(0.2)


def listen(port, kind):
    s = socket.socket(socket.AF_INET6, kind)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.bind(("::", port))
    return s


def sink(port):
    s = listen(port, socket.SOCK_STREAM)
    s.listen(1)
    conn = s.accept()[0]
    count = crc = 0
    while True:
        data = conn.recv(BLOCK)
        if not data:
            break
        count += len(data)
        crc = zlib.crc32(data, crc)
    print(count, "%08x" % crc)


def source(host, port, count, pause=0):
    s = reach(host, port, socket.SOCK_STREAM)
    random = os.urandom(BLOCK + 4096)
    left, crc, at = count, 0, 0
    while left:
        # Never twice the same at the same place: shifted each time.
        data = random[at:at + min(left, BLOCK)]
        s.sendall(data)
        crc = zlib.crc32(data, crc)
        left -= len(data)
        at = (at + 37) % 4096
        time.sleep(pause / 1000)
    s.close()
    print(count, "%08x" % crc)


def udp_sink(port, count, group=None):
    s = listen(port, socket.SOCK_DGRAM)
    if group:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                     socket.inet_aton(group) + socket.inet_aton("0.0.0.0"))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    s.settimeout(20)
    whole = 0
    while whole < count:
        try:
            data = s.recv(65536)
        except socket.timeout:
            break
        crc, size = struct.unpack("!II", data[:8])
        if size != len(data) or crc != zlib.crc32(data[4:]):
            print("a datagram of %d bytes is damaged" % len(data))
            return
        whole += 1
    print(whole)


def udp_source(host, port, count):
    s = reach(host, port, socket.SOCK_DGRAM)
    for i in range(count):
        size = 8 + i * (UDP_MAX - 8) // max(count - 1, 1)
        data = struct.pack("!I", size) + os.urandom(size - 8)
        s.send(struct.pack("!I", zlib.crc32(data)) + data)
        time.sleep(0.02)


def shower_source(host, port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while True:
        for size in (1, 100, 1400) * 8:
            try:
                s.sendto(b"x" * size, socket.MSG_DONTWAIT, (host, port))
            except OSError:
                # There is no room, or no network now.
                pass
        time.sleep(0.005)


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    {"sink": sink, "source": source, "udp-sink": udp_sink, "udp-source": udp_source,
     "shower-source": shower_source}[what](*(int(a) if a.isdigit() else a for a in rest))
