#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What tests of a client rely on: each fault of the emulator is what it says,
the directory and the platform give tokens to whom they should, and the
emulator is the same each time and ends when it should."""
import functools
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse

sys.dont_write_bytecode = True

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from running import (HERE, KEYS, VERSION, Emulator, Tap, attestctl, equal,
                     judged, parts, unpadded)

METADATA = "/.well-known/openid-configuration"
SGX = "/attest/SgxEnclave?" + VERSION
SCOPE = "https://attest.azure.net/.default"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
tap = Tap()


def fails(emulator, *kinds, path=METADATA, timeout=10):
    try:
        answer = emulator.ask("GET", path, timeout=timeout)
    except kinds:
        return
    raise AssertionError("it answered %d" % answer.status)


class Faulty:
    """Faults for as long as it is entered."""

    def __init__(self, emulator, *faults):
        self.emulator, self.faults = emulator, faults

    def __enter__(self):
        self.emulator.control("faults", "\n".join(self.faults))

    def __exit__(self, *_):
        self.emulator.control("faults")


# --- Faults of an answer ---

def slow(emulator):
    for fault in ("slow=0.3", "trickle=0.3"):
        with Faulty(emulator, fault):
            begin = time.monotonic()
            equal(emulator.ask("GET", METADATA).status, 200)
            took = time.monotonic() - begin
            assert took >= 0.3, "%s took %.2f s" % (fault, took)
    with Faulty(emulator, "slow=3"):
        fails(emulator, TimeoutError, timeout=0.2)


def broken(emulator):
    with Faulty(emulator, "drop"):
        fails(emulator, http.client.RemoteDisconnected, ConnectionError,
              OSError)
    with Faulty(emulator, "truncated"):
        fails(emulator, http.client.IncompleteRead, OSError)
    with Faulty(emulator, "garbage"):
        answer = emulator.ask("GET", METADATA)
        try:
            answer.json()
        except ValueError:
            return
    raise AssertionError("it is JSON")


def huge(emulator):
    with Faulty(emulator, "huge=3000000"):
        answer = emulator.ask("GET", METADATA)
        assert len(answer.body) > 3000000, len(answer.body)
        answer.json()
    with Faulty(emulator, "endless"):
        connection = http.client.HTTPSConnection(
            emulator.host, context=emulator.context, timeout=10)
        connection.request("GET", METADATA)
        read = connection.getresponse().read(5000000)
        equal(len(read), 5000000, "what was read")
        connection.close()


def other_type(emulator):
    with Faulty(emulator, "type"):
        answer = emulator.ask("GET", METADATA)
        equal(answer.headers["Content-Type"], "text/html")
        assert answer.body.startswith(b"<html>"), answer.body
    with Faulty(emulator, "type=application/octet-stream"):
        equal(emulator.ask("GET", METADATA).headers["Content-Type"],
              "application/octet-stream")


def statuses(emulator):
    with Faulty(emulator, "429=7"):
        answer = emulator.ask("GET", METADATA)
        equal((answer.status, answer.headers["Retry-After"]), (429, "7"))
    with Faulty(emulator, "503*2@/certs"):
        equal([emulator.ask("GET", path).status for path in (
            METADATA, "/certs", "/certs", "/certs")], [200, 503, 503, 200])
        equal(emulator.ask("GET", "/certs").headers["Retry-After"], None)


def not_a_fault(emulator):
    for text in ("nonsense", "slow=x", "600", "slow=1*x"):
        equal(emulator.ask("PUT", "/.emulator/faults", text).status, 400,
              text)
    done = subprocess.run(
        [sys.executable, os.path.join(HERE, "emulator.py"), emulator.folder,
         "--fault", "nonsense"], stderr=subprocess.PIPE)
    equal(done.returncode, 2)
    assert b"'nonsense' is not a fault" in done.stderr, done.stderr


# --- Faults of a token, and what our own program says of it ---

def quote(emulator):
    path = os.path.join(emulator.folder, "data")
    with open(path, "w") as out:
        out.write("data")
    return {"quote": unpadded(emulator.evidence("quote", path))}


def token(emulator, body):
    answer = emulator.ask("POST", SGX, body)
    equal(answer.status, 200, answer.body)
    return answer.json()["token"]


def times(emulator, body):
    now = time.time()

    def claims(fault):
        with Faulty(emulator, fault):
            return parts(token(emulator, body))[1]
    assert claims("expired")["exp"] < now - 3500
    assert claims("early")["nbf"] > now + 3500
    assert claims("skew=50")["iat"] >= now + 49
    emulator.control("skew", "-100")
    assert parts(token(emulator, body))[1]["iat"] < now - 90
    emulator.control("skew", "0")


def believed(emulator, body):
    jwks = emulator.save("/certs", "jwks.json")
    options = ("--type", "sgx", "--jwks", jwks)
    equal(judged(emulator, token(emulator, body), *options), None)
    for fault, code in (("expired", "token-expired"),
                        ("skew=1000", "token-future"),
                        ("forged", "token-signature"),
                        ("foreign", "token-issuer"),
                        ("unsigned", "jws-algorithm"),
                        ("small", "token-key"),
                        ("rollover", "token-key")):
        with Faulty(emulator, fault + "@/attest"):
            equal(judged(emulator, token(emulator, body), *options), code,
                  fault)
    small = ("--type", "sgx", "--jwks", emulator.save("/certs", "jwks.json"))
    with Faulty(emulator, "small@/attest"):
        equal(judged(emulator, token(emulator, body), *small),
              "token-key-unfit", "small, which is shown")
    equal(judged(emulator, token(emulator, body), *small), None)
    answer = emulator.ask("GET", "/policies/Tpm?" + VERSION)
    equal(judged(emulator, answer.json()["token"], "--jwks", small[3],
                 "--type", "any"), None, "an answer about a policy")


def forms(_, body):
    """/certs as it was, is, and as others show keys."""
    for form, names in (("ne", {"n", "e", "alg", "use"}),
                        ("both", {"n", "e", "alg", "use", "x5c"})):
        other = Emulator("--jwks", form)
        keys = other.ask("GET", "/certs").json()["keys"]
        equal({name for key in keys for name in key},
              names | {"kid", "kty"}, form)
        if attestctl():
            equal(judged(other, token(other, body), "--type", "sgx", "--jwks",
                         other.save("/certs", "jwks.json")), None, form)
        other.stop()


def rollover(emulator):
    def kids():
        return [key["kid"] for key in emulator.ask("GET", "/certs").json()[
            "keys"] if len(key["x5c"]) == 1]
    first = kids()[0]
    emulator.control("rollover?keep=1", method="POST")
    second = kids()
    equal(second[1], first, "the former key")
    emulator.control("rollover", method="POST")
    assert not set(kids()) & set(second[:2]), "a retired key is shown"


# --- Requests ---

def wrong_requests(emulator, body):
    def status(method, path, *rest, **headers):
        answer = emulator.ask(method, path, *rest, **headers)
        answer.error()
        return answer.status
    equal(status("GET", "/nonsense"), 404)
    equal(status("DELETE", "/certs"), 405)
    equal(status("POST", "/attest/SgxEnclave", body), 400)
    equal(status("POST", SGX.replace("10-01", "10-02"), body), 400)
    equal(status("POST", SGX, body, Content_Type="text/plain"), 415)
    equal(status("POST", SGX, "[]"), 400)
    equal(status("POST", SGX, {"quote": "AA=="}), 400)
    equal(status("POST", SGX, {}), 400)
    equal(status("GET", "/policies/Nonsense?" + VERSION), 400)


def nonce(emulator, body):
    equal(parts(token(emulator, dict(body, nonce="once")))[1]["nonce"],
          "once")


# --- Who may ask ---

def ask_directory(emulator, tenant="test-tenant", **form):
    form.setdefault("scope", SCOPE)
    form.setdefault("grant_type", "client_credentials")
    return emulator.ask("POST", "/%s/oauth2/v2.0/token" % tenant,
                        urllib.parse.urlencode(form),
                        Content_Type="application/x-www-form-urlencoded")


def may_read(emulator, bearer):
    emulator.bearer = bearer
    return emulator.ask("GET", "/policies/Tpm?" + VERSION).status == 200


def denied(answer, number):
    said = answer.json()
    equal(said["error_codes"], [number], said)
    equal(sorted(said), ["correlation_id", "error", "error_codes",
                         "error_description"])


def secrets(emulator):
    said = ask_directory(emulator, client_id="client", client_secret="secret")
    equal(sorted(said.json()), ["access_token", "expires_in",
                                "ext_expires_in", "token_type"])
    assert may_read(emulator, said.json()["access_token"])
    for form, number in (
            (dict(client_secret="wrong"), 7000215),
            (dict(client_secret="secret", client_id="other"), 700016),
            (dict(client_secret="secret", scope="other"), 70011),
            (dict(client_secret="secret", grant_type="other"), 70003),
            (dict(client_secret="secret", tenant="other"), 90002)):
        form.setdefault("client_id", "client")
        denied(ask_directory(emulator, **form), number)


@functools.lru_cache(maxsize=None)
def client_key(folder):
    """(private key, DER of its certificate)"""
    with open(os.path.join(folder, "leaf.pem"), "rb") as pem:
        der = x509.load_pem_x509_certificate(pem.read()).public_bytes(
            serialization.Encoding.DER)
    with open(os.path.join(folder, "leaf.key"), "rb") as pem:
        return serialization.load_pem_private_key(pem.read(), None), der


def assertion(emulator, algorithm="PS256", **changed):
    """As a client with a certificate makes it."""
    key, der = client_key(emulator.folder)
    digest = hashes.Hash(hashes.SHA256() if algorithm == "PS256" else
                         hashes.SHA1())
    digest.update(der)
    now = int(time.time())
    claims = {"aud": emulator.endpoint + "/test-tenant/oauth2/v2.0/token",
              "iss": "certified", "sub": "certified", "jti": "1", "nbf": now,
              "exp": now + 600}
    claims.update(changed)
    text = ".".join(unpadded(json.dumps(part).encode()) for part in (
        {"alg": algorithm, "typ": "JWT",
         "x5t#S256" if algorithm == "PS256" else "x5t":
         unpadded(digest.finalize())}, claims))
    how = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if (
        algorithm == "PS256") else padding.PKCS1v15()
    return text + "." + unpadded(key.sign(text.encode(), how,
                                          hashes.SHA256()))


def certificates(emulator):
    def ask(text):
        return ask_directory(emulator, client_id="certified",
                             client_assertion_type=ASSERTION,
                             client_assertion=text)
    for algorithm in ("PS256", "RS256"):
        said = ask(assertion(emulator, algorithm)).json()
        assert may_read(emulator, said.get("access_token")), said
    for changed in (dict(aud="https://other"), dict(iss="other"),
                    dict(sub="other"), dict(jti="")):
        denied(ask(assertion(emulator, **changed)), 700027)
    for changed in (dict(exp=1), dict(nbf=1 << 40)):
        denied(ask(assertion(emulator, **changed)), 700024)
    good = assertion(emulator)
    denied(ask(good[:-6] + "AAAAAA"), 700027)


def workload(emulator, path):
    def ask(text):
        return ask_directory(emulator, client_id="workload",
                             client_assertion_type=ASSERTION,
                             client_assertion=text)
    for text in ("an.assertion.", "another.assertion."):
        with open(path, "w") as out:
            out.write(text + "\n")
        assert may_read(emulator, ask(text).json()["access_token"])
    denied(ask("an.assertion."), 70021)


def platform(emulator, path, **headers):
    with open(os.path.join(emulator.folder, "platform")) as text:
        host = urllib.parse.urlsplit(text.read().strip()).netloc
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("GET", path, headers={
        name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    return response.status, response.headers, json.loads(response.read())


def managed(emulator):
    path = ("/metadata/identity/oauth2/token?api-version=2018-02-01&"
            "resource=https%3A%2F%2Fattest.azure.net")
    status, _, said = platform(emulator, path, Metadata="true")
    equal(status, 200)
    assert isinstance(said["expires_in"], str), said
    assert isinstance(said["expires_on"], str), said
    assert may_read(emulator, said["access_token"])
    equal(platform(emulator, path)[0], 400, "without Metadata")
    equal(platform(emulator, path + "&client_id=a&object_id=b",
                   Metadata="true")[0], 400, "two identities")
    other = path.replace("attest", "vault")
    said = platform(emulator, other, Metadata="true")[2]
    assert not may_read(emulator, said["access_token"]), "another resource"


def arc(emulator):
    path = ("/metadata/identity/oauth2/token?api-version=2020-06-01&"
            "resource=https%3A%2F%2Fattest.azure.net")
    status, headers, _ = platform(emulator, path, Metadata="true")
    equal(status, 401)
    scheme, _, file = headers["WWW-Authenticate"].partition(" realm=")
    equal(scheme, "Basic")
    assert file.endswith(".key") and os.path.getsize(file) <= 4096
    with open(file) as text:
        secret = text.read()
    status, _, said = platform(emulator, path, Metadata="true",
                               Authorization="Basic " + secret)
    equal(status, 200)
    assert may_read(emulator, said["access_token"])


def app_service(emulator):
    path = ("/msi/token?api-version=2019-08-01&"
            "resource=https%3A%2F%2Fattest.azure.net")
    with open(os.path.join(emulator.folder, "identity")) as text:
        header = text.read().strip()
    said = platform(emulator, path, X_IDENTITY_HEADER=header)[2]
    assert may_read(emulator, said["access_token"])
    equal(platform(emulator, path, X_IDENTITY_HEADER="x")[0], 400)


def tokens_end(emulator):
    said = ask_directory(emulator, client_id="client", client_secret="secret")
    emulator.control("skew", "3700")
    assert not may_read(emulator, said.json()["access_token"])
    emulator.control("skew", "0")
    assert may_read(emulator, said.json()["access_token"])


def no_secrets(emulator):
    """In what the emulator writes down of requests."""
    equal(emulator.control("requests", method="GET")["requests"][0]["path"],
          METADATA, "the first request")
    with open(os.path.join(emulator.folder, "requests")) as text:
        written = text.read()
    for word in ("secret", emulator.bearer, "assertion."):
        assert word not in written, word


# --- The emulator itself ---

def same(_, body):
    """With one seed, and a clock that stands still."""
    tokens = []
    for _ in range(2):
        other = Emulator("--seed", "a seed", "--now", "1700000000",
                         "--issuer", "https://a.example")
        tokens.append(token(other, body))
        other.stop()
    equal(tokens[0], tokens[1])
    equal(parts(tokens[0])[1]["iat"], 1700000000)


def ends(emulator):
    """Its parent is killed, and says nothing to it."""
    folder = os.path.join(emulator.folder, "orphan")
    parent = subprocess.Popen(
        [sys.executable, "-c", "import subprocess, sys, time\n"
         "child = subprocess.Popen(sys.argv[1:])\n"
         "print(child.pid, flush=True)\n"
         "time.sleep(60)\n", sys.executable, os.path.join(HERE, "emulator.py"), folder,
         "--keys", KEYS], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    assert parent.stdout.readline().startswith("https://localhost:")
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    for _ in range(500):
        try:
            with open("/proc/%d/stat" % child) as text:
                if text.read().rpartition(") ")[2][0] == "Z":
                    return
        except (FileNotFoundError, ProcessLookupError):
            return
        time.sleep(0.01)
    raise AssertionError("it is still there")


def main():
    workloads = os.path.join(os.environ.get("TMPDIR", "/tmp"),
                             "att-maa-workload.%d" % os.getpid())
    emulator = Emulator("--client-certificate", "certified=" + os.path.join(
        KEYS, "leaf.pem"), "--client-workload", "workload=" + workloads)
    emulator.ask("GET", METADATA)
    body = quote(emulator)
    for name, test in (
            ("slow, trickle", slow), ("drop, truncated, garbage", broken),
            ("huge, endless", huge), ("type", other_type),
            ("429 with Retry-After, 503 for two requests", statuses),
            ("what is not a fault", not_a_fault),
            ("AAD: a secret", secrets), ("AAD: a certificate", certificates),
            ("IMDS", managed), ("Azure Arc", arc),
            ("App Service", app_service),
            ("a token of AAD ends", tokens_end)):
        tap.check(name, test, emulator)
    tap.check("AAD: a workload identity", workload, emulator, workloads)
    os.unlink(workloads)
    tap.check("nothing secret is written down", no_secrets, emulator)
    for name, test in (
            ("expired, early, skew", times), ("a nonce", nonce),
            ("requests that are wrong", wrong_requests),
            ("n and e, x5c, or both", forms),
            ("one seed gives one token", same)):
        tap.check(name, test, emulator, body)
    if attestctl():
        emulator.log_in()
        tap.check("attestctl accepts a token, and no fault", believed,
                  emulator, body)
    else:
        tap.skip("attestctl accepts a token", "it is not built")
    tap.check("rollover, with and without the former key", rollover, emulator)
    tap.check("it ends with its parent", ends, emulator)
    emulator.stop()
    tap.finish()


main()
