# SPDX-License-Identifier: BSD-2-Clause
"""What clients sign: policies, changes of certificates, requests of a TPM."""
import base64

import base64url
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from members import parsed
from refusal import invalid, malformed_policy

DIGESTS = {"256": hashes.SHA256(), "384": hashes.SHA384(),
           "512": hashes.SHA512()}


class Jws:
    def __init__(self, text, what):
        parts = text.split(".")
        if len(parts) != 3:
            raise invalid("%s is not a JWS with three parts" % what)
        self.text, self.what = text, what
        self.signed = (parts[0] + "." + parts[1]).encode()
        self.header = parsed(base64url.decode(parts[0], what),
                             "The header of " + what)
        self.payload = base64url.decode(parts[1], what)
        self.signature = base64url.decode(parts[2], what)
        self.algorithm = self.header.get("alg")

    def claims(self):
        return parsed(self.payload, "The payload of " + self.what)

    def verify(self, key):
        """RS*, PS* (with a salt as long as the digest) and ES256."""
        kind, size = str(self.algorithm)[:2], str(self.algorithm)[2:]
        digest = DIGESTS.get(size)
        try:
            if kind in ("RS", "PS") and digest and isinstance(
                    key, rsa.RSAPublicKey):
                scheme = padding.PKCS1v15() if kind == "RS" else padding.PSS(
                    padding.MGF1(digest), digest.digest_size)
                key.verify(self.signature, self.signed, scheme, digest)
            elif self.algorithm == "ES256" and isinstance(
                    key, ec.EllipticCurvePublicKey):
                r, s = self.signature[:32], self.signature[32:]
                key.verify(utils.encode_dss_signature(
                    int.from_bytes(r, "big"), int.from_bytes(s, "big")),
                    self.signed, ec.ECDSA(digest))
            else:
                raise invalid("The algorithm %s of %s does not fit its key" % (
                    self.algorithm, self.what))
        except InvalidSignature:
            raise invalid("The signature of %s is not good" %
                          self.what) from None

    def signer(self):
        """DER of the certificate that signed, or None if nobody did."""
        if self.algorithm == "none":
            if self.signature:
                raise malformed_policy("%s is unsecured, and has a signature"
                                       % self.what)
            return None
        chain = self.header.get("x5c")
        if not isinstance(chain, list) or not chain:
            raise invalid("%s has no x5c" % self.what)
        der = base64url.decode_padded(chain[0], "x5c")
        self.verify(certificate(der, self.what).public_key())
        return der


def certificate(der, what):
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        raise invalid("The certificate of %s cannot be read" % what) from None


def certificate_jwk(der):
    """As certificates stand in the answers of the service."""
    elliptic = isinstance(certificate(der, "a key").public_key(),
                          ec.EllipticCurvePublicKey)
    return {"alg": "ES256" if elliptic else "RS256",
            "kty": "EC" if elliptic else "RSA", "use": "sig",
            "x5c": [base64.b64encode(der).decode()]}
