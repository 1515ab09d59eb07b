/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What the rooms of the template engine share; nobody else includes it.
 * tmpl_parse: files. tmpl_text: what is translated. tmpl_path: names.
 * tmpl_expr: t:if, t:for. tmpl_emit: the instruction array. tmpl_attr and
 * tmpl_compile, tmpl_call: the tree. tmpl_mail: text mode. tmpl_pot: msgids.
 * tmpl_value and tmpl_render: the run time, which knows no names. */
#ifndef WEB_TMPL_PRIVATE_H
#define WEB_TMPL_PRIVATE_H

#include "web/form.h"
#include "web/tmpl.h"

struct _xmlNode;
struct _xmlAttr;
struct _xmlDoc;

#define TMPL_SPACE "urn:renraku:template"
#define TMPL_TERMS 16		/* most terms of one t:if */
#define TMPL_TEXT_MAX ((size_t)1 << 20)

/* Structs a name can point into: the view, the common struct, then one row
 * for each loop that is open. */
enum { TMPL_VIEW, TMPL_COMMON, TMPL_LOOPS, TMPL_FRAMES = 12 };

/* What of a form is meant; the reference leads to a struct form *. */
enum tmpl_sub {
	SUB_NONE,	/* no form: the member itself */
	SUB_FIELD,	/* a field as a whole: before "has", as an alias */
	SUB_NAME,
	SUB_LABEL,
	SUB_VALUE,
	SUB_ERROR,
	SUB_REQUIRED,
	SUB_MAXLENGTH,
	SUB_CHOICES,
	SUB_INVALID,
	SUB_NOTICE,
	SUB_BAD,
	SUB_ERRORS,
};

/* A name resolved: frame + offset, and the type found there. */
struct tmpl_ref {
	enum field_type type;
	enum tmpl_sub sub;
	unsigned frame;
	size_t offset;
	size_t index;			/* of the form's field */
	const struct field *field;	/* NULL for a whole struct */
	const struct fields *of;	/* of a struct, of rows, of a form */
};

enum tmpl_filter {
	FILTER_NONE,
	FILTER_ISO,
	FILTER_FULL,
	FILTER_NEAR,
	FILTER_TIME,
	FILTER_DAY,
	FILTER_NAME,
};

/* What surrounds a value. */
enum tmpl_esc {
	ESC_TEXT,
	ESC_ATTR,
	ESC_URL,	/* begins a URL: safe scheme or "#" */
	ESC_QUERY,	/* later in a URL: percent-encoded */
	ESC_LINE,	/* mail subject: one line */
	ESC_NONE,	/* mail body */
};

enum tmpl_op { OP_LIT, OP_VALUE, OP_TEST, OP_FOR, OP_NEXT, OP_MARK, OP_TOKEN };

enum tmpl_test { TEST_TRUE, TEST_PRESENT, TEST_INT, TEST_WORD, TEST_HAS };

struct tmpl_ins {
	enum tmpl_op op;
	enum tmpl_esc esc;
	enum tmpl_filter filter;
	enum tmpl_test test;
	bool negative;
	unsigned frame;		/* of OP_FOR and OP_NEXT: the row's */
	size_t to;		/* where to go on when it fails or ends */
	size_t n;		/* length of s */
	int number;		/* TEST_INT */
	const char *s;		/* OP_LIT, TEST_WORD */
	struct tmpl_ref ref;
	const struct tmpl_ref *other;		/* TEST_HAS */
	const struct choice *choices;		/* labels already translated */
};

/* A stretch of the code that can be rendered alone. */
struct tmpl_part {
	const char *name;
	size_t first, end;
};

struct tmpl_code {
	const struct tmpl_ins *v;	/* NULL: not there in this language */
	size_t n;
	const struct tmpl_part *parts;
	size_t parts_n;
	bool common;			/* names page.something */
};

struct tmpl_page {
	struct tmpl_code code[LANG_COUNT];
};

struct tmpl_set {
	struct arena *a;
	const struct tmpl *const *first;
	size_t n;
	struct tmpl_page *pages;
};

/* One tmpl_init(): `keep` outlives it, `a` does not. */
struct tmpl_build {
	struct arena *keep, *a;
	const char *dir, *assets;
	const struct fields *common;
	struct tmpl_file *files;
	struct tmpl_asset *hashed;
	struct buf *errors;		/* "file:line: text\n" */
};

/* A word that stands for a reference: loop variable or alias. */
struct tmpl_name {
	const struct tmpl_name *next;
	const char *name;
	struct tmpl_ref ref;
};

struct tmpl_place;

/* A text given by t:call, with the place where its {names} are known. */
struct tmpl_constant {
	const struct tmpl_constant *next;
	const char *name, *text;
	const struct tmpl_place *place;
};

/* Where the compiler stands: what is known here and how texts are treated.
 * Lives on the stack of the compiler; inner places are changed copies. */
struct tmpl_place {
	const struct tmpl_place *caller;	/* of a part */
	const char *file;
	int line;
	const struct tmpl_name *names;
	const struct tmpl_constant *constants;
	struct _xmlNode *content;		/* children: t:content */
	const struct tmpl_place *content_place;
	bool plain;			/* translate="no" */
	bool verbatim;			/* blanks count: pre, textarea */
	bool repeated;			/* inside t:for */
};

struct tmpl_id {
	const struct tmpl_id *next;
	const char *id;
};

/* One page in one language. */
struct tmpl_compile {
	struct tmpl_build *b;
	const struct fields *view;
	enum lang lang;
	bool complete;			/* nothing was left in Japanese */
	bool common;
	unsigned frames;		/* open loops + TMPL_LOOPS */
	struct tmpl_ins *v;
	size_t n, cap;
	struct buf *lit;		/* literal not yet an instruction */
	struct tmpl_part *parts;
	size_t parts_n;
	const struct tmpl_id *ids;
	const char *title;
	const struct tmpl_place *title_place;
};

/* A text cut at its {names}; text == NULL: a value. */
struct tmpl_piece {
	const char *text;
	struct tmpl_ref ref;
	enum tmpl_filter filter;
};

struct tmpl_pieces {
	struct tmpl_piece *v;
	size_t n, cap;
};

/* An open t:for or t:if. */
struct tmpl_block {
	size_t tests[TMPL_TERMS];
	size_t n;
	bool loop;
	size_t begin;			/* the OP_FOR */
	struct tmpl_name row;
};

/* tmpl.c. An error with the place's file and line; none is written twice. */
void tmpl_fail(struct tmpl_build *, const struct tmpl_place *, const char *fmt,
    ...) PRINTF(3, 4);
/* tmpl_init() for a list of templates; all errors into `errors`. */
enum err tmpl_init_list(const char *dir, const char *assets,
    const struct fields *common, const struct tmpl *const *first, size_t n,
    struct buf *errors, struct tmpl_set **) MUST_USE;
const struct tmpl_code *tmpl_code(const struct tmpl_set *, const struct tmpl *,
    enum lang);
bool tmpl_is_mail(const char *name);

/* tmpl_parse.c. */
struct tmpl_file {
	struct tmpl_file *next;
	const char *name;		/* below dir, "part/input.xhtml" */
	struct _xmlDoc *doc;		/* NULL when it has errors */
};
struct tmpl_file *tmpl_parse_file(struct tmpl_build *,
    const struct tmpl_place *from, const char *name);
/* Its root, which must be <t:what>; NULL after reporting. */
struct _xmlNode *tmpl_parse_root(struct tmpl_build *,
    const struct tmpl_file *, const char *what);
void tmpl_parse_end(struct tmpl_build *);
/* Whole file; ERR_IO if it cannot be read. NUL-terminated. */
enum err tmpl_parse_read(struct arena *, const char *path, struct bytes *)
    MUST_USE;
/* "/assets/app.1234abcd.css#frag" of "app.css#frag", NULL after reporting. */
const char *tmpl_parse_asset(struct tmpl_build *, const struct tmpl_place *,
    const char *name);
bool tmpl_parse_is(const struct _xmlNode *, const char *what);	/* <t:what> */
/* Value of an attribute without or with the t: prefix; NULL when absent. */
const char *tmpl_parse_get(struct arena *, const struct _xmlNode *,
    const char *name);
const char *tmpl_parse_get_t(struct arena *, const struct _xmlNode *,
    const char *name);
const char *tmpl_parse_value(struct arena *, const struct _xmlAttr *);

/* tmpl_text.c. A unit: msgid and the inline elements its <n> stand for. */
struct tmpl_unit {
	char *msgid;
	struct _xmlNode **v;
	size_t n;
};
/* A text node's blanks put right; NULL if nothing is left of it. */
char *tmpl_text_clean(struct arena *, const char *raw, bool verbatim);
/* Cut blanks at both ends off; what was cut is a "" or " ". */
char *tmpl_text_trim(char *s, const char **before, const char **after);
bool tmpl_text_words(const char *);	/* something to translate? */
bool tmpl_text_japanese(const char *);	/* not ASCII alone */
bool tmpl_text_attribute(const char *name);	/* alt, title, ... */
bool tmpl_text_void(const char *element);
bool tmpl_text_plain(const struct _xmlNode *);	/* translate="no" */
/* True if the element's content is one unit; then it is filled. */
bool tmpl_text_unit(struct arena *, const struct _xmlNode *, bool verbatim,
    struct tmpl_unit *);
const char *tmpl_text_translate(struct tmpl_compile *,
    const struct tmpl_place *, const char *msgid);
/* Append s cut at its names, constants put in. */
void tmpl_text_pieces(struct tmpl_compile *, const struct tmpl_place *,
    const char *s, size_t n, struct tmpl_pieces *);
int tmpl_text_line(const struct _xmlNode *text);	/* its first word's */

/* tmpl_path.c. False after reporting. */
bool tmpl_path_find(struct tmpl_compile *, const struct tmpl_place *,
    const char *path, struct tmpl_ref *);
/* What stands in braces: path or path|filter of something printable. */
bool tmpl_path_name(struct tmpl_compile *, const struct tmpl_place *,
    const char *name, struct tmpl_piece *);
/* NULL if the place has no such constant; a constant that is just another
 * one is followed. */
const struct tmpl_constant *tmpl_path_constant(const struct tmpl_place *,
    const char *name);

/* Rows of .choices and .errors: made when the loop begins. */
struct tmpl_choice {
	const char *name, *label;
	bool checked;
};
struct tmpl_error {
	const char *name, *label, *text;
};

/* tmpl_expr.c. False: the expression is known to be false. */
bool tmpl_expr_if(struct tmpl_compile *, const struct tmpl_place *,
    const char *expr, struct tmpl_block *);
/* `place` learns the loop variable. False after reporting. */
bool tmpl_expr_for(struct tmpl_compile *, struct tmpl_place *,
    const char *text, struct tmpl_block *);
/* From here on it does not depend on the block. */
void tmpl_expr_close(struct tmpl_compile *, const struct tmpl_block *);

/* tmpl_emit.c. */
struct tmpl_ins *tmpl_emit(struct tmpl_compile *, enum tmpl_op);
size_t tmpl_emit_here(struct tmpl_compile *);	/* the next one's number */
void tmpl_emit_raw(struct tmpl_compile *, const char *);
void tmpl_emit_text(struct tmpl_compile *, const char *, enum tmpl_esc);
void tmpl_emit_piece(struct tmpl_compile *, const struct tmpl_piece *,
    enum tmpl_esc);
void tmpl_emit_part(struct tmpl_compile *, const struct tmpl_place *,
    const char *name, size_t first);
void tmpl_emit_done(struct tmpl_compile *, struct tmpl_code *);

/* tmpl_attr.c. All attributes of a start tag but those of t:. */
void tmpl_attr_all(struct tmpl_compile *, const struct tmpl_place *,
    const struct _xmlNode *);

/* tmpl_compile.c. Children of a node as text or as one unit. */
void tmpl_compile_page(struct tmpl_compile *, const char *name);
void tmpl_compile_children(struct tmpl_compile *, const struct tmpl_place *,
    struct _xmlNode *);

/* tmpl_call.c. Is the word in a list of words, t:content in a tree? */
void tmpl_call(struct tmpl_compile *, const struct tmpl_place *,
    struct _xmlNode *);
bool tmpl_call_lists(const char *list, const char *word);
bool tmpl_call_content(const struct _xmlNode *);

/* tmpl_mail.c */
void tmpl_mail_compile(struct tmpl_compile *, const char *name);
enum tmpl_mail_kind { MAIL_SUBJECT, MAIL_TEXT, MAIL_BLANK, MAIL_CONTROL };
struct tmpl_mail_item {
	enum tmpl_mail_kind kind;
	int line;
	const char *text;
};
struct tmpl_mail_reader {
	struct arena *a;
	const char *at;
	int line;
};
/* The next subject, paragraph, empty line or {#...} line. */
bool tmpl_mail_next(struct tmpl_mail_reader *, struct tmpl_mail_item *);

/* tmpl_value.c. While a template runs. */
struct tmpl_run {
	const struct tmpl_env *env;
	enum lang lang;
	struct buf *out;
	const char *frame[TMPL_FRAMES];
	struct tmpl_loop {
		size_t left, stride;
	} loop[TMPL_FRAMES];
	size_t mark;			/* where the form's action begins */
	bool marked;
	enum err err;
};
/* As people read it; "" for none. */
const char *tmpl_value_text(struct tmpl_run *, const struct tmpl_ref *,
    enum tmpl_filter, const struct choice *labels);
bool tmpl_value_test(struct tmpl_run *, const struct tmpl_ins *);
struct list tmpl_value_rows(struct tmpl_run *, const struct tmpl_ref *);

/* tmpl_render.c */
enum err tmpl_render_code(const struct tmpl_code *, size_t first, size_t end,
    const struct tmpl_env *, enum lang, const void *view, struct buf *)
    MUST_USE;

#endif
