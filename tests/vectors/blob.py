#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes metadata BLOBs, signed by a service of its own.

    blob.py authority FOLDER    a root, and who signs below it (--signer):
          signer      mds.fidoalliance.org, as it should be
          expired     the same, for one day
          other       somebody else
          outsider    the same as signer, but below no root
    blob.py tls FOLDER          a CA for TLS (tls.pem), a server below it
                                (localhost), one that is another (elsewhere)
    blob.py sign FOLDER [OPTION]... >BLOB

    --no N                the number; 1 if not said
    --next-update DAY     2099-01-01 if not said
    --entry AAGUID[=STATUS[@DAY]]...
                          one model; may be repeated
    --root PEM            the anchor of all models that --entry names; the
                          root of FOLDER if not said
    --size BYTES          add models, as the service describes them, until
                          the BLOB has about so many bytes
    --payload FILE        the payload is this text; "-" is standard input
    --alg NAME, --x5u URL, --no-x5c, --signer NAME, --late-payload FILE
                          what an attacker would write into the header, or
                          change once it is signed; HS256 is by the public
                          key of the root

Part of the tests of "attestctl mds" and of bench/mds.sh.
"""
import argparse
import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import uuid

SERVICE = "mds.fidoalliance.org"
WEB = "subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\n"
AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n"
LEGAL = ("Retrieval and use of this BLOB indicates acceptance of terms that "
         "belong to a test.")


def openssl(*words, data=None):
    done = subprocess.run(("openssl",) + words, input=data,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit("blob.py: openssl %s: %s" %
                 (words[0], done.stderr.decode().strip()))
    return done.stdout


def key(folder, name):
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-out",
            os.path.join(folder, name + ".key"))


def certify(folder, name, subject, extensions, days="36500", ca="root"):
    """NAME.pem for NAME.key, below CA.pem or, as a CA is, by itself."""
    path = os.path.join(folder, name)
    with open(path + ".ext", "w") as out:
        out.write(extensions)
    request = openssl("req", "-new", "-key", path + ".key", "-subj",
                      "/CN=" + subject)
    issuer = (["-signkey", path + ".key"] if name in (ca, "outsider") else
              ["-CA", os.path.join(folder, ca + ".pem"), "-CAkey",
               os.path.join(folder, ca + ".key"), "-CAcreateserial"])
    with open(path + ".pem", "wb") as out:
        out.write(openssl("x509", "-req", "-days", days, "-extfile",
                          path + ".ext", *issuer, data=request))
    os.unlink(path + ".ext")


def authority(folder):
    os.makedirs(folder, exist_ok=True)
    for name in ("root", "signer", "expired", "other", "outsider"):
        key(folder, name)
    certify(folder, "root", "test metadata root", AUTHORITY)
    leaf = "basicConstraints=critical,CA:FALSE\n"
    certify(folder, "signer", SERVICE, leaf + WEB % SERVICE)
    certify(folder, "expired", SERVICE, leaf + WEB % SERVICE, "1")
    certify(folder, "outsider", SERVICE, leaf + WEB % SERVICE)
    certify(folder, "other", "www.example.net", leaf + WEB % "www.example.net")


def tls(folder):
    os.makedirs(folder, exist_ok=True)
    for name in ("tls", "localhost", "elsewhere"):
        key(folder, name)
    certify(folder, "tls", "test TLS root", AUTHORITY, ca="tls")
    for name in ("localhost", "elsewhere"):
        certify(folder, name, name, WEB % name, ca="tls")


def der(path):
    with open(path) as text:
        lines = text.read().split("-----")[2].split()
    return base64.b64decode("".join(lines))


def base64_of(path):
    return base64.b64encode(der(path)).decode()


def base64url(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


# --- The payload -------------------------------------------------------------

def statement(aaguid, description, roots, icon):
    return {
        "legalHeader": LEGAL, "aaguid": aaguid, "description": description,
        "authenticatorVersion": 328706, "protocolFamily": "fido2",
        "schema": 3, "upv": [{"major": 1, "minor": 0}],
        "authenticationAlgorithms": ["secp256r1_ecdsa_sha256_raw"],
        "publicKeyAlgAndEncodings": ["cose"],
        "attestationTypes": ["basic_full"],
        "userVerificationDetails": [[
            {"userVerificationMethod": "passcode_external",
             "caDesc": {"base": 64, "minLength": 4, "maxRetries": 8,
                        "blockSlowdown": 0}},
            {"userVerificationMethod": "presence_internal"}]],
        "keyProtection": ["hardware", "secure_element"],
        "matcherProtection": ["on_chip"], "cryptoStrength": 128,
        "attachmentHint": ["external", "wired", "wireless", "nfc"],
        "tcDisplay": [], "attestationRootCertificates": roots, "icon": icon,
        "authenticatorGetInfo": {
            "versions": ["U2F_V2", "FIDO_2_0"],
            "extensions": ["credProtect", "hmac-secret"],
            "aaguid": aaguid.replace("-", ""),
            "options": {"plat": False, "rk": True, "clientPin": True,
                        "up": True, "credentialMgmtPreview": True},
            "maxMsgSize": 1200, "pinUvAuthProtocols": [2, 1],
            "maxCredentialCountInList": 8, "maxCredentialIdLength": 128,
            "transports": ["usb", "nfc"],
            "algorithms": [{"type": "public-key", "alg": -7},
                           {"type": "public-key", "alg": -8}],
            "firmwareVersion": 328706}}


def entry(aaguid, statuses, description, roots, icon=""):
    return {
        "aaguid": aaguid,
        "metadataStatement": statement(aaguid, description, roots, icon),
        "statusReports": [
            {"status": status, "effectiveDate": day} if day else
            {"status": status} for status, day in statuses],
        "timeOfLastStatusChange": "2024-01-01"}


def made_up(number, roots):
    """A model with an icon, which is two thirds of what a BLOB holds."""
    raw = hashlib.sha512(b"%d" % number).digest()
    icon = base64.b64encode(raw * 160).decode()
    model = str(uuid.UUID(bytes=raw[:16], version=4))
    reports = [("FIDO_CERTIFIED", "2021-01-01"),
               ("FIDO_CERTIFIED_L1", "2022-02-02"),
               ("UPDATE_AVAILABLE", "2023-03-03")]
    return entry(model, reports, "Made up security key %d" % number, roots,
                 "data:image/png;base64," + icon)


def payload_of(args):
    if args.payload:
        source = sys.stdin.buffer if args.payload == "-" else open(
            args.payload, "rb")
        return source.read()
    root = base64_of(args.root or os.path.join(args.folder, "root.pem"))
    entries = []
    for word in args.entry:
        model, _, status = word.partition("=")
        name, _, day = status.partition("@")
        entries.append(entry(model, [(name or "FIDO_CERTIFIED", day)],
                             "Model " + model, [root]))
    chains = [root, base64_of(os.path.join(args.folder, "signer.pem")),
              base64_of(os.path.join(args.folder, "other.pem"))]
    size = sum(len(json.dumps(e)) for e in entries)
    while size * 4 // 3 < args.size:
        entries.append(made_up(len(entries), chains))
        size += len(json.dumps(entries[-1])) + 2
    return json.dumps({"legalHeader": LEGAL, "no": args.no,
                       "nextUpdate": args.next_update,
                       "entries": entries}).encode()


# --- The signature -----------------------------------------------------------

def number_of(text, offset):
    """An INTEGER of a signature in DER: (32 bytes, the next offset)."""
    length = text[offset + 1]
    value = text[offset + 2:offset + 2 + length]
    return value.lstrip(b"\0").rjust(32, b"\0"), offset + 2 + length


def signature_of(args, text):
    if args.alg == "HS256":
        public = openssl("x509", "-in", os.path.join(args.folder, "root.pem"),
                         "-noout", "-pubkey")
        return hmac.new(openssl("pkey", "-pubin", "-outform", "DER",
                                data=public), text, "sha256").digest()
    der_form = openssl("dgst", "-sha256", "-sign",
                       os.path.join(args.folder, args.signer + ".key"),
                       data=text)
    r, offset = number_of(der_form, 2)
    return r + number_of(der_form, offset)[0]


def sign(args):
    header = {"alg": args.alg, "typ": "JWT"}
    if not args.no_x5c:
        header["x5c"] = [base64_of(os.path.join(args.folder,
                                                args.signer + ".pem"))]
    if args.x5u:
        header["x5u"] = args.x5u
    head = base64url(json.dumps(header).encode())
    text = head + b"." + base64url(payload_of(args))
    signature = signature_of(args, text)
    if args.late_payload:
        with open(args.late_payload, "rb") as late:
            text = head + b"." + base64url(late.read())
    sys.stdout.buffer.write(text + b"." + base64url(signature))


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("authority").add_argument("folder")
    commands.add_parser("tls").add_argument("folder")
    one = commands.add_parser("sign")
    one.add_argument("folder")
    one.add_argument("--no", type=int, default=1)
    one.add_argument("--next-update", default="2099-01-01")
    one.add_argument("--entry", action="append", default=[])
    one.add_argument("--root")
    one.add_argument("--size", type=int, default=0)
    one.add_argument("--payload")
    one.add_argument("--alg", default="ES256")
    one.add_argument("--x5u")
    one.add_argument("--no-x5c", action="store_true")
    one.add_argument("--signer", default="signer")
    one.add_argument("--late-payload")
    args = parser.parse_args()
    if args.command == "authority":
        authority(args.folder)
    elif args.command == "tls":
        tls(args.folder)
    else:
        sign(args)


main()
