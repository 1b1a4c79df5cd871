#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Whether a host proves that it is the one of a token: the right TPM with every
# kind of key, and everything else. swtpm is the TPM, tpm2-tools make the keys,
# and tests/tpm/prove.c asks as a login does.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -u
# shellcheck source=tests/tpm/lib.sh
. "${top_srcdir:?}/tests/tpm/lib.sh"

# --- Keys and tokens ---------------------------------------------------------

made first
started first
uses="$bound|userwithauth|noda"
t tpm2_createprimary -C o -G ecc -a "$uses|restricted|decrypt" -c storage.ctx
key rsassa rsa2048:rsassa-sha256:null "$uses|sign" && kept rsassa
key rsapss rsa2048:rsapss-sha384:null "$uses|sign" && kept rsapss
key any rsa2048 "$uses|sign|decrypt" && kept any
key restricted rsa2048:rsassa-sha256:null "$uses|sign|restricted"
kept restricted
signs='userwithauth|noda|sign'
brought sha1 rsa2048:rsassa-sha1:null "$signs" && kept sha1
brought decrypts rsa2048 'userwithauth|noda|decrypt' && kept decrypts
brought password rsa2048:rsassa-sha256:null "$signs" -p secret && kept password
brought locked rsa2048:rsassa-sha256:null 'userwithauth|sign' -p secret
kept locked
# A policy that nothing fulfils.
head -c 32 /dev/zero >policy
brought policy rsa2048:rsassa-sha256:null 'noda|sign' -L policy && kept policy
brought software rsa2048:rsassa-sha256:null "$signs" && kept software
openssl genrsa 2048 2>/dev/null | openssl pkey -pubout -out nobody.pem
# In files: below the storage key of the owner, below a persistent key, and
# below one that the file does not say enough of.
key file rsa2048:rsassa-sha256:null "$uses|sign" && in_file file storage.ctx
t tpm2_evictcontrol -C o -c storage.ctx 0x81000001
in_file file 0x81000001 && mv file.key below.key && in_file file storage.ctx
sed -n '1!{$!p}' file.key | base64 -d >file.der
t tpm2_createprimary -C o -G ecc -c other.ctx
below=other.ctx brought lost rsa2048:rsassa-sha256:null "$signs"
in_file lost other.ctx
t tpm2_createprimary -C o -G rsa2048 -a "$uses|restricted|decrypt" -c rsa.ctx
below=rsa.ctx brought brought-rsa rsa2048:rsassa-sha256:null "$signs"
in_file_below_rsa brought-rsa
ephemeral 0,1,2,3,4,5,6,7

mkdir authority
{
	for name in rsassa rsapss any restricted sha1 decrypts \
	    password policy locked software nobody file lost brought-rsa; do
		echo "$name.jwt --kind tpm --bind request --obj-attr 50" \
		    "--public $name.pem"
	done
	echo 'rsassa-old.jwt --kind tpm --bind request --obj-attr 50' \
	    '--public rsassa.pem --iat -3600'
	echo 'rsassa-full.jwt --kind tpm --bind request --obj-attr 0x40472' \
	    '--public rsassa.pem'
	echo 'rsassa-claimed.jwt --kind tpm --bind request' \
	    '--obj-attr 0x50472 --public rsassa.pem'
	for lacks in 0x30 0x22 0x12; do
		echo "rsassa-lacks-$lacks.jwt --kind tpm --bind request" \
		    "--obj-attr $lacks --public rsassa.pem"
	done
	echo 'rsassa-quoted.jwt --kind tpm --bind request --software' \
	    '--public rsassa.pem'
	echo 'unbound.jwt --kind tpm --drop /cnf'
	echo 'ak.jwt --kind cvm --bind ak --public restricted.pem'
	echo 'ak-of-another.jwt --kind cvm --bind ak --public nobody.pem'
	echo 'ephemeral.jwt --kind azurevm --bind ephemeral' \
	    '--public ephemeral.pem'
	echo 'ephemeral-of-pcr-0.jwt --kind azurevm --bind ephemeral' \
	    '--public ephemeral.pem --pcrs 0'
	echo 'ephemeral-of-another.jwt --kind azurevm --bind ephemeral' \
	    '--public nobody.pem'
} | "$token" batch authority || give_up "no tokens"

# --- The right TPM -----------------------------------------------------------

what='the right TPM'
for how in proof key; do
	for name in rsassa rsassa-full rsassa-old rsapss any restricted ak \
	    ephemeral; do
		says '^ok$' $name host_binding=$how host_same_boot=no
	done
	says '^ok$' file host_binding=$how host_key=@file.key
	says '^ok$' file host_binding=$how host_key=@below.key
done
says '^ok$' rsassa
says '^ok$' nobody host_binding=none
left

what='keys that prove nothing'
says '^binding-proof: .*0x0004 only, expected SHA-256' sha1
says '^binding-proof: .*not one that signs' decrypts
says '^binding-proof: .*the key has a password' password
says '^binding-proof: .*under its policy only' policy
left
what='a locked TPM'
t tpm2_dictionarylockout -s -n 1 -t 100 -l 100
says '^binding-proof: .*the key has a password' locked
says '^binding-proof: .*the TPM is locked' locked
says '^ok$' rsassa
t tpm2_dictionarylockout -c

what='keys that are not of the TPM'
says '^binding-key: none of the 11 persistent keys' nobody
says '^binding-key: none of the' nobody host_binding=key
says '^binding-key: neither a persistent key .* nor the one of' nobody \
    host_key=@file.key
says '^binding-key: none of the' ak-of-another
says '^binding-key: the ephemeral key of this TPM is another' \
    ephemeral-of-another
says '^binding-key: the ephemeral key of this TPM is another' \
    ephemeral-of-pcr-0 host_binding=key
says '^binding-key: loading the key of option host_key: .*another parent' \
    lost host_key=@lost.key
# It was loaded, then: only what came of it is not good enough.
says '^binding-software: the key in the TPM has' brought-rsa \
    host_key=@brought-rsa.key
says '^conf-value: .*file.der (host_key): no "TSS2' file host_key=@file.der
says '^binding-software: the key in the TPM has .* 0x00000032' software
says '^binding-software: the key in the TPM has' software host_binding=key
says '^binding-software: .*/tpm_certify is missing' rsassa-quoted
says '^binding-software: .* is 0x00000030, which lacks 0x00000002' \
    rsassa-lacks-0x30
says '^binding-software: .* lacks 0x00000010' rsassa-lacks-0x22
says '^binding-software: .* lacks 0x00000020' rsassa-lacks-0x12
says '^binding-key: .*has attributes 0x00040472, the token says 0x00050472' \
    rsassa-claimed
says '^binding-missing: /cnf' unbound
left

# --- Several at once, and by a device ----------------------------------------

what='eight logins at once'
: >together
for name in rsassa any ephemeral rsapss rsassa restricted ak rsassa; do
	"$prove" "host_tcti=$tcti" $name.jwt >>together 2>/dev/null &
	pids+=($!)
done
wait "${pids[@]}"
grep -v '^ok$' together >said
if [ ! -s said ] && [ "$(wc -l <together)" = 8 ]; then ok "$what"; else
	not_ok "$what"
fi
left

# The TCTI of real devices, and the lock-down that goes with it.
what='by a device'
"$fake" device "$work/tpm0" "$work/first.sock" >ready &
running+=($!)
until [ -s ready ]; do sleep 0.01; done
tcti=device:$work/tpm0
for name in rsassa restricted ephemeral; do says '^ok$' $name; done
says '^ok$' file host_key=@file.key
says '^binding-key: none of the' nobody
use first
left

# To show a key is no proof.
what='a TPM that shows the key and cannot use it'
"$fake" forger "$work/forger" "$work/first.sock" >forging &
running+=($!)
until [ -s forging ]; do sleep 0.01; done
tcti=device:$work/forger
for name in rsassa rsapss restricted ak; do
	says '^binding-proof: the signature over the challenge is not by' $name
	says '^ok$' $name host_binding=key
done
use first
left

what='by TCP'
cp -r first third
started_by_tcp third
for name in rsassa ak; do says '^ok$' $name; done
use first

# --- What changes ------------------------------------------------------------

what='other PCRs'
t tpm2_pcrextend "9:sha256=$(printf %064d 1)"
says '^ok$' ephemeral
t tpm2_pcrextend "7:sha256=$(printf %064d 1)"
says '^binding-key: the ephemeral key .* its PCRs have changed' ephemeral
left

what='another TPM'
made second
started second
for how in proof key; do
	says '^binding-key: none of the 0 persistent keys' rsassa \
	    host_binding=$how
	says '^binding-key: none of the 0' ak host_binding=$how
	says '^binding-key: loading the key .*another TPM' file \
	    host_key=@file.key host_binding=$how
done
says '^binding-key: the ephemeral key' ephemeral
says '^binding-key: opening 0x81000001, the parent' file host_key=@below.key
left

what='started again'
stopped first
started first
says '^binding-key: the ephemeral key .* started again' ephemeral
says '^token-boot: the TPM was started [01] s ago, .* before that, 36.. s' \
    rsassa-old
says '^token-boot: ' rsassa-old host_binding=key
says '^ok$' rsassa-old host_same_boot=no
says '^ok$' rsassa-old host_leeway=10m host_same_boot=no
says '^ok$' rsassa
left

# --- No TPM ------------------------------------------------------------------

what='no TPM'
stopped first
says '^tpm-unavailable: .*not reached by "swtpm:path=.*: .*check option host_tcti' \
    rsassa
tcti=device:$work/none
says "^tpm-unavailable: $work/none is not there: is the TPM turned on" rsassa
tcti=nonsense:x
says '^tpm-unavailable: .*not reached by "nonsense:x"' rsassa
tcti=device:/dev/null
says '^tpm-unavailable: ' rsassa

# --- Hostile ones ------------------------------------------------------------

# hostile MODE PATTERN [SECONDS]
hostile() {
	local begin took
	rm -f ready
	"$fake" "$1" "$work/$1" >ready &
	running+=($!)
	until [ -s ready ]; do sleep 0.01; done
	case $1 in
	device-*) tcti=device:$work/$1 ;;
	*) tcti=swtpm:path=$work/$1 ;;
	esac
	begin=$(date +%s%N)
	says "$2" rsassa "host_tpm_timeout=${3:-1}"
	took=$((($(date +%s%N) - begin) / 1000000))
	echo "it took $took ms" >said
	if [ $took -lt 1900 ]; then ok "$1 is not waited for"; else
		not_ok "$1 is waited for"
	fi
	kill "${running[-1]}"
}

what='a hostile TPM'
hostile silent '^tpm-timeout: nothing came by .* within 1 s (host_tpm_timeout)'
hostile device-silent '^tpm-timeout: '
hostile device-mute '^tpm-unavailable: .*device-mute' 5
hostile closing '^tpm-unavailable: '
hostile garbage '^tpm-unavailable: '
hostile device-garbage '^tpm-unavailable: '
hostile endless '^tpm-unavailable: '
hostile device-endless '^tpm-unavailable: '
hostile empty '^tpm-unavailable: '
hostile short '^tpm-\(unavailable\|timeout\): '
hostile larger '^tpm-\(unavailable\|timeout\): '
hostile counting '^tpm-unavailable: '
hostile broken '^tpm-unavailable: .*out of order'
hostile stopped '^tpm-unavailable: .*nothing has started the TPM'
hostile busy '^tpm-unavailable: '
hostile handles '^binding-key: none of the 1016 persistent keys'
what='afterwards'
no_orphan

echo "1..$number"
[ $failed -eq 0 ]
