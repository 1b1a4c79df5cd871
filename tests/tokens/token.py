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

# This file has the name of a standard module, which it would stand for.
sys.path.pop(0)

import argparse  # noqa: E402
import base64  # noqa: E402
import calendar  # noqa: E402
import functools  # noqa: E402
import hashlib  # noqa: E402
import hmac  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import shlex  # noqa: E402
import shutil  # noqa: E402
import subprocess  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402

ISSUER = "https://test.example.attest.azure.net"
POLICY = "version=1.0;authorizationrules{=> permit();};issuancerules{};"
LEAF_EKU = "1.3.6.1.4.1.311.76.50.3"
PCA = "Test Attestation PCA"
ROOT = "Test Root Certificate Authority"
LEAF = "Test Attestation"

# --- The service -------------------------------------------------------------

# A key that is RSA with 2048 bits if nothing else is said.
KEYS = {"root": "EC", "pca": "EC", "impostor-pca": "EC", "small": 1024}

AUTHORITY = ("basicConstraints=critical,CA:TRUE\n"
             "keyUsage=critical,keyCertSign,cRLSign\n")
AUTHORITY_TOO = ("basicConstraints=critical,CA:TRUE\n"
                 "keyUsage=critical,keyCertSign,digitalSignature\n")
SIGNS = "keyUsage=critical,digitalSignature\n"
EKU = "extendedKeyUsage=%s\n" % LEAF_EKU
END = "basicConstraints=critical,CA:FALSE\n"
ALWAYS = ("20200101000000Z", "21000101000000Z")

# Name: its key, its subject, who issues it, its extensions, its dates. An
# issuer is in the list before what it issues.
CERTIFICATES = {
    "enclave": ("enclave", ISSUER, "enclave", "", ALWAYS),
    "next": ("next", ISSUER, "next", "", ALWAYS),
    "small": ("small", ISSUER, "small", "", ALWAYS),
    "outsider": ("outsider", LEAF, "outsider", SIGNS + EKU + END, ALWAYS),
    "root": ("root", ROOT, "root", AUTHORITY, ALWAYS),
    "pca": ("pca", PCA, "root", AUTHORITY, ALWAYS),
    "impostor-pca": ("impostor-pca", PCA, "impostor-pca", AUTHORITY, ALWAYS),
    "leaf": ("leaf", LEAF, "pca", SIGNS + EKU + END, ALWAYS),
    "no-eku": ("leaf", LEAF, "pca", SIGNS + END, ALWAYS),
    "no-ku": ("leaf", LEAF, "pca",
              "keyUsage=critical,keyEncipherment\n" + EKU + END, ALWAYS),
    "ca-leaf": ("leaf", LEAF, "pca", AUTHORITY_TOO + EKU, ALWAYS),
    "expired": ("leaf", LEAF, "pca", SIGNS + EKU + END,
                ("20200101000000Z", "20210401000000Z")),
    "by-root": ("leaf", LEAF, "root", SIGNS + EKU + END, ALWAYS),
    "impostor": ("leaf", LEAF, "impostor-pca", SIGNS + EKU + END, ALWAYS),
}

CHAINS = {"leaf": ["leaf", "pca", "root"], "outsider": ["outsider"],
          "by-root": ["by-root", "root"],
          "impostor": ["impostor", "impostor-pca"]}
for _name in ("no-eku", "no-ku", "ca-leaf", "expired"):
    CHAINS[_name] = [_name, "pca", "root"]

CA_CONFIG = """[ca]
default_ca = test
[test]
database = %s/index.txt
unique_subject = no
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
"""


def die(text):
    sys.exit("token.py: " + text)


def openssl(*words, data=None):
    done = subprocess.run(("openssl",) + words, input=data,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        die("openssl %s: %s" % (words[0], done.stderr.decode().strip()))
    return done.stdout


def private(folder, name):
    """The path of a key, which is made when it is first asked for."""
    path = os.path.join(folder, name + ".key")
    if not os.path.exists(path):
        kind = KEYS.get(name, 2048)
        openssl("genpkey", "-out", path, *(
            ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
            if kind == "EC" else
            ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:%d" % kind]))
    return path


def public(folder, name):
    """The path of a certificate, made when it is first asked for. Its dates
    are fixed, so that tests may name times."""
    path = os.path.join(folder, name + ".pem")
    if os.path.exists(path):
        return path
    key, subject, issuer, extensions, (start, end) = CERTIFICATES[name]
    by = (["-selfsign", "-keyfile", private(folder, key)] if issuer == name
          else ["-cert", public(folder, issuer), "-keyfile",
                private(folder, issuer)])
    with tempfile.TemporaryDirectory() as scratch:
        files = {"ca.conf": CA_CONFIG % scratch, "index.txt": "",
                 "extensions": extensions}
        for file, text in files.items():
            with open(os.path.join(scratch, file), "w") as out:
                out.write(text)
        request = openssl("req", "-new", "-key", private(folder, key),
                          "-subj", "/CN=" + subject.replace("/", "\\/"))
        openssl("ca", "-batch", "-notext", "-config", scratch + "/ca.conf",
                "-in", "/dev/stdin", "-out", path, "-startdate", start,
                "-enddate", end, "-extfile", scratch + "/extensions",
                "-outdir", scratch, *by, data=request)
    return path


def authority(folder):
    os.makedirs(folder, exist_ok=True)
    for name in ("host", "leaf", "enclave"):
        private(folder, name)
    public(folder, "leaf")
    with open(os.path.join(folder, "jwks.json"), "wb") as out:
        out.write(jwks(folder, ["enclave"]))
    shutil.copy(os.path.join(folder, "pca.pem"),
                os.path.join(folder, "ca.pem"))


# --- Names and keys ----------------------------------------------------------

def base64url(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@functools.lru_cache(maxsize=None)
def certificate(folder, name):
    """DER."""
    with open(public(folder, name)) as text:
        return base64.b64decode("".join(
            text.read().split("-----")[2].split()))


@functools.lru_cache(maxsize=None)
def public_pem(path):
    """The public key of a private key, a public key or a certificate."""
    with open(path, "rb") as pem:
        text = pem.read()
    if b"CERTIFICATE" in text:
        return openssl("x509", "-noout", "-pubkey", data=text)
    return openssl("pkey", *(["-pubin"] if b"PUBLIC" in text else []),
                   "-pubout", data=text)


def integers(der):
    """The INTEGERs of a SEQUENCE of nothing else."""
    def head(at):
        length = der[at + 1]
        if length < 0x80:
            return at + 2, length
        size = length & 0x7f
        return at + 2 + size, int.from_bytes(der[at + 2:at + 2 + size], "big")
    at, _ = head(0)
    while at < len(der):
        at, length = head(at)
        yield der[at:at + length].lstrip(b"\0")
        at += length


@functools.lru_cache(maxsize=None)
def jwk(pem):
    """The members of an RSA key (RFC 7518 section 6.3.1)."""
    n, e = integers(openssl("rsa", "-pubin", "-RSAPublicKey_out", "-outform",
                            "DER", data=pem))
    return {"kty": "RSA", "n": base64url(n), "e": base64url(e)}


def key_of(name):
    return CERTIFICATES[name][0] if name in CERTIFICATES else name


def is_enclave(name):
    return name in ("enclave", "next", "small")


def kid(folder, name):
    """That of an enclave's key is over the PEM text and the NUL behind it;
    that of a key of the PKI is the thumbprint of its certificate."""
    if is_enclave(name):
        pem = public_pem(private(folder, name))
        return base64.b64encode(hashlib.sha256(pem + b"\0").digest()).decode()
    return base64url(hashlib.sha1(certificate(folder, name)).digest())


def jwks(folder, names):
    keys = []
    for word in names:
        name, _, form = word.partition(":")
        key = {"kid": kid(folder, name), "kty": "RSA"}
        if form != "x5c":
            key.update(jwk(public_pem(private(
                folder, key_of(name)))), use="sig", alg="RS256")
        if form != "ne":
            key["x5c"] = [base64.b64encode(certificate(folder, c)).decode()
                          for c in ([name] if is_enclave(name) else
                                    CHAINS[name])]
        keys.append(key)
    return json.dumps({"keys": keys}).encode()


def policy_hash(text):
    return base64url(hashlib.sha256(base64url(
        text.encode()).encode()).digest())


# --- The claims --------------------------------------------------------------

def digits(count, seed):
    return hashlib.sha512(seed.encode()).hexdigest()[:count].ljust(count, "0")


def named_key(key, name):
    return {"e": key["e"], "key_ops": ["encrypt"], "kid": name, "kty": "RSA",
            "n": key["n"]}


def isolation(key, now):
    vm = "0F1E2D3C-4B5A-4968-8776-655443322110"
    claims = {
        "x-ms-attestation-type": "sevsnpvm",
        "x-ms-compliance-status": "azure-compliant-cvm",
        "x-ms-runtime": {
            "keys": [named_key(key, "HCLAkPub")],
            "vm-configuration": {
                "console-enabled": True, "current-time": now,
                "secure-boot": True, "tpm-enabled": True, "vmUniqueId": vm}}}
    return dict(claims, **sevsnp())


def sevsnp():
    name = "x-ms-sevsnpvm-"
    claims = {name + "authorkeydigest": "0" * 96,
              name + "familyId": "01" + "0" * 30,
              name + "hostdata": "0" * 64,
              name + "idkeydigest": digits(96, "id"),
              name + "imageId": "02" + "0" * 30,
              name + "is-debuggable": False,
              name + "launchmeasurement": digits(96, "launch"),
              name + "migration-allowed": False,
              name + "reportdata": digits(128, "report"),
              name + "reportid": digits(64, "number"),
              name + "smt-allowed": True}
    for part, number in (("bootloader-svn", 3), ("guestsvn", 2),
                         ("microcode-svn", 115), ("snpfw-svn", 8),
                         ("tee-svn", 0), ("vmpl", 0)):
        claims[name + part] = number
    return claims


def azurevm(args, keys, now):
    name = "x-ms-azurevm-"
    claims = {
        "secureboot": True, "x-ms-attestation-type": "azurevm",
        name + "attestation-protocol-ver": "2.0",
        name + "attested-pcrs": args.pcrs}
    for part in ("dbvalidated", "dbxvalidated", "debuggersdisabled",
                 "default-securebootkeysvalidated", "signingdisabled"):
        claims[name + part] = True
    for part in ("bootdebug-enabled", "elam-enabled", "flightsigning-enabled",
                 "hypervisordebug-enabled", "is-windows",
                 "kerneldebug-enabled", "testsigning-enabled"):
        claims[name + part] = False
    claims.update({
        name + "hvci-policy": 0, name + "osbuild": "NotApplication",
        name + "osdistro": "Debian", name + "ostype": "Linux",
        name + "osversion-major": 12, name + "osversion-minor": 0,
        name + "vmid": "0F1E2D3C-4B5A-4968-8776-655443322110"})
    if args.kind == "cvm":
        claims["x-ms-isolation-tee"] = isolation(keys["ak"], now)
    claims["x-ms-runtime"] = {
        "client-payload": {"nonce": base64.b64encode(b"4711").decode()},
        "keys": [named_key(keys["ephemeral"], "TpmEphemeralEncryptionKey")]}
    return claims


def sevsnpvm(args, keys, now):
    del args
    claims = isolation(keys["ak"], now)
    claims["x-ms-sevsnpvm-tee-svn"] = 0
    return claims


def sgx(args, keys, now):
    del args, keys, now
    mrenclave, mrsigner = digits(64, "enclave"), digits(64, "signer")
    old = {"is-debuggable": True, "product-id": 1, "sgx-mrenclave": mrenclave,
           "sgx-mrsigner": mrsigner, "svn": 1, "tee": "sgx"}
    collateral = {part: digits(64, part) for part in (
        "qeidcertshash", "qeidcrlhash", "qeidhash", "quotehash",
        "tcbinfocertshash", "tcbinfocrlhash", "tcbinfohash")}
    name = "x-ms-sgx-"
    return dict(old, **{
        "maa-attestationcollateral": collateral,
        "x-ms-attestation-type": "sgx", "x-ms-policy": old,
        name + "collateral": collateral, name + "is-debuggable": True,
        name + "mrenclave": mrenclave, name + "mrsigner": mrsigner,
        name + "product-id": 1, name + "report-data": digits(128, "data"),
        name + "svn": 1})


def tpm(args, keys, now):
    del now
    key = keys["request"]
    info = {"tpm_certify": {"name_alg": 11, "obj_attr": args.obj_attr}}
    if args.software:
        info = {"tpm_quote": {"hash_alg": "sha-256"}}
    nonce = base64url(b"a nonce of a test")
    return {
        "ver": "1.0", "rp_data": nonce, "nonce": nonce,
        "cnf": {"jwk": key}, "x-ms-tpm-request-key": {"jwk": key,
                                                      "info": info},
        "x-ms-policy": {
            "aikValidated": True, "secureBootEnabled": True,
            "bootDebuggingDisabled": False, "notSafeMode": True,
            "notWinPE": True, "tpmVersion": 2, "kernelVersions": ["6.1.0"],
            "platformKey": base64url(b"a platform key of a test")}}


def policy(args, keys, now):
    del args, keys, now
    return {"x-ms-policy-result": "Updated",
            "x-ms-policy-token-hash": policy_hash("a policy of a test")}


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
