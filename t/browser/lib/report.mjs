// SPDX-License-Identifier: AGPL-3.0-or-later
// A guardian who reports, for rooms that look from the school's side.

import { Visitor, phone } from "./visitor.mjs";

export async function guardian(browser, who) {
	const v = await Visitor.open(browser, "guardian", phone);

	await v.signIn(who);
	return v;
}

// Sends a report for today; the path of the report.
export async function report(v, { child, reason = "発熱", note = "" }) {
	await v.go("/absence/new");
	if (await v.page.locator("[name=pupils]:checked").count() === 0)
		await v.choose(child.name);
	await v.choose("欠席");
	await v.choose(reason);
	await v.fill("note", note);
	await v.press("確認する");
	await v.press("送信する");
	const link = v.page.locator("ul.reports a").first();
	return link.getAttribute("href");
}
