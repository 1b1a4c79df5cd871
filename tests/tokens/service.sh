# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# service FOLDER: the keys of a service that signs host tokens, from "make" if
# they are there. Environment: top_srcdir, top_builddir.
service() {
	local made=${top_builddir:?}/tests/tokens/.service

	if [ -e "$made/jwks.json" ]; then
		mkdir -p "$1" && cp -R "$made/." "$1"
	else
		"${top_srcdir:?}/tests/tokens/token.py" authority "$1"
	fi
}
