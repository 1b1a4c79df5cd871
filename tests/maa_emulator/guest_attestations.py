#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""/attest/AzureGuest with a TPM (swtpm, tpm2-tools): the token is for the TPM
that was quoted, and only as long as it is as it was."""
import base64
import copy
import datetime
import hashlib
import json
import os
import struct
import sys

sys.dont_write_bytecode = True

import measured
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from host import Host
from running import (VECTORS, VERSION, Emulator, Tap, attestctl, decoded, equal,
                     judged, need, parts, unpadded)

PATH = "/attest/AzureGuest?" + VERSION
PCRS = list(range(8))
tap = Tap()


def send(emulator, info):
    return emulator.ask("POST", PATH, {
        "AttestationInfo": unpadded(json.dumps(info).encode())})


def opened(host, answer):
    """The token in the envelope, as only this TPM can open it."""
    sealed = json.loads(decoded(answer.json()["token"]))
    equal(sealed["EncryptionParams"]["Cipher"], "AES", "the cipher")
    raw = {name: base64.b64decode(sealed[name]) for name in (
        "EncryptedInnerKey", "AuthenticationData", "Jwt")}
    key = host.decrypt(raw["EncryptedInnerKey"], PCRS)
    equal(8 * len(key), sealed["EncryptionParams"]["KeySizeInBits"])
    vector = base64.b64decode(sealed["EncryptionParams"]["Iv"])
    text = raw["Jwt"] + raw["AuthenticationData"]
    try:
        AESGCM(key).decrypt(vector, text, None)
        raise AssertionError("the additional data is not used")
    except InvalidTag:
        return AESGCM(key).decrypt(vector, text, b"Transport Key").decode()


def shape(value, path=""):
    found = {path + " " + type(value).__name__}
    for name, member in (value.items() if isinstance(value, dict) else
                         [("*", one) for one in value] if isinstance(
                             value, list) else []):
        found |= shape(member, path + "/" + name)
    return found


def real(name):
    path = os.path.join(VECTORS, "tokens", name + ".jwt")
    if not os.path.exists(path):
        return None
    with open(path) as text:
        return parts(text.read())[1]


def accepted(emulator, host, info):
    answer = send(emulator, info)
    equal(answer.status, 200, answer.body)
    header, claims = parts(opened(host, answer))
    equal(header["jku"], emulator.endpoint + "/certs", "jku")
    equal("x5c" in header, False, "x5c")
    equal(claims["exp"] - claims["iat"], 28800, "the life")
    equal(claims["secureboot"], True, "secureboot")
    equal(claims["x-ms-azurevm-attested-pcrs"], PCRS, "the PCRs")
    equal(claims["x-ms-azurevm-osversion-minor"], 5, "the version")
    equal(claims["x-ms-azurevm-vmid"], "0A1B2C3D-0000-4000-8000-0123456789AB")
    equal(base64.b64decode(claims["x-ms-runtime"]["client-payload"]["nonce"]),
          b"a nonce", "the nonce")
    modulus = decoded(claims["x-ms-runtime"]["keys"][0]["n"])
    assert modulus in host.read("ephemeral.pub"), "another ephemeral key"
    return claims


def is_like(claims, name, without=()):
    wanted = real(name)
    if wanted is None:
        return
    equal(sorted(shape({key: value for key, value in claims.items()
                        if key not in without})),
          sorted(shape({key: value for key, value in wanted.items()
                        if key not in without})), "the claims")


def believed(emulator, host, info):
    """By our own program, with the profile that is for such machines."""
    jwks = emulator.save("/certs", "jwks.json")
    profile = ("--profile", "azurevm-trusted-launch")
    token = opened(host, send(emulator, info))
    equal(judged(emulator, token, "--jwks", jwks, *profile), None)
    emulator.control("rollover", method="POST")
    token = opened(host, send(emulator, info))
    equal(judged(emulator, token, "--jwks", jwks, *profile), "token-key")
    equal(judged(emulator, token, "--jwks", emulator.save(
        "/certs", "jwks.json"), *profile), None)


def flip(text, at=-1):
    raw = bytearray(base64.b64decode(text))
    raw[at] ^= 1
    return base64.b64encode(bytes(raw)).decode()


def lies(host, info):
    other = host.certified("request", "aik", b"")["info"]["tpm_certify"]

    def tpm(name, value):
        def change(changed):
            changed["TpmInfo"][name] = value
        return change

    def value(changed):
        pcr = changed["TpmInfo"]["PCRs"][4]
        pcr["Digest"] = flip(pcr["Digest"])

    def log(changed):
        changed["TcgLogs"] = host.padded(measured.tcg_log(
            host.events + [(4, 0x80000003, b"another loader")]))

    def padded(name):
        return host.padded(decoded(other[name]))

    def certification(changed):
        changed["TpmInfo"].update(
            EncKeyCertifyInfo=padded("certification"),
            EncKeyCertifyInfoSignature=host.padded(
                decoded(other["signature"])[6:]))

    def signing_key(changed):
        certification(changed)
        changed["TpmInfo"]["EncKeyPub"] = host.padded(host.read(
            "request.pub"))

    def more_pcrs(changed):
        pcrs = PCRS + [11]
        quote, signature, values = host.quote("aik", b"", pcrs)
        changed["TpmInfo"].update(
            PcrQuote=host.padded(quote),
            PcrSignature=host.padded(signature[6:]), PcrSet=pcrs,
            PCRs=[{"Index": index, "Digest": host.padded(digest)}
                  for index, digest in values])

    part = info["TpmInfo"]
    return [
        ("another AIK", tpm("AikPub", host.padded(host.read("other.pub"))),
         "signature of the quote is not good"),
        ("another quote", tpm("PcrQuote", flip(part["PcrQuote"])),
         "signature of the quote is not good"),
        ("another PCR value", value, "not those of the quote"),
        ("other PCRs", tpm("PcrSet", [0, 1]), "PcrSet"),
        ("another log", log, "log does not lead to PCR 4"),
        ("another ephemeral key", tpm("EncKeyPub", host.padded(
            host.read("request.pub"))), "of another key"),
        ("a certification that is not signed", tpm(
            "EncKeyCertifyInfoSignature", part["PcrSignature"]),
         "signature of the certification is not good"),
        ("a key that is bound to other PCRs", more_pcrs, "not bound to"),
        ("a key that is not for decryption", signing_key, "not one for"),
        ("the certificate of another AIK", tpm("AikCert", host.padded(
            host.certificate("other"))), "another key than AikPub"),
        ("a certificate of a stranger", tpm("AikCert", host.padded(
            host.certificate("aik", "stranger"))), "not of an authority"),
        ("no certificate", tpm("AikCert", ""), "cannot be read"),
    ]


def refused(emulator, info, why):
    answer = send(emulator, info)
    equal(answer.status, 400, "the status")
    code, message = answer.error()
    equal(code, "InvalidParameter", "the code")
    assert why in message, "%r, wanted %r" % (message, why)


# --- A confidential machine ---

def confidential(host, info, runtime=None):
    """The same machine, above a processor of AMD."""
    key = ec.generate_private_key(ec.SECP384R1())
    now, name = datetime.datetime(2024, 1, 1), x509.Name([
        x509.NameAttribute(x509.NameOID.COMMON_NAME, "VCEK")])
    chain = x509.CertificateBuilder(
        name, name, key.public_key(), 1, now,
        now + datetime.timedelta(days=9999)).sign(key, hashes.SHA256())
    told = json.dumps({
        "keys": [dict(host.jwk("aik"), kid="HCLAkPub", key_ops=["encrypt"])],
        "vm-configuration": {"console-enabled": True, "current-time": 1,
                             "secure-boot": True, "tpm-enabled": True,
                             "vmUniqueId": "0"}}).encode()
    report = bytearray(0x4a0)
    struct.pack_into("<IIQ", report, 0, 2, 7, 1 << 16)
    report[0x50:0x70] = hashlib.sha256(runtime or told).digest()
    r, s = utils.decode_dss_signature(key.sign(
        bytes(report[:0x2a0]), ec.ECDSA(hashes.SHA384())))
    report[0x2a0:0x2a0 + 72] = r.to_bytes(72, "little")
    report[0x2e8:0x2e8 + 72] = s.to_bytes(72, "little")
    proof = {"SnpReport": unpadded(bytes(report)),
             "VcekCertChain": host.padded(chain.public_bytes(
                 serialization.Encoding.PEM))}
    return dict(info, IsolationInfo={"Type": "SevSnp", "Evidence": {
        "Proof": host.padded(json.dumps(proof).encode()),
        "RunTimeData": host.padded(told)}})


def isolated(emulator, host, info):
    claims = accepted(emulator, host, confidential(host, info))
    tee = claims["x-ms-isolation-tee"]
    equal(tee["x-ms-sevsnpvm-guestsvn"], 7)
    equal(tee["x-ms-runtime"]["keys"][0]["n"], host.jwk("aik")["n"])
    is_like(claims, "azurevm-linux-ubuntu18-sharedwus")


def forged_isolation(emulator, host, info):
    refused(emulator, confidential(host, info, b"other"),
            "not for this runtime data")
    changed = confidential(host, info)
    evidence = changed["IsolationInfo"]["Evidence"]
    proof = json.loads(base64.b64decode(evidence["Proof"]))
    proof["SnpReport"] = unpadded(bytes(0x50) + decoded(
        proof["SnpReport"])[0x50:])
    evidence["Proof"] = host.padded(json.dumps(proof).encode())
    refused(emulator, changed, "not signed by its VCEK")


def changed_since(emulator, host, info):
    """The answer cannot be read once a PCR has changed."""
    answer = send(emulator, info)
    opened(host, answer)
    host.extend([(7, bytes(32))])
    try:
        opened(host, answer)
    except RuntimeError as error:
        assert "rsadecrypt" in str(error), error
    else:
        raise AssertionError("it was opened")


def main():
    need("swtpm", "tpm2_quote")
    host = Host()
    host.make_aik("aik")
    host.make_aik("other")
    host.bring("request", "rsa2048:rsapss-sha256:null",
               "sign|userwithauth|noda")
    for name in ("fleet", "stranger"):
        host.make_authority(name)
    emulator = Emulator("--aik-ca", host.at("fleet.pem"))
    info = host.guest()
    info["TpmInfo"]["AikCert"] = host.padded(host.certificate("aik"))
    tap.check("what is true is attested, without a token of AAD", lambda:
              is_like(accepted(emulator, host, info),
                      "azurevm-linux-ubuntu18-sharedwus",
                      ("x-ms-isolation-tee",)))
    if attestctl():
        tap.check("attestctl accepts the token, also after a rollover",
                  believed, emulator, host, info)
    else:
        tap.skip("attestctl accepts the token", "it is not built")
    for what, change, why in lies(host, info):
        changed = copy.deepcopy(info)
        change(changed)
        tap.check("refuses " + what, refused, emulator, changed, why)
    tap.check("a confidential machine", isolated, emulator, host, info)
    tap.check("refuses a report that is not for it", forged_isolation,
              emulator, host, info)
    tap.check("nobody reads the answer in another state", changed_since,
              emulator, host, info)
    host.stop()
    emulator.stop()
    tap.finish()


main()
