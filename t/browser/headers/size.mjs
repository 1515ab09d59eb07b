// SPDX-License-Identifier: AGPL-3.0-or-later
// What a first view costs over the wire, with nothing cached, as the browser
// counts it (heads included): at most 40 KB in all, 8 KB of it HTML.

import { people } from "../lib/city.mjs";
import { diag, ok } from "../lib/tap.mjs";
import { Visitor, desk, phone } from "../lib/visitor.mjs";

const ALL = 40 * 1024, HTML = 8 * 1024;

async function weigh(v, path) {
	const cdp = await v.context.newCDPSession(v.page);
	const types = new Map();
	let html = 0, all = 0, n = 0;

	await cdp.send("Network.enable");
	await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
	cdp.on("Network.responseReceived", (e) => types.set(e.requestId, e.type));
	cdp.on("Network.loadingFinished", (e) => {
		n += 1;
		all += e.encodedDataLength;
		if (types.get(e.requestId) === "Document")
			html += e.encodedDataLength;
	});
	await v.page.goto(v.origin + path, { waitUntil: "networkidle" });
	await cdp.detach();
	const kb = (x) => (x / 1024).toFixed(1);
	diag(`${v.side} ${path}: ${kb(all)} KB in ${n} requests, ` +
		`HTML ${kb(html)} KB`);
	ok(html > 0 && html <= HTML, `${v.side} ${path}: HTML within 8 KB`, html);
	ok(all <= ALL, `${v.side} ${path}: all within 40 KB`, all);
}

export default async function size(browser) {
	const g = await Visitor.open(browser, "guardian", phone);
	await weigh(g, "/login");
	await g.signIn(people("two-schools")[0]);
	for (const path of ["/", "/absence/new", "/settings"])
		await weigh(g, path);
	await g.close();

	const s = await Visitor.open(browser, "staff", desk);
	await weigh(s, "/login");
	await s.signIn(people("school", "school")[0]);
	for (const path of ["/absence", "/roster"])
		await weigh(s, path);
	await s.close();
}
