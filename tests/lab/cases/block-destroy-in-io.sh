# SPDX-License-Identifier: GPL-2.0-or-later
# shows: a guest destroyed in the midst of I/O leaves nothing behind, and its disk serves the next
# tier: gate
# covers: drivers/backend/block/main.c drivers/backend/block/queue.c
# covers: drivers/backend/block/complete.c
# takes: 16
. /lab/tests/lib.sh
. /lab/tests/fio.sh

threads() { pgrep -c '^blkback\.' || true; }

truncate -s 32M /images/crash.img
at_exit "rm -f /images/crash.img"
guest_create g1 disk=file:/images/crash.img,xvdb,w disk=phy:/dev/ram3,xvdc,w
fio_background g1 xvdb xvdc
at_least "threads while it runs" 3 "$(threads)"
guest_destroy g1
gone() { test "$(threads)" = 0; }
within 60 "threads are gone" gone
guest_create g1 disk=file:/images/crash.img,xvdb,w
fio_verify g1 /dev/xvdb randwrite 4k 16 1M
guest_shutdown g1
