/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Handlers of the guardian side, named by path and method; routes.c says who
 * may call them and when. */
#ifndef CGI_GUARDIAN_PAGES_H
#define CGI_GUARDIAN_PAGES_H

#include "base/err.h"
#include "web/req.h"
#include "web/res.h"

/* strangers */
enum err guardian_login(struct req *, struct res *) MUST_USE;
enum err guardian_login_before(struct req *, struct res *) MUST_USE;
enum err guardian_login_post(struct req *, struct res *) MUST_USE;
enum err guardian_register(struct req *, struct res *) MUST_USE;
enum err guardian_register_before(struct req *, struct res *) MUST_USE;
enum err guardian_register_post(struct req *, struct res *) MUST_USE;
enum err guardian_register_account_before(struct req *, struct res *) MUST_USE;
enum err guardian_register_account_post(struct req *, struct res *) MUST_USE;
enum err guardian_mail_verify(struct req *, struct res *) MUST_USE;
enum err guardian_mail_verify_post(struct req *, struct res *) MUST_USE;
enum err guardian_mail_verified(struct req *, struct res *) MUST_USE;
enum err guardian_language(struct req *, struct res *) MUST_USE;

/* guardians */
enum err guardian_home(struct req *, struct res *) MUST_USE;
enum err guardian_welcome(struct req *, struct res *) MUST_USE;
enum err guardian_logout_post(struct req *, struct res *) MUST_USE;
enum err guardian_settings(struct req *, struct res *) MUST_USE;
enum err guardian_settings_language_post(struct req *, struct res *) MUST_USE;
enum err guardian_child_new(struct req *, struct res *) MUST_USE;
enum err guardian_child_new_before(struct req *, struct res *) MUST_USE;
enum err guardian_child_new_post(struct req *, struct res *) MUST_USE;
enum err guardian_email(struct req *, struct res *) MUST_USE;
enum err guardian_email_post(struct req *, struct res *) MUST_USE;
enum err guardian_absence_new(struct req *, struct res *) MUST_USE;
enum err guardian_absence_new_post(struct req *, struct res *) MUST_USE;
enum err guardian_absence_done(struct req *, struct res *) MUST_USE;
enum err guardian_absence(struct req *, struct res *) MUST_USE;
enum err guardian_absence_edit(struct req *, struct res *) MUST_USE;
enum err guardian_absence_edit_post(struct req *, struct res *) MUST_USE;
enum err guardian_absence_withdraw(struct req *, struct res *) MUST_USE;
enum err guardian_absence_withdraw_post(struct req *, struct res *) MUST_USE;

#endif
