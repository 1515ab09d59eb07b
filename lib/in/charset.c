/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Tells UTF-8 from what Excel and older programs save instead. Nothing is
 * converted: a file in another encoding is refused with words that say how to
 * save it again, because CP932 has already lost the names it cannot hold.
 * Called by the import pages before lib/in/csv.c. */
#include "in/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"

/* Whole sentences, because xgettext sees no macros. */
static const char utf16[] =
    N_("このファイルは「Unicode テキスト」（UTF-16）で保存されています。"
    "Excelで開き、「名前を付けて保存」でファイルの種類を"
    "「CSV UTF-8（コンマ区切り）」にして、保存し直してください。");
static const char cp932[] =
    N_("このファイルは「CSV（コンマ区切り）」（シフトJIS）で保存されています。"
    "Excelで開き、「名前を付けて保存」でファイルの種類を"
    "「CSV UTF-8（コンマ区切り）」にして、保存し直してください。");
static const char workbook[] = N_("このファイルはExcelブックです。"
    "Excelで開き、「名前を付けて保存」でファイルの種類を"
    "「CSV UTF-8（コンマ区切り）」にして、保存し直してください。");
static const char controls[] =
    N_("このファイルには、画面に表示できない文字（制御文字など）が入っています。"
    "その文字を消してから、もう一度選んでください。");
static const char unknown[] = N_("文字の形式が分かりません。"
    "Excelで開き、「名前を付けて保存」でファイルの種類を"
    "「CSV UTF-8（コンマ区切り）」にして、保存し直してください。");

/* Does the whole of it convert? The result is thrown away. */
static bool
converts(const char *from, struct bytes b)
{
	iconv_t cd = iconv_open("UTF-8", from);
	char sink[4096], *in = (char *)(uintptr_t)b.p;
	size_t left = b.n, r;

	if (cd == (iconv_t)-1)
		return false;
	do {
		char *out = sink;
		size_t room = sizeof(sink);

		r = iconv(cd, &in, &left, &out, &room);
	} while (r == (size_t)-1 && errno == E2BIG);
	iconv_close(cd);
	return r != (size_t)-1;
}

/* In UTF-8 and CP932 alike such a byte is never a part of a character. */
static bool
has_controls(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++) {
		unsigned char c = b.p[i];

		if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
		    c == 0x7F)
			return true;
	}
	return false;
}

/* A comma or line end as a 16-bit unit; `low` is the place of its low byte. */
static bool
has_wide_mark(struct bytes b, size_t low)
{
	for (size_t i = 0; i + 1 < b.n; i += 2) {
		unsigned char c = b.p[i + low];

		if (b.p[i + 1 - low] == 0 && (c == ',' || c == '\n'))
			return true;
	}
	return false;
}

static bool
is_utf16(struct bytes b)
{
	if (b.n >= 2 && ((b.p[0] == 0xFF && b.p[1] == 0xFE) ||
	    (b.p[0] == 0xFE && b.p[1] == 0xFF)))
		return true;
	return (has_wide_mark(b, 0) && converts("UTF-16LE", b)) ||
	    (has_wide_mark(b, 1) && converts("UTF-16BE", b));
}

static const char *
what_to_do(struct bytes b)
{
	if (b.n >= 4 && memcmp(b.p, "PK\3\4", 4) == 0)
		return workbook;
	if (is_utf16(b))
		return utf16;
	if (converts("UTF-8", b))
		return controls;
	if (!has_controls(b) && converts("CP932", b))
		return cp932;
	return unknown;
}

enum err
charset_read(struct arena *a, struct bytes b, enum charset *charset_r,
    const char **text_r, const char **why_r)
{
	static const unsigned char bom[] = { 0xEF, 0xBB, 0xBF };
	bool has_bom = b.n >= 3 && memcmp(b.p, bom, 3) == 0;
	struct bytes rest = b;

	if (has_bom)
		rest = (struct bytes){ b.p + 3, b.n - 3 };
	if (rest.n > 0 && !utf8_valid((const char *)rest.p, rest.n)) {
		*why_r = what_to_do(b);
		return ERR_INVALID;
	}
	*charset_r = has_bom ? CHARSET_UTF8_BOM : CHARSET_UTF8;
	*text_r = rest.n > 0 ?
	    str_copy_n(a, (const char *)rest.p, rest.n) : "";
	return OK;
}
