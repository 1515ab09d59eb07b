/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Accounts made by letter (F02), further children, and addresses that get
 * nothing before they are proved (F04). */
#include "model/guardian.h"

#include "model/credential.h"
#include "model/outbox.h"
#include "t/model/world.h"

#define MONDAY at("2026-06-01", "07:10")

static struct letter letter;

/* A letter of the pupil, as found by its code. */
static struct letter
issue(const char *number, const char *school_code)
{
	struct letter_order order = { school_code, NULL, number, 2, 60 };
	struct letter found;
	struct list issued;

	MUST(letter_issue(world.a, world.db, &order, MONDAY, &issued));
	ck_assert_uint_eq(issued.n, 1);
	MUST(letter_find(world.a, world.db,
	    LIST_AT(issued, struct letter_issued, 0)->code, MONDAY, &found));
	return found;
}

static void
begin(void)
{
	world_begin();
	letter = issue("10001", "B100000000001");
}

static enum err
sign_up(const struct letter *l, const char *address, int64_t *id,
    const char **login)
{
	struct registration r = { "hash", address, "en" };

	return guardian_register_letter(world.a, world.db, l, &r, MONDAY, id,
	    login);
}

START_TEST(a_new_account)
{
	const char *login;
	struct actor who;
	int64_t id;

	MUST(sign_up(&letter, NULL, &id, &login));
	ck_assert_uint_eq(strlen(login), 9);
	ck_assert_uint_eq(strspn(login, "0123456789"), 9);
	ck_assert_int_ne(login[0], '0');
	who = world_guardian(id, MONDAY);
	ck_assert_str_eq(who.login, login);
	ck_assert_str_eq(who.lang, "en");
	ck_assert(!who.has_email);
	ck_assert_str_eq(world_text("SELECT hash FROM guardian_credential"
	    " WHERE guardian_id = %lld", (long long)id), "hash");
	ck_assert_int_eq(world_number("SELECT pupil_id FROM guardianship"
	    " WHERE guardian_id = %lld AND may_report = 1 AND receives = 1"
	    " AND begins = '2026-06-01' AND invitation_id = %lld",
	    (long long)id, (long long)letter.invitation_id), AOI);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM guardian_email"
	    " WHERE guardian_id = %lld", (long long)id), 0);
}
END_TEST

START_TEST(as_many_as_the_letter_allows)
{
	const char *login[3];
	int64_t id[3];

	MUST(sign_up(&letter, NULL, &id[0], &login[0]));
	MUST(sign_up(&letter, NULL, &id[1], &login[1]));
	ck_assert_int_ne(id[0], id[1]);
	ck_assert_str_ne(login[0], login[1]);
	MUST(db_begin(world.db));
	GIVES(sign_up(&letter, NULL, &id[2], &login[2]), ERR_NONE);
	db_rollback(world.db);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM guardianship"
	    " WHERE pupil_id = %d", AOI), 4);
}
END_TEST

/* Those who are there learn of one more; who came does not get it. */
START_TEST(the_others_are_told)
{
	const char *login;
	int64_t id;

	MUST(sign_up(&letter, "new@example.jp", &id, &login));
	ck_assert_str_eq(world_told(OUTBOX_JOINED), "A@example.jp b@example.jp");
	ck_assert_str_eq(world_told(OUTBOX_VERIFY), "new@example.jp");
	ck_assert_ptr_null(strstr(world_text("SELECT params FROM outbox"
	    " WHERE kind = %d", OUTBOX_JOINED), "髙橋"));
}
END_TEST

START_TEST(a_protected_household_is_told_nothing)
{
	struct letter protected = issue("10003", "B100000000001");
	struct actor a = world_guardian(A, MONDAY);
	const char *login;
	int64_t id;

	ck_assert(protected.protected);
	MUST(sign_up(&protected, "new@example.jp", &id, &login));
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM outbox"
	    " WHERE kind = %d", OUTBOX_JOINED), 0);
	ck_assert_str_eq(world_told(OUTBOX_VERIFY), "new@example.jp");
	protected = issue("10003", "B100000000001");
	MUST(guardian_add_child(world.a, world.db, &a, &protected, MONDAY));
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM outbox"
	    " WHERE kind = %d", OUTBOX_JOINED), 0);
}
END_TEST

START_TEST(one_more_child)
{
	struct actor e = world_guardian(E, MONDAY);

	MUST(guardian_add_child(world.a, world.db, &e, &letter, MONDAY));
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM guardianship"
	    " WHERE guardian_id = %d", E), 4);
	ck_assert_str_eq(world_told(OUTBOX_JOINED), "A@example.jp b@example.jp");
	ck_assert_int_eq(world_number("SELECT used FROM invitation"
	    " WHERE id = %lld", (long long)letter.invitation_id), 1);
	MUST(db_begin(world.db));
	GIVES(guardian_add_child(world.a, world.db, &e, &letter, MONDAY),
	    ERR_EXISTS);
	db_rollback(world.db);
	ck_assert_int_eq(world_number("SELECT used FROM invitation"
	    " WHERE id = %lld", (long long)letter.invitation_id), 1);
}
END_TEST

START_TEST(language)
{
	struct actor a = world_guardian(A, MONDAY);

	MUST(guardian_set_lang(world.db, &a, "en"));
	a = world_guardian(A, MONDAY);
	ck_assert_str_eq(a.lang, "en");
}
END_TEST

/* ── addresses ──────────────────────────────────────────────────────────── */

static enum err
add(const struct actor *who, const char *address, struct stamp now)
{
	return guardian_add_email(world.a, world.db, who->id, address, "ja",
	    now);
}

START_TEST(an_address_gets_only_its_proof)
{
	struct actor d = world_guardian(D, MONDAY);
	struct guardian_email *e;
	struct list rows;

	MUST(add(&d, "D@Example.JP", MONDAY));
	ck_assert_str_eq(world_told(OUTBOX_VERIFY), "D@Example.JP");
	ck_assert_str_eq(world_text("SELECT domain FROM outbox_recipient"),
	    "example.jp");
	MUST(guardian_emails(world.a, world.db, &d, &rows));
	ck_assert_uint_eq(rows.n, 1);
	e = LIST_AT(rows, struct guardian_email, 0);
	ck_assert_str_eq(e->address, "D@Example.JP");
	ck_assert(!e->verified && !e->stopped);
	world_report(&d, KIPPEI, "2026-06-01", "発熱", MONDAY);
	ck_assert_str_eq(world_told(OUTBOX_REPORT), "");
	d = world_guardian(D, MONDAY);
	ck_assert(!d.has_email);
}
END_TEST

START_TEST(asking_again)
{
	struct actor d = world_guardian(D, MONDAY);
	struct actor a = world_guardian(A, MONDAY);

	MUST(add(&d, "d@example.jp", MONDAY));
	GIVES(add(&d, "d@example.jp", stamp_add(MONDAY, 59)), ERR_LIMIT);
	MUST(add(&d, "d@example.jp", stamp_add(MONDAY, 60)));
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM guardian_email"
	    " WHERE guardian_id = %d", D), 1);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM outbox"), 2);
	GIVES(add(&a, "A@example.jp", MONDAY), ERR_EXISTS);
}
END_TEST

START_TEST(not_more_than_five)
{
	struct actor d = world_guardian(D, MONDAY);

	for (int i = 0; i < EMAIL_MOST; i++)
		MUST(add(&d, str_printf(world.a, "d%d@example.jp", i),
		    MONDAY));
	GIVES(add(&d, "d9@example.jp", MONDAY), ERR_LIMIT);
	/* Others' addresses are nobody's business. */
	MUST(add(&(struct actor){ .id = A }, "d1@example.jp", MONDAY));
}
END_TEST

/* ── the proof ──────────────────────────────────────────────────────────── */

static const char *
link_of(const struct keys *keys, int64_t guardian, const char *address)
{
	int64_t id = world_number("SELECT id FROM guardian_email"
	    " WHERE guardian_id = %lld AND address = '%s'",
	    (long long)guardian, address);

	return guardian_link(world.a, keys, world_uid("guardian_email", id),
	    address);
}

START_TEST(proving)
{
	struct actor d = world_guardian(D, MONDAY);
	struct keys *keys = world_keys();
	struct guardian_email e;
	struct credential c;
	const char *link;

	MUST(add(&d, "D@example.jp", MONDAY));
	link = link_of(keys, D, "D@example.jp");
	ck_assert_uint_eq(strlen(link), 43);
	GIVES(credential_guardian(world.a, world.db, "d@example.jp", MONDAY,
	    &c), ERR_NONE);
	MUST(guardian_link_find(world.a, world.db, keys, link, MONDAY, &e));
	ck_assert_str_eq(e.address, "D@example.jp");
	ck_assert_int_eq(e.guardian_id, D);
	ck_assert(!e.verified);
	/* Looking changes nothing. */
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM guardian_email"
	    " WHERE guardian_id = %d AND verified_at IS NULL", D), 1);
	MUST(guardian_verify(world.a, world.db, &e, MONDAY));
	MUST(guardian_verify(world.a, world.db, &e, MONDAY));
	MUST(credential_guardian(world.a, world.db, "d@EXAMPLE.jp", MONDAY,
	    &c));
	ck_assert_int_eq(c.id, D);
	ck_assert_str_eq(c.login, "200000005");
	d = world_guardian(D, MONDAY);
	ck_assert(d.has_email);
	world_report(&d, KIPPEI, "2026-06-01", "発熱", MONDAY);
	ck_assert_str_eq(world_told(OUTBOX_REPORT), "D@example.jp");
	MUST(guardian_link_find(world.a, world.db, keys, link, MONDAY, &e));
	ck_assert(e.verified);
	world_keys_end(keys);
}
END_TEST

START_TEST(links_that_are_none)
{
	struct actor d = world_guardian(D, MONDAY);
	struct keys *keys = world_keys();
	struct guardian_email e;
	char *link;

	MUST(add(&d, "d@example.jp", MONDAY));
	link = str_copy(world.a, link_of(keys, D, "d@example.jp"));
	MUST(guardian_link_find(world.a, world.db, keys, link,
	    stamp_add(MONDAY, EMAIL_LINK_HOURS * 3600 - 1), &e));
	GIVES(guardian_link_find(world.a, world.db, keys, link,
	    stamp_add(MONDAY, EMAIL_LINK_HOURS * 3600), &e), ERR_NONE);
	for (size_t i = 0; link[i] != '\0'; i++) {
		char kept = link[i];

		link[i] = kept == 'A' ? 'B' : 'A';
		ck_assert_msg(guardian_link_find(world.a, world.db, keys, link,
		    MONDAY, &e) == ERR_NONE, "character %zu", i);
		link[i] = kept;
	}
	GIVES(guardian_link_find(world.a, world.db, keys, "", MONDAY, &e),
	    ERR_NONE);
	GIVES(guardian_link_find(world.a, world.db, keys, NULL, MONDAY, &e),
	    ERR_NONE);
	GIVES(guardian_link_find(world.a, world.db, keys,
	    str_printf(world.a, "%sA", link), MONDAY, &e), ERR_NONE);
	/* The link belongs to this address, and to the account's life. */
	GIVES(guardian_link_find(world.a, world.db, keys,
	    guardian_link(world.a, keys, world_uid("guardian_email",
		world_number("SELECT MAX(id) FROM guardian_email")),
		"x@example.jp"), MONDAY, &e), ERR_NONE);
	world_run("UPDATE guardian SET ended_at = '2026-06-01' WHERE id = %d",
	    D);
	GIVES(guardian_link_find(world.a, world.db, keys, link, MONDAY, &e),
	    ERR_NONE);
	world_keys_end(keys);
}
END_TEST

/* Parents with one mailbox: both get mail, the first signs in with it. */
START_TEST(a_shared_mailbox)
{
	struct actor d = world_guardian(D, MONDAY);
	struct keys *keys = world_keys();
	struct guardian_email e;
	struct credential c;

	MUST(add(&d, "a@example.jp", MONDAY));
	MUST(guardian_link_find(world.a, world.db, keys,
	    link_of(keys, D, "a@example.jp"), MONDAY, &e));
	MUST(guardian_verify(world.a, world.db, &e, MONDAY));
	MUST(credential_guardian(world.a, world.db, "a@example.jp", MONDAY,
	    &c));
	ck_assert_int_eq(c.id, A);
	world_report(&d, KIPPEI, "2026-06-01", "発熱", MONDAY);
	ck_assert_str_eq(world_told(OUTBOX_REPORT), "a@example.jp");
	world_keys_end(keys);
}
END_TEST

START_TEST(who_may_sign_in)
{
	struct credential c;

	MUST(credential_guardian(world.a, world.db, "200000001", MONDAY, &c));
	ck_assert_int_eq(c.id, A);
	ck_assert_str_eq(c.hash, "hash-of-201");
	ck_assert_int_eq(c.role, ROLE_GUARDIAN);
	GIVES(credential_guardian(world.a, world.db, "200000001 ", MONDAY,
	    &c), ERR_NONE);
	GIVES(credential_guardian(world.a, world.db, "", MONDAY, &c),
	    ERR_NONE);
	GIVES(credential_guardian(world.a, world.db, "unproved@example.jp",
	    MONDAY, &c), ERR_NONE);
	world_run("UPDATE guardian SET ended_at = '2026-05-31' WHERE id = %d",
	    A);
	GIVES(credential_guardian(world.a, world.db, "200000001", MONDAY, &c),
	    ERR_NONE);
	GIVES(credential_guardian(world.a, world.db, "a@example.jp", MONDAY,
	    &c), ERR_NONE);
	MUST(credential_staff(world.a, world.db, "principal", MONDAY, &c));
	ck_assert_int_eq(c.id, PRINCIPAL);
	ck_assert_int_eq(c.organization_id, CHUO);
	ck_assert_int_eq(c.role, ROLE_SCHOOL);
	GIVES(credential_staff(world.a, world.db, "nobody", MONDAY, &c),
	    ERR_NONE);
	world_run("UPDATE staff SET ended_at = '2026-05-31' WHERE id = %d",
	    PRINCIPAL);
	GIVES(credential_staff(world.a, world.db, "principal", MONDAY, &c),
	    ERR_NONE);
	MUST(credential_set_staff(world.db, "teacher", "new", MONDAY));
	MUST(credential_staff(world.a, world.db, "teacher", MONDAY, &c));
	ck_assert_str_eq(c.hash, "new");
	GIVES(credential_set_staff(world.db, "nobody", "new", MONDAY),
	    ERR_NONE);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/guardian");
	TCase *c = world_case(s, "guardian", begin);

	tcase_add_test(c, a_new_account);
	tcase_add_test(c, as_many_as_the_letter_allows);
	tcase_add_test(c, the_others_are_told);
	tcase_add_test(c, a_protected_household_is_told_nothing);
	tcase_add_test(c, one_more_child);
	tcase_add_test(c, language);
	tcase_add_test(c, an_address_gets_only_its_proof);
	tcase_add_test(c, asking_again);
	tcase_add_test(c, not_more_than_five);
	tcase_add_test(c, proving);
	tcase_add_test(c, links_that_are_none);
	tcase_add_test(c, a_shared_mailbox);
	tcase_add_test(c, who_may_sign_in);
	return world_suite(s);
}
