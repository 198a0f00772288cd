// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Asks xend: the token from the page's address (behind #) or a login, and requests.
 * The token stays in this tab: never in a cookie, so that no other page can use it.
 */
"use strict";

const api = {
	token: null,
	noKey: "The key is not, or no longer, the right one.",
	onNoKey: () => {},

	/* "#TOKEN", as "xend --url" prints it; the address bar forgets it at once. */
	start() {
		const given = location.hash.match(/^#([0-9a-f]{64})$/);
		if (given) {
			this.keep(given[1]);
			history.replaceState(null, "", "#/");
		} else {
			this.token = sessionStorage.getItem("token");
		}
	},

	keep(token) {
		this.token = token;
		if (token)
			sessionStorage.setItem("token", token);
		else
			sessionStorage.removeItem("token");
	},

	/* Resolves to the result; rejects with an Error that a person can read. */
	async ask(method, path, body, signal) {
		const headers = {}, token = this.token;
		if (token)
			headers.Authorization = "Bearer " + token;
		if (body !== undefined)
			headers["Content-Type"] = "application/json";
		let answer, object;
		try {
			answer = await fetch(path, {
				method, headers, signal, cache: "no-store", redirect: "error",
				body: body === undefined ? undefined : JSON.stringify(body),
			});
			object = await answer.json();
		} catch (e) {
			if (e.name === "AbortError")
				throw e;
			throw new Error("xend does not answer; does it run?");
		}
		if (answer.ok) {
			this.messages = object.messages || [];
			return object.result;
		}
		const noKey = answer.status === 401 && path !== "/v1/login";
		if (noKey && token === this.token)
			this.onNoKey();		/* else there is another key by now */
		const error = new Error(noKey ? this.noKey :
			object.error ? object.error.message : "status " + answer.status);
		error.status = answer.status;
		throw error;
	},

	get(path, signal) {
		return this.ask("GET", path, undefined, signal);
	},

	domain(name, rest = "") {
		return "/v1/domains/" + encodeURIComponent(name) + rest;
	},
};
