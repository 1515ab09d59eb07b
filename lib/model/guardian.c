/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Accounts and their children. */
#include "model/guardian.h"

#include "model/outbox.h"

SQL(guardian_insert, "uid login lang now",
    "INSERT INTO guardian (uid, login, lang, created_at) VALUES (?, ?, ?, ?)");
SQL(guardian_credential_insert, "guardian text now",
    "INSERT INTO guardian_credential (guardian_id, hash, changed_at)"
    " VALUES (?, ?, ?)");
SQL_WIDE(guardianship_insert, "guardian invitation today far invitation",
    "the letter is the scope",
    "INSERT INTO guardianship (guardian_id, pupil_id, invitation_id, begins,"
    " ends) SELECT ?, i.pupil_id, ?, ?, ? FROM invitation i WHERE i.id = ?");

/* A guardianship lasts until somebody ends it. */
static struct day
forever(void)
{
	return day_from(2199, 12, 31);
}

/* 9 digits that a phone's number pad types; not 0 first. */
static const char *
new_login(struct arena *a)
{
	return str_printf(a, "%u", 100000000u + rand_below(900000000u));
}

static enum err
insert_guardian(struct arena *a, struct db *db, const char *lang,
    struct stamp now, int64_t *id, const char **login)
{
	enum err e = ERR_EXISTS;

	for (int i = 0; i < 5 && e == ERR_EXISTS; i++) {
		*login = new_login(a);
		e = db_run(db, &guardian_insert, NULL,
		    VALUES(v_uid(uid_new()), v_text(*login), v_text(lang),
			v_stamp(now)));
	}
	*id = db_inserted(db);
	return e;
}

static enum err
link_child(struct db *db, int64_t guardian_id, const struct letter *letter,
    struct stamp now)
{
	TRY(letter_use(db, letter->invitation_id, now));
	return db_run(db, &guardianship_insert, NULL,
	    VALUES(v_int(guardian_id), v_int(letter->invitation_id),
		v_day(stamp_day(now)), v_day(forever()),
		v_int(letter->invitation_id)));
}

/* Existing contacts learn that there is one more, and whom to ask. In a
 * protected household nobody learns that anybody else exists. */
static enum err
tell_others(struct arena *a, struct db *db, int64_t guardian_id,
    const struct letter *letter, struct stamp now)
{
	struct outbox_job job = {
		.kind = OUTBOX_JOINED,
		.lane = LANE_NORMAL,
		.school_id = letter->school_id,
		.pupil_id = letter->pupil_id,
		.hours = 48,
	};
	int64_t id;

	if (letter->protected)
		return OK;
	job.params = outbox_params(a, "given", letter->given, NULL);
	TRY(outbox_add(db, &job, now, &id));
	return outbox_to_guardians(db, id, letter->pupil_id, 0, guardian_id,
	    now);
}

enum err
guardian_register_letter(struct arena *a, struct db *db, const struct letter *letter,
    const struct registration *r, struct stamp now, int64_t *id,
    const char **login)
{
	TRY(insert_guardian(a, db, r->lang, now, id, login));
	TRY(db_run(db, &guardian_credential_insert, NULL,
	    VALUES(v_int(*id), v_text(r->hash), v_stamp(now))));
	TRY(link_child(db, *id, letter, now));
	TRY(tell_others(a, db, *id, letter, now));
	if (r->address == NULL)
		return OK;
	return guardian_add_email(a, db, *id, r->address, r->lang, now);
}

enum err
guardian_add_child(struct arena *a, struct db *db, const struct actor *who,
    const struct letter *letter, struct stamp now)
{
	TRY(link_child(db, who->id, letter, now));
	return tell_others(a, db, who->id, letter, now);
}

SQL(guardian_lang, "lang guardian", "UPDATE guardian SET lang = ? WHERE id = ?");

enum err
guardian_set_lang(struct db *db, const struct actor *who, const char *lang)
{
	return db_run(db, &guardian_lang, NULL,
	    VALUES(v_text(lang), v_int(who->id)));
}
