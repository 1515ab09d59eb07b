// SPDX-License-Identifier: AGPL-3.0-or-later
// A person at a browser: opens, reads, taps. Every page that is met on the way
// is examined (met.mjs); a test moves by these methods only, so that no page
// is met unseen.

import fs from "node:fs";
import { chromium } from "playwright-core";
import { origins } from "./city.mjs";
import { met } from "./met.mjs";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"]
	.find((x) => fs.existsSync(x));

// No sandbox: tests may run as root. Nothing may call its maker meanwhile.
export function launch() {
	return chromium.launch({
		executablePath,
		args: ["--no-sandbox", "--disable-gpu", "--disable-quic",
			"--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync"],
	});
}

export const phone = { viewport: { width: 360, height: 740 }, isMobile: true,
	hasTouch: true };
export const desk = { viewport: { width: 1280, height: 800 } };

export class Visitor {
	static async open(browser, side, how = phone) {
		const context = await browser.newContext({
			locale: "ja-JP",
			timezoneId: "Asia/Tokyo",
			ignoreHTTPSErrors: true,	/* the demo's own certificate */
			...how,
		});

		context.setDefaultTimeout(15000);
		return new Visitor(context, await context.newPage(), side, how);
	}

	constructor(context, page, side, how) {
		Object.assign(this, { context, page, side, how });
		this.origin = origins[side];
		this.size = how.viewport.width < 600 ? "phone" : "desk";
		this.examine = met;
		this.taps = 0;
		this.answer = null;		/* of the page shown */
		this.complaints = [];		/* console, CSP, foreign hosts */
		this.listen();
	}

	listen() {
		this.context.on("request", (r) => {
			const url = r.url();

			if (!url.startsWith(`${this.origin}/`) &&
			    !url.startsWith("data:"))
				this.complaints.push(`request to ${url}`);
		});
		this.page.on("response", (r) => {
			if (r.request().isNavigationRequest() &&
			    r.frame() === this.page.mainFrame())
				this.answer = r;
		});
		this.page.on("pageerror", (e) =>
			this.complaints.push(`script: ${e.message}`));
		this.page.on("console", (m) => {
			// the status of the page itself is the test's business
			const own = m.text().startsWith("Failed to load resource") &&
				m.location().url === this.answer?.url();

			if (["error", "warning"].includes(m.type()) && !own)
				this.complaints.push(`console: ${m.text()}`);
		});
	}

	async arrive(act) {
		const loaded = this.page.waitForEvent("load");

		await Promise.all([loaded, act()]);
		await this.examine(this);
	}

	async go(path) {
		await this.arrive(() => this.page.goto(this.origin + path));
	}

	async back() {
		await this.arrive(() => this.page.goBack());
	}

	// A link or a button by its words.
	control(words) {
		return this.page.getByRole("button", { name: words })
			.or(this.page.getByRole("link", { name: words })).first();
	}

	async touch(what) {
		this.taps += 1;
		await (this.how.hasTouch ? what.tap() : what.click());
	}

	async press(words) {
		await this.arrive(() => this.touch(this.control(words)));
	}

	// A button of choice in a form.
	async choose(words) {
		await this.touch(this.page.locator("label.choice")
			.filter({ hasText: words }).first());
	}

	async fill(name, value) {
		await this.page.locator(`[name="${name}"]`).fill(value);
	}

	async signIn(who, password = who.password) {
		await this.go("/login");
		await this.fill("login", who.login);
		await this.fill("password", password);
		await this.press("ログインする");
	}

	get path() {
		return new URL(this.page.url()).pathname;
	}

	get status() {
		return this.answer?.status();
	}

	title() {
		return this.page.title();
	}

	text() {
		return this.page.locator("main").innerText();
	}

	value(name) {
		return this.page.locator(`[name="${name}"]`).inputValue();
	}

	async close() {
		await this.context.close();
	}
}
