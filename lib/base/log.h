/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Lines for the operator on standard error, `<N>key=value ...` so that
 * journald knows the level. Values are quoted and escaped (a newline or ESC
 * from outside never starts a line). Never names, texts, tokens. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_ERROR = 3, LOG_WARN = 4, LOG_NOTE = 5, LOG_INFO = 6 };

/* "renraku_fcgi guardian/main"; the string must outlive the process. */
void log_program(const char *);
/* Least important level written; default LOG_INFO. */
void log_threshold(enum log_level);
/* The request id put into each line until the next call; NULL for none. */
void log_request(const char *id);

/* event: a fixed word ("db_down"); fmt: one sentence for people. */
void log_write(enum log_level, const char *event, const char *fmt, ...)
    PRINTF(3, 4);

#define log_error(event, ...) log_write(LOG_ERROR, event, __VA_ARGS__)
#define log_warn(event, ...) log_write(LOG_WARN, event, __VA_ARGS__)
#define log_note(event, ...) log_write(LOG_NOTE, event, __VA_ARGS__)
#define log_info(event, ...) log_write(LOG_INFO, event, __VA_ARGS__)

#endif
