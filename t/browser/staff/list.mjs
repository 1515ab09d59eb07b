// SPDX-License-Identifier: AGPL-3.0-or-later
// F14: the day's list: unconfirmed first, confirming one and all, what changed
// after it, the file for Excel, paper.

import fs from "node:fs";
import { people, today } from "../lib/city.mjs";
import { guardian, report } from "../lib/report.mjs";
import { has, is, lacks, ok, part } from "../lib/tap.mjs";
import { Visitor, desk } from "../lib/visitor.mjs";

const NASTY = "=1+1,\"二行目\"\n<b>𠮷</b>";

const row = (v, path) => v.page.locator("tbody tr")
	.filter({ has: v.page.locator(`a[href$="${path.split("/").pop()}"]`) });

async function confirmOne(v, g, path) {
	await v.go("/absence");
	const first = v.page.locator("tbody tr").first();
	has(await first.innerText(), "未確認", "what is unconfirmed stands first");
	has(await row(v, path).innerText(), "発熱", "with its reason");
	has(await row(v, path).innerText(), NASTY, "and the words as typed");
	for (const width of [1280, 768]) {
		await v.page.setViewportSize({ width, height: 800 });
		const box = await row(v, path).locator("button").boundingBox();
		ok(box.x + box.width <= width, `its button is in reach at ${width} px`,
			box);
	}
	await v.page.setViewportSize(desk.viewport);
	await v.arrive(() => row(v, path).locator("button").click());
	has(await v.text(), "確認しました", "confirmed");
	has(await row(v, path).innerText(), "確認済", "the row says so");
	await g.go("/");
	has(await g.page.locator(`a[href="${path}"]`).innerText(),
		"学校が確認しました", "and the guardian's home at once");
}

async function changed(v, g, path) {
	await g.go(`${path}/edit`);
	await g.choose("腹痛");
	await g.press("変更を送信する");
	await g.go("/");
	lacks(await g.page.locator(`a[href="${path}"]`).innerText(),
		"学校が確認しました", "what was changed waits again");
	await v.go("/absence");
	has(await row(v, path).innerText(), "変更あり",
		"the school sees that it changed");
	await v.arrive(() => row(v, path).locator("th a").click());
	const versions = await v.page.locator("table tbody").innerText();
	has(versions, "発熱", "and what it was");
	has(versions, "腹痛", "and what it is");
	await v.press("一覧へ戻る");
}

async function confirmAll(v, browser, who) {
	const g = await guardian(browser, who);

	for (const reason of ["かぜ", "頭痛"])
		await report(g, { child: who.children[0], reason });
	await v.go("/absence");
	ok(await v.page.locator(".chip.new").count() >= 2, "two more are waiting");
	await v.press("すべて確認");
	is(await v.page.locator(".chip.new, .chip.changed").count(), 0,
		"one button confirms what is shown");
	has(await v.page.locator(".counts").innerText(), "未確認 0",
		"and the count says so");
	await g.go("/");
	lacks(await g.text(), "確認を待っています", "at home all are confirmed");
	await g.close();
}

async function file(v, who) {
	const wait = v.page.waitForEvent("download");
	await v.control("CSVで保存").click();
	const download = await wait;
	const bytes = fs.readFileSync(await download.path());
	const text = bytes.toString("utf8");

	ok(download.suggestedFilename().startsWith(
		`欠席連絡_${who.children[0].school}_${today()}`) &&
		download.suggestedFilename().endsWith(".csv"),
	"the file's name says what it is", download.suggestedFilename());
	is(bytes.subarray(0, 3).toString("hex"), "efbbbf",
		"UTF-8 with the mark that Excel needs");
	const lines = text.slice(1).split("\r\n");
	is(lines.at(-1), "", "lines end with CR LF");
	ok(lines.length >= 3, "a head and the rows", lines.length);
	for (const head of ["氏名", "理由", "学級"])
		has(lines[0], head, `a column ${head}`);
	has(text, who.children[0].name, "the child is in it");
	ok(!/(^|,)"?[=+@-]/m.test(text.slice(1)), "no cell is a formula", text);
	has(text, "1+1,\"\"二行目\"\"\n", "quotes and lines are kept");
}

async function paper(v) {
	await v.page.emulateMedia({ media: "print" });
	for (const gone of [".side", ".filter", ".actions"])
		ok(await v.page.locator(gone).first().isHidden(),
			`on paper there is no ${gone}`);
	ok(await v.page.locator("table.rows").isVisible(), "but the table");
	const pdf = await v.page.pdf({ format: "A4" });
	is(pdf.subarray(0, 5).toString(), "%PDF-", "it prints on A4");
	await v.page.emulateMedia({ media: null });
}

async function filters(v) {
	await v.page.locator("#i-kind").selectOption("late");
	await v.press("表示する");
	is(await v.page.locator("tbody .kind.absent").count(), 0,
		"only late arrivals, when asked");
	await v.go("/absence?day=2026-01-01");
	has(await v.text(), "この日の連絡はまだありません", "an empty day says so");
}

export default async function list(browser) {
	const [who] = people("one-child");
	const [teacher] = people("homeroom", "teacher");
	const [school] = people("school", "school");
	const g = await guardian(browser, who);
	const path = await report(g, { child: who.children[0], note: NASTY });
	const v = await Visitor.open(browser, "staff", desk);

	await v.signIn(teacher);
	has(await v.text(), teacher.class, "the homeroom teacher sees the own class");
	await part("confirm one", () => confirmOne(v, g, path));
	await part("a change", () => changed(v, g, path));
	await part("confirm all", () => confirmAll(v, browser, who));
	await part("file", () => file(v, who));
	await part("paper", () => paper(v));
	await part("filters", () => filters(v));
	await v.close();
	await g.close();

	const a = await Visitor.open(browser, "staff", desk);
	await a.signIn(school);
	has(await a.text(), "学校全体", "the school's administrator sees the school");
	await a.close();

	const [other] = people("other-school", "teacher");
	const o = await Visitor.open(browser, "staff", desk);
	await o.signIn(other);
	await o.go(path);
	is(o.status, 404, "for another school the report does not exist");
	lacks(await (await o.go("/absence"), o.text()), who.children[0].name,
		"nor the child");
	await o.close();
}
