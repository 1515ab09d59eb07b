// SPDX-License-Identifier: AGPL-3.0-or-later
// F02: a guardian registers with the letter's code and proves an address on
// another device; a second child by another letter.

import { newCode } from "../lib/city.mjs";
import { Mailbox } from "../lib/mail.mjs";
import { has, is, lacks, ok, part } from "../lib/tap.mjs";
import { Visitor, desk, phone } from "../lib/visitor.mjs";

const PASSWORD = "midori no yama 7";

// 葵 of 髙橋 葵; the page must not know more.
const given = (pupil) => pupil.split(/[ 　]/).slice(1).join(" ") || pupil;
const family = (pupil) => pupil.split(/[ 　]/)[0];

async function refusals(v, code) {
	await v.go("/");
	is(v.path, "/login", "a stranger is asked to sign in");
	await v.press("登録をはじめる");
	await v.fill("code", "AAAA-BBBB-CCCC-DDDD");
	await v.press("次へ");
	is(v.status, 422, "a wrong code is refused");
	is(await v.value("code"), "AAAA-BBBB-CCCC-DDDD", "and stays in its field");
	is(await v.page.evaluate(() => document.activeElement.id), "summary",
		"the focus is on the summary of errors");
	ok((await v.title()).startsWith("エラー："), "the title says so first");
	lacks(await v.text(), given(code.pupil), "and no name is told");

	// as typed from paper: small letters, full width, no hyphens
	await v.fill("code", code.code.toLowerCase().replace(/-/g, " ")
		.replace(/[a-z0-9]/g, (c) =>
			String.fromCodePoint(c.codePointAt(0) + 0xfee0)));
	await v.press("次へ");
	has(await v.text(), `${given(code.pupil)}さん（${code.class}）`,
		"the right code shows given name and class");
	lacks(await v.text(), family(code.pupil), "but not the family name");

	for (const weak of ["12345678", "password", "short"]) {
		await v.page.locator("[name=password]").evaluate((e) =>
			e.removeAttribute("minlength"));
		await v.fill("password", weak);
		await v.press("登録する");
		is(v.status, 422, `"${weak}" is refused as a password`);
	}
	is(await v.page.locator("[name=password]").getAttribute("aria-invalid"),
		"true", "and the field is marked");
	is(await v.page.locator("[name=password]").getAttribute("type"),
		"password", "the password is not shown");
}

async function prove(browser, v, box, address) {
	const [mail] = await box.arrived(1);
	const link = /https:\S+/.exec(mail.text)[0];

	ok(link.startsWith(`${v.origin}/mail/verify?t=`),
		"the mail has a link to our own address", mail.text);
	lacks(mail.text, PASSWORD, "and no password");

	const other = await Visitor.open(browser, "guardian", desk);
	const path = link.slice(v.origin.length);

	await other.go(path);
	has(await other.text(), address, "the link opens on another device");
	is(other.answer.headers()["referrer-policy"], "no-referrer",
		"a page with a secret address sends no referrer");
	await v.go("/email");
	has(await v.text(), "確認を待っています", "opening it changes nothing");
	await other.press("このアドレスで受け取る");
	has(await other.text(), "確認できました", "the button proves the address");
	await v.go("/email");
	has(await v.text(), "確認済み", "which the first device sees");
	lacks(await v.text(), "確認を待っています", "and nothing waits any more");
	await other.go(path);
	has(await other.text(), "確認済みです", "the link again says it is done");

	await other.signIn({ login: address, password: PASSWORD });
	is(other.path, "/", "the proved address signs in on the other device");
	await other.close();
}

async function secondChild(v) {
	const code = newCode();

	await v.go("/welcome");
	await v.press("ほかのお子さまも登録する");
	await v.fill("code", "AAAABBBBCCCCDDDD");
	await v.press("次へ");
	is(v.status, 422, "a wrong code adds no child");
	await v.fill("code", code.code);
	await v.press("次へ");
	has(await v.text(), `${given(code.pupil)}さん`, "the second child is shown");
	await v.press("追加する");
	has(await v.text(), "お子さまを追加しました", "and is added");
	is(await v.page.locator(".card.child").count(), 2,
		"home has a card for each child");
	has(await v.text(), code.school, "with school and class");
}

export default async function register(browser) {
	const v = await Visitor.open(browser, "guardian", phone);
	const code = newCode();
	const address = `f02-${process.pid}-${Date.now()}@example.jp`;
	const box = new Mailbox(address);

	await part("code and password", () => refusals(v, code));
	await v.fill("password", PASSWORD);
	await v.fill("address", "taro＠");
	await v.page.locator("[name=address]").evaluate((e) => e.type = "text");
	await v.press("登録する");
	is(v.status, 422, "half an address is refused");
	await v.fill("password", PASSWORD);
	await v.fill("address", address);
	await v.press("登録する");
	is(v.path, "/welcome", "registered");
	ok(/(^|\n)\s*[\d -]{9,}\s*(\n|$)/.test(await v.text()),
		"the login ID is shown to keep", await v.text());
	await part("proof of the address", () => prove(browser, v, box, address));
	await part("second child", () => secondChild(v));
	await v.close();
}
