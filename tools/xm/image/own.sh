# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What makes a system one guest's own: host name, machine ID, keys, addresses. Read by
# xm-image.
#
# The files that it gets are collected in $work/own, those that it loses in $work/gone;
# then both are applied to a directory, or, with debugfs and no mount, to an ext file
# system. A copy is a guest's, who may have put links in it that lead out of it: no
# link is followed in a directory.

# own_put MODE PATH: standard input is what is in it
own_put() {
	[ -d "$work/own/${2%/*}" ] || mkdir -p "$work/own/${2%/*}"
	cat >"$work/own/$2"
	chmod "$1" "$work/own/$2"
}

own_drop() {
	printf '%s\n' "$@" >>"$work/gone"
}

# --- what a system has

# Where it is: a directory, or a disk with an ext file system.
own_where=

# own_no_links DIR PATH: is no part of it a link?
own_no_links() {
	at=$1
	rest=$2
	while [ -n "$rest" ]; do
		at=$at/${rest%%/*}
		[ ! -L "$at" ] || return 1
		case $rest in
		*/*) rest=${rest#*/} ;;
		*) rest= ;;
		esac
	done
}

own_has() {
	if [ -d "$own_where" ]; then
		[ -e "$own_where/$1" ] && own_no_links "$own_where" "$1"
	else
		debugfs -R "stat /$1" "$own_where" 2>/dev/null | grep -q '^Inode:'
	fi
}

# The size of a regular file; nothing, if it is none.
own_size() {
	if [ -d "$own_where" ]; then
		! own_has "$1" || [ ! -f "$own_where/$1" ] || stat -c %s "$own_where/$1"
	else
		debugfs -R "stat /$1" "$own_where" 2>/dev/null |
			sed -n '/^Inode:.*Type: regular/,$s/^User:.* Size: *//p'
	fi
}

# Is it a file that can be read? A guest may have made it larger than all memory, or a pipe.
own_is_text() {
	size=$(own_size "$1")
	[ -n "$size" ] && [ "$size" -le 262144 ]
}

own_read() {
	own_is_text "$1" || return 0
	if [ -d "$own_where" ]; then
		cat "$own_where/$1"
	else
		debugfs -R "cat /$1" "$own_where" 2>/dev/null
	fi
}

# --- what it is to have

own_name() {
	printf '%s\n' "$IMG_NAME" | own_put 644 etc/hostname
	tr -d - </proc/sys/kernel/random/uuid | own_put 444 etc/machine-id
	# The first is the same again; a seed of randomness that two have is none.
	own_drop var/lib/dbus/machine-id var/lib/systemd/random-seed var/lib/systemd/credential.secret
}

own_keys() {
	for kind in rsa ecdsa ed25519 dsa; do
		own_drop "etc/ssh/ssh_host_${kind}_key" "etc/ssh/ssh_host_${kind}_key.pub"
	done
	own_has etc/ssh/sshd_config || return 0
	need ssh-keygen openssh-client
	mkdir -p "$work/own/etc/ssh"
	for kind in rsa ecdsa ed25519; do
		run "ssh-keygen" ssh-keygen -q -t "$kind" -N '' -C "root@$IMG_NAME" -f "$work/own/etc/ssh/ssh_host_${kind}_key"
	done
}

# Its only interface, whatever udev calls that.
own_network() {
	{
		printf '# Made by xm.\n[Match]\nType=ether\n\n[Network]\n'
		if [ "$IMG_ADDRESS" = dhcp ]; then
			echo 'DHCP=yes'
		else
			printf 'Address=%s\n' "$IMG_ADDRESS"
			[ -z "${IMG_GATEWAY-}" ] || printf 'Gateway=%s\n' "$IMG_GATEWAY"
			own_servers | sed 's/^/DNS=/'
		fi
	} | own_put 644 etc/systemd/network/10-xm.network
}

KEYFILE=etc/NetworkManager/system-connections/xm.nmconnection

# The same for NetworkManager, which RPM distributions have.
own_keyfile() {
	ours=ipv4 other=ipv6
	case $IMG_ADDRESS in *:*) ours=ipv6 other=ipv4 ;; esac
	printf '[connection]\nid=xm\ntype=ethernet\n'
	if [ "$IMG_ADDRESS" = dhcp ]; then
		printf '\n[ipv4]\nmethod=auto\n\n[ipv6]\nmethod=auto\n'
		return
	fi
	printf '\n[%s]\nmethod=manual\naddress1=%s%s\n' $ours "$IMG_ADDRESS" "${IMG_GATEWAY:+,$IMG_GATEWAY}"
	own_family $ours
	printf '\n[%s]\nmethod=%s\n' $other "$([ $other = ipv4 ] && echo disabled || echo auto)"
	own_family $other
}

# own_family ipv4|ipv6: its name servers
own_family() {
	servers=$(own_servers | { [ "$1" = ipv6 ] && grep : || grep -v :; } | tr '\n' ';')
	[ -z "$servers" ] || printf 'dns=%s\n' "$servers"
}

# Those that were named, or the host's own, if others can ask them, too.
own_servers() {
	if [ -n "${IMG_DNS-}" ]; then
		printf '%s\n' "$IMG_DNS" | tr , '\n'
	else
		sed -n 's/^nameserver[[:space:]]*//p' /etc/resolv.conf 2>/dev/null | grep -v -e '^127\.' -e '^::1' || :
	fi
}

own_hosts() {
	printf '127.0.0.1\tlocalhost\n'
	if [ "$IMG_ADDRESS" = dhcp ]; then
		printf '127.0.1.1\t%s\n' "$IMG_NAME"
	else
		printf '%s\t%s\n' "${IMG_ADDRESS%/*}" "$IMG_NAME"
	fi
	printf '\n::1\tlocalhost ip6-localhost ip6-loopback\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n'
}

own_fstab() {
	last=1
	[ "$IMG_FS" != xfs ] && [ "$IMG_FS" != btrfs ] || last=0
	printf '/dev/xvda\t/\t%s\tdefaults,x-systemd.growfs\t0\t%s\n' "$IMG_FS" "$last"
	[ -z "${IMG_SWAP-}" ] || printf '/dev/xvdb\tnone\tswap\tsw\t0\t0\n'
}

# Who has no key needs a password: one is made up, unless root has one there.
own_login() {
	if [ -n "${IMG_SSH_KEY-}" ]; then
		own_put 600 root/.ssh/authorized_keys <"$IMG_SSH_KEY"
		return
	fi
	own_has etc/shadow || return 0
	case $(own_read etc/shadow | sed -n 's/^root:\([^:]*\):.*/\1/p') in
	'' | '$'*) return ;;
	esac
	password=$(tr -dc 'a-km-np-z2-9' </dev/urandom | head -c 12)
	hash=$(printf %s "$password" | perl -e '
		my @set = ("a".."z", "A".."Z", 0..9);
		open(my $random, "<", "/dev/urandom") or die;
		read($random, my $bytes, 16);
		my $salt = join "", map { $set[$_ % @set] } unpack("C*", $bytes);
		print crypt(<STDIN>, "\$6\$$salt\$")')
	own_read etc/shadow | hash=$hash awk -F : -v OFS=: '$1 == "root" { $2 = ENVIRON["hash"] } { print }' |
		own_put 640 etc/shadow
	chown --reference="$own_where/etc/shadow" "$work/own/etc/shadow"
}

# --- of a new image, of a copy

own_new() {
	own_where=$work/tree
	own_name
	own_hosts | own_put 644 etc/hosts
	own_fstab | own_put 644 etc/fstab
	own_keys
	own_login
	if own_has usr/lib/systemd/system/systemd-networkd.service || own_has lib/systemd/system/systemd-networkd.service; then
		own_network
		own_enable systemd-networkd.service
		own_enable systemd-resolved.service
	elif own_has etc/NetworkManager; then
		own_keyfile | own_put 600 "$KEYFILE"
	elif own_has etc/network; then
		own_interfaces | own_put 644 etc/network/interfaces
	else
		say "it has no network that xm can configure; give it its address ($IMG_ADDRESS) inside"
	fi
	own_apply_dir "$work/tree"
}

# What "systemctl enable" does, for those that are there.
own_enable() {
	unit=lib/systemd/system/$1
	! own_has "usr/$unit" || unit=usr/$unit
	own_has "$unit" || return 0
	wants=$work/tree/etc/systemd/system/multi-user.target.wants
	own_no_links "$work/tree" etc/systemd/system/multi-user.target.wants || return 0
	mkdir -p "$wants"
	ln -sfT "/$unit" "$wants/$1"
}

own_interfaces() {
	printf 'auto lo\niface lo inet loopback\n\nauto eth0\n'
	case $IMG_ADDRESS in
	dhcp) printf 'iface eth0 inet dhcp\n' ;;
	*:*) printf 'iface eth0 inet6 static\n\taddress %s\n' "$IMG_ADDRESS" ;;
	*) printf 'iface eth0 inet static\n\taddress %s\n' "$IMG_ADDRESS" ;;
	esac
	[ "$IMG_ADDRESS" = dhcp ] || [ -z "${IMG_GATEWAY-}" ] || printf '\tgateway %s\n' "$IMG_GATEWAY"
}

own_clone() {
	disk=$(store_place "$IMG_DISK")
	case $IMG_FS in
	ext[234])
		# What a guest that runs has not yet written through is in the journal.
		store_fsck "$disk"
		run "tune2fs" tune2fs -U random "$disk"
		own_where=$disk
		own_copy
		own_apply_ext "$disk"
		run "checking it" e2fsck -f -n "$disk"
		;;
	btrfs)
		need btrfstune btrfs-progs
		run "btrfstune" btrfstune -f -u "$disk"
		store_in_private "$disk" own
		;;
	xfs)
		store_in_private "$disk" own
		run "xfs_admin" xfs_admin -U generate "$disk"
		;;
	*) die "there is no way to make a copy of '$IMG_FS' another guest's" ;;
	esac
}

# Of what it has.
own_copy() {
	own_name
	own_keys
	if own_is_text etc/hosts; then
		own_read etc/hosts | own_renamed | own_put 644 etc/hosts
	fi
	if own_has etc/systemd/network/10-xm.network; then
		own_network
	elif own_has "$KEYFILE"; then
		own_keyfile | own_put 600 "$KEYFILE"
	elif own_has etc/network/interfaces && [ -n "${IMG_NEW_ADDRESS-}" ]; then
		own_interfaces | own_put 644 etc/network/interfaces
	elif [ -n "${IMG_NEW_ADDRESS-}" ]; then
		say "it has no network that xm can configure; give it its address ($IMG_ADDRESS) inside"
	fi
}

# Whole words that are the other's name are this one's.
own_renamed() {
	awk -v of="$IMG_OF" -v name="$IMG_NAME" -v address="${IMG_ADDRESS%/*}" '
	!/^[ \t]*#/ {
		found = 0
		for (i = 2; i <= NF; i++)
			if ($i == of) { $i = name; found = 1 }
		if (found && address != "dhcp") $1 = address
		if (found && address == "dhcp" && $1 !~ /^127\./) $1 = "127.0.1.1"
	}
	{ print }'
}

# --- into the system

own_gone() {
	[ ! -e "$work/gone" ] || cat "$work/gone"
}

own_files() {
	[ ! -d "$work/own" ] || (cd "$work/own" && find . -type f -printf '%P\n' | sort)
}

own_apply_dir() {
	[ "$step" != mounted-own ] || {
		own_where=$1
		own_copy
	}
	own_gone | while IFS= read -r path; do
		! own_no_links "$1" "${path%/*}" || rm -f "$1/$path"
	done
	own_files | while IFS= read -r path; do
		dir=${path%/*}
		own_no_links "$1" "$dir" || die "$dir is a link in its file system, and what it leads to is not touched"
		[ -d "$1/$dir" ] || own_make_dir "$1" "$dir"
		# Not into what has its name, as a link to a directory would have it.
		cp -p -T --remove-destination "$work/own/$path" "$1/$path"
	done
}

# root/.ssh is for root only.
own_make_dir() {
	mkdir -p "$1/$2"
	case $2 in
	*/.ssh) chmod 700 "$1/$2" ;;
	esac
}

# debugfs tells by nothing but words what went wrong, so what it wrote is read again.
own_apply_ext() {
	{
		own_gone | sed 's,.*,rm "/&",'
		own_files | while IFS= read -r path; do
			printf 'rm "/%s"\ncd "/%s"\nwrite "%s" "%s"\n' "$path" "${path%/*}" \
				"$work/own/$path" "${path##*/}"
		done
	} >"$work/commands"
	run "debugfs" debugfs -w -f "$work/commands" "$1"
	own_files | while IFS= read -r path; do
		debugfs -R "cat \"/$path\"" "$1" 2>/dev/null | cmp -s - "$work/own/$path" ||
			die "$path can't be written in its file system; $log tells more"
	done
}
