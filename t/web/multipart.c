/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Tests of lib/web/multipart.c: bodies as browsers and curl send them, every
 * cut of them, and bodies that must be refused. */
#include "web/multipart.h"

#include <check.h>
#include <string.h>

#include "web/req.h"

#define TYPE "multipart/form-data; boundary=XbX"
#define BODY(text) ((struct bytes){ (const unsigned char *)(text), \
	sizeof(text) - 1 })

static struct arena *a;

static void
setup(void)
{
	a = arena_init(64 << 20);
}

static void
teardown(void)
{
	arena_free(a);
}

static struct pair *
pair_at(struct list l, size_t i)
{
	ck_assert_uint_lt(i, l.n);
	return LIST_AT(l, struct pair, i);
}

static const char sample[] =
    "--XbX\r\n"
    "Content-Disposition: form-data; name=\"reason\"\r\n"
    "\r\n"
    "かぜ\r\n二行目\r\n"
    "--XbX  \r\n"
    "content-type: application/pdf\r\n"
    "CONTENT-DISPOSITION: Form-Data; filename=\"C:\\お\\手紙.pdf\"; name=f\r\n"
    "\r\n"
    "\r\n--XbY\r\n--Xb\r\r\n\0\xff\r\n"
    "--XbX\r\n"
    "Content-Disposition: form-data; name=\"none\"; filename=\"\"\r\n"
    "Content-Type: application/octet-stream\r\n"
    "\r\n"
    "\r\n"
    "--XbX\r\n"
    "Content-Disposition: form-data; name=\"empty\"\r\n"
    "\r\n"
    "\r\n"
    "--XbX--\r\nepilogue\r\n--XbX\r\n";
static const char sample_file[] = "\r\n--XbY\r\n--Xb\r\r\n\0\xff";

START_TEST(pairs)
{
	struct bytes body = BODY(sample);
	struct list l;
	struct pair *p;

	ck_assert_int_eq(multipart_pairs(a, TYPE, body, &l), OK);
	ck_assert_uint_eq(l.n, 4);
	p = pair_at(l, 0);
	ck_assert_str_eq(p->name, "reason");
	ck_assert_str_eq(p->value, "かぜ\r\n二行目");
	ck_assert_ptr_null(p->file);
	p = pair_at(l, 1);
	ck_assert_str_eq(p->name, "f");
	ck_assert_str_eq(p->file, "手紙.pdf");
	ck_assert_uint_eq(p->data.n, sizeof(sample_file) - 1);
	ck_assert_mem_eq(p->data.p, sample_file, p->data.n);
	ck_assert(p->data.p > body.p && p->data.p < body.p + body.n);
	p = pair_at(l, 2);
	ck_assert_str_eq(p->file, "");
	ck_assert_uint_eq(p->data.n, 0);
	p = pair_at(l, 3);
	ck_assert_str_eq(p->name, "empty");
	ck_assert_str_eq(p->value, "");
	ck_assert_ptr_null(p->file);
}
END_TEST

static const char *const types[] = {
	"multipart/form-data; boundary=XbX",
	"multipart/form-data;boundary=\"XbX\"",
	"Multipart/Form-Data ; charset=utf-8; Boundary=XbX",
	"multipart/form-data; boundary=XbX;",
};
static const char *const bad_types[] = {
	NULL, "", "multipart/form-data", "multipart/mixed; boundary=XbX",
	"multipart/form-datax; boundary=XbX",
	"multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
	"multipart/form-data; boundary=\"XbX", "text/plain",
	"multipart/form-data; boundary=\"XbX \"",
	"multipart/form-data; boundary=X\"bX",
	"multipart/form-data; boundary=XbX; boundary=Y",
	"multipart/form-data; boundary=\"X\r\nX\"",
	"multipart/form-data; boundary=あ",
	"multipart/form-data; boundary=12345678901234567890123456789012345678"
	"901234567890123456789012345678901",
	"application/x-www-form-urlencoded; boundary=XbX",
};

START_TEST(type)
{
	struct list l;

	ck_assert_int_eq(multipart_pairs(a, types[_i], BODY(sample), &l), OK);
	ck_assert_uint_eq(l.n, 4);
}
END_TEST

START_TEST(type_refused)
{
	struct list l;

	ck_assert_int_eq(multipart_pairs(a, bad_types[_i], BODY(sample), &l),
	    ERR_INVALID);
}
END_TEST

#define PART(disposition, value) \
	"--XbX\r\n" disposition "\r\n\r\n" value "\r\n--XbX--\r\n"
#define FIELD "Content-Disposition: form-data; name=\"n\""

static const struct bytes bad_bodies[] = {
	BODY(""),
	BODY("--XbX"),
	BODY("--XbX\r\n"),
	BODY("--XbX-\r\n"),
	BODY("--XbXY\r\n" FIELD "\r\n\r\nv\r\n--XbX--"),
	BODY("--XbX\n" FIELD "\r\n\r\nv\r\n--XbX--"),
	BODY("--XbX\r\n" FIELD "\r\n\r\nv"),
	BODY("--XbX\r\n" FIELD "\r\n\r\nv\r\n--XbX"),
	BODY("--XbX\r\n" FIELD "\r\n\r\nv\r\n--XbX-"),
	BODY("--XbX\r\n" FIELD "\r\n\r\nv\r\n--XbX\r\n"),
	BODY("--XbX\r\n" FIELD "\r\nv\r\n--XbX--"),
	BODY("--XbX\r\n" FIELD "\n\nv\r\n--XbX--"),
	BODY("--XbX\r\n\r\nv\r\n--XbX--"),
	BODY(PART("Content-Type: text/plain", "v")),
	BODY(PART("Content-Disposition: attachment; name=\"n\"", "v")),
	BODY(PART("Content-Disposition: form-data", "v")),
	BODY(PART("Content-Disposition: form-data; name=\"\"", "v")),
	BODY(PART("Content-Disposition: form-data; name=\"n", "v")),
	BODY(PART("Content-Disposition: form-data; name", "v")),
	BODY(PART("Content-Disposition: form-data; name=\"n\" x", "v")),
	BODY(PART("Content-Disposition: form-data; name=\"\xff\"", "v")),
	BODY(PART("Content-Disposition: form-data; name=n; name=m", "v")),
	BODY(PART("Content-Disposition: form-data; name=n; filename=\"\xe3\"",
	    "v")),
	BODY(PART(FIELD "\r\n" FIELD, "v")),
	BODY(PART("X: a\0b\r\n" FIELD, "v")),
	BODY(PART("X: a\rb\r\n" FIELD, "v")),
	BODY(PART(FIELD, "\xff")),
	BODY(PART(FIELD, "a\0b")),
	BODY(PART(FIELD, "\x1b")),
};

START_TEST(body_refused)
{
	struct list l = { .n = 7 };

	ck_assert_int_eq(
	    multipart_pairs(a, TYPE, bad_bodies[_i], &l), ERR_INVALID);
	ck_assert_uint_eq(l.n, 0);
}
END_TEST

static const char *const names[][2] = {
	{ "filename=\"a.txt\"", "a.txt" },
	{ "filename=a.txt", "a.txt" },
	{ "filename=\"/etc/x/a.txt\"", "a.txt" },
	{ "filename=\"..\\..\\a.txt\"", "a.txt" },
	{ "filename=\"a/b\\c/d\\e.txt\"", "e.txt" },
	{ "filename=\"a\\\"b.txt\"", "a\"b.txt" },
	{ "filename=\"a;b=c.txt\"", "a;b=c.txt" },
	{ "filename=\"x/\"", "" },
	{ "filename*=UTF-8''z.txt; filename=\"a.txt\"", "a.txt" },
};

START_TEST(file_names)
{
	const char *s = str_printf(a,
	    PART("Content-Disposition: form-data; name=\"n\"; %s", "v"),
	    names[_i][0]);
	struct bytes body = { (const unsigned char *)s, strlen(s) };
	struct list l;

	ck_assert_int_eq(multipart_pairs(a, TYPE, body, &l), OK);
	ck_assert_uint_eq(l.n, 1);
	ck_assert_str_eq(pair_at(l, 0)->name, "n");
	ck_assert_str_eq(pair_at(l, 0)->file, names[_i][1]);
}
END_TEST

START_TEST(no_parts)
{
	struct list l = { .n = 7 };

	ck_assert_int_eq(
	    multipart_pairs(a, TYPE, BODY("--XbX--\r\n"), &l), OK);
	ck_assert_uint_eq(l.n, 0);
}
END_TEST

static enum err
pairs_of(const struct buf *b, struct list *l)
{
	return multipart_pairs(a, TYPE,
	    (struct bytes){ (const unsigned char *)b->p, b->n }, l);
}

START_TEST(too_many_parts)
{
	struct buf *b = buf_new(a, 1024, 1 << 20);
	struct list l;

	for (int i = 0; i < MULTIPART_PARTS; i++)
		buf_str(b, "--XbX\r\n" FIELD "\r\n\r\n\r\n");
	buf_str(b, "--XbX--");
	ck_assert_int_eq(pairs_of(b, &l), OK);
	ck_assert_uint_eq(l.n, MULTIPART_PARTS);
	b->n -= strlen("--XbX--");
	buf_str(b, "--XbX\r\n" FIELD "\r\n\r\n\r\n--XbX--");
	ck_assert_int_eq(pairs_of(b, &l), ERR_INVALID);
}
END_TEST

START_TEST(head_limit)
{
	const size_t rest = strlen(FIELD "\r\nX: \r\n\r\n");

	for (size_t extra = 0; extra < 2; extra++) {
		struct buf *b = buf_new(a, 4096, 1 << 20);
		struct list l;

		buf_str(b, "--XbX\r\n" FIELD "\r\nX: ");
		for (size_t i = rest; i < MULTIPART_HEADER + extra; i++)
			buf_char(b, 'x');
		buf_str(b, "\r\n\r\nv\r\n--XbX--");
		ck_assert_int_eq(pairs_of(b, &l), extra ? ERR_INVALID : OK);
	}
}
END_TEST

/* ---- the machine, fed in pieces ---- */

static enum err
tape_begin(void *arg, const char *name, const char *file)
{
	buf_printf(arg, "<%s|%s>", name, file ? file : "-");
	return OK;
}

static enum err
tape_data(void *arg, const unsigned char *p, size_t n)
{
	buf_add(arg, (const char *)p, n);
	return OK;
}

static enum err
tape_end(void *arg)
{
	buf_str(arg, "</>");
	return OK;
}

static struct buf *
tape_of(size_t first, size_t then)
{
	struct buf *tape = buf_new(a, 4096, 1 << 20);
	const struct multipart_sink sink = { tape_begin, tape_data, tape_end,
		tape };
	struct multipart *m = multipart_new(a, TYPE, &sink);
	const unsigned char *p = (const unsigned char *)sample;
	size_t left = sizeof(sample) - 1, n = first;

	ck_assert_ptr_nonnull(m);
	for (; left > 0; p += n, left -= n, n = then) {
		if (n > left)
			n = left;
		ck_assert_int_eq(multipart_feed(m, p, n), OK);
	}
	ck_assert_int_eq(multipart_feed(m, NULL, 0), OK);
	ck_assert_int_eq(multipart_finish(m), OK);
	return tape;
}

START_TEST(any_cut)
{
	struct arena_mark mark;
	struct buf *whole = tape_of(sizeof(sample), 1);

	mark = arena_mark(a);
	for (size_t first = 1; first < sizeof(sample); first++)
		for (size_t then = 1; then < 9; then++) {
			struct buf *b = tape_of(first, then);

			ck_assert_uint_eq(b->n, whole->n);
			ck_assert_mem_eq(b->p, whole->p, whole->n);
			arena_rewind(a, mark);
		}
}
END_TEST

static enum err
refuse(void *arg, const unsigned char *p, size_t n)
{
	(void)p;
	(void)n;
	++*(int *)arg;
	return ERR_LIMIT;
}

static enum err
nothing(void *arg)
{
	(void)arg;
	return OK;
}

static enum err
nothing_begun(void *arg, const char *name, const char *file)
{
	(void)name;
	(void)file;
	return nothing(arg);
}

START_TEST(sink_stops_it)
{
	int calls = 0;
	const struct multipart_sink sink = { nothing_begun, refuse, nothing,
		&calls };
	struct multipart *m = multipart_new(a, TYPE, &sink);
	struct bytes body = BODY(sample);

	ck_assert_int_eq(multipart_feed(m, body.p, body.n), ERR_LIMIT);
	ck_assert_int_eq(multipart_feed(m, body.p, body.n), ERR_LIMIT);
	ck_assert_int_eq(multipart_finish(m), ERR_LIMIT);
	ck_assert_int_eq(calls, 1);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("multipart");
	TCase *t = tcase_create("multipart");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, pairs);
	tcase_add_loop_test(t, type, 0, COUNT(types));
	tcase_add_loop_test(t, type_refused, 0, COUNT(bad_types));
	tcase_add_loop_test(t, body_refused, 0, COUNT(bad_bodies));
	tcase_add_loop_test(t, file_names, 0, COUNT(names));
	tcase_add_test(t, no_parts);
	tcase_add_test(t, too_many_parts);
	tcase_add_test(t, head_limit);
	tcase_add_test(t, any_cut);
	tcase_add_test(t, sink_stops_it);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
