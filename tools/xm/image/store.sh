# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Where an image's disks are: files, or volumes of a volume group. Read by xm-image.
#
# While it is made a file has another name ($IMG_PART), and gets its own by link(2),
# which overwrites nothing; a volume has its own name and the tag $TAG. Only what has
# these is ever taken back.

TAG=xm.making

# --- volumes

# As LVM names them.
volume() {
	printf '%s/%s' "$IMG_VG" "${1##*/}"
}

# volume_field FIELD DISK: nothing, if there is no such volume.
volume_field() {
	lvs --noheadings -o "$1" "$(volume "$2")" 2>/dev/null 9>&- | tr -d ' '
}

volume_exists() {
	[ -n "$(volume_field lv_name "$1")" ]
}

volume_is_new() {
	case ,$(volume_field lv_tags "$1"), in
	*,$TAG,*) return 0 ;;
	esac
	return 1
}

volume_remove() {
	printf '== lvremove %s\n' "$1" >>"$log"
	again=image-delete
	[ "$IMG_STATE" != resizing ] || again=image-resize
	lvm_now lvremove -q -f "$(volume "$1")" >>"$log" 2>&1 ||
		die "the volume $(volume "$1") can't be removed: $(last_words); the next 'xm $again' of $IMG_NAME tries again"
}

# LVM may leave a daemon behind, which is not to have the image's lock; but as long as it
# is at work itself, somebody is to have that, whoever else was killed: a shell that waits.
lvm_run() {
	# shellcheck disable=SC2016
	run "$1" sh -c '"$@" 9>&-; exit $?' sh "$@"
}

# The same where nothing is started in the background.
lvm_now() {
	("$@" 9>&-; exit $?)
}

# It is no new one any more.
volume_settle() {
	lvm_now lvchange -q --deltag "$TAG" "$(volume "$1")" 2>>"$log"
}

# --- is that possible?

store_check() {
	case $IMG_FS in
	ext[234]) need mke2fs e2fsprogs && need debugfs e2fsprogs ;;
	btrfs) need mkfs.btrfs btrfs-progs ;;
	xfs) need mkfs.xfs xfsprogs && need unshare util-linux ;;
	esac
	[ -n "${IMG_VG-}" ] || return 0
	for disk in "$IMG_DISK" ${IMG_SWAP:+"$IMG_SWAP"}; do
		! volume_exists "$disk" ||
			busy "the volume $(volume "$disk") exists already, and stays as it is; choose another name"
	done
}

# Before anything is on record of an image that is to be there.
store_group() {
	[ -n "${IMG_VG-}" ] || return 0
	need lvcreate lvm2
	vgs "$IMG_VG" >/dev/null 2>&1 9>&- || wrong "there is no volume group $IMG_VG; 'vgs' lists them"
}

# That a volume isn't seen tells something only if its group is.
store_reached() {
	[ -z "${IMG_VG-}" ] || vgs "$IMG_VG" >/dev/null 2>&1 9>&- ||
		die "its volume group $IMG_VG can't be read; see 'vgs'; if that is gone for good, remove /var/lib/xenify/images/$IMG_NAME.image"
}

# A snapshot goes with its origin, and neither can be resized as others are.
store_single() {
	[ -n "${IMG_VG-}" ] || return 0
	children=$(lvs --noheadings -o lv_name -S "origin=${IMG_DISK##*/}" "$IMG_VG" 2>/dev/null 9>&- | xargs)
	[ -z "$children" ] || [ -n "$(volume_field pool_lv "$IMG_DISK")" ] ||
		busy "it has snapshots, which need it ($children); delete their images first, or clone with --copy"
}

store_no_snapshot() {
	[ -n "${IMG_VG-}" ] || return 0
	origin=$(volume_field origin "$(store_now)")
	[ -z "$origin" ] || [ -n "$(volume_field pool_lv "$(store_now)")" ] ||
		busy "it is a snapshot of $origin, whose size can't be changed; 'xm image-clone --copy' makes an image that can"
}

# --- making them

# store_place DISK: where it is while it is made
store_place() {
	if [ -n "${IMG_VG-}" ]; then
		printf '%s' "$1"
	else
		printf '%s' "$1$IMG_PART"
	fi
}

# store_make DISK BYTES: it reads as zeros, whoever had the room before
store_make() {
	if [ -n "${IMG_VG-}" ]; then
		lvm_run lvcreate -q -Wn -Zn --addtag "$TAG" -n "${1##*/}" -L "${2}b" "$IMG_VG"
		run "clearing $1" blkdiscard -z "$1"
		return
	fi
	file_new "$1$IMG_PART"
	file_size "$1$IMG_PART" "$2" "${IMG_SPARSE-}"
}

# file_new FILE: for root only, and only if there is nothing of that name
file_new() {
	# shellcheck disable=SC2188
	(umask 077 && set -C && >"$1") 2>/dev/null ||
		busy "$1 can't be made: it exists, or its directory can't be written to; see what it is"
}

# file_size FILE BYTES SPARSE: the room is taken at once, so that it is there later, unless
# the file system can't do that
file_size() {
	elsewhere=
	[ "$IMG_STATE" != making ] || elsewhere=", or use --dir"
	if [ -z "$3" ]; then
		if fault=$(fallocate -l "$2" "$1" 2>&1); then
			return
		fi
		case $fault in
		*[Nn]"ot supported"*) ;;
		*) die "$1 can't have $(megabytes "$2"): ${fault##*: }; free some room$elsewhere" ;;
		esac
		avail=$(df --output=avail -B1 "$1" | tail -n 1)
		more=$(($2 - $(stat -c '%b * %B' "$1")))
		[ "$avail" -ge "$more" ] ||
			die "${1%/*} has room for $(megabytes "$avail"), and $(megabytes "$more") are needed; free some$elsewhere"
	fi
	truncate -s "$2" "$1"
}

# 1: not all of it has room; nothing, if it has.
file_sparse() {
	[ ! -f "$1" ] || [ "$(($(stat -c '%b * %B' "$1")))" -ge "$(stat -c %s "$1")" ] || echo 1
}

store_fill() {
	disk=$(store_place "$IMG_DISK")
	took=$(du -s -B1 "$work/tree" | cut -f 1)
	[ $((took + took / 20 + 8388608)) -le "$IMG_SIZE" ] ||
		die "what is to be in it takes $(megabytes "$took"), and $(megabytes "$IMG_SIZE") is too small for that; give a larger --size"
	say "making the file system ($IMG_FS)"
	case $IMG_FS in
	ext[234])
		run "filling it" mke2fs -q -F -t "$IMG_FS" -b 4096 -m 1 -L root -E nodiscard -d "$work/tree" "$disk"
		run "checking it" e2fsck -f -n "$disk"
		;;
	btrfs)
		run "filling it" mkfs.btrfs -q -f -L root --rootdir "$work/tree" "$disk"
		run "checking it" btrfs check --readonly "$disk"
		;;
	xfs)
		# Nothing fills one from outside: it is mounted where nobody else sees it.
		run "making it" mkfs.xfs -q -f -L root "$disk"
		store_in_private "$disk" fill
		;;
	esac
	run "writing it" sync "$disk"
}

# store_in_private DISK WHAT: the mount, and a loop device if it takes one, are gone with
# the process, however that ends.
store_in_private() {
	run "mounting it" unshare --mount --propagation private "$here/xm-image" "mounted-$2" "$1"
}

# The other side of store_in_private.
store_mounted() {
	mkdir -p "$work/mnt"
	loop=
	[ -b "$1" ] || loop=,loop
	[ "$IMG_FS" != xfs ] || loop=$loop,nouuid
	mount -t "$IMG_FS" -o "rw,nosuid,nodev,noexec$loop" "$1" "$work/mnt"
	case $2 in
	mounted-fill) cp -a "$work/tree/." "$work/mnt/" ;;
	mounted-own) own_apply_dir "$work/mnt" ;;
	esac
	umount "$work/mnt"
}

store_swap() {
	[ -n "${IMG_SWAP-}" ] || return 0
	store_make "$IMG_SWAP" "$IMG_SWAP_SIZE"
	run "mkswap" mkswap -L swap "$(store_place "$IMG_SWAP")"
}

# --- copies

store_clone() {
	say "copying $IMG_OF ($IMG_METHOD)"
	case $IMG_METHOD,${IMG_VG:+vg} in
	snapshot,*)
		if [ -n "$(volume_field pool_lv "$IMG_OF_DISK")" ]; then
			lvm_run lvcreate -q -s -kn --addtag "$TAG" -n "${IMG_DISK##*/}" "$(volume "$IMG_OF_DISK")"
		else
			# As large as its origin: one that runs over is lost.
			lvm_run lvcreate -q -s -l 100%ORIGIN --addtag "$TAG" -n "${IMG_DISK##*/}" "$(volume "$IMG_OF_DISK")"
		fi
		;;
	*,vg)
		# It may be larger than what is copied.
		store_make "$IMG_DISK" "$IMG_SIZE"
		run "copying" dd "if=$IMG_OF_DISK" "of=$IMG_DISK" bs=4M conv=notrunc,fsync status=none
		;;
	reflink,)
		store_file_copy always
		;;
	*)
		store_file_copy "${IMG_WHOLE:+never}"
		;;
	esac
}

# store_file_copy [always|never]: by a reflink, or without
store_file_copy() {
	new=$IMG_DISK$IMG_PART
	file_new "$new"
	if [ "$1" != never ] && cp --reflink=always "$IMG_OF_DISK" "$new" 2>>"$log"; then
		return
	fi
	[ "$1" != always ] || die "the file system of ${IMG_DISK%/*} has no reflinks, and without them $IMG_OF can't be copied while it is in use; shut it down first"
	run "copying" cp --reflink=never --sparse=always "$IMG_OF_DISK" "$new"
	file_size "$new" "$IMG_SIZE" "$(file_sparse "$IMG_OF_DISK")"
	run "writing it" sync "$new"
}

# --- names

each_file() {
	[ -n "${IMG_VG-}" ] || printf '%s\n' "$IMG_DISK" ${IMG_SWAP:+"$IMG_SWAP"}
	printf '%s\n' "$IMG_CONFIG"
}

each_disk() {
	printf '%s\n' "$IMG_DISK" ${IMG_SWAP:+"$IMG_SWAP"}
}

store_publish() {
	each_file | while IFS= read -r file; do
		sync "$file$IMG_PART"
		if ! fault=$(ln -T "$file$IMG_PART" "$file" 2>&1); then
			if [ -e "$file" ] || [ -L "$file" ]; then
				busy "$file was made by somebody else meanwhile, and stays as it is; choose another name"
			fi
			die "$file can't get its name: ${fault##*: }; use another --dir"
		fi
		sync "${file%/*}"
	done
}

# The configuration is the last one: as long as it has two names this is not done.
store_settle() {
	[ -z "${IMG_VG-}" ] || each_disk | while IFS= read -r disk; do
		! volume_is_new "$disk" || volume_settle "$disk"
	done
	each_file | while IFS= read -r file; do
		rm -f "$file$IMG_PART"
	done
}

# What was being made. A file that has its own name already is the same one. As long as
# not all of it is gone it is not forgotten either.
store_drop() {
	if [ -n "${IMG_VG-}" ]; then
		each_disk | while IFS= read -r disk; do
			! volume_is_new "$disk" || volume_remove "$disk"
		done || return
	fi
	each_file | while IFS= read -r file; do
		[ ! "$file" -ef "$file$IMG_PART" ] || rm -f "$file" || exit
		rm -f "$file$IMG_PART" || exit
	done
}

# --- aside, and back

# The disk, wherever it is.
store_now() {
	if store_there "$IMG_DISK$IMG_PART"; then
		printf '%s' "$IMG_DISK$IMG_PART"
	else
		printf '%s' "$IMG_DISK"
	fi
}

store_there() {
	if [ -n "${IMG_VG-}" ]; then
		volume_exists "$1"
	else
		[ -e "$1" ]
	fi
}

# store_rename FROM TO: nothing is overwritten
store_rename() {
	if [ -n "${IMG_VG-}" ]; then
		lvm_now lvrename -q "$IMG_VG" "${1##*/}" "${2##*/}" >>"$log" 2>&1 ||
			die "$1 can't be renamed: $(last_words); see 'lvs $IMG_VG'"
	else
		{ [ ! -e "$2" ] && [ ! -L "$2" ]; } || die "$2 is in the way; see what it is"
		mv -T "$1" "$2"
	fi
}

store_aside() {
	each_disk | while IFS= read -r disk; do
		! store_there "$disk" || store_rename "$disk" "$disk$IMG_PART"
	done
}

store_back() {
	each_disk | while IFS= read -r disk; do
		! store_there "$disk$IMG_PART" || store_rename "$disk$IMG_PART" "$disk"
	done
}

# Deleting begins when the disk is aside; before that somebody may have it again.
store_end() {
	if store_there "$IMG_DISK"; then
		store_back
		return
	fi
	each_disk | while IFS= read -r disk; do
		# What has its own name again, beside the one aside, is somebody else's.
		! store_there "$disk$IMG_PART" || disk=$disk$IMG_PART
		if [ -z "${IMG_VG-}" ]; then
			rm -f "$disk"
		elif volume_exists "$disk"; then
			volume_remove "$disk"
		fi
	done
	rm -f "$IMG_CONFIG"
}

# --- sizes

# What is on it is not touched, be it in use or not: the guest's own kernel can grow its
# file system, and is not damaged by a power failure meanwhile.
store_extend() {
	store_no_snapshot
	if [ -z "${IMG_VG-}" ]; then
		file_size "$IMG_DISK" "$IMG_SIZE" "$(file_sparse "$IMG_DISK")"
		return
	fi
	# What nobody has written to yet reads as zeros in a thin volume.
	ranges=
	[ -n "$(volume_field pool_lv "$IMG_DISK")" ] || store_cleared $((IMG_SIZE - IMG_SIZE_NOW))
	# shellcheck disable=SC2086
	lvm_run lvextend -q -L "${IMG_SIZE}b" "$(volume "$IMG_DISK")" $ranges
}

# store_cleared BYTES: room for so much that reads as zeros, whoever had it before, into
# $ranges. A guest that runs sees all of its volume at once, so it is cleared in another
# one. Its removal discards nothing, for nobody knows what is read after that.
store_cleared() {
	new=$IMG_DISK.xm-new
	store_make "$new" "$1"
	# If the power fails next, too.
	run "clearing $new" sync "$new"
	ranges=$(lvs --noheadings -o seg_pe_ranges "$(volume "$new")" 2>>"$log" 9>&- | xargs)
	[ -n "$ranges" ] || die "lvs doesn't tell where $(volume "$new") is; see $log"
	lvm_run lvremove -q -f --config=devices/issue_discards=0 "$(volume "$new")"
}

# Status 1: something was mended, which is what it is for.
store_fsck() {
	status=0
	printf '== e2fsck %s\n' "$1" >>"$log"
	e2fsck -f -p "$1" </dev/null >>"$log" 2>&1 || status=$?
	[ "$status" -le 1 ] || die "its file system has faults; 'e2fsck ${IMG_OF_DISK-$IMG_DISK}', when nobody uses that, asks what to do about them"
}

# ext_number OFFSET DISK: 32 bits of its superblock, which a guest has written
ext_number() {
	od -A n -t u4 -j $((1024 + $1)) -N 4 "$2" | tr -dc 0-9
}

# ext_block DISK: the size of a block
ext_block() {
	[ "$(ext_number 24 "$1")" -le 6 ] || die "there is no ext file system on it"
	echo $((1024 << $(ext_number 24 "$1")))
}

# ext_blocks LOW HIGH DISK: a number of blocks, which has 64 bits if the file system has
ext_blocks() {
	high=0
	[ $(($(ext_number 96 "$3") & 0x80)) = 0 ] || high=$(ext_number "$2" "$3")
	echo $(((high << 32) + $(ext_number "$1" "$3")))
}

# resize2fs is not to be cut off, and so a copy is made smaller. The disk itself is never
# written to; it goes when the copy is complete and has its place.
store_shrink() {
	store_no_snapshot
	disk=$(store_now)
	new=$IMG_DISK.xm-new
	remove_tree "$work"
	mkdir -m 700 "$work"
	if [ -n "${IMG_VG-}" ]; then
		copy=$work/disk
		took=$((($(ext_blocks 4 336 "$disk") - $(ext_blocks 12 344 "$disk")) * $(ext_block "$disk")))
		avail=$(df --output=avail -B1 "$work" | tail -n 1)
		[ "$avail" -ge "$took" ] ||
			die "${work%/*} has room for $(megabytes "$avail"), and a copy of what is on it takes $(megabytes "$took"); free some"
		run "copying" e2image -r -a "$disk" "$copy"
	else
		copy=$new
		file_new "$copy"
		run "copying" cp --reflink=auto --sparse=always "$disk" "$copy"
	fi
	chmod 600 "$copy"
	store_fsck "$copy"
	block=$(ext_block "$copy")
	least=$(($(resize2fs -P "$copy" 2>/dev/null | sed -n 's/.*: *\([0-9]*\)$/\1/p') * block))
	[ "$least" -le "$IMG_SIZE" ] ||
		die "$(megabytes "$IMG_SIZE") is too small for what is on it, which needs $(megabytes "$least")"
	run "resize2fs" resize2fs "$copy" "$((IMG_SIZE / 1024))K"
	[ $(($(ext_blocks 4 336 "$copy") * block)) -le "$IMG_SIZE" ] || die "resize2fs has left more than it was told"
	truncate -s "$IMG_SIZE" "$copy"
	[ -n "${IMG_VG-}" ] || file_size "$copy" "$IMG_SIZE" "$(file_sparse "$disk")"
	run "checking it" e2fsck -f -n "$copy"
	store_replace "$copy" "$disk"
}

# store_replace COPY DISK: the disk is aside.
store_replace() {
	if [ -z "${IMG_VG-}" ]; then
		# Whose it was, and who may read it.
		chown --reference="$2" "$1"
		chmod --reference="$2" "$1"
		run "writing it" sync "$1"
		mv -T "$1" "$2"
		return
	fi
	store_make "$new" "$IMG_SIZE"
	run "copying" dd "if=$1" "of=$new" bs=1M conv=sparse,notrunc,fsync status=none
	run "comparing" cmp -n "$IMG_SIZE" "$1" "$new"
	# It has its name from here on, and so the other one is of no use any more.
	store_rename "$new" "$IMG_DISK"
	store_resized
}

# What a resize that was cut off, or is done, has left. A volume that has the disk's name
# and the tag takes its place; one without the tag is somebody else's, and stays.
store_resized() {
	remove_tree "$work"
	if [ -z "${IMG_VG-}" ]; then
		rm -f "$IMG_DISK.xm-new"
	else
		! volume_is_new "$IMG_DISK.xm-new" || volume_remove "$IMG_DISK.xm-new"
		if volume_is_new "$IMG_DISK"; then
			! store_there "$IMG_DISK$IMG_PART" || volume_remove "$IMG_DISK$IMG_PART"
			volume_settle "$IMG_DISK" || return
		fi
	fi
	store_back
}
