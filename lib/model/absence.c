/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Reports of guardians. A guardian's own reports can be changed; those of the
 * other guardian are seen (ordinary household) and left alone. */
#include "model/absence.h"

#include <json-c/json.h>

#include "model/calendar.h"
#include "model/child.h"
#include "model/outbox.h"

const struct choice absence_kinds[] = {
	{ ABSENT, "absent", N_("欠席") },
	{ LATE, "late", N_("遅刻") },
	{ EARLY, "early", N_("早退") },
	{ 0, NULL, NULL },
};
const struct choice absence_states[] = {
	{ RECEIVED, "received", N_("受付済") },
	{ WITHDRAWN, "withdrawn", N_("取り消し") },
	{ 0, NULL, NULL },
};

bool
absence_has_reason(const char *reasons, const char *reason)
{
	size_t n = strchr(reason, '\n') == NULL ? strlen(reason) : 0;

	for (const char *at = reasons; at != NULL && n > 0;
	    at = strchr(at, '\n')) {
		if (*at == '\n')
			at++;
		if (strncmp(at, reason, n) == 0 &&
		    (at[n] == '\n' || at[n] == '\0'))
			return true;
	}
	return false;
}

/* ── planning ───────────────────────────────────────────────────────────── */

static enum err
refuse(struct refusal *r, const char *field, const char *msg)
{
	*r = (struct refusal){ field, msg };
	return ERR_INVALID;
}

static enum err
plan_child(const struct child *c, const struct absence_new *new,
    struct stamp now, struct refusal *why)
{
	if (c == NULL || !c->may_report)
		return refuse(why, "pupils", N_("お子さまを選び直してください"));
	if (!child_is_open(c, now))
		return ERR_CLOSED;
	if (!absence_has_reason(c->reasons, new->reason))
		return refuse(why, "reason",
		    N_("選んだお子さまの学校にはこの理由がありません。別の理由を選ぶか、お子さまごとに連絡してください"));
	return OK;
}

/* One more child for the plan; the same child sent twice is one. */
static enum err
choose(const struct child *c, const struct absence_new *new, struct stamp now,
    struct list *chosen, struct refusal *why)
{
	TRY(plan_child(c, new, now, why));
	for (size_t i = 0; i < chosen->n; i++)
		if (*LIST_AT(*chosen, const struct child *, i) == c)
			return OK;
	*LIST_AT(*chosen, const struct child *, chosen->n++) = c;
	return OK;
}

/* The days on which any of the rows falls. */
static struct list
days_of_rows(struct arena *a, const struct list *rows, struct day first,
    struct day last)
{
	struct day *days = arena_array(a, rows->n + 1, sizeof *days);
	size_t n = 0;

	for (struct day day = first; day.n <= last.n; day = day_add(day, 1))
		for (size_t i = 0; i < rows->n; i++) {
			if (LIST_AT(*rows, struct absence_plan_row, i)->day.n !=
			    day.n)
				continue;
			days[n++] = day;
			break;
		}
	return (struct list){ days, n };
}

/* The wished stretch of days, as a stretch. */
static enum err
plan_stretch(const struct absence_new *new, struct day today, struct day *last,
    struct refusal *why)
{
	struct day end = day_add(today, CALENDAR_AHEAD);
	struct day year = school_year_ends(day_school_year(today));

	*last = day_is(new->last) ? new->last : new->first;
	if (new->first.n < today.n)
		return refuse(why, "first", N_("きょうか、きょうより後の日を選んでください"));
	if (last->n < new->first.n)
		return refuse(why, "last", N_("終わりの日は、始まりの日と同じか後にしてください"));
	if (last->n > end.n || last->n > year.n)
		return refuse(why, day_is(new->last) ? "last" : "first",
		    N_("連絡できるのは60日先まで、今年度のあいだです"));
	return OK;
}

/* Siblings' schools may be closed on different days. */
static enum err
plan_rows(struct arena *a, const struct absence_new *new, struct day last,
    struct absence_plan *plan, struct refusal *why)
{
	struct absence_plan_row *rows = arena_array(a,
	    plan->children.n * (CALENDAR_AHEAD + 1) + 1, sizeof *rows);
	size_t n = 0;

	for (size_t i = 0; i < plan->children.n; i++) {
		const struct child *c =
		    *LIST_AT(plan->children, const struct child *, i);
		struct list days =
		    calendar_days(a, c->days_off, new->first, last);
		if (days.n == 0)
			return refuse(why, "first", N_("この日は学校がお休みです。登校日を選んでください"));
		if (days.n > ABSENCE_DAYS)
			return refuse(why, "last",
			    N_("一度に連絡できるのは登校日14日分までです。長いお休みは学校に電話でご相談ください"));
		for (size_t k = 0; k < days.n; k++)
			rows[n++] = (struct absence_plan_row){ c,
				*LIST_AT(days, struct day, k) };
	}
	plan->rows = (struct list){ rows, n };
	plan->days = days_of_rows(a, &plan->rows, new->first, last);
	return OK;
}

enum err
absence_plan(struct arena *a, const struct list *children,
    const struct absence_new *new, struct stamp now, struct absence_plan *plan,
    struct refusal *why)
{
	struct day last;

	*plan = (struct absence_plan){
		.children = { arena_array(a, new->pupils.n + 1,
		    sizeof(const struct child *)), 0 },
	};
	if (new->kind != ABSENT && !minute_is(new->clock))
		return refuse(why, "clock", N_("時刻を入力してください"));
	for (size_t i = 0; i < new->pupils.n; i++)
		TRY(choose(child_find(children,
		    *LIST_AT(new->pupils, struct uid, i)), new, now,
		    &plan->children, why));
	if (plan->children.n == 0)
		return refuse(why, "pupils", N_("お子さまを選び直してください"));
	TRY(plan_stretch(new, stamp_day(now), &last, why));
	return plan_rows(a, new, last, plan, why);
}

/* ── mail ───────────────────────────────────────────────────────────────── */

struct told {
	const char *act;		/* made changed withdrawn */
	int64_t school_id, pupil_id, submission_id;
	const char *given;
	int kind;
	const struct day *days;
	size_t n_days;
};

static const char *
told_json(struct arena *a, const struct told *t)
{
	struct json_object *o = json_object_new_object();
	struct json_object *days = json_object_new_array();
	char *text;

	for (size_t i = 0; i < t->n_days; i++)
		json_object_array_add(days,
		    json_object_new_string(day_iso(a, t->days[i])));
	json_object_object_add(o, "act", json_object_new_string(t->act));
	json_object_object_add(o, "by", json_object_new_string("guardian"));
	json_object_object_add(o, "kind",
	    json_object_new_string(
		choice_by_value(absence_kinds, t->kind)->name));
	json_object_object_add(o, "given", json_object_new_string(t->given));
	json_object_object_add(o, "days", days);
	text = str_copy(a,
	    json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
	return text;
}

/* F11: everybody registered for the pupil; in a protected household only the
 * one who reported (the statement decides). Late news is worse than none. */
static enum err
tell(struct arena *a, struct db *db, const struct actor *who,
    const struct told *t, struct stamp now)
{
	struct outbox_job job = {
		.kind = OUTBOX_REPORT,
		.lane = LANE_NORMAL,
		.school_id = t->school_id,
		.pupil_id = t->pupil_id,
		.object_id = t->submission_id,
		.params = told_json(a, t),
		.hours = 12,
	};
	int64_t id;

	TRY(outbox_add(db, &job, now, &id));
	return outbox_to_guardians(db, id, t->pupil_id, who->id, 0, now);
}

/* ── reporting ──────────────────────────────────────────────────────────── */

SQL(submission_insert, "uid guardian now",
    "INSERT INTO submission (uid, guardian_id, created_at) VALUES (?, ?, ?)");

/* Rights, enrollment of that very day and the school's reason are joined
 * again here: what the plan believed may have ended since. */
SQL(absence_insert,
    "submission kind clock text now now rows guardian today today text",
    "INSERT INTO absence (uid, submission_id, school_id, pupil_id, day, kind,"
    " reason_id, clock, note, guardian_id, created_at, changed_at)"
    " SELECT RANDOM_BYTES(16), ?, e.school_id, g.pupil_id, j.day, ?, r.id, ?,"
    " ?, g.guardian_id, ?, ?"
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (pupil BIGINT PATH '$[0]',"
    "  day DATE PATH '$[1]')) j"
    " JOIN guardianship g ON g.pupil_id = j.pupil AND g.guardian_id = ?"
    "  AND g.may_report = 1 AND g.begins <= ? AND g.ends >= ?"
    " JOIN enrollment e ON e.pupil_id = g.pupil_id AND e.main = 1"
    "  AND e.begins <= j.day AND e.ends >= j.day"
    " JOIN reason r ON r.school_id = e.school_id AND r.ended_at IS NULL"
    "  AND r.name = ?");

SQL_WIDE(history_of_submission, "submission",
    "the submission was made in this transaction",
    "INSERT INTO absence_history (absence_id, version, school_id, kind,"
    " reason_id, clock, note, state, guardian_id, made_at)"
    " SELECT id, version, school_id, kind, reason_id, clock, note, state,"
    " guardian_id, changed_at FROM absence WHERE submission_id = ?");

static const char *
rows_json(struct arena *a, const struct absence_plan *plan)
{
	struct buf *json = buf_new(a, 256, plan->rows.n * 48 + 16);

	for (size_t i = 0; i < plan->rows.n; i++) {
		const struct absence_plan_row *r =
		    LIST_AT(plan->rows, struct absence_plan_row, i);

		buf_printf(json, "%s[%lld,\"%s\"]", i == 0 ? "[" : ",",
		    (long long)r->child->id, day_iso(a, r->day));
	}
	buf_char(json, ']');
	return json->p;
}

/* One mail per child, with that child's days. */
static enum err
tell_all(struct arena *a, struct db *db, const struct actor *who,
    const struct absence_plan *plan, int kind, int64_t submission_id,
    struct stamp now)
{
	size_t at = 0;

	for (size_t i = 0; i < plan->children.n; i++) {
		const struct child *c =
		    *LIST_AT(plan->children, const struct child *, i);
		struct day *days = arena_array(a, plan->rows.n, sizeof *days);
		size_t n = 0;

		for (; at < plan->rows.n &&
		    LIST_AT(plan->rows, struct absence_plan_row, at)->child == c;
		    at++)
			days[n++] = LIST_AT(plan->rows, struct absence_plan_row,
			    at)->day;
		struct told told = { "made", c->school_id, c->id, submission_id,
			c->given, kind, days, n };

		TRY(tell(a, db, who, &told, now));
	}
	return OK;
}

enum err
absence_report(struct arena *a, struct db *db, const struct actor *who,
    const struct absence_new *new, const struct absence_plan *plan,
    struct stamp now, struct uid *submission)
{
	struct db_value today = v_day(stamp_day(now));
	struct minute clock = new->kind == ABSENT ? MINUTE_NONE : new->clock;
	int64_t id, rows;

	*submission = uid_new();
	TRY(db_run(db, &submission_insert, NULL,
	    VALUES(v_uid(*submission), v_int(who->id), v_stamp(now))));
	id = db_inserted(db);
	TRY(db_run(db, &absence_insert, &rows,
	    VALUES(v_int(id), v_int(new->kind), v_minute(clock),
		v_text(new->note == NULL ? "" : new->note), v_stamp(now),
		v_stamp(now), v_text(rows_json(a, plan)), v_int(who->id), today,
		today, v_text(new->reason))));
	if (rows != (int64_t)plan->rows.n)
		return ERR_STALE;
	TRY(db_run(db, &history_of_submission, NULL, VALUES(v_int(id))));
	return tell_all(a, db, who, plan, new->kind, id, now);
}

/* ── reading ────────────────────────────────────────────────────────────── */

FIELDS_SHARED(struct absence, absence_fields,
    F_INT(struct absence, id),
    F_INT(struct absence, pupil_id),
    F_INT(struct absence, school_id),
    F_INT(struct absence, submission_id),
    F_UID(struct absence, uid),
    F_UID(struct absence, pupil),
    F_UID(struct absence, submission),
    F_TEXT(struct absence, name),
    F_TEXT(struct absence, given),
    F_TEXT(struct absence, class_title),
    F_TEXT(struct absence, school),
    F_TEXT(struct absence, phone),
    F_DAY(struct absence, day),
    F_ENUM(struct absence, kind, absence_kinds),
    F_ENUM(struct absence, state, absence_states),
    F_TEXT(struct absence, reason),
    F_TEXT(struct absence, note),
    F_MINUTE(struct absence, clock),
    F_INT(struct absence, version),
    F_BOOL(struct absence, mine),
    F_BOOL(struct absence, by_school),
    F_BOOL(struct absence, confirmed),
    F_BOOL(struct absence, protected),
    F_STAMP(struct absence, created_at),
    F_STAMP(struct absence, changed_at),
    F_STAMP(struct absence, confirmed_at),
    F_TEXT(struct absence, confirmed_title),
    F_MINUTE(struct absence, opens),
    F_MINUTE(struct absence, closes),
    F_TEXT(struct absence, reasons));

#define ABSENCE_COLUMNS                                                        \
	"b.id, b.uid, b.pupil_id, b.school_id, b.submission_id, p.uid AS pupil," \
	" p.name, p.given, p.protected, k.title AS class_title,"               \
	" school.name AS school, school.phone, b.day, b.kind, b.state,"        \
	" n.name AS reason, b.note, b.clock, b.version,"                       \
	" (b.guardian_id = g.guardian_id) AS mine,"                            \
	" (b.guardian_id IS NULL) AS by_school,"                               \
	" (b.confirmed_version = b.version) AS confirmed,"                     \
	" b.created_at, b.changed_at, b.confirmed_at,"                         \
	" t.title AS confirmed_title"
#define ABSENCE_JOINS                                                          \
	" JOIN guardianship g ON g.pupil_id = b.pupil_id"                      \
	"  AND g.guardian_id = ? AND g.begins <= ? AND g.ends >= ?"            \
	" JOIN pupil p ON p.id = b.pupil_id"                                   \
	"  AND (p.protected = 0 OR b.guardian_id = g.guardian_id"              \
	"   OR b.guardian_id IS NULL)"                                         \
	" JOIN enrollment e ON e.pupil_id = b.pupil_id AND e.main = 1"         \
	"  AND e.begins <= b.day AND e.ends >= b.day"                          \
	" JOIN class k ON k.id = e.class_id"                                   \
	" JOIN organization school ON school.id = b.school_id"                 \
	" JOIN reason n ON n.id = b.reason_id"                                 \
	" LEFT JOIN posting t ON t.id = b.confirmed_by"

SQL(absence_load_sql, "guardian today today today weekday uid:absence",
    "SELECT " ABSENCE_COLUMNS ","
    " IF(x.day IS NULL, r.opens, IF(x.opens = x.closes, NULL, x.opens))"
    "  AS opens,"
    " IF(x.day IS NULL, r.closes, IF(x.opens = x.closes, NULL, x.closes))"
    "  AS closes,"
    " (SELECT GROUP_CONCAT(q.name ORDER BY q.position SEPARATOR '\n')"
    "  FROM reason q WHERE q.school_id = b.school_id AND q.ended_at IS NULL)"
    "  AS reasons"
    " FROM absence b" ABSENCE_JOINS
    " LEFT JOIN reception_exception x"
    "  ON x.school_id = school.id AND x.day = ?"
    " LEFT JOIN reception r ON r.school_id = school.id AND r.weekday = ?"
    " WHERE b.uid = ?");

enum err
absence_load(struct arena *a, struct db *db, const struct actor *who,
    struct uid uid, struct stamp now, struct absence *row)
{
	struct day day = stamp_day(now);
	struct db_value today = v_day(day);

	return db_one(db, a, &absence_load_sql, &absence_fields, row,
	    VALUES(v_int(who->id), today, today, today,
		v_int(day_weekday(day)), v_uid(uid)));
}

SQL(absence_submitted_sql, "guardian day day uid:submission guardian",
    "SELECT " ABSENCE_COLUMNS ", s.uid AS submission FROM submission s"
    " JOIN absence b ON b.submission_id = s.id" ABSENCE_JOINS
    " WHERE s.uid = ? AND s.guardian_id = ? ORDER BY p.id, b.day");

enum err
absence_submitted(struct arena *a, struct db *db, const struct actor *who,
    struct uid submission, struct list *rows)
{
	/* Whoever sent it may see its receipt as long as the account lives. */
	struct db_value ever = v_day(day_from(2200, 1, 1));
	struct db_value first = v_day(day_from(1900, 1, 1));

	TRY(db_all(db, a, &absence_submitted_sql, &absence_fields, rows,
	    VALUES(v_int(who->id), ever, first, v_uid(submission),
		v_int(who->id))));
	return rows->n == 0 ? ERR_NONE : OK;
}

bool
absence_is_open(const struct absence *b, struct stamp now)
{
	int32_t minute = stamp_minute(now).n;

	return b->mine && b->state == RECEIVED &&
	    b->day.n >= stamp_day(now).n && minute_is(b->opens) &&
	    b->opens.n <= minute && minute < b->closes.n;
}

/* ── changing ───────────────────────────────────────────────────────────── */

SQL(absence_update,
    "kind clock text state now school text absence_id guardian version",
    "UPDATE absence b JOIN reason r ON r.school_id = b.school_id"
    " SET b.kind = ?, b.clock = ?, b.note = ?, b.state = ?, b.changed_at = ?,"
    " b.reason_id = r.id, b.version = b.version + 1"
    " WHERE r.school_id = ? AND r.name = ? AND r.ended_at IS NULL"
    " AND b.id = ? AND b.guardian_id = ? AND b.version = ? AND b.state = 1");

SQL(absence_withdraw_sql, "now absence_id guardian version",
    "UPDATE absence SET state = 2, version = version + 1, changed_at = ?"
    " WHERE id = ? AND guardian_id = ? AND version = ? AND state = 1");

SQL_WIDE(history_of_absence, "absence_id",
    "the row was changed in this transaction",
    "INSERT INTO absence_history (absence_id, version, school_id, kind,"
    " reason_id, clock, note, state, guardian_id, made_at)"
    " SELECT id, version, school_id, kind, reason_id, clock, note, state,"
    " guardian_id, changed_at FROM absence WHERE id = ?");

static enum err
changed(struct arena *a, struct db *db, const struct actor *who,
    const struct absence *b, const char *act, int kind, struct stamp now)
{
	struct told told = { act, b->school_id, b->pupil_id, b->submission_id,
		b->given, kind, &b->day, 1 };

	TRY(db_run(db, &history_of_absence, NULL, VALUES(v_int(b->id))));
	return tell(a, db, who, &told, now);
}

enum err
absence_change(struct arena *a, struct db *db, const struct actor *who,
    const struct absence *b, const struct absence_change *new,
    struct stamp now, struct refusal *why)
{
	struct minute clock = new->kind == ABSENT ? MINUTE_NONE : new->clock;
	int64_t rows;

	if (!absence_is_open(b, now))
		return ERR_CLOSED;
	if (!absence_has_reason(b->reasons, new->reason))
		return refuse(why, "reason", N_("理由を選び直してください"));
	if (new->kind != ABSENT && !minute_is(clock))
		return refuse(why, "clock", N_("時刻を入力してください"));
	TRY(db_run(db, &absence_update, &rows,
	    VALUES(v_int(new->kind), v_minute(clock),
		v_text(new->note == NULL ? "" : new->note), v_int(RECEIVED),
		v_stamp(now), v_int(b->school_id), v_text(new->reason),
		v_int(b->id), v_int(who->id), v_int(new->version))));
	if (rows == 0)
		return ERR_STALE;
	return changed(a, db, who, b, "changed", new->kind, now);
}

enum err
absence_withdraw(struct arena *a, struct db *db, const struct actor *who,
    const struct absence *b, int64_t version, struct stamp now)
{
	int64_t rows;

	if (!absence_is_open(b, now))
		return ERR_CLOSED;
	TRY(db_run(db, &absence_withdraw_sql, &rows,
	    VALUES(v_stamp(now), v_int(b->id), v_int(who->id),
		v_int(version))));
	if (rows == 0)
		return ERR_STALE;
	return changed(a, db, who, b, "withdrawn", b->kind, now);
}
