#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a host attests, as tests/tpm/talk.c wrote it, checked by the code of
the emulator of the service.

    check_evidence.py tpm CHALLENGE PCRS ALGORITHM...
    check_evidence.py guest PCRS
    check_evidence.py signature FILE
    check_evidence.py salt FILE

"signature" is PS256: RSAPSS with a salt of 32 bytes; "salt" prints how long
it is.
"""
import os
import struct
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, os.pardir, "maa_emulator"))

import tpm_structures as structures  # noqa: E402
from cryptography.exceptions import InvalidSignature  # noqa: E402
from cryptography.hazmat.primitives import hashes  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import padding  # noqa: E402

POLICY_PCR = 0x17f
BOUND = 0x32
AIK, REQUEST, EPHEMERAL = 0x50472, 0x40472, 0x20432
RSASSA = (0x0014, 11)


def read(name):
    with open(name, "rb") as data:
        return data.read()


def equal(found, wanted, what):
    if found != wanted:
        sys.exit("%s: %r, expected %r" % (what, found, wanted))


def indices(mask):
    return [index for index in range(24) if int(mask, 0) >> index & 1]


def values(names, mask, algorithms):
    pcrs = {}
    for name, algorithm in zip(names, algorithms):
        text, size = read(name), {11: 32, 4: 20}[algorithm]
        equal(len(text), size * len(indices(mask)), "the size of " + name)
        for place, index in enumerate(indices(mask)):
            pcrs[algorithm, index] = text[place * size:(place + 1) * size]
    return pcrs


def check_keys(aik, key, attributes):
    equal(aik.attributes, AIK, "what the AIK may")
    equal(aik.scheme, RSASSA, "the scheme of the AIK")
    equal(aik.modulus.bit_length(), 2048, "the size of the AIK")
    equal(key.attributes, attributes, "what the key may")
    equal(key.modulus.bit_length(), 2048, "the size of the key")


def tpm(challenge, mask, *algorithms):
    algorithms = [int(one) for one in algorithms]
    aik = structures.Public(read("aik.public"), "the AIK")
    key = structures.Public(read("key.public"), "the request key")
    check_keys(aik, key, REQUEST)
    for name, kind in (("quote", structures.QUOTE),
                       ("certification", structures.CERTIFY)):
        structures.verify(aik.key(), read(name), read(name + ".sig"), name)
        attest = structures.Attest(read(name), kind, name)
        equal(attest.extra, challenge.encode(), "the challenge")
        if kind == structures.QUOTE:
            equal(attest.banks, [(one, indices(mask)) for one in algorithms],
                  "the banks")
            structures.check_quoted(attest, values(
                ("bank0", "bank1"), mask, algorithms))
        else:
            equal(attest.name, key.name(), "the name")
    if not algorithms[1:]:
        equal(read("bank1"), b"", "a second bank")


def guest(mask):
    aik = structures.Public(structures.sized(
        read("guest.aik"), "the AIK"), "the AIK")
    key = structures.Public(structures.sized(
        read("guest.key"), "the key"), "the key")
    check_keys(aik, key, EPHEMERAL)
    for name in ("guest.quote", "guest.certification"):
        structures.verify_raw(aik.key(), read(name), read(name + ".sig"),
                              RSASSA, name)
    quote = structures.Attest(read("guest.quote"), structures.QUOTE, "quote")
    certified = structures.Attest(
        read("guest.certification"), structures.CERTIFY, "certification")
    equal((quote.extra, certified.extra), (b"", b""), "the challenges")
    equal(certified.name, key.name(), "the name")
    equal(quote.banks, [(11, indices(mask))], "the banks")
    structures.check_quoted(quote, values(("guest.bank",), mask, (11,)))
    selection = struct.pack(">IHB", 1, 11, 3) + int(mask, 0).to_bytes(
        3, "little")
    equal(key.policy, structures.digest(11, bytes(32), struct.pack(
        ">I", POLICY_PCR), selection, quote.digest), "the policy")


def salts(path):
    """The lengths of salt with which the signature is one."""
    key = structures.Public(read("key.public"), "the key").key()
    for length in range(0, 256 - 32 - 2 + 1):
        try:
            key.verify(read("signature"), read(path), padding.PSS(
                padding.MGF1(hashes.SHA256()), length), hashes.SHA256())
            yield length
        except InvalidSignature:
            pass


def salt(path):
    print(*salts(path))


def signature(path):
    equal(list(salts(path)), [32], "the length of the salt")


if __name__ == "__main__":
    {"tpm": tpm, "guest": guest, "signature": signature,
     "salt": salt}[sys.argv[1]](*sys.argv[2:])
