/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Gettext with one domain per language under the single locale C.UTF-8, so
 * that a process answers in all languages without switching anything. */
#include "base/i18n.h"

#include <errno.h>
#include <libintl.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/str.h"

#define FORMAT_MAX ((size_t)64 * 1024)

static const struct {
	const char *tag, *name, *domain; /* no domain: the source */
} langs[LANG_COUNT] = {
	[LANG_JA] = { "ja", "日本語", NULL },
	[LANG_EN] = { "en", "English", "renraku-en" },
};

enum err
i18n_init(const char *dir)
{
	/* It would be followed before the domain's own locale. */
	if (unsetenv("LANGUAGE") != 0 || setlocale(LC_ALL, "C.UTF-8") == NULL) {
		log_error("i18n", "no locale C.UTF-8");
		return ERR_IO;
	}
	for (size_t i = 0; i < LANG_COUNT; i++) {
		const char *domain = langs[i].domain;
		if (domain == NULL)
			continue;
		if (bindtextdomain(domain, dir) == NULL ||
		    bind_textdomain_codeset(domain, "UTF-8") == NULL) {
			log_error("i18n", "%s: %s", domain, strerror(errno));
			return ERR_IO;
		}
	}
	return OK;
}

const char *
lang_tag(enum lang l)
{
	return langs[l].tag;
}

const char *
lang_name(enum lang l)
{
	return langs[l].name;
}

bool
lang_parse(const char *tag, enum lang *out)
{
	for (size_t i = 0; tag != NULL && i < LANG_COUNT; i++)
		if (strcmp(tag, langs[i].tag) == 0) {
			*out = (enum lang)i;
			return true;
		}
	return false;
}

/* "0.8" and the like in thousandths; 1000 without q, -1 if malformed. */
static int
weight(const char *p, const char *end)
{
	int v = 0, digits = 0;

	while (p < end && (*p == ' ' || *p == '\t' || *p == ';'))
		p++;
	if (p == end)
		return 1000;
	if (end - p < 3 || strncasecmp(p, "q=", 2) != 0)
		return -1;
	p += 2;
	if (*p != '0' && *p != '1')
		return -1;
	v = *p++ - '0';
	if (p < end && *p == '.')
		p++;
	for (; digits < 3; digits++)
		v = v * 10 +
		    (p < end && *p >= '0' && *p <= '9' ? *p++ - '0' : 0);
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p == end && v <= 1000 ? v : -1;
}

/* Does the range "en", "en-US" or "*" mean one of ours? */
static bool
range_lang(const char *p, size_t n, enum lang *out)
{
	if (n == 1 && *p == '*') {
		*out = LANG_JA;
		return true;
	}
	for (size_t i = 0; i < LANG_COUNT; i++) {
		size_t m = strlen(langs[i].tag);
		if (n >= m && strncasecmp(p, langs[i].tag, m) == 0 &&
		    (n == m || p[m] == '-')) {
			*out = (enum lang)i;
			return true;
		}
	}
	return false;
}

enum lang
lang_accept(const char *p)
{
	enum lang best = LANG_JA, l;
	int most = 0;

	while (p != NULL && *p != '\0') {
		const char *end = strchrnul(p, ',');
		size_t n;
		int q;

		p += strspn(p, " \t");
		n = strcspn(p, " \t;,");
		q = p + n <= end ? weight(p + n, end) : -1;
		if (q > most && range_lang(p, n, &l)) {
			best = l;
			most = q;
		}
		p = *end == ',' ? end + 1 : end;
	}
	return best;
}

const char *
i18n_text(enum lang l, const char *msgid)
{
	/* The empty msgid is the catalogue's head. */
	if (langs[l].domain == NULL || str_empty(msgid))
		return msgid;
	return dgettext(langs[l].domain, msgid);
}

bool
i18n_has(enum lang l, const char *msgid)
{
	return langs[l].domain == NULL || i18n_text(l, msgid) != msgid;
}

/* The value of the name of n bytes among pairs; NULL when not given. */
static const char *
pair_value(va_list pairs, const char *name, size_t n)
{
	const char *key;

	while ((key = va_arg(pairs, const char *)) != NULL) {
		const char *value = va_arg(pairs, const char *);
		if (strlen(key) == n && memcmp(key, name, n) == 0)
			return value;
	}
	return NULL;
}

char *
i18n_format(struct arena *a, enum lang l, const char *msgid, ...)
{
	const char *p = i18n_text(l, msgid);
	struct buf *b = buf_new(a, strlen(p) + 64, FORMAT_MAX);

	while (*p != '\0') {
		size_t n = strcspn(p, "{"), m = strcspn(p + n, "}");
		const char *value = NULL;
		va_list pairs;

		buf_add(b, p, n);
		p += n;
		if (m < 2 || p[m] != '}') {
			if (*p != '\0')
				buf_char(b, *p++);
			continue;
		}
		va_start(pairs, msgid);
		value = pair_value(pairs, p + 1, m - 1);
		va_end(pairs);
		if (value == NULL)
			buf_add(b, p, m + 1);
		else
			buf_str(b, value);
		p += m + 1;
	}
	return b->p;
}
