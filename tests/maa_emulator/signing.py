# SPDX-License-Identifier: BSD-2-Clause
"""The keys of the service, the set that /certs shows, and signed tokens.

An enclave key has a certificate that signs itself; it is issued anew each
time it is shown, with a fresh quote that holds the kid, as the real one is:
who pins certificates of the service, and not its keys, finds out here. The
key of TPM reports has a PKI, whose certificates stay.
"""
import base64
import datetime
import json
import threading

import authority
import quotes
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

# Open Enclave evidence in a certificate.
EVIDENCE = x509.ObjectIdentifier("1.3.6.1.4.1.311.105.1")
START = datetime.datetime(2019, 5, 1)
END = datetime.datetime(2050, 12, 31, 23, 59, 59)

FOLLOWING = {"enclave": "next", "next": "enclave-2"}


def compact(value, sort=True):
    return json.dumps(value, separators=(",", ":"), sort_keys=sort,
                      ensure_ascii=False).encode()


def public_jwk(key):
    """The members of an RSA key as they stand in tokens."""
    numbers = key.public_numbers()

    def text(number):
        return authority.base64url(number.to_bytes(
            (number.bit_length() + 7) // 8, "big"))
    return {"e": text(numbers.e), "kty": "RSA", "n": text(numbers.n)}


class Keys:
    """Which keys sign, and which are shown."""

    def __init__(self, folder, numbers, form="x5c"):
        self.folder, self.numbers, self.form = folder, numbers, form
        self.enclave, self.retired = "enclave", []
        self.leaf, self.leaves = "leaf", ["leaf", "next-leaf"]
        self.small = False
        self.loaded, self.lock = {}, threading.RLock()

    def private(self, name):
        with self.lock:
            if name not in self.loaded:
                path = authority.private(self.folder, authority.key_of(name))
                with open(path, "rb") as pem:
                    self.loaded[name] = serialization.load_pem_private_key(
                        pem.read(), None)
            return self.loaded[name]

    def kid(self, name):
        with self.lock:
            return authority.kid(self.folder, name)

    def chain(self, name):
        with self.lock:
            return [base64.b64encode(authority.certificate(
                self.folder, link)).decode()
                for link in authority.CHAINS[name]]

    def roll_over(self, keep=False):
        """Another enclave key signs from now on. The real service stopped
        to show the former one at once; keep shows it still."""
        with self.lock:
            self.retired = ([self.enclave] + self.retired) if keep else []
            self.enclave = FOLLOWING.get(self.enclave) or "enclave-%d" % (
                int(self.enclave.split("-")[1]) + 1)
            self.private(self.enclave)

    def roll_over_leaf(self):
        with self.lock:
            self.leaf = self.leaves[(self.leaves.index(self.leaf) + 1) %
                                    len(self.leaves)]

    def certificate(self, name, issuer):
        """DER, other bytes each time."""
        key = self.private(name)
        subject = x509.Name([x509.NameAttribute(
            x509.NameOID.COMMON_NAME, issuer)])
        held = base64.b64decode(self.kid(name)) + bytes(32)
        quote = quotes.make({"report-data": held}, self.numbers)
        identifier = x509.SubjectKeyIdentifier.from_public_key(
            key.public_key())
        return x509.CertificateBuilder(
            subject, subject, key.public_key(), 1, START, END
        ).add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=False
        ).add_extension(identifier, critical=False).add_extension(
            x509.AuthorityKeyIdentifier.
            from_issuer_subject_key_identifier(identifier), critical=False
        ).add_extension(x509.UnrecognizedExtension(
            EVIDENCE, quotes.evidence(quote)), critical=False
        ).sign(key, hashes.SHA256()).public_bytes(
            serialization.Encoding.DER)

    def jwk(self, name, chain):
        shown = {"kid": self.kid(name), "kty": "RSA"}
        if self.form != "ne":
            shown["x5c"] = chain
        if self.form != "x5c":
            shown.update(public_jwk(self.private(name).public_key()),
                         alg="RS256", use="sig")
        return shown

    def jwks(self, issuer):
        """The key that signs first, then those of TPM reports."""
        enclaves = [self.enclave] + self.retired
        if self.small:
            enclaves.append("small")
        keys = [self.jwk(name, [base64.b64encode(self.certificate(
            name, issuer)).decode()]) for name in enclaves]
        keys[1:1] = [self.jwk(name, self.chain(name)) for name in self.leaves]
        return {"keys": keys}

    def sign(self, name, header, claims, sort=True):
        text = b".".join(authority.base64url(compact(part, sort)).encode()
                         for part in (header, claims))
        signature = b"" if header["alg"] == "none" else self.private(
            name).sign(text, padding.PKCS1v15(), hashes.SHA256())
        return (text + b"." + authority.base64url(signature).encode()).decode()

    def enclave_token(self, issuer, claims, unsecured=False, name=None):
        name = name or self.enclave
        return self.sign(name, {
            "alg": "none" if unsecured else "RS256", "jku": issuer + "/certs",
            "kid": self.kid(name), "typ": "JWT"}, claims)

    def report(self, claims, with_chain=True, unsecured=False):
        """Of a TPM: no jku, and the order in which the real one is."""
        header = {"typ": "JWT", "alg": "none" if unsecured else "RS256"}
        kid = self.kid(self.leaf)
        if with_chain:
            header["x5c"] = self.chain(self.leaf)
        else:
            header["x5t"] = kid
        header["kid"] = kid
        return self.sign(self.leaf, header, claims, sort=False)
