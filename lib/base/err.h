/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The one set of outcomes that functions of all layers return.
 * Not an errno: each value says what the caller can do about it. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
	OK = 0,
	ERR_NONE,	/* no such row, key or file: a 404, never a fault */
	ERR_INVALID,	/* what a person sent is wrong; the form says where */
	ERR_EXISTS,	/* a unique key is taken */
	ERR_STALE,	/* the row changed since it was shown */
	ERR_CLOSED,	/* outside the reception hours (F13) */
	ERR_DENIED,	/* signed in, but not for this */
	ERR_LIMIT,	/* too often, too large, too many */
	ERR_RETRY,	/* the whole transaction may be tried again (design 7) */
	ERR_DB,		/* the database is away or refuses: 503 */
	ERR_IO,		/* a file, a peer, a child process failed */
	ERR_BUG,	/* our own mistake, logged where it was found: 500 */
};

#define MUST_USE __attribute__((warn_unused_result))
#define UNUSED	 __attribute__((unused))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Leave the function early. Always right: what lives longer than the
 * function belongs to the request's arena or was registered there. */
#define TRY(call)                                                              \
	do {                                                                   \
		enum err try_err_ = (call);                                    \
		if (try_err_ != OK)                                            \
			return try_err_;                                       \
	} while (0)

/* The name for logs ("ERR_NONE"); never shown to a user. Static string. */
const char *err_name(enum err);

#endif
