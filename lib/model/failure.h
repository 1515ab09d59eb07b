/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Counting failures without locking the owner out (design 11, standards 1.5):
 * per account for unknown devices, per device that signed in before, per
 * address. Counters commit by themselves, outside the request's transaction. */
#ifndef MODEL_FAILURE_H
#define MODEL_FAILURE_H

#include "base/err.h"
#include "base/jtime.h"
#include "db/db.h"

enum failure_of { FAILURE_ACCOUNT, FAILURE_DEVICE, FAILURE_ADDRESS, FAILURE_CODE,
	FAILURE_DENIED };

/* ERR_LIMIT when `of` has failed too often in the last 15 minutes (account and
 * device 10, address 100, letter codes per address 30, refused pages per
 * session 20); OK otherwise. */
enum err failure_check(struct db *, enum failure_of, const char *what,
    struct stamp now) MUST_USE;
/* One failure more. */
enum err failure_count(struct db *, enum failure_of, const char *what,
    struct stamp now) MUST_USE;
/* Forget after a success. */
enum err failure_clear(struct db *, enum failure_of, const char *what) MUST_USE;

#endif
