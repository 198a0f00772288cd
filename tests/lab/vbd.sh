# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What cases do to a disk's backend, in Dom0. Sourced after lib.sh, as /lab/tests/vbd.sh.
VBD_DRIVER=/sys/bus/xen-backend/drivers/vbd
VBD_PARAMETERS=/sys/module/xen_blkback/parameters

# vbd_of GUEST DISK: the name of a disk's backend device; xvda to xvdp.
vbd_of() {
	lab_letter=$(printf %d "'${2#xvd}")
	echo "vbd-$(guest_id "$1")-$((51712 + 16 * (lab_letter - 97)))"
}

vbd_unbind() {
	echo "$1" >$VBD_DRIVER/unbind || fail "unbinding $1"
}

vbd_bind() {
	echo "$1" >$VBD_DRIVER/bind || fail "binding $1"
}

# It is connected, and has carried requests since its driver was bound.
vbd_serves() {
	[ "$(cat "$VBD_DRIVER/$1/queues" 2>/dev/null)" -gt 0 ] 2>/dev/null &&
		[ "$(cat "$VBD_DRIVER/$1/statistics/rd_req" "$VBD_DRIVER/$1/statistics/wr_req" |
			paste -sd+ | sed 's/^0+0$//')" ]
}

# vbd_wait GUEST NAME: it serves, while fio_start's job runs. If not, what the guest has to say.
vbd_wait() {
	(within 120 "$2 serves" vbd_serves "$2") && return
	guest_run "$1" 'cat /run/fio.out; echo "rounds: $(cat /run/fio.rounds | wc -l)"
		pgrep -a fio; cat /sys/block/xvdb/inflight
		echo w >/proc/sysrq-trigger; dmesg | tail -n 60'
	fail "$2 does not serve"
}

# vbd_offer NAME=VALUE...: what the backend can do, for connections to come. The original
# comes back at the end of the case.
vbd_offer() {
	for lab_setting; do
		lab_file=$VBD_PARAMETERS/${lab_setting%%=*}
		at_exit "echo $(cat "$lab_file") >$lab_file"
		echo "${lab_setting#*=}" >"$lab_file" || fail "setting $lab_setting"
	done
}
