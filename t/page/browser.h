/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A browser of one side for page tests: keeps cookies, sends Origin and
 * Sec-Fetch-Site, reads forms from the page and posts them to the pool that
 * nginx would choose. Every answer is checked for what all answers must have
 * (no-store, Content-Length, safe cookies). Does not follow by itself. */
#ifndef T_PAGE_BROWSER_H
#define T_PAGE_BROWSER_H

#include "t/client.h"
#include "t/page/site.h"

#define BROWSER_COOKIES 8

struct browser {
	enum side side;
	const char *address;		/* REMOTE_ADDR */
	const char *language;		/* Accept-Language, NULL: none */
	const char *origin, *fetch_site;	/* of POSTs, NULL: not sent */
	const char *names[BROWSER_COOKIES], *values[BROWSER_COOKIES];
	/* the last answer */
	const char *asked;		/* "POST /login" */
	int status;
	const char *location;		/* NULL: none */
	const char *text;		/* body, NUL-terminated */
	struct client_response answer;
};

void browser_init(struct browser *, enum side);
/* GET of a path with query. */
int browser_get(struct browser *, const char *fmt, ...) PRINTF(2, 3);
/* GET of where the last answer led. */
int browser_follow(struct browser *);
/* Any request; cookies are added, Origin and Sec-Fetch-Site on POST. params
 * stay the caller's. The pool is that of the route, else main. */
int browser_send(struct browser *, const struct client_request *);
/* POST of urlencoded text as it stands. */
int browser_post(struct browser *, const char *path, const char *body);
/* Value of a cookie without "__Host-"; NULL: none. Setting NULL forgets it. */
const char *browser_cookie(const struct browser *, const char *name);
void browser_set_cookie(struct browser *, const char *name, const char *value);
/* A form token as the signed-in browser would have got it so long ago. */
const char *browser_token(const struct browser *, const char *path,
    int64_t seconds_ago);
/* The page in words, for messages; with the log when it is our fault. */
const char *browser_said(const struct browser *);
/* New browser, signed in through the login page. */
void browser_sign_in(struct browser *, enum side, const char *login);

/* ── forms ── */

struct sheet {
	const char *action;
	size_t n;
	const char **name, **value;	/* as a browser would send them */
	const char *file;		/* multipart: name of the file input */
	const char *file_name;
	struct bytes data;
};

/* The n-th form (from 0) of the last page posting to `action`, with what a
 * browser would send without anything being typed or pressed. Fails the test
 * when there is none. */
struct sheet *sheet_nth(const struct browser *, const char *action, size_t n);
struct sheet *sheet_of(const struct browser *, const char *action);
size_t sheet_count(const struct browser *, const char *action);
/* A form that no page showed, without token. */
struct sheet *sheet_new(const char *action);
/* Replace all values of the name; NULL removes them. */
void sheet_put(struct sheet *, const char *name, const char *value);
/* One value more. */
void sheet_add(struct sheet *, const char *name, const char *value);
const char *sheet_get(const struct sheet *, const char *name);
bool sheet_has(const struct sheet *, const char *name, const char *value);
/* urlencoded body of it */
const char *sheet_body(const struct sheet *);
int sheet_post(struct browser *, const struct sheet *);

/* ── pages ── */

/* Text of the page without tags and with single blanks. */
const char *page_words(const struct browser *);
/* Attribute `href` of the n-th link whose href begins so; NULL: none. */
const char *page_link(const struct browser *, const char *prefix, size_t n);
/* Error text inside the element with id "f-<name>"; NULL: none. */
const char *page_error_of(const struct browser *, const char *name);
/* The page as it is but for what differs each time: tokens and request id. */
const char *page_masked(const struct browser *);

#define STATUS(b, wanted)                                                      \
	ck_assert_msg((b)->status == (wanted), "%s: %d, not %d: %s",           \
	    (b)->asked, (b)->status, (wanted), browser_said(b))
#define LEADS(b, wanted)                                                       \
	do {                                                                   \
		STATUS(b, 303);                                                \
		ck_assert_str_eq((b)->location, wanted);                       \
	} while (0)
#define SHOWS(b, wanted)                                                       \
	ck_assert_msg(strstr(page_words(b), wanted) != NULL,                   \
	    "%s does not show %s: %s", (b)->asked, wanted, browser_said(b))
#define HIDES(b, unwanted)                                                     \
	ck_assert_msg(strstr((b)->text, unwanted) == NULL, "%s shows %s: %s",  \
	    (b)->asked, unwanted, browser_said(b))

#endif
