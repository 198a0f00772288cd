// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A guest's console: enough of a VT100 for a boot, a shell and an editor. 80 by 24,
 * with lines that have scrolled away above.
 */
"use strict";

const TERM_COLUMNS = 80, TERM_ROWS = 24, TERM_KEPT = 1000;

class Term {
	constructor(element) {
		this.element = element;
		this.decoder = new TextDecoder();
		this.above = [];	/* has scrolled away since it was shown last */
		this.past = document.createElement("div");
		this.screen = document.createElement("div");
		element.replaceChildren(this.past, this.screen);
		this.reset();
	}

	reset() {
		this.x = 0;
		this.y = 0;
		this.saved = [0, 0];
		this.first = 0;
		this.last = TERM_ROWS - 1;
		this.style = "";
		this.escape = null;
		this.rows = [];
		for (let i = 0; i < TERM_ROWS; i++)
			this.rows.push(this.blank());
	}

	blank() {
		return Array.from({ length: TERM_COLUMNS }, () => [" ", ""]);
	}

	/* Bytes as they came; a character may be cut in two. */
	write(data) {
		for (const c of this.decoder.decode(data, { stream: true }))
			this.take(c);
		this.show();
	}

	take(c) {
		if (this.escape !== null) {
			this.takeEscape(c);
			return;
		}
		switch (c) {
		case "\x1b": this.escape = ""; break;
		case "\r": this.x = 0; break;
		case "\n": case "\v": case "\f": this.down(); break;
		case "\b": this.x = Math.max(0, this.x - 1); break;
		case "\t": this.x = Math.min(TERM_COLUMNS - 1, (this.x | 7) + 1); break;
		default:
			if (c < " " || c === "\x7f")
				break;
			if (this.x >= TERM_COLUMNS) {
				this.x = 0;
				this.down();
			}
			this.rows[this.y][this.x++] = [c, this.style];
		}
	}

	down() {
		if (this.y !== this.last) {
			this.y = Math.min(TERM_ROWS - 1, this.y + 1);
			return;
		}
		const gone = this.rows.splice(this.first, 1)[0];
		if (!this.first)
			this.above.push(gone);
		if (this.above.length > TERM_KEPT)
			this.above.shift();
		this.rows.splice(this.last, 0, this.blank());
	}

	up() {
		if (this.y !== this.first) {
			this.y = Math.max(0, this.y - 1);
			return;
		}
		this.rows.splice(this.last, 1);
		this.rows.splice(this.first, 0, this.blank());
	}

	takeEscape(c) {
		this.escape += c;
		const e = this.escape;
		if (e[0] === "[") {
			if (e.length > 1 && c >= "@" && c <= "~") {
				this.escape = null;
				this.control(e.slice(1, -1), c);
			}
		} else if (e[0] === "]") {		/* a title: to BEL or ESC \ */
			if (c === "\x07" || e.endsWith("\x1b\\"))
				this.escape = null;
		} else if ("()#% ".includes(e[0])) {	/* one more letter */
			if (e.length > 1)
				this.escape = null;
		} else {
			this.escape = null;
			this.single(c);
		}
		if (this.escape && this.escape.length > 200)
			this.escape = null;
	}

	single(c) {
		switch (c) {
		case "c": this.reset(); break;
		case "D": this.down(); break;
		case "E": this.x = 0; this.down(); break;
		case "M": this.up(); break;
		case "7": this.saved = [this.x, this.y]; break;
		case "8": [this.x, this.y] = this.saved; break;
		}
	}

	control(text, c) {
		if (text.startsWith("?") || text.startsWith(">"))
			return;		/* modes, which change nothing here */
		const n = text.split(";").map((t) => parseInt(t, 10) || 0);
		const one = Math.max(1, n[0]);
		const y = (v) => Math.max(0, Math.min(TERM_ROWS - 1, v));
		const x = (v) => Math.max(0, Math.min(TERM_COLUMNS - 1, v));

		switch (c) {
		case "A": this.y = y(this.y - one); break;
		case "B": case "e": this.y = y(this.y + one); break;
		case "C": case "a": this.x = x(this.x + one); break;
		case "D": this.x = x(this.x - one); break;
		case "G": case "`": this.x = x(one - 1); break;
		case "d": this.y = y(one - 1); break;
		case "H": case "f": this.y = y(one - 1); this.x = x((n[1] || 1) - 1); break;
		case "J": this.eraseScreen(n[0]); break;
		case "K": this.eraseLine(n[0]); break;
		case "X": this.fill(this.y, this.x, this.x + one); break;
		case "P": this.shift(one); break;
		case "@": this.shift(-one); break;
		case "L": case "M": this.lines(c, one); break;
		case "m": this.colour(n); break;
		case "r":
			this.first = y(one - 1);
			this.last = n[1] ? y(n[1] - 1) : TERM_ROWS - 1;
			if (this.last <= this.first) {
				this.first = 0;
				this.last = TERM_ROWS - 1;
			}
			this.x = this.y = 0;
			break;
		case "s": this.saved = [this.x, this.y]; break;
		case "u": [this.x, this.y] = this.saved; break;
		case "n":
			if (n[0] === 6 && this.reply)
				this.reply("\x1b[" + (this.y + 1) + ";" + (Math.min(this.x, TERM_COLUMNS - 1) + 1) + "R");
			break;
		}
	}

	fill(row, from, to) {
		for (let i = Math.max(0, from); i < Math.min(TERM_COLUMNS, to); i++)
			this.rows[row][i] = [" ", ""];
	}

	eraseLine(how) {
		this.fill(this.y, how ? 0 : this.x, how === 1 ? this.x + 1 : TERM_COLUMNS);
	}

	eraseScreen(how) {
		this.eraseLine(how > 1 ? 2 : how);
		for (let i = 0; i < TERM_ROWS; i++)
			if (how > 1 || (how === 1 ? i < this.y : i > this.y))
				this.rows[i] = this.blank();
	}

	shift(n) {
		/* A guest may ask for any number. */
		n = Math.max(-TERM_COLUMNS, Math.min(TERM_COLUMNS, n));
		const row = this.rows[this.y], rest = row.splice(this.x);
		while (n > 0 && rest.length) {
			rest.shift();
			n--;
		}
		while (n++ < 0)
			rest.unshift([" ", ""]);
		while (rest.length < TERM_COLUMNS - this.x)
			rest.push([" ", ""]);
		row.push(...rest.slice(0, TERM_COLUMNS - this.x));
	}

	lines(c, n) {
		if (this.y < this.first || this.y > this.last)
			return;
		for (n = Math.min(n, TERM_ROWS); n > 0; n--) {
			this.rows.splice(c === "L" ? this.last : this.y, 1);
			this.rows.splice(c === "L" ? this.y : this.last, 0, this.blank());
		}
	}

	colour(list) {
		let words = new Set(this.style.split(" ").filter((w) => w));
		const drop = (start) => { words = new Set([...words].filter((w) => !w.startsWith(start))); };
		for (let i = 0; i < list.length; i++) {
			const n = list[i];
			if (n === 38 || n === 48)	/* one of 256, or of all: 5;N or 2;R;G;B */
				i += list[i + 1] === 5 ? 2 : list[i + 1] === 2 ? 4 : 0;
			if (n === 0)
				words.clear();
			else if (n === 1)
				words.add("bold");
			else if (n === 22)
				words.delete("bold");
			else if (n === 7)
				words.add("rev");
			else if (n === 27)
				words.delete("rev");
			else if ((n >= 30 && n <= 39) || (n >= 90 && n <= 97))
				drop("f");
			if ((n >= 30 && n <= 37) || (n >= 90 && n <= 97))
				words.add("f" + n % 10);
		}
		this.style = [...words].join(" ");
	}

	/* Text nodes only: nothing that a guest prints becomes part of the page. */
	row(cells, cursor) {
		const line = document.createElement("div");
		let text = "", style = "";
		const flush = () => {
			if (!text)
				return;
			const span = document.createElement("span");
			span.className = style;
			span.textContent = text;
			line.append(span);
			text = "";
		};
		cells.forEach(([c, s], i) => {
			const mine = i === cursor ? "cursor" : s;
			if (mine !== style)
				flush();
			style = mine;
			text += c;
		});
		flush();
		return line;
	}

	show() {
		if (this.due)
			return;
		this.due = requestAnimationFrame(() => {
			this.due = 0;
			const e = this.element;
			const end = e.scrollTop + e.clientHeight >= e.scrollHeight - 30;
			const x = Math.min(this.x, TERM_COLUMNS - 1);
			/* What is above does not change any more. */
			this.past.append(...this.above.map((r) => this.row(r, -1)));
			this.above = [];
			while (this.past.childElementCount > TERM_KEPT)
				this.past.firstElementChild.remove();
			this.screen.replaceChildren(
				...this.rows.map((r, i) => this.row(r, i === this.y ? x : -1)));
			if (end)
				e.scrollTop = e.scrollHeight;
		});
	}

	/* What a key sends; null: it is the browser's. */
	static key(event) {
		const names = {
			Enter: "\r", Backspace: "\x7f", Escape: "\x1b", ArrowUp: "\x1b[A", ArrowDown: "\x1b[B",
			ArrowRight: "\x1b[C", ArrowLeft: "\x1b[D", Home: "\x1b[H", End: "\x1b[F",
			Insert: "\x1b[2~", Delete: "\x1b[3~", PageUp: "\x1b[5~", PageDown: "\x1b[6~",
		};
		if (event.metaKey || event.isComposing)
			return null;
		if (names[event.key])
			return names[event.key];
		if (event.key.length !== 1)
			return null;
		/* AltGr makes letters as Shift does; some systems tell of it as Ctrl and Alt. */
		if (event.getModifierState("AltGraph") || (event.ctrlKey && event.altKey))
			return event.key;
		if (event.ctrlKey) {
			const code = event.key.toUpperCase().charCodeAt(0);
			return code >= 65 && code <= 90 ? String.fromCharCode(code - 64) : null;
		}
		return (event.altKey ? "\x1b" : "") + event.key;
	}
}
