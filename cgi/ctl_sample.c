/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Files of a city that does not exist, in the form in which schools have
 * them, for demonstrations and tests. The same seed gives the same files; no
 * database, no clock. The real importers read them. */
#include "ctl.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/log.h"
#include "ctl_names.h"
#include "out/csv.h"

#define FILE_MAX ((size_t)256 << 20)
#define SCHOOLS_MAX 400
#define GRADES_MAX 6
#define CLASS_SIZE 31
#define CLASS_LEAST 25
#define CLASS_MOST 38

struct group {			/* one class */
	int school, grade;	/* grade 0: the special class */
	int number;		/* 1, 2, … within the grade */
	int pupils;
};

struct school {
	bool junior;
	int place;		/* 1, 2, … of its kind */
	const char *name, *id;	/* 0101 */
	int special;		/* pupils of the special class */
	int *families;		/* of its pupils, -1 = no sibling */
	int n, room;
};

struct city {
	struct arena *a;
	uint64_t state;
	int64_t pupils;
	struct school *schools;
	int n, elementary;
	struct group *groups;
	int n_groups;
	int64_t number;		/* last 学籍番号 */
};

/* splitmix64 (public domain): small, and the same on every machine. */
static uint64_t
next(struct city *c)
{
	uint64_t z = c->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int
below(struct city *c, int n)
{
	return (int)(next(c) % (uint64_t)n);
}

/* ── schools and classes ────────────────────────────────────────────────── */

static void
name_schools(struct city *c)
{
	for (int i = 0; i < c->n; i++) {
		struct school *s = &c->schools[i];
		size_t k;

		s->junior = i >= c->elementary;
		s->place = 1 + (s->junior ? i - c->elementary : i);
		k = (size_t)s->place - 1;
		s->id = str_printf(c->a, "%02d%02d", s->junior ? 2 : 1,
		    s->place);
		s->name = k < ctl_places_n
		    ? str_printf(c->a, "%s%s", ctl_places[k],
			  s->junior ? "中学校" : "小学校")
		    : str_printf(c->a, "%s第%zu%s",
			  ctl_places[k % ctl_places_n], k / ctl_places_n + 1,
			  s->junior ? "中学校" : "小学校");
	}
}

static int
grades(const struct school *s)
{
	return s->junior ? 3 : 6;
}

/* How many classes each grade of each school has: every grade one, the rest
 * by size; grades are of one size in the whole city, so that junior high
 * schools, being fewer, are larger. Fills groups and returns their number. */
static int
make_groups(struct city *c, int classes)
{
	int juniors = c->n - c->elementary, cells = 0, n = 0;
	int64_t weight[SCHOOLS_MAX][GRADES_MAX], sum = 0, before = 0, rest;

	for (int i = 0; i < c->n; i++)
		for (int g = 0; g < grades(&c->schools[i]); g++, cells++) {
			weight[i][g] = (80 + below(c, 41)) *
			    (c->schools[i].junior ? c->elementary : juniors);
			sum += weight[i][g];
		}
	rest = classes > cells ? classes - cells : 0;
	for (int i = 0; i < c->n; i++)
		for (int g = 0; g < grades(&c->schools[i]); g++) {
			int64_t from = before * rest / sum;
			int more;

			before += weight[i][g];
			more = (int)(before * rest / sum - from);
			for (int k = 0; k <= more; k++)
				c->groups[n++] = (struct group){ i, g + 1,
					k + 1, 0 };
		}
	return n;
}

/* Exactly `pupils` in all; then pupils move between classes at random as long
 * as these stay within what a class may hold. */
static void
fill_groups(struct city *c, int64_t pupils)
{
	int n = c->n_groups, base = (int)(pupils / n);
	int least = base < CLASS_LEAST || base >= CLASS_MOST ? base - base / 8
							      : CLASS_LEAST;
	int most = base < CLASS_LEAST || base >= CLASS_MOST ? base + base / 8
							     : CLASS_MOST;

	for (int i = 0; i < n; i++)
		c->groups[i].pupils = base + (i < (int)(pupils % n));
	for (int i = 0; i < 4 * n; i++) {
		struct group *from = &c->groups[below(c, n)];
		struct group *to = &c->groups[below(c, n)];
		int few = 1 + below(c, 3);

		if (from == to || from->pupils - few < least ||
		    to->pupils + few > most)
			continue;
		from->pupils -= few;
		to->pupils += few;
	}
}

static void
plan(struct city *c)
{
	int64_t usual = c->pupils / c->n / 20, special = 0, rest;
	int classes;

	name_schools(c);
	for (int i = 0; i < c->n; i++) {
		int want = 3 + below(c, 6);

		c->schools[i].special = want < usual ? want
		    : usual > 0 ? (int)usual : 1;
		special += c->schools[i].special;
	}
	rest = c->pupils - special;
	classes = (int)((rest + CLASS_SIZE / 2) / CLASS_SIZE);
	c->groups = arena_array(c->a, (size_t)classes +
	    (size_t)c->n * (GRADES_MAX + 1), sizeof *c->groups);
	c->n_groups = make_groups(c, classes);
	fill_groups(c, rest);
	for (int i = 0; i < c->n; i++)
		c->groups[c->n_groups++] = (struct group){ i, 0, 1,
			c->schools[i].special };
	for (int i = 0; i < c->n_groups; i++)
		c->schools[c->groups[i].school].room += c->groups[i].pupils;
	for (int i = 0; i < c->n; i++)
		c->schools[i].families = arena_array(c->a,
		    (size_t)c->schools[i].room + 1, sizeof(int));
}

/* ── names ──────────────────────────────────────────────────────────────── */

struct person {
	const char *name, *kana;
	int family;
};

/* The smaller of two: names at the head of the table are commoner. */
static int
any_family(struct city *c)
{
	int n = (int)ctl_families_n, x = below(c, n), y = below(c, n);

	return x < y ? x : y;
}

static struct person
compose(struct city *c, int family)
{
	const struct ctl_name *f = &ctl_families[family];
	const struct ctl_name *g = &ctl_givens[below(c, (int)ctl_givens_n)];

	return (struct person){ str_printf(c->a, "%s %s", f->text, g->text),
		str_printf(c->a, "%s %s", f->kana, g->kana), family };
}

/* Three in ten at a junior high school have a sister or brother at one of the
 * two elementary schools near by. */
static struct person
any_pupil(struct city *c, const struct school *s)
{
	if (below(c, 60) == 0) {
		const struct ctl_name *f =
		    &ctl_foreigners[below(c, (int)ctl_foreigners_n)];

		return (struct person){ f->text, f->kana, -1 };
	}
	if (s->junior && below(c, 10) < 3) {
		const struct school *near = &c->schools[((s->place - 1) * 2 +
		    below(c, 2)) % c->elementary];
		int family = near->n == 0
		    ? -1
		    : near->families[below(c, near->n)];

		if (family >= 0)
			return compose(c, family);
	}
	return compose(c, any_family(c));
}

/* ── files ──────────────────────────────────────────────────────────────── */

static void
record(struct buf *b, const char *const *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		csv_cell(b, cells[i]);
	csv_end(b);
}
#define RECORD(b, ...)                                                         \
	record((b), (const char *const[]){ __VA_ARGS__ },                      \
	    COUNT(((const char *const[]){ __VA_ARGS__ })))

/* 都道府県 99 does not exist: nobody's code. */
static const char *
school_code(struct city *c, const struct school *s)
{
	char *code = str_printf(c->a, "%s992000%04d0", s->junior ? "C1" : "B1",
	    (s->junior ? 2000 : 1000) + s->place);
	int sum = 0;

	for (size_t i = 2; code[i + 1] != '\0'; i++)
		sum += (code[i] - '0') * (i % 2 == 0 ? 1 : 3);
	code[strlen(code) - 1] = (char)('0' + (10 - sum % 10) % 10);
	return code;
}

static void
write_schools(struct city *c, struct buf *b)
{
	RECORD(b, "学校コード", "学校名", "種別", "電話番号", "受付開始",
	    "受付終了");
	for (int i = 0; i < c->n; i++) {
		const struct school *s = &c->schools[i];
		bool brief = i == c->elementary - 1;

		RECORD(b, school_code(c, s), s->name,
		    s->junior ? "中学校" : "小学校",
		    str_printf(c->a, "099-999-%s", s->id),
		    brief ? "7:00" : "5:00", brief ? "8:00" : "22:00");
	}
}

static const char *
class_title(struct city *c, const struct group *g)
{
	return g->grade == 0
	    ? "なかよし"
	    : str_printf(c->a, "%d年%d組", g->grade, g->number);
}

static void
staff_record(struct city *c, struct buf *b, const char *login,
    const char *place, const char *role, const char *title,
    const char *classes)
{
	struct person p = compose(c, any_family(c));

	RECORD(b, login, p.name, p.kana, place, role, title, classes);
}

static void
write_staff(struct city *c, struct buf *b)
{
	static const char board[] = "教育委員会";

	RECORD(b, "ログインID", "氏名", "ふりがな", "学校名", "役割", "職名",
	    "担任学級");
	staff_record(c, b, "board1", board, board, "学校教育課", "");
	staff_record(c, b, "board2", board, board, "学校教育課", "");
	staff_record(c, b, "audit1", board, "監査", "監査担当", "");
	for (int i = 0; i < c->n; i++) {
		const struct school *s = &c->schools[i];

		staff_record(c, b, str_printf(c->a, "a%s", s->id), s->name,
		    "学校管理者", "教頭", "");
		staff_record(c, b, str_printf(c->a, "n%s", s->id), s->name,
		    "教員", "養護教諭", "");
	}
	for (int i = 0; i < c->n_groups; i++) {
		const struct group *g = &c->groups[i];
		const struct school *s = &c->schools[g->school];

		staff_record(c, b, str_printf(c->a, "t%s-%d-%d", s->id,
		    g->grade, g->number), s->name, "教員", "担任",
		    class_title(c, g));
	}
}

static void
write_group(struct city *c, struct buf *b, const struct group *g)
{
	struct school *s = &c->schools[g->school];
	const char *grade = g->grade == 0 ? "なかよし"
					  : str_printf(c->a, "%d", g->grade);
	const char *class = g->grade == 0 ? ""
					  : str_printf(c->a, "%d", g->number);

	for (int i = 0; i < g->pupils; i++) {
		struct person p = any_pupil(c, s);

		s->families[s->n++] = p.family;
		RECORD(b, s->name, grade, class, str_printf(c->a, "%d", i + 1),
		    str_printf(c->a, "%08lld", (long long)++c->number), p.name,
		    p.kana);
	}
}

/* Elementary schools come first, so that older children find siblings. */
static void
write_pupils(struct city *c, struct buf *b)
{
	RECORD(b, "学校名", "学年", "組", "出席番号", "学籍番号", "氏名",
	    "ふりがな");
	for (int i = 0; i < c->n; i++)
		for (int k = 0; k < c->n_groups; k++)
			if (c->groups[k].school == i)
				write_group(c, b, &c->groups[k]);
}

static enum err
write_file(struct ctl *ctl, struct city *c, const char *name,
    void (*fill)(struct city *, struct buf *))
{
	struct buf *b = csv_new(ctl->a, FILE_MAX);

	fill(c, b);
	if (buf_overflow(b))
		return ERR_LIMIT;
	return ctl_write(ctl,
	    str_printf(ctl->a, "%s/%s", ctl->option[CTL_DIR], name),
	    (struct bytes){ (const unsigned char *)b->p, b->n }, 0644);
}

enum err
ctl_sample(struct ctl *ctl)
{
	struct city c = { .a = ctl->a, .number = 100000 };
	int64_t schools, seed;

	TRY(ctl_number(ctl, CTL_SCHOOLS, 2, SCHOOLS_MAX, 36, &schools));
	TRY(ctl_number(ctl, CTL_PUPILS, schools * 10, 200000, 12000,
	    &c.pupils));
	TRY(ctl_number(ctl, CTL_SEED, 0, INT64_MAX, 1, &seed));
	if (ctl->option[CTL_DIR] == NULL) {
		log_error("usage", "sample needs --dir DIR");
		return ERR_INVALID;
	}
	if (mkdir(ctl->option[CTL_DIR], 0755) != 0 && errno != EEXIST) {
		log_error("dir", "%s: %s", ctl->option[CTL_DIR],
		    strerror(errno));
		return ERR_IO;
	}
	c.state = (uint64_t)seed;
	c.n = (int)schools;
	c.elementary = c.n - (c.n + 1) / 3;
	c.schools = arena_array(ctl->a, (size_t)c.n, sizeof *c.schools);
	plan(&c);
	TRY(write_file(ctl, &c, "schools.csv", write_schools));
	TRY(write_file(ctl, &c, "staff.csv", write_staff));
	TRY(write_file(ctl, &c, "pupils.csv", write_pupils));
	printf("%d schools, %d classes, %lld pupils\n", c.n, c.n_groups,
	    (long long)c.pupils);
	return OK;
}
