/* SPDX-License-Identifier: AGPL-3.0-or-later
 * All msgids of all template files as a catalogue for translators, found by
 * the same functions as the compiler's, so that none can differ. Runs at
 * build time from renrakuctl. */
#include "web/tmpl_private.h"

#include <dirent.h>
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"

#define NAMES_MAX 4096

struct msg {
	struct msg *next;
	const char *id;
	struct buf *where;
};

struct pot {
	struct tmpl_build b;
	struct msg *first, **end;
	const char *file;
};

static void
add(struct pot *pot, const char *id, int line)
{
	struct msg *m;

	for (m = pot->first; m != NULL; m = m->next)
		if (str_eq(m->id, id))
			break;
	if (m == NULL) {
		m = arena_new(pot->b.a, struct msg);
		m->id = str_copy(pot->b.a, id);
		m->where = buf_new(pot->b.a, 64, TMPL_TEXT_MAX);
		*pot->end = m;
		pot->end = &m->next;
	}
	buf_printf(m->where, "#: %s:%d\n", pot->file, line);
}

/* Attributes of an element; all texts of a t:call in Japanese are units. */
static void
walk_attributes(struct pot *pot, const xmlNode *node)
{
	bool call = tmpl_parse_is(node, "call");
	bool page = tmpl_parse_is(node, "page");

	for (const xmlAttr *p = node->properties; p != NULL; p = p->next) {
		const char *name = (const char *)p->name;
		const char *value = tmpl_parse_value(pot->b.a, p);
		bool unit = call ? tmpl_text_japanese(value) :
		    (!page || str_eq(name, "title")) &&
			tmpl_text_attribute(name) && tmpl_text_words(value);

		if (p->ns == NULL && unit)
			add(pot, value, (int)xmlGetLineNo(node));
	}
}

static void
walk_text(struct pot *pot, const xmlNode *node, bool verbatim)
{
	char *s = tmpl_text_clean(pot->b.a, (const char *)node->content,
	    verbatim);
	const char *before, *after;

	if (s == NULL || !tmpl_text_words(s))
		return;
	if (!verbatim)
		s = tmpl_text_trim(s, &before, &after);
	add(pot, s, tmpl_text_line(node));
}

/* in_unit: the texts are part of a msgid already. */
static void
walk(struct pot *pot, const xmlNode *node, bool verbatim, bool in_unit)
{
	const char *before, *after;
	struct tmpl_unit u;

	if (tmpl_text_plain(node))
		return;
	walk_attributes(pot, node);
	verbatim |= str_eq((const char *)node->name, "pre") ||
	    str_eq((const char *)node->name, "textarea");
	if (!in_unit && tmpl_text_unit(pot->b.a, node, verbatim, &u)) {
		in_unit = true;
		add(pot, verbatim ? u.msgid :
		    tmpl_text_trim(u.msgid, &before, &after),
		    (int)xmlGetLineNo(node));
	}
	for (const xmlNode *p = node->children; p != NULL; p = p->next) {
		if (p->type == XML_ELEMENT_NODE)
			walk(pot, p, verbatim, in_unit);
		else if (p->type == XML_TEXT_NODE && !in_unit)
			walk_text(pot, p, verbatim);
	}
}

static void
walk_mail(struct pot *pot, const char *text)
{
	struct tmpl_mail_reader r = { .a = pot->b.a, .at = text };
	struct tmpl_mail_item item;

	while (tmpl_mail_next(&r, &item))
		if ((item.kind == MAIL_SUBJECT || item.kind == MAIL_TEXT) &&
		    tmpl_text_words(item.text))
			add(pot, item.text, item.line);
}

static void
read_one(struct pot *pot, const char *name)
{
	struct tmpl_place at = { .file = name, .line = 1 };
	struct tmpl_build *b = &pot->b;
	const struct tmpl_file *file;
	struct bytes source;

	pot->file = name;
	if (str_ends(name, ".txt")) {
		if (tmpl_parse_read(b->a, str_printf(b->a, "%s/%s", b->dir,
		    name), &source) != OK)
			tmpl_fail(b, &at, "cannot be read");
		else
			walk_mail(pot, (const char *)source.p);
		return;
	}
	file = tmpl_parse_file(b, &at, name);
	if (file->doc != NULL)
		walk(pot, xmlDocGetRootElement(file->doc), false, false);
}

/* Template files below `under`, in no order. */
static void
list_files(struct pot *pot, const char *under, struct list *names)
{
	struct arena *a = pot->b.a;
	DIR *dir = opendir(str_printf(a, "%s/%s", pot->b.dir, under));
	const struct dirent *e;

	if (dir == NULL) {
		tmpl_fail(&pot->b, &(struct tmpl_place){ .file = under },
		    "cannot be listed");
		return;
	}
	while ((e = readdir(dir)) != NULL && names->n < NAMES_MAX) {
		const char *name = str_printf(a, "%s%s%s", under,
		    *under != '\0' ? "/" : "", e->d_name);
		struct stat st;

		if (e->d_name[0] == '.' || stat(str_printf(a, "%s/%s",
		    pot->b.dir, name), &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			list_files(pot, name, names);
		else if (str_ends(name, ".xhtml") ||
		    (tmpl_is_mail(name) && str_ends(name, ".txt")))
			*LIST_AT(*names, const char *, names->n++) = name;
	}
	(void)closedir(dir);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
put_string(struct buf *out, const char *s)
{
	buf_char(out, '"');
	for (; *s != '\0'; s++) {
		if (*s == '\n')
			buf_str(out, "\\n");
		else if (*s == '\t')
			buf_str(out, "\\t");
		else if (*s == '"' || *s == '\\')
			buf_printf(out, "\\%c", *s);
		else
			buf_char(out, *s);
	}
	buf_str(out, "\"\n");
}

/* msgfmt -c understands {name} and {r.name} but neither {x|f} nor {@x}. */
static bool
is_brace_format(const char *id)
{
	return strchr(id, '{') != NULL && strchr(id, '|') == NULL &&
	    strstr(id, "{@") == NULL;
}

static void
put_all(const struct pot *pot, struct buf *out)
{
	buf_str(out, "msgid \"\"\nmsgstr \"\"\n"
	    "\"MIME-Version: 1.0\\n\"\n"
	    "\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
	    "\"Content-Transfer-Encoding: 8bit\\n\"\n");
	for (const struct msg *m = pot->first; m != NULL; m = m->next) {
		buf_char(out, '\n');
		buf_str(out, m->where->p);
		if (is_brace_format(m->id))
			buf_str(out, "#, python-brace-format\n");
		buf_str(out, "msgid ");
		put_string(out, m->id);
		buf_str(out, "msgstr \"\"\n");
	}
}

enum err
tmpl_pot(const char *dir, struct buf *out)
{
	struct arena *a = arena_init((size_t)256 << 20);
	struct pot pot = { .b = { .a = a, .keep = a, .dir = dir } };
	struct list names = { NULL, 0 };
	enum err err = OK;

	if (a == NULL)
		return ERR_IO;
	pot.end = &pot.first;
	pot.b.errors = buf_new(a, 4096, TMPL_TEXT_MAX);
	names.v = arena_array(a, NAMES_MAX, sizeof(char *));
	list_files(&pot, "", &names);
	qsort(names.v, names.n, sizeof(char *), compare);
	for (size_t i = 0; i < names.n; i++)
		read_one(&pot, *LIST_AT(names, const char *, i));
	put_all(&pot, out);
	if (pot.b.errors->n > 0) {
		log_error("template", "%s", pot.b.errors->p);
		err = ERR_INVALID;
	} else if (buf_overflow(out)) {
		err = ERR_LIMIT;
	}
	tmpl_parse_end(&pot.b);
	arena_free(a);
	return err;
}
