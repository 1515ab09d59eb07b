/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The one door to libsodium. Parameters rise with crypto_pwhash_str_needs_
 * rehash at a later sign-in; old strings stay readable. */
#include "base/password.h"

#include <sodium.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/str.h"
#include "base/utf8.h"

#define MEMORY (19u * 1024 * 1024)
#define PASSES 2

enum err
password_hash(struct arena *a, const char *password, const char **hash)
{
	char *out = arena_alloc(a, crypto_pwhash_STRBYTES);

	if (sodium_init() < 0 ||
	    crypto_pwhash_str_alg(out, password, strlen(password), PASSES,
		MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0) {
		log_error("hash_failed", "a password could not be hashed: memory?");
		return ERR_BUG;
	}
	*hash = out;
	return OK;
}

bool
password_matches(const char *hash, const char *password)
{
	/* A hash of nothing anybody types, so that unknown accounts cost the
	 * same time. */
	static const char nobody[] =
	    "$argon2id$v=19$m=19456,t=2,p=1$"
	    "AAAAAAAAAAAAAAAAAAAAAA$"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	bool same;

	if (sodium_init() < 0)
		return false;
	same = crypto_pwhash_str_verify(hash != NULL ? hash : nobody, password,
	    strlen(password)) == 0;
	return hash != NULL && same;
}

/* What people try first, in Japan and elsewhere, and the words of the trade. */
static const char *const easy[] = {
	"password", "passw0rd", "12345678", "123456789", "1234567890",
	"11111111", "00000000", "qwertyui", "qwerty12", "asdfghjk", "1qaz2wsx",
	"abcd1234", "abc12345", "aaaaaaaa", "sakura", "doraemon", "pokemon",
	"renraku", "gakkou", "gakko", "school", "hogosha", "iloveyou",
	"baseball", "football", "sunshine", "princess", "letmein", "welcome",
	"987654321", "87654321", "11223344", "12121212", "55555555",
	"99999999", "88888888", "77777777", "admin", "れんらく", "がっこう",
};

const char *
password_weakness(struct arena *a, const char *password, const char *login)
{
	const char *lower = str_lower(a, password);

	if (login != NULL && str_eq(login, password))
		return N_("ログインIDと同じパスワードは使えません");
	for (size_t i = 0; i < COUNT(easy); i++) {
		const char *at = strstr(lower, easy[i]);

		/* An easy word with little beside it. */
		if (at != NULL &&
		    utf8_count(password) < utf8_count(easy[i]) + 5)
			return N_("推測されやすいパスワードです。関係のない言葉をいくつか並べると、覚えやすく安全になります");
	}
	return NULL;
}
