/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Before there is a database: the configuration, the named keys, the
 * passwords of the MariaDB accounts. */
#include "ctl.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/keys.h"
#include "base/log.h"
#include "base/rand.h"

#define PASSWORD_BYTES 24

/* Made when missing; what is there must not be open to others. */
static enum err
private_dir(const char *dir)
{
	struct stat st;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
		log_error("dir", "%s: %s", dir, strerror(errno));
		return ERR_IO;
	}
	if (stat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	    (st.st_mode & 027) == 0)
		return OK;
	log_error("dir", "%s: not a directory of mode 0700", dir);
	return ERR_INVALID;
}

enum err
ctl_keys_make(struct ctl *c)
{
	TRY(private_dir(c->conf.keys));
	return keys_make(c->conf.keys);
}

enum err
ctl_keys_rotate(struct ctl *c)
{
	for (int i = 0; i < KEY_COUNT; i++)
		if (str_eq(keys_word((enum key_name)i), c->arg[0]))
			return keys_rotate(c->conf.keys, (enum key_name)i);
	log_error("usage", "no key has the name %s", c->arg[0]);
	return ERR_INVALID;
}

/* One that is there stays: MariaDB knows it already. */
enum err
ctl_passwords_make(struct ctl *c)
{
	unsigned char secret[PASSWORD_BYTES];

	TRY(private_dir(c->conf.db_passwords));
	for (size_t i = 0; ctl_accounts[i] != NULL; i++) {
		const char *file = str_printf(c->a, "%s/%s",
		    c->conf.db_passwords, ctl_accounts[i]);
		const char *text;

		if (access(file, F_OK) == 0)
			continue;
		rand_bytes(secret, sizeof secret);
		text = b64u_text(c->a, secret, sizeof secret);
		TRY(ctl_write(c, file,
		    (struct bytes){ (const unsigned char *)text, strlen(text) },
		    0400));
	}
	return OK;
}

/* ── checking ───────────────────────────────────────────────────────────── */

static int
check_dir(const char *key, const char *dir)
{
	struct stat st;

	if (stat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	    access(dir, R_OK | X_OK) == 0)
		return 0;
	printf("%s: %s is no directory that can be read\n", key, dir);
	return 1;
}

static int
check_passwords(struct ctl *c)
{
	const char *secret;
	int wrong = 0;

	for (size_t i = 0; ctl_accounts[i] != NULL; i++) {
		if (conf_secret(c->a, c->conf.db_passwords, ctl_accounts[i],
			&secret) == OK)
			continue;
		printf("db_passwords: no password of %s\n", ctl_accounts[i]);
		wrong++;
	}
	return wrong;
}

/* That the file itself is right was seen when it was read. */
enum err
ctl_check_conf(struct ctl *c)
{
	struct keys *keys = NULL;
	int wrong = 0;

	if (str_empty(c->conf.city) || str_empty(c->conf.board)) {
		printf("city, board: no name\n");
		wrong++;
	}
	wrong += check_dir("templates", c->conf.templates);
	wrong += check_dir("assets", c->conf.assets);
	if (check_dir("keys", c->conf.keys) != 0) {
		wrong++;
	} else if (keys_init(c->conf.keys, &keys) != OK) {
		printf("keys: not complete; renrakuctl keys make\n");
		wrong++;
	}
	keys_free(keys);
	if (check_dir("db_passwords", c->conf.db_passwords) != 0)
		wrong++;
	else
		wrong += check_passwords(c);
	if (c->conf.demo)
		printf("demo: yes; never on a machine with real pupils\n");
	if (wrong > 0)
		return ERR_INVALID;
	printf("%s: no fault found\n", c->option[CTL_CONF]);
	return OK;
}
