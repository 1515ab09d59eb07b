// SPDX-License-Identifier: AGPL-3.0-or-later
// One request without a browser, for what browsers hide or refuse to send.

import fs from "node:fs";
import https from "node:https";
import { city, origins } from "./city.mjs";

const ca = fs.readFileSync(city.certificate);

// *.localhost is a browser's knowledge, not the resolver's.
const lookup = (_host, options, found) => options.all
	? found(null, [{ address: "127.0.0.1", family: 4 }])
	: found(null, "127.0.0.1", 4);

// headers of the answer as pairs in lower case, body as text. `declare` sends
// a Content-Length and no body.
export function ask(side, path, { method = "GET", headers = {}, body = "",
	declare = 0, servername } = {}) {
	const url = new URL(origins[side]);

	return new Promise((resolve, reject) => {
		const request = https.request({
			host: url.hostname, port: url.port, path, method, ca, lookup,
			servername: servername ?? url.hostname,
			agent: false,
			headers: { "Accept-Encoding": "gzip", ...headers,
				...(declare > 0 ? { "Content-Length": declare } : {}) },
		}, (answer) => {
			const chunks = [];

			answer.on("data", (x) => chunks.push(x));
			answer.on("end", () => {
				request.destroy();
				resolve({ status: answer.statusCode,
					headers: answer.headers,
					body: Buffer.concat(chunks) });
			});
		});

		request.on("error", reject);
		if (declare > 0)
			request.flushHeaders();
		else
			request.end(body);
	});
}
