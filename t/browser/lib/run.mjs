// SPDX-License-Identifier: AGPL-3.0-or-later
// Runs the rooms of one test file one after the other in one browser. A room
// is a module below t/browser whose default function gets the browser.

import { bail, done, part } from "./tap.mjs";
import { launch } from "./visitor.mjs";

export async function run(...rooms) {
	const browser = await launch().catch(bail);

	for (const room of rooms) {
		const { default: work } = await import(`../${room}.mjs`);

		await part(room, () => work(browser));
		// what a broken room left open
		await Promise.all(browser.contexts().map((c) => c.close()));
	}
	await browser.close();
	done();
}
