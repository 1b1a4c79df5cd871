# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# Files and folders of ours that somebody else could have written, or that
# cannot be read: the login is denied, and the log names them.

fresh
key desk
enroll_or_stop alice desk desk
plug desk
login "everything as it should be" SUCCESS

# denied WHAT PATTERN: SERVICE_ERR, and the log names the object.
denied()
{
	login "$1" SERVICE_ERR
	is "$1: the log names it" says log "$2"
}

for mode in 622 620 602 666 777; do
	chmod "$mode" "$D/conf"
	denied "the configuration has mode $mode" "$D/conf"
done
chmod 600 "$D/conf"

for mode in 620 602 666; do
	chmod "$mode" "$D/credentials.d/alice"
	denied "a user's file has mode $mode" "$D/credentials.d/alice"
done
chmod 600 "$D/credentials.d/alice"

for dir in credentials.d roots.d intermediates.d; do
	for mode in 770 707 777; do
		chmod "$mode" "$D/$dir"
		denied "$dir has mode $mode" "$D/$dir"
	done
	chmod 700 "$D/$dir"
done

chmod 666 "$D/roots.d/ca.pem"
denied "an anchor has mode 666" "$D/roots.d/ca.pem"
chmod 600 "$D/roots.d/ca.pem"
cp "$D/roots.d/ca.pem" "$D/intermediates.d/more.pem"
chmod 666 "$D/intermediates.d/more.pem"
denied "an intermediate has mode 666" "$D/intermediates.d/more.pem"
rm -f "$D/intermediates.d/more.pem"

chmod 777 "$D/state"
host -- auth
is "the state folder has mode 777: a denial ($code)" \
    test "$code" = SERVICE_ERR -o "$code" = SYSTEM_ERR
chmod 700 "$D/state"

# Not readable is not the same as not there.
if [ "$(id -u)" != 0 ]; then
	chmod 000 "$D/conf"
	denied "the configuration cannot be read" "$D/conf"
	chmod 600 "$D/conf"
	chmod 000 "$D/credentials.d/alice"
	denied "a user's file cannot be read" "$D/credentials.d/alice"
	chmod 600 "$D/credentials.d/alice"
	chmod 000 "$D/credentials.d"
	denied "the store cannot be read" "$D/credentials.d"
	chmod 400 "$D/credentials.d"
	denied "the store can be listed and nothing more" "$D/credentials.d"
	chmod 700 "$D/credentials.d"
	chmod 400 "$D/roots.d"
	denied "the anchors can be listed and nothing more" "$D/roots.d"
	chmod 000 "$D/roots.d"
	denied "the anchors cannot be read" "$D/roots.d"
	chmod 700 "$D/roots.d"
	chmod 000 "$D/roots.d/ca.pem"
	denied "an anchor cannot be read" "$D/roots.d/ca.pem"
	chmod 600 "$D/roots.d/ca.pem"
fi

# Things of another kind.
cp "$D/credentials.d/alice" "$D/alice"
rm "$D/credentials.d/alice"
ln -s "$D/alice" "$D/credentials.d/alice"
denied "a user's file is a link" "$D/credentials.d/alice"
rm "$D/credentials.d/alice"
mkfifo "$D/credentials.d/alice"
chmod 600 "$D/credentials.d/alice"
denied "a user's file is a pipe" "$D/credentials.d/alice"
is "a pipe holds nobody up" test "$elapsed" -lt 2000
rm "$D/credentials.d/alice"
mkdir -m 700 "$D/credentials.d/alice"
denied "a user's file is a folder" "$D/credentials.d/alice"
rmdir "$D/credentials.d/alice"
cp "$D/alice" "$D/credentials.d/alice"
chmod 600 "$D/credentials.d/alice"
mv "$D/credentials.d" "$D/credentials"
ln -s "$D/credentials" "$D/credentials.d"
denied "the store is a link" "$D/credentials.d"
rm "$D/credentials.d"
: >"$D/credentials.d"
denied "the store is a file" "$D/credentials.d"
rm "$D/credentials.d"
login "the store is not there" SERVICE_ERR
mv "$D/credentials" "$D/credentials.d"
mv "$D/roots.d" "$D/roots"
login "the folder of the anchors is not there" SERVICE_ERR
mv "$D/roots" "$D/roots.d"

echo "no certificate" >"$D/roots.d/zz.pem"
chmod 600 "$D/roots.d/zz.pem"
denied "a file of anchors is no PEM file" "$D/roots.d/zz.pem"
head -c 300 "$D/roots.d/ca.pem" >"$D/roots.d/zz.pem"
denied "a file of anchors is cut" "$D/roots.d/zz.pem"
rm "$D/roots.d/zz.pem"
echo "no certificate" >"$D/roots.d/README"
login "another file beside the anchors does not matter" SUCCESS
rm "$D/roots.d/README"

service gone "conf=$D/no-such-file"
service=gone
denied "a named configuration that is not there" "$D/no-such-file"
service relative conf=conf
service=relative
login "a configuration named by a relative path" SERVICE_ERR
service folder "conf=$D"
service=folder
denied "a configuration that is a folder" "$D"
ln -s "$D/conf" "$D/conf.link"
service linked "conf=$D/conf.link"
service=linked
denied "a configuration that is a link" "$D/conf.link"
service=plain

# Registrations keep to the same rules.
chmod 777 "$D/credentials.d"
is "no registration into a store that others may write" \
    not enroll bob desk desk
is "nothing was stored there" not test -e "$D/credentials.d/bob"
chmod 700 "$D/credentials.d"
login "everything as it should be again" SUCCESS

# A folder that was misspelt does not look like one that is empty.
for folder in credentials roots intermediates; do
	cp -p "$D/conf" "$D/conf.good"
	sed -i "s,/$folder\.d\$,/misspelt.d," "$D/conf"
	login "a ${folder}_dir that is not there" SERVICE_ERR
	is "$folder: the log names the folder" says log "misspelt.d"
	mv "$D/conf.good" "$D/conf"
done
login "everything in its place again" SUCCESS

finish
