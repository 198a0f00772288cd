// SPDX-License-Identifier: GPL-2.0-or-later
/* Line charts of the last two minutes, on a canvas; and rates from counters. */
"use strict";

const CHART_SECONDS = 120;

/* One chart: one or two lines, of values >= 0. */
class Chart {
	constructor(canvas, unit, top = 0) {
		this.canvas = canvas;
		this.unit = unit;
		this.top = top;
		this.points = [];
	}

	/* @values: one or two numbers, at @time in milliseconds. */
	add(time, ...values) {
		this.points.push({ time, values });
		while (this.points[0].time < time - CHART_SECONDS * 1000)
			this.points.shift();
		this.draw();
	}

	draw() {
		const ratio = window.devicePixelRatio || 1;
		const width = this.canvas.clientWidth, height = this.canvas.clientHeight;
		if (!width || !this.points.length)
			return;
		this.canvas.width = width * ratio;
		this.canvas.height = height * ratio;
		const c = this.canvas.getContext("2d");
		const style = getComputedStyle(this.canvas);
		const last = this.points[this.points.length - 1].time;
		const most = Math.max(this.top || 1e-9, ...this.points.flatMap((p) => p.values));
		c.scale(ratio, ratio);
		c.strokeStyle = style.getPropertyValue("--line");
		c.lineWidth = 1;
		c.beginPath();
		for (const part of [0.5, 1])
			for (const x of [0, width])
				x ? c.lineTo(x, height * part - 0.5) : c.moveTo(x, height * part - 0.5);
		c.stroke();
		for (let i = 0; i < this.points[0].values.length; i++) {
			c.strokeStyle = style.getPropertyValue(i ? "--chart-b" : "--chart-a");
			c.setLineDash(i ? [5, 3] : []);
			c.lineWidth = 2;
			c.beginPath();
			for (const p of this.points)
				c.lineTo(width - (last - p.time) / 1000 / CHART_SECONDS * width,
					height - 2 - p.values[i] / most * (height - 6));
			c.stroke();
		}
	}
}

/* What a counter grew by in a second; 0 if it is another guest's. */
function rate(now, before, ms) {
	return before === undefined || now < before || ms <= 0 ? 0 : (now - before) * 1000 / ms;
}

function bytes(n) {
	const units = ["B/s", "kB/s", "MB/s", "GB/s"];
	let i = 0;
	while (n >= 1000 && i < units.length - 1) {
		n /= 1000;
		i++;
	}
	return (n >= 100 || i === 0 ? n.toFixed(0) : n.toFixed(1)) + " " + units[i];
}
