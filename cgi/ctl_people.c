/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Letters for guardians and passwords for staff. Codes and passwords exist in
 * clear only here, on their way out and in. */
#include "ctl.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/keys.h"
#include "base/log.h"
#include "base/password.h"
#include "base/utf8.h"
#include "model/credential.h"
#include "model/letter.h"

/* ── letters ────────────────────────────────────────────────────────────── */

static void
print_letter(const struct ctl *c, const struct letter_issued *l)
{
	printf("%s\n%s", l->school, l->class_title);
	if (l->seat > 0)
		printf(" %lld番", (long long)l->seat);
	printf("  %s  (%s)\n", l->name, l->number);
	printf("登録コード  %s\n", l->code);
	printf("登録のページ  %s/register\n\n", c->conf.guardian_url);
}

enum err
ctl_letters(struct ctl *c)
{
	struct letter_order order = {
		.school_code = c->option[CTL_SCHOOL],
		.class_title = c->option[CTL_CLASS],
		.number = c->option[CTL_NUMBER],
		.guardians = c->conf.letter_guardians,
		.days = c->conf.letter_days,
	};
	struct list issued;
	enum err e;

	if (order.school_code == NULL) {
		log_error("usage", "letters needs --school CODE");
		return ERR_INVALID;
	}
	TRY(ctl_connect(c));
	e = letter_issue(c->a, c->db, &order, c->now, &issued);
	if (e == ERR_NONE)
		log_error("letters", "no such school, class or pupil");
	TRY(e);
	/* No row in the access history, no codes on paper. */
	TRY(ctl_audit(c, c->db, "letters", 0, (int64_t)issued.n));
	for (size_t i = 0; i < issued.n; i++)
		print_letter(c, LIST_AT(issued, struct letter_issued, i));
	return OK;
}

/* ── a staff member's password ──────────────────────────────────────────── */

/* The first line of standard input. */
static enum err
read_password(struct ctl *c, const char **password)
{
	char line[PASSWORD_MAX * 4 + 2];
	size_t n;

	if (fgets(line, sizeof line, stdin) == NULL)
		line[0] = '\0';
	n = strcspn(line, "\r\n");
	if (n == 0 || !utf8_valid(line, n)) {
		log_error("usage", "no password on standard input");
		mem_wipe(line, sizeof line);
		return ERR_INVALID;
	}
	*password = str_copy_n(c->a, line, n);
	mem_wipe(line, sizeof line);
	return OK;
}

struct change {
	struct ctl *c;
	const char *login, *hash;
};

static enum err
change_work(struct db *db, void *arg)
{
	struct change *w = arg;

	TRY(credential_set_staff(db, w->login, w->hash, w->c->now));
	return ctl_audit(w->c, db, "staff.password", 0, 1);
}

enum err
ctl_staff_password(struct ctl *c)
{
	struct change w = { .c = c, .login = c->arg[0] };
	const char *password, *weak;
	enum err e;

	TRY(read_password(c, &password));
	weak = utf8_count(password) < PASSWORD_MIN ||
		utf8_count(password) > PASSWORD_MAX
	    ? N_("パスワードは8文字から128文字までです")
	    : password_weakness(c->a, password, w.login);
	if (weak != NULL) {
		printf("%s\n", weak);
		return ERR_INVALID;
	}
	TRY(password_hash(c->a, password, &w.hash));
	TRY(ctl_connect(c));
	e = db_transaction(c->db, change_work, &w);
	if (e == ERR_NONE)
		log_error("staff", "nobody has the login %s", w.login);
	return e;
}
