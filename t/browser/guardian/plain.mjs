// SPDX-License-Identifier: AGPL-3.0-or-later
// Without script: a whole report, with an error on the way.

import { people } from "../lib/city.mjs";
import { has, is } from "../lib/tap.mjs";
import { Visitor, phone } from "../lib/visitor.mjs";

export default async function plain(browser) {
	const [who] = people("no-email");
	const v = await Visitor.open(browser, "guardian", { ...phone,
		javaScriptEnabled: false });

	await v.signIn(who);
	has(await v.text(), "メールでのお知らせは、まだ始まっていません",
		"without an address home says what is missing");
	await v.press("欠席・遅刻・早退を連絡する");
	await v.choose("早退");
	await v.choose("通院");
	await v.press("確認する");
	has(await v.text(), "時刻を入力してください", "errors come from the server");
	await v.fill("clock", "14:00");
	await v.press("確認する");
	await v.press("修正する");
	is(await v.value("clock"), "14:00", "修正する keeps everything");
	await v.press("確認する");
	await v.press("送信する");
	has(await v.text(), "受け付けました", "received without script");
	await v.arrive(() => v.touch(v.page.locator("ul.reports a").first()));
	await v.press("取り消す");
	await v.press("取り消す");
	has(await v.text(), "取り消しました", "and withdrawn without script");
	await v.close();
}
