# SPDX-License-Identifier: BSD-2-Clause
"""/attest/AzureGuest: a virtual machine with a TPM, in one message.

The evidence is JSON with base64 inside, base64url outside; the token comes
back encrypted for a key that the TPM has only in the state that was quoted.

Checked are the quote, the PCRs and the log, that the AIK certified the
ephemeral key, and the AIK's certificate if --aik-ca is given. Inferred: that
the ephemeral key has to be bound to the TPM and to the quoted PCRs, which the
client library does. Many claims about Linux are constants of the service, and
stay as they are in recorded tokens. That the quote is not for a challenge is
as it is: the service has none.
"""
import base64
import hashlib
import json
import re
import struct

import base64url
import event_log
import jws
import shapes
import snp
import tpm_structures as structures
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from members import an_object, number, objects, parsed
from refusal import invalid
from signing import public_jwk
from tpm import issued

SHA256 = 11
FIXED_TPM, FIXED_PARENT, DECRYPT, SIGN = 0x2, 0x10, 0x20000, 0x40000
POLICY_PCR = 0x17f
SECRET_OF_TRANSPORT = b"Transport Key"
VMID = re.compile(r"([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\.")


def encoded(raw):
    return base64.b64encode(raw).decode()


class Guest:
    def __init__(self, text, authorities):
        info = parsed(base64url.decode(text, "AttestationInfo"),
                      "AttestationInfo")
        if info.get("AttestationProtocolVersion") != "2.0":
            raise invalid("The protocol version is %s, not 2.0" %
                          info.get("AttestationProtocolVersion"))
        self.info = info
        self.tpm = an_object(info.get("TpmInfo"), "TpmInfo")
        self.aik = self.public("AikPub")
        self.ephemeral = self.public("EncKeyPub")
        self.check_quote()
        self.check_key()
        self.name = self.check_certificate(authorities)

    def member(self, name):
        return base64url.decode_padded(self.tpm.get(name), name)

    def text(self, name):
        return base64url.decode_padded(self.info.get(name, ""), name).decode(
            "utf-8", "replace")

    def public(self, name):
        return structures.Public(structures.sized(self.member(name), name),
                                 name)

    def verify(self, name, signature, what):
        structures.verify_raw(
            self.aik.key(), self.member(name), self.member(signature),
            (structures.RSASSA, SHA256), what)

    def check_quote(self):
        quote = structures.Attest(self.member("PcrQuote"), structures.QUOTE,
                                  "The quote")
        self.verify("PcrQuote", "PcrSignature", "the quote")
        self.pcrs = {
            (SHA256, number(pcr.get("Index"), "Index")):
            base64url.decode_padded(pcr.get("Digest"), "Digest")
            for pcr in objects(self.tpm.get("PCRs"), "PCRs")}
        structures.check_quoted(quote, self.pcrs)
        self.indices = quote.banks[0][1]
        if self.tpm.get("PcrSet") != self.indices:
            raise invalid("PcrSet is not what was quoted")
        self.replay = event_log.replay([("TCG", base64url.decode_padded(
            self.info.get("TcgLogs"), "TcgLogs"))])
        self.replay.check(self.pcrs)

    def check_key(self):
        attest = structures.Attest(
            self.member("EncKeyCertifyInfo"), structures.CERTIFY,
            "The certification")
        self.verify("EncKeyCertifyInfo", "EncKeyCertifyInfoSignature",
                    "the certification")
        if attest.name != self.ephemeral.name():
            raise invalid("The certification is of another key")
        bits = FIXED_TPM | FIXED_PARENT | DECRYPT
        if self.ephemeral.attributes & (bits | SIGN) != bits:
            raise invalid("The ephemeral key is not one for decryption in "
                          "this TPM")
        if self.ephemeral.policy != self.policy():
            raise invalid("The ephemeral key is not bound to the PCRs")

    def policy(self):
        """TPM2_PolicyPCR (part 3, 23.7) with what was quoted."""
        bits = bytearray(3)
        for index in self.indices:
            bits[index // 8] |= 1 << index % 8
        values = hashlib.sha256(b"".join(
            self.pcrs[(SHA256, index)] for index in self.indices)).digest()
        return hashlib.sha256(bytes(32) + struct.pack(
            ">IIHB", POLICY_PCR, 1, SHA256, 3) + bytes(bits) +
            values).digest()

    def check_certificate(self, authorities):
        """The name in the certificate of the AIK, which is the machine's."""
        if not authorities:
            return ""
        certificate = jws.certificate(self.member("AikCert"), "the AIK")
        if public_jwk(certificate.public_key()) != public_jwk(self.aik.key()):
            raise invalid("AikCert is of another key than AikPub")
        if not any(issued(authority, certificate)
                   for authority in authorities):
            raise invalid("AikCert is not of an authority that is known")
        return "".join(name.value for name in
                       certificate.subject.get_attributes_for_oid(
                           x509.NameOID.COMMON_NAME))

    def claims(self):
        claims = shapes.azurevm(self.indices, public_jwk(
            self.ephemeral.key()))
        name = "x-ms-azurevm-"
        kind = self.text("OSType")
        claims.update({
            "secureboot": self.replay.facts()["secureBootEnabled"],
            name + "is-windows": kind == "Windows", name + "ostype": kind,
            name + "osbuild": self.text("OSBuild"),
            name + "osdistro": self.text("OSDistro"),
            name + "osversion-major": number(self.info.get(
                "OSVersionMajor"), "OSVersionMajor"),
            name + "osversion-minor": number(self.info.get(
                "OSVersionMinor"), "OSVersionMinor")})
        machine = VMID.match(self.name)
        if machine:
            claims[name + "vmid"] = machine.group(1).upper()
        claims["x-ms-runtime"]["client-payload"] = an_object(
            self.info.get("ClientPayload") or {}, "ClientPayload")
        self.add_isolation(claims)
        return claims

    def add_isolation(self, claims):
        info = an_object(self.info.get("IsolationInfo"), "IsolationInfo")
        if info.get("Type") == "TrustedLaunch":
            return
        if info.get("Type") != "SevSnp":
            raise invalid("The isolation type %s is not known to the "
                          "emulator" % info.get("Type"))
        claims["x-ms-isolation-tee"] = snp.isolation(
            info.get("Evidence"), public_jwk(self.aik.key()))


def attest(service, request):
    body = request.json()
    text = body.get("AttestationInfo", body.get("attestationInfo"))
    guest = Guest(text, service.options.aik_ca)
    policy = service.policies.get("AzureGuest")
    claims = guest.claims()
    policy_claims = policy.apply(claims)
    if policy_claims:
        claims["x-ms-policy"] = policy_claims
    claims["x-ms-policy-hash"] = policy.hash()
    token = service.issue(claims, "enclave")
    return {"token": envelope(token, guest.ephemeral.key(), service.numbers)}


def envelope(token, key, numbers):
    inner, vector = numbers.draw(32), numbers.draw(12)
    sealed = AESGCM(inner).encrypt(vector, token.encode(),
                                   SECRET_OF_TRANSPORT)
    return base64url.encode(json.dumps({
        "AuthenticationData": encoded(sealed[-16:]),
        "EncryptedInnerKey": encoded(key.encrypt(inner, padding.PKCS1v15())),
        "EncryptionParams": {
            "BlockMode": "ChainingModeGCM", "BlockPadding": "PKCS7",
            "Cipher": "AES", "Iv": encoded(vector), "KeySizeInBits": 256},
        "Jwt": encoded(sealed[:-16])}, separators=(",", ":")).encode())
