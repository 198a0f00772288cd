# SPDX-License-Identifier: GPL-2.0-or-later
# shows: Debian's scripts for bridged, routed and translated interfaces, alone and with antispoof
# tier: full
# gate: net-antispoof
# covers: tools/xm/vif.c tools/xm/hotplug/vif-antispoof
# takes: 18
# limit: 900
. /lab/tests/lib.sh

[ "$XM" = xm ] || skip "there is no xm"
guards=0
if modprobe -q nf_tables; nft list tables >$LAB_DIR/nft 2>&1; then
	guards="0 1"
fi

# attached VIF ADDRESS/LENGTH ROUTER: with it the guest reaches Dom0 as ROUTER
attached() {
	works "attaching $1" xm network-attach g1 "$1" mac=00:16:3e:00:00:05
	within 60 "the guest sees it" guest-run g1 'test -e /sys/class/net/eth0'
	guest_works g1 "ip addr add $2 dev eth0; ip link set eth0 up; ip route replace $3 dev eth0"
	within 60 "a ping to $3" guest-run g1 "ping -q -c 1 -W 10 $3"
	within 60 "a ping to the guest" ping -q -c 1 -W 10 "${2%/*}"
}
detached() {
	works "detaching" xm network-detach g1 0
	within 60 "it is gone from the guest" guest-run g1 '! test -e /sys/class/net/eth0'
	test ! -e "/sys/class/net/vif$id.0" || fail "vif$id.0 is there still"
}

guest_create g1
id=$(guest_id g1)
for guard in $guards; do
	attached "script=vif-bridge,bridge=xenbr0,ip=10.77.0.5,antispoof=$guard" 10.77.0.5/24 \
		10.77.0.1
	contains "the bridge" "vif$id.0" "$(ls /sys/class/net/xenbr0/brif)"
	detached

	attached "script=vif-route,ip=10.78.0.5,gatewaydev=xenbr0,antispoof=$guard" \
		10.78.0.5/32 10.77.0.1
	contains "the route" "10.78.0.5 dev vif$id.0" "$(ip route)"
	detached
	refuses "a route is left" sh -c 'ip route | grep -q 10.78.0.5'

	attached "script=vif-nat,ip=10.79.0.5/16,antispoof=$guard" 10.79.0.5/16 10.79.0.132
	contains "the route" "10.79.0.5 dev vif$id.0" "$(ip route)"
	detached
done
guest_shutdown g1
[ "$guards" != 0 ] || skip "no nf_tables in Dom0: antispoof was not tried"
