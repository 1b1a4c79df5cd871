# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# What the cases of tests/module are written with. A case file is sourced by
# "run" after this one, as an ordinary user, with $D as its empty folder.
#
# From the environment: ATT_MODULE, ATT_PROGRAMS, ATTESTCTL (the installed
# tree); SOFTKEY, PAMHOST, FAKE_VERIFIER, FAKE_AUTHENTICATOR (programs of the
# tests); TOKEN (tests/tokens/token.py); ATT_CA (a folder made by softkey --make-ca); ATT_SANITIZED (yes or
# no); ATT_WORK, whose folder mds has the metadata of the shared vectors, if
# these are there.

# shellcheck disable=SC2034
case_folder=$D
. "$ATT_WORK/cases/cases.sh"

declare -A key_pid=()
devices=()
settings=()

# Logs may have any bytes in them.
grep()
{
	command grep -a "$@"
}

describe_failure()
{
	[ ! -s "$D/out" ] || sed 's/^/#   /' "$D/out" | tail -25
}

finish()
{
	local name

	for name in "${!key_pid[@]}"; do
		key_stop "$name"
	done
	echo "1..$number"
	echo "$passed $failed $skipped" >"$ATT_LANE/totals.tmp.${D##*/}"
}

# --- Security keys ------------------------------------------------------------
# key NAME [softkey options]: plugs one in, certified by the CA of the tests.
key()
{
	local name=$1

	shift
	rm -f "$D/$name"
	"$SOFTKEY" --link "$D/$name" --state "$D/$name.state" \
	    --trace "$D/$name.trace" \
	    --attestation-key "$ATT_CA/attestation.key" \
	    --attestation-chain "$ATT_CA/attestation.pem" "$@" \
	    </dev/null >"$D/$name.log" 2>&1 &
	key_pid[$name]=$!
	if ! wait_for 5 test -e "$D/$name"; then
		echo "# softkey $name does not start: $(cat "$D/$name.log")"
		return 1
	fi
}

# key_foreign NAME [options]: the same without the CA of the tests.
key_foreign()
{
	local name=$1

	shift
	rm -f "$D/$name"
	"$SOFTKEY" --link "$D/$name" --state "$D/$name.state" \
	    --trace "$D/$name.trace" "$@" \
	    </dev/null >"$D/$name.log" 2>&1 &
	key_pid[$name]=$!
	wait_for 5 test -e "$D/$name"
}

# key_stop NAME: unplugs it; what it remembers stays.
key_stop()
{
	local pid=${key_pid[$1]:-}

	[ -n "$pid" ] || return 0
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	unset "key_pid[$1]"
	rm -f "$D/$1"
}

# rekey NAME [options]: the same key again, with other manners.
rekey()
{
	key_stop "$1"
	key "$@"
}

# asked NAME [PATTERN]: has the key been sent such a message?
asked()
{
	grep -q " in .*${2:-}" "$D/$1.trace" 2>/dev/null
}

forget_traces()
{
	local f

	for f in "$D"/*.trace; do
		[ ! -e "$f" ] || : >"$f"
	done
}

# --- Configuration ------------------------------------------------------------
# plug NAME...: the keys that the next conf lists, by name.
plug()
{
	devices=("$@")
	conf "${settings[@]}"
}

# conf [NAME=VALUE]...: writes the configuration of the case.
conf()
{
	local word

	settings=("$@")
	{
		echo "credentials_dir = $D/credentials.d"
		echo "roots_dir = $D/roots.d"
		echo "intermediates_dir = $D/intermediates.d"
		echo "mds_dir = $D/mds"
		echo "state_dir = $D/state"
		for word in "${devices[@]}"; do
			echo "device = $D/$word"
		done
		for word in "$@"; do
			echo "${word%%=*} = ${word#*=}"
		done
	} >"$D/conf"
	chmod 600 "$D/conf"
}

# token [token.py options]: the token of this host, which is of $token_kind,
# from now on.
token()
{
	python3 "$TOKEN" sign "$D/maa" --kind "$token_kind" \
	    --issuer "$issuer" "$@" >"$D/token" 2>"$D/token.log" ||
	    not_ok "signing a token: $*"
	chmod 600 "$D/token"
}

# service NAME MODULE-ARGUMENT...: a PAM service with the module in it.
service()
{
	local name=$1 type

	shift
	for type in auth account password session; do
		echo "$type required $ATT_MODULE $*"
	done >"$D/pam.d/$name"
}

# fresh: an empty host. The CA of the tests is its only anchor.
fresh()
{
	local name

	for name in "${!key_pid[@]}"; do
		key_stop "$name"
	done
	rm -rf "${D:?}"/*
	mkdir -m 700 "$D/pam.d" "$D/credentials.d" "$D/roots.d" \
	    "$D/intermediates.d" "$D/mds" "$D/state"
	cp "$ATT_CA/ca.pem" "$D/roots.d/ca.pem"
	chmod 600 "$D/roots.d/ca.pem"
	echo "auth required pam_deny.so" >"$D/pam.d/other"
	devices=()
	conf
	service plain "conf=$D/conf"
}

# enroll USER KEY LABEL [options]: as the administrator does it.
enroll()
{
	local user=$1 key=$2 label=$3

	shift 3
	sed '/^device/d' "$D/conf" >"$D/conf.enroll"
	echo "device = $D/$key" >>"$D/conf.enroll"
	chmod 600 "$D/conf.enroll"
	timeout 20 "$ATTESTCTL" --config "$D/conf.enroll" enroll "$user" \
	    --label "$label" "$@" </dev/null >"$D/out" 2>&1
}

# enroll_or_stop: the same where the case has no sense without it.
enroll_or_stop()
{
	if ! enroll "$@"; then
		not_ok "registering $2 for $1"
		finish
		exit 0
	fi
}

# --- Logins -------------------------------------------------------------------
# host [pamhost options] -- PHASE...: fills $D/out, $code (of the last phase)
# and $elapsed (milliseconds). $user and $service choose who and where.
user=alice
service=plain
code=
status=
elapsed=
host()
{
	local options=() start

	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	start=${EPOCHREALTIME/./}
	timeout -k 2 "${host_limit:-15}" ${prefix[@]+"${prefix[@]}"} \
	    "$PAMHOST" ${options[@]+"${options[@]}"} "$D/pam.d" "$service" \
	    "$user" "$@" </dev/null >"$D/out" 2>"$D/err"
	status=$?
	elapsed=$(((${EPOCHREALTIME/./} - start) / 1000))
	cat "$D/err" >>"$D/out"
	code=$(sed -n 's/^result [a-z]* //p' "$D/out" | tail -1)
	[ $status -le 3 ] || code="(status $status)"
}
prefix=()

# try WHAT CODE PHASE [pamhost options]: one phase that ends with the code
# and leaves the process as it was.
try()
{
	local what=$1 want=$2 phase=$3

	shift 3
	host "$@" -- "$phase"
	if [ "$code" != "$want" ]; then
		not_ok "$what: $want"
		echo "#   got $code after $elapsed ms"
	elif grep -q '^changed' "$D/out"; then
		not_ok "$what: $want, nothing changed in the process"
	else
		ok "$what: $want"
	fi
}

# login WHAT CODE [pamhost options]
login()
{
	local what=$1 want=$2

	shift 2
	try "$what" "$want" auth "$@"
}

# tester OPERATION...: the same through pamtester; answers on stdin.
tester_options=()
tester()
{
	local wrapper

	wrapper=$(ldconfig -p | awk '/libpam_wrapper\.so/ { print $NF; exit }')
	[ -n "$wrapper" ] || wrapper=libpam_wrapper.so
	[ "$ATT_SANITIZED" != yes ] ||
		wrapper="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so) $wrapper"
	PAM_WRAPPER=1 PAM_WRAPPER_SERVICE_DIR="$D/pam.d" \
	    LD_PRELOAD="$wrapper" ASAN_OPTIONS=detect_leaks=0 \
	    timeout 20 pamtester ${tester_options[@]+"${tester_options[@]}"} \
	    "$service" "$user" "$@" >"$D/out" 2>&1
}

# says KIND PATTERN, quiet KIND PATTERN: about the last run. KIND is log,
# info, error, prompt.
says()
{
	grep -Eq -- "^($1) .*($2)" "$D/out"
}

quiet()
{
	! says "$@"
}

# The audit line of the last run has all of these words.
audit()
{
	local line word

	line=$(grep -E '^log .*(accepted|refused): ' "$D/out" | tail -1)
	for word in "$@"; do
		case $line in
		*"$word"*) ;;
		*)
			echo "#   no $word in: $line"
			return 1
			;;
		esac
	done
}

# Processes of the installed tree that this user still runs.
leftovers()
{
	pgrep -a -u "$(id -u)" -f "^$ATT_PROGRAMS/" >"$D/leftovers"
}

# What they are doing.
describe_leftovers()
{
	local pid

	while read -r pid _; do
		ps -o pid=,ppid=,stat=,etime=,wchan=,args= -p "$pid" |
		    sed 's/^/#   left over: /'
		ls -l "/proc/$pid/fd" 2>/dev/null | sed -n 's/^.* \([0-9]* -> \)/#     \1/p'
	done <"$D/leftovers"
}

# Soon, none of them is left.
gone()
{
	wait_for 3 not leftovers || {
		describe_leftovers
		return 1
	}
}

# host_is VERDICT [REASON]: what attestctl says of this host, without a login.
host_is()
{
	local code=0 wanted=0

	[ "$1" = accepted ] || wanted=1
	"$ATTESTCTL" --config "$D/conf" host status --json >"$D/status" \
	    2>"$D/status.err" || code=$?
	[ "$code" = "$wanted" ] && [ ! -s "$D/status.err" ] &&
		grep -q "\"verdict\": \"$1\"" "$D/status" &&
		{ [ -z "${2:-}" ] ||
			grep -q "\"code\": \"$2\"" "$D/status"; }
}
