/* SPDX-License-Identifier: AGPL-3.0-or-later
 * multipart/form-data (RFC 7578) from a body already in memory, as pairs that
 * point into it (files) or copies (fields). Streaming state machine underneath,
 * so that any cut of the input gives the same result (fuzzed). */
#ifndef WEB_MULTIPART_H
#define WEB_MULTIPART_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define MULTIPART_PARTS	 200
#define MULTIPART_HEADER 2048	/* bytes of one part's head */

/* content_type holds the boundary. Field values must be valid UTF-8 without
 * NUL; a file's bytes are untouched; its name is cut to the last path
 * component. ERR_INVALID: not multipart, truncated, over a limit. */
enum err multipart_pairs(struct arena *, const char *content_type,
    struct bytes body, struct list *pairs) MUST_USE;

/* The machine itself, for the fuzzer and for streams. */
struct multipart;
struct multipart_sink {
	enum err (*begin)(void *arg, const char *name, const char *file);
	enum err (*data)(void *arg, const unsigned char *p, size_t n);
	enum err (*end)(void *arg);
	void *arg;
};
struct multipart *multipart_new(struct arena *, const char *content_type,
    const struct multipart_sink *);	/* NULL: no usable boundary */
enum err multipart_feed(struct multipart *, const unsigned char *, size_t n)
    MUST_USE;
enum err multipart_finish(struct multipart *) MUST_USE;

#endif
