#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# pam_attest-ssh-keys, taken over: its own main(), whose answer is one attempt
# to get out. Each has a run of its own and has to be refused or deadly.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -u

program=$(realpath "$top_builddir/tests/module/sandbox_ssh_keys") || exit 99
work=$(mktemp -d "${TMPDIR:-/tmp}/att-sandbox.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
tried=0
failures=0

# Started as root it becomes nobody, who would be let in here everywhere.
chmod 755 "$work"
mkdir -m 755 "$work/credentials.d"
echo x >"$work/credentials.d/file"
echo x >"$work/beside"
cp "$program" "$work/program"
echo "credentials_dir = $work/credentials.d" >"$work/conf"
chmod 666 "$work/credentials.d/file" "$work/beside"
chmod 777 "$work/credentials.d"
chmod 644 "$work/conf"
: >"$work/input"

if "$top_builddir/tests/module/sandbox_verifier" relaxed; then
	echo "SKIP: this build has sanitizers and therefore no lock-down"
	exit 77
fi
landlock=yes
if ! "$top_builddir/tests/module/sandbox_verifier" landlock; then
	echo "This kernel has no Landlock: what only Landlock stops is not tried"
	landlock=no
fi

# attempt NAME: worked, refused, or killed
attempt()
{
	timeout 20 "$work/program" --config "$work/conf" "$1" \
	    >"$work/out" 2>"$work/errors" <>"$work/input"
	case $?:$(cat "$work/out") in
	0:worked) echo worked ;;
	0:refused) echo refused ;;
	159:) echo killed ;; # 128 + SIGSYS
	*) echo "unclear: $? $(cat "$work/out" "$work/errors")" ;;
	esac
}

timeout 20 "$work/program" --config "$work/conf" list >"$work/list" || exit 99
while read -r name; do
	result=$(attempt "$name")
	printf '%-18s %s\n' "$name" "$result"
	tried=$((tried + 1))
	case $name:$result:$landlock in
	nothing:worked:* | may-read:worked:*) ;;
	change:worked:no | create:worked:no | read-beside:worked:no) ;;
	read-file:worked:no | read-folder:worked:no | open-device:worked:no | \
	    create-file:worked:no) ;;
	*:refused:* | *:killed:*) ;;
	*)
		echo "FAIL: $name: $result"
		failures=$((failures + 1))
		;;
	esac
done <"$work/list"
for name in lock write-to-input send-to-address tcp-socket unix-socket fork \
    execute; do
	result=$(attempt "$name")
	[ "$result" = killed ] || {
		echo "FAIL: $name: $result, expected killed"
		failures=$((failures + 1))
	}
done
echo "$tried attempts, $failures failures"
[ "$tried" -gt 35 ] && [ "$failures" = 0 ]
