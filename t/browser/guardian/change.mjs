// SPDX-License-Identifier: AGPL-3.0-or-later
// F13: a report is changed and taken back, and each time the mail says so.

import { people } from "../lib/city.mjs";
import { Mailbox } from "../lib/mail.mjs";
import { has, is, lacks, ok } from "../lib/tap.mjs";
import { Visitor, desk } from "../lib/visitor.mjs";

export default async function change(browser) {
	const [who] = people("one-child");
	const box = new Mailbox(who.email);
	const v = await Visitor.open(browser, "guardian", desk);

	await v.signIn(who);
	await v.press("欠席・遅刻・早退を連絡する");
	await v.choose("欠席");
	await v.choose("腹痛");
	await v.fill("note", "きのうの夜から");
	await v.press("確認する");
	await v.press("送信する");
	await v.arrive(() => v.touch(v.page.locator("ul.reports a").first()));
	const path = v.path;
	has(await v.text(), "腹痛", "one's own report shows the reason");
	has(await v.text(), "きのうの夜から", "and the note");

	await v.press("内容を変更する");
	is(await v.value("note"), "きのうの夜から", "the form has what was sent");
	await v.choose("早退");
	await v.fill("clock", "13:15");
	await v.press("変更を送信する");
	has(await v.text(), "変更しました", "changed");
	has(await v.text(), "13:15", "to what was asked");

	await v.press("取り消す");
	has(await v.text(), "取り消しますか", "withdrawing is asked once more");
	await v.press("取り消さないで戻る");
	has(await v.text(), "受付済", "and can be left");
	await v.press("取り消す");
	await v.press("取り消す");
	has(await v.text(), "取り消しました", "withdrawn");
	is(v.path, path, "on the page of the report");
	ok(await v.control("内容を変更する").isHidden(),
		"which cannot be changed any more");
	await v.press("ホームへ");
	lacks(await v.page.content(), path, "and home does not show it");

	const mails = await box.arrived(3);
	has(mails[0].text, "連絡を受け付けました", "the first mail: made");
	has(mails[1].text, "変更を受け付けました", "the second: changed");
	has(mails[2].text, "取り消しを受け付けました", "the third: withdrawn");
	for (const mail of mails) {
		lacks(mail.text, "腹痛", "no mail has the reason");
		lacks(mail.text, "きのうの夜から", "nor the note");
	}
	await v.close();
}
