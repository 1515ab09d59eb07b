// SPDX-License-Identifier: AGPL-3.0-or-later
// F50: every connection is encrypted, by versions that are still good.

import net from "node:net";
import tls from "node:tls";
import { origins } from "../lib/city.mjs";
import { ok } from "../lib/tap.mjs";

// The version agreed on, or null when the server refuses.
function agreed(version) {
	const { port } = new URL(origins.guardian);

	return new Promise((done) => {
		const socket = tls.connect({ host: "127.0.0.1", port,
			servername: "localhost", rejectUnauthorized: false,
			minVersion: version, maxVersion: version,
			ciphers: "DEFAULT@SECLEVEL=0" }, () => {
			done(socket.getProtocol());
			socket.destroy();
		});

		socket.on("error", () => done(null));
	});
}

// What an unencrypted request gets: never a page.
function plain() {
	const { port } = new URL(origins.guardian);

	return new Promise((done) => {
		const socket = net.connect(Number(port), "127.0.0.1");
		let text = "";

		socket.on("data", (data) => { text += data; });
		socket.on("close", () => done(text));
		socket.on("error", () => done(text));
		socket.write("GET /login HTTP/1.1\r\nHost: localhost\r\n" +
			"Connection: close\r\n\r\n");
	});
}

export default async function encryption() {
	for (const version of ["TLSv1.2", "TLSv1.3"])
		ok(await agreed(version) === version, `F50 ${version} is spoken`);
	for (const version of ["TLSv1", "TLSv1.1"])
		ok(await agreed(version) === null, `F50 ${version} is refused`);
	const text = await plain();

	ok(!/^HTTP\/1.1 200/.test(text) && !text.includes("<form"),
		"F50 without encryption there is no page", text.slice(0, 200));
}
