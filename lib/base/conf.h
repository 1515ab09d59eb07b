/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The configuration file (conf/renraku.conf.example lists every key with its
 * default): inih underneath, a field table on top, unknown keys refused. */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"

struct conf {
	const char *city;		/* 「緑ヶ丘市」 shown in titles */
	const char *board;		/* 「緑ヶ丘市教育委員会」 */
	const char *guardian_url;	/* https://renraku.city.example, no / */
	const char *staff_url;
	const char *templates;		/* directory */
	const char *locale;		/* directory of the catalogues */
	const char *assets;		/* directory, for the manifest of names */
	const char *keys;		/* directory of the named keys */
	const char *db_socket;
	const char *db_name;
	const char *db_passwords;	/* directory: one file per account */
	const char *smtp_url;		/* smtp://127.0.0.1:2525 */
	const char *smtp_ca;		/* file, empty: system's; smtps only */
	const char *mail_from;		/* address of the sender */
	const char *mail_bounce;	/* domain of VERP addresses */
	const char *mail_child;		/* initial | given | none (design 8) */
	const char *spool;		/* directory for large uploads */
	int64_t clock_offset;		/* seconds; demo and test only */
	bool demo;			/* allows clock_offset, shows a ribbon */
	int64_t workers;		/* of this pool, 0 = the pool's default */
	int64_t letter_guardians;	/* guardians one letter may register */
	int64_t letter_days;		/* validity of a letter's code */
};

/* Read a file into the arena. Logs file and line on ERR_INVALID: unknown key,
 * wrong type, line too long, clock_offset without demo. ERR_NONE: no file. */
enum err conf_load(struct arena *, const char *file, struct conf *) MUST_USE;
/* The table, for the example file's test and `renrakuctl check-conf`. */
extern const struct fields conf_fields;
/* What a key is when the file does not give it; NULL if it must. Static. */
const char *conf_default(const char *name);
/* Contents of a small secret file, trailing newline off; refuses files that
 * others may read. */
enum err conf_secret(struct arena *, const char *dir, const char *name,
    const char **) MUST_USE;

#endif
