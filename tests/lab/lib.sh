# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Helpers for test cases: make guests, run commands in them, check, clean up. Every case in
# tests/lab/cases sources it as /lab/tests/lib.sh; it runs in Dom0 of the lab, with sh.
#
#   guest_create g1 memory=256 vcpus=2    make a guest and wait for it
#   guest_run g1 'dd if=/dev/xvda ...'    a command in it: prints its output, gives its status
#   equal "sectors" 8 "$n"                a check; the first that fails ends the case
#
# Guests and whatever at_exit was told are gone when the case ends, however it ends.

# The host tool under test; xl has the same syntax for what is used here.
if [ -z "$XM" ]; then
	XM=xl
	! command -v xm >/dev/null || XM=xm
fi
# Tenths: how slow this machine is, by which time limits are scaled.
LAB_SLOW=${LAB_SLOW:-10}
LAB_GUESTS=
LAB_EXIT=
LAB_DIR=/run/lab/case
# An interface whose script is not Debian's, which takes seconds.
LAB_VIF=bridge=xenbr0,script=/lab/bin/lab-vif
mkdir -p $LAB_DIR

# ---- checks ------------------------------------------------------------------------------

say() {
	echo "# $*"
}

fail() {
	echo "FAIL: $*"
	exit 1
}

# The case can't be shown here (a kernel without the feature, say); it is not a failure.
skip() {
	echo "SKIP: $*"
	exit 77
}

# equal WHAT WANTED GOT
equal() {
	[ "$2" = "$3" ] || fail "$1: wanted '$2', got '$3'"
}

# contains WHAT PART TEXT
contains() {
	case $3 in
	*"$2"*) ;;
	*) fail "$1: wanted '$2' in it, got '$3'" ;;
	esac
}

# at_least WHAT MINIMUM GOT, whole numbers
at_least() {
	[ "$3" -ge "$2" ] 2>/dev/null || fail "$1: wanted at least $2, got '$3'"
}

# works WHAT COMMAND...: the command has to succeed; its output is shown if it doesn't.
works() {
	lab_what=$1
	shift
	"$@" >$LAB_DIR/works 2>&1 && return 0
	lab_status=$?
	cat $LAB_DIR/works
	fail "$lab_what: '$*' ended with status $lab_status"
}

# refuses WHAT COMMAND...: the command has to fail.
refuses() {
	lab_what=$1
	shift
	if "$@" >$LAB_DIR/works 2>&1; then
		cat $LAB_DIR/works
		fail "$lab_what: '$*' succeeded and should not have"
	fi
}

# lab_times GATE FULL SOAK: how often to do what takes minutes: in "make check", in "make
# check-full", in "make soak".
lab_times() {
	case $XENIFY_LENGTH in
	soak) echo "$3" ;;
	full) echo "$2" ;;
	*) echo "$1" ;;
	esac
}

# Whole seconds since the machine started, in lab_now: without date(1), which takes 40 ms here.
lab_clock() {
	read -r lab_now lab_idle </proc/uptime
	lab_now=${lab_now%.*}
}

# within SECONDS WHAT COMMAND...: the command has to succeed before the time is over, which is
# meant for the reference machine.
within() {
	lab_clock
	lab_limit=$(($1 * LAB_SLOW / 10))
	lab_end=$((lab_now + lab_limit))
	lab_what=$2
	shift 2
	until "$@" >$LAB_DIR/works 2>&1; do
		lab_clock
		if [ "$lab_now" -ge $lab_end ]; then
			cat $LAB_DIR/works
			fail "$lab_what: not within $lab_limit s ('$*')"
		fi
		sleep 0.2
	done
}

# ---- cleaning up -------------------------------------------------------------------------

# at_exit COMMAND LINE: run at the end, the last one first, after the guests are gone.
at_exit() {
	LAB_EXIT="$*
$LAB_EXIT"
}

lab_cleanup() {
	lab_status=$?
	trap - EXIT HUP INT TERM
	for lab_guest in $LAB_GUESTS; do
		$XM destroy "$lab_guest" >/dev/null 2>&1
	done
	echo "$LAB_EXIT" | while read -r lab_line; do
		[ -z "$lab_line" ] || sh -c "$lab_line" || echo "cleanup failed: $lab_line"
	done
	rm -rf $LAB_DIR
	exit $lab_status
}
trap lab_cleanup EXIT
trap 'exit 130' HUP INT TERM

# ---- guests ------------------------------------------------------------------------------

# A disk of the lab's own, which nobody else uses: Xen's script for phy: would look for other
# users for longer than the guest's boot takes, and is killed after 40 s on a busy machine.
lab_disk() {
	echo "'format=raw,vdev=$2,access=$3,script=/lab/bin/lab-block,target=$1'"
}

# A copy of the guests' root that can be written, made in no time: only differences are kept.
lab_writable_root() {
	modprobe -q dm-snapshot
	truncate -s 512M "/tmp/root-$1"
	lab_loop=$(losetup -f --show "/tmp/root-$1") || fail "no loop device"
	at_exit "losetup -d $lab_loop; rm -f /tmp/root-$1"
	dmsetup create "root-$1" --table "0 $(blockdev --getsz /dev/lab/guest) \
		snapshot /dev/lab/guest $lab_loop N 8" || fail "no dm-snapshot"
	at_exit "dmsetup remove --retry root-$1"
}

# unpacked KERNEL: prints its file, or that of the same one unpacked: xm has a second less to do.
unpacked() {
	lab_unpacked=${1%vmlinuz*}vmlinux${1##*vmlinuz}
	if [ -e "$lab_unpacked" ]; then echo "$lab_unpacked"; else echo "$1"; fi
}

# guest_config NAME [KEY=VALUE]...: writes the guest's configuration, prints its file's name.
#   memory=192 vcpus=1 kernel=FILE extra=KERNEL-ARGS     as in the file
#   kernel=plain   for a guest that is not under test: not the debug kernel, where others have it
#   disk='phy:/dev/ram0,xvdb,w'                          may come several times
#   vif='bridge=xenbr0'                                  may come several times; none by default
#   vif=lab,mac=...                                      the same, connected in less time
#   ip=10.77.0.5/24                                      address of eth0
#   root=ro|rw     the shared image, written in memory only (default), or a writable copy
#   line='any line of the file'                          may come several times
guest_config() {
	lab_name=$1
	shift
	memory=192 vcpus=1 kernel=$XENIFY_GUEST_KERNEL extra='' ip='' root=ro disks='' vifs=''
	lines=''
	for lab_setting; do
		lab_value=${lab_setting#*=}
		case $lab_setting in
		memory=*) memory=$lab_value ;;
		vcpus=*) vcpus=$lab_value ;;
		kernel=plain) kernel=$XENIFY_PLAIN_KERNEL ;;
		kernel=*) kernel=$lab_value ;;
		extra=*) extra=$lab_value ;;
		ip=*) ip=xenify.ip=$lab_value ;;
		root=*) root=$lab_value ;;
		disk=*) disks="$disks, '$lab_value'" ;;
		vif=lab*) vifs="$vifs'$LAB_VIF${lab_value#lab}', " ;;
		vif=*) vifs="$vifs'$lab_value', " ;;
		line=*) lines="$lines
$lab_value" ;;
		*) fail "guest_config: don't know '$lab_setting'" ;;
		esac
	done
	case $XENIFY_GUEST_NAME,$kernel in
	*,"$XENIFY_PLAIN_KERNEL") ;;
	# KASAN's shadow and quarantine, lockdep's tables, and a kernel of twice the size.
	*debug,*) memory=$((memory + 128)) ;;
	esac
	kernel=$(unpacked "$kernel")
	case $root in
	ro) lab_root=$(lab_disk /dev/lab/guest xvda r) ;;
	rw)
		lab_writable_root "$lab_name" >&2
		lab_root=$(lab_disk "/dev/mapper/root-$lab_name" xvda w)
		;;
	*) fail "guest_config: root=$root; it is ro or rw" ;;
	esac
	if [ -n "$XENIFY_GUEST_INITRD" ]; then
		lines="$lines
ramdisk = '$XENIFY_GUEST_INITRD'"
		disks="$disks, $(lab_disk "$XENIFY_GUEST_MODULES" xvdz r)"
	fi
	cat >"$LAB_DIR/$lab_name.cfg" <<-EOF
	name = '$lab_name'
	kernel = '$kernel'
	memory = $memory
	vcpus = $vcpus
	tsc_mode = 'native'
	on_crash = 'destroy'
	extra = 'root=/dev/xvda ro console=hvc0 earlyprintk=xen clocksource=xen tsc=reliable printk.time=1 norandmaps xenify.agent xenify.name=$lab_name $ip $extra'
	disk = [ $lab_root$disks ]
	vif = [ $vifs ]
	$lines
	EOF
	echo "$LAB_DIR/$lab_name.cfg"
}

# guest_start NAME [KEY=VALUE]...: creates it and does not wait.
guest_start() {
	lab_file=$(guest_config "$@") || fail "$lab_file"
	LAB_GUESTS="$LAB_GUESTS $1"
	works "creating guest $1" "$XM" create "$lab_file"
}

# guest_create NAME [KEY=VALUE]...: creates it and waits until it answers.
guest_create() {
	guest_start "$@"
	guest_wait "$1"
}

# guest_wait NAME [SECONDS]
guest_wait() {
	guest-run -w $((${2:-240} * LAB_SLOW / 10)) "$1" || fail "guest $1 did not come up"
}

# guest_run NAME COMMAND...: its output, its status. A hung guest gives 124, a dead one 125.
guest_run() {
	guest-run -w $((30 * LAB_SLOW / 10)) -t $((${GUEST_LIMIT:-120} * LAB_SLOW / 10)) "$@"
}

# guest_works NAME COMMAND...: the command has to succeed in the guest.
guest_works() {
	works "in guest $1" guest_run "$@"
}

# events_on_time GUEST: its disks and interfaces have sent events, and for none of them Dom0 has
# let the guest wait, as it does with those who send too many for nothing.
events_on_time() {
	lab_id=$(guest_id "$1")
	for lab_device in /sys/bus/xen-backend/devices/vbd-"$lab_id"-* \
		/sys/bus/xen-backend/devices/vif-"$lab_id"-*; do
		[ -e "$lab_device/xenbus" ] || continue
		at_least "events of ${lab_device##*/}" 1 "$(cat "$lab_device/xenbus/events")"
		equal "jiffies that ${lab_device##*/} was held back" 0 \
			"$(cat "$lab_device/xenbus/jiffies_eoi_delayed")"
	done
}

guest_exists() {
	"$XM" domid "$1" >/dev/null 2>&1
}

guest_id() {
	"$XM" domid "$1" 2>/dev/null || fail "there is no guest $1"
}

lab_is_gone() {
	! guest_exists "$1"
}

# guest_gone NAME [SECONDS]: waits until it has ended by itself.
guest_gone() {
	within "${2:-120}" "guest $1 ends" lab_is_gone "$1"
}

guest_destroy() {
	works "destroying guest $1" "$XM" destroy "$1"
	guest_gone "$1"
}

# guest_shutdown NAME: asks it to power off, and waits.
guest_shutdown() {
	works "shutting down guest $1" "$XM" shutdown "$1"
	guest_gone "$1" 240
}
