#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# attestctl's command line: commands, help, configuration, exit statuses.
set -u
ctl=$top_builddir/attestctl
dir=$(mktemp -d "${TMPDIR:-/tmp}/att-ctl-XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
count=0
failed=0

# check NAME STATUS STDOUT-PATTERN STDERR-PATTERN COMMAND...
# Patterns are those of grep; "-" means that nothing may be printed, "" that
# anything may.
check() {
	name=$1 status=$2 out=$3 err=$4
	shift 4
	"$@" >"$dir/out" 2>"$dir/err" </dev/null
	got=$?
	count=$((count + 1))
	if [ "$got" -eq "$status" ] && has "$dir/out" "$out" &&
	    has "$dir/err" "$err"; then
		echo "ok $count - $name"
		return
	fi
	failed=$((failed + 1))
	echo "not ok $count - $name (status $got)"
	sed 's/^/# /' "$dir/out" "$dir/err"
}

has() {
	if [ -z "$2" ]; then
		return 0
	elif [ "$2" = - ]; then
		[ ! -s "$1" ]
	else
		grep -q -e "$2" "$1"
	fi
}

cd "$dir" || exit 99
umask 022
mkdir roots more store
cat >good.conf <<EOF
roots_dir = $dir/roots
intermediates_dir = $dir/more
credentials_dir = $dir/store
state_dir = $dir/state
EOF
printf 'timout = 5\n' >bad.conf
cp good.conf loose.conf
chmod 666 loose.conf

check "help" 0 '^usage: attestctl' - "$ctl" --help
for command in audit config enroll host list remove roots verify; do
	check "help names $command" 0 "^  $command " - "$ctl" --help
	check "$command has help" 0 "^usage: attestctl.* $command" - \
	    "$ctl" "$command" --help
done
check "version" 0 '^attestctl [0-9]' - "$ctl" --version
check "no command" 2 - 'no command given' "$ctl"
check "unknown command" 2 - 'enrol: there is no such command' "$ctl" enrol
check "unknown option" 2 - '--frobnicate' "$ctl" --frobnicate config
check "option without value" 2 - '--config' "$ctl" --config
check "options after the command are its own" 2 - 'config: unknown option' \
    "$ctl" config --config "$dir/good.conf"
check "unknown option of enroll" 2 - '^attestctl: enroll: .* --frobnicate; see' \
    "$ctl" enroll --frobnicate alice
check "enroll says so in one line" 1 - - \
    sh -c '"$1" enroll --frobnicate 2>&1 | grep -v "^attestctl: enroll: "' \
    sh "$ctl"
check "enroll of two users" 2 - '^attestctl: enroll: unexpected argument bob' \
    "$ctl" enroll alice bob

check "configuration" 0 "^roots_dir *$dir/roots *$dir/good.conf:1" - \
    "$ctl" --config "$dir/good.conf" config
check "relative configuration" 0 "$dir/good.conf:1" - \
    "$ctl" -c good.conf config
check "the last --config counts" 0 "$dir/good.conf:1" - \
    "$ctl" -c bad.conf -c good.conf config
check "malformed configuration" 1 - 'bad.conf:1: option "timout"' \
    "$ctl" --config bad.conf config
check "loose configuration" 1 - 'loose.conf can be written.*chmod go-w' \
    "$ctl" --config loose.conf config
check "missing configuration" 1 - 'none.conf does not exist' \
    "$ctl" --config none.conf config
# Options that are right one by one, and no gate together.
printf 'debug = yes\nhost = require\n' >gate.conf
check "a gate without a provider" 1 - 'gate.conf:2: host: .*set host_issuer' \
    "$ctl" --config gate.conf config
echo 'host_issuer = https://a.weu.attest.azure.net' >>gate.conf
check "a gate without a good boot" 1 - 'gate.conf:2: host: .*host_require' \
    "$ctl" --config gate.conf config
"$ctl" host profile azurevm-trusted-launch >>gate.conf
check "a profile is a configuration" 0 \
    '^host_require  */x-ms-azurevm-dbvalidated == true' - \
    "$ctl" --config gate.conf config
echo 'host_require = /a ~= 1' >>gate.conf
check "a malformed requirement" 1 - \
    'gate.conf:[0-9]*: host_require: expected one of == .*found "~="' \
    "$ctl" --config gate.conf config
# What the documents show for a gate is one.
n=0
for profile in azurevm-trusted-launch tpm-secure-boot; do
	n=$((n + 1))
	awk -v n=$n '/^    host = report$/ && ++seen == n { on = 1 }
	    /^$/ { on = 0 }
	    on { sub("^    ", ""); print }' "$top_srcdir/README.md" >shown.conf
	check "gate $n of the README" 0 "^host_profile  *$profile" - \
	    "$ctl" --config shown.conf config
done
for n in 1 2; do
	awk -v n=$n '/^host = require$/ { seen++ } /^\.Ed/ { on = 0 }
	    /^host = require$/ && seen == n { on = 1 } on' \
	    "$top_srcdir/man/pam_attest.conf.5" >shown.conf
	check "example $n of a gate in pam_attest.conf(5)" 0 \
	    '^host_require  */x-ms' - "$ctl" --config shown.conf config
done
check "list needs a configuration" 2 - 'bad.conf:1' \
    "$ctl" --config bad.conf list
check "empty list" 0 - - "$ctl" --config good.conf list
check "empty list as JSON" 0 '^\[\]$' - "$ctl" --config good.conf list --json
check "remove without credential" 1 - '"alice" has no credential' \
    "$ctl" --config good.conf remove alice key-1

# A folder that is configured and not there is not an empty one.
for option in roots_dir intermediates_dir credentials_dir; do
	sed "s|^$option .*|$option = $dir/gone|" good.conf >gone.conf
	check "list: $option is not there" 2 - \
	    "gone.conf:[123]: $option: $dir/gone does not exist" \
	    "$ctl" --config gone.conf list
done
check "remove: credentials_dir is not there" 2 - 'gone.conf:3: credentials_dir' \
    "$ctl" --config gone.conf remove alice key-1
mkdir somebody && : >somebody/alice
for option in roots_dir intermediates_dir credentials_dir; do
	sed "s|^credentials_dir .*|credentials_dir = $dir/somebody|
	    s|^$option .*|$option = $dir/gone|" good.conf >gone.conf
	check "audit: $option is not there" 2 - \
	    "gone.conf:[123]: $option: $dir/gone does not exist" \
	    "$ctl" --config gone.conf audit
done
sed "s|^roots_dir .*|roots_dir = $dir/gone|" good.conf >gone.conf
check "verify: roots_dir is not there" 2 '' 'gone.conf:1: roots_dir' \
    "$ctl" --config gone.conf verify --rp-id x --client-data good.conf good.conf
check "a full disk is no success" 2 '' 'standard output: No space left' \
    sh -c '"$1" --config good.conf config >/dev/full' sh "$ctl"

check "audit of nobody" 0 '^0 users, 0 credentials: ' - \
    "$ctl" --config good.conf audit
check "audit of somebody who is not there" 2 'no-credential' 'alice' \
    "$ctl" --config good.conf audit alice
check "audit: a full disk is no success" 2 '' 'standard output: No space left' \
    sh -c '"$1" --config good.conf audit >/dev/full' sh "$ctl"
# Nobody reads any more when it begins.
check "audit: nor is a broken pipe" 0 '^2$' 'standard output: Broken pipe' \
    sh -c 'exec 3>&1
    { sleep 0.5; "$1" --config good.conf audit; echo $? >&3; } |
    exec true' sh "$ctl"

# Colours are for terminals, and not in JSON.
check "colours on a terminal" 0 "$(printf '\033')" '' \
    script -qec "'$ctl' -c good.conf config" /dev/null
check "none in JSON" 1 '' '' sh -c 'script -qec "$1" /dev/null |
    grep "$(printf "\033")"' sh "'$ctl' -c good.conf config --json"
check "none in a pipe" 1 '' '' sh -c '"$1" -c good.conf config |
    grep "$(printf "\033")"' sh "$ctl"

echo "1..$count"
[ "$failed" -eq 0 ]
