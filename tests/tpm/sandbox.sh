#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The sandbox of pam_attest-tpm is real: the program, taken over where it would
# first ask the TPM, tries to get out, once by a device and once by the socket
# of an emulator, which is left more. That each attempt works where nothing
# stops it is what tests/module/sandbox.sh shows.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -u
# shellcheck source=tests/tpm/lib.sh
. "${top_srcdir:?}/tests/tpm/lib.sh"

sandbox=${SANDBOX:-$top_builddir/tests/tpm/sandbox_tpm}
if "$sandbox" relaxed; then
	echo "1..0 # SKIP this build has sanitizers and therefore no lock-down"
	exit 77
fi
"$sandbox" list >list
[ "$(wc -l <list)" -gt 30 ] || give_up "nothing to try"

# serves MODE NAME
serves() {
	rm -f ready
	"$fake" "$1" "$work/$2" >ready &
	running+=($!)
	until [ -s ready ]; do sleep 0.01; done
}

# tried TCTI ATTEMPT PATTERN [talk]
tried() {
	"$sandbox" "$1" "$2" "${@:4}" >said 2>/dev/null
	if grep -q -x -e "$3" said; then
		ok "$what${4:+, in a talk}: $2: $(cat said)"
	else
		echo "expected: $3" >>said
		not_ok "$what${4:+, in a talk}: $2"
	fi
}

serves device-handles device
serves broken emulator
while read -r name; do
	what='by a device'
	case $name in
	nothing) expected=worked ;;
	*) expected='refused: .*\|killed by signal 31' ;;
	esac
	tried "device:$work/device" "$name" "$expected"
	tried "device:$work/device" "$name" "$expected" talk
	what='by an emulator'
	case $name in
	nothing | *-socket) [ "$name" = netlink-socket ] || expected=worked ;;
	esac
	tried "swtpm:path=$work/emulator" "$name" "$expected"
	tried "swtpm:path=$work/emulator" "$name" "$expected" talk
done <list

# A byte that is no message ends nothing but the login.
what='by a device'
tried "device:$work/device" say-nonsense '.*malformed.*'
tried "device:$work/device" say-nonsense '.*malformed.*' talk

echo "1..$number"
[ $failed -eq 0 ]
