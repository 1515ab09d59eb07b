// SPDX-License-Identifier: AGPL-3.0-or-later
// The school closes its reception while the form is open: nothing is taken,
// and hours and telephone are shown instead.

import { hours, people, usualHours } from "../lib/city.mjs";
import { has, is, lacks } from "../lib/tap.mjs";
import { Visitor, phone } from "../lib/visitor.mjs";

export default async function closed(browser) {
	const [who] = people("short-hours");
	const { school } = who.children[0];
	const v = await Visitor.open(browser, "guardian", phone);

	try {
		hours(school, 0, 1439);
		await v.signIn(who);
		const before = await v.page.locator("ul.reports li").count();
		await v.press("欠席・遅刻・早退を連絡する");
		await v.choose("欠席");
		await v.choose("発熱");
		await v.press("確認する");
		hours(school, 0, 1);
		await v.press("送信する");
		is(v.status, 422, "after hours the server refuses what is sent");
		has(await v.text(), "いまは受付時間外です", "says why");
		has(await v.text(), "0:00〜0:01", "says when");
		is(await v.page.locator("a[href^='tel:']").count(), 1,
			"and has the telephone");
		await v.go("/");
		is(await v.page.locator("ul.reports li").count(), before,
			"nothing was stored");
		has(await v.text(), "受付は0:00〜0:01です", "home shows the hours");
		lacks(await v.text(), "欠席・遅刻・早退を連絡する",
			"instead of the button");
		hours(school, 0, 0);
		await v.go("/");
		has(await v.text(), "きょうは受け付けていません",
			"a day without reception says so");
		await v.go("/absence/new");
		has(await v.text(), "いまは受付時間外です", "also at the form");
	} finally {
		usualHours(school);
	}
	await v.close();
}
