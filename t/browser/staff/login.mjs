// SPDX-License-Identifier: AGPL-3.0-or-later
// F01: staff sign in and out; who may open what.

import { people } from "../lib/city.mjs";
import { has, is, lacks } from "../lib/tap.mjs";
import { Visitor, desk } from "../lib/visitor.mjs";

export default async function login(browser) {
	const [teacher] = people("homeroom", "teacher");
	const v = await Visitor.open(browser, "staff", desk);

	await v.go("/absence");
	is(v.path, "/login", "a stranger is asked to sign in");
	await v.signIn(teacher, "wrong password");
	is(v.status, 422, "a wrong password is refused");
	const wrong = await v.text();
	await v.signIn({ login: "nobody-here" }, "wrong password");
	is((await v.text()).replace("nobody-here", ""),
		wrong.replace(teacher.login, ""), "in the same words as a wrong ID");

	await v.signIn(teacher);
	is(v.path, "/absence", "signed in, at the day's list");
	has(await v.page.locator("header").innerText(), teacher.name,
		"with one's name on top");
	const cookies = await v.context.cookies();
	const session = cookies.find((c) => c.name === "__Host-s");
	is(`${session?.secure} ${session?.httpOnly} ${session?.path}`,
		"true true /", "the session's cookie is Secure and HttpOnly");

	lacks(await v.page.locator("nav.side").innerText(), "名簿",
		"a teacher's menu has no roster");
	await v.go("/roster");
	is(v.status, 403, "and its address is refused");
	has(await v.text(), "この操作はできません", "with a page that says so");
	await v.go("/audit");
	is(v.status, 403, "the history likewise");
	await v.go("/absence/AAAAAAAAAAAAAAAAAAAAAA");
	is(v.status, 404, "what does not exist is not found");

	await v.go("/absence");
	await v.press("ログアウト");
	has(await v.text(), "ログアウトしました", "signed out");
	await v.go("/absence");
	is(v.path, "/login", "and really so");
	await v.close();
}
