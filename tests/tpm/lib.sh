# SPDX-License-Identifier: BSD-2-Clause
# TPMs of swtpm with keys in them, and tokens that name these keys. Sourced by
# the tests of this folder, which run in a folder of their own.
# shellcheck shell=bash

# shellcheck disable=SC2034 # by who sources this
token=$top_srcdir/tests/tokens/token.py
prove=${PROVE:-$top_builddir/tests/tpm/prove}
# shellcheck disable=SC2034
fake=$top_srcdir/tests/tpm/fake_tpm.py
number=0
failed=0
running=()

work=$(mktemp -d "${TMPDIR:-/tmp}/att-tpm.XXXXXX") || exit 99
chmod 755 "$work"
cd "$work" || exit 99
umask 022

clean_up() {
	[ ${#running[@]} -eq 0 ] || kill "${running[@]}" 2>/dev/null
	rm -rf "$work"
}
trap clean_up EXIT

give_up() {
	echo "Bail out! $*"
	exit 99
}

ok() {
	number=$((number + 1))
	echo "ok $number - $1"
}

not_ok() {
	number=$((number + 1))
	failed=$((failed + 1))
	echo "not ok $number - $1"
	sed 's/^/# /' said
}

# judged TEXT COMMAND...: one result, made by the status of the command.
judged() {
	local text=$1
	shift
	if "$@" >said 2>&1; then ok "$what: $text"; else
		not_ok "$what: $text"
	fi
}

# says PATTERN TOKEN-NAME [OPTION=VALUE]...: what the gate says of that token
# on the present TPM; a pattern of grep. Files are named by "@NAME".
says() {
	local pattern=$1 name=$2
	shift 2
	"$prove" "host_tcti=$tcti" "host_key=$work/no.key" \
	    host_binding=proof "${@/@/$work/}" "$name.jwt" >said 2>took
	if grep -q -e "$pattern" said; then
		ok "$what: $name${*:+, $*}: $(tr -d '\n' <took)"
	else
		echo "expected: $pattern" >>said
		not_ok "$what: $name${*:+, $*}"
	fi
}

# left: nothing of anybody's is in the memory of the TPM.
left() {
	: >said
	for kind in transient loaded-session saved-session; do
		tpm2_getcap "handles-$kind" >>said 2>&1
	done
	if [ -s said ]; then not_ok "$what: nothing is left in the TPM"; else
		ok "$what: nothing is left in the TPM"
	fi
}

# started NAME: swtpm on the state NAME, as if its host had just been started.
started() {
	swtpm socket --tpm2 --tpmstate "dir=$work/$1" \
	    --server "type=unixio,path=$work/$1.sock" \
	    --ctrl "type=unixio,path=$work/$1.sock.ctrl" \
	    --flags not-need-init,startup-clear --pid "file=$work/$1.pid" \
	    --daemon || give_up "swtpm does not start"
	running+=("$(cat "$1.pid")")
	use "$1"
}

# started_by_tcp NAME: likewise, at two ports that nobody listens at.
started_by_tcp() {
	local port
	port=$(python3 -c 'import socket
while True:
    with socket.socket() as a, socket.socket() as b:
        a.bind(("127.0.0.1", 0))
        port = a.getsockname()[1]
        try:
            b.bind(("127.0.0.1", port + 1))
            break
        except (OSError, OverflowError):
            pass
print(port)')
	swtpm socket --tpm2 --tpmstate "dir=$work/$1" \
	    --server "type=tcp,port=$port,bindaddr=127.0.0.1" \
	    --ctrl "type=tcp,port=$((port + 1)),bindaddr=127.0.0.1" \
	    --flags not-need-init,startup-clear --pid "file=$work/$1.pid" \
	    --daemon || give_up "swtpm does not start at port $port"
	running+=("$(cat "$1.pid")")
	tcti=swtpm:host=127.0.0.1,port=$port
}

use() {
	tcti=swtpm:path=$work/$1.sock
	export TPM2TOOLS_TCTI=$tcti
}

stopped() {
	local pid
	pid=$(cat "$1.pid")
	kill "$pid"
	while kill -0 "$pid" 2>/dev/null; do sleep 0.01; done
}

# made NAME: a TPM of another seed, new.
made() {
	mkdir "$1"
	swtpm_setup --tpm2 --tpmstate "$work/$1" --pcr-banks sha256 \
	    >said 2>&1 || give_up "swtpm_setup: $(cat said)"
}

# t COMMAND...: a command of tpm2-tools. swtpm has no resource manager.
t() {
	"$@" >said 2>&1 || give_up "$*: $(cat said)"
	tpm2_flushcontext -t && tpm2_flushcontext -l || give_up "no flush"
}

bound='fixedtpm|fixedparent|sensitivedataorigin'

# brought NAME ALGORITHM ATTRIBUTES [OPTION]...: a key that software has made,
# which takes a tenth of the time that swtpm takes.
brought() {
	local name=$1
	openssl genrsa -out "$name.rsa" 2048 2>/dev/null
	openssl pkey -in "$name.rsa" -pubout -out "$name.pem"
	t tpm2_import -C "${below:-storage.ctx}" -G "$2" -a "$3" "${@:4}" \
	    -i "$name.rsa" -u "$name.pub" -r "$name.priv"
	t tpm2_load -C "${below:-storage.ctx}" -u "$name.pub" -r "$name.priv" \
	    -c "$name.ctx"
}

# key NAME ALGORITHM ATTRIBUTES [OPTION]...: below the storage key.
key() {
	local name=$1
	t tpm2_create -C storage.ctx -G "$2" -a "$3" "${@:4}" -u "$name.pub" \
	    -r "$name.priv"
	t tpm2_load -C storage.ctx -u "$name.pub" -r "$name.priv" \
	    -c "$name.ctx"
	t tpm2_readpublic -c "$name.ctx" -f pem -o "$name.pem"
}

# kept NAME: the key persistent, at the next handle.
handle=$((0x81010010))
kept() {
	t tpm2_evictcontrol -C o -c "$1.ctx" "$(printf 0x%x $handle)"
	handle=$((handle + 1))
}

# in_file NAME PARENT [HANDLE]: the key in a file, for option host_key.
in_file() {
	t tpm2_encodeobject -C "$2" -u "$1.pub" -r "$1.priv" -o "$1.key"
	chmod 600 "$1.key"
}

# in_file_below_rsa NAME: likewise, but below the RSA storage key of the owner,
# which tpm2_encodeobject cannot say. The key is too large for short lengths.
in_file_below_rsa() {
	python3 - "$1" <<'END'
import base64, sys
def part(tag, data):
    return bytes([tag, 0x82, len(data) >> 8, len(data) & 255]) + data
name = sys.argv[1]
blobs = [open(name + end, "rb").read() for end in (".pub", ".priv")]
head = bytes.fromhex("06066781050a0103" "a0030101ff" "a5030101ff" "020440000001")
der = part(0x30, head + part(4, blobs[0]) + part(4, blobs[1]))
with open(name + ".key", "w") as out:
    out.write("-----BEGIN TSS2 PRIVATE KEY-----\n%s-----END TSS2 PRIVATE "
              "KEY-----\n" % base64.encodebytes(der).decode())
END
	chmod 600 "$1.key"
}

# The key that the guest library of Azure would make, by other tools.
ephemeral() {
	printf '\000\001' >unique
	head -c 256 /dev/zero >>unique
	t tpm2_startauthsession -S session
	t tpm2_policypcr -S session -l "sha256:$1" -L policy
	t tpm2_flushcontext session
	t tpm2_createprimary -C n -g sha256 -G rsa2048 -u unique -L policy \
	    -a "decrypt|$bound|noda" -c ephemeral.ctx
	t tpm2_readpublic -c ephemeral.ctx -f pem -o ephemeral.pem
}

# Into said: processes of ours that have outlived who started them. Those of
# other tests may run at the same time.
find_orphans() {
	local pid parent
	: >said
	for pid in $(pgrep -fx "$top_builddir/pam_attest-tpm"); do
		parent=$(ps -o ppid= -p "$pid") || continue
		case $(ps -o comm= -p "$parent") in
		prove | talk | attestctl* | pam_attest-* | sandbox_tpm) ;;
		*) ps -o pid=,ppid=,args= -p "$pid" >>said ;;
		esac
	done
}

# no_orphan: there is none. What is just ending, or whose parent is, is gone
# soon.
no_orphan() {
	local end=$((SECONDS + 5))
	find_orphans
	while [ -s said ] && [ $SECONDS -le $end ]; do
		sleep 0.05
		find_orphans
	done
	if [ ! -s said ]; then ok 'no process is left'; else
		not_ok 'a process is left'
	fi
}
