# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034
# What the cases of tests/module, tests/system and tests/vm are written with
# alike. Their lib.sh sources it and says the rest: $case_folder, where a case
# writes; describe_failure, what one that failed shows; conf, which writes a
# configuration.

number=0
passed=0
failed=0
skipped=0
patience=1 # how many times as long as usual everything may take

# --- Results, in the Test Anything Protocol -------------------------------
ok()
{
	number=$((number + 1))
	passed=$((passed + 1))
	echo "ok $number - $*"
}

not_ok()
{
	number=$((number + 1))
	failed=$((failed + 1))
	echo "not ok $number - $*"
	describe_failure
}

skip()
{
	local reason=$1

	shift
	number=$((number + 1))
	skipped=$((skipped + 1))
	echo "ok $number - $* # SKIP $reason"
}

# is WHAT COMMAND...: one result, made by the status of the command.
is()
{
	local what=$1

	shift
	if "$@"; then
		ok "$what"
	else
		not_ok "$what"
		echo "#   failed: $*"
	fi
}

# The opposite of a function, for wait_for and is.
not()
{
	! "$@"
}

# wait_for SECONDS COMMAND...
wait_for()
{
	local end=$((SECONDS + $1 * patience))

	shift
	until "$@"; do
		[ $SECONDS -le $end ] || return 1
		sleep 0.02
	done
}

# --- The host gate --------------------------------------------------------
# gate [NAME=VALUE]...: a configuration with the host gate, for tokens of
# $issuer; of an option that is given, not what stands in gate_usual, and of
# that not what stands here.
gate()
{
	local words=() word given=" $*"

	for word in "${gate_usual[@]}" host=require "host_issuer=$issuer" \
	    "host_jwks=$case_folder/maa/jwks.json" "host_ca=$case_folder/maa/ca.pem" \
	    "host_token=$case_folder/token" host_same_boot=no; do
		case "$given " in
		*" ${word%%=*}="*) ;;
		*)
			words+=("$word")
			given+=" $word"
			;;
		esac
	done
	conf "${words[@]}" "$@"
}

# tpm NAME: a software TPM at the socket NAME.sock, new or as it was left.
tpm()
{
	[ -d "$case_folder/$1.tpm" ] || mkdir -m 700 "$case_folder/$1.tpm"
	rm -f "$case_folder/$1.sock"
	swtpm socket --tpm2 --tpmstate "dir=$case_folder/$1.tpm" \
	    --server "type=unixio,path=$case_folder/$1.sock" \
	    --ctrl "type=unixio,path=$case_folder/$1.sock.ctrl" \
	    --flags not-need-init,startup-clear \
	    </dev/null >>"$case_folder/$1.log" 2>&1 &
	tpm_pid=$!
	wait_for 5 test -S "$case_folder/$1.sock"
}

# measure NAME [insecure]: that TPM has measured the start of this host.
measure()
{
	local name=$1

	shift
	mkdir -p "$case_folder/$name.logs"
	TPM2TOOLS_TCTI="swtpm:path=$case_folder/$name.sock" \
	    python3 -B "$EMULATOR/boot.py" "$case_folder/$name.logs" "$@" \
	    2>"$case_folder/boot.log"
}
