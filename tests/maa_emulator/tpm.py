# SPDX-License-Identifier: BSD-2-Clause
"""/attest/Tpm: the protocol of two messages, and a report for a token.

    -> {"payload": {"type": "aikcert"}}
    <- {"payload": {"challenge", "service_context"}}         as recorded
    -> {"payload": {"request": JWS}}                         as documented,
    <- {"payload": {"report": JWT}}                          but for "payload"

Each is base64url in the "data" of a body. That the second two are wrapped in
"payload" as the first two are is inferred: a request is taken with and
without it, and the answer is without it if --bare-report is given.

A request is of version 2 (attReqV2). Version 1 has claims that only Windows
makes, and is refused, as are enclaves of VBS. Checked is what the documents
say: the challenge and its age, the signature by request_key, how that key is
bound (tpm_certify or tpm_quote), the quote and its PCRs, the logs; aik_cert
when policy wants it. What the service checks beyond that is not known.
Inferred are: the texts of all refusals here but that of a policy which is
not set; that obj_attr is told as it is (--masked-attributes: only the bits
0x32); that an AIK without a certificate is taken if
require_valid_aik_cert=false.
"""
import base64
import hashlib
import json
import struct

import base64url
import event_log
import jws
import members
import tpm_structures as structures
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from members import an_object, number, objects, parsed
from refusal import invalid, no_tpm_policy
from signing import public_jwk

CHALLENGE, LIFE = 16, 300
REPORT_LIFE, REPORT_BEFORE = 86400, 300
ALL_PCRS = 0xffffff
MASK = 0x32


class Tpm:
    def __init__(self, service):
        self.service, options = service, service.options
        self.key = service.numbers.draw(32)
        self.authorities = options.aik_ca
        self.is_bare, self.is_masked = options.bare_report, \
            options.masked_attributes

    # --- The first message ---

    def challenge(self, message):
        if message.get("type") != "aikcert":
            raise invalid("The type of the message is not aikcert")
        numbers = self.service.numbers
        challenge, nonce = numbers.draw(CHALLENGE), numbers.draw(12)
        inner = challenge + struct.pack(">Q", self.service.now() + LIFE)
        name = hashlib.sha256(self.key).hexdigest().upper()
        context = {"ProtectionKeyName": name,
                   "ProtectedContext": base64url.encode(
                       nonce + AESGCM(self.key).encrypt(nonce, inner, None))}
        return {"challenge": base64url.encode(challenge),
                "service_context": base64url.encode(json.dumps(
                    context, separators=(",", ":")).encode())}

    def check_challenge(self, data):
        """The octets that a context holds, if they are those that were sent
        and not too old."""
        challenge = base64url.decode(data.get("challenge"), "challenge")
        text = base64url.decode(data.get("service_context"),
                                "service_context")
        try:
            sealed = base64url.decode(json.loads(text)["ProtectedContext"],
                                      "service_context")
            inner = AESGCM(self.key).decrypt(sealed[:12], sealed[12:], None)
        except (ValueError, KeyError, TypeError, InvalidTag):
            raise invalid("The service_context was not made here") from None
        if inner[:CHALLENGE] != challenge:
            raise invalid("The challenge is not that of the service_context")
        if struct.unpack(">Q", inner[CHALLENGE:])[0] < self.service.now():
            raise invalid("The challenge is too old")
        return challenge

    # --- Either of them ---

    def attest(self, request):
        message = parsed(base64url.decode(request.json().get("data"), "data"),
                         "data")
        policy = self.service.policies.get("Tpm")
        if not policy.is_set():
            raise no_tpm_policy()
        inner = an_object(message.get("payload", message), "payload")
        if "request" in inner:
            answer = {"report": self.report(inner["request"], policy)}
            if not self.is_bare:
                answer = {"payload": answer}
        else:
            answer = {"payload": self.challenge(inner)}
        return {"data": base64url.encode(json.dumps(
            answer, separators=(",", ":")).encode())}

    # --- The second message ---

    def report(self, text, policy):
        token = jws.Jws(members.text(text, "request"), "the request")
        header = token.header
        if header.get("typ") != "attReqV2" or token.algorithm != "PS256":
            raise invalid("The request is %s with %s, not attReqV2 with PS256"
                          % (header.get("typ"), token.algorithm))
        request = token.claims()
        data = request.get("att_data")
        if request.get("att_type", "basic") != "basic" or not isinstance(
                data, dict) or "report_signed" in data:
            raise invalid("att_data is not that of a TPM alone")
        key = checked_key(data.get("request_key"), "request_key")
        token.verify(jwk_key(key.get("jwk"), "request_key"))
        sent = jwk_as_sent(token.payload)
        properties = policy.rules.configuration()
        evidence = Evidence(data, self.check_challenge(data))
        evidence.check(key, sent, properties.get("required_pcr_mask",
                                                 ALL_PCRS))
        is_validated = self.check_certificate(
            evidence, properties.get("require_valid_aik_cert", True))
        told = self.told(key, evidence)
        others = [self.told(other, evidence)
                  for other in evidence.others(data)]
        issued = policy.apply(self.incoming(
            evidence, is_validated, told, others, data))
        return self.token(data, told, issued, policy, properties)

    def told(self, key, evidence):
        """A key as it stands in tokens: how it is bound, not the proof."""
        info = key["info"]
        if "tpm_certify" in info:
            public = evidence.certified(key)
            attributes = public.attributes
            told = {"name_alg": public.name_algorithm,
                    "obj_attr": attributes & MASK if self.is_masked else
                    attributes}
            if public.policy:
                told["auth_policy"] = base64url.encode(public.policy)
            info = {"tpm_certify": told}
        jwk = {name: key["jwk"][name] for name in ("kty", "n", "e")}
        return {"jwk": jwk, "info": info}

    def check_certificate(self, evidence, is_required):
        """Whether the AIK has a certificate of an authority that is known."""
        if evidence.certificate is None:
            if is_required:
                raise invalid("The request has no aik_cert, which the policy "
                              "requires")
            return False
        certificate = jws.certificate(evidence.certificate, "the AIK")
        if public_jwk(certificate.public_key()) != public_jwk(evidence.aik):
            raise invalid("aik_cert is of another key than aik_pub")
        for authority in self.authorities:
            if issued(authority, certificate):
                return True
        if is_required:
            raise invalid("aik_cert is not of an authority that is known")
        return False

    def incoming(self, evidence, is_validated, told, others, data):
        claims = {"aikValidated": is_validated, "tpmVersion": 2,
                  "aikPubHash": base64.b64encode(hashlib.sha256(
                      evidence.aik_der()).digest()).decode(),
                  "x-ms-tpm-request-key": told}
        if others:
            claims["x-ms-tpm-other-keys"] = others
        claims.update(evidence.replay.facts())
        for custom in objects(data.get("custom_claims") or [],
                              "custom_claims"):
            claims["%s/%s" % (self.service.issuer, custom.get("name"))] = \
                custom.get("value")
        return claims

    def token(self, data, told, issued_claims, policy, properties):
        service, faults = self.service, self.service.faults.current()
        minutes = properties.get("report_validity_in_minutes")
        times = service.times(minutes * 60 if minutes else REPORT_LIFE,
                              REPORT_BEFORE)
        claims = {"nbf": times["nbf"], "exp": times["exp"],
                  "iat": times["iat"], "iss": service.issuer_of_token(),
                  "jti": service.numbers.draw(20).hex(), "ver": "1.0",
                  "x-ms-ver": "1.0"}
        if data.get("rp_data") is not None:
            base64url.decode(data["rp_data"], "rp_data")
            claims.update(rp_data=data["rp_data"], nonce=data["rp_data"])
        claims.update({"cnf": {"jwk": told["jwk"]},
                       "x-ms-policy-hash": policy.hash(),
                       "x-ms-tpm-request-key": told,
                       "x-ms-policy": issued_claims})
        if "rollover" in faults:
            service.keys.roll_over_leaf()
        return service.spoil(service.keys.report(
            claims, not properties.get("omit_x5c", False),
            "unsigned" in faults))


class Evidence:
    """What a TPM says now (current_attestation)."""

    def __init__(self, data, challenge):
        parts = an_object(data.get("tpm_att_data"), "tpm_att_data")
        if "boot_attestation" in parts:
            raise invalid("The emulator knows no boot_attestation")
        now = an_object(parts.get("current_attestation"),
                        "current_attestation")
        self.challenge = challenge
        self.aik = jwk_key(now.get("aik_pub"), "aik_pub")
        certificate = now.get("aik_cert")
        self.certificate = base64url.decode(
            certificate, "aik_cert") if certificate else None
        self.quote = base64url.decode(now.get("quote"), "quote")
        self.signature = base64url.decode(now.get("signature"), "signature")
        self.pcrs = pcrs_of(now.get("pcrs"))
        self.logs = [(log.get("type"), base64url.decode(log.get("log"), "log"))
                     for log in objects(now.get("logs"), "logs")]

    def check(self, key, sent, mask):
        quote = structures.Attest(self.quote, structures.QUOTE, "The quote")
        structures.verify(self.aik, self.quote, self.signature, "the quote")
        structures.check_quoted(quote, self.pcrs)
        quoted = {index for _, indices in quote.banks for index in indices}
        missing = [index for index in range(24)
                   if mask >> index & 1 and index not in quoted]
        if missing:
            raise invalid("The policy requires PCRs that were not quoted: %s" %
                          " ".join(map(str, missing)))
        wanted, info = self.challenge, key["info"]
        if "tpm_quote" in info:
            if "tpm_certify" in info:
                raise invalid("request_key is bound in two ways")
            name = an_object(info["tpm_quote"], "tpm_quote").get("hash_alg")
            if name not in ("sha-256", "sha-384", "sha-512"):
                raise invalid("hash_alg is %s" % name)
            wanted = hashlib.new(name.replace("-", ""), sent + b"\0" +
                                 self.challenge).digest()
        elif "tpm_certify" in info:
            self.certified(key)
        else:
            raise invalid("request_key is not bound to the TPM")
        if quote.extra != wanted:
            raise invalid("The quote is not for this challenge")
        self.replay = event_log.replay(self.logs)
        self.replay.check(self.pcrs)

    def certified(self, key):
        """The public area of a key that this AIK certified."""
        info = an_object(key["info"]["tpm_certify"], "tpm_certify")
        public = structures.Public(base64url.decode(
            info.get("public"), "public"), "The certified key")
        text = base64url.decode(info.get("certification"), "certification")
        attest = structures.Attest(text, structures.CERTIFY,
                                   "The certification")
        structures.verify(self.aik, text, base64url.decode(
            info.get("signature"), "signature"), "the certification")
        if attest.extra != self.challenge:
            raise invalid("The certification is not for this challenge")
        if attest.name != public.name():
            raise invalid("The certification is of another key")
        if public_jwk(public.key()) != public_jwk(
                jwk_key(key.get("jwk"), "the key")):
            raise invalid("The certified key is not the one of jwk")
        return public

    def others(self, data):
        keys = [checked_key(key, "other_keys") for key in objects(
            data.get("other_keys") or [], "other_keys")]
        if len(keys) > 2:
            raise invalid("There are more than two other_keys")
        for key in keys:
            jwk_key(key["jwk"], "other_keys")
            if set(key["info"]) - {"tpm_certify"}:
                raise invalid("other_keys are certified, or not bound")
        return keys

    def aik_der(self):
        return self.aik.public_bytes(structures.DER, structures.SPKI)


def checked_key(key, what):
    """{"jwk", "info"}; a key that is not bound has no info, or {}."""
    return {"jwk": an_object(an_object(key, what).get("jwk"), "jwk"),
            "info": an_object(key.get("info") or {}, "info")}


def pcrs_of(value):
    """{(algorithm, index): digest}, in the order in which they were sent."""
    pcrs = {}
    for bank in objects(value, "pcrs"):
        algorithm = number(bank.get("algorithm"), "algorithm")
        if algorithm not in event_log.SIZES:
            raise invalid("A bank of PCRs has the algorithm %s" % algorithm)
        for pcr in objects(bank.get("values"), "values"):
            place = (algorithm, number(pcr.get("index"), "index"))
            found = base64url.decode(pcr.get("digest"), "digest")
            if place in pcrs or len(found) != event_log.SIZES[algorithm]:
                raise invalid("PCR %s is there twice, or has another size" %
                              place[1])
            pcrs[place] = found
    return pcrs


def jwk_key(jwk, what):
    if an_object(jwk, what).get("kty") != "RSA":
        raise invalid("%s is not a JWK of type RSA" % what)
    modulus, exponent = (int.from_bytes(base64url.decode(
        jwk.get(name), what), "big") for name in ("n", "e"))
    return structures.public_key(modulus, exponent)


def issued(authority, certificate):
    try:
        authority.public_key().verify(
            certificate.signature, certificate.tbs_certificate_bytes,
            *structures.certificate_scheme(authority, certificate))
    except structures.InvalidSignature:
        return False
    return authority.subject == certificate.issuer


def jwk_as_sent(payload):
    """The bytes of /att_data/request_key/jwk: they are hashed as they are,
    blanks and order included."""
    text = payload.decode()
    start, end = 0, len(text)
    for name in ("att_data", "request_key", "jwk"):
        start, end = member(text, start, name)
    return text[start:end].encode()


def member(text, at, wanted):
    """Where the value of a member of the object at AT begins and ends."""
    decode = json.JSONDecoder().raw_decode
    at = skip(text, at)
    while text[at] in "{,":
        name, at = decode(text, skip(text, at + 1))
        at = skip(text, skip(text, at) + 1)
        _, end = decode(text, at)
        if name == wanted:
            return at, end
        at = skip(text, end)
    raise invalid("%s is missing" % wanted)


def skip(text, at):
    while text[at] in " \t\r\n":
        at += 1
    return at
