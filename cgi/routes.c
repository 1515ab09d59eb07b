/* SPDX-License-Identifier: AGPL-3.0-or-later
 * THE table of routes. Strangers' routes are the first block of each side. */
#include "routes.h"

#include "base/i18n.h"
#include "base/log.h"
#include "guardian/pages.h"
#include "model/actor.h"
#include "staff/pages.h"

#define G  SIDE_GUARDIAN, POOL_MAIN, METHOD_GET
#define GP SIDE_GUARDIAN, POOL_MAIN, METHOD_POST
#define GL SIDE_GUARDIAN, POOL_LOGIN, METHOD_POST
#define S  SIDE_STAFF, POOL_MAIN, METHOD_GET
#define SP SIDE_STAFF, POOL_MAIN, METHOD_POST
#define SL SIDE_STAFF, POOL_LOGIN, METHOD_POST
#define SU SIDE_STAFF, POOL_UPLOAD, METHOD_POST

#define ANYONE	 ROLE_STRANGER
#define GUARDIAN ROLE_GUARDIAN
#define LISTS	 (ROLE_TEACHER | ROLE_SCHOOL | ROLE_BOARD)
#define CONFIRMS (ROLE_TEACHER | ROLE_SCHOOL)
#define ADMINS	 (ROLE_SCHOOL | ROLE_BOARD)
#define AUDITS	 (ROLE_SCHOOL | ROLE_BOARD | ROLE_AUDITOR)

const struct route routes[] = {
	/* guardian side, strangers */
	{ G, "/login", guardian_login, ANYONE, 0, 0, NULL, NULL },
	{ GL, "/login", guardian_login_post, ANYONE, BODY_FORM, ROUTE_SIGN_IN, "login", guardian_login_before },
	{ G, "/register", guardian_register, ANYONE, 0, 0, NULL, NULL },
	{ GP, "/register", guardian_register_post, ANYONE, BODY_FORM, 0, NULL, guardian_register_before },
	{ GL, "/register/account", guardian_register_account_post, ANYONE, BODY_FORM, ROUTE_SIGN_IN, "register", guardian_register_account_before },
	{ G, "/mail/verify", guardian_mail_verify, ANYONE, 0, ROUTE_SECRET_URL, NULL, NULL },
	{ GP, "/mail/verify", guardian_mail_verify_post, ANYONE, BODY_FORM, ROUTE_SECRET_URL, "email.verify", NULL },
	{ G, "/mail/verified", guardian_mail_verified, ANYONE, 0, 0, NULL, NULL },
	{ G, "/language", guardian_language, ANYONE, 0, 0, NULL, NULL },

	/* guardian side, guardians */
	{ G, "/", guardian_home, GUARDIAN, 0, 0, NULL, NULL },
	{ G, "/welcome", guardian_welcome, GUARDIAN, 0, 0, NULL, NULL },
	{ GP, "/logout", guardian_logout_post, GUARDIAN, BODY_FORM, ROUTE_SIGN_OUT, "logout", NULL },
	{ G, "/settings", guardian_settings, GUARDIAN, 0, 0, NULL, NULL },
	{ GP, "/settings/language", guardian_settings_language_post, GUARDIAN, BODY_FORM, 0, "language", NULL },
	{ G, "/child/new", guardian_child_new, GUARDIAN, 0, 0, NULL, NULL },
	{ GP, "/child/new", guardian_child_new_post, GUARDIAN, BODY_FORM, 0, "child.add", guardian_child_new_before },
	{ G, "/email", guardian_email, GUARDIAN, 0, 0, NULL, NULL },
	{ GP, "/email", guardian_email_post, GUARDIAN, BODY_FORM, 0, "email.add", NULL },
	{ G, "/absence/new", guardian_absence_new, GUARDIAN, 0, 0, NULL, NULL },
	{ GP, "/absence/new", guardian_absence_new_post, GUARDIAN, BODY_FORM, 0, "absence.report", NULL },
	{ G, "/absence/done/{uid}", guardian_absence_done, GUARDIAN, 0, 0, NULL, NULL },
	{ G, "/absence/{uid}", guardian_absence, GUARDIAN, 0, 0, NULL, NULL },
	{ G, "/absence/{uid}/edit", guardian_absence_edit, GUARDIAN, 0, 0, NULL, NULL },
	{ GP, "/absence/{uid}/edit", guardian_absence_edit_post, GUARDIAN, BODY_FORM, 0, "absence.change", NULL },
	{ G, "/absence/{uid}/withdraw", guardian_absence_withdraw, GUARDIAN, 0, 0, NULL, NULL },
	{ GP, "/absence/{uid}/withdraw", guardian_absence_withdraw_post, GUARDIAN, BODY_FORM, 0, "absence.withdraw", NULL },

	/* staff side, strangers */
	{ S, "/login", staff_login, ANYONE, 0, 0, NULL, NULL },
	{ SL, "/login", staff_login_post, ANYONE, BODY_FORM, ROUTE_SIGN_IN, "login", staff_login_before },

	/* staff side, staff */
	{ S, "/", staff_home, ROLE_STAFF, 0, 0, "home", NULL },
	{ SP, "/logout", staff_logout_post, ROLE_STAFF, BODY_FORM, ROUTE_SIGN_OUT, "logout", NULL },
	{ S, "/absence", staff_absence, LISTS, 0, 0, "absence.list", NULL },
	{ S, "/absence/rows", staff_absence_rows, LISTS, 0, ROUTE_POLL, "absence.poll", NULL },
	{ S, "/absence/csv", staff_absence_csv, LISTS, 0, 0, "absence.csv", NULL },
	{ S, "/absence/{uid}", staff_absence_show, LISTS, 0, 0, "absence.show", NULL },
	{ SP, "/absence/confirm", staff_absence_confirm_post, CONFIRMS, BODY_FORM, 0, "absence.confirm", NULL },
	{ S, "/roster", staff_roster, ADMINS, 0, 0, "roster", NULL },
	{ SU, "/roster", staff_roster_post, ADMINS, BODY_ROSTER, ROUTE_FILE, "roster.upload", NULL },
	{ S, "/roster/{uid}", staff_roster_show, ADMINS, 0, 0, "roster.preview", NULL },
	{ SP, "/roster/{uid}/apply", staff_roster_apply_post, ADMINS, BODY_FORM, 0, "roster.apply", NULL },
	{ S, "/audit", staff_audit, AUDITS, 0, 0, "audit.list", NULL },
	{ S, "/audit/csv", staff_audit_csv, AUDITS, 0, 0, "audit.csv", NULL },
};
const size_t routes_n = COUNT(routes);

const struct choice side_choices[] = {
	{ SIDE_GUARDIAN, "guardian", NULL },
	{ SIDE_STAFF, "staff", NULL },
	{ 0, NULL, NULL },
};
const struct choice pool_choices[] = {
	{ POOL_MAIN, "main", NULL },
	{ POOL_LOGIN, "login", NULL },
	{ POOL_UPLOAD, "upload", NULL },
	{ 0, NULL, NULL },
};

/* Does the path fit the pattern? Literal rows win over {uid}s because a uid
 * never is a word of ours: it has 22 characters. */
static bool
fits(const char *pattern, const char *path, struct uid uids[REQ_UIDS])
{
	size_t n = 0;

	while (*pattern != '\0') {
		if (str_starts(pattern, "{uid}")) {
			char text[UID_TEXT + 1];
			size_t len = strcspn(path, "/");

			if (len != UID_TEXT || n == REQ_UIDS)
				return false;
			memcpy(text, path, len);
			text[len] = '\0';
			if (uid_parse(text, &uids[n++]) != OK)
				return false;
			pattern += strlen("{uid}");
			path += len;
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return *path == '\0';
}

enum err
route_find(enum side side, enum method method, const char *path,
    struct uid uids[REQ_UIDS], const struct route **route)
{
	bool other_method = false;

	for (size_t i = 0; i < routes_n; i++) {
		if (routes[i].side != side || !fits(routes[i].path, path, uids))
			continue;
		if (routes[i].method == method) {
			*route = &routes[i];
			return OK;
		}
		other_method = true;
	}
	return other_method ? ERR_DENIED : ERR_NONE;
}

static const char *
fault(const struct route *r)
{
	if (r->roles == 0)
		return "has no roles";
	if ((r->roles & ROLE_STRANGER) && r->roles != ROLE_STRANGER)
		return "mixes strangers with others";
	if (r->handle == NULL)
		return "has no handler";
	if (r->method == METHOD_POST && r->body == 0)
		return "has no body limit";
	if (r->method == METHOD_POST && r->audit == NULL && r->before == NULL)
		return "writes without an audit name";
	if (r->side == SIDE_STAFF && r->roles != ROLE_STRANGER &&
	    r->audit == NULL)
		return "shows staff pages without an audit name";
	return NULL;
}

enum err
routes_check(void)
{
	enum err e = OK;

	for (size_t i = 0; i < routes_n; i++) {
		const char *wrong = fault(&routes[i]);

		for (size_t k = 0; k < i && wrong == NULL; k++)
			if (routes[k].side == routes[i].side &&
			    routes[k].method == routes[i].method &&
			    str_eq(routes[k].path, routes[i].path))
				wrong = "stands in the table twice";
		if (wrong == NULL)
			continue;
		log_error("bad_route", "route %s %s", routes[i].path, wrong);
		e = ERR_INVALID;
	}
	return e;
}
