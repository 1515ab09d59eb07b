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

	function top(e) {
		return e.getBoundingClientRect().top;
	}

	function inView(e) {
		return top(e) >= 0 && top(e) < window.innerHeight;
	}

	/* What is being read: the focus, or once the list was scrolled its
	 * first report in view. */
	function read(focus) {
		if (focus && inView(focus))
			return focus;
		if (top(rows) >= 0)
			return null;
		return Array.from(rows.querySelectorAll("tbody a")).find(inView);
	}

	/* The same link or button in the fresh list. */
	function same(old) {
		return old && Array.from(rows.querySelectorAll(old.tagName))
			.find(function (e) {
				return ["href", "aria-label"].every(function (name) {
					return e.getAttribute(name) ===
						old.getAttribute(name);
				});
			});
	}

	/* Focus and place stay: nothing moves while it is read. */
	function show(html) {
		var page = new DOMParser().parseFromString(html, "text/html");
		var fresh = page.getElementById("rows");
		var scroll = rows.querySelector(".scroll");
		var left = scroll ? scroll.scrollLeft : 0;
		var focus = rows.contains(document.activeElement)
			? document.activeElement : null;
		var eye = read(focus), y = eye ? top(eye) : 0;

		if (!fresh)
			return;
		rows.replaceWith(fresh);
		rows = fresh;
		scroll = rows.querySelector(".scroll");
		if (scroll)
			scroll.scrollLeft = left;
		focus = same(focus);
		if (focus)
			focus.focus({ preventScroll: true });
		eye = same(eye);
		if (eye)
			window.scrollBy(0, top(eye) - y);
	}

	function ask() {
		var url;

		if (document.hidden)
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
