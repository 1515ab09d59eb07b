/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Scope rules that every statement's arguments go through. */
#include "model/actor.h"

const struct choice role_choices[] = {
	{ ROLE_TEACHER, "teacher", N_("教員") },
	{ ROLE_SCHOOL, "school", N_("学校管理者") },
	{ ROLE_BOARD, "board", N_("教育委員会") },
	{ ROLE_AUDITOR, "auditor", N_("監査") },
	{ ROLE_GUARDIAN, "guardian", N_("保護者") },
	{ ROLE_OPERATOR, "operator", N_("システム運用") },
	{ ROLE_STRANGER, "stranger", N_("ログイン前") },
	{ 0, NULL, NULL },
};

struct actor
actor_operator(void)
{
	return (struct actor){ .role = ROLE_OPERATOR, .login = "operator",
		.name = "operator", .lang = "ja" };
}

bool
actor_is_city(const struct actor *who)
{
	return (who->role & (ROLE_BOARD | ROLE_AUDITOR | ROLE_OPERATOR)) != 0;
}

int64_t
actor_school(const struct actor *who, int64_t asked)
{
	return actor_is_city(who) ? asked : who->organization_id;
}
