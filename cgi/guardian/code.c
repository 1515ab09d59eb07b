/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Counting commits by itself: a wrong code's page is rolled back. */
#include "guardian/code.h"

#include "base/i18n.h"
#include "model/failure.h"

enum err
code_find(struct req *req, const char *code, struct letter *letter)
{
	enum err e;

	TRY(failure_check(req->db, FAILURE_CODE, req->address, req->now));
	e = letter_find(req->a, req->db, code, req->now, letter);
	if (e == ERR_NONE)
		TRY(failure_count(req->db, FAILURE_CODE, req->address,
		    req->now));
	return e;
}

void
code_error(struct form *form, enum err e)
{
	form_error(form, "code", e == ERR_LIMIT
	    ? N_("続けて間違えたため、いまは確かめられません。15分ほど待ってからお試しください")
	    : N_("このコードは使えません。学校からのお手紙の16文字をもう一度ご確認ください。期限が切れたときや、登録できる人数を超えたときは、学校に新しいお手紙を頼んでください"));
}
