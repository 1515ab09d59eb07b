/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The multipart machine: any cut of the input gives the same events and the
 * same outcome as the whole, and multipart_pairs() points into the body only.
 * First byte: length of the boundary that follows, second: how to cut. */
#include "web/multipart.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "web/req.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

#define TAPE_MAX ((size_t)8 << 20)

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

/* Pieces of 1.. bytes that follow from `seed`; 0: whole. */
static enum err
run(struct arena *a, const char *type, struct bytes body, unsigned seed,
    struct buf **tape)
{
	struct multipart_sink sink = { tape_begin, tape_data, tape_end, NULL };
	struct multipart *m;
	unsigned x = seed;

	*tape = buf_new(a, 1024, TAPE_MAX);
	sink.arg = *tape;
	m = multipart_new(a, type, &sink);
	if (!m)
		return ERR_NONE;
	while (body.n > 0) {
		size_t n = seed ? 1 + x % 7 % seed : body.n;
		enum err e;

		if (n > body.n)
			n = body.n;
		e = multipart_feed(m, body.p, n);
		if (e != OK)
			return e;
		body.p += n;
		body.n -= n;
		x = x * 1103515245u + 12345u;
	}
	return multipart_finish(m);
}

static void
check_pairs(struct arena *a, const char *type, struct bytes body)
{
	struct list l;

	if (multipart_pairs(a, type, body, &l) != OK)
		return;
	if (l.n > MULTIPART_PARTS)
		abort();
	for (size_t i = 0; i < l.n; i++) {
		const struct pair *p = LIST_AT(l, struct pair, i);

		if (!utf8_valid(p->name, strlen(p->name)) ||
		    !utf8_valid(p->value, strlen(p->value)))
			abort();
		if (p->file && strpbrk(p->file, "/\\"))
			abort();
		if (p->data.n > 0 && (p->data.p < body.p ||
		    p->data.p + p->data.n > body.p + body.n))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct arena *a;
	struct buf *whole, *cut;
	const char *type;
	struct bytes body;
	size_t k;
	enum err e;

	if (n < 2)
		return 0;
	a = arena_init((size_t)64 << 20);
	k = data[0] < n - 2 ? data[0] : n - 2;
	type = str_printf(a, "multipart/form-data; boundary=%s",
	    str_copy_n(a, (const char *)data + 2, k));
	body = (struct bytes){ data + 2 + k, n - 2 - k };
	e = run(a, type, body, 0, &whole);
	if (run(a, type, body, data[1] % 8 + 1, &cut) != e)
		abort();
	if (cut->n != whole->n || memcmp(cut->p, whole->p, cut->n) != 0)
		abort();
	check_pairs(a, type, body);
	arena_free(a);
	return 0;
}
