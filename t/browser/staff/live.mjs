// SPDX-License-Identifier: AGPL-3.0-or-later
// The open list shows a report by itself. Whoever reads keeps the place: the
// focus stays where it was and nothing moves. The page's clock is ours, so
// nobody waits for the 20 seconds.

import { people } from "../lib/city.mjs";
import { guardian, report } from "../lib/report.mjs";
import { has, is, ok } from "../lib/tap.mjs";
import { Visitor, desk } from "../lib/visitor.mjs";

const POLL = 20000;

const rows = (v) => v.page.locator("tbody tr");

// What has the focus, and where on the screen it stands.
function focus() {
	const e = document.activeElement;

	return { what: e.getAttribute("href") ?? e.getAttribute("aria-label"),
		top: Math.round(e.getBoundingClientRect().top) };
}

async function news(v, g, child, reason) {
	const before = await rows(v).count();
	const path = await report(g, { child, reason });

	await v.page.clock.runFor(POLL);
	await v.page.locator(`tbody a[href="${path}"]`).waitFor();
	is(await rows(v).count(), before + 1, "a new report comes by itself");
}

export default async function live(browser) {
	const [who] = people("one-child");
	const [teacher] = people("homeroom", "teacher");
	const g = await guardian(browser, who);
	// a low window, so that the list has to be scrolled
	const v = await Visitor.open(browser, "staff", { viewport: {
		...desk.viewport, height: 420 } });

	await report(g, { child: who.children[0], reason: "かぜ" });
	await v.page.clock.install();
	await v.signIn(teacher);
	const answered = v.page.waitForResponse((r) =>
		r.url().includes("/absence/rows"));
	await v.page.clock.runFor(POLL);
	is((await answered).status(), 204, "without news the answer is empty");

	await news(v, g, who.children[0], "腹痛");

	const link = rows(v).last().locator("th a");
	await link.focus();
	await link.scrollIntoViewIfNeeded();
	const at = await v.page.evaluate(focus);
	await news(v, g, who.children[0], "頭痛");
	const now = await v.page.evaluate(focus);
	is(now.what, at.what, "the focus stays on the same report");
	ok(Math.abs(now.top - at.top) <= 2, "which stays in its place",
		{ at, now });

	const button = v.page.locator("tbody button").first();
	await button.focus();
	const label = await v.page.evaluate(focus);
	await news(v, g, who.children[0], "けが");
	is((await v.page.evaluate(focus)).what, label.what,
		"a button keeps the focus as well");
	has(await v.page.locator(".counts").innerText(), "未確認",
		"the counts are of now");
	await v.close();
	await g.close();
}
