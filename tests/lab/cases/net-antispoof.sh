# SPDX-License-Identifier: GPL-2.0-or-later
# shows: with antispoof, what a guest sends under another MAC or IP address reaches nobody
# tier: gate
# covers: tools/xm/hotplug/vif-antispoof tools/xm/vif.c
# takes: 33
# limit: 600
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
command -v nft >/dev/null || skip "there is no nft in Dom0"
modprobe -q nf_tables
nft list tables >$LAB_DIR/nft 2>&1 || skip "no nf_tables in Dom0's kernel"

reaches() {
	guest_run "$1" "ping -q -c 1 -W 10 ${3:+-I $3} $2" >/dev/null
}
# In a hundred times of what an answer takes.
reaches_not() {
	! guest_run "$1" "ping -q -c 2 -i 0.2 -W $((1 + LAB_SLOW / 20)) ${3:+-I $3} $2" >/dev/null
}
# Another MAC address: the interface keeps its IP address, and Dom0 may ask for it anew.
become() {
	guest_works "$1" "ip link set eth0 down; ip link set eth0 address $2; ip link set eth0 up"
	ip neigh flush dev xenbr0
}
# Another IP address, which no other guest has at that time.
forge() {
	guest_works "$1" 'ip addr add 10.77.0.99/24 dev eth0'
	ip neigh flush dev xenbr0
}
chains() {
	nft list table netdev xenify 2>/dev/null | grep -c 'chain vif'
	:
}

# Xen's script takes a vifname for the domain's number when it writes the MTU there.
at_exit 'xenstore-rm /local/domain/web0'
guest_start free memory=160 vif=bridge=xenbr0,mac=00:16:3e:00:00:04 ip=10.77.0.4/24
guest_start g1 memory=160 vif=bridge=xenbr0,mac=00:16:3e:00:00:05,antispoof=1 ip=10.77.0.5/24
guest_start g2 memory=160 vif=bridge=xenbr0,mac=00:16:3e:00:00:06,ip=10.77.0.6,vifname=web0 \
	line=antispoof=1 ip=10.77.0.6/24
for guest in free g1 g2; do
	guest_wait $guest
	within 60 "$guest reaches Dom0" reaches $guest 10.77.0.1
done
equal "chains" 2 "$(chains)"

# Who may, can: otherwise nothing below would show anything.
forge free
works "another IP address where it is allowed" reaches free 10.77.0.1 10.77.0.99
guest_works free 'ip addr del 10.77.0.99/24 dev eth0'
forge g1
works "another IP address with only the MAC checked" reaches g1 10.77.0.1 10.77.0.99
guest_works g1 'ip addr del 10.77.0.99/24 dev eth0'
forge g2
works "another IP address is dropped" reaches_not g2 10.77.0.1 10.77.0.99
works "its own is not" reaches g2 10.77.0.1 10.77.0.6
refuses "Dom0 knows a forged neighbour" grep '^10.77.0.99 .*00:16:3e:00:00:06' /proc/net/arp

become free 00:16:3e:00:00:44
works "another MAC address where it is allowed" reaches free 10.77.0.1
become g1 00:16:3e:00:00:04
works "another guest's MAC address is dropped" reaches_not g1 10.77.0.1
become g2 00:16:3e:00:00:66
works "any other MAC address is dropped" reaches_not g2 10.77.0.1
bridge fdb show br xenbr0 >$LAB_DIR/fdb
refuses "the bridge has learnt a forged address" grep 00:16:3e:00:00:66 $LAB_DIR/fdb
become g1 00:16:3e:00:00:05
within 60 "g1 as itself again" reaches g1 10.77.0.1
within 60 "and to another guest" reaches g1 10.77.0.4

# By another script; xm-vif-scripts has all of them.
works "attaching one more" xm network-attach free antispoof=1 mac=00:16:3e:00:00:07 \
	script=vif-route ip=10.78.0.5 gatewaydev=xenbr0
contains "the route" "10.78.0.5 dev vif$(guest_id free).1" "$(ip route)"
equal "chains with one more" 3 "$(chains)"
works "detaching it" xm network-detach free 1
equal "chains without it" 2 "$(chains)"
guest_destroy g1
guest_destroy g2
guest_destroy free
equal "chains that are left" 0 "$(chains)"
