/* SPDX-License-Identifier: AGPL-3.0-or-later
 * One row for each POST route: how to get at its form, filled in so that it
 * could be sent. Used by the tests that try all forms. */
#include "t/page/forms.h"

#include "model/absence.h"
#include "model/guardian.h"

static struct sheet *
at(struct browser *b, const char *page, const char *action)
{
	browser_get(b, "%s", page);
	STATUS(b, 200);
	return sheet_of(b, action);
}

static struct sheet *
login_form(struct browser *b)
{
	struct sheet *s = at(b, "/login", "/login");

	sheet_put(s, "login", "unknown");
	sheet_put(s, "password", PASSWORD);
	return s;
}

static struct sheet *
register_form(struct browser *b)
{
	struct sheet *s = at(b, "/register", "/register");

	sheet_put(s, "code", LETTER_RIN);
	return s;
}

static struct sheet *
account_form(struct browser *b)
{
	struct sheet *s;

	sheet_post(b, register_form(b));
	STATUS(b, 200);
	s = sheet_of(b, "/register/account");
	sheet_put(s, "password", "nine blue bicycles");
	return s;
}

static struct sheet *
verify_form(struct browser *b)
{
	struct uid uid;

	site_sql("UPDATE guardian_email SET verified_at = NULL,"
	    " asked_at = '2026-05-31 22:00' WHERE guardian_id = 6");
	ck_assert_int_eq(uid_parse(site_uid("guardian_email", 6), &uid), OK);
	return at(b, str_printf(a, "/mail/verify?t=%s",
	    guardian_link(a, site_keys(), uid, "Mail6@example.jp")),
	    "/mail/verify");
}

static struct sheet *
guardian_logout_form(struct browser *b)
{
	return at(b, "/settings", "/logout");
}

static struct sheet *
language_form(struct browser *b)
{
	return at(b, "/settings", "/settings/language");
}

static struct sheet *
child_form(struct browser *b)
{
	struct sheet *s = at(b, "/child/new", "/child/new");

	sheet_put(s, "code", LETTER_RIN);
	sheet_put(s, "step", "send");
	return s;
}

static struct sheet *
email_form(struct browser *b)
{
	struct sheet *s = at(b, "/email", "/email");

	sheet_put(s, "address", "new@example.jp");
	return s;
}

static struct sheet *
report_form(struct browser *b)
{
	struct sheet *s = at(b, "/absence/new", "/absence/new");

	sheet_put(s, "pupils", site_uid("pupil", 1));
	sheet_put(s, "kind", "late");
	sheet_put(s, "reason", "発熱");
	sheet_put(s, "clock", "10:00");
	sheet_put(s, "step", "send");
	return s;
}

static const char *
report_page(const char *rest)
{
	int64_t id = site_report(&(struct site_report){ 1, 1, "2026-06-01",
	    "メモ", LATE });

	return str_printf(a, "/absence/%s%s", site_uid("absence", id), rest);
}

static struct sheet *
edit_form(struct browser *b)
{
	const char *page = report_page("/edit");

	return at(b, page, page);
}

static struct sheet *
withdraw_form(struct browser *b)
{
	const char *page = report_page("/withdraw");

	return at(b, page, page);
}

static struct sheet *
staff_logout_form(struct browser *b)
{
	return at(b, "/absence", "/logout");
}

static struct sheet *
confirm_form(struct browser *b)
{
	report_page("");
	return at(b, "/absence", "/absence/confirm");
}

static struct sheet *
upload_form(struct browser *b)
{
	struct sheet *s = at(b, "/roster", "/roster");

	s->file_name = "x.csv";
	return s;
}

static struct sheet *
apply_form(struct browser *b)
{
	struct sheet *s = upload_form(b);
	static const char file[] = "学年,組,学籍番号,氏名\n3,1,00000099,新 規\n";

	s->data = (struct bytes){ (const unsigned char *)file,
		sizeof file - 1 };
	sheet_post(b, s);
	STATUS(b, 303);
	return at(b, b->location, str_printf(a, "%s/apply", b->location));
}

const struct form_case form_cases[] = {
	{ SIDE_GUARDIAN, "/login", NULL, "guardian/login", login_form },
	{ SIDE_GUARDIAN, "/register", NULL, "guardian/register/code",
	    register_form },
	{ SIDE_GUARDIAN, "/register/account", NULL,
	    "guardian/register/account", account_form },
	{ SIDE_GUARDIAN, "/mail/verify", NULL, "guardian/mail/verify",
	    verify_form },
	{ SIDE_GUARDIAN, "/logout", AOI_A, NULL, guardian_logout_form },
	{ SIDE_GUARDIAN, "/settings/language", AOI_A, "guardian/settings",
	    language_form },
	{ SIDE_GUARDIAN, "/child/new", AOI_A, "guardian/child/new",
	    child_form },
	{ SIDE_GUARDIAN, "/email", AOI_A, "guardian/email", email_form },
	{ SIDE_GUARDIAN, "/absence/new", AOI_A, "guardian/absence/new",
	    report_form },
	{ SIDE_GUARDIAN, "/absence/{uid}/edit", AOI_A,
	    "guardian/absence/edit", edit_form },
	{ SIDE_GUARDIAN, "/absence/{uid}/withdraw", AOI_A,
	    "guardian/absence/withdraw", withdraw_form },
	{ SIDE_STAFF, "/login", NULL, "staff/login", login_form },
	{ SIDE_STAFF, "/logout", ADMIN, NULL, staff_logout_form },
	{ SIDE_STAFF, "/absence/confirm", ADMIN, NULL, confirm_form },
	{ SIDE_STAFF, "/roster", ADMIN, "staff/roster/upload", upload_form },
	{ SIDE_STAFF, "/roster/{uid}/apply", ADMIN, "staff/roster/preview",
	    apply_form },
};
const size_t form_cases_n = COUNT(form_cases);

struct sheet *
form_open(const struct form_case *c, struct browser *b)
{
	if (c->login == NULL)
		browser_init(b, c->side);
	else
		browser_sign_in(b, c->side, c->login);
	return c->open(b);
}

const struct form_case *
form_case(enum side side, const char *path)
{
	for (size_t i = 0; i < form_cases_n; i++)
		if (form_cases[i].side == side &&
		    str_eq(form_cases[i].path, path))
			return &form_cases[i];
	ck_assert_msg(false, "t/page/forms.c has no POST %s", path);
	return NULL;
}

struct sheet *
form_report(struct browser *b)
{
	struct sheet *s;

	browser_get(b, "/absence/new");
	STATUS(b, 200);
	s = sheet_of(b, "/absence/new");
	sheet_put(s, "pupils", site_uid("pupil", 1));
	sheet_put(s, "kind", "absent");
	sheet_put(s, "when", "today");
	sheet_put(s, "reason", "発熱");
	sheet_put(s, "note", "38度の熱があります。");
	sheet_put(s, "step", "check");
	return s;
}
