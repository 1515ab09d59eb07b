// SPDX-License-Identifier: AGPL-3.0-or-later
// Cookies on both sides, before and after signing in: out of reach of script,
// of other hosts and of plain HTTP.

import { origins, people } from "../lib/city.mjs";
import { is, ok } from "../lib/tap.mjs";
import { Visitor, desk } from "../lib/visitor.mjs";
import { ask } from "../lib/wire.mjs";

async function flags(v, when) {
	for (const c of await v.context.cookies())
		is(`${c.name.startsWith("__Host-")} ${c.secure} ${c.httpOnly} ` +
			`${c.path} ${c.domain.startsWith(".")} ` +
			["Lax", "Strict"].includes(c.sameSite),
		"true true true / false true", `${v.side} ${when}: ${c.name}`);
}

const session = async (v) => (await v.context.cookies())
	.find((c) => c.name === "__Host-s");

export default async function cookies(browser) {
	for (const [side, [who]] of [["guardian", people("one-child")],
		["staff", people("school", "school")]]) {
		const v = await Visitor.open(browser, side, desk);

		await v.go("/login");
		ok((await v.context.cookies()).length > 0, `${side}: a cookie`);
		await flags(v, "before");
		await v.signIn(who);
		await flags(v, "signed in");
		const old = await session(v);
		ok(Buffer.from(old.value, "base64url").length === 32,
			`${side}: the session is 32 random bytes`);
		const days = (old.expires - Date.now() / 1000) / 86400;
		ok(side === "staff" ? old.expires === -1 : days > 89 && days < 400,
			`${side}: it lives as long as it should`, days);

		await v.go(side === "guardian" ? "/settings" : "/absence");
		await v.press("ログアウト");
		is(await session(v), undefined, `${side}: signed out, it is gone`);
		const answer = await ask(side, "/", { headers: {
			Cookie: `__Host-s=${old.value}` } });
		is(`${answer.status} ${answer.headers.location}`, "303 /login",
			`${side}: and the old one opens nothing`);
		await v.signIn(who);
		ok((await session(v)).value !== old.value,
			`${side}: the next one is another`);
		await v.close();
	}
	ok(new URL(origins.guardian).hostname !== new URL(origins.staff).hostname,
		"the sides are hosts of their own");
}
