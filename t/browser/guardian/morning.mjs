// SPDX-License-Identifier: AGPL-3.0-or-later
// F10, F12: seven in the morning. The usual report takes five taps; going back
// and forth loses nothing; the receipt comes.

import { people } from "../lib/city.mjs";
import { Mailbox } from "../lib/mail.mjs";
import { has, is, lacks, ok, part } from "../lib/tap.mjs";
import { Visitor, desk, phone } from "../lib/visitor.mjs";

const reports = (v) => v.page.locator("ul.reports li").count();

// What is chosen and typed in the form of a report.
function filled(v) {
	return v.page.evaluate(() => [...document.querySelectorAll(
		"form.report :is(input, textarea):not([type=hidden])")]
		.filter((e) => !["radio", "checkbox"].includes(e.type) || e.checked)
		.map((e) => `${e.name}=${e.value}`).join("&"));
}

async function fiveTaps(v, who) {
	const box = new Mailbox(who.email);

	await v.go("/");
	const before = await reports(v);
	v.taps = 0;
	await v.press("欠席・遅刻・早退を連絡する");
	await v.choose("欠席");
	await v.choose("発熱");
	await v.press("確認する");
	for (const word of [who.children[0].name, who.children[0].school, "欠席",
		"きょう", "発熱"])
		has(await v.text(), word, `the check page says ${word}`);
	await v.press("送信する");
	is(v.taps, 5, "the usual report takes five taps from home");
	has(await v.text(), "受け付けました", "it is received");
	has(await v.text(), "受付番号", "with a number");
	has(await v.text(), "登録されている連絡先にお知らせしました",
		"and the words that are always the same");
	const receipt = v.page.url();
	await v.go(new URL(receipt).pathname);
	has(await v.text(), "受け付けました", "the receipt can be opened again");
	await v.press("ホームへ");
	is(await reports(v), before + 1, "home shows one report more");
	has(await v.text(), "受付済（学校の確認を待っています）",
		"with what happens next");

	const [mail] = await box.arrived(1);
	has(mail.subject, who.children[0].school, "the mail names the school");
	has(mail.text, "欠席", "and the kind");
	lacks(mail.text, "発熱", "but not the reason");
	lacks(mail.text + mail.subject, who.children[0].name, "and no full name");
}

async function backAndForth(v) {
	await v.go("/absence/new");
	ok(await v.page.locator("#i-clock").isHidden(),
		"no time is asked before late or early is chosen");
	await v.choose("遅刻");
	await v.choose("通院");
	await v.press("確認する");
	is(v.status, 422, "a late arrival needs a time");
	has(await v.text(), "時刻を入力してください", "and says so");
	ok(await v.page.locator("#i-clock").isVisible(), "where it is asked");
	await v.fill("clock", "10:30");
	await v.fill("note", "歯医者のあと\n\"><b>登校します</b> 𠮷");
	const typed = await filled(v);
	await v.press("確認する");
	has(await v.text(), "10:30", "the check page has the time");
	has(await v.text(), "\"><b>登校します</b> 𠮷", "and the words as typed");
	await v.press("修正する");
	is(await filled(v), typed, "修正する keeps everything");
	await v.press("確認する");
	await v.back();
	is(await filled(v), typed, "the browser's back button loses nothing");
	await v.press("確認する");
	await v.press("送信する");
	has(await v.text(), "遅刻", "and it can be sent after all");
	const receipt = v.path;
	await v.go("/");
	const count = await reports(v);

	// back over the receipt to the check page, and send that again
	await v.go(receipt);
	await v.press("ホームへ");
	is(await reports(v), count, "looking back sends nothing twice");
}

async function severalDays(v) {
	await v.go("/absence/new");
	await v.choose("欠席");
	await v.choose("日付を選ぶ");
	await v.choose("発熱");
	await v.press("確認する");
	has(await v.text(), "日付を入力してください", "another day needs a date");
	const first = await v.page.locator("#i-first").getAttribute("min");
	const last = new Date(Date.parse(first) + 6 * 86400e3).toISOString()
		.slice(0, 10);
	await v.fill("first", first);
	await v.fill("last", last);
	await v.press("確認する");
	const days = (await v.text()).match(/\d+月\d+日（.）/g);
	ok(days.length >= 3 && days.length <= 5,
		"seven days are the school days among them", days);
	ok(!days.some((d) => /[土日]/.test(d.at(-2))), "without a weekend", days);
}

async function twoSchools(v, who) {
	await v.signIn(who);
	await v.go("/absence/new");
	is(await v.page.locator("[name=pupils]:checked").count(), 0,
		"of two children none is chosen before");
	await v.choose("欠席");
	await v.choose("かぜ");
	await v.press("確認する");
	is(v.status, 422, "somebody must be chosen");
	await v.choose(who.children[0].name);
	await v.choose(who.children[1].name);
	await v.press("確認する");
	for (const child of who.children) {
		has(await v.text(), child.name, `the check page has ${child.name}`);
		has(await v.text(), child.school, `and ${child.school}`);
	}
	await v.press("送信する");
	is(await reports(v), 2, "one report for each child");
}

export default async function morning(browser) {
	const [who] = people("one-child");
	const v = await Visitor.open(browser, "guardian", phone);

	await v.signIn(who);
	is(v.path, "/", "signed in and at home");
	await part("five taps", () => fiveTaps(v, who));
	await part("back and forth", () => backAndForth(v));
	await part("several days", () => severalDays(v));
	await v.close();

	const [siblings] = people("two-schools");
	const d = await Visitor.open(browser, "guardian", desk);
	await part("two schools", () => twoSchools(d, siblings));
	await d.close();
}
