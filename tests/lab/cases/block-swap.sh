# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest short of memory swaps to its disk and back, and finds what it had written
# tier: gate
# covers: drivers/block/frontend/
# takes: 11
. /lab/tests/lib.sh

truncate -s 128M /images/swap.img
at_exit "rm -f /images/swap.img"
guest_create g1 memory=128 disk=file:/images/swap.img,xvdb,w
guest_works g1 'mkswap -q /dev/xvdb && swapon /dev/xvdb'
# A tmpfs with as much in it as the guest has memory: its pages go out and come in.
GUEST_LIMIT=240
guest_works g1 'mount -t tmpfs -o size=144M tmpfs /mnt
	for i in $(seq '"$(lab_times 24 32 32)"'); do head -c 4M /dev/urandom >/mnt/$i && md5sum /mnt/$i || exit; done >/run/sums'
swapped=$(guest_run g1 'awk "/^SwapTotal/ { t = \$2 } /^SwapFree/ { print t - \$2 }" /proc/meminfo')
at_least "kilobytes swapped out" "$(lab_times 4096 16384 16384)" "$swapped"
guest_works g1 'md5sum -c /run/sums'
guest_works g1 'umount /mnt && swapoff /dev/xvdb'
equal "complaints" "" "$(guest_run g1 'dmesg | grep -i "out of memory\|I/O error"')"
guest_shutdown g1
