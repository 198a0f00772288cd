// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes elements. Text is always text: nothing that xend or a guest says is markup. */
"use strict";

function h(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);
	for (const [key, value] of Object.entries(attributes)) {
		if (value === undefined || value === false)
			continue;
		if (key.startsWith("on"))
			element.addEventListener(key.slice(2), value);
		else if (value === true)
			element.setAttribute(key, "");
		else
			element.setAttribute(key, value);
	}
	element.append(...children.flat().filter((c) => c !== null && c !== undefined));
	return element;
}

/* A message for all, also for who hears the page. */
function say(text, bad = false) {
	const status = document.getElementById("status");
	status.textContent = text;
	status.className = bad ? "bad" : "";
}

/* Runs what a button or form asks for: the control is off meanwhile, and errors are said. */
async function doing(control, what, act) {
	if (control)
		control.disabled = true;
	say(what + " …");
	try {
		const result = await act();
		say([what + ": done.", ...(api.messages || [])].join(" "));
		return result;
	} catch (e) {
		say(what + ": " + e.message, true);
		return undefined;
	} finally {
		if (control)
			control.disabled = false;
	}
}

function action(label, what, act, kind) {
	const b = h("button", { type: "button", class: kind, onclick: () => doing(b, what, act) }, label);
	return b;
}

/* Resolves to whether the person means it. */
function sure(question, yes) {
	return new Promise((resolve) => {
		const dialog = h("dialog", { "aria-label": question },
			h("p", {}, question),
			h("form", { method: "dialog", class: "actions" },
				h("button", { value: "no", autofocus: true }, "Cancel"),
				h("button", { value: "yes", class: "danger" }, yes)));
		dialog.addEventListener("close", () => {
			resolve(dialog.returnValue === "yes");
			dialog.remove();
		});
		document.body.append(dialog);
		dialog.showModal();
	});
}

function field(label, name, attributes = {}, tag = "input") {
	const input = h(tag, { name, ...attributes });
	return h("label", {}, label, input);
}

function check(label, name) {
	return h("label", { class: "check" }, h("input", { type: "checkbox", name }), label);
}

/* A chart with its name, and where its latest values are written. */
function card(title, unit, top) {
	const value = h("span", {}), canvas = h("canvas", { role: "img", "aria-label": title });
	const element = h("div", { class: "card" }, h("p", {}, h("strong", {}, title), value), canvas);
	return { element, value, chart: new Chart(canvas, unit, top) };
}
