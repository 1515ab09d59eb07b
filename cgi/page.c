/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The frame of all pages and the table of error pages. */
#include "page.h"

#include "base/i18n.h"
#include "model/actor.h"

FIELDS_SHARED(struct page, page_fields,
    F_TEXT(struct page, lang),
    F_TEXT(struct page, city),
    F_TEXT(struct page, board),
    F_TEXT(struct page, path),
    F_TEXT(struct page, nav),
    F_BOOL(struct page, signed_in),
    F_BOOL(struct page, demo),
    F_TEXT(struct page, user),
    F_MSG(struct page, title),
    F_TEXT(struct page, place),
    F_TEXT(struct page, done),
    F_BOOL(struct page, nav_absence),
    F_BOOL(struct page, nav_roster),
    F_BOOL(struct page, nav_audit),
    F_STAMP(struct page, now));

static const char *
first_part(struct arena *a, const char *path)
{
	const char *end = path[0] == '/' ? strchr(path + 1, '/') : NULL;

	if (path[0] != '/')
		return "";
	return end == NULL ? path + 1
			   : str_copy_n(a, path + 1, (size_t)(end - path - 1));
}

void
page_fill(struct page *p, const struct app *app, const struct req *req)
{
	const struct actor *who = req->who;
	const struct choice *role =
	    who == NULL ? NULL : choice_by_value(role_choices, who->role);

	*p = (struct page){
		.lang = lang_tag(req->lang),
		.city = app->conf.city,
		.board = app->conf.board,
		.path = req->path,
		.nav = first_part(req->a, req->path == NULL ? "" : req->path),
		.signed_in = who != NULL,
		.demo = app->conf.demo,
		.done = req_query(req, "done"),
		.now = req->now,
	};
	if (who == NULL)
		return;
	p->user = app->side == SIDE_STAFF ? who->name : who->login;
	p->title = role == NULL ? NULL : role->label;
	p->place = who->organization_name;
	p->nav_absence =
	    (who->role & (ROLE_TEACHER | ROLE_SCHOOL | ROLE_BOARD)) != 0;
	p->nav_roster = (who->role & (ROLE_SCHOOL | ROLE_BOARD)) != 0;
	p->nav_audit =
	    (who->role & (ROLE_SCHOOL | ROLE_BOARD | ROLE_AUDITOR)) != 0;
}

struct error_view {
	const char *title, *text, *request;
	int64_t status;
	bool again;		/* offer to try the same page again */
};
FIELDS(struct error_view, error_fields,
    F_MSG(struct error_view, title),
    F_MSG(struct error_view, text),
    F_TEXT(struct error_view, request),
    F_INT(struct error_view, status),
    F_BOOL(struct error_view, again));
TMPL(error_tmpl, "error/page", &error_fields);

/* Plain words: what happened, what to do. The last row is for all others. */
static const struct error_view errors[] = {
	{ N_("送られた内容を読み取れませんでした"), N_("お手数ですが、前の画面に戻ってもう一度お試しください。"), NULL, 400, false },
	{ N_("この操作はできません"), N_("この画面を使う権限がないか、別のサイトから送られました。使う必要があるときは、学校の管理者にご相談ください。"), NULL, 403, false },
	{ N_("ページが見つかりません"), N_("アドレスが変わったか、表示できる期間が終わりました。ホームから探してください。"), NULL, 404, false },
	{ N_("この方法では開けません"), N_("ホームから操作をやり直してください。"), NULL, 405, false },
	{ N_("内容が変わっています"), N_("表示したあとに、内容が変更されました。前の画面を開き直して、新しい内容をご確認ください。"), NULL, 409, false },
	{ N_("送られた内容が大きすぎます"), N_("文章を短くするか、ファイルを分けてお試しください。"), NULL, 413, false },
	{ N_("回数の上限に達しました"), N_("15分ほど待ってから、もう一度お試しください。お急ぎのときは学校に電話してください。"), NULL, 429, true },
	{ N_("ただいま混み合っているか、一時的に使えません"), N_("入力した内容は送られていません。1分ほど待ってから、もう一度お試しください。お急ぎの欠席・遅刻の連絡は、学校に電話してください。"), NULL, 503, true },
	{ N_("システムで問題が起きました"), N_("お手数ですが、しばらくしてからもう一度お試しください。続くときは、下の受付番号を添えて学校にお知らせください。"), NULL, 500, true },
};

enum err
page_error(struct req *req, struct res *res, int status)
{
	struct error_view *view = arena_new(req->a, struct error_view);
	size_t i = 0;

	while (i + 1 < COUNT(errors) && errors[i].status != status)
		i++;
	*view = errors[i];
	view->request = req->id;
	TRY(res_page(res, &error_tmpl, view));
	res->status = status;
	return OK;
}
