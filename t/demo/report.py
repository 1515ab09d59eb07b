#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The main job of renraku done once, as a browser would do it: a guardian
signs in, reports an absence and gets the mail. `--show` prints how to get in.

Called by ./bootstrap demo with the demo's access.json. Forms are read from the
pages: hidden inputs go back as they came, and where a choice is needed and
WANTED says nothing, the first one is taken.
"""
import argparse
import email
import email.policy
import html.parser
import http.cookiejar
import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

LOGIN_PATH = "/login"
REPORT_PATH = "/absence/new"
WANTED = {}             # input name -> value, before the first choice
BUTTONS = ("送信", "確認")  # the button that goes on, if there are several
MAIL_SECONDS = 60


class Page(html.parser.HTMLParser):
    """Forms (action, method, inputs) and text of a page."""

    def __init__(self, url, text):
        super().__init__()
        self.url, self.forms, self.words = url, [], []
        self.skip = self.select = self.button = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self.forms.append({"action": a.get("action") or self.url,
                               "method": a.get("method", "get").lower(),
                               "inputs": []})
        if tag in ("script", "style"):
            self.skip = tag
        if tag == "main":
            self.words.clear()
        if not self.forms:
            return
        inputs = self.forms[-1]["inputs"]
        if tag == "input":
            inputs.append({**a, "type": a.get("type", "text")})
        elif tag == "button":
            self.button = {**a, "type": a.get("type", "submit"), "text": ""}
            inputs.append(self.button)
        elif tag == "textarea":
            inputs.append({**a, "type": "textarea"})
        elif tag == "select":
            self.select = {**a, "type": "select", "options": []}
            inputs.append(self.select)
        elif tag == "option" and self.select:
            self.select["options"].append(
                (a.get("value", ""), "selected" in a))

    def handle_endtag(self, tag):
        if tag == self.skip:
            self.skip = None
        elif tag == "select":
            self.select = None
        elif tag == "button":
            self.button = None

    def handle_data(self, data):
        if self.button:
            self.button["text"] += data
        if not self.skip and data.strip():
            self.words.append(" ".join(data.split()))

    def form(self, wanted):
        """The first POST form that has an input of a name or type."""
        for form in self.forms:
            if form["method"] == "post" and any(
                    wanted in (i.get("name"), i["type"])
                    for i in form["inputs"]):
                return form
        return None


def button_of(form):
    """The button that goes on; the first one when none says so."""
    buttons = [i for i in form["inputs"] if i["type"] == "submit"]
    for word in BUTTONS:
        for button in buttons:
            if word in (button.get("text") or button.get("value") or ""):
                return button
    return buttons[0] if buttons else {}


def fill(form, values, choose):
    """What a browser would send: name, value pairs. With choose, the first
    of each group of buttons where none is pressed."""
    pairs, chosen, first = [], set(), {}
    for i in form["inputs"]:
        name, kind = i.get("name"), i["type"]
        if not name or "disabled" in i:
            continue
        if kind in ("radio", "checkbox"):
            value = i.get("value", "on")
            first.setdefault(name, value)
            take = value == values[name] if name in values \
                else "checked" in i
            if take:
                chosen.add(name)
                pairs.append((name, value))
        elif kind == "select":
            taken = [v for v, selected in i["options"] if selected] or \
                [v for v, _ in i["options"] if v][:1] or [""]
            pairs.append((name, values.get(name, taken[0])))
        elif kind not in ("submit", "button", "reset", "image", "file"):
            pairs.append((name, values.get(name, i.get("value") or "")))
    if choose:
        pairs += [(n, v) for n, v in first.items() if n not in chosen]
    button = button_of(form)
    if button.get("name"):
        pairs.append((button["name"], button.get("value") or ""))
    return pairs


class Browser:
    def __init__(self, access):
        tls = ssl.create_default_context(cafile=access["certificate"])
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=tls),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.origin = access["guardian_url"]

    def open(self, url, data=None):
        request = urllib.request.Request(
            urllib.parse.urljoin(self.origin, url), data)
        request.add_header("Accept-Language", "ja")
        if data is not None:
            request.add_header("Origin", self.origin)
            request.add_header("Sec-Fetch-Site", "same-origin")
        try:
            with self.opener.open(request, timeout=30) as answer:
                return Page(answer.url, answer.read().decode())
        except urllib.error.HTTPError as error:
            page = Page(error.url, error.read().decode(errors="replace"))
            fail(f"{request.get_method()} {url}: {error.code}", page)

    def submit(self, page, form, values, choose=False):
        action = button_of(form).get("formaction") or form["action"]
        return self.open(
            urllib.parse.urljoin(page.url, action),
            urllib.parse.urlencode(fill(form, values, choose)).encode())


def fail(what, page=None):
    print(f"report: {what}", file=sys.stderr)
    if page:
        print("\n".join(page.words[:30]), file=sys.stderr)
    sys.exit(1)


def guardian_of(access):
    for login in access["logins"]:
        if login.get("role") == "guardian":
            return login
    fail("access.json has no guardian")


def sign_in(browser, login):
    page = browser.open(LOGIN_PATH)
    form = page.form("password")
    if not form:
        fail("no form to sign in", page)
    name = next(i["name"] for i in form["inputs"]
                if i["type"] in ("text", "email") and i.get("name"))
    secret = next(i["name"] for i in form["inputs"]
                  if i["type"] == "password")
    page = browser.submit(page, form, {name: login["login"],
                                       secret: login["password"]})
    if page.form("password"):
        fail("not signed in", page)


def report(browser):
    """The form, the check page, the page that says it was received."""
    page = browser.open(REPORT_PATH)
    for step in ("form", "check page"):
        forms = [f for f in page.forms if f["method"] == "post" and
                 urllib.parse.urljoin(page.url, f["action"]).startswith(
                     browser.origin + "/absence")]
        if not forms:
            fail(f"the {step} has no form", page)
        page = browser.submit(page, forms[0], WANTED, choose=True)
    return page


def wait_for_mail(folder, before):
    """The first file in the Maildir that was not there before."""
    end = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < end:
        for name in sorted(os.listdir(folder)):
            if name not in before:
                with open(os.path.join(folder, name), "rb") as f:
                    return email.message_from_binary_file(
                        f, policy=email.policy.default)
        time.sleep(0.05)
    fail(f"no mail in {folder} after {MAIL_SECONDS} s")


CASES = {
    "one-child": "子ども1人", "two-schools": "2校に子ども", "pair": "同じ子の2人",
    "protected": "支援措置の世帯", "no-email": "メールなし",
    "short-hours": "受付の短い学校", "english": "英語", "homeroom": "担任",
    "other-school": "別の学校", "school": "学校管理者", "board": "教育委員会",
    "auditor": "監査",
}


def show(access):
    """Whom to be: what the case shows, the login, and whose it is."""
    print(f"\n保護者  {access['guardian_url']}")
    print(f"学校    {access['staff_url']}")
    print(f"パスワードはすべて {access['password']}\n")
    for login in access["logins"]:
        of = "、".join(f"{c['name']}（{c['school']} {c['class']}）"
                       for c in login.get("children", []))
        of = of or " ".join(filter(None, (login.get("school"),
                                          login.get("class"))))
        print(f"  {login.get('role', ''):9}{login['login']:12}"
              f"{CASES.get(login.get('case'), '')}：{of}")
    if access.get("codes"):
        print("\n登録コード（まだ使われていないお手紙）")
    for letter in access.get("codes", []):
        print(f"  {letter['code']}  {letter['pupil']}"
              f"（{letter['school']} {letter['class']}）")
    print(f"\nメール  {access['maildir']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--once", help="made when the report is received")
    parser.add_argument("access")
    args = parser.parse_args()
    with open(args.access, encoding="utf-8") as f:
        access = json.load(f)
    if args.show:
        show(access)
        return
    folder = os.path.join(access["maildir"], "new")
    before = set(os.listdir(folder))
    browser = Browser(access)
    sign_in(browser, guardian_of(access))
    page = report(browser)
    if args.once:
        with open(args.once, "w", encoding="ascii") as f:
            f.write("yes\n")
    print("   the page that says so:")
    for words in page.words[:12]:
        print(f"     {words}")
    mail = wait_for_mail(folder, before)
    print("   the mail:")
    for head in ("From", "To", "Subject"):
        print(f"     {head}: {mail[head]}")
    text = mail.get_body(("plain",)).get_content()
    print("\n".join("     " + line for line in text.splitlines()))


if __name__ == "__main__":
    main()
