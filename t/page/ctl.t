#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# The operator's program from an empty server to a city with its people, as
# `./bootstrap demo` does it: run below t/with-db, in the root of the clone.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
for program in "${RENRAKUCTL:-}" "${builddir:-.}/renrakuctl" \
    "${builddir:-.}/cgi/renrakuctl" "$top/renrakuctl"; do
	[ -n "$program" ] && [ -x "$program" ] && break
done
if [ -z "${RENRAKU_TEST_SOCKET:-}" ]; then
	echo '1..0 # SKIP no server, see t/with-db'
	exit 0
fi
[ -d "$top/sql" ] || top=$PWD

dir=$(mktemp -d "${TMPDIR:-/tmp}/ctl.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
out=$dir/out
tests=0 failed=0

ok() { # RESULT NAME
	tests=$((tests + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tests - $2"
		return
	fi
	echo "not ok $tests - $2"
	sed 's/^/# /' "$out" "$dir/err" 2>/dev/null | tail -n 20
	failed=$((failed + 1))
}
is() { # GOT WANTED NAME
	[ "$1" = "$2" ]
	local rc=$?
	[ $rc -eq 0 ] || printf '# got    %s\n# wanted %s\n' "$1" "$2"
	ok $rc "$3"
}
ctl() { "$program" --conf "$dir/conf" "$@" >"$out" 2>"$dir/err"; }
says() { # TEXT NAME
	grep -qF -- "$1" "$out"
	ok $? "$2"
}
sql() {
	mariadb --no-defaults --default-character-set=utf8mb4 \
	    --socket="$RENRAKU_TEST_SOCKET" --user=root -N -B \
	    -e "$1" ctl_test
}
as() { # ACCOUNT SQL
	mariadb --no-defaults --socket="$RENRAKU_TEST_SOCKET" --user="$1" \
	    --password="$(cat "$dir/passwords/$1")" -N -B -e "$2" ctl_test \
	    >"$out" 2>"$dir/err"
}

cat >"$dir/conf" <<TEXT
[renraku]
city = 緑ヶ丘市
board = 緑ヶ丘市教育委員会
guardian_url = https://localhost:8443
staff_url = https://staff.localhost:8443
templates = $dir/templates
assets = $dir/www/assets
keys = $dir/keys
db_socket = $RENRAKU_TEST_SOCKET
db_name = ctl_test
db_passwords = $dir/passwords
smtp_url = smtp://127.0.0.1:2525
mail_from = renraku@localhost
mail_bounce = bounce.localhost
demo = yes
TEXT

# ── without a database ──────────────────────────────────────────────────────

"$program" >"$out" 2>&1
is $? 2 'no command: usage'
ctl import nonsense file
is $? 2 'an unknown command: usage'
ctl now --apply
is $? 2 'an option that the command does not have: usage'
ctl check-conf
is $? 1 'check-conf finds what is missing'
says 'keys:' 'and names the key of the configuration'

mkdir -p "$dir/templates/assets"
printf 'body { margin: 0 }\n' >"$dir/templates/assets/app.css"
printf 'png' >"$dir/templates/assets/icon.png"
ctl assets --dir "$dir/www"
ok $? 'assets'
sum=$(sha256sum <"$dir/templates/assets/app.css" | cut -c 1-8)
cmp -s "$dir/templates/assets/app.css" "$dir/www/assets/app.$sum.css"
ok $? 'a file is named by its content'
cmp -s "$dir/templates/assets/app.css" \
    <(gzip -dc "$dir/www/assets/app.$sum.css.gz")
ok $? 'and compressed beside it'
[ -z "$(find "$dir/www" -name '*.png.gz')" ]
ok $? 'but not a picture'

ctl keys make
ok $? 'keys make'
is "$(find "$dir/keys" -name '*.1' -perm 0400 | wc -l)" 5 'one key for each name'
ctl keys rotate audit
is "$(ls "$dir/keys"/audit.* | wc -l)" 2 'keys rotate adds one'
ctl keys rotate nobody
is $? 1 'of a name there is'
ctl passwords make
is "$(find "$dir/passwords" -type f -perm 0400 | wc -l)" 8 'passwords make'
before=$(cat "$dir"/passwords/*)
ctl passwords make
is "$(cat "$dir"/passwords/*)" "$before" 'a second time keeps them'
ctl check-conf
ok $? 'check-conf finds nothing more'

for side in guardian staff; do
	"$program" routes --nginx $side >"$out" 2>"$dir/err"
	cmp -s "$out" "$top/conf/nginx/routes-$side.conf"
	ok $? "nginx's locations of $side are those of the table"
done

# ── schema and grants ───────────────────────────────────────────────────────

mariadb --no-defaults --socket="$RENRAKU_TEST_SOCKET" --user=root -e "
DROP DATABASE IF EXISTS ctl_test; DROP USER IF EXISTS ctl@localhost;
CREATE USER ctl@localhost IDENTIFIED BY '$(cat "$dir/passwords/ctl")';
GRANT ALL ON *.* TO ctl@localhost WITH GRANT OPTION" || exit 1
ctl migrate --sql "$top/sql"
ok $? 'migrate'
says "$(ls "$top"/sql/[0-9]*.sql | wc -l) file(s)" 'applies every file'
ctl migrate --sql "$top/sql"
says '0 file(s)' 'and none twice'
[ ! -s "$dir/err" ]
ok $? 'and gives no grants again'
as guardian_r 'SELECT COUNT(*) FROM pupil'
ok $? 'guardian_r reads pupils'
as guardian_r 'DELETE FROM pupil'
[ $? -ne 0 ]
ok $? 'and writes nothing'
for table in staff_credential staff_session guardian_credential audit_log; do
	as guardian_r "SELECT 1 FROM $table"
	[ $? -ne 0 ]
	ok $? "and has no $table"
	as guardian_w "SELECT 1 FROM $table"
	[ $? -ne 0 ]
	ok $? "nor has guardian_w"
done
for table in guardian_credential guardian_session guardian_email; do
	as staff_w "SELECT 1 FROM $table"
	[ $? -ne 0 ]
	ok $? "staff_w has no $table"
done
as staff_w 'UPDATE audit_log SET result = 1'
[ $? -ne 0 ]
ok $? 'staff_w cannot change the access history'
as login_guardian 'SELECT COUNT(*) FROM guardian_credential'
ok $? 'login_guardian sees hashes'

# ── the city ────────────────────────────────────────────────────────────────

ctl sample --dir "$dir/city" --schools 3 --pupils 600 --seed 7
ok $? 'sample'
cp "$dir/city/pupils.csv" "$dir/first.csv"
ctl sample --dir "$dir/city" --schools 3 --pupils 600 --seed 7
cmp -s "$dir/first.csv" "$dir/city/pupils.csv"
ok $? 'the same seed gives the same files'
is "$(wc -l <"$dir/city/pupils.csv")" 601 'with exactly the pupils asked for'

import() { # WHAT TABLE NEW
	ctl import "$1" "$dir/city/$1.csv"
	ok $? "import $1 without --apply"
	says "新規 $3 " 'counts'
	is "$(sql "SELECT COUNT(*) FROM $2")" 0 'and changes nothing'
	ctl import "$1" "$dir/city/$1.csv" --apply
	ok $? "import $1 --apply"
	says "新規 $3 " 'makes them'
	ctl import "$1" "$dir/city/$1.csv" --apply
	says "新規 0  変更 0  移動 0  変わりなし $3  誤り 0" 'once'
}
staff=$(($(wc -l <"$dir/city/staff.csv") - 1))
import schools reception 3
is "$(sql 'SELECT COUNT(*) FROM reception')" 21 'hours for seven weekdays'
is "$(sql 'SELECT COUNT(*) FROM reason')" 27 'reasons for each school'
is "$(sql 'SELECT counts_as FROM reason WHERE name = "忌引" LIMIT 1')" 3 \
    '忌引 is no absence'
import staff staff "$staff"
import pupils pupil 600
is "$(sql 'SELECT COUNT(*) FROM enrollment WHERE ends > begins')" 600 \
    'each in one class'
is "$(sql 'SELECT COUNT(*) FROM class k LEFT JOIN posting_class c
    ON c.class_id = k.id WHERE c.class_id IS NULL')" 0 \
    'every class of the roster has a teacher of the list'

sum=$(sql 'CHECKSUM TABLE pupil, enrollment, class')
{
	head -n 1 "$dir/city/pupils.csv"
	printf '%s\r\n' '"どこにもない学校","3","1","1","99000001","山田 花","やまだ はな"' \
	    '"中央小学校","3","1","1","","山田 空","やまだ そら"' \
	    '"中央小学校","3","1","1","99000003","山田 月","やまだ つき"'
} >"$dir/wrong.csv"
ctl import pupils "$dir/wrong.csv" --apply
is $? 1 'a wrong row fails'
says '2行目 99000001 山田 花: この学校名は登録されていません' 'says which and why'
says '新規 1  変更 0  移動 0  変わりなし 0  誤り 2' 'counts'
is "$(sql 'CHECKSUM TABLE pupil, enrollment, class')" "$sum" \
    'and nothing of the file is applied'
printf '氏名\r\n山田 花\r\n' >"$dir/wrong.csv"
ctl import pupils "$dir/wrong.csv"
is $? 1 'a roster without numbers fails'
says '学籍番号' 'and names the column'
sed '2s/board1/Board 1/; 3s/,"教育委員会",/,"校長",/' "$dir/city/staff.csv" \
    >"$dir/wrong.csv"
ctl import staff "$dir/wrong.csv" --apply
is $? 1 'a wrong list of staff fails'
says '誤り 2' 'with every wrong row'
sed '2s/05:00/5:00/; 2s/"5:00"/"6:30"/' "$dir/city/schools.csv" >"$dir/new.csv"
ctl import schools "$dir/new.csv" --apply
says '新規 0  変更 1  移動 0  変わりなし 2  誤り 0' "a school's hours change"
is "$(sql 'SELECT COUNT(*) FROM reception WHERE opens = 390')" 7 'on every day'

# ── people ──────────────────────────────────────────────────────────────────

ctl staff add --login tanaka --name '田中 一' --kana 'タナカ ハジメ' \
    --school 中央小学校 --role teacher --title 専科 --class 3年1組
ok $? 'staff add'
is "$(sql 'SELECT CONCAT(t.kana, p.title, k.title) FROM staff t
    JOIN posting p ON p.staff_id = t.id
    JOIN posting_class c ON c.posting_id = p.id
    JOIN class k ON k.id = c.class_id WHERE t.login = "tanaka"')" \
    'たなか はじめ専科3年1組' 'with posting and class'
ctl staff add --login tanaka --name '田中 一' --school 中央小学校 --role board
is $? 1 'no board administrator at a school'
ctl staff password tanaka <<<'short'
is $? 1 'a short password is refused'
ctl staff password tanaka <<<'correct horse battery'
ok $? 'staff password'
is "$(sql 'SELECT COUNT(*) FROM staff_credential WHERE hash LIKE "$argon2id$%"')" \
    1 'is stored as a hash'
ctl staff password nobody <<<'correct horse battery'
is $? 1 'but for nobody else'

code=$(sql 'SELECT code FROM organization WHERE name = "中央小学校"')
ctl letters --school "$code" --class なかよし
ok $? 'letters of a class'
codes=$(grep -cE '[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$' "$out")
is "$codes" "$(sql 'SELECT COUNT(*) FROM invitation')" 'one code for each pupil'
ctl letters --school "$code" --class なかよし
is "$(sql 'SELECT COUNT(*) FROM invitation WHERE replaced_at IS NULL')" \
    "$codes" 'a new letter kills the old'
ctl letters --school X1
is $? 1 'no letters for a school that is not there'

ctl sample-guardians --part 40
ok $? 'sample-guardians'
is "$(sql 'SELECT COUNT(*) FROM pupil p WHERE p.protected = 1 AND (SELECT
    COUNT(*) FROM guardianship g WHERE g.pupil_id = p.id) <> 2')" 0 \
    'in a protected household both are registered'
is "$(sql 'SELECT COUNT(DISTINCT hash) FROM guardian_credential')" 1 \
    'all share one hash'
n=$(sql 'SELECT COUNT(*) FROM guardian')
ctl sample-guardians --part 40
is "$(sql 'SELECT COUNT(*) FROM guardian')" "$n" 'a second time adds nobody'
ctl access --json
ok $? 'access'
python3 -m json.tool <"$out" >/dev/null 2>&1
ok $? 'is JSON'
for word in one-child two-schools protected no-email short-hours homeroom \
    auditor; do
	says "\"case\": \"$word\"" "knows somebody for $word"
done
is "$(grep -c '"code":' "$out")" 3 'a letter code at each school'

# ── looking ─────────────────────────────────────────────────────────────────

ctl now
is "$(cut -d ' ' -f 1 "$out" | tr '\n' ' ')" 'now school-day morning offset ' \
    'now'
morning=$(sed -n 's/^morning //p' "$out")
is "$(TZ=Asia/Tokyo date -d "$morning" +%H:%M)" 07:10 'the next school morning'
[ "$(date -d "$morning" +%s)" -gt "$(date +%s)" ]
ok $? 'is ahead'
sed "s/^demo = yes/&\nclock_offset = $(($(date -d '2026-12-31T22:00+09:00' \
    +%s) - $(date +%s)))/" "$dir/conf" >"$dir/later"
"$program" --conf "$dir/later" now >"$out" 2>"$dir/err"
says 'school-day yes' 'New Year is asked of the table'
says 'morning 2027-01-04T07:10' 'and jumped over'

is "$(sql 'SELECT COUNT(DISTINCT event) FROM audit_log WHERE side = 3')" 8 \
    'every command that wrote stands in the access history'
ctl audit verify
ok $? 'audit verify'
says '0 seal(s), no broken link' 'of an unsealed history'
sql 'INSERT INTO audit_log (at, side, actor_kind, event, result)
    VALUES ("2026-06-01 00:00:00", 3, 3, "test", 1)'
ctl audit verify
says '1 row(s) older' 'counts stragglers'
sql 'INSERT INTO audit_seal SELECT 1, id, at, 1, REPEAT("x", 32) FROM audit_log
    WHERE event = "test"'
ctl audit verify
is $? 1 'a false seal is found'
says 'broken at seal 1' 'and named'
says 'altered' 'as altered'
sql 'DELETE FROM audit_log WHERE event = "test"'
ctl audit verify
says 'is missing' 'a row that is gone is missed'

sed -i 's/^demo = yes/demo = no/' "$dir/conf"
ctl sample-guardians
is $? 1 'no sample people without demo = yes'
ctl access --json
is $? 1 'and no logins'

echo "1..$tests"
exit $((failed > 0))
