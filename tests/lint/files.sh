# SPDX-License-Identifier: GPL-2.0-only
#
# Which files the checks look at: all of the repository's, new ones as well, or
# those that the file LINT_ONLY lists. Read by the checks with "." in the
# repository's root.

# files PATTERN...: as git's patterns, one a line
files() {
	git ls-files -co --exclude-standard -- "$@" |
		if [ -n "${LINT_ONLY-}" ]; then grep -xF -f "$LINT_ONLY"; else cat; fi |
		while read -r file; do
			[ -f "$file" ] && echo "$file"
		done
}

# scripts INTERPRETER...: programs whose first line names one of these
scripts() {
	files . | while read -r file; do
		IFS= read -r first <"$file" 2>/dev/null || continue
		case $first in
		'#!'*) ;;
		*) continue ;;
		esac
		for interpreter in "$@"; do
			case $first in
			*[/\ ]"$interpreter" | *[/\ ]"$interpreter "*)
				echo "$file" ;;
			esac
		done
	done 2>/dev/null
}
