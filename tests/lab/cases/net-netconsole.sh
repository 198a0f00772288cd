# SPDX-License-Identifier: GPL-2.0-or-later
# shows: Dom0's console over the network reaches a guest beside other traffic, and keeps nobody waiting when the guest is paused
# tier: full
# gate: net-stalled-guest
# covers: drivers/backend/net/rx.c drivers/backend/net/mcast.c
# takes: 12
# debug: yes
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/net.sh

modprobe -n -q netconsole || skip "no netconsole in Dom0's kernel"
guest_create g1 vcpus=2 vif=lab ip=10.77.0.5/24
net_prepare g1
mac=$(guest_run g1 'cat /sys/class/net/eth0/address')
works "the guest is there" ping -q -c 2 -i 0.2 -W 10 10.77.0.5
guest_works g1 'python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((\"10.77.0.5\", 6666))
out = open(\"/run/console\", \"wb\", 0)
while True:
    out.write(s.recv(2000))" </dev/null >/dev/null 2>&1 &'
within 30 "the guest listens" guest-run g1 'ss -lun | grep -q :6666'
works "netconsole" modprobe netconsole "netconsole=6665@10.77.0.1/xenbr0,6666@10.77.0.5/$mac"
at_exit 'modprobe -r netconsole'
level=$(cut -f1 /proc/sys/kernel/printk)
at_exit "echo $level >/proc/sys/kernel/printk"
echo 8 >/proc/sys/kernel/printk

# speak COUNT WORD: each line is sent with interrupts off
speak() {
	for line in $(seq "$1"); do
		echo "$2 $line" >/dev/kmsg
		[ $((line % 20)) != 0 ] || echo h >/proc/sysrq-trigger
	done
}
guest_works g1 'python3 /tmp/netpeer.py sink 7002 >/tmp/received 2>&1 &'
python3 $PEER source 10.77.0.5 7002 8000001 >$LAB_DIR/sent &
source=$!
speak 200 "spoken"
wait $source || fail "sending to the guest"
within 60 "the guest has all of it" guest-run g1 'test -s /tmp/received'
guest_run g1 'cat /tmp/received' >$LAB_DIR/received
net_same "TCP beside the console" 8000001
within 30 "the guest has the last line" guest-run g1 'grep -aq "spoken 200" /run/console'

works "pausing" "$XM" pause g1
start=$(date +%s)
speak 600 "unheard"
at_least "seconds less than 60 that it took" 1 $((60 * LAB_SLOW / 10 - $(date +%s) + start))
works "unpausing" "$XM" unpause g1
within 30 "the guest is there again" ping -q -c 1 -W 0.5 10.77.0.5
speak 1 "heard"
within 30 "the guest hears again" guest-run g1 'grep -aq "^.*heard 1" /run/console'
guest_shutdown g1
