// SPDX-License-Identifier: AGPL-3.0-or-later
// What must hold on every page whoever meets it: no axe violation, valid HTML
// as served, no sideways scrolling, targets for fingers, a quiet console,
// requests to our own origin only, a title and one h1. One line of TAP a page.
// axe is put in by the debugger, which the page's CSP does not concern; where
// scripts are off it cannot run, and the same pages are met with them on.

import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import { ok } from "./tap.mjs";

const axe = fs.readFileSync(createRequire(import.meta.url)
	.resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const html = new HtmlValidate({
	extends: ["html-validate:recommended", "html-validate:document",
		"html-validate:a11y"],
	rules: {
		// assets come from our own origin and are named by their content
		"require-sri": "off",
		// taste: templates are XML, where an attribute has a value
		"attribute-boolean-style": "off",
		// a field of many values is one name many times
		"form-dup-name": "off",
		// kept in one line by CSS: a hyphen of another kind would be
		// copied into the telephone
		"tel-non-breaking": "off",
	},
});

// The same page in the same size and state needs no second look by axe.
const known = new Set();

function pathOf(url) {
	return new URL(url).pathname.replace(/\/[\w-]{22}(?=\/|$)/g, "/{uid}");
}

// Secrets differ at every look.
function plain(source) {
	return source.replace(/ value="[\w.-]{40,}"/g, "")
		.replace(/\/[\w-]{22}(?=[/"])/g, "");
}

async function source(visitor) {
	const report = html.validateStringSync(visitor.source);

	return report.results.flatMap((r) => r.messages).map((m) =>
		`html ${m.line}:${m.column} ${m.ruleId}: ${m.message}`);
}

async function violations(page) {
	if (await page.evaluate("typeof axe === 'undefined'"))
		await page.evaluate(axe);
	const found = await page.evaluate((values) => window.axe.run(document, {
		runOnly: { type: "tag", values },
		resultTypes: ["violations"],
	}), TAGS);

	return found.violations.flatMap((v) => v.nodes.map((x) =>
		`axe ${v.id}: ${x.target.join(" ")}: ${x.failureSummary}`));
}

// In the page: how far it goes sideways, and targets under 24 px. A link in a
// sentence is as high as its line (WCAG 2.5.8, inline); a box or a ball is as
// large as its label.
function measure() {
	const wide = document.documentElement.scrollWidth - window.innerWidth;
	const small = [];
	const inSentence = (e) => {
		const words = (e.parentElement?.textContent ?? "").trim();

		return getComputedStyle(e).display === "inline" &&
			words.length > e.textContent.trim().length;
	};

	for (const e of document.querySelectorAll("a[href], button, select," +
		" textarea, summary, input:not([type=hidden])")) {
		const box = (e.closest("label") ?? e).getBoundingClientRect();

		if (box.width === 0 || box.right < 0 || inSentence(e))
			continue;
		if (Math.min(box.width, box.height) < 24)
			small.push(`${e.tagName} "${e.textContent.trim()}" ` +
				`${Math.round(box.width)}x${Math.round(box.height)}`);
	}
	return { wide, small, title: document.title,
		h1: document.querySelectorAll("h1").length };
}

async function shape(visitor) {
	const { page, side, how } = visitor;
	const width = side === "guardian" ? 320 : Math.min(1280,
		how.viewport.width < 600 ? 1280 : how.viewport.width);
	const complaints = [];

	await page.setViewportSize({ width, height: how.viewport.height });
	const at = await page.evaluate(measure);
	await page.setViewportSize(how.viewport);
	if (at.wide > 0)
		complaints.push(`${at.wide} px sideways at ${width} px`);
	complaints.push(...at.small.map((x) => `small target: ${x}`));
	if (at.title.trim() === "" || at.h1 !== 1)
		complaints.push(`title "${at.title}", ${at.h1} h1`);
	return complaints;
}

export async function met(visitor) {
	const { page, answer } = visitor;
	const name = `page met: ${visitor.side} ${pathOf(page.url())} ` +
		`${answer.status()} on a ${visitor.size}`;

	visitor.source = await answer.text();
	const key = createHash("sha256").update(visitor.size)
		.update(plain(visitor.source)).digest("hex");
	const complaints = visitor.complaints.splice(0);

	if (!known.has(key)) {
		known.add(key);
		complaints.push(...await source(visitor));
		complaints.push(...await shape(visitor));
		if (visitor.how.javaScriptEnabled !== false)
			complaints.push(...await violations(page));
		complaints.push(...visitor.complaints.splice(0));
	}
	ok(complaints.length === 0, name, complaints.join("\n"));
}
