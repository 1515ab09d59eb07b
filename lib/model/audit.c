/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Writing is one INSERT; reading pages by key. */
#include "model/audit.h"


const struct choice audit_sides[] = {
	{ AUDIT_GUARDIAN, "guardian", N_("保護者") },
	{ AUDIT_STAFF, "staff", N_("教職員") },
	{ AUDIT_OPERATOR, "operator", N_("システム運用") },
	{ 0, NULL, NULL },
};
const struct choice audit_results[] = {
	{ AUDIT_SUCCESS, "success", N_("成功") },
	{ AUDIT_DENIED, "denied", N_("権限なし") },
	{ AUDIT_REFUSED, "refused", N_("失敗") },
	{ AUDIT_ERROR, "error", N_("エラー") },
	{ 0, NULL, NULL },
};

SQL(audit_insert,
    "now side organization kind staff text role text text text text text text"
    " text object pupil count text text result status",
    "INSERT INTO audit_log (at, side, organization_id, actor_kind, actor_id,"
    " actor_login, role, session_ref, address, agent, request, event, method,"
    " path, object_id, pupil_id, subjects, filter, fields, result, status)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

static int
actor_kind(const struct actor *who)
{
	if (who == NULL)
		return 0;
	if (who->role & ROLE_OPERATOR)
		return 3;
	return who->role & ROLE_GUARDIAN ? 1 : 2;
}

static const char *
or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

/* At most 200 bytes for columns of 200 characters, cut between characters. */
static const char *
fit(const char *text, char out[201])
{
	size_t n = text == NULL ? 0 : strlen(text);

	if (n > 200)
		for (n = 200; n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80;
		    n--)
			;
	if (n > 0)
		memcpy(out, text, n);
	out[n] = '\0';
	return out;
}

enum err
audit_write(struct db *db, const struct audit *x, struct stamp now)
{
	static const struct actor nobody;
	const struct actor *who = x->who != NULL ? x->who : &nobody;
	char session[13] = "", path[201], filter[201], agent[201];

	for (size_t i = 0; i < 6 && who->session.n == DIGEST; i++)
		snprintf(session + 2 * i, 3, "%02x", who->session.p[i]);
	return db_run(db, &audit_insert, NULL,
	    VALUES(v_stamp(now), v_int(x->side),
		v_null_int(who->organization_id), v_int(actor_kind(x->who)),
		v_null_int(who->id), v_text(or_empty(who->login)),
		v_int(who->role & ~ROLE_STRANGER), v_text(session),
		v_text(or_empty(x->address)), v_text(fit(x->agent, agent)),
		v_text(or_empty(x->request)), v_text(or_empty(x->event)),
		v_text(or_empty(x->method)), v_text(fit(x->path, path)),
		v_null_int(x->object_id), v_null_int(x->pupil_id),
		v_int(x->subjects), v_text(fit(x->filter, filter)),
		v_text(or_empty(x->fields)), v_int(x->result),
		v_int(x->status)));
}

FIELDS_SHARED(struct audit_row, audit_row_fields,
    F_INT(struct audit_row, id, .label = N_("番号")),
    F_STAMP(struct audit_row, at, .label = N_("日時")),
    F_ENUM(struct audit_row, side, audit_sides, .label = N_("画面")),
    F_TEXT(struct audit_row, organization, .label = N_("所属")),
    F_TEXT(struct audit_row, login, .label = N_("ログインID")),
    F_TEXT(struct audit_row, name, .label = N_("氏名")),
    F_ENUM(struct audit_row, role, role_choices, .label = N_("役割")),
    F_TEXT(struct audit_row, address, .label = N_("接続元")),
    F_MSG(struct audit_row, what, .label = N_("操作")),
    F_TEXT(struct audit_row, event, .label = N_("操作の記号")),
    F_TEXT(struct audit_row, method, .label = N_("方式")),
    F_TEXT(struct audit_row, path, .label = N_("対象の画面")),
    F_TEXT(struct audit_row, pupil, .label = N_("対象の学籍番号")),
    F_INT(struct audit_row, subjects, .label = N_("件数")),
    F_TEXT(struct audit_row, filter, .label = N_("絞り込み")),
    F_TEXT(struct audit_row, fields, .label = N_("項目")),
    F_ENUM(struct audit_row, result, audit_results, .label = N_("結果")),
    F_INT(struct audit_row, status, .label = N_("状態番号")),
    F_TEXT(struct audit_row, agent, .label = N_("端末")),
    F_TEXT(struct audit_row, session, .label = N_("セッション")),
    F_TEXT(struct audit_row, request, .label = N_("受付番号")),
    F_INT(struct audit_row, sealed, .label = N_("封印番号")));

/* Audit names of cgi/routes.c and of renrakuctl's commands. */
static const struct {
	const char *event, *what;
} events[] = {
	{ "login", N_("ログイン") },
	{ "logout", N_("ログアウト") },
	{ "home", N_("はじめの画面") },
	{ "register", N_("保護者の登録") },
	{ "child.add", N_("お子さまの追加") },
	{ "email.add", N_("メールアドレスの追加") },
	{ "email.verify", N_("メールアドレスの確認") },
	{ "language", N_("言語の変更") },
	{ "absence.report", N_("欠席などの連絡") },
	{ "absence.change", N_("連絡の変更") },
	{ "absence.withdraw", N_("連絡の取り消し") },
	{ "absence.list", N_("連絡一覧の表示") },
	{ "absence.poll", N_("連絡一覧の自動更新") },
	{ "absence.csv", N_("連絡一覧のCSV保存") },
	{ "absence.show", N_("連絡の内容の表示") },
	{ "absence.confirm", N_("連絡の確認") },
	{ "roster", N_("名簿の登録画面") },
	{ "roster.upload", N_("名簿のアップロード") },
	{ "roster.preview", N_("名簿の確認画面") },
	{ "roster.apply", N_("名簿の登録") },
	{ "audit.list", N_("操作の記録の表示") },
	{ "audit.csv", N_("操作の記録のCSV保存") },
	{ "migrate", N_("データベースの更新") },
	{ "import.schools", N_("学校の登録") },
	{ "import.staff", N_("教職員の登録") },
	{ "import.pupils", N_("名簿の登録（市全体）") },
	{ "letters", N_("登録コードの発行") },
	{ "staff.add", N_("教職員の追加") },
	{ "staff.password", N_("教職員のパスワード設定") },
	{ "sample.guardians", N_("見本の保護者の登録") },
};

static const char *
event_label(const char *event)
{
	for (size_t i = 0; i < COUNT(events); i++)
		if (str_eq(events[i].event, event))
			return events[i].what;
	return event;
}

/* Rows are not in the order of their keys: requests overlap. A page goes on
 * after the moment and the key of the last row before it. */
#define BEFORE_AT "(SELECT MAX(b.at) FROM audit_log b WHERE b.id = ?)"

SQL(audit_list_sql,
    "instant instant before audit audit audit city school all text limit",
    "SELECT l.id, l.at, l.side, o.name AS organization, l.actor_login AS login,"
    " t.name, l.role, l.address, l.agent, l.event, l.method, l.path,"
    " p.number AS pupil, l.subjects, l.filter, l.fields, l.result, l.status,"
    " l.request, l.session_ref AS session, s.seq AS sealed"
    " FROM audit_log l"
    " LEFT JOIN organization o ON o.id = l.organization_id"
    " LEFT JOIN staff t ON t.id = l.actor_id AND l.actor_kind = 2"
    " LEFT JOIN pupil p ON p.id = l.pupil_id"
    " LEFT JOIN audit_seal s ON s.audit_id = l.id"
    " WHERE l.at >= ? AND l.at < ? AND (? = 0 OR l.at < " BEFORE_AT
    "  OR (l.at = " BEFORE_AT " AND l.id < ?))"
    " AND (? = 1 OR l.organization_id = ?)"
    " AND (? = 1 OR l.actor_login = ?)"
    " ORDER BY l.at DESC, l.id DESC LIMIT ?");

enum err
audit_list(struct arena *a, struct db *db, const struct actor *who,
    const struct audit_filter *f, int64_t most, struct list *rows)
{
	struct minute midnight = { 0 };

	TRY(db_all(db, a, &audit_list_sql, &audit_row_fields, rows,
	    VALUES(v_stamp(day_at(f->first, midnight)),
		v_stamp(day_at(day_add(f->last, 1), midnight)),
		v_int(f->before), v_int(f->before), v_int(f->before),
		v_int(f->before), v_bool(actor_is_city(who)),
		v_int(who->organization_id), v_bool(f->login == NULL),
		v_text(or_empty(f->login)), v_int(most))));
	for (size_t i = 0; i < rows->n; i++) {
		struct audit_row *r = LIST_AT(*rows, struct audit_row, i);

		r->what = event_label(r->event);
	}
	return OK;
}
