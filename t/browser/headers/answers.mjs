// SPDX-License-Identifier: AGPL-3.0-or-later
// The exact set of headers on every kind of answer: pages, redirects, errors
// of the application and of nginx, files.

import zlib from "node:zlib";
import { origins } from "../lib/city.mjs";
import { has, is, lacks, ok } from "../lib/tap.mjs";
import { ask } from "../lib/wire.mjs";

const ALWAYS = {
	"content-security-policy": "default-src 'none'; script-src 'self'; " +
		"style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; form-action 'self'; manifest-src 'self'; " +
		"worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; " +
		"object-src 'none'",
	"strict-transport-security": "max-age=63072000; includeSubDomains",
	"x-content-type-options": "nosniff",
	"referrer-policy": "same-origin",
	"x-frame-options": "DENY",
	"permissions-policy": "camera=(), microphone=(), geolocation=(), " +
		"payment=(), usb=()",
	"cross-origin-opener-policy": "same-origin",
	"cross-origin-resource-policy": "same-origin",
};
// What HTTP itself and the body need; anything else is a surprise.
const OTHERS = ["server", "date", "connection", "content-type",
	"content-length", "content-encoding", "transfer-encoding", "vary",
	"cache-control", "location", "set-cookie", "etag", "last-modified",
	"accept-ranges", "retry-after", "keep-alive"];

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const own = (side) => ({ ...FORM, Origin: origins[side],
	"Sec-Fetch-Site": "same-origin" });
const foreign = { ...FORM, Origin: "https://evil.example",
	"Sec-Fetch-Site": "cross-site" };

const text = (answer) => (answer.headers["content-encoding"] === "gzip"
	? zlib.gunzipSync(answer.body) : answer.body).toString("utf8");

function exact(answer, name, { referrer = "same-origin", cache }) {
	const want = { ...ALWAYS, "referrer-policy": referrer };
	const wrong = Object.entries(want)
		.filter(([k, v]) => answer.headers[k] !== v)
		.map(([k, v]) => `${k}: ${answer.headers[k]} instead of ${v}`);
	const more = Object.keys(answer.headers)
		.filter((k) => !(k in want) && !OTHERS.includes(k));

	if (answer.headers.server !== "nginx")
		wrong.push(`server: ${answer.headers.server}`);
	if (cache !== undefined && answer.headers["cache-control"] !== cache)
		wrong.push(`cache-control: ${answer.headers["cache-control"]}`);
	ok(wrong.length + more.length === 0, `${name}: the headers`,
		[...wrong, ...more.map((k) => `one more: ${k}`)].join("\n"));
}

// status, side, path, what is sent, what differs
const PAGES = [
	[200, "guardian", "/login"],
	[200, "guardian", "/register"],
	[200, "staff", "/login"],
	[303, "guardian", "/"],
	[303, "staff", "/absence"],
	[303, "guardian", "/language?to=en&back=/login"],
	[404, "guardian", "/nothing"],
	[404, "staff", "/nothing"],
	[404, "guardian", "/assets/nothing.js"],
	[405, "guardian", "/register/account"],
	[405, "guardian", "/login", { method: "PUT", headers: own("guardian") }],
	[403, "guardian", "/login", { method: "POST", headers: foreign,
		body: "login=x&password=y" }],
	[403, "staff", "/absence/confirm", { method: "POST", headers: foreign }],
	[422, "guardian", "/register", { method: "POST",
		headers: own("guardian"), body: "code=AAAA" }],
	[413, "guardian", "/register", { method: "POST",
		headers: own("guardian"), declare: 70000 }],
	[413, "staff", "/roster", { method: "POST", headers: own("staff"),
		declare: 9000000 }],
	[414, "guardian", `/${"x".repeat(9000)}`],
	[200, "guardian", "/mail/verify?t=nothing", {},
		{ referrer: "no-referrer" }],
];

async function files() {
	const page = text(await ask("guardian", "/login"));
	const assets = page.match(/\/assets\/[\w.-]+/g);

	ok(assets.length >= 4, "the page names its files by their content", assets);
	for (const path of assets) {
		const answer = await ask("guardian", path);
		const etag = answer.headers.etag;

		is(answer.status, 200, `${path} is there`);
		exact(answer, path,
			{ cache: "public, max-age=31536000, immutable" });
		exact(await ask("guardian", path,
			{ headers: { "If-None-Match": etag } }), `${path} 304`, {});
	}
	for (const path of ["/robots.txt", "/favicon.ico", "/error.css"])
		exact(await ask("guardian", path), path, {});
}

// A name that is not ours: the handshake, and then the Host, lead nowhere.
async function names() {
	for (const how of [{ servername: "evil.example" },
		{ headers: { Host: "evil.example" } }]) {
		const end = await ask("guardian", "/login", how)
			.then((x) => `answered ${x.status}`, (e) => e.code);

		ok(!end.startsWith("answered"), "another host's name gets no answer",
			end);
	}
}

export default async function answers() {
	for (const [status, side, path, how, special] of PAGES) {
		const answer = await ask(side, path, how);
		const name = `${status} ${side} ${how?.method ?? "GET"} ` +
			path.slice(0, 40);

		is(answer.status, status, name);
		exact(answer, name, { cache: "no-store", ...special });
		if (status >= 400)
			has(text(answer), "lang=\"ja\"", `${name}: a page in Japanese`);
		lacks(text(answer), "nginx", `${name}: which is ours`);
	}
	const large = await ask("staff", "/roster", { method: "POST",
		headers: own("staff"), declare: 9000000 });
	has(text(large), "8MB", "what is too large is told the limit");
	has(text(large), "まだ何も送信されていません", "and that nothing was sent");
	await files();
	await names();
}
