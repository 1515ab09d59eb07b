/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Functions that do not compile here, with what to use instead. Forced into
 * every file by the build (-include), after the system's own headers. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(what, use) sorry_##what##_is_banned_use_##use

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef stpcpy
#undef sprintf
#undef vsprintf
#undef alloca
#undef strtok
#undef strtok_r
#undef gets
#define strcpy(...) BANNED(strcpy, str_copy)
#define strcat(...) BANNED(strcat, buf_str)
#define strncpy(...) BANNED(strncpy, str_copy_n)
#define strncat(...) BANNED(strncat, buf_add)
#define stpcpy(...) BANNED(stpcpy, buf_str)
#define sprintf(...) BANNED(sprintf, str_printf)
#define vsprintf(...) BANNED(vsprintf, buf_vprintf)
#define alloca(...) BANNED(alloca, arena_alloc)
#define strtok(...) BANNED(strtok, strchr)
#define strtok_r(...) BANNED(strtok_r, strchr)
#define gets(...) BANNED(gets, read)

#define atoi(...) BANNED(atoi, str_parse_int)
#define atol(...) BANNED(atol, str_parse_int)
#define atoll(...) BANNED(atoll, str_parse_int)
#define atof(...) BANNED(atof, str_parse_int)

#define localtime(...) BANNED(localtime, jtime)
#define localtime_r(...) BANNED(localtime_r, jtime)
#define gmtime(...) BANNED(gmtime, jtime)
#define gmtime_r(...) BANNED(gmtime_r, jtime)
#define ctime(...) BANNED(ctime, jtime)
#define asctime(...) BANNED(asctime, jtime)
#define mktime(...) BANNED(mktime, jtime)
#define strftime(...) BANNED(strftime, jtime)

#define rand() BANNED(rand, rand_bytes)
#define srand(...) BANNED(srand, rand_bytes)
#define random() BANNED(random, rand_bytes)
#define srandom(...) BANNED(srandom, rand_bytes)

#define system(...) BANNED(system, posix_spawn)
#define popen(...) BANNED(popen, posix_spawn)

#endif
