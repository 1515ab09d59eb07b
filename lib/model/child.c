/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Guardianship is the scope: a pupil that is not the guardian's does not
 * exist for this file. */
#include "model/child.h"

#include "model/absence.h"
#include "model/calendar.h"

/* The same columns and joins for both questions; binds of FROM: day, weekday,
 * day, day, guardian, day, day. */
#define CHILD_COLUMNS                                                          \
	"p.id, p.uid, p.name, p.given, p.sort_key, g.may_report,"              \
	" k.grade + IF(school.kind = 3, 6, 0) AS grade,"                       \
	" school.id AS school_id, school.name AS school, school.phone,"        \
	" k.title AS class_title,"                                             \
	" IF(x.day IS NULL, r.opens, IF(x.opens = x.closes, NULL, x.opens))"   \
	"  AS opens,"                                                          \
	" IF(x.day IS NULL, r.closes, IF(x.opens = x.closes, NULL, x.closes))" \
	"  AS closes"
#define CHILD_FROM                                                             \
	" FROM guardianship g"                                                 \
	" JOIN pupil p ON p.id = g.pupil_id"                                   \
	" JOIN enrollment e ON e.pupil_id = p.id AND e.main = 1"               \
	" JOIN organization school ON school.id = e.school_id"                 \
	" JOIN class k ON k.id = e.class_id"                                   \
	" LEFT JOIN reception_exception x"                                     \
	"  ON x.school_id = school.id AND x.day = ?"                           \
	" LEFT JOIN reception r ON r.school_id = school.id AND r.weekday = ?"
#define CHILD_WHERE                                                            \
	" WHERE e.begins <= ? AND e.ends >= ?"                                 \
	" AND g.guardian_id = ? AND g.begins <= ? AND g.ends >= ?"

FIELDS(struct child, child_fields,
    F_INT(struct child, id),
    F_INT(struct child, school_id),
    F_INT(struct child, grade),
    F_UID(struct child, uid),
    F_TEXT(struct child, name),
    F_TEXT(struct child, given),
    F_TEXT(struct child, sort_key),
    F_TEXT(struct child, school),
    F_TEXT(struct child, phone),
    F_TEXT(struct child, class_title),
    F_BOOL(struct child, may_report),
    F_MINUTE(struct child, opens),
    F_MINUTE(struct child, closes),
    F_TEXT(struct child, days_off),
    F_TEXT(struct child, reasons));

SQL(child_list_sql,
    "today far today far today weekday today today guardian today today",
    "SELECT " CHILD_COLUMNS ", " CALENDAR_DAYS_OFF " AS days_off,"
    " (SELECT GROUP_CONCAT(n.name ORDER BY n.position SEPARATOR '\n')"
    "  FROM reason n WHERE n.school_id = school.id AND n.ended_at IS NULL)"
    "  AS reasons" CHILD_FROM CHILD_WHERE);

/* Eldest first, twins by their kana; a child's reports by day. Sorted here because a
 * sort of a join makes the server write a temporary table, which costs as much
 * as all the rest (a home page: 248 against 131 us in the same run). */
static int
child_order(const void *x, const void *y)
{
	const struct child *a = x, *b = y;

	int c;

	if (a->grade != b->grade)
		return a->grade > b->grade ? -1 : 1;
	c = strcmp(a->sort_key, b->sort_key);
	return c != 0 ? c : (a->id > b->id) - (a->id < b->id);
}

enum err
child_list(struct arena *a, struct db *db, const struct actor *who,
    struct stamp now, struct list *children)
{
	struct day today = stamp_day(now);
	struct db_value from = v_day(today);
	struct db_value to = v_day(day_add(today, CALENDAR_AHEAD));

	TRY(db_all(db, a, &child_list_sql, &child_fields, children,
	    VALUES(from, to, from, to, from, v_int(day_weekday(today)), from,
		from, v_int(who->id), from, from)));
	if (children->n > 1)
		qsort(children->v, children->n, sizeof(struct child),
		    child_order);
	return OK;
}

FIELDS(struct child_report, report_fields,
    F_IN(int64_t, FIELD_INT, struct child_report, child, id),
    F_IN(int64_t, FIELD_INT, struct child_report, child, school_id),
    F_IN(int64_t, FIELD_INT, struct child_report, child, grade),
    F_IN(struct uid, FIELD_UID, struct child_report, child, uid),
    F_IN(const char *, FIELD_TEXT, struct child_report, child, name),
    F_IN(const char *, FIELD_TEXT, struct child_report, child, given),
    F_IN(const char *, FIELD_TEXT, struct child_report, child, sort_key),
    F_IN(const char *, FIELD_TEXT, struct child_report, child, school),
    F_IN(const char *, FIELD_TEXT, struct child_report, child, phone),
    F_IN(const char *, FIELD_TEXT, struct child_report, child, class_title),
    F_IN(bool, FIELD_BOOL, struct child_report, child, may_report),
    F_IN(struct minute, FIELD_MINUTE, struct child_report, child, opens),
    F_IN(struct minute, FIELD_MINUTE, struct child_report, child, closes),
    F_UID(struct child_report, report),
    F_INT(struct child_report, report_id),
    F_DAY(struct child_report, day),
    F_ENUM(struct child_report, kind, absence_kinds),
    F_MINUTE(struct child_report, clock),
    F_BOOL(struct child_report, mine),
    F_BOOL(struct child_report, by_school),
    F_BOOL(struct child_report, confirmed),
    F_STAMP(struct child_report, created_at),
    F_STAMP(struct child_report, confirmed_at),
    F_TEXT(struct child_report, confirmed_title));

SQL(child_home_sql,
    "today weekday today far today today guardian today today",
    "SELECT " CHILD_COLUMNS ", b.uid AS report, b.id AS report_id, b.day,"
    " b.kind, b.clock,"
    " (b.guardian_id = g.guardian_id) AS mine,"
    " (b.guardian_id IS NULL) AS by_school,"
    " (b.confirmed_version = b.version) AS confirmed,"
    " b.created_at, b.confirmed_at, t.title AS confirmed_title" CHILD_FROM
    " LEFT JOIN absence b ON b.pupil_id = p.id AND b.day BETWEEN ? AND ?"
    "  AND b.state = 1"
    "  AND (p.protected = 0 OR b.guardian_id = g.guardian_id"
    "   OR b.guardian_id IS NULL)"
    " LEFT JOIN posting t ON t.id = b.confirmed_by" CHILD_WHERE);

static int
report_order(const void *x, const void *y)
{
	const struct child_report *a = x, *b = y;
	int c = child_order(&a->child, &b->child);

	if (c != 0)
		return c;
	if (a->day.n != b->day.n)
		return a->day.n < b->day.n ? -1 : 1;
	return (a->report_id > b->report_id) - (a->report_id < b->report_id);
}

enum err
child_home(struct arena *a, struct db *db, const struct actor *who,
    struct stamp now, struct list *rows)
{
	struct day day = stamp_day(now);
	struct db_value today = v_day(day);

	TRY(db_all(db, a, &child_home_sql, &report_fields, rows,
	    VALUES(today, v_int(day_weekday(day)), today,
		v_day(day_add(day, CALENDAR_AHEAD)), today, today,
		v_int(who->id), today, today)));
	if (rows->n > 1)
		qsort(rows->v, rows->n, sizeof(struct child_report),
		    report_order);
	return OK;
}

bool
child_is_open(const struct child *c, struct stamp now)
{
	int32_t minute = stamp_minute(now).n;

	return minute_is(c->opens) && c->opens.n <= minute &&
	    minute < c->closes.n;
}

const struct child *
child_find(const struct list *children, struct uid uid)
{
	for (size_t i = 0; i < children->n; i++) {
		const struct child *c = LIST_AT(*children, struct child, i);

		if (uid_eq(c->uid, uid))
			return c;
	}
	return NULL;
}
