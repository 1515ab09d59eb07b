/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Reference: libfcgi answers 10 KB. ref_hello SOCKET; started by t/bench/run. */
#include "ref.h"

int
main(int argc, char **argv)
{
	(void)argc;
	return ref_main(argv, NULL, NULL);
}
