/* SPDX-License-Identifier: AGPL-3.0-or-later
 * How to get into a demonstration, as JSON for its access.json: one login for
 * each thing worth trying, and letter codes issued on the spot. Refused
 * without demo = yes, because real passwords and codes are nobody's to print. */
#include "ctl.h"

#include <stdio.h>

#include <json-c/json.h>

#include "base/password.h"
#include "model/letter.h"
#include "model/sample.h"

#define CODES 5

struct work {
	struct ctl *c;
	struct json_object *logins;
	struct list guardians;		/* struct sample_login */
	struct list staff;		/* struct sample_staff_login */
	const char *hash;		/* the shared one, NULL = not known */
};

static void
put(struct json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name,
	    text == NULL ? NULL : json_object_new_string(text));
}

static struct json_object *
new_login(struct work *w, const char *role, const char *what,
    const char *login)
{
	struct json_object *o = json_object_new_object();

	put(o, "role", role);
	put(o, "case", what);
	put(o, "login", login);
	put(o, "password", CTL_DEMO_PASSWORD);
	json_object_array_add(w->logins, o);
	return o;
}

/* Somebody may have registered with a password of their own since. Hashing is
 * slow, and all sample people share one hash. */
static bool
is_sample(struct work *w, const char *hash)
{
	if (w->hash != NULL)
		return str_eq(hash, w->hash);
	if (!password_matches(hash, CTL_DEMO_PASSWORD))
		return false;
	w->hash = hash;
	return true;
}

/* ── guardians ──────────────────────────────────────────────────────────── */

/* "name TAB school TAB class" lines. */
static struct json_object *
children_json(struct arena *a, const char *about)
{
	struct json_object *all = json_object_new_array();

	while (*about != '\0') {
		struct json_object *child = json_object_new_object();
		static const char *const names[] = { "name", "school",
			"class" };

		for (size_t i = 0; i < COUNT(names); i++) {
			size_t n = strcspn(about, "\t\n");

			put(child, names[i], str_copy_n(a, about, n));
			about += n + (about[n] == '\t');
		}
		json_object_array_add(all, child);
		about += *about == '\n';
	}
	return all;
}

static bool
is_plain(const struct sample_login *g)
{
	return !g->protected && !g->brief && g->address != NULL &&
	    str_eq(g->lang, "ja");
}
static bool
has_one_child(const struct sample_login *g)
{
	return is_plain(g) && g->children == 1 && g->guardians == 1;
}
static bool
has_two_schools(const struct sample_login *g)
{
	return is_plain(g) && g->children == 2 && g->schools == 2 &&
	    g->guardians == 1;
}
static bool
is_one_of_two(const struct sample_login *g)
{
	return is_plain(g) && g->children == 1 && g->guardians == 2;
}
static bool
is_protected(const struct sample_login *g)
{
	return g->protected && !g->brief && g->guardians == 2;
}
static bool
has_no_email(const struct sample_login *g)
{
	return g->address == NULL && !g->protected && !g->brief;
}
static bool
is_brief(const struct sample_login *g)
{
	return g->brief && g->children == 1 && g->address != NULL &&
	    !g->protected;
}
static bool
is_english(const struct sample_login *g)
{
	return str_eq(g->lang, "en") && !g->protected && !g->brief;
}

static void
add_guardian(struct work *w, const struct sample_login *g, const char *what)
{
	struct json_object *o = new_login(w, "guardian", what, g->login);

	put(o, "email", g->address);
	put(o, "lang", g->lang);
	json_object_object_add(o, "children",
	    children_json(w->c->a, g->about));
}

/* The first who fits, and with `pair` the next one of the same child. */
static const struct sample_login *
add_first(struct work *w, const char *what,
    bool (*fits)(const struct sample_login *), bool pair)
{
	const struct sample_login *first = NULL;

	for (size_t i = 0; i < w->guardians.n; i++) {
		const struct sample_login *g =
		    LIST_AT(w->guardians, struct sample_login, i);

		if (!fits(g) || !is_sample(w, g->hash) ||
		    (first != NULL && first->pupil_id != g->pupil_id))
			continue;
		add_guardian(w, g, what);
		if (!pair || first != NULL)
			return g;
		first = g;
	}
	return first;
}

/* ── staff ──────────────────────────────────────────────────────────────── */

/* school and class 0: any; a negative school: any but that one. */
static void
add_staff(struct work *w, const char *what, int role, int64_t school,
    int64_t class)
{
	for (size_t i = 0; i < w->staff.n; i++) {
		const struct sample_staff_login *t =
		    LIST_AT(w->staff, struct sample_staff_login, i);
		struct json_object *o;

		if (t->role != role || (school > 0 && t->school_id != school) ||
		    (school < 0 && t->school_id == -school) ||
		    (class != 0 && t->class_id != class) ||
		    !is_sample(w, t->hash))
			continue;
		o = new_login(w, choice_by_value(role_choices, role)->name,
		    what, t->login);
		put(o, "name", t->name);
		put(o, "title", t->title);
		put(o, "school", t->school);
		put(o, "class", t->class_title);
		return;
	}
}

static void
add_logins(struct work *w)
{
	const struct sample_login *first;
	int64_t school = 0, class = 0;

	first = add_first(w, "one-child", has_one_child, false);
	if (first != NULL) {
		school = first->school_id;
		class = first->class_id;
	}
	add_first(w, "two-schools", has_two_schools, false);
	add_first(w, "pair", is_one_of_two, true);
	add_first(w, "protected", is_protected, true);
	add_first(w, "no-email", has_no_email, false);
	add_first(w, "short-hours", is_brief, false);
	add_first(w, "english", is_english, false);
	/* of the first guardian's child, so that a report can be followed */
	add_staff(w, "homeroom", ROLE_TEACHER, school, class);
	add_staff(w, "other-school", ROLE_TEACHER, -school, 0);
	add_staff(w, "school", ROLE_SCHOOL, school, 0);
	add_staff(w, "other-school", ROLE_SCHOOL, -school, 0);
	add_staff(w, "board", ROLE_BOARD, 0, 0);
	add_staff(w, "auditor", ROLE_AUDITOR, 0, 0);
}

/* ── letter codes ───────────────────────────────────────────────────────── */

static void
add_code(struct json_object *codes, const struct letter_issued *l)
{
	struct json_object *o = json_object_new_object();

	put(o, "code", l->code);
	put(o, "pupil", l->name);
	put(o, "number", l->number);
	put(o, "school", l->school);
	put(o, "class", l->class_title);
	json_object_array_add(codes, o);
}

static enum err
issue_codes(struct work *w, struct json_object *codes)
{
	struct ctl *c = w->c;
	struct list open, issued;

	TRY(sample_unregistered(c->a, c->db, stamp_day(c->now), CODES, &open));
	for (size_t i = 0; i < open.n; i++) {
		const struct sample_open *p =
		    LIST_AT(open, struct sample_open, i);
		struct letter_order order = {
			.school_code = p->school_code,
			.number = p->number,
			.guardians = c->conf.letter_guardians,
			.days = c->conf.letter_days,
		};

		TRY(letter_issue(c->a, c->db, &order, c->now, &issued));
		for (size_t k = 0; k < issued.n; k++)
			add_code(codes,
			    LIST_AT(issued, struct letter_issued, k));
	}
	return ctl_audit(c, c->db, "letters", 0, (int64_t)open.n);
}

static enum err
fill(struct work *w, struct json_object *all)
{
	struct json_object *codes = json_object_new_array();
	struct ctl *c = w->c;

	put(all, "guardian_url", c->conf.guardian_url);
	put(all, "staff_url", c->conf.staff_url);
	put(all, "password", CTL_DEMO_PASSWORD);
	json_object_object_add(all, "logins", w->logins);
	json_object_object_add(all, "codes", codes);
	TRY(sample_logins(c->a, c->db, c->now, &w->guardians));
	TRY(sample_staff_logins(c->a, c->db, stamp_day(c->now), &w->staff));
	add_logins(w);
	return issue_codes(w, codes);
}

enum err
ctl_access(struct ctl *c)
{
	struct work w = { .c = c };
	struct json_object *all;
	enum err e;

	TRY(ctl_connect(c));
	w.logins = json_object_new_array();
	all = json_object_new_object();
	e = fill(&w, all);
	if (e == OK)
		printf("%s\n", json_object_to_json_string_ext(all,
		    JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
		    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(all);
	return e;
}
