-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A city of full size for t/explain: 20 schools and a new one, 12,000 pupils,
-- 24,000 guardians, half a school year of reports. Only sizes and keys are
-- real: plans depend on nothing else. "Today" is Thursday 2026-10-01.

SET FOREIGN_KEY_CHECKS = 0, UNIQUE_CHECKS = 0;

INSERT INTO organization (id, uid, kind, code, name, phone, created_at)
	SELECT seq, UNHEX(MD5(CONCAT('o', seq))), IF(seq = 1, 1, 2 + seq DIV 15),
	IF(seq = 1, NULL, CONCAT('S', LPAD(seq, 12, '0'))),
	CONCAT('学校', seq), '03-0000-0000', '2025-04-01' FROM seq_1_to_22;

-- 20 classes per school; key = school * 100 + 1..20, last year's + 50.
INSERT INTO class (id, uid, school_id, school_year, grade, name, title)
	SELECT s.seq * 100 + c.seq + y.seq * 50,
	UNHEX(MD5(CONCAT('c', s.seq * 100 + c.seq + y.seq * 50))), s.seq,
	2026 - y.seq, 1 + c.seq DIV 4, c.seq, CONCAT(1 + c.seq DIV 4, '年', c.seq, '組')
	FROM seq_2_to_21 s JOIN seq_1_to_20 c JOIN seq_0_to_1 y;

INSERT INTO pupil (id, uid, number, name, given, kana, search_key, sort_key,
	protected, created_at)
	SELECT seq, UNHEX(MD5(CONCAT('p', seq))), LPAD(seq, 8, '0'),
	CONCAT('髙橋 葵', seq), CONCAT('葵', seq), 'たかはし あおい',
	CONCAT('髙橋葵', seq), 'たかはしあおい', seq % 50 = 0, '2025-04-01'
	FROM seq_1_to_12000;

INSERT INTO enrollment (pupil_id, class_id, school_id, school_year, seat, main,
	begins, ends)
	SELECT p.seq, (2 + p.seq % 20) * 100 + 1 + p.seq DIV 20 % 20 + y.seq * 50,
	2 + p.seq % 20, 2026 - y.seq, 1 + p.seq DIV 400, 1,
	MAKEDATE(2026 - y.seq, 91), MAKEDATE(2027 - y.seq, 90)
	FROM seq_1_to_12000 p JOIN seq_0_to_1 y;

INSERT INTO guardian (id, uid, login, created_at)
	SELECT seq, UNHEX(MD5(CONCAT('g', seq))), 100000000 + seq, '2026-04-01'
	FROM seq_1_to_24000;
INSERT INTO guardian_credential SELECT id, 'hash', created_at FROM guardian;
INSERT INTO guardian_email (id, uid, guardian_id, address, login_address,
	asked_at, verified_at)
	SELECT seq, UNHEX(MD5(CONCAT('e', seq))), seq,
	CONCAT('g', seq, '@example.jp'), CONCAT('g', seq, '@example.jp'),
	'2026-09-30 20:00:00', '2026-09-30 21:00:00' FROM seq_1_to_24000;
INSERT INTO guardian_session (id, guardian_id, device, created_at, seen_at,
	proved_at, expires_at)
	SELECT UNHEX(SHA2(seq, 256)), 1 + seq % 24000, 'Firefox', '2026-04-01',
	'2026-09-30', '2026-04-01', '2026-04-01' + INTERVAL 185 + seq % 180 DAY
	FROM seq_1_to_30000;
INSERT INTO invitation (id, pupil_id, school_id, code, most, used, created_at,
	expires_at, replaced_at)
	SELECT p.seq + y.seq * 12000, p.seq, 2 + p.seq % 20,
	UNHEX(SHA2(CONCAT('i', p.seq, y.seq), 256)), 2, p.seq % 2, '2026-09-01',
	'2026-10-31', IF(y.seq = 1, NULL, '2026-09-01')
	FROM seq_1_to_12000 p JOIN seq_0_to_1 y;
INSERT INTO guardianship (guardian_id, pupil_id, begins, ends)
	SELECT seq, 1 + (seq - 1) % 12000, '2026-04-01', '2199-12-31'
	FROM seq_1_to_24000
	UNION ALL SELECT seq, 1 + (seq + 39) % 12000, '2026-04-01', '2199-12-31'
	FROM seq_1_to_6000;

INSERT INTO staff (id, uid, login, name, created_at)
	SELECT seq, UNHEX(MD5(CONCAT('t', seq))), CONCAT('staff', seq),
	CONCAT('先生 ', seq), '2025-04-01' FROM seq_1_to_1000;
INSERT INTO staff_credential SELECT id, 'hash', created_at FROM staff;
INSERT INTO posting (id, uid, staff_id, organization_id, role, title, begins, ends)
	SELECT s.seq + y.seq * 1000, UNHEX(MD5(CONCAT('q', s.seq, y.seq))), s.seq,
	2 + s.seq % 20, IF(s.seq % 25 = 0, 8, 4), '担任',
	MAKEDATE(2026 - y.seq, 91), MAKEDATE(2027 - y.seq, 90)
	FROM seq_1_to_1000 s JOIN seq_0_to_1 y;
INSERT INTO posting_class (posting_id, class_id)
	SELECT seq, (2 + seq % 20) * 100 + 1 + seq DIV 20 % 20 FROM seq_1_to_1000;
INSERT INTO staff_session (id, staff_id, posting_id, device, created_at,
	seen_at, proved_at, expires_at)
	SELECT UNHEX(SHA2(seq, 256)), seq, seq, 'Edge', '2026-09-30 22:00:00',
	'2026-09-30 23:59:00', '2026-09-30 22:00:00', '2026-10-01 10:00:00'
	FROM seq_1_to_1000;
INSERT INTO failure SELECT UNHEX(SHA2(seq, 256)),
	'2026-09-30 00:00:00' + INTERVAL seq SECOND, 1 + seq % 10
	FROM seq_1_to_90000;

INSERT INTO closure (school_id, day, name)
	SELECT s.seq, '2026-07-21' + INTERVAL d.seq DAY, '夏休み'
	FROM seq_2_to_21 s JOIN seq_0_to_40 d
	UNION ALL SELECT seq, '2026-10-09', '開校記念日' FROM seq_2_to_21;
INSERT INTO reception (school_id, weekday, opens, closes)
	SELECT s.seq, d.seq, 0, 1440 FROM seq_2_to_21 s JOIN seq_0_to_6 d;
INSERT INTO reception_exception (school_id, day, opens, closes)
	SELECT s.seq, '2026-07-21' + INTERVAL d.seq DAY, 480, 960
	FROM seq_2_to_21 s JOIN seq_0_to_40 d
	UNION ALL SELECT seq, '2026-10-01', 0, 1440 FROM seq_2_to_21;
INSERT INTO reason (id, uid, school_id, name, position)
	SELECT s.seq * 10 + n.seq, UNHEX(MD5(CONCAT('r', s.seq * 10 + n.seq))), s.seq,
	ELT(n.seq, '発熱', 'かぜ', '通院', 'けが', '忌引', '家庭の都合',
	'部活動', '感染症', 'その他'), n.seq
	FROM seq_2_to_21 s JOIN seq_1_to_9 n;

-- 360 reports on each of 200 days up to today.
INSERT INTO submission (id, uid, guardian_id, created_at)
	SELECT seq, UNHEX(MD5(CONCAT('s', seq))), 1 + seq * 7 % 12000,
	'2026-03-16' + INTERVAL (seq - 1) DIV 360 DAY FROM seq_1_to_72000;
INSERT INTO absence (id, uid, submission_id, school_id, pupil_id, day, kind,
	reason_id, note, guardian_id, created_at, changed_at, confirmed_version,
	confirmed_at, confirmed_by)
	SELECT seq, UNHEX(MD5(CONCAT('b', seq))), seq, 2 + (1 + seq * 7 % 12000) % 20,
	1 + seq * 7 % 12000, '2026-03-16' + INTERVAL (seq - 1) DIV 360 DAY,
	1 + seq % 3, (2 + (1 + seq * 7 % 12000) % 20) * 10 + 1 + seq % 9, '',
	1 + seq * 7 % 12000, '2026-03-15' + INTERVAL (seq - 1) DIV 360 DAY,
	'2026-03-15' + INTERVAL (seq - 1) DIV 360 DAY, seq % 10 <> 0,
	'2026-03-16' + INTERVAL (seq - 1) DIV 360 DAY, 1 + seq % 1000
	FROM seq_1_to_72000;
INSERT INTO absence_history SELECT id, version, school_id, kind, reason_id,
	clock, note, state, guardian_id, staff_id, created_at FROM absence;

INSERT INTO outbox (id, kind, lane, school_id, pupil_id, object_id, params,
	created_at, expires_at)
	SELECT id, 1, 2, school_id, pupil_id, submission_id, '{}', created_at,
	created_at + INTERVAL 12 HOUR FROM absence;
INSERT INTO outbox (id, kind, lane, object_id, params, created_at, expires_at)
	SELECT 100000 + seq, 2, 1, seq, '{}', '2026-09-30 22:00:00',
	'2026-10-02 22:00:00' FROM seq_1_to_5000;
INSERT INTO outbox_recipient (outbox_id, uid, guardian_id, address, domain,
	lang, state, queue, due_at, done_at)
	SELECT o.id, UNHEX(MD5(CONCAT('m', o.id, n.seq))), o.id % 24000,
	CONCAT('g', n.seq, '@example.jp'), 'example.jp', 'ja', o.id < 70000, 2,
	o.created_at, IF(o.id < 70000, o.created_at, NULL)
	FROM outbox o JOIN seq_1_to_2 n;

INSERT INTO import (id, uid, organization_id, staff_id, school_year, file_name,
	day, state, rows_total, rows_new, rows_changed, rows_moved, rows_same,
	rows_wrong, created_at)
	SELECT seq, UNHEX(MD5(CONCAT('x', seq))), 2 + seq % 20, 25, 2026, 'meibo.csv',
	'2026-10-01', 1 + seq % 2, 600, 0, 0, 0, 600, 0,
	'2026-09-01' + INTERVAL seq DAY FROM seq_1_to_40;
INSERT INTO import_school SELECT id, organization_id, 1 FROM import;
INSERT INTO import_row (import_id, line, school_id, grade, class_name,
	class_title, seat, number, name, given, kana, search_key, sort_key,
	pupil_id, outcome)
	SELECT i.id, 1 + p.seq, i.organization_id, 1, '1', '1年1組', 1,
	LPAD(p.seq * 20 - 2 + i.organization_id, 8, '0'), '髙橋 葵', '葵',
	'たかはし あおい', '髙橋葵', 'たかはしあおい',
	p.seq * 20 - 2 + i.organization_id, p.seq % 5
	FROM import i JOIN seq_1_to_600 p;

INSERT INTO form_token SELECT UNHEX(SHA2(seq, 256)), UNHEX(SHA2(seq, 256)), '/',
	'2026-09-28' + INTERVAL seq * 5 SECOND FROM seq_1_to_60000;
INSERT INTO audit_log (id, at, side, organization_id, actor_kind, actor_id,
	actor_login, role, event, result, status)
	SELECT seq, '2026-04-01' + INTERVAL seq MINUTE, 2, 2 + seq % 20, 2,
	1 + seq % 1000, CONCAT('staff', 1 + seq % 1000), 4, 'absence.list', 1, 200
	FROM seq_1_to_263500;
INSERT INTO audit_seal SELECT id, id, at, 1, REPEAT('x', 32) FROM audit_log
	WHERE id <= 263400;

INSERT INTO schema_version (file, sha256, applied_at)
	VALUES ('grants.sql', REPEAT('g', 32), '2026-04-01');

SET FOREIGN_KEY_CHECKS = 1, UNIQUE_CHECKS = 1;
