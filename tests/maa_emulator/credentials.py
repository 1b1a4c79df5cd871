#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Credentials of AAD by the real fetcher: every kind obtains a token that the
service believes; whatever is wrong with one is told in one line, at once; and
no secret is in anything that is said."""
import sys

sys.dont_write_bytecode = True

import datetime  # noqa: E402
import os  # noqa: E402
import subprocess  # noqa: E402
import time  # noqa: E402

from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives import hashes  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: E402
from cryptography.hazmat.primitives.serialization import (  # noqa: E402
    Encoding, NoEncryption, PrivateFormat)
from running import BUILD, Emulator, Tap, VERSION, equal  # noqa: E402

SECRET = "8Q~a.secret-of-a-client_0123456789"
FEDERATED = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ3In0.d29ya2xvYWQtc2lnbmF0dXJl"
PROGRAM = os.path.join(BUILD or "", "tests", "maa_emulator", "credential")
FETCHER = os.path.join(BUILD or "", "pam_attest-fetcher")
said, tokens = [], []


def write(path, text, mode=0o600):
    with open(path, "wb") as out:
        out.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(path, mode)
    return path


def certificate(folder, name):
    """A key and its certificate: (pem, key), paths."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.utcnow()
    cert = (x509.CertificateBuilder().subject_name(subject)
            .issuer_name(subject).public_key(key.public_key())
            .serial_number(7).not_valid_before(now - datetime.timedelta(1))
            .not_valid_after(now + datetime.timedelta(1))
            .sign(key, hashes.SHA256()))
    return (write(os.path.join(folder, name + ".pem"),
                  cert.public_bytes(Encoding.PEM), 0o644),
            write(os.path.join(folder, name + ".key"), key.private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())))


class Host:
    """A host beside an emulator: its files, and what it is configured to."""

    def __init__(self):
        self.folder = os.path.join(BUILD, "tests", "maa_emulator",
                                   "credentials.%d" % os.getpid())
        os.mkdir(self.folder, 0o755)
        self.assertion = write(self.path("assertion"), FEDERATED + "\n")
        self.pem, self.key = certificate(self.folder, "application")
        self.other = certificate(self.folder, "other")
        self.emulator = Emulator(
            "--client", "application:" + SECRET,
            "--client-certificate", "certified=" + self.pem,
            "--client-workload", "workload=" + self.assertion)
        self.identity = self.read("identity")
        write(self.path("secret"), SECRET + "\n")
        write(self.path("header"), self.identity)
        self.arc = os.path.join(self.emulator.folder, "arc")
        self.challenge = os.path.join(self.arc, "challenge.key")
        with open(self.challenge) as text:
            self.arc_secret = text.read()
        self.token = self.path("token")

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(os.path.join(self.emulator.folder, name)) as text:
            return text.read().strip()

    def close(self):
        self.emulator.stop()
        subprocess.run(["rm", "-rf", self.folder], check=True)

    def options(self, kind):
        common = {
            "maa_credential": kind, "maa_authority": self.emulator.endpoint,
            "maa_ca": os.path.join(self.emulator.folder, "tls.pem"),
            "maa_tenant": "test-tenant", "maa_retries": "0",
            "maa_timeout": "20s"}
        platform = self.read("platform")
        mine = {
            "client-secret": {"maa_client_id": "application",
                              "maa_secret": self.path("secret")},
            "client-certificate": {"maa_client_id": "certified",
                                   "maa_certificate": self.pem,
                                   "maa_private_key": self.key},
            "workload-identity": {"maa_client_id": "workload",
                                  "maa_assertion": self.assertion},
            "managed-identity": {"maa_identity_url": platform},
            "app-service": {"maa_identity_url": platform + "/msi/token",
                            "maa_secret": self.path("header")},
            "azure-arc": {"maa_identity_url": platform,
                          "maa_arc_folder": self.arc},
            "azure-cli": {"maa_az": self.path("az")}}
        return {**common, **mine[kind]}

    def ask(self, kind, environment=None, **changed):
        """(exit status, what was said)"""
        options = {**self.options(kind), **changed}
        if os.path.exists(self.token):
            os.remove(self.token)
        done = subprocess.run(
            [PROGRAM, self.token] + ["%s=%s" % pair
                                     for pair in options.items()],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
            env=dict(os.environ, **environment or {}))
        text = done.stdout.decode()
        said.append(text)
        return done.returncode, text

    def granted(self, kind, **changed):
        status, text = self.ask(kind, **changed)
        equal((status, text), (0, "granted\n"), kind)
        with open(self.token) as token:
            tokens.append(token.read())
        self.emulator.bearer = tokens[-1]
        equal(self.emulator.ask("GET", "/policies/Tpm?" + VERSION).status, 200,
              "what the service says to the token")

    def refused(self, kind, code, words, **changed):
        begin = time.monotonic()
        status, text = self.ask(kind, **changed)
        equal(status, 1, text)
        assert text.startswith(code + ": "), text
        equal(text.count("\n"), 1, "lines of " + text)
        for word in words:
            assert word in text, "%r is not in %r" % (word, text)
        assert not os.path.exists(self.token)
        return time.monotonic() - begin

    def requests(self):
        return len(self.emulator.control("requests", "",
                                         "GET")["requests"])


def every_kind(host, kind):
    before = host.requests()
    host.granted(kind)
    # Not again for the second token; Arc and IMDS have one more.
    equal(host.requests() - before,
          {"managed-identity": 2, "azure-arc": 2, "azure-cli": 0}.get(kind, 1)
          + 1, "the number of requests, that to the service included")


def wrong_secret(host):
    write(host.path("wrong"), "8Q~another-secret")
    host.refused("client-secret", "maa-credential",
                 ["AADSTS7000215", "maa_secret"],
                 maa_secret=host.path("wrong"))


def unknown_names(host):
    host.refused("client-secret", "maa-credential",
                 ["AADSTS700016", "maa_client_id"], maa_client_id="nobody")
    host.refused("client-secret", "maa-credential",
                 ["AADSTS90002", "maa_tenant"], maa_tenant="elsewhere")


def loose_secret(host):
    write(host.path("loose"), SECRET, 0o644)
    before = host.requests()
    host.refused("client-secret", "file-permissions", ["chmod"],
                 maa_secret=host.path("loose"))
    equal(host.requests(), before)


def other_certificate(host):
    pem, key = host.other
    host.refused("client-certificate", "maa-credential",
                 ["AADSTS700027", "maa_certificate"], maa_certificate=pem,
                 maa_private_key=key)
    host.refused("client-certificate", "maa-credential", ["is not the key"],
                 maa_private_key=key)


def expired_assertion(host):
    host.emulator.control("skew", "3600")
    host.refused("client-certificate", "maa-credential",
                 ["AADSTS700024", "clock"])


def other_federated_token(host):
    write(host.path("foreign"), "eyJh.eyJz.c2ln")
    host.refused("workload-identity", "maa-credential",
                 ["AADSTS70021", "maa_assertion"],
                 maa_assertion=host.path("foreign"))


def no_imds(host):
    lasted = host.refused("managed-identity", "maa-credential",
                          ["maa_credential"], maa_retries="4",
                          maa_identity_url="http://127.0.0.1:1")
    assert lasted < 10, lasted


def far_platform(host):
    """Plain HTTP goes no farther than this machine and its link."""
    host.refused("app-service", "maa-unreachable", ["neither on this machine"],
                 maa_identity_url="http://192.0.2.1/msi/token")


def wrong_header(host):
    write(host.path("other-header"), "0123456789")
    host.refused("app-service", "maa-credential", ["App Service", "400"],
                 maa_secret=host.path("other-header"))


def arc_elsewhere(host):
    """Who has Arc's port wants to be shown a file of root."""
    shadow = write(host.path("shadow"), "root-secret-of-shadow")
    link = os.path.join(host.arc, "link.key")
    os.symlink(shadow, link)
    hard = os.path.join(host.arc, "hard.key")
    os.link(shadow, hard)
    for realm in ("/etc/shadow", shadow, link, hard,
                  host.arc + "/../arc/challenge.key"):
        host.emulator.control("realm", realm)
        host.refused("azure-arc", "maa-credential", ["is not shown"])
    os.remove(hard)


def injected(host):
    """A token that would end its line in a header."""
    host.emulator.control("faults", "injected")
    for kind in ("client-secret", "managed-identity", "app-service",
                 "azure-arc"):
        host.refused(kind, "maa-answer", ["characters"])


def endless(host):
    for fault in ("endless", "huge=10000000"):
        host.emulator.control("faults", fault)
        host.refused("client-secret", "too-large", ["sends more than"])


def broken(host):
    for fault in ("truncated", "drop"):
        host.emulator.control("faults", fault)
        host.refused("client-secret", "maa-unreachable", [])
    for fault in ("garbage", "type=text/html"):
        host.emulator.control("faults", fault)
        host.refused("client-secret", "maa-answer", ["not a JSON object"])


def busy(host):
    host.emulator.control("faults", "503=1*1")
    host.granted("client-secret", maa_retries="1")
    host.emulator.control("faults", "500")
    host.refused("client-secret", "maa-unreachable", ["HTTP 500"])


def repeated(host):
    """AAD, or who sits in its place, says what it was told."""
    host.emulator.control("faults", "repeated")
    for kind in ("client-secret", "client-certificate", "workload-identity",
                 "app-service", "azure-arc"):
        host.refused(kind, "maa-credential", ["400"])


def redirected(host):
    """Nothing follows a server that sends secrets elsewhere."""
    elsewhere = Emulator()
    try:
        for to in (elsewhere.endpoint, host.emulator.endpoint):
            host.emulator.control("faults", "redirect=%s/sent-on" % to)
            for kind in ("client-secret", "app-service"):
                host.refused(kind, "maa-answer", ["307"])
        for emulator in (elsewhere, host.emulator):
            asked = emulator.control("requests", "", "GET")["requests"]
            assert not [row["path"] for row in asked
                        if "sent-on" in row["path"]], asked
    finally:
        elsewhere.stop()


def proxies(host):
    """AAD is asked by the proxy or not at all; the platform never by one."""
    closed = "http://127.0.0.1:1"
    before = host.requests()
    host.refused("client-secret", "maa-unreachable", [], maa_proxy=closed)
    equal(host.requests(), before)
    for kind in ("managed-identity", "app-service", "azure-arc"):
        host.granted(kind, maa_proxy=closed)


def environment(host):
    """No variable says where anything is."""
    closed = "http://127.0.0.1:1"
    names = dict.fromkeys(("http_proxy", "https_proxy", "HTTPS_PROXY",
                           "all_proxy", "ALL_PROXY", "IDENTITY_ENDPOINT",
                           "MSI_ENDPOINT", "IMDS_ENDPOINT",
                           "AZURE_POD_IDENTITY_AUTHORITY_HOST",
                           "AZURE_AUTHORITY_HOST"), closed)
    names.update(dict.fromkeys((
        "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "HOME",
        "AZURE_FEDERATED_TOKEN_FILE", "AZURE_CLIENT_CERTIFICATE_PATH",
        "OPENSSL_CONF", "CURL_HOME", "IDENTITY_HEADER", "AZURE_CLIENT_ID",
        "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID"), "/nowhere"))
    for kind in ("client-secret", "client-certificate", "workload-identity",
                 "managed-identity", "app-service", "azure-arc"):
        host.granted(kind, environment=names)


def other_ca(host):
    host.refused("client-secret", "maa-unreachable", ["certificate"],
                 maa_ca=host.other[0])


def other_name(host):
    """A certificate of the right authority, but for another name."""
    host.refused("client-secret", "maa-unreachable", ["other.localhost"],
                 maa_authority=host.emulator.endpoint.replace(
                     "localhost", "other.localhost"))


def cli(host):
    """A program in the place of the Azure CLI gets a token of AAD."""
    host.emulator.log_in("application", SECRET)
    script = ("#!/bin/sh\necho '{\"accessToken\":\"%s\",\"expires_on\":%d,"
              "\"tokenType\":\"Bearer\"}'\n" % (
                  host.emulator.bearer, time.time() + 3600))
    write(host.path("az"), script, 0o755)
    host.granted("azure-cli")
    write(host.path("az"), "#!/bin/sh\necho 'ERROR: %s' >&2\nexit 1\n" %
          SECRET, 0o755)
    host.refused("azure-cli", "maa-credential", ["exit status 1"])
    write(host.path("az"), script, 0o777)
    host.refused("azure-cli", "file-permissions", ["chmod"])


def is_roots(path):
    """Nobody but root can change what is there?"""
    state = os.stat(path)
    mine = state.st_uid == 0 and (not state.st_mode & 0o022 or
                                  state.st_mode & 0o1000)
    return mine and (path == "/" or is_roots(os.path.dirname(path)))


def nothing_said(host):
    with open(host.key) as text:
        secrets = [SECRET, FEDERATED, host.identity, host.arc_secret,
                   "root-secret-of-shadow", "8Q~another-secret",
                   text.readlines()[3].strip()] + tokens
    assert len(tokens) >= 7 and len(said) > 30, (len(tokens), len(said))
    for text in said + [host.read("requests")]:
        for secret in secrets:
            assert secret not in text, text


def cleared(body):
    def run(host, *arguments):
        try:
            body(host, *arguments)
        finally:
            host.emulator.control("faults", "")
            host.emulator.control("skew", "0")
            host.emulator.control("realm", "")
    return run


def main():
    if not BUILD or not os.access(FETCHER, os.X_OK):
        print("1..0 # SKIP the fetcher was not built")
        sys.exit(77)
    tap, host = Tap(), Host()
    try:
        for kind in ("client-secret", "client-certificate",
                     "workload-identity", "managed-identity", "app-service",
                     "azure-arc"):
            tap.check("%s: obtains a token" % kind, every_kind, host, kind)
        if is_roots(host.folder):
            tap.check("azure-cli: obtains a token, and repeats nothing", cli,
                      host)
        else:
            tap.skip("azure-cli", "only root has programs that are run")
        for name, body in (
                ("a wrong secret", wrong_secret),
                ("an unknown client, an unknown tenant", unknown_names),
                ("a secret that others can read", loose_secret),
                ("another certificate, another key", other_certificate),
                ("an assertion that has expired", expired_assertion),
                ("another federated token", other_federated_token),
                ("no metadata service", no_imds),
                ("a platform that is far away", far_platform),
                ("another header of App Service", wrong_header),
                ("Azure Arc's wish to see other files", arc_elsewhere),
                ("a token that ends the line", injected),
                ("an answer without end", endless),
                ("answers that are none", broken),
                ("a busy and a broken AAD", busy),
                ("an AAD that repeats what it was told", repeated),
                ("a way to somewhere else", redirected),
                ("a server of another authority", other_ca),
                ("a server of another name", other_name)):
            tap.check("refuses " + name, cleared(body), host)
        tap.check("asks by a proxy, or without one", proxies, host)
        tap.check("looks at no variable of the environment", environment,
                  host)
        tap.check("no secret is in anything that was said", nothing_said, host)
    finally:
        host.close()
    tap.finish()


main()
