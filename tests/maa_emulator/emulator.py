#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A double of Microsoft Azure Attestation, on loopback, for tests.

    emulator.py FOLDER [OPTION]...

makes in FOLDER what is not there yet, and says on standard output when it is
ready: one line, the URL of the provider. While it runs, FOLDER has

    endpoint       that URL, https://localhost:PORT (also AAD's authority)
    platform       the URL of IMDS, App Service and Azure Arc; plain HTTP
    identity       the X-IDENTITY-HEADER of App Service
    tls.pem        the CA of its TLS certificate, localhost
    ca.pem         the CA (PCA) above the key of TPM reports
    requests       a line of JSON for each request that it answered

It ends with its parent. What it speaks, and where that is inferred because no
answer of the real service was at hand, is told at the top of each module.

    --port N              any free one if not said
    --keys FOLDER         its keys are those of this folder, which is made if
                          need be: all providers of a region have the same,
                          and RSA keys take longer to make than the rest
    --issuer URL          who it is in its tokens; its own URL if not said
    --jwks x5c|ne|both    how /certs shows keys; x5c, as in 2022
    --isolated PEM        policies have to be signed; by this certificate,
                          until others are added. May be repeated
    --policy TYPE=FILE    a policy that is set from the start (unsecured)
    --client ID:SECRET[:reader]
                          who may ask AAD for a token; a contributor if it
                          is not said to be a reader. May be repeated;
                          client:secret is known always
    --client-certificate ID=PEM, --client-workload ID=FILE
                          the same, with a certificate; with an assertion
                          that is the text of a file
    --tenant NAME         test-tenant if not said
    --aik-ca PEM          an authority of AIK certificates; may be repeated
    --bare-report         reports of TPMs are not wrapped in "payload"
    --masked-attributes   obj_attr of a TPM key is told as its bits 0x32
    --no-authentication   everybody may everything (as the real one has it
                          for attest/Tpm with tpmAttestationAuthentication)
    --seed TEXT           all random numbers come from this
    --now SECONDS         the clock stands still there
    --skew SECONDS        the clock is ahead
    --fault FAULT         something goes wrong; see below

%s
A client changes that while it runs, at the same port:

    PUT  /.emulator/faults    the lines of the body replace all faults
    POST /.emulator/rollover  another key signs from now on; with ?keep=1 the
                              former one is still shown, as the real service
                              did not; ?leaf=1 is the key of TPM reports
    PUT  /.emulator/skew      the body is a number of seconds
    PUT  /.emulator/realm     the body is the file that Azure Arc wants to be
                              shown, or nothing: its own
    GET  /.emulator/requests  as the file above
"""
import sys

sys.dont_write_bytecode = True

import argparse  # noqa: E402
import ctypes  # noqa: E402
import fcntl  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import shutil  # noqa: E402
import signal  # noqa: E402
import ssl  # noqa: E402
import threading  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
# Behind the standard library: a file there has the name of one of its
# modules.
sys.path.append(os.path.join(HERE, os.pardir, "tokens"))

import authority  # noqa: E402
import faults  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding  # noqa: E402
from cryptography.x509 import (  # noqa: E402
    load_der_x509_certificate, load_pem_x509_certificate)
from directory import Client, Directory  # noqa: E402
from identity import Identity  # noqa: E402
from numbers_drawn import Clock, Numbers  # noqa: E402
from policies import body_of, unsecured  # noqa: E402
from refusal import Refusal  # noqa: E402
from server import Server  # noqa: E402
from service import Service  # noqa: E402

CONTROL = "/.emulator/"
END_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Open(Directory):
    """Everybody may everything."""

    def check(self, request, role, service):
        pass


class Journal:
    """What was asked, for tests: never a secret."""

    def __init__(self, path):
        self.path, self.lock = path, threading.Lock()
        with open(path, "w"):
            pass

    def write(self, row):
        with self.lock, open(self.path, "a") as out:
            out.write(json.dumps(row) + "\n")

    def read(self):
        with self.lock, open(self.path) as text:
            return [json.loads(line) for line in text]


class Front:
    """Whatever is behind one port."""

    def __init__(self, service, faults_of_all, journal):
        self.service, self.faults = service, faults_of_all
        self.journal = journal

    def faults_of(self, path):
        return self.faults.begin("" if path.startswith(CONTROL) else path)

    def headers(self):
        return [("x-ms-request-id", "00-%s-0000000000000000-00" %
                 self.service.numbers.draw(16).hex())]

    def note(self, handler, status):
        if handler.path.startswith(CONTROL):
            return
        scheme = (handler.headers.get("Authorization") or "").split(" ")[0]
        self.journal.write({
            "method": handler.command, "path": handler.path, "status": status,
            "type": handler.headers.get("Content-Type"),
            "accept": handler.headers.get("Accept"),
            "agent": handler.headers.get("User-Agent"),
            "id": handler.headers.get("x-ms-client-request-id"),
            "authorization": scheme})


class Provider(Front):
    def headers(self):
        return super().headers() + [
            ("x-ms-maa-service-version", "1.11.01956.113")]

    def answer(self, request):
        if request.path.startswith(CONTROL):
            return self.control(request)
        if re.fullmatch(r"/[^/]+/oauth2/v2\.0/token", request.path):
            return self.service.options.directory.answer(request)
        return self.service.answer(request)

    def control(self, request):
        what = request.path[len(CONTROL):]
        try:
            if what == "faults":
                self.faults.replace(request.text().splitlines())
            elif what == "skew":
                self.service.clock.skew = int(request.text())
                self.service.options.directory.clock.skew = int(
                    request.text())
            elif what == "realm":
                self.identity.realm = request.text()
            elif what == "rollover" and request.first("leaf"):
                self.service.keys.roll_over_leaf()
            elif what == "rollover":
                self.service.keys.roll_over(bool(request.first("keep")))
            elif what == "requests":
                return {"requests": self.journal.read()}
            else:
                raise Refusal(404, "NotFound", "There is no such switch")
        except ValueError as error:
            raise Refusal(400, "InvalidParameter", str(error)) from None
        return {}


class Platform(Front):
    def __init__(self, service, faults_of_all, journal, identity):
        super().__init__(service, faults_of_all, journal)
        self.identity = identity

    def answer(self, request):
        return self.identity.answer(request)


def certificate(path):
    with open(path, "rb") as pem:
        return load_pem_x509_certificate(pem.read()).public_bytes(
            Encoding.DER)


def clients(options):
    """{ID: Client}"""
    known = {"client": Client("contributor", secret="secret")}
    for text in options.client:
        name, secret, *role = text.split(":")
        known[name] = Client(role[0] if role else "contributor",
                             secret=secret)
    for text in options.client_certificate:
        name, _, path = text.partition("=")
        known[name] = Client("contributor", der=certificate(path))
    for text in options.client_workload:
        name, _, path = text.partition("=")
        known[name] = Client("contributor", path=path)
    return known


def parse():
    text = __doc__ % faults.__doc__.split("\n", 2)[2]
    parser = argparse.ArgumentParser(
        usage="emulator.py FOLDER [OPTION]...", description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    quiet = argparse.SUPPRESS
    parser.add_argument("folder", help=quiet)
    for name, kind in (("--port", int), ("--now", int), ("--skew", int)):
        parser.add_argument(name, type=kind, help=quiet)
    for name in ("--issuer", "--keys", "--seed"):
        parser.add_argument(name, help=quiet)
    parser.add_argument("--tenant", default="test-tenant", help=quiet)
    parser.add_argument("--jwks", choices=("x5c", "ne", "both"),
                        default="x5c", help=quiet)
    for name in ("--no-authentication", "--bare-report",
                 "--masked-attributes"):
        parser.add_argument(name, action="store_true", help=quiet)
    for name in ("--isolated", "--aik-ca", "--policy", "--client", "--client-certificate",
                 "--client-workload", "--fault"):
        parser.add_argument(name, action="append", default=[], help=quiet)
    options = parser.parse_args()
    try:
        options.faults = faults.Faults(options.fault)
    except ValueError as error:
        parser.error(str(error))
    options.skew = options.skew or 0
    options.aik_ca = [load_der_x509_certificate(certificate(path))
                      for path in options.aik_ca]
    options.isolated = [certificate(path) for path in options.isolated]
    return options


def say(folder, name, text):
    path = os.path.join(folder, name)
    with open(path + ".new", "w") as out:
        out.write(text + "\n")
    os.rename(path + ".new", path)


def make_keys(folder):
    """Keys and certificates that every run needs."""
    os.makedirs(folder, exist_ok=True)
    for name in ("localhost", "leaf", "next-leaf"):
        authority.public(folder, name)
    authority.private(folder, "enclave")


def share_keys(shared, folder):
    os.makedirs(shared, exist_ok=True)
    with open(os.path.join(shared, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_keys(shared)
        authority.private(shared, "next")
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(shared):
        if name.endswith((".key", ".pem")):
            shutil.copy(os.path.join(shared, name), folder)


def prepare(folder, shared):
    if shared:
        share_keys(shared, folder)
    make_keys(folder)
    shutil.copy(os.path.join(folder, "pca.pem"),
                os.path.join(folder, "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(os.path.join(folder, "localhost.pem"),
                            os.path.join(folder, "localhost.key"))
    return context


def main():
    parent = os.getppid()
    options = parse()
    ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGTERM)
    if os.getppid() != parent:
        return
    context = prepare(options.folder, options.keys)
    front = Server(None, options.port or 0, context)
    options.endpoint = "https://localhost:%d" % front.server_address[1]
    options.issuer = options.issuer or options.endpoint
    kind = Open if options.no_authentication else Directory
    options.directory = kind(clients(options), Numbers(options.seed),
                             Clock(options.now, options.skew), options.tenant)
    service = Service(options)
    for text in options.policy:
        name, _, path = text.partition("=")
        with open(path) as policy:
            service.policies.set(name, unsecured(body_of(policy.read())))
    journal = Journal(os.path.join(options.folder, "requests"))
    identity = Identity(options.directory, service.numbers, options.folder)
    front.app = Provider(service, options.faults, journal)
    front.app.identity = identity
    beside = Server(Platform(service, options.faults, journal, identity), 0)
    threading.Thread(target=beside.serve_forever, daemon=True).start()
    say(options.folder, "platform", "http://127.0.0.1:%d" %
        beside.server_address[1])
    say(options.folder, "identity", identity.header)
    say(options.folder, "endpoint", options.endpoint)
    print(options.endpoint, flush=True)
    front.serve_forever()


try:
    main()
except KeyboardInterrupt:
    sys.exit(130)
