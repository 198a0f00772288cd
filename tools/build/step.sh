# SPDX-License-Identifier: GPL-2.0-or-later
#
# step NAME TEXT COMMAND...: runs one long step of the build. Its output goes
# to build/log/NAME.log; what a person sees is TEXT, how far it is, and at a
# failure the errors and how to go on. V=1 shows all output instead. Read by
# common.sh; the lock that a caller holds is not handed on to the command.

step() {
	step_log=$BUILD/log/$1.log
	step_text=$2
	shift 2
	mkdir -p "$BUILD/log"
	say "==> $step_text"
	if [ -n "${V-}" ] && [ "$V" != 0 ]; then
		"$@" 9>&-
		return
	fi
	step_begin=$(date +%s)
	: >"$step_log"
	step_ticker $$ 9>&- &
	step_ticker=$!
	step_status=0
	"$@" >"$step_log" 2>&1 </dev/null 9>&- || step_status=$?
	kill $step_ticker 2>/dev/null || :
	wait $step_ticker 2>/dev/null || :
	[ ! -t 1 ] || printf '\r\033[K'
	[ $step_status = 0 ] || step_failed
	grep -E 'warning:|WARNING:' "$step_log" | sed "s,$ROOT/,,g" | sort -u | head -n 20 || :
	say "    done in $(step_elapsed)"
}

step_elapsed() {
	printf '%ss' $(($(date +%s) - step_begin))
}

# In the background: a changing line on a terminal, else one line in 15 s.
# Ends with the script, also when that was killed.
step_ticker() {
	seconds=0
	while sleep 1 && kill -0 "$1" 2>/dev/null; do
		seconds=$((seconds + 1))
		[ -t 1 ] || [ $((seconds % 15)) = 0 ] || continue
		line="    $(step_elapsed), line $(wc -l <"$step_log"): $(tail -n 1 "$step_log" | sed "s,$ROOT/,,g" | tr -s ' \t' ' ' | cut -c1-50)"
		if [ -t 1 ]; then
			printf '\r\033[K%s' "$line"
		else
			printf '%s\n' "$line"
		fi
	done
}

step_failed() {
	{
		echo "xenify: failed: $step_text"
		if grep -qE 'error:|ERROR:|undefined' "$step_log"; then
			echo "xenify: the errors in $(short "$step_log"):"
			grep -nE -A 3 'error:|ERROR:|undefined' "$step_log" | head -n 40
		else
			echo "xenify: the last lines of $(short "$step_log"):"
			tail -n 20 "$step_log"
		fi
		echo "xenify: all of it is in $(short "$step_log"); put it right, then give the same command again: it goes on from here"
	} >&2
	exit $step_status
}
