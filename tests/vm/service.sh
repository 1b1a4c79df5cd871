# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# The attestation service in a guest, and the host that asks it. What the host
# has to keep when it is started again is in the folder /run/vm/kept.

# start_service: the emulator, with a policy that tells what the log says of
# Secure Boot.
start_service()
{
	rm -rf "$W/service" "$W/endpoint"
	"$top_srcdir/tests/maa_emulator/emulator.py" "$W/service" \
	    --keys "$top_builddir/tests/maa_emulator/keys" \
	    --policy "Tpm=$top_srcdir/tests/maa_emulator/secure_boot.policy" \
	    --no-authentication \
	    >"$W/endpoint" 2>"$W/service.log" </dev/null &
	service_pid=$!
	wait_for 30 test -s "$W/endpoint"
	issuer=$(cat "$W/endpoint")
}

stop_service()
{
	kill "$service_pid"
	wait "$service_pid" 2>/dev/null
}

# attested [NAME=VALUE]...: a configuration for a host that asks the service
# and lets nobody in without its token.
attested()
{
	gate_usual=("host_ca=$W/service/ca.pem" "host_jwks=$W/jwks.json"
	    host_profile=tpm-secure-boot host_binding=proof
	    "maa_ca=$W/service/tls.pem" "host_aik=$W/host.aik"
	    "host_key=$W/host.key")
	gate "$@"
}

refresh()
{
	timeout $((30 * patience)) "$ATTESTCTL" --config "$W/conf" \
	    host refresh --once >"$W/out" 2>&1 </dev/null
	status=$?
}

kept='token host.aik host.key jwks.json endpoint service/ca.pem'
keep()
{
	mkdir -m 700 /run/vm/kept /run/vm/kept/service
	for name in $kept; do
		cp -p "$W/$name" "/run/vm/kept/$name"
	done
}

restore()
{
	[ -d /run/vm/kept ] || return
	cp -rp /run/vm/kept/. "$W/"
	chmod 755 "$W" "$W/service"
	issuer=$(cat "$W/endpoint")
	attested "$@"
}
