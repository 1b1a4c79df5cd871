#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The sandbox is real: pam_attest-authenticator's own objects, with the call
# that asks the key for an assertion, or the one that looks for keys, replaced
# by one attempt to get out, and a process under the verifier's lock-down that
# does the same. Each attempt has
# a run of its own and has to be refused or deadly. The same program without
# lock-down is the counter-check: there, what is said to work has to work.
# As root everything is run twice, the second time as an ordinary user.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -u

programs=${PROGRAMS:-$top_builddir/tests/module}
softkey=${SOFTKEY:-$top_builddir/tests/softkey/softkey}
work=$(mktemp -d "${TMPDIR:-/tmp}/att-sandbox.XXXXXX") || exit 99
key_pid=
failures=0
tried=0

clean_up()
{
	[ -n "$key_pid" ] && kill "$key_pid" 2>/dev/null
	rm -rf "$work"
}
trap clean_up EXIT

fail()
{
	echo "FAIL: $*"
	failures=$((failures + 1))
}

start_key()
{
	"$softkey" --link "$work/key" --touch auto >/dev/null 2>&1 &
	key_pid=$!
	for _ in $(seq 100); do
		[ -e "$work/key" ] && break
		sleep 0.05
	done
	chmod 666 "$(readlink -f "$work/key")" || exit 99
}

as()
{
	if [ "$who" = root ] || [ "$(id -u)" != 0 ]; then
		"$@"
	else
		setpriv --reuid nobody --regid "$(id -g nobody)" \
		    --clear-groups "$@"
	fi
}

# try_device PROGRAM ATTEMPT: prints worked, refused, or killed
try_device()
{
	local out

	out=$(as timeout 20 "$work/devicectl" -t 15000 -p "$work/key" \
	    -r "$2" -i 0011 "$work/$1" assert 2>&1)
	case $out in
	*" DEVICE status=0x15"*) echo worked ;;
	*" DEVICE status=0x30"*) echo refused ;;
	*"gone 0 silently"*) echo killed ;;
	*) echo "unclear: $out" ;;
	esac
}

# try_finder PROGRAM ATTEMPT: likewise
try_finder()
{
	local out

	ln -sf "$1" "$work/find=$2"
	out=$(as timeout 20 "$work/devicectl" "$work/find=$2" assert 2>&1)
	case $out in
	*"device 0 /dev/hidraw1"*) echo worked ;;
	*"device 0 /dev/hidraw2"*) echo refused ;;
	*) echo "unclear: $out" ;;
	esac
}

# try_verifier ATTEMPT: likewise
try_verifier()
{
	rm -rf "$work/read" "$work/write" "$work/beside"
	mkdir "$work/read" "$work/write" || exit 99
	echo x >"$work/read/file"
	chmod 777 "$work/read" "$work/write"
	chmod 666 "$work/read/file"
	as timeout 20 "$work/sandbox_verifier" "$work/read" "$work/write" \
	    "$1" >"$work/out" 2>&1
	case $? in
	0) echo worked ;;
	1) echo refused ;;
	159) echo killed ;; # 128 + SIGSYS
	*) echo "unclear: $? $(cat "$work/out")" ;;
	esac
}

report()
{
	printf '%-8s %-14s %-18s %s\n' "$who" "$1" "$2" "$3"
	tried=$((tried + 1))
}

must_not_work()
{
	report "$1" "$2" "$3"
	case $3 in
	refused | killed) ;;
	*) fail "$who: $1: $2: $3, expected refused or killed" ;;
	esac
}

must_work()
{
	report "$1" "$2" "$3"
	[ "$3" = worked ] || fail "$who: $1: $2: $3, expected worked"
}

# check_device ATTEMPT SURE LAYER
check_device()
{
	if [ "$1" = nothing ]; then
		# the probe is reached, and what it says arrives
		must_work device nothing \
		    "$(try_device sandbox_authenticator nothing)"
		return
	fi
	[ "$2" = sure ] && must_work unlocked "$1" \
	    "$(try_device sandbox_unlocked "$1")"
	[ "$3" = landlock ] && [ "$landlock" = yes ] && must_not_work \
	    landlock "$1" "$(try_device sandbox_landlock "$1")"
	must_not_work device "$1" "$(try_device sandbox_authenticator "$1")"
}

# check_finder ATTEMPT SURE LAYER
check_finder()
{
	[ "$3" = landlock ] && [ "$landlock" = no ] && return
	[ "$2" = sure ] && must_work looking "$1" \
	    "$(try_finder sandbox_unlocked "$1")"
	case $1 in
	# none; and which links lead where is no secret
	nothing | look-at-file) ;;
	*)
		must_not_work finder "$1" \
		    "$(try_finder sandbox_authenticator "$1")"
		;;
	esac
}

# Taken over, it can neither outlive the login nor stay as a zombie.
check_stay()
{
	local out

	out=$(as timeout 20 "$work/devicectl" -t 15000 -p "$work/key" -l 300 \
	    -r stay -i 0011 "$work/sandbox_authenticator" assert 2>&1)
	case $out in
	*devicectl:*) ;; # and says what is left
	*"ready 0 "*) out=killed ;;
	esac
	must_not_work device stay "$out"
}

# check_verifier ATTEMPT LAYER
check_verifier()
{
	[ "$2" = landlock ] && [ "$landlock" = no ] && return
	case $1 in
	# none; harmless; and what abort(3) does
	nothing | signal-itself | ignore-deadline | block-deadline) ;;
	*) must_not_work verifier "$1" "$(try_verifier "$1")" ;;
	esac
}

check_all()
{
	local kind name sure layer

	while read -r kind name sure layer; do
		case $kind in
		allowed) must_work verifier "$name" "$(try_verifier "$name")" ;;
		path) check_verifier "$name" "$layer" ;;
		any)
			check_device "$name" "$sure" "$layer"
			check_finder "$name" "$sure" "$layer"
			check_verifier "$name" "$layer"
			;;
		esac
	done <"$work/list"
	check_stay
}

# Where an ordinary user can reach them.
chmod 755 "$work"
for name in devicectl sandbox_authenticator sandbox_unlocked \
    sandbox_landlock sandbox_verifier; do
	cp "$programs/$name" "$work/" || exit 99
done
if "$work/sandbox_verifier" relaxed; then
	echo "SKIP: this build has sanitizers and therefore no lock-down"
	exit 77
fi
landlock=yes
if ! "$work/sandbox_verifier" landlock; then
	echo "This kernel has no Landlock: what only Landlock stops is not tried"
	landlock=no
fi
"$work/sandbox_verifier" list >"$work/list" || exit 99
[ -s "$work/list" ] || exit 99
start_key

if [ "$(id -u)" = 0 ]; then
	who=root && check_all
	who=user && check_all
else
	who=user && check_all
fi
echo "$tried attempts, $failures failures"
[ "$failures" = 0 ]
