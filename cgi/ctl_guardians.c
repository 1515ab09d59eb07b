/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Guardians of a demonstration's pupils, as if they had registered. Who has
 * whom follows from the pupils' numbers, so that a second run adds nobody and
 * the same city has the same households. Refused without demo = yes. */
#include "ctl.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/keys.h"
#include "base/password.h"
#include "model/sample.h"

#define PART 30				/* percent of the pupils */
/* Steps through all 9-digit numbers once, because it has no factor in common
 * with how many there are. */
#define LOGIN_STEP INT64_C(472882027)
#define LOGINS INT64_C(900000000)

struct child {
	const struct sample_pupil *pupil;
	const char *family;
	unsigned chance;		/* 0..999, from the number */
	bool paired;			/* the second of a household */
};

struct household {
	const struct child *first, *second;	/* second NULL: one child */
	int guardians;
};

struct work {
	struct ctl *c;
	unsigned part;			/* of 1000 */
	const char *hash;
	int64_t count;			/* guardians there and made */
	struct sample_guardian *made;
	size_t n;
	int64_t protected, staff;
};

static unsigned
chance(const char *text)
{
	unsigned char digest[DIGEST];

	sha256(text, strlen(text), digest);
	return (unsigned)(digest[0] << 16 | digest[1] << 8 | digest[2]) % 1000;
}

static const char *
family_of(struct arena *a, const char *name)
{
	const char *wide = strstr(name, "　");
	size_t n = strcspn(name, " ");

	if (wide != NULL && (size_t)(wide - name) < n)
		n = (size_t)(wide - name);
	return str_copy_n(a, name, n);
}

static int
by_family(const void *x, const void *y)
{
	const struct child *a = x, *b = y;
	int order = strcmp(a->family, b->family);

	if (order == 0)
		order = a->pupil->junior - b->pupil->junior;
	return order != 0 ? order : strcmp(a->pupil->number, b->pupil->number);
}

/* The pupils whose guardians are to be there, family by family, those at
 * elementary schools first. */
static struct list
choose(struct work *w, const struct list *pupils)
{
	struct child *v = arena_array(w->c->a, pupils->n + 1, sizeof *v);
	size_t n = 0;

	for (size_t i = 0; i < pupils->n; i++) {
		const struct sample_pupil *p =
		    LIST_AT(*pupils, struct sample_pupil, i);
		unsigned k = chance(p->number);

		if (!p->taken && k < w->part)
			v[n++] = (struct child){ p,
				family_of(w->c->a, p->name), k, false };
	}
	qsort(v, n, sizeof *v, by_family);
	return (struct list){ v, n };
}

/* One in a hundred of all pupils. */
static bool
is_protected(const struct child *c)
{
	return c->chance < 10;
}

static bool
may_be_siblings(const struct child *a, const struct child *b)
{
	return !str_eq(a->pupil->name, b->pupil->name) && !is_protected(a) &&
	    !is_protected(b) && a->chance % 3 != 0;
}

/* One family name, v[0..n): the first at an elementary school and the first
 * at a junior high school may be siblings, the second and the second, … */
static void
make_households(struct child *v, size_t n, struct list *out)
{
	struct household *h = out->v;
	size_t junior = 0;

	while (junior < n && !v[junior].pupil->junior)
		junior++;
	for (size_t i = 0; i < n; i++) {
		struct household *x;

		if (v[i].paired)
			continue;
		x = &h[out->n++];
		*x = (struct household){ &v[i], NULL, 1 };
		if (is_protected(&v[i]) || v[i].chance % 5 < 2)
			x->guardians = 2;
		if (i >= junior || junior + i >= n ||
		    !may_be_siblings(&v[i], &v[junior + i]))
			continue;
		x->second = &v[junior + i];
		v[junior + i].paired = true;
	}
}

static void
add_guardian(struct work *w, const struct household *h)
{
	int64_t k = ++w->count;
	unsigned luck = chance(str_printf(w->c->a, "guardian %lld",
	    (long long)k));
	bool email = is_protected(h->first) || luck % 20 != 0;

	w->made[w->n++] = (struct sample_guardian){
		.login = str_printf(w->c->a, "%lld",
		    (long long)(100000000 + k * LOGIN_STEP % LOGINS)),
		.lang = luck / 20 == 1 ? "en" : "ja",
		.address = email ? str_printf(w->c->a,
		    "hogosha%06lld@example.jp", (long long)k) : NULL,
		.child = h->first->pupil->id,
		.second = h->second == NULL ? 0 : h->second->pupil->id,
	};
}

static int
by_number(const void *x, const void *y)
{
	const struct household *a = x, *b = y;

	return strcmp(a->first->pupil->number, b->first->pupil->number);
}

/* In the order of the children's numbers, so that the first logins belong to
 * the first school. */
static void
make_guardians(struct work *w, const struct list *children)
{
	struct child *v = children->v;
	struct list all = { arena_array(w->c->a, children->n + 1,
	    sizeof(struct household)), 0 };
	const struct household *h = all.v;

	w->made = arena_array(w->c->a, children->n * 2 + 1, sizeof *w->made);
	for (size_t from = 0, to; from < children->n; from = to) {
		for (to = from + 1; to < children->n &&
		     str_eq(v[to].family, v[from].family); to++)
			;
		make_households(v + from, to - from, &all);
	}
	qsort(all.v, all.n, sizeof *h, by_number);
	for (size_t i = 0; i < all.n; i++)
		for (int k = 0; k < h[i].guardians; k++)
			add_guardian(w, &h[i]);
}

static struct list
protected_ids(struct work *w, const struct list *children)
{
	int64_t *ids = arena_array(w->c->a, children->n + 1, sizeof *ids);
	size_t n = 0;

	for (size_t i = 0; i < children->n; i++)
		if (is_protected(LIST_AT(*children, struct child, i)))
			ids[n++] = LIST_AT(*children, struct child,
			    i)->pupil->id;
	return (struct list){ ids, n };
}

static enum err
work_in(struct db *db, void *arg)
{
	struct work *w = arg;
	struct ctl *c = w->c;
	struct list pupils, children, ids, made;

	TRY(sample_pupils(c->a, db, stamp_day(c->now), &pupils));
	TRY(sample_count(db, &w->count));
	w->n = 0;
	children = choose(w, &pupils);
	make_guardians(w, &children);
	made = (struct list){ w->made, w->n };
	ids = protected_ids(w, &children);
	w->protected = (int64_t)ids.n;
	TRY(sample_guardians(db, &made, w->hash, c->now));
	TRY(sample_protect(c->a, db, &ids));
	TRY(sample_staff(db, w->hash, c->now, &w->staff));
	return ctl_audit(c, db, "sample.guardians", 0, (int64_t)w->n);
}

enum err
ctl_sample_guardians(struct ctl *c)
{
	struct work w = { .c = c };
	int64_t part;

	TRY(ctl_number(c, CTL_PART, 1, 100, PART, &part));
	w.part = (unsigned)part * 10;
	TRY(password_hash(c->a, CTL_DEMO_PASSWORD, &w.hash));
	TRY(ctl_connect(c));
	TRY(db_transaction(c->db, work_in, &w));
	printf("%zu guardians, %lld protected households, %lld staff\n", w.n,
	    (long long)w.protected, (long long)w.staff);
	return OK;
}
