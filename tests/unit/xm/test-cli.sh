#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# xm as a script sees it on a machine without Xen: exit codes, streams, and a
# dry run. Runs the sanitized build.

xm=$OUT/xm-asan
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# case NAME EXPECTED-STATUS COMMAND...: output goes to $tmp/out and $tmp/err.
case_status()
{
	name=$1 want=$2
	shift 2
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	have=$?
	if [ $have -ne "$want" ]; then
		echo "$name: status $have, want $want"
		sed 's/^/    /' "$tmp/err"
		echo "FAIL $name"
		return 1
	fi
}

# one_line NAME PATTERN: standard error is exactly one line that matches.
one_line()
{
	if [ "$(wc -l <"$tmp/err")" -eq 1 ] && grep -q -- "$2" "$tmp/err"; then
		echo "ok $1"
	else
		sed 's/^/    /' "$tmp/err"
		echo "FAIL $1"
	fi
}

verdict()
{
	if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "FAIL $1"; fi
}

cat >"$tmp/g.cfg" <<EOF
name = "g"
kernel = "/nonexistent"
memory = 64
EOF

case_status usage_no_verb 2 "$xm" && one_line usage_no_verb '^xm: usage: '
case_status usage_unknown_verb 2 "$xm" dance &&
	one_line usage_unknown_verb '^xm: dance: no such verb'
case_status usage_verb_of_xl 2 "$xm" debug-keys h &&
	one_line usage_verb_of_xl "^xm: debug-keys: xm has no such verb; 'xl debug-keys' works"
bad=0
for verb in call:--json suspend:save vnet-create:xenify-bridge sched-sedf:sched-rtds \
	vbd-refresh:block-attach pci-attach:"xl pci-attach" vif-limit:rate= scsi-attach:block-attach \
	usb-add:"xl usbdev-attach" cpupool-new:"xl cpupool-create" cpupool-list:"xl cpupool-list" \
	cd-insert:"xl cd-insert" network2-attach:"xm network-attach"; do
	case_status "help_$verb" 2 "$xm" help "${verb%%:*}" || bad=1
	grep -q "xm has no such verb; .*${verb#*:}" "$tmp/err" || bad=1
	case_status "instead_$verb" 2 "$xm" "${verb%%:*}" || bad=1
	[ "$(wc -l <"$tmp/err")" -eq 1 ] && grep -q "^xm: ${verb%%:*}: xm has no such verb; .*${verb#*:}" "$tmp/err" || bad=1
done
verdict a_verb_that_is_not_there_names_another $bad
case_status usage_unknown_option 2 "$xm" list --nosuch &&
	one_line usage_unknown_option '^xm: list: unknown option --nosuch; usage: '
case_status usage_json_without_dryrun 2 "$xm" create --json "$tmp/g.cfg" &&
	one_line usage_json_without_dryrun '^xm: create: --json goes with -n'
case_status config_missing 5 "$xm" create "$tmp/none" &&
	one_line config_missing "^xm: $tmp/none: No such file"
case_status usage_cluster 2 "$xm" list foo -lx &&
	one_line usage_cluster '^xm: list: unknown option -x; usage: '
printf 'name = "g"\nkernel = "/k"\nmemory = 64\0extra = 1\n' >"$tmp/nul"
case_status config_with_nul 5 "$xm" create -n "$tmp/nul" &&
	one_line config_with_nul "^xm: $tmp/nul: there is a NUL byte in it"
case_status config_without_end 5 timeout 300 "$xm" create -n /dev/zero &&
	one_line config_without_end '^xm: /dev/zero: File too large'
case_status version 0 "$xm" --version && { grep -q '^xm (Xenify)' "$tmp/out"
	verdict version $?; }
case_status help_of_two 0 "$xm" help list create &&
	{ [ "$(grep -c '^usage: xm ' "$tmp/out")" -eq 2 ]; verdict help_of_two $?; }
case_status config_is_directory 5 "$xm" create "$tmp" &&
	one_line config_is_directory '^xm: .*: Is a directory'

bad=0
for verb in $("$xm" help | sed -n 's/^  \([a-z0-9_-]*\) .*/\1/p'); do
	case_status "help_$verb" 0 "$xm" "$verb" --help || bad=1
	grep -q "^usage: xm $verb" "$tmp/out" || bad=1
	case_status "help_$verb" 0 "$xm" help "$verb" || bad=1
	grep -q "$(printf '\t')" "$tmp/out" && bad=1
	[ -s "$tmp/err" ] && bad=1
done
verdict every_verb_has_help_option $bad

case_status dryrun 0 "$xm" create -n "$tmp/g.cfg" memory=96 &&
	{ grep -qx 'memory = 96' "$tmp/out" && [ ! -s "$tmp/err" ]
	  verdict dryrun $?; }
case_status dryrun_json 0 "$xm" create -n --json "$tmp/g.cfg" &&
	{ grep -q '"target_memkb": 65536' "$tmp/out" &&
	  grep -q '"name": "g"' "$tmp/out"; verdict dryrun_json $?; }

if [ -e /dev/xen/privcmd ] || [ -e /proc/xen/privcmd ]; then
	exit 0
fi
bad=0
for args in "create $tmp/g.cfg" list "console g" "shutdown g" "reboot g" \
	"destroy g" "pause g" "unpause g" "domid g" "domname 1" info dmesg \
	"block-attach g phy:sda,xvda,w" "block-detach g xvda" "block-reattach g xvda d" "block-list g" \
	"network-attach g" "network-detach g 0" "network-reattach g 0 d" "network-list g" "vif-list g" \
	"mem-set g 64" "balloon g 64" "mem-max g 64" "vcpu-set g 1" vcpu-list "vcpu-pin g 0 0" \
	"pincpu g 0 -1" "rename g h" uptime "sysrq g h" "trigger g nmi" "dump-core g" \
	"save g /none" "migrate g localhost" "resume g" migrate-receive "delete g" consoles \
	"top -b" "sched-credit" "sched-credit2 -d g -w 5" "sched-rtds g" "bvt g 10" \
	"bvt_ctxallow 5000000" "atropos g 20 10 0 0" "rrobin 1000000" "vbd-create g phy:sda,xvda,w" \
	"vbd-destroy g xvda" "vbd-list g" "shutdown -aR" "reboot -aw"; do
	case_status "no_xen" 4 "$xm" $args || bad=1
	[ "$(wc -l <"$tmp/err")" -eq 1 ] || bad=1
	[ -s "$tmp/out" ] && bad=1
	grep -q '^xm: Xen: not running here' "$tmp/err" || bad=1
done
verdict no_xen_is_one_line_and_status_4 $bad
