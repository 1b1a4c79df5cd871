#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Messages of an enrolment, from and to the files of tpm2-tools, and changed.

    enrolment.py blob CHALLENGE OUT     for tpm2_activatecredential
    enrolment.py challenge BLOB NAME    of tpm2_makecredential, to JSON
    enrolment.py get FILE MEMBER        a member, decoded
    enrolment.py with FILE MEMBER=FILE...   members of other JSON files
    enrolment.py flip FILE MEMBER       its last bit
    enrolment.py attributes FILE BITS   of the AIK, whose name fits again
    enrolment.py drop FILE MEMBER
"""
import base64
import hashlib
import json
import struct
import sys

MAGIC = struct.pack(">II", 0xbadcc0de, 1)


def load(path):
    with open(path) as text:
        return json.load(text)


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def blob(path, out):
    message = load(path)
    with open(out, "wb") as file:
        file.write(MAGIC + decoded(message["credential"]) +
                   decoded(message["secret"]))


def challenge(path, name):
    with open(path, "rb") as file:
        text = file.read()
    assert text.startswith(MAGIC), "no blob of tpm2-tools"
    text = text[len(MAGIC):]
    size = 2 + struct.unpack(">H", text[:2])[0]
    print(json.dumps({"credential": encoded(text[:size]),
                      "secret": encoded(text[size:]), "aik_name": name}))


def get(path, member):
    value = load(path)[member]
    sys.stdout.buffer.write(bytes.fromhex(value) if member == "aik_name" else
                            decoded(value))


def replaced(path, *pairs):
    message = load(path)
    for pair in pairs:
        member, _, other = pair.partition("=")
        message[member] = load(other)[member]
    print(json.dumps(message))


def flip(path, member):
    message = load(path)
    raw = bytearray(decoded(message[member]))
    raw[-1] ^= 1
    message[member] = encoded(bytes(raw))
    print(json.dumps(message))


def attributes(path, bits):
    message = load(path)
    area = decoded(message["aik_public"])
    area = area[:4] + struct.pack(">I", int(bits, 0)) + area[8:]
    message["aik_public"] = encoded(area)
    message["aik_name"] = "000b" + hashlib.sha256(area).hexdigest()
    print(json.dumps(message))


def drop(path, member):
    message = load(path)
    del message[member]
    print(json.dumps(message))


{"blob": blob, "challenge": challenge, "get": get, "with": replaced,
 "flip": flip, "attributes": attributes, "drop": drop}[sys.argv[1]](
     *sys.argv[2:])
