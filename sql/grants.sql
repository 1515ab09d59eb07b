-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who may do what in the database (design 7). Run by `renrakuctl migrate` as
-- account ctl, which has everything and is made by hand; each word in braces
-- is a password from db_passwords. Every account gets exactly what the
-- statements of its pool need; t/model/grants.c prepares them under it.
-- The database is the one of the connection.

-- ── guardians: pages ───────────────────────────────────────────────────────

CREATE USER IF NOT EXISTS guardian_r@localhost IDENTIFIED BY '{guardian_r}';
ALTER USER guardian_r@localhost IDENTIFIED BY '{guardian_r}';
REVOKE ALL PRIVILEGES, GRANT OPTION FROM guardian_r@localhost;
GRANT SELECT ON organization TO guardian_r@localhost;
GRANT SELECT ON class TO guardian_r@localhost;
GRANT SELECT ON pupil TO guardian_r@localhost;
GRANT SELECT ON enrollment TO guardian_r@localhost;
GRANT SELECT ON guardian TO guardian_r@localhost;
GRANT SELECT ON guardian_email TO guardian_r@localhost;
GRANT SELECT ON guardian_session TO guardian_r@localhost;
GRANT SELECT ON guardianship TO guardian_r@localhost;
GRANT SELECT (id, title) ON posting TO guardian_r@localhost;
GRANT SELECT ON holiday TO guardian_r@localhost;
GRANT SELECT ON closure TO guardian_r@localhost;
GRANT SELECT ON reception TO guardian_r@localhost;
GRANT SELECT ON reception_exception TO guardian_r@localhost;
GRANT SELECT ON reason TO guardian_r@localhost;
GRANT SELECT ON submission TO guardian_r@localhost;
GRANT SELECT ON absence TO guardian_r@localhost;

-- ── guardians: what they send ──────────────────────────────────────────────

CREATE USER IF NOT EXISTS guardian_w@localhost IDENTIFIED BY '{guardian_w}';
ALTER USER guardian_w@localhost IDENTIFIED BY '{guardian_w}';
REVOKE ALL PRIVILEGES, GRANT OPTION FROM guardian_w@localhost;
GRANT SELECT ON organization TO guardian_w@localhost;
GRANT SELECT ON class TO guardian_w@localhost;
GRANT SELECT ON pupil TO guardian_w@localhost;
GRANT SELECT ON enrollment TO guardian_w@localhost;
GRANT SELECT, UPDATE (lang, has_email) ON guardian TO guardian_w@localhost;
GRANT SELECT, INSERT, UPDATE ON guardian_email TO guardian_w@localhost;
GRANT SELECT, UPDATE (seen_at, expires_at), DELETE ON guardian_session TO guardian_w@localhost;
GRANT SELECT, UPDATE (used) ON invitation TO guardian_w@localhost;
GRANT SELECT, INSERT ON guardianship TO guardian_w@localhost;
GRANT SELECT (id, title) ON posting TO guardian_w@localhost;
GRANT SELECT ON holiday TO guardian_w@localhost;
GRANT SELECT ON closure TO guardian_w@localhost;
GRANT SELECT ON reception TO guardian_w@localhost;
GRANT SELECT ON reception_exception TO guardian_w@localhost;
GRANT SELECT ON reason TO guardian_w@localhost;
GRANT SELECT, INSERT ON submission TO guardian_w@localhost;
GRANT SELECT, INSERT, UPDATE ON absence TO guardian_w@localhost;
GRANT INSERT ON absence_history TO guardian_w@localhost;
GRANT SELECT, INSERT ON outbox TO guardian_w@localhost;
GRANT INSERT ON outbox_recipient TO guardian_w@localhost;
GRANT SELECT, INSERT, UPDATE (location) ON form_token TO guardian_w@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON failure TO guardian_w@localhost;
GRANT INSERT ON audit_log TO guardian_w@localhost;

-- ── guardians: signing in and registering; sees hashes ─────────────────────

CREATE USER IF NOT EXISTS login_guardian@localhost IDENTIFIED BY '{login_guardian}';
ALTER USER login_guardian@localhost IDENTIFIED BY '{login_guardian}';
REVOKE ALL PRIVILEGES, GRANT OPTION FROM login_guardian@localhost;
GRANT SELECT ON organization TO login_guardian@localhost;
GRANT SELECT ON class TO login_guardian@localhost;
GRANT SELECT ON pupil TO login_guardian@localhost;
GRANT SELECT ON enrollment TO login_guardian@localhost;
GRANT SELECT, INSERT ON guardian TO login_guardian@localhost;
GRANT SELECT, INSERT ON guardian_credential TO login_guardian@localhost;
GRANT SELECT, INSERT, UPDATE (asked_at) ON guardian_email TO login_guardian@localhost;
GRANT SELECT, INSERT ON guardian_session TO login_guardian@localhost;
GRANT SELECT, UPDATE (used) ON invitation TO login_guardian@localhost;
GRANT SELECT, INSERT ON guardianship TO login_guardian@localhost;
GRANT SELECT, INSERT ON outbox TO login_guardian@localhost;
GRANT INSERT ON outbox_recipient TO login_guardian@localhost;
GRANT SELECT, INSERT, UPDATE (location) ON form_token TO login_guardian@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON failure TO login_guardian@localhost;
GRANT INSERT ON audit_log TO login_guardian@localhost;

-- ── staff: pages ───────────────────────────────────────────────────────────

CREATE USER IF NOT EXISTS staff_r@localhost IDENTIFIED BY '{staff_r}';
ALTER USER staff_r@localhost IDENTIFIED BY '{staff_r}';
REVOKE ALL PRIVILEGES, GRANT OPTION FROM staff_r@localhost;
GRANT SELECT ON organization TO staff_r@localhost;
GRANT SELECT ON class TO staff_r@localhost;
GRANT SELECT ON pupil TO staff_r@localhost;
GRANT SELECT ON enrollment TO staff_r@localhost;
GRANT SELECT ON staff TO staff_r@localhost;
GRANT SELECT ON posting TO staff_r@localhost;
GRANT SELECT ON posting_class TO staff_r@localhost;
GRANT SELECT ON staff_session TO staff_r@localhost;
GRANT SELECT ON holiday TO staff_r@localhost;
GRANT SELECT ON closure TO staff_r@localhost;
GRANT SELECT ON reception TO staff_r@localhost;
GRANT SELECT ON reception_exception TO staff_r@localhost;
GRANT SELECT ON reason TO staff_r@localhost;
GRANT SELECT ON absence TO staff_r@localhost;
GRANT SELECT ON absence_history TO staff_r@localhost;
GRANT SELECT ON import TO staff_r@localhost;
GRANT SELECT ON import_school TO staff_r@localhost;
GRANT SELECT ON import_row TO staff_r@localhost;
GRANT SELECT ON audit_log TO staff_r@localhost;
GRANT SELECT ON audit_seal TO staff_r@localhost;

-- ── staff: what they send ──────────────────────────────────────────────────

CREATE USER IF NOT EXISTS staff_w@localhost IDENTIFIED BY '{staff_w}';
ALTER USER staff_w@localhost IDENTIFIED BY '{staff_w}';
REVOKE ALL PRIVILEGES, GRANT OPTION FROM staff_w@localhost;
GRANT SELECT, UPDATE (roster_version) ON organization TO staff_w@localhost;
GRANT SELECT, INSERT ON class TO staff_w@localhost;
GRANT SELECT, INSERT, UPDATE (name, given, kana, search_key, sort_key) ON pupil TO staff_w@localhost;
GRANT SELECT, INSERT, UPDATE ON enrollment TO staff_w@localhost;
GRANT SELECT ON staff TO staff_w@localhost;
GRANT SELECT ON posting TO staff_w@localhost;
GRANT SELECT ON posting_class TO staff_w@localhost;
GRANT SELECT, UPDATE (seen_at), DELETE ON staff_session TO staff_w@localhost;
GRANT SELECT ON holiday TO staff_w@localhost;
GRANT SELECT ON closure TO staff_w@localhost;
GRANT SELECT ON reception TO staff_w@localhost;
GRANT SELECT ON reception_exception TO staff_w@localhost;
GRANT SELECT ON reason TO staff_w@localhost;
GRANT SELECT, UPDATE (confirmed_version, confirmed_at, confirmed_by) ON absence TO staff_w@localhost;
GRANT SELECT ON absence_history TO staff_w@localhost;
GRANT SELECT, INSERT, UPDATE ON import TO staff_w@localhost;
GRANT SELECT, INSERT ON import_school TO staff_w@localhost;
GRANT SELECT, INSERT, UPDATE ON import_row TO staff_w@localhost;
GRANT SELECT, INSERT, UPDATE (location) ON form_token TO staff_w@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON failure TO staff_w@localhost;
GRANT SELECT, INSERT ON audit_log TO staff_w@localhost;

-- ── staff: signing in; sees hashes ─────────────────────────────────────────

CREATE USER IF NOT EXISTS login_staff@localhost IDENTIFIED BY '{login_staff}';
ALTER USER login_staff@localhost IDENTIFIED BY '{login_staff}';
REVOKE ALL PRIVILEGES, GRANT OPTION FROM login_staff@localhost;
GRANT SELECT ON staff TO login_staff@localhost;
GRANT SELECT ON staff_credential TO login_staff@localhost;
GRANT SELECT ON posting TO login_staff@localhost;
GRANT SELECT, INSERT ON staff_session TO login_staff@localhost;
GRANT SELECT, INSERT, UPDATE (location) ON form_token TO login_staff@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON failure TO login_staff@localhost;
GRANT INSERT ON audit_log TO login_staff@localhost;

-- ── notifyd: mail, seals, purging ──────────────────────────────────────────

CREATE USER IF NOT EXISTS notify@localhost IDENTIFIED BY '{notify}';
ALTER USER notify@localhost IDENTIFIED BY '{notify}';
REVOKE ALL PRIVILEGES, GRANT OPTION FROM notify@localhost;
GRANT SELECT ON organization TO notify@localhost;
GRANT SELECT (id, uid, address), UPDATE (stopped_at) ON guardian_email TO notify@localhost;
GRANT SELECT, DELETE ON outbox TO notify@localhost;
GRANT SELECT, UPDATE, DELETE ON outbox_recipient TO notify@localhost;
GRANT SELECT ON audit_log TO notify@localhost;
GRANT SELECT, INSERT ON audit_seal TO notify@localhost;
GRANT SELECT (used_at), DELETE ON form_token TO notify@localhost;
GRANT SELECT (expires_at), DELETE ON guardian_session TO notify@localhost;
GRANT SELECT (expires_at), DELETE ON staff_session TO notify@localhost;
GRANT SELECT (opened_at), DELETE ON failure TO notify@localhost;
GRANT SELECT (id, created_at, state), DELETE ON import TO notify@localhost;
GRANT SELECT (import_id), DELETE ON import_row TO notify@localhost;
