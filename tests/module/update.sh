#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# "attestctl mds update" on an installed tree, beside a server of our own that
# does what a server should not. As root the fetcher has to leave root.
set -u

# shellcheck source=tests/vectors/mds_lib.sh
. "${top_srcdir:?}/tests/vectors/mds_lib.sh"
here=$top_srcdir/tests/module
fetcher=$ATT_PROGRAMS/pam_attest-fetcher
ca=$scratch/ca
www=$scratch/www
model=12345678-1234-4234-8234-123456789abc
servers=()
port=

if [ ! -x "$fetcher" ]; then
	echo "update.sh: $fetcher is not there; run \"make install\" first" >&2
	exit 2
fi
trap 'kill "${servers[@]}" 2>/dev/null; rm -rf "$scratch"' EXIT

# serve NAME: one more server with that certificate; its port is $port.
serve() {
	local file=$scratch/port.$1

	"$here/metadata_server.py" "$www" "$ca/$1.pem" "$ca/$1.key" "$file" &
	servers+=($!)
	for _ in {1..100}; do
		[ ! -s "$file" ] || break
		sleep 0.1
	done
	port=$(cat "$file") || exit 1
}

publish() {
	blob sign "$ca" "$@" >"$www/blob.jwt"
}

update() {
	"$attestctl" --config "$scratch/conf" mds update "$@"
}

at() {
	update "$url/$1"
}

# asked_with TEXT: the last request, and whether it had that in it.
asked_with() {
	tail -1 "$www/requests"
	tail -1 "$www/requests" | grep -q -- "$1"
}

asked_with_nothing() {
	tail -1 "$www/requests"
	[ "$(tail -1 "$www/requests")" = /blob.jwt ]
}

fetchers() {
	pgrep -f "^$fetcher\$" | sort
}

mkdir "$www"
blob authority "$ca" && blob tls "$ca" || exit 1
serve elsewhere
elsewhere=https://localhost:$port
serve localhost
url=https://localhost:$port
mkdir -m 755 "$scratch/roots"
cp "$ca/root.pem" "$scratch/roots/"
chmod 644 "$scratch/roots/root.pem" "$ca/tls.pem"
cat >"$scratch/conf" <<E2
mds_dir = $scratch/mds
mds_roots = $scratch/roots
mds_url = $url/blob.jwt
mds_ca = $ca/tls.pem
E2

# --- A server as it should be
publish --no 1 --entry "$model"
check 'a BLOB is fetched, verified and kept' 0 'imported metadata no 1: 1 ent' \
    update
check 'the first request has no condition' 0 blob.jwt asked_with_nothing
check 'the same is not sent again' 0 'no 1 is current' update
check 'since the request says what is there' 0 'If-Modified-Since=' \
    asked_with 'If-None-Match="[0-9a-f]*"'
check 'JSON says so, too' 0 '"is_new": false' update --json

# It takes its time, so the rest goes on meanwhile.
at stall >"$scratch/stalled" 2>&1 &
stalled=$!
sleep 0.5
owner=$(fetchers | head -1)
if [ "$(id -u)" = 0 ]; then
	check 'the fetcher is nobody, in no group' 0 \
	    '^Uid:	65534	65534	65534	65534$' \
	    grep -E '^(Uid|Gid|Groups|Cap)' "/proc/$owner/status"
	check 'without a capability, not even a bound on it' 1 '^$' \
	    grep -E '^Cap(Prm|Eff|Bnd): *0*[1-9a-f]' "/proc/$owner/status"
else
	check 'the fetcher is who started it' 0 "^Uid:	$(id -u)	" \
	    grep Uid "/proc/$owner/status"
fi
if [ "${ATT_SANITIZED:-no}" = no ]; then
	check 'it cannot get more' 0 'NoNewPrivs:	1' \
	    grep NoNewPrivs "/proc/$owner/status"
	check 'its system calls are filtered' 0 'Seccomp:	2' \
	    grep Seccomp: "/proc/$owner/status"
fi

publish --no 2 --entry "$model=REVOKED@2024-01-01"
check 'the next one is fetched' 0 'imported metadata no 2' update
check 'and is what is asked' 0 REVOKED mds show "$model"
publish --no 1 --entry "$model"
check 'an older one is refused' 1 'no 2 has been imported already' update
check 'what was refused is not remembered' 1 'no 2 has been imported already' \
    update
publish --no 3 --next-update 2024-01-01
check 'one that is overdue is kept, with a warning' 0 \
    'warning: the next metadata was due on 2024-01-01' update
check 'it stays overdue when there is no other' 0 \
    'warning: the next metadata was due on 2024-01-01' update

# --- What is remembered is about the index that is there, or about nothing
rm "$scratch/mds/index"
check 'without the index all of it is fetched' 0 'imported metadata no 3' update
printf x >>"$scratch/mds/index"
printf x | dd of="$scratch/mds/index" bs=1 seek=20 conv=notrunc 2>/dev/null
check 'with a damaged one, too' 0 'imported metadata no 3' update
publish --no 4
check 'after an import of another' 0 'imported metadata no 4' \
    mds import "$www/blob.jwt"
check 'the request has no condition' 0 'is there already' update
check 'as nothing is known of what is there' 0 blob.jwt asked_with_nothing
echo '{"url": 1, "url": 2' >"$scratch/mds/source"
check 'what is remembered may be damaged' 0 'is there already' update
check 'then it is made anew' 0 'no 4 is current' update

# --- A server as it should not be: what is kept stays, whatever happens
check 'a status that nobody asked for' 2 'nothing has changed, which nobody' \
    at unchanged
check 'an empty file' 2 'the server sent nothing' at empty
check 'an error' 2 'HTTP status 503, expected 200' at error
check 'a file that is not there' 2 'HTTP status 404, expected 200' at nothing
check 'JSON has the code' 2 '"code": "fetch"' update --json "$url/nothing"
check 'a server that closes early' 2 'bytes remaining to read' at early
check 'one that claims to send too much' 1 'larger than any BLOB' \
    at claims-much
check 'one that sends too much' 1 'larger than any BLOB' at sends-much
check 'a redirect to http' 2 'Protocol "http" not supported' at to-http
check 'a redirect to a file' 2 'Protocol "file" not supported' at to-file
check 'redirects without end' 2 'Maximum (3) redirects followed' at in-circles
check 'a redirect is followed' 0 'is there already' at to-blob
check 'the certificate of another host' 2 \
    "no alternative certificate subject name matches target host name" \
    update "$elsewhere/blob.jwt"
echo 'no BLOB' >"$www/page"
check 'a page that is no BLOB' 1 'JWS' at page
sed 's/.$/A/;s/A$/AA/' "$www/blob.jwt" >"$www/changed"
check 'a BLOB with another signature' 1 'does not verify\|JWS' at changed
check 'nobody listens there' 2 "[Cc]ouldn't connect" \
    update https://localhost:9/
check 'a host that is not there' 2 'resolve host' \
    update https://no-such-host.invalid/
check 'http' 2 'does not begin with https://' update "http://localhost:$port/"
check 'a file' 2 'does not begin with https://' update "file://$www/blob.jwt"
check 'a URL with blanks' 2 'cannot be fetched\|malformed' \
    update "$url/a b"
sed -i '/^mds_ca/d' "$scratch/conf"
check 'a certificate that no CA of the system issued' 2 \
    'unable to get local issuer certificate' update
echo "mds_ca = $ca/no-such-file" >>"$scratch/conf"
check 'a file of CAs that is not there' 2 'mds_ca' update
sed -i "s#^mds_ca.*#mds_ca = $ca/tls.pem#" "$scratch/conf"

# --- Taken over, in the place of the fetcher, by what tries to get out
taken_over() {
	unshare --mount --propagation private bash -uc '
		mount --bind "$0" "$1" || exit 9
		exec "$2" --config "$3" mds update "$4"' \
	    "$SANDBOX_FETCHER" "$fetcher" "$attestctl" "$scratch/conf" \
	    "https://localhost:$port/$1"
}

# What it needs; what does no harm (ioctl is FIONREAD); what only ends itself.
may=" nothing look-at-file ioctl tcp-socket udp-socket netlink-socket socket-pair
    thread signal-itself ignore-deadline block-deadline "

get_out() {
	local name said count=0
	while read -r name; do
		[[ $may != *[[:space:]]${name}[[:space:]]* ]] || continue
		said=$(taken_over "$name" 2>&1)
		count=$((count + 1))
		grep -q 'refused: \|ended without an answer' <<<"$said" || {
			echo "$name: $said"
			return 1
		}
	done < <("$SANDBOX_FETCHER" list)
	echo "$count attempts were refused"
	[ $count -gt 20 ]
}

if [ "$(id -u)" != 0 ] || [ "${ATT_SANITIZED:-no}" != no ] ||
    ! "$SANDBOX_FETCHER" landlock; then
	number=$((number + 1))
	echo "ok $number - a fetcher that is taken over # SKIP this takes root," \
	    "Landlock and a build without sanitizers"
else
	chmod -R a+rX "$scratch"
	check 'the capabilities that the service leaves are enough' 0 \
	    'no 4 is current' setpriv --inh-caps=-all \
	    --bounding-set=-all,+setuid,+setgid "$attestctl" \
	    --config "$scratch/conf" mds update "$url/to-blob"
	check 'taken over, the fetcher gets nowhere' 0 \
	    '[0-9]* attempts were refused' get_out
	check 'it reads the CAs' 2 'it worked' taken_over read-system-cas
	check 'and reaches its server' 2 'it worked' taken_over "connect-$port"
	check 'but no other' 2 'refused: Permission denied' \
	    taken_over "connect-${elsewhere##*:}"
	check 'it may end without an answer' 2 'ended without an answer' \
	    taken_over say-nothing
	check 'or say what nobody understands' 2 'is malformed' \
	    taken_over say-nonsense
	check 'or more than it was allowed' 2 'is malformed' \
	    taken_over say-too-much
	check 'or that nothing is new, which nobody asked' 2 'nobody asked' \
	    taken_over say-nothing-new
	echo '127.0.0.1 localhost metadata.test' >"$scratch/hosts"
	check 'a name that has to be resolved is resolved' 2 \
	    "does not match\|no alternative certificate subject name matches" \
	    unshare --mount --propagation private bash -uc '
		mount --bind "$0" /etc/hosts || exit 9
		exec "$1" --config "$2" mds update "$3"' "$scratch/hosts" \
	    "$attestctl" "$scratch/conf" "https://metadata.test:$port/blob.jwt"
fi

# --- Interrupted
"$attestctl" --config "$scratch/conf" mds update "$url/stall" >/dev/null 2>&1 &
killed=$!
sleep 0.5
others=$(fetchers)
kill -KILL "$killed"
wait "$killed" 2>/dev/null
for _ in {1..40}; do
	[ "$(fetchers)" != "$others" ] && break
	sleep 0.05
done
check 'the fetcher goes with who started it' 0 gone \
    sh -c "[ \"\$(pgrep -f '^$fetcher\$' | wc -l)\" -le 1 ] && echo gone"
wait "$stalled"
check 'a server that stalls' 2 'Operation too slow' \
    sh -c "cat '$scratch/stalled'; exit $?"
check 'what is kept is as it was' 0 '^no  *4$' mds status
check 'and can be asked for' 0 'is there already' update
check 'as before' 0 'no 4 is current' update

finish
