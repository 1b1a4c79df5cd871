#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# attestctl token as a command: what is typed, where its input is from, and
# what comes out, for people and for programs.
set -u

# shellcheck source=tests/vectors/mds_lib.sh
. "${top_srcdir:?}/tests/vectors/mds_lib.sh"
# shellcheck source=tests/tokens/service.sh
. "$top_srcdir/tests/tokens/service.sh"
token=$top_srcdir/tests/tokens/token.py
issuer=https://test.example.attest.azure.net
long=$(head -c 9000 /dev/zero | tr '\0' x)
cd "$scratch" || exit 99
service keys || exit 99

# Names and values with what a terminal obeys: CSI in seven and in eight bits, a
# title, a backspace, text from right to left, a line of its own; long ones; and
# such as a requirement has to quote.
python3 - "$issuer" "$long" <<'EOF'
import json, sys, time
now = int(time.time())
base = {"iss": sys.argv[1], "iat": now, "exp": now + 600,
        "x-ms-attestation-type": "azurevm"}
evil = "\x1b]0;title\x07\x1b[2J\u009b31m\u202e\b\nverdict:  accepted\x7f"
for name, more in (("good", {}), ("evil", {evil: evil, "n": {evil: [evil]}}),
                   ("foreign", {"iss": evil}),
                   ("long", {sys.argv[2]: sys.argv[2], "z": list(range(9999))}),
                   ("blank", {'a "b"': {"c/d~e": 1}})):
    with open(name + ".json", "w") as out:
        json.dump(dict(base, **more), out)
EOF
for name in good evil foreign long blank; do
	echo "$name.jwt --raw-payload $name.json"
done >lines
printf 'late.jwt --late /secureboot=false\nnone.jwt --alg none\n' >>lines
echo 'cvm.jwt --kind cvm --iat 1760000000' >>lines
"$token" batch keys <lines || exit 99

verify() {
	"$attestctl" token verify --issuer "$issuer" --jwks keys/jwks.json "$@"
}

show() {
	"$attestctl" token show "$@"
}

# wrong NAME PATTERN ARGUMENT...: wrong use is exit status 2, one line on
# standard error and nothing on standard output.
wrong() {
	local name=$1 pattern=$2
	shift 2
	check "$name" 2 "^attestctl: token.*$pattern" one_line "$attestctl" "$@"
}

one_line() {
	local status=0
	"$@" >out 2>err </dev/null || status=$?
	cat out err
	if [ -s out ] || [ "$(wc -l <err)" -ne 1 ]; then
		echo "not one line on standard error"
		return 99
	fi
	return "$status"
}

# --- What is typed ---

check 'token has help' 0 '^usage: attestctl token show' "$attestctl" token -h
check 'verify has help' 0 '^usage: attestctl .*token verify' \
    "$attestctl" token verify --help
check 'show has help' 0 '^usage: attestctl token show' \
    "$attestctl" token show --help
check 'help names token' 0 '^  token ' "$attestctl" --help
good=(--issuer "$issuer" --jwks keys/jwks.json)
wrong 'no part' 'expected show or verify' token
wrong 'another part' 'expected show or verify' token sign good.jwt
wrong 'no file' 'exactly one FILE' token verify "${good[@]}"
wrong 'two files' 'exactly one FILE' token verify "${good[@]}" good.jwt b
wrong 'no issuer' 'issuer is needed: the same keys sign for every provider' \
    token verify --jwks keys/jwks.json good.jwt
wrong 'no key' 'jwks or --ca is needed' token verify --issuer "$issuer" \
    good.jwt
wrong 'an unknown option' "'--issuers' is not an option" \
    token verify --issuers "$issuer" good.jwt
wrong 'an option without its value' 'needs a value' \
    token verify good.jwt --jwks
wrong 'no such option of show' 'unknown option' token show --issuer x good.jwt
wrong 'show without a file' 'too few' token show
wrong 'an issuer without https' 'https' \
    token verify "${good[@]}" --issuer http://x good.jwt
many=()
for i in $(seq 17); do many+=(--issuer "https://x$i.example"); done
wrong '17 issuers' '16' token verify --jwks keys/jwks.json "${many[@]}" \
    good.jwt
wrong 'no such type' 'azurevm' token verify "${good[@]}" --type azure good.jwt
wrong 'any type and another' 'leaves nothing' \
    token verify "${good[@]}" --type any --type sgx good.jwt
wrong 'a hash that is none' 'policy' \
    token verify "${good[@]}" --policy-hash abc good.jwt
wrong 'no time' 'nor a time' token verify "${good[@]}" --at noon good.jwt
wrong 'no duration' 'max' token verify "${good[@]}" --max-age soon good.jwt
wrong 'a duration twice' 'max-age is given twice' \
    token verify "${good[@]}" --max-age 1h --max-age 2h good.jwt
wrong 'too much leeway' 'leeway' \
    token verify "${good[@]}" --leeway 11m good.jwt
wrong 'no such profile' 'azurevm-trusted-launch' \
    token verify "${good[@]}" --profile azure good.jwt
wrong 'a requirement that is none' 'require' \
    token verify "${good[@]}" --require 'secureboot is true' good.jwt
wrong 'keys from a pipe' 'pipe' \
    token verify --issuer "$issuer" --jwks - good.jwt

# --- Files ---

wrong 'a token that is not there' 'absent.jwt' \
    token verify "${good[@]}" absent.jwt
wrong 'a token that is a folder' 'keys' token verify "${good[@]}" keys
wrong 'keys that are not there' 'absent.json' \
    token verify --issuer "$issuer" --jwks absent.json good.jwt
wrong 'keys that are no JSON' 'enclave.pem' \
    token verify --issuer "$issuer" --jwks keys/enclave.pem good.jwt
echo '{"keys":[]}' >empty.json
wrong 'keys that are none' 'empty.json' \
    token verify --issuer "$issuer" --jwks empty.json good.jwt
wrong 'an authority that is not there' 'absent.pem' \
    token verify --issuer "$issuer" --ca absent.pem good.jwt
wrong 'an authority that is none' 'host.key' \
    token verify --issuer "$issuer" --ca keys/host.key good.jwt
wrong 'show of what is not there' 'absent.jwt' token show absent.jwt
if [ "$(id -u)" -ne 0 ]; then
	cp good.jwt locked.jwt
	chmod 000 locked.jwt
	wrong 'a token that may not be read' 'locked.jwt' \
	    token verify "${good[@]}" locked.jwt
fi
check 'a token of an endless file' 1 'more than 1048576 bytes' \
    verify /dev/zero
check 'an empty file' 1 'jws-malformed' verify /dev/null
check 'standard input' 0 '^verdict:  *accepted' verify - <good.jwt
check 'show of standard input' 0 '^unverified .*/secureboot' \
    show - <cvm.jwt
check 'show of no token' 1 '^attestctl: token show: .*three parts' \
    show keys/jwks.json

# --- Configurations ---

cat >conf <<EOF
host_issuer = $issuer
host_jwks = $scratch/keys/jwks.json
host_ca = $scratch/keys/ca.pem
host_require = /secureboot == false
EOF
chmod 600 conf
chmod 644 keys/jwks.json keys/ca.pem
check 'a configuration that is named is the rest' 1 'token-claim: .*/secureboot is true' \
    "$attestctl" --config conf token verify --at 1760000060 cvm.jwt
echo 'host_requires = /secureboot == false' >bad.conf
wrong 'one that is wrong' 'bad.conf:1' \
    --config bad.conf token verify "${good[@]}" good.jwt
wrong 'one that is not there' 'absent.conf' \
    --config absent.conf token verify "${good[@]}" good.jwt
check 'show needs none' 0 '^unverified' \
    "$attestctl" --config bad.conf token show good.jwt

# --- For people ---

# harmless COMMAND...: nothing but printable text and newlines, and no line
# that a terminal would take long to show.
harmless() {
	local status=0
	"$@" >out 2>&1 || status=$?
	cat -v out
	if LC_ALL=C tr -d '\n' <out | LC_ALL=C grep -q '[[:cntrl:]]' ||
	    grep -qP '[\x{80}-\x{9f}\x{202e}]' out ||
	    grep -q '^verdict:.*\n.*^verdict:' out ||
	    [ "$(wc -L <out)" -gt 500 ]; then
		echo "not harmless"
		return 99
	fi
	return "$status"
}

# every PATTERN COMMAND...: each line of it.
every() {
	local pattern=$1
	shift
	"$@" >out 2>&1 || return
	cat -v out
	! grep -v -e "$pattern" out
}

check 'a good token, for people' 0 '^issuer:  *https://test' \
    verify --at 1760000060 cvm.jwt
check 'with the time it was issued' 0 '^issued:  *2025-10-09T08:53:20Z$' \
    verify --at 1760000060 cvm.jwt
check 'with what names the host' 0 \
    '^binding:  attestation-key at /x-ms-isolation-tee/x-ms-runtime/keys$' \
    verify --at 1760000060 cvm.jwt
check 'with its claims' 0 '^/x-ms-azurevm-attested-pcrs  *\[0,1,2,3,4,5,6,7\]$' \
    verify --at 1760000060 cvm.jwt
check 'a claim deep down' 0 \
    '^/x-ms-isolation-tee/x-ms-runtime/vm-configuration/secure-boot  *true$' \
    verify --at 1760000060 cvm.jwt
check 'times are dates, too' 0 '^/iat  *1760000000  2025-10-09T08:53:20Z$' \
    verify --at 1760000060 cvm.jwt
check 'a refusal has its code' 1 '^reason:  *token-signature: ' \
    verify late.jwt
check 'a refused token has no claims' 1 'reason' \
    eval '! verify late.jwt | tee out | grep -q secureboot && cat out && false'
check 'control characters are escaped' 0 'title' harmless verify evil.jwt
check 'in show, too' 0 'title' harmless show evil.jwt
check 'and in a refusal' 1 'token-issuer' harmless verify foreign.jwt
check 'long values are cut' 0 'xxx\.\.\.' harmless verify long.jwt
check 'in show, too' 0 'xxx\.\.\.' harmless show long.jwt
check 'each line of show says that it is unverified' 0 '/secureboot' \
    every '^unverified \|^UNVERIFIED ' show cvm.jwt
check 'show shows what is not signed' 0 '/alg  *"none"' show none.jwt
pointer=$(show blank.jwt | sed -n 's/^unverified  claims  *\(.*[^ ]\)  *1$/\1/p')
check 'a pointer that is shown can be required' 0 accepted \
    verify --require "$pointer == 1" blank.jwt
check 'and is not there by chance' 1 'is missing' \
    verify --require "$pointer == 1" good.jwt

# --- For programs ---

json() {
	local filter=$1 status=0
	shift
	"$@" >out || status=$?
	jq -e "$filter" out || return 99
	return "$status"
}

check 'JSON of an accepted token' 0 true json '.verdict == "accepted" and
    .reason == null and .claims.iat == 1760000000 and
    .unverified_claims == null and .header.alg == "RS256"' \
    verify --json --at 1760000060 cvm.jwt
check 'JSON of a refused one' 1 true json '.verdict == "refused" and
    .reason.code == "token-signature" and (.reason.text | length) > 10 and
    .claims == null and .unverified_claims.secureboot == false and
    .key == null and .binding == null' verify --json late.jwt
check 'JSON of what is no token' 1 true json '.reason.code == "jws-malformed"
    and .header == null and .unverified_claims == null' \
    verify --json keys/jwks.json
check 'JSON of show' 0 true json '.verified == false and has("claims") == false
    and .unverified_claims.secureboot == true and .signature.bytes == 256' \
    show --json cvm.jwt
check 'JSON of an evil one' 0 true json \
    '[.claims | keys[]] | map(select(contains("title"))) | length == 1' \
    verify --json evil.jwt
check 'JSON on a full disk' 2 'No space left' \
    eval 'verify --json good.jwt >/dev/full'
check 'the key that signed is named by its SHA-256' 0 true json \
    ".key.sha256 == \"$(openssl pkey -in keys/enclave.key -pubout \
	-outform DER | openssl dgst -sha256 -r | cut -c1-64)\"" \
    verify --json --at 1760000060 cvm.jwt
check 'and so is the one that names the host' 0 true json \
    ".binding.sha256 == \"$(openssl pkey -in keys/host.key -pubout \
	-outform DER | openssl dgst -sha256 -r | cut -c1-64)\"" \
    verify --json --at 1760000060 cvm.jwt

finish
