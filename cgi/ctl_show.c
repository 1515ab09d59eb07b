/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Commands that only look: the table of routes, the texts to translate, the
 * clock, the chain of the access history. */
#include "ctl.h"

#include <stdio.h>

#include "base/keys.h"
#include "base/log.h"
#include "model/calendar.h"
#include "model/seal.h"
#include "routes.h"
#include "web/tmpl.h"

#define TEXT_MAX ((size_t)4 << 20)

/* ── routes ─────────────────────────────────────────────────────────────── */

static void
print_roles(int roles)
{
	const char *sep = " ";

	for (const struct choice *x = role_choices; x->name != NULL; x++) {
		if ((roles & x->value) == 0)
			continue;
		printf("%s%s", sep, x->name);
		sep = ",";
	}
}

static void
print_route(const struct route *r)
{
	printf("%-8s %-6s %-4s %-24s", choice_by_value(side_choices,
	    (int)r->side)->name, choice_by_value(pool_choices,
	    (int)r->pool)->name, r->method == METHOD_POST ? "POST" : "GET",
	    r->path);
	print_roles(r->roles);
	printf(" %s\n", r->audit == NULL ? "-" : r->audit);
}

enum err
ctl_routes(struct ctl *c)
{
	const char *word = c->option[CTL_NGINX];
	const struct choice *side;
	struct buf *out;

	TRY(routes_check());
	if (word == NULL) {
		for (size_t i = 0; i < routes_n; i++)
			print_route(&routes[i]);
		return OK;
	}
	side = choice_by_name(side_choices, word);
	if (side == NULL) {
		log_error("usage", "--nginx: guardian or staff");
		return ERR_INVALID;
	}
	out = buf_new(c->a, 4096, TEXT_MAX);
	routes_nginx((enum side)side->value, out);
	fwrite(out->p, 1, out->n, stdout);
	return OK;
}

/* ── texts ──────────────────────────────────────────────────────────────── */

enum err
ctl_pot(struct ctl *c)
{
	const char *dir = c->option[CTL_DIR] != NULL ? c->option[CTL_DIR]
						     : c->conf.templates;
	struct buf *out = buf_new(c->a, 64 * 1024, TEXT_MAX);

	if (dir == NULL) {
		log_error("usage", "pot needs --dir or --conf");
		return ERR_INVALID;
	}
	TRY(tmpl_pot(dir, out));
	fwrite(out->p, 1, out->n, stdout);
	return OK;
}

/* ── the clock ──────────────────────────────────────────────────────────── */

/* For programs: a demonstration moves its clock to such a morning. */
#define MORNING ((struct minute){ 7 * 60 + 10 })

enum err
ctl_now(struct ctl *c)
{
	struct day today = stamp_day(c->now), day;
	struct stamp morning;
	bool school_day;

	TRY(ctl_connect(c));
	TRY(calendar_city_next(c->a, c->db, day_add(today, -1), &day));
	school_day = day.n == today.n;
	morning = day_at(today, MORNING);
	if (!school_day || morning.us <= c->now.us) {
		TRY(calendar_city_next(c->a, c->db, today, &day));
		morning = day_at(day, MORNING);
	}
	printf("now %s\nschool-day %s\nmorning %s\noffset %lld\n",
	    stamp_iso(c->a, c->now), school_day ? "yes" : "no",
	    stamp_iso(c->a, morning), (long long)c->conf.clock_offset);
	return OK;
}

/* ── the access history ─────────────────────────────────────────────────── */

enum err
ctl_audit_verify(struct ctl *c)
{
	struct seal_report r;
	struct keys *keys;
	enum err e;

	TRY(ctl_connect(c));
	TRY(keys_init(c->conf.keys, &keys));
	e = seal_verify(c->a, c->db, keys, c->now, &r);
	keys_free(keys);
	TRY(e);
	if (r.stragglers > 0)
		printf("%lld row(s) older than five minutes have no seal\n",
		    (long long)r.stragglers);
	if (r.broken == 0) {
		printf("%lld seal(s), no broken link\n", (long long)r.seals);
		return OK;
	}
	printf("broken at seal %lld: row %lld of the access history %s\n",
	    (long long)r.broken, (long long)r.audit_id,
	    r.missing ? "is missing" : "or its seal was altered");
	return ERR_INVALID;
}
