// SPDX-License-Identifier: GPL-2.0-or-later
/* Counters of the host and its guests, asked for every two seconds while somebody looks. */
"use strict";

const STATS_MS = 2000;

const guests = {
	last: null,
	before: null,
	listeners: new Set(),

	/* @listener gets (stats, rates); returns how to stop it. */
	listen(listener) {
		this.listeners.add(listener);
		if (this.last)
			listener(this.last, this.rates());
		this.poll();
		return () => this.listeners.delete(listener);
	},

	rates() {
		const found = new Map();
		const ms = this.before ? this.last.time_ms - this.before.time_ms : 0;
		for (const d of this.last.domains) {
			const b = this.before && this.before.domains.find((o) => o.domid === d.domid && o.name === d.name);
			const r = (f) => (b ? rate(f(d), f(b), ms) : 0);
			found.set(d.domid, {
				cpu: r((o) => o.cpu_time_ns) / 1e7,	/* per cent of one CPU */
				read: r((o) => o.disks.read_bytes), write: r((o) => o.disks.write_bytes),
				receive: r((o) => o.network.receive_bytes), transmit: r((o) => o.network.transmit_bytes),
			});
		}
		return found;
	},

	async poll() {
		if (this.polling)
			return;
		this.polling = true;
		while (this.listeners.size) {
			if (!document.hidden)
				await this.once();
			await new Promise((resolve) => setTimeout(resolve, this.last ? STATS_MS : 500));
		}
		this.polling = false;
	},

	async once() {
		try {
			const stats = await api.get("/v1/stats");
			if (this.last && stats.time_ms === this.last.time_ms)
				return;
			this.before = this.last;
			this.last = stats;
		} catch (e) {
			if (e.status !== 503)	/* none yet */
				say(e.message, true);
			return;
		}
		for (const listener of this.listeners)
			listener(this.last, this.rates());
	},
};

function sum(rates, key) {
	let total = 0;
	for (const r of rates.values())
		total += r[key];
	return total;
}

/* The six letters of xm list in words. */
function stateOf(letters) {
	if (letters.includes("c"))
		return ["crashed", "state-end"];
	if (letters.includes("s"))
		return ["has ended", "state-end"];
	if (letters.includes("d"))
		return ["is being destroyed", "state-end"];
	if (letters.includes("p"))
		return ["paused", "soft"];
	return [letters.includes("r") ? "running" : "idle", "state-run"];
}
