// SPDX-License-Identifier: AGPL-3.0-or-later
// Who and what is there to try: the access.json of a running demonstration,
// and the few things that no page can arrange (a school closing now).

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { bail } from "./tap.mjs";

function read() {
	const file = process.env.RENRAKU_ACCESS;

	if (!file)
		bail("RENRAKU_ACCESS is not set: ./bootstrap check browser");
	return JSON.parse(fs.readFileSync(file, "utf8"));
}

export const city = read();
export const origins = { guardian: city.guardian_url, staff: city.staff_url };

// People of a case, in the order of access.json.
export function people(what, role = "guardian") {
	const found = city.logins.filter((x) => x.case === what &&
		x.role === role);

	if (found.length === 0)
		throw new Error(`access.json has no ${role} "${what}"`);
	return found;
}

// A letter code nobody has used; each is handed out once in a process.
const codes = [...city.codes];
export function newCode() {
	const code = codes.shift();

	if (!code)
		throw new Error("access.json has no more letter codes");
	return code;
}

export function sql(text) {
	const password = path.join(path.dirname(city.configuration),
		"passwords", "ctl");

	return execFileSync("mariadb", ["--no-defaults", "-u", "ctl", "-S",
		city.database_socket, "--default-character-set=utf8mb4", "-NB",
		"renraku"], {
		input: text,
		encoding: "utf8",
		env: { ...process.env,
			MYSQL_PWD: fs.readFileSync(password, "utf8").trim() },
	}).trim();
}

export function ctl(...words) {
	return execFileSync(path.join(city.programs, "renrakuctl"),
		["--conf", city.configuration, ...words], { encoding: "utf8" });
}

// Business today, as 2026-11-24.
export function today() {
	return /^now (\d{4}-\d\d-\d\d)T/m.exec(ctl("now"))[1];
}

// Reception hours of a school, today only; minutes since midnight, equal =
// closed all day.
export function hours(school, opens, closes) {
	sql(`REPLACE INTO reception_exception (school_id, day, opens, closes)
	 SELECT id, '${today()}', ${opens}, ${closes} FROM organization
	 WHERE name = '${school}'`);
}

export function usualHours(school) {
	sql(`DELETE FROM reception_exception WHERE day = '${today()}' AND
	 school_id = (SELECT id FROM organization WHERE name = '${school}')`);
}
