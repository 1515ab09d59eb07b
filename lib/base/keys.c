/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The key files and the only calls of OpenSSL's digests. A key never leaves
 * this file: callers get MACs. Loaded once by the master, rotated by
 * renrakuctl. */
#include "base/keys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/log.h"
#include "base/rand.h"

#define KEY_BYTES 32
#define KEY_TEXT (2 * KEY_BYTES)
#define LIVE 16 /* room; how many are kept is the table below */

static const char *const words[KEY_COUNT] = {
	[KEY_FORM] = "form",
	[KEY_SESSION] = "session",
	[KEY_LINK] = "link",
	[KEY_AUDIT] = "audit",
	[KEY_TOTP] = "totp",
};

/* Two live at a time for rotation; the chain over the access history must be
 * verifiable for as long as it is kept. */
static const size_t kept[KEY_COUNT] = {
	[KEY_FORM] = 2,
	[KEY_SESSION] = 2,
	[KEY_LINK] = 2,
	[KEY_AUDIT] = LIVE,
	[KEY_TOTP] = 2,
};

struct key {
	unsigned char id; /* 0 = none */
	unsigned char secret[KEY_BYTES];
};

struct keys {
	struct key live[KEY_COUNT][LIVE]; /* the newest first */
};

const char *
keys_word(enum key_name name)
{
	return (size_t)name < KEY_COUNT ? words[name] : NULL;
}

/* The id in a file name "<word>.<id>"; 0 if it is another file. */
static int
file_id(const char *file, const char *word)
{
	size_t n = strlen(word);
	int64_t id;

	if (strncmp(file, word, n) != 0 || file[n] != '.' ||
	    file[n + 1] == '0' ||
	    str_parse_int(file + n + 1, 1, 255, &id) != OK)
		return 0;
	return (int)id;
}

/* Which ids of a name exist. */
static enum err
ids_list(int dir, const char *word, bool ids[256])
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (d == NULL) {
		if (fd >= 0)
			close(fd);
		return ERR_IO;
	}
	memset(ids, 0, 256 * sizeof(*ids));
	while ((e = readdir(d)) != NULL)
		ids[file_id(e->d_name, word)] = true;
	ids[0] = false;
	closedir(d);
	return OK;
}

static int
ids_highest(const bool ids[256], int below)
{
	while (--below > 0)
		if (ids[below])
			return below;
	return 0;
}

static int
dir_open(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		log_error("keys_dir", "%s: %s", dir, strerror(errno));
	return fd;
}

static bool
secret_parse(const char *text, unsigned char secret[KEY_BYTES])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < KEY_TEXT; i++) {
		const char *p =
		    text[i] == '\0' ? NULL : strchr(digits, text[i]);
		if (p == NULL)
			return false;
		secret[i / 2] =
		    (unsigned char)(secret[i / 2] << 4 | (p - digits));
	}
	return true;
}

/* Why the open file is no key; NULL when it was read into `secret`. */
static const char *
secret_read(int fd, unsigned char secret[KEY_BYTES])
{
	char text[KEY_TEXT + 2];
	struct stat st;
	ssize_t n;
	bool good;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return "not a file";
	if ((st.st_mode & 0177) != 0)
		return "mode is not 0400 or 0600";
	n = read(fd, text, sizeof(text));
	good =
	    (n == KEY_TEXT || (n == KEY_TEXT + 1 && text[KEY_TEXT] == '\n')) &&
	    secret_parse(text, secret);
	mem_wipe(text, sizeof(text));
	return good ? NULL : "not 64 hex characters";
}

static enum err
key_load(int dir, const char *word, int id, struct key *out)
{
	char file[32];
	const char *why;
	int fd;

	(void)snprintf(file, sizeof(file), "%s.%d", word, id);
	fd = openat(dir, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0) {
		log_error("keys_read", "%s: %s", file, strerror(errno));
		return ERR_IO;
	}
	why = secret_read(fd, out->secret);
	close(fd);
	if (why != NULL) {
		log_error("keys_read", "%s: %s", file, why);
		return ERR_INVALID;
	}
	out->id = (unsigned char)id;
	return OK;
}

static enum err
name_load(int dir, enum key_name name, struct key live[LIVE])
{
	const char *word = words[name];
	bool ids[256];
	int id = 256;

	TRY(ids_list(dir, word, ids));
	for (size_t i = 0; i < kept[name]; i++) {
		id = ids_highest(ids, id);
		if (id == 0)
			break;
		TRY(key_load(dir, word, id, &live[i]));
	}
	if (live[0].id != 0)
		return OK;
	log_error("keys_missing", "no file %s.1 to %s.255", word, word);
	return ERR_NONE;
}

enum err
keys_init(const char *path, struct keys **out)
{
	struct keys *k = calloc(1, sizeof(*k));
	int dir = dir_open(path);
	enum err e = k == NULL || dir < 0 ? ERR_IO : OK;

	for (size_t i = 0; e == OK && i < KEY_COUNT; i++)
		e = name_load(dir, (enum key_name)i, k->live[i]);
	if (dir >= 0)
		close(dir);
	if (e != OK) {
		keys_free(k);
		return e;
	}
	*out = k;
	return OK;
}

void
keys_free(struct keys *k)
{
	if (k == NULL)
		return;
	mem_wipe(k, sizeof(*k));
	free(k);
}

static bool
secret_write(int fd)
{
	unsigned char secret[KEY_BYTES];
	char text[KEY_TEXT + 2];
	bool good;

	rand_bytes(secret, sizeof(secret));
	for (size_t i = 0; i < KEY_BYTES; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", secret[i]);
	text[KEY_TEXT] = '\n';
	good = write(fd, text, KEY_TEXT + 1) == KEY_TEXT + 1 && fsync(fd) == 0;
	mem_wipe(secret, sizeof(secret));
	mem_wipe(text, sizeof(text));
	return good;
}

/* A new key file, whole or not at all, never over another one. */
static enum err
key_write(int dir, const char *word, int id)
{
	char file[32], draft[40];
	bool good;
	int fd;

	(void)snprintf(file, sizeof(file), "%s.%d", word, id);
	(void)snprintf(draft, sizeof(draft), ".%s.new", file);
	(void)unlinkat(dir, draft, 0);
	fd = openat(dir, draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
	good = fd >= 0 && secret_write(fd);
	if (fd >= 0 && close(fd) != 0)
		good = false;
	good = good &&
	    renameat2(dir, draft, dir, file, RENAME_NOREPLACE) == 0 &&
	    fsync(dir) == 0;
	if (good) {
		log_note("keys_new", "made %s", file);
		return OK;
	}
	log_error("keys_write", "%s: %s", file, strerror(errno));
	(void)unlinkat(dir, draft, 0);
	return ERR_IO;
}

static enum err
first_make(int dir, const char *word)
{
	bool ids[256];

	TRY(ids_list(dir, word, ids));
	return ids_highest(ids, 256) > 0 ? OK : key_write(dir, word, 1);
}

enum err
keys_make(const char *path)
{
	int dir = dir_open(path);
	enum err e = dir < 0 ? ERR_IO : OK;

	for (size_t i = 0; e == OK && i < KEY_COUNT; i++)
		e = first_make(dir, words[i]);
	if (dir >= 0)
		close(dir);
	return e;
}

static enum err
rotate(int dir, enum key_name name)
{
	const char *word = words[name];
	bool ids[256];
	int id;

	TRY(ids_list(dir, word, ids));
	id = ids_highest(ids, 256);
	if (id == 255) {
		log_error("keys_rotate", "%s.255 is the last id", word);
		return ERR_LIMIT;
	}
	TRY(key_write(dir, word, id + 1));
	/* The new one and the one before stay, and of those older as many as are
	 * kept. */
	for (size_t stays = kept[name] - 2; (id = ids_highest(ids, id)) > 0;) {
		char file[32];
		if (stays > 0) {
			stays--;
			continue;
		}
		(void)snprintf(file, sizeof(file), "%s.%d", word, id);
		if (unlinkat(dir, file, 0) != 0)
			return ERR_IO;
	}
	return OK;
}

enum err
keys_rotate(const char *path, enum key_name name)
{
	int dir = dir_open(path);
	enum err e;

	if (dir < 0)
		return ERR_IO;
	e = rotate(dir, name);
	close(dir);
	return e;
}

unsigned char
keys_id(const struct keys *k, enum key_name name)
{
	return k->live[name][0].id;
}

enum err
keys_mac(const struct keys *k, enum key_name name, unsigned char id,
    const void *p, size_t n, unsigned char out[DIGEST])
{
	unsigned len = DIGEST;

	for (size_t i = 0; i < LIVE; i++) {
		const struct key *key = &k->live[name][i];
		if (id == 0 || key->id != id)
			continue;
		if (HMAC(EVP_sha256(), key->secret, KEY_BYTES, p, n, out,
			&len) == NULL)
			return ERR_BUG;
		return OK;
	}
	return ERR_NONE;
}

void
sha256(const void *p, size_t n, unsigned char out[DIGEST])
{
	unsigned len = DIGEST;

	if (EVP_Digest(p, n, out, &len, EVP_sha256(), NULL) != 1) {
		log_error("sha256", "OpenSSL has no SHA-256");
		abort();
	}
}

bool
mem_equal(const void *x, const void *y, size_t n)
{
	return CRYPTO_memcmp(x, y, n) == 0;
}

void
mem_wipe(void *p, size_t n)
{
	explicit_bzero(p, n);
}
