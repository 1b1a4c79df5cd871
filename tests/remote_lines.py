#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Changes the lines of "attestctl respond", with checksums that are right again.

	remote_lines.py flip AT			a bit of the byte at that place
	remote_lines.py set AT VALUE		that byte
	remote_lines.py text OLD NEW		a text field, with its length
	remote_lines.py uv VALUE		the user verification of a challenge
	remote_lines.py answers CHALLENGE	says that this is what it answers

The line comes on standard input. Written by PROTOCOL.md, not by the sources.
"""
import base64
import hashlib
import sys

CHECKSUM = 8


def read(line):
    """(prefix, message) of a line."""
    name, dot, text = line.strip().partition(".")
    body = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    message = body[:-CHECKSUM]
    prefix = name + dot
    assert hashlib.sha256(prefix.encode() + message).digest()[:CHECKSUM] == \
        body[-CHECKSUM:], "the line was not right to begin with"
    return prefix, bytearray(message)


def write(prefix, message):
    checksum = hashlib.sha256(prefix.encode() + message).digest()[:CHECKSUM]
    text = base64.urlsafe_b64encode(bytes(message) + checksum).decode()
    return prefix + text.rstrip("=")


def field(text):
    """A text field with its length; escapes are those of Python."""
    raw = text.encode().decode("unicode_escape").encode("latin1")
    return len(raw).to_bytes(4, "big") + raw


def main():
    what, args = sys.argv[1], sys.argv[2:]
    prefix, message = read(sys.stdin.read())
    if what == "flip":
        message[int(args[0])] ^= 1
    elif what == "set":
        message[int(args[0])] = int(args[1])
    elif what == "text":
        old, new = field(args[0]), field(args[1])
        assert old in message, "there is no such field"
        message = bytearray(bytes(message).replace(old, new, 1))
    elif what == "uv":
        # kind, random bytes, three texts, then the byte
        at = 1 + 32
        for _ in range(3):
            at += 4 + int.from_bytes(message[at:at + 4], "big")
        message[at] = int(args[0])
    elif what == "answers":
        message[1:17] = hashlib.sha256(read(args[0])[1]).digest()[:16]
    else:
        sys.exit(__doc__)
    print(write(prefix, message))


main()
