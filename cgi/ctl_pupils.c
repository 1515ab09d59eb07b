/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The city's roster of pupils through the same importer as the page's: read,
 * preview, apply, in one transaction. Without --apply the preview is rolled
 * back, because nobody could come back to it. */
#include "ctl_table.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/log.h"
#include "model/roster.h"
#include "model/school.h"
#include "roster_read.h"

#define FILE_MAX ((size_t)64 << 20)
#define FILE_NAME 200			/* of import.file_name */

struct work {
	struct ctl *c;
	struct bytes file;
	struct list rows;
	bool apply, seen;
	struct roster_import import;
	struct list wrong;		/* struct roster_line */
	int64_t absent;
};

static enum err
read_file(struct work *w, struct db *db)
{
	struct roster_problem why;
	struct list schools;
	const char *file = w->c->arg[0], *text;

	TRY(school_list(w->c->a, db, &schools));
	if (roster_read(w->c->a, w->file, &schools, 0, &w->rows, &why) == OK)
		return OK;
	text = i18n_format(w->c->a, LANG_JA, why.msg == NULL ? "" : why.msg,
	    "what", why.what == NULL ? "" : why.what, NULL);
	if (why.line > 0)
		printf("%s:%lld: %s\n", file, (long long)why.line, text);
	else
		printf("%s: %s\n", file, text);
	return ERR_INVALID;
}

static const char *
base_name(const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *name = slash == NULL ? file : slash + 1;

	return strlen(name) > FILE_NAME ? "" : name;
}

static enum err
work_in(struct db *db, void *arg)
{
	struct work *w = arg;
	struct ctl *c = w->c;
	struct roster_import *import = &w->import;
	struct uid uid;

	TRY(roster_preview(c->a, db, &c->who, base_name(c->arg[0]), &w->rows,
	    c->now, &uid));
	TRY(roster_load(c->a, db, &c->who, uid, import));
	TRY(roster_lines(c->a, db, import, ROW_WRONG, CTL_WRONG_SHOWN,
	    &w->wrong));
	TRY(roster_absent(db, import, c->now, &w->absent));
	w->seen = !w->apply || import->rows_wrong > 0;
	if (w->seen)
		return ERR_NONE;
	TRY(roster_apply(c->a, db, import, c->now));
	return ctl_audit(c, db, "import.pupils", import->id,
	    import->rows_total);
}

static void
print(const struct work *w)
{
	const struct roster_import *i = &w->import;
	struct ctl_counts counts = { { [ROW_WRONG] = i->rows_wrong,
		[ROW_NEW] = i->rows_new, [ROW_CHANGED] = i->rows_changed,
		[ROW_MOVED] = i->rows_moved, [ROW_SAME] = i->rows_same } };

	for (size_t k = 0; k < w->wrong.n; k++) {
		const struct roster_line *l =
		    LIST_AT(w->wrong, struct roster_line, k);

		printf("%lld行目 %s %s: %s\n", (long long)l->line, l->number,
		    l->name, l->error);
	}
	ctl_print_counts(&counts, w->apply);
	if (w->absent > 0)
		printf("この名簿にいない在籍者 %lld 人は、そのままです\n",
		    (long long)w->absent);
}

enum err
ctl_import_pupils(struct ctl *c)
{
	struct work w = { .c = c, .apply = c->option[CTL_APPLY] != NULL };
	enum err e;

	TRY(ctl_read(c, c->arg[0], FILE_MAX, &w.file));
	TRY(ctl_connect(c));
	TRY(read_file(&w, c->db));
	e = db_transaction(c->db, work_in, &w);
	if (e != OK && !(e == ERR_NONE && w.seen))
		return e;
	print(&w);
	return w.import.rows_wrong > 0 ? ERR_INVALID : OK;
}
