# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a backend that is not trusted sees the data of a request and nothing else on its page
# tier: gate
# covers: drivers/block/frontend/bounce.c drivers/block/frontend/pool.c
# covers: drivers/block/frontend/lend.h drivers/backend/block/persistent.c drivers/backend/block/persistent.h
# takes: 30
. /lab/tests/lib.sh
. /lab/tests/fio.sh

# A device that can be stopped, so that a request is on its way while we look around.
dmsetup create hold --table "0 65536 linear /dev/ram1 0" || fail "no dm device"
at_exit "dmsetup resume hold; dmsetup remove --retry hold"
keep=/sys/module/xen_blkback/parameters/feature_persistent
at_exit "echo $(cat $keep) >$keep"
disk=format=raw,vdev=xvdb,access=w,script=/lab/bin/lab-block,target=/dev/mapper/hold

# What Dom0 can see: all pages that the guest has granted to it.
cat >$LAB_DIR/look <<'EOF'
import fcntl, mmap, os, struct, sys
domain, wanted = int(sys.argv[1]), [text.encode() for text in sys.argv[2:]]
pages, found = 0, [0] * len(wanted)
for ref in range(8, 2600):
    gntdev = os.open("/dev/xen/gntdev", os.O_RDWR)
    grant = bytearray(struct.pack("=IIQII", 1, 0, 0, domain, ref))
    fcntl.ioctl(gntdev, 24 << 16 | ord("G") << 8, grant)
    try:
        page = mmap.mmap(gntdev, 4096, mmap.MAP_SHARED, mmap.PROT_READ,
                         offset=struct.unpack_from("=Q", grant, 8)[0])
    except OSError:
        os.close(gntdev)
        continue
    pages += 1
    for i, text in enumerate(wanted):
        found[i] += page.find(text) >= 0
    page.close()
    os.close(gntdev)
print(pages, *found)
EOF
# A page with a sector for the disk, and behind it what is nobody's business.
cat >$LAB_DIR/write <<'EOF'
import mmap, os
page = mmap.mmap(-1, 4096)
page[:] = b"for-the-disk".ljust(512, b".") + b"secret".ljust(3584, b".")
disk = os.open("/dev/xvdb", os.O_WRONLY | os.O_DIRECT)
os.write(disk, memoryview(page)[:512])
EOF

# look WHAT PAGES-WITH-THE-SECRET
look() {
	dmsetup suspend --nolockfs hold
	guest_works g1 "echo '$(base64 -w0 $LAB_DIR/write)' | base64 -d >/tmp/write; \
		nohup python3 /tmp/write >/dev/null 2>&1 & sleep 1"
	id=$(guest_id g1)
	python3 $LAB_DIR/look "$id" for-the-disk secret >$LAB_DIR/seen
	dmsetup resume hold
	read -r pages data secret <$LAB_DIR/seen
	say "$1: $pages pages, $data with data, $secret with what is beside it"
	at_least "$1: pages with data" 1 "$data"
	equal "$1: pages with what is beside the data" "$2" "$secret"
}

echo 0 >$keep
guest_create g1 "disk=$disk"
look "in place" 1
guest_shutdown g1

# Copies are in pages that stay mapped, unless Dom0 runs short of memory.
mapped() {
	xl dmesg -c >/dev/null
	xl debug-keys g
	xl dmesg | grep -c '^(XEN) *\[0x'
}
few_are_mapped() {
	left=$(mapped)
	[ "$left" -le $((many / 2)) ]
}
echo 1 >$keep
guest_create g1 "disk=$disk" extra=xen_blkfront.trusted=0
look "copied" 0
fio_mix g1 /dev/xvdb
many=$(mapped)
at_least "pages that stay mapped" 128 "$many"
granted=$(python3 $LAB_DIR/look "$(guest_id g1)")
few_are_granted() {
	less=$(python3 $LAB_DIR/look "$(guest_id g1)")
	[ "$less" -le $((granted * 3 / 4)) ]
}
echo 2 >/proc/sys/vm/drop_caches
within 30 "they are let go of" few_are_mapped
say "pages that stay mapped: $many, of which $left were kept when memory was short"
# The guest needs its memory, too.
within 90 "they are given back" few_are_granted
say "pages that are granted: $granted, and $less later"
fio_verify g1 /dev/xvdb randwrite 4k-128k 16 2M
guest_shutdown g1
