# SPDX-License-Identifier: GPL-2.0-or-later
# shows: an iSCSI disk serves a guest, which knows its blocks and that it may be taken out, and its data is in the target's file
# tier: full
# gate: block-nbd
# covers: drivers/backend/block/store-bdev.c drivers/backend/block/persistent.c
# takes: 45
. /lab/tests/lib.sh
. /lab/tests/fio.sh
. /lab/tests/vbd.sh

name=iqn.2026-01.example:disk
truncate -s 32M /images/iscsi.img /images/fixed.img
at_exit "rm -f /images/iscsi.img /images/fixed.img"
tgt() { works "the target" tgtadm --lld iscsi "$@"; }
modprobe -q iscsi_tcp
works "the target's server" tgtd
at_exit "tgtadm --op delete --mode system"
within 60 "the target's server" tgtadm --lld iscsi --op show --mode target
tgt --op new --mode target --tid 1 -T $name
tgt --op new --mode logicalunit --tid 1 --lun 1 -b /images/iscsi.img
tgt --op new --mode logicalunit --tid 1 --lun 2 -b /images/fixed.img
tgt --op update --mode logicalunit --tid 1 --lun 1 --params removable=1,lbppbe=3
tgt --op bind --mode target --tid 1 -I ALL
works "the initiator's server" iscsid
at_exit "pkill iscsid"
works "asking for targets" iscsiadm -m discovery -t sendtargets -p 127.0.0.1
works "logging in" iscsiadm -m node -T $name -p 127.0.0.1 --login
at_exit "tgtadm --lld iscsi --op delete --force --mode target --tid 1"
at_exit "iscsiadm -m node -T $name -p 127.0.0.1 --logout"

link=/dev/disk/by-path/ip-127.0.0.1:3260-iscsi-$name-lun
within 60 "its disk" test -b "$link-1"
within 60 "the one that can't be taken out" test -b "$link-2"
disk=$(readlink -f "$link-1")
guest_create g1 "disk=format=raw,vdev=xvdb,access=w,script=/lab/bin/lab-block,target=$disk" \
	"disk=format=raw,vdev=xvdc,access=w,script=/lab/bin/lab-block,target=$(readlink -f "$link-2")"
equal "blocks in the guest, and removable" "512 4096 1" "$(guest_run g1 \
	'cd /sys/block/xvdb && cat queue/logical_block_size queue/physical_block_size removable' | xargs)"
fio_verify_all g1 /dev/xvdb <<-EOF
$(fio_job randwrite 4k 16 2M)
$(fio_job write 64k-256k 8 8M fdatasync=4)
EOF

# The network holds pages for as long as a packet is not read: they stay mapped until then, though
# who unbinds the disk does not wait for that. Read from pages that are not, packets would be others.
cat >"$LAB_DIR/holder" <<EOF
import os, socket, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)
s.bind(("lo", 0))
open("$LAB_DIR/holds", "w")
while not os.path.exists("$LAB_DIR/let-go"):
    time.sleep(0.1)
s.setblocking(False)
count = 0
try:
    while True:
        count += s.recv(1 << 17).count(b"held pages\n")
except BlockingIOError:
    print(count)
EOF
vbd=$(vbd_of g1 xvdb)
python3 "$LAB_DIR/holder" >"$LAB_DIR/held" &
holder=$!
at_exit "touch $LAB_DIR/let-go"
within 20 "who holds packets" test -e "$LAB_DIR/holds"
guest_works g1 "yes 'held pages' | dd of=/dev/xvdb bs=64k count=4 iflag=fullblock oflag=direct"
vbd_unbind "$vbd"
sleep 2
touch "$LAB_DIR/let-go"
wait $holder
at_least "lines in packets that were held" 23800 "$(cat "$LAB_DIR/held")"
vbd_bind "$vbd"
sum=$(guest_run g1 'dd if=/dev/xvdb bs=1M count=8 iflag=direct status=none | md5sum')

# A target that nobody reaches for a while: I/O waits, and none fails. Linux takes a removable disk
# for another one then, so this comes last.
fio_start g1 /dev/xvdc 2M --rw=randwrite --bs=4k --iodepth=8
works "a filter" nft -f - <<-EOF
table ip away {
	chain output {
		type filter hook output priority 0
		tcp dport 3260 drop
	}
}
EOF
at_exit "nft delete table ip away 2>/dev/null; true"
sleep 2
rounds=$(guest_run g1 'cat /run/fio.rounds 2>/dev/null | grep -c .')
sleep 18
equal "rounds of I/O meanwhile" "$rounds" "$(guest_run g1 'cat /run/fio.rounds 2>/dev/null | grep -c .')"
works "no filter" nft delete table ip away
more() { [ "$(guest_run g1 'cat /run/fio.rounds 2>/dev/null | grep -c .')" -gt $((rounds + 1)) ]; }
within 60 "it goes on" more
fio_stop g1
guest_shutdown g1
equal "checksum in the file" "$sum" "$(head -c 8M /images/iscsi.img | md5sum)"
