/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Statements lead with school and day; the other filters run over one
 * school's day only. */
#include "model/absence_list.h"

#include "base/hex.h"
#include "model/absence.h"

const struct choice absence_seens[] = {
	{ SEEN_NEW, "new", N_("未確認") },
	{ SEEN_CHANGED, "changed", N_("変更あり") },
	{ SEEN_CONFIRMED, "confirmed", N_("確認済") },
	{ SEEN_WITHDRAWN, "withdrawn", N_("取り消し") },
	{ 0, NULL, NULL },
};

FIELDS_SHARED(struct absence_row, absence_row_fields,
    F_INT(struct absence_row, id),
    F_INT(struct absence_row, pupil_id),
    F_UID(struct absence_row, uid),
    F_ENUM(struct absence_row, seen, absence_seens, .label = N_("状態")),
    F_TEXT(struct absence_row, class_title, .label = N_("学級")),
    F_INT(struct absence_row, seat, .label = N_("出席番号")),
    F_TEXT(struct absence_row, name, .label = N_("氏名")),
    F_TEXT(struct absence_row, kana, .label = N_("ふりがな")),
    F_ENUM(struct absence_row, kind, absence_kinds, .label = N_("種別")),
    F_TEXT(struct absence_row, reason, .label = N_("理由")),
    F_MINUTE(struct absence_row, clock, .label = N_("時刻")),
    F_TEXT(struct absence_row, note, .label = N_("備考")),
    F_ENUM(struct absence_row, state, absence_states),
    F_INT(struct absence_row, version),
    F_INT(struct absence_row, confirmed_version),
    F_BOOL(struct absence_row, by_school),
    F_STAMP(struct absence_row, created_at, .label = N_("連絡した日時")),
    F_STAMP(struct absence_row, changed_at, .label = N_("最後の変更")),
    F_STAMP(struct absence_row, confirmed_at, .label = N_("確認した日時")),
    F_TEXT(struct absence_row, confirmed_title),
    F_TEXT(struct absence_row, confirmed_name, .label = N_("確認した人")));

#define ROW_COLUMNS                                                            \
	"b.id, b.uid, b.pupil_id, k.title AS class_title, e.seat, p.name,"     \
	" p.kana, b.kind, b.state, n.name AS reason, b.note, b.clock,"         \
	" b.version, b.confirmed_version, (b.guardian_id IS NULL) AS by_school," \
	" b.created_at, b.changed_at, b.confirmed_at,"                         \
	" CASE WHEN b.confirmed_version = b.version THEN"                      \
	"  IF(b.state = 2, 4, 3)"                                              \
	" WHEN b.confirmed_version > 0 THEN 2 ELSE IF(b.state = 2, 4, 1) END"  \
	"  AS seen,"                                                           \
	" t.title AS confirmed_title, s.name AS confirmed_name"
#define ROW_JOINS                                                              \
	" JOIN pupil p ON p.id = b.pupil_id"                                   \
	" JOIN enrollment e ON e.pupil_id = b.pupil_id AND e.main = 1"         \
	"  AND e.begins <= b.day AND e.ends >= b.day"                          \
	" JOIN class k ON k.id = e.class_id"                                   \
	" JOIN reason n ON n.id = b.reason_id"                                 \
	" LEFT JOIN posting t ON t.id = b.confirmed_by"                        \
	" LEFT JOIN staff s ON s.id = t.staff_id"
/* Binds: own, posting. */
#define OWN_CLASSES                                                            \
	" AND (? = 0 OR EXISTS (SELECT 1 FROM posting_class pc"                \
	"  JOIN enrollment oe ON oe.class_id = pc.class_id"                    \
	"  WHERE pc.posting_id = ? AND oe.pupil_id = b.pupil_id"               \
	"  AND oe.begins <= b.day AND oe.ends >= b.day))"

/* A report withdrawn before anybody saw it needs no look: it stands last. */
SQL(absence_list_sql,
    "school day own posting all uid:class kind kind unconfirmed",
    "SELECT " ROW_COLUMNS " FROM absence b" ROW_JOINS
    " WHERE b.school_id = ? AND b.day = ?" OWN_CLASSES
    " AND (? = 1 OR EXISTS (SELECT 1 FROM class fk"
    "  JOIN enrollment fe ON fe.class_id = fk.id WHERE fk.uid = ?"
    "  AND fe.pupil_id = b.pupil_id AND fe.begins <= b.day"
    "  AND fe.ends >= b.day))"
    " AND (? = 0 OR b.kind = ?)"
    " AND (? = 0 OR (b.confirmed_version <> b.version"
    "  AND NOT (b.state = 2 AND b.confirmed_version = 0)))"
    " ORDER BY (b.confirmed_version = b.version"
    "  OR (b.state = 2 AND b.confirmed_version = 0)), b.state, k.grade,"
    " k.position, k.title, e.seat, b.id LIMIT 1000");

/* A uid that is no class's, for "all": the statement needs some value. */
static struct db_value
class_value(struct uid uid)
{
	static const struct uid none = { { 1 } };

	return v_uid(uid_is(uid) ? uid : none);
}

enum err
absence_list(struct arena *a, struct db *db, const struct actor *who,
    const struct absence_filter *f, struct list *rows)
{
	return db_all(db, a, &absence_list_sql, &absence_row_fields, rows,
	    VALUES(v_int(actor_school(who, f->school_id)), v_day(f->day),
		v_bool(who->own_classes), v_int(who->posting_id),
		v_bool(!uid_is(f->class_uid)), class_value(f->class_uid),
		v_int(f->kind), v_int(f->kind), v_bool(f->unconfirmed)));
}

struct day_version {
	const char *version;
};
FIELDS(struct day_version, day_version_fields,
    F_TEXT(struct day_version, version));

#define DAY_VERSION                                                                \
	"(SELECT CONCAT_WS('.', COUNT(*), COALESCE(SUM(x.version), 0),"        \
	" COALESCE(SUM(x.confirmed_version), 0)) FROM absence x"               \
	" WHERE x.school_id = ? AND x.day = ?)"

SQL(absence_list_version_sql, "school day", "SELECT " DAY_VERSION " AS version");

enum err
absence_list_version(struct arena *a, struct db *db, const struct actor *who,
    const struct absence_filter *f, const char **version)
{
	struct day_version v;

	TRY(db_one(db, a, &absence_list_version_sql, &day_version_fields, &v,
	    VALUES(v_int(actor_school(who, f->school_id)), v_day(f->day))));
	*version = v.version;
	return OK;
}

FIELDS_SHARED(struct class_row, class_row_fields,
    F_UID(struct class_row, uid),
    F_TEXT(struct class_row, title),
    F_BOOL(struct class_row, own),
    F_TEXT(struct class_row, version));

SQL(absence_list_head_sql, "school day posting school year own",
    "SELECT k.uid, k.title, (pc.class_id IS NOT NULL) AS own, " DAY_VERSION
    " AS version FROM class k LEFT JOIN posting_class pc"
    "  ON pc.class_id = k.id AND pc.posting_id = ?"
    " WHERE k.school_id = ? AND k.school_year = ?"
    " AND (? = 0 OR pc.class_id IS NOT NULL)"
    " ORDER BY k.grade, k.position, k.title");

enum err
absence_list_head(struct arena *a, struct db *db, const struct actor *who,
    const struct absence_filter *f, struct list *classes, const char **version)
{
	struct db_value school = v_int(actor_school(who, f->school_id));

	TRY(db_all(db, a, &absence_list_head_sql, &class_row_fields, classes,
	    VALUES(school, v_day(f->day), v_int(who->posting_id), school,
		v_int(day_school_year(f->day)), v_bool(who->own_classes))));
	if (classes->n == 0) /* before the year's first roster */
		return absence_list_version(a, db, who, f, version);
	*version = LIST_AT(*classes, struct class_row, 0)->version;
	return OK;
}

struct loaded {
	struct absence_row row;
	struct day day;
};
FIELDS(struct loaded, loaded_day, F_DAY(struct loaded, day));

SQL(absence_row_sql, "uid:absence city school own posting",
    "SELECT " ROW_COLUMNS " FROM absence b" ROW_JOINS
    " WHERE b.uid = ? AND (? = 1 OR b.school_id = ?)" OWN_CLASSES);
SQL_WIDE(absence_day_sql, "absence_id", "by primary key of a row in scope",
    "SELECT day FROM absence WHERE id = ?");

enum err
absence_list_load(struct arena *a, struct db *db, const struct actor *who,
    struct uid uid, struct absence_row *row, struct day *day)
{
	struct loaded l;

	TRY(db_one(db, a, &absence_row_sql, &absence_row_fields, row,
	    VALUES(v_uid(uid), v_bool(actor_is_city(who)),
		v_int(who->organization_id), v_bool(who->own_classes),
		v_int(who->posting_id))));
	TRY(db_one(db, a, &absence_day_sql, &loaded_day, &l,
	    VALUES(v_int(row->id))));
	*day = l.day;
	return OK;
}

FIELDS_SHARED(struct absence_version, absence_version_fields,
    F_INT(struct absence_version, version),
    F_ENUM(struct absence_version, kind, absence_kinds),
    F_ENUM(struct absence_version, state, absence_states),
    F_TEXT(struct absence_version, reason),
    F_TEXT(struct absence_version, note),
    F_MINUTE(struct absence_version, clock),
    F_BOOL(struct absence_version, by_school),
    F_STAMP(struct absence_version, made_at));

SQL(absence_versions_sql, "absence_id city school",
    "SELECT h.version, h.kind, h.state, n.name AS reason, h.note, h.clock,"
    " (h.guardian_id IS NULL) AS by_school, h.made_at"
    " FROM absence_history h JOIN reason n ON n.id = h.reason_id"
    " WHERE h.absence_id = ? AND (? = 1 OR h.school_id = ?)"
    " ORDER BY h.version DESC");

enum err
absence_versions(struct arena *a, struct db *db, const struct actor *who,
    int64_t absence_id, struct list *rows)
{
	return db_all(db, a, &absence_versions_sql, &absence_version_fields,
	    rows, VALUES(v_int(absence_id), v_bool(actor_is_city(who)),
		v_int(who->organization_id)));
}

/* A join in this order: MariaDB would run an IN (SELECT) of an UPDATE for
 * every row of the table. */
SQL(absence_confirm_sql, "seen now posting school own posting",
    "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (uid VARCHAR(24) PATH '$[0]',"
    "  version INT PATH '$[1]')) j STRAIGHT_JOIN absence b"
    "  ON b.uid = FROM_BASE64(j.uid) AND b.version = j.version"
    " SET b.confirmed_version = b.version, b.confirmed_at = ?,"
    " b.confirmed_by = ?"
    " WHERE b.school_id = ? AND b.confirmed_version <> b.version" OWN_CLASSES);

/* "uid:version" texts as JSON for the statement; what is not of that form
 * confirms nothing. */
static const char *
seen_json(struct arena *a, const struct list *seen)
{
	struct buf *json = buf_new(a, 256, seen->n * 48 + 16);
	const char *sep = "";

	buf_char(json, '[');
	for (size_t i = 0; i < seen->n; i++) {
		const char *text = *LIST_AT(*seen, const char *, i);
		const char *colon = strchr(text, ':');
		struct uid uid;
		int64_t version;

		if (colon == NULL ||
		    uid_parse(str_copy_n(a, text, (size_t)(colon - text)),
			&uid) != OK ||
		    str_parse_int(colon + 1, 1, INT32_MAX, &version) != OK)
			continue;
		buf_printf(json, "%s[\"%s\",%lld]", sep,
		    b64_text(a, uid.b, sizeof uid.b, 0), (long long)version);
		sep = ",";
	}
	buf_char(json, ']');
	return json->p;
}

enum err
absence_confirm(struct arena *a, struct db *db, const struct actor *who,
    int64_t school_id, const struct list *seen, struct stamp now, int64_t *n)
{
	return db_run(db, &absence_confirm_sql, n,
	    VALUES(v_text(seen_json(a, seen)), v_stamp(now),
		v_int(who->posting_id), v_int(actor_school(who, school_id)),
		v_bool(who->own_classes), v_int(who->posting_id)));
}
