# SPDX-License-Identifier: GPL-2.0-or-later
# shows: xend takes guests over, restarts them, also when it is killed meanwhile, is spoken with, and gives them back
# tier: full
# gate: xm-life-of-a-guest
# covers: tools/xend/ tools/xm/keep.c tools/xm/end.c tools/xm/pending.c tools/xm/outlook.c tools/xm/watcher.c
# takes: 90
# limit: 900
. /lab/tests/lib.sh

[ -x /lab/bin/xend ] || skip "there is no xend"

export XEND=/lab/bin/xend
socket=/run/xen/xend/socket
at_exit "pkill -9 -x xend; rm -rf /run/xen/xend /var/log/xen/xend.log"

xend() {
	sh /lab/xend.init "$@"
}
new_id() {
	id=$(xm domid "$1" 2>/dev/null) && [ "$id" != "$2" ]
}
watched() {
	pgrep -f '[x]m watch-domain' >/dev/null
}
unwatched() {
	! watched
}
# ask METHOD PATH [CURL'S OPTION...]: as root, by the socket; the answer and HTTP's status behind it
ask() {
	lab_method=$1 lab_path=$2
	shift 2
	curl -s -m 300 -X "$lab_method" --unix-socket $socket -w ' %{http_code}' "$@" \
		"http://localhost$lab_path"
}
# The header with the key: not as an argument, which everybody sees.
key() {
	sed 's/^/Authorization: Bearer /' /run/xen/xend/token
}
status_of() {
	curl -s -m 60 -o /dev/null -w '%{http_code}' "$@"
}

guest_create g1 memory=128
watched || fail "there is no watcher without xend"
works "starting" xend start
within 30 "it takes the guest over" unwatched
within 30 "it listens" test -S $socket
contains "its status" "xend runs" "$(xend status)"

guest_create g2 memory=128
refuses "a watcher beside xend" watched
id=$(guest_id g2)
guest_run g2 'reboot -f' >/dev/null 2>&1 &
within 240 "the guest comes back" new_id g2 "$id"
guest_wait g2
id=$(guest_id g1)
works "rebooting" xm reboot g1
within 240 "the guest comes back" new_id g1 "$id"
guest_wait g1

# Killed again and again while it is at it; its parent starts it anew.
id=$(guest_id g2)
guest_run g2 'reboot -f' >/dev/null 2>&1 &
for i in 1 2 3 4 5 6 7 8; do
	sleep 0.7
	pkill -9 -f '[x]m end-domain'
	kill -9 "$(cat /run/xen/xend/pid)" 2>/dev/null
done
within 240 "the guest comes back" new_id g2 "$id"
guest_wait g2
equal "guests called g2" 1 "$(xm list | grep -c '^g2 ')"
within 60 "nothing is left of it" sh -c '! ls /run/xen/xend/restart-* 2>/dev/null'

# The port.
within 60 "it listens again" sh -c 'curl -s -m 5 -o /dev/null http://localhost:8000/v1'
equal "without a key" 401 "$(status_of http://localhost:8000/v1/domains)"
equal "with it" 200 "$(key | status_of -H @- http://localhost:8000/v1/domains)"
equal "under a foreign name" 403 "$(key | status_of -H @- -H 'Host: evil.example:8000' http://localhost:8000/v1/domains)"
equal "from another address" 000 "$(status_of http://10.77.0.1:8000/v1)"
page=$(/lab/bin/xend --url)
page=${page%%#*}
equal "the page" 200 "$(status_of -H "Host: $(echo "$page" | cut -d / -f 3)" http://localhost:8000/)"

# The socket.
contains "the list" '"name": "g1"' "$(ask GET /v1/domains)"
contains "the facts" '"xen_version"' "$(ask GET /v1/host)"
contains "a guest that isn't there" '"exit": 3' "$(ask GET /v1/domains/nosuch)"
cfg=$(guest_config g3 memory=64)
LAB_GUESTS="$LAB_GUESTS g3"
contains "creating" ' 200' "$(ask POST /v1/domains -H 'Content-Type: application/json' -d "{\"file\": \"$cfg\"}")"
guest_wait g3
contains "pausing" ' 200' "$(ask POST /v1/domains/g3/pause)"
contains "its state" '"state": "--p---"' "$(ask GET /v1/domains/g3)"
contains "unpausing" ' 200' "$(ask POST /v1/domains/g3/unpause)"
truncate -s 8M /tmp/xend-disk
at_exit "rm -f /tmp/xend-disk"
contains "attaching" ' 200' "$(ask POST /v1/domains/g3/disks -H 'Content-Type: application/json' -d '{"disk": "file:/tmp/xend-disk,xvdb,w"}')"
contains "its disks" '"vdev": "xvdb"' "$(ask GET /v1/domains/g3/disks)"
contains "its configuration" 'vdev=xvdb' "$(ask GET /v1/domains/g3/config)"
guest_works g3 'test -b /dev/xvdb'
contains "detaching" ' 200' "$(ask DELETE /v1/domains/g3/disks/xvdb)"
within 30 "counters" sh -c "curl -s --unix-socket $socket http://localhost/v1/stats | grep -q cpu_time_ns"
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	ask GET /v1/domains >$LAB_DIR/answer-$i &
	pids="$pids $!"
done
# shellcheck disable=SC2086
wait $pids
equal "of 20 at once" 20 "$(grep -l ' 200$' $LAB_DIR/answer-* | grep -c .)"
contains "destroying" ' 200' "$(ask DELETE /v1/domains/g3)"
contains "the log" "g2: restarted as domain" "$(ask GET '/v1/log?domain=g2')"

works "stopping" xend stop
equal "its status" 3 "$(xend status >/dev/null; echo $?)"
equal "watchers" 2 "$(pgrep -f '[x]m watch-domain' | wc -l)"
id=$(guest_id g1)
works "rebooting" xm reboot g1
within 240 "the guest comes back" new_id g1 "$id"
guest_wait g1
guest_shutdown g1
guest_shutdown g2
within 30 "the watchers are gone" unwatched
