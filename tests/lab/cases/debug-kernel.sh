# SPDX-License-Identifier: GPL-2.0-or-later
# shows: KASAN and lockdep see nothing wrong while both pairs work, a backend is bound anew and detached
# tier: full
# gate: block-fio-file net-tcp-content
# covers: arch/x86/xen/kasan.c configs/debug.config
# takes: 21
# debug: only
# limit: 600
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/net.sh

truncate -s 64M /images/fio.img
at_exit "rm -f /images/fio.img"
guest_create g1 vcpus=2 disk=file:/images/fio.img,xvdb,w vif=lab ip=10.77.0.5/24
fio_mix g1 /dev/xvdb

net_prepare g1
id=$(guest_id g1)
driver=/sys/bus/xen-backend/drivers/vif
tcp_out g1 10.77.0.1 2000001
tcp_in g1 10.77.0.5 2000003
udp_out g1 10.77.0.1 40
guest_works g1 'ip link set eth0 down; ip link set eth0 up; ip addr add 10.77.0.5/24 dev eth0 2>/dev/null; :'
works "down and up" sh -c "ip link set vif$id.0 down; ip link set vif$id.0 up"
guest_works g1 'ping -q -c 2 -i 0.2 -W 10 10.77.0.1'
works "unbinding" sh -c "echo vif-$id-0 >$driver/unbind"
works "binding" sh -c "echo vif-$id-0 >$driver/bind"
net_on_bridge g1 60
within 60 "the guest is there again" ping -q -c 1 -W 0.5 10.77.0.5
works "detaching" xl network-detach g1 0
within 60 "it is gone from the guest" guest-run g1 '! test -e /sys/class/net/eth0'
guest_shutdown g1
