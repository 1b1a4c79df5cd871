# SPDX-License-Identifier: BSD-2-Clause
"""The keys and certificates of a service that signs host tokens, and of who
only says so, made by openssl(1) in a folder; each when it is first asked for.
For token.py and for the emulator of the service.
"""
import base64
import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

ISSUER = "https://test.example.attest.azure.net"
LEAF_EKU = "1.3.6.1.4.1.311.76.50.3"
PCA = "Test Attestation PCA"
ROOT = "Test Root Certificate Authority"
LEAF = "Test Attestation"

# --- The service -------------------------------------------------------------

# A key that is RSA with 2048 bits if nothing else is said.
KEYS = {"root": "EC", "pca": "EC", "impostor-pca": "EC", "small": 1024,
        "tls": "EC", "localhost": "EC"}

AUTHORITY = ("basicConstraints=critical,CA:TRUE\n"
             "keyUsage=critical,keyCertSign,cRLSign\n")
AUTHORITY_TOO = ("basicConstraints=critical,CA:TRUE\n"
                 "keyUsage=critical,keyCertSign,digitalSignature\n")
SIGNS = "keyUsage=critical,digitalSignature\n"
EKU = "extendedKeyUsage=%s\n" % LEAF_EKU
END = "basicConstraints=critical,CA:FALSE\n"
# 10.0.2.2 is the host, as a guest of QEMU sees it.
WEB = ("subjectAltName=DNS:localhost,IP:127.0.0.1,IP:10.0.2.2\n"
       "extendedKeyUsage=serverAuth\n")
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
    "next-leaf": ("next-leaf", LEAF, "pca", SIGNS + EKU + END, ALWAYS),
    "no-eku": ("leaf", LEAF, "pca", SIGNS + END, ALWAYS),
    "no-ku": ("leaf", LEAF, "pca",
              "keyUsage=critical,keyEncipherment\n" + EKU + END, ALWAYS),
    "ca-leaf": ("leaf", LEAF, "pca", AUTHORITY_TOO + EKU, ALWAYS),
    "expired": ("leaf", LEAF, "pca", SIGNS + EKU + END,
                ("20200101000000Z", "20210401000000Z")),
    "by-root": ("leaf", LEAF, "root", SIGNS + EKU + END, ALWAYS),
    "impostor": ("leaf", LEAF, "impostor-pca", SIGNS + EKU + END, ALWAYS),
    "tls": ("tls", "Test TLS root", "tls", AUTHORITY, ALWAYS),
    "localhost": ("localhost", "localhost", "tls", WEB + END, ALWAYS),
}

CHAINS = {"leaf": ["leaf", "pca", "root"],
          "next-leaf": ["next-leaf", "pca", "root"],
          "outsider": ["outsider"],
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
    sys.exit("%s: %s" % (os.path.basename(sys.argv[0]), text))


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
    return name in ("enclave", "next", "small") or name.startswith("enclave-")


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
