// SPDX-License-Identifier: AGPL-3.0-or-later
// A report with Tab, Space and Enter alone: each place the focus goes to is
// seen (WCAG 2.4.7) and not under the fixed bar (2.4.11).

import { people } from "../lib/city.mjs";
import { has, ok } from "../lib/tap.mjs";
import { Visitor, desk } from "../lib/visitor.mjs";

// In the page: what has the focus, is it marked, is it hidden.
function focus() {
	const e = document.activeElement;
	const box = e.getBoundingClientRect();
	const marked = [e, e.closest("label")].some((x) => x !== null &&
		parseFloat(getComputedStyle(x).outlineWidth) >= 2 &&
		getComputedStyle(x).outlineStyle !== "none");
	const top = document.elementFromPoint(box.x + box.width / 2,
		Math.min(box.y + box.height / 2, window.innerHeight - 1));

	return {
		words: (e.closest("label") ?? e).textContent.trim(),
		marked,
		seen: top !== null && (e.contains(top) || top.contains(e)),
	};
}

export default async function keyboard(browser) {
	const [who] = people("one-child");
	const v = await Visitor.open(browser, "guardian", desk);
	const unmarked = [], hidden = [];

	const tabTo = async (words) => {
		for (let i = 0; i < 80; i++) {
			await v.page.keyboard.press("Tab");
			const at = await v.page.evaluate(focus);

			if (!at.marked)
				unmarked.push(at.words);
			if (!at.seen)
				hidden.push(at.words);
			if (at.words.startsWith(words))
				return;
		}
		throw new Error(`Tab never came to "${words}"`);
	};
	const enter = async (words) => {
		await tabTo(words);
		await v.arrive(() => v.page.keyboard.press("Enter"));
	};

	await v.signIn(who);
	await enter("欠席・遅刻・早退を連絡する");
	await tabTo("欠席");
	await v.page.keyboard.press("Space");
	await tabTo("発熱");
	await v.page.keyboard.press("Space");
	await enter("確認する");
	has(await v.text(), "発熱", "the check page, without a mouse");
	await enter("送信する");
	has(await v.text(), "受け付けました", "and sent");
	ok(unmarked.length === 0, "the focus is always marked", unmarked);
	ok(hidden.length === 0, "and never under something else", hidden);
	await v.close();
}
