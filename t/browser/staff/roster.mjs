// SPDX-License-Identifier: AGPL-3.0-or-later
// F59: a roster is looked at before it is registered; a file with an error is
// not; the same file again changes nothing.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { city, people } from "../lib/city.mjs";
import { has, is, lacks } from "../lib/tap.mjs";
import { Visitor, desk } from "../lib/visitor.mjs";

const HEAD = "学校名,学年,組,出席番号,学籍番号,氏名,ふりがな";

function write(folder, name, lines) {
	const file = path.join(folder, name);

	fs.writeFileSync(file, `\ufeff${[HEAD, ...lines].join("\r\n")}\r\n`);
	return file;
}

async function upload(v, file) {
	await v.go("/roster");
	await v.page.setInputFiles("#i-file", file);
	await v.press("内容を確かめる");
}

async function good(v, folder, school) {
	// numbers of this run, so that the pupils are new
	const number = 90000000 + process.pid % 100000 * 10;
	const file = write(folder, "pupils.csv", [
		`${school},3,1,88,${number + 1},髙橋 葵,たかはし あおい`,
		`${school},3,1,89,${number + 2},山﨑 𠮷平,ヤマザキ キッペイ`,
	]);

	await upload(v, file);
	has(await v.text(), "新しく登録", "the preview counts");
	is(await v.page.locator("dl.numbers dd").nth(1).innerText(), "2人",
		"two pupils are new");
	has(await v.text(), "山﨑 𠮷平", "with their names as written");
	await v.press("この内容で登録する");
	has(await v.text(), "登録しました", "and are registered by the button");

	await upload(v, file);
	has(await v.text(), "変わるところはありません",
		"the same file again changes nothing");
	is(await v.control("この内容で登録する").count(), 0,
		"and cannot be registered");
}

async function bad(v, folder, school) {
	await upload(v, write(folder, "bad.csv", [
		`${school},3,1,88,99999991,髙橋 葵,たかはし あおい`,
		`${school},3,1,,,山田 花子,やまだ はなこ`,
		"どこにもない学校,1,1,1,99999992,佐藤 一,さとう はじめ",
	]));
	has(await v.text(), "誤りのある行", "wrong rows are shown");
	is(await v.page.locator("td.error").count(), 2, "both of them");
	is(await v.control("この内容で登録する").count(), 0,
		"and nothing can be registered");

	const text = path.join(folder, "text.csv");
	fs.writeFileSync(text, "これは名簿ではありません\r\n");
	await upload(v, text);
	is(v.status, 422, "what is no roster is refused");
	lacks(await v.text(), "内容が変わっています", "in words of its own");
	fs.writeFileSync(text, Buffer.from([0xff, 0x00, 0xfe, 0x01]));
	await upload(v, text);
	is(v.status, 422, "and so are bytes of no kind");
	fs.writeFileSync(text, Buffer.alloc(9 << 20, "あ"));
	await upload(v, text);
	is(v.status, 413, "a file over the limit is not taken");
	has(await v.text(), "8MB", "and the limit is told");
}

export default async function roster(browser) {
	const [who] = people("school", "school");
	const v = await Visitor.open(browser, "staff", desk);
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "renraku-"));

	try {
		await v.signIn(who);
		await v.press("名簿");
		await bad(v, folder, who.school);
		await good(v, folder, who.school);
		const other = city.logins.find((x) => x.role === "school" &&
			x.school !== who.school);
		await upload(v, write(folder, "other.csv", [
			`${other.school},3,1,88,99999993,髙橋 葵,たかはし あおい`,
		]));
		is(await v.control("この内容で登録する").count(), 0,
			"another school's pupils are not theirs to register");
	} finally {
		fs.rmSync(folder, { recursive: true });
	}
	await v.close();
}
