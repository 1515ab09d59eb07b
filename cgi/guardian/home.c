/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The guardian's home: one card per child with the reports of the coming days
 * and the one button that matters. Two statements. */
#include "guardian/pages.h"

#include "base/i18n.h"
#include "model/absence.h"
#include "model/child.h"

struct report_row {
	struct uid uid;
	struct day day;
	int kind;
	struct minute clock;
	bool mine, by_school, confirmed;
	struct stamp confirmed_at;
	const char *confirmed_title;
};
FIELDS(struct report_row, report_row_fields,
    F_UID(struct report_row, uid),
    F_DAY(struct report_row, day),
    F_ENUM(struct report_row, kind, absence_kinds),
    F_MINUTE(struct report_row, clock),
    F_BOOL(struct report_row, mine),
    F_BOOL(struct report_row, by_school),
    F_BOOL(struct report_row, confirmed),
    F_STAMP(struct report_row, confirmed_at),
    F_TEXT(struct report_row, confirmed_title));

struct card {
	struct uid uid;
	const char *name, *school, *class_title, *phone;
	struct minute opens, closes;
	bool may_report, open, closed_all_day;
	struct list reports;
};
FIELDS(struct card, card_fields,
    F_UID(struct card, uid),
    F_TEXT(struct card, name),
    F_TEXT(struct card, school),
    F_TEXT(struct card, class_title),
    F_TEXT(struct card, phone),
    F_MINUTE(struct card, opens),
    F_MINUTE(struct card, closes),
    F_BOOL(struct card, may_report),
    F_BOOL(struct card, open),
    F_BOOL(struct card, closed_all_day),
    F_ROWS(struct card, reports, &report_row_fields));

struct home_view {
	struct day today;
	struct list cards;
	bool no_email;
};
FIELDS(struct home_view, home_fields,
    F_DAY(struct home_view, today),
    F_ROWS(struct home_view, cards, &card_fields),
    F_BOOL(struct home_view, no_email));
TMPL(home_tmpl, "guardian/home", &home_fields);

static void
start_card(struct card *card, const struct child *c, struct stamp now,
    struct report_row *room)
{
	*card = (struct card){
		.uid = c->uid,
		.name = c->name,
		.school = c->school,
		.class_title = c->class_title,
		.phone = c->phone,
		.opens = c->opens,
		.closes = c->closes,
		.may_report = c->may_report,
		.open = child_is_open(c, now),
		.closed_all_day = !minute_is(c->opens),
		.reports = { room, 0 },
	};
}

/* Rows come child by child; each card's reports are a stretch of one array. */
static void
group(struct arena *a, const struct list *rows, struct stamp now,
    struct list *cards)
{
	struct report_row *reports = arena_array(a, rows->n + 1,
	    sizeof *reports);
	struct card *card = NULL;
	int64_t last = 0;

	cards->v = arena_array(a, rows->n + 1, sizeof *card);
	for (size_t i = 0; i < rows->n; i++) {
		const struct child_report *r =
		    LIST_AT(*rows, struct child_report, i);

		if (card == NULL || r->child.id != last) {
			card = LIST_AT(*cards, struct card, cards->n++);
			start_card(card, &r->child, now, reports + i);
			last = r->child.id;
		}
		if (!uid_is(r->report))
			continue;
		*LIST_AT(card->reports, struct report_row, card->reports.n++) =
		    (struct report_row){ r->report, r->day, r->kind, r->clock,
			    r->mine, r->by_school, r->confirmed,
			    r->confirmed_at, r->confirmed_title };
	}
}

enum err
guardian_home(struct req *req, struct res *res)
{
	struct home_view *v = arena_new(req->a, struct home_view);
	struct list rows;

	TRY(child_home(req->a, req->db, req->who, req->now, &rows));
	group(req->a, &rows, req->now, &v->cards);
	v->today = stamp_day(req->now);
	v->no_email = !req->who->has_email;
	return res_page(res, &home_tmpl, v);
}
