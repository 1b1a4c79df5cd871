# SPDX-License-Identifier: BSD-2-Clause
"""Structures of a TPM (TPM 2.0 Library, part 2), read and checked: what was
quoted and certified, by which key, and the names of keys."""
import hashlib
import struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from refusal import invalid

DER = serialization.Encoding.DER
SPKI = serialization.PublicFormat.SubjectPublicKeyInfo
GENERATED = 0xff544347
CERTIFY, QUOTE = 0x8017, 0x8018
RSASSA, RSAPSS = 0x0014, 0x0016
HASHES = {4: "sha1", 11: "sha256", 12: "sha384", 13: "sha512"}
DIGESTS = {4: hashes.SHA1(), 11: hashes.SHA256(), 12: hashes.SHA384(),
           13: hashes.SHA512()}
TYPE_RSA = 1
NULL = 0x0010


def digest(algorithm, *parts):
    return hashlib.new(HASHES[algorithm], b"".join(parts)).digest()


class Reader:
    def __init__(self, text, what):
        self.text, self.at, self.what = text, 0, what

    def number(self, size):
        return int.from_bytes(self.bytes(size), "big")

    def bytes(self, size):
        part = self.text[self.at:self.at + size]
        if len(part) != size:
            raise invalid("%s ends too early" % self.what)
        self.at += size
        return part

    def sized(self):
        return self.bytes(self.number(2))

    def end(self):
        if self.at != len(self.text):
            raise invalid("%s has %d bytes too many" % (
                self.what, len(self.text) - self.at))


class Attest:
    """TPMS_ATTEST, of a quote or of a certification."""

    def __init__(self, text, kind, what):
        reader = Reader(text, what)
        if reader.number(4) != GENERATED:
            raise invalid("%s was not made by a TPM" % what)
        if reader.number(2) != kind:
            raise invalid("%s is another kind of attestation" % what)
        self.signer = reader.sized()
        self.extra = reader.sized()
        self.clock, self.resets, self.restarts, self.safe = struct.unpack(
            ">QIIB", reader.bytes(17))
        self.firmware = reader.number(8)
        if kind == QUOTE:
            self.banks = [self.selection(reader)
                          for _ in range(reader.number(4))]
            self.digest = reader.sized()
        else:
            self.name, self.qualified = reader.sized(), reader.sized()
        reader.end()

    @staticmethod
    def selection(reader):
        """(algorithm, PCRs in order)"""
        algorithm = reader.number(2)
        bits = reader.bytes(reader.number(1))
        return algorithm, [index for index in range(8 * len(bits))
                           if bits[index // 8] >> index % 8 & 1]


class Public:
    """TPMT_PUBLIC of an RSA key."""

    def __init__(self, text, what):
        reader = Reader(text, what)
        if reader.number(2) != TYPE_RSA:
            raise invalid("%s is not an RSA key" % what)
        self.text = text
        self.name_algorithm = reader.number(2)
        self.attributes = reader.number(4)
        self.policy = reader.sized()
        if reader.number(2) != NULL:
            reader.bytes(4)
        scheme = reader.number(2)
        self.scheme = (scheme, reader.number(2) if scheme not in (
            NULL, 0x0015) else None)
        reader.number(2)
        self.exponent = reader.number(4) or 65537
        self.modulus = int.from_bytes(reader.sized(), "big")
        reader.end()
        if self.name_algorithm not in HASHES:
            raise invalid("%s has no name" % what)

    def name(self):
        return struct.pack(">H", self.name_algorithm) + digest(
            self.name_algorithm, self.text)

    def key(self):
        return public_key(self.modulus, self.exponent)


def public_key(modulus, exponent):
    try:
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        raise invalid("A key is not an RSA key") from None


def certificate_scheme(authority, certificate):
    """How the key of an authority signs certificates."""
    used = certificate.signature_hash_algorithm
    if isinstance(authority.public_key(), ec.EllipticCurvePublicKey):
        return (ec.ECDSA(used),)
    return padding.PKCS1v15(), used


def sized(text, what):
    """The inner part of a TPM2B, which has to be all."""
    reader = Reader(text, what)
    inner = reader.sized()
    reader.end()
    return inner


def verify(key, text, signature, what):
    """TPMT_SIGNATURE: RSASSA, or RSAPSS with any length of salt."""
    reader = Reader(signature, "The signature of " + what)
    scheme, algorithm = reader.number(2), reader.number(2)
    value = reader.sized()
    reader.end()
    if scheme not in (RSASSA, RSAPSS) or algorithm not in DIGESTS:
        raise invalid("The signature of %s has an unknown scheme" % what)
    verify_raw(key, text, value, (scheme, algorithm), what)


def verify_raw(key, text, value, how, what):
    scheme, algorithm = how
    used = DIGESTS[algorithm]
    pad = padding.PKCS1v15() if scheme == RSASSA else padding.PSS(
        padding.MGF1(used), padding.PSS.AUTO)
    try:
        key.verify(value, digest(algorithm, text), pad, utils.Prehashed(used))
    except InvalidSignature:
        raise invalid("The signature of %s is not good" % what) from None


def check_quoted(attest, pcrs):
    """The values are what was quoted: {(algorithm, index): digest}, all of
    them and no others."""
    wanted = [(algorithm, index) for algorithm, indices in attest.banks
              for index in indices]
    if sorted(wanted) != sorted(pcrs):
        raise invalid("The PCRs that were sent are not those of the quote")
    # The digest is by the hash of the key's scheme; its size tells which.
    for algorithm in HASHES:
        found = digest(algorithm, *[pcrs[place] for place in wanted])
        if len(found) == len(attest.digest):
            if found != attest.digest:
                raise invalid("The PCR values are not those of the quote")
            return
    raise invalid("The PCR digest of the quote has an unknown size")
