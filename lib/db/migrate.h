/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Numbered schema files, forward only (design 2). Used by renrakuctl with the
 * account that has DDL. */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "base/err.h"

/* Apply the files NNNN_name.sql of `dir` that the table schema_version does
 * not list yet, in order, each statement by itself, under GET_LOCK so that two
 * runs do not meet. Creates schema_version when absent. A file that changed
 * after it was applied (SHA-256 kept) is ERR_STALE. `applied` counts files.
 * socket/user/password as in struct db_account; creates the database. */
struct db_account;
enum err migrate_run(const struct db_account *, const char *dir, int *applied)
    MUST_USE;
/* Run one file of `;`-ended statements (grants.sql), with {word} replaced by
 * pairs name, value, ..., NULL (values must be [0-9A-Za-z_-]). */
enum err migrate_file(const struct db_account *, const char *file, ...)
    MUST_USE __attribute__((sentinel));

#endif
