/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What mails say (design 8, "what leaves the system"): from an outbox row to
 * subject and body in the recipient's language. Never a reason or a free text. */
#ifndef CGI_MAIL_TEXT_H
#define CGI_MAIL_TEXT_H

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/keys.h"
#include "model/outbox.h"
#include "out/mail.h"
#include "web/tmpl.h"

/* Fill `mail` (living in the arena). ERR_INVALID: unknown kind or params. */
enum err mail_text(struct arena *, const struct conf *, const struct keys *,
    const struct tmpl_set *, const struct outbox_item *, struct mail *)
    MUST_USE;

#endif
