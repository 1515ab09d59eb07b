/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Names of the outcomes, for log lines and tests only. */
#include "base/err.h"

#include <stddef.h>

static const char *const names[] = {
	[OK] = "OK",
	[ERR_NONE] = "ERR_NONE",
	[ERR_INVALID] = "ERR_INVALID",
	[ERR_EXISTS] = "ERR_EXISTS",
	[ERR_STALE] = "ERR_STALE",
	[ERR_CLOSED] = "ERR_CLOSED",
	[ERR_DENIED] = "ERR_DENIED",
	[ERR_LIMIT] = "ERR_LIMIT",
	[ERR_RETRY] = "ERR_RETRY",
	[ERR_DB] = "ERR_DB",
	[ERR_IO] = "ERR_IO",
	[ERR_BUG] = "ERR_BUG",
};

const char *
err_name(enum err e)
{
	size_t i = (size_t)e;

	return i < COUNT(names) ? names[i] : "ERR_?";
}
