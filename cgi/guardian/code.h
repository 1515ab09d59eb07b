/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A letter's code typed into a form: found and counted before the transaction,
 * for registering and for adding a child (F02). */
#ifndef CGI_GUARDIAN_CODE_H
#define CGI_GUARDIAN_CODE_H

#include "base/err.h"
#include "model/letter.h"
#include "web/form.h"
#include "web/req.h"

/* Look for the code; wrong ones count against the address. ERR_NONE: no
 * usable letter; ERR_LIMIT: too many wrong codes from this address. */
enum err code_find(struct req *, const char *code, struct letter *) MUST_USE;
/* Put the fitting sentence for ERR_NONE and ERR_LIMIT beside the field. */
void code_error(struct form *, enum err);

#endif
