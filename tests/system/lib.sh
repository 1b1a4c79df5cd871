# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034
# What the system tests are written with. Sourced by "run" inside its mount
# namespace: /etc is an overlay, /run and /dev are ours, $W is the folder for
# everything else. The users tess (with a key), bob (without) exist only here.
# Guests of tests/vm are written with it as well.

case_folder=$W
. "$(dirname "${BASH_SOURCE[0]}")/../cases.sh"

key_pid=
device=$W/key

add_user()
{
	echo "$1:x:$2:$2::$W/home/$1:/bin/bash" >>/etc/passwd
	echo "$1:x:$2:" >>/etc/group
	echo "$1:*:19000:0:99999:7:::" >>/etc/shadow
	mkdir -p "$W/home/$1"
	chown "$2:$2" "$W/home/$1"
}

# The people of this machine, an authority for keys, and a log.
set_up()
{
	rm -f /etc/ld.so.preload /etc/nologin
	add_user tess 64201
	add_user bob 64202
	mkdir -p /etc/sudoers.d
	rm -f /etc/sudoers.d/*
	cat >/etc/sudoers <<-'EOT'
		Defaults timestamp_timeout=0
		root ALL=(ALL:ALL) ALL
		tess ALL=(ALL:ALL) ALL
		bob ALL=(ALL:ALL) ALL
	EOT
	chmod 440 /etc/sudoers
	mkdir -m 700 "$W/credentials.d" "$W/roots.d" "$W/intermediates.d" \
	    "$W/state"
	"$SOFTKEY" --make-ca "$W/ca" >/dev/null || return
	cp "$W/ca/ca.pem" "$W/roots.d/"
	chmod 600 "$W/roots.d/ca.pem"
	: >"$W/log"
	"$LOG_LISTENER" /dev/log "$W/log" &
	listener=$!
}

describe_failure()
{
	{
		[ ! -s "$W/out" ] || sed 's/^/#   /' "$W/out"
		[ ! -s "$W/log" ] || sed 's/^/#   log: /' "$W/log"
	} | tr -d '\r' | tail -25
}

# key NAME [softkey options]: the one key that is plugged in.
key()
{
	local name=$1

	shift
	key_stop
	: >"$W/key.trace"
	"$SOFTKEY" --link "$W/key" --state "$W/$name.state" \
	    --trace "$W/key.trace" \
	    --attestation-key "$W/ca/attestation.key" \
	    --attestation-chain "$W/ca/attestation.pem" "$@" \
	    </dev/null >"$W/key.log" 2>&1 &
	key_pid=$!
	wait_for 5 test -e "$W/key"
}

key_stop()
{
	[ -n "$key_pid" ] || return 0
	kill "$key_pid" 2>/dev/null
	wait "$key_pid" 2>/dev/null
	key_pid=
	rm -f "$W/key"
}

asked()
{
	grep -q " in .*${1:-}" "$W/key.trace"
}

# conf [NAME=VALUE]...
conf()
{
	local word

	{
		echo "credentials_dir = $W/credentials.d"
		echo "roots_dir = $W/roots.d"
		echo "intermediates_dir = $W/intermediates.d"
		echo "state_dir = $W/state"
		[ -z "$device" ] || echo "device = $device"
		for word in "$@"; do
			echo "${word%%=*} = ${word#*=}"
		done
	} >"$W/conf"
	chmod 600 "$W/conf"
}

# Of the host gate, see gate. A token is that of this authority.
issuer=https://test.example.attest.azure.net
gate_usual=(host_profile=azurevm-trusted-launch host_binding=none)

# token [token.py options]: the token of this host from now on.
token()
{
	[ -e "$W/maa" ] || python3 "$TOKEN" authority "$W/maa"
	python3 "$TOKEN" sign "$W/maa" --kind azurevm --issuer "$issuer" "$@" \
	    >"$W/token"
	chmod 600 "$W/token"
}

# attested TPM: a configuration of a host with this TPM, "this" or "other", that
# has itself attested. The service and both TPMs run until attested_end.
attested_pids=()
attested()
{
	[ ${#attested_pids[@]} -gt 0 ] || attested_begin
	gate "host_issuer=$attested_url" "host_ca=$W/service/ca.pem" \
	    "host_token=$W/kept/token" "host_key=$W/kept/key" \
	    "host_aik=$W/kept/aik" host_profile=tpm-secure-boot \
	    host_binding=proof "host_tcti=swtpm:path=$W/$1.sock" \
	    "host_tcg_log=$W/this.logs/tcg" "host_ima_log=$W/this.logs/ima" \
	    "maa_ca=$W/service/tls.pem"
}

attested_begin()
{
	local name

	for name in this other; do
		tpm "$name"
		attested_pids+=("$tpm_pid")
		measure "$name"
	done
	exec {attested_ready}< <(exec python3 -B "$EMULATOR/emulator.py" \
	    "$W/service" --no-authentication \
	    --policy "Tpm=$EMULATOR/secure_boot.policy" 2>"$W/service.log")
	attested_pids+=($!)
	read -r -t 60 attested_url <&"$attested_ready"
	chmod 600 "$W"/service/*.pem
}

attested_end()
{
	kill "${attested_pids[@]}" 2>/dev/null
	wait "${attested_pids[@]}" 2>/dev/null
	attested_pids=()
}

# refresh: as the timer does it; fills $W/out.
refresh()
{
	timeout 60 "$ATTESTCTL" --config "$W/conf" host refresh --once \
	    </dev/null >"$W/out" 2>&1
}

# service NAME: writes /etc/pam.d/NAME from standard input; MODULE in it is
# the module with its configuration.
service()
{
	sed "s,MODULE,$ATT_MODULE conf=$W/conf,g" >"/etc/pam.d/$1"
}

# The lines of a phase with a look at the process before and after them.
# watched PHASE LINES...
watched()
{
	local phase=$1 line

	shift
	echo "$phase optional $PAM_SNAPSHOT before $W/snapshots"
	for line in "$@"; do
		echo "$phase $line"
	done
	echo "$phase optional $PAM_SNAPSHOT after $W/snapshots"
}

# Every one of these phases was compared, and nothing had changed.
left_alone()
{
	local phase

	for phase in "$@"; do
		grep -qx "compared $phase" "$W/snapshots" ||
		    echo "#   not compared: $phase"
	done >"$W/out"
	grep '^changed' "$W/snapshots" >>"$W/out"
	[ ! -s "$W/out" ]
}

# The usual stack: the key alone decides.
usual_sudo()
{
	service sudo <<-'EOT'
		auth required MODULE
		account required MODULE
		account required pam_permit.so
		session required MODULE
	EOT
}

enroll()
{
	timeout $((20 * patience)) "$ATTESTCTL" --config "$W/conf" enroll "$1" --label "$2" \
	    </dev/null >"$W/out" 2>&1
}

# on_terminal SECONDS SCRIPT COMMAND...: the command on a terminal of its
# own, as expect sees it; SCRIPT is more Tcl for the dialogue, with a last
# "finish" that waits for the end. Fills $W/out and $status.
status=
on_terminal()
{
	local limit=$(($1 * patience)) script=$2

	shift 2
	cat >"$W/dialogue.exp" <<-EOT
		log_user 1
		set timeout $limit
		proc must {what} {
			expect {
				-re \$what {}
				timeout {exit 124}
				eof {finish}
			}
		}
		proc finish {} {
			expect {
				eof {}
				timeout {exit 124}
			}
			lassign [wait] pid id error code
			exit \$code
		}
		eval spawn -noecho [lrange \$argv 0 end]
		$script
		finish
	EOT
	timeout -k 2 $((limit + 10)) expect -f "$W/dialogue.exp" -- "$@" \
	    >"$W/out" 2>&1 </dev/null
	status=$?
}

as_user()
{
	echo "setpriv --reuid $1 --regid $1 --init-groups env -i
	    PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=$W/home/$1 TERM=dumb"
}

# sudo_as USER SCRIPT [sudo options and command]
sudo_as()
{
	local user=$1 script=$2

	shift 2
	: >"$W/log"
	# shellcheck disable=SC2046
	on_terminal 15 "$script" $(as_user "$user") ${hostile[@]+"${hostile[@]}"} \
	    sudo "$@"
}
hostile=()

# says PATTERN: on the terminal. logged PATTERN: in the system log, which
# takes its time.
says()
{
	grep -aEq -- "$1" "$W/out"
}

logged()
{
	wait_for 1 grep -aEq -- "$1" "$W/log"
}

# times N PATTERN FILE: exactly so often.
times()
{
	wait_for 1 reaches "$@" || return
	sleep 0.05
	test "$(grep -aEc -- "$2" "$3")" = "$1"
}

reaches()
{
	test "$(grep -aEc -- "$2" "$3")" -ge "$1"
}

leftovers()
{
	pgrep -f "^$ATT_PROGRAMS/" >/dev/null
}
