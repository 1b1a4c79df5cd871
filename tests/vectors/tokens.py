#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Judges every real token with "attestctl token verify".

The tokens were issued by Microsoft Azure Attestation to others and have
expired; they are no part of this tree. They are looked for beside it, or where
VECTORS says. Without them nothing is judged, and that is said.

Each has to be accepted at a time inside its life by its own keys, the TPM
report also by the authority of the service, and refused once one thing is
wrong. What an attacker would sign is signed by token.py.
"""
import base64
import hashlib
import hmac
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from token_judge import (TOP, Judge, Signer, decode, encode, openssl, split)

# Name: the type, and what names the host in it.
TOKENS = {
    "azurevm-linux-ubuntu18-sharedwus": (
        "azurevm", "attestation-key",
        "/x-ms-isolation-tee/x-ms-runtime/keys"),
    "azurevm-windows-sharedweu": (
        "azurevm", "attestation-key",
        "/x-ms-isolation-tee/x-ms-runtime/keys"),
    "certs-list-isolated": (None, "none", "binding-missing"),
    "certs-modify-IsPresent": (None, "none", "binding-missing"),
    "oe-isolated-simple": ("sgx", "none", "binding-missing"),
    "policy-get-sgx-default": (None, "none", "binding-missing"),
    "policy-get-tpm-empty": (None, "none", "binding-missing"),
    "policy-set-tpm-signed-1": (None, "none", "binding-missing"),
    "policy-set-tpm-signed-2": (None, "none", "binding-missing"),
    "policy-set-tpm-unsecured-1": (None, "none", "binding-missing"),
    "policy-set-tpm-unsecured-2": (None, "none", "binding-missing"),
    "sgx-shared-runtime-binary": ("sgx", "none", "binding-missing"),
    "tpm-boot-claims": ("tpm", "none", "binding-software"),
}
UNSIGNED = "sgx-draftpolicy-algnone"
LEEWAY = 60
OTHER_HASH = encode(bytes(32))
FAR = 1 << 40


class Token:
    """A real token, and how it is judged."""

    def __init__(self, folder, name, kind):
        path = os.path.join(folder, name)
        self.name, self.kind = name, kind
        with open(path + ".jwt") as token:
            self.text = token.read().strip()
        self.header, self.claims, self.signature = split(self.text)
        self.jwks = path + ".jwks.json"
        self.iat, self.exp = self.claims["iat"], self.claims["exp"]

    def options(self, at=None, issuer=None, kind=None, keys=None):
        return ["--issuer", issuer or self.claims["iss"],
                "--at", str(self.iat + 60 if at is None else at),
                "--type", kind or self.kind or "any"] + (
                    keys or ["--jwks", self.jwks])

    def spki(self):
        """The key that signed, in DER and in PEM, by openssl."""
        with open(self.jwks) as text:
            keys = json.load(text)["keys"]
        key = [k for k in keys if k["kid"] == self.header["kid"]][0]
        if "x5c" in key:
            pem = openssl("x509", "-inform", "DER", "-noout", "-pubkey",
                          data=base64.b64decode(key["x5c"][0]))
        else:
            pem = rsa_pem(decode(key["n"]), decode(key["e"]))
        return openssl("pkey", "-pubin", "-outform", "DER", data=pem), pem

    def with_header(self, header, signature=None):
        return "%s.%s.%s" % (
            encode(json.dumps(header).encode()), self.text.split(".")[1],
            self.signature if signature is None else signature)


def rsa_pem(n, e):
    """A public key as PEM, put together by openssl."""
    with tempfile.NamedTemporaryFile("w", suffix=".cnf") as form:
        form.write("asn1=SEQUENCE:key\n[key]\na=SEQUENCE:alg\n"
                   "b=BITWRAP,SEQUENCE:rsa\n[alg]\n"
                   "a=OID:rsaEncryption\nb=NULL\n[rsa]\n"
                   "n=INTEGER:0x%s\ne=INTEGER:0x%s\n" % (n.hex(), e.hex()))
        form.flush()
        der = openssl("asn1parse", "-genconf", form.name, "-noout", "-out",
                      "/dev/stdout")
    return openssl("pkey", "-pubin", "-inform", "DER", data=der)


def is_accepted_as_it_is(judge, token, binding):
    der, _ = token.spki()

    def find_problem(answer):
        wanted = {
            "header": token.header, "claims": token.claims,
            "type": token.kind,
            "key": {"kid": token.header["kid"], "authority": None,
                    "sha256": hashlib.sha256(der).hexdigest()}}
        for name, value in wanted.items():
            if answer[name] != value:
                return "%s is %s, wanted %s" % (name, answer[name], value)
        kind, where = binding
        found = answer["binding"]
        if found["kind"] != kind or where not in (
                found["where"], (found["reason"] or {}).get("code")):
            return "binding is %s" % found
        return None

    judge.accepts(token.name + " is what it is", token.text, token.options(),
                  find_problem)
    judge.accepts(token.name + " with a newline behind it", token.text + "\n",
                  token.options())


def judge_times(judge, token):
    """Each limit, and one second past it."""
    name, text, iat, exp = token.name, token.text, token.iat, token.exp
    long = ["--max-age", "366d"]
    judge.accepts(name + " while clocks may differ", text,
                  token.options(at=iat - LEEWAY))
    judge.refuses(name + " before it was issued", text,
                  token.options(at=iat - LEEWAY - 1), "token-future",
                  "nbf|iat")
    judge.accepts(name + " until it expires", text,
                  token.options(at=exp + LEEWAY - 1) + long)
    judge.refuses(name + " when it has expired", text,
                  token.options(at=exp + LEEWAY + 1) + long, "token-expired",
                  "expired")
    age = ["--max-age", "10m"]
    judge.accepts(name + " until it is old", text,
                  token.options(at=iat + 600 + LEEWAY) + age)
    judge.refuses(name + " when it is old", text,
                  token.options(at=iat + 601 + LEEWAY) + age, "token-old",
                  "host_max_age")
    judge.refuses(name + " of the future, without leeway", text,
                  token.options(at=iat - 1) + ["--leeway", "0"],
                  "token-future")


def judge_policy(judge, token):
    name, text = token.name, token.text
    judge.refuses(name + " of another issuer", text,
                  token.options(issuer="https://other.attest.azure.net"),
                  "token-issuer", "other.attest")
    judge.refuses(name + " of an issuer with a slash", text,
                  token.options(issuer=token.claims["iss"] + "/"),
                  "token-issuer")
    judge.refuses(name + " as another type", text,
                  token.options(kind="sevsnpvm"), "token-type")
    judge.refuses(name + " of another policy", text,
                  token.options() + ["--policy-hash", OTHER_HASH],
                  "token-policy")
    own = token.claims.get("x-ms-policy-hash")
    if own:
        judge.accepts(name + " of its policy", text, token.options() + [
            "--policy-hash", OTHER_HASH, "--policy-hash", own])
    judge.accepts(name + " has the claim", text, token.options() + [
        "--require", "/exp == %d" % token.exp])
    judge.refuses(name + " has not the claim", text, token.options() + [
        "--require", "/exp == %d" % (token.exp + 1)], "token-claim",
        r"/exp.*%d.*%d" % (token.exp, token.exp + 1))


def judge_profiles(judge, token):
    """Both machines of Azure were booted securely; the TPM report is of a
    policy that has names of its own."""
    codes = {"azurevm-trusted-launch":
             None if token.kind == "azurevm" else "token-type",
             "tpm-secure-boot":
             "token-claim" if token.kind == "tpm" else "token-type"}
    for profile, code in codes.items():
        options = token.options() + ["--profile", profile]
        name = "%s as %s" % (token.name, profile)
        if code is None:
            judge.accepts(name, token.text, options)
        else:
            judge.refuses(name, token.text, options, code)


def judge_forged_headers(judge, token):
    """What needs no key."""
    name = token.name
    none = dict(token.header, alg="none")
    for signature in ("", token.signature):
        judge.refuses(name + " by alg none", token.with_header(
            none, signature), token.options(), "jws-algorithm", "none")
    _, pem = token.spki()
    head = token.with_header(dict(token.header, alg="HS256"), "")[:-1]
    judge.refuses(name + " by HS256 and the public key", "%s.%s" % (
        head, encode(hmac.new(pem, head.encode(), "sha256").digest())),
        token.options(), "jws-algorithm", "HS256")
    judge.refuses(name + " by a kid that nobody knows", token.with_header(
        dict(token.header, kid=base64.b64encode(bytes(32)).decode())),
        token.options(),
        "token-signer" if token.kind == "tpm" else "token-key", "AAAA")
    head, payload, signature = token.text.split(".")
    twice = decode(payload)[:-1] + b', "exp": %d}' % FAR
    judge.refuses(name + " with a claim twice", "%s.%s.%s" % (
        head, encode(twice), signature), token.options(), "jws-malformed",
        "exp")
    once = json.dumps(dict(token.claims, exp=FAR)).encode()
    judge.refuses(name + " with another claim", "%s.%s.%s" % (
        head, encode(once), signature), token.options(), "token-signature")


def forge(signer, tokens):
    """What an attacker would sign in the place of each token."""
    options = {}
    for token in tokens:
        payload = signer.write(signer.path(token.name + ".payload"),
                               decode(token.text.split(".")[1]))
        raw = "--raw-payload %s --issuer %s " % (payload, token.claims["iss"])
        kid = " --kid=" + token.header["kid"]
        options.update({
            token.name + " own-x5c": raw + "--signer outsider",
            token.name + " own-x5c-kid": raw + "--signer outsider" + kid,
            token.name + " unknown": raw + "--signer next",
            token.name + " stolen-kid": raw + "--signer next" + kid,
            token.name + " small": raw + "--signer small"})
    return signer.sign(options)


def judge_forged_signatures(judge, token, forged, signer):
    """What is signed by a key of the attacker's."""
    name = token.name
    small = token.options() + ["--jwks", signer.path("small.jwks.json")]
    authority = token.options() + ["--ca", signer.path("ca.pem")]
    judge.refuses(name + " with its own x5c", forged[name + " own-x5c"],
                  authority, "token-key", "Test Attestation.*host_ca")
    judge.refuses(name + " with its own x5c and that kid",
                  forged[name + " own-x5c-kid"], authority, "token-signer",
                  "kid")
    judge.refuses(name + " by an unknown key", forged[name + " unknown"],
                  token.options(), "token-key")
    judge.refuses(name + " by another key with that kid",
                  forged[name + " stolen-kid"], token.options(),
                  "token-signature")
    judge.refuses(name + " by a key of 1024 bits", forged[name + " small"],
                  small, "token-key-unfit", "1024")


def judge_report(judge, token, signer):
    """What only a TPM report has: a chain."""
    certs = os.path.join(os.path.dirname(os.path.dirname(token.jwks)),
                         "certs")
    pca = os.path.join(certs, "maa-tpm-pca2019.pem")
    root = os.path.join(certs, "maa-tpm-root2011.pem")

    def find_problem(answer):
        if "PCA 2019" not in (answer["key"]["authority"] or ""):
            return "key is %s" % answer["key"]
        return None

    judge.accepts("a TPM report below the authority of the service",
                  token.text, token.options(keys=["--ca", pca]), find_problem)
    judge.refuses("a TPM report below the root alone", token.text,
                  token.options(keys=["--ca", root]), "token-key",
                  "Root Certificate Authority 2011.* above it")
    judge.refuses("a TPM report below another authority", token.text,
                  token.options(keys=["--ca", signer.path("ca.pem")]),
                  "token-key", "PCA 2019.* no certificate of host_ca")


def run(judge, folder, signer):
    tokens = []
    for name, (kind, *_) in TOKENS.items():
        if os.path.exists(os.path.join(folder, name + ".jwt")):
            tokens.append(Token(folder, name, kind))
        else:
            judge.skip(name, 1, "not in " + folder)
    forged = forge(signer, tokens)
    os.rename(signer.jwks("enclave", "small"),
              signer.path("small.jwks.json"))
    for token in tokens:
        is_accepted_as_it_is(judge, token, TOKENS[token.name][1:])
        judge_times(judge, token)
        judge_policy(judge, token)
        judge_profiles(judge, token)
        judge_forged_headers(judge, token)
        judge_forged_signatures(judge, token, forged, signer)
        if token.kind == "tpm":
            judge_report(judge, token, signer)
    token = Token(folder, UNSIGNED, "sgx")
    judge.refuses(UNSIGNED, token.text, token.options(), "jws-algorithm",
                  "none")


def main():
    folder = os.path.join(os.environ.get("VECTORS") or os.path.join(
        TOP, "..", "shared", "vectors"), "maa", "tokens")
    judge = Judge()
    if not os.path.isdir(folder):
        judge.skip("real tokens", len(TOKENS) + 1, "no folder " + folder)
        return judge.finish()
    with tempfile.TemporaryDirectory() as scratch:
        run(judge, folder, Signer(scratch))
    return judge.finish()


if __name__ == "__main__":
    sys.exit(main())
