/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Texts of a template: blanks put right, what is one translation unit and its
 * msgid, the check that a translation uses every {name} and <n> once, and
 * cutting at names. Writes no instructions; called by compiler and tmpl_pot. */
#include "web/tmpl_private.h"

#include <ctype.h>
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_ascii(char c)
{
	return (unsigned char)c < 0x80;
}

/* One run of blanks: Japanese has none between words, so a line break inside
 * a Japanese sentence is the editor's and not the reader's. */
static bool
run_stays(const char *raw, const char *run, const char *end)
{
	bool newline = memchr(run, '\n', (size_t)(end - run)) != NULL;

	if (!newline)
		return true;
	if (run == raw || *end == '\0')
		return false;
	return is_ascii(run[-1]) || is_ascii(*end);
}

char *
tmpl_text_clean(struct arena *a, const char *raw, bool verbatim)
{
	char *out = str_copy(a, raw), *to = out;
	const char *s = raw;

	while (!verbatim && *s != '\0') {
		const char *end = s;

		while (is_blank(*end))
			end++;
		if (end == s)
			*to++ = *s++;
		else if (run_stays(raw, s, end))
			*to++ = ' ';
		s = end > s ? end : s;
	}
	if (!verbatim)
		*to = '\0';
	return *out != '\0' ? out : NULL;
}

char *
tmpl_text_trim(char *s, const char **before, const char **after)
{
	size_t n;

	*before = *after = "";
	if (*s == ' ') {
		*before = " ";
		s++;
	}
	n = strlen(s);
	if (n > 0 && s[n - 1] == ' ') {
		*after = " ";
		s[n - 1] = '\0';
	}
	return s;
}

bool
tmpl_text_japanese(const char *s)
{
	while (*s != '\0')
		if (!is_ascii(*s++))
			return true;
	return false;
}

bool
tmpl_text_words(const char *s)
{
	bool name = false;

	for (; *s != '\0'; s++) {
		if (!is_ascii(*s) || (!name && isalpha((unsigned char)*s)))
			return true;
		if (*s == '{' && !name) {
			if (s[1] == '{')
				s++;
			else
				name = true;
		} else if (*s == '}') {
			name = false;
		}
	}
	return false;
}

static bool
in(const char *const *words, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(words[i], s))
			return true;
	return false;
}

bool
tmpl_text_attribute(const char *name)
{
	static const char *const words[] = {
		"alt", "title", "placeholder", "aria-label",
	};

	return in(words, COUNT(words), name);
}

bool
tmpl_text_void(const char *element)
{
	static const char *const words[] = {
		"area", "base", "br", "col", "embed", "hr", "img", "input",
		"link", "meta", "param", "source", "track", "wbr",
	};

	return in(words, COUNT(words), element);
}

static bool
is_inline(const xmlNode *node)
{
	static const char *const words[] = {
		"a", "abbr", "b", "strong", "em", "i", "span", "small", "br",
		"time", "kbd", "sub", "sup", "mark", "ruby", "rt", "rb",
	};

	if (tmpl_parse_is(node, NULL))
		return str_eq((const char *)node->name, "group");
	return in(words, COUNT(words), (const char *)node->name);
}

bool
tmpl_text_plain(const xmlNode *node)
{
	for (const xmlAttr *p = node->properties; p != NULL; p = p->next)
		if (str_eq((const char *)p->name, "translate"))
			return p->children != NULL && str_eq("no",
			    (const char *)p->children->content);
	return false;
}

static bool
all_inline(const xmlNode *node)
{
	for (const xmlNode *p = node->children; p != NULL; p = p->next)
		if (p->type == XML_ELEMENT_NODE && !tmpl_text_plain(p) &&
		    !(is_inline(p) && all_inline(p)))
			return false;
	return true;
}

static bool
has_text(const xmlNode *node)
{
	for (const xmlNode *p = node->children; p != NULL; p = p->next)
		if (p->type == XML_TEXT_NODE && !xmlIsBlankNode(p))
			return true;
	return false;
}

static void write_unit(struct arena *, const xmlNode *, bool verbatim,
    struct buf *, struct tmpl_unit *);

static void
write_element(struct arena *a, xmlNode *node, bool verbatim, struct buf *out,
    struct tmpl_unit *u)
{
	xmlNode **grown = arena_array(a, u->n + 1, sizeof(xmlNode *));
	size_t number = u->n + 1;

	if (u->n > 0)
		memcpy(grown, u->v, u->n * sizeof(xmlNode *));
	grown[u->n++] = node;
	u->v = grown;
	/* What is not translated has no inside for the translator. */
	if (node->children == NULL || tmpl_text_plain(node)) {
		buf_printf(out, "<%zu/>", number);
		return;
	}
	buf_printf(out, "<%zu>", number);
	write_unit(a, node, verbatim, out, u);
	buf_printf(out, "</%zu>", number);
}

static void
write_unit(struct arena *a, const xmlNode *node, bool verbatim,
    struct buf *out, struct tmpl_unit *u)
{
	for (xmlNode *p = node->children; p != NULL; p = p->next) {
		const char *s;

		if (p->type == XML_ELEMENT_NODE)
			write_element(a, p, verbatim, out, u);
		if (p->type != XML_TEXT_NODE)
			continue;
		s = tmpl_text_clean(a, (const char *)p->content, verbatim);
		if (s != NULL)
			buf_str(out, s);
	}
}

bool
tmpl_text_unit(struct arena *a, const xmlNode *node, bool verbatim,
    struct tmpl_unit *u)
{
	struct buf *out;

	if (!has_text(node) || !all_inline(node))
		return false;
	out = buf_new(a, 256, TMPL_TEXT_MAX);
	*u = (struct tmpl_unit){ NULL, NULL, 0 };
	write_unit(a, node, verbatim, out, u);
	u->msgid = out->p;
	return tmpl_text_words(out->p);
}

/* Length of the {name}, <n>, </n> or <n/> that begins at s; 0 for none. */
static size_t
token_at(const char *s)
{
	const char *end = s + 1;

	if (*s == '{' && s[1] != '{') {
		end = strchr(s, '}');
		return end != NULL ? (size_t)(end - s) + 1 : 0;
	}
	if (*s != '<')
		return 0;
	if (*end == '/')
		end++;
	if (!isdigit((unsigned char)*end))
		return 0;
	while (isdigit((unsigned char)*end))
		end++;
	if (*end == '/')
		end++;
	return *end == '>' ? (size_t)(end - s) + 1 : 0;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted tokens of a text. */
static struct list
tokens(struct arena *a, const char *s)
{
	struct list out = { arena_array(a, strlen(s) + 1, sizeof(char *)), 0 };

	for (size_t n; *s != '\0'; s += n > 0 ? n : 1) {
		n = token_at(s);
		if (n > 0)
			*LIST_AT(out, const char *, out.n++) =
			    str_copy_n(a, s, n);
		else if (*s == '{')
			n = 2;
	}
	qsort(out.v, out.n, sizeof(char *), compare);
	return out;
}

static bool
same_tokens(struct arena *a, const char *s, const char *t)
{
	struct list x = tokens(a, s), y = tokens(a, t);

	if (x.n != y.n)
		return false;
	for (size_t i = 0; i < x.n; i++)
		if (!str_eq(*LIST_AT(x, const char *, i),
			*LIST_AT(y, const char *, i)))
			return false;
	return true;
}

const char *
tmpl_text_translate(struct tmpl_compile *c, const struct tmpl_place *place,
    const char *msgid)
{
	const char *text;

	if (c->lang == LANG_JA)
		return msgid;
	if (!i18n_has(c->lang, msgid)) {
		c->complete = false;
		return msgid;
	}
	text = i18n_text(c->lang, msgid);
	if (same_tokens(c->b->a, msgid, text))
		return text;
	tmpl_fail(c->b, place,
	    "translation \"%s\" of \"%s\" must use each {name} and <n> once",
	    text, msgid);
	return msgid;
}

static struct tmpl_piece *
piece_add(struct tmpl_compile *c, struct tmpl_pieces *p)
{
	if (p->n == p->cap) {
		struct tmpl_piece *old = p->v;

		p->cap = p->cap > 0 ? p->cap * 2 : 8;
		p->v = arena_array(c->b->a, p->cap, sizeof(*p->v));
		if (p->n > 0)
			memcpy(p->v, old, p->n * sizeof(*p->v));
	}
	return &p->v[p->n++];
}

static void
add_constant(struct tmpl_compile *c, const struct tmpl_place *place,
    const char *name, struct tmpl_pieces *out)
{
	const struct tmpl_constant *k = tmpl_path_constant(place, name);
	const char *text;

	if (k == NULL) {
		tmpl_fail(c->b, place, "{@%s} is not a text of this part",
		    name);
		return;
	}
	if (*k->text == '\0')
		return;
	text = k->text;
	if (tmpl_text_japanese(text) && !k->place->plain && !place->plain)
		text = tmpl_text_translate(c, k->place, text);
	tmpl_text_pieces(c, k->place, text, strlen(text), out);
}

static void
add_name(struct tmpl_compile *c, const struct tmpl_place *place,
    const char *name, struct tmpl_pieces *out)
{
	struct tmpl_piece piece = { NULL };

	if (name[0] == '@')
		add_constant(c, place, name + 1, out);
	else if (tmpl_path_name(c, place, name, &piece))
		*piece_add(c, out) = piece;
}

static void
add_text(struct tmpl_compile *c, const char *s, size_t n,
    struct tmpl_pieces *out)
{
	if (n > 0)
		piece_add(c, out)->text = str_copy_n(c->b->a, s, n);
}

void
tmpl_text_pieces(struct tmpl_compile *c, const struct tmpl_place *place,
    const char *s, size_t n, struct tmpl_pieces *out)
{
	const char *end = s + n, *from = s;

	while (s < end) {
		const char *close;

		if (*s != '{' && *s != '}') {
			s++;
			continue;
		}
		add_text(c, from, (size_t)(s - from), out);
		if (s + 1 < end && s[1] == *s) {
			from = s + 1;
			s += 2;
			continue;
		}
		close = *s == '{' ? memchr(s, '}', (size_t)(end - s)) : NULL;
		if (close == NULL) {
			tmpl_fail(c->b, place, "a brace is written %c%c",
			    *s, *s);
			return;
		}
		add_name(c, place, str_copy_n(c->b->a, s + 1,
		    (size_t)(close - s) - 1), out);
		from = s = close + 1;
	}
	add_text(c, from, (size_t)(s - from), out);
}

/* libxml2 gives the line where a text ends. */
int
tmpl_text_line(const xmlNode *text)
{
	const char *s = (const char *)text->content;
	int line = (int)xmlGetLineNo(text);
	bool word = false;

	for (; *s != '\0'; s++) {
		word = word || !is_blank(*s);
		if (word && *s == '\n')
			line--;
	}
	return line;
}
