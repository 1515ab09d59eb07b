/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Splits a file of SQL at each `;` that ends a line outside of quotes and
 * comments. Changes nothing in between. For migrate.c. */
#include "db/script.h"

#include <stdbool.h>
#include <string.h>

struct script
script_init(const char *text, size_t n)
{
	return (struct script){ text, text + n, 1 };
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_at(const struct script *s, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(s->end - s->at) >= n && memcmp(s->at, word, n) == 0;
}

/* "--" counts only before a blank: 5--3 is a number (MariaDB manual). */
static bool
is_line_comment(const struct script *s)
{
	if (is_at(s, "#"))
		return true;
	return is_at(s, "--") && (s->end - s->at == 2 || is_blank(s->at[2]));
}

static void
step(struct script *s)
{
	if (*s->at++ == '\n')
		s->line++;
}

static void
skip_line(struct script *s)
{
	while (s->at < s->end && *s->at != '\n')
		step(s);
}

static enum err
skip_comment(struct script *s)
{
	for (s->at += 2; s->at < s->end; step(s)) {
		if (is_at(s, "*/")) {
			s->at += 2;
			return OK;
		}
	}
	return ERR_INVALID;
}

static enum err
skip_quoted(struct script *s)
{
	char quote = *s->at++;

	while (s->at < s->end) {
		if (*s->at == quote) {
			s->at++;
			return OK;
		}
		if (*s->at == '\\' && quote != '`' && s->end - s->at > 1)
			s->at++;
		step(s);
	}
	return ERR_INVALID;
}

/* One character, or all of a quoted word or a comment. */
static enum err
skip_one(struct script *s)
{
	if (*s->at == '\'' || *s->at == '"' || *s->at == '`')
		return skip_quoted(s);
	if (is_at(s, "/*"))
		return skip_comment(s);
	if (is_line_comment(s))
		skip_line(s);
	else
		step(s);
	return OK;
}

/* Between statements. A comment with "!" is code for the server. */
static enum err
skip_blanks(struct script *s, int *line)
{
	while (s->at < s->end) {
		bool code = is_at(s, "/*!") || is_at(s, "/*M!");

		if (code || !(is_blank(*s->at) || is_line_comment(s) ||
				is_at(s, "/*")))
			return OK;
		*line = s->line;
		TRY(skip_one(s));
	}
	return OK;
}

static bool
is_end(const struct script *s)
{
	struct script after = { s->at + 1, s->end, 0 };

	if (*s->at != ';')
		return false;
	while (after.at < after.end && is_blank(*after.at) && *after.at != '\n')
		after.at++;
	return after.at == after.end || *after.at == '\n' ||
	    is_line_comment(&after);
}

enum err
script_next(struct script *s, struct script_part *part)
{
	TRY(skip_blanks(s, &part->line));
	*part = (struct script_part){ s->at, 0, s->line };
	if (s->at == s->end)
		return ERR_NONE;
	while (s->at < s->end) {
		if (is_end(s)) {
			part->n = (size_t)(s->at++ - part->p);
			return part->n > 0 ? OK : ERR_INVALID;
		}
		TRY(skip_one(s));
	}
	return ERR_INVALID;
}
