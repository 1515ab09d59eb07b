/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What every command of renrakuctl may need: options as numbers, the
 * connection, files. Decides nothing about schools. */
#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "model/audit.h"

#define STATEMENT_SECONDS 600

const char *const ctl_accounts[] = { "ctl", "guardian_r", "guardian_w",
	"staff_r", "staff_w", "login_guardian", "login_staff", "notify", NULL };

enum err
ctl_number(const struct ctl *c, enum ctl_option o, int64_t min, int64_t max,
    int64_t otherwise, int64_t *n)
{
	*n = otherwise;
	if (c->option[o] == NULL ||
	    str_parse_int(c->option[o], min, max, n) == OK)
		return OK;
	log_error("usage", "%s is not a number from %lld to %lld",
	    c->option[o], (long long)min, (long long)max);
	return ERR_INVALID;
}

enum err
ctl_account(struct ctl *c, struct db_account *account)
{
	*account = (struct db_account){
		.socket = c->conf.db_socket,
		.name = c->conf.db_name,
		.user = "ctl",
		.statement_seconds = STATEMENT_SECONDS,
	};
	return conf_secret(c->a, c->conf.db_passwords, "ctl",
	    &account->password);
}

enum err
ctl_connect(struct ctl *c)
{
	struct db_account account;

	if (c->db != NULL)
		return OK;
	TRY(ctl_account(c, &account));
	c->db = db_init(&account);
	return c->db == NULL ? ERR_IO : OK;
}

enum err
ctl_audit(struct ctl *c, struct db *db, const char *event, int64_t object_id,
    int64_t subjects)
{
	struct audit row = {
		.side = AUDIT_OPERATOR,
		.who = &c->who,
		.event = event,
		.object_id = object_id,
		.subjects = subjects,
		.result = AUDIT_SUCCESS,
	};

	return audit_write(db, &row, c->now);
}

static enum err
read_open(struct ctl *c, int fd, size_t max, struct bytes *out)
{
	struct buf *b = buf_new(c->a, 64 * 1024, max + 1);
	char part[16 * 1024];
	ssize_t n;

	while ((n = read(fd, part, sizeof part)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ERR_IO;
		buf_add(b, part, (size_t)n);
		if (buf_overflow(b)) {
			errno = EFBIG;
			return ERR_LIMIT;
		}
	}
	*out = (struct bytes){ (const unsigned char *)b->p, b->n };
	return OK;
}

enum err
ctl_read(struct ctl *c, const char *file, size_t max, struct bytes *out)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	enum err e = fd < 0 ? ERR_IO : read_open(c, fd, max, out);

	if (e != OK)
		log_error("file", "%s: %s", file, strerror(errno));
	if (fd >= 0)
		close(fd);
	return e;
}

static bool
write_all(int fd, struct bytes b)
{
	while (b.n > 0) {
		ssize_t n = write(fd, b.p, b.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		b.p += n;
		b.n -= (size_t)n;
	}
	return fsync(fd) == 0;
}

enum err
ctl_write(struct ctl *c, const char *file, struct bytes b, unsigned mode)
{
	const char *draft = str_printf(c->a, "%s.new", file);
	bool good;
	int fd;

	(void)unlink(draft);
	fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	good = fd >= 0 && fchmod(fd, mode) == 0 && write_all(fd, b);
	if (fd >= 0 && close(fd) != 0)
		good = false;
	if (good && rename(draft, file) == 0)
		return OK;
	log_error("file", "%s: %s", file, strerror(errno));
	(void)unlink(draft);
	return ERR_IO;
}
