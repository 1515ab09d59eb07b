/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Only makes things pleasanter: everything works without it.
 * 1. Focus goes to the error summary. 2. The open list of a day asks for news
 * every 20 seconds while it is visible. 3. A form is not sent twice by a double
 * tap (the server would not do it twice either). 4. The browser's way back to
 * the form of a report. */
"use strict";

(function () {
	var summary = document.getElementById("summary");

	if (summary) {
		document.title = "エラー：" + document.title;
		summary.focus();
	}
})();

(function () {
	/* Back at a page that answered a POST, the browser would only ask
	 * whether to send again: let it be a GET. It then comes with what was
	 * typed, as far as that differs from what the page itself said. */
	function keep(form) {
		form.querySelectorAll("textarea, [type=date], [type=time]")
			.forEach(function (field) {
				var value = field.value;

				field.defaultValue = "";
				field.value = value;
			});
		history.replaceState(null, "", location.href);
	}

	document.addEventListener("submit", function (event) {
		var form = event.target;

		if (form.dataset.sent) {
			event.preventDefault();
			return;
		}
		form.dataset.sent = "1";
		if (form.classList.contains("report"))
			keep(form);
		window.setTimeout(function () {
			delete form.dataset.sent;
		}, 3000);
	});
})();

(function () {
	var rows = document.getElementById("rows"), n = 0;

	function focused() {
		var at = document.activeElement;

		return rows.contains(at) && at.tagName === "BUTTON";
	}

	function show(html) {
		var page = new DOMParser().parseFromString(html, "text/html");
		var fresh = page.getElementById("rows");
		var scroll = rows.querySelector(".scroll");
		var left = scroll ? scroll.scrollLeft : 0;

		if (!fresh)
			return;
		rows.replaceWith(fresh);
		rows = fresh;
		scroll = rows.querySelector(".scroll");
		if (scroll)
			scroll.scrollLeft = left;
	}

	function ask() {
		var url;

		if (document.hidden || focused())
			return;
		n += 1;
		url = rows.dataset.src + "&n=" + n + "&v=" +
			encodeURIComponent(rows.dataset.version || "");
		fetch(url, { credentials: "same-origin", redirect: "error" })
			.then(function (answer) {
				return answer.status === 200 ? answer.text() : null;
			})
			.then(function (html) {
				if (html)
					show(html);
			})
			.catch(function () { /* next time */ });
	}

	if (!rows || !rows.dataset.src)
		return;
	window.setInterval(ask, 20000);
	document.addEventListener("visibilitychange", ask);
})();
