/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The composing half of lib/out/mail.h: which addresses are usable and what a
 * mail is on the wire. */
#include "out/mail.h"

#include <check.h>

#include "base/utf8.h"

static struct arena *a;
static struct mail m;
static struct buf *out;

static void
setup(void)
{
	a = arena_init(32 << 20);
	out = NULL;
	m = (struct mail){
		.from_name = "緑ヶ丘市",
		.from = "notice@renraku.example",
		.to = "hanako@mail.example",
		.subject = "お知らせ",
		.body = "本文\n二行目\n",
		.message_id = "k1@renraku.example",
	};
	/* 2026-06-01 07:42:10 in Tokyo */
	m.date = day_at(day_from(2026, 6, 1), (struct minute){ 462 });
	m.date.us += 10 * 1000000;
}

static void
teardown(void)
{
	arena_free(a);
}

static const char *
times(const char *s, size_t n)
{
	struct buf *b = buf_new(a, 64, 1 << 20);

	while (n-- > 0)
		buf_str(b, s);
	return b->p;
}

START_TEST(usable_addresses)
{
	static const char *const good[] = {
		"a@b.jp", "hanako.yamada@mail.example", "A_b+c-d/e=f@x-y.co.jp",
		"!#$%&'*+-/=?^_`{|}~@e.jp", "1@2.jp", "a..b@docomo.ne.jp",
		"ab.@ezweb.ne.jp", "a...@docomo.ne.jp", "a@xn--wgv71a.jp",
		"b+mzxw6ytb.0a1b2c3d@bounce.renraku.example",
	};

	for (size_t i = 0; i < COUNT(good); i++)
		ck_assert_msg(mail_address_ok(good[i]), "%s", good[i]);
}
END_TEST

START_TEST(unusable_addresses)
{
	static const char *const bad[] = {
		"", "@", "a", "a@", "@b.jp", "a@b", "a@b@c.jp", ".a@b.jp",
		"a@.jp", "a@b.", "a@b..jp", "a@-b.jp", "a@b-.jp", "a@b_c.jp",
		"a b@c.jp", " a@b.jp", "a@b.jp ", "a@b.jp\n", "a@b.jp\r\n.",
		"a@b.jp>\r\nRCPT TO:<evil@c.jp", "a\t@b.jp", "a@b.jp\x7F",
		"a\x01@b.jp", "<a@b.jp>", "\"a\"@b.jp", "a\\b@c.jp", "a,b@c.jp",
		"a;b@c.jp", "a(b)@c.jp", "a:b@c.jp", "a[b]@c.jp", "花@b.jp",
		"ａ@b.jp", "a@花.jp", "a@192.0.2.1", "a@[192.0.2.1]",
		"a\xFF@b.jp",
	};

	ck_assert(!mail_address_ok(NULL));
	for (size_t i = 0; i < COUNT(bad); i++)
		ck_assert_msg(!mail_address_ok(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(lengths_of_addresses)
{
	const char *x63 = times("x", 63);
	const char *host = str_printf(a, "%s.%s.%s", x63, x63,
	    times("y", 254 - 1 - 1 - 64 - 64));

	ck_assert(mail_address_ok(str_printf(a, "%s@b.jp", times("x", 64))));
	ck_assert(!mail_address_ok(str_printf(a, "%s@b.jp", times("x", 65))));
	ck_assert(mail_address_ok(str_printf(a, "a@%s.jp", x63)));
	ck_assert(!mail_address_ok(str_printf(a, "a@%sx.jp", x63)));
	ck_assert(!mail_address_ok(str_printf(a, "a@%s", host)));
	host = str_printf(a, "%s.%s.%s.%s", x63, x63, x63, times("y", 60));
	ck_assert_uint_eq(strlen(host), 252);
	ck_assert(mail_address_ok(str_printf(a, "a@%s", host)));
	ck_assert(!mail_address_ok(str_printf(a, "aa@%s", host)));
}
END_TEST

START_TEST(domains)
{
	ck_assert_str_eq(mail_domain(a, "A.B@Docomo.NE.jp"), "docomo.ne.jp");
	ck_assert_ptr_null(mail_domain(a, "a@b"));
	ck_assert_ptr_null(mail_domain(a, NULL));
}
END_TEST

START_TEST(wire_form)
{
	char wire[MAIL_WIRE] = "?";

	ck_assert(mail_wire("a.b@c.jp", wire));
	ck_assert_str_eq(wire, "a.b@c.jp");
	ck_assert(mail_wire("a..b@c.jp", wire));
	ck_assert_str_eq(wire, "\"a..b\"@c.jp");
	ck_assert(mail_wire("ab.@c.jp", wire));
	ck_assert_str_eq(wire, "\"ab.\"@c.jp");
	ck_assert(!mail_wire("a@c", wire));
	ck_assert_str_eq(wire, "\"ab.\"@c.jp");
}
END_TEST

START_TEST(whole_message)
{
	m.unsubscribe = "https://renraku.example/u/x?y=1";
	ck_assert_int_eq(mail_compose(a, &m, &out), OK);
	ck_assert_str_eq(out->p,
	    "From: =?UTF-8?B?57eR44O25LiY5biC?=\r\n"
	    " <notice@renraku.example>\r\n"
	    "To: hanako@mail.example\r\n"
	    "Subject: =?UTF-8?B?44GK55+l44KJ44Gb?=\r\n"
	    "Date: Mon, 01 Jun 2026 07:42:10 +0900\r\n"
	    "Message-ID: <k1@renraku.example>\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "List-Unsubscribe: <https://renraku.example/u/x?y=1>\r\n"
	    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=UTF-8\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "\r\n"
	    "5pys5paHDQrkuozooYznm64NCg==\r\n");
	ck_assert_uint_eq(out->n, strlen(out->p));
}
END_TEST

START_TEST(optional_parts)
{
	m.from_name = NULL;
	m.body = "";
	ck_assert_int_eq(mail_compose(a, &m, &out), OK);
	ck_assert(str_starts(out->p, "From: notice@renraku.example\r\nTo: "));
	ck_assert_ptr_null(strstr(out->p, "List-"));
	ck_assert(str_ends(out->p, "base64\r\n\r\n\r\n"));
	m.from_name = "";
	m.body = NULL;
	ck_assert_int_eq(mail_compose(a, &m, &out), OK);
	ck_assert(str_starts(out->p, "From: notice@renraku.example\r\n"));
}
END_TEST

START_TEST(dotted_local_parts_are_quoted)
{
	m.to = "a..b@docomo.ne.jp";
	ck_assert_int_eq(mail_compose(a, &m, &out), OK);
	ck_assert_ptr_nonnull(strstr(out->p,
	    "\r\nTo: \"a..b\"@docomo.ne.jp\r\n"));
}
END_TEST

/* Every way in which a line could be put into the head. */
START_TEST(no_control_bytes_in_headers)
{
	static const char *const tails[] = { "\n", "\r", "\r\nBcc: x@y.jp",
		"\t", "\x1B[2J", "\x7F", "\x01", "\xC2\x85", "\xFF" };

	for (size_t i = 0; i < COUNT(tails); i++) {
		const char **texts[] = { &m.from_name, &m.from, &m.to,
			&m.subject, &m.message_id, &m.unsubscribe };

		for (size_t k = 0; k < COUNT(texts); k++) {
			const char *old = *texts[k];

			*texts[k] = str_printf(a, "%s%s", old != NULL ? old :
			    "https://a.example/", tails[i]);
			ck_assert_msg(mail_compose(a, &m, &out) == ERR_INVALID,
			    "text %zu, tail %zu", k, i);
			*texts[k] = old;
		}
	}
	ck_assert_int_eq(mail_compose(a, &m, &out), OK);
}
END_TEST

START_TEST(bad_ids_and_urls)
{
	static const char *const ids[] = { NULL, "", "a", "a@", "@b", "a@b@c",
		"<a@b>", "a b@c", "a..b@c", ".a@b", "a@b.", "a@b>", "花@b" };
	static const char *const urls[] = { "", "http://a.example/",
		"https://a.example/ b", "https://a.example/>,<x",
		"https://a.example/花" };

	for (size_t i = 0; i < COUNT(ids); i++) {
		m.message_id = ids[i];
		ck_assert_msg(mail_compose(a, &m, &out) == ERR_INVALID,
		    "id %zu", i);
	}
	m.message_id = "a.b-c_d@renraku.example";
	for (size_t i = 0; i < COUNT(urls); i++) {
		m.unsubscribe = urls[i];
		ck_assert_msg(mail_compose(a, &m, &out) == ERR_INVALID,
		    "url %zu", i);
	}
}
END_TEST

START_TEST(what_must_be_there)
{
	m.subject = "";
	ck_assert_int_eq(mail_compose(a, &m, &out), ERR_INVALID);
	m.subject = NULL;
	ck_assert_int_eq(mail_compose(a, &m, &out), ERR_INVALID);
	m.subject = "x";
	m.date = STAMP_NONE;
	ck_assert_int_eq(mail_compose(a, &m, &out), ERR_INVALID);
}
END_TEST

static int
sextet(char c)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = strchr(set, c);

	return p == NULL || c == '\0' ? -1 : (int)(p - set);
}

/* Up to the first "?" or the end; line ends are passed over. */
static const char *
unbase64(const char *s)
{
	struct buf *b = buf_new(a, 64, 1 << 20);
	uint32_t v = 0;
	int have = 0;

	for (; *s != '\0' && *s != '?'; s++) {
		int six = sextet(*s);

		if (six < 0)
			continue;
		v = v << 6 | (uint32_t)six;
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf_char(b, (char)(v >> have & 0xFF));
		}
	}
	return b->p;
}

/* The decoded header; each word is checked alone (RFC 2047 5, 8). */
static const char *
unwords(const char *name)
{
	const char *s = strstr(out->p, name), *end;
	struct buf *b = buf_new(a, 64, 1 << 20);

	ck_assert_ptr_nonnull(s);
	s += strlen(name);
	while (str_starts(s, "=?UTF-8?B?")) {
		const char *part = unbase64(s + 10);

		end = strstr(s, "?=");
		ck_assert_ptr_nonnull(end);
		ck_assert_int_le(end + 2 - s, 75);
		ck_assert(utf8_valid(part, strlen(part)));
		buf_str(b, part);
		s = end + 2;
		if (str_starts(s, "\r\n "))
			s += 3;
	}
	return b->p;
}

static void
check_lines(const char *s, size_t most)
{
	while (*s != '\0') {
		size_t n = strcspn(s, "\r\n");

		ck_assert_uint_le(n, most);
		ck_assert(str_starts(s + n, "\r\n"));
		s += n + 2;
	}
}

START_TEST(long_subjects_are_cut_between_characters)
{
	static const char *const chars[] = { "x", "é", "あ", "𠮷",
		"葛\U000E0100", "か\u3099a", "=?UTF-8?B?eA==?= " };

	for (size_t i = 0; i < COUNT(chars); i++) {
		for (size_t n = 1; n < 60; n++) {
			m.subject = m.from_name = times(chars[i], n);
			ck_assert_int_eq(mail_compose(a, &m, &out), OK);
			check_lines(out->p, 76);
			ck_assert_str_eq(unwords("\r\nSubject: "), m.subject);
			ck_assert_str_eq(unwords("From: "), m.from_name);
		}
	}
}
END_TEST

START_TEST(long_values_get_their_own_line)
{
	const char *url = str_printf(a, "https://e.jp/%s", times("t", 800));

	m.unsubscribe = url;
	m.to = str_printf(a, "%s@%s.jp", times("x", 60), times("y", 60));
	m.message_id = str_printf(a, "%s@b", times("i", 200));
	ck_assert_int_eq(mail_compose(a, &m, &out), OK);
	check_lines(out->p, 900);
	ck_assert_ptr_nonnull(strstr(out->p,
	    str_printf(a, "\r\nList-Unsubscribe:\r\n <%s>\r\n", url)));
	ck_assert_ptr_nonnull(strstr(out->p,
	    str_printf(a, "\r\nTo:\r\n %s\r\n", m.to)));
	m.unsubscribe = str_printf(a, "%s%s", url, times("t", 100));
	ck_assert_int_eq(mail_compose(a, &m, &out), ERR_INVALID);
}
END_TEST

START_TEST(head_has_a_limit)
{
	m.subject = times("あ", 5000);
	ck_assert_int_eq(mail_compose(a, &m, &out), ERR_INVALID);
}
END_TEST

START_TEST(bodies_decode_back_with_crlf)
{
	m.body = "a\n.\n..b\r\n\nFrom x\n終";
	ck_assert_int_eq(mail_compose(a, &m, &out), OK);
	ck_assert_str_eq(unbase64(strstr(out->p, "\r\n\r\n")),
	    "a\r\n.\r\n..b\r\n\r\nFrom x\r\n終");
	m.body = times("山田 さくらさん\n", 4000);
	ck_assert_int_eq(mail_compose(a, &m, &out), OK);
	check_lines(out->p, 76);
	ck_assert_str_eq(unbase64(strstr(out->p, "\r\n\r\n")),
	    times("山田 さくらさん\r\n", 4000));
	ck_assert(str_ends(out->p, "\r\n"));
	ck_assert(!str_ends(out->p, "\r\n\r\n"));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("out/mail");
	TCase *c = tcase_create("mail");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, usable_addresses);
	tcase_add_test(c, unusable_addresses);
	tcase_add_test(c, lengths_of_addresses);
	tcase_add_test(c, domains);
	tcase_add_test(c, wire_form);
	tcase_add_test(c, whole_message);
	tcase_add_test(c, optional_parts);
	tcase_add_test(c, dotted_local_parts_are_quoted);
	tcase_add_test(c, no_control_bytes_in_headers);
	tcase_add_test(c, bad_ids_and_urls);
	tcase_add_test(c, what_must_be_there);
	tcase_add_test(c, long_subjects_are_cut_between_characters);
	tcase_add_test(c, long_values_get_their_own_line);
	tcase_add_test(c, head_has_a_limit);
	tcase_add_test(c, bodies_decode_back_with_crlf);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
