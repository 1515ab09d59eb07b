/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Read-only; schools and classes are made by the importer. */
#include "model/school.h"

FIELDS_SHARED(struct school, school_fields,
    F_INT(struct school, id),
    F_UID(struct school, uid),
    F_TEXT(struct school, name),
    F_TEXT(struct school, phone),
    F_TEXT(struct school, code));

SQL_WIDE(school_load_sql, "uid:school",
    "the caller is the board or the operator",
    "SELECT id, uid, name, phone, code FROM organization"
    " WHERE uid = ? AND kind <> 1");
SQL_WIDE(school_list_sql, "", "a city has tens of schools",
    "SELECT id, uid, name, phone, code FROM organization WHERE kind <> 1"
    " ORDER BY kind, code, name");

enum err
school_of(struct arena *a, struct db *db, const struct actor *who,
    struct uid asked, struct school *s)
{
	if (!actor_is_city(who)) {
		*s = (struct school){ who->organization_id,
			who->organization_uid, who->organization_name, NULL,
			NULL };
		return OK;
	}
	if (!uid_is(asked))
		return ERR_NONE;
	return db_one(db, a, &school_load_sql, &school_fields, s,
	    VALUES(v_uid(asked)));
}

enum err
school_list(struct arena *a, struct db *db, struct list *rows)
{
	return db_all(db, a, &school_list_sql, &school_fields, rows,
	    NO_VALUES);
}
