// SPDX-License-Identifier: AGPL-3.0-or-later
// F54: the auditor sees who did what; what was refused too; and nothing else.

import fs from "node:fs";
import { people } from "../lib/city.mjs";
import { has, is, ok } from "../lib/tap.mjs";
import { Visitor, desk } from "../lib/visitor.mjs";

export default async function audit(browser) {
	const [teacher] = people("homeroom", "teacher");
	const [auditor] = people("auditor", "auditor");
	const t = await Visitor.open(browser, "staff", desk);

	await t.signIn(teacher);
	await t.go("/roster");
	await t.close();

	const v = await Visitor.open(browser, "staff", desk);
	await v.signIn(auditor);
	is(v.path, "/audit", "an auditor comes to the history");
	await v.fill("login", teacher.login);
	await v.press("表示する");
	const rows = await v.page.locator("tbody tr").allInnerTexts();
	ok(rows.length >= 3, "a teacher's morning is there", rows.length);
	ok(rows.every((x) => x.includes(teacher.login)), "and only it, when asked");
	ok(rows.some((x) => x.includes("/roster") && x.includes("権限なし")),
		"what was refused stands there", rows.slice(0, 5));
	ok(rows.some((x) => x.includes("/login")), "and the sign-in");
	has(rows[0], teacher.name, "with the name");
	has(rows[0], "127.0.0.1", "and from where");

	const wait = v.page.waitForEvent("download");
	await v.control("CSVで保存").click();
	const csv = fs.readFileSync(await (await wait).path(), "utf8");
	ok(csv.startsWith("\ufeff") && csv.includes(teacher.login),
		"the same as a file", csv.slice(0, 300));
	await v.go("/absence");
	is(v.status, 403, "but no child's report is the auditor's");
	await v.close();
}
