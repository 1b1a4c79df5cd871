# SPDX-License-Identifier: BSD-2-Clause
"""/policies/TYPE and /certificates: what is attested by which rules, and who
may change them.

A provider in AAD mode takes policies that are signed by anybody or by
nobody; an isolated one takes those of the certificates it knows. Answers are
as recorded. Inferred: which code a policy of a stranger is refused with, that
the last certificate stays, and the default policy of AzureGuest (so its hash
is not that of the real one).
"""
import hashlib
import json
import re

import base64url
import jws
from policy_language import Policy
from refusal import invalid, malformed_policy, not_isolated

UNSET = "eyJhbGciOiJub25lIn0.."
TYPES = ("SgxEnclave", "OpenEnclave", "Tpm", "AzureGuest")


def sgx_default():
    """Issues what is measured by its older names. (It has the hash of the
    real one, which is in tokens of all providers that have no other.)"""
    named = [("x-ms-sgx-is-debuggable", "is-debuggable"),
             ("x-ms-sgx-mrsigner", "sgx-mrsigner"),
             ("x-ms-sgx-mrenclave", "sgx-mrenclave"),
             ("x-ms-sgx-product-id", "product-id"),
             ("x-ms-sgx-svn", "svn"), ("x-ms-attestation-type", "tee")]
    rules = "".join('c:[type=="%s"] => issue(type="%s", value=c.value);' % pair
                    for pair in named)
    return ("version= 1.0;authorizationrules{=> permit();};"
            "issuancerules{%s};" % rules)


DEFAULTS = {"SgxEnclave": sgx_default(), "OpenEnclave": sgx_default(),
            "AzureGuest": "version= 1.0;authorizationrules{=> permit();};"
                          "issuancerules{};", "Tpm": None}


def unsecured(payload):
    parts = [b'{"alg":"none"}', payload, b""]
    return ".".join(base64url.encode(part) for part in parts)


def body_of(text):
    return json.dumps({"AttestationPolicy": base64url.encode(text.encode())},
                      separators=(",", ":")).encode()


class Stored:
    """A policy as it was sent, the rules in it, and who signed it."""

    def __init__(self, token):
        self.token = jws.Jws(token, "the policy")
        self.signer = self.token.signer()
        self.encoded, self.rules = None, None
        if self.token.payload:
            self.encoded = self.token.claims().get("AttestationPolicy")
            try:
                text = base64url.decode(self.encoded,
                                        "AttestationPolicy").decode()
            except UnicodeDecodeError:
                raise malformed_policy("The policy is not UTF-8") from None
            self.rules = Policy(text)

    def is_set(self):
        return self.rules is not None

    def hash(self):
        """Of the text in base64url, not of the text nor of the JWS."""
        return base64url.encode(hashlib.sha256(
            self.encoded.encode()).digest())

    def apply(self, incoming):
        return self.rules.apply(incoming)

    def signer_claim(self):
        if self.signer is None:
            return {}
        return {"x-ms-policy-signer": jws.certificate_jwk(self.signer)}


def of_draft(text):
    """The text of a policy, or a JWS of it: both have been sent."""
    if not isinstance(text, str):
        raise invalid("draftPolicyForAttestation is not a string")
    if re.fullmatch(r"[\w-]+\.[\w-]*\.[\w-]*", text):
        return Stored(text)
    return Stored(unsecured(body_of(text)))


class Policies:
    def __init__(self, isolated=()):
        self.certificates = list(isolated)
        self.is_isolated = bool(isolated)
        self.kept = {}
        for kind in TYPES:
            self.forget(kind)

    def forget(self, kind):
        text = DEFAULTS.get(kind)
        self.kept[kind] = Stored(UNSET if text is None else unsecured(
            body_of(text)))

    def get(self, kind):
        if kind not in self.kept:
            raise invalid("The attestation type %s is not known" % kind)
        return self.kept[kind]

    def accept(self, token):
        stored = Stored(token)
        if self.is_isolated and stored.signer not in self.certificates:
            raise invalid("The policy is not signed by a policy management "
                          "certificate")
        return stored

    # --- The requests: each gives the claims of the answer ---

    def tell(self, kind):
        return {"x-ms-policy": self.get(kind).token.text}

    def set(self, kind, token):
        self.get(kind)
        stored = self.accept(token)
        if not stored.is_set():
            raise malformed_policy("The policy is empty")
        self.kept[kind] = stored
        return dict(stored.signer_claim(), **{
            "x-ms-policy-result": "Updated",
            "x-ms-policy-token-hash": base64url.encode(hashlib.sha256(
                token.encode()).digest())})

    def reset(self, kind, token):
        self.get(kind)
        if self.accept(token).is_set():
            raise invalid("A policy is reset with an empty policy")
        self.forget(kind)
        return {"x-ms-policy-result": "Removed"}

    def tell_certificates(self):
        return {"x-ms-policy-certificates": {"keys": [
            jws.certificate_jwk(der) for der in self.certificates]}}

    def change_certificates(self, token, is_added):
        if not self.is_isolated:
            raise not_isolated("Add" if is_added else "Remove")
        request = jws.Jws(token, "the request")
        if request.signer() not in self.certificates:
            raise invalid("The request is not signed by a policy management "
                          "certificate")
        key = request.claims().get("policyCertificate")
        chain = key.get("x5c") if isinstance(key, dict) else None
        if not isinstance(chain, list) or not chain:
            raise invalid("policyCertificate has no x5c")
        der = base64url.decode_padded(chain[0], "x5c")
        jws.certificate(der, "policyCertificate")
        if is_added and der not in self.certificates:
            self.certificates.append(der)
        if not is_added and der in self.certificates:
            if len(self.certificates) == 1:
                raise invalid("The last policy management certificate "
                              "cannot be removed")
            self.certificates.remove(der)
        return {"x-ms-certificate-thumbprint":
                hashlib.sha1(der).hexdigest().upper(),
                "x-ms-policycertificates-result":
                "IsPresent" if is_added else "IsAbsent"}

