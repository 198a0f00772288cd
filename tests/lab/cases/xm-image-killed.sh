# SPDX-License-Identifier: GPL-2.0-or-later
# shows: whenever a verb of images is killed, nothing half made is left once the image is taken again
# tier: full
# gate: xm-image-copies
# covers: tools/xm/image-run.c tools/xm/image/
# takes: 100
# limit: 1200
. /lab/tests/lib.sh
. /lab/tests/image.sh

images_begin
image_files $tree

image_group
mkdir -p /var/lib/xenify/images
times=$(lab_times "300" "100 300 600 1000 1500" "50 100 200 300 400 500 700 900 1200 1500 2000 2500")

# cut MS COMMAND...: xm and the program that it has started are killed after so long
cut() {
	lab_ms=$1
	shift
	"$@" >/dev/null 2>&1 &
	lab_pid=$!
	sleep "$(awk "BEGIN { print $lab_ms * $LAB_SLOW / 10000 }")"
	kill -9 $lab_pid $(pgrep -P $lab_pid) 2>/dev/null
	wait $lab_pid 2>/dev/null
}
left() {
	lvs --noheadings -o lv_name servers | grep "$1"
	ls /var/lib/xen/images /etc/xen | grep "$1"
	ls /var/lib/xenify/images | grep "$1[.]image\$"
}

for place in --sparse --lvm=servers; do
	for ms in $times; do
		cut $ms xm image-create web1 --tree=$tree --size=24M --swap=16M --kernel="$XENIFY_GUEST_KERNEL" $place
		within 30 "nobody is at work" flock -n /var/lib/xenify/images/web1.lock true
		[ ! -e /var/lib/xenify/images/web1.image ] || works "taking back ($ms ms)" xm image-delete -y web1
		equal "what is left of web1 ($place, $ms ms)" "" "$(left web1)"
	done
	works "an image" xm image-create web2 --tree=$tree --size=24M --kernel="$XENIFY_GUEST_KERNEL" $place
	disk=/dev/servers/web2-disk
	[ -e $disk ] || disk=/var/lib/xen/images/web2-disk.img
	sum=$(md5sum <$disk)
	for ms in $times; do
		cut $ms xm image-clone --copy web2 web1
		within 30 "nobody is at work" flock -n /var/lib/xenify/images/web1.lock true
		[ ! -e /var/lib/xenify/images/web1.image ] || works "taking back ($ms ms)" xm image-delete -y web1
		equal "what is left of web1 ($place, $ms ms)" "" "$(left web1)"
		equal "what was copied ($place, $ms ms)" "$sum" "$(md5sum <$disk)"
	done
	for ms in $times; do
		cut $ms xm image-resize --shrink web2 20M
		within 30 "nobody is at work" flock -n /var/lib/xenify/images/web2.lock true
		works "its size again ($place, $ms ms)" xm image-resize web2 24M
		works "its file system ($place, $ms ms)" e2fsck -fn $disk
		equal "its name ($place, $ms ms)" web2 "$(in_image $disk cat etc/hostname)"
	done
	for ms in $times; do
		cut $ms xm image-delete -y web2
		within 30 "nobody is at work" flock -n /var/lib/xenify/images/web2.lock true
		[ ! -e /var/lib/xenify/images/web2.image ] || works "deleting ($ms ms)" xm image-delete -y web2
		equal "what is left of web2 ($place, $ms ms)" "" "$(left web2)"
		works "another" xm image-create web2 --tree=$tree --size=24M --kernel="$XENIFY_GUEST_KERNEL" $place
	done
	works "deleting" xm image-delete -y web2
done
