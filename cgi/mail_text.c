/* SPDX-License-Identifier: AGPL-3.0-or-later
 * One view per kind; the templates are templates/mail/<kind>.txt. */
#include "mail_text.h"

#include <json-c/json.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "model/absence.h"
#include "model/guardian.h"

struct day_row {
	struct day day;
};
FIELDS(struct day_row, day_fields, F_DAY(struct day_row, day));

/* Everything any mail names; what a kind does not use stays empty. */
struct mail_view {
	const char *city, *school, *phone, *child, *url, *link, *login;
	const char *act;	/* made changed withdrawn */
	int kind;
	bool by_school;
	struct list days;
};
FIELDS(struct mail_view, mail_fields,
    F_TEXT(struct mail_view, city),
    F_TEXT(struct mail_view, school),
    F_TEXT(struct mail_view, phone),
    F_TEXT(struct mail_view, child),
    F_TEXT(struct mail_view, url),
    F_TEXT(struct mail_view, link),
    F_TEXT(struct mail_view, login),
    F_TEXT(struct mail_view, act),
    F_ENUM(struct mail_view, kind, absence_kinds),
    F_BOOL(struct mail_view, by_school),
    F_ROWS(struct mail_view, days, &day_fields));

TMPL(report_mail, "mail/report", &mail_fields);
TMPL(verify_mail, "mail/verify", &mail_fields);
TMPL(joined_mail, "mail/joined", &mail_fields);

static const struct tmpl *
tmpl_of(int kind)
{
	switch (kind) {
	case OUTBOX_REPORT:
		return &report_mail;
	case OUTBOX_VERIFY:
		return &verify_mail;
	case OUTBOX_JOINED:
		return &joined_mail;
	default:
		return NULL;
	}
}

static const char *
text_of(struct arena *a, struct json_object *params, const char *name)
{
	struct json_object *o;

	if (!json_object_object_get_ex(params, name, &o))
		return NULL;
	return str_copy(a, json_object_get_string(o));
}

static struct list
days_of(struct arena *a, struct json_object *params)
{
	struct json_object *o;
	struct list days = { NULL, 0 };
	size_t n;

	if (!json_object_object_get_ex(params, "days", &o) ||
	    !json_object_is_type(o, json_type_array))
		return days;
	n = json_object_array_length(o);
	days.v = arena_array(a, n + 1, sizeof(struct day_row));
	for (size_t i = 0; i < n; i++) {
		struct json_object *day = json_object_array_get_idx(o, i);

		if (day_parse_iso(json_object_get_string(day),
			&LIST_AT(days, struct day_row, days.n)->day) == OK)
			days.n++;
	}
	return days;
}

/* The child as the city sets it: 「お子さま（花）」 by default. */
static const char *
child_words(struct arena *a, const struct conf *conf, enum lang lang,
    const char *given)
{
	if (given == NULL || str_eq(conf->mail_child, "none"))
		return i18n_text(lang, N_("お子さま"));
	if (str_eq(conf->mail_child, "given"))
		return i18n_format(a, lang, N_("{given}さん"), "given", given,
		    NULL);
	return i18n_format(a, lang, N_("お子さま（{initial}）"), "initial",
	    utf8_first(a, given, 1), NULL);
}

static enum err
fill(struct arena *a, const struct conf *conf, const struct keys *keys,
    const struct outbox_item *item, enum lang lang, struct mail_view *v)
{
	struct json_object *params = json_tokener_parse(item->params);
	const struct choice *kind;
	const char *word;

	if (params == NULL)
		return ERR_INVALID;
	word = text_of(a, params, "kind");
	kind = word == NULL ? NULL : choice_by_name(absence_kinds, word);
	*v = (struct mail_view){
		.city = conf->city,
		.school = item->school,
		.phone = item->phone,
		.child = child_words(a, conf, lang,
		    text_of(a, params, "given")),
		.url = conf->guardian_url,
		.act = text_of(a, params, "act"),
		.by_school = str_eq(text_of(a, params, "by"), "school"),
		.kind = kind == NULL ? ABSENT : kind->value,
		.days = days_of(a, params),
	};
	if (item->kind == OUTBOX_VERIFY)
		v->link = str_printf(a, "%s/mail/verify?t=%s",
		    conf->guardian_url,
		    guardian_link(a, keys, item->object_uid, item->address));
	json_object_put(params);
	return OK;
}

enum err
mail_text(struct arena *a, const struct conf *conf, const struct keys *keys,
    const struct tmpl_set *tmpls, const struct outbox_item *item,
    struct mail *mail)
{
	const struct tmpl *tmpl = tmpl_of(item->kind);
	struct stamp now = clock_now();
	struct mail_view view;
	enum lang lang;
	struct tmpl_env env = { .a = a, .today = stamp_day(now) };

	if (tmpl == NULL)
		return ERR_INVALID;
	if (!lang_parse(item->lang, &lang))
		lang = LANG_JA;
	lang = tmpl_lang(tmpls, tmpl, lang);
	env.lang = lang;
	TRY(fill(a, conf, keys, item, lang, &view));
	*mail = (struct mail){
		.from_name = str_printf(a, "%s %s", conf->city,
		    i18n_text(lang, N_("学校連絡"))),
		.from = conf->mail_from,
		.to = item->address,
		.message_id = str_printf(a, "%s@%s", uid_text(a, item->uid),
		    conf->mail_bounce),
		.date = now,
	};
	return tmpl_mail(tmpls, tmpl, &env, &view, &mail->subject,
	    &mail->body);
}
