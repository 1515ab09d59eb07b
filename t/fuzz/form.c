/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Random pairs into a table with every type of field: never a crash, and what
 * form_read() lets through keeps the limits of the table. Input: pieces ended
 * by NUL; first byte = which name, second odd = a file, the rest the value. */
#include "web/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static const struct choice kinds[] = {
	{ 1, "absent", "欠席" },
	{ 2, "late", "遅刻" },
	{ 0, NULL, NULL },
};

struct entry {
	const char *name, *code, *body, *password;
	int64_t number, degree;
	bool agreed;
	int kind;
	struct day day;
	struct minute at;
	struct uid pupil;
	struct list pupils, options;
	struct bytes photo;
};

FIELDS(struct entry, entry_fields,
    F_TEXT(struct entry, name, .label = "名前", .min = 2, .max = 5),
    F_TEXT(struct entry, code, .required = true, .clean = CLEAN_NARROW,
	.max = 8),
    F_TEXT(struct entry, body, .label = "{max}", .many_lines = true,
	.max = 20),
    F_TEXT(struct entry, password, .clean = CLEAN_NONE, .max = 20),
    F_INT(struct entry, number, .min = 1, .max = 40),
    F_INT(struct entry, degree, .min = -20, .max = 0),
    F_BOOL(struct entry, agreed),
    F_ENUM(struct entry, kind, kinds),
    F_DAY(struct entry, day),
    F_MINUTE(struct entry, at),
    F_UID(struct entry, pupil),
    F_UIDS(struct entry, pupils, .min = 2, .max = 3),
    F_TEXTS(struct entry, options, .max = 3),
    F_BYTES(struct entry, photo, .max = 4));

static const char *const more[] = { "day_y", "day_m", "day_d", "role" };

static void
must(bool so)
{
	if (!so)
		abort();
}

static const char *
name_of(unsigned char c)
{
	size_t i = c % (entry_fields.n + COUNT(more));

	return i < entry_fields.n ? entry_fields.v[i].name :
				    more[i - entry_fields.n];
}

/* Values reach a form only after url.c or multipart.c checked them. */
static bool
piece(struct arena *a, const unsigned char *p, size_t n, struct pair *out)
{
	if (n < 2)
		return false;
	out->name = name_of(p[0]);
	if (p[1] % 2 == 1) {
		out->file = "f";
		out->data = (struct bytes){ p + 2, n - 2 };
		return true;
	}
	out->value = str_copy_n(a, (const char *)p + 2, n - 2);
	return utf8_valid(out->value, n - 2);
}

static struct list
pieces(struct arena *a, const unsigned char *p, size_t n)
{
	struct list out = { arena_array(a, n / 3 + 1, sizeof(struct pair)), 0 };

	while (n > 0) {
		const unsigned char *end = memchr(p, '\0', n);
		size_t k = end != NULL ? (size_t)(end - p) : n;

		if (piece(a, p, k, LIST_AT(out, struct pair, out.n)))
			out.n++;
		k += end != NULL;
		p += k;
		n -= k;
	}
	return out;
}

static void
check_text(const char *s, size_t min, size_t max, bool lines)
{
	if (s == NULL)
		return;
	must(*s != '\0' && utf8_valid(s, strlen(s)));
	must(utf8_count(s) >= min && utf8_count(s) <= max);
	must(lines || strpbrk(s, "\r\n") == NULL);
}

static void
check_lists(const struct entry *e)
{
	const struct uid *u = e->pupils.v;

	must(e->pupils.n == 0 || e->pupils.n == 2 || e->pupils.n == 3);
	for (size_t i = 0; i < e->pupils.n; i++)
		for (size_t k = 0; k < i; k++)
			must(uid_is(u[i]) && !uid_eq(u[i], u[k]));
	must(e->options.n <= 3);
	for (size_t i = 0; i < e->options.n; i++)
		check_text(*LIST_AT(e->options, const char *, i), 1, SIZE_MAX,
		    false);
}

static void
check_limits(const struct entry *e)
{
	must(e->code != NULL);
	check_text(e->name, 2, 5, false);
	check_text(e->code, 1, 8, false);
	check_text(e->body, 1, 20, true);
	check_text(e->password, 1, 20, false);
	must(e->number >= 0 && e->number <= 40);
	must(e->degree >= -20 && e->degree <= 0);
	must(e->kind >= 0 && e->kind <= 2);
	must(!day_is(e->day) ||
	    (day_ymd(e->day).y >= 1868 && day_ymd(e->day).y <= 2200));
	must(e->at.n >= -1 && e->at.n <= 1440);
	must(e->photo.n <= 4);
	check_lists(e);
}

/* A form shows its own values so that they can be sent again. (A code may
 * become narrower still: what ー means depends on the sign before it.) */
static void
check_again(struct req *r, const struct entry *e)
{
	struct form *shown = form_show(r, &entry_fields, e), *form;
	struct entry again;
	struct list pairs;
	size_t n = 0;

	for (size_t i = 0; i < entry_fields.n; i++)
		n += shown->values[i].n;
	pairs = (struct list){ arena_array(r->a, n, sizeof(struct pair)), 0 };
	for (size_t i = 0; i < entry_fields.n; i++)
		for (size_t k = 0; k < shown->values[i].n; k++)
			*LIST_AT(pairs, struct pair, pairs.n++) =
			    (struct pair){ .name = entry_fields.v[i].name,
				    .value = *LIST_AT(shown->values[i],
					const char *, k) };
	r->body_pairs = pairs;
	must(form_read(r, &entry_fields, &again, &form) == OK);
	must(str_eq(again.name, e->name) && again.code != NULL &&
	    str_eq(again.body, e->body) && again.number == e->number &&
	    again.degree == e->degree && again.agreed == e->agreed &&
	    again.kind == e->kind && again.day.n == e->day.n &&
	    again.at.n == e->at.n && uid_eq(again.pupil, e->pupil) &&
	    again.pupils.n == e->pupils.n && again.options.n == e->options.n);
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
	struct req r = { .a = arena_init(64 << 20),
		.token = (const unsigned char *)"still good" };
	struct entry e;
	struct form *form;
	enum err err;

	r.body_pairs = pieces(r.a, p, n);
	memset(&e, 0xa5, sizeof(e));
	err = form_read(&r, &entry_fields, &e, &form);
	must(err == OK || err == ERR_INVALID);
	must(form->bad == (err != OK));
	for (size_t i = 0; i < entry_fields.n; i++)
		must(form->error[i] == NULL || form->bad);
	if (err == OK) {
		check_limits(&e);
		check_again(&r, &e);
	}
	arena_free(r.a);
	return 0;
}
