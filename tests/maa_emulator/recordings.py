#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Recorded exchanges with the real service, asked again: does the emulator
answer with the same status, headers, names and types?

The recordings have no bodies of requests, so those that this sends are made
from the answers: the policy that was read is the one that had been set.
"""
import base64
import json
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from running import (VECTORS, VERSION, Emulator, Tap, decoded, equal,
                     parts, unpadded)

FOLDER = os.path.join(VECTORS, "recordings")
tap = Tap()


def shape(value, names):
    """{path: type}; what a policy issues has the names of its author."""
    found = {"/".join(names): type(value).__name__}
    if isinstance(value, dict):
        for name, member in value.items():
            if names[-1:] != ["x-ms-policy"]:
                found.update(shape(member, names + [name]))
    if isinstance(value, list):
        for member in value:
            found.update(shape(member, names + ["*"]))
    return found


def shapes(body):
    """Of the answer, and of what is encoded in it."""
    found = shape(body, ["body"])
    if "token" in body:
        header, claims = parts(body["token"])
        found.update(shape(header, ["header"]))
        found.update(shape(claims, ["claims"]))
        found["life"] = claims["exp"] - claims["iat"]
        found["nbf"] = claims["nbf"] - claims["iat"]
        found["order"] = (list(header), list(claims))
    if "data" in body:
        message = json.loads(decoded(body["data"]))
        found.update(shape(message, ["data"]))
        payload = message["payload"]
        found["challenge"] = len(payload["challenge"])
        found.update(shape(json.loads(decoded(payload["service_context"])),
                           ["service_context"]))
    return found


def form(text):
    """Where digits are, not which."""
    return re.sub("[0-9a-f]", "0", text)


def check_headers(answer, recorded):
    names = {"content-type", "content-length", "transfer-encoding", "server",
             "date", "x-ms-request-id", "x-ms-maa-service-version"}
    equal({name.lower() for name in answer.headers} & names,
          {name for name in recorded} & names, "the headers")
    for name in ("content-type", "server"):
        equal(answer.headers[name], recorded[name], name)
    if recorded["x-ms-request-id"].startswith("00-"):
        equal(form(answer.headers["x-ms-request-id"]),
              form(recorded["x-ms-request-id"]), "x-ms-request-id")


def dates(certificate):
    """By openssl: Debian's library and newer ones name them differently."""
    return subprocess.run(
        ["openssl", "x509", "-noout", "-dates"], check=True,
        input=certificate.public_bytes(serialization.Encoding.PEM),
        stdout=subprocess.PIPE).stdout


def certificates(body):
    """What is alike in the certificates of enclave keys."""
    found = []
    for key in body["keys"]:
        certificate = x509.load_der_x509_certificate(
            base64.b64decode(key["x5c"][0]))
        if len(key["x5c"]) == 1:
            found.append((
                [extension.oid.dotted_string
                 for extension in certificate.extensions],
                [extension.critical for extension in certificate.extensions],
                certificate.serial_number,
                dates(certificate),
                re.sub("//.*", "//", certificate.subject.rfc4514_string()),
                certificate.subject == certificate.issuer))
        else:
            found.append((len(key["x5c"]), [
                extension.oid.dotted_string for extension in
                certificate.extensions if extension.oid._name in (
                    "keyUsage", "extendedKeyUsage", "basicConstraints")]))
    return found


def compare(answer, call):
    recorded = call["Response"]
    equal(answer.status, int(recorded["STATUS_CODE"]), "the status")
    check_headers(answer, recorded)
    found, wanted = answer.json(), json.loads(recorded["BODY"])
    if "error" in wanted:
        return equal(found, wanted)
    equal(shapes(found), shapes(wanted))
    if "keys" in wanted:
        # One provider showed a key with 1024 bits as well.
        equal(certificates(found), certificates(wanted)[:3])
    if "x-ms-policy-token-hash" in str(parts(wanted.get("token", "e30.e30"))):
        equal(parts(found["token"])[1]["x-ms-policy-token-hash"],
              parts(wanted["token"])[1]["x-ms-policy-token-hash"])
    return None


def policy_of(calls):
    """The policy that an answer tells, where it is not empty."""
    for call in calls:
        if call["Method"] == "GET" and "/policies/" in call["Url"]:
            policy = parts(json.loads(call["Response"]["BODY"])["token"])[
                1]["x-ms-policy"]
            if not policy.endswith(".."):
                return policy
    return None


UNSET = "eyJhbGciOiJub25lIn0.."


def body_of(emulator, call, policy):
    path = call["Url"]
    if call["Method"] == "GET":
        return None
    if ":reset" in path:
        return UNSET
    if "/policies/" in path:
        return policy
    if "/certificates" in path:
        return json.dumps(UNSET)
    if "/attest/Tpm" in path:
        return {"data": unpadded(b'{"payload":{"type":"aikcert"}}')}
    data = os.path.join(emulator.folder, "data")
    with open(data, "w") as out:
        out.write("nothing")
    return {"report": unpadded(emulator.evidence("report", data))}


def replay(name, emulator, policy):
    with open(os.path.join(FOLDER, name)) as text:
        calls = json.load(text)["networkCallRecords"]
    policy = policy_of(calls) or policy
    for call in calls:
        path = re.sub("^https://[^/]*", "", call["Url"])
        tap.check("%s %s (%s)" % (call["Method"], path, name.split(".")[1]),
                  lambda: compare(emulator.ask(
                      call["Method"], path,
                      body_of(emulator, call, policy)), call))


def real(name):
    """A token of the real service."""
    with open(os.path.join(VECTORS, "tokens", name + ".jwt")) as text:
        return text.read().strip()


def told(name, emulator, method, path, body, values=()):
    """The token of an answer is of the shape of a real one; the values of
    these claims are its, too."""
    def compare_tokens():
        answer = emulator.ask(method, path + "?" + VERSION, body)
        equal(answer.status, 200, "the status")
        token, wanted = answer.json()["token"], real(name)
        equal(shapes({"token": token}), shapes({"token": wanted}))
        for value in values:
            equal(parts(token)[1][value], parts(wanted)[1][value], value)
    tap.check("the token of %s %s is like %s" % (method, path, name),
              compare_tokens)


def tokens(emulator, isolated):
    data = os.path.join(emulator.folder, "data")
    with open(data, "w") as out:
        out.write("data of an enclave")
    quote = {"quote": unpadded(emulator.evidence("quote", data))}
    with open(data, "rb") as text:
        held = dict(quote, runtimeData={"data": unpadded(text.read()),
                                        "dataType": "Binary"})
    draft = ('version= 1.0; authorizationrules{=> permit();}; issuancerules{'
             'c:[type=="x-ms-sgx-mrsigner"] => issue(type="custom-name", '
             'value=c.value);};')
    hashed = "x-ms-policy-hash"
    told("oe-isolated-simple", isolated, "POST", "/attest/SgxEnclave", quote,
         [hashed])
    told("sgx-shared-runtime-binary", emulator, "POST", "/attest/SgxEnclave",
         held, [hashed])
    told("sgx-draftpolicy-algnone", emulator, "POST", "/attest/SgxEnclave",
         dict(quote, draftPolicyForAttestation=draft))
    told("policy-get-sgx-default", emulator, "GET", "/policies/SgxEnclave",
         None, ["x-ms-policy"])
    told("policy-get-tpm-empty", isolated, "GET", "/policies/Tpm", None,
         ["x-ms-policy"])
    # The policy that was signed then is good still: nobody asks for the time.
    signed = parts(real("policy-set-tpm-signed-2"))[1]["x-ms-policy"]
    told("policy-set-tpm-signed-1", emulator, "PUT", "/policies/Tpm", signed,
         ["x-ms-policy-token-hash", "x-ms-policy-signer"])
    told("policy-set-tpm-signed-2", emulator, "GET", "/policies/Tpm", None,
         ["x-ms-policy"])


def main():
    if not os.path.isdir(FOLDER):
        print("1..0 # SKIP no %s" % FOLDER)
        sys.exit(77)
    names = sorted(os.listdir(FOLDER))
    with open(os.path.join(FOLDER, [name for name in names
                                    if name.startswith("Policy-")][0])) as text:
        policy = policy_of(json.load(text)["networkCallRecords"])
    issuer = "https://cplarryoattestationaad.wus.attest.azure.net"
    first = Emulator("--issuer", issuer)
    signer = os.path.join(first.folder, "localhost.pem")
    second = Emulator("--issuer", issuer, "--isolated", signer)
    for emulator in (first, second):
        emulator.log_in()
    for name in names:
        is_isolated = "solated" in name
        replay(name, second if is_isolated else first, policy)
    tokens(first, second)
    for emulator in (first, second):
        emulator.stop()
    tap.finish()


main()
