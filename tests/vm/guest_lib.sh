# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034
# What scripts in a guest are written with: the same as the system tests, but
# the whole machine is theirs, and none of its devices is a double. Ends with
# finish.

W=/run/test
mkdir -m 755 "$W"
TOKEN=$top_srcdir/tests/tokens/token.py
. "$top_srcdir/tests/system/lib.sh"
device= # nobody is told where the key is
patience=20
set_up && wait_for 1 test -S /dev/log || exit 2

# plug NAME [softkey options]: a key on the USB of this machine.
plug()
{
	key "$@" --uhid
}

# tester USER [PAM function...]: a login of the service "vm" by pamtester, as
# seen from its terminal.
tester()
{
	: >"$W/log"
	timeout $((20 * patience)) pamtester vm "$@" >"$W/out" 2>&1 </dev/null
	status=$?
}

# start_sshd FOLDER: the real sshd, with the key FOLDER/user for everybody.
start_sshd()
{
	ssh_folder=$1
	ssh-keygen -q -t ed25519 -N '' -f "$ssh_folder/host"
	echo "[127.0.0.1]:2222 $(cat "$ssh_folder/host.pub")" \
	    >"$ssh_folder/known"
	cat >"$ssh_folder/config" <<-EOT
		ListenAddress 127.0.0.1
		Port 2222
		HostKey $ssh_folder/host
		PidFile none
		UsePAM yes
		StrictModes no
		AuthorizedKeysFile $ssh_folder/user.pub
		PasswordAuthentication no
	EOT
	service sshd <<-'EOT'
		account required MODULE
		account required pam_permit.so
		session required MODULE
	EOT
	/usr/sbin/sshd -D -e -f "$ssh_folder/config" \
	    >"$ssh_folder/log" 2>&1 </dev/null &
	wait_for 5 grep -q 'Server listening' "$ssh_folder/log"
}

# ssh_as USER
ssh_as()
{
	: >"$W/log"
	timeout $((20 * patience)) ssh -F none -p 2222 \
	    -i "$ssh_folder/user" -o IdentitiesOnly=yes \
	    -o UserKnownHostsFile="$ssh_folder/known" \
	    -o PreferredAuthentications=publickey \
	    "$1@127.0.0.1" id -un >"$W/out" 2>&1 </dev/null
	status=$?
}

finish()
{
	key_stop
	[ $failed -eq 0 ]
	exit
}
