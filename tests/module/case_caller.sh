# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# The application that asks: nothing in it is changed, whatever it is like.
# (Every login of the other cases compares descriptors, signal mask and
# handlers, environment, umask, folder, mapped files, children, threads, ids
# and limits before and after, too.)

fresh
key desk
enroll_or_stop alice desk desk
plug desk

host --maps -- auth acct open close
is "the module maps itself and nothing else" \
    test "$(grep '^mapped' "$D/out" | grep -vc "${ATT_MODULE##*/}\|/pam_deny.so")" = 0
is "no crypto, FIDO, CBOR or JSON library is mapped" \
    not grep -Eq '^mapped .*(crypto|ssl|fido|cbor|jansson|seccomp|udev)' "$D/out"
needs=$(ldd "$ATT_MODULE" | awk '{ print $1 }' | sed 's,.*/,,' | sort)
allowed='^(linux-vdso.so.1|libpam.so.0|libc.so.6|ld-linux.*|libaudit.so.1|libcap-ng.so.0|libeconf.so.0)$'
if [ "$ATT_SANITIZED" = yes ]; then
	skip "a sanitizer's libraries are there" "the module links libc and libpam"
else
	is "the module links libc and libpam" \
	    test -z "$(grep -Ev "$allowed" <<<"$needs")"
fi
is "the module exports the six entry points and nothing else" \
    test "$(nm -D --defined-only "$ATT_MODULE" | awk '$2 == "T" { print $3 }' |
    sort | tr '\n' ' ')" = "pam_sm_acct_mgmt pam_sm_authenticate \
pam_sm_chauthtok pam_sm_close_session pam_sm_open_session pam_sm_setcred "

login "SIGCHLD is ignored" SUCCESS --sigchld ignore
login "SIGCHLD has a handler" SUCCESS --sigchld handler
login "no standard descriptors" SUCCESS --close-stdio
is "twice in one process" test "$(host -- auth auth auth
    grep -c '^result auth SUCCESS' "$D/out")" = 3

# An environment that tries to lead astray.
prefix=(env LD_LIBRARY_PATH=/nonexistent OPENSSL_CONF="$D/conf"
    OPENSSL_MODULES="$D" OPENSSL_ENGINES="$D" SSL_CERT_FILE="$D/conf"
    SSL_CERT_DIR="$D" FIDO_DEBUG=1 HOME="$D" TMPDIR=/nonexistent
    LANG=xx_XX.UTF-8 LC_ALL=xx GCONV_PATH="$D" MALLOC_CHECK_=3 TZ=:/etc/passwd)
login "a hostile environment" SUCCESS
is "it makes nobody talk" test ! -s "$D/err"
prefix=()

cd "$D/pam.d" || exit 1
login "another working folder" SUCCESS
cd "$ATT_LANE" || exit 1
umask 000
login "umask 000" SUCCESS
is "umask 000 makes no loose file" \
    test -z "$(find "$D/state" "$D/credentials.d" -perm /022)"
umask 022

# The application says no to every message.
login "the conversation refuses even the cue" SUCCESS --refuse-all
rekey desk --touch never
conf timeout=1
login "a denial and a conversation that refuses" AUTH_ERR --refuse-all
rekey desk
conf

# Every allocation in turn fails: a denial, or it did not matter.
if [ "$ATT_SANITIZED" = yes ]; then
	skip "a sanitizer has its own allocator" "allocations that fail"
else
	buf_errors=0
	bad=
	for ((n = 1; n < 400; n++)); do
		host --fail-malloc "$n" -- auth
		made=$(sed -n 's/^allocations auth //p' "$D/out")
		case $code in
		BUF_ERR) buf_errors=$((buf_errors + 1)) ;;
		SUCCESS | SYSTEM_ERR | CONV_ERR | AUTH_ERR) ;;
		*) bad="$bad $n:$code" ;;
		esac
		! grep -q '^changed' "$D/out" || bad="$bad $n:changed"
		[ "${made:-0}" -ge "$n" ] || break
	done
	is "every allocation in turn fails: no crash, nothing changed" \
	    test -z "$bad"
	is "some of them are BUF_ERR ($buf_errors of $n)" \
	    test "$buf_errors" -gt 0
	is "the last one needed nothing that failed" test "$code" = SUCCESS
fi

is "no process is left over" gone
finish
