#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Judges tokens of our own, each with one thing wrong, and what is right.

token.py signs them, as the service would and as attackers do. Every row says
what token.py is told, what "attestctl token verify" is told, and what has to
come out: None, or the code of the refusal and a pattern of its text. CHECKS.md
names rows of this table.
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from token_judge import Judge, Signer, decode, encode

ISSUER = "https://test.example.attest.azure.net"
OTHER = "https://other.example.attest.azure.net"
NOW = 1760000000
IAT = " --iat %d" % NOW
FAR = 1 << 53

TPM = "--kind tpm"
ANY = "--type any"
SGX = "--type sgx"
VM = "--profile azurevm-trusted-launch"
BOOT = "--profile tpm-secure-boot"


def at(seconds):
    return "--at %d" % (NOW + seconds)


# Name, token.py, attestctl, wanted.
ROWS = [
    # What is right.
    ("good-azurevm", "", "", None),
    ("good-cvm", "--kind cvm", "", None),
    ("good-tpm", TPM, "", None),
    ("good-tpm-by-pinned-leaf", TPM, "--jwks {leaf} -ca", None),
    ("good-tpm-without-x5c", TPM + " --x5c ''", "--jwks {leaf} -ca", None),
    ("good-tpm-leaf-and-pca", TPM + " --x5c leaf,pca", "", None),
    ("good-tpm-leaf-alone", TPM + " --x5c leaf", "", None),
    ("good-sgx", "--kind sgx", SGX, None),
    ("good-sevsnpvm", "--kind sevsnpvm", "--type sevsnpvm", None),
    ("good-policy-answer", "--kind policy", ANY, None),
    ("good-large", TPM + " --events 230000", "", None),
    ("good-next-key", "--signer next", "--jwks {both}", None),
    ("good-key-by-n-and-e", "", "-jwks --jwks {ne}", None),
    ("good-key-by-x5c", "", "-jwks --jwks {x5c}", None),
    ("good-key-beside-unfit-ones", "", "-jwks --jwks {mixed}", None),
    ("good-key-in-second-file", "--signer next",
     "--jwks {next} --jwks {leaf}", None),
    ("good-without-typ", "--drop-header typ", "", None),
    ("good-without-jku", "--drop-header jku", "", None),
    ("good-without-nbf", "--drop /nbf", "", None),
    ("good-second-issuer", "--issuer " + OTHER, "--issuer " + OTHER, None),

    # The form.
    ("alg-none", "--alg none", "", "jws-algorithm"),
    ("alg-none-in-capitals", "--header 'alg=\"NONE\"'", "", "jws-algorithm"),
    ("alg-missing", "--drop-header alg", "", "jws-algorithm"),
    ("alg-is-a-list", "--header 'alg=[\"RS256\"]'", "", "jws-algorithm"),
    ("alg-hs256-by-public-key", "--alg HS256", "", "jws-algorithm"),
    ("alg-ps256", "--alg PS256", "", "jws-algorithm"),
    ("alg-rs384", "--alg RS384", "", "jws-algorithm"),
    ("alg-rs512", "--alg RS512", "", "jws-algorithm"),
    ("crit", "--header 'crit=[\"exp\"]' --header exp=1", "", "jws-malformed"),
    ("crit-empty", "--header 'crit=[]'", "", "jws-malformed"),
    ("b64-false", "--header b64=false", "", "jws-malformed"),
    ("typ-of-another-use", "--header 'typ=\"at+jwt\"'", "", "jws-malformed"),
    ("duplicate-claim", "--duplicate secureboot=false", "", "jws-malformed"),
    ("duplicate-claim-same-value", "--duplicate secureboot=true", "",
     "jws-malformed"),
    ("payload-is-a-list", "--raw-payload {list}", "", "jws-malformed"),
    ("payload-is-deep", "--raw-payload {deep}", "", "jws-malformed"),
    ("payload-is-latin-1", "--raw-payload {latin}", "", "jws-malformed"),
    ("payload-with-nul", "--raw-payload {nul}", "", "jws-malformed"),
    ("payload-with-more-behind", "--raw-payload {behind}", "",
     "jws-malformed"),
    ("payload-duplicate-deep-down", "--raw-payload {twice}", "",
     "jws-malformed"),
    ("too-large", "--events 800000", "", "jws-malformed"),

    # The key.
    ("changed-claim", "--late /secureboot=false", "", "token-signature"),
    ("unknown-key", "--signer next", "", "token-key"),
    ("no-kid", "--drop-header kid", "", "token-key"),
    ("kid-of-another-key", "--signer next --kid={kid}", "",
     "token-signature"),
    ("kid-in-other-letters", "--kid={kid-lower}", "", "token-key"),
    ("kid-is-a-path", "--kid ../../../etc/passwd", "", "token-key"),
    ("key-of-1024-bits", "--signer small", "--jwks {mixed}",
     "token-key-unfit"),
    ("key-with-a-kid-of-its-own-choice", "--kid={kid-chosen}",
     "--jwks {chosen}", "token-key-unfit"),
    ("key-in-jwk", "--signer next --header 'jwk={jwk}'", "", "token-key"),
    ("key-at-jku", "--signer next --header 'jku=\"https://evil.example/c\"'",
     "", "token-key"),
    ("key-at-x5u", "--signer next --header 'x5u=\"https://evil.example/c\"'",
     "", "token-key"),
    ("jku-of-another", "--header 'jku=\"https://evil.example/certs\"'", "",
     "token-issuer"),
    ("own-x5c", "--signer outsider", "", "token-key"),
    ("own-x5c-as-report", TPM + " --signer outsider", "", "token-key"),
    ("own-x5c-with-known-kid", "--signer outsider --kid={kid}", "",
     "token-signer"),
    ("own-key-behind-good-x5c", TPM + " --signer next --x5c leaf,pca,root"
     " --kid={kid-leaf}", "", "token-signature"),
    ("own-x5c-before-good-ones", TPM + " --signer outsider"
     " --x5c outsider,leaf,pca,root", "", "token-key"),
    ("good-leaf-behind-own", TPM + " --x5c pca,leaf --signer leaf", "",
     "token-signer"),
    ("report-by-impostor", TPM + " --signer impostor", "", "token-key"),
    ("report-by-root", TPM + " --signer by-root", "", "token-key"),
    ("report-by-root-where-root-is-configured", TPM + " --signer by-root",
     "-ca --ca {root}", None),
    ("report-below-configured-root", TPM, "-ca --ca {root}", "token-key"),
    ("report-without-eku", TPM + " --signer no-eku", "", "token-signer"),
    ("report-without-signing-usage", TPM + " --signer no-ku", "",
     "token-signer"),
    ("report-by-a-ca", TPM + " --signer ca-leaf", "", "token-signer"),
    ("report-by-expired-leaf", TPM + " --signer expired", "",
     "token-signer"),
    ("report-by-leaf-of-its-time", TPM + " --signer expired --iat 1617235000",
     "--at 1617235600", None),  # it ended at 1617235200
    ("report-before-its-leaf", TPM + " --signer expired --iat 1577836700",
     "--at 1577836900", "token-signer"),  # it began at 1577836800
    ("report-kid-of-another", TPM + " --kid={kid}", "", "token-signer"),
    ("report-without-authority", TPM, "-ca", "token-key"),
    ("enclave-without-jwks", "", "-jwks", "token-key"),

    # Whose it is.
    ("other-issuer", "--issuer " + OTHER, "", "token-issuer"),
    ("issuer-with-slash", "--issuer %s/" % ISSUER, "", "token-issuer"),
    ("issuer-in-capitals", "--issuer " + ISSUER.upper(), "", "token-issuer"),
    ("issuer-with-more-behind", "--issuer %s.evil.example" % ISSUER, "",
     "token-issuer"),
    ("issuer-with-less", "--issuer " + ISSUER[:-1], "", "token-issuer"),
    ("issuer-missing", "--drop /iss", "", "token-malformed"),
    ("issuer-is-a-list", "--set '/iss=[\"%s\"]'" % ISSUER, "",
     "token-malformed"),
    ("other-type", "--kind sgx", "", "token-type"),
    ("type-missing", "--drop /x-ms-attestation-type", "", "token-type"),
    ("type-unknown", "--set '/x-ms-attestation-type=\"tdxvm\"'", "",
     "token-type"),
    ("type-tpm-by-an-enclave", "--set '/x-ms-attestation-type=\"tpm\"'", "",
     "token-type"),
    ("type-azurevm-by-a-report-key", "--signer leaf", "", "token-type"),
    ("type-is-a-number", "--set /x-ms-attestation-type=1", "", "token-type"),
    ("policy-answer", "--kind policy", "", "token-type"),
    ("good-policy", "--policy-hash mine", "--policy-hash {hash}", None),
    ("other-policy", "--policy-hash yours", "--policy-hash {hash}",
     "token-policy"),
    ("policy-missing", "--drop /x-ms-policy-hash", "--policy-hash {hash}",
     "token-policy"),
    ("policy-cut", "--set '/x-ms-policy-hash=\"{hash-cut}\"'",
     "--policy-hash {hash}", "token-policy"),
    ("policy-in-base64", "--set '/x-ms-policy-hash=\"{hash}=\"'",
     "--policy-hash {hash}", "token-policy"),

    # Times.
    ("issued-in-the-future", "", at(-61), "token-future"),
    ("good-issued-within-leeway", "", at(-60), None),
    ("nbf-in-the-future", "--nbf %d" % (NOW + 200), at(100), "token-future"),
    ("iat-in-the-future-of-nbf", "--iat %d --nbf %d" % (NOW + 200, NOW),
     at(100), "token-future"),
    ("expired", "--exp %d" % (NOW + 100), at(161), "token-expired"),
    ("good-expired-within-leeway", "--exp %d" % (NOW + 100), at(159), None),
    ("good-at-max-age", TPM, at(8 * 3600 + 60), None),
    ("older-than-max-age", TPM, at(8 * 3600 + 61), "token-old"),
    ("good-older-with-max-age", TPM, at(90000) + " --max-age 2d", None),
    ("exp-missing", "--drop /exp", "", "token-malformed"),
    ("iat-missing", "--drop /iat", "", "token-malformed"),
    ("exp-before-iat", "--exp %d" % (NOW - 1), "--max-age 10d --leeway 10m",
     "token-malformed"),
    ("exp-is-text", "--set '/exp=\"%d\"'" % (NOW + 9999), "",
     "token-malformed"),
    ("exp-is-real", "--set /exp=%d.0" % (NOW + 9999), "", "token-malformed"),
    ("exp-is-enormous", "--set /exp=%d" % (FAR + 1), "", "token-malformed"),
    ("iat-is-negative", "--set /iat=-1", "", "token-malformed"),
    ("nbf-is-null", "--set /nbf=null", "", "token-malformed"),

    # Claims.
    ("good-claim", "", "--require '/secureboot == true'", None),
    ("claim-false", "--set /secureboot=false",
     "--require '/secureboot == true'", "token-claim"),
    ("claim-missing", "--drop /secureboot",
     "--require '/secureboot == true'", "token-claim"),
    ("claim-of-another-type", "--set '/secureboot=\"true\"'",
     "--require '/secureboot == true'", "token-claim"),
    ("second-claim", "", "--require '/secureboot == true' --require "
     "'/x-ms-azurevm-vmid == \"other\"'", "token-claim"),
    ("good-profile", "", VM, None),
    ("good-profile-cvm", "--kind cvm", VM, None),
    ("good-profile-tpm", TPM, BOOT, None),
    ("good-profile-tpm-without-aik", TPM + " --drop /x-ms-policy/aikValidated",
     BOOT, None),
    ("profile-of-another-type", TPM, VM, "token-type"),
    ("profile-tpm-of-another-type", "", BOOT, "token-type"),
    ("profile-secureboot", "--set /secureboot=false", VM, "token-claim"),
    ("profile-db", "--set /x-ms-azurevm-dbvalidated=false", VM,
     "token-claim"),
    ("profile-dbx", "--drop /x-ms-azurevm-dbxvalidated", VM, "token-claim"),
    ("profile-debuggers", "--set /x-ms-azurevm-debuggersdisabled=false", VM,
     "token-claim"),
    ("profile-boot-debugger", "--set /x-ms-azurevm-bootdebug-enabled=true",
     VM, "token-claim"),
    ("profile-debugger", "--set /x-ms-azurevm-kerneldebug-enabled=true", VM,
     "token-claim"),
    ("profile-test-signing", "--set /x-ms-azurevm-testsigning-enabled=true",
     VM, "token-claim"),
    ("profile-cvm-unknown", "--kind cvm --set "
     "'/x-ms-isolation-tee/x-ms-attestation-type=\"new\"'", VM,
     "token-claim"),
    ("profile-cvm-not-compliant", "--kind cvm --set "
     "'/x-ms-isolation-tee/x-ms-compliance-status=\"none\"'", VM,
     "token-claim"),
    ("profile-cvm-debuggable", "--kind cvm --set "
     "/x-ms-isolation-tee/x-ms-sevsnpvm-is-debuggable=true", VM,
     "token-claim"),
    ("profile-tpm-secureboot", TPM +
     " --set /x-ms-policy/secureBootEnabled=false", BOOT, "token-claim"),
    ("profile-tpm-secureboot-as-number", TPM +
     " --set /x-ms-policy/secureBootEnabled=1", BOOT, "token-claim"),
    ("profile-tpm-aik", TPM + " --set /x-ms-policy/aikValidated=false", BOOT,
     "token-claim"),
    ("profile-tpm-software-key", TPM + " --software", BOOT, "token-claim"),
    ("profile-tpm-key-may-leave", TPM + " --obj-attr 0x40070", BOOT,
     "token-claim"),
]

# Text of the refusal that people have to read; every other has one, too.
TEXTS = {
    "alg-none": "none.*RS256",
    "alg-hs256-by-public-key": "HS256.*RS256",
    "duplicate-claim": "secureboot|twice|duplicate",
    "key-of-1024-bits": "1024",
    "report-below-configured-root": "above it",
    "other-issuer": OTHER + ".*" + ISSUER,
    "other-type": "sgx.*host_type",
    "claim-false": "/secureboot is false, wanted == true",
    "claim-missing": "/secureboot is missing",
    "claim-of-another-type": '/secureboot is "true" \\(a string\\), wanted == true',
    "too-large": "1048576",
    "profile-debugger": "/x-ms-azurevm-kerneldebug-enabled is true.*false",
    "profile-tpm-key-may-leave": "obj_attr is 262256.*mask 0x32",
}


def prepare(signer):
    """What the rows name in braces."""
    files = {
        "list": b"[]", "deep": b'{"a":' * 33 + b"1" + b"}" * 33,
        "latin": b'{"iss":"\xe9"}', "nul": b'{"iss":"a\\u0000b"}',
        "behind": b"{}{}", "twice": b'{"a":[{"b":1,"b":2}]}'}
    names = {name: signer.write(signer.path(name), data)
             for name, data in files.items()}
    enclave = signer.kid("enclave")
    digest = signer.run("policy-hash", "mine").strip()
    names.update({
        "both": signer.jwks("enclave", "next"),
        "next": signer.jwks("next"), "leaf": signer.jwks("leaf"),
        "ne": signer.jwks("enclave:ne"), "x5c": signer.jwks("enclave:x5c"),
        "mixed": signer.jwks("small", "enclave", "leaf"),
        "root": signer.path("root.pem"), "kid": enclave,
        "kid-lower": enclave.swapcase(),
        "kid-leaf": signer.kid("leaf"),
        "kid-chosen": "A" * 43 + "=", "hash": digest,
        "hash-cut": digest[:-1]})
    with open(names["ne"]) as text:
        keys = json.load(text)
    one = keys["keys"][0]
    names["jwk"] = json.dumps({k: one[k] for k in ("kty", "n", "e")})
    keys["keys"].append(dict(one, kid=names["kid-chosen"]))
    names["chosen"] = signer.write(signer.path("chosen.json"),
                                   json.dumps(keys).encode())
    return names


def fill(text, names):
    for name, value in names.items():
        text = text.replace("{%s}" % name, value)
    return text


def options_of(words, names, signer):
    """The usual ones, but for what the row leaves out or says itself."""
    import shlex
    words = shlex.split(fill(words, names))
    options = ["--issuer", ISSUER]
    if "-jwks" not in words:
        options += ["--jwks", signer.path("jwks.json")]
    if "-ca" not in words:
        options += ["--ca", signer.path("ca.pem")]
    if "--at" not in words:
        options += ["--at", str(NOW + 60)]
    return options + [w for w in words if w not in ("-jwks", "-ca")]


def judge_texts(judge, token, options):
    """What no signer can make: the same token in other letters."""
    head, payload, signature = token.split(".")
    odd = decode(head)[:-1] + b' , "alg": "none"}'
    for name, text, code in (
            ("nothing", "", "jws-malformed"),
            ("two parts", head + "." + payload, "jws-malformed"),
            ("four parts", token + "." + signature, "jws-malformed"),
            ("an empty signature", head + "." + payload + ".",
             "jws-malformed"),
            ("a signature that was cut", token[:-2], "token-signature"),
            ("padding", head + "." + payload + "=." + signature,
             "jws-malformed"),
            ("a blank before it", " " + token, "jws-malformed"),
            ("a blank behind it", token + " ", "jws-malformed"),
            ("two newlines behind it", token + "\n\n", "jws-malformed"),
            ("a newline of other systems", token + "\r\n", "jws-malformed"),
            ("a NUL behind it", token + "\0", "jws-malformed"),
            ("a byte order mark", "\ufeff" + token, "jws-malformed"),
            ("base64, not base64url", "+" + token[1:], "jws-malformed"),
            ("a word before it", "Bearer " + token, "jws-malformed"),
            ("JSON", json.dumps({"token": token}), "jws-malformed"),
            ("alg twice", encode(odd) + "." + payload + "." + signature,
             "jws-malformed")):
        judge.refuses("a token with " + name, text, options, code)
    judge.accepts("a token with a newline behind it", token + "\n", options)


def run(judge, signer):
    names = prepare(signer)
    tokens = signer.sign({
        name: fill(words, names) + (IAT if "--iat" not in words else "")
        for name, words, _, _ in ROWS})
    for name, _, words, wanted in ROWS:
        options = options_of(words, names, signer)
        if wanted is None:
            judge.accepts(name, tokens[name], options)
        else:
            judge.refuses(name, tokens[name], options, wanted,
                          TEXTS.get(name, ""))
    judge_texts(judge, tokens["good-azurevm"], options_of("", names, signer))


def main():
    judge = Judge()
    with tempfile.TemporaryDirectory() as scratch:
        run(judge, Signer(scratch))
    return judge.finish()


if __name__ == "__main__":
    sys.exit(main())
