#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""/attest/Tpm with a TPM (swtpm, tpm2-tools): what is true is attested, and
with anything else there is no report."""
import base64
import copy
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True

import measured
from host import Host
from running import (VERSION, Emulator, Tap, attestctl, decoded, equal, judged,
                     need, parts, unpadded)

POLICY = """version=1.2;
configurationrules {
    => issueproperty(type="require_valid_aik_cert", value=false);
    => issueproperty(type="required_pcr_mask", value=1279); // 0-7, 10
};
authorizationrules { => permit(); };
issuancerules {
    c:[type=="secureBootEnabled"] => issue(claim=c);
    c:[type=="aikPubHash"] => issue(claim=c);
    c:[type=="aikValidated"] => issue(claim=c);
    c:[type=="platformKey"] => issue(type="platformKey", value=c.value);
    [type=="secureBootEnabled", value==true] && ![type=="nonsense"]
        => issue(type="fine", value=true);
};
"""
PATH = "/attest/Tpm?" + VERSION
tap = Tap()


class Client:
    def __init__(self, emulator, host):
        self.emulator, self.host = emulator, host

    def send(self, message):
        answer = self.emulator.ask("POST", PATH, {
            "data": unpadded(json.dumps(message).encode())})
        if answer.status != 200:
            return answer.status, answer.error()
        return 200, json.loads(decoded(answer.json()["data"]))

    def begin(self):
        status, said = self.send({"payload": {"type": "aikcert"}})
        equal(status, 200, "the status")
        return said["payload"]

    def report(self, data, key="request", **how):
        status, said = self.send({"payload": {
            "request": self.host.jws(data, key, **how)}})
        equal(status, 200, said)
        return said["payload"]["report"]

    def refused(self, data, why, key="request", **how):
        status, said = self.send({"payload": {
            "request": self.host.jws(data, key, **how)}})
        equal(status, 400, said)
        equal(said[0], "InvalidParameter", "the code")
        assert why in said[1], "%r, wanted %r" % (said[1], why)


def accepted(client, data):
    report = client.report(data)
    header, claims = parts(report)
    equal(list(header), ["typ", "alg", "x5c", "kid"], "the header")
    equal(len(header["x5c"]), 3, "the certificates")
    equal(claims["iss"], client.emulator.endpoint, "iss")
    equal(claims["exp"] - claims["iat"], 86400, "the life")
    equal(claims["nbf"], claims["iat"] - 300, "nbf")
    equal(len(claims["jti"]), 40, "jti")
    equal(claims["rp_data"], unpadded(b"a nonce"), "rp_data")
    equal(claims["nonce"], claims["rp_data"], "nonce")
    equal(claims["cnf"]["jwk"], client.host.jwk("request"), "cnf")
    equal(claims["x-ms-tpm-request-key"], {
        "jwk": client.host.jwk("request"), "info": {"tpm_certify": {
            "name_alg": 11, "obj_attr": 0x40472}}}, "the key")
    issued = claims["x-ms-policy"]
    equal(issued["secureBootEnabled"], True)
    equal(issued["fine"], True)
    equal(issued["aikValidated"], False)
    equal(decoded(issued["platformKey"]), b"a platform key")
    check_chain(client.emulator.folder, report)


def believed(client, data):
    """By our own program: the token is good, and names the TPM's key."""
    emulator = client.emulator
    ca = ("--ca", os.path.join(emulator.folder, "ca.pem"))
    jwks = ("--jwks", emulator.save("/certs", "jwks.json"))
    needs = ("--require", "/x-ms-policy/secureBootEnabled == true",
             "--policy-hash", policy_hash(POLICY))
    for trust in (ca, jwks):
        equal(judged(emulator, client.report(data), *trust, *needs), None)
    for fault, code in (("expired", "token-expired"),
                        ("skew=1000", "token-future"),
                        ("forged", "token-signature"),
                        ("foreign", "token-issuer"),
                        ("unsigned", "jws-algorithm")):
        emulator.control("faults", fault + "@/attest")
        data = client.host.data(client.begin())
        equal(judged(emulator, client.report(data), *ca, *needs), code, fault)
        emulator.control("faults")
    before = parts(client.report(data))[0]["kid"]
    emulator.control("rollover?leaf=1", method="POST")
    report = client.report(data)
    assert parts(report)[0]["kid"] != before, "the leaf is the same"
    equal(judged(emulator, report, *ca, *needs), None)


def policy_hash(text):
    return unpadded(measured.sha256(unpadded(text.encode()).encode()))


def check_chain(folder, report):
    """openssl says so."""
    header = parts(report)[0]
    leaf = os.path.join(folder, "shown.pem")
    with open(leaf, "wb") as out:
        out.write(subprocess.run(
            ["openssl", "x509", "-inform", "DER"], check=True,
            input=base64.b64decode(header["x5c"][0]),
            stdout=subprocess.PIPE).stdout)
    subprocess.run(["openssl", "verify", "-partial_chain", "-CAfile",
                    os.path.join(folder, "ca.pem"), leaf], check=True,
                   stdout=subprocess.DEVNULL)
    key, signature = leaf + ".key", leaf + ".signature"
    with open(key, "wb") as out:
        out.write(subprocess.run(
            ["openssl", "x509", "-in", leaf, "-noout", "-pubkey"], check=True,
            stdout=subprocess.PIPE).stdout)
    text, _, value = report.rpartition(".")
    with open(signature, "wb") as out:
        out.write(decoded(value))
    subprocess.run(["openssl", "dgst", "-sha256", "-verify", key,
                    "-signature", signature], check=True, input=text.encode(),
                   stdout=subprocess.DEVNULL)


def now(data):
    return data["tpm_att_data"]["current_attestation"]


def flip(text, at=-1):
    raw = bytearray(decoded(text))
    raw[at] ^= 1
    return unpadded(bytes(raw))


def lies(client, data):
    """(what is said, how the data is changed, what is answered)"""
    host, challenge = client.host, decoded(data["challenge"])
    other = client.begin()

    def old(changed):
        changed["challenge"] = other["challenge"]

    def both(changed):
        changed.update(challenge=other["challenge"],
                       service_context=other["service_context"])

    def context(changed):
        changed["service_context"] = unpadded(b'{"ProtectedContext":"AAAA"}')

    def aik(changed):
        now(changed)["aik_pub"] = host.jwk("other")

    def quote_of_other(changed):
        quote, signature, _ = host.quote("other", challenge)
        now(changed).update(quote=unpadded(quote),
                            signature=unpadded(signature))

    def signature(changed):
        now(changed)["signature"] = flip(now(changed)["signature"])

    def quote(changed):
        now(changed)["quote"] = flip(now(changed)["quote"])

    def not_generated(changed):
        now(changed)["quote"] = flip(now(changed)["quote"], 0)

    def certification_as_quote(changed):
        info = changed["request_key"]["info"]["tpm_certify"]
        now(changed).update(quote=info["certification"],
                            signature=info["signature"])

    def value(changed):
        pcr = now(changed)["pcrs"][0]["values"][7]
        pcr["digest"] = flip(pcr["digest"])

    def fewer(changed):
        now(changed)["pcrs"][0]["values"].pop()

    def log(changed):
        text = decoded(now(changed)["logs"][0]["log"])
        at = text.index(measured.sha256(host.events[0][2]))
        now(changed)["logs"][0]["log"] = flip(
            now(changed)["logs"][0]["log"], at)

    def event(changed):
        text = decoded(now(changed)["logs"][0]["log"])
        now(changed)["logs"][0]["log"] = flip(
            now(changed)["logs"][0]["log"], text.index(
                "SecureBoot".encode("utf-16-le")) + 20)

    def no_log(changed):
        now(changed)["logs"] = now(changed)["logs"][1:]

    def ima(changed):
        now(changed)["logs"][1]["log"] = flip(now(changed)["logs"][1]["log"])

    def cut(changed):
        text = decoded(now(changed)["logs"][0]["log"])
        now(changed)["logs"][0]["log"] = unpadded(text[:-1])

    def by_other(changed):
        changed["request_key"] = host.certified("request", "other", challenge)

    def other_key(changed):
        info = host.certified("loose", "aik", challenge)["info"]
        changed["request_key"]["info"] = info

    def public(changed):
        info = changed["request_key"]["info"]["tpm_certify"]
        info["public"] = unpadded(host.public("loose"))

    def stale(changed):
        changed["request_key"] = host.certified("request", "aik", b"old")

    def unbound(changed):
        changed["request_key"]["info"] = {}

    def pretended(changed):
        changed["request_key"]["info"] = {"tpm_quote": {
            "hash_alg": "sha-256"}}

    return [
        ("another challenge", old, "not that of the service_context"),
        ("an earlier quote for a new challenge", both, "not for this"),
        ("a context of its own", context, "not made here"),
        ("another AIK", aik, "signature of the quote is not good"),
        ("the quote of another AIK", quote_of_other, "is not good"),
        ("another signature", signature, "is not good"),
        ("another quote", quote, "is not good"),
        ("a quote that no TPM made", not_generated, "not made by a TPM"),
        ("a certification for a quote", certification_as_quote,
         "another kind"),
        ("another PCR value", value, "not those of the quote"),
        ("fewer PCR values", fewer, "not those of the quote"),
        ("another log", log, "log does not lead to PCR"),
        ("Secure Boot in the log, where it was not measured", event,
         "another digest than its data"),
        ("no TCG log", no_log, "log does not lead to PCR"),
        ("another IMA log", ima, "log does not lead to PCR 10"),
        ("a log without its end", cut, "ends within a record"),
        ("a request key certified by another AIK", by_other,
         "signature of the certification is not good"),
        ("a certification of another key", other_key, "not the one of jwk"),
        ("another public area", public, "is of another key"),
        ("a certification for another challenge", stale, "not for this"),
        ("a request key that is not bound", unbound, "not bound"),
        ("a key that was not quoted", pretended, "not for this challenge"),
    ]


def late(client, data):
    client.emulator.control("skew", "301")
    try:
        client.refused(data, "too old")
    finally:
        client.emulator.control("skew", "0")


def loose(client):
    """A key that could be copied: the token tells, the verifier decides."""
    said = client.begin()
    report = client.report(client.host.data(said, key="loose"), "loose")
    told = parts(report)[1]["x-ms-tpm-request-key"]["info"]["tpm_certify"]
    equal(told["obj_attr"] & 0x32, 0, "fixedTPM and its like")


def software(client, data):
    """A key of software that the quote binds: the jwk is hashed as sent."""
    host, changed = client.host, copy.deepcopy(data)
    jwk = json.dumps(dict(reversed(host.jwk("request").items())), indent=3)
    extra = measured.sha256(jwk.encode() + b"\0" +
                            decoded(data["challenge"]))
    quote, signature, _ = host.quote("aik", extra)
    now(changed).update(quote=unpadded(quote), signature=unpadded(signature))
    changed["request_key"] = {"jwk": "HERE", "info": {"tpm_quote": {
        "hash_alg": "sha-256"}}}
    payload = json.dumps({"att_data": changed}).replace('"HERE"', jwk)
    told = parts(client.report(payload))[1]["x-ms-tpm-request-key"]
    equal(told["info"], {"tpm_quote": {"hash_alg": "sha-256"}})
    client.refused(payload.replace("   ", "  "), "not for this challenge")


def certificate(client, data):
    """Policies want one by default; here a CA of the fleet makes it."""
    emulator, host = client.emulator, client.host
    emulator.ask("PUT", "/policies/Tpm?" + VERSION, policy(
        POLICY.replace("=false", "=true").replace(
            "value=false", "value=true")))
    client.refused(data, "no aik_cert")
    changed = copy.deepcopy(data)
    for name, good in (("aik", True), ("other", False)):
        now(changed)["aik_cert"] = unpadded(host.certificate(name))
        if good:
            equal(parts(client.report(changed))[1]["x-ms-policy"][
                "aikValidated"], True)
        else:
            client.refused(changed, "another key than aik_pub")
    now(changed)["aik_cert"] = unpadded(host.certificate("aik", "stranger"))
    client.refused(changed, "not of an authority")
    emulator.ask("PUT", "/policies/Tpm?" + VERSION, policy(POLICY))


def policy(text):
    return ".".join((unpadded(b'{"alg":"none"}'), unpadded(json.dumps({
        "AttestationPolicy": unpadded(text.encode())}).encode()), ""))


def other_forms(host):
    """What is inferred can be otherwise; and what a policy says of reports."""
    with open(host.at("policy.txt"), "w") as out:
        out.write(POLICY.replace("issuancerules {", """issuancerules {
            => issueproperty(type="report_validity_in_minutes", value=60);
            => issueproperty(type="omit_x5c", value=true);
            c:[type=="x-ms-tpm-other-keys"] => issue(claim=c);
            c:[type=="https://a.example/colour"] => issue(type="colour",
                                                        value=c.value);"""))
    emulator = Emulator(
        "--bare-report", "--masked-attributes", "--no-authentication",
        "--issuer", "https://a.example", "--policy",
        "Tpm=" + host.at("policy.txt"))
    client = Client(emulator, host)
    data = host.data(client.begin())
    data["custom_claims"] = [{"name": "colour", "value": "green",
                              "value_type": "string"}]
    data["other_keys"] = [{"jwk": host.jwk("loose"), "info": {}},
                          host.certified("request", "aik",
                                         decoded(data["challenge"]))]
    status, said = client.send({"payload": {"request": host.jws(data)}})
    equal((status, list(said)), (200, ["report"]), "the form of the answer")
    header, claims = parts(said["report"])
    equal(sorted(header), ["alg", "kid", "typ", "x5t"], "the header")
    equal(header["x5t"], header["kid"], "x5t")
    equal(claims["iss"], "https://a.example", "iss")
    equal(claims["exp"] - claims["iat"], 3600, "the life")
    equal(claims["x-ms-policy"]["colour"], "green")
    masked = {"tpm_certify": {"name_alg": 11, "obj_attr": 0x32}}
    equal(claims["x-ms-tpm-request-key"]["info"], masked)
    equal([key["info"] for key in
           claims["x-ms-policy"]["x-ms-tpm-other-keys"]], [{}, masked])
    data["other_keys"] *= 2
    client.refused(data, "more than two")
    emulator.stop()


def no_policy(client):
    status, said = client.send({"payload": {"type": "aikcert"}})
    equal((status, said[1]), (400, "A VBS attestation policy has not been set "
                              "on the attestation provider."))


def mask(client):
    said = client.begin()
    client.refused(client.host.data(said, pcrs=[0, 1, 2, 3, 7]),
                   "requires PCRs that were not quoted: 4 5 6 10")


def not_wrapped(client, data):
    request = client.host.jws(data)
    status, said = client.send({"request": request})
    equal(status, 200, said)
    parts(said["payload"]["report"])


def main():
    need("swtpm", "tpm2_quote")
    host = Host()
    for name in ("fleet", "stranger"):
        host.make_authority(name)
    emulator = Emulator("--client", "host:pass:reader", "--aik-ca",
                        host.at("fleet.pem"))
    host.make_aik("aik")
    host.make_aik("other")
    host.make_request_key("request")
    host.bring("loose", "rsa2048:rsapss-sha256:null", "sign|userwithauth|noda")
    client = Client(emulator, host)
    tap.check("nobody without a token of AAD", lambda: equal(
        client.send({"payload": {"type": "aikcert"}})[0], 401))
    emulator.log_in()
    tap.check("not before a policy is set", no_policy, client)
    emulator.ask("PUT", "/policies/Tpm?" + VERSION, policy(POLICY))
    emulator.log_in("host", "pass")
    tap.check("a reader sets no policy", lambda: equal(emulator.ask(
        "PUT", "/policies/Tpm?" + VERSION, policy(POLICY)).status, 403))
    said = client.begin()
    data = host.data(said)
    tap.check("what is true is attested", accepted, client, data)
    if attestctl():
        tap.check("attestctl accepts the report, and no other", believed,
                  client, data)
    else:
        tap.skip("attestctl accepts the report", "it is not built")
    for what, change, why in lies(client, data):
        changed = copy.deepcopy(data)
        change(changed)
        tap.check("refuses " + what, client.refused, changed, why)
    tap.check("refuses a request signed by another key", client.refused,
              data, "signature of the request is not good", "loose")
    tap.check("refuses a request of another type", lambda: client.refused(
        data, "not attReqV2", header={"alg": "PS256", "typ": "attReq"}))
    tap.check("refuses a challenge that is too old", late, client, data)
    tap.check("refuses when PCRs of the policy are missing", mask, client)
    tap.check("a request without \"payload\" is taken", not_wrapped, client,
              data)
    tap.check("a key that could be copied is told as one", loose, client)
    tap.check("a key of software, bound by the quote", software, client, data)
    tap.check("what can be otherwise: switches and properties", other_forms,
              host)
    emulator.log_in()
    tap.check("the certificate of the AIK, if policy wants it", certificate,
              client, data)
    host.stop()
    emulator.stop()
    tap.finish()


main()
