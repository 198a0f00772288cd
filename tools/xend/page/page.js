// SPDX-License-Identifier: GPL-2.0-or-later
/* The pages: overview, a guest, its console, a new guest, the log. The address says which. */
"use strict";

const main = document.getElementById("main");
let leave = [];		/* what has to stop when another page comes */

function show(title, ...content) {
	document.title = title + " – Xen guests";
	main.replaceChildren(...content.flat());
}

// ---- the host and its guests

function overview() {
	const cpu = card("CPU", "%"), memory = card("Memory", "MiB"), disk = card("Disks", "B/s"),
		net = card("Network", "B/s");
	const body = h("tbody");
	const facts = h("dl", {});
	show("Overview", h("h2", {}, "This host"), h("div", { class: "cards" },
		[cpu, memory, disk, net].map((c) => c.element)),
	h("h2", {}, "Guests"),
	h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {},
		h("th", {}, "Name"), h("th", {}, "State"), h("th", { class: "number" }, "Memory"),
		h("th", { class: "number" }, "CPU"), h("th", { class: "number wide" }, "CPUs"),
		h("th", { class: "number wide" }, "Disks"), h("th", { class: "number wide" }, "Network"))), body)),
	h("p", {}, h("a", { href: "#/new" }, "New guest")), ...kept(),
	h("h2", {}, "About this host"), facts);
	leave.push(guests.listen((stats, rates) => {
		const { host, domains, time_ms: time } = stats;
		cpu.chart.top = host.cpus * 100;
		cpu.chart.add(time, sum(rates, "cpu"));
		cpu.value.textContent = (sum(rates, "cpu") / host.cpus).toFixed(0) + " % of " + host.cpus;
		memory.chart.top = host.memory;
		memory.chart.add(time, host.memory - host.free_memory);
		memory.value.textContent = host.free_memory + " of " + host.memory + " MiB free";
		two(disk, time, sum(rates, "read"), sum(rates, "write"), "read", "written");
		two(net, time, sum(rates, "receive"), sum(rates, "transmit"), "in", "out");
		body.replaceChildren(...domains.map((d) => row(d, rates.get(d.domid))));
	}));
	api.get("/v1/host").then((host) => {
		for (const key of ["host", "release", "xen_version", "nr_cpus", "total_memory", "xen_scheduler"])
			facts.append(h("dt", { class: "soft" }, key), h("dd", {}, String(host[key])));
	}).catch((e) => say(e.message, true));
}

function two(c, time, a, b, nameA, nameB) {
	c.chart.add(time, a, b);
	c.value.replaceChildren(h("span", { class: "a" }, nameA + " " + bytes(a)), " ",
		h("span", { class: "b" }, nameB + " " + bytes(b)));
}

function row(d, r) {
	const [state, kind] = stateOf(d.state);
	const name = d.domid ? h("a", { href: "#/g/" + encodeURIComponent(d.name) }, d.name) : d.name;
	return h("tr", {}, h("td", { class: "name" }, name), h("td", { class: kind }, state),
		h("td", { class: "number" }, d.memory + " MiB"),
		h("td", { class: "number" }, r.cpu.toFixed(0) + " %"),
		h("td", { class: "number wide" }, String(d.vcpus)),
		h("td", { class: "number wide" }, bytes(r.read + r.write)),
		h("td", { class: "number wide" }, bytes(r.receive + r.transmit)));
}

/* Guests whose configuration this host keeps, be they there or not. */
function kept() {
	const body = h("tbody");

	async function list() {
		let found;
		try {
			found = await api.get("/v1/managed");
		} catch (e) {
			body.replaceChildren(h("tr", {}, h("td", {}, e.message)));
			return;
		}
		body.replaceChildren(...found.map((m) => {
			const path = "/v1/managed/" + encodeURIComponent(m.name);
			const forget = async () => {
				if (await sure("Forget the configuration of " + m.name + "?", "Forget"))
					await doing(null, "Forget " + m.name, () => api.ask("DELETE", path));
				list();
			};
			return h("tr", {}, h("td", { class: "name" }, m.name), h("td", { class: "name wide" }, m.file),
				h("td", {}, action("Start", "Start " + m.name,
					() => api.ask("POST", path + "/start").finally(list))),
				h("td", {}, h("button", { type: "button", onclick: forget }, "Forget")));
		}));
		if (!found.length)
			body.append(h("tr", {}, h("td", { class: "soft" }, "None: 'New guest' can keep one.")));
	}
	list();
	return [h("h2", {}, "Kept configurations"), h("div", { class: "scroll" }, h("table", {}, body))];
}

// ---- one guest

function guest(name) {
	const path = (rest) => api.domain(name, rest);
	const state = h("span", {}, "…");
	const cpu = card("CPU", "%"), memory = card("Memory", "MiB"), disk = card("Disks", "B/s"),
		net = card("Network", "B/s");
	const post = (label, verb) => action(label, label, () => api.ask("POST", path("/" + verb)));
	const destroy = h("button", { type: "button", class: "danger", onclick: async () => {
		if (await sure("Destroy " + name + "? That is as if its power failed.", "Destroy"))
			await doing(destroy, "Destroy", () => api.ask("DELETE", path("")));
	} }, "Destroy");
	const text = h("pre", { tabindex: 0, "aria-label": "Configuration" });
	const lines = h("pre", { class: "log", tabindex: 0, "aria-label": "Log of this guest" });
	show(name, h("h2", {}, name, " ", state),
		h("div", { class: "actions" }, h("a", { href: location.hash + "/console" }, "Console"),
			post("Pause", "pause"), post("Unpause", "unpause"), post("Reboot", "reboot"),
			post("Shut down", "shutdown"), destroy),
		h("div", { class: "actions" }, setting("Memory (MiB)", path("/memory"), "amount"),
			setting("CPUs", path("/vcpus"), "number")),
		h("div", { class: "cards" }, [cpu, memory, disk, net].map((c) => c.element)),
		devices(name, "Disks", "disks", "disk", "phy:/dev/vg0/data,xvdb,w",
			(d) => [d.vdev, d.mode, d.state, d.target], (d) => d.vdev, refresh),
		devices(name, "Interfaces", "interfaces", "vif", "bridge=xenbr0",
			(d) => [String(d.devid), d.mac, d.state, d.bridge || ""], (d) => String(d.devid), refresh),
		h("h3", {}, "Configuration"), text, h("h3", {}, "Log"), lines);

	function refresh() {
		api.get(path("/config")).then((c) => { text.textContent = c.output; })
			.catch((e) => { text.textContent = e.message; });
		api.get("/v1/log?domain=" + encodeURIComponent(name))
			.then((l) => { lines.textContent = l.lines.join("\n"); }).catch(() => {});
	}
	let domid;
	leave.push(guests.listen((stats, rates) => {
		const d = stats.domains.find((o) => o.name === name), r = d && rates.get(d.domid);
		if (!d) {
			state.textContent = "is not there";
			state.className = "state-end";
			return;
		}
		[state.textContent, state.className] = stateOf(d.state);
		if (domid !== d.domid)
			refresh();	/* it has been started anew */
		domid = d.domid;
		cpu.chart.top = d.vcpus * 100;
		cpu.chart.add(stats.time_ms, r.cpu);
		cpu.value.textContent = r.cpu.toFixed(0) + " %";
		memory.chart.top = d.maxmem;
		memory.chart.add(stats.time_ms, d.memory);
		memory.value.textContent = d.memory + " MiB";
		two(disk, stats.time_ms, r.read, r.write, "read", "written");
		two(net, stats.time_ms, r.receive, r.transmit, "in", "out");
	}));
	refresh();
}

/* A number of a guest's that can be changed while it runs. */
function setting(label, path, key) {
	const input = h("input", { type: "number", min: 1, required: true, size: 6 });
	const set = h("button", {}, "Set");
	return h("form", { class: "actions", onsubmit: (e) => {
		e.preventDefault();
		doing(set, "Set " + label, () => api.ask("POST", path, { [key]: input.valueAsNumber }));
	} }, h("label", {}, label + " ", input), set);
}

/* A list of devices, each with a button that takes it away, and a form for one more. */
function devices(name, title, kind, key, example, cells, id, changed) {
	const body = h("tbody"), path = api.domain(name, "/" + kind);
	const input = h("input", { name: key, placeholder: example, required: key === "disk",
		"aria-label": "One more: as in a guest's file", size: 40 });
	const add = h("button", {}, "Attach");
	const form = h("form", { class: "actions", onsubmit: async (e) => {
		e.preventDefault();
		await doing(add, "Attach", () => api.ask("POST", path, input.value ? { [key]: input.value } : {}));
		list();
	} }, input, add);

	async function list() {
		let found;
		try {
			found = await api.get(path);
		} catch (e) {
			body.replaceChildren(h("tr", {}, h("td", {}, e.message)));
			return;
		}
		body.replaceChildren(...found.map((d) => {
			const b = h("button", { type: "button", onclick: async () => {
				await doing(b, "Detach " + id(d),
					() => api.ask("DELETE", path + "/" + encodeURIComponent(id(d))));
				list();
			} }, "Detach");
			return h("tr", {}, ...cells(d).map((c) => h("td", { class: "name" }, c)), h("td", {}, b));
		}));
		changed();
	}
	list();
	return [h("h3", {}, title), h("div", { class: "scroll" }, h("table", {}, body)), form];
}

// ---- its console

const CONSOLE_QUEUE = 100000;

function consolePage(name) {
	const screen = h("pre", { class: "term", tabindex: 0, role: "log",
		"aria-label": "Console of " + name + "; what is typed goes to it, Tab leaves it" });
	const keys = h("input", { "aria-label": "Keys for the guest", placeholder: "or type here",
		autocapitalize: "off", autocomplete: "off", spellcheck: "false" });
	const term = new Term(screen);
	const stop = new AbortController();
	let queue = "", sending = false;

	async function send(text) {
		if (queue.length > CONSOLE_QUEUE)
			return;		/* a guest asks more than it can be told */
		queue += text;
		if (sending)
			return;
		sending = true;
		while (queue) {
			const input = queue.slice(0, 1000);
			try {
				await api.ask("POST", api.domain(name, "/console"), { input });
				queue = queue.slice(input.length);
			} catch (e) {
				say(e.message, true);
				if (e.status !== 503 || stop.signal.aborted)
					queue = "";
				else		/* the guest is slower than who types */
					await new Promise((resolve) => setTimeout(resolve, 500));
			}
		}
		sending = false;
	}
	term.reply = send;
	screen.addEventListener("keydown", (e) => {
		const sent = Term.key(e);
		if (sent === null)
			return;
		e.preventDefault();
		send(sent);
	});
	screen.addEventListener("paste", (e) => send(e.clipboardData.getData("text").replace(/\r?\n/g, "\r")));
	keys.addEventListener("input", () => {
		send(keys.value);
		keys.value = "";
	});
	keys.addEventListener("keydown", (e) => {
		if (e.key !== "Enter" && e.key !== "Backspace")
			return;
		e.preventDefault();
		send(Term.key(e));
	});
	const special = (label, text) => h("button", { type: "button", onclick: () => send(text) }, label);
	show("Console of " + name, h("h2", {}, "Console of ", h("a", { href: "#/g/" + encodeURIComponent(name) }, name)),
		screen, h("div", { class: "actions" }, keys, special("Tab", "\t"), special("Esc", "\x1b"),
			special("Ctrl-C", "\x03"), special("Ctrl-D", "\x04"), special("↑", "\x1b[A")));
	screen.focus();
	leave.push(() => stop.abort());
	follow(name, term, stop.signal);
}

/* Until the page goes: what the console prints, as it comes. */
async function follow(name, term, signal) {
	let from = 0;
	while (!signal.aborted) {
		try {
			const part = await api.get(api.domain(name, "/console?from=" + from), signal);
			from = part.next;
			if (part.data)
				term.write(Uint8Array.from(atob(part.data), (c) => c.charCodeAt(0)));
			if (!part.ended)
				continue;
		} catch (e) {
			if (signal.aborted)
				return;
			say(e.message, true);
		}
		await new Promise((resolve) => setTimeout(resolve, 2000));
	}
}

// ---- a new guest

function quoted(text) {
	return "\"" + text.replace(/[\\"]/g, "\\$&") + "\"";
}

/* A file as "xm create" reads it, of what the form has. */
function fileOf(f) {
	const lines = [];
	const text = (key, v) => v && lines.push(key + " = " + quoted(v));
	const list = (key, v) => {
		const items = v.split("\n").map((s) => s.trim()).filter((s) => s);
		if (items.length)
			lines.push(key + " = [ " + items.map(quoted).join(", ") + " ]");
	};
	text("name", f.name.value);
	lines.push("memory = " + (f.memory.value || 256), "vcpus = " + (f.vcpus.value || 1));
	text("kernel", f.kernel.value);
	text("ramdisk", f.ramdisk.value);
	text("bootloader", f.bootloader.value);
	text("extra", f.extra.value);
	list("disk", f.disk.value);
	list("vif", f.vif.value);
	text("on_reboot", f.on_reboot.value);
	text("on_crash", f.on_crash.value);
	return lines.join("\n") + "\n";
}

function choice(label, name, values) {
	return h("label", {}, label, h("select", { name }, values.map((v) => h("option", {}, v))));
}

function newGuest() {
	const text = h("textarea", { name: "text", spellcheck: "false", "aria-label": "The guest's file" });
	const form = h("form", { class: "fields" },
		field("Name", "name", { required: true, pattern: "[A-Za-z0-9_.:\\/+\\-]+" }),
		field("Memory (MiB)", "memory", { type: "number", min: 32, value: 256 }),
		field("CPUs", "vcpus", { type: "number", min: 1, max: 512, value: 1 }),
		field("Kernel (a file of this host)", "kernel"), field("Initial RAM disk", "ramdisk"),
		field("Or a boot loader, as pygrub", "bootloader"), field("Kernel's command line", "extra"),
		field("Disks, one a line: phy:/dev/vg0/root,xvda,w", "disk", { rows: 3 }, "textarea"),
		field("Interfaces, one a line: bridge=xenbr0", "vif", { rows: 2 }, "textarea"),
		choice("When it reboots", "on_reboot", ["restart", "destroy", "preserve", "rename-restart"]),
		choice("When it crashes", "on_crash", ["destroy", "restart", "preserve", "coredump-destroy",
			"coredump-restart"]),
		h("h3", {}, "Its file, which may be changed"), text, check("leave it paused", "paused"));
	const fill = () => { text.value = fileOf(form.elements); };
	form.addEventListener("input", (e) => e.target !== text && e.target.name !== "paused" && fill());
	form.addEventListener("submit", (e) => e.preventDefault());
	const create = (dryrun) => api.ask("POST", "/v1/domains",
		{ text: text.value, paused: form.elements.paused.checked, dryrun });
	const file = h("input", { name: "file", placeholder: "/etc/xen/guest.cfg", "aria-label": "A file of this host", size: 40 });
	show("New guest", h("h2", {}, "New guest"), form, h("div", { class: "actions" },
		action("Check", "Check", () => create(true)),
		action("Create", "Create", async () => {
			await create(false);
			const name = text.value.match(/^\s*name\s*=\s*["']([^"']+)["']/m);
			if (name)
				location.hash = "#/g/" + encodeURIComponent(name[1]);
		}, "main"),
		action("Keep for later", "Keep", () => api.ask("POST", "/v1/managed", { text: text.value }))),
	h("h2", {}, "Or of a file on this host"), h("div", { class: "actions" }, file,
		action("Create from file", "Create", () => api.ask("POST", "/v1/domains", { file: file.value }))));
	fill();
}

// ---- the log

function logPage() {
	const lines = h("pre", { class: "log", tabindex: 0, "aria-label": "Log" });
	const load = () => api.get("/v1/log?lines=500").then((l) => {
		lines.textContent = l.lines.join("\n");
	}).catch((e) => say(e.message, true));
	const timer = setInterval(() => document.hidden || load(), 5000);
	show("Log", h("h2", {}, "Log"), lines);
	leave.push(() => clearInterval(timer));
	load();
}

// ---- who may see this

async function login() {
	let how = "token";
	try {
		how = (await api.get("/v1")).login;
	} catch (e) {
		say(e.message, true);
	}
	const password = how === "password";
	const input = h("input", { type: "password", name: "key", required: true,
		autocomplete: password ? "current-password" : "off" });
	const form = h("form", { class: "fields", onsubmit: async (e) => {
		e.preventDefault();
		if (password) {
			const got = await doing(null, "Log in", () => api.ask("POST", "/v1/login", { password: input.value }));
			input.value = "";
			if (!got)
				return;
			api.keep(got.token);
		} else {
			api.keep(input.value.trim().replace(/^.*#/, ""));
		}
		say("");
		go();
	} }, h("label", {}, password ? "Password" : "Token, or the address that 'xend --url' prints", input),
	h("div", {}, h("button", { class: "main" }, "Log in")));
	show("Log in", h("h2", {}, "Log in"), form);
	input.focus();
}

/* What no page of ours has made is taken as it stands. */
function decoded(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function go() {
	leave.forEach((stop) => stop());
	leave = [];
	document.getElementById("logout").hidden = !api.token;
	if (!api.token) {
		login();
		return;
	}
	const [, page, name, more] = location.hash.slice(1).split("/").map(decoded);
	if (page === "g" && name)
		more === "console" ? consolePage(name) : guest(name);
	else if (page === "new")
		newGuest();
	else if (page === "log")
		logPage();
	else
		overview();
	for (const a of document.querySelectorAll("nav a"))
		if (a.getAttribute("href") === "#/" + (page || ""))
			a.setAttribute("aria-current", "page");
		else
			a.removeAttribute("aria-current");
}

api.onNoKey = () => {
	if (!api.token)
		return;
	api.keep(null);
	say(api.noKey, true);
	go();
};
document.getElementById("logout").addEventListener("click", async () => {
	await api.ask("POST", "/v1/logout").catch(() => {});
	api.keep(null);
	say("");
	go();
});
document.querySelector(".skip").addEventListener("click", (e) => {
	e.preventDefault();
	main.focus();
});
window.addEventListener("hashchange", () => {
	say("");
	api.start();
	main.focus();
	go();		/* a page may know a better place to begin */
});
api.start();
go();
