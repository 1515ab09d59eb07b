// SPDX-License-Identifier: AGPL-3.0-or-later
// English, where a page has all of its texts in it: wholly or not at all.

import { people } from "../lib/city.mjs";
import { has, is, ok } from "../lib/tap.mjs";
import { Visitor, phone } from "../lib/visitor.mjs";

const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/;

// Words in Japanese outside what says that it is Japanese or a name.
function foreign() {
	const own = (e) => e.closest("[lang=ja], [translate=no]") !== null &&
		e.closest("[lang=ja], [translate=no]") !== document.documentElement;
	const walk = document.createTreeWalker(document.body,
		NodeFilter.SHOW_TEXT);
	const found = [];

	while (walk.nextNode())
		if (!own(walk.currentNode.parentElement))
			found.push(walk.currentNode.data);
	return found.join("|");
}

export default async function english(browser) {
	const v = await Visitor.open(browser, "guardian", { ...phone,
		locale: "en-US" });

	for (const [path, title] of [["/login", "Sign in"],
		["/register", "code"]]) {
		await v.go(path);
		is(await v.page.getAttribute("html", "lang"), "en", `${path} in English`);
		has((await v.title()).toLowerCase(), title.toLowerCase(), "with its title");
		const words = await v.page.evaluate(foreign);
		ok(!JAPANESE.test(words), "without a word of Japanese", words);
	}
	await v.fill("code", "AAAA");
	await v.press("Next");
	is(v.status, 422, "a wrong code");
	await v.go("/login");
	await v.press("日本語");
	is(await v.page.getAttribute("html", "lang"), "ja", "back to Japanese");
	await v.press("English");
	is(await v.page.getAttribute("html", "lang"), "en", "and to English");

	const [who] = people("english");
	await v.fill("login", who.login);
	await v.fill("password", who.password);
	await v.press("Sign in");
	is(v.path, "/", "signed in");
	is(await v.page.getAttribute("html", "lang"), "ja",
		"a page without all its texts in English is Japanese and says so");
	await v.close();
}
