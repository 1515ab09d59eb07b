-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The first schema: everything an absence touches (design 8).
-- Internal keys are BIGINT; `uid` is what URLs carry. Instants are DATETIME(6)
-- in UTC, school days are DATE in Asia/Tokyo, minutes of a day are SMALLINT.
-- Text is utf8mb4_bin (the database's default); tokens and addresses nopad.

-- ── who ────────────────────────────────────────────────────────────────────

CREATE TABLE organization (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid		BINARY(16) NOT NULL,
	kind		TINYINT NOT NULL COMMENT '1 board, 2 elementary, 3 junior high, 4 special',
	code		VARCHAR(13) NULL COMMENT '学校コード, standards 3.2',
	name		VARCHAR(100) NOT NULL,
	phone		VARCHAR(20) NOT NULL,
	teacher_scope	TINYINT NOT NULL DEFAULT 2 COMMENT 'teachers see 1 own classes, 2 the school',
	roster_version	BIGINT NOT NULL DEFAULT 1 COMMENT 'counts up with every applied roster',
	created_at	DATETIME(6) NOT NULL,
	UNIQUE KEY organization_uid (uid),
	UNIQUE KEY organization_code (code),
	UNIQUE KEY organization_name (name)
) ENGINE=InnoDB;

CREATE TABLE class (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid		BINARY(16) NOT NULL,
	school_id	BIGINT NOT NULL,
	school_year	SMALLINT NOT NULL,
	grade		TINYINT NOT NULL COMMENT '1..9, 0 without grade',
	name		VARCHAR(40) NOT NULL COMMENT 'the label of the roster: 1, A, なかよし',
	title		VARCHAR(60) NOT NULL COMMENT 'as shown: 3年1組',
	position	SMALLINT NOT NULL DEFAULT 0,
	UNIQUE KEY class_uid (uid),
	UNIQUE KEY class_name (school_id, school_year, grade, name),
	CONSTRAINT class_school FOREIGN KEY (school_id) REFERENCES organization (id)
) ENGINE=InnoDB;

CREATE TABLE pupil (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid		BINARY(16) NOT NULL,
	number		VARCHAR(20) COLLATE utf8mb4_nopad_bin NOT NULL COMMENT '学籍番号 of the school-administration system',
	name		VARCHAR(120) NOT NULL COMMENT 'as in the roster, never folded',
	given		VARCHAR(120) NOT NULL COMMENT 'what follows the first blank, or all',
	kana		VARCHAR(120) NOT NULL,
	search_key	VARCHAR(255) NOT NULL,
	sort_key	VARCHAR(255) COLLATE utf8mb4_uca1400_as_ci NOT NULL,
	protected	TINYINT NOT NULL DEFAULT 0 COMMENT 'protected household: guardians never learn of each other',
	protected_until	DATE NULL,
	created_at	DATETIME(6) NOT NULL,
	UNIQUE KEY pupil_uid (uid),
	UNIQUE KEY pupil_number (number)
) ENGINE=InnoDB;

-- Nothing is deleted at roll-over: a row ends. A pupil may be in two classes at
-- once (special and exchange); `main` is the one whose list carries the seat.
CREATE TABLE enrollment (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	pupil_id	BIGINT NOT NULL,
	class_id	BIGINT NOT NULL,
	school_id	BIGINT NOT NULL,
	school_year	SMALLINT NOT NULL,
	seat		SMALLINT NULL COMMENT '出席番号',
	main		TINYINT NOT NULL DEFAULT 1,
	begins		DATE NOT NULL,
	ends		DATE NOT NULL,
	UNIQUE KEY enrollment_once (pupil_id, class_id, begins),
	KEY enrollment_pupil (pupil_id, ends, begins, main, class_id, seat),
	KEY enrollment_class (class_id, ends, begins, pupil_id),
	KEY enrollment_school (school_id, ends, begins, class_id, pupil_id),
	CONSTRAINT enrollment_pupil FOREIGN KEY (pupil_id) REFERENCES pupil (id),
	CONSTRAINT enrollment_class FOREIGN KEY (class_id) REFERENCES class (id),
	CONSTRAINT enrollment_school FOREIGN KEY (school_id) REFERENCES organization (id)
) ENGINE=InnoDB;

CREATE TABLE guardian (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid		BINARY(16) NOT NULL,
	login		VARCHAR(12) COLLATE utf8mb4_nopad_bin NOT NULL COMMENT 'issued, nothing to choose or probe',
	lang		VARCHAR(8) NOT NULL DEFAULT 'ja',
	has_email	TINYINT NOT NULL DEFAULT 0 COMMENT 'at least one verified address; every page asks',
	created_at	DATETIME(6) NOT NULL,
	ended_at	DATETIME(6) NULL,
	UNIQUE KEY guardian_uid (uid),
	UNIQUE KEY guardian_login (login)
) ENGINE=InnoDB;

-- Hashes stand in tables of their own: only the login accounts may read them.
CREATE TABLE guardian_credential (
	guardian_id	BIGINT NOT NULL PRIMARY KEY,
	hash		VARCHAR(128) COLLATE utf8mb4_nopad_bin NOT NULL COMMENT 'argon2id, PHC string',
	changed_at	DATETIME(6) NOT NULL,
	CONSTRAINT guardian_credential FOREIGN KEY (guardian_id) REFERENCES guardian (id)
) ENGINE=InnoDB;

CREATE TABLE guardian_email (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid		BINARY(16) NOT NULL,
	guardian_id	BIGINT NOT NULL,
	address		VARCHAR(254) COLLATE utf8mb4_nopad_bin NOT NULL,
	login_address	VARCHAR(254) COLLATE utf8mb4_nopad_bin NULL COMMENT 'lower case; set while verified: works as login',
	asked_at	DATETIME(6) NOT NULL COMMENT 'when the link was last sent',
	verified_at	DATETIME(6) NULL,
	stopped_at	DATETIME(6) NULL COMMENT 'undeliverable',
	UNIQUE KEY guardian_email_uid (uid),
	UNIQUE KEY guardian_email_address (guardian_id, address),
	UNIQUE KEY guardian_email_login (login_address),
	CONSTRAINT guardian_email FOREIGN KEY (guardian_id) REFERENCES guardian (id)
) ENGINE=InnoDB;

CREATE TABLE guardian_session (
	id		BINARY(32) NOT NULL PRIMARY KEY COMMENT 'SHA-256 of the cookie',
	guardian_id	BIGINT NOT NULL,
	level		TINYINT NOT NULL DEFAULT 1 COMMENT '1 password, 2 second factor',
	device		VARCHAR(200) NOT NULL,
	created_at	DATETIME(6) NOT NULL,
	seen_at		DATETIME(6) NOT NULL COMMENT 'throttled to once a day',
	proved_at	DATETIME(6) NOT NULL COMMENT 'last time the password was typed',
	expires_at	DATETIME(6) NOT NULL,
	KEY guardian_session_guardian (guardian_id),
	KEY guardian_session_expires (expires_at),
	CONSTRAINT guardian_session FOREIGN KEY (guardian_id) REFERENCES guardian (id)
) ENGINE=InnoDB;

CREATE TABLE invitation (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	pupil_id	BIGINT NOT NULL,
	school_id	BIGINT NOT NULL,
	code		BINARY(32) NOT NULL COMMENT 'SHA-256 of the normal form',
	most		TINYINT NOT NULL COMMENT 'guardians it may register',
	used		TINYINT NOT NULL DEFAULT 0,
	created_at	DATETIME(6) NOT NULL,
	expires_at	DATETIME(6) NOT NULL,
	replaced_at	DATETIME(6) NULL COMMENT 'a newer letter was issued',
	UNIQUE KEY invitation_code (code),
	KEY invitation_pupil (pupil_id, replaced_at),
	CONSTRAINT invitation_pupil FOREIGN KEY (pupil_id) REFERENCES pupil (id),
	CONSTRAINT invitation_school FOREIGN KEY (school_id) REFERENCES organization (id)
) ENGINE=InnoDB;

CREATE TABLE guardianship (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	guardian_id	BIGINT NOT NULL,
	pupil_id	BIGINT NOT NULL,
	invitation_id	BIGINT NULL,
	may_report	TINYINT NOT NULL DEFAULT 1,
	receives	TINYINT NOT NULL DEFAULT 1 COMMENT 'messages and mails about reports',
	answers		TINYINT NOT NULL DEFAULT 1 COMMENT 'sees questionnaires',
	begins		DATE NOT NULL,
	ends		DATE NOT NULL,
	UNIQUE KEY guardianship_pair (guardian_id, pupil_id),
	KEY guardianship_pupil (pupil_id, ends, begins, guardian_id),
	CONSTRAINT guardianship_guardian FOREIGN KEY (guardian_id) REFERENCES guardian (id),
	CONSTRAINT guardianship_pupil FOREIGN KEY (pupil_id) REFERENCES pupil (id)
) ENGINE=InnoDB;

CREATE TABLE staff (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid		BINARY(16) NOT NULL,
	login		VARCHAR(64) COLLATE utf8mb4_nopad_bin NOT NULL,
	name		VARCHAR(120) NOT NULL,
	kana		VARCHAR(120) NOT NULL DEFAULT '',
	created_at	DATETIME(6) NOT NULL,
	ended_at	DATETIME(6) NULL,
	UNIQUE KEY staff_uid (uid),
	UNIQUE KEY staff_login (login)
) ENGINE=InnoDB;

CREATE TABLE staff_credential (
	staff_id	BIGINT NOT NULL PRIMARY KEY,
	hash		VARCHAR(128) COLLATE utf8mb4_nopad_bin NOT NULL,
	changed_at	DATETIME(6) NOT NULL,
	CONSTRAINT staff_credential FOREIGN KEY (staff_id) REFERENCES staff (id)
) ENGINE=InnoDB;

-- What somebody is, where and until when. Access ends with the posting.
CREATE TABLE posting (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid		BINARY(16) NOT NULL,
	staff_id	BIGINT NOT NULL,
	organization_id	BIGINT NOT NULL,
	role		TINYINT NOT NULL COMMENT '4 teacher, 8 school administrator, 16 board administrator, 32 auditor',
	title		VARCHAR(40) NOT NULL DEFAULT '' COMMENT '担任, 教頭 … shown to guardians',
	begins		DATE NOT NULL,
	ends		DATE NOT NULL,
	UNIQUE KEY posting_uid (uid),
	UNIQUE KEY posting_once (staff_id, organization_id, role, begins),
	CONSTRAINT posting_staff FOREIGN KEY (staff_id) REFERENCES staff (id),
	CONSTRAINT posting_organization FOREIGN KEY (organization_id) REFERENCES organization (id)
) ENGINE=InnoDB;

CREATE TABLE posting_class (
	posting_id	BIGINT NOT NULL,
	class_id	BIGINT NOT NULL,
	PRIMARY KEY (posting_id, class_id),
	CONSTRAINT posting_class_posting FOREIGN KEY (posting_id) REFERENCES posting (id),
	CONSTRAINT posting_class_class FOREIGN KEY (class_id) REFERENCES class (id)
) ENGINE=InnoDB;

CREATE TABLE staff_session (
	id		BINARY(32) NOT NULL PRIMARY KEY,
	staff_id	BIGINT NOT NULL,
	posting_id	BIGINT NOT NULL,
	level		TINYINT NOT NULL DEFAULT 1,
	device		VARCHAR(200) NOT NULL,
	created_at	DATETIME(6) NOT NULL,
	seen_at		DATETIME(6) NOT NULL COMMENT 'throttled to once in five minutes',
	proved_at	DATETIME(6) NOT NULL,
	expires_at	DATETIME(6) NOT NULL COMMENT '12 hours after sign-in',
	KEY staff_session_staff (staff_id),
	KEY staff_session_expires (expires_at),
	CONSTRAINT staff_session_staff FOREIGN KEY (staff_id) REFERENCES staff (id),
	CONSTRAINT staff_session_posting FOREIGN KEY (posting_id) REFERENCES posting (id)
) ENGINE=InnoDB;

-- Failures per account, device and address; the key is a digest of what is
-- counted, so that the table names nobody.
CREATE TABLE failure (
	counted		BINARY(32) NOT NULL PRIMARY KEY,
	opened_at	DATETIME(6) NOT NULL,
	failures	INT NOT NULL,
	KEY failure_opened (opened_at)
) ENGINE=InnoDB;

-- ── when ───────────────────────────────────────────────────────────────────

CREATE TABLE holiday (
	day		DATE NOT NULL PRIMARY KEY,
	name		VARCHAR(40) NOT NULL
) ENGINE=InnoDB COMMENT='国民の祝日';

CREATE TABLE closure (
	school_id	BIGINT NOT NULL,
	day		DATE NOT NULL,
	name		VARCHAR(60) NOT NULL COMMENT '夏休み, 開校記念日 …',
	PRIMARY KEY (school_id, day),
	CONSTRAINT closure_school FOREIGN KEY (school_id) REFERENCES organization (id)
) ENGINE=InnoDB;

-- Hours in which reports are accepted (F13); a weekday without a row is closed.
CREATE TABLE reception (
	school_id	BIGINT NOT NULL,
	weekday		TINYINT NOT NULL COMMENT '0 Sunday .. 6',
	opens		SMALLINT NOT NULL,
	closes		SMALLINT NOT NULL,
	PRIMARY KEY (school_id, weekday),
	CONSTRAINT reception_school FOREIGN KEY (school_id) REFERENCES organization (id)
) ENGINE=InnoDB;

CREATE TABLE reception_exception (
	school_id	BIGINT NOT NULL,
	day		DATE NOT NULL,
	opens		SMALLINT NOT NULL COMMENT 'opens = closes: closed all day',
	closes		SMALLINT NOT NULL,
	PRIMARY KEY (school_id, day),
	CONSTRAINT reception_exception_school FOREIGN KEY (school_id) REFERENCES organization (id)
) ENGINE=InnoDB;

-- ── absence ────────────────────────────────────────────────────────────────

CREATE TABLE reason (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid		BINARY(16) NOT NULL,
	school_id	BIGINT NOT NULL,
	name		VARCHAR(40) NOT NULL,
	counts_as	TINYINT NOT NULL DEFAULT 1 COMMENT '1 absence, 2 suspension, 3 bereavement',
	position	SMALLINT NOT NULL,
	ended_at	DATETIME(6) NULL,
	UNIQUE KEY reason_uid (uid),
	KEY reason_school (school_id, position),
	CONSTRAINT reason_school FOREIGN KEY (school_id) REFERENCES organization (id)
) ENGINE=InnoDB;

-- What was sent in one go; its id is the receipt number.
CREATE TABLE submission (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid		BINARY(16) NOT NULL,
	guardian_id	BIGINT NULL,
	staff_id	BIGINT NULL,
	created_at	DATETIME(6) NOT NULL,
	UNIQUE KEY submission_uid (uid),
	KEY submission_guardian (guardian_id, id),
	CONSTRAINT submission_guardian FOREIGN KEY (guardian_id) REFERENCES guardian (id),
	CONSTRAINT submission_staff FOREIGN KEY (staff_id) REFERENCES staff (id)
) ENGINE=InnoDB;

-- One pupil, one school day, one report. Several may coexist (late and early,
-- two guardians): nothing unique that would tell one guardian of another.
CREATE TABLE absence (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid		BINARY(16) NOT NULL,
	submission_id	BIGINT NOT NULL,
	school_id	BIGINT NOT NULL,
	pupil_id	BIGINT NOT NULL,
	day		DATE NOT NULL,
	kind		TINYINT NOT NULL COMMENT '1 absence, 2 late, 3 early leave',
	reason_id	BIGINT NOT NULL,
	clock		SMALLINT NULL COMMENT 'minute of arrival or leaving',
	note		VARCHAR(500) NOT NULL DEFAULT '',
	state		TINYINT NOT NULL DEFAULT 1 COMMENT '1 received, 2 withdrawn',
	version		INT NOT NULL DEFAULT 1,
	guardian_id	BIGINT NULL COMMENT 'who reported',
	staff_id	BIGINT NULL,
	created_at	DATETIME(6) NOT NULL,
	changed_at	DATETIME(6) NOT NULL,
	confirmed_version INT NOT NULL DEFAULT 0 COMMENT 'version the school has seen',
	confirmed_at	DATETIME(6) NULL,
	confirmed_by	BIGINT NULL COMMENT 'posting',
	UNIQUE KEY absence_uid (uid),
	KEY absence_school (school_id, day, version, confirmed_version),
	KEY absence_pupil (pupil_id, day, guardian_id, state),
	KEY absence_submission (submission_id),
	CONSTRAINT absence_submission FOREIGN KEY (submission_id) REFERENCES submission (id),
	CONSTRAINT absence_school FOREIGN KEY (school_id) REFERENCES organization (id),
	CONSTRAINT absence_pupil FOREIGN KEY (pupil_id) REFERENCES pupil (id),
	CONSTRAINT absence_reason FOREIGN KEY (reason_id) REFERENCES reason (id),
	CONSTRAINT absence_guardian FOREIGN KEY (guardian_id) REFERENCES guardian (id),
	CONSTRAINT absence_staff FOREIGN KEY (staff_id) REFERENCES staff (id),
	CONSTRAINT absence_posting FOREIGN KEY (confirmed_by) REFERENCES posting (id)
) ENGINE=InnoDB;

-- Every version that ever was, the current one included (F12).
CREATE TABLE absence_history (
	absence_id	BIGINT NOT NULL,
	version		INT NOT NULL,
	school_id	BIGINT NOT NULL,
	kind		TINYINT NOT NULL,
	reason_id	BIGINT NOT NULL,
	clock		SMALLINT NULL,
	note		VARCHAR(500) NOT NULL,
	state		TINYINT NOT NULL,
	guardian_id	BIGINT NULL COMMENT 'who made this version',
	staff_id	BIGINT NULL,
	made_at		DATETIME(6) NOT NULL,
	PRIMARY KEY (absence_id, version),
	CONSTRAINT absence_history_absence FOREIGN KEY (absence_id) REFERENCES absence (id)
) ENGINE=InnoDB;

-- ── rosters that come in ───────────────────────────────────────────────────

CREATE TABLE import (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid		BINARY(16) NOT NULL,
	organization_id	BIGINT NULL COMMENT 'the school whose administrator sent it; NULL: the city',
	staff_id	BIGINT NULL COMMENT 'NULL: renrakuctl',
	school_year	SMALLINT NOT NULL,
	file_name	VARCHAR(200) NOT NULL,
	day		DATE NOT NULL COMMENT 'from when new enrollments count',
	state		TINYINT NOT NULL COMMENT '1 preview, 2 applied',
	rows_total	INT NOT NULL,
	rows_new	INT NOT NULL,
	rows_changed	INT NOT NULL,
	rows_moved	INT NOT NULL,
	rows_same	INT NOT NULL,
	rows_wrong	INT NOT NULL,
	created_at	DATETIME(6) NOT NULL,
	applied_at	DATETIME(6) NULL,
	UNIQUE KEY import_uid (uid),
	KEY import_created (created_at)
) ENGINE=InnoDB;

CREATE TABLE import_school (
	import_id	BIGINT NOT NULL,
	school_id	BIGINT NOT NULL,
	roster_version	BIGINT NOT NULL COMMENT 'as it was when the preview was made',
	PRIMARY KEY (import_id, school_id),
	CONSTRAINT import_school_import FOREIGN KEY (import_id) REFERENCES import (id) ON DELETE CASCADE,
	CONSTRAINT import_school_school FOREIGN KEY (school_id) REFERENCES organization (id)
) ENGINE=InnoDB;

CREATE TABLE import_row (
	import_id	BIGINT NOT NULL,
	line		INT NOT NULL COMMENT 'row of the file, head = 1',
	school_id	BIGINT NULL,
	grade		TINYINT NULL,
	class_name	VARCHAR(40) NOT NULL,
	class_title	VARCHAR(60) NOT NULL,
	seat		SMALLINT NULL,
	number		VARCHAR(20) COLLATE utf8mb4_nopad_bin NOT NULL,
	name		VARCHAR(120) NOT NULL,
	given		VARCHAR(120) NOT NULL,
	kana		VARCHAR(120) NOT NULL,
	search_key	VARCHAR(255) NOT NULL,
	sort_key	VARCHAR(255) NOT NULL,
	pupil_id	BIGINT NULL COMMENT 'found by number',
	outcome		TINYINT NOT NULL COMMENT '0 wrong, 1 new, 2 changed, 3 moved, 4 same',
	error		VARCHAR(200) NOT NULL DEFAULT '',
	PRIMARY KEY (import_id, line),
	KEY import_row_number (import_id, number),
	KEY import_row_outcome (import_id, outcome, line),
	CONSTRAINT import_row_import FOREIGN KEY (import_id) REFERENCES import (id) ON DELETE CASCADE
) ENGINE=InnoDB;

-- ── what leaves ────────────────────────────────────────────────────────────

-- Written in the transaction of what it tells of; `notifyd` sends (design 10).
CREATE TABLE outbox (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind		TINYINT NOT NULL COMMENT 'which mail, lib/model/outbox.h',
	lane		TINYINT NOT NULL COMMENT '1 urgent, 2 normal, 3 bulk',
	school_id	BIGINT NULL,
	pupil_id	BIGINT NULL,
	object_id	BIGINT NULL COMMENT 'what it is about: submission, e-mail row',
	params		TEXT NOT NULL COMMENT 'JSON, what the template needs',
	created_at	DATETIME(6) NOT NULL,
	expires_at	DATETIME(6) NOT NULL COMMENT 'never sent later than this',
	KEY outbox_created (created_at)
) ENGINE=InnoDB;

CREATE TABLE outbox_recipient (
	id		BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	outbox_id	BIGINT NOT NULL,
	uid		BINARY(16) NOT NULL COMMENT 'idempotency key: Message-ID, VERP',
	guardian_id	BIGINT NULL,
	address		VARCHAR(254) COLLATE utf8mb4_nopad_bin NOT NULL,
	domain		VARCHAR(254) COLLATE utf8mb4_nopad_bin NOT NULL,
	lang		VARCHAR(8) NOT NULL,
	state		TINYINT NOT NULL DEFAULT 0 COMMENT '0 due, 1 sent, 2 refused, 3 expired',
	queue		TINYINT NOT NULL COMMENT 'the lane, + 10 after the first attempt',
	due_at		DATETIME(6) NOT NULL COMMENT 'database clock when leased',
	lease		BINARY(16) NULL,
	tries		TINYINT NOT NULL DEFAULT 0,
	reply		SMALLINT NOT NULL DEFAULT 0 COMMENT 'last code of the relay',
	done_at		DATETIME(6) NULL,
	UNIQUE KEY outbox_recipient_once (outbox_id, address),
	UNIQUE KEY outbox_recipient_uid (uid),
	KEY outbox_recipient_due (state, queue, due_at, id),
	KEY outbox_recipient_done (done_at),
	CONSTRAINT outbox_recipient_outbox FOREIGN KEY (outbox_id) REFERENCES outbox (id) ON DELETE CASCADE
) ENGINE=InnoDB;

-- ── what happened ──────────────────────────────────────────────────────────

CREATE TABLE form_token (
	id		BINARY(32) NOT NULL PRIMARY KEY COMMENT 'SHA-256 of the token',
	body		BINARY(32) NOT NULL COMMENT 'SHA-256 of what was sent with it',
	location	VARCHAR(400) NOT NULL COMMENT 'where the first answer led',
	used_at		DATETIME(6) NOT NULL,
	KEY form_token_used (used_at)
) ENGINE=InnoDB;

-- Columns of standards 5.2. INSERT for the sides, SELECT for staff, no more.
CREATE TABLE audit_log (
	id		BIGINT NOT NULL AUTO_INCREMENT,
	at		DATETIME(6) NOT NULL,
	side		TINYINT NOT NULL COMMENT '1 guardian, 2 staff, 3 operator',
	organization_id	BIGINT NULL,
	actor_kind	TINYINT NOT NULL COMMENT '0 nobody, 1 guardian, 2 staff, 3 operator',
	actor_id	BIGINT NULL,
	actor_login	VARCHAR(64) NOT NULL DEFAULT '',
	role		TINYINT NOT NULL DEFAULT 0,
	session_ref	CHAR(12) NOT NULL DEFAULT '' COMMENT 'start of the session hash',
	address		VARCHAR(45) NOT NULL DEFAULT '',
	agent		VARCHAR(200) NOT NULL DEFAULT '',
	request		CHAR(22) NOT NULL DEFAULT '',
	event		VARCHAR(40) NOT NULL COMMENT 'audit name of the route',
	method		VARCHAR(8) NOT NULL DEFAULT '',
	path		VARCHAR(200) NOT NULL DEFAULT '' COMMENT 'without arguments',
	object_id	BIGINT NULL,
	pupil_id	BIGINT NULL COMMENT 'on whom, when it is one',
	subjects	INT NOT NULL DEFAULT 0 COMMENT 'how many were shown or touched',
	filter		VARCHAR(200) NOT NULL DEFAULT '',
	fields		VARCHAR(200) NOT NULL DEFAULT '' COMMENT 'names only',
	result		TINYINT NOT NULL COMMENT '1 success, 2 denied, 3 refused, 4 error',
	status		SMALLINT NOT NULL DEFAULT 0,
	PRIMARY KEY (id, at),
	KEY audit_log_at (at, id),
	KEY audit_log_organization (organization_id, at, id)
) ENGINE=InnoDB
PARTITION BY RANGE COLUMNS (at) (
	PARTITION p202604 VALUES LESS THAN ('2026-05-01'),
	PARTITION p202605 VALUES LESS THAN ('2026-06-01'),
	PARTITION p202606 VALUES LESS THAN ('2026-07-01'),
	PARTITION p202607 VALUES LESS THAN ('2026-08-01'),
	PARTITION p202608 VALUES LESS THAN ('2026-09-01'),
	PARTITION p202609 VALUES LESS THAN ('2026-10-01'),
	PARTITION p202610 VALUES LESS THAN ('2026-11-01'),
	PARTITION p202611 VALUES LESS THAN ('2026-12-01'),
	PARTITION p202612 VALUES LESS THAN ('2027-01-01'),
	PARTITION p202701 VALUES LESS THAN ('2027-02-01'),
	PARTITION p202702 VALUES LESS THAN ('2027-03-01'),
	PARTITION p202703 VALUES LESS THAN ('2027-04-01'),
	PARTITION p202704 VALUES LESS THAN ('2027-05-01'),
	PARTITION p202705 VALUES LESS THAN ('2027-06-01'),
	PARTITION p202706 VALUES LESS THAN ('2027-07-01'),
	PARTITION p202707 VALUES LESS THAN ('2027-08-01'),
	PARTITION p202708 VALUES LESS THAN ('2027-09-01'),
	PARTITION p202709 VALUES LESS THAN ('2027-10-01'),
	PARTITION p202710 VALUES LESS THAN ('2027-11-01'),
	PARTITION p202711 VALUES LESS THAN ('2027-12-01'),
	PARTITION p202712 VALUES LESS THAN ('2028-01-01'),
	PARTITION p202801 VALUES LESS THAN ('2028-02-01'),
	PARTITION p202802 VALUES LESS THAN ('2028-03-01'),
	PARTITION p202803 VALUES LESS THAN ('2028-04-01'),
	PARTITION p202804 VALUES LESS THAN ('2028-05-01'),
	PARTITION p202805 VALUES LESS THAN ('2028-06-01'),
	PARTITION p202806 VALUES LESS THAN ('2028-07-01'),
	PARTITION p202807 VALUES LESS THAN ('2028-08-01'),
	PARTITION p202808 VALUES LESS THAN ('2028-09-01'),
	PARTITION p202809 VALUES LESS THAN ('2028-10-01'),
	PARTITION p202810 VALUES LESS THAN ('2028-11-01'),
	PARTITION p202811 VALUES LESS THAN ('2028-12-01'),
	PARTITION p202812 VALUES LESS THAN ('2029-01-01'),
	PARTITION p202901 VALUES LESS THAN ('2029-02-01'),
	PARTITION p202902 VALUES LESS THAN ('2029-03-01'),
	PARTITION p202903 VALUES LESS THAN ('2029-04-01'),
	PARTITION p202904 VALUES LESS THAN ('2029-05-01'),
	PARTITION pmax VALUES LESS THAN (MAXVALUE)
);

-- Written by notifyd only, over rows older than a minute: a chain of HMACs.
CREATE TABLE audit_seal (
	seq		BIGINT NOT NULL PRIMARY KEY,
	audit_id	BIGINT NOT NULL,
	audit_at	DATETIME(6) NOT NULL,
	key_id		TINYINT UNSIGNED NOT NULL,
	chain		BINARY(32) NOT NULL COMMENT 'HMAC(key, previous chain, row)',
	UNIQUE KEY audit_seal_audit (audit_id)
) ENGINE=InnoDB;
