/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The configuration file. One table says which keys exist and one what they
 * are when left out; conf/renraku.conf.example repeats both and a test
 * compares them. Reads files and nothing else: setting the clock or opening
 * the sockets named here is the caller's. */
#include "base/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ini.h>

#include "base/log.h"
#include "base/utf8.h"

#define SECTION "renraku"
#define SECRET_MAX 4096
#define YEARS_10 (10 * 366 * INT64_C(86400))

FIELDS_SHARED(struct conf, conf_fields,
	F_TEXT(struct conf, city),
	F_TEXT(struct conf, board),
	F_TEXT(struct conf, guardian_url, .required = true),
	F_TEXT(struct conf, staff_url, .required = true),
	F_TEXT(struct conf, templates, .required = true),
	F_TEXT(struct conf, locale),
	F_TEXT(struct conf, assets, .required = true),
	F_TEXT(struct conf, keys, .required = true),
	F_TEXT(struct conf, db_socket, .required = true),
	F_TEXT(struct conf, db_name, .required = true),
	F_TEXT(struct conf, db_passwords, .required = true),
	F_TEXT(struct conf, smtp_url, .required = true),
	F_TEXT(struct conf, smtp_ca),
	F_TEXT(struct conf, mail_from, .required = true),
	F_TEXT(struct conf, mail_bounce, .required = true),
	F_TEXT(struct conf, mail_child),
	F_TEXT(struct conf, spool),
	F_INT(struct conf, clock_offset, .min = -YEARS_10, .max = YEARS_10),
	F_BOOL(struct conf, demo),
	F_INT(struct conf, workers, .min = 0, .max = 512),
	F_INT(struct conf, letter_guardians, .min = 1, .max = 10),
	F_INT(struct conf, letter_days, .min = 1, .max = 366));

static const struct {
	const char *name, *value;
} defaults[] = {
	{ "city", "" },
	{ "board", "" },
	{ "locale", PKGDATADIR "/locale" },
	{ "smtp_ca", "" },
	{ "mail_child", "initial" },
	{ "spool", "/var/spool/renraku" },
	{ "clock_offset", "0" },
	{ "demo", "no" },
	{ "workers", "0" },
	{ "letter_guardians", "2" },
	{ "letter_days", "60" },
};

struct reading {
	struct arena *a;
	FILE *f;
	struct conf *c;
	int line, bad_line;
	const char *why;		/* of the first bad line */
	bool seen[COUNT(conf_fields_v)];
};

const char *
conf_default(const char *name)
{
	for (size_t i = 0; i < COUNT(defaults); i++)
		if (strcmp(defaults[i].name, name) == 0)
			return defaults[i].value;
	return NULL;
}

static int
refuse(struct reading *r, const char *name, const char *why)
{
	if (r->why == NULL) {
		r->why = str_printf(r->a, "%s: %s", name, why);
		r->bad_line = r->line;
	}
	return 0;
}

/* NULL when the value was stored. */
static const char *
set(struct arena *a, struct conf *c, const struct field *f, const char *value)
{
	void *to = field_ptr(f, c);

	switch (f->type) {
	case FIELD_INT:
		if (str_parse_int(value, f->min, f->max, to) != OK)
			return str_printf(a, "not a number from %lld to %lld",
			    (long long)f->min, (long long)f->max);
		return NULL;
	case FIELD_BOOL:
		if (!str_eq(value, "yes") && !str_eq(value, "no"))
			return "neither yes nor no";
		*(bool *)to = str_eq(value, "yes");
		return NULL;
	default:
		if (!utf8_valid(value, strlen(value)))
			return "not UTF-8";
		if (f->required && *value == '\0')
			return "empty";
		*(const char **)to = str_copy(a, value);
		return NULL;
	}
}

static int
on_key(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	const struct field *f = field_find(&conf_fields, name);
	const char *why;

	if (r->why != NULL)
		return 0;
	if (strcmp(section, SECTION) != 0)
		return refuse(r, name, "not below [" SECTION "]");
	if (f == NULL)
		return refuse(r, name, "unknown key");
	/* inih also calls with the last name for an indented line. */
	if (r->seen[f - conf_fields_v])
		return refuse(r, name, "given twice, or goes on in a new line");
	r->seen[f - conf_fields_v] = true;
	why = set(r->a, r->c, f, value);
	return why == NULL ? 1 : refuse(r, name, why);
}

/* inih would take the rest of a long line for a line of its own. */
static char *
next_line(char *to, int size, void *user)
{
	struct reading *r = user;

	if (r->why != NULL || fgets(to, size, r->f) == NULL)
		return NULL;
	r->line++;
	if (strlen(to) == (size_t)size - 1 && to[size - 2] != '\n') {
		refuse(r, "line", "longer than 198 bytes");
		return NULL;
	}
	return to;
}

static bool
is_origin(const char *url)
{
	const char *host = url + strlen("https://");

	return str_starts(url, "https://") && *host != '\0' &&
	    strpbrk(host, "/?#@ ") == NULL;
}

/* What one value alone or two together must be; NULL if all is well. */
static const char *
conflict(const struct conf *c)
{
	if (!is_origin(c->guardian_url) || !is_origin(c->staff_url))
		return "guardian_url, staff_url: https://host[:port], no path";
	if (str_eq(c->guardian_url, c->staff_url))
		return "staff_url: must be another origin than guardian_url";
	if (strlen(c->db_socket) > 107)
		return "db_socket: longer than 107 bytes";
	if (!str_starts(c->smtp_url, "smtp://") &&
	    !str_starts(c->smtp_url, "smtps://"))
		return "smtp_url: smtp://host:port or smtps://host:port";
	if (strchr(c->mail_from, '@') == NULL)
		return "mail_from: not an address";
	if (strchr(c->mail_bounce, '@') != NULL)
		return "mail_bounce: a domain, no address";
	if (!str_eq(c->mail_child, "initial") &&
	    !str_eq(c->mail_child, "given") && !str_eq(c->mail_child, "none"))
		return "mail_child: initial, given or none";
	if (c->clock_offset != 0 && !c->demo)
		return "clock_offset: allowed only with demo = yes";
	return NULL;
}

/* What nobody gave: the default, or a complaint. */
static const char *
complete(struct reading *r)
{
	for (size_t i = 0; i < conf_fields.n; i++) {
		const struct field *f = &conf_fields.v[i];
		const char *value = conf_default(f->name);

		if (r->seen[i])
			continue;
		if (value == NULL)
			return str_printf(r->a, "%s: missing", f->name);
		if (set(r->a, r->c, f, value) != NULL)
			return str_printf(r->a, "%s: bad default", f->name);
	}
	return conflict(r->c);
}

enum err
conf_load(struct arena *a, const char *file, struct conf *out)
{
	struct conf c = { 0 };
	struct reading r = { .a = a, .c = &c, .f = fopen(file, "re") };
	int bad;

	if (r.f == NULL) {
		log_error("conf", "%s: %s", file, strerror(errno));
		return errno == ENOENT ? ERR_NONE : ERR_IO;
	}
	bad = ini_parse_stream(next_line, &r, on_key, &r);
	if (ferror(r.f)) {
		log_error("conf", "%s: %s", file, strerror(errno));
		fclose(r.f);
		return ERR_IO;
	}
	fclose(r.f);
	if (r.why == NULL && bad != 0) {
		r.why = "neither [" SECTION "] nor key = value";
		r.bad_line = bad;
	}
	if (r.why != NULL) {
		log_error("conf", "%s:%d: %s", file, r.bad_line, r.why);
		return ERR_INVALID;
	}
	r.why = complete(&r);
	if (r.why != NULL) {
		log_error("conf", "%s: %s", file, r.why);
		return ERR_INVALID;
	}
	*out = c;
	return OK;
}

/* Why the open file is no secret; NULL when it was read. */
static const char *
secret_read(struct arena *a, int fd, const char **out)
{
	struct stat st;
	ssize_t n;
	char *p;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return "not a file";
	if ((st.st_mode & 027) != 0)
		return "others may read or change it (chmod 0600)";
	if (st.st_size > SECRET_MAX)
		return "too long";
	p = arena_alloc(a, SECRET_MAX + 1);
	n = read(fd, p, SECRET_MAX);
	if (n < 0)
		return strerror(errno);
	while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\r'))
		p[--n] = '\0';
	if (n == 0 || strlen(p) != (size_t)n)
		return "empty, or not text";
	*out = p;
	return NULL;
}

enum err
conf_secret(struct arena *a, const char *dir, const char *name,
    const char **out)
{
	const char *file = str_printf(a, "%s/%s", dir, name), *why;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		log_error("conf_secret", "%s: %s", file, strerror(errno));
		return errno == ENOENT ? ERR_NONE : ERR_IO;
	}
	why = secret_read(a, fd, out);
	close(fd);
	if (why == NULL)
		return OK;
	log_error("conf_secret", "%s: %s", file, why);
	return ERR_INVALID;
}
