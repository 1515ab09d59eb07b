// SPDX-License-Identifier: AGPL-3.0-or-later
// Mail as it arrived in the demonstration's Maildir. Reads just what our own
// writer makes: one part, text/plain, RFC 2047 in the head.

import fs from "node:fs";
import path from "node:path";
import { city } from "./city.mjs";

const folder = path.join(city.maildir, "new");
const PATIENCE = 30000;

function quoted(text) {
	const bytes = text.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/gi,
		(_, hex) => String.fromCharCode(parseInt(hex, 16)));

	return Buffer.from(bytes, "latin1").toString("utf8");
}

function words(head) {
	return head.replace(/\?=\s+=\?/g, "?==?").replace(
		/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how, text) =>
			how.toLowerCase() === "b"
				? Buffer.from(text, "base64").toString("latin1")
				: text.replace(/_/g, " ").replace(
					/=([0-9A-F]{2})/gi, (_x, hex) =>
						String.fromCharCode(parseInt(hex, 16))));
}

function decodeWords(head) {
	const plain = words(head);

	return plain === head ? head : Buffer.from(plain, "latin1").toString();
}

function parse(raw) {
	const cut = raw.indexOf("\n\n");
	const head = raw.slice(0, cut).replace(/\n[ \t]+/g, " ");
	const field = (name) => decodeWords(
		new RegExp(`^${name}: *(.*)$`, "im").exec(head)?.[1] ?? "");
	const body = raw.slice(cut + 2);
	const coding = field("Content-Transfer-Encoding").toLowerCase();

	return {
		to: field("X-Envelope-To"),
		subject: field("Subject"),
		text: coding === "base64"
			? Buffer.from(body, "base64").toString("utf8")
			: coding === "quoted-printable" ? quoted(body)
				: Buffer.from(body, "latin1").toString("utf8"),
	};
}

// What comes for an address from now on.
export class Mailbox {
	constructor(address) {
		this.address = address;
		this.old = new Set(this.names());
	}

	names() {
		return fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
	}

	mails() {
		return this.names().filter((x) => !this.old.has(x))
			.map((x) => parse(fs.readFileSync(path.join(folder, x),
				"latin1")))
			.filter((x) => x.to === this.address);
	}

	// The mails, as soon as there are `n` of them.
	arrived(n) {
		return new Promise((resolve, reject) => {
			let late = null;
			const watch = fs.watch(folder, () => look());
			const end = (how, what) => {
				clearTimeout(late);
				watch.close();
				how(what);
			};
			const look = () => {
				const mails = this.mails();

				if (mails.length >= n)
					end(resolve, mails);
			};
			late = setTimeout(() => end(reject, new Error(
				`${this.mails().length} of ${n} mails came`)),
			PATIENCE);
			look();
		});
	}
}
