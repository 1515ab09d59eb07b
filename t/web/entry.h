/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A table with every type of field and helpers to send it inputs; shared by
 * the tests of form.c and form_value.c. */
#ifndef T_WEB_ENTRY_H
#define T_WEB_ENTRY_H

#include <check.h>
#include <string.h>

#include "web/form.h"

enum { KIND_ABSENT = 1, KIND_LATE = 2 };

static const struct choice kinds[] = {
	{ KIND_ABSENT, "absent", "欠席" },
	{ KIND_LATE, "late", "遅刻" },
	{ 0, NULL, NULL },
};

struct entry {
	const char *name;
	const char *code;
	const char *body;
	const char *password;
	int64_t number;
	int64_t degree;
	int64_t count;
	bool agreed;
	int kind;
	struct day day;
	struct minute at;
	struct uid pupil;
	struct list pupils;
	struct list options;
	struct bytes photo;
};

FIELDS(struct entry, entry_fields,
    F_TEXT(struct entry, name, .label = "名前", .min = 2, .max = 5),
    F_TEXT(struct entry, code, .label = "番号", .clean = CLEAN_NARROW,
	.max = 8),
    F_TEXT(struct entry, body, .label = "本文", .many_lines = true,
	.max = 20),
    F_TEXT(struct entry, password, .label = "パスワード",
	.clean = CLEAN_NONE, .max = 20),
    F_INT(struct entry, number, .label = "人数", .min = 1, .max = 40),
    F_INT(struct entry, degree, .label = "気温", .min = -20, .max = 0),
    F_INT(struct entry, count, .label = "回数"),
    F_BOOL(struct entry, agreed, .label = "同意"),
    F_ENUM(struct entry, kind, kinds, .label = "種類"),
    F_DAY(struct entry, day, .label = "日付"),
    F_MINUTE(struct entry, at, .label = "時刻"),
    F_UID(struct entry, pupil, .label = "お子さま"),
    F_UIDS(struct entry, pupils, .label = "宛先", .min = 2, .max = 3),
    F_TEXTS(struct entry, options, .label = "選択肢", .max = 3),
    F_BYTES(struct entry, photo, .label = "写真", .max = 4));

static struct req r;
static struct pair *pairs;
static struct entry e;
static struct form *form;

static void
begin(void)
{
	r = (struct req){ .a = arena_init(8 << 20), .lang = LANG_JA,
		.token = (const unsigned char *)"still good" };
	pairs = arena_array(r.a, 1000, sizeof(*pairs));
	r.body_pairs.v = pairs;
}

static void
end(void)
{
	arena_free(r.a);
}

static void
put(const char *name, const char *value)
{
	pairs[r.body_pairs.n++] =
	    (struct pair){ .name = name, .value = value };
}

static inline void
put_file(const char *name, const char *file, const char *data)
{
	pairs[r.body_pairs.n++] = (struct pair){ .name = name, .file = file,
		.data = { (const unsigned char *)data, strlen(data) } };
}

static enum err
read_form(const struct fields *of)
{
	enum err err;

	memset(&e, 0xa5, sizeof(e));
	form = NULL;
	err = form_read(&r, of, &e, &form);
	ck_assert_ptr_nonnull(form);
	ck_assert_int_eq(form->bad, err != OK);
	return err;
}

/* One input alone; its error, NULL when it is fine. */
static const char *
error_of(const struct fields *of, const char *name, const char *value)
{
	r.body_pairs.n = 0;
	put(name, value);
	(void)read_form(of);
	return form->error[form_index(form, name)];
}

static const char *
wrong(const char *name, const char *value)
{
	return error_of(&entry_fields, name, value);
}

#define FINE(name, value) ck_assert_ptr_null(wrong(name, value))
#define WRONG(name, value, text) ck_assert_str_eq(wrong(name, value), text)

#endif
