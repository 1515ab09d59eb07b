// SPDX-License-Identifier: AGPL-3.0-or-later
// TAP for the browser tests: says what held and what did not. Knows nothing
// of browsers. A part that throws fails once and the next one still runs.

import { inspect } from "node:util";

let n = 0, failed = 0;

// For who looks closely, and for everybody: prove shows only the latter.
export function note(text) {
	process.stdout.write(`# ${String(text).replace(/\n/g, "\n# ")}\n`);
}

export function diag(text) {
	process.stderr.write(`# ${String(text).replace(/\n/g, "\n# ")}\n`);
}

export function ok(good, name, why) {
	n += 1;
	const words = name.replace(/[#\n]/g, " ");
	process.stdout.write(`${good ? "ok" : "not ok"} ${n} - ${words}\n`);
	if (good)
		return true;
	failed += 1;
	diag(`not ok ${n} - ${words}`);
	if (why !== undefined)
		diag(typeof why === "string" ? why : inspect(why, { depth: 4 }));
	return false;
}

export function is(got, want, name) {
	return ok(Object.is(got, want), name,
		`got  ${inspect(got)}\nwant ${inspect(want)}`);
}

export function has(text, piece, name) {
	return ok(text.includes(piece), name,
		`no ${inspect(piece)} in:\n${text.slice(0, 1500)}`);
}

export function lacks(text, piece, name) {
	return ok(!text.includes(piece), name,
		`${inspect(piece)} stands in:\n${text.slice(0, 1500)}`);
}

export async function part(name, work) {
	note(`── ${name}`);
	try {
		await work();
	} catch (e) {
		ok(false, `${name}: went through`, e.stack ?? String(e));
	}
}

// The plan and the exit status; nothing may follow.
export function done() {
	process.stdout.write(`1..${n}\n`);
	process.exitCode = failed > 0 || n === 0 ? 1 : 0;
}

export function bail(why) {
	process.stdout.write(`Bail out! ${String(why).split("\n")[0]}\n`);
	process.exit(1);
}
