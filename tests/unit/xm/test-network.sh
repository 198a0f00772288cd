#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The network verbs, with a directory in the place of xenstore and no libxl:
# what they ask of libxl, what they print, and what they refuse.

family=network
. ./fake-verbs.sh

# nic DOMID DEVID MAC: one that is connected
nic()
{
	nodes "/libxl/$1/device/vif/$2/mac" "$3" \
		"/libxl/$1/device/vif/$2/bridge" xenbr0 \
		"/local/domain/$1/device/vif/$2/state" 4
}

start()
{
	begin
	nodes /local/domain/1/name one /local/domain/1/vm /vm/a \
		/local/domain/2/name two /local/domain/2/vm /vm/b
	nic 1 0 00:16:3e:00:00:01
	nic 2 0 00:16:3e:00:00:02
}

script=script=$tmp/plug
printf '#!/bin/sh\n' >"$tmp/plug"
chmod +x "$tmp/plug"

start
run 0 network-attach 1 mac=00:16:3e:00:00:09 "$script" bridge=b ip=10.0.0.9 rate=1MB/s
called "add devid=1 mac=00:16:3e:00:00:09 bridge=b script=$tmp/plug ip=10.0.0.9 rate=50000"
run 0 network-attach 1 "mac=00:16:3e:00:00:09,$script,devid=5"
called "add devid=5 mac=00:16:3e:00:00:09 bridge= script=$tmp/plug ip= rate=0"
nic 1 1 00:16:3e:00:00:03
rm -r "$store/libxl/1/device/vif/0"
run 0 network-attach 1 mac=00:16:3e:00:00:09 "$script"
called "add devid=0 mac=00:16:3e:00:00:09 bridge= script=$tmp/plug ip= rate=0"
verdict attach_takes_the_lowest_number

start
run 0 network-attach 1 "$script"
first=$(cat "$tmp/calls")
: >"$tmp/calls"
run 0 network-attach 1 "$script"
called "$first"
[ -r /etc/machine-id ] && { grep -q 'mac=00:16:3e:[0-7][0-9a-f]:' <<<"$first" || bad=1; }
run 0 network-attach 2 "$script"
[ "$(cat "$tmp/calls")" != "$first" ] || [ ! -r /etc/machine-id ] || bad=1
verdict attach_makes_the_same_mac_again

start
refused 2 'needs a domain' network-attach
refused 3 'no such domain' network-attach 9
refused 5 "'colour' is not a key of a vif" network-attach 1 colour=red
refused 5 "'vif' is not of the form KEY=VALUE" network-attach 1 vif
refused 5 "not a good value for mac; it is six bytes" network-attach 1 mac=00:16:3e
refused 5 'it is not UTF-8' network-attach 1 $'vifname=\xfc'
refused 5 'multicast' network-attach 1 mac=01:16:3e:00:00:09
refused 5 'all zeros' network-attach 1 mac=00:00:00:00:00:00
refused 5 "'fast' is not a good value for rate" network-attach 1 rate=fast
refused 5 "'1.2.3' is not a good value for ip" network-attach 1 ip=1.2.3
refused 5 "'ether' is not a good value for type" network-attach 1 type=ether
refused 5 "is not a good value for vifname" network-attach 1 vifname=longer-than-linux-takes
verdict attach_refuses_bad_words

start
ln -s plug "$tmp/vif-bridge"
refused 5 "vif 1: bridge nobr does not exist; 'xenify-bridge nobr' shows" network-attach 1 bridge=nobr "script=$tmp/vif-bridge"
refused 5 'hotplug script /none: No such file' network-attach 1 script=/none
refused 6 'has an interface 0 already' network-attach 1 devid=0 "$script"
refused 6 'vif 1: the MAC address 00:16:3e:00:00:02 is in use by guest two (domain 2), interface 0' \
	network-attach 1 mac=00:16:3e:00:00:02 "$script"
refused 6 'in use by guest one' network-attach 1 mac=00:16:3e:00:00:01 "$script"
rm "$store/local/domain/2/vm"
run 0 network-attach 1 mac=00:16:3e:00:00:02 "$script"
verdict attach_refuses_what_is_in_use

start
ln -s plug "$tmp/vif-antispoof-route"
guarded=script=$tmp/vif-antispoof-route
if ! PATH=$PATH:/usr/sbin:/sbin command -v nft >/dev/null; then
	refused 5 "vif 1: antispoof needs the program nft; try 'apt install nftables'" \
		network-attach 1 mac=00:16:3e:00:00:09 "$guarded"
fi
mkdir "$tmp/bin"
ln -s ../plug "$tmp/bin/nft"
PATH=$tmp/bin:$PATH run 0 network-attach 1 mac=00:16:3e:00:00:09 "$guarded"
called "add devid=1 mac=00:16:3e:00:00:09 bridge= script=$tmp/vif-antispoof-route ip= rate=0"
ln -s plug "$tmp/vif-antispoof"
PATH=$tmp/bin:$PATH refused 5 'vif 1: bridge nobr does not exist' network-attach 1 \
	bridge=nobr "script=$tmp/vif-antispoof"
[ -e /etc/xen/scripts/vif-antispoof ] ||
	refused 5 'hotplug script /etc/xen/scripts/vif-antispoof: No such file' \
		network-attach 1 antispoof=1
verdict attach_with_antispoof

start
FAKE_FAIL=add run 1 network-attach 1 mac=00:16:3e:00:00:09 "$script"
line="devid=1 mac=00:16:3e:00:00:09 bridge= script=$tmp/plug ip= rate=0"
called "add $line
destroy $line"
FAKE_FAIL=add-exists run 1 network-attach 1 mac=00:16:3e:00:00:09 "$script"
called "add $line"
verdict attach_leaves_nothing_that_failed

start
line="devid=0 mac=00:16:3e:00:00:01 bridge=xenbr0 script= ip= rate=0"
run 0 network-detach 1 0
called "remove $line"
run 0 network-detach 1 00:16:3E:00:00:01
called "remove $line"
run 0 network-detach -f 1 0
called "destroy $line"
refused 3 'has no interface 7' network-detach 1 7
refused 3 'has no interface 00:16:3e:00:00:02' network-detach 1 00:16:3e:00:00:02
refused 3 'has no interface eth0' network-detach 1 eth0
refused 3 'no such domain' network-detach 9 0
refused 2 'needs a domain and an interface' network-detach 1
FAKE_FAIL=remove run 1 network-detach 1 0
verdict detach

start
nodes /libxl/1/device/vif/0/vifname lo
before=$SECONDS
run 8 network-detach 1 0
grep -q 'interface 0 is detached, but after 10 s lo is still there' "$tmp/err" || bad=1
[ $((SECONDS - before)) -ge 9 ] || bad=1
verdict detach_waits_for_the_interface

front=/local/domain/1/device/vif/0
start
nic 1 1 00:16:3e:00:00:03
nodes /libxl/1/device/vif/1/script /etc/xen/scripts/vif-antispoof-route
nodes $front/event-channel-tx 5 $front/event-channel-rx 6 \
	$front/tx-ring-ref 768 $front/rx-ring-ref 769
more=/local/domain/1/device/vif/1
nodes $more/multi-queue-num-queues 2 $more/queue-0/event-channel 7 \
	$more/queue-0/tx-ring-ref 8 $more/queue-0/rx-ring-ref 9 \
	$more/queue-1/event-channel 10 $more/queue-1/tx-ring-ref 11 \
	$more/queue-1/rx-ring-ref 12
run 0 network-list 1
{ head -n 1 "$tmp/out"; tail -n +2 "$tmp/out" | sort -n; } | tr -s ' ' >"$tmp/sorted"
cat >"$tmp/want" <<END
Idx BE MAC handle state evt-ch tx/rx-ring-ref BE-path antispoof
0 0 00:16:3e:00:00:01 0 4 5/6 768/769 /local/domain/0/backend/vif/1/0 no
1 0 00:16:3e:00:00:03 1 4 7,10 8/9,11/12 /local/domain/0/backend/vif/1/1 yes
END
diff "$tmp/sorted" "$tmp/want" || bad=1
mv "$tmp/out" "$tmp/new"
run 0 vif-list 1
cmp "$tmp/out" "$tmp/new" || bad=1
run 0 network-list --json 1
grep -q '"event_channels": "5/6"' "$tmp/out" || bad=1
grep -q '"state": "connected"' "$tmp/out" || bad=1
[ "$(grep -c '"antispoof": true' "$tmp/out")" -eq 1 ] || bad=1
run 3 network-list 9
run 2 network-list
verdict list

# The driver domain, which was domain 5, is domain 6 now; what is in xenstore of the old one is gone.
reattachable() {
	failed=${bad:-0}
	start
	bad=$failed
	nodes /local/domain/6/name driver \
		/libxl/1/device/vif/0/backend /local/domain/5/backend/vif/1/0 \
		$front/backend-id 5 $front/state 4
	: >"$tmp/written"
}
export FAKE_WRITTEN=$tmp/written
bad=0
reattachable
run 0 network-reattach 1 00:16:3e:00:00:01 6
back=/local/domain/6/backend/vif/1/0
[ "$(cat "$store$back/mac")" = 00:16:3e:00:00:01 ] || bad=1
[ "$(cat "$store$front/backend")" = $back ] || bad=1
[ "$(cat "$store$front/backend-id")" = 6 ] || bad=1
[ "$(cat "$store$front/state" "$store$back/state")" = 11 ] || bad=1
[ "$(cat "$store/libxl/1/device/vif/0/backend")" = $back ] || bad=1
reattachable
run 3 network-reattach 1 7 6
[ -s "$tmp/written" ] && bad=1
nodes /local/domain/5/backend/vif/1/0/state 4
run 6 network-reattach 1 0 6
[ -s "$tmp/written" ] && bad=1
# A guest that writes to its own directory all the time: the command ends.
reattachable
FAKE_AGAIN=1000000 run 1 network-reattach 1 0 6
unset FAKE_WRITTEN
verdict reattach

# A guest writes these nodes: nothing of them is believed or printed as it is.
start
nodes $front/event-channel "$(printf '\033[2J')" $front/tx-ring-ref 5 \
	$front/rx-ring-ref 99999999999
run 0 network-list 1
[ "$(tail -n 1 "$tmp/out" | tr -s ' ')" = \
	"0 0 00:16:3e:00:00:01 0 4 - - /local/domain/0/backend/vif/1/0 no" ] || bad=1
nodes $front/multi-queue-num-queues 4000000000
run 0 network-list 1
[ "$(tail -n 1 "$tmp/out" | wc -c)" -lt 500 ] || bad=1
nodes $front/multi-queue-num-queues 0
run 0 network-list 1
[ "$(tail -n 1 "$tmp/out" | awk '{ print NF }')" -eq 9 ] || bad=1
rm "$store$front/state"
run 0 network-list 1
[ "$(wc -l <"$tmp/out")" -eq 1 ] || bad=1
verdict list_of_a_guest_that_lies
