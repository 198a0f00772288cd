# SPDX-License-Identifier: GPL-2.0-or-later
# boot: dom0=upstream guest=ours smp=1 memory=2G
# shows: our network frontend works with upstream's backend, and with one that takes no packets in pieces
# tier: gate
# covers: drivers/net/frontend/
# takes: 22
. /lab/tests/lib.sh
. /lab/tests/net.sh

guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24

# With no pieces, each packet is one slot, though some heads cross a page's end.
vif=$(guest_id g1)
works "no pieces" xenstore-write "/local/domain/0/backend/vif/$vif/0/feature-sg" 0
guest_works g1 'ethtool -L eth0 combined 1'
within 30 "one without pieces" guest-run g1 'ethtool -k eth0 | grep -q "^scatter-gather: off" &&
	test "$(cat /sys/class/net/eth0/carrier)" = 1'
within 30 "the guest" ping -q -c 1 -W 0.5 10.77.0.5
slots() {
	sed -n '/TX/,/RX/s/.*req prod \([0-9]*\).*/\1/p' "/sys/kernel/debug/xen-netback/vif$vif.0/io_ring_q0"
}
mountpoint -q /sys/kernel/debug || works "debugfs" mount -t debugfs debugfs /sys/kernel/debug
sent=$(guest_counted g1 tx_packets) slots=$(slots)
guest_works g1 'python3 -c "import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for size in range(64, 1464):
    s.sendto(bytes(size), (\"10.77.0.1\", 9))"'
slots=$(($(slots) - slots))
# One may be sent between the two.
at_least "packets, and 3, in $slots slots" $slots $(($(guest_counted g1 tx_packets) - sent + 3))
works "pieces" xenstore-write "/local/domain/0/backend/vif/$vif/0/feature-sg" 1
guest_works g1 'ethtool -L eth0 combined 2'
within 30 "one with pieces" guest-run g1 'ethtool -k eth0 | grep -q "^scatter-gather: on" &&
	test "$(cat /sys/class/net/eth0/carrier)" = 1'
net_tour g1
guest_shutdown g1
