/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What nginx serves at /assets/: each file of templates/assets under the name
 * that carries its content (lib/web/tmpl makes the same name), with a .gz
 * beside it where that helps. The plain copy is what templates are compiled
 * against (key `assets`); no page links to it. Files of former versions stay:
 * a page in somebody's browser may still ask for them. */
#include "ctl.h"

#include <dirent.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/keys.h"
#include "base/log.h"

#define ASSET_MAX ((size_t)32 << 20)

extern char **environ;

/* Already compressed kinds only grow. */
static bool
is_text(const char *name)
{
	static const char *const ends[] = { ".css", ".js", ".svg", ".json",
		".webmanifest", ".txt" };

	for (size_t i = 0; i < COUNT(ends); i++)
		if (str_ends(name, ends[i]))
			return true;
	return false;
}

/* gzip -9, without name and time, so that the same file gives the same. */
static enum err
compress(const char *file)
{
	char *argv[] = { (char *)(uintptr_t)"gzip", (char *)(uintptr_t)"-9nkf",
		(char *)(uintptr_t)"--", (char *)(uintptr_t)file, NULL };
	int status = -1;
	pid_t pid;

	errno = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	if (errno == 0) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			return OK;
	}
	log_error("assets", "gzip %s failed", file);
	return ERR_IO;
}

static const char *
hashed_name(struct arena *a, const char *name, struct bytes data)
{
	const char *dot = strrchr(name, '.');
	unsigned char digest[DIGEST];

	sha256(data.p, data.n, digest);
	return str_printf(a, "%.*s.%s%s", (int)(dot - name), name,
	    hex_text(a, digest, 4), dot);
}

static enum err
publish(struct ctl *c, const char *from, const char *to, const char *name)
{
	const char *file;
	struct bytes data;

	if (strrchr(name, '.') == NULL) {
		log_error("assets", "%s: the name has no dot", name);
		return ERR_INVALID;
	}
	TRY(ctl_read(c, str_printf(c->a, "%s/%s", from, name), ASSET_MAX,
	    &data));
	TRY(ctl_write(c, str_printf(c->a, "%s/%s", to, name), data, 0644));
	file = str_printf(c->a, "%s/%s", to, hashed_name(c->a, name, data));
	if (access(file, F_OK) != 0)
		TRY(ctl_write(c, file, data, 0644));
	if (is_text(name) && access(str_printf(c->a, "%s.gz", file), F_OK) != 0)
		TRY(compress(file));
	return OK;
}

static int
is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.' && e->d_type != DT_DIR;
}

static enum err
publish_all(struct ctl *c, const char *from, const char *to)
{
	struct dirent **found;
	enum err e = OK;
	int n = scandir(from, &found, is_visible, alphasort);

	if (n < 0) {
		log_error("assets", "%s: %s", from, strerror(errno));
		return ERR_IO;
	}
	for (int i = 0; i < n; i++) {
		if (e == OK)
			e = publish(c, from, to, found[i]->d_name);
		free(found[i]);
	}
	free(found);
	if (e == OK)
		printf("%d file(s) in %s\n", n, to);
	return e;
}

enum err
ctl_assets(struct ctl *c)
{
	const char *dirs[2] = { c->option[CTL_DIR], NULL };

	if (dirs[0] == NULL) {
		log_error("usage", "assets needs --dir DIR");
		return ERR_INVALID;
	}
	dirs[1] = str_printf(c->a, "%s/assets", dirs[0]);
	for (size_t i = 0; i < 2; i++) {
		if (mkdir(dirs[i], 0755) == 0 || errno == EEXIST)
			continue;
		log_error("assets", "%s: %s", dirs[i], strerror(errno));
		return ERR_IO;
	}
	return publish_all(c, str_printf(c->a, "%s/assets", c->conf.templates),
	    dirs[1]);
}
