#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Images whose systems are installed: with programs in the place of mmdebstrap and rinse.

. ./image-world.sh

install()
{
	xm image-create "$1" --suite=bookworm --size=24M --kernel="$tmp/vmlinuz" "${@:2}"
}
FAKE_BROKEN=1 refuses 1 'mmdebstrap failed: E: the mirror is gone' install web1
nothing_left
same "what was fetched" a_1.deb "$(ls "$cache"/debs-bookworm)"
works install web1
same "its suite" bookworm "$(inside "$images/web1-disk.img" etc/suite)"
same "packages in it" "" "$(inside "$images/web1-disk.img" var/cache/apt/archives/a_1.deb)"
rm "$FAKE_LOG"
works install web2
[ ! -e "$FAKE_LOG" ] || { echo "it was installed again"; bad=1; }
same hostname web1 "$(inside "$images/web1-disk.img" etc/hostname)"
same hostname web2 "$(inside "$images/web2-disk.img" etc/hostname)"
works install web3 --packages=apache2 --role="$tmp/bin/blkdiscard" --mirror=http://example.org/debian
grep -q '^--include=.*,apache2$' "$FAKE_LOG" || bad=1
grep -qx -- "--customize-hook=$tmp/bin/blkdiscard" "$FAKE_LOG" || bad=1
same "the mirror" http://example.org/debian "$(tail -n 1 "$FAKE_LOG")"
rm "$FAKE_LOG"
mkdir "$cache/debs-bookworm/place"
echo old >"$cache/debs-bookworm/old_1.deb"
works install web4 --fresh
[ -e "$FAKE_LOG" ] || { echo "it was not made afresh"; bad=1; }
[ -d "$cache/debs-bookworm/place" ] || { echo "others have no place for packages now"; bad=1; }
same "packages" a_1.deb "$(cd "$cache/debs-bookworm" && ls ./*.deb | cut -c 3-)"
rmdir "$cache/debs-bookworm/place"
# What is old goes, but not what somebody makes, however long that takes.
mkdir "$cache/tree-0" "$cache/tree-1.new"
touch -d '10 days ago' "$cache/tree-0" "$cache/tree-1.new"
exec 7>"$cache/tree-1.lock"
flock 7
works install web5
[ ! -e "$cache/tree-0" ] && [ -d "$cache/tree-1.new" ] || { ls "$cache"; bad=1; }
exec 7>&-
works xm image-delete -y web5
rmdir "$cache/tree-1.new"
refuses 5 "can be run" install web5 --role="$tmp/vmlinuz"
verdict is_installed

FAKE_BROKEN=1 refuses 1 'rinse failed: Wget failed with exit code 8' xm image-create web6 --suite=rocky-9 --size=24M --kernel="$tmp/vmlinuz"
same "what is left" "" "$(left | grep web6)"
echo ssh-rsa AAAA >"$tmp/key"
works xm image-create web6 --suite=rocky-9 --size=24M --kernel="$tmp/vmlinuz" --packages=httpd,php \
	--ssh-key="$tmp/key" --ip=192.0.2.6/24 --gateway=192.0.2.1 --dns=192.0.2.2,2001:db8::2 --mirror=https://example.org/rocky/
same "the mirror" 1 "$(grep -cx https://example.org/rocky/ "$FAKE_LOG")"
grep -q 'dnf -y install systemd NetworkManager openssh-server httpd php iproute$' "$FAKE_LOG" || bad=1
key=etc/NetworkManager/system-connections/xm.nmconnection
inside "$images/web6-disk.img" $key >"$tmp/keyfile"
grep -qx 'address1=192.0.2.6/24,192.0.2.1' "$tmp/keyfile" && grep -qx 'dns=192.0.2.2;' "$tmp/keyfile" &&
	grep -qx 'dns=2001:db8::2;' "$tmp/keyfile" || bad=1
debugfs -R "stat /$key" "$images/web6-disk.img" 2>/dev/null | grep -q 'Mode: *0600' || bad=1
verdict is_installed_by_rinse
