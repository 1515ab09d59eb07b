/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Handlers of the staff side. */
#ifndef CGI_STAFF_PAGES_H
#define CGI_STAFF_PAGES_H

#include "base/err.h"
#include "web/req.h"
#include "web/res.h"

/* strangers */
enum err staff_login(struct req *, struct res *) MUST_USE;
enum err staff_login_before(struct req *, struct res *) MUST_USE;
enum err staff_login_post(struct req *, struct res *) MUST_USE;

/* staff */
enum err staff_home(struct req *, struct res *) MUST_USE;
enum err staff_logout_post(struct req *, struct res *) MUST_USE;
enum err staff_absence(struct req *, struct res *) MUST_USE;
enum err staff_absence_rows(struct req *, struct res *) MUST_USE;
enum err staff_absence_csv(struct req *, struct res *) MUST_USE;
enum err staff_absence_show(struct req *, struct res *) MUST_USE;
enum err staff_absence_confirm_post(struct req *, struct res *) MUST_USE;
enum err staff_roster(struct req *, struct res *) MUST_USE;
enum err staff_roster_post(struct req *, struct res *) MUST_USE;
enum err staff_roster_show(struct req *, struct res *) MUST_USE;
enum err staff_roster_apply_post(struct req *, struct res *) MUST_USE;
enum err staff_audit(struct req *, struct res *) MUST_USE;
enum err staff_audit_csv(struct req *, struct res *) MUST_USE;

#endif
