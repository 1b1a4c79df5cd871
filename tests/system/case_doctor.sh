# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# attestctl doctor and the real sshd: a host where everything is wrong, mended
# one thing after the other as the doctor says; then the host of the README.

readme="$here/../../README.md"
mkdir -m 755 "$W/doctor" /run/doctor
# sshd runs what lies in folders of root alone, and /tmp is not one.
cp "$ATT_PROGRAMS/pam_attest-ssh-keys" /run/doctor/
chmod 755 /run/doctor/pam_attest-ssh-keys
printf '#!/bin/sh\n' >/run/doctor/other
chmod 755 /run/doctor/other
echo "pam-attest-keys:x:64203:64203::/:/usr/sbin/nologin" >>/etc/passwd
echo "pam-attest-keys:x:64203:" >>/etc/group
ssh-keygen -q -t ed25519 -N '' -f "$W/doctor/host"

# doctor [OPTION]...: fills $W/out, a line for each finding, and $status.
doctor()
{
	timeout $((20 * patience)) "$ATTESTCTL" --config "$W/conf" doctor \
	    --sshd-config "$W/doctor/sshd_config" "$@" >"$W/doctor/out" 2>&1
	status=$?
	awk '/^ / { sub("^ +", "| "); line = line " " $0; next }
	    { if (line != "") print line; line = $0 } END { print line }' \
	    "$W/doctor/out" >"$W/out"
}

# found SEVERITY PATTERN
found()
{
	says "^$1 +.*$2"
}

# shown FIRST: the lines that the README shows from this one on, below the
# heading about SSH.
shown()
{
	awk -v first="    $1" '/^## / { there = /^## SSH in five minutes/ }
	    there && $0 == first { on = 1 } /^$/ { on = 0 }
	    on { sub("^    ", ""); print }' "$readme"
}

# set_sshd LINE...: one more line before all others, where it counts.
set_sshd()
{
	{
		printf '%s\n' "$@"
		cat "$W/doctor/sshd_config"
	} >"$W/doctor/new"
	mv "$W/doctor/new" "$W/doctor/sshd_config"
}

# mend WHAT SEVERITY OBJECT COMMAND...: it is found, and gone once the remedy
# was taken.
mend()
{
	local what=$1 severity=$2 object=$3

	shift 3
	is "doctor: $what: found" found "$severity" "$object"
	"$@"
	doctor
	is "doctor: $what: gone" not found "$severity" "$object"
}

# set_conf [NAME=VALUE]...: a configuration that everybody can read.
set_conf()
{
	conf "$@"
	chmod 644 "$W/conf"
}

# Nothing was found, but for folders above the installed programs: whose they
# are is a matter of where this was built.
nothing_found()
{
	local line left=0

	while read -r line; do
		case $line in
		"open "*" | Others than root"*)
			line=${line#open* /}
			[ "${ATT_PROGRAMS#"/${line%% |*}"}" != \
			    "$ATT_PROGRAMS" ] || left=1
			;;
		SEVERITY* | "") ;;
		*": nothing found") [ "$status" = 0 ] || left=1 ;;
		*" checks made, "*) ;;
		*) left=1 ;;
		esac
	done <"$W/out"
	[ $left = 0 ]
}

# --- A host where everything is wrong

cat >"$W/doctor/sshd_config" <<EOT
UsePAM no
PermitRootLogin yes
PasswordAuthentication yes
PermitEmptyPasswords yes
KbdInteractiveAuthentication yes
HostbasedAuthentication yes
GSSAPIAuthentication yes
AuthenticationMethods publickey password keyboard-interactive hostbased
TrustedUserCAKeys $W/doctor/host.pub
AuthorizedPrincipalsFile $W/doctor/principals
AuthorizedKeysFile .ssh/authorized_keys
AuthorizedKeysCommand /run/doctor/other %u
AuthorizedKeysCommandUser root
HostKey $W/doctor/host
Match User bob
	PasswordAuthentication yes
EOT
cat >/etc/pam.d/sshd <<'EOT'
auth	sufficient	pam_rootok.so
-auth	optional	pam_attest.so
account	sufficient	pam_permit.so
account	required	pam_attest.so
session	optional	pam_attest.so ssh_keys=off
session	include		no-such-file
auth	required	pam_permit.so
session	required	pam_permit.so
EOT
pam=/etc/pam.d/sshd
set_conf attestation=none ssh_keys=attested
chmod 666 "$W/conf"
doctor
is "doctor: a configuration that anybody can write is not used" \
    found broken 'configuration .*can be written'
mend "a file of ours" open "$W/conf " chmod 644 "$W/conf"
chmod 664 "$W/doctor/sshd_config"
doctor
mend "a file of sshd" open "$W/doctor/sshd_config " \
    chmod 644 "$W/doctor/sshd_config"
chmod 664 $pam
doctor
mend "a file of PAM" open "$pam " chmod 644 $pam
is "doctor: what is unknown outweighs what is known" test "$status" = 2
mend "Match" unknown \
    'sshd_config:16: PasswordAuthentication under Match User bob' \
    sed -i '/^Match/,$d' "$W/doctor/sshd_config"
is "doctor: much was found" test "$status" = 1

mend "UsePAM" open 'UsePAM no' set_sshd 'UsePAM yes'
mend "hostbased" open 'HostbasedAuthentication yes' \
    set_sshd 'HostbasedAuthentication no'
mend "gssapi" weak 'GSSAPIAuthentication yes' \
    set_sshd 'GSSAPIAuthentication no'
mend "empty passwords" open 'PermitEmptyPasswords yes' \
    set_sshd 'PermitEmptyPasswords no'
mend "AuthenticationMethods" open 'AuthenticationMethods password' \
    set_sshd 'AuthenticationMethods any'
mend "passwords" open 'PasswordAuthentication yes' \
    set_sshd 'PasswordAuthentication no'
mend "root" weak 'PermitRootLogin yes' set_sshd 'PermitRootLogin no'

mend "auth: a line before ours" open '/sshd:1 .*pam_rootok' \
    sed -i '1s/.*/#/' $pam
mend "auth: a refusal that is not heard" open '/sshd:2 .*does not hear' \
    sed -i '2s/optional/required/' $pam
mend "auth: a module that nobody would miss" weak '/sshd:2 .*removed' \
    sed -i '2s/^-//' $pam
mend "auth: everybody is refused" broken '/sshd:2 .*remote = refuse' \
    sed -i '2s/$/ remote=respond/' $pam
sed -i '2s/^/#/' $pam
doctor
mend "auth: no line" open 'KbdInteractiveAuthentication yes' \
    sed -i '2s/^#//' $pam
set_sshd 'KbdInteractiveAuthentication no'
doctor
mend "remote: nobody is shown the line" broken 'sshd:2: remote = respond' \
    set_sshd 'KbdInteractiveAuthentication yes'
mend "account: a line before ours" weak '/sshd:3 .*pam_permit' \
    sed -i '3s/.*/#/' $pam
sed -i '4s/^/#/' $pam
doctor
mend "account: no line" weak '\(account\)' sed -i '4s/^#//' $pam
mend "session: a line that libpam does not understand" broken \
    '/sshd:6 .*does not understand' sed -i '6s/^/#/' $pam
mend "session: ssh_keys" open '/sshd:5 .*ssh_keys = off' \
    sed -i '5s/ ssh_keys=off//' $pam
mend "session: a refusal that is not heard" open '/sshd:5 .*does not hear' \
    sed -i '5s/optional/required/' $pam
sed -i '5s/^/#/' $pam
doctor
mend "session: no line" open '\(session\)' sed -i '5s/^#//' $pam

mend "certificates: whose accounts" weak 'AuthorizedPrincipals /' \
    set_sshd 'TrustedUserCAKeys none'
is "doctor: certificates: gone" not says 'TrustedUserCAKeys'
mend "keys: files" weak 'AuthorizedKeysFile .ssh' \
    set_sshd 'AuthorizedKeysFile none'
mend "keys: another program" weak 'AuthorizedKeysCommand /run/doctor/other' \
    set_sshd "AuthorizedKeysCommand /run/doctor/pam_attest-ssh-keys \
--config $W/conf %u %k %t"
mend "keys: what it is told" broken 'AuthorizedKeysCommand .*in this order' \
    set_sshd "AuthorizedKeysCommand /run/doctor/pam_attest-ssh-keys \
--config $W/conf %u %t %k"
mend "keys: run as root" weak 'AuthorizedKeysCommandUser root' \
    set_sshd 'AuthorizedKeysCommandUser pam-attest-keys'
chmod 775 /run/doctor
doctor
mend "keys: a folder that sshd does not trust" broken \
    '/run/doctor .*sshd does not run' chmod 755 /run/doctor
for name in roots.d roots.d/ca.pem intermediates.d credentials.d; do
	mend "keys: $name that its user cannot read" broken \
	    "$W/$name .*cannot read" chmod a+rX "$W/$name"
done
mend "keys: no touch" weak 'PubkeyAuthOptions none' \
    set_sshd 'PubkeyAuthOptions touch-required'
set_conf attestation=none ssh_keys=attested user_verification=required
doctor
mend "keys: no PIN" weak 'PubkeyAuthOptions touch-required' \
    set_sshd 'PubkeyAuthOptions verify-required'
mend "keys: that are files" advice 'PubkeyAcceptedAlgorithms' \
    set_sshd "PubkeyAcceptedAlgorithms sk-ssh-ed25519@openssh.com,\
sk-ecdsa-sha2-nistp256@openssh.com"
mend "attestation" open 'attestation = none' set_conf ssh_keys=attested
mv "$W/roots.d/ca.pem" "$W/doctor"
doctor
mend "anchors" broken "roots_dir = $W/roots.d .*no trust anchor" \
    mv "$W/doctor/ca.pem" "$W/roots.d"
gate ssh_keys=attested host=report
chmod 644 "$W/conf"
doctor
mend "host gate" weak 'host = report' set_conf ssh_keys=attested
set_conf ssh_keys=on
doctor
mend "a configuration that is wrong" broken 'configuration .*conf:[0-9]*: ' \
    set_conf ssh_keys=attested
is "doctor: nothing is left" nothing_found

# --- Some for whom it is otherwise, and what cannot be told

printf 'Match User bob Address 10.0.0.0/8\n\tHostbasedAuthentication yes\n' \
    >>"$W/doctor/sshd_config"
doctor --user tess
is "doctor: --user: advice" found advice 'under Match User bob'
is "doctor: --user: not whom Match means" \
    not says 'HostbasedAuthentication yes'
doctor --user bob
is "doctor: --user: not from there" not says 'HostbasedAuthentication yes'
doctor --user bob --address 10.1.2.3
is "doctor: --user: whom Match means" \
    found open 'HostbasedAuthentication yes'
sed -i '/^Match/,$d' "$W/doctor/sshd_config"
doctor --sshd /run/doctor/other
is "doctor: no sshd: unknown" found unknown 'sshd -T .*nothing in it'
is "doctor: no sshd: what was not looked at" \
    found unknown 'checks not made .*use-pam, password'
is "doctor: no sshd: cannot tell" test "$status" = 2
set_sshd 'NoSuchKeyword yes'
doctor
is "doctor: sshd says what is wrong" \
    found unknown 'sshd -T .*nosuchkeyword|sshd -T .*bad configuration'

# --- The host of the README

shown 'UsePAM yes' | sed "s,/usr/libexec/pam_attest/pam_attest-ssh-keys,\
/run/doctor/pam_attest-ssh-keys --config $W/conf," >"$W/doctor/sshd_config"
is "README: says what to write into sshd_config" \
    grep -q AuthorizedKeysCommandUser "$W/doctor/sshd_config"
echo "HostKey $W/doctor/host" >>"$W/doctor/sshd_config"
# shellcheck disable=SC2046
set_conf $(shown 'ssh_keys = attested' | sed 's/ *= */=/')
is "README: says what to write into pam_attest.conf" \
    grep -q '^ssh_keys = attested' "$W/conf"
{
	shown 'account  required  pam_attest.so'
	grep -v pam_attest "$here/../../pam.d/sshd"
} >$pam
is "README: says what to write into pam.d/sshd" \
    grep -q '^session .*pam_attest' $pam
doctor
is "README: the doctor finds nothing" nothing_found
cp "$here/../../pam.d/sshd" $pam
doctor
is "the example of pam.d/sshd: the doctor finds nothing" nothing_found
sed -i 's/^KbdInteractive.*/KbdInteractiveAuthentication yes/' \
    "$W/doctor/sshd_config"
set_conf ssh_keys=attested remote=respond
{
	shown 'auth  [success=done default=die]  pam_attest.so'
	cat "$here/../../pam.d/sshd"
} >$pam
doctor
is "README: nor with keys that ssh cannot use" nothing_found
sed -i 's/^KbdInteractive.*/KbdInteractiveAuthentication no/' \
    "$W/doctor/sshd_config"
set_conf ssh_keys=attested

# --- And somebody does on it what the README says

. "$here/sshd.sh"
mkdir -p "$W/doctor/home/.ssh"
shown 'server# attestctl ssh challenge --out alice.challenge alice' |
    sed -e ':a' -e '/\\$/{N;s/ *\\\n */ /;ba}' -e 's/\balice$/tess/' \
    >"$W/doctor/commands"

# One command of it, on the server or on the laptop, with the files of both.
type_command()
{
	case $1 in
	"server# attestctl "*)
		"$ATTESTCTL" --config "$W/conf" ${1#server# attestctl }
		;;
	"laptop$ ssh-keygen "*)
		# shellcheck disable=SC2046
		with_key ssh-keygen -q -N '' $(sed "s,~,$W/doctor/home," \
		    <<<"${1#laptop$ ssh-keygen }") || return
		cp "$W/doctor/home/.ssh/id_attested.pub" .
		;;
	*) false ;;
	esac
}

type_commands()
{
	local line

	cd "$W/doctor/home" || return
	: >"$W/out"
	while read -r line; do
		type_command "$line" >>"$W/out" 2>&1 </dev/null || return
	done <"$W/doctor/commands"
	cd /
}

key laptop
is "README: a key is registered by what it says" type_commands
is "README: by three commands" test "$(wc -l <"$W/doctor/commands")" = 3
{
	shown 'account  required  pam_attest.so' |
	    sed 's,pam_attest.so,MODULE,'
	echo "account required pam_permit.so"
	echo "session required pam_permit.so"
} | service sshd
mapfile -t lines < <(grep -v HostKey "$W/doctor/sshd_config")
sshd_begin "${lines[@]}"
identity=$W/doctor/home/.ssh/id_attested
ssh_as tess publickey
is "README: that key logs in" says '^tess$'
identity=$W/ssh/user
ssh_as tess publickey
is "README: another one does not" says 'Permission denied'
identity=$W/doctor/home/.ssh/id_attested
ssh_as bob publickey
is "README: nor does that key as somebody else" says 'Permission denied'
mv "$W/roots.d/ca.pem" "$W/doctor"
ssh_as tess publickey
is "README: nor once its anchor is gone" says 'Permission denied'
is "README: the log says why" logged 'refused: .*anchor-unknown'
mv "$W/doctor/ca.pem" "$W/roots.d"
ssh_as tess publickey
is "README: it logs in again" says '^tess$'
sshd_end

# The agent that people run is setgid, and so could not be shown the key.
cp "$(command -v ssh-agent)" "$W/doctor/ssh-agent"
mkdir -m 700 "$W/doctor/agent"
chown tess:tess "$W/doctor/agent"
chmod 666 "$(readlink -f "$W/key")"
LD_PRELOAD=$MANIFEST BENCH_DEVICE=$W/key setpriv --reuid tess --regid tess \
    --init-groups "$W/doctor/ssh-agent" -D -a "$W/doctor/agent/socket" \
    </dev/null >"$W/doctor/agent.log" 2>&1 &
agent=$!
wait_for 5 test -S "$W/doctor/agent/socket"
SSH_AUTH_SOCK=$W/doctor/agent/socket ssh-add -q \
    "$W/doctor/home/.ssh/id_attested" >"$W/out" 2>&1
sed -n 's/.*sudoers `\(Defaults env_keep .*"\)`.*/\1/p' "$readme" >>/etc/sudoers
{
	shown 'auth  [success=done default=die]  pam_attest.so agent=sk agent_socket=environment' |
	    sed 's,pam_attest.so,MODULE,'
	echo "account required pam_permit.so"
} | service sudo
hostile=("SSH_AUTH_SOCK=$W/doctor/agent/socket")
sudo_as tess "" id -u
is "README: the key in the agent is good for sudo" says '^0'
hostile=()
sudo_as tess "" id -u
is "README: without the agent sudo refuses" test "$status" = 1
kill "$agent"
wait "$agent" 2>/dev/null
rm -r /run/doctor
