# SPDX-License-Identifier: GPL-2.0-or-later
# shows: interfaces come and go while a guest runs, with the MAC addresses that they had before
# tier: gate
# covers: tools/xm/cmd-network-attach.c tools/xm/cmd-network-detach.c tools/xm/cmd-network-list.c
# covers: tools/xm/mac.c tools/xm/nicstore.c
# takes: 28
# limit: 600
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
# Xen's script takes a vifname for the domain's number when it writes the MTU there.
at_exit 'xenstore-rm /local/domain/web0'
guest_create g1 vif=bridge=xenbr0 ip=10.77.0.5/24
id=$(guest_id g1)

# field NUMBER COLUMN: of the line for interface NUMBER
field() {
	xm network-list g1 | awk -v n="$1" -v c="$2" 'NR > 1 && $1 == n { print $c }'
}
connected() {
	[ "$(field "$1" 5)" = 4 ]
}

within 60 "eth0 connects" connected 0
first=$(field 0 3)
contains "a MAC address of Xen's range" 00:16:3e: "$first"
equal "the guest's MAC address" "$first" "$(guest_run g1 cat /sys/class/net/eth0/address)"
equal "the backend" "/local/domain/0/backend/vif/$id/0" "$(field 0 8)"
equal "the old name" "$(xm network-list g1)" "$(xm vif-list g1)"
case $(field 0 6) in
[1-9]*) ;;
*) fail "event channels: $(xm network-list g1)" ;;
esac

works "attaching with presets" xm network-attach g1
within 60 "interface 1 connects" connected 1
made=$(field 1 3)
works "attaching with all options" xm network-attach g1 mac=00:16:3e:00:00:07 bridge=xenbr0 \
	rate=10Mb/s vifname=web0 type=vif model=e1000 ip=10.77.0.7
within 60 "interface 2 connects" connected 2
test -e /sys/class/net/web0 || fail "there is no web0"
contains "the bridge" web0 "$(ls /sys/class/net/xenbr0/brif)"
guest_works g1 'ip link set eth0 down; ip addr add 10.77.0.7/24 dev eth2; ip link set eth2 up'
guest_works g1 'ping -q -c 2 -i 0.1 -W 10 10.77.0.1'
xm network-list --json g1 | python3 -c "
import json, sys
nic = [n for n in json.load(sys.stdin) if n['devid'] == 2][0]
assert nic['mac'] == '00:16:3e:00:00:07' and nic['state'] == 'connected', nic
assert nic['vifname'] == 'web0', nic" || fail "$(xm network-list --json g1)"

# status WANTED COMMAND...
status() {
	want=$1
	shift
	before=$(xm network-list g1)
	"$@" 2>$LAB_DIR/err
	equal "status of $*" "$want" $?
	equal "lines on standard error" 1 "$(wc -l <$LAB_DIR/err)"
	equal "interfaces after $*" "$before" "$(xm network-list g1)"
}
status 5 xm network-attach g1 bridge=nobr
status 5 xm network-attach g1 mac=01:16:3e:00:00:07
status 5 xm network-attach g1 rate=fast
status 6 xm network-attach g1 mac=00:16:3e:00:00:07
status 6 xm network-attach g1 devid=2
status 3 xm network-detach g1 9
status 3 xm network-detach nobody 0
status 3 xm network-list nobody
status 1 xm network-attach g1 script=/bin/false

works "detaching by MAC address" xm network-detach g1 00:16:3e:00:00:07
test ! -e /sys/class/net/web0 || fail "web0 is there still"
works "detaching by number" xm network-detach g1 1
test ! -e "/sys/class/net/vif$id.1" || fail "vif$id.1 is there still"
within 10 "eth1 is gone from the guest" guest_run g1 '! test -e /sys/class/net/eth1'
works "attaching again" xm network-attach g1
equal "the same MAC address" "$made" "$(field 1 3)"
works "by force" xm network-detach -f g1 1
equal "interface 1 in the list" "" "$(field 1 1)"
guest_destroy g1

guest_create g1 vif=bridge=xenbr0
equal "the MAC address at the next start" "$first" "$(field 0 3)"
guest_destroy g1
