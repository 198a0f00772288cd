# SPDX-License-Identifier: GPL-2.0-or-later
# shows: guests boot from images; what one runs on is copied, grows under it, and is never deleted
# tier: full
# gate: xm-image
# covers: tools/xm/image/ tools/xm/image-use.c tools/xm/cmd-image-clone.c tools/xm/cmd-image-resize.c
# takes: 73
# limit: 900
. /lab/tests/lib.sh
. /lab/tests/image.sh

images_begin
image_tree $tree

works "an image" xm image-create web1 --tree=$tree --size=48M --swap=16M --kernel="$XENIFY_GUEST_KERNEL" --dir=/images
image_guest web1
equal "its name" web1 "$(guest_run web1 'cat /etc/hostname')"
guest_works web1 'dd if=/dev/urandom of=/root/data bs=1M count=4 && sync'
sum=$(guest_run web1 'md5sum </root/data')

# What is in use stays as it is, but it may grow.
refuses "deleting it" xm image-delete -y web1
refuses "shrinking it" xm image-resize --shrink web1 32M
refuses "copying it" xm image-clone web1 web2
contains "who has it" "guest web1" "$(xm image-list web1)"
works "growing it" xm image-resize web1 +32M
# The backend looks when there is something to do.
grown() {
	[ "$(guest_run web1 'dd if=/dev/xvda of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null
		blockdev --getsize64 /dev/xvda')" = $((80 << 20)) ]
}
within 120 "the guest sees it" grown
guest_works web1 'resize2fs /dev/xvda && sync'
equal "what it wrote" "$sum" "$(guest_run web1 'md5sum </root/data')"
guest_shutdown web1
# Its journal is written out: a root is never unmounted.
works "its file system" sh -c 'e2fsck -fp /images/web1-disk.img || [ $? = 1 ]'
works "its file system" e2fsck -fn /images/web1-disk.img

# Two at once, each with a name, and an address, of its own.
works "copying it" xm image-clone web1 web2
works "starting it again" xm create web1.cfg
guest_wait web1
sed -i "s/xenify.name=web1/xenify.name=web2/" /etc/xen/web2.cfg
LAB_GUESTS="$LAB_GUESTS web2"
works "starting the copy" xm create web2.cfg
guest_wait web2
for guest in web1 web2; do
	equal "the name" $guest "$(guest_run $guest 'cat /etc/hostname')"
	equal "what was written" "$sum" "$(guest_run $guest 'md5sum </root/data')"
done
[ "$(guest_run web1 'cat /etc/machine-id')" != "$(guest_run web2 'cat /etc/machine-id')" ] ||
	fail "two guests with one machine ID"
guest_works web2 'rm /root/data; sync'
equal "what was written, still" "$sum" "$(guest_run web1 'md5sum </root/data')"
guest_destroy web2
works "deleting the copy" xm image-delete -y web2
guest_shutdown web1
works "deleting it" xm image-delete -y web1
equal "what is left" "" "$(ls /images /etc/xen | grep -e web)"

# A snapshot of a volume, while its guest writes.
image_group
works "an image" xm image-create db1 --tree=$tree --size=48M --kernel="$XENIFY_GUEST_KERNEL" --lvm=servers
image_guest db1
guest_works db1 'dd if=/dev/urandom of=/root/data bs=1M count=4 && md5sum </root/data >/root/sum && sync'
guest_run db1 'while dd if=/dev/urandom of=/root/more bs=1M count=1; do sync; done' >/dev/null 2>&1 &
writer=$!
works "a snapshot" xm image-clone --running db1 db2
sed -i "s/xenify.name=db1/xenify.name=db2/" /etc/xen/db2.cfg
LAB_GUESTS="$LAB_GUESTS db2"
works "starting it" xm create db2.cfg
guest_wait db2
equal "its name" db2 "$(guest_run db2 'cat /etc/hostname')"
guest_works db2 '[ "$(md5sum </root/data)" = "$(cat /root/sum)" ]'
guest_destroy db2
guest_destroy db1
wait $writer
works "deleting the snapshot" xm image-delete -y db2
works "deleting it" xm image-delete -y db1
