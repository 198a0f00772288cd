#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The hotplug script vif-antispoof: when it asks for which rules, and, where the
# kernel and nft are at hand, what these rules let through. For the latter, two
# network namespaces are the guest and Dom0; without the right to make them, or
# without nft, only the first half is done.

here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
real=$(PATH=$PATH:/usr/sbin:/sbin command -v nft)
# Interfaces are directories, with links to their devices.
mkdir "$tmp/net"
sed "s|/sys/class/net/|$tmp/net/|" "$XM/hotplug/vif-antispoof" >"$tmp/vif-antispoof"
chmod +x "$tmp/vif-antispoof"
for inner in bridge route nat; do
	ln -s vif-antispoof "$tmp/vif-antispoof-$inner"
	cat >"$tmp/vif-$inner" <<-END
	#!/bin/sh
	echo "vif-$inner \$*" >>"$tmp/log"
	END
done

# xenstore is a directory, nft writes down what it is given.
mkdir "$tmp/bin" "$tmp/store"
cat >"$tmp/bin/xenstore-read" <<END
#!/bin/sh
! grep -qx "\${1##*/}" "$tmp/store-fails" 2>/dev/null || exit 1
exec cat "$tmp/store/\${1##*/}"
END
cat >"$tmp/bin/xenstore-list" <<END
#!/bin/sh
! grep -qx list "$tmp/store-fails" 2>/dev/null || exit 1
exec ls "$tmp/store"
END
cat >"$tmp/bin/xenstore-write" <<END
#!/bin/sh
while [ \$# -gt 0 ]; do
	printf %s "\$2" >"$tmp/store/\${1##*/}"
	shift 2
done
END
cat >"$tmp/bin/nft" <<END
#!/bin/sh
echo nft >>"$tmp/log"
cat >"$tmp/rules"
[ ! -e "$tmp/nft-knows-one" ] || ! grep -q web0 "$tmp/rules" || exit 1
[ ! -e "$tmp/nft-fails" ] || { echo 'Error: no such family'; exit 1; }
END
printf '#!/bin/sh\n' >"$tmp/bin/logger"
chmod +x "$tmp"/vif-* "$tmp"/bin/*
export PATH=$tmp/bin:$PATH XENBUS_PATH=/local/domain/0/backend/vif/1/0 vif=vif1.0

# start MAC [IP]
start()
{
	rm -f "$tmp"/store/* "$tmp/log" "$tmp/rules" "$tmp"/nft-* "$tmp/store-fails"
	printf %s "$1" >"$tmp/store/mac"
	[ $# -eq 1 ] || printf %s "$2" >"$tmp/store/ip"
	bad=0
}

verdict()
{
	if [ $bad -eq 0 ]; then echo "ok antispoof_$1"; else echo "FAIL antispoof_$1"; fi
}

has()
{
	grep -qxF "$1" "$tmp/rules" || { echo "no rule '$1'"; cat "$tmp/rules"; bad=1; }
}

logged()
{
	if [ "$(xargs <"$tmp/log")" != "$1" ]; then
		echo "log: $(xargs <"$tmp/log"), want: $1"
		bad=1
	fi
}

# refused PATTERN COMMAND...: said in xenstore, and no script brings it up
refused()
{
	pattern=$1
	shift
	"$@" 2>/dev/null && bad=1
	grep -q "$pattern" "$tmp/store/hotplug-error" ||
		{ cat "$tmp/store/hotplug-error"; bad=1; }
	[ "$(cat "$tmp/store/hotplug-status")" = error ] || bad=1
	! grep -q vif- "$tmp/log" 2>/dev/null || bad=1
}

rule='add rule netdev xenify vif1.0'
start 00:16:3e:00:00:05
for name in vif-antispoof vif-antispoof-bridge; do
	"$tmp/$name" online type_if=vif || bad=1
	logged "nft vif-bridge online type_if=vif"
	rm "$tmp/log"
done
has 'add chain netdev xenify vif1.0 { type filter hook ingress devices = { "vif1.0" } priority -150; policy drop; }'
has "$rule ether saddr != 00:16:3e:00:00:05 counter drop"
[ "$(tail -n 1 "$tmp/rules")" = "$rule accept" ] || bad=1
verdict rules_come_before_the_interface

start 00:16:3e:00:00:05 '10.0.0.5 10.1.0.0/16'
"$tmp/vif-antispoof-route" online type_if=vif || bad=1
logged "nft vif-route online type_if=vif"
has "$rule ip saddr 10.0.0.5 accept"
has "$rule arp saddr ip 10.1.0.0/16 accept"
grep -qx "$rule accept" "$tmp/rules" && bad=1
[ "$(tail -n 1 "$tmp/rules")" = "$rule counter drop" ] || bad=1
start 00:16:3e:00:00:05 10.1.0.5/16
"$tmp/vif-antispoof-nat" online type_if=vif || bad=1
logged "nft vif-nat online type_if=vif"
has "$rule ip saddr 10.1.0.5 accept"
verdict addresses

# Both names, then, for a kernel that wants the second to be there, the first.
start 00:16:3e:00:00:05
printf %s web0 >"$tmp/store/vifname"
"$tmp/vif-antispoof" online type_if=vif || bad=1
has 'add chain netdev xenify vif1.0 { type filter hook ingress devices = { "vif1.0", "web0" } priority -150; policy drop; }'
touch "$tmp/nft-knows-one"
rm "$tmp/log"
"$tmp/vif-antispoof" online type_if=vif || bad=1
logged "nft nft vif-bridge online type_if=vif"
has 'add chain netdev xenify vif1.0 { type filter hook ingress devices = { "vif1.0" } priority -150; policy drop; }'
verdict follows_a_renamed_interface

# interface NAME DEVICE
interface()
{
	mkdir "$tmp/net/$1"
	ln -s "/sys/devices/$2" "$tmp/net/$1/device"
}

start 00:16:3e:00:00:05
printf %s web0 >"$tmp/store/vifname"
interface vif1.0 vif-1-0
"$tmp/vif-antispoof" online type_if=vif || bad=1
interface web0 vif-2-0
rm "$tmp/log"
refused "there is an interface web0 already" "$tmp/vif-antispoof" online type_if=vif
rm -r "$tmp/net/web0"
interface web0 vif-1-0
"$tmp/vif-antispoof" online type_if=vif || bad=1
rm "$tmp/log"
rm -r "$tmp/net/vif1.0"
mkdir "$tmp/net/vif1.0"
refused "there is an interface vif1.0 already" "$tmp/vif-antispoof" online type_if=vif
rm -r "$tmp/net/vif1.0" "$tmp/net/web0"
verdict guards_nobody_elses_interface

start 00:16:3e:00:00:05
"$tmp/vif-antispoof-nat" offline type_if=vif || bad=1
logged "vif-nat offline type_if=vif nft"
[ "$(tail -n 1 "$tmp/rules")" = "delete chain netdev xenify vif1.0" ] || bad=1
verdict chain_goes_with_the_interface

start 00:16:3e:00:00:05
touch "$tmp/nft-fails"
refused "nft refuses the rules of vif1.0: Error: no such family" \
	"$tmp/vif-antispoof" online type_if=vif
start '00:16:3e:00:00:05 accept'
refused "is not a MAC address" "$tmp/vif-antispoof" online type_if=vif
start 00:16:3e:00:00:05
printf %s 'x", "eth0' >"$tmp/store/vifname"
refused "is not the name of an interface" "$tmp/vif-antispoof" online type_if=vif
start 00:16:3e:00:00:05 'fe80::1'
refused "is not a list of IPv4 addresses" "$tmp/vif-antispoof" online type_if=vif
start 00:16:3e:00:00:05
rm "$tmp/store/mac"
refused "the node mac is missing" "$tmp/vif-antispoof" online type_if=vif 2>/dev/null
# What the guest may be is there, and cannot be read.
for node in ip vifname; do
	start 00:16:3e:00:00:05
	printf %s 10.0.0.5 >"$tmp/store/$node"
	echo $node >"$tmp/store-fails"
	refused "the node $node cannot be read" "$tmp/vif-antispoof" online type_if=vif
done
start 00:16:3e:00:00:05
printf 'ip\nlist\n' >"$tmp/store-fails"
refused "its nodes cannot be listed" "$tmp/vif-antispoof" online type_if=vif
start 00:16:3e:00:00:05
refused "paravirtual interfaces only" "$tmp/vif-antispoof" add type_if=tap
if [ -z "$real" ]; then
	mv "$tmp/bin/nft" "$tmp/no-nft"
	refused "there is no program nft" "$tmp/vif-antispoof" online type_if=vif
fi
verdict refuses_and_leaves_the_interface_down

# ---- with the kernel's own rules ---------------------------------------------------------

[ -n "$real" ] || exit 0
unshare -rn true 2>/dev/null || exit 0
ln -sf "$real" "$tmp/bin/nft"
cat >"$tmp/vif-bridge" <<'END'
#!/bin/sh
[ "$1" = online ] || exit 0
name=$(xenstore-read "$XENBUS_PATH/vifname")
[ -z "$name" ] || ip link set "$vif" name "$name"
ip link set "${name:-$vif}" master br0 up
END
PATH=$PATH:/usr/sbin:/sbin PLUG=$tmp/vif-antispoof STORE=$tmp/store \
	unshare -rn "$here/antispoof-frames" >"$tmp/frames" 2>&1 ||
	echo "FAIL antispoof_frames"
cat "$tmp/frames"
