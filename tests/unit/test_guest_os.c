/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of naming what runs in a virtual machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "maa/guest_os.h"

#define LONG "0123456789012345678901234567890123456789012345678901234567890123"

static void
reads_name_and_version(void **state)
{
	static const struct {
		const char *text, *distro;
		unsigned int major, minor;
	} rows[] = {
		{ "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"
		  "NAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n"
		  "VERSION=\"12 (bookworm)\"\nID=debian\n",
		    "Debian GNU/Linux", 12, 0 },
		{ "NAME=Ubuntu\nVERSION_ID='22.04'", "Ubuntu", 22, 4 },
		{ "", "Linux", 0, 0 },
		{ "NAME=\nVERSION_ID=\n", "Linux", 0, 0 },
		{ "NAME=\"\"\nNAME", "Linux", 0, 0 },
		{ "#NAME=x\nNAMES=x\n NAME=x\nNAME\n", "Linux", 0, 0 },
		{ "NAME=\"\xff\"\nVERSION_ID=rolling\n", "Linux", 0, 0 },
		{ "NAME=\"\nVERSION_ID=.5\n", "\"", 0, 0 },
		{ "NAME=" LONG "\nVERSION_ID=123456.1\n", "Linux", 1234, 0 },
		{ "NAME=x\nVERSION_ID=1.2.3\nNAME=y", "y", 1, 2 },
	};
	struct att_guest_os os;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* Without a NUL, so that reading past the end is seen. */
		size_t len = strlen(rows[i].text);
		char *copy = malloc(len > 0 ? len : 1);

		assert_non_null(copy);
		memcpy(copy, rows[i].text, len);
		att_guest_os_read(att_bytes(copy, len), &os);
		free(copy);
		assert_string_equal(os.distro, rows[i].distro);
		assert_int_equal(os.major, rows[i].major);
		assert_int_equal(os.minor, rows[i].minor);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_name_and_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
