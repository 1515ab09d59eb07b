-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The small city of t/page: site.h says who is who. Read by site.c after the
-- schema; passwords are set there. Nobody here exists.

INSERT INTO organization (id, uid, kind, code, name, phone, teacher_scope, created_at) VALUES
	(1, UNHEX(MD5('org1')), 1, NULL, '緑ヶ丘市教育委員会', '042-000-0000', 2, '2026-04-01'),
	(2, UNHEX(MD5('org2')), 2, 'B113200000011', 'みどり小学校', '042-000-0001', 1, '2026-04-01'),
	(3, UNHEX(MD5('org3')), 3, 'C113200000022', 'あおば中学校', '042-000-0002', 2, '2026-04-01');

INSERT INTO class (id, uid, school_id, school_year, grade, name, title) VALUES
	(11, UNHEX(MD5('class11')), 2, 2026, 3, '1', '3年1組'),
	(12, UNHEX(MD5('class12')), 2, 2026, 3, '2', '3年2組'),
	(21, UNHEX(MD5('class21')), 3, 2026, 1, '1', '1年1組');

INSERT INTO pupil (id, uid, number, name, given, kana, search_key, sort_key, protected, created_at) VALUES
	(1, UNHEX(MD5('pupil1')), '00000001', '髙橋 葵', '葵', 'たかはし あおい', '高橋葵', 'たかはしあおい', 0, '2026-04-01'),
	(2, UNHEX(MD5('pupil2')), '00000002', '佐藤 陽菜', '陽菜', 'さとう ひな', '佐藤陽菜', 'さとうひな', 0, '2026-04-01'),
	(3, UNHEX(MD5('pupil3')), '00000003', '髙橋 蓮', '蓮', 'たかはし れん', '高橋蓮', 'たかはしれん', 0, '2026-04-01'),
	(4, UNHEX(MD5('pupil4')), '00000004', '鈴木 結衣', '結衣', 'すずき ゆい', '鈴木結衣', 'すずきゆい', 1, '2026-04-01'),
	(5, UNHEX(MD5('pupil5')), '00000005', '伊藤 樹', '樹', 'いとう いつき', '伊藤樹', 'いとういつき', 0, '2026-04-01'),
	(6, UNHEX(MD5('pupil6')), '00000006', '山本 凛', '凛', 'やまもと りん', '山本凛', 'やまもとりん', 0, '2026-04-01');

INSERT INTO enrollment (pupil_id, class_id, school_id, school_year, seat, begins, ends) VALUES
	(1, 11, 2, 2026, 7, '2026-04-01', '2027-03-31'),
	(2, 12, 2, 2026, 3, '2026-04-01', '2027-03-31'),
	(3, 21, 3, 2026, 9, '2026-04-01', '2027-03-31'),
	(4, 11, 2, 2026, 5, '2026-04-01', '2027-03-31'),
	(5, 21, 3, 2026, 2, '2026-04-01', '2027-03-31'),
	(6, 11, 2, 2026, 12, '2026-04-01', '2027-03-31');

INSERT INTO guardian (id, uid, login, created_at) VALUES
	(1, UNHEX(MD5('guardian1')), '111111111', '2026-04-10'),
	(2, UNHEX(MD5('guardian2')), '222222222', '2026-04-10'),
	(3, UNHEX(MD5('guardian3')), '333333333', '2026-04-10'),
	(4, UNHEX(MD5('guardian4')), '444444444', '2026-04-10'),
	(5, UNHEX(MD5('guardian5')), '555555555', '2026-04-10'),
	(6, UNHEX(MD5('guardian6')), '666666666', '2026-04-10');

INSERT INTO guardian_email (uid, guardian_id, address, login_address, asked_at, verified_at)
	SELECT UNHEX(MD5(CONCAT('email', id))), id, CONCAT('Mail', id, '@example.jp'), CONCAT('mail', id, '@example.jp'), '2026-04-10', '2026-04-10' FROM guardian;

UPDATE guardian SET has_email = 1;

INSERT INTO guardianship (guardian_id, pupil_id, begins, ends) VALUES
	(1, 1, '2026-04-10', '2199-12-31'),
	(1, 3, '2026-04-10', '2199-12-31'),
	(2, 1, '2026-04-10', '2199-12-31'),
	(3, 4, '2026-04-10', '2199-12-31'),
	(4, 4, '2026-04-10', '2199-12-31'),
	(5, 2, '2026-04-10', '2199-12-31'),
	(6, 5, '2026-04-10', '2199-12-31');

INSERT INTO invitation (pupil_id, school_id, code, most, used, created_at, expires_at, replaced_at) VALUES
	(6, 2, UNHEX(SHA2('AAAABBBBCCCCDDDD', 256)), 2, 0, '2026-05-01', '2026-07-01', NULL),
	(5, 3, UNHEX(SHA2('EEEEFFFFGGGGHHHH', 256)), 2, 0, '2026-05-01', '2026-07-01', NULL),
	(1, 2, UNHEX(SHA2('JJJJKKKKMMMMNNNN', 256)), 2, 0, '2026-05-01', '2026-07-01', NULL),
	(4, 2, UNHEX(SHA2('PPPPQQQQRRRRSSSS', 256)), 2, 0, '2026-05-01', '2026-07-01', NULL),
	(2, 2, UNHEX(SHA2('2222222222222222', 256)), 2, 0, '2026-04-01', '2026-05-31', NULL),
	(2, 2, UNHEX(SHA2('3333333333333333', 256)), 2, 2, '2026-05-01', '2026-07-01', NULL),
	(6, 2, UNHEX(SHA2('4444444444444444', 256)), 2, 0, '2026-04-01', '2026-07-01', '2026-05-01');

INSERT INTO staff (id, uid, login, name, created_at) VALUES
	(1, UNHEX(MD5('staff1')), 'teacher31', '小川 恵', '2026-04-01'),
	(2, UNHEX(MD5('staff2')), 'teacher32', '森 大輔', '2026-04-01'),
	(3, UNHEX(MD5('staff3')), 'teacherb', '林 直樹', '2026-04-01'),
	(4, UNHEX(MD5('staff4')), 'admina', '石井 由美', '2026-04-01'),
	(5, UNHEX(MD5('staff5')), 'adminb', '岡田 誠', '2026-04-01'),
	(6, UNHEX(MD5('staff6')), 'board', '長谷川 学', '2026-04-01'),
	(7, UNHEX(MD5('staff7')), 'auditor', '村上 裕子', '2026-04-01');

INSERT INTO posting (id, uid, staff_id, organization_id, role, title, begins, ends) VALUES
	(1, UNHEX(MD5('posting1')), 1, 2, 4, '担任', '2026-04-01', '2027-03-31'),
	(2, UNHEX(MD5('posting2')), 2, 2, 4, '担任', '2026-04-01', '2027-03-31'),
	(3, UNHEX(MD5('posting3')), 3, 3, 4, '担任', '2026-04-01', '2027-03-31'),
	(4, UNHEX(MD5('posting4')), 4, 2, 8, '教頭', '2026-04-01', '2027-03-31'),
	(5, UNHEX(MD5('posting5')), 5, 3, 8, '教頭', '2026-04-01', '2027-03-31'),
	(6, UNHEX(MD5('posting6')), 6, 1, 16, '指導課', '2026-04-01', '2027-03-31'),
	(7, UNHEX(MD5('posting7')), 7, 1, 32, '監査', '2026-04-01', '2027-03-31');

INSERT INTO posting_class (posting_id, class_id) VALUES (1, 11), (2, 12), (3, 21);

INSERT INTO reception (school_id, weekday, opens, closes)
	SELECT o.id, w.seq, 360, 510 FROM organization o JOIN seq_0_to_6 w WHERE o.kind <> 1;

INSERT INTO reason (id, uid, school_id, name, counts_as, position) VALUES
	(1, UNHEX(MD5('reason1')), 2, '発熱', 1, 1),
	(2, UNHEX(MD5('reason2')), 2, '通院', 1, 2),
	(3, UNHEX(MD5('reason3')), 2, '忌引', 3, 3),
	(4, UNHEX(MD5('reason4')), 2, 'その他', 1, 4),
	(5, UNHEX(MD5('reason5')), 3, '発熱', 1, 1),
	(6, UNHEX(MD5('reason6')), 3, '部活動の大会', 1, 2),
	(7, UNHEX(MD5('reason7')), 3, 'その他', 1, 3);
