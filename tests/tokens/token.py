#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes host tokens, signed by a service of its own.

    token.py authority FOLDER
        the keys and certificates of a service, and of who only says so:
          jwks.json    the key that signs (enclave), as the service shows it
          ca.pem       the authority (PCA) above the key of TPM reports
          root.pem     the root above that one
          host.key     a key that names a host, where no other is given
        what else is needed is made when it is first asked for
    token.py jwks FOLDER NAME[:FORM]...  >JWKS
        a set of keys; FORM is x5c, ne or both (which is the default)
    token.py kid FOLDER NAME             the kid of a key
    token.py policy-hash TEXT            the hash by which a policy is named
    token.py batch FOLDER <LINES         a token for each line that says
                                         FILE [OPTION]..., quoted as in sh
    token.py sign FOLDER [OPTION]...     >TOKEN

    --kind azurevm|cvm|sevsnpvm|sgx|tpm|policy
                          cvm is azurevm with an isolation report; policy is
                          an answer about a policy, which is no attestation
    --issuer URL          https://test.example.attest.azure.net if not said
    --iat, --nbf, --exp TIME
                          seconds since 1970, a date (2025-01-31T12:00:00Z),
                          or +SECONDS or -SECONDS from now
    --public PEM          the key that names the host, where --bind says:
    --bind request|ak|ephemeral
                          cnf.jwk and x-ms-tpm-request-key (tpm), HCLAkPub
                          (cvm), TpmEphemeralEncryptionKey (azurevm)
    --obj-attr N          what the TPM said of a request key; 262258 (0x40072)
    --software            the request key was quoted, not certified
    --pcrs 0,1,...        the PCRs that were quoted for an ephemeral key
    --policy-hash TEXT    x-ms-policy-hash is that of this policy
    --set POINTER=JSON    a claim; folders of it are made
    --drop POINTER        not this claim
    --events BYTES        claims of about so many bytes

What an attacker would do:

    --signer NAME         who signs, and for whom the header speaks:
          enclave, next   keys of the service; next is not in jwks.json
          small           a key of the service with 1024 bits
          leaf            the key of TPM reports
          no-eku, no-ku, ca-leaf, expired
                          the same key with a certificate that is not fit;
                          expired is from 2020-01-01 to 2021-04-01
          by-root         the same, issued by the root
          impostor        below a PCA that only has the name of the PCA
          outsider        signed by itself
    --x5c NAME,...        these certificates; with nothing behind it, none
    --alg NAME            RS256, RS384, RS512, PS256, none; HS256 is by the
                          public key of the signer
    --kid TEXT, --header NAME=JSON, --drop-header NAME
    --duplicate NAME=JSON
                          the claim a second time
    --raw-payload FILE    the payload is this text; "-" is standard input
    --late POINTER=JSON   a claim that is changed once it was signed

Part of the tests of "attestctl token" and of the host gate.
"""
import sys

# This file has the name of a standard module, which comes first therefore.
sys.path.append(sys.path.pop(0))

import argparse  # noqa: E402
import base64  # noqa: E402
import calendar  # noqa: E402
import hmac  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import shlex  # noqa: E402
import time  # noqa: E402

import shapes  # noqa: E402
from authority import (  # noqa: E402
    CERTIFICATES, CHAINS, ISSUER, authority, base64url, certificate, die,
    is_enclave, jwk, jwks, key_of, kid, openssl, policy_hash, private,
    public_pem)

POLICY = "version=1.0;authorizationrules{=> permit();};issuancerules{};"


# --- The claims --------------------------------------------------------------

def azurevm(args, keys, now):
    claims = shapes.azurevm(args.pcrs, keys["ephemeral"])
    if args.kind == "cvm":
        claims["x-ms-isolation-tee"] = shapes.isolation(keys["ak"], now)
    return claims


def sevsnpvm(_, keys, now):
    return shapes.isolation(keys["ak"], now)


def sgx(*_):
    added = shapes.sgx_issued(shapes.ENCLAVE)
    return dict(shapes.sgx(shapes.ENCLAVE, shapes.collateral()),
                **{"x-ms-policy": added}, **added)


def tpm(args, keys, _):
    info = {"tpm_certify": {"name_alg": 11, "obj_attr": args.obj_attr}}
    if args.software:
        info = {"tpm_quote": {"hash_alg": "sha-256"}}
    claims = shapes.tpm(keys["request"], info, base64url(b"a nonce of a test"))
    return dict(claims, **{"x-ms-policy": shapes.tpm_issued()})


def policy(*_):
    return shapes.policy()


KINDS = {"azurevm": azurevm, "cvm": azurevm, "sevsnpvm": sevsnpvm,
         "sgx": sgx, "tpm": tpm, "policy": policy}
BINDS = {"azurevm": "ephemeral", "cvm": "ak", "sevsnpvm": "ak",
         "tpm": "request"}


def moment(text, now):
    """Seconds since 1970."""
    try:
        if text[:1] in ("+", "-"):
            return now + int(text)
        if text.isdigit():
            return int(text)
        return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))
    except ValueError:
        die("'%s' is not a time" % text)


def times(args):
    now = int(time.time())
    iat = moment(args.iat, now)
    life, before = {"tpm": (345600, 300),
                    "policy": (3600, 0)}.get(args.kind, (28800, 0))
    return {"iat": iat,
            "nbf": moment(args.nbf, now) if args.nbf else iat - before,
            "exp": moment(args.exp, now) if args.exp else iat + life}


def claims_of(args):
    default = jwk(public_pem(private(args.folder, "host")))
    keys = dict.fromkeys(("request", "ak", "ephemeral"), default)
    if args.public:
        bind = args.bind or BINDS.get(args.kind)
        if not bind:
            die("a token of the kind %s names no key" % args.kind)
        keys[bind] = jwk(public_pem(args.public))
    claims = dict({"iss": args.issuer}, **times(args))
    if args.kind != "policy":
        claims["jti"] = os.urandom(20 if args.kind == "tpm" else 32).hex()
        claims["x-ms-policy-hash"] = policy_hash(args.policy_hash)
        claims["x-ms-ver"] = "1.0"
    claims.update(KINDS[args.kind](args, keys, claims["iat"]))
    for pointer in args.drop:
        change(claims, pointer, None)
    for word in args.set:
        pointer, _, value = word.partition("=")
        change(claims, pointer, [value])
    return claims


def change(claims, pointer, value):
    """Sets the text of value[0] at a pointer (RFC 6901), or drops it."""
    names = [name.replace("~1", "/").replace("~0", "~")
             for name in pointer.split("/")]
    if names.pop(0) != "" or not names:
        die("'%s' is not a JSON pointer, which begins with /" % pointer)
    for name in names[:-1]:
        claims = (claims[int(name)] if isinstance(claims, list) else
                  claims.setdefault(name, {}))
    last = int(names[-1]) if isinstance(claims, list) else names[-1]
    if value is None:
        del claims[last]
    else:
        claims[last] = member(value[0])


def member(text):
    try:
        return json.loads(text)
    except ValueError:
        die("'%s' is not JSON (a string has quotes)" % text)


# --- The token ---------------------------------------------------------------

def payload_of(args):
    if args.raw_payload:
        source = sys.stdin.buffer if args.raw_payload == "-" else open(
            args.raw_payload, "rb")
        return source.read()
    claims = claims_of(args)
    if args.events:
        report = {"EventSeq": 0, "EventType": 4, "PcrIndex": 7,
                  "Digests": {"SHA256": base64url(bytes(32))}}
        count = args.events // (len(json.dumps(json.dumps(report))) + 2)
        claims["x-ms-policy"] = {"outputEvents": json.dumps(
            {"Events": [dict(report, EventSeq=i) for i in range(count)]})}
    text = json.dumps(claims)
    for word in args.duplicate:
        name, _, value = word.partition("=")
        text = "%s, %s: %s}" % (text[:-1], json.dumps(name), value)
    return text.encode()


def header_of(args, signer):
    chain = CHAINS.get(signer, [])
    if args.x5c is not None:
        chain = [name for name in args.x5c.split(",") if name]
    header = {"alg": args.alg, "typ": "JWT"}
    if is_enclave(signer):
        header["jku"] = args.issuer + "/certs"
    if chain:
        header["x5c"] = [base64.b64encode(certificate(
            args.folder, name)).decode() for name in chain]
    header["kid"] = kid(args.folder, signer)
    if args.kid is not None:
        header["kid"] = args.kid
    for word in args.header:
        name, _, value = word.partition("=")
        header[name] = member(value)
    for name in args.drop_header:
        del header[name]
    return json.dumps(header).encode()


def signature_of(args, signer, text):
    key = private(args.folder, key_of(signer))
    if args.alg == "none":
        return b""
    if args.alg == "HS256":
        return hmac.new(public_pem(key), text, "sha256").digest()
    pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt",
           "rsa_pss_saltlen:digest"] if args.alg[:2] == "PS" else []
    return openssl("dgst", "-sha" + args.alg[2:], "-sign", key, *pss,
                   data=text)


def token_of(args):
    signer = args.signer or ("leaf" if args.kind == "tpm" else "enclave")
    payload = payload_of(args)
    head = base64url(header_of(args, signer))
    text = head + "." + base64url(payload)
    signature = base64url(signature_of(args, signer, text.encode()))
    if args.late:
        claims = json.loads(payload)
        for word in args.late:
            pointer, _, value = word.partition("=")
            change(claims, pointer, [value])
        text = head + "." + base64url(json.dumps(claims).encode())
    return text + "." + signature


def batch(parser, folder):
    for line in sys.stdin:
        words = shlex.split(line, comments=True)
        if words:
            args = parser.parse_args(["sign", folder] + words[1:])
            with open(words[0], "w") as out:
                out.write(token_of(args))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True,
                                     metavar="COMMAND")
    commands.add_parser("authority").add_argument("folder")
    commands.add_parser("batch").add_argument("folder")
    commands.add_parser("policy-hash").add_argument("text")
    one = commands.add_parser("kid")
    one.add_argument("folder")
    one.add_argument("name", choices=CERTIFICATES)
    one = commands.add_parser("jwks")
    one.add_argument("folder")
    one.add_argument("names", nargs="+")
    one = commands.add_parser("sign")
    one.add_argument("folder")
    one.add_argument("--kind", choices=KINDS, default="azurevm")
    one.add_argument("--issuer", default=ISSUER)
    one.add_argument("--iat", default="+0")
    for name in ("--nbf", "--exp", "--public", "--kid", "--x5c",
                 "--raw-payload"):
        one.add_argument(name)
    one.add_argument("--bind", choices=("request", "ak", "ephemeral"))
    one.add_argument("--obj-attr", type=lambda text: int(text, 0),
                     default=0x40072)
    one.add_argument("--software", action="store_true")
    one.add_argument("--pcrs", default=[0, 1, 2, 3, 4, 5, 6, 7],
                     type=lambda text: [int(n) for n in text.split(",") if n])
    one.add_argument("--policy-hash", default=POLICY)
    one.add_argument("--events", type=int, default=0)
    one.add_argument("--signer", choices=["enclave", "next", "small"] +
                     list(CHAINS))
    one.add_argument("--alg", default="RS256", choices=(
        "RS256", "RS384", "RS512", "PS256", "HS256", "none"))
    for name in ("--set", "--drop", "--header", "--drop-header",
                 "--duplicate", "--late"):
        one.add_argument(name, action="append", default=[])
    args = parser.parse_args()
    if args.command == "authority":
        authority(args.folder)
    elif args.command == "policy-hash":
        print(policy_hash(args.text))
    elif args.command == "kid":
        print(kid(args.folder, args.name))
    elif args.command == "jwks":
        print(jwks(args.folder, args.names).decode())
    elif args.command == "batch":
        batch(parser, args.folder)
    else:
        print(token_of(args), end="")


main()
