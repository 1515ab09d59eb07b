#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// Pictures of every page, for people who judge the look; not a test. Needs a
// running demonstration and leaves reports in it:
//	RENRAKU_ACCESS=var/demo/access.json t/browser/shots.mjs FOLDER
// FOLDER gets one picture per page and width and the sheets of them;
// doc/guardian-report.png and doc/staff-list.png are made anew.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { city, ctl, hours, newCode, people, sql, usualHours }
	from "./lib/city.mjs";
import { Visitor, launch } from "./lib/visitor.mjs";

const folder = process.argv[2];
const doc = fileURLToPath(new URL("../../doc/", import.meta.url));
const WIDTHS = { guardian: [360, 1280], staff: [1280, 768] };
const taken = { guardian: [], staff: [] };

// A window as high as the page, so that the fixed bar is at its end.
async function whole(page, width) {
	await page.setViewportSize({ width, height: 800 });
	const height = await page.evaluate(() =>
		document.documentElement.scrollHeight);
	await page.setViewportSize({ width, height });
}

// A visitor whose pages are photographed in both widths.
async function visitor(browser, side, name, quiet = false) {
	const v = await Visitor.open(browser, side,
		{ viewport: { width: WIDTHS[side][0], height: 800 } });
	let n = 0;

	v.examine = async () => {
		n += 1;
		const what = `${name}-${String(n).padStart(2, "0")}`;

		for (const width of quiet ? [] : WIDTHS[side]) {
			const file = path.join(folder, `${what}-${width}.png`);

			await whole(v.page, width);
			await v.page.screenshot({ path: file,
				animations: "disabled" });
			taken[side].push({ file, width,
				what: `${what} ${v.status} ${v.path}` });
		}
		if (!quiet)
			await v.page.setViewportSize(v.how.viewport);
	};
	return v;
}

// Past the browser's own checks, to see ours.
async function pressAnyway(v, words) {
	await v.page.evaluate(() => document.querySelectorAll("form")
		.forEach((form) => form.noValidate = true));
	await v.press(words);
}

const shoot = (v) => v.examine(v);

async function registration(browser) {
	const v = await visitor(browser, "guardian", "register");

	await v.go("/login");
	await v.fill("login", "123456789");
	await v.fill("password", "wrong");
	await v.press("ログインする");
	await v.go("/register");
	await v.fill("code", "AAAA-BBBB");
	await v.press("次へ");
	await v.fill("code", newCode().code);
	await v.press("次へ");
	await v.fill("password", "12345678");
	await v.press("登録する");
	await v.fill("password", "midori no yama 7");
	await v.fill("address", `a-rather-long-address-${Date.now()}@mail.example.jp`);
	await v.press("登録する");
	await v.press("ホームへ");
	await v.go("/child/new");
	await v.fill("code", newCode().code);
	await v.press("次へ");
	await v.press("追加する");
	await v.go("/settings");
	await v.go("/email");
	await pressAnyway(v, "確認のメールを送る");
	await v.go("/mail/verify?t=broken");
	await v.go("/nothing");
	await v.close();
}

async function reporting(browser) {
	const v = await visitor(browser, "guardian", "report");
	const { children } = people("two-schools")[0];

	await v.signIn(people("two-schools")[0]);
	await v.go("/absence/new");
	await pressAnyway(v, "確認する");
	for (const child of children)
		await v.choose(child.name);
	await v.choose("早退");
	await v.choose("日付を選ぶ");
	await v.choose("通院");
	await v.fill("first", await v.page.locator("#i-first")
		.getAttribute("min"));
	await shoot(v);
	await v.fill("clock", "13:15");
	await v.fill("note", "歯医者の予約があります。\n給食は食べてから帰ります。");
	await v.press("確認する");
	await v.press("送信する");
	await v.press("ホームへ");
	await v.arrive(() => v.page.locator("ul.reports a").first().click());
	await v.press("内容を変更する");
	await v.press("変更しないで戻る");
	await v.press("取り消す");
	await v.press("取り消す");
	await v.close();
}

// The longest name of a child with a guardian, much to read, and after hours.
async function longNames(browser) {
	const login = sql(`SELECT g.login FROM guardian g
	 JOIN guardianship s ON s.guardian_id = g.id
	 JOIN pupil p ON p.id = s.pupil_id AND p.protected = 0
	 ORDER BY CHAR_LENGTH(p.name) DESC, p.id LIMIT 1`);
	const v = await visitor(browser, "guardian", "long");

	await v.signIn({ login, password: city.password });
	await v.go("/absence/new");
	await v.choose("欠席");
	await v.page.locator("[name=reason]").last().check();
	await v.fill("note", "38.2℃の熱があります。".repeat(30));
	await v.press("確認する");
	await v.press("送信する");
	await v.close();

	const [who] = people("short-hours");
	const { school } = who.children[0];
	const c = await visitor(browser, "guardian", "closed");
	try {
		hours(school, 300, 301);
		await c.signIn(who);
		await c.go("/absence/new");
	} finally {
		usualHours(school);
	}
	await c.close();
}

// A morning of a whole school: the kinds and reasons as they come.
async function fillList(browser, school) {
	const logins = sql(`SELECT DISTINCT g.login FROM guardian g
	 JOIN guardianship s ON s.guardian_id = g.id
	 JOIN enrollment e ON e.pupil_id = s.pupil_id AND e.main = 1
	 JOIN organization o ON o.id = e.school_id AND o.name = '${school}'
	 WHERE NOT EXISTS (SELECT 1 FROM guardianship t WHERE
	  t.guardian_id = g.id AND t.pupil_id <> s.pupil_id)
	 ORDER BY g.id LIMIT 14`).split("\n");
	const wishes = [["欠席", "発熱", "", "38.2℃です"], ["欠席", "かぜ", "", ""],
		["遅刻", "通院", "10:30", "歯医者のあと登校します"],
		["欠席", "腹痛", "", ""], ["早退", "通院", "13:15", ""]];

	for (const [i, login] of logins.entries()) {
		const [kind, reason, clock, note] = wishes[i % wishes.length];
		const v = await visitor(browser, "guardian", "fill", true);

		await v.signIn({ login, password: city.password });
		await v.go("/absence/new");
		await v.choose(kind);
		await v.choose(reason);
		if (clock)
			await v.fill("clock", clock);
		await v.fill("note", note);
		await v.press("確認する");
		await v.press("送信する");
		await v.close();
	}
}

async function school(browser) {
	const [who] = people("school", "school");
	const v = await visitor(browser, "staff", "school");

	await v.go("/login");
	await v.fill("login", who.login);
	await v.fill("password", "wrong");
	await v.press("ログインする");
	await v.signIn(who);
	await v.go("/absence?day=2026-01-01");
	await v.go("/absence");
	await v.arrive(() => v.page.locator("tbody button").nth(1).click());
	await v.page.emulateMedia({ media: "print" });
	await shoot(v);
	await v.page.emulateMedia({ media: null });
	await v.arrive(() => v.page.locator("tbody th a").first().click());
	await v.go("/nothing");
	await v.go("/roster");
	for (const [name, rows] of [["bad.csv", [
		`${who.school},3,1,88,99999991,髙橋 葵,たかはし あおい`,
		`${who.school},3,1,,,山田 花子,やまだ はなこ`,
		"どこにもない学校,1,1,1,99999992,佐藤 一,さとう はじめ"]],
	["pupils.csv", [
		`${who.school},3,1,88,99999993,髙橋 葵,たかはし あおい`,
		`${who.school},4,1,89,99999994,マリア エドゥアルダ フェルナンデス ダ シルバ,マリア エドゥアルダ フェルナンデス ダ シルバ`]]]) {
		await v.go("/roster");
		await v.page.setInputFiles("#i-file", { name, mimeType: "text/csv",
			buffer: Buffer.from("\ufeff学校名,学年,組,出席番号,学籍番号,氏名," +
				`ふりがな\r\n${rows.join("\r\n")}\r\n`) });
		await v.press("内容を確かめる");
	}
	await v.press("この内容で登録する").catch(() => shoot(v));
	await v.go("/audit");
	await v.go("/audit?first=2026-01-01&last=2026-01-01");
	await v.close();

	for (const [what, role] of [["homeroom", "teacher"], ["board", "board"]]) {
		const [someone] = people(what, role);
		const s = await visitor(browser, "staff", what);

		await s.signIn(someone);
		if (role === "teacher")
			await s.go("/roster");
		await s.close();
	}
}

// The two pictures of the manual.
async function manual(browser) {
	const g = await visitor(browser, "guardian", "doc", true);
	await g.signIn(people("one-child")[0]);
	await g.go("/absence/new");
	await g.choose("欠席");
	await g.choose("発熱");
	await whole(g.page, 360);
	await g.page.screenshot({ path: `${doc}guardian-report.png` });
	await g.close();

	const s = await visitor(browser, "staff", "doc", true);
	await s.signIn(people("school", "school")[0]);
	await s.page.screenshot({ path: `${doc}staff-list.png` });
	await s.close();
}

async function sheet(browser, name, shots, width, columns, scale) {
	const page = await browser.newPage({ viewport: { width: 2000,
		height: 1200 } });

	for (let i = 0; i < shots.length; i += columns) {
		const file = path.join(folder, `sheet-${name}-${width}-` +
			`${String(i / columns + 1).padStart(2, "0")}.png`);
		const figures = shots.slice(i, i + columns).map((x) =>
			`<figure><figcaption>${x.what}</figcaption><img width="${
				width * scale}" src="${pathToFileURL(x.file)}"></figure>`);
		const html = path.join(folder, "sheet.html");

		fs.writeFileSync(html, "<!doctype html><meta charset=utf-8><style>" +
			"body{margin:8px;display:flex;gap:12px;align-items:flex-start;" +
			"background:#888;font:14px sans-serif}figure{margin:0}" +
			`</style>${figures.join("")}`);
		await page.goto(pathToFileURL(html).href);
		await page.screenshot({ path: file, fullPage: true });
		fs.rmSync(html);
	}
	await page.close();
}

async function main() {
	if (!folder) {
		process.stderr.write("usage: shots.mjs FOLDER\n");
		process.exit(2);
	}
	fs.mkdirSync(folder, { recursive: true });
	fs.mkdirSync(doc, { recursive: true });
	process.stdout.write(ctl("now"));
	const browser = await launch();

	await registration(browser);
	await reporting(browser);
	await fillList(browser, people("school", "school")[0].school);
	await manual(browser);
	await longNames(browser);
	await school(browser);
	for (const side of ["guardian", "staff"])
		for (const width of WIDTHS[side])
			await sheet(browser, side, taken[side].filter((x) =>
				x.width === width), width, width === 360 ? 5 : 2,
			width === 360 ? 1 : 0.75);
	await browser.close();
}

await main();
