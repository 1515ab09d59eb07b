// SPDX-License-Identifier: AGPL-3.0-or-later
// F11: two guardians of one child. In an ordinary household both hear of a
// report; in a protected one the other's pages and mailbox stay as they were.

import { people } from "../lib/city.mjs";
import { Mailbox } from "../lib/mail.mjs";
import { has, is, lacks } from "../lib/tap.mjs";
import { Visitor, phone } from "../lib/visitor.mjs";

const NOTE = "家の事情のひみつ";

async function report(v) {
	await v.press("欠席・遅刻・早退を連絡する");
	await v.choose("欠席");
	await v.choose("発熱");
	await v.fill("note", NOTE);
	await v.press("確認する");
	await v.press("送信する");
	has(await v.text(), "登録されている連絡先にお知らせしました",
		"the same words whoever else is registered");
}

async function ordinary(browser) {
	const who = people("pair");
	const boxes = who.map((x) => new Mailbox(x.email));
	const [a, b] = [await Visitor.open(browser, "guardian", phone),
		await Visitor.open(browser, "guardian", phone)];

	await a.signIn(who[0]);
	await b.signIn(who[1]);
	await report(a);
	for (const box of boxes) {
		const [mail] = await box.arrived(1);

		has(mail.text, "保護者から", "both are told, without a name");
		has(mail.text, "欠席", "of the kind");
		lacks(mail.text + mail.subject, "発熱", "never of the reason");
		lacks(mail.text + mail.subject, NOTE, "nor of the words");
		lacks(mail.text + mail.subject, who[0].children[0].name,
			"nor with the full name");
	}
	await b.go("/");
	has(await b.text(), "保護者が連絡", "the other one's home shows it");
	await b.arrive(() => b.touch(b.page.locator("ul.reports a").last()));
	lacks(await b.text(), "発熱", "without the reason");
	lacks(await b.text(), NOTE, "without the words");
	is(await b.control("内容を変更する").count(), 0,
		"and without a way to change it");
	const source = await b.page.content();
	for (const secret of [who[0].login, who[0].email])
		lacks(source, secret, "and without a trace of who it was");
	await a.close();
	await b.close();
}

// Three mails to the one who reports: by the third the first would long have
// come to the other one as well.
async function guarded(browser) {
	const who = people("protected");
	const boxes = who.map((x) => new Mailbox(x.email));
	const [a, b] = [await Visitor.open(browser, "guardian", phone),
		await Visitor.open(browser, "guardian", phone)];

	await b.signIn(who[1]);
	const before = await b.text();
	await a.signIn(who[0]);
	await report(a);
	await a.arrive(() => a.touch(a.page.locator("ul.reports a").first()));
	const path = a.path;
	await b.go("/");
	is(await b.text(), before, "protected: the other one's home is the same");
	await b.go(path);
	is(b.status, 404, "and the report does not exist there");
	await a.press("内容を変更する");
	await a.choose("かぜ");
	await a.press("変更を送信する");
	await a.press("取り消す");
	await a.press("取り消す");
	await boxes[0].arrived(3);
	is(boxes[1].mails().length, 0, "and no mail came there");
	await a.close();
	await b.close();
}

export default async function household(browser) {
	await ordinary(browser);
	await guarded(browser);
}
