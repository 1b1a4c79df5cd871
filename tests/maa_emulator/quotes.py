# SPDX-License-Identifier: BSD-2-Clause
"""Quotes of SGX enclaves, version 3 (ECDSA), and Open Enclave's head.

What is checked is that a quote is whole and signed by its own attestation
key, and that the quoting enclave vouches for that key. Who made the
processor (Intel's PKI, TCB levels) is not asked: the emulator believes any
quoting enclave, so make() can stand in for one.
"""
import hashlib
import struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from refusal import invalid

INTEL = bytes.fromhex("939a7233f79c4ca9940a0db3957f0607")
HEAD, REPORT, SIGNED = 48, 384, 432
DEBUG = 0x02
CURVE = ec.SECP256R1()


def raw_signature(key, text):
    r, s = utils.decode_dss_signature(key.sign(text, ec.ECDSA(
        hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def report(facts):
    """A report body (Intel SDM 38.15)."""
    flags = 0x05 | (DEBUG if facts.get("is-debuggable", False) else 0)
    return b"".join((
        bytes(16), struct.pack("<I", 0), bytes(12), bytes(16),
        struct.pack("<QQ", flags, 7),
        facts.get("mrenclave", bytes(32)), bytes(32),
        facts.get("mrsigner", hashlib.sha256(b"a signer").digest()),
        bytes(32), facts.get("config-id", bytes(64)),
        struct.pack("<HHH", facts.get("product-id", 1), facts.get("svn", 1),
                    0), bytes(42), bytes(16),
        facts.get("report-data", bytes(64))))


def make(facts, numbers):
    """A quote of an enclave of which the facts are true."""
    def key():
        order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
        return ec.derive_private_key(int.from_bytes(
            numbers.draw(40), "big") % (order - 1) + 1, CURVE)
    attestation, processor = key(), key()
    point = attestation.public_key().public_numbers()
    public = point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big")
    signed = struct.pack("<HHIHH", 3, 2, 0, 2, 5) + INTEL + bytes(
        20) + report(facts)
    vouched = bytes(range(32))
    quoting = report({"report-data": hashlib.sha256(
        public + vouched).digest() + bytes(32)})
    signature = b"".join((
        raw_signature(attestation, signed), public, quoting,
        raw_signature(processor, quoting),
        struct.pack("<H", len(vouched)), vouched, struct.pack("<HI", 5, 0)))
    return signed + struct.pack("<I", len(signature)) + signature


def evidence(quote):
    """Open Enclave's head: version 1, remote."""
    return struct.pack("<IIQ", 1, 2, len(quote)) + quote


def of_report(text):
    if len(text) < 16:
        raise invalid("The report is shorter than its header")
    version, kind, size = struct.unpack_from("<IIQ", text)
    if version != 1 or kind != 2 or size != len(text) - 16:
        raise invalid("The report is not a remote report of Open Enclave")
    return text[16:]


def check(quote):
    if len(quote) < SIGNED + 4:
        raise invalid("The quote is shorter than a quote")
    version, kind = struct.unpack_from("<HH", quote)
    size, = struct.unpack_from("<I", quote, SIGNED)
    if version != 3 or kind != 2:
        raise invalid("The quote is not version 3 with ECDSA P-256")
    # Behind the signature zeros may stand: buffers have a fixed size.
    rest = quote[SIGNED + 4:]
    if size < 64 + 64 + REPORT + 64 + 2 or size > len(rest) or any(
            rest[size:]):
        raise invalid("The signature of the quote has another size")
    signature, public = rest[:64], rest[64:128]
    quoting = rest[128:128 + REPORT]
    length, = struct.unpack_from("<H", rest, 128 + REPORT + 64)
    at = 128 + REPORT + 66
    vouched = rest[at:at + length]
    if quoting[320:352] != hashlib.sha256(public + vouched).digest():
        raise invalid("The quoting enclave does not vouch for the key")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(
            CURVE, b"\4" + public).verify(utils.encode_dss_signature(
                int.from_bytes(signature[:32], "big"),
                int.from_bytes(signature[32:], "big")),
                quote[:SIGNED], ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        raise invalid("The signature of the quote is not good") from None


def facts(quote):
    """What a quote says, by the names of the claims."""
    check(quote)
    body = quote[HEAD:SIGNED]
    product, svn = struct.unpack_from("<HH", body, 256)
    return {"is-debuggable": bool(body[48] & DEBUG), "product-id": product,
            "svn": svn, "mrenclave": body[64:96].hex(),
            "mrsigner": body[128:160].hex(),
            "report-data": body[320:384].hex()}, body[192:256]
